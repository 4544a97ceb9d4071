#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# bench.sh [FACETS...] - meshcheck against CGAL and admesh, meshfix against
# meshcheck, and meshconv (which checks, too) against admesh, in one run
#
# Run by `make bench`. Three runs each, the best counts; ratios on the right.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

row() { # row NAME "USER WALL MB" "USER WALL MB of the yardstick"
    echo "$1 $2 ${3:-}" | awk '{
        printf "  %-28s %7.2f %7.2f %7d", $1, $2, $3, $4
        if (NF > 4) printf "   %5.2f %5.2f %5.2f", $2/$5, $3/$6, $4/$7
        print "" }'
}

for facets in "${@:-1000000 3000000}"; do
    for n in $facets; do
        gyroid "$n" >"$work/mesh.stl"
        meshcheck "$work/mesh.stl" | grep -E '^(verdict|mesh)'
        printf '  %-28s %7s %7s %7s   %s\n' "" "user s" "wall s" MB \
            "share of the yardstick"
        cgal=$(cost cgal_check "$work/mesh.stl")
        row cgal_check "$cgal"
        check=$(cost meshcheck "$work/mesh.stl")
        row meshcheck "$check" "$cgal"
        # wanted: no more than meshcheck, and 1.5 times that and 5 s
        row meshfix,_clean "$(cost meshfix -o "$work/out.stl" \
            "$work/mesh.stl")" "$check"
        damage 100 <"$work/mesh.stl" >"$work/hurt.stl"
        row meshfix,_100_defects "$(cost meshfix -o "$work/out.stl" \
            "$work/hurt.stl")" "$check"
        command -v admesh >/dev/null || continue
        admesh=$(cost admesh -e "$work/mesh.stl")
        row admesh_-e "$admesh"
        copy=$(cost admesh -e -b "$work/out.stl" "$work/mesh.stl")
        row admesh_-e_-b "$copy"
        row meshconv_to_stl "$(cost meshconv -o "$work/out.stl" \
            "$work/mesh.stl")" "$copy"
        row meshconv_to_ply "$(cost meshconv -o "$work/out.ply" \
            "$work/mesh.stl")" "$copy"
        row meshcheck_--no-intersections \
            "$(cost meshcheck --no-intersections "$work/mesh.stl")" "$admesh"
    done
done
