// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/fiber.h"

#include <cstdint>
#include <new>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace headgate {

namespace {

// A TLS handshake with certificate checks needs some 30 KiB; pages that are never touched cost nothing.
constexpr size_t stackSize = 512 * 1024;

/// The sanitizers must be told of each change of stack, or they take it for an overflow.
class SwitchNotice {
public:
    SwitchNotice([[maybe_unused]] const void *bottom, [[maybe_unused]] size_t size, [[maybe_unused]] bool last = false)
    {
#if defined(__SANITIZE_ADDRESS__)
        __sanitizer_start_switch_fiber(last ? nullptr : &m_fake, bottom, size);
#endif
    }
    void back([[maybe_unused]] const void **fromBottom, [[maybe_unused]] size_t *fromSize)
    {
#if defined(__SANITIZE_ADDRESS__)
        __sanitizer_finish_switch_fiber(m_fake, fromBottom, fromSize);
#endif
    }
    static void entered([[maybe_unused]] const void **fromBottom, [[maybe_unused]] size_t *fromSize)
    {
#if defined(__SANITIZE_ADDRESS__)
        __sanitizer_finish_switch_fiber(nullptr, fromBottom, fromSize);
#endif
    }

private:
    [[maybe_unused]] void *m_fake = nullptr;
};

}  // namespace

struct Fiber::Context {
    ucontext_t self{};
    ucontext_t caller{};
    char *mapping = nullptr;
    size_t guard = size_t(::sysconf(_SC_PAGESIZE));
    const void *callerBottom = nullptr;
    size_t callerSize = 0;
#if defined(__SANITIZE_THREAD__)
    void *tsanSelf = __tsan_create_fiber(0);
    void *tsanCaller = nullptr;
#endif

    Context()
    {
        void *memory = ::mmap(nullptr, stackSize + guard, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED) throw std::bad_alloc();
        mapping = static_cast<char *>(memory);
        ::mprotect(mapping, guard, PROT_NONE);
    }
    ~Context()
    {
        ::munmap(mapping, stackSize + guard);
#if defined(__SANITIZE_THREAD__)
        __tsan_destroy_fiber(tsanSelf);
#endif
    }
    char *stack() const { return mapping + guard; }
};

Fiber::Fiber(std::function<void()> body) : m_body(std::move(body)), m_context(std::make_unique<Context>())
{
    ::getcontext(&m_context->self);
    m_context->self.uc_stack.ss_sp = m_context->stack();
    m_context->self.uc_stack.ss_size = stackSize;
    m_context->self.uc_link = nullptr;
    // makecontext() passes ints only.
    const auto address = std::uintptr_t(this);
    ::makecontext(&m_context->self, reinterpret_cast<void (*)()>(&Fiber::entry), 2, unsigned(address >> 32), unsigned(address));
}

Fiber::~Fiber() = default;

bool Fiber::isFinished() const
{
    return m_finished;
}

void Fiber::entry(unsigned int high, unsigned int low)
{
    reinterpret_cast<Fiber *>((std::uintptr_t(high) << 32) | low)->run();
}

void Fiber::run()
{
    SwitchNotice::entered(&m_context->callerBottom, &m_context->callerSize);
    m_body();
    m_body = nullptr;
    m_finished = true;
    const SwitchNotice notice(m_context->callerBottom, m_context->callerSize, true);
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(m_context->tsanCaller, 0);
#endif
    ::setcontext(&m_context->caller);
}

void Fiber::resume()
{
    SwitchNotice notice(m_context->stack(), stackSize);
#if defined(__SANITIZE_THREAD__)
    m_context->tsanCaller = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(m_context->tsanSelf, 0);
#endif
    ::swapcontext(&m_context->caller, &m_context->self);
    notice.back(nullptr, nullptr);
}

void Fiber::yield()
{
    SwitchNotice notice(m_context->callerBottom, m_context->callerSize);
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(m_context->tsanCaller, 0);
#endif
    ::swapcontext(&m_context->self, &m_context->caller);
    notice.back(&m_context->callerBottom, &m_context->callerSize);
}

}  // namespace headgate
