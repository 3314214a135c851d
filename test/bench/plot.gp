# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# gnuplot -e "data='FILE'; out='FILE.svg'; theirs='libcurl X'" plot.gp
# Columns: connections; CPU in us of ours, theirs, floor; memory in KiB of ours, theirs (the floor
# has next to none).
set terminal svg size 960,400 dynamic font "sans-serif,13" background "white"
set output out
set datafile separator "\t"
set datafile missing "-"
set multiplot layout 1,2
set logscale xy
set xtics (100, "1,000" 1000, "10,000" 10000)
set xrange [80:12500]
set xlabel "connections"
set grid ytics lc rgb "#dddddd"
set border 3
set tics nomirror
set key top left reverse Left samplen 2
set style line 1 lc rgb "#0b6e4f" lw 2.5 pt 7 ps 0.8
set style line 2 lc rgb "#c8553d" lw 2.5 pt 5 ps 0.8
set style line 3 lc rgb "#888888" lw 2 dt 2 pt 6 ps 0.8
set title "CPU per warm keep-alive request (us)"
set yrange [1:*]
plot data using 1:3 with linespoints ls 2 title theirs, \
     data using 1:2 with linespoints ls 1 title "whimbrel", \
     data using 1:4 with linespoints ls 3 title "floor: no library"
set title "Resident memory per transfer in flight (KiB)"
set yrange [0.5:50]
plot data using 1:6 with linespoints ls 2 title theirs, \
     data using 1:5 with linespoints ls 1 title "whimbrel"
unset multiplot
