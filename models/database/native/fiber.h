// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

namespace headgate {

/// A function with a stack of its own that can stop in the middle and be continued: lets code that waits for a server
/// be written in a straight line while one thread serves hundreds of them. A fiber stays on the thread that first
/// resumed it. Never yield inside a catch block: the list of caught exceptions belongs to the thread, not to the fiber.
class Fiber {
public:
    /// `body` must not let an exception out.
    explicit Fiber(std::function<void()> body);
    /// The body must have ended, or never have begun.
    ~Fiber();
    Fiber(const Fiber &) = delete;
    Fiber &operator=(const Fiber &) = delete;

    /// Runs the body until it yields or ends.
    void resume();
    /// Called inside the body: gives control back to the caller of resume().
    void yield();
    bool isFinished() const;

private:
    struct Context;
    static void entry(unsigned int high, unsigned int low);
    void run();

    std::function<void()> m_body;
    std::unique_ptr<Context> m_context;
    bool m_finished = false;
};

}  // namespace headgate
