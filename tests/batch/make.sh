#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# make.sh - a folder of cases with make alone, good ones and bad ones
#
# shellcheck disable=SC2016 # awk's own $
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"

# shellcheck source=tests/light.sh
. "$top_srcdir/tests/light.sh"

light_tools "$work/light"
PATH=$work/light:$PATH
batch=$(cd "$top_srcdir/samples/batch" && pwd)
mkdir "$work/cases" "$work/one" "$work/two"
"$top_builddir/samples/cases" "$work/cases" count=2 size=20 bad=1 || exit 99

# flow FOLDER OPTION...; the make that runs this test must not meddle
flow() {
    flow_at=$1
    shift
    (cd "$work/$flow_at" &&
        env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS OMP_NUM_THREADS=1 \
            make -f "$batch/cases.mk" CASES=../cases "$@")
}

expect 0 "five cases, three of them bad, and make ends with 0" flow one -j 2
cp "$work/out" "$work/said"
table=$work/one/out/table.tsv
check "the table has all five" \
    test "$(sed 1d "$table" | cut -f 1 | sort -u | wc -l)" = 5
for bad in broken empty label; do
    check "... bad-$bad with status 1 or 2, and a reason" \
        awk -F '\t' -v c="bad-$bad" '$1 == c {
            found = ($5 == 1 || $5 == 2) && $NF != "-" }
            END { exit !found }' "$table"
done
check "... the others with a mesh that is clean" \
    awk -F '\t' 'NR == 1 { for (n = 1; n <= NF; n++) if ($n == "mesh") m = n }
        $1 ~ /^case/ && $5 < 2 && $m == "clean" { seen++ }
        END { exit seen < 2 }' "$table"
check "the times have seconds and memory of each part" \
    awk -F '\t' '$1 ~ /^case/ { n++; if (!($3 > 0 && $5 > 0)) exit 1 }
        END { exit n < 2 }' "$work/one/out/times.tsv"

expect 0 "once more: nothing is left to do" flow one -j 2
check "... and make says so" grep -q 'up to date' "$work/out"

# What kill -9 leaves: no status, some of the files
rm "$work/one/out/case-001.status" "$work/one/out/case-001/1/"model.*
expect 0 "an interrupted case is finished" flow one -j 2
check "... and no other is touched" \
    test "$(grep -c 'case.sh' "$work/out")" = 1
expect 0 "one case at a time" flow two -j 1
check "... gives the same bytes, but for what it cost" \
    diff -r -x cost.json -x times.tsv "$work/one/out" "$work/two/out"

touch "$work/cases/case-002/mask.nii"
expect 0 "a case whose mask is newer is done again" flow one
check "... it alone" test "$(grep -c 'case.sh' "$work/out")" = 1
finish
