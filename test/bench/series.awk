# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# The columns that plot.gp draws, a line per number of connections; "-" where nothing is known.

function column(side, scenario, connections, metric, divisor,    number) {
    number = median(side, scenario, connections, metric)
    return number == "" ? "-" : number / divisor
}

END {
    n = split(sizes, size, " ")
    split("ours system floor", side, " ")
    for (i = 1; i <= n; i++) {
        line = size[i]
        for (j = 1; j <= 3; j++)
            line = line "\t" column(side[j], "warm", size[i], "cpu_ns", 1000)
        for (j = 1; j <= 2; j++)
            line = line "\t" column(side[j], "memory", size[i], "resident_bytes", 1024)
        print line
    }
}
