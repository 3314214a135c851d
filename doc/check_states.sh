#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# check_states.sh [TOP_SRCDIR]: doc/states.md is what states.sh makes of the tables today.
set -u
export LC_ALL=C
top=${1:-${top_srcdir:-$(dirname "$0")/..}}
made=$(mktemp "${TMPDIR:-/tmp}/check_states.XXXXXX") || exit 2
trap 'rm -f "$made"' EXIT

"$top/doc/states.sh" "$top" >"$made" || exit 1
diff -u "$top/doc/states.md" "$made" || {
    echo "doc/states.md is out of date: run doc/states.sh > doc/states.md"
    exit 1
}
echo "doc/states.md is up to date"
