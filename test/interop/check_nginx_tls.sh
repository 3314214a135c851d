#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# TLS with nginx: versions, sessions, whom one trusts, and who one is.
# shellcheck disable=SC2154
# shellcheck source=test/interop/try.sh
. "$(dirname "$0")/try.sh"
# shellcheck source=test/interop/nginx.sh
. "$here/nginx.sh"
need openssl openssl
make_certificates

# staple CERTIFICATE STATUS: what the authority says of it, in CERTIFICATE.ocsp; V is good.
staple() {
    local serial

    serial=$(openssl x509 -in "$certs/$1.pem" -noout -serial | sed 's/.*=//')
    printf '%s\t391231235959Z\t%s\t%s\tunknown\t/CN=%s\n' \
        "$2" "${3-}" "$serial" "$1" >"$work/index.$1"
    openssl ocsp -index "$work/index.$1" -CA "$certs/ca.pem" -rsigner "$certs/ca.pem" \
        -rkey "$certs/ca.key" -issuer "$certs/ca.pem" -cert "$certs/$1.pem" -ndays 2 \
        -respout "$certs/$1.ocsp" >"$work/ocsp.log" 2>&1
}

# certified NAME CERTIFICATE [DIRECTIVES]: a site that has that one.
certified() {
    site "$1" ssl "ssl_certificate $certs/$2.pem; ssl_certificate_key $certs/${2%.*}.key; ${3-}"
}

staple server V
staple revoked R 230101000000Z,keyCompromise
# libcurl 7.88.1 looks for the authority among what the server sends.
for certificate in server revoked; do
    cat "$certs/$certificate.pem" "$certs/ca.pem" >"$certs/$certificate.whole.pem"
done
for version in 1.2 1.3; do
    speaks="ssl_protocols TLSv$version;"
    v=v${version/./}
    site "${v}_ids" ssl "$speaks ssl_session_tickets off;"
    site "${v}_tickets" ssl "$speaks ssl_session_cache off;"
    site "${v}_none" ssl "$speaks ssl_session_cache off; ssl_session_tickets off;"
    site "${v}_clients" ssl "$speaks ssl_client_certificate $certs/ca.pem; ssl_verify_client on;"
    certified "${v}_good" server.whole "$speaks ssl_stapling on; ssl_stapling_file $certs/server.ocsp;"
    certified "${v}_revoked" revoked.whole "$speaks ssl_stapling on; ssl_stapling_file $certs/revoked.ocsp;"
    certified "${v}_rootless" server "$speaks ssl_stapling on; ssl_stapling_file $certs/server.ocsp;"
    certified "${v}_misfit" revoked.whole "$speaks ssl_stapling on; ssl_stapling_file $certs/server.ocsp;"
done
for certificate in expired early elsewhere chained alone; do
    certified "$certificate" "$certificate"
done
site p521 ssl 'ssl_ecdh_curve secp521r1;'
site chacha ssl 'ssl_protocols TLSv1.2; ssl_ciphers ECDHE-ECDSA-CHACHA20-POLY1305;'
site plain ''
start_nginx

ca=(--cacert "$certs/ca.pem")
one_by_one=(-Z --parallel-max 1)
told='%{exitcode} %{http_code} %{num_connects} %{http_version} %{ssl_verify_result}\n'

# Versions, one after the other on one connection, and sessions.
for version in 1.2 1.3; do
    v=v${version/./}
    ids=${v}_ids tickets=${v}_tickets none=${v}_none
    try "TLS $version is spoken with a server that speaks nothing else" \
        "TLSv$version . 1|0 200 1 1.1 0" "${ca[@]}" "${!ids}/tls"
    try "TLS $version: one connection serves request after request" \
        "TLSv$version . 1|0 200 1 1.1 0|TLSv$version . 2|0 200 0 1.1 0|TLSv$version . 3|0 200 0 1.1 0" \
        "${ca[@]}" "${one_by_one[@]}" "${!ids}/tls?"{1,2,3}
    for how in ids tickets; do
        way=${v}_$how
        try "TLS $version: sessions that are kept by $how are resumed" \
            '. 1|0 200 1 1.1 0|r 1|0 200 1 1.1 0|r 1|0 200 1 1.1 0|r 1|0 200 1 1.1 0' \
            "${ca[@]}" "${one_by_one[@]}" "${!way}/close?"{1,2,3,4}
    done
    try "TLS $version: without sessions each handshake is whole" \
        '. 1|0 200 1 1.1 0|. 1|0 200 1 1.1 0|. 1|0 200 1 1.1 0' \
        "${ca[@]}" "${one_by_one[@]}" "${!none}/close?"{1,2,3}
    try "TLS $version: a session that was not verified is not resumed by who verifies" \
        '. 1|0 200 1 1.1 *|. 1|0 200 1 1.1 0|r 1|0 200 1 1.1 0' "${one_by_one[@]}" \
        -k "${!tickets}/close?1" --next -sS -w "$told" "${ca[@]}" "${!tickets}/close?"{2,3}
done
told='%{exitcode} %{http_code} %{errormsg}\n'
try 'a server that speaks TLS 1.3 only refuses who stops at 1.2' '35 000 *alert protocol version*' \
    "${ca[@]}" --tls-max 1.2 "$v13_ids/tls"
try 'a server that speaks TLS 1.2 only refuses who begins at 1.3' '35 000 *protocol version*' \
    "${ca[@]}" --tlsv1.3 "$v12_ids/tls"
try 'TLS 1.0 at most is no version here' '35 000 *' "${ca[@]}" --tls-max 1.0 "$v12_ids/tls"
told='%{exitcode} %{http_code}\n'
try 'TLS 1.2 at most is what a server gets that could do more' 'TLSv1.2 . 1|0 200' \
    "${ca[@]}" --tls-max 1.2 "$p521/tls"

# Ciphers, curves, ALPN, SNI
try 'a server that wants another curve is given it' '* secp521r1 http/1.1 |0 200' \
    "${ca[@]}" "$p521/cipher"
try 'and in TLS 1.2' '* secp521r1 http/1.1 |0 200' "${ca[@]}" --tls-max 1.2 "$p521/cipher"
try 'curves without the one that is wanted find none' '35 000' \
    "${ca[@]}" --curves X25519 "$p521/cipher"
try 'a list of curves begins with the one that is taken' '* secp384r1 *|0 200' \
    "${ca[@]}" --curves P-384:X25519 "$v13_ids/cipher"
try 'a server that has a cipher of its own is given it' 'ECDHE-ECDSA-CHACHA20-POLY1305 *|0 200' \
    "${ca[@]}" "$chacha/cipher"
try 'ciphers without the one that is wanted find none' '35 000' \
    "${ca[@]}" --ciphers ECDHE-ECDSA-AES128-GCM-SHA256 "$chacha/cipher"
try 'a cipher is chosen by TLS 1.3' 'TLS_CHACHA20_POLY1305_SHA256 *|0 200' \
    "${ca[@]}" --tls13-ciphers TLS_CHACHA20_POLY1305_SHA256 "$v13_ids/cipher"
try 'a cipher is chosen by TLS 1.2' 'ECDHE-ECDSA-AES128-GCM-SHA256 *|0 200' \
    "${ca[@]}" --ciphers ECDHE-ECDSA-AES128-GCM-SHA256 "$v12_ids/cipher"
try 'a cipher that nobody knows is an error' '59 000' "${ca[@]}" --ciphers BIRD "$v12_ids/cipher"
try 'nothing is offered by ALPN when it is switched off' '*[0-9]  |0 200' \
    "${ca[@]}" --no-alpn "$v13_ids/cipher"
try 'the name is told to the server' '* shore.example|0 200' "${ca[@]}" \
    --resolve "shore.example:$v13_ids_port:127.0.0.1" "https://shore.example:$v13_ids_port/cipher"

# Whom one trusts
told='%{exitcode} %{http_code} %{ssl_verify_result} %{errormsg}\n'
try 'an authority that is not known is refused' '60 000 20 *unable to get local issuer*' \
    --cacert "$certs/harbour_ca.pem" "$v13_ids/tls"
try 'so it is by who trusts what the system trusts' '60 000 20 *' "$v13_ids/tls"
try 'an authority that is not known passes unverified' '*|0 200 * ' -k "$v13_ids/tls"
try 'a certificate for another name is refused' '60 000 1 *no alternative certificate subject name*' \
    "${ca[@]}" "$elsewhere/tls"
try 'another name passes unverified' '*|0 200 * ' -k "$elsewhere/tls"
try 'the name that it is for is looked for in the certificate' '*|0 200 0 ' "${ca[@]}" \
    --connect-to "elsewhere.example:443:127.0.0.1:$elsewhere_port" https://elsewhere.example/tls
for name in a.wild.example shore.example SHORE.Example; do
    try "$name is found in the certificate" '*|0 200 0 ' "${ca[@]}" \
        --resolve "$name:$v13_ids_port:127.0.0.1" "https://$name:$v13_ids_port/tls"
done
for name in a.b.wild.example wild.example shore.example.com; do
    try "$name is not found in the certificate" '60 000 1 *' "${ca[@]}" \
        --resolve "$name:$v13_ids_port:127.0.0.1" "https://$name:$v13_ids_port/tls"
done
try 'a certificate that has expired is refused' '60 000 10 *has expired*' "${ca[@]}" "$expired/tls"
try 'a certificate that begins tomorrow is refused' '60 000 9 *not yet valid*' "${ca[@]}" "$early/tls"
try 'a certificate that signed itself is refused' '60 000 18 *self*signed*' "${ca[@]}" "$alone/tls"
try 'unless it is trusted' '*|0 200 0 ' --cacert "$certs/alone.pem" "$alone/tls"
try 'a chain with an authority in between is trusted' '*|0 200 0 ' "${ca[@]}" "$chained/tls"
try 'so is the authority in between' '*|0 200 0 ' --cacert "$certs/between.pem" "$chained/tls"
try 'a file of authorities that is not there is an error' '77 000 *' \
    --cacert "$certs/nowhere.pem" "$v13_ids/tls"
try 'a certificate on the list of revoked ones is refused' '60 000 23 *revoked*' \
    "${ca[@]}" --crlfile "$certs/revoked.crl" "$v13_revoked/tls"
try 'one that is not on the list is trusted' '*|0 200 0 ' \
    "${ca[@]}" --crlfile "$certs/revoked.crl" "$v13_ids/tls"
told='%{exitcode} %{http_code} %{errormsg}\n'
try 'a key that is pinned is trusted' '*|0 200 ' \
    "${ca[@]}" --pinnedpubkey "$(<"$certs/server.pin")" "$v13_ids/tls"
try 'one of several' '*|0 200 ' "${ca[@]}" \
    --pinnedpubkey "$(<"$certs/client.pin");$(<"$certs/server.pin")" "$v12_ids/tls"
try 'another key than the pinned one is refused' '90 000 *pinned*' \
    "${ca[@]}" --pinnedpubkey "$(<"$certs/client.pin")" "$v13_ids/tls"
try 'so it is by who verifies nothing else' '90 000 *pinned*' \
    -k --pinnedpubkey "$(<"$certs/client.pin")" "$v12_ids/tls"

# What the authority says of the certificate
told='%{exitcode} %{http_code} %{errormsg}\n'
for version in 1.2 1.3; do
    v=v${version/./}
    good=${v}_good rootless=${v}_rootless revoked=${v}_revoked misfit=${v}_misfit ids=${v}_ids
    try "TLS $version: a stapled answer says that all is well" '*|0 200 ' \
        "${ca[@]}" --cert-status "${!good}/tls"
    try "TLS $version: the server need not send who has signed it" '*|0 200 ' \
        "${ca[@]}" --cert-status "${!rootless}/tls"
    try "TLS $version: the answer is asked for with a session that is resumed" \
        '. 1|0 200 |r 1|0 200 ' "${ca[@]}" "${one_by_one[@]}" --cert-status "${!good}/close?"{1,2}
    try "TLS $version: a stapled answer says that the certificate is revoked" \
        '91 000 *keyCompromise*' "${ca[@]}" --cert-status "${!revoked}/tls"
    try "TLS $version: nobody asks who does not want to know" '*|0 200 ' "${ca[@]}" "${!revoked}/tls"
    try "TLS $version: an answer for another certificate is refused" '91 000 *' \
        "${ca[@]}" --cert-status "${!misfit}/tls"
    try "TLS $version: no answer is refused" '91 000 No OCSP response*' \
        "${ca[@]}" --cert-status "${!ids}/tls"
done

# Who one is
for version in 1.2 1.3; do
    v=v${version/./}_clients
    told='%{exitcode} %{http_code}\n'
    try "TLS $version: a client's certificate is given when it is asked for" \
        'SUCCESS CN=curlew,O=Tests|0 200' "${ca[@]}" \
        --cert "$certs/client.pem" --key "$certs/client.key" "${!v}/cert"
    try "TLS $version: certificate and key come from one file" \
        'SUCCESS CN=curlew,O=Tests|0 200' "${ca[@]}" --cert "$certs/client.both" "${!v}/cert"
    try "TLS $version: and from PKCS#12" 'SUCCESS CN=curlew,O=Tests|0 200' \
        "${ca[@]}" --cert-type P12 --cert "$certs/client.p12:curlew" "${!v}/cert"
    try "TLS $version: a key is opened by its password" 'SUCCESS CN=curlew,O=Tests|0 200' "${ca[@]}" \
        --cert "$certs/client.pem" --key "$certs/locked.key" --pass curlew "${!v}/cert"
    try "TLS $version: a key is not opened by another" '58 000' "${ca[@]}" \
        --cert "$certs/client.pem" --key "$certs/locked.key" --pass gull "${!v}/cert"
    try "TLS $version: a key that does not fit is an error" '58 000' "${ca[@]}" \
        --cert "$certs/client.pem" --key "$certs/server.key" "${!v}/cert"
    told='%{http_code}\n'
    try "TLS $version: without a certificate the answer says so" \
        '*No required SSL certificate was sent*|400' "${ca[@]}" "${!v}/cert"
    try "TLS $version: another authority's certificate is not taken" \
        '*The SSL certificate error*|400' "${ca[@]}" --cert "$certs/stranger.both" "${!v}/cert"
    told='%{http_code} %{num_connects}\n'
    try "TLS $version: a connection with one certificate is not for another, nor for none" \
        'SUCCESS CN=curlew,O=Tests|200 1|*error*|400 1|*No required*|400 1|SUCCESS CN=curlew,O=Tests|200 0' \
        "${one_by_one[@]}" "${ca[@]}" --cert "$certs/client.both" "${!v}/cert" \
        --next -sS -w "$told" "${ca[@]}" --cert "$certs/stranger.both" "${!v}/cert" \
        --next -sS -w "$told" "${ca[@]}" "${!v}/cert" \
        --next -sS -w "$told" "${ca[@]}" --cert "$certs/client.both" "${!v}/cert"
done

# The wrong way in
told='%{exitcode} %{http_code} %{errormsg}\n'
try 'http where TLS is spoken is an answer that says so' \
    '*plain HTTP request was sent to HTTPS port*|0 400 ' "http://127.0.0.1:$v13_ids_port/tls"
try 'https where no TLS is spoken is an error that says so' '35 000 *wrong version number*' \
    "${ca[@]}" "https://127.0.0.1:$plain_port/tls"
end
