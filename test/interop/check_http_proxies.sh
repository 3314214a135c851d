#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# HTTP proxies: tinyproxy, which forwards, tunnels and asks for a login by Basic, and Squid, which
# keeps connections and asks by Digest; each if it is installed.
# shellcheck disable=SC2154
# shellcheck source=test/interop/try.sh
. "$(dirname "$0")/try.sh"
# shellcheck source=test/interop/nginx.sh
. "$here/nginx.sh"
# shellcheck source=test/interop/http_proxies.sh
. "$here/http_proxies.sh"
make_certificates

head -c 3000000 /dev/urandom >"$www/large"
site clear ''
site secure ssl
site forbidden ssl
start_nginx
free_port
nobody=$port
tunnels="$clear_port $secure_port $nobody 443"

ca=(--cacert "$certs/ca.pem")
one_by_one=(-Z --parallel-max 1)
no_body=(-o got)
told='%{exitcode} %{http_code} %{http_connect} %{num_connects} %{errormsg}\n'

# works NAME OPTION...: what goes through any proxy that lets one in.
works() {
    local name=$1 proxy=("${@:2}")

    try "$name: a request is forwarded" 'GET  *1.1 *|0 200 000 1 ' "${proxy[@]}" "$clear/echo"
    try "$name: a body is forwarded" 'POST 11 *|0 200 000 1 ' \
        "${proxy[@]}" -d name=curlew "$clear/echo"
    whole got "$www/large"
    try "$name: a large answer is forwarded whole" '0 200 000 1  whole' \
        "${proxy[@]}" -o got "$clear/large"
    whole "$www/put/SIDE" "$www/large"
    try "$name: what goes up is forwarded whole" '0 201 000 1  whole' \
        "${proxy[@]}" -H Expect: -T "$www/large" "$clear/put/SIDE"
    try "$name: https goes through a tunnel, which is used again" \
        '* . 1|0 200 200 1 |* . 2|0 200 * 0 |* . 3|0 200 * 0 ' \
        "${one_by_one[@]}" "${proxy[@]}" "${ca[@]}" "$secure/tls?"{1,2,3}
    try "$name: http goes through a tunnel when it is told to" ' * 1|0 200 200 1 | * 2|0 200 * 0 ' \
        "${one_by_one[@]}" "${proxy[@]}" -p "$clear/tls?"{1,2}
    whole got "$www/large"
    try "$name: a large answer comes whole through a tunnel" '0 200 200 1  whole' \
        "${proxy[@]}" "${ca[@]}" -o got "$secure/large"
    whole "$www/put/SIDE" "$www/large"
    try "$name: what goes up arrives whole through a tunnel" '0 201 200 1  whole' \
        "${proxy[@]}" "${ca[@]}" -H Expect: -T "$www/large" "$secure/put/SIDE"
    try "$name: the certificate is the origin's" '60 000 200 1 *' "${proxy[@]}" "$secure/tls"
    try "$name: sessions are resumed through tunnels" '. 1|0 200 200 1 |r 1|0 200 200 1 ' \
        "${one_by_one[@]}" "${proxy[@]}" "${ca[@]}" "$secure/close?"{1,2}
    sorted=1
    try "$name: fifty tunnels at once" '0 200 200 1  (50 times)' "${proxy[@]}" "${ca[@]}" \
        -Z --no-progress-meter --parallel-max 50 --parallel-immediate -o 'got_#1' \
        "$secure/sixty?[1-50]"
    sorted=
}

# refuses NAME OPTION...: what it does not do.
refuses() {
    local name=$1 proxy=("${@:2}")

    try "$name: a port to which there are no tunnels" '7 000 403 1 *403*' \
        "${proxy[@]}" "${ca[@]}" "$forbidden/tls"
    try "$name: nobody listens at the target of a tunnel" '7 000 50[0-9] 1 *50[0-9]*' \
        "${proxy[@]}" "${ca[@]}" "https://127.0.0.1:$nobody/"
    try "$name: nobody listens at the target" '*0 50[0-9] 000 1 ' \
        "${proxy[@]}" "${no_body[@]}" "http://127.0.0.1:$nobody/"
    try "$name: a target that has no address" '7 000 50[0-9] 1 *50[0-9]*' \
        "${proxy[@]}" "${ca[@]}" https://nobody.invalid/
}

# asks NAME PROXY METHOD...: it lets only curlew in, with "long_bill".
asks() {
    local name=$1 proxy=("${@:2}")

    try "$name: a login that is right" 'GET  *|0 200 000 * ' \
        "${proxy[@]}" -U 'curlew:long_bill' "$clear/echo"
    try "$name: a login that is right, for a tunnel" '* . 1|0 200 200 * ' \
        "${proxy[@]}" "${ca[@]}" -U 'curlew:long_bill' "$secure/tls"
    try "$name: a login that is right, one behind the other" '* . 1|0 200 200 * |* . 2|0 200 * 0 ' \
        "${one_by_one[@]}" "${proxy[@]}" "${ca[@]}" -U 'curlew:long_bill' "$secure/tls?"{1,2}
    try "$name: a password that is wrong" '0 40[17] 000 * ' \
        "${proxy[@]}" "${no_body[@]}" -U 'curlew:short_bill' "$clear/echo"
    try "$name: a password that is wrong, for a tunnel" '7 000 40[17] * *40[17]*' \
        "${proxy[@]}" "${ca[@]}" -U 'curlew:short_bill' "$secure/tls"
    try "$name: no login" '0 407 000 1 ' "${proxy[@]}" "${no_body[@]}" "$clear/echo"
    try "$name: no login for a tunnel" '7 000 407 1 *407*' "${proxy[@]}" "${ca[@]}" "$secure/tls"
    # Squid reads nothing more from a connection on which it has refused a large body.
    whole "$www/put/SIDE" "$www/large"
    try "$name: what goes up arrives whole" '*0 201 000 *  whole' \
        "${proxy[@]}" -U 'curlew:long_bill' -H 'Expect: 100-continue' -T "$www/large" "$clear/put/SIDE"
}

if start_tinyproxy open && start_tinyproxy locked 'BasicAuth curlew long_bill'; then
    works tinyproxy -x "http://$open"
    refuses tinyproxy -x "http://$open"
    asks 'tinyproxy, Basic' -x "http://$locked" --proxy-basic
    asks 'tinyproxy, any method' -x "http://$locked" --proxy-anyauth
    try 'tinyproxy: HTTP/1.0 for a tunnel' '* . 1|0 200 200 1 ' \
        --proxy1.0 "$open" "${ca[@]}" "$secure/tls"
    export http_proxy=http://$open https_proxy=http://$open
    try 'tinyproxy: the proxy of the environment' '* . 1|0 200 200 1 ' "${ca[@]}" "$secure/tls"
    try 'tinyproxy: the proxy of the environment forwards' 'GET *tinyproxy*|0 200 000 1 ' \
        "$clear/echo"
    no_proxy=127.0.0.0/8 try 'tinyproxy: what the environment excepts goes straight' \
        '* . 1|0 200 000 1 ' "${ca[@]}" "$secure/tls"
    try 'tinyproxy: what is excepted goes straight' 'GET  |0 200 000 1 ' \
        --noproxy localhost,127.0.0.1 "$clear/echo"
    try 'tinyproxy: everything is excepted' 'GET  |0 200 000 1 ' --noproxy '*' "$clear/echo"
    unset http_proxy https_proxy
    try 'tinyproxy: what goes straight does not take a tunnel for it, nor the other way round' \
        '* 1|0 200 000 1 |* 1|0 200 200 1 |* 2|0 200 000 0 ' "${one_by_one[@]}" "${ca[@]}" \
        "$secure/tls" --next -sS -w "$told" "${ca[@]}" -x "http://$open" "$secure/tls" \
        --next -sS -w "$told" "${ca[@]}" "$secure/tls"
else
    skip 'HTTP proxies with tinyproxy' 'there is none that starts; Debian has it in tinyproxy-bin'
fi

if start_squid open http_port && start_squid locked http_port \
    "auth_param digest program /usr/lib/squid/digest_file_auth $work/squid/logins" \
    'auth_param digest children 1' 'auth_param digest realm shore' \
    'acl known proxy_auth REQUIRED' 'http_access deny !known'; then
    works Squid -x "http://$open"
    refuses Squid -x "http://$open"
    try 'Squid: requests for any host go by one connection' \
        'GET *squid*|0 200 000 1 |GET *squid*|0 200 000 0 |*|0 200 000 0 ' \
        "${one_by_one[@]}" -x "http://$open" "$clear/echo?"{1,2} "http://localhost:$clear_port/echo"
    asks 'Squid, Digest' -x "http://$locked" --proxy-digest
    asks 'Squid, any method' -x "http://$locked" --proxy-anyauth
else
    skip 'HTTP proxies with Squid' 'there is no squid that starts; it is a package of Debian'
fi
end
