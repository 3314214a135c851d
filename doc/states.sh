#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# states.sh [TOP_SRCDIR]: prints doc/states.md: the state machines of src/engine/tbl/*_states.h as
# Mermaid diagrams, each with the table file's own words. After a change of a table:
#
#     doc/states.sh > doc/states.md
set -eu
export LC_ALL=C
top=${1:-$(dirname "$0")/..}

# machine MACRO FILE: the file's comment, a diagram of the moves, and what each state means.
machine() {
    awk -v macro="$1" -v path="$2" '
    function fail(why)
    {
        print "states.sh: " path ": " why > "/dev/stderr"
        is_failed = 1
        exit 1
    }

    # A comment is done: the first one speaks of the whole file, each other one of the row below.
    function take_comment(text,    n, i)
    {
        n = split(text, lines, "\n")
        text = ""
        for (i = 1; i <= n; i++) {
            sub(/^[ \t]*\*?[ \t]?/, "", lines[i])
            sub(/[ \t]+$/, "", lines[i])
            text = text lines[i] "\n"
        }
        sub(/^\n+/, "", text)
        sub(/\n+$/, "", text)
        if (card == "")
            card = text
        else
            meaning = text
    }

    # MACRO(NAME, TO(A) | TO(B)), or 0 for no moves
    function take_row(row,    name, n, i)
    {
        sub(/^[^(]*\([ \t]*/, "", row)
        name = row
        sub(/[ \t]*,.*/, "", name)
        names[++n_states] = name
        gsub(/\n/, " ", meaning)
        meanings[name] = meaning
        meaning = ""
        while (match(row, /TO\([A-Z0-9_]+\)/)) {
            from[++n_moves] = name
            to[n_moves] = substr(row, RSTART + 3, RLENGTH - 4)
            row = substr(row, RSTART + RLENGTH)
        }
    }

    FNR <= 2 || /^#/ { next } # licence, and the macro that the rows use

    is_comment || /^[ \t]*\/\*/ {
        is_comment = !/\*\/[ \t]*$/
        sub(/^[ \t]*\/\*/, "")
        sub(/\*\/[ \t]*$/, "")
        comment = comment $0 "\n"
        if (!is_comment) {
            take_comment(comment)
            comment = ""
        }
        next
    }

    row != "" || index($0, macro "(") == 1 {
        row = row $0
        if (gsub(/\(/, "(", row) == gsub(/\)/, ")", row)) {
            take_row(row)
            row = ""
        }
        next
    }

    NF { fail("line " FNR " is neither comment nor row") }

    END {
        if (is_failed)
            exit 1
        if (!n_moves || row != "" || is_comment)
            fail("no table of " macro)
        for (i = 1; i <= n_states; i++)
            is_known[names[i]] = 1
        print card "\n\n```mermaid\nstateDiagram-v2\n    [*] --> " names[1]
        for (i = 1; i <= n_moves; i++) {
            if (!(to[i] in is_known))
                fail(from[i] " leads to " to[i] ", which is no state")
            is_target[to[i]] = 1
            print "    " from[i] " --> " to[i]
        }
        for (i = 2; i <= n_states; i++)
            if (!(names[i] in is_target))
                print "    " names[i] ": " names[i] " (from everywhere)"
        print "```\n\n| state | |\n|---|---|"
        for (i = 1; i <= n_states; i++)
            print "| `" names[i] "` | " meanings[names[i]] " |"
    }' "$top/$2"
}

cat <<'END'
<!-- Made by doc/states.sh from src/engine/tbl/; do not edit. -->
# State diagrams

The tables that the engine is compiled from, drawn. A move that they do not allow fails an assertion
in debug builds (`whim_transfer_enter()`, `whim_conn_enter()`).

## Transfer

END
machine TRANSFER_STATE src/engine/tbl/transfer_states.h
printf '\n## Connection\n\n'
machine CONN_STATE src/engine/tbl/conn_states.h
