// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace headgate {

/// A shared "please stop". Copies share one state; any thread may cancel or poll.
/// A callback registered with onCancel() runs once, on the thread that cancels, or at once when that already happened.
class CancelToken {
public:
    CancelToken() : m_state(std::make_shared<State>()) {}

    void cancel() const
    {
        std::map<int, std::function<void()>> callbacks;
        {
            std::lock_guard lock(m_state->mutex);
            if (m_state->cancelled.exchange(true)) return;
            callbacks.swap(m_state->callbacks);
        }
        for (auto &[key, callback] : callbacks) callback();
    }
    bool isCancelled() const { return m_state->cancelled.load(); }

    /// Returns a key for removeCallback(); the callback must be quick and must not throw.
    int onCancel(std::function<void()> callback) const
    {
        {
            std::lock_guard lock(m_state->mutex);
            if (!m_state->cancelled) {
                m_state->callbacks.emplace(++m_state->nextKey, std::move(callback));
                return m_state->nextKey;
            }
        }
        callback();
        return 0;
    }
    void removeCallback(int key) const
    {
        std::lock_guard lock(m_state->mutex);
        m_state->callbacks.erase(key);
    }

private:
    struct State {
        std::atomic<bool> cancelled = false;
        std::mutex mutex;
        std::map<int, std::function<void()>> callbacks;
        int nextKey = 0;
    };
    std::shared_ptr<State> m_state;
};

}  // namespace headgate
