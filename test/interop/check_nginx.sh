#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# HTTP with nginx, over TCP and over TLS: bodies both ways, many at once, and connections that the
# server closes when it likes.
# shellcheck disable=SC2154
# shellcheck source=test/interop/try.sh
. "$(dirname "$0")/try.sh"
# shellcheck source=test/interop/nginx.sh
. "$here/nginx.sh"
make_certificates

large=$www/large
head -c 20000000 /dev/urandom >"$large"
for ((i = 1; i <= 200; i++)); do
    seq $((i * 37)) >"$www/nr_$i"
done
cat "$www/nr_"* >"$work/all"
cat "$work/all" "$work/all" >"$work/twice"
printf '%0120d' 0 >"$work/sixty_twice"

site clear ''
site v12 ssl 'ssl_protocols TLSv1.2;'
site v13 ssl 'ssl_protocols TLSv1.3;'
for kind in clear secure; do
    ssl=${kind/clear/}
    site "${kind}_three" "${ssl:+ssl}" 'keepalive_requests 3;'
    site "${kind}_brief" "${ssl:+ssl}" 'keepalive_timeout 60ms;'
done
start_nginx

ca=(--cacert "$certs/ca.pem")
one_by_one=(-Z --parallel-max 1)
told='%{exitcode} %{http_code} %{size_download} %{size_upload} %{num_connects}\n'

for kind in clear v12 v13; do
    site=${!kind}
    whole got "$large"
    try "$kind: 20 MB arrive whole" '0 200 20000000 0 1 whole' "${ca[@]}" -o got "$site/large"
    whole got "$large"
    try "$kind: 20 MB arrive whole in chunks" '0 200 20000000 0 1 whole' \
        "${ca[@]}" -o got "$site/chunked/large"
    whole "$www/put/SIDE" "$large"
    try "$kind: 20 MB go up whole" '0 201 0 20000000 1 whole' \
        "${ca[@]}" -H Expect: -T "$large" "$site/put/SIDE"
    whole "$www/put/SIDE" "$large"
    try "$kind: and when the server is asked first" '0 201 0 20000000 1 whole' \
        "${ca[@]}" -H 'Expect: 100-continue' -T "$large" "$site/put/SIDE"
    whole "$www/put/SIDE" "$large"
    input=$large
    try "$kind: 20 MB go up whole in chunks" '0 201 0 20000000 1 whole' \
        "${ca[@]}" -T - "$site/put/SIDE"
    whole got "$www/put/there"
    cp "$www/nr_200" "$www/put/there"
    try "$kind: an upload of another file, and then what there was" '0 20[14] 0 * 1|0 200 * 0 0 whole' \
        "${one_by_one[@]}" "${ca[@]}" -T "$www/nr_1" "$site/put/here" \
        --next -sS -w "$told" "${ca[@]}" -o got "$site/put/there"
    next=(--next -sS -w "$told" "${ca[@]}")
    whole '[ae]' "$work/sixty_twice"
    try "$kind: requests of all kinds, one behind the other" \
        '0 206 60 0 1|0 204 0 0 0|0 200 0 0 0|0 404 * 0 0|0 405 * 11 0|0 200 60 0 0 whole' \
        "${one_by_one[@]}" "${ca[@]}" -r 0-99 -o a "$site/sixty" \
        "${next[@]}" "$site/nothing" "${next[@]}" -I -o b "$site/sixty" \
        "${next[@]}" -o c "$site/nowhere" "${next[@]}" -d name=curlew -o d "$site/sixty" \
        "${next[@]}" -o e "$site/sixty"
    try "$kind: HTTP/1.0 ends with its connection" '0 200 60 0 1 (2 times)' \
        "${one_by_one[@]}" "${ca[@]}" -0 -o a -o b "$site/sixty?"{1,2}
    try "$kind: a request for which the line is too long" '*414 Request-URI Too Large*|0 414 * 0 1' \
        "${ca[@]}" "$site/$(printf 'a%.0s' {1..40000})"
done

# Many at once, each with a body of its own; then more of them than there are connections.
told='%{exitcode} %{http_code} %{num_connects}\n'
sorted=1
parallel=(-Z --no-progress-meter --parallel-max 200 --parallel-immediate)
for kind in clear v12 v13; do
    told='%{exitcode} %{http_code} %{num_connects}\n'
    whole 'nr_*' "$work/all"
    try "$kind: 200 at once" '0 200 1 (200 times) whole' \
        "${parallel[@]}" "${ca[@]}" -o 'nr_#1' "${!kind}/nr_[1-200]"
    told='%{exitcode} %{http_code}\n'
    [ $kind != v12 ] || continue
    whole '[ab]_*' "$work/twice"
    try "$kind: 400 by twenty" '0 200 (400 times) whole' -Z --no-progress-meter --parallel-max 20 \
        "${ca[@]}" -o '#2_#1' "${!kind}/nr_[1-200]?{a,b}"
done
sorted=

# A server that closes its connections when it likes: no request fails for it.
for kind in clear secure; do
    three=${kind}_three brief=${kind}_brief
    told='%{num_connects}'
    try "$kind: each connection serves three requests" '1001001001001001001001001001' \
        "${one_by_one[@]}" "${ca[@]}" -o got "${!three}/sixty?[1-28]"
    told='%{exitcode} %{http_code}\n'
    try "$kind: connections that serve three requests, ten of them at a time" '0 200 (100 times)' \
        -Z --no-progress-meter --parallel-max 10 "${ca[@]}" -o got_#1 "${!three}/sixty?[1-100]"
    # The slow request takes as long as the server waits for the next one on an idle connection.
    urls=()
    for ((i = 0; i < 12; i++)); do
        urls+=(-o got "${!brief}/nothing?$i" -o got "$clear/slow?$i")
    done
    try "$kind: connections that close as the next request comes" "$(printf '0 204|0 401|%.0s' {1..11})0 204|0 401" \
        "${one_by_one[@]}" "${ca[@]}" "${urls[@]}"
done

# Signatures: what one library signs, the other does.
# same NAME OPTION...: both send the same login, which is one of AWS.
same() {
    local name=$1

    shift
    run system --aws-sigv4 "$scheme" -u curlew:long_bill "$@"
    run dropin --aws-sigv4 "$scheme" -u curlew:long_bill "$@"
    judge "$name" "$(<"$work/system.said")"
    case $(<"$work/dropin.said") in
    *Signature=????????????????????????????????????????????????????????????????\ *'0 200') pass "$name: it is one" ;;
    *) fail "$name: it is one" "$(<"$work/dropin.said")" ;;
    esac
}

if on_dropin "$curl" -sS --aws-sigv4 aws:amz:a:b -u a:b "$clear/nothing"; then
    scheme=aws:amz:coast-1:nests
    at=(-H 'X-Amz-Date: 20260102T030405Z')
    same 'a signature' "${at[@]}" "$clear/login"
    same 'a signature of a body' "${at[@]}" -d 'five eggs' "$clear/login"
    same 'a signature of fields of ours' "${at[@]}" -H 'X-Bird:  long   bill' -H 'x-amz-b: c' "$clear/login"
    same 'a signature of a query' "${at[@]}" "$clear/login?a=b&c=d"
    same 'a signature of another method' "${at[@]}" -X DELETE "$clear/login"
    scheme=goog
    same 'a signature by words of others' -H 'X-Goog-Date: 20260102T030405Z' \
        --resolve "nests.coast.example:$clear_port:127.0.0.1" "http://nests.coast.example:$clear_port/login"
else
    skip 'signatures' 'the drop-in was built without them'
fi
end
