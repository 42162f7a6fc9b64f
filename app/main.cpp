// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <headgate_version.h>
int main()
{
    std::puts("headgate " HEADGATE_VERSION);
    return 0;
}
