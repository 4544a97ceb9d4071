#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# printprep summary: the documents of a chain in one table, the worst status
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"

good='{"printprep_json":1,"tool":"mask2stl","version":"1","options":"",
"mesh":{"facets":1024,"volume_mm3":523.25},"status":0}'
look='{"printprep_json":1,"tool":"meshcheck","version":"1","options":"",
"summary":"2 crossings","facets":1020,"volume_mm3":520.5,
"defects":{"crossings":{"count":2},"open_edges":{"count":0}},"status":1}'
printf '%s\n' "$good" >"$work/a.json"
printf '%s\n' "$look" >"$work/b.json"

row() { # row NAME WORDS: the row of the table reads so, blanks squeezed
    grep "^$1" "$work/out" | tr -s ' ' | grep -qx "$1 $2"
}

expect 0 "one good document" printprep summary "$work/a.json"
check "its numbers are in the table" row "volume, mm3" "523.25"
expect 1 "the worst of two" printprep summary "$work/a.json" "$work/b.json"
check "the tools stand in order" grep -q 'mask2stl *meshcheck' "$work/out"
check "so do their facets" row "facets" "1024 1020"
check "what is absent is a dash" row "crossing pairs" "- 2"
check "rows that nobody has are left out" \
    sh -c "! grep -q Dice '$work/out'"
check "the words are told" grep -qx 'meshcheck: LOOK: 2 crossings' "$work/out"
expect 1 "JSON instead of the table" \
    printprep summary -j - "$work/a.json" "$work/b.json"
check "is a document of the family" \
    json "$work/out" '.printprep_json == 1 and .status == 1 and .documents == 2'

expect 2 "a missing document" printprep summary "$work/a.json" "$work/none"
said none
silent
for text in '' '{' '[]' '{"printprep_json":2,"tool":"x","status":0}' \
    '{"printprep_json":1,"status":0}' '{"printprep_json":1,"tool":"x"}' \
    '{"printprep_json":1,"tool":"x","status":3}' \
    '{"printprep_json":1,"tool":"x","status":"0"}' \
    '{"printprep_json":1,"tool":"x","status":0.5}'; do
    printf '%s' "$text" >"$work/bad.json"
    expect 2 "malformed: '$text'" printprep summary "$work/a.json" \
        "$work/bad.json"
    said bad.json
    silent
done
printf '{"printprep_json":1,"tool":"x\\u001b[2J","summary":"\\u001b[2J",
"status":2}' >"$work/c.json"
expect 2 "trouble is repeated" printprep summary "$work/c.json" "$work/b.json"
check "a document cannot steer a terminal" \
    sh -c "! grep -q '$(printf '\033')' '$work/out'"
expect 2 "no document at all" printprep summary
expect 2 "an unknown subcommand" printprep frobnicate "$work/a.json"
finish
