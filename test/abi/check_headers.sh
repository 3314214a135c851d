#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# check_headers.sh: the public headers compile without a warning, each alone and in real programs,
# in C and in C++, with every switch that programs may set; and the type checks warn where they
# must. Takes CC, CXX, LIBEVENT_CFLAGS, srcdir and top_srcdir from the environment. Compiles only.

set -u
export LC_ALL=C
CC=${CC:-cc}
CXX=${CXX:-c++}
here=${srcdir:-$(dirname "$0")}
include=${top_srcdir:-$here/../..}/include
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
n_failed=0

strict='-Wall -Wextra -Wshadow -Wpointer-arith -Wvla -Werror'
strict_c="$strict -Wstrict-prototypes -Wmissing-prototypes"

# tell NAME STATUS: one line, and what the compiler said if it is a failure.
tell() {
    if [ "$2" -eq 0 ]; then
        echo "ok: $1"
    else
        echo "FAILED: $1"
        head -n 20 "$work/said"
        n_failed=$((n_failed + 1))
    fi
}

# compile NAME COMPILER ARGUMENT...: succeeds in silence, or it is told.
compile() {
    name=$1
    shift
    "$@" -I"$include" -I"$here" -c -o "$work/object" >"$work/said" 2>&1
    tell "$name" $?
}

# warns NAME PATTERN COUNT ARGUMENT...: PATTERN is warned of exactly COUNT times, nothing else.
warns() {
    name=$1 pattern=$2 count=$3
    shift 3
    "$@" -I"$include" -I"$here" -c -o "$work/object" >"$work/said" 2>&1 || {
        tell "$name" 1
        return
    }
    all=$(grep -c 'warning: ' "$work/said")
    such=$(grep -c "warning: .*\[-W$pattern\]" "$work/said")
    echo "$such of $count warnings, $all in all" >>"$work/said"
    [ "$such" -eq "$count" ] && [ "$all" -eq "$count" ]
    tell "$name ($such)" $?
}

has_cxx=no
echo 'int main() { return 0; }' >"$work/probe.cc"
# shellcheck disable=SC2086 # compilers come with their flags
$CXX -c "$work/probe.cc" -o "$work/object" 2>/dev/null && has_cxx=yes

for header in "$include"/curl/*.h; do
    base=curl/$(basename "$header")
    [ "$base" = curl/typecheck-gcc.h ] && continue
    printf '#include <%s>\n#include <curl/curl.h>\nint alone(void);\n' "$base" >"$work/alone.c"
    cp "$work/alone.c" "$work/alone.cc"
    for std in gnu89 c11 gnu11; do
        compile "$base alone, $std" $CC -std=$std -pedantic $strict_c -Wno-long-long "$work/alone.c"
    done
    [ $has_cxx = yes ] &&
        for std in c++98 c++17; do
            compile "$base alone, $std" $CXX -std=$std -pedantic $strict -Wno-long-long \
                "$work/alone.cc"
        done
done

for program in use_easy use_multi_socket; do
    for switch in -O0 -O2 -DCURL_DISABLE_TYPECHECK -DCURL_STRICTER -DCURL_NO_OLDIES \
        -DCURL_DISABLE_DEPRECATION -DBUILDING_LIBCURL; do
        compile "$program.c $switch" $CC -std=gnu11 $strict_c $switch "$here/$program.c"
    done
done

echo '#include <event2/event.h>' >"$work/probe.c"
# shellcheck disable=SC2086
if $CC ${LIBEVENT_CFLAGS-} -c "$work/probe.c" -o "$work/object" 2>/dev/null; then
    compile "use_libevent.c" $CC -std=gnu11 $strict_c ${LIBEVENT_CFLAGS-} "$here/use_libevent.c"
else
    echo "skipped: use_libevent.c, no libevent headers"
fi

if [ $has_cxx = yes ]; then
    for switch in -O0 -O2 -DCURL_DISABLE_TYPECHECK -DCURL_STRICTER -DCURL_NO_OLDIES; do
        compile "use_cxx.cc $switch" $CXX -std=c++17 $strict $switch "$here/use_cxx.cc"
    done
else
    echo "skipped: C++, no compiler"
fi

n_misfits=$(cat "$here/facts_options.h" "$here/typecheck_misfits.c" |
    grep -c -e '^OPTION(' -e '^ALIAS(' -e '^    MISFIT(')
n_old=$(grep -c '^    OLD(' "$here/deprecated.c")
for level in -O0 -O2; do
    compile "typecheck_fits.c $level" $CC -std=gnu11 $strict_c $level "$here/typecheck_fits.c"
    warns "typecheck_misfits.c $level" attribute-warning "$n_misfits" \
        $CC -std=gnu11 -Wall -Wextra $level "$here/typecheck_misfits.c"
    warns "typecheck_misfits.c $level, checks off" attribute-warning 0 \
        $CC -std=gnu11 -Wall -Wextra $level -DCURL_DISABLE_TYPECHECK "$here/typecheck_misfits.c"
    warns "deprecated.c $level" deprecated-declarations "$n_old" \
        $CC -std=gnu11 -Wall -Wextra $level "$here/deprecated.c"
    warns "deprecated.c $level, silenced" deprecated-declarations 0 \
        $CC -std=gnu11 -Wall -Wextra $level -DCURL_DISABLE_DEPRECATION "$here/deprecated.c"
done

echo "$n_failed failed"
[ "$n_failed" -eq 0 ]
