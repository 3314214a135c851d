#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# check_man.sh [PAGE...]: the manual pages (default: MAN_PAGES, else all in doc/) are clean, well
# named, refer only to pages that there are, and leave out nothing of what they are to describe.
set -u
export LC_ALL=C
top=${top_srcdir:-$(dirname "$0")/..}
cd "$top" || exit 2
# shellcheck disable=SC2046,SC2086 # names without spaces
[ $# -gt 0 ] || set -- ${MAN_PAGES:-$(cd doc && ls -- *.[1-9])}

if ! command -v man >/dev/null || ! command -v groff >/dev/null; then
    echo "man and groff are needed to check manual pages"
    exit 77
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/check_man.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
n_faults=0

complain() {
    echo "doc/$1: $2"
    n_faults=$((n_faults + 1))
}

# The names under which the pages can be found: "name(section)".
installed_names() {
    for page; do
        name=${page%.*}
        case $name in
        curl_*) echo "$name(${page##*.}whimbrel)" ;;
        *) echo "$name(${page##*.})" ;;
        esac
    done
}

# The page as text without line breaks inside of words.
show() {
    MANWIDTH=500 man --no-hyphenation --no-justification -l "doc/$1" | col -bx
}

check_page() {
    page=$1
    name=${page%.*}
    if ! [ -f "doc/$page" ]; then
        complain "$page" "is missing"
        return
    fi

    warnings=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 \
        man --warnings -E UTF-8 -l -Tutf8 -Z "doc/$page" 2>&1 >/dev/null)
    [ -z "$warnings" ] || complain "$page" "$warnings"
    if command -v mandoc >/dev/null; then
        mandoc -T lint -W error "doc/$page" >"$work/lint" ||
            complain "$page" "$(cat "$work/lint")"
    fi

    # "NAME" begins with the file's own name, and apropos(1) can read it.
    if command -v lexgrog >/dev/null; then
        lexgrog "doc/$page" | grep -q ": \"$name - " ||
            complain "$page" "apropos would not find it as $name"
    fi

    show "$page" >"$work/text"
    grep -oE '[A-Za-z_][A-Za-z0-9_-]*\([1-9][a-z]*\)' "$work/text" | sort -u |
        grep -E '^(whimbrel|curl_.*whimbrel)' | while read -r reference; do
        grep -qxF "$reference" "$work/names" || echo "$reference"
    done >"$work/dangling"
    [ ! -s "$work/dangling" ] ||
        complain "$page" "refers to pages that there are not: $(tr '\n' ' ' <"$work/dangling")"
    cat "$work/text" >>"$work/all"
}

# check_told PAGE TEXT: each word in $work/words is in the text.
check_told() {
    while read -r word; do
        grep -qwF -e "$word" "$2" || echo "$word"
    done <"$work/words" >"$work/untold"
    [ -s "$work/words" ] || complain "$1" "has nothing to be compared with"
    [ ! -s "$work/untold" ] || complain "$1" "says nothing of $(tr '\n' ' ' <"$work/untold")"
}

installed_names "$@" >"$work/names"
: >"$work/all"
for page; do
    check_page "$page"
done

case " $* " in
*" whimbrel-multi-options.3 "*)
    show whimbrel-multi-options.3 >"$work/options"
    {
        grep -oE '^ *CURLMOPT_[A-Z_]+ =' include/curl/multi.h | tr -d ' =' | grep -v LASTENTRY
        grep -oE '#define WHIM_MOPT_[A-Z_]+' include/whimbrel/whimbrel.h | sed 's/.* //'
    } >"$work/words"
    check_told whimbrel-multi-options.3 "$work/options"
    ;;
esac
# What an adapter offers is in the adapter's page.
for header in include/whimbrel/*.h; do
    name=whimbrel-$(basename "$header" .h)
    case " $* " in
    *" $name.3 "*)
        show "$name.3" >"$work/page"
        grep -oE '(whim_[a-z_]+\(|#define WHIM_[A-Z_]+[ (])' "$header" |
            sed 's/#define //; s/[( ]//g' | grep -v '_H$' | sort -u >"$work/words"
        check_told "$name.3" "$work/page"
        ;;
    esac
done

echo "$# pages, $n_faults faults"
[ "$n_faults" -eq 0 ]
