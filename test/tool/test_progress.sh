#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# The progress bar: on a terminal, and nowhere else.
# shellcheck source=/dev/null disable=SC2086,SC2154
. "$(dirname "$0")/harness.sh"

mkdir "$work/root"
echo hello >"$work/root/hello"
start_origin "$work/root" --scripted
for ((i = 0; i < 40; i++)); do echo "$base/?size=1000&delay=50&n=$i"; done >"$work/list"
echo "$base/none" >>"$work/list"

run -j 2 -i "$work/list"
is "the fetch takes long enough to be seen" "$(grep -c 'fetched  40 of 41' "$err")" 1
is "a pipe sees no progress" "$(tr -cd '\r\033' <"$err" | wc -c)" 0

if ! script --version >/dev/null 2>&1; then
    skip "a terminal sees the progress" "script(1) is not there"
    finish
fi

# on_terminal COLUMNS ARGUMENT...: what a terminal of that width is sent
on_terminal() {
    local columns=$1 command

    shift
    printf -v command '%q ' "$@"
    TERM=xterm timeout "$LIMIT" script -qec "stty cols $columns 2>/dev/null; $WHIMBREL $command" \
        /dev/null </dev/null >"$out" 2>"$err"
}
on_terminal 120 -j 2 -i "$work/list" --jsonl /dev/null
n_drawn=$(grep -aoE $'\r\\[[#>.]{24}\\]' "$out" | wc -l)
within "a terminal sees a bar, drawn now and then" "$n_drawn" 3 60
for part in ' done, ' ' failed, ' '/s, ' ' KiB' 'ETA 0:0' '%'; do
    has "the progress has '$part'" "$out" "$part"
done
grep -aqE $'\r\033\\[Kfetched  40 of 41' "$out"
is "the summary takes the place of the progress" $? 0
grown=$(grep -aoE '[0-9]+ done' "$out" | sort -n -u | wc -l)
within "the count grows" "$grown" 3 60

on_terminal 40 -j 2 -i "$work/list"
longest=$(tr '\r' '\n' <"$out" | sed 's/\x1b\[K//' | grep -a ' done' | awk '{ print length }' |
    sort -n | tail -1)
within "the line fits a narrow terminal" "$longest" 20 39
grep -aqE $'\r\033\\[Kwhimbrel: .*none: HTTP status 404' "$out"
is "a failure is told on a line of its own" $? 0

on_terminal 120 -q -j 2 -i "$work/list"
is "quiet shows no progress" "$(tr -d '\r\n' <"$out")" ""
in_script() {
    timeout "$LIMIT" script -qec "$1" /dev/null </dev/null >"$out" 2>&1
}
in_script "TERM=dumb $WHIMBREL -j 2 -i $work/list"
is "a dumb terminal sees no progress" "$(grep -ac ' done, ' "$out")" 0
# script(1) gives its command a terminal as standard input, so the pipe is made within.
in_script "cat $work/list | TERM=xterm $WHIMBREL -j 2 -i -"
has "of a list through a pipe the progress counts" "$out" " done, "
hasnt "and promises no end" "$out" "ETA"

finish
