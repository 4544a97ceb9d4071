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
    meshfix --keep-open=all -f stl -o "$work/open.stl" "$work/hole.stl"
check "... 11 facets" test "$(wc -c <"$work/open.stl")" = 634

expect 0 "... also by the length of its rim" \
    meshfix --keep-open=2.5 -f stl -o "$work/open.stl" "$work/hole.stl"
check "... 11 facets" test "$(wc -c <"$work/open.stl")" = 634
expect 0 "... or when it is too short to be kept, filled" \
    meshfix --keep-open=5 -f stl -o "$work/open.stl" "$work/hole.stl"
check "... 12 facets" test "$(wc -c <"$work/open.stl")" = 684
expect 0 "... or by a point near it" meshfix --keep-open=0,0,9 -f stl \
    -j "$work/open.json" -o "$work/open.stl" "$work/hole.stl"
check "... which the ledger tells" json "$work/open.json" \
    '.openings_kept == 1 and .status == 0'
for wrong in none 0 -3 1,2 1,2,3,4 1,2,x; do
    expect 2 "--keep-open=$wrong is misuse" \
        meshfix --keep-open=$wrong "$work/hole.stl"
done

# What changed is marked; parts that go have a line.
{ cube 3 -0.5; cube none 7; } | solid >"$work/parts.stl"
expect 0 "a mesh is marked" meshfix --mark="$work/mark.ply" -f stl \
    -o "$work/marked.stl" "$work/parts.stl"
check "... as PLY with a value and colours" \
    grep -a -q 'property float changed' "$work/mark.ply"
{ cube 3 -0.5; cube none 7; cube none 7.5; } | solid >"$work/three.stl"
expect 0 "small parts go when asked" meshfix --min-part=1.2 -f stl \
    -j "$work/small.json" -o "$work/small.stl" "$work/three.stl"
check "... each with volume, area and place" json "$work/small.json" \
    '.gone | length == 1 and (.[0] | .why == "small" and
     .facets == 11 and (.volume_mm3 - 1 | fabs < 0.2) and
     (.area_mm2 - 5.5 | fabs < 1e-6) and .place_mm == [0, 0.5, 0.5])'
expect 1 "a bound on the volume stops the union" \
    meshfix --max-volume-change=1 -f stl -o "$work/bound.stl" "$work/two.stl"
check "... in so many words" grep -q 'left: ' "$work/err"
expect 0 "... a wider one does not" \
    meshfix --max-volume-change=20 -f stl -o "$work/bound.stl" "$work/two.stl"

# Three objects, two of them side by side and one of these open.
box() { # box ID X0 X1 SKIP NAME
    echo "<object id=\"$1\" type=\"model\" name=\"$5\" pid=\"1\"" \
        "pindex=\"$(($1 - 2))\"><mesh><vertices>"
    for z in 0 1; do for y in 0 1; do for x in "$2" "$3"; do
        echo "<vertex x=\"$x\" y=\"$y\" z=\"$z\"/>"
    done; done; done
    echo "</vertices><triangles>"
    n=0
    for t in 021 123 456 576 014 154 263 367 042 246 135 375; do
        v=${t#?}
        [ $n = "$4" ] || echo "<triangle v1=\"${t%??}\" v2=\"${v%?}\"" \
            "v3=\"${v#?}\"/>"
        n=$((n + 1))
    done
    echo "</triangles></mesh></object>"
}
{
    echo '<?xml version="1.0" encoding="UTF-8"?><model unit="centimeter"
        xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">
        <resources><basematerials id="1">
        <base name="a" displaycolor="#FF0000FF"/>
        <base name="b" displaycolor="#00FF00FF"/>
        <base name="c" displaycolor="#0000FFFF"/></basematerials>'
    box 2 0 1 none left
    box 3 1 2 7 right
    box 4 5 6 none far
    echo '</resources><build><item objectid="2"/><item objectid="3"/>
        <item objectid="4" transform="1 0 0 0 1 0 0 0 1 0 0 3"/></build>
        </model>'
} >"$work/3dmodel.model"
if python3 - "$work" <<'PY'
import sys, zipfile
formats = "http://schemas.openxmlformats.org/package/2006/"
z = zipfile.ZipFile(sys.argv[1] + "/labels.3mf", "w")
z.writestr("[Content_Types].xml", '<Types xmlns="' + formats +
           'content-types"><Default Extension="rels" ContentType='
           '"application/vnd.openxmlformats-package.relationships+xml"/>'
           '<Default Extension="model" ContentType="application/'
           'vnd.ms-package.3dmanufacturing-3dmodel+xml"/></Types>')
z.writestr("_rels/.rels", '<Relationships xmlns="' + formats +
           'relationships"><Relationship Target="/3D/3dmodel.model" '
           'Id="rel0" Type="http://schemas.microsoft.com/3dmanufacturing/'
           '2013/01/3dmodel"/></Relationships>')
z.write(sys.argv[1] + "/3dmodel.model", "3D/3dmodel.model")
z.close()
PY
then
    expect 0 "labels side by side are repaired one by one" \
        meshfix -j "$work/labels.json" -o "$work/out.3mf" "$work/labels.3mf"
    check "... never joined, each with its ledger and name" \
        json "$work/labels.json" '(.objects | map(.name)) ==
            ["left", "right", "far"] and
            (.objects | map(.facets.added)) == [0, 1, 0] and
            (.objects | all(.after.volume_mm3 - 1000 | fabs < 1e-6))'
    expect 0 "... and again: nothing to do" \
        meshfix -j "$work/again.json" -o "$work/again.3mf" "$work/out.3mf"
    check "... names, units and transforms as they came" \
        json "$work/again.json" '(.objects | map(.name)) ==
            ["left", "right", "far"] and (.objects | all(.changed | not))
            and (.objects[2].after | .low_mm == [50, 0, 30] and
                 .high_mm == [60, 10, 40])'
    expect 1 "in STL they touch, which a person must see" \
        meshfix -f stl -j "$work/one.json" -o "$work/touch.stl" \
        "$work/labels.3mf"
    check "... in so many words" grep -q 'objects in one mesh' "$work/err"
    check "... and the report is of that mesh" json "$work/one.json" \
        '.as_one.volume_mm3 - 3000 | fabs < 1e-6'
    expect 2 "a mask is about one object" \
        meshfix --mask="$data/phantom-mask.nii" "$work/labels.3mf"
else
    skip "labels side by side are repaired one by one" "no python3"
fi

# The mask says where a hole's surface was.
mask2stl --label=1 -f stl-ascii -o "$work/rib.stl" "$data/phantom-mask.nii"
awk '/^facet/ { body = $0; n = 0; next }
     /^endfacet/ { if (n < 3) print body "\nendfacet"; next }
     /^solid|^endsolid/ { print; next }
     { body = body "\n" $0 }
     $1 == "vertex" { x = $2 - 33.7; y = $3 + 190.5; z = $4 - 1182
                      n += (x * x + y * y + z * z < 81) }' \
    "$work/rib.stl" >"$work/hollow.stl"
expect 0 "a hole is guessed" meshfix -o "$work/guess.stl" "$work/hollow.stl"
expect 0 "... which the mask tells" meshfix --mask="$data/phantom-mask.nii" \
    --label=1 -j "$work/guess.json" -o "$work/guess2.stl" "$work/guess.stl"
said "voxels of the mask"
check "... voxel by voxel" json "$work/guess.json" \
    '.mask | .lost > 100 and .voxels == 10016 and
     ([.places[].voxels] | add) == .lost + .gained'
expect 0 "with the mask it is filled along it" \
    meshfix --mask="$data/phantom-mask.nii" --label=1 \
    -f stl -j "$work/filled.json" -o "$work/filled.stl" "$work/hollow.stl"
check "... and hardly a voxel changes side" json "$work/filled.json" \
    '.mask | .lost + .gained <= 10'
judged "$work/filled.stl" "the filled label is clean"
expect 2 "a label without a mask is misuse" meshfix --label=1 "$work/a.stl"

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
