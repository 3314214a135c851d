#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# check_names.sh [TOP_SRCDIR]: what the Markdown pages name exists: functions, structs and constants of
# ours in the sources, files and folders in the tree, the targets of links.
set -u
export LC_ALL=C
cd "${1:-${top_srcdir:-$(dirname "$0")/..}}" || exit 2
pages="README.md CONTRIBUTING.md doc/ARCHITECTURE.md doc/writing-an-adapter.md doc/states.md"
work=$(mktemp -d "${TMPDIR:-/tmp}/check_names.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
n_faults=0

complain() {
    echo "$1: $2"
    n_faults=$((n_faults + 1))
}

# Every word of the sources that could be a name of ours.
find src include adapters test -name '*.[ch]' -type f -exec cat {} + |
    grep -oE '\b(whim|WHIM)_[A-Za-z0-9_]+' | sort -u >"$work/names"
[ -s "$work/names" ] || { echo "no sources in $PWD"; exit 2; }

for page in $pages; do
    if ! [ -f "$page" ]; then
        complain "$page" "is missing"
        continue
    fi
    grep -oE '\b(whim|WHIM)_[A-Za-z0-9_]+' "$page" | sort -u >"$work/said"
    for name in $(comm -23 "$work/said" "$work/names"); do
        complain "$page" "nothing is named $name"
    done

    # `src/...`, `test/...`; a lone file name may lie anywhere in the sources
    grep -oE '`[A-Za-z0-9_./-]+`' "$page" | tr -d '`' | sort -u >"$work/quoted"
    while read -r path; do
        case $path in
        *_. | *.) continue ;;
        src/* | test/* | adapters/* | doc/* | include/*)
            [ -e "$path" ] || complain "$page" "there is no $path" ;;
        *.[ch])
            [ "$page" = doc/writing-an-adapter.md ] || # names the file that one writes
                find src adapters include test -path "*/$path" | grep -q . ||
                complain "$page" "there is no $path" ;;
        esac
    done <"$work/quoted"

    # [text](target): relative ones are files, #... a heading of the page itself
    grep -oE '\]\([^)]+\)' "$page" | sed 's/^](//; s/)$//' | sort -u >"$work/links"
    while read -r link; do
        case $link in
        http*://*) ;;
        \#*)
            sed -n 's/^#* //p' "$page" | tr '[:upper:] ' '[:lower:]-' | tr -dc 'a-z0-9_\n-' |
                grep -qxF -e "${link#\#}" || complain "$page" "has no heading for $link" ;;
        *)
            [ -e "$(dirname "$page")/${link%%#*}" ] || complain "$page" "links to $link" ;;
        esac
    done <"$work/links"
done

echo "$n_faults faults"
[ $n_faults = 0 ]
