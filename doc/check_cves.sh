#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# check_cves.sh: each test that doc/cves.md names is there.
set -u
cd "${top_srcdir:-$(dirname "$0")/..}" || exit 2

n_faults=0 n_names=0
# shellcheck disable=SC2016
names=$(sed -n '/^|/s/[^`]*`\([^`]*\)`[^`]*/\1|/gp' doc/cves.md | tr '|' '\n' | sed '/^$/d' | sort -u)
IFS='
'
for name in $names; do
    n_names=$((n_names + 1))
    case $name in
    fuzz_*) [ -f "test/fuzz/$name.c" ] && continue ;;
    *) grep -rqF --include='*.c' --include='*.sh' "$name" test && continue ;;
    esac
    echo "doc/cves.md: there is no test $name"
    n_faults=$((n_faults + 1))
done
[ "$n_names" -gt 30 ] || { echo "only $n_names names were found"; n_faults=$((n_faults + 1)); }
[ "$n_faults" -eq 0 ]
