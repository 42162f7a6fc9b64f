// SPDX-License-Identifier: GPL-3.0-or-later
extern "C" int headgate_window_main(int, char **)
{
    return 0;
}
