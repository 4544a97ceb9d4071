#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# maskfrag: classes of a made scene and back, ledgers, refusals, what is kept
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"

# scene FILE KIND: NIfTI of bytes, 40 x 24 x 20 voxels of 0.8 x 0.8 x 1.5 mm,
# axes R, A, S: two blocks, of labels 3 and 7, that touch; KIND anatomy: halves
# of labels 2 and 3, the latter at the patient's right; swapped: at the left
scene() {
    LC_ALL=C awk -v kind="$2" '
    function word(n) { printf "%c%c", n % 256, int(n / 256) }
    function zeros(n) { while (n-- > 0) printf "%c", 0 }
    # octets of the floats that are needed
    function real(name) {
        if (name == "0.8") printf "%c%c%c%c", 205, 204, 76, 63
        else if (name == "1.5") printf "%c%c%c%c", 0, 0, 192, 63
        else if (name == "1") printf "%c%c%c%c", 0, 0, 128, 63
        else if (name == "352") printf "%c%c%c%c", 0, 0, 176, 67
        else zeros(4)
    }
    BEGIN {
        word(348); zeros(38)
        word(3); word(40); word(24); word(20)
        for (i = 0; i < 4; i++) word(1)
        zeros(14); word(2); word(8); zeros(2)
        real("1"); real("0.8"); real("0.8"); real("1.5"); zeros(16)
        real("352"); real("1"); zeros(4); zeros(3); printf "%c", 2
        zeros(128); word(0); word(1); zeros(24)
        real("0.8"); zeros(12)
        zeros(4); real("0.8"); zeros(8)
        zeros(8); real("1.5"); zeros(4)
        zeros(16); printf "n+1%c", 0; zeros(4)
        for (k = 0; k < 20; k++)
            for (j = 0; j < 24; j++)
                for (i = 0; i < 40; i++) {
                    in_bone = i > 1 && i < 38 && j > 1 && j < 22 && k > 1 &&
                        k < 18
                    v = i < 20 ? 3 : 7
                    if (kind == "anatomy") v = i < 20 ? 2 : 3
                    if (kind == "swapped") v = i < 20 ? 3 : 2
                    if (kind == "anatomy" || kind == "swapped") in_bone = 1
                    printf "%c", in_bone ? v : 0
                }
    }' >"$1"
}

if ! scene "$work/labels.nii" labels 2>/dev/null ||
    [ "$(wc -c <"$work/labels.nii")" != 19552 ]; then
    echo "1..0 # SKIP this awk writes no bytes"
    exit 0
fi
scene "$work/anatomy.nii" anatomy
scene "$work/swapped.nii" swapped

expect 0 "a scene is encoded" maskfrag encode --zone 2 \
    -j "$work/enc.json" -o "$work/abbc.nii.gz" "$work/labels.nii"
check "the ceiling is printed" grep -q 'ceiling of this zone: IoU-F' \
    "$work/out"
check "it is high for a plane of contact" json "$work/enc.json" \
    '.ceiling.iou_f > 0.98 and .ceiling.lost_fragments == 0'
check "variant and rules are told, units in the keys" json "$work/enc.json" \
    '.variant == "mm" and .rules.core_mm == 6 and .rules.zone_voxels == 2 and
     .rules.laplace_per_mm == 0.11 and .rules.sigma_mm == 2'
check "classes add up" json "$work/enc.json" '[.fragments[] |
    .voxels == .core_voxels + .boundary_voxels + .border_voxels and
    .core_voxels >= 50 and .border_voxels > 0] | all'
check "labels keep their numbers" json "$work/enc.json" \
    '[.fragments[].label] == [3, 7]'
gzip -dc "$work/abbc.nii.gz" >"$work/abbc.nii"
check "the variant is in the header of the output" \
    grep -aq 'maskfrag encode, variant mm, zone 2 voxels' "$work/abbc.nii"
check "and the provenance behind it" \
    grep -aq 'variant=mm zone_voxels=2 border=through' "$work/abbc.nii"
check "without any path" sh -c "! grep -aq '$work' '$work/abbc.nii'"

expect 0 "and decoded" maskfrag decode -j "$work/dec.json" \
    -o "$work/back.nii" "$work/abbc.nii.gz"
check "two fragments, all bone in them" json "$work/dec.json" \
    '(.fragments | length) == 2 and
     ([.fragments[].voxels] | add) == .bone_voxels and
     .bone_voxels == 36 * 20 * 16'
expect 0 "frame and fragments are those of the input" \
    maskscore -j "$work/score.json" --matched --min-dice 0.98 \
    "$work/back.nii" "$work/labels.nii"
check "IoU-F is the ceiling" sh -c \
    "jq -es '.[0].ceiling.iou_f - .[1].fragments.iou_f | fabs < 1e-9' \
     '$work/enc.json' '$work/score.json'"
expect 0 "mask2stl makes a mesh of each" mask2stl --all \
    -o "$work/part-%n.stl" "$work/back.nii"
check "... both of them" test -s "$work/part-1.stl" -a -s "$work/part-2.stl"

expect 0 "anatomy gives the numbers" maskfrag decode -q -o "$work/named.nii" \
    -j "$work/named.json" --anatomy "$work/anatomy.nii" "$work/abbc.nii"
check "11 at the left, 21 at the right" json "$work/named.json" \
    '[.fragments[].number] == [11, 21] and
     .fragments[0].centre_mm[0] > .fragments[1].centre_mm[0] and
     (.anatomy_looks_swapped | not)'
expect 1 "left and right exchanged are told" maskfrag decode \
    -o "$work/named.nii" -j "$work/named.json" \
    --anatomy "$work/swapped.nii" "$work/abbc.nii"
check "... in words" grep -q 'looks swapped' "$work/out"
check "... and in JSON" json "$work/named.json" '.anatomy_looks_swapped'
expect 0 "labels of the anatomy may be others" maskfrag decode \
    --anatomy-labels 9,3,2 --anatomy "$work/swapped.nii" \
    -o "$work/named.nii" "$work/abbc.nii"
expect 2 "an anatomy without its labels is refused" maskfrag decode \
    --anatomy-labels 8,9,10 --anatomy "$work/swapped.nii" \
    -o "$work/never.nii" "$work/abbc.nii"
said "none of the labels"
expect 2 "so is one on other voxels" maskfrag decode \
    --anatomy "$data/phantom-mask.nii" -o "$work/never.nii" "$work/abbc.nii"
said "not the same lattice"
check "... and nothing is written" test ! -e "$work/never.nii"

expect 0 "a small fragment is merged" maskfrag decode --merge-voxels 6000 \
    -o "$work/merged.nii" -j "$work/merged.json" "$work/abbc.nii"
check "... and the ledger has the line" json "$work/merged.json" \
    '(.fragments | length) == 1 and
     [.ledger[].event] == ["merged"] and .ledger[0].to == 1 and
     (.ledger[0].touching_mm2 | . > 200 and . < 500)'
expect 1 "dust is no seed" maskfrag decode --dust-voxels 1000000 \
    --merge-voxels 0 -o "$work/dust.nii" -j "$work/dust.json" \
    "$work/abbc.nii"
check "... and has its lines" json "$work/dust.json" \
    '[.ledger[].event] | contains(["dust"])'

for variant in mm voxel; do
    OMP_NUM_THREADS=1 maskfrag encode -q --variant $variant \
        -o "$work/one.nii" "$work/labels.nii" >/dev/null
    OMP_NUM_THREADS=3 maskfrag encode -q --variant $variant \
        -o "$work/three.nii" "$work/labels.nii" >/dev/null
    check "$variant: one thread and three encode the same bytes" \
        cmp "$work/one.nii" "$work/three.nii"
done
OMP_NUM_THREADS=1 maskfrag decode -q "$work/abbc.nii" >"$work/one" 2>/dev/null
OMP_NUM_THREADS=3 maskfrag decode -q "$work/abbc.nii" >"$work/three" \
    2>/dev/null
check "they decode the same bytes" cmp "$work/one" "$work/three"
expect 0 "classes come by a pipe, too" maskfrag decode -q - <"$work/abbc.nii"
check "... and give the same" cmp "$work/out" "$work/one"

expect 2 "no direction is misuse" maskfrag
expect 2 "an unknown one, too" maskfrag recode "$work/labels.nii"
said "unknown subcommand"
expect 2 "mm in the variant voxel is misuse" maskfrag encode --variant voxel \
    --core-mm 3 -o "$work/never.nii" "$work/labels.nii"
expect 2 "two units are misuse" maskfrag encode --zone-mm 3 --zone 3 \
    -o "$work/never.nii" "$work/labels.nii"
expect 2 "labels are no classes" maskfrag decode -o "$work/never.nii" \
    "$work/labels.nii"
said "holds the value"
expect 2 "named segments are none, either" maskfrag decode \
    -o "$work/never.nii" "$data/phantom-seg.dcm"
expect 2 "a name that is no NIfTI's is misuse" maskfrag encode \
    -o "$work/never.stl" "$work/labels.nii"
expect 2 "volume and JSON do not share standard output" \
    maskfrag encode -j - "$work/labels.nii"
check "nothing was written" test ! -e "$work/never.nii"
finish
