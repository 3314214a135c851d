# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
# shellcheck shell=bash disable=SC2034
#
# harness: what the shell tests of the tool share. Sourced by bash. BUILD names the build folder.
#
#   start_origin FOLDER [option...]   an origin; sets $base (its URL) and $port
#   run ARGUMENT...                   the tool; sets $code, and writes $out and $err
#   is NAME GOT EXPECTED              a check; so are the others below
#   finish                            prints the counts and ends the test
#
# A check's name is a sentence of behaviour. Every wait has a limit. WHIMBREL may hold a command
# with arguments, such as one of valgrind's.
set -u

BUILD=${BUILD:?BUILD must name the build folder}
WHIMBREL=${WHIMBREL:-$BUILD/src/tool/whimbrel}
ORIGIN=${ORIGIN:-$BUILD/test/origin/origin}
JSON_CHECK=${JSON_CHECK:-$BUILD/test/tool/json_check}
PEAK=${PEAK:-$BUILD/test/tool/peak}
here=$(cd "$(dirname "$0")" && pwd)
LIMIT=${LIMIT:-60}

# A proxy has no business between us and our own origin.
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
export no_proxy='*' LC_ALL=C.UTF-8

work=$(mktemp -d "${TMPDIR:-/tmp}/whimbrel-test.XXXXXX") || exit 99
out=$work/out
err=$work/err
n_passed=0 n_failed=0 n_skipped=0 pids=()

clean_up() {
    local pid

    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null
    done
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

pass() {
    n_passed=$((n_passed + 1))
    echo "ok $((n_passed + n_failed + n_skipped)) - $1"
}

fail() {
    n_failed=$((n_failed + 1))
    echo "not ok $((n_passed + n_failed + n_skipped)) - $1"
    [ $# -lt 2 ] || printf '#   %s\n' "${@:2}"
    [ ! -s "$err" ] || head -5 "$err" | sed 's/^/#   stderr: /'
}

skip() {
    n_skipped=$((n_skipped + 1))
    echo "ok $((n_passed + n_failed + n_skipped)) - $1 # SKIP $2"
}

# feature NAME WORKS: whether to test what a library may lack; LACKING lists what it is to lack, and
# must be right.
feature() {
    case " ${LACKING-} " in
    *" $1 "*)
        if [ "$2" = yes ]; then
            fail "$1 is in LACKING and works: take it out"
        else
            skip "$1" "the library lacks it"
            return 1
        fi
        ;;
    esac
}

is() {
    if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "got:      $2" "expected: $3"; fi
}

# holds NAME COMMAND...
holds() {
    if "${@:2}"; then pass "$1"; else fail "$1" "failed: ${*:2}"; fi
}

# has NAME FILE TEXT: the file holds the text
has() {
    if grep -qF -- "$3" "$2"; then pass "$1"; else fail "$1" "no '$3' in $(head -c 300 "$2")"; fi
}

hasnt() {
    if grep -qF -- "$3" "$2"; then fail "$1" "'$3' in $(head -c 300 "$2")"; else pass "$1"; fi
}

# within NAME VALUE LOWEST HIGHEST
within() {
    if [ "$2" -ge "$3" ] && [ "$2" -le "$4" ]; then pass "$1"; else
        fail "$1" "got $2, not from $3 to $4"
    fi
}

# await COMMAND...: until it succeeds, ten seconds at most
await() {
    local n=0

    until "$@"; do
        n=$((n + 1))
        [ $n -lt 500 ] || return 1
        sleep 0.02
    done
}

start_origin() {
    local fifo=$work/port.$RANDOM

    mkfifo "$fifo"
    "$ORIGIN" --seconds 300 "${@:2}" "$1" >"$fifo" &
    pids+=("$!")
    read -r port <"$fifo" || { echo "Bail out! the origin did not start"; exit 99; }
    rm -f "$fifo"
    base=http://127.0.0.1:$port
}

run() {
    # shellcheck disable=SC2086
    timeout "$LIMIT" $WHIMBREL "$@" >"$out" 2>"$err" </dev/null
    code=$?
}

# The tool in the background; sets $pid. Ctrl-C works there, which a shell turns off otherwise.
run_behind() {
    # shellcheck disable=SC2086
    env --default-signal=INT timeout "$LIMIT" $WHIMBREL "$@" >"$out" 2>"$err" &
    pid=$!
    pids+=("$pid")
}

# The process of the tool itself, below timeout(1).
tool_pid() {
    local child

    read -r child _ <"/proc/$1/task/$1/children"
    echo "${child-}"
} 2>/dev/null

now_ms() {
    echo $(($(date +%s%N) / 1000000))
}

# member KEY... <JSON lines: the members, between tabs
member() {
    "$JSON_CHECK" "$@"
}

# sorted KEY... FILE: the members of each line in the order of the list
sorted() {
    member line "${@:1:$#-1}" <"${*: -1}" | sort -n | cut -f2-
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
