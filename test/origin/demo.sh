#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# demo.sh BUILD [option of the tool...]
#
# Serves a folder of this machine on loopback, fetches every regular file in it at high
# concurrency, and compares byte by byte what came with what is on disk. BUILD is the build folder.
# DEMO_ROOT names another folder than /usr/share/doc, DEMO_SECONDS another limit of time than 300.
# Exit status 0: all is the same.
set -u

build=${1:?usage: demo.sh BUILD [option...]}
shift
root=${DEMO_ROOT:-/usr/share/doc}
seconds=${DEMO_SECONDS:-300}
origin_pid=

fail() {
    echo "demo: $*" >&2
    exit 1
}

clean_up() {
    [ -z "$origin_pid" ] || kill "$origin_pid" 2>/dev/null
    rm -rf "$work"
}

work=$(mktemp -d "${TMPDIR:-/tmp}/whimbrel-demo.XXXXXX") || exit 1
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

[ -d "$root" ] || fail "$root: no such folder; name one with DEMO_ROOT"
mkfifo "$work/port" || fail "cannot make a pipe"
"$build/test/origin/origin" --seconds "$seconds" "$root" >"$work/port" &
origin_pid=$!
read -r port <"$work/port" || fail "the origin did not start"

timeout "$seconds" "$build/test/origin/origin" --list --port "$port" "$root" >"$work/list" ||
    fail "cannot list $root"
[ -s "$work/list" ] || fail "$root holds no file that can be served"
echo "serving $root on 127.0.0.1:$port: $(wc -l <"$work/list") files"

# Not under timeout(1), which would hand a Ctrl-C on a second time. The time is bounded all the
# same: the origin ends by itself, and no attempt waits longer than --timeout.
"$build/src/tool/whimbrel" -j 200 --retry 2 --timeout "$seconds" \
    -i "$work/list" -o "$work/fetched" --jsonl "$work/results" "$@"
code=$?
[ "$code" -le 1 ] || exit "$code"

timeout "$seconds" "$build/test/origin/compare" "$work/list" "$work/results" "$root" \
    "$work/fetched" || exit 1
exit "$code"
