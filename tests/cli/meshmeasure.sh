#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# meshmeasure: numbers of a known box, verdicts, refusals
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"

# box FILE X0 Y0 Z0 X1 Y1 Z1 [SKIP]: an ASCII STL, without the first SKIP facets
box() {
    awk -v x0="$2" -v y0="$3" -v z0="$4" -v x1="$5" -v y1="$6" -v z1="$7" \
        -v skip="${8:-0}" '
    function v(n) {
        printf "vertex %s %s %s\n", n % 2 ? x1 : x0, int(n / 2) % 2 ? y1 : y0,
            int(n / 4) ? z1 : z0
    }
    BEGIN {
        n = split("0 2 3 0 3 1 4 5 7 4 7 6 0 1 5 0 5 4 2 6 7 2 7 3 " \
                  "0 4 6 0 6 2 1 3 7 1 7 5", c, " ")
        print "solid box"
        for (i = 1 + 3 * skip; i <= n; i += 3) {
            print "facet normal 0 0 0\nouter loop"
            v(c[i]); v(c[i + 1]); v(c[i + 2])
            print "endloop\nendfacet"
        }
        print "endsolid box"
    }' >"$1"
}

box "$work/box.stl" 100 200 300 103 204 312
box "$work/open.stl" 0 0 0 1 1 1 1
box "$work/moved.stl" 100.25 200 300 103.25 204 312

expect 0 "a box is measured" meshmeasure -j "$work/box.json" "$work/box.stl"
check "the table names its volume" grep -q 'volume .*144.000 mm3' "$work/out"
check "nothing on standard error" test ! -s "$work/err"
check "volume, area, diameter, extents are those of the box" \
    json "$work/box.json" '.volume_mm3 == 144 and .area_mm2 == 192 and
        .diameter_mm == 13 and .extents_mm == [3, 4, 12] and .closed'
check "so is the centroid" json "$work/box.json" \
    '.centroid_mm == [101.5, 202, 306]'
check "the document is one of the family" json "$work/box.json" \
    '.printprep_json == 1 and .tool == "meshmeasure" and .status == 0'

expect 1 "an open mesh has no volume" \
    meshmeasure -j "$work/open.json" "$work/open.stl"
check "and the table says why" grep -q 'volume *none: 3 edges' "$work/out"
check "so does the JSON" json "$work/open.json" \
    '.volume_mm3 == null and (.volume_absent | length) > 0 and
     .area_mm2 == 5.5 and .status == 1'

expect 0 "calipers" meshmeasure -j - --caliper=wide=99,202,306:103.5,202,306 \
    --caliper "long one=101,202,300:101,202,312" "$work/box.stl"
check "measure as given and on the mesh" json "$work/out" \
    '.calipers[0].given_mm == 4.5 and .calipers[0].mesh_mm == 3 and
     .calipers[0].from_off_mesh_mm == 1 and .calipers[1].mesh_mm == 12 and
     .calipers[1].name == "long one"'
check "the table gives way to the document" grep -q '^volume' "$work/err"
expect 0 "silent when asked" meshmeasure -q -j - "$work/box.stl"
check "nothing on standard error" test ! -s "$work/err"

echo 'tall,101,202,299,101,202,312' >"$work/calipers.csv"
expect 0 "calipers of a file" meshmeasure -q -j - \
    --calipers "$work/calipers.csv" "$work/box.stl"
check "are measured" json "$work/out" \
    '.calipers[0].name == "tall" and .calipers[0].mesh_mm == 12'
echo 'tall,1,2' >"$work/bad.csv"
expect 2 "a bad file of calipers" meshmeasure --calipers "$work/bad.csv" \
    "$work/box.stl"
said "line 1"

expect 0 "a section" meshmeasure -j "$work/cut.json" \
    --section=middle=101,202,306:0,0,-2 "$work/box.stl"
check "is a rectangle of 3 by 4" json "$work/cut.json" \
    '.sections[0].area_mm2 == 12 and .sections[0].perimeter_mm == 14 and
     (.sections[0].contours | length) == 1 and
     (.sections[0].contours[0].feret_max_mm - 5 | fabs) < 1e-9 and
     (.sections[0].contours[0].circle_within_mm - 3 | fabs) < 1e-8'
check "the oriented box has its sides" json "$work/cut.json" \
    '[.oriented_box.sides_mm[] | (. * 1e6 | round) / 1e6] == [12, 4, 3]'

expect 0 "against a moved box" \
    meshmeasure -j "$work/moved.json" --against "$work/moved.stl" \
    --tolerance 0.26 "$work/box.stl"
check "it lies a quarter of a millimetre off" json "$work/moved.json" \
    '.against.mesh_to_other.max_mm == 0.25 and .within_tolerance and
     .against.other_to_mesh.low_mm == -0.25 and
     .against.hausdorff.mm == 0.25 and .against.hausdorff.bound_mm == 0.001'
expect 1 "beyond the tolerance" meshmeasure --against "$work/moved.stl" \
    --tolerance 0.24 "$work/box.stl"
check "... the verdict says why" grep -q \
    '^verdict  *FAIL: tolerance 0.24 mm, a point is 0.2500 mm off$' "$work/out"
check "the table says so" grep -q 'verdict *FAIL' "$work/out"

expect 0 "a mesh passes through" \
    meshmeasure --pass -f ply -o "$work/pass.ply" "$work/box.stl"
check "with a line in its provenance" grep -aq meshmeasure "$work/pass.ply"
expect 1 "an open one with its verdict" \
    meshmeasure --pass -f ply -o "$work/bad.ply" "$work/open.stl"
expect 1 "which is repeated downstream" meshmeasure "$work/bad.ply"
meshmeasure --pass "$work/box.stl" >"$work/through.stl" 2>"$work/table"
check "on a pipe the table is words" grep -q '^volume' "$work/table"
expect 0 "and the mesh is data" meshmeasure "$work/through.stl"

expect 0 "a picture of distances" meshmeasure --against "$work/moved.stl" \
    --picture "$work/p.png" "$work/box.stl"
check "is a PNG" sh -c "head -c 4 '$work/p.png' | grep -q PNG"

part=$data/phantom-mask.nii
expect 0 "a surface is made of a mask" \
    mask2stl -f ply --label 1 -o "$work/part.ply" "$part"
expect 0 "and measured against it" meshmeasure --mask "$part" -v \
    -j "$work/part.json" "$work/part.ply"
check "no voxel changed side" json "$work/part.json" \
    '.mask.dice == 1 and .mask.voxels_both == .mask.voxels_mask'
check "no distance is larger than half a voxel diagonal" \
    json "$work/part.json" '
        .mask.mesh_to_mask.max_mm > 0 and .mask.mask_to_mesh.max_mm > 0 and
        .mask.mesh_to_mask.max_mm < 4 * .mask.sample_spacing_mm and
        .mask.mask_to_mesh.max_mm < 4 * .mask.sample_spacing_mm'
expect 2 "a label that is not there" \
    meshmeasure --mask "$part" --label 99 "$work/part.ply"
said 99

meshmeasure --source "$data/phantom-ct" --tolerance 3 -j "$work/grey.json" \
    "$work/part.ply" >"$work/grey"
check "the grey image has edges near the mesh" json "$work/grey.json" \
    '.grey.edges > 1000 and (.grey.mesh_to_half_maximum.mean_mm | fabs) < 0.3
     and .grey.mean_uncertainty_mm > 0 and .grey.thin_share > 0'
check "thin plates are not called supported" json "$work/grey.json" \
    '.grey.supported_share < 0.95 and .verdict == "INDETERMINATE"'
expect 2 "a segmentation is no grey image" \
    meshmeasure --source "$data/phantom-seg.dcm" "$work/part.ply"
said "no grey image"

check "its only part is all of it" json "$work/box.json" \
    '(.components | length) == 1 and .components[0].volume_mm3 == 144'
expect 0 "angles, paths, fits and walls of a box" \
    meshmeasure --angle=a=103,200,300:100,200,300:100,204,300 \
    --path=p=100,200,300:103,204,312 --fit=f=plane:101,202,299:20 \
    --wall=w=101.5,202,300 -j "$work/probe.json" --csv "$work/probe.csv" \
    "$work/box.stl"
check "a right angle, a way over two sides" json "$work/probe.json" '
    .angles[0].mesh_deg == 90 and
    (.paths[0].path_mm * .paths[0].path_mm - 193 | fabs) < 1e-6 and
    .paths[0].straight_mm == 13'
check "all of a box within reach is no plane" json "$work/probe.json" '
    .fits[0].vertices == 8 and .fits[0].rms_mm > 1'
check "a wall that is as wide as the box" json "$work/probe.json" '
    .walls[0].wall_mm > 2.9 and .walls[0].wall_mm < 12.1'
check "the table and the CSV have them" sh -c "grep -q '^path  *p: 13.892' \
    '$work/out' && grep -q '^angle on mesh,\"a\",90,deg' '$work/probe.csv'"

box "$work/bigger.stl" 99.5 199.5 299.5 103.5 204.5 312.5
expect 0 "a budget of two steps" meshmeasure -j "$work/budget.json" \
    --csv "$work/budget.csv" --stage first="$work/box.stl" \
    --stage second="$work/moved.stl" "$work/bigger.stl"
check "tells what each changed" json "$work/budget.json" \
    '.budget[0].step == "second" and .budget[0].hausdorff_mm == 0.25 and
     .budget[0].volume_change_mm3 == 0 and .budget[1].step == "this mesh" and
     .budget[1].volume_change_mm3 == 116 and .budget[1].mean_mm > 0.4'
check "and no path" \
    sh -c "! grep -q -e '$work' '$work/budget.json' '$work/budget.csv'"
check "so does the table" grep -q '^second  *[+-]' "$work/out"
check "and the CSV" \
    grep -q '^volume change,"this mesh",116,mm3,' "$work/budget.csv"
check "every line has five fields and CR LF" \
    sh -c "! grep -vq '^[^,]*,[^,]*,[^,]*,[^,]*,[^,]*'\$(printf '\\r')'\$' \
        '$work/budget.csv'"
check "and what both did" json "$work/budget.json" \
    '.budget_total[0].volume_change_mm3 == 116 and .rounding_mm > 0 and
     .rounding_mm < 1e-4'

box "$work/off.stl" 200.5 200.25 300 206.5 204.25 312
box "$work/here.stl" 100 200 300 106 204 312
expect 0 "a mesh laid onto another" meshmeasure --register --tolerance 0.001 \
    --against "$work/off.stl" -j "$work/laid.json" "$work/here.stl"
check "is where the other is, and how it got there is told" json \
    "$work/laid.json" '.against.hausdorff.mm < 1e-6 and
    .against.registration.rms_before_mm > 90 and
    .against.registration.rms_after_mm < 1e-6 and
    (.against.registration.shift_mm - 100.5003 | fabs) < 1e-3'
check "in the table, too" grep -q '^laid onto this mesh' "$work/out"

meshmeasure --voxels --caliper=c=0,0,0:10,0,0 --path=p=64,60,40:64,60,41 \
    --section=s=64,60,40:0,0,1 -j "$work/voxel.json" "$work/part.ply" \
    >"$work/out"
check "ten voxels are ten voxels long" json "$work/voxel.json" '
    (.calipers[0].given_mm - 4.882812 | fabs) < 1e-5 and
    (.paths[0].straight_mm - 1 | fabs) < 1e-6'
mask2stl -q --label 1 -o "$work/part.stl" "$part" 2>"$work/err"
expect 2 "an STL does not tell its lattice" meshmeasure --voxels \
    --caliper=c=0,0,0:10,0,0 "$work/part.stl"
said lattice
expect 0 "the mask does" meshmeasure --voxels --mask "$part" --label 1 \
    --caliper=c=0,0,0:10,0,0 "$work/part.stl"
check "with the same length" grep -q '^caliper  *c: 4.883 mm' "$work/out"

meshfix -q "$work/part.ply" -o "$work/fixed.ply" 2>"$work/err"
meshmeasure --mask "$part" --budget -j "$work/pipe.json" "$work/fixed.ply" \
    >"$work/out"
check "a pipe tells what its tools say of themselves" sh -c \
    "grep -q '^(meshfix says) ' '$work/out'"
check "also as JSON" json "$work/pipe.json" '
    .budget_told[0].tool == "meshfix" and .budget_told[0].max_mm == 0'

mask2stl -q --label 1 --smooth free "$part" -o "$work/free.ply" 2>"$work/err"
expect 1 "free smoothing has moved voxels" meshmeasure --mask "$part" \
    --budget --map "$work/map.ply" --histogram "$work/h.png" \
    -j "$work/free.json" "$work/free.ply"
check "the places add up, the worst first" json "$work/free.json" '
    .mask.voxels_added + .mask.voxels_lost > 0 and
    .mask.dice < 1 and .mask.changed_places >= (.mask.largest_places | length)
    and ([.mask.largest_places[].voxels] | . == (sort | reverse))
    and (.mask.changed_places > 10 or ([.mask.largest_places[].voxels] | add)
         == .mask.voxels_added + .mask.voxels_lost)'
check "the histogram holds the whole area" json "$work/free.json" '
    ([.mask.mesh_to_mask.histogram.share[]] | add | . - 1 | fabs) < 1e-9'
check "the budget starts at the mask" json "$work/free.json" '
    .budget[0].step == "surface" and .budget[1].step == "smoothing" and
    .budget[2].hausdorff_mm < 1e-9 and
    (.budget[1].hausdorff_mm - .budget_total[0].hausdorff_mm | fabs) <
    1e-3'
check "the map is a mesh with colours" \
    sh -c "meshmeasure '$work/map.ply' | grep -q '^volume  *[1-9]' && head -c 2000 '$work/map.ply' |
        grep -aq 'property float distance_mm'"
check "the histogram is a picture" \
    sh -c "head -c 4 '$work/h.png' | grep -aq PNG"

refuse() { # refuse SENTENCE WORDS COMMAND...
    sentence=$1
    words=$2
    shift 2
    expect 2 "$sentence" "$@"
    said "$words"
    silent
}
refuse "a stage that is missing" none meshmeasure --stage a="$work/none" \
    "$work/box.stl"
refuse "a stage without a name" stage meshmeasure --stage "$work/box.stl" \
    "$work/box.stl"

OMP_NUM_THREADS=1 meshmeasure --mask "$part" --source "$data/phantom-ct" -j "$work/one.json" \
    "$work/part.ply" >"$work/one"
OMP_NUM_THREADS=3 meshmeasure --mask "$part" --source "$data/phantom-ct" -j "$work/three.json" \
    "$work/part.ply" >"$work/three"
check "the same bytes for any number of threads" \
    cmp "$work/one.json" "$work/three.json"

echo "no mesh" >"$work/text"
: >"$work/empty"
refuse "a text file" text meshmeasure "$work/text"
refuse "an empty file" empty meshmeasure "$work/empty"
refuse "a missing file" none meshmeasure "$work/none"
refuse "a directory" "$work" meshmeasure "$work"
refuse "a mask that is none" text meshmeasure --mask "$work/text" \
    "$work/box.stl"
refuse "another mesh that is none" text \
    meshmeasure --against "$work/text" "$work/box.stl"
refuse "a caliper without a name" caliper \
    meshmeasure --caliper=1,2,3:4,5,6 "$work/box.stl"
refuse "a section without a direction" section \
    meshmeasure --section=a=1,2,3:0,0,0 "$work/box.stl"
refuse "a tolerance below zero" tolerance \
    meshmeasure --tolerance=-1 "$work/box.stl"
refuse "a tolerance for nothing" tolerance \
    meshmeasure --tolerance=1 "$work/box.stl"
refuse "a fit of no shape" fit meshmeasure --fit=a=cone:1,2,3:4 \
    "$work/box.stl"
refuse "a share above one" overlap meshmeasure --register --overlap 1.5 \
    --against "$work/box.stl" "$work/box.stl"
refuse "a budget without a mask" budget meshmeasure --budget "$work/box.stl"
refuse "a map of nothing" map meshmeasure --map "$work/x.ply" "$work/box.stl"
refuse "-o without --pass" "writes no mesh\|no mesh" meshmeasure -o "$work/x.stl" "$work/box.stl"
check "and writes nothing" test ! -e "$work/x.stl"
finish
