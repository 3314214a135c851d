#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# Retries: of what, how often, and when.
# shellcheck source=/dev/null disable=SC2086,SC2154
. "$(dirname "$0")/harness.sh"

mkdir "$work/root"
echo hello >"$work/root/hello"
start_origin "$work/root" --scripted

# outcome NAME EXPECTED ARGUMENT...: the members ok, status, attempts of one URL
outcome() {
    run --retry-delay 0.01 --jsonl - "${@:3}"
    is "$1" "$(member ok status attempts <"$out")" "$2"
}
outcome "nothing is tried again unasked" $'false\t503\t1' "$base/hello?fail=1"
outcome "a server that fails twice is asked a third time" $'true\t200\t3' \
    --retry 3 "$base/hello?fail=2"
has "the summary counts retries" "$err" "2 retries"
outcome "there are no more retries than asked for" $'false\t503\t3' --retry 2 "$base/hello?fail=9"
for status in 408 429 500 502 504; do
    outcome "status $status is tried again" $'true\t200\t2' \
        --retry 1 "$base/hello?fail=1&status=$status"
done
for status in 400 403 404 410 501 505; do
    outcome "status $status is not" "false	$status	1" --retry 5 "$base/hello?fail=1&status=$status"
done
outcome "a reset is tried again" $'true\t200\t3' --retry 3 "$base/hello?fail=2&reset=1"
outcome "a time-out is tried again" $'true\t200\t2' --retry 1 -m 0.3 "$base/hello?fail=1&hang=1"
outcome "a failure to connect is tried again" $'false\t0\t4' --retry 3 http://127.0.0.1:1/
outcome "a bad URL is not" $'false\t0\t1' --retry 3 'http://bad url/'
outcome "a name that does not exist is not" $'false\t0\t1' --retry 3 'http://nobody.invalid/'
outcome "no-fail does not keep from trying again" $'true\t200\t2' \
    --no-fail --retry 2 "$base/hello?fail=1&n=2"
outcome "no-fail counts the last failure as fetched" $'true\t503\t2' \
    --no-fail --retry 1 "$base/hello?fail=9&n=2"

run --retry 2 --retry-delay 0.01 -v "$base/hello?fail=1&n=3"
has "verbose tells of the retry" "$err" "HTTP status 503; next attempt in"
run --retry 2 --retry-delay 0.01 -o "$work/got" "$base/hello?fail=1&n=4"
is "the body is that of the last attempt" "$(cat "$work/got/"*)" hello

start=$(now_ms)
run --retry 3 --retry-delay 0.4 --jsonl - "$base/hello?fail=3&n=5"
within "the delays double" $(($(now_ms) - start)) 1400 30000
start=$(now_ms)
outcome "Retry-After is no failure" $'true\t200\t2' --retry 1 "$base/hello?fail=1&retry-after=1&n=6"
within "Retry-After is obeyed" $(($(now_ms) - start)) 1000 30000
start=$(now_ms)
outcome "a Retry-After beyond reason is final" $'false\t503\t1' --retry 5 \
    "$base/hello?fail=1&retry-after=100000"
within "and is not waited for" $(($(now_ms) - start)) 0 20000

# Who waits for a retry does not keep others waiting.
run -j 1 --retry 1 --retry-delay 3 --jsonl - "$base/hello?fail=1&n=7" "$base/hello?"{1..5}
is "others are fetched meanwhile" "$(member line <"$out" | tr '\n' ' ')" "2 3 4 5 6 1 "
# A list where all fail, longer than what may wait at once.
run -j 5 --retry 2 --retry-delay 0.02 --jsonl - "$base/hello?fail=2&m="{1..60}
is "a list that fails twice is fetched" $code 0
is "every URL with three attempts" "$(member attempts <"$out" | sort | uniq -c | tr -s ' ')" " 60 3"
run -j 6 --per-host 2 --retry 2 --retry-delay 0.02 "$base/hello?fail=2&k="{1..30}
is "retries take their turn at the host again" $code 0

finish
