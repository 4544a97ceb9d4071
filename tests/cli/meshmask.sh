#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# meshmask: meshes give back their masks, in every format; by our own reader,
# by numpy and by dicom3tools' dciodvfy
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"
unset SOURCE_DATE_EPOCH

seg=$data/phantom-seg.dcm
mask=$data/phantom-mask.nii
ct=$data/phantom-ct
ball=$data/ball.stl

for how in none fast lossless; do
    mask2stl --all --smooth "$how" -o "$work/all.glb" "$seg"
    expect 0 "--smooth $how: the demo's labels are given back" \
        meshmask -o "$work/all.nrrd" --mask "$seg" --min-dice 1 \
        -j "$work/all.json" "$work/all.glb"
    check "... to the voxel" json "$work/all.json" \
        '[.objects[] | .mask.dice == 1 and .voxels == .mask.voxels and
         .within] == [true, true, true]'
done
for format in stl ply 3mf glb vtp obj off; do
    mask2stl --label 2 -f "$format" -o "$work/two.$format" "$mask"
    expect 0 "$format: a label is given back" \
        meshmask -o "$work/two.nii" --mask "$mask" --label 2 --min-dice 1 \
        "$work/two.$format"
done

# by numpy, in the file's own order
mask2stl --all -o "$work/all.glb" "$mask"
expect 0 "all labels on the voxels of their file" \
    meshmask --like "$mask" -o "$work/same.nii" "$work/all.glb"
check "the array is the file's own" /usr/bin/python3 -c '
import struct, sys
def read(path):
    b = open(path, "rb").read()
    return (b[40:56], b[280:328], b[int(struct.unpack_from("<f", b, 108)[0]):],
            struct.unpack_from("<h", b, 70)[0])
a, b = read(sys.argv[1]), read(sys.argv[2])
size = {2: 1, 256: 1, 4: 2, 512: 2, 8: 4, 16: 4, 64: 8}
def values(x):
    code = {2: "B", 256: "b", 4: "h", 512: "H", 8: "i", 16: "f", 64: "d"}[x[3]]
    n = len(x[2]) // size[x[3]]
    return [int(v) for v in struct.unpack("<%d%s" % (n, code), x[2])]
assert a[0] == b[0], "dimensions"
assert all(abs(p - q) < 1e-4 for p, q in zip(struct.unpack("<12f", a[1]),
                                           struct.unpack("<12f", b[1])))
assert values(a) == values(b), "voxels"
' "$work/same.nii" "$mask"
mask2stl --label 1 -f ply -o "$work/one.ply" "$mask"
expect 0 "without an image, a mesh knows its own" \
    meshmask -o "$work/own.nii" "$work/one.ply"
expect 0 "... voxels" maskscore -q --label 1 --min-dice 1 "$work/own.nii" "$mask"
expect 2 "an STL does not know" meshmask -o "$work/none.nii" "$ball"
said "like or --spacing"
check "... and nothing is written" test ! -e "$work/none.nii"

expect 0 "objects without names meet labels without names" \
    meshmask --mask "$mask" --min-dice 1 -o "$work/same.nii" "$work/all.glb"
mask2stl --all -o "$work/all.glb" "$seg"
expect 0 "as DICOM-SEG over the series" meshmask --like "$ct" --mask "$seg" \
    -o "$work/all.dcm" "$work/all.glb"
expect 0 "... which is read back as the segmentation" \
    maskscore -q --min-dice 1 "$work/all.dcm" "$seg"
expect 0 "... on the slices of the scan" \
    mask2stl --list --source "$ct" "$work/all.dcm"
check "... by name and code" grep -q 'bone plate  (Bone; SEMI' "$work/out"
expect 0 "and again" meshmask --like "$ct" --mask "$seg" \
    -o "$work/again.dcm" "$work/all.glb"
check "... the same bytes" cmp "$work/all.dcm" "$work/again.dcm"
expect 0 "shares as fractional DICOM-SEG" meshmask --fraction 4 --like "$ct" \
    -o "$work/shares.dcm" -j "$work/shares.json" "$ball"
check "... whose volume is the mesh's to a part in a thousand" \
    json "$work/shares.json" \
    '.objects[0] | (.voxels_mm3 / .mesh_mm3 - 1 | fabs) < 1e-3'
expect 0 "with the patient on demand" meshmask --identity --like "$ct" \
    -o "$work/named.dcm" "$ball"
if command -v dciodvfy >/dev/null; then
    for name in all shares named; do
        dciodvfy "$work/$name.dcm" >"$work/judged" 2>&1
        grep Error "$work/judged" | sed 's/^/# /'
        check "dciodvfy knows what $name.dcm is" \
            grep -q '^Segmentation' "$work/judged"
        check "... and finds no error" test "$(grep -c Error "$work/judged")" = 0
    done
else
    skip "dciodvfy has no error" "dicom3tools is not installed"
fi
grep -a -c PHANTOM "$work/all.dcm" >"$work/names"
check "no patient's name without --identity" grep -qx 0 "$work/names"
check "... and with it" grep -aq PHANTOM "$work/named.dcm"

expect 0 "on cubes" meshmask --spacing 0.25 -o "$work/cubes.nii.gz" \
    -j "$work/cubes.json" "$ball"
check "... its volume" json "$work/cubes.json" \
    '.objects[0] | (.voxels_mm3 / .mesh_mm3 - 1 | fabs) < 5e-3'
expect 0 "... as gzip" gzip -t "$work/cubes.nii.gz"
expect 2 "cubes without number are refused" \
    meshmask --spacing 1e-9 -o "$work/none.nii" "$ball"
said "too many"

# what a person has to look at
mask2stl --label 3 -f ply -o "$work/three.ply" "$mask"
expect 1 "an unlike mask is below --min-dice" \
    meshmask --mask "$mask" --label 2 --min-dice 0.9 -o "$work/u.nii" \
    "$work/three.ply"
said "Dice 0"
expect 1 "a mesh that leaves the image" \
    meshmask --like "$data/bowl-udf.nii" -o "$work/out.nii" "$ball"
check "... says so" grep -q "beyond the image" "$work/err"
printf 'OFF\n4 4 0\n0 0 0\n1 0 0\n0 1 0\n0 0 1\n3 0 2 1\n3 0 1 3\n3 1 2 3\n' \
    >"$work/open.off"
printf '3 2 0 1\n' >>"$work/open.off"
expect 2 "an open mesh has no inside" \
    meshmask --spacing 1 -o "$work/none.nii" "$work/open.off"
said "not closed"
cat >"$work/two.obj" <<'END'
o a
v 0 0 0
v 4 0 0
v 0 4 0
v 0 0 4
f 1 3 2
f 1 2 4
f 2 3 4
f 3 1 4
o b
v 0.1 0.1 0.1
v 5 0 0
v 0 5 0
v 0 0 5
f 5 7 6
f 5 6 8
f 6 7 8
f 7 5 8
END
expect 1 "objects that overlap share voxels" \
    meshmask --spacing 0.5 -o "$work/two.nrrd" -j "$work/two.json" \
    "$work/two.obj"
said "more than one object"
check "... and the number is told" json "$work/two.json" '.shared_voxels > 10'
expect 2 "shares of two objects fit no label map" \
    meshmask --fraction 2 --spacing 0.5 -o "$work/none.nii" "$work/two.obj"
expect 2 "DICOM without a series is misuse" \
    meshmask -o "$work/none.dcm" "$ball"
expect 2 "DICOM beside what is no DICOM is refused" \
    meshmask --like "$mask" -o "$work/none.dcm" "$ball"
check "... and nothing is left" test ! -e "$work/none.dcm"
for threads in 1 3; do
    OMP_NUM_THREADS=$threads meshmask --fraction 3 --like "$ct" \
        -o "$work/$threads.nrrd" "$ball"
done
check "one thread and three give the same bytes" \
    cmp "$work/1.nrrd" "$work/3.nrrd"

# small ones of the shared data: DICOM-SEG of highdicom, NRRD of dcmqi
[ -n "$shared" ] || skip "real segmentations are given back" "no shared data"
seg=ImagingDataCommons+highdicom/data/test_files/seg_image
nrrd=QIICR+dcmqi/data/segmentations
for name in ${seg}_ct_binary_single_frame.dcm \
    $nrrd/liver_spine_gapped_seg.nrrd; do
    [ -n "$shared" ] || continue
    file=$shared/B_seg_rt_sr/$name
    mask2stl -q --all -f glb "$file" >"$work/real.glb"
    expect 0 "$(basename "$name") is given back" meshmask -q \
        -o "$work/real.nrrd" --mask "$file" --min-dice 1 "$work/real.glb"
done
finish
