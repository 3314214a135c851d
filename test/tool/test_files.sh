#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# Bodies as files: their names, that they appear whole or not at all, and errors of the disk.
# shellcheck source=/dev/null disable=SC2086,SC2154
. "$(dirname "$0")/harness.sh"

mkdir -p "$work/root/sub"
head -c 200000 /dev/urandom >"$work/root/sub/data.bin"
: >"$work/root/empty"
start_origin "$work/root" --scripted
got=$work/got

# Names of the files that are there, but for the place of the origin in them.
names() {
    (cd "$got" && find . -mindepth 1 -printf '%P\n') | sed "s/127.0.0.1,$port/HOST/" | sort
}

run -o "$got" --jsonl - "$base/sub/data.bin" "$base/empty"
is "bodies are kept, in a folder that is made" $code 0
is "files are named after their URLs" "$(names | tr '\n' ' ')" \
    "http+HOST+empty http+HOST+sub+data.bin "
holds "a body is what was served" \
    cmp -s "$work/root/sub/data.bin" "$got/http+127.0.0.1,$port+sub+data.bin"
is "an empty body is an empty file" "$(stat -c %s "$got/"*empty)" 0
is "a result tells its file" "$(sorted file "$out" | head -1)" "http+127.0.0.1,$port+sub+data.bin"
is "bytes are those of the body" "$(sorted bytes "$out" | tr '\n' ' ')" "200000 0 "

rm -rf "$got"
run -o "$got" "$base/../../../etc/passwd?size=3" "$base/%2e%2e/%2fetc?size=3" "$base/a/..?size=3" \
    "$base/?size=3&x=/../../y" "$base/sub\\..\\x?size=3" "$base/CON?size=3" "$base/%00?size=3" \
    "http://user:secret@127.0.0.1:$port/?size=3"
is "no name leads out of the folder" "$(find "$work" -newer "$got/." -name passwd)" ""
is "names have no folder in them" "$(find "$got" -mindepth 2)" ""
is "names are plain" "$(names | LC_ALL=C grep -c '[^A-Za-z0-9._=@+,%~-]')" 0
is "a password is in no name" "$(names | grep -c secret)" 0
within "each URL that was fetched has its own file" "$(names | wc -l)" 6 8

rm -rf "$got"
long=$(head -c 3000 /dev/zero | tr '\0' y)
run -o "$got" "$base/$long?size=1" "$base/${long}z?size=2" "$base/$long.html?size=3&chunked=1"
is "long URLs are kept" $code 0
is "and have names of their own" "$(names | wc -l)" 3
longest=$(find "$got" -type f -printf '%f\n' | awk '{ print length }' | sort -n | tail -1)
within "names are capped" "$longest" 50 200

rm -rf "$got"
run -o "$got" "$base/sub/data.bin" "$base/sub/data.bin#part" "$base/sub/data.bin"
is "one URL twice is one file" "$(names)" "http+HOST+sub+data.bin"
first=$(cd "$got" && ls)
rm -rf "$got"
run -o "$got" "$base/sub/data.bin"
is "names are the same in every run" "$(cd "$got" && ls)" "$first"

# Whole, or not at all.
rm -rf "$got"
run -o "$got" "$base/sub/data.bin?truncate=1000" "$base/none" "$base/sub/data.bin?reset=1"
is "a body that breaks off leaves no file" "$(ls -A "$got")" ""
run --no-fail -o "$got" "$base/none"
is "no-fail keeps the body of an error" "$(cat "$got/"*)" "Not Found"
rm -rf "$got"
mkdir "$got"
echo old >"$got/http+127.0.0.1,$port+sub+data.bin%3Ftruncate=9"
run -o "$got" "$base/sub/data.bin?truncate=9"
is "a failed fetch leaves an older file alone" "$(cat "$got/"*)" old
echo old >"$got/http+127.0.0.1,$port+sub+data.bin"
run -o "$got" "$base/sub/data.bin"
holds "a good fetch replaces an older file" cmp -s "$work/root/sub/data.bin" \
    "$got/http+127.0.0.1,$port+sub+data.bin"
rm -rf "$got"
mkdir "$got"
echo precious >"$work/precious"
ln -s "$work/precious" "$got/http+127.0.0.1,$port+empty"
run -o "$got" "$base/empty"
is "a link that is in the way is replaced, not followed" "$(cat "$work/precious")" precious
mkdir "$got/http+127.0.0.1,$port+sub+data.bin"
run -o "$got" --jsonl - "$base/sub/data.bin" "$base/empty"
is "a folder that is in the way fails one file" "$(sorted error "$out" | tr '\n' ' ')" "23 0 "
has "and it is said why" "$out" "Is a directory"
is "and no temporary file stays" "$(find "$got" -name '.whim*')" ""

# While a body comes, nobody sees it under its name.
rm -rf "$got"
run_behind -o "$got" "$base/sub/data.bin?size=50000000"
# Killed at any moment, also too late: the name is there only with all of it.
for ((i = 0; i < 5; i++)); do
    await test -d "$got"
    kill -KILL "$(tool_pid "$pid")" 2>/dev/null
    wait "$pid" 2>/dev/null
    partial=$(find "$got" -name 'http*' ! -size 50000000c)
    [ -z "$partial" ] || break
    rm -rf "$got"
    run_behind -o "$got" "$base/sub/data.bin?size=50000000"
done
wait "$pid" 2>/dev/null
is "a tool that is killed leaves no partial file under its name" "$partial" ""

# Errors of the disk.
rm -rf "$got"
(
    ulimit -f 50
    run -o "$got" --jsonl "$work/results" "$base/sub/data.bin" "$base/empty"
    echo $code >"$work/code"
)
is "a file that cannot grow is one failure" "$(cat "$work/code")" 1
is "and the others are fetched" "$(sorted error "$work/results" | tr '\n' ' ')" "23 0 "
has "and it is said why" "$work/results" "File too large"
is "and what was written is removed" "$(names)" "http+HOST+empty"

small=$work/small
mkdir "$small"
cat >"$work/in-namespace" <<'END'
mount -t tmpfs -o size=64k none "$1" || exit 77
shift
"$@"
code=$?
ls -A "$small" >"$work/left"
exit $code
END
export small work
# shellcheck disable=SC2086
unshare -rm sh "$work/in-namespace" "$small" timeout "$LIMIT" $WHIMBREL -j 1 -o "$small" \
    --jsonl "$work/results" "$base/sub/data.bin" "$base/empty" "$base/sub/data.bin?size=10" \
    >"$out" 2>"$err"
code=$?
if [ -s "$work/left" ]; then
    is "a full disk is one failure" "$code" 1
    has "and it is said why" "$work/results" "No space left on device"
    is "and only the whole files are there" "$(sed "s/127.0.0.1,$port/HOST/" "$work/left")" \
        $'http+HOST+empty\nhttp+HOST+sub+data.bin%3Fsize=10'
else
    skip "a full disk is one failure" "no mount namespace here"
fi

finish
