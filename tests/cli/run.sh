#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# printprep run: a case from its plan to its files
#
# The script that --dry-run prints makes the same bytes; a run that was stopped
# or killed goes on to the same bytes; what is named oddly is no way out of the
# case's folder, and no output holds a path.
#
# What is true of processes, files and names does not hang on pictures and
# budgets: behind the first sections `light` runs the tools without these, on
# a small mask of two labels.
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"
# shellcheck source=tests/light.sh
. "$top_srcdir/tests/light.sh"
data=$(cd "$data" && pwd)
"$top_builddir/samples/cases" "$work" first=1 count=1 size=20 || exit 99
cd "$work" || exit 99
small=case-001/mask.nii

seg=$data/phantom-seg.dcm
ct=$data/phantom-ct

# files DIRECTORY: names and hashes, but for what differs from run to run
files() {
    (cd "$1" && find . -type f ! -name cost.json -exec sha256sum {} + |
        sort -k 2)
}

# The ball: 10 mm wide, whichever way
c="47.2,-155.3"
printf '%s\n' "# name,x,y,z,x,y,z" "up,$c,1185.6,$c,1195.6" >ball.csv
ball="--source $ct --mask $seg --label 3 --printer sla --calipers 3:ball.csv
    --caliper across=42.2,-155.3,1190.6:52.2,-155.3,1190.6"
# shellcheck disable=SC2086 # a list of words
expect 0 "one label of the sample" printprep run $ball -o case
check "says that it is good" grep -qx '3 ball - good' "$work/out"
check "nothing on standard error" test ! -s "$work/err"
for name in 1-mask2stl 2-meshfix 3-meshshell 4-meshcheck 5-meshmeasure \
    thickness deviation; do
    check "$name.json is a document with status 0" json "case/3/$name.json" \
        '.printprep_json == 1 and .status == 0'
done
# shellcheck disable=SC2016 # for the inner shell
check "every file of the folder is in case.json, with its hash" sh -c '
    jq -r ".parts[].files[] | .sha256 + \"  \" + .name" case/case.json \
        >listed && (cd case/3 && sha256sum -c --quiet ../../listed) &&
    test "$(wc -l <listed)" = "$(ls -A case/3 | wc -l)"'
check "settings tell where they come from" json case/case.json '
    .complete and .status == 0 and .settings.min_wall_mm == 1 and
    .settings_from.min_wall_mm == "profile" and
    .settings_from.printer == "command line" and
    .settings_from.grow == "default" and .date == null and .identity == null'
check "the budget names the stages" \
    json case/3/deviation.json '[.. | .step? // .name? // empty |
        select(. == "meshshell")] | length > 0'
check "cost.json has time and memory of each step" json case/cost.json '
    [.parts[].steps[] | select(.peak_bytes > 1000000 and .wall_s >= 0)] |
    length == '"$(jq '[.parts[].steps[]] | length' case/case.json)"
check "calipers are measured on the mesh and in the image, as long as truth" \
    json case/3/deviation.json '[.calipers[] | .name,
        (.given_mm - 10 | fabs < 1e-6), (.mesh_mm - 10 | fabs < 0.15),
        ((.grey_mm - 10) / .grey_uncertainty_mm | fabs < 2)] ==
        ["up", true, true, true, "across", true, true, true]'
check "the dossier has a table of them" json case/dossier.json \
    '[.parts[0].tables[] | select(.id == "calipers").rows[]] | length == 2'
check "and the test print is checked without being asked for" \
    json case/dossier.json '.parts[0].checklist[] |
        select(.id == "test-print") | .verdict == "pass" and
        (.said.text | test("scale 0.50"))'
check "no output holds a path" \
    sh -c "! grep -rlaF -e '$work' -e '$data' case"

# The plan as a script
# shellcheck disable=SC2086
expect 0 "--dry-run prints a script" printprep run -n $ball -o script
cp "$work/out" plan.sh
check "and makes nothing" test ! -e script
check "the script runs" sh plan.sh
files case | grep -v -e case.json -e dossier.json -e index.html >made
files script >pasted
check "and makes the same bytes" cmp made pasted
jq -r '.parts[].steps[].command' case/case.json >lines
mkdir -p lines.out/3
{
    echo "SOURCE='$ct' MASK='$seg' CALIPERS1=ball.csv OUT=lines.out"
    cat lines
} >lines.sh
check "so do the commands of case.json, one by one" \
    sh -c 'sh lines.sh && cd lines.out && sha256sum -c --quiet ../pasted'

# Again: nothing is done twice
files case >before
cp case/3/model.stl case/3/model.ply .
# shellcheck disable=SC2086
expect 0 "the same command again" printprep run $ball -o case
check "does no step twice" \
    json case/cost.json '[.parts[].steps[] | select(.held | not)] == []'
check "and changes nothing" sh -c '
    (cd case && find . -type f ! -name cost.json -exec sha256sum {} + |
        sort -k 2) | cmp - before'
printf x >>case/3/model.stl
rm case/3/4-meshcheck.json case/3/thickness.png
# shellcheck disable=SC2086
expect 0 "files that were altered or lost" printprep run $ball -o case
check "come back the same" sh -c '
    (cd case && find . -type f ! -name cost.json -exec sha256sum {} + |
        sort -k 2) | cmp - before'
check "and the rest was held" json case/cost.json '
    [.parts[].steps[] | select(.step == "1-mask2stl" or
        .step == "3mf-meshfix") | .held] == [true, true]'
echo "down,$c,1195.6,$c,1185.6" >>ball.csv
# shellcheck disable=SC2086
expect 0 "another setting in the same folder, and another file of calipers" \
    printprep run $ball --export stl -o case
check "takes away what it does not make" \
    sh -c 'test ! -e case/3/model.3mf && test -s case/3/model.stl'
check "... and keeps the mesh, and measures anew" json case/cost.json \
    '[.parts[].steps[] | select(.step == "3-meshshell" or
        .step == "deviation") | .held] == [true, false]'
check "... with the new caliper" \
    json case/3/deviation.json '[.calipers[].name] == ["up", "down", "across"]'

# The tools as they are, without pictures and budgets
mkdir slow killed
light_tools "$work/light"
heavy=$PATH
light=$work/light:$PATH
PATH=$light

# Stopped in the middle of the pipe, one way after the other: no half file, and
# the same bytes at the end. A meshshell that sleeps makes it a long middle.
printf '#!/bin/sh\nsleep 1.5\nexec %s "$@"\n' "$work/light/meshshell" \
    >slow/meshshell
chmod +x slow/meshshell
few="--mask $small --label 1 --export none"
# shellcheck disable=SC2086 # a list of words
{
    printprep run -q $few -o whole
    files whole >whole.files
    for signal in KILL:137 TERM:143 INT:130; do
        rm -f part/1/2-meshfix.ply.part
        # INT is ignored in what a script sends to the background
        PATH=$work/slow:$PATH env --default-signal=INT \
            printprep run -q $few -o part 2>/dev/null &
        pid=$!
        for _ in $(seq 100); do
            [ ! -s part/1/2-meshfix.ply.part ] || break
            sleep 0.1
        done
        kill -"${signal%:*}" $pid
        wait $pid 2>/dev/null
        status=$?
        check "$signal: ended by that signal" test $status = "${signal#*:}"
        check "... no mesh has its name yet" \
            test -z "$(find part/1 -name '*.ply')"
        [ $signal = KILL:137 ] || check "... and nothing half made stays" \
            test -z "$(find part -name '*.part' -o -name '.printprep*')"
        check "... case.json says that it is not finished" \
            json part/case.json '.complete == false and .status == null'
        # tools that outlive a killed run
        for _ in $(seq 300); do
            pgrep -f "$work/light/meshshell|$work/slow/" >/dev/null || break
            sleep 0.1
        done
    done
    expect 0 "the same command goes on" printprep run -q $few -o part
    files part >part.files
    check "... to the same bytes" cmp whole.files part.files
}

# One tool is killed amid the chain: memory that runs out ends so
printf '#!/bin/sh\nkill -9 $$\n' >killed/meshfix
chmod +x killed/meshfix
# shellcheck disable=SC2086
expect 2 "a tool that is killed is status 2" \
    env PATH="$work/killed:$PATH" printprep run $few -o lost
check "is said" grep -q '2-meshfix: ended by signal 9' "$work/out"
check "stands on top of the dossier" json lost/dossier.json '.status == 2 and
    (.parts[0].warnings[0].text |
        test("^meshfix .*could not do its work: ended by signal 9"))'
# shellcheck disable=SC2016
check "... and in the page, before its first part" sh -c '
    sed "/id=\"p1/,\$d" lost/index.html >top &&
    grep -q "Could not be made" top && grep -q "ended by signal 9" top'
check "no mesh of it has its name" test -z "$(find lost -name '2-*.ply')"
# shellcheck disable=SC2086
expect 0 "the same command goes on" printprep run -q $few -o lost
files lost >lost.files
check "... to the same bytes" cmp whole.files lost.files

few="--mask $small --label 2,1 --grow none --min-wall 0.5 --export none"
# shellcheck disable=SC2086
{
    expect 0 "parts one after the other" \
        printprep run -q --jobs 1 $few -o alone
    expect 0 "side by side, in a limit that nothing fits" \
        printprep run --jobs 2 --memory 1M $few -o both
}
check "is said, and each part runs alone" grep -q 'runs alone' "$work/err"
rm -r both
# shellcheck disable=SC2086
expect 0 "and side by side" printprep run -q --jobs 2 --memory 4G $few -o both
files alone >alone.files
files both >both.files
check "are the same bytes" cmp alone.files both.files

# Where the family's profiles are not, the test print is left out
expect 0 "without the profile of the test print" env \
    PRINTPREP_PRINTERS="$work/none" printprep run --mask $small --label 1 \
    --export none -o bare
said "no test print is forecast"
check "it is not checked" json bare/dossier.json '.parts[0].checklist[] |
    select(.id == "test-print").verdict == "not checked"'
expect 2 "... but when it is asked for" env PRINTPREP_PRINTERS="$work/none" \
    printprep run --mask $small --label 1 --test-scale 0.5 -o x
said "sla"

# Names that want to be something else
odd="a b'\$(touch pwned)
-x"
mkdir -- "$odd" "-dash"
cp $small "$odd/m \"1\".nii"
cp $small ./-dash/-m.nii
expect 0 "blanks, quotes, newlines" \
    printprep run -q --mask "$odd/m \"1\".nii" --label 1 -o "$odd/out -f"
expect 0 "leading dashes" \
    printprep run -q --mask -dash/-m.nii --label 1 -o -dash/-out/
files "$odd/out -f" >odd.files
files ./-dash/-out >dash.files
check "give the same case" cmp odd.files dash.files
printprep run -n --mask "$odd/m \"1\".nii" --label 1 -o "$odd/again" >odd.sh
check "their script runs" sh odd.sh
check "... to the same model" \
    cmp "$odd/again/1/model.stl" "$odd/out -f/1/model.stl"
check "and nothing else was run" test ! -e pwned

# What cannot be done
expect 1 "a wall that must not grow is status 1" printprep run \
    --mask "$seg" --label 3 --grow none --min-wall 20 --export none -o thin
check "and says which step, and why" \
    grep -q 'thickness: walls of [0-9.]* mm, asked 20 mm' "$work/out"
check "in case.json too" json thin/case.json '.status == 1 and
    ([.parts[].steps[] | select(.status == 1)][0].reason | length > 0)'
expect 2 "a tool that refuses is status 2" printprep run --mask "$seg" \
    --label 3,1 --min-island 1e9 -o none
check "parts have their steps up to there" json none/case.json '
    .complete and [.parts[] | .status] == [2, 2] and
    ([.parts[].steps[] | select(.status == 2) | .reason | length > 0] |
        length == 2)'
check "and no model" test ! -e none/3/model.ply
expect 2 "no such label" printprep run --mask "$seg" --label 9 -o x
said "has no label '9'"
expect 2 "several labels, none chosen" printprep run --mask "$seg" -o x
said "choose"
expect 2 "a label and all" printprep run --mask "$seg" --label 3 --all -o x
said "one of them"
expect 2 "calipers of a label that is not made" printprep run --mask "$seg" \
    --label 3 --caliper 1:w=0,0,0:1,1,1 -o x
said "label '1'"
expect 2 "what is no caliper" printprep run --mask "$seg" --label 3 \
    --caliper w=0,0:1,1,1 -o x
said "caliper"
expect 2 "calipers that are not there" printprep run --mask "$seg" --label 3 \
    --calipers none.csv -o x
said "none.csv"
expect 2 "a scale without a printer" \
    printprep run --mask "$seg" --label 3 --scale 0.5 -o x
said "printer"
expect 2 "no mask" printprep run --source "$ct" -o x
said "mask"
expect 2 "a mask from standard input" printprep run --mask - -o x
said "standard input"
expect 2 "an unknown format" printprep run --mask "$seg" --label 3 \
    --export dwg -o x
said "export"
expect 2 "identity of what is no DICOM" printprep run --identity --source \
    "$data/phantom-mask.nii" --mask "$data/phantom-mask.nii" --label 3 -o x
said "no DICOM"
check "nothing was made" test ! -e x
head -c 3000 "$data/phantom-mask.nii" >short.nii
expect 2 "a mask that breaks off" printprep run --mask short.nii --all -o broken
said "short.nii"
check "leaves a case that says so" json broken/case.json '.status == 2 and
    .complete and .parts == [] and (.reason | test("^mask: "))'
check "and a dossier" json broken/dossier.json '.status == 2 and
    (.warnings[0].text | test("nothing was made. mask: "))'
mkdir mine
echo precious >mine/letter
expect 2 "a folder with files of others" \
    printprep run --mask "$seg" --label 3 -o mine
said "holds files"
check "stays as it is" test "$(ls -A mine)" = letter
expect 2 "a part that would be lost" \
    printprep run --mask "$seg" --label 1 -o case
said "holds part 3"
printf 'min_wall_mm = 2\nmin_wal = 3\n' >bad.conf
expect 2 "a conf with a slip" \
    printprep run --conf bad.conf --mask "$seg" --label 3 -o x
said "line 2"
mkdir lab
echo "up,$c,1185.6,$c,1195.6" >lab/ball.csv
printf '%s\n' 'min_wall_mm = 2' 'printer = sla' 'export = none' \
    'calipers = 3:ball.csv' 'caliper = half=1,2,3:4,5,6' >lab/good.conf
expect 0 "a conf" env PRINTPREP_CONF=lab/good.conf \
    printprep run -q --grow in --mask "$seg" --label 3 -o conf
check "is weaker than options and stronger than profiles" \
    json conf/case.json '.settings_from == (.settings_from +
        {min_wall_mm: "conf", grow: "command line", min_gap_mm: "profile"})'
expect 0 "an identity that was asked for" printprep run -q --identity \
    --date 'a "day"' --source "$ct" --mask "$seg" --label 3 --export stl -o who
check "is marked" json who/case.json '.identity.from != null and
    .identity.patient_name == "PHANTOM^SAMPLE" and .date == "a \"day\""'

check "its calipers are measured" json conf/3/deviation.json \
    '[.calipers[].name] == ["up", "half"]'
check "and stand in case.json" json conf/case.json '
    .calipers == [{label: "3", file_sha256: .inputs[1].file_sha256,
        from: "conf"}, {label: null, caliper: "half=1,2,3:4,5,6",
        from: "conf"}]'

# An image without edges beside a comparison that can be made
{
    printf 'NRRD0004\ntype: uint8\ndimension: 3\nsizes: 16 16 16\n'
    printf 'space: left-posterior-superior\nspace origin: (-8,-8,-8)\n'
    printf 'space directions: (1,0,0) (0,1,0) (0,0,1)\nencoding: raw\n\n'
    head -c 4096 /dev/zero
} >flat.nrrd
expect 1 "an image that says nothing is status 1" meshmeasure -q -j flat.json \
    --against "$data/ball.stl" --source flat.nrrd "$data/ball.stl"
check "with the reason, and the rest" json flat.json \
    '(.grey_problem | length > 0) and .grey == null and .volume_mm3 > 100'
expect 2 "alone it cannot be done" \
    meshmeasure -q --source flat.nrrd "$data/ball.stl"

# A person signs
expect 0 "a case is signed" printprep sign --by 'A. Person' who
expect 0 "and holds" printprep sign --check who
expect 2 "what is signed is not run again" printprep run -q --identity \
    --date 'a "day"' --source "$ct" --mask "$seg" --label 3 --export stl -o who
said signed
expect 2 "nor signed again" printprep sign --by 'B. Person' who
printf x >>who/3/model.stl
rm who/3/thickness.png
: >who/3/.hidden
expect 1 "changes show" printprep sign --check who
printf '%s\n' 'added: 3/.hidden' 'changed: 3/model.stl' \
    'removed: 3/thickness.png' >differences
check "by name" cmp "$work/out" differences
expect 1 "as JSON too" printprep sign --check -j - who
check "with each" json "$work/out" '.status == 1 and
    (.differences | length) == 3 and .seal_holds'
sed -i 's/A. Person/B. Person/' who/signed.json
expect 1 "another name in the signature shows" printprep sign --check who
check "as such" grep -qx 'changed: signed.json' "$work/out"
rm who/signed.json
expect 2 "what is not as case.json says is not signed" \
    printprep sign --by me who
said "nothing is signed"
check "and is named" grep -qx 'changed: 3/model.stl' "$work/out"
check "nothing was written" test ! -e who/signed.json

# The doctor
PATH=$heavy
expect 0 "all tools work here" printprep doctor
check "each by name" test "$(grep -c 'works$' "$work/out")" = 10
mkdir bin
printf '#!/bin/sh\nexit 0\n' >bin/meshfix
printf '#!/bin/sh\nexit 3\n' >bin/meshcheck
chmod +x bin/*
expect 1 "tools that do nothing" env PATH="$work/bin:$PATH" printprep doctor
check "are found out" sh -c "grep -q '^meshfix *wrote no document' '$work/out' &&
    grep -q '^meshcheck *status' '$work/out'"
finish
