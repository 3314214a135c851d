# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
# shellcheck shell=bash disable=SC2034
#
# harness: what the shell tests here share. Sourced by bash.
#
#   start_server FOLDER         sets $base, its URL, and $deaf and $refusing, other ports' URLs
#   on_system COMMAND...        runs it with the system's libcurl, within $LIMIT seconds
#   on_dropin COMMAND...        the same with the drop-in
#   is NAME GOT EXPECTED        a check; so are the others below
#   finish                      prints the counts and ends the test
#
# top_builddir names the build folder. A sanitized drop-in needs PRELOAD loaded before it; with
# LEAKS=1 it also tells what the programs have not freed. A check's name is a sentence of behaviour.
set -u

top_builddir=$(cd "${top_builddir:?top_builddir must name the build folder}" && pwd) || exit 99
here=$(cd "$(dirname "$0")" && pwd)
DROPIN=${DROPIN:-$top_builddir/src/dropin/.libs}
SERVER=${SERVER:-$top_builddir/test/dropin/server}
PRELOAD=${PRELOAD-}
LIMIT=${LIMIT:-20}

# Neither proxies nor somebody's settings have a business here.
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
unset XDG_CONFIG_HOME CURL_HOME LD_LIBRARY_PATH LD_PRELOAD MAKEFLAGS MFLAGS MAKELEVEL
export LC_ALL=C.UTF-8 ASAN_OPTIONS=detect_leaks=${LEAKS:-0}

work=$(mktemp -d "${TMPDIR:-/tmp}/whimbrel-dropin.XXXXXX") || exit 99
export HOME=$work
n_passed=0 n_failed=0 n_skipped=0 server_pid=

clean_up() {
    [ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [ ! -e "$DROPIN/libcurl.so.4" ]; then
    echo "skipped: no shared drop-in in $DROPIN"
    exit 77
fi
if [ "$PRELOAD" ] && [ ! -e "$PRELOAD" ]; then
    echo "skipped: the sanitizer has no library that could be loaded first"
    exit 77
fi

pass() {
    n_passed=$((n_passed + 1))
    echo "ok $((n_passed + n_failed + n_skipped)) - $1"
}

# fail NAME [LINE...]
fail() {
    n_failed=$((n_failed + 1))
    echo "not ok $((n_passed + n_failed + n_skipped)) - $1"
    [ $# -lt 2 ] || printf '%s\n' "${@:2}" | head -20 | sed 's/^/#   /'
}

skip() {
    n_skipped=$((n_skipped + 1))
    echo "ok $((n_passed + n_failed + n_skipped)) - $1 # SKIP $2"
}

is() {
    if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "got:      $2" "expected: $3"; fi
}

# holds NAME COMMAND...
holds() {
    local said

    if said=$("${@:2}" 2>&1); then pass "$1"; else fail "$1" "failed: ${*:2}" "$said"; fi
}

start_server() {
    local fifo=$work/ports served deaf_port refusing_port

    mkfifo "$fifo"
    "$SERVER" "$1" >"$fifo" &
    server_pid=$!
    read -r served deaf_port refusing_port <"$fifo" || {
        echo "Bail out! the server did not start"
        exit 99
    }
    base=http://127.0.0.1:$served
    deaf=http://127.0.0.1:$deaf_port
    refusing=http://127.0.0.1:$refusing_port
}

on_system() {
    timeout "$LIMIT" "$@"
}

on_dropin() {
    timeout "$LIMIT" env LD_LIBRARY_PATH="$DROPIN" ${PRELOAD:+LD_PRELOAD="$PRELOAD"} "$@"
}

finish() {
    echo "1..$((n_passed + n_failed + n_skipped))"
    if [ $n_skipped -gt 0 ]; then
        echo "$n_passed passed, $n_failed failed, $n_skipped skipped"
    else
        echo "$n_passed passed, $n_failed failed"
    fi
    [ $n_failed -eq 0 ] && [ $n_passed -gt 0 ]
    exit
}
