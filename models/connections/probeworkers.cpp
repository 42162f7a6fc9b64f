// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/probeworkers.h"

#include <deque>
#include <memory>
#include <mutex>
#include <thread>

namespace headgate::probeworkers {

namespace {

constexpr int maxThreads = 4;

struct Queue {
    std::mutex mutex;
    std::deque<std::function<void()>> work;
    int threads = 0;
};

void drain(const std::shared_ptr<Queue> &queue)
{
    std::unique_lock lock(queue->mutex);
    while (!queue->work.empty()) {
        std::function<void()> work = std::move(queue->work.front());
        queue->work.pop_front();
        lock.unlock();
        work();
        work = nullptr;
        lock.lock();
    }
    --queue->threads;
}

// A QThreadPool waits for its threads when the program ends; a thread in a dead file system would keep it for ever.
std::shared_ptr<Queue> &sharedQueue()
{
    static auto *queue = new std::shared_ptr<Queue>(std::make_shared<Queue>());
    return *queue;
}

}  // namespace

void run(std::function<void()> work)
{
    const std::shared_ptr<Queue> queue = sharedQueue();
    const std::lock_guard lock(queue->mutex);
    queue->work.push_back(std::move(work));
    if (queue->threads == maxThreads) return;
    ++queue->threads;
    std::thread([queue] { drain(queue); }).detach();
}

}  // namespace headgate::probeworkers
