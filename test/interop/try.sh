# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
# shellcheck shell=bash disable=SC2034,SC2154
#
# try: stock curl does something with the drop-in and with the system's libcurl. Sourced by bash.
#
#   try NAME EXPECTED ARGUMENT...   curl with them on either side; a check
#   told                            what -w says of each transfer
#   whole PATHS FILE                the next try's bodies land in PATHS, a pattern, and are one
#                                   after the other to be what is in FILE
#   only                            a regular expression for the lines that count
#   sorted                          not empty: the lines that it prints are sorted
#   run SIDE, and judge             the two parts of it
#   make_certificates               they lie in $certs afterwards; see certificates.c
#
# EXPECTED is a pattern of bash for what curl prints, with '|' for the ends of lines: the bodies,
# and what -w says; for a line that comes three times in a row, "LINE (3 times)". Both sides must match it, and differences.tsv has what the system's libcurl shows
# otherwise and why. In arguments and in PATHS the word SIDE stands for the side's name; curl runs in
# a folder of that name. Behind what it prints come " whole" or " cut" for the body, and what else
# is wrong.
LEAKS=1
# shellcheck source=test/dropin/harness.sh
. "$(dirname "$0")/../dropin/harness.sh"
# shellcheck source=test/interop/peers.sh
. "$here/peers.sh"

need curl curl
curl=$(command -v curl)
case $(ldd "$curl") in *libcurl.so.4*) ;; *) skip_all "$curl does not use libcurl.so.4" ;; esac
case $(on_dropin "$curl" --version) in *OpenSSL*) ;; *) skip_all 'the drop-in has no TLS' ;; esac

# Other releases of libcurl differ in other ways.
is_oracle=
case $(on_system "$curl" --version) in *'libcurl/7.88.1 '*) is_oracle=1 ;; esac
[ "$is_oracle" ] || echo "# this system's libcurl is not 7.88.1: results are not compared with it"

told='%{exitcode} %{http_code}\n'
sorted= only=
input=/dev/null
body_path='' body_file=''
certs=$work/certs
mkdir "$work/system" "$work/dropin"

declare -A shows=() reasons=() used=()
while IFS=$'\t' read -r script name pattern reason; do
    [ "$script" = "$(basename "$0" .sh)" ] || continue
    shows[$name]=$pattern reasons[$name]=$reason
done <"$here/differences.tsv"

make_certificates() {
    mkdir "$certs"
    "$CERTIFICATES" "$certs" || {
        echo 'Bail out! there are no certificates'
        exit 99
    }
}

whole() {
    body_path=$1 body_file=$2
}

# In place of the harness's, with fewer processes: a try is made of little else.
on_system() {
    LD_LIBRARY_PATH='' "$@"
}

on_dropin() {
    if [ "$PRELOAD" ]; then
        timeout $((LIMIT + 5)) env LD_LIBRARY_PATH="$DROPIN" LD_PRELOAD="$PRELOAD" "$@"
    else
        LD_LIBRARY_PATH=$DROPIN timeout $((LIMIT + 5)) "$@"
    fi
}

# fold_lines <FILE: its lines in one, with '|' between.
fold_lines() {
    local line said='' before='' n=0

    while IFS= read -r line || [ "$line" ]; do
        line=${line//$'\r'/}
        if [ "$line" = "$before" ] && [ $n -gt 0 ]; then
            n=$((n + 1))
            continue
        fi
        [ $n -le 1 ] || said+=" ($n times)"
        said+=${said:+|}$line before=$line n=1
    done
    [ $n -le 1 ] || said+=" ($n times)"
    echo -n "$said"
}

# run SIDE ARGUMENT...: curl in a folder of its own; what it is judged by lands in SIDE.said.
run() {
    local side=$1 code said pattern options=${ASAN_OPTIONS:-} IFS=
    shift

    # The program itself loses its copy of this list, whichever library it runs on.
    [[ "$*" != *--tls13-ciphers* ]] || options+=:detect_leaks=0
    cd "$work/$side" || exit 99
    ASAN_OPTIONS=$options "on_$side" "$curl" -sS -m "$LIMIT" -w "$told" "${@//SIDE/$side}" <"$input" \
        >"$work/$side.out" 2>"$work/$side.err"
    code=$?
    [ -z "$only" ] || grep -aE "$only" "$work/$side.out" >"$work/$side.lines"
    [ -z "$only" ] || mv "$work/$side.lines" "$work/$side.out"
    [ -z "$sorted" ] || sort -o "$work/$side.out" "$work/$side.out"
    said=$(fold_lines <"$work/$side.out")
    if [ "$body_path" ]; then
        pattern=${body_path//SIDE/$side}
        # shellcheck disable=SC2086
        if cat -- $pattern 2>&1 | cmp -s - "$body_file"; then said+=' whole'; else said+=' cut'; fi
        # shellcheck disable=SC2086
        rm -f -- $pattern
    fi
    [ $code -lt 124 ] || said+=" exit $code"
    [[ $(<"$work/$side.err") != *Sanitizer* ]] || said+=' sanitizer'
    echo "$said" >"$work/$side.said"
}

# row NAME: sets $row to that row of the table that is for it, or to nothing.
row() {
    for row in "${!shows[@]}"; do
        # shellcheck disable=SC2053
        [[ $1 != $row ]] || return 0
    done
    row=
}

# compare NAME EXPECTED THEIRS: adds to complaints.
compare() {
    local row pattern

    [ "$is_oracle" ] || return
    row "$1"
    # shellcheck disable=SC2053
    if [ -z "$row" ]; then
        [[ $3 == $2 ]] || complaints+=("libcurl:  $3")
    else
        used[$row]=1
        pattern=${shows[$row]}
        [[ $3 == ${pattern#\~} || ($pattern == \~* && $3 == $2) ]] || complaints+=("libcurl:  $3" "no longer: ${reasons[$row]}")
    fi
}

# judge NAME EXPECTED: what both sides have said; a check.
judge() {
    local name=$1 expected=$2 ours theirs complaints=()

    ours=$(<"$work/dropin.said") theirs=$(<"$work/system.said")
    # shellcheck disable=SC2053
    [[ $ours == $expected ]] || complaints+=("got:      $ours" "said:     $(<"$work/dropin.err")")
    compare "$name" "$expected" "$theirs"
    [ ${#complaints[@]} -eq 0 ] || complaints+=("expected: $expected")
    if [ ${#complaints[@]} -eq 0 ]; then pass "$name"; else fail "$name" "${complaints[@]}"; fi
    input=/dev/null body_path='' body_file=''
}

try() {
    local pid

    run system "${@:3}" &
    pid=$!
    run dropin "${@:3}" &
    wait "$pid" $!
    judge "$1" "$2"
}

# In place of the harness's: each row of the table is for a case.
end() {
    local row

    for row in "${!shows[@]}"; do
        [ "${used[$row]-}" ] || [ ! "$is_oracle" ] || fail "'$row' of the table is for a case"
    done
    finish
}
