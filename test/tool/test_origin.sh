#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# The origin: what it serves, and what it keeps to itself.
# shellcheck source=/dev/null disable=SC2086,SC2154
. "$(dirname "$0")/harness.sh"

root=$work/root
mkdir -p "$root/sub" "$work/rootless"
echo hello >"$root/hello"
head -c 50000 /dev/urandom >"$root/sub/data"
echo secret >"$work/secret"
echo secret >"$work/rootless/secret"
ln -s ../secret "$root/out"
ln -s "$root/hello" "$root/absolute"
ln -s sub/data "$root/inside"
ln -s .. "$root/up"
mkfifo "$root/pipe"
start_origin "$root"

# ask TEXT: sends it as it is, and keeps the whole answer; the origin must close the connection
ask() {
    # shellcheck disable=SC2016,SC2059
    timeout 10 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1"; printf "$2" >&3; cat <&3' - "$port" "$1" \
        >"$out" 2>"$err"
}
status_of() {
    ask "GET $1 HTTP/1.1\\r\\nHost: h\\r\\nConnection: close\\r\\n\\r\\n"
    head -1 "$out" | cut -d' ' -f2
}
is "a file is served" "$(status_of /hello)" 200
is "with its content" "$(tail -1 "$out")" hello
is "a file that is missing is 404" "$(status_of /none)" 404
is "a folder is 404" "$(status_of /sub)" 404
is "the root is 404" "$(status_of /)" 404
is "a pipe is 404, and does not hang" "$(status_of /pipe)" 404
is "a link within is followed" "$(status_of /inside)" 200
is "an absolute link within is followed" "$(status_of /absolute)" 200
is "a link that leads out is 403" "$(status_of /out)" 403
for path in /../secret //../secret /sub/../../secret /%%2e%%2e/secret /..%%2fsecret \
    /up/secret /up/rootless/secret /up/root/../secret; do
    got=$(status_of "$path")
    is "no path leads out: ${path//%%/%}" "${got/404/403}" 403
    hasnt "nor its content" "$out" secret
done
is "a broken escape is 400" "$(status_of /%%4)" 400
is "a NUL byte is 400" "$(status_of /a%%00b)" 400
is "a target that is no path is 400" "$(status_of hello)" 400
ask 'nonsense\r\n\r\n'
has "what is no request is 400" "$out" "HTTP/1.1 400"
ask "GET /$(head -c 20000 /dev/zero | tr '\0' x) HTTP/1.1\\r\\n\\r\\n"
is "a head that is too long ends the connection" "$(grep -c 'HTTP/1.1 200' "$out")" 0
is "and the next one is served" "$(status_of /hello)" 200

ask 'POST /hello HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc'
has "another method is 405" "$out" "HTTP/1.1 405"
has "and it is said which there are" "$out" "Allow: GET, HEAD"
ask 'HEAD /sub/data HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'
has "HEAD tells the length" "$out" "Content-Length: 50000"
is "HEAD has no body" "$(tail -c 4 "$out" | od -An -tx1 | tr -d ' ')" 0d0a0d0a
ask 'GET /hello HTTP/1.1\r\nHost: h\r\n\r\nHEAD /hello HTTP/1.1\r\n\r\nGET /hello HTTP/1.0\r\n\r\n'
is "a connection is kept, and requests wait in line" "$(grep -c 'HTTP/1.1 200' "$out")" 3
ask 'GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /hello HTTP/1.0\r\n\r\n'
is "an old client may ask to keep it" "$(grep -c 'HTTP/1.1 200' "$out")" 2
ask 'GET /hello?chunked=1 HTTP/1.1\r\nConnection: close\r\n\r\n'
is "chunks are framed" "$(sed '1,/^\r$/d' "$out" | tr -d '\r' | tr '\n' '|')" "6|hello||0||"
is "a script is not obeyed unasked" "$(status_of '/hello?status=500')" 200

run -o "$work/got" "$base/sub/data" "$base/sub/data?chunked=1"
for file in "$work/got/"*; do
    holds "a body comes whole: ${file##*+}" cmp -s "$file" "$root/sub/data"
done

"$ORIGIN" --list --port "$port" "$root" >"$work/list"
is "the list has every file that would be served, and no other" \
    "$(sed "s,$base,," "$work/list" | sort | tr '\n' ' ')" "/absolute /hello /inside /sub/data "
run -i "$work/list"
is "all of the list is served" $code 0
"$ORIGIN" --list --lets-out --port "$port" "$root" >"$work/list"
is "with --lets-out the list has what is outside too" "$(grep -c /out "$work/list")" 1
start_origin "$root" --lets-out
is "and it is served" "$(status_of /out)" 200
is "but dots still lead nowhere" "$(status_of /../secret)" 403

if [ "$(id -u)" -ne 0 ]; then
    chmod 0 "$root/hello"
    is "a file that cannot be read is 403" "$(status_of /hello)" 403
elif setpriv --reuid=65534 --clear-groups true 2>/dev/null; then
    chmod 755 "$work" "$root"
    chmod 600 "$root/hello"
    setpriv --reuid=65534 --clear-groups "$ORIGIN" --seconds 60 "$root" >"$work/port" &
    pids+=("$!")
    await test -s "$work/port"
    port=$(cat "$work/port")
    is "a file that cannot be read is 403" "$(status_of /hello)" 403
else
    skip "a file that cannot be read is 403" "cannot become another user"
fi

finish
