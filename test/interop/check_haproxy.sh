#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# HAProxy: TLS that ends in front of the origin, and the PROXY line that it and nginx take.
# shellcheck disable=SC2154
# shellcheck source=test/interop/try.sh
. "$(dirname "$0")/try.sh"
# shellcheck source=test/interop/nginx.sh
. "$here/nginx.sh"
# shellcheck source=test/interop/haproxy.sh
. "$here/haproxy.sh"
make_certificates

head -c 3000000 /dev/urandom >"$www/large"
site origin ''
site line_http proxy_protocol
site line_https 'ssl proxy_protocol'
start_nginx

front v12 http "ssl crt $certs/server.both ssl-max-ver TLSv1.2" "$origin_port"
front v13 http "ssl crt $certs/server.both ssl-min-ver TLSv1.3" "$origin_port"
front clients http "ssl crt $certs/server.both verify required ca-file $certs/ca.pem" "$origin_port"
front line http accept-proxy "$origin_port"
front line_tls http "accept-proxy ssl crt $certs/server.both" "$origin_port"
start_haproxy

ca=(--cacert "$certs/ca.pem")
one_by_one=(-Z --parallel-max 1)
told='%{exitcode} %{http_code} %{num_connects} %{http_version}\n'

for version in 1.2 1.3; do
    v=v${version/./}
    v=${!v}
    try "TLS $version: one request behind the other" '*|0 200 1 1.1|*|0 200 0 1.1|*|0 200 0 1.1' \
        "${one_by_one[@]}" "${ca[@]}" "$v/who?"{1,2,3}
    whole got "$www/large"
    try "TLS $version: a large answer comes whole" '0 200 1 1.1 whole' "${ca[@]}" -o got "$v/large"
    whole "$www/put/SIDE" "$www/large"
    try "TLS $version: what goes up arrives whole" '0 201 1 1.1 whole' \
        "${ca[@]}" -H Expect: -T "$www/large" "$v/put/SIDE"
    whole "$www/put/SIDE" "$www/large"
    input=$www/large
    try "TLS $version: what goes up in chunks arrives whole" '0 201 1 1.1 whole' \
        "${ca[@]}" -T - "$v/put/SIDE"
    sorted=1
    try "TLS $version: a hundred at once" '0 200 1 1.1 (100 times)' "${ca[@]}" \
        -Z --no-progress-meter --parallel-max 100 --parallel-immediate -o 'got_#1' \
        "$v/sixty?[1-100]"
    sorted=
done
told='%{exitcode} %{http_code} %{errormsg}\n'
only='[0-9]+ 000 '
for version in 1.2 1.3; do
    try "TLS $version: a client without a certificate is refused" '[35]* 000 *alert*' \
        "${ca[@]}" --tls-max $version "$clients/who"
    try "TLS $version: a client of another authority is refused" '[35]* 000 *alert*' \
        "${ca[@]}" --tls-max $version --cert "$certs/stranger.both" "$clients/who"
done
only=
try 'a client whose certificate is right is served' '127.0.0.1 *|0 200 ' \
    "${ca[@]}" --cert "$certs/client.both" "$clients/who"

# The PROXY line tells the server who asks: the port too, which is another one each time.
same_ports() {
    local asked answered

    read -r answered _ <"$work/$1.out"
    asked=$(tail -n 1 "$work/$1.out")
    [ "$answered" = "$asked" ] || { echo "it says $answered, and is $asked" && return 1; }
}

with_line=(--haproxy-protocol)
told='%{exitcode} %{http_code} %{num_connects} %{errormsg}\n'
try 'nginx hears the address by the PROXY line' '127.0.0.1 127.0.0.1 |0 200 1 ' \
    "${with_line[@]}" "$line_http/who"
try 'nginx hears it in front of TLS' '127.0.0.1 127.0.0.1 |0 200 1 ' \
    "${with_line[@]}" "${ca[@]}" "$line_https/who"
try 'HAProxy hears it and passes it on' '127.0.0.1  127.0.0.1|0 200 1 ' \
    "${with_line[@]}" "$line/who"
try 'HAProxy hears it in front of TLS' '127.0.0.1  127.0.0.1|0 200 1 ' \
    "${with_line[@]}" "${ca[@]}" "$line_tls/who"
try 'the line is sent once a connection' '* . 1|0 200 1 |* . 2|0 200 0 ' \
    "${one_by_one[@]}" "${with_line[@]}" "${ca[@]}" "$line_https/tls?"{1,2}
try 'a server that wants the line serves nobody without it' '52 000 1 *' "$line_http/who"
try 'nor in front of TLS' '35 000 1 *' "${ca[@]}" "$line_https/who"
try 'a server that wants no line takes it for a bad request' '*400*|0 400 1 ' \
    "${with_line[@]}" "$origin/who"
try 'with and without the line are two connections' '52 000 1 *|127.0.0.1 *|0 200 1 |52 000 1 *' \
    "${one_by_one[@]}" "$line_http/who" \
    --next -sS -w "$told" "${with_line[@]}" "$line_http/who" \
    --next -sS -w "$told" "$line_http/who"
told='%{local_port}\n'
try 'the port that the line tells is the one that asks' '*|*' "${with_line[@]}" "$line_http/port"
holds 'it is so with the drop-in' same_ports dropin
holds 'and with libcurl' same_ports system
end
