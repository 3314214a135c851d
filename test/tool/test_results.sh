#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# The JSON lines and the closing summary.
# shellcheck source=/dev/null disable=SC2086,SC2154
. "$(dirname "$0")/harness.sh"

mkdir "$work/root"
echo hello >"$work/root/hello"
start_origin "$work/root" --scripted

run --jsonl - "$base/hello"
holds "a result is valid JSON" "$JSON_CHECK" <"$out"
holds "a result has all its members" "$JSON_CHECK" line url ok status error error_text bytes \
    dns_ms connect_ms first_byte_ms total_ms reused attempts file <"$out" >"$work/members"
is "a good result" "$(member line ok status error error_text bytes reused attempts file <"$out")" \
    $'1\ttrue\t200\t0\tnull\t6\tfalse\t1\tnull'

run --jsonl - "$base/none"
is "a failure by status" "$(member ok status error error_text bytes <"$out")" \
    $'false\t404\t22\tHTTP status 404\t10'
run --no-fail --jsonl - "$base/none"
is "no-fail makes it good" "$(member ok status error <"$out")" $'true\t404\t0'
run --jsonl - http://127.0.0.1:1/
is "a failure to connect" "$(member ok status error reused <"$out")" $'false\t0\t7\tfalse'
run --jsonl - http://nobody.invalid/
is "a name that does not exist" "$(member ok error reused <"$out")" $'false\t6\tfalse'
run --jsonl - "$base/x?reset=1"
is "a connection that breaks has no status" "$(member ok status <"$out")" $'false\t0'
run --jsonl - "$base/x?size=100&truncate=40"
is "a body that breaks off" "$(member ok error bytes <"$out")" $'false\t18\t40'
run -L --jsonl - "$base/x?location=/hello"
feature redirects "$([ "$(member status <"$out")" = 302 ] || echo yes)" &&
    is "the status after a redirect is the last one" "$(member status bytes <"$out")" $'200\t6'

run -j 1 --jsonl - "$base/hello"{,,,}
is "connections are reused, and it is told" "$(sorted reused "$out" | tr '\n' ' ')" \
    "false true true true "
has "and the summary tells it" "$err" "opened   1 connections, 3 transfers reused one"
run -j 1 --jsonl - "$base/hello?delay=120"
sorted dns_ms connect_ms first_byte_ms total_ms "$out" >"$work/times"
is "times are in milliseconds and in order" \
    "$(awk '{ print ($1 <= $2 && $2 <= $3 && $3 <= $4 && $3 >= 120) }' "$work/times")" 1

run --jsonl "$work/results" "$base/hello"
is "results can go to a file" "$(member ok <"$work/results")" true
is "and then not to standard output" "$(cat "$out")" ""

all=$(printf 'http://h/%b' "$(printf '\\x%02x' {1..9} {11..255})")
run --jsonl - "$all" $'\xed\xa0\x80' $'\xc0\xaf' $'\xf4\x90\x80\x80' 'a"b\c' $'caf\u00e9' $'\xe2\x82'
holds "a URL of any bytes makes valid JSON" "$JSON_CHECK" <"$out"
is "quotes and backslashes are kept" "$(sorted url "$out" | sed -n 5p)" 'a"b\c'
is "what is no UTF-8 is replaced" "$(sorted url "$out" | sed -n 3p)" $'\ufffd\ufffd'

run "$base/hello" "$base/none" "$base/none" "$base/?status=503" "$base/?size=1000000" nonsense:
has "the summary counts what was fetched" "$err" "fetched  2 of 6, 4 failed"
has "the summary counts failures by kind" "$err" "2 x HTTP status 4xx"
has "by each kind" "$err" "1 x HTTP status 5xx"
has "the summary has the percentiles" "$err" "latency  p50"
has "the summary has the bytes" "$err" "976."
number='[0-9.]+ ms'
is "the summary has all three" "$(grep -cE "p50 $number, p90 $number, p99 $number" "$err")" 1

run -j 4 --jsonl - "$base/?size=1&delay=400" "$base/?size=1&delay=20&n="{1..19}
p50=$(grep -oE 'p50 [0-9]+' "$err" | cut -d' ' -f2)
p99=$(grep -oE 'p99 [0-9]+' "$err" | cut -d' ' -f2)
within "the median is that of the many" "$p50" 20 200
within "the last percentile is that of the slow one" "$p99" 400 20000

finish
