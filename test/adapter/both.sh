#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# both.sh PROGRAM [arguments]: runs a program that is linked with libcurl.so.4 twice, first with the
# drop-in built here (in DROPIN_DIR), then with the system's library, and counts what it says in the
# Test Anything Protocol. A program without libcurl is simply run.
# VALGRIND=1: under valgrind, in the first mode only; not for check_kit, whose programs do go wrong.
set -u
export LC_ALL=C
program=$1
shift

# Which libcurl.so.4 the program gets with library path $1; nothing if there is none.
find_library() {
    LD_LIBRARY_PATH=$1 ldd "$program" 2>/dev/null | sed -n 's/.*libcurl\.so\.4 => \(\/[^ ]*\).*/\1/p'
}

case $program in *check_kit) VALGRIND='' ;; esac

if ! ldd "$program" 2>/dev/null | grep -q 'libcurl\.so\.4'; then
    exec "$program" "$@"
fi

log=$(mktemp "${TMPDIR:-/tmp}/both.XXXXXX") || exit 2
trap 'rm -f "$log"' EXIT
n_bad=0

run_with() {
    library=$(find_library "$1")
    case $library in
    "$DROPIN_DIR"/*) where=ours ;;
    '') where=none ;;
    *) where=theirs ;;
    esac
    if [ "$where" != "$2" ]; then
        echo "# $program: no library to run with ($2)"
        [ "$2" = theirs ] || n_bad=$((n_bad + 1))
        return
    fi
    echo "# $program with $library"
    shift 2
    if [ -n "${VALGRIND:-}" ]; then
        CONFORM_LIMIT_S=${CONFORM_LIMIT_S:-180} LD_LIBRARY_PATH=$(dirname "$library") \
            valgrind -q --error-exitcode=9 --leak-check=full \
            --errors-for-leak-kinds=definite,indirect "$program" -m level "$@"
    else
        LD_LIBRARY_PATH=$(dirname "$library") "$program" "$@"
    fi || n_bad=$((n_bad + 1))
}

{
    run_with "$DROPIN_DIR" ours "$@"
    run_with "" theirs "$@"
    echo "# $n_bad"
} >"$log" 2>&1
cat "$log"
awk '/^ok .*# SKIP/ { n_skipped++; next }
     /^ok / { n_passed++ }
     /^not ok / { n_failed++ }
     END { printf "%d passed, %d failed, %d skipped\n", n_passed, n_failed, n_skipped }' "$log"
[ "$(sed -n '$ s/^# //p' "$log")" = 0 ]
