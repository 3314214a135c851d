#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# check_readme.sh [--installed]: the C code of README.md is code. A block with a main() is built and
# run against a server on loopback; any other is compiled as the body of a function. It is built
# with what "make check" says (CC, CFLAGS, LIBTOOL, top_srcdir, top_builddir), or with what
# pkg-config says of an installed library; the server is the build tree's either way.
set -u
export LC_ALL=C
: "${CC:=cc}" "${CFLAGS:=}"
is_installed=0
[ "${1:-}" != --installed ] || is_installed=1
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "${top_srcdir:-$here/..}" && pwd) || exit 2
build=$(cd "${top_builddir:-$top/build}" && pwd) || exit 2
if [ $is_installed = 0 ] && [ -z "${LIBTOOL:-}" ]; then
    LIBTOOL=$build/libtool
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/check_readme.XXXXXX") || exit 2
origin_pid=
trap '[ -z "$origin_pid" ] || kill "$origin_pid" 2>/dev/null; rm -rf "$work"' EXIT
n_faults=0

complain() {
    echo "README.md: $*"
    n_faults=$((n_faults + 1))
}

# The blocks marked as C, one file each: block-1.c, block-2.c ...
extract() {
    awk -v out="$work/block-" '
        /^```c$/ { is_inside = 1; n++; file = out n ".c"; printf "" > file; next }
        /^```/ { is_inside = 0; next }
        is_inside { print > file }
        END { if (!n) { print "README.md has no C code"; exit 1 } }' "$top/README.md"
}

# wrap BLOCK: its includes, the names that the text takes for granted, and the rest in a function.
wrap() {
    grep -h '^#include' "$1"
    cat <<'END'
#include <stddef.h>
struct event_base;
void done(CURL *easy, CURLcode result, void *data);
void example(CURLM *multi, struct event_base *base, int epoll_fd);
void example(CURLM *multi, struct event_base *base, int epoll_fd)
{
    (void)multi, (void)base, (void)epoll_fd;
END
    grep -v '^#include' "$1"
    echo '}'
}

# compile FILE OBJECT
compile() {
    if [ $is_installed = 1 ]; then
        # shellcheck disable=SC2046,SC2086
        $CC $CFLAGS -Wall -Wextra -Werror $(pkg-config --cflags whimbrel) -c "$1" -o "$2"
    else
        # shellcheck disable=SC2086
        $CC $CFLAGS -Wall -Wextra -Werror -I"$top/include" -c "$1" -o "$2"
    fi
}

# link_with_epoll OBJECT PROGRAM
link_with_epoll() {
    if [ $is_installed = 1 ]; then
        # shellcheck disable=SC2046,SC2086
        $CC $CFLAGS "$1" $(pkg-config --libs whimbrel-epoll whimbrel) -o "$2"
    else
        # shellcheck disable=SC2086
        $LIBTOOL --silent --tag=CC --mode=link $CC $CFLAGS "$1" \
            "$build/adapters/libwhimbrel-epoll.la" "$build/src/libwhimbrel.la" -o "$2"
    fi
}

start_origin() {
    origin=$build/test/origin/origin
    [ -x "$origin" ] || make -s -C "$build/test/origin" origin || exit 1
    mkdir "$work/root"
    echo "the first file" >"$work/root/one"
    echo "the second file" >"$work/root/two"
    mkfifo "$work/port"
    "$origin" --seconds 60 "$work/root" >"$work/port" &
    origin_pid=$!
    read -r port <"$work/port" || exit 1
}

# run PROGRAM: fetches both files, and what nobody serves
run() {
    base=http://127.0.0.1:$port
    timeout 30 "$1" "$base/one" "$base/two" http://127.0.0.1:1/ >"$work/out" 2>"$work/err" ||
        complain "the program ends with status $?"
    for line in "the first file" "the second file"; do
        grep -qxF "$line" "$work/out" || complain "the program does not fetch '$line'"
    done
    [ "$(grep -c "$base/" "$work/err")" = 2 ] || complain "it does not name both URLs"
    grep -q "http://127.0.0.1:1/.*onnect" "$work/err" || complain "it does not tell of a failure"
    [ $n_faults = 0 ] || cat "$work/out" "$work/err"
}

extract || exit 1
n_programs=0
n_blocks=0
start_origin
for block in "$work"/block-*.c; do
    n_blocks=$((n_blocks + 1))
    source=$block
    if grep -q 'int main(' "$block"; then
        n_programs=$((n_programs + 1))
    else
        source=${block%.c}-wrapped.c
        wrap "$block" >"$source"
    fi
    if ! compile "$source" "$block.o"; then
        complain "this does not compile:"
        cat "$block"
    elif [ "$source" = "$block" ]; then
        if link_with_epoll "$block.o" "$work/program"; then
            run "$work/program"
        else
            complain "the program does not link"
        fi
    fi
done
[ $n_programs -gt 0 ] || complain "has no whole program"

for marker in begin end; do
    [ "$(grep -c "^<!-- bench:$marker -->$" "$top/README.md")" = 1 ] ||
        complain "does not have the marker bench:$marker once"
done
# What it says of ./dev is what ./dev says of itself.
"$top/dev" help >"$work/help"
cat "$top/README.md" "$top/CONTRIBUTING.md" | grep -oE '\./dev [a-z]+( --[a-z]+)*' | tr ' ' '\n' |
    grep -vxF ./dev | sort -u | while read -r word; do
    grep -qE -e "(^|[^a-z-])$word([^a-z-]|\$)" "$work/help" || echo "$word"
done >"$work/unknown"
[ ! -s "$work/unknown" ] || complain "./dev help knows nothing of $(tr '\n' ' ' <"$work/unknown")"

echo "$n_blocks blocks of code, $n_faults faults"
[ $n_faults = 0 ]
