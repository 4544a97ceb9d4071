#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # tap.sh sets work, data and shared
# udf2stl.sh - statuses, streams and what stands in the file
. "$top_srcdir/tests/tap.sh"

bowl=$data/bowl-udf.nii

# field NAME SEED NOISE MM KIND FILE
field() {
    "$top_builddir/tests/cli/sheetfield" "$@"
}

expect 0 "a field is checked without a mesh" udf2stl --check "$bowl"
check "... and told on standard output" grep -q 'unsigned distances in mm' \
    "$work/out"
expect 0 "an open bowl" udf2stl -v -f ply -j "$work/bowl.json" \
    -o "$work/bowl.ply" "$bowl"
check "... with one rim, which is told" grep -q '^opening: rim, 43' "$work/err"
check "... and stands in the document" json "$work/bowl.json" \
    '.surface.pieces == 1 and (.surface.openings | length) == 1
     and .surface.openings[0].kind == "rim" and .field.signed == false
     and (.surface.openings[0].length_mm - 43.32 | fabs) < 0.5
     and .check.defects.nonmanifold_edges.count == 0'
expect 1 "... meshcheck finds it open" meshcheck "$work/bowl.ply"
check "... and nothing else" grep -q 'open edges' "$work/out"
check "its provenance names the tool" grep -aq 'udf2stl' "$work/bowl.ply"

udf2stl "$bowl" 2>/dev/null | meshshell --sheet 1.5 2>/dev/null |
    meshcheck >/dev/null 2>&1
check "the chain to a printable solid ends with status 0" test $? = 0
expect 0 "--thick is a solid at once" udf2stl --thick 1.5 -f ply \
    -j "$work/thick.json" -o "$work/thick.ply" "$bowl"
check "... within the noise's margin" json "$work/thick.json" \
    '.solid.radius_mm >= 0.75 and .solid.radius_mm < 0.76
     and .check.clean and .check.shells == 1'
expect 0 "... which meshcheck finds clean" meshcheck "$work/thick.ply"
for n in 1 2 3; do
    env OMP_NUM_THREADS=$n udf2stl -f ply -o "$work/open-$n.ply" "$bowl"
    env OMP_NUM_THREADS=$n udf2stl --thick 1 -f ply -o "$work/solid-$n.ply" \
        "$bowl"
done
check "an open surface has the same bytes for any number of threads" \
    cmp "$work/open-1.ply" "$work/open-3.ply"
check "... two too" cmp "$work/open-1.ply" "$work/open-2.ply"
check "a solid likewise" cmp "$work/solid-1.ply" "$work/solid-3.ply"

field cap 1 0 0.6 voxel "$work/voxel.nii.gz"
expect 0 "values in voxels are recognised" udf2stl -v -f ply \
    -o "$work/a.ply" "$work/voxel.nii.gz"
check "... and said" grep -q 'in voxels (by their gradient)' "$work/err"
field cap 1 0 0.6 mm "$work/mm.nii.gz"
expect 0 "the same in mm" udf2stl -f ply -o "$work/b.ply" "$work/mm.nii.gz"
meshmeasure --against "$work/b.ply" --tolerance 0.02 "$work/a.ply" \
    >"$work/out" 2>&1
check "... is the same surface" grep -q 'PASS: tolerance' "$work/out"
expect 2 "a wrong unit leaves no surface" udf2stl --unit mm --scale 40 \
    "$work/voxel.nii.gz"
field Moebius 1 0 1 mm "$work/moebius.nii"
expect 2 "a Moebius strip is refused" udf2stl "$work/moebius.nii"
said "one side"
expect 0 "... but its solid is made" udf2stl --thick 2 -f ply \
    -o "$work/m.ply" "$work/moebius.nii"
expect 0 "... and clean" meshcheck "$work/m.ply"
field Y 1 0 1 mm "$work/y.nii"
expect 1 "three sheets that meet are split, with status 1" udf2stl -f ply \
    -o "$work/y.ply" "$work/y.nii"
check "... and named" grep -q 'where sheets meet' "$work/err"
field disk 1 0 1 signed "$work/signed.nii"
expect 0 "a field with a sign is meshed closed" udf2stl -f ply \
    -o "$work/ball.ply" "$work/signed.nii"
check "... which is said" grep -q 'has a sign' "$work/err"
expect 0 "... and is clean" meshcheck "$work/ball.ply"
field border 1 0 1 mm "$work/border.nii"
expect 0 "a sheet may end at the volume's border" udf2stl -v -f ply \
    -o "$work/p.ply" "$work/border.nii"
check "... which is told" grep -q '^opening: border' "$work/err"
expect 1 "its solid is cut there" udf2stl --thick 2 -f ply \
    -o "$work/p.ply" "$work/border.nii"
for kind in nan constant far; do
    field disk 1 0 1 $kind "$work/bad.nii"
    expect 2 "a bad field ($kind) is refused" udf2stl "$work/bad.nii"
    check "... in one line" test "$(wc -l <"$work/err")" = 1
done
expect 2 "labels are no distances" udf2stl "$data/phantom-mask.nii"
expect 2 "--unit is mm or voxel" udf2stl --unit inch "$bowl"
expect 2 "--margin goes with --thick" udf2stl --margin 1 "$bowl"
expect 2 "a wall beyond the field is refused" udf2stl --thick 60 "$bowl"
finish
