#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# dossier.sh - the page of a case in a real browser (Chromium, driven by
# playwright-core of npm): see dossier.mjs. SHOTS=DIR keeps pictures of it.
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"
# shellcheck source=tests/web/npm.sh
. "$top_srcdir/tests/web/npm.sh"

CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser)}
export CHROMIUM
for package in playwright-core axe-core html-validate eslint; do
    web_has "$package" || missing=$package
done
if [ -n "${missing:-}" ] || [ -z "$CHROMIUM" ]; then
    skip "the dossier in a browser" \
        "no chromium, no node, or no ${missing:-browser} from npm"
    finish
    exit
fi

printprep run -q --source "$data/phantom-ct" --mask "$data/phantom-seg.dcm" \
    --label 3 --printer sla -o "$work/good" >"$work/run" 2>&1
if [ $? -gt 1 ] || [ ! -s "$work/good/index.html" ]; then
    sed 's/^/# /' "$work/run"
    check "a case was made" false
    finish
    exit
fi
check "a whole case has every table" json "$work/good/dossier.json" \
    '[.parts[0].tables[].id] | contains(["model", "walls", "growth", "defects",
        "budget", "mask", "voxels", "scan", "forecast", "files", "steps"])'
check "... walls before and after growing" json "$work/good/dossier.json" \
    '.parts[0].tables[] | select(.id == "walls").rows[] |
        select(.[0].text == "least wall") | map(.facts | length) == [0, 1, 1]'
cp -R "$work/good" "$work/hostile"
jq '.parts[0].name = "</script><img src=x onerror=alert(1)>\"\u0027&amp;<!--"
    + "\u0007\u202egnp.exe" + ("A" * 10000)' "$work/good/case.json" \
    >"$work/hostile/case.json"
check "the name is in the hostile case" grep -q onerror \
    "$work/hostile/case.json"
printprep dossier -q "$work/hostile"
check "it has a page" test -s "$work/hostile/index.html"
cp "$top_srcdir/src/dossier/viewer.js" "$web"
lint() {
    (cd "$web" && node_modules/.bin/eslint viewer.js dossier.mjs)
}
check "eslint finds nothing in the scripts" lint

timeout 120 node "$web/dossier.mjs" "$work/good" "$work/hostile" \
    ${SHOTS:+"$SHOTS"} >"$work/browser" 2>"$work/err"
status=$?
sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$work/browser" >"$work/plan"
while read -r line; do
    case $line in
    "ok "*) tap_line yes "${line#ok * - }" ;;
    "not ok "*) tap_line no "${line#not ok * - }" ;;
    "#"*) echo "$line" ;;
    esac
done <"$work/browser"
cut -c1-200 "$work/err" | sed 's/^/# /'
check "the browser's tests ran to their end" test "$status" = 0
check "... and there were some" grep -q '^[2-9][0-9]$' "$work/plan"
finish
