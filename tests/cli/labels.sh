#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# labels.sh - mask2stl --all: a file for each label, all of them or none
#
# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

mask=$data/phantom-mask.nii
mkdir "$work/all"

expect 0 "all labels, a file each" mask2stl --all \
    -o "$work/all/%n.stl" -j "$work/all.json" "$mask"
silent
n=$(jq '.labels | length' "$work/all.json")
check "... as many as there are labels" test "$n" -ge 3
check "... a file for each" \
    test "$(find "$work/all" -name '*.stl' | wc -l)" -eq "$n"
for file in "$work"/all/*.stl; do
    check "$(basename "$file") is a mesh without defects" meshcheck -q "$file"
done
check "... no voxel changed" json "$work/all.json" \
    'all(.labels[]; .verified.done and .verified.voxels_changed == 0)'
check "... volumes are the masks'" json "$work/all.json" \
    'all(.labels[]; (.volume_mm3 / .mask_volume_mm3 - 1) | fabs < 1e-3)'
check "... islands are counted" json "$work/all.json" \
    'all(.labels[]; .islands | length > 0)'
cat "$work"/all/*.stl >"$work/once"
for n in 1 2 3; do
    expect 0 "with $n threads" env OMP_NUM_THREADS=$n \
        mask2stl --all -o "$work/all/%n.stl" "$mask"
    cat "$work"/all/*.stl >"$work/again"
    check "... the same bytes" cmp "$work/once" "$work/again"
done

expect 0 "one 3MF file with an object each" mask2stl --all \
    -o "$work/all.3mf" -j "$work/3mf.json" "$mask"
check "... proved as well" json "$work/3mf.json" \
    'all(.labels[]; .verified.voxels_changed == 0 and .verified.clean)'
check "... the same facets" jq -se \
    'map([.labels[].facets]) | .[0] == .[1]' "$work/all.json" "$work/3mf.json"
expect 0 "3MF on standard output" mask2stl --all -f 3mf "$mask"
check "... the same bytes" cmp "$work/out" "$work/all.3mf"

expect 2 "many labels do not fit in one STL file" mask2stl --all "$mask"
said "%n"
silent
expect 2 "... by name neither" mask2stl --all -o "$work/a.stl" "$mask"
expect 2 "an unknown place-holder is refused" mask2stl --all \
    -o "$work/%x.stl" "$mask"
said "there is no '%x'"
expect 2 "one at the end too" mask2stl --all -f stl -o "$work/a%" "$mask"
expect 2 "a folder that is not there" mask2stl --all \
    -o "$work/nowhere/%n.stl" "$mask"
said "nowhere/1.stl"
expect 2 "all and one do not go together" mask2stl --all --label 1 \
    -o "$work/%n.stl" "$mask"
expect 2 "a grey image has no labels" mask2stl --all --iso 600 \
    -o "$work/%n.stl" "$data/phantom-ct"
expect 2 "cavities are kept or filled" mask2stl --label 1 --keep-cavities \
    --fill-cavities 3 "$mask"
expect 1 "fewer facets than can be" mask2stl --all --triangles 50 \
    -o "$work/all/%n.stl" "$mask"
said "instead of 50"

# names come from files: hostile ones stay within the folder
names() { # names NAME...: a NRRD segmentation with these segments
    printf 'NRRD0004\ntype: uint8\ndimension: 3\nspace: LPS\n'
    printf 'sizes: 4 4 %s\nspace directions: (1,0,0) (0,1,0) (0,0,1)\n' $#
    printf 'space origin: (0,0,0)\nencoding: ascii\nkinds: domain domain domain\n'
    k=0
    for name in "$@"; do
        printf 'Segment%d_Name:=%s\nSegment%d_LabelValue:=%d\n' \
            $k "$name" $k $((k + 1))
        printf 'Segment%d_ID:=s%d\nSegment%d_Layer:=0\n' $k $k $k
        k=$((k + 1))
    done
    printf '\n'
    k=0
    for name in "$@"; do
        k=$((k + 1))
        for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
            printf '%d ' "$k"
        done
    done
}
mkdir "$work/in"
names '../../up' '.hidden' 'two words' "bell$(printf '\007')" 'Leber-Ä' \
    >"$work/names.nrrd"
expect 0 "labels with hostile names" mask2stl --all --smooth none \
    -o "$work/in/%l-%n%%.stl" "$work/names.nrrd"
check "... all in the folder" \
    test "$(find "$work/in" -name '*-[1-5]%.stl' | wc -l)" -eq 5
check "... none outside" test ! -e "$work/../up-1%.stl"
check "... none hidden" test -e "$work/in/_hidden-2%.stl"
check "... no blank" test -e "$work/in/two_words-3%.stl"
check "... no control character" test -e "$work/in/bell_x07-4%.stl"
check "... letters as they are" test -e "$work/in/Leber-Ä-5%.stl"
names same same >"$work/same.nrrd"
expect 2 "two labels for one file" mask2stl --all -o "$work/in/%l.stl" \
    "$work/same.nrrd"
said "both be written to one file"
check "... and nothing written" test ! -e "$work/in/same.stl"
finish
