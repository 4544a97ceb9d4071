#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# maskscore: itself, a mesh, limits, refusals
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"

mask=$data/phantom-mask.nii

expect 0 "a map against itself" maskscore -j "$work/same.json" \
    --csv "$work/same.csv" --emulate pengwin --min-dice 1 --max-hd95 0 \
    "$mask" "$mask"
check "is perfect" json "$work/same.json" '[.labels[] | .dice == 1 and
    .iou == 1 and .hd_mm == 0 and .hd95_mm == 0 and .assd_mm == 0 and
    .surface_dice == 1 and .precision == 1 and .recall == 1 and
    .volume_difference_mm3 == 0] | all and length == 3'
check "fragments are found one to one" json "$work/same.json" \
    '.fragments.iou_f == 1 and .fragments.iou_f_challenge == 1 and
     .fragments.found == 3 and .fragments.recall == 1 and
     [.fragments.matches[] | .pred == .truth] == [true, true, true]'
check "the surface is named" json "$work/same.json" \
    '.surface == "centres of boundary voxels"'
check "the emulation has its averages" json "$work/same.json" \
    '.pengwin.fracture_iou == 1 and .pengwin.fracture_hd95 >= 0'
check "an anatomy that is nowhere is infinitely far" json "$work/same.json" \
    '.pengwin.anatomical_hd95 == null'
check "the CSV has a line for each" test "$(wc -l <"$work/same.csv")" = 7
check "the table has them, too" grep -q '^IoU-F 1.00000 one to one' \
    "$work/out"
expect 0 "JSON has standard output to itself" maskscore -q -j - "$mask" "$mask"
check "... as a document" json "$work/out" '.tool == "maskscore"'
check "... without words beside it" test ! -s "$work/err"

expect 0 "a lossless mesh is its mask" sh -c \
    "mask2stl -q --label 1 -o '$work/part.stl' '$mask' &&
     maskscore -j '$work/mesh.json' --label 1 --min-dice 1 \
        '$work/part.stl' '$mask'"
check "... voxel by voxel" json "$work/mesh.json" \
    '(.labels | length) == 1 and .labels[0].label == 1 and
     .labels[0].dice == 1 and .labels[0].hd_mm == 0'
expect 0 "... on the other side as well" maskscore --label 1 --min-dice 1 \
    "$mask" "$work/part.stl"
expect 0 "two meshes meet on voxels of their own" maskscore --min-dice 1 \
    --spacing 1 "$data/ball.stl" "$data/ball.stl"
expect 2 "a mesh beside many labels wants one" maskscore "$work/part.stl" \
    "$mask"
said "choose one with --label"

expect 1 "another label's mesh breaks the limit" maskscore --label 2 \
    --min-dice 0.5 "$work/part.stl" "$mask"
expect 1 "so does a distance" maskscore --label 2 --max-hd95 1 \
    "$work/part.stl" "$mask"
expect 0 "without limits there is nothing to break" maskscore --label 2 \
    "$work/part.stl" "$mask"

OMP_NUM_THREADS=1 maskscore -q --emulate pengwin -j "$work/one" "$mask" \
    "$mask" >/dev/null
OMP_NUM_THREADS=3 maskscore -q --emulate pengwin -j "$work/three" "$mask" \
    "$mask" >/dev/null
check "one thread and three give the same bytes" cmp "$work/one" "$work/three"

expect 2 "other voxels are refused" maskscore "$mask" "$data/phantom-seg.dcm"
said "not the same lattice"
expect 2 "a label that is not there is refused" maskscore --label 77 \
    "$mask" "$mask"
expect 2 "a grey image is no label map" maskscore "$data/phantom-ct" \
    "$data/phantom-ct"
expect 2 "an unknown evaluator is misuse" maskscore --emulate other \
    "$mask" "$mask"
expect 2 "one operand is too few" maskscore "$mask"
expect 2 "both by standard input is misuse" maskscore - -
expect 2 "junk after a number is misuse" maskscore --min-dice 0.9x "$mask" \
    "$mask"
finish
