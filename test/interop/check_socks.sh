#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# SOCKS with microsocks (5, with and without a login) and with Dante's sockd (4, 5), each if it
# is installed: to an origin over TCP and over TLS.
# shellcheck disable=SC2154
# shellcheck source=test/interop/try.sh
. "$(dirname "$0")/try.sh"
# shellcheck source=test/interop/nginx.sh
. "$here/nginx.sh"
make_certificates

head -c 3000000 /dev/urandom >"$www/large"
site clear ''
site secure ssl
start_nginx
free_port
nobody=$port

ca=(--cacert "$certs/ca.pem")
one_by_one=(-Z --parallel-max 1)
told='%{exitcode} %{http_code} %{num_connects} %{errormsg}\n'

# works NAME PROXY-OPTION ADDRESS...: what goes through any proxy that lets one in.
works() {
    local name=$1 proxy=("${@:2}") kind

    for kind in clear secure; do
        try "$name, $kind: one request behind the other" \
            '* 1|0 200 1 |* 2|0 200 0 ' "${proxy[@]}" "${ca[@]}" "${one_by_one[@]}" \
            "${!kind}/tls?"{1,2}
    done
    whole got "$www/large"
    try "$name: a large answer comes whole" '0 200 1  whole' "${proxy[@]}" "${ca[@]}" \
        -o got "$secure/large"
    whole "$www/put/SIDE" "$www/large"
    try "$name: what goes up arrives whole" '0 201 1  whole' "${proxy[@]}" "${ca[@]}" -H Expect: \
        -T "$www/large" "$secure/put/SIDE"
    try "$name: nobody listens at the target" '97 000 1 *' "${proxy[@]}" "http://127.0.0.1:$nobody/"
    sorted=1
    try "$name: fifty at once" '0 200 1  (50 times)' "${proxy[@]}" "${ca[@]}" \
        -Z --no-progress-meter --parallel-max 50 --parallel-immediate -o 'got_#1' \
        "$secure/sixty?[1-50]"
    sorted=
}

# looks_up NAME PROXY-OPTION ADDRESS...: the same, by a proxy that takes names.
looks_up() {
    try "$1: the proxy looks the name up" '* . 1|0 200 1 ' "${@:2}" "${ca[@]}" \
        "https://localhost:$secure_port/tls"
    try "$1: a name that the proxy does not find" '97 000 1 *' "${@:2}" http://nobody.invalid/
}

if command -v microsocks >/dev/null; then
    free_port
    open=127.0.0.1:$port
    start microsocks "$port" microsocks -i 127.0.0.1 -p "$port"
    has_started=$?
    free_port
    locked=127.0.0.1:$port
    start microsocks_locked "$port" microsocks -i 127.0.0.1 -p "$port" -u curlew -P 'long bill'
    has_started=$((has_started + $?))
else
    has_started=1
fi
if [ $has_started -eq 0 ]; then
    works 'microsocks, SOCKS5' --socks5 "$open"
    works 'microsocks, SOCKS5 by name' --socks5-hostname "$open"
    looks_up 'microsocks' --socks5-hostname "$open"
    looks_up 'microsocks with a login' --proxy-user 'curlew:long bill' --socks5-hostname "$locked"
    try 'microsocks: a login that is right' '* . 1|0 200 1 ' \
        --proxy-user 'curlew:long bill' --socks5 "$locked" "${ca[@]}" "$secure/tls"
    try 'microsocks: a login in the URL' '* . 1|0 200 1 ' \
        -x "socks5h://curlew:long%20bill@$locked" "${ca[@]}" "$secure/tls"
    try 'microsocks: a password that is wrong' '97 000 1 *' \
        --proxy-user 'curlew:short bill' --socks5 "$locked" "${ca[@]}" "$secure/tls"
    try 'microsocks: no login where one is wanted' '97 000 1 *' \
        --socks5 "$locked" "${ca[@]}" "$secure/tls"
    try 'microsocks: logins have connections of their own' \
        '0 200 1 |97 000 1 *|0 200 0 ' "${one_by_one[@]}" "${ca[@]}" -o a \
        -x "socks5h://curlew:long%20bill@$locked" "$secure/tls" \
        --next -sS -w "$told" "${ca[@]}" -x "socks5h://gull:long%20bill@$locked" "$secure/tls" \
        --next -sS -w "$told" "${ca[@]}" -o a -x "socks5h://curlew:long%20bill@$locked" "$secure/tls"
    try 'microsocks: not for whom it is not meant' '* . 1|0 200 1 ' \
        --noproxy 127.0.0.1 --socks5 "127.0.0.1:$nobody" "${ca[@]}" "$secure/tls"
    try 'microsocks: in front of an HTTP proxy' '* 1|0 200 1 ' --preproxy "socks5h://$open" \
        -x "http://127.0.0.1:$clear_port" "http://shore.example/tls"
else
    skip 'SOCKS with microsocks' 'there is no microsocks that starts; it is a package of Debian'
fi

# sockd runs as whoever runs this test; ports other than the origin's are not allowed.
write_sockd_conf() {
    cat >"$work/sockd.conf" <<END
logoutput: stderr
internal: 127.0.0.1 port = $1
external: 127.0.0.1
clientmethod: none
socksmethod: none
user.privileged: $(id -un)
user.unprivileged: $(id -un)
client pass { from: 127.0.0.1/32 to: 0.0.0.0/0 }
socks pass { from: 127.0.0.1/32 to: 0.0.0.0/0 port = $clear_port }
socks pass { from: 127.0.0.1/32 to: 0.0.0.0/0 port = $secure_port }
socks pass { from: 127.0.0.1/32 to: 0.0.0.0/0 port = $nobody }
socks pass { from: 127.0.0.1/32 to: .invalid }
socks block { from: 0.0.0.0/0 to: 0.0.0.0/0 }
END
}

free_port
dante=127.0.0.1:$port
write_sockd_conf "$port"
if command -v danted >/dev/null &&
    start danted "$port" danted -N 1 -f "$work/sockd.conf" -p "$work/sockd.pid"; then
    for proxy in socks4 socks5; do
        works "Dante, $proxy" --$proxy "$dante"
    done
    looks_up 'Dante' --socks5-hostname "$dante"
    for proxy in socks4 socks5 socks5-hostname; do
        try "Dante, $proxy: a port that is not allowed" '97 000 1 *' --$proxy "$dante" \
            "http://127.0.0.1:1/"
    done
    skip 'SOCKS4 by name' 'Dante takes its 0.0.0.1 for an address; no server of Debian does better'
else
    skip 'SOCKS with Dante' "there is no danted that starts; Debian has it in dante-server"
fi
end
