// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/watchdog.h"

namespace headgate {

namespace {
/// How long a server may ignore an interrupt before its socket is shut down.
constexpr std::chrono::seconds kGrace{2};
}  // namespace

std::shared_ptr<Watchdog> Watchdog::shared()
{
    static std::mutex mutex;
    static std::weak_ptr<Watchdog> weak;
    const std::lock_guard lock(mutex);
    std::shared_ptr<Watchdog> watchdog = weak.lock();
    if (!watchdog) {
        watchdog.reset(new Watchdog);
        weak = watchdog;
    }
    return watchdog;
}

Watchdog::Watchdog() : m_thread([this] { run(); }) {}

Watchdog::~Watchdog()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

int Watchdog::add(std::shared_ptr<Watch> watch, int timeoutMs)
{
    const auto next = timeoutMs > 0 ? Clock::now() + std::chrono::milliseconds(timeoutMs) : Clock::time_point::max();
    const std::lock_guard lock(m_mutex);
    m_entries.emplace(++m_nextKey, Entry{std::move(watch), next, std::nullopt});
    // The thread looks at least twice a second, so only a nearer deadline has to wake it.
    if (timeoutMs > 0 && timeoutMs < 500) m_wake.notify_one();
    return m_nextKey;
}

void Watchdog::stop(int key, Reason reason)
{
    {
        const std::lock_guard lock(m_mutex);
        const auto it = m_entries.find(key);
        if (it == m_entries.end()) return;
        it->second.watch->reason = reason;
        it->second.next = Clock::now();
    }
    m_wake.notify_one();
}

void Watchdog::remove(int key)
{
    const std::lock_guard lock(m_mutex);
    m_entries.erase(key);
}

void Watchdog::act(Entry &entry, Clock::time_point now)
{
    Watch &watch = *entry.watch;
    entry.next = now + watch.interruptEvery;
    if (!watch.running) return;
    Reason none = Reason::None;
    watch.reason.compare_exchange_strong(none, Reason::Deadline);
    if (!entry.killAt) entry.killAt = now + kGrace;
    if (now >= *entry.killAt) {
        watch.kill();
    } else {
        watch.interrupt();
    }
}

void Watchdog::run()
{
    std::unique_lock lock(m_mutex);
    while (!m_stopping) {
        const auto now = Clock::now();
        auto wake = now + std::chrono::milliseconds(500);
        for (auto &[key, entry] : m_entries) {
            if (entry.next <= now) act(entry, now);
            wake = std::min(wake, entry.next);
        }
        m_wake.wait_until(lock, wake);
    }
}

}  // namespace headgate
