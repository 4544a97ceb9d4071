#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# mask2stl.sh - what mask2stl promises on its command line
#
# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

mask=$data/phantom-mask.nii

expect 0 "labels are listed" mask2stl --list "$mask"
check "... with a number, voxels and volume" \
    grep -Eq '^ +1 +[0-9]+ +[0-9.]+' "$work/out"
expect 0 "labels are listed as JSON" mask2stl --list -j "$work/l.json" "$mask"
check "... with voxels" json "$work/l.json" '.labels[0].voxels > 0'

expect 2 "several labels need a choice" mask2stl "$mask"
said "choose one with --label"
silent
expect 2 "an unknown label is refused" mask2stl --label nobody "$mask"
said "no label 'nobody'"
expect 2 "a label map has no iso value and label at once" \
    mask2stl --iso 1 --label 1 "$mask"
said "grey images"
expect 2 "a grey image needs --iso" mask2stl "$data/phantom-ct"
said "grey image"
expect 2 "a wrong way to smooth is refused" mask2stl --smooth much "$mask"
said "none, fast, lossless or free"

expect 0 "a label becomes STL on standard output" mask2stl --label 1 "$mask"
check "... which is a mesh without defects" meshcheck -q "$work/out"
cp "$work/out" "$work/one.stl"
expect 0 "again" mask2stl --label 1 "$mask"
check "... gives the same bytes" cmp "$work/out" "$work/one.stl"
for n in 1 2; do
    expect 0 "with $n threads" env OMP_NUM_THREADS=$n \
        mask2stl --label 1 "$mask"
    check "... the same bytes" cmp "$work/out" "$work/one.stl"
done

formats="stl ply 3mf"
[ "${QUICK:-}" != 1 ] || formats=ply # the sanitized tree
for format in $formats; do
    for smooth in none fast lossless; do
        expect 0 "$format, $smooth" mask2stl --label 1 --smooth $smooth \
            -o "$work/a.$format" -j "$work/a.json" "$mask"
        silent
        check "... no voxel changed" json "$work/a.json" \
            '.verified.done and .verified.voxels_changed == 0'
        check "... volume told of the file" json "$work/a.json" \
            '.mesh.volume_mm3 > 0 and .mesh.area_mm2 > 0'
    done
done
check "the smooth mesh has the mask's volume" json "$work/a.json" \
    '(.mesh.volume_mm3 / .mask.volume_mm3 - 1) | fabs < 1e-3'

expect 2 "dropping all islands leaves nothing" \
    mask2stl --label 1 --min-island 1e9 "$mask"
said "no voxel is inside"
silent
expect 0 "a grey image at a value" mask2stl --iso 600 --min-island 50 \
    -o "$work/grey.ply" -j "$work/grey.json" "$data/phantom-ct"
check "... names the islands that it drops" json "$work/grey.json" \
    '.mask.dropped_islands | length > 0 and all(.volume_mm3 < 50)'
check "... and keeps its voxels" json "$work/grey.json" \
    '.verified.voxels_changed == 0'
expect 0 "the largest island alone, its cavities filled" mask2stl --iso 600 \
    --largest 1 --fill-cavities 1e6 -o "$work/grey.ply" \
    -j "$work/grey.json" "$data/phantom-ct"
check "... is one shell" json "$work/grey.json" \
    '.verified.shells == 1 and (.mask.dropped_islands | length > 0)'
expect 0 "decimation takes most facets" mask2stl --label 1 \
    -o "$work/few.stl" -j "$work/few.json" "$mask"
check "... and no voxel, no closedness, no volume" json "$work/few.json" \
    '.mesh.decimated and .verified.voxels_changed == 0 and .verified.clean and
     .mesh.facets < .mesh.facets_before / 3 and
     (.mesh.volume_mm3 / .mask.volume_mm3 - 1 | fabs) < 1e-4'
expect 0 "to a number of facets" mask2stl --label 1 --triangles 20000 \
    -o "$work/few.stl" -j "$work/few.json" "$mask"
check "... comes close to it" json "$work/few.json" \
    '.mesh.facets <= 20000 and .mesh.facets > 19990'
expect 1 "a number that cannot be" mask2stl --label 1 --triangles 100 \
    -o "$work/few.stl" "$mask"
said "instead of 100"

check "... how far it went is told, and held" json "$work/few.json" \
    '.mesh.decimation_error | .max_mm <= .proved_mm and .mean_mm > 0 and
     .p95_mm <= .p99_mm and .p99_mm <= .max_mm'
check "each step has its line" json "$work/few.json" \
    '[.steps[].step] == ["extract", "smooth", "decimate"] and
     ([.steps[].parts] | unique | length == 1) and
     ([.steps[].genus] | unique | length == 1) and
     all(.steps[]; .volume_mm3 > 0 and .area_mm2 > 0)'
check "what is a voxel thin is named" json "$work/few.json" \
    '.mask.thin_places | length > 0 and all(.voxels > 5)'
expect 0 "the stages are timed" mask2stl -v --label 1 -o "$work/v.stl" "$mask"
check "... the proof too" grep -q "mask2stl: proof " "$work/err"
check "... and thin places named" grep -q "one voxel thin along" "$work/err"
expect 1 "free smoothing is not true to the mask" mask2stl --label 1 \
    --smooth free -o "$work/free.stl" -j "$work/free.json" "$mask"
said "voxels differ from the mask"
check "... and says what it changed" json "$work/free.json" \
    '.verified.voxels_changed >= .verified.voxels_added and
     .verified.voxels_changed > 0 and .mesh.decimated == false and
     [.steps[].step] == ["extract", "free"]'
expect 2 "it is not decimated" mask2stl --label 1 --smooth free \
    --triangles 100 "$mask"
expect 2 "confidence is of a probability" mask2stl --label 1 \
    --confidence 0.9 "$mask"
said "probability map"
expect 2 "... and of nothing else" mask2stl --iso 600 --confidence 0.9 \
    "$data/phantom-ct"
said "no probabilities"

expect 0 "verifying can be left out" mask2stl --label 1 --no-verify \
    -o "$work/c.ply" -j "$work/c.json" "$mask"
check "... and this is told" json "$work/c.json" '.verified.done == false'
check "... in the mesh too" grep -aq 'voxels_changed=unknown' "$work/c.ply"

# the same mask from NIfTI and from DICOM: the same place in space
for smooth in none lossless; do
    expect 0 "NIfTI, $smooth" mask2stl --label 1 --smooth $smooth \
        --no-decimate -o "$work/n.ply" "$mask"
    expect 0 "DICOM, $smooth" mask2stl --label 1 --smooth $smooth \
        --no-decimate -o "$work/d.ply" "$data/phantom-seg.dcm"
    meshcheck -j "$work/n.json" "$work/n.ply" >/dev/null
    meshcheck -j "$work/d.json" "$work/d.ply" >/dev/null
    check "... agree within a micrometre" jq -se \
        'map([.. | objects | .low_mm, .high_mm | select(. != null) | .[]]) |
         transpose | length > 0 and all(.[]; (.[0] - .[1]) | fabs < 1e-3)' \
        "$work/n.json" "$work/d.json"
done

expect 2 "what is no image is refused" mask2stl "$top_srcdir/README"
silent
expect 2 "what is not there is refused" mask2stl "$work/nowhere.nii"
silent
: >"$work/empty"
expect 2 "an empty file is refused" mask2stl "$work/empty"
silent
head -c 1000 "$mask" >"$work/short.nii"
expect 2 "a truncated file is refused" mask2stl "$work/short.nii"
silent
finish
