#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# The demo: serves, fetches and compares a folder of odd files; and says so when something differs.
# shellcheck source=/dev/null disable=SC2086,SC2154
. "$(dirname "$0")/harness.sh"

demo=$here/../origin/demo
root=$work/root
mkdir -p "$root/a folder/deep/er" "$work/outside" "$work/tmp"
: >"$root/empty"
head -c 3000000 /dev/urandom >"$root/large"
echo 1 >"$root/with space"
echo 2 >"$root/100%"
echo 3 >"$root/%41"
echo 4 >"$root/question?mark&x=1"
echo 5 >"$root/hash#mark"
echo 6 >"$root/a folder/deep/er/ünïcode-☃"
echo 7 >"$root/"$'new\nline'
echo 8 >"$root/"$'bytes\xff\xfe'
echo 9 >"$root/plus+plus,comma~tilde"
echo 10 >"$root/back\\slash"
echo 11 >"$root/.hidden"
echo 12 >"$root/A" && echo 13 >"$root/a"
echo 14 >"$root/$(head -c 240 /dev/zero | tr '\0' n)"
echo out >"$work/outside/secret"
ln -s empty "$root/link to a file"
ln -s "a folder" "$root/link to a folder"
ln -s ../outside/secret "$root/link out"
ln -s nowhere "$root/broken link"
ln -s loop "$root/loop"
mkfifo "$root/pipe"
for ((i = 0; i < 300; i++)); do echo "$i" >"$root/a folder/file $i"; done

demo_of() {
    TMPDIR=$work/tmp DEMO_ROOT=$root timeout "$LIMIT" "$demo" "$BUILD" "$@" >"$out" 2>"$err"
    code=$?
}
demo_of
is "all files of a folder come back as they are" $code 0
has "the demo tells how many there are" "$out" "317 files"
has "the demo tells how many are the same" "$out" ": 317 the same, 0 wrong"
has "the demo prints the summary" "$err" "fetched  317 of 317, 0 failed"
is "the demo cleans up" "$(ls -A "$work/tmp")" ""

demo_of --max-size 1m
is "a file that was not fetched fails the demo" $code 1
has "and is named" "$err" "/large: was not fetched"

# A served folder that differs from the one that is compared with.
"$ORIGIN" --list --port 1 "$root" >"$work/list"
start_origin "$root"
"$ORIGIN" --list --port "$port" "$root" >"$work/list"
run -i "$work/list" -o "$work/got" --jsonl "$work/results"
COMPARE=${COMPARE:-$BUILD/test/origin/compare}
holds "what is equal is found equal" \
    "$COMPARE" "$work/list" "$work/results" "$root" "$work/got" >"$out"
differs() {
    "$COMPARE" "$work/list" "$1" "$root" "$work/got" >"$out" 2>"$err"
    is "$2" $? 1
}
sed 1d "$work/results" >"$work/fewer"
differs "$work/fewer" "a result that is missing is found"
cp "$work/results" "$work/more" && head -1 "$work/results" >>"$work/more"
differs "$work/more" "a result that is there twice is found"
printf x | dd of="$work/got/http+127.0.0.1,$port+large" bs=1 seek=2999999 conv=notrunc 2>"$err"
differs "$work/results" "a single byte that differs is found"

root=$work/outside
: >"$root/secret" && rm "$root/secret"
demo_of
is "a folder without files fails the demo" $code 1
DEMO_ROOT=$work/nowhere "$demo" "$BUILD" >"$out" 2>"$err"
is "a folder that is missing fails the demo" $? 1

finish
