#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# measure_dicom: reports and encapsulated models of meshmeasure, by our own
# reader and by DCMTK's and dicom3tools' (apt-get install dcmtk dicom3tools)
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"
unset SOURCE_DATE_EPOCH

has() {
    command -v "$1" >/dev/null
}

# value FILE TAG: the first value of an attribute, "-" when it is empty
value() {
    dcmdump -q +L +P "$2" "$1" | sed -n -e '1s/^.*(no value.*/-/p' \
        -e '1s/^[^[]*\[\(.*\)\].*/\1/p'
}

ball=$data/ball.stl
across='across=42.2,-155.3,1190.6:52.2,-155.3,1190.6'
along='L\303\244nge=47.2,-160.3,1190.6:47.2,-150.3,1190.6'
# shellcheck disable=SC2059 # the format is the text
along=$(printf "$along")

expect 0 "a report and a model are written" \
    meshmeasure "$ball" --source "$data/phantom-ct" --caliper "$across" \
    --caliper "$along" --tolerance 0.3 --sr "$work/report.dcm" \
    --encapsulate "$work/part.dcm" -j "$work/first.json"
check "calipers in the image hold their interval" json "$work/first.json" \
    'all(.calipers[]; .grey_method == "edges" and
        ((.grey_mm - 10) | fabs) <= .grey_uncertainty_mm and
        .grey_uncertainty_mm < 0.06 and .grey_biased == false)'
expect 0 "its calipers are read again" \
    meshmeasure "$ball" --calipers "$work/report.dcm" \
    --source "$data/phantom-ct" -j "$work/second.json"
check "with their names" json "$work/second.json" \
    '[.calipers[].name] == ["across", "L\u00e4nge"]'
check "and points" json "$work/second.json" \
    '(.calipers[0].from_mm[0] - 42.2 | fabs) < 1e-4 and
     (.calipers[1].to_mm[1] + 150.3 | fabs) < 1e-4'
expect 0 "without a source, too: they lie in space" \
    meshmeasure "$ball" --calipers "$work/report.dcm"

expect 0 "a second run" \
    meshmeasure "$ball" --source "$data/phantom-ct" --caliper "$across" \
    --caliper "$along" --tolerance 0.3 --sr "$work/again.dcm" \
    --encapsulate "$work/part2.dcm"
check "writes the same report" cmp "$work/report.dcm" "$work/again.dcm"
check "and the same model" cmp "$work/part.dcm" "$work/part2.dcm"
expect 0 "another content" \
    meshmeasure "$ball" --source "$data/phantom-ct" --sr "$work/other.dcm"
expect 0 "a source of unlike format is measured against" \
    env SOURCE_DATE_EPOCH=1000000000 meshmeasure "$ball" \
    --source "$data/phantom-ct" --identity --sr "$work/named.dcm"

expect 2 "no report without DICOM" meshmeasure "$ball" \
    --source "$data/phantom-mask.nii" --sr "$work/none.dcm"
check "and none is left" test ! -e "$work/none.dcm"
expect 2 "no report without a source" meshmeasure "$ball" --sr "$work/x.dcm"
expect 2 "no identity without a file for it" meshmeasure "$ball" \
    --source "$data/phantom-ct" --identity
expect 2 "a DICOM file without lengths holds no calipers" \
    meshmeasure "$ball" --calipers "$data/phantom-seg.dcm"
said "no structured report"
head -c 3000 "$work/report.dcm" >"$work/cut.dcm"
expect 2 "a cut report is refused" \
    meshmeasure "$ball" --calipers "$work/cut.dcm"

# reports of others: these measure areas and volumes only
for f in "$shared"/B_seg_rt_sr/*/data/test_files/sr_document*.dcm \
    "$shared"/B_seg_rt_sr/*/data/sr-example/sr.dcm; do
    if [ -z "$shared" ] || [ ! -e "$f" ]; then
        continue
    fi
    expect 2 "$(basename "$f") holds no caliper" \
        meshmeasure "$ball" --calipers "$f"
    said "no length between two points"
done

if has dcmdump && has dcm2xml && has dsrdump; then
    check "dsrdump reads the report" dsrdump "$work/report.dcm"
    check "dcm2xml reads the report" dcm2xml "$work/report.dcm"
    check "dcm2xml reads the model" dcm2xml "$work/part.dcm"
    dsrdump "$work/report.dcm" >"$work/dump"
    check "lengths are in millimetres of UCUM" \
        grep -q '"Length".*="10" (mm,UCUM,"mm")' "$work/dump"
    check "with the verdict" grep -q '(PASS,99PRINTPREP' "$work/dump"
    slice=$(find "$data/phantom-ct" -type f | head -1)
    for f in report.dcm part.dcm; do
        check "$f is filed in the source's study" test \
            "$(value "$work/$f" StudyInstanceUID)" = \
            "$(value "$slice" StudyInstanceUID)"
        dcmdump +L "$work/$f" >"$work/dump"
        check "$f refers to the source's series" \
            grep -q "$(value "$slice" SeriesInstanceUID)" "$work/dump"
        check "$f has its frame of reference" \
            grep -q "$(value "$slice" FrameOfReferenceUID)" "$work/dump"
        check "$f refers to each slice" test \
            "$(grep -c ReferencedSOPInstanceUID "$work/dump")" -ge 80
        for tag in PatientName PatientID PatientBirthDate StudyDate; do
            check "$f has no $tag" test "$(value "$work/$f" "$tag")" = -
        done
        value "$work/$f" SOPInstanceUID >"$work/uid"
        check "$f has UIDs of the 2.25 form" \
            grep -Eq '^2\.25\.[1-9][0-9]{30,38}$' "$work/uid"
    done
    check "another content, another UID" test \
        "$(value "$work/other.dcm" SOPInstanceUID)" != \
        "$(value "$work/report.dcm" SOPInstanceUID)"
    check "the name is the source's, when asked for" test \
        "$(value "$work/named.dcm" PatientName)" = 'PHANTOM^SAMPLE'
    check "dates are those of SOURCE_DATE_EPOCH" test \
        "$(value "$work/named.dcm" ContentDate)" = 20010909
    # element (0042,0011), OB: its tag, two bytes of zero, four of length
    at=$(LC_ALL=C grep -obUaP 'B\x00\x11\x00OB\x00\x00' "$work/part.dcm" |
        head -1 | cut -d: -f1)
    tail -c "+$((at + 13))" "$work/part.dcm" |
        head -c "$(wc -c <"$ball")" >"$work/inside.stl"
    check "the STL inside is the file, bit by bit" \
        cmp "$work/inside.stl" "$ball"
else
    skip "DCMTK's tools read both" "dcmtk is not installed"
fi

if has dciodvfy; then
    for f in report.dcm part.dcm named.dcm; do
        dciodvfy "$work/$f" >"$work/judged" 2>&1
        grep '^Error' "$work/judged" | sed 's/^/# /'
        check "dciodvfy knows what $f is" \
            grep -Eq '^(Comprehensive3DSR|EncapsulatedSTL)$' "$work/judged"
        check "dciodvfy finds no error in $f" test \
            "$(grep -c '^Error' "$work/judged")" = 0
    done
else
    skip "dciodvfy finds no error" "dicom3tools is not installed"
fi
finish
