#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# phantom.sh - the sample case: the same in each run, and valid DICOM
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"
phantom=$top_builddir/samples/phantom
unset SOURCE_DATE_EPOCH

mkdir "$work/a" "$work/b" "$work/dated"
expect 0 "the phantom is written" "$phantom" "$work/a"
check "... and nothing is said" test ! -s "$work/out" -a ! -s "$work/err"
expect 0 "it is written again" "$phantom" "$work/b"
check "two runs give the same bytes" diff -r "$work/a" "$work/b"
for file in phantom-ct/ct0001.dcm phantom-ct/ct0080.dcm phantom-seg.dcm \
    phantom-mask.nii truth.json ball.stl; do
    check "$file is there" test -s "$work/a/$file"
done

expect 0 "SOURCE_DATE_EPOCH is honoured" \
    env SOURCE_DATE_EPOCH=1000000000 "$phantom" "$work/dated"
if command -v dcmdump >/dev/null; then
    dcmdump +P StudyDate +P ContentTime "$work/dated/phantom-seg.dcm" \
        >"$work/dump"
    check "the date is that of the source" grep -q 20010909 "$work/dump"
    check "the time is that of the source" grep -q 014640 "$work/dump"
    dcmdump "$work/a/phantom-seg.dcm" >"$work/dump"
    for tag in "bone plate" "vessel wall" "ball" SCT 272673000 BINARY; do
        check "the segmentation says $tag" grep -q "$tag" "$work/dump"
    done
else
    skip "the date is that of the source" "dcmdump is not installed"
fi

# A validator that shares no code with us, nor with DCMTK (dicom3tools).
if command -v dciodvfy >/dev/null; then
    for file in phantom-ct/ct0040.dcm phantom-seg.dcm; do
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

expect 2 "a date that is none is refused" \
    env SOURCE_DATE_EPOCH=monday "$phantom" "$work/dated"
said "SOURCE_DATE_EPOCH"
expect 2 "without a directory there is nothing to do" "$phantom"
said "usage"
expect 2 "a directory that does not exist is a failure" "$phantom" \
    "$work/none"
said "phantom:"
finish
