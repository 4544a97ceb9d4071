#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# report.sh - the budget and the grey check of every label of the shared CTs
#
# usage: report.sh DIRECTORY [CASE]
# The TotalSegmentator CT and the soft-tissue sarcomas (CT, MR and PET, as
# DICOM with contours). DIRECTORY gets, for each label, its table (.txt), its
# numbers (.json), the mesh coloured by its distance to the grey edges (.ply)
# and a picture of that (.png); and one line for each in index.tsv. Nothing of
# it belongs into a repository: these are people. CASE: only those whose name
# begins so.
set -u
LC_ALL=C
export LC_ALL
shared=${PP_SHARED:-$(dirname "$0")/../../../shared/data}
out=${1:?report.sh DIRECTORY}
only=${2:-}
mkdir -p "$out" || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
tab=$(printf '\t')

printf 'case\tlabel\tfacets\tmask mean\tmask p95\tgrey mean\t+-\tgrey p95\tsupported %%\tborder %%\tbelow blur %%\tblur sigma\tseconds\n' \
    >"$out/index.tsv"

# measure CASE LABEL MASK IMAGE
measure() {
    name=$out/$1-$2
    mask2stl -q --label "$2" --source "$4" -f ply -o "$work/part.ply" "$3" \
        >/dev/null 2>"$work/err" || [ -s "$work/part.ply" ] || {
        echo "$1 label $2: $(head -1 "$work/err")"
        return
    }
    start=$(date +%s.%N)
    # the picture is of the grey edges: the mask's numbers come in a run of
    # their own
    meshmeasure -q --source "$4" --picture "$name.png" --map "$name.ply" \
        "$work/part.ply" >/dev/null 2>"$work/err" ||
        [ -s "$name.png" ] || {
        echo "$1 label $2: $(head -1 "$work/err")"
        return
    }
    meshmeasure -q --mask "$3" --label "$2" --budget --source "$4" \
        -j "$name.json" "$work/part.ply" >"$name.txt" 2>"$work/err"
    jq -r --arg c "$1" --arg l "$2" \
        --arg s "$(echo "$(date +%s.%N) $start" | awk '{ print $1 - $2 }')" '
        [$c, $l, .facets, .mask.mesh_to_mask.mean_mm,
         .mask.mesh_to_mask.p95_mm, .grey.mesh_to_half_maximum.mean_mm,
         .grey.mean_uncertainty_mm, .grey.mesh_to_half_maximum.p95_mm,
         100 * .grey.supported_share, 100 * .grey.border_share,
         100 * .grey.thin_share, .grey.blur_sigma_mm, ($s | tonumber)] |
        map(if type == "number" then (. * 1000 | round / 1000) else . end) |
        @tsv' "$name.json" | tee -a "$out/index.tsv"
}

# all CASE MASK IMAGE: each label that the mask names
all() {
    case $1 in
    "$only"*) ;;
    *) return ;;
    esac
    mask2stl --list -q -j "$work/list.json" "$2" >/dev/null 2>&1 ||
        mask2stl --list -q --source "$3" -j "$work/list.json" "$2" \
            >/dev/null 2>"$work/err" || {
        echo "$1: $(head -1 "$work/err")"
        return
    }
    for label in $(jq '.labels[].label' "$work/list.json"); do
        measure "$1" "$label" "$2" "$3"
    done
}

total=$shared/B_seg_rt_sr/wasserth+TotalSegmentator/tests/reference_files
sarcoma=$shared/B_seg_rt_sr/theibsi+data_sets/ibsi_validation/nifti
all totalsegmentator "$total/example_seg_dicom.nii.gz" \
    "$total/example_ct_dicom"
for case in "$sarcoma"/STS_*; do
    for image in "$case"/*_image.nii.gz; do
        [ -e "$image" ] || continue
        kind=$(basename "$image" _image.nii.gz)
        all "$(basename "$case")-$kind" "$case/${kind}_mask.nii.gz" "$image"
    done
done
echo "$(($(wc -l <"$out/index.tsv") - 1)) labels measured; see $out/index.tsv"
column -t -s "$tab" "$out/index.tsv" >"$out/index.txt" 2>/dev/null || :
