#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# demo.sh - the whole chain on the sample, judged by others
#
# The judges share no code with the tools: admesh (with a timeout: it can hang
# on valid files), and CGAL through tests/foreign/cgal_judge, which reads the
# files by itself.
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"

# QUICK=1: the ball only
labels="1 2 3"
[ "${QUICK:-}" != 1 ] || labels=3
# shellcheck disable=SC2086 # a list of numbers
expect 0 "the demo on the sample ends with status 0" \
    sh "$top_srcdir/samples/demo.sh" "$work/demo" \
    "$data/phantom-ct" "$data/phantom-seg.dcm" $labels
cp "$work/out" "$work/told"
check "... and says so" grep -q 'verdict: good' "$work/told"
check "... and prints the path of the dossier" \
    grep -qx "dossier: $work/demo/index.html" "$work/told"
check "... which is a page" grep -qi '<!doctype html>' "$work/demo/index.html"

# facts of admesh's summary: nothing open, nothing mended
admesh_clean() {
    timeout 60 admesh -e "$1" >"$work/admesh" || return 1
    awk -F: '
        /^(Degenerate facets|Edges fixed|Facets removed|Facets added)/ ||
        /^(Facets reversed|Backwards edges)/ { bad += $2 }
        /^Total disconnected facets/ { split($2, n, " "); bad += n[1] + n[2] }
        /^Number of parts/ { seen = 1 }
        END { exit !(seen && bad == 0) }' "$work/admesh"
}

for label in $labels; do
    at=$work/demo/$label
    for format in ply stl 3mf glb; do
        check "label $label: the $format is clean for meshcheck" \
            meshcheck "$at/model.$format"
    done
    check "... and for CGAL" cgal_judge "$at/model.stl"
    # lib3mf reads the package; the judge reads STL only
    meshcheck -q --pass -f stl "$at/model.3mf" >"$work/from3mf.stl"
    check "... the 3MF too" cgal_judge "$work/from3mf.stl"
    if command -v admesh >/dev/null; then
        check "... and the STL for admesh" admesh_clean "$at/model.stl"
    else
        skip "... and the STL for admesh" "admesh is not installed"
    fi
    for picture in thickness deviation; do
        check "label $label: the picture of $picture is a PNG" \
            test "$(head -c 4 "$at/$picture.png" | tail -c 3)" = PNG
    done
done

# Patient space: the same mask as NIfTI and as DICOM-SEG, the same mesh. PLY
# keeps doubles; what is left is the NIfTI header's float matrix.
for smooth in none lossless; do
    for mask in phantom-mask.nii phantom-seg.dcm; do
        mask2stl --no-decimate --smooth $smooth -f ply-ascii --label 1 "$data/$mask" |
            awk 'body && NF == 3 { print } /^end_header/ { body = 1 }' \
                >"$work/$mask.$smooth"
    done
    paste -d' ' "$work/phantom-mask.nii.$smooth" \
        "$work/phantom-seg.dcm.$smooth" |
        awk '{ for (k = 1; k <= 3; k++) { d = $k - $(k + 3)
                   if (d < 0) d = -d; if (d > worst) worst = d } }
             END { printf "%d vertices, worst %.3g mm\n", NR, worst
                   exit !(NR > 1000 && worst <= 1e-3 + 1.2e-4) }' \
            >"$work/same"
    good=$?
    sed 's/^/# /' "$work/same"
    # float matrix entries of a 1200 mm far origin: half an ulp is 6e-5 mm,
    # in two terms
    check "NIfTI and DICOM-SEG give the same mesh ($smooth) within 1.12 um" \
        test $good = 0
done
finish
