#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# check_doc_example.sh: the example of doc/writing-an-adapter.md compiles without a warning as it
# stands there, and passes the conformance suite with both libraries.
set -eu
export LC_ALL=C
top=${top_srcdir:-$(dirname "$0")/../..}
if [ -n "${libcurl-}" ] && [ ! -e "$libcurl" ]; then
    echo "skipped: the conformance suite needs the shared drop-in, and there is no $libcurl"
    exit 77
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/check_doc_example.XXXXXX")
trap 'rm -rf "$work"' EXIT

awk '/^```c$/ { on = 1; next } /^```$/ { on = 0 } on' "$top/doc/writing-an-adapter.md" \
    >"$work/select_adapter.c"
# shellcheck disable=SC2086 # flags are words
${CC:-cc} -std=gnu11 -Wall -Wextra -Wno-unused-parameter -Werror ${CFLAGS:-} \
    -I"$top/include" -I"$top/adapters" "$work/select_adapter.c" \
    "$top"/adapters/bind.c "$top"/adapters/turn.c "$top"/adapters/watch.c \
    "$top"/adapters/ticket.c "$top"/adapters/pid.c \
    "$top"/adapters/conformance.c "$top"/adapters/conformance/*.c \
    ${LDFLAGS:-} -o "$work/select_adapter" "${libcurl:--lcurl}" -pthread
VALGRIND='' "$top/test/adapter/both.sh" "$work/select_adapter"
