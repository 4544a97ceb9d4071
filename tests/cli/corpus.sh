#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # tap.sh sets work and shared
# corpus.sh - meshfix on every mesh of the shared data, judged by CGAL
#
# No crash, no hang, never 0 on a file that the judge finds fault with, words
# with every 1 and 2, and at least 97 of 100 clean of those that can close
# (corpus.txt lists the others). Minutes: with LONG=1 only.
. "$top_srcdir/tests/tap.sh"

if [ -z "${LONG:-}" ] || [ -z "$shared" ]; then
    skip "the shared meshes come out clean" "LONG=1 and the shared data"
    finish
    exit 0
fi

nfile=0 nclean=0 nleft=0 nrefused=0 nlisted=0
crashed='' lied='' mute=''
find -L "$shared/D_meshes" "$shared/F_anatomy" -type f | sort |
    grep -i -E '\.(stl|ply|obj|off|3mf)$' >"$work/list"
while IFS= read -r file; do
    name=${file#"$shared"/}
    out=$work/fixed.stl
    rm -f "$out"
    nfile=$((nfile + 1))
    timeout 60 meshfix -f stl -o "$out" "$file" >"$work/out" 2>"$work/err" \
        </dev/null
    status=$?
    listed=no
    while read -r end reason; do
        case $name in */"$end") [ -n "$reason" ] && listed=yes ;; esac
    done <"$top_srcdir/tests/cli/corpus.txt"
    case $status in
    0)
        if "$top_builddir/tests/foreign/cgal_judge" "$out" >"$work/judge"; then
            nclean=$((nclean + 1))
        else
            lied="$lied $name"
        fi
        ;;
    1 | 2)
        [ -s "$work/err" ] || mute="$mute $name"
        if [ $status = 2 ]; then
            nrefused=$((nrefused + 1))
        elif [ $listed = yes ]; then
            nlisted=$((nlisted + 1))
        else
            nleft=$((nleft + 1))
            echo "# left: $name: $(sed -n 1p "$work/err")"
        fi
        ;;
    *)
        crashed="$crashed $name"
        nleft=$((nleft + 1))
        ;;
    esac
done <"$work/list"
echo "# $nfile files: $nclean clean, $nleft not, $nlisted cannot close," \
    "$nrefused are no meshes"
echo "# crash or time-out:${crashed:- none}"
echo "# good by us, not by the judge:${lied:- none}"
check "status 0 is never a lie" test -z "$lied"
check "every refusal has words" test -z "$mute"
check "at least 97 in 100 of those that can close are clean" \
    test $((100 * nclean)) -ge $((97 * (nclean + nleft)))
check "the corpus was there" test "$nfile" -gt 200
finish
