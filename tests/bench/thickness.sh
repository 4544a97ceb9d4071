#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# thickness.sh [FACETS|FILE.stl...] - the thickness map of meshshell beside
# CGAL's sdf_values with 25 rays, in one run
#
# Run by `make bench-thickness`; 500000 facets when nothing is given, where
# CGAL takes minutes. It runs once, meshshell three times, the best counts.
# Wanted: 25 times less wall time on two cores.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

[ $# -gt 0 ] || set -- 500000
for what in "$@"; do
    case $what in
    *.stl) mesh=$what ;;
    *) mesh=$work/mesh.stl; gyroid "$what" >"$mesh" ;;
    esac
    facets=$(od -A n -t u4 -j 80 -N 4 "$mesh" | tr -d ' ')
    cgal=$(cost -1 cgal_thickness "$mesh")
    ours=$(cost meshshell -q --measure -o "$work/map.ply" -f ply "$mesh")
    echo "$facets $cgal $ours" | awk '{
        printf "%d facets        %9s %9s %6s\n", $1, "user s", "wall s", "MB"
        printf "  cgal_thickness     %9.2f %9.2f %6d\n", $2, $3, $4
        printf "  meshshell --measure %8.2f %9.2f %6d\n", $5, $6, $7
        printf "  times              %9.1f %9.1f  (%.1f us a facet)\n",
               $2 / $5, $3 / $6, 1e6 * $5 / $1 }'
done
