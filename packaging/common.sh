# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# What setup, run and test share. Everything they say goes to standard error: standard output is the program's.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { echo "headgate: $*" >&2; }

# fail CODE MESSAGE…
fail() {
    local code=$1
    shift
    say "$*"
    exit "$code"
}

# quietly LOG COMMAND…: shows the last lines of what the command wrote only when it fails.
quietly() {
    local log=$1
    shift
    "$@" >"$log" 2>&1 || {
        tail -n 60 "$log" >&2
        say "failed: $* (all of it: $log)"
        return 1
    }
}

# build PRESET [TARGET…]: configures when there is no build yet, then builds what is out of date.
build() {
    local preset=$1 folder=$root/build/$1 log
    shift
    mkdir -p "$folder"
    log=$folder/build.log
    if [[ ! -f $folder/build.ninja ]]; then
        say "configuring build/$preset"
        (cd "$root" && quietly "$log" cmake --preset "$preset") || return 1
    fi
    # A build with nothing to do says so at once; only one that works gets a line.
    if ! ninja -C "$folder" -n "$@" 2>/dev/null | grep -q 'no work to do'; then
        say "building build/$preset (the first time takes minutes)"
        if [[ -t 2 ]]; then
            ninja -C "$folder" -j "$(nproc)" "$@" >&2
        else
            quietly "$log" ninja -C "$folder" -j "$(nproc)" "$@"
        fi
    fi
}
