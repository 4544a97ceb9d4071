#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# roads.sh - the DICOM writers, judged by programs that share no code with them
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"
roads=$top_builddir/samples/roads

mkdir "$work/a" "$work/b"
expect 0 "every road is written" "$roads" "$work/a"
expect 0 "every road is written again" "$roads" "$work/b"
check "two runs give the same bytes" diff -r "$work/a" "$work/b"
expect 2 "a directory that does not exist is a failure" "$roads" "$work/none"
said "roads:"

if command -v dciodvfy >/dev/null; then
    # it knows no label map segmentation: too young
    for file in enhanced-ct.dcm seg-binary.dcm seg-probability.dcm \
        seg-occupancy.dcm rtstruct.dcm ct-012+++/ct0001.dcm \
        ct-201-+-/ct0007.dcm; do
        dciodvfy "$work/a/$file" >"$work/verdict" 2>&1
        grep -E '^(Error|Warning)' "$work/verdict" >"$work/complaints"
        sed 's/^/# /' "$work/complaints"
        check "dciodvfy has nothing against $file" \
            test ! -s "$work/complaints" -a -s "$work/verdict"
    done
else
    skip "dciodvfy has nothing against the files" \
        "dciodvfy (dicom3tools) is not installed"
fi

# Contours enclose exactly the voxels of 0.7 x 0.9 mm, slice by
# slice. Areas are vectors along the slice normal, signed by the turn,
# so that holes, which run the other way, are taken off.
if command -v dcmdump >/dev/null; then
    dcmdump +L +P ContourData "$work/a/rtstruct.dcm" >"$work/contours"
    sed -n 's/.*\[\(.*\)\].*/\1/p' "$work/contours" | tr '\134' ' ' |
        awk '
        { # twice the vector area of the polygon
            nx = ny = nz = 0
            for (i = 1; i <= NF; i += 3) {
                j = i + 3 > NF ? 1 : i + 3
                nx += $(i + 1) * $(j + 2) - $(i + 2) * $(j + 1)
                ny += $(i + 2) * $j - $i * $(j + 2)
                nz += $i * $(j + 1) - $(i + 1) * $j
            }
            x += nx / 2; y += ny / 2; z += nz / 2
        }
        END { printf "%.6f\n", sqrt(x * x + y * y + z * z) / (0.7 * 0.9) }
        ' >"$work/area"
    sed 's/^/# voxels inside contours: /' "$work/area"
    # the same count, from the bytes of a file with one byte a voxel
    voxels=$(tail -c +353 "$work/a/sform.nii" | tr -d '\000' | wc -c)
    # shellcheck disable=SC2016 # the dollar is awk's
    check "contours enclose the $voxels voxels, holes taken off" \
        awk -v n="$voxels" \
        '{ exit !($1 - n < 1e-4 && n - $1 < 1e-4 && n > 100) }' "$work/area"
else
    skip "contours enclose the voxels" "dcmdump is not installed"
fi
finish
