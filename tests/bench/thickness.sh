#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# thickness.sh [FACETS|FILE.stl...] - the thickness map of meshshell beside
# CGAL's sdf_values with 25 rays, and walls grown to 1.5 mm, in one run
#
# Run by `make bench`; 500000 facets when nothing is given, where CGAL takes
# minutes. It runs once, for LIMIT seconds at most (900): where it does not end
# by then, the ratios are "at least", and a gyroid of a fifth of the facets
# follows. The map is made three times, the best counts.
# Wanted: a map in 25 times less wall time on two cores; walls in 30 s, 2 GB.
set -eu
LIMIT=${LIMIT:-900}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# shellcheck disable=SC2016 # the shell that it is given to expands it
bounded='timeout "$0" cgal_thickness "$1" || [ $? = 124 ]'

compare() { # compare FILE.stl; false when CGAL did not end
    facets=$(od -A n -t u4 -j 80 -N 4 "$1" | tr -d ' ')
    cgal=$(cost -1 sh -c "$bounded" "$LIMIT" "$1") || exit 2
    map=$(cost meshshell -q --measure -o "$work/map.ply" -f ply "$1") || exit 2
    min=$(cost -1 meshshell -q --min 1.5 -o "$work/min.stl" "$1") || exit 2
    echo "$facets $LIMIT $cgal $map $min" | awk '{
        cut = $4 >= $2
        printf "%d facets             %9s %9s %6s\n", $1, "user s", "wall s", "MB"
        printf "  cgal_thickness       %9.2f %9.2f %6d%s\n", $3, $4, $5,
               cut ? "  stopped, not done" : ""
        printf "  meshshell --measure  %9.2f %9.2f %6d\n", $6, $7, $8
        printf "  times%s     %9.1f %9.1f  (%.1f us a facet)\n",
               cut ? ", at least" : "          ", $3 / $6, $4 / $7,
               1e6 * $6 / $1
        printf "  meshshell --min 1.5  %9.2f %9.2f %6d\n", $9, $10, $11
        exit cut }'
}

[ $# -gt 0 ] || set -- 500000
for what in "$@"; do
    case $what in
    *.stl) compare "$what" || echo "CGAL did not end in $LIMIT s" ;;
    *)
        gyroid "$what" >"$work/mesh.stl"
        compare "$work/mesh.stl" || {
            echo "CGAL did not end in $LIMIT s; a fifth of the facets:"
            gyroid $((what / 5)) >"$work/mesh.stl"
            compare "$work/mesh.stl" || echo "nor did it there"
        }
        ;;
    esac
done
