#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# What nginx says of itself for later requests: that it wants TLS alone, and who else may be asked;
# and the files that keep this from one run to the next, which either library reads of the other.
# shellcheck disable=SC2154
# shellcheck source=test/interop/try.sh
. "$(dirname "$0")/try.sh"
# shellcheck source=test/interop/nginx.sh
. "$here/nginx.sh"
make_certificates

site strict ssl 'add_header Strict-Transport-Security "max-age=1000; includeSubDomains" always;'
site lax ssl 'add_header Strict-Transport-Security "max-age=0";'
site other ssl
site origin ssl "add_header Alt-Svc 'h1=\"127.0.0.1:$other_port\"; ma=1000, h3=\":1\"';"
site quiet ssl 'add_header Alt-Svc clear;'
free_port
site lost ssl "add_header Alt-Svc 'h1=\"127.0.0.1:$port\"; ma=1000';"
start_nginx

# swap FILE: each side gets the other's as FILE.other.
swap() {
    cp "$work/system/$1" "$work/dropin/$1.other"
    cp "$work/dropin/$1" "$work/system/$1.other"
}

ca=(--cacert "$certs/ca.pem")
for name in strict lax; do
    of_port=${name}_port
    ca+=(--resolve "shore.example:${!of_port}:127.0.0.1" --resolve "a.shore.example:${!of_port}:127.0.0.1")
done
strict=shore.example:$strict_port lax=shore.example:$lax_port

try 'who wants TLS alone gets it from then on' 'TLSv1.3 . 1|0 200|TLSv1.3 . 2|0 200' "${ca[@]}" \
    --hsts hsts "https://$strict/tls" "http://$strict/tls"
try 'and in the next run' 'TLSv1.3 . 1|0 200' "${ca[@]}" --hsts hsts "http://$strict/tls"
swap hsts
try 'each library reads the other'\''s file of HSTS' 'TLSv1.3 . 1|0 200' "${ca[@]}" \
    --hsts hsts.other "http://$strict/tls"
try 'so do hosts below it' 'TLSv1.3 . 1|0 200' "${ca[@]}" -k --hsts hsts "http://a.$strict/tls"
try 'who has not heard of it speaks http' '*plain HTTP request*|0 400' "${ca[@]}" "http://$strict/tls"
try 'a certificate that is not good teaches nothing' '60 000|*plain HTTP request*|0 400' \
    --resolve "shore.example:$strict_port:127.0.0.1" --hsts none "https://$strict/tls" \
    "http://$strict/tls"
try 'it can be taken back' '*|0 200|*plain HTTP request*|0 400' "${ca[@]}" --hsts hsts \
    "https://$lax/tls" "http://$strict/tls"

told='%{exitcode} %{http_code} %{remote_port}\n'
ca=(--cacert "$certs/ca.pem")
try 'an alternative is asked from then on' "*|0 200 $origin_port|*|0 200 $other_port" "${ca[@]}" \
    --alt-svc altsvc "$origin/tls" "$origin/tls"
try 'and in the next run, of alternatives' "*|0 200 $other_port" "${ca[@]}" --alt-svc altsvc "$origin/tls"
swap altsvc
try 'each library reads the other'\''s file of alternatives' "*|0 200 $other_port" "${ca[@]}" \
    --alt-svc altsvc.other "$origin/tls"
try 'who has not heard of it asks the origin' "*|0 200 $origin_port" "${ca[@]}" "$origin/tls"
try 'where nobody listens the origin is asked' "*|0 200 $lost_port|*|0 200 $lost_port" "${ca[@]}" \
    --alt-svc lost "$lost/tls" "$lost/tls"
try 'who has none says so' "*|0 200 $quiet_port|*|0 200 $quiet_port" "${ca[@]}" --alt-svc quiet \
    "$quiet/tls" "$quiet/tls"
end
