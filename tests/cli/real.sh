#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# real.sh - every label of a real CT segmentation, judged by CGAL
#
# With LONG=1 (make check-long) each label goes on through meshshell; with
# QUICK=1 (the sanitized tree) it is every sixth.
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"

files=$shared/B_seg_rt_sr/wasserth+TotalSegmentator/tests/reference_files
mask=$files/example_seg_dicom.nii.gz
if [ -z "$shared" ] || [ ! -f "$mask" ]; then
    echo "1..0 # SKIP ../shared/data is not there"
    exit 0
fi

# clean_or_told JSON MESH: status 0 and clean, or 1 and the places are named
clean_or_told() {
    case $1 in
    0) cgal_judge "$2" ;;
    1) test -s "$2" && grep -q '"place_mm"' "$3" ;;
    *) return 1 ;;
    esac
}

mask2stl --list -q -j "$work/labels.json" "$mask" >/dev/null
labels=$(jq '.labels[].label' "$work/labels.json")
check "the segmentation has 31 labels" test "$(echo "$labels" | wc -l)" = 31
[ "${QUICK:-}" != 1 ] || labels=$(echo "$labels" | sed -n '4~6p')
for label in $labels; do
    mask2stl --label "$label" -f ply "$mask" 2>"$work/words" |
        meshfix -f stl >"$work/$label.stl" 2>>"$work/words"
    status=$?
    check "label $label: mask2stl | meshfix ends with 0" test $status = 0
    check "... clean for CGAL" cgal_judge "$work/$label.stl"
    if [ "${LONG:-}" = 1 ]; then
        meshshell --min 1.5 -o "$work/shell.stl" -j "$work/shell.json" \
            "$work/$label.stl" 2>>"$work/words"
        status=$?
        echo "# label $label: meshshell --min 1.5 status $status"
        check "... with meshshell: clean, or status 1 with the places" \
            clean_or_told $status "$work/shell.stl" "$work/shell.json"
    fi
done
finish
