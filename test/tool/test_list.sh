#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# Lists of URLs: their form, bad lines in them, and that they are streamed.
# shellcheck source=/dev/null disable=SC2086,SC2154
. "$(dirname "$0")/harness.sh"

mkdir "$work/root"
echo hello >"$work/root/hello"
start_origin "$work/root" --scripted
list=$work/list

printf '\xef\xbb\xbf# a comment\r\n%s\r\n\r\n  \t\n  %s  \n#%s/nothing\n%s' \
    "$base/hello?1" "$base/hello?2" "$base" "$base/hello?3" >"$list"
run -i "$list" --jsonl -
is "a list may have comments, blank lines, carriage returns and no last line end" $code 0
is "and only URLs count" "$(sorted url "$out" | sed "s,$base,,")" \
    $'/hello?1\n/hello?2\n/hello?3'
is "results know their line" "$(member line <"$out" | sort -n | tr '\n' ' ')" "2 5 7 "

run "$base/hello?a" -i "$list" "$base/hello?b"
has "URLs of the command line and of a list go together" "$err" "fetched  5 of 5"
: >"$list"
run -i "$list"
is "an empty list is all fetched" $code 0

{
    echo "$base/hello?first"
    echo 'http://'
    echo 'not a url'
    echo 'http://[::1/'
    echo 'http://host:99999/'
    echo 'gopher://127.0.0.1/'
    echo 'file:///etc/passwd'
    printf 'http://a\0b/\n'
    printf '\xff\xfe\n'
    printf 'http://127.0.0.1/%s\n' "$(head -c 100000 /dev/zero | tr '\0' x)"
    echo "$base/hello?last"
} >"$list"
run -i "$list" --jsonl -
is "bad lines fail" $code 1
is "each bad line is one failed line, and the good ones are fetched" \
    "$(sorted ok "$out" | tr '\n' ' ')" \
    "true false false false false false false false false false true "
has "a line that is too long is told" "$out" "too long"
has "a NUL byte is told" "$out" "NUL"
holds "all of it is valid JSON" "$JSON_CHECK" <"$out"
size=$(wc -c <"$out")
within "a long line is not written out whole" "$size" 1000 80000

head -c 300000 /dev/urandom | tr -d '#' >"$list"
run -i "$list" --jsonl - -m 5 --connect-timeout 1
is "a list of noise fails" $code 1
holds "a list of noise makes valid JSON" "$JSON_CHECK" <"$out"

# A list that comes bit by bit: each URL is fetched while the list goes on.
mkfifo "$work/pipe"
# shellcheck disable=SC2086
timeout "$LIMIT" $WHIMBREL -i - --jsonl - <"$work/pipe" >"$out" 2>"$err" &
pids+=("$!")
exec 7>"$work/pipe"
echo "$base/hello?1" >&7
await grep -q 'hello?1' "$out"
is "a URL is fetched and told before the list ends" $? 0
printf '%s' "$base/hel" >&7
echo "$base/x?hang=1" >"$work/ignored"
echo 'lo?2' >&7
await grep -q 'hello?2' "$out"
is "a line that comes in halves is one URL" $? 0
exec 7>&-
wait "${pids[-1]}"
is "a list that comes bit by bit ends when its writer ends" $? 0

# Running transfers go on while the list is silent.
# shellcheck disable=SC2086
timeout "$LIMIT" $WHIMBREL -i - --jsonl - <"$work/pipe" >"$out" 2>"$err" &
pids+=("$!")
exec 7>"$work/pipe"
printf '%s\n' "$base/?size=10&delay=300" "$base/?size=10&delay=500" >&7
await test "$(wc -l <"$out")" -eq 0
await grep -q 'delay=500' "$out"
is "transfers end while the list is silent" $? 0
exec 7>&-
wait "${pids[-1]}"

# The sanitizer would keep what was freed for a while, and its own memory still varies.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=1
slack=$((${SANITIZED:+5 * }1024))
peak_of() {
    # shellcheck disable=SC2086
    head -n "$1" "$list" | timeout "$LIMIT" "$PEAK" "$work/peak" $WHIMBREL -j 50 -q -i - \
        --jsonl "$work/results" || echo failed
    cat "$work/peak"
}
n_many=${N_MANY:-100000}
for ((i = 0; i < n_many; i++)); do echo "$base/?size=10&n=$i"; done >"$list"
few=$(peak_of 2000)
many=$(peak_of "$n_many")
is "all of a long list is fetched" "$(wc -l <"$work/results")" "$n_many"
is "all of a long list is fetched well" "$(grep -c '"ok":true' "$work/results")" "$n_many"
within "memory does not grow with the list ($few KiB, then $many KiB)" "$many" 1 $((few + slack))

yes 'no url' | head -n "$n_many" >"$list"
many=$(peak_of "$n_many" 2>&1 | tail -1)
is "a long list of bad lines is so many failures" \
    "$(grep -c '"ok":false' "$work/results")" "$n_many"
within "memory does not grow with bad lines" "$many" 1 $((few + slack))

finish
