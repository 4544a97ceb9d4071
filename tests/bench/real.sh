#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# real.sh - every label of every label map in ../shared/data through mask2stl
#
# usage: real.sh [DIRECTORY [MAP]...]
# A line for each label: voxels that changed, defects, facets, parts, volume
# against the mask's, the proved and the 99th percentile error of decimation,
# the exit status. With a directory, a picture of each label lies there, and
# its table with the budget of the editing. Then,
# for each map, a line of all its labels at once (--all): sums over them, the
# volume of the worst, and how many pairs of labels touch in place of parts.
set -u
LC_ALL=C
export LC_ALL
shared=${PP_SHARED:-$(dirname "$0")/../../../shared/data}
pictures=${1:-}
[ $# = 0 ] || shift
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

totalsegmentator=wasserth+TotalSegmentator/tests/reference_files
[ $# -gt 0 ] || set -- \
    "$shared/B_seg_rt_sr/$totalsegmentator"/*seg*.nii.gz \
    "$shared/C_volumes/$totalsegmentator"/*seg*.nii.gz \
    "$shared/C_volumes/AIM-Harvard+pyradiomics/data"/*label*.nrrd \
    "$shared/C_volumes/SCIInstitute+Cleaver2/src/test/test_data/input/mickey.nrrd" \
    "$shared/C_volumes/SlicerRt+SlicerRT/Testing/Data"/*.seg.nrrd

printf '%-38s %5s %7s %7s %8s %6s %9s %8s %8s %s\n' map label changed \
    defects facets parts 'vol/mask%' 'proved' 'p99 mm' status
bad=0
n=0
for map in "$@"; do
    mask2stl --list -q -j "$work/list.json" "$map" >/dev/null 2>&1 || continue
    for label in $(jq '.labels[].label' "$work/list.json"); do
        mask2stl -q --label "$label" -o "$work/a.stl" -j "$work/a.json" \
            "$map" 2>"$work/err"
        status=$?
        n=$((n + 1))
        [ $status = 0 ] || bad=$((bad + 1))
        name=$(basename "$map")
        [ $status = 2 ] && { head -1 "$work/err"; continue; }
        jq -r --arg map "$name" --arg status "$status" '[$map, .mask.label,
            .verified.voxels_changed, (.verified.clean | not | if . then 1
            else 0 end), .mesh.facets, .steps[-1].parts,
            100 * (.mesh.volume_mm3 / .mask.volume_mm3 - 1),
            (.mesh.decimation_error.proved_mm // 0),
            (.mesh.decimation_error.p99_mm // 0), $status] | @tsv' \
            "$work/a.json" | awk -F '\t' '{
                printf "%-38.38s %5s %7s %7s %8s %6s %+9.4f %8.3f %8.4f %s\n",
                       $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 }'
        if [ -n "$pictures" ]; then
            mkdir -p "$pictures"
            meshmeasure -q --mask "$map" --label "$label" --budget \
                --picture="$pictures/$name-$label.png" "$work/a.stl" \
                >"$pictures/$name-$label.txt" 2>"$work/err" ||
                head -1 "$work/err"
        fi
    done
    mask2stl -q --all -o "$work/a.3mf" -j "$work/a.json" "$map" 2>"$work/err"
    status=$?
    n=$((n + 1))
    [ $status = 0 ] || bad=$((bad + 1))
    [ $status = 2 ] && { head -1 "$work/err"; continue; }
    jq -r --arg map "$name" --arg status "$status" '[$map, "all",
        ([.labels[].verified.voxels_changed] | add),
        ([.labels[] | select(.verified.clean | not)] | length),
        .mesh.facets, (.walls | length),
        ([.labels[] | 100 * (.volume_mm3 / .mask_volume_mm3 - 1)] |
            max_by(fabs)),
        (.mesh.decimation_error.proved_mm // 0),
        (.mesh.decimation_error.p99_mm // 0), $status] | @tsv' \
        "$work/a.json" | awk -F '\t' '{
            printf "%-38.38s %5s %7s %7s %8s %6s %+9.4f %8.3f %8.4f %s\n",
                   $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 }'
done
echo "$bad of $n labels with a status other than 0"
[ $bad = 0 ]
