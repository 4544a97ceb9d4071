#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# demo.sh OUT SOURCE MASK [LABEL...] - from a scan to models and a dossier
#
# `printprep run` on each label (all of them when none is named); then the
# tables of the tools' numbers, and what to open. Ends with the worst status.
set -u

min_wall=${PRINTPREP_MIN_WALL:-1.5}
out=$1
source=$2
mask=$3
shift 3

if [ $# -eq 0 ]; then
    set -- --all
else
    for label in "$@"; do
        set -- "$@" "--label=$label"
        shift
    done
fi
printf '== %s, walls of at least %s mm\n' "$*" "$min_wall"
printprep run --source="$source" --mask="$mask" --min-wall="$min_wall" "$@" \
    --output="$out"
status=$?
[ -s "$out/case.json" ] || exit $status

for part in "$out"/*/; do
    part=${part%/}
    [ -s "$part/1-mask2stl.json" ] || continue
    printf '\n== label %s\n' "${part##*/}"
    set --
    for step in "$part"/[1-5]-*.json; do
        set -- "$@" "$step"
    done
    printprep summary "$@" "$part/deviation.json"
done

printf '\nfiles:\n'
for file in "$out"/*/model.*; do
    [ ! -s "$file" ] || printf '  %s\n' "$file"
done
printf '  %s\n' "$out/LABEL/*.json  (the numbers of each step)"
[ ! -s "$out/index.html" ] || printf 'dossier: %s\n' "$out/index.html"
case $status in
0) echo "verdict: good" ;;
1) echo "verdict: a person must look (see the top of the dossier)" ;;
*) echo "verdict: the work could not be done" ;;
esac
exit "$status"
