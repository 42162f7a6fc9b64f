// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/odbc/odbcspawn.h"

#include <QFile>
#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <fcntl.h>
#include <future>
#include <spawn.h>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace headgate::odbc {

namespace {

/// Beginnings of the variables that go along: driver lists, authorities, Kerberos, language, and the sanitizers' options.
/// Neither TDSDUMP nor any other switch that makes a driver write down what it sends.
constexpr std::string_view passed[] = {"PATH=", "HOME=", "TZ=", "LANG=", "LANGUAGE=", "LC_", "TMPDIR=", "ODBCSYSINI=", "ODBCINI=", "ODBCINSTINI=",
                                       "SSL_CERT_", "KRB5", "LD_LIBRARY_PATH=", "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "TSAN_OPTIONS="};

std::vector<char *> helperEnvironment()
{
    std::vector<char *> list;
    for (char **variable = environ; *variable; ++variable) {
        const std::string_view text(*variable);
        if (std::ranges::any_of(passed, [text](std::string_view name) { return text.starts_with(name); })) list.push_back(*variable);
    }
    list.push_back(nullptr);
    return list;
}

pid_t startProcess(const QByteArray &program, int socket, int *error)
{
    const QByteArray caller = QByteArray::number(qint64(::getpid()));
    char *const arguments[] = {const_cast<char *>(program.constData()), const_cast<char *>(caller.constData()), nullptr};
    const std::vector<char *> environment = helperEnvironment();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    pid_t pid = 0;
    *error = ::posix_spawn(&pid, program.constData(), &actions, &attributes, arguments, environment.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return *error == 0 ? pid : 0;
}

/// The thread that starts all helpers. The helper asks to be killed when its parent ends, and the kernel takes the
/// thread that started it for the parent: so this one never ends.
class Starter {
public:
    Starter()
    {
        std::thread([this] { run(); }).detach();
    }
    Spawned start(const QByteArray &program)
    {
        std::packaged_task<Spawned()> task([program] { return spawnHere(program); });
        std::future<Spawned> result = task.get_future();
        {
            const std::lock_guard lock(m_mutex);
            m_tasks.push_back(std::move(task));
        }
        m_arrived.notify_one();
        return result.get();
    }

private:
    static Spawned spawnHere(const QByteArray &program)
    {
        Spawned child;
        int pair[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return {0, -1, errno};
        child.pid = startProcess(program, pair[1], &child.error);
        ::close(pair[1]);
        if (child.pid > 0) child.socket = pair[0];
        else ::close(pair[0]);
        return child;
    }
    [[noreturn]] void run()
    {
        for (;;) {
            std::unique_lock lock(m_mutex);
            m_arrived.wait(lock, [this] { return !m_tasks.empty(); });
            std::packaged_task<Spawned()> task = std::move(m_tasks.front());
            m_tasks.pop_front();
            lock.unlock();
            task();
        }
    }

    std::mutex m_mutex;
    std::condition_variable m_arrived;
    std::deque<std::packaged_task<Spawned()>> m_tasks;
};

}  // namespace

Spawned spawn(const QString &program)
{
    static auto *starter = new Starter;
    return starter->start(QFile::encodeName(program));
}

}  // namespace headgate::odbc
