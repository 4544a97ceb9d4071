#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# meshcheck.sh - verdicts, streams and statuses of meshcheck
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"

ball=$data/ball.stl

# A square with a hole in it: a tetrahedron's four facets, one of them missing
cat >"$work/open.stl" <<'END'
solid open
facet normal 0 0 0
 outer loop
  vertex 0 0 0
  vertex 0 1 0
  vertex 1 0 0
 endloop
endfacet
facet normal 0 0 0
 outer loop
  vertex 0 0 0
  vertex 1 0 0
  vertex 0 0 1
 endloop
endfacet
facet normal 0 0 0
 outer loop
  vertex 0 0 0
  vertex 0 0 1
  vertex 0 1 0
 endloop
endfacet
endsolid open
END

expect 0 "a ball is clean" meshcheck "$ball"
check "... says the table, first of all" \
    test "$(sed -n '1s/  *//gp' "$work/out")" = verdictclean
check "... on one screen" test "$(wc -l <"$work/out")" -le 24
check "... of 80 columns" \
    test "$(awk '{ if (length($0) > n) n = length($0) } END { print n }' \
        "$work/out")" -le 80
check "... in no colour, as it goes to a file" \
    test "$(grep -c "$(printf '\033')" "$work/out")" = 0
check "... without words on standard error" test ! -s "$work/err"
expect 1 "an open tetrahedron is not" meshcheck "$work/open.stl"
check "... says the table" \
    grep -q '^open edges  *3 in 1 run, longest 4.243 mm' "$work/out"
check "... the worst first" \
    test "$(sed -n '1s/ .*//p;2s/  .*//p' "$work/out" | tr '\n' ,)" = \
    'verdict,open edges,'

if command -v script >/dev/null; then
    escape=$(printf '\033')
    TERM=xterm script -q -c "meshcheck $work/open.stl" /dev/null \
        </dev/null >"$work/colour" 2>&1
    check "on a terminal the verdict has its colour" \
        grep -qF "${escape}[1;31mverdict" "$work/colour"
    NO_COLOR=1 TERM=xterm script -q -c "meshcheck $work/open.stl" /dev/null \
        </dev/null >"$work/colour" 2>&1
    check "... unless NO_COLOR is set" \
        test "$(grep -c "$escape" "$work/colour")" = 0
else
    skip "on a terminal the verdict has its colour" "script is not installed"
fi

expect 0 "what is not required does not count" \
    meshcheck --require manifold,oriented "$work/open.stl"
expect 0 "nothing may be required" meshcheck --require none "$work/open.stl"
expect 1 "print requires closed surfaces" \
    meshcheck --require single-part,print "$work/open.stl"
expect 2 "an unknown requirement is misuse" \
    meshcheck --require watertigh "$ball"
said "watertigh"
expect 2 "so is an empty name in the list" \
    meshcheck --require watertight,, "$ball"

expect 0 "JSON takes the place of the table" meshcheck -j - "$ball"
check "... and holds the verdict" json "$work/out" '.clean == true and
    .status == 0 and .defects.crossings.count == 0 and .failed == []'
expect 1 "JSON names what failed" meshcheck -j "$work/j" "$work/open.stl"
check "... and every witness" json "$work/j" '.failed == ["watertight"] and
    (.defects.open_edges.witnesses | length) == 3 and
    .defects.open_edges.witnesses[0].place_mm[2] == 0'

expect 0 "crossings can be left out" meshcheck --no-intersections "$ball"
check "... and the table says so" grep -q 'not checked' "$work/out"
expect 0 "... and JSON, too" meshcheck --no-intersections -j - "$ball"
check "... with null" json "$work/out" '.defects.crossings == null and
    .crossings_checked == false'

expect 1 "many files are summed up, the worst decides" \
    meshcheck -j "$work/j" "$ball" "$work/open.stl" "$ball"
check "... in a line each" grep -q 'open.stl: 3 open edges' "$work/out"
check "... and one for all" \
    grep -q '^3 files: 2 good, 1 to look at, 0 not read' "$work/out"
check "... and in JSON" json "$work/j" '[.files[].status] == [0, 1, 0] and
    [.files[].index] == [0, 1, 2] and .files[0].sha256 == .files[2].sha256 and
    .files[0].sha256 != .files[1].sha256'
check "... which holds no path" \
    test "$(grep -c -e "$work" -e 'ball\.stl' "$work/j")" = 0
expect 2 "one that cannot be read does not hide the others" \
    meshcheck "$ball" "$work/none.stl" "$work/open.stl"
said "none.stl"
check "... all are judged" grep -q 'open.stl: 3 open edges' "$work/out"

for printer in fdm sla sls; do
    expect 0 "the profile $printer is read" \
        meshcheck --printer $printer -j "$work/j" "$ball"
    check "... and the ball fits" json "$work/j" '.forecast.fits and
        .forecast.printable and .forecast.measured and
        .forecast.islands == 0 and .forecast.trapped_volumes == 0 and
        .forecast.thin_walls.places == 0'
    check "... and each figure has a source or is called an estimate" \
        json "$work/j" '((.forecast.sources | length) +
            (.forecast.estimates | length)) == 7'
done
expect 1 "a ball of 0.5 mm is too small a part" \
    meshcheck --printer fdm --scale 0.05 --require printable -j "$work/j" \
    "$ball"
check "... with its place" json "$work/j" '.forecast.small_parts == 1 and
    (.forecast.small_part_places_mm | length) == 1 and
    .failed == ["printable"]'
expect 2 "printable without a printer is misuse" \
    meshcheck --require printable "$ball"
expect 0 "ten times that size does not" \
    meshcheck --printer sla --scale 100 -j "$work/j" "$ball"
check "... however it is turned" json "$work/j" \
    '.forecast.fits_turned == false and .forecast.size_mm[0] > 999'
expect 2 "an unknown printer is trouble" meshcheck --printer nosuch "$ball"
said nosuch
echo 'layer_mm = -1' >"$work/bad.printer"
expect 2 "so is a bad profile" meshcheck --printer "$work/bad.printer" "$ball"
said "line 1: 'layer_mm'"

mkdir -p "$work/folder/below"
cp "$ball" "$work/folder/a.stl"
cp "$work/open.stl" "$work/folder/below/b.STL"
echo words >"$work/folder/c.txt"
expect 1 "a directory is its mesh files, at any depth" \
    meshcheck "$work/folder"
check "... and nothing else" \
    grep -q '^2 files: 1 good, 1 to look at, 0 not read' "$work/out"
mkdir "$work/folder/closed"
chmod 0 "$work/folder/closed"
if [ "$(id -u)" != 0 ]; then
    expect 2 "one below that is closed is named, and the others are judged" \
        meshcheck "$work/folder"
    said "closed: cannot open"
    check "... and counted" grep -q '^2 files: .*; 1 directory not read' \
        "$work/out"
elif command -v setpriv >/dev/null; then
    chmod -R a+rX "$work"
    chmod 0 "$work/folder/closed"
    tool=$(command -v meshcheck)
    cp "$tool" "$work/meshcheck"
    expect 2 "one below that is closed is named, and the others are judged" \
        setpriv --reuid 65534 "$work/meshcheck" "$work/folder"
    said "closed: cannot open"
    check "... and counted" grep -q '^2 files: .*; 1 directory not read' \
        "$work/out"
else
    skip "a closed directory" "root reads everything, and setpriv is missing"
fi
rmdir "$work/folder/closed"
mkdir "$work/bare"
expect 2 "a directory without meshes is refused" meshcheck "$work/bare"
said "no mesh files"

# Facets of their own, a little apart: PLY with vertices that nearly coincide
near_ply() { # near_ply GAP: a tetrahedron whose top is split by GAP
    cat <<END
ply
format ascii 1.0
element vertex 5
property double x
property double y
property double z
element face 4
property list uchar int vertex_indices
end_header
0 0 0
9 0 0
0 9 0
0 0 9
0 0 $1
3 0 2 1
3 0 1 3
3 0 3 2
3 1 2 4
END
}
near_ply 9.0005 >"$work/near.ply"
expect 1 "a split vertex leaves open edges" meshcheck "$work/near.ply"
check "... and is fragile at its width" \
    grep -q '^fragile .* within 0.0005 mm it meets watertight' "$work/out"
expect 1 "... unless that is beyond --weld-max" \
    meshcheck --weld-max 0.0004 "$work/near.ply"
check "... as the table says" \
    grep -q '^fragile  *not when joined within 0.0004' "$work/out"
expect 0 "--weld closes it" meshcheck --weld 0.001 "$work/near.ply"
near_ply 9 >"$work/equal.ply"
expect 1 "indices are what counts in PLY" meshcheck "$work/equal.ply"
check "... and what coordinates say is told, too" \
    grep -q '^coincident  *1 vertices lie on others; joined: clean' \
    "$work/out"
expect 0 "--before compares" meshcheck --before "$ball" -j "$work/j" "$ball"
check "... volume and area" json "$work/j" \
    '.since_before == {"volume_mm3": 0, "area_mm2": 0}'
expect 2 "a missing --before is trouble" \
    meshcheck --before "$work/none" "$ball"
expect 1 "--mark colours what was found" \
    meshcheck --mark "$work/marked.ply" "$work/open.stl"
check "... in a PLY" grep -aq '^property uchar red' "$work/marked.ply"
expect 1 "... that is the same mesh" meshcheck "$work/marked.ply"

expect 0 "a mesh passes through" meshcheck --pass "$ball"
check "... the table goes to standard error" \
    grep -q '^verdict  *clean$' "$work/err"
cp "$work/out" "$work/passed.stl"
expect 0 "... with its facets" meshcheck -j - "$work/passed.stl"
meshcheck -j - "$ball" >"$work/j"
check "... all of them" test \
    "$(jq .volume_mm3 "$work/out")" = "$(jq .volume_mm3 "$work/j")"
expect 0 "-q keeps the table away" meshcheck --pass -q "$ball"
check "... entirely" test ! -s "$work/err"
expect 1 "defects pass, too" meshcheck --pass -f ply "$work/open.stl"
cp "$work/out" "$work/open.ply"
check "... as PLY when asked" grep -aq '^comment step: meshcheck' \
    "$work/open.ply"
expect 1 "... and their status is repeated downstream" \
    meshcheck --require none "$work/open.ply"
check "... with words" grep -q 'earlier tool' "$work/out"
expect 1 "but not with --strict" meshcheck --pass --strict "$work/open.stl"
silent
expect 0 "--strict lets a clean mesh through" \
    meshcheck --pass --strict -q "$ball"
tail -c +81 "$work/out" >"$work/strict"
check "... with all its bytes" \
    test "$(tail -c +81 "$work/passed.stl" | cksum)" = \
    "$(cksum <"$work/strict")"
expect 2 "--strict without --pass is misuse" meshcheck --strict "$ball"
expect 2 "an output without --pass is misuse" \
    meshcheck -o "$work/x.stl" "$ball"
said "no mesh"
expect 2 "two files cannot pass" meshcheck --pass "$ball" "$ball"

OMP_NUM_THREADS=1 meshcheck -j - "$ball" "$work/open.stl" >"$work/one"
OMP_NUM_THREADS=3 meshcheck -j - "$ball" "$work/open.stl" >"$work/three"
check "threads change nothing" cmp "$work/one" "$work/three"
finish
