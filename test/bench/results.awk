# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# Reads the results (side, scenario, connections, metric, value; a line per repetition) and knows
# their medians. Loaded before the program that prints them.

function median(side, scenario, connections, metric,    key, n, i, j, swap, v) {
    key = side SUBSEP scenario SUBSEP connections SUBSEP metric
    n = count[key]
    if (!n)
        return ""
    for (i = 1; i <= n; i++)
        v[i] = value[key, i]
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && v[j - 1] > v[j]; j--) {
            swap = v[j]; v[j] = v[j - 1]; v[j - 1] = swap
        }
    return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}

BEGIN { FS = "\t" }

NF == 5 && !/^#/ {
    key = $1 SUBSEP $2 SUBSEP $3 SUBSEP $4
    value[key, ++count[key]] = $5 + 0
}
