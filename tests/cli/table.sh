#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# table.sh - many cases as one table; what a case will cost
#
# The cases are written by hand: what the table must say is known.
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"

# document FILE STATUS MEMBERS
document() {
    mkdir -p "$(dirname "$1")"
    printf '{"printprep_json":1,"tool":"x","version":"0","status":%s%s}\n' \
        "$2" "${3:+,$3}" >"$1"
}

out=$work/cases
good='"tool":"meshcheck","document":"4-meshcheck.json","status":0'
document "$out/a/case.json" 0 '"parts":[
    {"folder":"3","label":3,"name":"tab\there","status":0,"steps":[
        {'"$good"'},{"document":"thickness.json","status":0},
        {"document":"deviation.json","status":0}]},
    {"folder":"4","label":4,"name":"no documents","status":1,"steps":[
        {'"$good"'},{"document":"3-meshshell.json","status":1,
         "reason":"walls stay thin\nhere"}]}]'
document "$out/a/3/4-meshcheck.json" 0 \
    '"summary":"clean","facets":1234,"volume_mm3":12.5'
document "$out/a/3/thickness.json" 0 \
    '"walls":{"wanted_mm":1.5,"min_mm":1.49,"bounds":{"low_mm":1.25,
      "high_mm":1.5}}'
document "$out/a/3/deviation.json" 0 \
    '"budget_total":[{"mean_mm":-0.25,"p95_mm":0.5,
      "hausdorff_mm":0.75}]'
# left by an earlier run, and no step of this one
document "$out/a/4/thickness.json" 0 '"walls":{"min_mm":9}'
document "$out/a/cost.json" 0 '"parts":[
    {"folder":"3","cpu_s":2.5,"wall_s":3,"peak_bytes":104857600}]'
document "$out/b-escapes/case.json" 0 \
    '"parts":[{"folder":"../a/3","label":3,"status":0,"steps":[]}]'
document "$out/c-half/case.json" 0 \
    '"parts":[{"folder":"1","label":1,"status":null,"steps":[]}]'
document "$out/d-none/case.json" 2 '"parts":[],"reason":"no labels"'
mkdir -p "$out/e-empty" "$out/f-broken"
echo '{' >"$out/f-broken/case.json"
printf 'one\nprintprep run: mask.nii: no mask\n\n' >"$out/e-empty.log"

expect 1 "a folder of cases, not all good, ends with 1" \
    printprep table -o "$work/t.tsv" --times "$work/times.tsv" "$out"
silent
check "every line has as many cells as the header" \
    awk -F '\t' 'NR == 1 { n = NF } NF != n { exit 1 } END { exit NR < 2 }' \
    "$work/t.tsv"
check "the header's names are the manual's" sh -c "
    head -1 '$work/t.tsv' | tr '\t' '\n' >'$work/header'
    mandoc -Tascii '$top_srcdir/man/printprep-table.1' | col -bx |
        sed -n '/^COLUMNS/,/^EXIT/s/^     \([a-z][a-z0-9_]*\)  *[A-Z\`].*/\1/p' \
        >'$work/manual'
    diff '$work/header' '$work/manual'"

cell() { # cell CASE PART COLUMN
    awk -F '\t' -v c="$1" -v p="$2" -v name="$3" '
        NR == 1 { for (n = 1; n <= NF; n++) if ($n == name) k = n; next }
        $1 == c && $2 == p { print $k }' "$work/t.tsv"
}

# says CASE PART COLUMN VALUE
says() { check "case $1, part $2: $3 is $4" test "$(cell "$1" "$2" "$3")" = "$4"; }

says a 3 label 3
says a 3 name 'tab\x09here'
says a 3 verdict good
says a 3 mesh clean
says a 3 facets 1234
says a 3 volume_mm3 12.500
says a 3 wall_low_mm 1.250
says a 3 wall_high_mm 1.500
says a 3 budget_mean_mm -0.2500
says a 3 budget_max_mm 0.7500
says a 3 dice -
says a 3 reason -
says a 4 verdict look
says a 4 wall_min_mm -
says a 4 reason 'walls stay thin\x0ahere'
says b-escapes - verdict failed
says c-half 1 verdict failed
says c-half 1 reason 'not finished'
says d-none - reason 'no labels'
says e-empty - verdict failed
says e-empty - reason 'printprep run: mask.nii: no mask'
says f-broken - verdict failed
check "times stand apart: CPU and wall seconds, MB" \
    grep -qx 'a	3	2.500	3.000	100.0' "$work/times.tsv"
check "... and not in the table" test "$(grep -c 104857600 "$work/t.tsv")" = 0

expect 1 "a case alone" printprep table "$out/a"
check "... gives its lines" \
    sh -c "sed -n 2,3p '$work/t.tsv' | diff - '$work/out.lines'" <<EOF
$(printprep table "$out/a" | sed 1d >"$work/out.lines")
EOF
document "$work/fine/x/case.json" 0 '"parts":[{"folder":"3","label":3,
    "name":"n","status":0,"steps":[{'"$good"'}]}]'
expect 0 "cases that are all good end with 0" printprep table "$work/fine"
expect 0 "... and are counted in the document" \
    printprep table -j - "$work/fine"
check "... one case, one part" \
    json "$work/out" '.cases == 1 and .parts == 1 and .look == 0 and
        .failed == 0'
mkdir "$work/nothing"
expect 2 "a folder without cases is refused" printprep table "$work/nothing"
said "neither a case nor a folder of cases"
expect 2 "a file is refused" printprep table "$work/t.tsv"
expect 2 "no folder at all is refused" printprep table "$work/no"

# ---- cost

expect 0 "the cost of all labels" \
    printprep cost --mask "$data/phantom-mask.nii" -j "$work/c.json"
check "the case is the sum of its parts, and the largest memory of them" \
    json "$work/c.json" '
        (.parts | length) == 3 and .case.parts == 3 and
        ((.parts | map(.seconds) | add) - .case.seconds | fabs) < 1e-6 and
        (.parts | map(.memory_mb) | max) == .case.memory_mb'
check "... a part that of its steps" \
    json "$work/c.json" '[.parts[] |
        ((.steps | map(.seconds) | add) - .seconds | fabs) < 1e-6] | all'
check "the error of the model stands beside it, from parts it never saw" \
    json "$work/c.json" '.model | .tested_parts >= 5 and
        .least_time_ratio <= .median_time_ratio and
        .median_time_ratio <= .largest_time_ratio and
        .largest_memory_ratio <= 1'
expect 0 "labels by number and name, side by side" \
    printprep cost --mask "$data/phantom-seg.dcm" --label '1,ball' --jobs 2 \
    -j "$work/d.json"
check "... need the memory of both" \
    json "$work/d.json" '[.parts[].label] == [1, 3] and
        ((.parts | map(.memory_mb) | add) - .case.memory_mb | fabs) < 1e-6'
check "DICOM-SEG and NIfTI of the same labels: the same surfaces" \
    sh -c "jq '[.parts[] | select(.label != 2) | .surface_voxels]' \
        '$work/c.json' >'$work/c1'
    jq '[.parts[] | .surface_voxels]' '$work/d.json' | diff - '$work/c1'"
expect 0 "with the source" printprep cost --mask "$data/phantom-seg.dcm" \
    --source "$data/phantom-ct" --slower 10 -j "$work/e.json"
check "... it takes longer, ten times as long on such a machine" \
    sh -c "jq -s '.[1].case.seconds >= 10 * .[0].case.seconds' \
        '$work/c.json' '$work/e.json' | grep -q true"
expect 0 "a line for each step" printprep cost --steps \
    --mask "$data/phantom-mask.nii"
check "... is there" grep -q '3  1-mask2stl' "$work/out"
expect 2 "a label that is not there is refused" \
    printprep cost --mask "$data/phantom-mask.nii" --label 1,77
said "77"
expect 2 "--mask is needed" printprep cost
expect 2 "--all and --label exclude each other" \
    printprep cost --mask "$data/phantom-mask.nii" --all --label 1
expect 2 "no jobs are none" \
    printprep cost --mask "$data/phantom-mask.nii" --jobs 0
finish
