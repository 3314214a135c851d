#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# check_checkers.sh: check_includes.sh and check_exports.sh pass what is right and refuse what is
# wrong, tried on a small tree and on small libraries made here.

set -u
export LC_ALL=C
CC=${CC:-cc}
here=$(cd "${srcdir:-$(dirname "$0")}" && pwd) || exit 99
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
cd "$work" || exit 99
n_failed=0

# expect STATUS NAME COMMAND...: the command ends with this status.
expect() {
    wanted=$1 name=$2
    shift 2
    "$@" >said 2>&1
    got=$?
    if [ $got -eq "$wanted" ]; then
        echo "ok: $name"
    else
        echo "FAILED: $name"
        cat said
        n_failed=$((n_failed + 1))
    fi
}

# ---- includes ----

mkdir -p src/util src/net src/proto src/engine src/api/tbl src/tool include/curl adapters test/bench
touch include/curl/curl.h src/util/list.h src/net/if.h src/net/link.h src/proto/http1.h \
    src/engine/multi.h src/api/tbl/rows.h adapters/bind.h
printf '%s\n' '#include "config.h"' '#include "net/link.h"' '#include "util/list.h"' \
    '#include <curl/curl.h>' '#include <sys/socket.h>' '#include "http1.h"' >src/proto/http1.c
printf '%s\n' '#include "api/tbl/rows.h"' '#include "engine/multi.h"' '#include "tbl/rows.h"' \
    >src/api/easy.c
printf '%s\n' '#include "bind.h"' '#include <curl/curl.h>' '#include <sys/epoll.h>' \
    >adapters/epoll.c
expect 0 "includes that go downward pass" "$here/check_includes.sh" "$work"

# refuse_include FILE LINE: with this line in this new file the tree is refused for it.
refuse_include() {
    echo "$2" >"$1"
    expect 1 "$1 with $2 is refused" "$here/check_includes.sh" "$work"
    grep -q "^$1:1:" said || {
        echo "FAILED: $1 is not named"
        n_failed=$((n_failed + 1))
    }
    rm "$1"
}
refuse_include src/util/up.c '#include "net/link.h"'
refuse_include src/net/up.h '# include <proto/http1.h>'
refuse_include src/proto/up.c '#include "engine/multi.h"'
refuse_include src/engine/up.c '#include "api/tbl/rows.h"'
refuse_include src/net/side.c '#include "dns/resolver.h"'
refuse_include src/net/gone.c '#include "gone.h"'
refuse_include src/tool/inside.c '#include "util/list.h"'
refuse_include src/tool/climbs.c '#include "../util/list.h"'
refuse_include adapters/inside.h '#include "engine/multi.h"'
refuse_include test/bench/other.c '#include "adapters/bind.h"'

# ---- exports ----

# make_library FILE MAP [NAME...]: a library of these functions under this version script.
make_library() {
    library=$1 map=$2
    shift 2
    for name in "$@"; do
        echo "void $name(void); void $name(void) {}"
    done >library.c
    # shellcheck disable=SC2086 # compilers come with their flags
    $CC -shared -fPIC -o "$library" library.c ${map:+-Wl,--version-script=$map}
}

names=$(sed -n 's/^PROTOTYPE(\([a-z_0-9]*\),.*/\1/p' "$here/facts_functions.h")
echo 'ONE { global: curl_*; whim_*; local: *; };' >one.map
# shellcheck disable=SC2086 # the names are several words
if make_library exact.so one.map $names 2>/dev/null; then
    make_library extra.so one.map $names whim_extra
    make_library short.so one.map $(echo "$names" | sed 1d)
    make_library plain.so '' $names
    expect 0 "all functions under their node pass" "$here/check_exports.sh" exact.so ONE
    expect 0 "all functions without a node pass" "$here/check_exports.sh" plain.so
    expect 0 "a whim_ name passes where allowed" "$here/check_exports.sh" -a whim_ extra.so ONE
    expect 1 "a whim_ name is refused elsewhere" "$here/check_exports.sh" extra.so ONE
    expect 1 "a missing function is refused" "$here/check_exports.sh" short.so ONE
    expect 1 "another node is refused" "$here/check_exports.sh" exact.so TWO
    expect 1 "a second node that is missing is refused" "$here/check_exports.sh" exact.so ONE TWO
    expect 1 "a node where none is due is refused" "$here/check_exports.sh" exact.so
    expect 1 "no node where one is due is refused" "$here/check_exports.sh" plain.so ONE
    expect 2 "a file that is no library is refused" "$here/check_exports.sh" library.c ONE
else
    echo "skipped: no shared libraries with versions here"
fi

echo "$n_failed failed"
[ "$n_failed" -eq 0 ]
