#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# volumes.sh - the same anatomy by every road and in every encoding: the same
# STL file, or one clear line
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"

roads=$top_builddir/samples/roads-data
plain=$roads/seg-binary.dcm
ct=$roads/ct-012+++
have() { command -v "$1" >/dev/null; }

# mesh NAME ARGUMENT...: an undecimated mesh of the input
mesh() {
    name=$1
    shift
    expect 0 "$name becomes a mesh" mask2stl --no-decimate --smooth none \
        -o "$work/$name.stl" "$@"
}

# STL has single precision: vertices within a micrometre of another file's
near() {
    cmp -s -i 80 "$work/$1.stl" "$work/series.stl" && return 0
    meshmeasure --against "$work/series.stl" -j "$work/far.json" \
        "$work/$1.stl" >/dev/null || return 1
    jq -e '.against.hausdorff | .mm < 1.1e-3' "$work/far.json"
}

mesh series --iso 500 --binary "$ct"
mesh files --iso 500 --binary "$ct"/*
mesh enhanced --iso 500 --binary "$roads/enhanced-ct.dcm"
mesh contours --source "$ct" "$roads/rtstruct.dcm"
for file in sform.nii qform.nii both.nii packed.nii.gz sform2.nii qform2.nii \
    lps.nrrd ras.nrrd las.nrrd lps-short.nrrd detached.nhdr ascii.nrrd \
    local.mha parted.mhd seg-binary.dcm seg-labelmap.dcm seg-probability.dcm \
    seg-occupancy.dcm; do
    mesh "${file%%.*}-${file#*.}" --source "$ct" "$roads/$file"
done
for file in "$work"/*.stl; do
    file=$(basename "$file" .stl)
    check "$file lies where the series does" near "$file"
done

# ---- encodings of one segmentation ----

if have dcmconv && have dcmcrle && have dcmcjpls && have dcmcjpeg; then
    for kind in binary labelmap probability; do
        file=$roads/seg-$kind.dcm
        dcmconv +tb "$file" "$work/$kind-big.dcm"
        dcmconv +ti "$file" "$work/$kind-implicit.dcm"
        dcmconv +td "$file" "$work/$kind-deflated.dcm"
        # bits are not packed by these
        [ $kind = binary ] || {
            dcmcrle "$file" "$work/$kind-rle.dcm"
            dcmcjpls "$file" "$work/$kind-jpegls.dcm"
            dcmcjpeg +e1 "$file" "$work/$kind-jpeg.dcm"
        }
    done
    for file in "$work"/*-*.dcm; do
        name=$(basename "$file" .dcm)
        mesh "$name" "$file"
        # behind the header, which holds the file's hash
        check "$name reads as the plain one" cmp -i 80 "$work/$name.stl" \
            "$work/seg-binary-dcm.stl"
    done
else
    skip "encodings of a segmentation" "dcmtk's programs are not installed"
fi

# ---- DICOMDIR ----

if have dcmmkdir; then
    mkdir -p "$work/disc/CT"
    n=0
    for file in "$ct"/*; do
        n=$((n + 1))
        cp "$file" "$work/disc/CT/IM$n"
    done
    (cd "$work/disc" && dcmmkdir -Pgp --recurse --invent CT) \
        >"$work/dicomdir" 2>&1
    mesh disc --iso 500 --binary "$work/disc/DICOMDIR"
    check "a DICOMDIR is its files" cmp -i 80 "$work/disc.stl" "$work/series.stl"
    expect 0 "a DICOMDIR is listed" mask2stl --list -j "$work/l.json" \
        "$work/disc/DICOMDIR"
    check "... as one series" json "$work/l.json" \
        '.series | length == 1 and .[0].dim == [14, 11, 9]'
    rm "$work/disc/CT/IM3"
    expect 2 "a DICOMDIR whose file is gone is refused" \
        mask2stl --iso 500 "$work/disc/DICOMDIR"
    said "1 files of the series that the DICOMDIR names are not there"
else
    skip "a DICOMDIR is its files" "dcmmkdir is not installed"
fi

# ---- what is said of a segmentation ----

expect 0 "codes, algorithm and colour are listed" \
    mask2stl --list -j "$work/l.json" "$plain"
check "... in words" grep -q 'body  (Bone; AUTOMATIC, ' "$work/out"
check "... and as JSON" json "$work/l.json" \
    '.labels[0] | .type == { value: "272673000", scheme: "SCT",
     meaning: "Bone" } and .category.value == "123037004" and
     .colour == "#c85028" and (.algorithm | startswith("AUTOMATIC, "))'
expect 0 "references are counted" \
    mask2stl --list --source "$ct" -j "$work/l.json" "$plain"
check "... all of them" json "$work/l.json" \
    '.referenced_slices == 9 and .present_slices == 9'
mkdir "$work/part"
for file in "$ct"/*; do
    cp "$file" "$work/part"
done
# a slice from the middle would be refused as missing: find one at an end
for file in "$work"/part/*; do
    mv "$file" "$work/slice"
    mask2stl --list --source "$work/part" "$plain" >/dev/null 2>&1 && break
    mv "$work/slice" "$file"
done
expect 0 "a slice at the end is gone" \
    mask2stl --list --source "$work/part" -j "$work/l.json" "$plain"
check "... which is said" grep -q '8 of 9 referenced slices' "$work/err"
expect 2 "another image is no source" \
    mask2stl --source "$data/phantom-ct" -o "$work/no.stl" "$plain"
said "another frame of reference"
expect 2 "nor is one beside its voxels" \
    mask2stl --source "$data/phantom-mask.nii" -o "$work/no.stl" "$plain"
said "does not lie on the voxels of the source: it is up to"

# ---- shares ----

expect 0 "a fractional segmentation has a surface between voxels" \
    mask2stl --no-decimate --iso 0.25 -o "$work/low.stl" -j "$work/low.json" \
    "$roads/seg-probability.dcm"
expect 0 "at another share" \
    mask2stl --no-decimate --iso 0.75 -o "$work/high.stl" \
    -j "$work/high.json" "$roads/seg-probability.dcm"
check "... a smaller one" jq -se \
    '.[0].mesh.volume_mm3 > .[1].mesh.volume_mm3' "$work/low.json" \
    "$work/high.json"
expect 2 "a share is no more than one" \
    mask2stl --iso 2 "$roads/seg-probability.dcm"
said "between 0 and 1"
expect 2 "whole labels have no values" mask2stl --iso 1 "$plain"
said "holds whole labels"
expect 2 "a label of a grey image is refused" \
    mask2stl --iso 500 --label 1 "$ct"
said "grey images have no labels"
expect 2 "--binary needs a value" mask2stl --binary "$plain"
said "goes with --iso"
expect 2 "contours without their image are refused" \
    mask2stl --source "$work/nothing" "$roads/rtstruct.dcm"
said "contours need the image that they were drawn on"
finish
