#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # tap.sh sets work, data and shared
# meshshell.sh - statuses, streams and what stands in the file
. "$top_srcdir/tests/tap.sh"

# A slab of 8 x 6 x WALL mm as ASCII STL; facet 0 left out when OPEN is given.
slab() { # slab WALL [OPEN]
    awk -v wall="$1" -v open="${2-}" 'BEGIN {
        n = split("0 2 1  0 3 2  4 5 6  4 6 7  0 1 5  0 5 4  1 2 6  1 6 5 " \
                  "2 3 7  2 7 6  3 0 4  3 4 7", v, " ")
        print "solid x"
        for (t = (open != ""); t * 3 < n; t++) {
            print "facet normal 0 0 0\nouter loop"
            for (k = 1; k <= 3; k++) {
                i = v[3 * t + k] + 0
                print "vertex", ((i % 4 == 1 || i % 4 == 2) ? 8 : 0),
                    (i % 4 >= 2 ? 6 : 0), (i >= 4 ? wall : 0)
            }
            print "endloop\nendfacet"
        }
        print "endsolid x"
    }'
}

slab 0.7 >"$work/thin.stl"
slab 2.5 >"$work/thick.stl"
slab 0.7 open >"$work/open.stl"
{
    echo "solid x"
    slab 0.6 | grep -v solid
    slab 0.6 | awk '/vertex/ { $4 += 1.1 } !/solid/ { print }'
    echo "endsolid x"
} >"$work/plates.stl"

expect 0 "a thin slab is grown" meshshell --min=1 -f stl \
    -j "$work/grown.json" -o "$work/grown.stl" "$work/thin.stl"
check "... which the document tells" json "$work/grown.json" \
    '.walls.thin_regions == 0 and .before.thin_regions == 1
     and (.before.min_mm - 0.7 | fabs) < 0.02 and .growth.how == "local"'
expect 0 "... and meshcheck finds nothing" meshcheck "$work/grown.stl"
expect 0 "... measured again, it is thick enough" \
    meshshell --measure --min=1 "$work/grown.stl"
for n in 1 2 3; do
    expect 0 "with $n threads" env OMP_NUM_THREADS=$n \
        meshshell --min=1 -f stl -o "$work/threads-$n.stl" "$work/thin.stl"
    check "... the same bytes" cmp "$work/grown.stl" "$work/threads-$n.stl"
done
expect 0 "the whole is sampled anew when asked" meshshell --min=1 --rebuild \
    --resolution=0.12 -f stl -o "$work/again.stl" "$work/thin.stl"

expect 0 "a thick slab passes" meshshell --min=1 -f stl \
    -o "$work/same.stl" "$work/thick.stl"
expect 0 "... and then bit for bit" meshshell --min=1 \
    -o "$work/same2.stl" "$work/same.stl"
tail -c +81 "$work/same.stl" >"$work/a"
tail -c +81 "$work/same2.stl" >"$work/b"
check "... but for the header" cmp "$work/a" "$work/b"

expect 0 "two plates 0.6 mm thick keep a gap of 0.5 mm" meshshell --min=1 \
    --min-gap=0.4 --grow=both -j "$work/gap.json" -o "$work/gap.stl" \
    "$work/plates.stl"
check "... and grow away from it" json "$work/gap.json" \
    '(.growth.joined | not) and .growth.refused_regions == 0
     and .growth.shells_after == 2 and .walls.thin_regions == 0'
expect 2 "a way to grow that is none is refused" \
    meshshell --min=1 --grow=up "$work/thin.stl"
expect 2 "... and a gap without growth" \
    meshshell --measure --min-gap=1 "$work/thin.stl"

expect 1 "measuring tells a thin wall by its status" \
    meshshell --measure --min=1 "$work/thin.stl"
check "... and by its place" grep -q 'thinner than 1 mm: 1 places' "$work/out"
expect 1 "... with the map in a PLY" meshshell --measure --min=1 \
    -f ply-ascii -o "$work/map.ply" "$work/thin.stl"
check "... as a property" grep -q thickness_mm "$work/map.ply"
mask2stl --label=1 -o "$work/plate.ply" "$data/phantom-mask.nii"
expect 0 "what the scan cannot hold is said of a plain measurement" \
    meshshell --measure "$work/plate.ply"
said "less than 2 voxels of this scan"
expect 1 "a printer's profile says how thin is thin" \
    meshshell --measure --printer fdm -j "$work/j" "$work/thin.stl"
check "... by its minimum wall" json "$work/j" '.walls.wanted_mm == 0.8'
expect 2 "--min and --printer exclude each other" \
    meshshell --min=1 --printer fdm "$work/thin.stl"
said "exclude each other"
expect 2 "an unknown printer is trouble" \
    meshshell --printer nosuch "$work/thin.stl"
said nosuch
expect 0 "the least wall is bounded from both sides" \
    meshshell --measure --min=1 --certify -j "$work/j" "$data/ball.stl"
check "... by a hundredth of a millimetre" json "$work/j" \
    '.walls.bounds | .high_certain and .high_mm - .low_mm <= 0.0201 and
    .low_mm <= 9.995 and .high_mm >= 9.985'

expect 1 "... by rays, and says so" meshshell --measure --method=ray --min=1 \
    -f ply -j "$work/j" -o "$work/map.ply" "$work/thin.stl"
check "... in the report" grep -q "opposite-ray distance: least 0.7" \
    "$work/err"
check "... everywhere" json "$work/j" '.walls.method == "ray"'
check "... in the map, too" grep -aq "property float thickness_ray_mm" \
    "$work/map.ply"
expect 0 "a lone slab has no gap" meshshell --measure --gap --min=1 \
    -j "$work/j" "$work/thin.stl"
check "... as far as was looked" json "$work/j" \
    '.walls.quantity == "gap" and .walls.min_mm == .walls.limit_mm'
{ slab 0.7 | sed '$d'
  slab 0.7 | awk '$1 == "vertex" { $4 += 1.2 } NR > 1'; } >"$work/two.stl"
expect 1 "between two slabs there is one" meshshell --measure --gap --min=1 \
    -j "$work/j" "$work/two.stl"
check "... as wide as they are apart" json "$work/j" \
    '(.walls.min_mm - 0.5 | fabs) < 0.011 and .walls.thin_regions == 2'
expect 2 "a gap is measured, not grown" meshshell --gap --min=1 \
    "$work/thin.stl"
expect 2 "no method of that name" meshshell --measure --method=sphere \
    "$work/thin.stl"
expect 0 "a picture is drawn" meshshell --measure \
    --picture "$work/p.png" "$work/thick.stl"
check "... as PNG" test -s "$work/p.png"

expect 2 "an open mesh is refused" meshshell --min=1 "$work/open.stl"
silent
said "not a closed"
expect 2 "nothing asked is misuse" meshshell "$work/thin.stl"
silent
: >"$work/empty"
expect 2 "an empty input is refused" meshshell --min=1 "$work/empty"
silent

expect 0 "a thick slab becomes hollow" meshshell --hollow=0.8 -f stl \
    -j "$work/hollow.json" -o "$work/hollow.stl" "$work/thick.stl"
said "1 cavities are closed"
check "... with the wall it was to have" json "$work/hollow.json" \
    '.walls.min_mm > 0.79 and .hollow.trapped_volumes == 1 and
     (.hollow.volume_before_mm3 - .hollow.volume_after_mm3 - 6.4 * 4.4 * 0.9 |
      fabs) < 0.5'
expect 0 "a drain opens it" meshshell --hollow=0.8 --drain=1 -f stl \
    -j "$work/hollow.json" -o "$work/hollow.stl" "$work/thick.stl"
check "... at the lowest point" json "$work/hollow.json" \
    '.hollow.trapped_volumes == 0 and (.hollow.drains | length) == 1 and
     (.hollow.drains[0].outer_mm[2] | fabs) < 1e-6'
expect 0 "... which meshcheck finds to be one shell" \
    meshcheck -j "$work/c.json" "$work/hollow.stl"
check "... with a way out" json "$work/c.json" '.shells == 1'
expect 0 "a drain near a place, up turned" meshshell --hollow=0.8 \
    --drain=0.5@4,20,1.2 --up=-y -f stl -o "$work/hollow.stl" \
    "$work/thick.stl"
for format in 3mf obj glb; do
    expect 0 "a plug for the drain, as $format" meshshell --hollow=0.8 \
        --drain=2 --plugs -f $format -j "$work/plug.json" \
        -o "$work/plug.$format" "$work/thick.stl"
    expect 0 "... is read again" meshconv -f stl -j "$work/c.json" \
        -o "$work/c.stl" "$work/plug.$format"
    check "... an object with a name" grep -q "plug 1" "$work/c.json"
done
expect 0 "... and a shell of its own in STL" meshshell --hollow=0.8 --drain=2 \
    --plugs --clearance=0.2 -f stl -j "$work/plug.json" -o "$work/plug.stl" \
    "$work/thick.stl"
check "... as wide as the clearance leaves" json "$work/plug.json" \
    '.check.shells == 2 and .hollow.drains[0].plug_mm == 1.6 and
     (.hollow.drains[0].plug_volume_mm3 - 3.14159 * 0.8 * 0.8 * 0.8 | fabs)
     < 0.01'
expect 2 "a plug goes with a drain" meshshell --hollow=0.8 --plugs \
    "$work/thick.stl"
expect 2 "a plug needs room" meshshell --hollow=0.8 --drain=0.2 --plugs \
    "$work/thick.stl"
said "no room for a plug"
expect 2 "what is thin cannot be hollow" meshshell --hollow=2 "$work/thick.stl"
said "nothing lies deeper than 2 mm"
expect 2 "a drain of nothing is refused" meshshell --hollow=1 --drain=x \
    "$work/thick.stl"
expect 2 "a drain goes with a hollow" meshshell --min=1 --drain=2 \
    "$work/thick.stl"
expect 2 "hollow or sheet" meshshell --hollow=1 --sheet=1 "$work/thick.stl"
expect 0 "an open slab becomes a sheet" meshshell --sheet=0.6 -f stl \
    -j "$work/sheet.json" -o "$work/sheet.stl" "$work/open.stl"
check "... as thick as that" json "$work/sheet.json" \
    '.walls.thin_regions == 0 and .sheet.parts == 1 and .check.clean'
cat >"$work/flat.off" <<'END'
OFF
4 2 0
0 0 0
5 0 0
5 4 0
0 4 0
3 0 1 2
3 0 2 3
END
expect 0 "a rectangle with straight rims" meshshell --sheet=0.6 \
    --rim=straight -f stl -j "$work/sheet.json" -o "$work/sheet.stl" \
    "$work/flat.off"
check "... that are upright on its facets" json "$work/sheet.json" \
    '.check.clean and (.sheet | has("resolution_mm") | not)'
expect 2 "... with a rim that is none" meshshell --sheet=0.6 --rim=sharp \
    "$work/open.stl"
expect 2 "... on a side that is none" meshshell --sheet=0.6 --side=left \
    "$work/open.stl"
finish
