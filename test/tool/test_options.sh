#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# The command line: what is refused, what each option does, and the exit status.
# shellcheck source=/dev/null disable=SC2086,SC2154
. "$(dirname "$0")/harness.sh"

mkdir "$work/root"
echo hello >"$work/root/hello"
start_origin "$work/root" --scripted

run --help
is "help is no error" $code 0
has "help goes to standard output" "$out" "Usage: whimbrel"
for option in --input --jobs --per-host --loop --output-dir --jsonl --location --header \
    --user-agent --insecure --timeout --connect-timeout --max-size --retry --retry-delay \
    --no-fail --verbose --quiet --help --version; do
    grep -q -- "$option" "$out" || fail "help tells of $option"
done
has "help tells the exit status" "$out" "Exit status"

run --version
is "version is no error" $code 0
has "version names the library" "$out" "libcurl/"
loops=$(sed -n 's/^Loops: //p' "$out")
is "version lists the loops, epoll first" "${loops%% *}" epoll

usage() {
    run "${@:3}"
    is "$1" $code 2
    has "$1, and says why" "$err" "$2"
}
usage "no URL is wrong usage" "no URL"
usage "an unknown option is wrong usage" "no such option" --nonsense "$base/hello"
usage "an unknown letter is wrong usage" "no such option" -Z "$base/hello"
usage "an unknown letter in a cluster is named" "whimbrel: -Z:" -vZq "$base/hello"
usage "a value for what takes none is wrong usage" "no value taken" --quiet=1 "$base/hello"
usage "a missing value is wrong usage" "needs a value" "$base/hello" -j
usage "a number that is none is wrong usage" "not a number" -j many "$base/hello"
usage "a number with a tail is wrong usage" "not a number" -j 5x "$base/hello"
usage "an empty number is wrong usage" "not a number" -j '' "$base/hello"
usage "a number out of range is wrong usage" "must be from 1 to 100000" -j 0 "$base/hello"
usage "an overflowing number is wrong usage" "--retry" --retry 99999999999999999999 "$base/hello"
usage "an overflowing size is wrong usage" "--max-size" --max-size 99999999999999999g "$base/hello"
usage "a header without a colon is wrong usage" "not a header" -H nonsense "$base/hello"
usage "a header with a line break is wrong usage" "not a header" -H $'A: b\r\nC: d' "$base/hello"
usage "a loop that is not built in is wrong usage" "not built into this program" \
    --loop nonsense "$base/hello"

for loop in $loops; do
    run --loop "$loop" -j 3 "$base/hello" "$base/hello" "$base/?size=3000000" "$base/hello?delay=50"
    is "the loop $loop fetches" $code 0
    has "the loop $loop fetches all" "$err" "fetched  4 of 4"
done

run "$base/hello"
is "all fetched is 0" $code 0
is "nothing goes to standard output unasked" "$(cat "$out")" ""
run "$base/hello" "$base/nothing"
is "one failed is 1" $code 1
has "a failure is told" "$err" "$base/nothing: HTTP status 404"
run --no-fail "$base/hello" "$base/nothing"
is "no-fail counts an HTTP error as fetched" $code 0
run -i "$work/no-such-list"
is "a list that cannot be read is 3" $code 3
run -o "$work/root/hello" "$base/hello"
is "a folder that is none is 3" $code 3
has "a folder that is none is told" "$err" "Not a directory"
run -o "$work/no/such/place" "$base/hello"
is "a folder that cannot be made is 3" $code 3
run --jsonl /dev/full "$base/hello"
is "results that cannot be written are 3" $code 3
has "results that cannot be written are told" "$err" "No space left"
run --jsonl "$work/no/such/results" "$base/hello"
is "results that cannot be opened are 3" $code 3

run -q "$base/hello" "$base/nothing"
is "quiet keeps the exit status" $code 1
is "quiet says nothing" "$(cat "$out" "$err")" ""
run -v "$base/hello"
has "verbose has a line per result" "$err" "$base/hello: 200, 6 B"
run -vv "$base/hello"
has "verbose twice shows the library's trace" "$err" "> GET /hello HTTP/1.1"
run --jsonl - "$base/nothing"
hasnt "a failure is told in one place only" "$err" "$base/nothing"
run "$base/nothing" $'http://h/\e[31m\xc2\x9b\xff'
has "control characters of a URL do not reach the terminal" "$err" 'http://h/\x1b[31m\xc2\x9b\xff'

body_of() {
    rm -rf "$work/got"
    run -o "$work/got" "$@"
    cat "$work/got/"*
}
body_of -H 'X-One: 1' -H 'X-Two: 2' "$base/x?echo=1" >"$work/echo"
has "a header is sent" "$work/echo" "X-One: 1"
has "another header is sent too" "$work/echo" "X-Two: 2"
grep -qi '^User-Agent: whimbrel/' "$work/echo"
is "it calls itself whimbrel" $? 0
body_of -A 'Some Body' "$base/x?echo=1" >"$work/echo"
has "it calls itself what it is told to" "$work/echo" "User-Agent: Some Body"
body_of -A '' -H 'Accept:' "$base/x?echo=1" >"$work/echo"
hasnt "a header can be taken away" "$work/echo" "Accept"

run --jsonl - "$base/x?location=/hello"
is "a redirect is not followed unasked" "$(member status <"$out")" 302
is "an unfollowed redirect is no success" "$(run -L --jsonl - "$base/?status=302"
    member ok error <"$out")" $'false\t22'
run -L --jsonl - "$base/x?location=/hello"
follows=$([ "$(member status <"$out")" = 302 ] || echo yes)
if feature redirects "$follows"; then
    is "location follows it" "$(body_of -L "$base/x?location=/hello")" hello
    run -L --jsonl - "$base/x?location=file:///etc/passwd"
    is "a redirect to a file is refused" "$(member ok <"$out")" false
    run -L --jsonl - "$base/x?location=x%3Flocation=x"
    is "a redirect may lead to another" "$(member ok status <"$out")" $'false\t404'
fi

run --max-size 5 --jsonl - "$base/hello" "$base/hello?chunked=1" "$base/?size=5"
is "max-size fails what is larger, chunked or not" "$(sorted error "$out" | tr '\n' ' ')" "63 63 0 "
run --max-size 2k "$base/?size=2048"
is "sizes have units" $code 0
run --max-size 2k "$base/?size=2049"
is "and are exact" $code 1

start=$(now_ms)
run -m 0.3 --jsonl - "$base/x?hang=1"
took=$(($(now_ms) - start))
is "a time-out is a failure" "$(member error <"$out")" 28
within "a time-out comes in time" $took 290 5000
run -m 5 "$base/hello?delay=100"
is "what is in time does not time out" $code 0

scripted=$base
start_origin "$work/root" --deaf
run --connect-timeout 0.5 -m 3 -j 6 --jsonl - "$base/"{1,2,3,4,5,6}
n_early=$(member total_ms <"$out" | awk '$1 < 2000 { n++ } END { print n + 0 }')
within "connect-timeout ends an attempt to connect early" "$n_early" 1 6
is "a connection that does not come about is a time-out" "$(member error <"$out" | sort -u)" 28

# One at a time at this host, though many may run.
base=$scripted
start=$(now_ms)
run -j 10 --per-host 2 -m 2 --jsonl - "$base/x?size=1&delay=200&n="{1,2,3,4,5,6}
took=$(($(now_ms) - start))
is "per-host keeps all going" $code 0
within "per-host lets two at a time" $took 590 30000
is "per-host needs no more connections" "$(sorted reused "$out" | grep -c true)" 4
run -j 10 --per-host 1 -m 1 "$base/x?size=1&delay=300&n="{1,2,3,4,5,6}
is "the wait for a turn does not count into the time-out" $code 0
run -j 10 --per-host 1 --jsonl - "$base/?size=1&delay=1500" "$base/?size=1" \
    "http://localhost:${base##*:}/?size=1"
is "per-host leaves other hosts alone" "$(member line <"$out" | tr '\n' ' ')" "3 1 2 "

cd "$work" || exit 99
if openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=somebody -days 2 -keyout key.pem \
    -out cert.pem 2>/dev/null; then
    openssl s_server -accept 127.0.0.1:0 -www -cert cert.pem -key key.pem >tls 2>/dev/null &
    pids+=("$!")
    await grep -q '^ACCEPT .' tls
    secure=https://127.0.0.1:$(sed -n 's/^ACCEPT .*://p' tls)
    run --jsonl - "$secure/"
fi
if [ -z "${secure-}" ]; then
    skip "a certificate that nobody vouches for is a failure" "openssl(1) is not there"
elif feature tls "$([ "$(member error <"$out")" = 1 ] || echo yes)"; then
    is "a certificate that nobody vouches for is a failure" "$(member error <"$out")" 60
    run -k --jsonl - "$secure/"
    is "insecure fetches all the same" "$(member ok <"$out")" true
fi

body_of -- "$base/hello" >"$work/echo"
is "two dashes end the options" "$(cat "$work/echo")" hello
run "$base/hello" -q
is "options may stand behind URLs" "$code $(cat "$err")" "0 "
run -- -j
is "behind two dashes an option is a URL" $code 1

(
    ulimit -n 100
    run -j 500 "$base/hello"
    echo $code >"$work/code"
)
is "few descriptors mean fewer jobs, not failures" "$(cat "$work/code")" 0
has "fewer jobs are told" "$err" "allows 12 jobs"

finish
