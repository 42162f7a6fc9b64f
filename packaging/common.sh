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

# follow LOG WHAT: copies ninja's output to LOG and says that something is being built, once something is.
follow() {
    local log=$1 what=$2 line told=''
    while IFS= read -r line; do
        echo "$line" >&3
        [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\ (Building|Linking) ]] || continue
        if [[ -t 2 ]]; then
            printf '\rheadgate: building %s: %s of %s ' "$what" "${BASH_REMATCH[@]:1:2}" >&2
        elif [[ -z $told ]]; then
            say "building $what (the first time takes minutes)"
        fi
        told=yes
    done 3>"$log"
    [[ -z $told || ! -t 2 ]] || echo >&2
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
    ninja -C "$folder" -j "$(nproc)" "$@" 2>&1 | follow "$log" "build/$preset" || {
        tail -n 60 "$log" >&2
        say "the build failed (all of it: $log)"
        return 1
    }
}
