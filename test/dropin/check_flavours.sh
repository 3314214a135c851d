#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# Programs that were linked with a flavour of libcurl, by its name and its version nodes (C-6), run
# on the drop-in: every function binds, the loader says nothing, and transfers succeed. The flavours
# are those of the system, and a library without versions.
LEAKS=1
# shellcheck source=test/dropin/harness.sh
. "$(dirname "$0")/harness.sh"

CC=${CC:-cc}
# Of a program in use are the headers that it was built with.
if echo '#include <curl/curl.h>' | $CC -E - >/dev/null 2>&1; then
    headers=
else
    headers=-I${top_srcdir:-$here/../..}/include
fi

# exported LIBRARY: its functions, without versions.
exported() {
    ${NM:-nm} -D --defined-only "$1" |
        sed -n 's/^[0-9a-f]* [TWi] \(curl_[a-z_0-9]*\).*/\1/p' | sort -u
}

# write_table LIBRARY: a source file that needs each function of it.
write_table() {
    exported "$1" | sed 's/.*/void &(void);/'
    echo 'void (*const client_needs[])(void);'
    echo 'void (*const client_needs[])(void) = {'
    exported "$1" | sed 's/$/,/'
    echo '};'
}

# run_flavour NAME LIBRARY LINKER-OPTION...: builds with it, runs on the drop-in.
run_flavour() {
    local name=$1 program=$work/client-$1 what n

    write_table "$2" >"$work/table.c"
    n=$(exported "$2" | wc -l)
    # shellcheck disable=SC2086
    if ! $CC $headers -O1 -g "$here/client.c" "$work/table.c" "${@:3}" -o "$program" \
        >"$work/said" 2>&1; then
        fail "a program for $name links" "$(cat "$work/said")"
        return
    fi
    [ "$n" -gt 80 ] || fail "$name has its functions" "there are only $n"
    for what in easy perform loop ${habits-}; do
        LD_BIND_NOW=1 on_dropin "$program" "$base" "$what" >"$work/out" 2>"$work/err"
        is "a program for $name with its $n functions runs: $what" \
            "$? $(grep -c Whimbrel "$work/out") $(head -c 300 "$work/err")" '0 1 '
    done
}

# try_flavour LIBRARY: one of the system's.
try_flavour() {
    local path

    path=$($CC -print-file-name="$1")
    if [ "$path" = "$1" ]; then
        skip "a program for $1 runs" "the system has none"
    else
        run_flavour "$1" "$path" "-l:$1"
    fi
}

mkdir "$work/folder" "$work/stub"
start_server "$work/folder"

habits='sockets timer messages masks' try_flavour libcurl.so.4
try_flavour libcurl-gnutls.so.4
try_flavour libcurl-nss.so.4

exported "$DROPIN/libcurl.so.4" | sed 's/.*/void &(void);\nvoid &(void)\n{\n}/' >"$work/stub.c"
# shellcheck disable=SC2086
$CC -shared -fPIC "$work/stub.c" -Wl,-soname,libcurl.so.4 -o "$work/stub/libcurl.so" &&
    run_flavour unversioned "$work/stub/libcurl.so" "$work/stub/libcurl.so"
is 'the unversioned one has no versions' \
    "$(readelf -V "$work/client-unversioned" | grep -c 'CURL_')" 0

# The habits are those of programs that work with the system's library.
for what in easy perform loop sockets timer messages masks; do
    [ -x "$work/client-libcurl.so.4" ] || break
    holds "the system's library serves: $what" \
        on_system "$work/client-libcurl.so.4" "$base" "$what"
done
finish
