#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# Ctrl-C: the first one stops cleanly, the second at once.
# shellcheck source=/dev/null disable=SC2086,SC2154
. "$(dirname "$0")/harness.sh"

mkdir "$work/root"
echo hello >"$work/root/hello"
start_origin "$work/root" --scripted

# signal_tool NAME: to the tool itself, not to timeout(1) above it
signal_tool() {
    kill "-$1" "$(tool_pid "$pid")"
}
is_line_there() {
    [ -s "$1" ]
}

# One is fetched, then two hang, one waits for a retry, and more wait for their turn.
urls=("$base/hello" "$base/x?hang=1" "$base/x?size=100000&delay=60000" "$base/x?status=503"
    "http://127.0.0.1:1/")
loops=$(env -u BUILD $WHIMBREL --version | sed -n 's/^Loops: //p')
for loop in $loops; do
    # The results are flushed only when nothing comes, so look for the file of the first.
    rm -rf "$work/got"
    run_behind --loop "$loop" -j 3 --retry 3 --retry-delay 60 -o "$work/got" \
        --jsonl "$work/results" "${urls[@]}" "$base/x?hang=1&n="{1..9}
    await is_line_there "$work/got/http+127.0.0.1,$port+hello"
    signal_tool INT
    wait "$pid"
    is "Ctrl-C exits with 130 on $loop" $? 130
    has "Ctrl-C is told on $loop" "$err" "interrupted"
    has "and the summary follows on $loop" "$err" "fetched  1 of"
    holds "the results are whole on $loop" "$JSON_CHECK" <"$work/results"
    within "what was underway is told as stopped on $loop" \
        "$(member error <"$work/results" | grep -c 42)" 2 6
    is "no temporary file stays on $loop" "$(ls -A "$work/got")" "http+127.0.0.1,$port+hello"
done

run_behind -j 3 -o "$work/got2" "$base/hello" "$base/x?hang=1"
await is_line_there "$work/got2/http+127.0.0.1,$port+hello"
signal_tool TERM
wait "$pid"
is "SIGTERM exits with 143" $? 143

# While it waits for a list that says nothing.
mkfifo "$work/pipe"
exec 7<>"$work/pipe"
# shellcheck disable=SC2086
env --default-signal=INT timeout "$LIMIT" $WHIMBREL -i - --jsonl - <"$work/pipe" >"$out" 2>"$err" &
pid=$!
pids+=("$pid")
echo "$base/hello" >&7
await is_line_there "$out"
signal_tool INT
wait "$pid"
is "Ctrl-C ends the wait for a silent list" $? 130

# A tool that hangs in a write of its results cannot stop cleanly; the second Ctrl-C ends it.
mkfifo "$work/results.pipe"
exec 8<>"$work/results.pipe"
yes "$base/hello" | head -5000 >"$work/list"
run_behind -i "$work/list" --jsonl "$work/results.pipe"
is_blocked() {
    grep -q pipe_write "/proc/$(tool_pid "$pid")/wchan"
} 2>/dev/null
if await is_blocked; then
    child=$(tool_pid "$pid")
    for ((i = 0; i < 100; i++)); do
        kill -INT "$child" 2>/dev/null || break
        sleep 0.05
    done
    wait "$pid"
    is "the second Ctrl-C ends it" $? 130
    hasnt "and at once" "$err" "fetched"
else
    kill "$pid"
    skip "the second Ctrl-C ends it" "this kernel does not tell what a process waits for"
fi

# What was ignored at the start stays ignored, as nohup wants it. No timeout(1) here, which would
# change that.
(
    trap '' HUP
    # shellcheck disable=SC2086
    exec $WHIMBREL -m 10 -o "$work/got3" "$base/hello" "$base/hello?delay=1000"
) >"$out" 2>"$err" &
pid=$!
await is_line_there "$work/got3/http+127.0.0.1,$port+hello"
kill -HUP "$pid"
wait "$pid"
is "a hang-up that is ignored stays ignored" $? 0

finish
