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

# Objects of a 3MF that meshfix wrote, each as text that the judge reads: a
# vertex and a triangle stand on a line each.
judge_objects() { # judge_objects FILE.3mf
    unzip -p "$1" 3D/3dmodel.model | tr '"' ' ' |
        awk -v to="$work/object" '
            /<object/ { n++; nv = 0 }
            /<vertex / { v[nv++] = $3 " " $5 " " $7 }
            /<triangle / { for (k = 3; k <= 7; k += 2)
                               print "vertex", v[$k] >(to n ".stl") }'
    for object in "$work"/object*.stl; do
        "$top_builddir/tests/foreign/cgal_judge" "$object" || return 1
    done
}
judge() { # judge FILE
    case $1 in
    *.3mf) judge_objects "$1" ;;
    *) "$top_builddir/tests/foreign/cgal_judge" "$1" ;;
    esac >"$work/judge" 2>&1
}

nfile=0 nclean=0 nleft=0 nrefused=0 nlisted=0
crashed='' lied='' mute=''
find -L "$shared/D_meshes" "$shared/F_anatomy" -type f | sort |
    grep -i -E '\.(stl|ply|obj|off|3mf)$' >"$work/list"
while IFS= read -r file; do
    name=${file#"$shared"/}
    out=$work/fixed.stl # objects stay apart where the file has them
    case $file in *.3mf | *.3MF) out=$work/fixed.3mf ;; esac
    rm -f "$out" "$work"/object*.stl
    nfile=$((nfile + 1))
    timeout 60 meshfix -f "${out##*.}" -o "$out" "$file" >"$work/out" 2>"$work/err" \
        </dev/null
    status=$?
    listed=no
    while read -r end reason; do
        case $name in */"$end") [ -n "$reason" ] && listed=yes ;; esac
    done <"$top_srcdir/tests/cli/corpus.txt"
    case $status in
    0)
        if judge "$out"; then
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
