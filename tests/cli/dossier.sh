#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# dossier.sh - printprep dossier on good, broken and hostile cases
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"

# A case of one small part, as the tools leave it; case.json by hand.
mesh=$work/ok/3/model.ply
mkdir -p "$work/ok/3"
mask2stl -q -f ply --label 3 -o "$mesh" -j "$work/ok/3/1-mask2stl.json" \
    "$data/phantom-mask.nii"
meshshell -q --measure --min 1.5 -o "$work/ok/3/thickness.ply" \
    -j "$work/ok/3/thickness.json" "$mesh"
meshcheck -q -j "$work/ok/3/2-meshcheck.json" "$mesh" >/dev/null
meshmeasure -q --mask "$data/phantom-mask.nii" --label 3 --budget \
    --map "$work/ok/3/deviation.ply" -j "$work/ok/3/3-meshmeasure.json" \
    "$mesh" >/dev/null

# file_entry NAME: with its hash
file_entry() {
    printf '{"name": "%s", "bytes": %s, "sha256": "%s"}' "$1" \
        "$(wc -c <"$work/ok/3/$1")" \
        "$(sha256sum "$work/ok/3/$1" | cut -d' ' -f1)"
}

step() { # step TOOL DOCUMENT STATUS REASON
    printf '{"tool": "%s", "document": "%s", "mesh": null, "status": %s,
        "command": "%s", "reason": %s}' "$1" "$2" "$3" "$1" "$4"
}

# case_json NAME FOLDER STATUS STEPS FILES
case_json() {
    printf '{"printprep_json": 1, "tool": "printprep run",
        "version": "0.1.0", "case": "0123456789abcdef",
        "inputs": [{"role": "mask", "kind": "file", "file_sha256": "00"}],
        "settings": {"min_wall_mm": {"value": 1.5, "from": "conf"}},
        "date": null, "identity": null,
        "parts": [{"folder": "%s", "label": 3, "name": "%s", "status": %s,
        "steps": [%s], "files": [%s]}], "status": %s}\n' \
        "$2" "$1" "$3" "$4" "$5" "$3"
}

steps="$(step mask2stl 1-mask2stl.json 0 null),
$(step meshcheck 2-meshcheck.json 0 null),
$(step meshmeasure 3-meshmeasure.json 0 null)"
meshfix -q -o "$work/ok/3/model.stl" "$mesh"
files=$(file_entry model.stl)
case_json ball 3 0 "$steps" "$files" >"$work/ok/case.json"

# copy NAME: the good case once more, without what takes time to draw
copy() {
    rm -rf "${work:?}/$1"
    cp -R "$work/ok" "$work/$1"
    rm -f "$work/$1/index.html" "$work/$1/dossier.json" "$work/$1"/3/*.ply
}

has() { grep -Eiq "$1" "$2"; }
lacks() { ! grep -Eiq "$1" "$2"; }

# What stands before the first part
top() { sed -n '/<h1>/,/<main>/p' "$1"; }
says_on_top() { top "$2" | grep -q "$1"; }

expect 0 "a good case has a page" printprep dossier "$work/ok"
silent
check "... and no words" test ! -s "$work/err"
check "... small enough to be sent" test "$(wc -c <"$work/ok/index.html")" \
    -lt 3000000
check "... that loads nothing" lacks \
    '(src|href)=.?(https?:|//|file:)|@import|url\(' "$work/ok/index.html"
check "... with pictures, colours and a copy" test \
    "$(grep -c 'data:image/png' "$work/ok/index.html")" = 12
check "... and a document" json "$work/ok/dossier.json" \
    '.printprep_json == 1 and .status == 0 and (.facts | length) > 100'
check "... that knows what was not checked" json "$work/ok/dossier.json" \
    '[.parts[0].checklist[] | select(.id == "test-print" or .id == "scan")
        .verdict] == ["not checked", "not checked"]'
check "... and passes only what a document says" json \
    "$work/ok/dossier.json" \
    '[.parts[0].checklist[] | select(.verdict == "pass").evidence] |
        length >= 6 and all(. != null)'
cp "$work/ok/index.html" "$work/ok/dossier.json" "$work"
printprep dossier "$work/ok"
check "made twice, the same bytes" cmp "$work/index.html" "$work/ok/index.html"
check "... of both" cmp "$work/dossier.json" "$work/ok/dossier.json"
expect 0 "-j - is the run's own document" printprep dossier -j - "$work/ok"
check "... with its numbers" json "$work/out" \
    '.parts == 1 and .warnings == 1 and .page_bytes > 10000'

# ---- what is missing or altered is told ----

copy lost
rm "$work/lost/3/2-meshcheck.json"
expect 1 "a document that is missing is status 1" \
    printprep dossier "$work/lost"
check "... and a warning" json "$work/lost/dossier.json" \
    '.parts[0].warnings[0].text | startswith("Evidence is missing")'
check "... and no check passes without it" json "$work/lost/dossier.json" \
    '[.parts[0].checklist[] | select(.id == "holes" or .id == "crossings" or
        .id == "manifold").verdict] | all(. == "not checked")'
copy gone
rm -r "$work/gone/3"
expect 1 "a part's folder that is missing is status 1" \
    printprep dossier "$work/gone"
check "... and nothing passes" json "$work/gone/dossier.json" \
    '[.parts[0].checklist[].verdict] | all(. != "pass")'
copy cut
head -c 900 "$work/ok/3/thickness.json" >"$work/cut/3/thickness.json"
expect 1 "a document that is cut is status 1" printprep dossier "$work/cut"
copy other
printf 'x' >>"$work/other/3/model.stl"
expect 1 "a file that was altered is status 1" printprep dossier "$work/other"
check "... and said first" json "$work/other/dossier.json" \
    '.parts[0].warnings[0].text == "A file is not what was made: model.stl"'

# ---- what is as thick as was looked for ----

copy capped
jq '.walls.p1_mm = .walls.limit_mm / 2 | .walls.median_mm = .walls.limit_mm' \
    "$work/ok/3/thickness.json" >"$work/capped/3/thickness.json"
expect 0 "a wall beyond what was looked for" printprep dossier "$work/capped"
check "... is said to be at least that, and no other is" \
    json "$work/capped/dossier.json" '[.parts[0].tables[] |
        select(.id == "walls").rows[] |
        select(.[-1].text | startswith("at least")) | .[0].text] ==
        ["half of the surface is below"]'

# ---- a status 1 that travels with the mesh is one warning, not four ----

copy travels
part=$work/travels/3
meshshell -q --measure --min 99 -f ply -o "$work/thin.ply" \
    -j "$part/1-meshshell.json" "$mesh" 2>/dev/null
for tool in meshfix meshcheck meshmeasure meshconv meshmask; do
    case $tool in
    meshfix) set -- -o "$work/travelled.ply" ;;
    meshconv) set -- --center -o "$work/centred.ply" ;;
    meshmask) set -- --like "$data/phantom-mask.nii" -o "$work/voxels.nii" ;;
    *) set -- ;;
    esac
    expect 1 "$tool repeats an earlier status 1" "$tool" -q "$@" \
        -j "$part/2-$tool.json" "$work/thin.ply"
    check "... and tells whose it is" json "$part/2-$tool.json" \
        '.status == 1 and .own_status == 0 and .upstream_status == 1'
done
check "the first's own status is 1" json "$part/1-meshshell.json" \
    '.status == 1 and .own_status == 1 and .upstream_status == 0'
after="$(step meshfix 2-meshfix.json 1 '"r"'),
$(step meshcheck 2-meshcheck.json 1 '"r"'),
$(step meshmeasure 2-meshmeasure.json 1 '"r"')"
case_json ball 3 1 "$(step meshshell 1-meshshell.json 1 '"thin"'), $after" \
    "$files" >"$work/travels/case.json"
expect 1 "a status that travels is the case's" \
    printprep dossier "$work/travels"
check "... and a warning where it came from only" \
    json "$work/travels/dossier.json" '[.parts[0].warnings[].text |
        select(test("wants a person to look"))] |
        length == 1 and (.[0] | startswith("meshshell"))'
check "... and a file that is clean is validated" \
    json "$work/travels/dossier.json" '.parts[0].checklist[] |
        select(.id == "validated").verdict == "pass"'
case_json ball 3 1 "$after" "$files" >"$work/travels/case.json"
expect 1 "one that came with the mesh" printprep dossier "$work/travels"
check "... is said by every step, for want of where it came from" \
    json "$work/travels/dossier.json" '[.parts[0].warnings[].text |
        select(test("wants a person to look"))] | length == 3'

# ---- a case that cannot be made printable ----

copy refused
case_json ball 3 2 "$steps, $(step meshshell none.json 2 \
    '"the wall at 1,2,3 must not grow"')" "$files" \
    >"$work/refused/case.json"
expect 2 "a part that could not be made is status 2" \
    printprep dossier "$work/refused"
check "... said above all else" \
    says_on_top "Could not be made printable" "$work/refused/index.html"
check "... with the reason first" json "$work/refused/dossier.json" \
    '.parts[0].warnings[0].text |
        test("^meshshell .none.json. could not do its work: the wall at 1,2,3")'

copy short
sed 's/"printprep_json": 1,/"printprep_json": 1, "complete": false,/' \
    "$work/ok/case.json" >"$work/short/case.json"
expect 2 "a case that is not finished is status 2" \
    printprep dossier "$work/short"
check "... and said first" json "$work/short/dossier.json" \
    '.warnings[0].text | startswith("The case is not finished")'
copy none
printf '{"printprep_json": 1, "case": "0", "status": 0, "parts": []}' \
    >"$work/none/case.json"
expect 1 "a case without parts is status 1" printprep dossier "$work/none"

# ---- hostile files ----

for bad in ../../etc/passwd /etc/passwd .. . '' .hidden 'a\\b' 'a/b' \
    'a\u0001b'; do
    copy bad
    case_json ball 3 0 "$(step meshcheck "$bad" 0 null)" "$files" \
        >"$work/bad/case.json"
    expect 2 "a document named '$bad' is refused" \
        printprep dossier "$work/bad"
    said "does not lie in the case"
    check "... and no page is made" test ! -e "$work/bad/index.html"
    case_json ball "$bad" 0 "$steps" "$files" >"$work/bad/case.json"
    expect 2 "... and a folder" printprep dossier "$work/bad"
    case_json ball 3 0 "$steps" "{\"name\": \"$bad\"}" >"$work/bad/case.json"
    expect 2 "... and a file" printprep dossier "$work/bad"
done
for link in 2-meshcheck.json thickness.json model.ply deviation.ply; do
    copy bad
    cp "$work"/ok/3/*.ply "$work/bad/3"
    mv "$work/bad/3/$link" "$work/elsewhere"
    ln -s "$work/elsewhere" "$work/bad/3/$link"
    expect 2 "$link as a symbolic link is refused" \
        printprep dossier "$work/bad"
    said "symbolic link"
done
copy bad
mv "$work/bad/3" "$work/folder3"
ln -s "$work/folder3" "$work/bad/3"
expect 2 "a folder as a symbolic link is refused" printprep dossier "$work/bad"
copy bad
rm -f "$work/bad/index.html"
printf 'kept' >"$work/kept"
ln -s "$work/kept" "$work/bad/index.html"
expect 2 "a page that is a link elsewhere is not written" \
    printprep dossier "$work/bad"
check "... and what it leads to stays" test "$(cat "$work/kept")" = kept
copy bad
rm "$work/bad/3/3-meshmeasure.json"
mkfifo "$work/bad/3/3-meshmeasure.json"
expect 1 "a FIFO does not make it wait" timeout 20 \
    printprep dossier "$work/bad"
for n in 1 100 400; do
    head -c "$n" "$work/ok/case.json" >"$work/bad/case.json"
    expect 2 "case.json of $n bytes is refused" printprep dossier "$work/bad"
    said "case.json"
done
printf '{"printprep_json": 1, "case": "\377"}' >"$work/bad/case.json"
expect 2 "case.json that is no UTF-8 is refused" printprep dossier "$work/bad"

copy name
long=$(printf '%10000s' '' | tr ' ' A)
evil='</script><img src=x onerror=alert(1)>\"'"'"' \u0007\u202egnp.exe'
case_json "$evil$long" 3 0 "$steps" "$files" >"$work/name/case.json"
expect 0 "a hostile name does no harm" printprep dossier "$work/name"
check "... and is no markup" lacks '<img src=x' "$work/name/index.html"
check "... and is whole in dossier.json" json "$work/name/dossier.json" \
    '.facts[.parts[0].name].value | length > 10000'
check "... and cut on the page" lacks 'A{250}' "$work/name/index.html"

# ---- identity ----

check "no identity unless case.json has one" lacks "IDENTITY," \
    "$work/ok/index.html"
copy identity
sed 's/"identity": null/"identity": {"name": "DOE^JANE", "id": "4711"}/' \
    "$work/ok/case.json" >"$work/identity/case.json"
printprep dossier "$work/identity"
check "an identity is marked" has "IDENTITY, from the DICOM header: name" \
    "$work/identity/index.html"
check "... and told" has 'DOE\^JANE' "$work/identity/index.html"
check "... above all else" says_on_top "This page names the patient" \
    "$work/identity/index.html"

# ---- a full disk ----

copy full
rm -f "$work/full/index.html" "$work/full/dossier.json"
small_disk() (
    trap '' XFSZ
    ulimit -f 16
    "$@"
)
expect 2 "a full disk is status 2" small_disk printprep dossier "$work/full"
said "dossier.json"
check "... and leaves no page" test ! -e "$work/full/index.html"
check "no temporary file stays" \
    test -z "$(find "$work" -name '.printprep-*')"
finish
