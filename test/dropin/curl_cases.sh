# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
# shellcheck shell=bash disable=SC2034,SC2154
#
# curl_cases: what check_stock_curl.sh lets curl do. Sourced by it.

# Requests
same 'GET' -sS "$base/bytes/1000"
same 'GET tells what happened' -sS -w "$told" "$base/bytes/1000"
same 'GET of nothing' -sS -w "$told" "$base/bytes/0"
same 'GET of much' -sS -w "$told" -o large "$base/bytes/5000000"
same 'GET sends what it should' -sS "$base/echo?a=b%20c#there"
same 'a URL without a scheme' -sS "${base#http://}/echo"
same 'a path with dots' -sS "$base/x/../echo/./y"
same 'a path as it is' -sS --path-as-is "$base/echo/../echo/./y"
same 'globbing' -sS "$base/echo/[1-3]/{a,b}"
same 'HEAD' -sS -I -w "$told" "$base/bytes/1000"
same 'headers and body' -sS -i "$base/bytes/100"
same 'headers to a file' -sS -D headers "$base/bytes/100"
same 'HTTP/1.0' -sS -0 -i "$base/echo"
same 'another method' -sS -X PROPFIND "$base/echo"
same 'a query by -G' -sS -G -d a=b --data-urlencode 'c=d e&f' "$base/echo"
same 'custom headers' -sS -H 'X-Bird: curlew' -H 'Accept: text/*' -H 'X-Empty;' "$base/echo"
same 'removed headers' -sS -H 'User-Agent:' -H 'Accept:' "$base/echo"
same 'another Host' -sS -H 'Host: shore.example' "$base/echo"
same 'agent and referer' -sS -A whimbrel -e http://shore.example/ "$base/echo"
same 'a cookie' -sS -b 'mud=flat; tide=low' "$base/cookie"
same 'a cookie jar' -sS -c jar "$base/cookie" "$base/cookie"
same 'a cookie jar that is standard output' -sS -c - "$base/cookie"
printf '127.0.0.1\tFALSE\t/\tFALSE\t0\ttide\tlow\nother.example\tTRUE\t/\tFALSE\t0\ta\tb\n' \
    >"$work/cookies"
same 'cookies of a file' -sS -b "$work/cookies" "$base/cookie" "$base/cookie"
input=$work/cookies
same 'cookies of standard input' -sS -b - "$base/cookie"
same 'cookies of an old session' -sS -j -b "$work/cookies" "$base/cookie"
same 'cookies of a file that is not there' -sS -b "$work/nowhere" "$base/cookie"
same 'cookies and a cookie' -sS -b "$work/cookies" -b 'mud=flat' "$base/cookie"
same 'OPTIONS *' -sS -X OPTIONS --request-target '*' -w "$told" "$base/"
same 'a name resolved by option' -sS --resolve "shore.example:${base##*:}:127.0.0.1" \
    "http://shore.example:${base##*:}/echo"
same 'localhost' -sS "http://localhost:${base##*:}/echo"
same 'no name in the URL' -sS --disallow-username-in-url "http://me@${base#http://}/echo"

# Bodies up
same 'POST' -sS -d name=whimbrel -d legs=two "$base/echo"
same 'POST tells what happened' -sS -d name=whimbrel -d legs=two -w "$told" "$base/echo"
same 'POST of nothing' -sS -d '' "$base/echo"
same 'POST from a file' -sS --data-binary "@$work/small" "$base/echo"
same 'POST of much waits for 100' -sS --data-binary "@$work/large" -w "$told" -o echo "$base/echo"
same 'POST refused before it is sent' -sS -i --data-binary "@$work/large" -w '%{http_code}' \
    "$base/refuse"
same 'POST in chunks' -sS -H 'Transfer-Encoding: chunked' -d some "$base/echo"
same 'JSON' -sS --json '{"bird":"curlew"}' "$base/echo"
same 'PUT of a file' -sS -T "$work/lines" -H Expect: -w "$told" "$base/echo"
same 'PUT of a small file does not wait' -sS -T "$work/lines" "$base/echo"
same 'PUT of much waits for 100' -sS -T "$work/large" -o echo "$base/echo"
input=$work/lines
same 'PUT in chunks from stdin' -sS -T - "$base/echo"
input=$work/lines
same 'PUT in chunks tells what happened' -sS -T - -w '%{size_upload}' -o echo "$base/echo"
input=$work/lines keep_err=true
same 'PUT from stdin as it comes' -sS -T . "$base/echo"
same 'PUT takes the name of the file' -sS -T "$work/lines" -H Expect: "$base/echo/"

# Forms
form() {
    masks=1
    same "$@" "$base/echo"
}
same 'a form' -sS -H 'Content-Type: none' -F a=b "$base/bytes/10"
form 'a form of two fields' -sS -F a=b -F 'c=d;type=x/y'
form 'a form of files' -sS -F "one=@$work/lines" -F "two=@$work/small;filename=two.html" \
    -F "three=<$work/lines"
form 'a form of two files in one field' -sS -F "a=@$work/lines,$work/small"
input=$work/lines
form 'a form of what comes from stdin' -sS -F 'a=@-;type=x/y' -F 'b=c'
form 'a form of a device' -sS -H Expect: -F 'a=@/dev/null'
form 'a form with odd names' -sS -F 'a"b\c=v;filename="x\"y.gif"'
form 'a form with backslashes' -sS --form-escape -F 'a"b\c=v'
form 'a form with headers' -sS -F 'a=b;headers="X-A: b";headers="Content-Disposition: x"'
form 'a form in base64' -sS -F "a=@$work/small;encoder=base64"
form 'a form that is quoted' -sS -H Expect: -F "a=@$work/small;encoder=quoted-printable"
form 'a form of eight bits where seven are allowed' -sS -F $'a=caf\xc3\xa9;encoder=7bit'
form 'a form with parts in a part' -sS -F 'x=(;type=multipart/alternative' -F '=text' \
    -F '=<b>;type=text/html' -F '=)' -F 'q=z'
form 'a form of a file that is not there' -sS -F "a=@$work/nothing"
form 'a form in chunks' -sS -H 'Transfer-Encoding: chunked' -F a=b
form 'a form that a redirect keeps' -sS -L -F a=b --url "$base/redirect/307"
form 'a large form' -sS -F "a=@$work/large"

# Bodies down
same 'a range' -sS -r 10-29 -w "$told" "$base/bytes/1000"
same 'a range up to the end' -sS -r 990- "$base/bytes/1000"
same 'the last bytes' -sS -r -15 "$base/bytes/1000"
same 'a range that is not there' -sS -r 2000-3000 -i -w "$told" "$base/bytes/1000"
same 'chunks' -sS -w "$told" "$base/chunked/12345"
same 'chunks with headers and trailers' -sS -i "$base/chunked/2345"
same 'chunks as they come' -sS --raw "$base/chunked/2345"
same 'until the connection closes' -sS -w "$told" "$base/until-close/12345"
same 'a length that is ignored' -sS --ignore-content-length "$base/close/123"
same 'a file' -sS -o shore "$base/bytes/2000"
same 'a file by its name in the URL' -sS -O "$base/bytes/2000"
same 'a file by the name that the server gives' -sS -OJ "$base/named"
same 'an ETag is kept' -sS --etag-save tag "$base/named"
same 'several files' -sS -O "$base/bytes/100" -O "$base/bytes/200" "$base/bytes/300" -o third
same 'files named by globs' -sS "$base/bytes/[1-3]0" -o 'nr_#1' --create-dirs --output-dir sub
same 'the time of the file' -sS -R -o shore "$base/bytes/20"
same 'a new name rather than an old file' -sS -O "$base/bytes/9" --no-clobber -O "$base/bytes/9"
same 'a body of the largest size allowed' -sS --max-filesize 1000 -w "$told" "$base/bytes/1000"
same 'a body beyond the size allowed' -sS --max-filesize 1000 -w '%{errormsg}' "$base/bytes/1001"
same 'no content' -sS -i "$base/status/204"
same 'not modified' -sS -i "$base/status/304"
same 'a limited rate' -sS --limit-rate 20k -w "$told" -o shore "$base/bytes/30000"

# Connections
same 'two URLs on one connection' -sS -Z --parallel-max 1 --no-progress-meter -i -w "$told" \
    "$base/bytes/10" "$base/bytes/20"
same 'twenty URLs on one connection' -sS -Z --parallel-max 1 --no-progress-meter -w "$told" \
    -o 'nr_#1' "$base/chunked/[1-20]"
same 'a connection closed by the server' -sS -i -w "$told" "$base/close/10" "$base/bytes/20"
same 'a connection closed by us' -sS -i -w "$told" -H 'Connection: close' "$base/bytes/[10-12]"
same 'a connection that served an error' -sS -Z --parallel-max 1 --no-progress-meter -w "$told" \
    "$base/status/404" "$base/bytes/20"
same 'a connection after HEAD' -sS -Z --parallel-max 1 --no-progress-meter -I -w "$told" \
    "$base/bytes/1[0-3]"
same 'different requests one after another' -sS -d a=b "$base/echo" --next -sS -T "$work/large" \
    -o large "$base/echo" --next -sS -I -o /dev/null "$base/status/404" --next -sS "$base/echo"
same 'no keep-alive probes' -sS --no-keepalive "$base/bytes/[1-2]"
same 'fifty in parallel' -sS -Z --parallel-max 50 --parallel-immediate --no-progress-meter \
    -o 'nr_#1' "$base/gather/50?[1-50]"
same 'fifty in parallel by four' -sS -Z --parallel-max 4 --no-progress-meter -o 'nr_#1' \
    "$base/bytes/[1-50]"
same 'parallel with failures' -sS -Z --no-progress-meter --fail -o 'nr_#1' \
    "$base/status/{200,404,201}"
same 'parallel ones end at the first error' -sS -Z --no-progress-meter --fail-early \
    "$refusing/" "$base/hang" "$base/hang"

# Failures
same 'refused' -sS -w "$told" "$refusing/"
same 'refused, and the next URL' -sS -w "$told" "$refusing/" "$base/bytes/10"
same 'refused over IPv6' -sS "http://[::1]:${refusing##*:}/"
same 'an unknown host' -sS -w "$told" "http://$(printf 'a%.0s' {1..70}).invalid/"
same 'an unknown scheme' -sS -w "$told" bird://shore/
same 'a scheme that is not allowed' -sS --proto -http "$base/echo"
same 'only other schemes are allowed' -s --proto =https "$base/echo"
same 'a wrong port' -sS "http://127.0.0.1:99999/"
same 'no URL' -sS ''
same 'connecting takes too long' -sS --connect-timeout 1 "$deaf/"
same 'connecting takes all the time' -sS --max-time 1 -w "$told" "$deaf/"
same 'no answer in time' -sS --max-time 1 -w "$told" "$base/hang"
same 'half an answer in time' -sS --max-time 1 -w "$told" "$base/stall/1000"
same 'too slow' -sS --speed-limit 100000 --speed-time 1 -w "$told" "$base/stall/100"
same 'an error status fails when asked to' -sS -f -w "$told" "$base/status/404"
same 'an error status with its body' -sS --fail-with-body -w "$told" "$base/status/500"
same 'an error status is an answer' -sS -w "$told" "$base/status/404"
same 'a truncated body' -sS -w "$told" "$base/short/1000"
same 'a truncated body in a file' -sS -o shore -w "$told" "$base/short/1000"
same 'a truncated body is removed' -sS -o shore --remove-on-error "$base/short/1000"
same 'a truncated chunk' -sS -w "$told" "$base/short-chunk/1000"
same 'an empty answer' -sS -w "$told" "$base/nothing"
same 'no HTTP' -sS -w "$told" "$base/garbage"
same 'HTTP/0.9 when allowed' -sS --http0.9 "$base/garbage"
same 'a file that cannot be written' -sS -o no/such/folder/file "$base/bytes/10"
same 'a redirect is not followed' -sS -i "$base/redirect/302"
same 'retried' -sS --retry 1 --retry-delay 1 --retry-connrefused "$refusing/"
same 'retried not before the server asks' -sS --retry 1 --retry-max-time 1 "$base/status/503"
same 'only the exit code' -s "$refusing/"

# What is shown
keep_err=headers_of_trace
same 'a trace of GET' -sv "$base/bytes/10"
keep_err=headers_of_trace
same 'a trace of POST' -sv -d name=whimbrel "$base/echo"
keep_err=marks_of_trace
same 'each line of a trace has a mark' -sv -o shore -d name=whimbrel "$base/chunked/9"
keep_err=without_remarks
same 'a dump' -s --trace-ascii %% "$base/bytes/30"
keep_err=meter
same 'the meter' -o shore "$base/bytes/12345"
keep_err=meter
same 'the meter when the length is unknown' -o shore "$base/until-close/12345"
keep_err=meter
same 'the meter of an upload' -o shore -T "$work/lines" -H Expect: "$base/echo"
keep_err=meter
same 'the meter of an error' -o shore "$base/status/404"
keep_err=meter
same 'the meter with larger units' -o shore "$base/bytes/1000000"
keep_err=last_of_bar
same 'the bar' -# -o shore "$base/bytes/12345"

# What is not there yet
! offers https || same 'https' -sS -w '%{http_code} %{num_connects}' "https://127.0.0.1:${refusing##*:}/"
same 'ftp' -sS "ftp://127.0.0.1:${refusing##*:}/"
same 'a redirect that is followed' -sS -L "$base/redirect/302"
same 'where a redirect leads' -sS -w '%{redirect_url}' "$base/redirect/302"
same 'a login' -sS -u me:secret "$base/echo"
same 'a login in the URL' -sS "http://me:secret@${base#http://}/echo"
same 'a proxy' -sS -x "$refusing" "$base/echo"
http_proxy=$refusing same 'a proxy by the environment' -sS "$base/echo"
same 'a connection to elsewhere' -sS --connect-to "::127.0.0.1:${base##*:}" \
    http://shore.example/echo
same 'HTTP/2' -sS --http2 "$base/bytes/10"
same 'resumed' -sS -C 990 "$base/bytes/1000"
! offers libz || same 'compressed' -sS --compressed "$base/bytes/10"
same 'a condition of time' -sS -z '2021-01-01' "$base/named"
same 'headers by name' -sS -o /dev/null -w '%header{x-nth}' "$base/bytes/10"
same 'one connection for one transfer after the other' -sS -w '%{num_connects}' \
    "$base/bytes/10" "$base/bytes/10"
