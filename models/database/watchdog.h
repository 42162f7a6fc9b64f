// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace headgate {

/// One thread that stops statements: at their deadline, or when their cancel token asked for it. It interrupts again
/// and again (an interrupt that arrives just before the statement starts is lost) and shuts the socket down when the
/// server does not react within two seconds. Thread-safe.
class Watchdog {
public:
    enum class Reason { None, Cancelled, Deadline };

    /// One running statement.
    struct Watch {
        std::function<void()> interrupt;  ///< quick, any thread
        std::function<void()> kill;       ///< quick, any thread
        std::chrono::milliseconds interruptEvery{500};
        std::atomic<bool> running = true;  ///< false: between two rows, left alone
        std::atomic<Reason> reason = Reason::None;
    };

    /// The process-wide watchdog, alive as long as somebody holds it.
    static std::shared_ptr<Watchdog> shared();
    ~Watchdog();

    /// Starts watching; `timeoutMs` 0 = no deadline. Returns a key for stop() and remove().
    int add(std::shared_ptr<Watch> watch, int timeoutMs);
    /// Stops the statement now, for this reason.
    void stop(int key, Reason reason);
    void remove(int key);

private:
    using Clock = std::chrono::steady_clock;
    struct Entry {
        std::shared_ptr<Watch> watch;
        Clock::time_point next;
        std::optional<Clock::time_point> killAt;
    };

    Watchdog();
    void run();
    void act(Entry &entry, Clock::time_point now);

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::map<int, Entry> m_entries;
    int m_nextKey = 0;
    bool m_stopping = false;
    std::thread m_thread;
};

}  // namespace headgate
