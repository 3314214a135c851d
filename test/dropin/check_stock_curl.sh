#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# The system's program `curl` does the same with the drop-in as with the system's libcurl: exit
# code, standard output, standard error and the files that it writes. differences.tsv has the
# differences that are meant, and what the drop-in shows there instead; one that is gone must go
# from the table too.
LEAKS=1
# shellcheck source=test/dropin/harness.sh
. "$(dirname "$0")/harness.sh"

curl=$(command -v curl) || {
    echo "skipped: no curl"
    exit 77
}
case $(ldd "$curl") in *libcurl.so.4*) ;; *)
    echo "skipped: $curl does not use libcurl.so.4"
    exit 77
    ;;
esac

# What -w can tell, but for times and the ports of this side.
told='%{http_code} %{http_version} %{num_connects} %{num_headers} %{num_redirects} %{size_download}'
told+=' %{size_header} %{size_request} %{size_upload} %{method} %{remote_ip} %{local_ip}'
told+=' %{remote_port} %{content_type} %{exitcode} %{errormsg} %{url_effective} %{redirect_url}'
told+=' %{filename_effective} %{urlnum} %{http_connect} %{ssl_verify_result}\n'

# run SIDE ARGUMENT...: curl in a folder of its own; where $masks is set, boundaries and the lengths
# that come with them do not count; the parts of what it does land beside that.
run() {
    local side=$1 dir=$work/$1
    shift
    rm -rf "$dir" && mkdir -p "$dir/cwd"
    cd "$dir/cwd" || exit 99
    "on_$side" "$curl" "$@" <"$input" >"$dir/stdout" 2>"$dir/stderr.all"
    echo $? >"$dir/exit"
    $keep_err "$dir/stderr.all" >"$dir/stderr"
    sed -i -E 's/(after|in) [0-9]+ (ms|milliseconds)/\1 N \2/' "$dir/stdout" "$dir/stderr"
    [ -z "$masks" ] || sed -i -E -e 's/-{24}[0-9A-Za-z]{16,22}/BOUNDARY/g' \
        -e 's/^(Content-Length: )[0-9]+/\1N/' "$dir/stdout"
    find . -type f \( -newermt 2021-01-01 -printf '%p\n' -o -printf '%p of %TF\n' \) \
        -exec sha256sum {} + | sort >"$dir/files"
    cd "$here" || exit 99
}

# part NAME PART: the same on both sides, or another as the table says.
part() {
    local row=$1/$2 theirs=$work/system/$2 ours=$work/dropin/$2

    used[$row]=1
    if cmp -s "$theirs" "$ours"; then
        [ -z "${reasons[$row]-}" ] || [ ! "$is_oracle" ] ||
            complaints+=("$2: no longer differs: ${reasons[$row]}")
    elif [ -z "${reasons[$row]-}" ]; then
        complaints+=("$2:")
        mapfile -t -O ${#complaints[@]} complaints < <(diff --text "$theirs" "$ours" | cut -c1-200)
    elif [ "${shown[$row]}" = nothing ] && [ ! -s "$ours" ]; then
        :
    elif ! grep -aqE -- "${shown[$row]}" "$ours"; then
        complaints+=("$2: not ${shown[$row]}: $(head -c 200 "$ours" | tr -d '\0')")
    fi
}

# same NAME ARGUMENT...: curl is run with them on either side.
same() {
    local name=$1 part pid complaints=()
    shift
    run system "$@" &
    pid=$!
    run dropin "$@" &
    wait $pid $!
    for part in exit stdout stderr files; do
        part "$name" $part
    done
    if [ ${#complaints[@]} -eq 0 ]; then pass "$name"; else fail "$name" "${complaints[@]}"; fi
    input=/dev/null keep_err=cat masks=
}

# What is compared of standard error:
headers_of_trace() {
    grep -a '^[<>]' "$1"
}

marks_of_trace() {
    cut -c1-2 "$1" | sort -u
}

without_remarks() {
    grep -av '^== Info' "$1"
}

# Of the meter's last line percentages and amounts, but no speed and no time.
meter() {
    tr '\r' '\n' <"$1" | sed -n '1,2p'
    tr '\r' '\n' <"$1" | grep -a '^ *[0-9]' | tail -n 1 | cut -c1-32
}

last_of_bar() {
    tr '\r' '\n' <"$1" | tail -n 1
}

# The table, by case and part; another release of libcurl may do as we do.
is_oracle=$("$curl" --version | grep -o '^curl .* libcurl/7\.88\.1 ')
declare -A shown=() reasons=() used=()
while IFS=$'\t' read -r name what shows reason; do
    [ "${name:0:1}" != '#' ] || continue
    shown[$name/$what]=$shows reasons[$name/$what]=$reason
done <"$here/differences.tsv"

input=/dev/null keep_err=cat masks=
head -c 3000000 /dev/zero | tr '\0' 'w' >"$work/large"
printf 'name=whimbrel\0&legs=two\n' >"$work/small"
seq 1000 >"$work/lines"
mkdir "$work/folder"
start_server "$work/folder"

is "the system's library is not Whimbrel" \
    "$(on_system "$curl" --version | head -n 1 | grep -c Whimbrel)" 0
is 'the drop-in is' "$(on_dropin "$curl" --version | head -n 1 | grep -c Whimbrel)" 1

# offers WORD: whether this build has that protocol or feature.
offers() {
    case " $(on_dropin "$curl" --version | tr '\n' ' ') " in *" $1 "*) ;; *) return 1 ;; esac
}

# in_order SIDE: the times that -w tells, each at least the one before it.
in_order() {
    local name form=

    for name in namelookup connect pretransfer starttransfer total; do
        form+="%{time_$name}\n"
    done
    "on_$1" "$curl" -sS -o "$work/body" -w "$form" "$base/bytes/10" >"$work/times" &&
        [ "$(wc -l <"$work/times")" -eq 5 ] && sort -c -g "$work/times"
}
holds 'times are in order' in_order system
holds 'times are in order on the drop-in' in_order dropin

# Twice as much as a second allows; libcurl 7.88.1 is not that strict.
takes_time() {
    on_dropin "$curl" -sS --limit-rate 20k -o "$work/body" -w '%{time_total}' "$base/bytes/40000" |
        awk '{exit !($1 > 0.9 && $1 < 10)}'
}
holds 'a limited rate takes its time' takes_time

# shellcheck source=test/dropin/curl_cases.sh
. "$here/curl_cases.sh"

for row in "${!reasons[@]}"; do
    [ "${used[$row]-}" ] || fail "each row of the table is for a case" "$row: there is none"
done
finish
