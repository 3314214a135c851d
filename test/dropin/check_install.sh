#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# What `make install` puts where it belongs can be used by pkg-config and by LD_LIBRARY_PATH, is in
# nobody's way, and `make uninstall` takes all of it back.
# shellcheck source=test/dropin/harness.sh
. "$(dirname "$0")/harness.sh"

libdir=${libdir:-/usr/local/lib}
includedir=${includedir:-/usr/local/include}
PKG_CONFIG=${PKG_CONFIG:-pkg-config}
CC=${CC:-cc}
stage=$work/stage
lib=$stage$libdir
include=$stage$includedir

make_quietly() {
    timeout 120 "${MAKE:-make}" -s -C "$top_builddir" DESTDIR="$stage" "$@" >"$work/said" 2>&1 ||
        { tail -n 20 "$work/said"; return 1; }
}

# Looks in the stage, and says all that it finds there.
pkg() {
    PKG_CONFIG_LIBDIR=$lib/pkgconfig:$("$PKG_CONFIG" --variable pc_path pkg-config) \
        PKG_CONFIG_SYSROOT_DIR=$stage PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 \
        PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 "$PKG_CONFIG" "$@"
}

left() {
    find "$stage" ! -type d
}

is_nowhere_else() {
    left | grep -v "^$include/whimbrel/" | grep '\.h$' && return 1
    left | grep -v "^$lib/whimbrel/" | grep '/libcurl[^/]*$' && return 1
    left | grep -E '/(bin|bash-completion/completions)/curl$' && return 1
    left | grep -E '/man[0-9]/curl_[^/]*\.3(\.gz)?$' && return 1
    return 0
}

# A prefix that the loader does not know by itself is in a run path, and nothing else may be.
names_no_build_folder() {
    local file

    while IFS= read -r file; do
        readelf -d "$file" 2>/dev/null | grep -E 'R(UN)?PATH' | grep -vF "[$libdir]" && return 1
    done < <(find "$stage" -type f \( -name '*.so*' -o -perm -u+x \))
    ! grep -rlI --include='*.pc' --include='*.h' --include='*.la' -F "$top_builddir" "$stage"
}

holds 'it installs' make_quietly install
holds 'nothing takes the place of libcurl' is_nowhere_else
holds 'nothing remembers the build folder' names_no_build_folder
holds "<curl/curl.h> is in a folder of Whimbrel's" test -f "$include/whimbrel/curl/curl.h"
holds 'so is <whimbrel/whimbrel.h>' test -f "$include/whimbrel/whimbrel/whimbrel.h"

cat >"$work/program.c" <<'END'
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <whimbrel/whimbrel.h>

static size_t keep(char *data, size_t size, size_t n, void *count)
{
    *(size_t *)count += n;
    return n;
}

int main(int argc, char **argv)
{
    CURL *easy = curl_easy_init();
    size_t n_bytes = 0;
    CURLcode result;

    curl_easy_setopt(easy, CURLOPT_URL, argc > 1 ? argv[1] : "");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &n_bytes);
    result = curl_easy_perform(easy);
    curl_easy_cleanup(easy);
    printf("%d %zu %s\n", result, n_bytes, strstr(curl_version(), "Whimbrel") ? "Whimbrel" : "?");
    return 0;
}
END
mkdir "$work/folder"
start_server "$work/folder"

# shellcheck disable=SC2046,SC2086
build() {
    $CC ${CFLAGS-} "$work/program.c" -o "$work/program" ${LDFLAGS-} $(pkg --cflags --libs "$@")
}

holds 'a program builds with what pkg-config says' build whimbrel
is 'it runs' "$(LD_LIBRARY_PATH=$lib timeout "$LIMIT" "$work/program" "$base/bytes/123" 2>&1)" \
    '0 123 Whimbrel'
is 'it is the installed library' \
    "$(LD_LIBRARY_PATH=$lib ldd "$work/program" | grep -c "=> $lib/libwhimbrel")" 1
is 'and the version is told' "$(pkg --modversion whimbrel)" \
    "$(sed -n "s/^PACKAGE_VERSION = //p" "$top_builddir/Makefile")"
for pc in "$lib"/pkgconfig/whimbrel-*.pc; do
    [ -s "$pc" ] || continue
    name=$(basename "$pc" .pc)
    holds "a program builds with $name" build "$name" whimbrel
done

DROPIN=$lib/whimbrel
is 'the drop-in has its names' \
    "$(cd "$DROPIN" && for name in libcurl.so.4 libcurl-gnutls.so.4 libcurl-nss.so.4; do
        [ "$(readlink -f $name)" = "$(readlink -f libcurl.so.4)" ] && echo $name
    done | wc -l)" 3
if command -v curl >/dev/null && ldd "$(command -v curl)" | grep -q 'libcurl.so.4'; then
    is 'the installed drop-in serves curl' "$(on_dropin curl -sS "$base/bytes/30" | wc -c) $(
        on_dropin curl --version | grep -c Whimbrel)" '30 1'
else
    skip 'the installed drop-in serves curl' 'there is no curl'
fi

holds 'it uninstalls' make_quietly uninstall
is 'nothing is left' "$(left)" ''
finish
