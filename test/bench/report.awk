# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# Turns budgets.tsv and the results into the Markdown table: medians, ratios, verdicts. With
# -v check=1 it prints instead a line for each steady row over its limit, and fails if there is
# one, or if there was no figure to judge.

function figure(side, fields,    small, big) {
    if (fields[2] != "growth")
        return median(side, fields[1], fields[2], fields[3])
    small = median(side, fields[1], 100, fields[3])
    big = median(side, fields[1], 10000, fields[3])
    return small == "" || big == "" ? "" : big / small
}

# In the row's unit; "" stays "".
function scaled(side, fields,    number) {
    number = figure(side, fields)
    return number == "" ? "" : number / fields[4]
}

function thousands(text,    tail) {
    tail = ""
    while (length(text) > 3) {
        tail = "," substr(text, length(text) - 2) tail
        text = substr(text, 1, length(text) - 3)
    }
    return text tail
}

function show(number, unit,    text) {
    if (number == "")
        return "-"
    if (number >= 1000)
        text = thousands(sprintf("%.0f", number))
    else
        text = sprintf(number >= 100 ? "%.0f" : number >= 10 ? "%.1f" : "%.2f", number)
    return unit == "" ? text : text " " unit
}

# Nothing is a multiple of next to nothing.
function ratio(a, b) {
    return a == "" || b == "" || b < 0.1 ? "-" : sprintf("%.2f", a / b)
}

# The most that ours may reach, "" where nothing is asked or what it is a multiple of is unknown.
function limit_of(words, floor, theirs) {
    if (words[1] == "most")
        return words[2] + 0
    if (words[1] == "theirs")
        return theirs != "" ? words[2] * theirs : ""
    return words[1] == "floor" && floor != "" ? words[2] * floor : ""
}

function print_row(fields,    ours, theirs, floor, words, limit, is_over, verdict) {
    ours = scaled("ours", fields)
    theirs = scaled("system", fields)
    floor = scaled("floor", fields)
    if (ours == "" && theirs == "")
        return
    split(fields[6], words, " ")
    limit = limit_of(words, floor, theirs)
    if (limit != "" && ours != "") {
        # Half of what the output rounds away: a straggler's one callback is not a cost.
        is_over = ours > limit + 0.005
        verdict = is_over ? "**over**" : "pass"
        if (fields[7] == "yes") {
            n_judged++
            n_over += is_over
        }
    }
    if (!check)
        print "| " fields[8] " | " show(ours, fields[5]) " | " show(theirs, fields[5]) " | " \
              show(floor, fields[5]) " | " ratio(ours, floor) " | " \
              (words[1] == "count" ? "" : ratio(theirs, ours)) " | " \
              (limit == "" ? "" : show(limit, fields[5])) " | " verdict " |"
    else if (is_over && fields[7] == "yes")
        printf "over its budget: %s: %s, at most %s\n", fields[8], show(ours, fields[5]),
               show(limit, fields[5])
}

NF == 8 && !/^#/ { row[++n_rows] = $0 }

END {
    if (!check) {
        print "| work | whimbrel | " theirs_name " | floor | ours / floor | libcurl / ours |" \
              " budget | |"
        print "|---|---:|---:|---:|---:|---:|---:|---|"
    }
    for (i = 1; i <= n_rows; i++) {
        split(row[i], columns, "\t")
        print_row(columns)
    }
    if (check && !n_judged)
        print "no figure to judge"
    exit check && (n_over > 0 || !n_judged)
}
