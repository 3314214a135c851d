#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# Negotiate with a server that asks a key distribution centre of MIT's Kerberos, both of this test,
# and with Squid as a proxy.
# shellcheck disable=SC2154
# shellcheck source=test/interop/try.sh
. "$(dirname "$0")/try.sh"
# shellcheck source=test/interop/http_proxies.sh
. "$here/http_proxies.sh"
[ "$NEGOTIATE_SERVER" ] || skip_all 'built without GSS-API'
need krb5kdc krb5-kdc
need kadmin.local krb5-admin-server
need kinit krb5-user

realm=SHORE.TEST
free_port
kdc=$port
export KRB5_CONFIG=$work/krb5.conf KRB5_KDC_PROFILE=$work/kdc.conf KRB5_KTNAME=$work/keytab
export KRB5CCNAME=FILE:$work/tickets
cat >"$KRB5_CONFIG" <<END
[libdefaults]
    default_realm = $realm
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
[realms]
    $realm = {
        kdc = 127.0.0.1:$kdc
    }
[domain_realm]
    localhost = $realm
END
cat >"$KRB5_KDC_PROFILE" <<END
[kdcdefaults]
    kdc_listen = 127.0.0.1:$kdc
    kdc_tcp_listen = 127.0.0.1:$kdc
[realms]
    $realm = {
        database_name = $work/principal
        key_stash_file = $work/stash
        acl_file = $work/acl
    }
[logging]
    kdc = FILE:$work/kdc.txt
END
{
    kdb5_util create -r $realm -s -P 'tide and mud' &&
        kadmin.local -q 'addprinc -pw "long bill" curlew' &&
        kadmin.local -q 'addprinc -randkey HTTP/localhost' &&
        kadmin.local -q "ktadd -k $KRB5_KTNAME HTTP/localhost"
} >"$work/kadmin.log" 2>&1 || skip_all 'no realm could be made'
must_start krb5kdc "$kdc" krb5kdc -n
free_port
server=http://localhost:$port
must_start server "$port" "$NEGOTIATE_SERVER" "$port"
# The name leads to 127.0.0.1 alone, whatever else the system says of it.
near=(--resolve "localhost:$port:127.0.0.1")
tunnels=$port helper=/usr/lib/squid/negotiate_kerberos_auth
locked=
if [ -x "$helper" ]; then
    chmod 644 "$KRB5_KTNAME" # Squid may be another user's
    start_squid locked http_port "auth_param negotiate program $helper -k $KRB5_KTNAME -s HTTP/localhost" \
        'auth_param negotiate children 1' 'server_persistent_connections off' 'acl known proxy_auth REQUIRED' 'http_access deny !known'
fi
through=("${near[@]}" -x "http://localhost:${locked#*:}")

try 'without a ticket there is nothing to send' 'no|0 401' "${near[@]}" --negotiate -u : "$server/"
try 'without a ticket the next best is taken' 'no|0 401' "${near[@]}" --anyauth -u a:b \
    "$server/basic"
# Without Squid there is nobody to be asked.
by_proxy() {
    if [ "$locked" ]; then try "$@"; else skip "$1" 'there is no squid that starts'; fi
}
by_proxy 'without a ticket a proxy gets nothing' '0 407' "${through[@]}" -o /dev/null \
    --proxy-negotiate -U : "$server/echo"

echo 'long bill' | kinit curlew >"$work/kinit.log" 2>&1 || skip_all 'there is no ticket to be had'

try 'a ticket is good for a request' "curlew@$realm|0 200" "${near[@]}" --negotiate -u : "$server/"
try 'the scheme that is left is used without being asked for' 'Negotiate|0 200' "${near[@]}" \
    --negotiate -u : "$server/echo"
try 'of several it is the first choice' "curlew@$realm|0 200" "${near[@]}" --anyauth -u a:b \
    "$server/basic"
try 'no user, no token' 'no|0 401' "${near[@]}" --negotiate "$server/"
try 'one request after the other' "curlew@$realm|0 200|curlew@$realm|0 200" "${near[@]}" --negotiate -u : \
    "$server/" "$server/"
by_proxy 'a ticket is good for a proxy, and the origin sees nothing of it' 'none|0 200' \
    "${through[@]}" --proxy-negotiate -U : "$server/echo"
by_proxy 'of what a proxy offers it is the first choice' 'none|0 200' "${through[@]}" \
    --proxy-anyauth -U : "$server/echo"
by_proxy 'a ticket is good for a tunnel' 'none|0 200' "${through[@]}" -p --proxy-negotiate -U : \
    "$server/echo"
by_proxy 'the proxy and the origin behind it' "curlew@$realm|0 200" "${through[@]}" \
    --proxy-negotiate -U : --negotiate -u : "$server/"
by_proxy 'no user, nothing for a proxy' '0 407' "${through[@]}" -o /dev/null --proxy-negotiate \
    "$server/echo"
told='%{exitcode} %{http_code} %{num_connects}\n'
try 'what was identified carries no other request' \
    "curlew@$realm|0 200 1|no|0 401 1" "${near[@]}" --negotiate -u : "$server/" \
    --next -sS -w "$told" "${near[@]}" "$server/"
by_proxy 'a tunnel serves one request after the other' 'none|0 200 1|none|0 200 0' "${through[@]}" -p \
    --proxy-negotiate -U : "$server/echo" "$server/echo"
end
