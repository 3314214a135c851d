#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# check_includes.sh [TOP_SRCDIR]: includes go only downward. A file of src/ includes files of its
# own folder, of folders of a lower rank, and the public headers; the tool, the adapters and their
# tests and benchmarks include the public headers and files of their own folder. Prints each
# include that does otherwise.

set -u
export LC_ALL=C
cd "${1:-${top_srcdir:-.}}" || exit 2
if ! [ -d src ] || ! [ -d include ]; then
    echo "$PWD is not the top of the source tree" >&2
    exit 2
fi

for folder in src adapters test/bench test/adapter; do
    [ -d $folder ] && find $folder -name '*.[ch]' -type f
done | sort | xargs awk '
BEGIN {
    rank["util"] = 0
    rank["net"] = rank["dns"] = 1
    rank["tls"] = rank["proto"] = 2
    rank["engine"] = 3
    rank["api"] = 4
    rank["dropin"] = 5
    n_offenders = 0
    n_includes = 0
}

function exists(path, line, status)
{
    status = (getline line < path)
    close(path)
    return status >= 0
}

function offend(why)
{
    printf "%s:%d: %s %s\n", FILENAME, FNR, target, why
    n_offenders++
}

# A file below one of our folders, as -Isrc finds it; <net/if.h> and the like are the system.
function is_internal(path)
{
    return split(path, part, "/") > 1 && (part[1] in rank) && (quoted || exists("src/" path))
}

function check_source(folder)
{
    if (!(folder in rank))
        offend("is included from a folder without a rank: " folder)
    else if (is_internal(target) && part[1] != folder && rank[part[1]] >= rank[folder])
        offend("is not below " folder)
    else if (quoted && target ~ /\// && !is_internal(target) && !is_public(target) &&
             !exists(directory "/" target))
        offend("is not below src/")
}

function is_public(path)
{
    return path ~ /^(curl|whimbrel)\// && exists("include/" path)
}

function check_outsider()
{
    if (is_internal(target) && !exists(directory "/" target))
        offend("is internal, and this folder sees only include/")
    else if (quoted && target ~ /\// && !is_public(target) && !exists(directory "/" target))
        offend("is not in this folder")
}

/^[ \t]*#[ \t]*include[ \t]*["<]/ {
    n_includes++
    quoted = ($0 ~ /include[ \t]*"/)
    target = $0
    sub(/^[^"<]*["<]/, "", target)
    sub(/[">].*/, "", target)
    directory = FILENAME
    sub(/\/[^\/]*$/, "", directory)
    n_parts = split(FILENAME, from, "/")

    if (target ~ /(^|\/)\.\.\//)
        offend("climbs out of its folder")
    else if (quoted && target !~ /\// && target != "config.h" && !exists(directory "/" target))
        offend("is not beside the file")
    else if (from[1] == "src" && n_parts > 2 && from[2] != "tool")
        check_source(from[2])
    else
        check_outsider()
}

END {
    printf "%d includes, %d offend\n", n_includes, n_offenders
    exit n_offenders > 0
}' || exit 1
