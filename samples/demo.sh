#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# demo.sh OUT SOURCE MASK [LABEL...] - the whole river, on each label
#
# A chain is a real pipe; each stage writes its numbers as JSON, and all of
# them are looked at afterwards, since the shell sees the last status only.
# Ends with the worst status of all chains.
set -u

min_wall=${PRINTPREP_MIN_WALL:-1.5}
out=$1
source=$2
mask=$3
shift 3
mkdir -p "$out" || exit 2
worst=0

worse() { [ "$1" -le "$worst" ] || worst=$1; }

if [ $# -eq 0 ]; then
    mask2stl --list -q -j "$out/labels.json" "$mask" >/dev/null || exit 2
    # one number a line: the keys are ours
    list=$(sed -n 's/^ *"label": \([0-9]*\),*$/\1/p' "$out/labels.json")
    # shellcheck disable=SC2086
    set -- $list
fi
[ $# -gt 0 ] || {
    echo "demo: $mask holds no labels" >&2
    exit 2
}

# chain LABEL: leaves LABEL/model.{ply,stl,3mf}, picture.png and the documents
chain() {
    at=$out/$1
    mkdir -p "$at"
    rm -f "$at"/*.json "$at"/model.* "$at"/picture.png
    mask2stl -f ply -j "$at/1-mask2stl.json" --label "$1" \
        --source "$source" "$mask" |
        meshfix -j "$at/2-meshfix.json" |
        meshshell --min "$min_wall" -j "$at/3-meshshell.json" |
        meshcheck -q --pass -j "$at/4-meshcheck.json" |
        meshmeasure -q --pass --mask "$mask" --label "$1" \
            --picture "$at/picture.png" -j "$at/5-meshmeasure.json" \
            >"$at/model.ply"
    worse $?
    [ -s "$at/model.ply" ] || return
    meshfix -o "$at/model.stl" -j "$at/6-stl.json" "$at/model.ply"
    worse $?
    meshfix -o "$at/model.3mf" -j "$at/7-3mf.json" "$at/model.ply"
    worse $?
    meshcheck -q -j "$at/8-check-stl.json" "$at/model.stl" >"$at/check.txt"
    worse $?
    meshcheck -q -j "$at/9-check-3mf.json" "$at/model.3mf" >>"$at/check.txt"
    worse $?
}

for label in "$@"; do
    printf '\n== label %s, walls of at least %s mm\n' "$label" "$min_wall"
    chain "$label"
    printprep summary "$out/$label"/*.json
    worse $?
done

printf '\nfiles:\n'
for label in "$@"; do
    for file in model.stl model.3mf model.ply picture.png; do
        [ -s "$out/$label/$file" ] &&
            printf '  %s\n' "$out/$label/$file"
    done
done
printf '  %s\n' "$out/LABEL/*.json  (the numbers of each stage)"
case $worst in
0) echo "verdict: good" ;;
1) echo "verdict: a person must look (see the tables above)" ;;
*) echo "verdict: the work could not be done" ;;
esac
exit "$worst"
