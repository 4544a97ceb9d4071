#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# slicer: the demo's parts in PrusaSlicer (Debian: prusa-slicer), which slices
# them without a word of warning
#
# With LONG=1 the final ones, whose walls were grown to the demo's 1.5 mm (50 s
# of meshshell); else as meshfix leaves them.
#
# Settings: the program's own defaults (nozzle 0.4 mm, layers 0.3 mm, no
# supports), an empty data directory, and for the second look 100 % infill,
# where the filament that is used is the part. No display is needed.
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"
seg=$data/phantom-seg.dcm
unset DISPLAY

if ! command -v prusa-slicer >/dev/null; then
    skip "PrusaSlicer slices the demo's parts" "prusa-slicer is not installed"
    finish
    exit
fi

slicer() {
    prusa-slicer --datadir "$work/datadir" --loglevel 1 "$@"
}
mkdir "$work/datadir"

# The words that are left when progress and the outcome are taken away
words() {
    grep -v -e '^[0-9]* => ' -e 'Slicing result exported' \
        -e 'Initializing StaticPrintConfigs' -e '^$' "$1"
}

# about A B SHARE: do they differ by less than a share of B?
about() {
    awk -v a="$1" -v b="$2" -v s="$3" \
        'BEGIN { d = a - b; if (d < 0) d = -d; exit !(b > 0 && d < s * b) }'
}

for label in 1 2 3; do
    part=$work/$label.3mf
    mask2stl -q -f ply --label "$label" "$seg" | meshfix -q >"$work/fixed.ply"
    if [ -n "${LONG:-}" ]; then
        meshshell -q --min 1.5 -o "$part" "$work/fixed.ply"
    else
        meshfix -q -o "$part" "$work/fixed.ply"
    fi
    meshcheck -q -j "$work/check.json" "$part" >/dev/null
    volume=$(jq .volume_mm3 "$work/check.json")
    expect 0 "label $label: prusa-slicer --info" slicer --info "$part"
    check "... calls it manifold" grep -q '^manifold = yes' "$work/out"
    check "... with meshcheck's volume" about \
        "$(sed -n 's/^volume = *//p' "$work/out")" "$volume" 1e-4
    expect 0 "label $label is sliced" \
        slicer --export-gcode -o "$work/$label.gcode" "$part"
    cat "$work/out" "$work/err" >"$work/all"
    words "$work/all" >"$work/left"
    sed 's/^/# /' "$work/left"
    check "... without a warning" test ! -s "$work/left"
    check "... and there is something to print" \
        test "$(grep -c '^G1 .*E[0-9]' "$work/$label.gcode")" -gt 1000
done

expect 0 "the ball, all filled" slicer --export-gcode --fill-density 100% \
    --fill-pattern rectilinear --skirts 0 -o "$work/full.gcode" "$work/3.3mf"
check "... uses as much filament as it is large" about \
    "$(sed -n 's/^; filament used \[cm3\] = //p' "$work/full.gcode")" \
    "$(awk -v v="$volume" 'BEGIN { print v / 1000 }')" 0.05

mask2stl -q --all -o "$work/all.3mf" "$seg"
expect 0 "all labels in one package" slicer --info "$work/all.3mf"
check "... are three, all manifold" \
    test "$(grep -c '^manifold = yes' "$work/out")" = 3
if [ -n "${LONG:-}" ]; then
    expect 0 "... are sliced together" slicer --merge --export-gcode \
        -o "$work/all.gcode" "$work/all.3mf"
    cat "$work/out" "$work/err" >"$work/all"
    words "$work/all" >"$work/left"
    sed 's/^/# /' "$work/left"
    check "... without a warning" test ! -s "$work/left"
fi
if command -v unzip >/dev/null; then
    unzip -p "$work/all.3mf" Metadata/thumbnail.png >"$work/thumbnail.png"
    head -c 8 "$work/thumbnail.png" | od -An -tx1 >"$work/magic"
    check "the package has its picture" \
        grep -q '89 50 4e 47 0d 0a 1a 0a' "$work/magic"
    unzip -p "$work/all.3mf" 3D/3dmodel.model >"$work/model"
    check "... and names" grep -q 'name="bone plate"' "$work/model"
    check "... and colours" grep -q 'displaycolor="#[0-9A-F]*FF"' \
        "$work/model"
fi
finish
