#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# repair.sh DIRECTORY... - meshfix beside its peers, in one run
#
# Run by `make bench-repair MESHES="DIRECTORY..."`. Every mesh file below is
# brought to binary STL, and each program repairs that: clean is what CGAL
# finds nothing wrong with (tests/foreign/cgal_judge). The intact part is
# where nothing was wrong (intact.c), and its distance from the result is in
# parts of the diagonal. Programs that are not there are left out: apt-get
# install admesh prusa-slicer meshlab xvfb xauth. A row for each file goes to
# ./repair.tsv: program, status, clean, distance, diagonal, name.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
limit=${LIMIT:-60}
excluded=$(dirname "$0")/../cli/corpus.txt
PEERS=${PEERS:-meshfix admesh cgal prusa meshlab}

cat >"$work/repair.mlx" <<'E'
<!DOCTYPE FilterScript>
<FilterScript>
 <filter name="Remove Duplicate Vertices"/>
 <filter name="Remove Duplicate Faces"/>
 <filter name="Remove Zero Area Faces"/>
 <filter name="Repair non Manifold Edges by removing faces"/>
 <filter name="Select Self Intersecting Faces"/>
 <filter name="Delete Selected Faces"/>
 <filter name="Close Holes">
  <Param name="MaxHoleSize" type="RichInt" value="100000"/>
  <Param name="Selected" type="RichBool" value="false"/>
  <Param name="NewFaceSelected" type="RichBool" value="false"/>
  <Param name="SelfIntersection" type="RichBool" value="false"/>
 </filter>
 <filter name="Re-Orient all faces coherentely"/>
</FilterScript>
E

there() { # there PEER
    case $1 in
    meshfix) command -v meshfix ;;
    admesh) command -v admesh ;;
    cgal) command -v cgal_repair ;;
    prusa) command -v prusa-slicer ;;
    meshlab) command -v meshlabserver && command -v xvfb-run ;;
    esac >"$work/which"
}

repair() { # repair PEER IN OUT
    case $1 in
    meshfix) timeout "$limit" meshfix -q -f stl -o "$3" "$2" ;;
    admesh) timeout "$limit" admesh --write-binary-stl="$3" "$2" ;;
    cgal) timeout "$limit" cgal_repair "$2" "$3" ;;
    prusa) timeout "$limit" prusa-slicer --export-stl --repair \
        --dont-arrange -o "$3" "$2" ;;
    meshlab) timeout "$limit" xvfb-run -a meshlabserver -i "$2" -o "$3" \
        -s "$work/repair.mlx" ;;
    esac </dev/null >"$work/said" 2>&1
}

can_close() { # can_close NAME
    while read -r end reason; do
        case $1 in */"$end") [ -z "$reason" ] || return 1 ;; esac
    done <"$excluded"
}

peers=
for p in $PEERS; do
    if there "$p"; then peers="$peers $p"; else echo "no $p"; fi
done
find -L "$@" -type f | sort | grep -i -E '\.(stl|ply|obj|off|3mf)$' \
    >"$work/list"
: >repair.tsv
while IFS= read -r file; do
    can_close "$file" || continue
    # as it is: no verdict, no repair
    meshcheck -q --require=none --no-intersections --pass -f stl \
        -o "$work/in.stl" "$file" </dev/null >"$work/said" 2>&1 || :
    [ -s "$work/in.stl" ] || continue
    size=$(meshcheck -q --no-intersections -j - "$work/in.stl" |
        jq '[.low_mm, .high_mm] | transpose | map((.[1] - .[0]) * (.[1] - .[0]))
            | add | sqrt') || :
    for p in $peers; do
        out=$work/out.stl
        rm -f "$out"
        repair "$p" "$work/in.stl" "$out" && status=0 || status=$?
        clean=0 off=none
        if [ -s "$out" ]; then
            timeout 120 cgal_judge "$out" >"$work/judge" 2>&1 && clean=1
            drop=
            [ "$p" != prusa ] || drop=drop
            off=$(timeout 120 intact "$work/in.stl" "$out" $drop \
                2>"$work/said") || off=none
        fi
        echo "$p $status $clean ${off%% *} $size $file" |
            tr ' ' '\t' >>repair.tsv
    done
    rm -f "$work/in.stl"
done <"$work/list"

echo "                   not clean,         of the clean: intact part"
echo "program   files  clean  status 0  no file   within 0.1 %  worst"
for p in $peers; do
    awk -F '\t' -v p="$p" '$1 == p {
        n++; clean += $3; none += $4 == "none"; lied += $2 == 0 && !$3
        if ($3 && $4 != "none" && $5 > 0) {
            near += $4 <= $5 / 1000
            if ($4 / $5 > worst) worst = $4 / $5
        } }
        END { printf "%-8s %6d %6d %9d %8d %14d  %.2g\n", p, n, clean, lied,
              none, near, worst }' repair.tsv
done
