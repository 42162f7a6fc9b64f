// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commandline.h"

#include <QFileInfo>
#include <QLibrary>
#include <cstdio>
#include <unistd.h>

namespace {

/// The folder of this executable, before there is an application object to ask.
QString executableFolder()
{
    char path[4096];
    const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path - 1);
    return length > 0 ? QFileInfo(QString::fromLocal8Bit(path, int(length))).absolutePath() : QString();
}

/// The window and every GUI library come in here, and only here.
int openWindow(int argc, char **argv, const headgate::WindowOptions &options)
{
    using Main = int (*)(int, char **, const headgate::WindowOptions &);
    QLibrary window(executableFolder() + QStringLiteral("/../lib/headgate/libheadgate_window.so"));
    window.setLoadHints(QLibrary::ResolveAllSymbolsHint);
    const auto main = reinterpret_cast<Main>(window.resolve("headgate_window_main"));
    if (!main) {
        std::fprintf(stderr, "The window could not be loaded.\nEvidence: %s\nWhat to do: install Headgate again; the verbs (headgate --help) work without a window.\n",
                     qPrintable(window.errorString()));
        return headgate::Exit_Unreachable;
    }
    return main(argc, argv, options);
}

}  // namespace

int main(int argc, char **argv)
{
    return headgate::runCommandLine(argc, argv, [&](const headgate::WindowOptions &options) { return openWindow(argc, argv, options); });
}
