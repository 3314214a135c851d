#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# Proxies that are spoken to over TLS: HAProxy in front of tinyproxy, and Squid by itself if it is
# installed. Their certificates are of another authority than the origin's.
# shellcheck disable=SC2154
# shellcheck source=test/interop/try.sh
. "$(dirname "$0")/try.sh"
# shellcheck source=test/interop/nginx.sh
. "$here/nginx.sh"
# shellcheck source=test/interop/haproxy.sh
. "$here/haproxy.sh"
# shellcheck source=test/interop/http_proxies.sh
. "$here/http_proxies.sh"
make_certificates

head -c 3000000 /dev/urandom >"$www/large"
site clear ''
site secure ssl
site v12 ssl 'ssl_protocols TLSv1.2;'
start_nginx
free_port
nobody=$port
tunnels="$clear_port $secure_port $v12_port $nobody 443"

ca=(--cacert "$certs/ca.pem")
one_by_one=(-Z --parallel-max 1)
told='%{exitcode} %{http_code} %{http_connect} %{num_connects} '
told+='%{ssl_verify_result} %{proxy_ssl_verify_result} %{errormsg}\n'

# works NAME PROXY: what goes through any of them.
works() {
    local name=$1 proxy=(--proxy-cacert "$certs/harbour_ca.pem" -x "$2")

    try "$name: a request is forwarded" 'GET  *1.1 *|0 200 000 1 0 0 ' "${proxy[@]}" "$clear/echo"
    whole got "$www/large"
    try "$name: a large answer is forwarded whole" '0 200 000 1 0 0  whole' \
        "${proxy[@]}" -o got "$clear/large"
    whole "$www/put/SIDE" "$www/large"
    try "$name: what goes up is forwarded whole" '0 201 000 1 0 0  whole' \
        "${proxy[@]}" -H Expect: -T "$www/large" "$clear/put/SIDE"
    try "$name: https goes through a tunnel, which is used again" \
        'TLSv1.3 . 1|0 200 200 1 0 0 |TLSv1.3 . 2|0 200 * 0 0 0 ' \
        "${one_by_one[@]}" "${proxy[@]}" "${ca[@]}" "$secure/tls?"{1,2}
    try "$name: TLS 1.2 with the origin" 'TLSv1.2 . 1|0 200 200 1 0 0 ' \
        "${proxy[@]}" "${ca[@]}" "$v12/tls"
    try "$name: TLS 1.2 with the proxy" 'TLSv1.3 . 1|0 200 200 1 0 0 ' \
        "${proxy[@]}" --proxy-ciphers ECDHE-ECDSA-AES128-GCM-SHA256 "${ca[@]}" "$secure/tls"
    whole got "$www/large"
    try "$name: a large answer comes whole through a tunnel" '0 200 200 1 0 0  whole' \
        "${proxy[@]}" "${ca[@]}" -o got "$secure/large"
    whole "$www/put/SIDE" "$www/large"
    try "$name: what goes up arrives whole through a tunnel" '0 201 200 1 0 0  whole' \
        "${proxy[@]}" "${ca[@]}" -H Expect: -T "$www/large" "$secure/put/SIDE"
    try "$name: http goes through a tunnel when it is told to" ' * 1|0 200 200 1 0 0 ' \
        "${proxy[@]}" -p "$clear/tls"
    try "$name: sessions are resumed through tunnels" \
        '. 1|0 200 200 1 0 0 |r 1|0 200 200 1 0 0 ' \
        "${one_by_one[@]}" "${proxy[@]}" "${ca[@]}" "$secure/close?"{1,2}
    sorted=1
    try "$name: fifty tunnels at once" '0 200 200 1 0 0  (50 times)' "${proxy[@]}" "${ca[@]}" \
        -Z --no-progress-meter --parallel-max 50 --parallel-immediate -o 'got_#1' \
        "$secure/sixty?[1-50]"
    sorted=
    try "$name: the origin's authority is not the proxy's" '60 000 200 1 20 0 *' \
        "${proxy[@]}" --cacert "$certs/harbour_ca.pem" "$secure/tls"
    try "$name: the proxy's authority is not the origin's" '60 000 000 1 * 20 *' \
        --proxy-cacert "$certs/ca.pem" -x "$2" "${ca[@]}" "$secure/tls"
    try "$name: the proxy is not verified" '* . 1|0 200 200 1 0 * ' \
        --proxy-insecure -x "$2" "${ca[@]}" "$secure/tls"
    try "$name: nobody verifies the origin for it" '60 000 200 1 20 * *' \
        --proxy-insecure -x "$2" "$secure/tls"
    try "$name: nobody listens at the target" '7 000 50[0-9] 1 * *50[0-9]*' \
        "${proxy[@]}" "${ca[@]}" "https://127.0.0.1:$nobody/"
}

if start_tinyproxy open && open_port=$port &&
    start_tinyproxy locked 'BasicAuth curlew long_bill'; then
    locked_port=$port
    front front tcp "ssl crt $certs/proxy.both" "$open_port"
    front front_locked tcp "ssl crt $certs/proxy.both" "$locked_port"
    front front_elsewhere tcp "ssl crt $certs/elsewhere.both" "$open_port"
    front front_expired tcp "ssl crt $certs/expired.both" "$open_port"
    front front_clients tcp \
        "ssl crt $certs/proxy.both verify required ca-file $certs/ca.pem" "$open_port"
    start_haproxy
    works tinyproxy "$front"
    proxy=(--proxy-cacert "$certs/harbour_ca.pem")
    try 'a login' '* . 1|0 200 200 1 0 0 ' "${proxy[@]}" \
        -x "$front_locked" -U curlew:long_bill "${ca[@]}" "$secure/tls"
    try 'no login' '7 000 407 1 * *407*' "${proxy[@]}" -x "$front_locked" "${ca[@]}" "$secure/tls"
    try "a certificate for the proxy's clients" '* . 1|0 200 200 1 0 0 ' "${proxy[@]}" \
        -x "$front_clients" --proxy-cert "$certs/client.both" "${ca[@]}" "$secure/tls"
    try 'no certificate where the proxy wants one' '5[56] 000 000 1 *' "${proxy[@]}" \
        -x "$front_clients" "${ca[@]}" "$secure/tls"
    try "the origin's certificate is not for the proxy" '5[56] 000 000 1 *' "${proxy[@]}" \
        -x "$front_clients" --cert "$certs/client.both" "${ca[@]}" "$secure/tls"
    try "a proxy's certificate for another name" '60 000 000 1 * 1 *' \
        --proxy-cacert "$certs/ca.pem" -x "$front_elsewhere" "${ca[@]}" "$secure/tls"
    try "a proxy's certificate that has expired" '60 000 000 1 * 10 *' \
        --proxy-cacert "$certs/ca.pem" -x "$front_expired" "${ca[@]}" "$secure/tls"
    try 'a proxy that speaks no TLS' '35 000 000 1 *' "${proxy[@]}" -x "https://127.0.0.1:$clear_port" \
        "${ca[@]}" "$secure/tls"
    try 'a proxy that speaks TLS, and nobody told' '[0-9]* 000 000 1 *' \
        -x "http://127.0.0.1:$front_port" "${ca[@]}" "$secure/tls"
    try 'over TLS and without are two connections' \
        '* 1|0 200 200 1 0 0 |* 1|0 200 200 1 0 0 |* 2|0 200 * 0 0 0 ' "${one_by_one[@]}" \
        "${ca[@]}" "${proxy[@]}" -x "$front" "$secure/tls" \
        --next -sS -w "$told" "${ca[@]}" -x "http://$open" "$secure/tls" \
        --next -sS -w "$told" "${ca[@]}" "${proxy[@]}" -x "$front" "$secure/tls"
else
    skip 'HTTPS proxies with tinyproxy' 'there is none that starts; Debian has it in tinyproxy-bin'
fi

if start_squid squid "https_port tls-cert=$certs/proxy.both"; then
    works Squid "https://$squid"
else
    skip 'HTTPS proxies with Squid' 'there is no squid that starts; it is a package of Debian'
fi
end
