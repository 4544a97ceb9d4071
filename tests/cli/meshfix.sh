#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # tap.sh sets work, data and shared
# meshfix.sh - statuses, streams and what two foreign judges say
. "$top_srcdir/tests/tap.sh"

# A unit cube of 12 facets as ASCII STL, facet N left out, moved by X.
cube() { # cube SKIP X
    awk -v skip="$1" -v dx="$2" 'BEGIN {
        n = split("0 2 1  0 3 2  4 5 6  4 6 7  0 1 5  0 5 4  1 2 6  1 6 5 " \
                  "2 3 7  2 7 6  3 0 4  3 4 7", v, " ")
        for (t = 0; t * 3 < n; t++) {
            if (t == skip)
                continue
            print "facet normal 0 0 0\nouter loop"
            for (k = 1; k <= 3; k++) {
                i = v[3 * t + k]
                i = i + 0
                x = dx + ((i % 4 == 1 || i % 4 == 2) ? 1 : 0)
                print "vertex", x, (i % 4 >= 2), (i >= 4)
            }
            print "endloop\nendfacet"
        }
    }'
}
solid() { echo "solid x"; cat; echo "endsolid x"; }

judged() { # judged FILE SENTENCE: CGAL and admesh find nothing
    check "$2 (CGAL)" "$top_builddir/tests/foreign/cgal_judge" "$1"
    if command -v admesh >"$work/which"; then
        timeout 20 admesh "$1" >"$work/admesh" 2>&1
        check "$2 (admesh)" grep -q 'Total disconnected facets *: *0 *0' \
            "$work/admesh"
    else
        skip "$2 (admesh)" "no admesh"
    fi
}

cube none -0.5 | solid >"$work/whole.stl"
cube 3 -0.5 | solid >"$work/hole.stl"
{ cube none -0.5; cube none 0.25; } | solid >"$work/two.stl"

expect 0 "a cube passes" meshfix -f stl -o "$work/a.stl" "$work/whole.stl"
expect 0 "... and then bit for bit" \
    meshfix -o "$work/b.stl" "$work/a.stl"
tail -c +81 "$work/a.stl" >"$work/a.body"
tail -c +81 "$work/b.stl" >"$work/b.body"
check "... but for the header" cmp "$work/a.body" "$work/b.body"
judged "$work/a.stl" "the cube is clean"

expect 0 "a hole is filled" meshfix -f stl -j "$work/hole.json" \
    -o "$work/hole.out.stl" "$work/hole.stl"
judged "$work/hole.out.stl" "the filled cube is clean"
check "... and the ledger tells" json "$work/hole.json" \
    '.facets.same == 11 and .facets.added == 1 and .facets.removed == 0
     and (.rungs | any(.rung == "holes" and .kept)) and .status == 0'

expect 0 "two cubes that overlap are united" meshfix -f stl \
    -j "$work/two.json" -o "$work/two.out.stl" "$work/two.stl"
judged "$work/two.out.stl" "the united cubes are clean"
check "... to the volume of the formula" json "$work/two.json" \
    '.after.volume_mm3 - 1.75 | fabs < 1e-6'

expect 0 "a pipe carries the format that came in" \
    sh -c "meshfix <'$work/a.stl' >'$work/pipe.stl'"
check "... binary STL of 12 facets" test "$(wc -c <"$work/pipe.stl")" = 684

expect 0 "an opening that is to stay is no defect" \
    meshfix --keep-open -f stl -o "$work/open.stl" "$work/hole.stl"
check "... 11 facets" test "$(wc -c <"$work/open.stl")" = 634

cube none 0 | head -7 | solid >"$work/one.stl"
expect 1 "what encloses nothing asks for a look" \
    meshfix -f stl -o "$work/one.out.stl" "$work/one.stl"

expect 0 "a dry run writes nothing" \
    meshfix --dry-run -o "$work/dry.stl" "$work/hole.stl"
check "... no file" test ! -e "$work/dry.stl"
check "... but says what it would do" grep -q '^holes' "$work/out"

: >"$work/empty"
expect 2 "an empty input is refused" meshfix "$work/empty"
silent
said "empty"
head -c 300 "$work/a.stl" >"$work/cut.stl"
expect 2 "a truncated file is refused" meshfix "$work/cut.stl"
silent
expect 2 "a tolerance of nothing is misuse" meshfix --weld=0 "$work/a.stl"
silent

for label in 1 2 3; do
    expect 0 "the phantom's label $label passes" \
        sh -c "mask2stl --label=$label -f ply '$data/phantom-mask.nii' |
               meshfix -f stl -o '$work/phantom.stl'"
    judged "$work/phantom.stl" "label $label is clean"
done
finish
