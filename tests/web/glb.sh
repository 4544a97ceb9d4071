#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# glb: what the tools write as glTF passes the Khronos validator, with nothing
# to say (package gltf-validator of npm)
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"
# shellcheck source=tests/web/npm.sh
. "$top_srcdir/tests/web/npm.sh"

if ! web_has gltf-validator; then
    skip "the Khronos validator has nothing to say" \
        "no node, or no gltf-validator from npm"
    finish
    exit
fi

seg=$data/phantom-seg.dcm
expect 0 "all labels of the demo" mask2stl --all -o "$work/all.glb" "$seg"
expect 0 "one of them" mask2stl --label 1 -o "$work/one.glb" "$seg"
expect 0 "with its walls' thickness" meshshell --measure -f glb \
    -o "$work/map.glb" "$data/ball.stl"
expect 0 "with its deviation" meshmeasure "$work/one.glb" --label 1 \
    --mask "$seg" --map "$work/deviation.glb"
expect 1 "with findings in colour" meshcheck --mark "$work/mark.glb" \
    "$top_builddir/samples/mesh-data/odd-binary-twice.stl"
# more vertices than 16 bits can number
/usr/bin/awk 'BEGIN {
    n = 30000
    print "OFF\n" 3 * n, n, 0
    for (t = 0; t < n; t++)
        print t, 0, 0 "\n" t + 1, 0, 0 "\n" t, 1, t % 7
    for (t = 0; t < n; t++)
        print 3, 3 * t, 3 * t + 1, 3 * t + 2
}' >"$work/many.off"
meshcheck -q --pass -f glb "$work/many.off" >"$work/many.glb"
for name in all one map deviation mark many; do
    check "the Khronos validator has nothing to say about $name.glb" \
        node "$web/glb.mjs" "$work/$name.glb"
done
node "$web/glb.mjs" "$work/all.glb" >"$work/all.json"
check "it finds an object and a colour for each label" json "$work/all.json" \
    '.objects == 3 and .materials == 3'
node "$web/glb.mjs" "$work/many.glb" >"$work/many.json"
check "and every facet of many" json "$work/many.json" '.facets == 30000'
printf 'glTF' >"$work/bad.glb"
expect 1 "it does say what is wrong with another file" \
    node "$web/glb.mjs" "$work/bad.glb"
finish
