#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# check_exports.sh [-a PREFIX] LIBRARY [NODE...]: the shared LIBRARY exports the functions of
# facts_functions.h and nothing else. With NODEs each function carries the first as its default
# version and the others beside it (C-6); without, no version. -a lets further names pass that
# begin with PREFIX. Prints what differs: < is missing, > is too much.

set -u
export LC_ALL=C
here=$(dirname "$0")
also=

if [ "${1-}" = -a ]; then
    also=$2
    shift 2
fi
if [ $# -lt 1 ]; then
    echo "usage: $0 [-a PREFIX] LIBRARY [NODE...]" >&2
    exit 2
fi
library=$1
shift

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM

sed -n 's/^PROTOTYPE(\([a-z_0-9]*\),.*/\1/p' "$here/facts_functions.h" >"$work/names"
version=@@
for node in "$@"; do
    sed "s/\$/$version$node/" "$work/names"
    version=@
done >"$work/versioned"
[ $# -eq 0 ] && cp "$work/names" "$work/versioned"
sort "$work/versioned" >"$work/expected"

# The version nodes are absolute symbols (A) and no function.
${NM:-nm} -D --defined-only "$library" >"$work/nm" || exit 2
awk -v also="$also" '$2 != "A" && !(also != "" && index($3, also) == 1) { print $3 }' \
    "$work/nm" | sort >"$work/exported"

echo "$library: $(wc -l <"$work/exported") exported, $(wc -l <"$work/expected") expected"
[ -s "$work/expected" ] && diff "$work/expected" "$work/exported" >"$work/difference"
status=$?
grep '^[<>]' "$work/difference"
exit $status
