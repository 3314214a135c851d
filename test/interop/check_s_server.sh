#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# TLS with the server of the program `openssl`, which does what others do rarely: new keys and new
# handshakes in the midst of an answer, records of any size, long lists, unusual ciphers.
# shellcheck disable=SC2154
# shellcheck source=test/interop/try.sh
. "$(dirname "$0")/try.sh"
need openssl openssl
make_certificates

ca=(--cacert "$certs/ca.pem")
one_by_one=(-Z --parallel-max 1)

is_accepting() {
    has_in "$work/s_server.log" '*ACCEPT*' || ! kill -0 "$peer_pid" 2>/dev/null
}

# serve OPTION...: sets $url; this one's standard input is the server's.
serve() {
    free_port
    url=https://127.0.0.1:$port
    launch s_server openssl s_server -accept "127.0.0.1:$port" -cert "$certs/server.pem" \
        -key "$certs/server.key" "$@" <&0
    await is_accepting && kill -0 "$peer_pid" 2>/dev/null && return
    head "$work/s_server.log"
    skip_all 'openssl s_server does not start here'
}

# on NAME EXPECTED [SERVER OPTION...] -- ARGUMENT...: a try with a server of its own, that shows
# what was agreed on. URL stands for where it is.
on() {
    local name=$1 expected=$2 options=()
    shift 2

    while [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    shift
    serve -www "${options[@]}" </dev/null
    try "$name" "$expected" "${ca[@]}" "${@//URL/$url}"
    stop "$peer_pid"
}

# Of the page about the connection:
only='^(New|Reused), |^subject=|^Client_CA|</BODY>|^[0-9]+ [0-9]+ [0-9]$'
told='%{exitcode} %{http_code} %{num_connects}\n'
cat "$certs/ca.pem" "$certs/crowd.pem" >"$work/both.pem"
awk '/BEGIN/ { n++ } n <= 100' "$certs/crowd.pem" >"$work/hundred.pem"
for version in 1.2 1.3; do
    v=${version/./_}
    page="New, TLSv$version, Cipher is *|*</BODY></HTML>|0 200 1"
    again="Reused, TLSv$version, Cipher is *|*</BODY></HTML>|0 200 1"
    on "TLS $version: a page about the connection comes whole" "$page" "-tls$v" -- URL/
    on "TLS $version: sessions are resumed" "$page|$again|$again" "-tls$v" -- \
        "${one_by_one[@]}" URL/{1,2,3}
    on "TLS $version: sessions are resumed without tickets" "$page|$again|$again" \
        "-tls$v" -no_ticket -- "${one_by_one[@]}" URL/{1,2,3}
    on "TLS $version: a server that keeps nothing is no trouble" "$page|$page" \
        "-tls$v" -no_ticket -no_cache -- "${one_by_one[@]}" URL/{1,2}
    on "TLS $version: records of 512 bytes" "$page" "-tls$v" -max_send_frag 512 -- URL/
    on "TLS $version: a list of 600 authorities for clients" "$page" \
        "-tls$v" -verify 1 -CAfile "$work/both.pem" -- URL/
    on "TLS $version: a list of 600 authorities, and a certificate for one of them" "$page" \
        "-tls$v" -Verify 1 -CAfile "$work/both.pem" -- --cert "$certs/client.both" URL/
    on "TLS $version: a certificate with 100 others behind it" "$page" \
        "-tls$v" -cert_chain "$work/hundred.pem" -- URL/
    on "TLS $version: a server that speaks no HTTP/2" "$page" "-tls$v" -alpn http/1.1 -- URL/
done
on 'records are padded' "New, TLSv1.3, *|0 200 1" -record_padding 4000 -- URL/
on 'no ticket comes' "New, TLSv1.3, *|0 200 1|New, TLSv1.3, *|0 200 1" -tls1_3 -num_tickets 0 -- \
    "${one_by_one[@]}" URL/{1,2}
on 'nine tickets come' "New, TLSv1.3, *|Reused, *|0 200 1" -tls1_3 -num_tickets 9 -- \
    "${one_by_one[@]}" URL/{1,2}

# What is not agreed on at once, or not at all
for group in X448 P-521 ffdhe2048; do
    on "$group is the server's only group" 'New, TLSv1.3, *|0 200 1' -groups $group -- URL/
done
on 'a cipher that is not offered unasked' '35 000 1' -ciphersuites TLS_AES_128_CCM_8_SHA256 \
    -tls1_3 -- URL/
on 'a cipher that is asked for' 'New, TLSv1.3, Cipher is TLS_AES_128_CCM_SHA256|*|0 200 1' \
    -ciphersuites TLS_AES_128_CCM_SHA256 -tls1_3 -- --tls13-ciphers TLS_AES_128_CCM_SHA256 URL/
on 'an old cipher of TLS 1.2' 'New, TLSv1*, Cipher is ECDHE-ECDSA-AES128-SHA|*|0 200 1' \
    -cipher ECDHE-ECDSA-AES128-SHA -tls1_2 -- URL/
on 'without a certificate where one must be, TLS 1.2' '35 000 1' \
    -Verify 1 -CAfile "$certs/ca.pem" -tls1_2 -- URL/
on 'without a certificate where one must be, TLS 1.3' '56 000 1' \
    -Verify 1 -CAfile "$certs/ca.pem" -tls1_3 -- URL/
on "another authority's certificate, TLS 1.2" '35 000 1' -verify_return_error \
    -Verify 1 -CAfile "$certs/ca.pem" -tls1_2 -- --cert "$certs/stranger.both" URL/
on "another authority's certificate, TLS 1.3" '56 000 1' -verify_return_error \
    -Verify 1 -CAfile "$certs/ca.pem" -tls1_3 -- --cert "$certs/stranger.both" URL/
only=

# A server that is gone after one connection.
serve -www -naccept 2 </dev/null
try 'each side has its one connection' '*|0 200 1' "${ca[@]}" "$url/"
try 'and then there is nobody' '7 000 0' "${ca[@]}" "$url/"

# What is typed to the server goes to the client, and single letters make it do something.
mkfifo "$work/typed"
exec 4<>"$work/typed"

say() {
    printf "$1" >&4
}

# seen PATTERN: the server has written it.
seen() {
    await has_in "$work/s_server.log" "*$1*"
}

# got TEXT: the client has written it.
got() {
    await has_in "$work/$side/got" "*$1*"
}

# talk NAME EXPECTED STEPS [SERVER OPTION...] -- ARGUMENT...: a try with a conversation.
talk() {
    local name=$1 expected=$2 steps=$3 options=() side pid
    shift 3

    while [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    shift
    whole got "$work/expected"
    for side in dropin system; do
        serve -naccept 1 -msg "${options[@]}" <&4
        run $side -N -o got "${ca[@]}" "${@//URL/$url}" &
        pid=$!
        $steps || echo "# $name: it got stuck with $side"
        wait $pid
        stop "$peer_pid"
    done
    judge "$name" "$expected"
}

head='HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n'
printf 'one\ntwo\n' >"$work/expected"
told='%{exitcode} %{http_code} %{size_download} %{size_upload}\n'

half_an_answer() {
    seen 'GET / ' && say "${head}one\n" && got one
}

two_new_keys() {
    half_an_answer && say 'k\n' && seen '>>> *KeyUpdate' && say 'K\n' &&
        seen '>>> *KeyUpdate*>>> *KeyUpdate' && say 'two\n'
}
talk 'new keys come in the midst of an answer' '0 200 8 0 whole' two_new_keys -tls1_3 -- URL/

new_keys_and_an_upload() {
    seen 'PUT /upload ' && say 'K\n' && seen '>>> *KeyUpdate' && say 'HTTP/1.1 100 Continue\r\n\r\n' &&
        seen '<<< *KeyUpdate' && seen 'curlew 5000' && say "${head}one\ntwo\n"
}
for ((i = 1; i <= 5000; i++)); do
    echo "curlew $i"
done >"$work/upload"
talk 'new keys are answered, and what goes up arrives' \
    "0 200 8 $(stat -c %s "$work/upload") whole" new_keys_and_an_upload -tls1_3 -- \
    -H 'Expect: 100-continue' --expect100-timeout 20 -T "$work/upload" URL/

another_handshake() {
    half_an_answer && say 'r\n' && seen '<<< *Finished*<<< *Finished' && say 'two\n'
}
talk 'there is another handshake in the midst of an answer' '0 200 8 0 whole' \
    another_handshake -tls1_2 -- URL/

another_handshake_with_a_certificate() {
    half_an_answer && say 'R\n' && seen '<<< *Finished*<<< *Finished' && seen 'CN = curlew' && say 'two\n'
}
talk 'another handshake asks who one is' '0 200 8 0 whole' \
    another_handshake_with_a_certificate -tls1_2 -no_resumption_on_reneg -CAfile "$certs/ca.pem" -- \
    --cert "$certs/client.both" URL/

another_handshake_and_an_upload() {
    seen 'PUT /upload ' && say 'r\n' && seen '<<< *Finished*<<< *Finished' &&
        say 'HTTP/1.1 100 Continue\r\n\r\n' && seen 'curlew 5000' && say "${head}one\ntwo\n"
}
talk 'there is another handshake before what goes up' \
    "0 200 8 $(stat -c %s "$work/upload") whole" another_handshake_and_an_upload -tls1_2 -- \
    -H 'Expect: 100-continue' --expect100-timeout 20 -T "$work/upload" URL/

who_one_is() {
    half_an_answer && say 'c\n' && seen '<<< *Certificate' && seen 'CN = curlew' && say 'two\n'
}
talk 'a server of TLS 1.3 asks later who one is' '0 200 8 0 whole' who_one_is \
    -tls1_3 -CAfile "$certs/ca.pem" -- --cert "$certs/client.both" URL/

end_in_the_midst() {
    half_an_answer && say 'Q\n'
}
talk 'a server that says farewell in the midst of an answer' '18 200 4 0 cut' \
    end_in_the_midst -- URL/
end
