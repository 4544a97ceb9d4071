#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # tap.sh sets work, data and shared
# meshconv.sh - formats, places, pieces: what the files hold
. "$top_srcdir/tests/tap.sh"

# A box of 20 x 10 x 6 mm from a corner at X,Y,Z as OFF; OPEN: one facet less.
brick() { # brick X Y Z [OPEN]
    awk -v x="$1" -v y="$2" -v z="$3" -v open="${4-}" 'BEGIN {
        print "OFF\n8 " (open != "" ? 11 : 12) " 0"
        for (i = 0; i < 8; i++)
            print x + 20 * (i % 2), y + 10 * (int(i / 2) % 2),
                z + 6 * int(i / 4)
        n = split("0 2 3 0 3 1 4 5 7 4 7 6 0 1 5 0 5 4 2 6 7 2 7 3 " \
                  "0 4 6 0 6 2 1 3 7 1 7 5", v, " ")
        for (t = (open != ""); 3 * t < n; t++)
            print 3, v[3 * t + 1], v[3 * t + 2], v[3 * t + 3]
    }'
}

brick 0 0 0 >"$work/a.off"
brick 30 0 0 >"$work/b.off"
brick 15 5 3 >"$work/c.off"
brick 0 0 0 open >"$work/open.off"

# ---- formats ----
for format in stl stl-ascii ply ply-ascii 3mf obj off; do
    expect 0 "$format is written" meshconv -f $format \
        -o "$work/to.$format" -j "$work/j" "$work/a.off"
    check "... with the same volume" json "$work/j" \
        '(.after.volume_mm3 - 1200 | fabs) < 1e-9 and .files[0].check.clean'
    expect 0 "... and comes back" meshconv -f off -o "$work/back.off" \
        "$work/to.$format"
done
meshconv -f off "$work/a.off" >"$work/once"
meshconv -f off "$work/once" >"$work/twice"
check "off to off keeps all numbers" test \
    "$(grep -v '^#' "$work/once")" = "$(grep -v '^#' "$work/twice")"
expect 0 "inches become mm" meshconv --unit=inch -f ply-ascii \
    -o "$work/inch.ply" -j "$work/j" "$work/a.off"
check "... 25.4 of them" json "$work/j" '.after.high_mm[0] == 508'
expect 2 "... but not where the file says mm" meshconv --unit=cm \
    "$work/inch.ply"
said "says itself"
expect 1 "an open mesh is converted, and told" meshconv -f stl \
    -o "$work/open.stl" "$work/open.off"
said "open edges"

# ---- places ----
expect 0 "turned six times by a sixth" meshconv --rotate=1,2,3,60 \
    --rotate=1,2,3,60 --rotate=1,2,3,60 --rotate=1,2,3,60 --rotate=1,2,3,60 \
    --rotate=1,2,3,60 -f ply -j "$work/j" -o "$work/turned.ply" "$work/a.off"
check "... is where it was" json "$work/j" \
    '(.after.high_mm[0] - 20 | fabs) < 1e-12'
expect 0 "mirrored" meshconv --side=L --mirror=x -f ply -j "$work/j" \
    -o "$work/m1.ply" "$work/a.off"
said "other side of the body"
check "... another side, and the same volume" json "$work/j" \
    '.side == "R" and .mirrored and .after.low_mm[0] == -20
     and .after.volume_mm3 == .before.volume_mm3'
expect 0 "... and again" meshconv -q --mirror=x -f off -o "$work/m2.off" \
    "$work/m1.ply"
check "... the same bytes" test \
    "$(grep -v '^#' "$work/once")" = "$(grep -v '^#' "$work/m2.off")"
printf '0 -1 0 5\n1 0 0 6\n0 0 1 7\n0 0 0 1\n' >"$work/rigid"
printf '2 0 0 0\n0 2 0 0\n0 0 2 0\n0 0 0 1\n' >"$work/scales"
expect 0 "a matrix" meshconv --matrix "$work/rigid" -f ply -j "$work/j" \
    -o "$work/moved.ply" "$work/a.off"
check "... columns from the right" json "$work/j" \
    '.after.low_mm == [-5,6,7] and .after.high_mm == [5,26,13]'
expect 2 "... that is not rigid" meshconv --matrix "$work/scales" \
    "$work/a.off"
said "not rigid"
expect 0 "back over the scan" meshconv --unplace -f off -o "$work/back.off" \
    "$work/moved.ply"
check "... bit by bit" test \
    "$(grep -v '^#' "$work/once")" = "$(grep -v '^#' "$work/back.off")"
for format in ply ply-ascii 3mf obj off glb vtp; do
    meshconv -q --rotate=1,2,3,40 --scale=0.5 --mirror=x --translate=5,6,7 \
        -f $format -o "$work/far.$format" "$work/a.off"
    expect 0 "$format tells how it was placed" meshconv -q --unplace -f ply \
        -j "$work/j" -o "$work/near.ply" "$work/far.$format"
    check "... and it goes back" json "$work/j" \
        '[.after.high_mm[0] - 20, .after.high_mm[1] - 10, .after.high_mm[2] - 6,
          .after.low_mm[]] | map(fabs < 1e-5) | all'
done
expect 2 "... where nothing was moved" meshconv --unplace "$work/a.off"
expect 0 "an STL of it" meshconv -f stl -o "$work/moved.stl" "$work/moved.ply"
check "... says that it was placed" grep -aq "PLACED=1" "$work/moved.stl"
expect 2 "... but not how" meshconv --unplace "$work/moved.stl"
said "does not tell how"
expect 0 "laid down" meshconv --rotate=1,1,0,50 --lay -f ply -j "$work/j" \
    -o "$work/laid.ply" "$work/a.off"
check "... on the largest side" json "$work/j" \
    '(.lay.area_mm2 - 200 | fabs) < 1e-6 and (.after.low_mm[2] | fabs) < 1e-9
     and (.after.high_mm[2] - 6 | fabs) < 1e-9'
expect 2 "... which an open mesh has not" meshconv --lay "$work/open.off"
said "not a closed"
expect 0 "half as large" meshconv --scale=0.5 -f ply -o "$work/half.ply" \
    -j "$work/j" "$work/a.off"
said "least wall is 2.99"
expect 0 "no wall is wider than what it is of" meshconv --scale=1e-6 -f ply \
    -o "$work/dust.ply" -j "$work/j" "$work/a.off"
check "... dust neither" json "$work/j" '.files[0].least_wall_mm < 1e-5'
expect 0 "... with a forecast" meshconv --scale=0.1 --printer=fdm -f ply \
    -o "$work/small.ply" -j "$work/j" "$work/a.off"
check "... of walls that are too thin" json "$work/j" \
    '.files[0].forecast.printable | not'
for bad in nan inf 1e400 0 -1 1x ''; do
    expect 2 "a scale of '$bad' is none" meshconv "--scale=$bad" "$work/a.off"
done
expect 2 "what no float holds is refused" meshconv --scale=1e38 -f stl \
    "$work/a.off"
said "beyond the numbers"
for bad in "x" "x,nan" "0,0,0,3" "w,3" ",3" "1,2,3"; do
    expect 2 "a turn of '$bad' is none" meshconv "--rotate=$bad" "$work/a.off"
done

# ---- back over the scan ----
mask2stl -q --label 1 -f ply -o "$work/part.ply" "$data/phantom-mask.nii"
meshmeasure --mask "$data/phantom-mask.nii" -j "$work/scan.json" \
    "$work/part.ply" >/dev/null
expect 0 "scaled, mirrored, laid" meshconv -q --scale=0.5 --mirror=y --lay \
    -o "$work/print.ply" "$work/part.ply"
expect 0 "... it is measured against its mask" meshmeasure \
    --mask "$data/phantom-mask.nii" -j "$work/j" "$work/print.ply"
said "laid back over the scan"
same=$(jq -s '(.[0].volume_mm3 - .[1].volume_mm3 | fabs) < 1e-6 and
    .[1].laid_back and (.[1].placed | not)' "$work/scan.json" "$work/j")
check "... with the numbers of the body" test "$same" = true
expect 0 "alone, it is measured as it lies" meshmeasure -j "$work/j" \
    "$work/print.ply"
same=$(jq -s '(.[0].volume_mm3 / 8 - .[1].volume_mm3 | fabs) < 1e-6 and
    .[1].placed' "$work/scan.json" "$work/j")
check "... an eighth" test "$same" = true
expect 0 "... passed on as it came" meshmeasure -q --pass \
    --mask "$data/phantom-mask.nii" -o "$work/pass.ply" "$work/print.ply"
expect 0 "... where it lies" meshmeasure -j "$work/k" "$work/pass.ply"
same=$(jq -s '.[0].volume_mm3 == .[1].volume_mm3' "$work/k" "$work/j")
check "... the same" test "$same" = true
expect 0 "against the mesh of the scan" meshmeasure --tolerance 0.001 \
    --against "$work/part.ply" "$work/print.ply"
meshconv -q -o "$work/print.stl" "$work/print.ply"
expect 2 "an STL of it is not held against the scan" meshmeasure \
    --mask "$data/phantom-mask.nii" "$work/print.stl"
said "does not tell how"
expect 2 "... nor asked for places in it" meshmeasure \
    --caliper=a=0,0,0:1,1,1 "$work/print.stl"
expect 0 "... but measured" meshmeasure "$work/print.stl"

expect 0 "its voxels are those of the scan" meshmask --label 1 --min-dice 1 \
    --mask "$data/phantom-mask.nii" -o "$work/voxels.nii" "$work/print.ply"
expect 0 "it is scored against the scan" maskscore -q --label 1 \
    -j "$work/score.json" "$work/print.ply" "$data/phantom-mask.nii"
maskscore -q --label 1 -j "$work/score2.json" "$work/part.ply" \
    "$data/phantom-mask.nii" >/dev/null 2>&1
same=$(jq -s '(.[0] | del(.options)) == (.[1] | del(.options))' \
    "$work/score.json" "$work/score2.json")
check "... as if it lay there" test "$same" = true
expect 2 "an STL of it is not" maskscore --label 1 "$work/print.stl" \
    "$data/phantom-mask.nii"

# ---- objects ----
expect 0 "two files are one 3MF" meshconv -f 3mf -o "$work/two.3mf" \
    -j "$work/j" "$work/a.off" "$work/b.off"
check "... of two objects" json "$work/j" '.after.objects == 2'
expect 0 "... and again two files" meshconv -f off -o "$work/two-%n.off" \
    "$work/two.3mf"
check "... one each" test "$(grep -c '^3 ' "$work/two-2.off")" = 12
expect 0 "joined where they overlap" meshconv --union -f ply -j "$work/j" \
    -o "$work/one.ply" "$work/a.off" "$work/c.off"
check "... without what is twice there" json "$work/j" \
    '(.after.volume_mm3 - 2400 + 75 | fabs) < 1e-9 and .after.objects == 1
     and .files[0].check.shells == 1'
expect 2 "an open one is not joined" meshconv --union "$work/a.off" \
    "$work/open.off"
said "union: not a closed"
expect 0 "split into parts" meshconv -f off -o "$work/both.off" \
    "$work/a.off" "$work/b.off"
expect 0 "..." meshconv --split -o "$work/part-%n.off" "$work/both.off"
check "... one each" test "$(grep -c '^3 ' "$work/part-2.off")" = 12
expect 2 "two objects of one name in one file" meshconv --split \
    -o "$work/%l.off" "$work/both.off" "$work/both.off"
said "numbers them"
expect 2 "a pattern that is none" meshconv -o "$work/%x.off" "$work/a.off"
meshconv --rotate=z,90 -f ply -o "$work/elsewhere.ply" "$work/a.off"
expect 2 "what lies in different places is not put together" meshconv \
    "$work/a.off" "$work/elsewhere.ply"
said "unplace"

# ---- text ----
expect 0 "engraved" meshconv --side=L --mirror=x --engrave='%s %h %%' \
    --height=2 --depth=0.25 -f stl -o "$work/text.stl" -j "$work/j" \
    "$work/a.off"
check "... by area times depth" json "$work/j" \
    '(.mark.volume_mm3 + 0.25 * .mark.area_mm2 | fabs) < 0.001 and
     .mark.kind == "engraved" and .files[0].check.clean'
check "... and the text is nowhere else" test \
    "$(grep -ac '%s %h' "$work/j" "$work/text.stl" | grep -c ':0')" = 2
expect 0 "embossed, at a place" meshconv --emboss=R --at=10,5,9 -f ply \
    -o "$work/text.ply" -j "$work/j" "$work/a.off"
check "... which it is" json "$work/j" '.mark.middle_mm[2] == 6 and
    (.mark.volume_mm3 - 0.5 * .mark.area_mm2 | fabs) < 1e-9'
expect 2 "no wall left" meshconv --engrave=R --depth=5 "$work/a.off"
said "would leave a wall"
expect 2 "no room" meshconv --engrave="as long as this" "$work/a.off"
said "large and even enough"
expect 2 "a side that nobody knows" meshconv --engrave=%s "$work/a.off"
said "the side"
expect 2 "what has no strokes" meshconv --engrave="$(printf '\001')" \
    "$work/a.off"
expect 2 "on an open mesh" meshconv --engrave=R "$work/open.off"
said "not a closed"
expect 2 "on two" meshconv --engrave=R "$work/a.off" "$work/b.off"
said "one object"
expect 2 "a depth of what" meshconv --depth=1 "$work/a.off"

# ---- cut ----
expect 0 "cut in two" meshconv --cut=2,0,0,10 -f off -o "$work/cut-%l.off" \
    -j "$work/j" "$work/a.off"
check "... at half the length" json "$work/j" \
    '.cuts[0].at_mm == 5 and .cuts[0].area_mm2 == 60
     and [.files[].sums.volume_mm3] == [300, 900]'
check "... named by their side" test -s "$work/cut-above.off"
expect 2 "... not in one STL" meshconv --cut=1,0,0,5 -f stl "$work/a.off"
said "3mf"
expect 0 "... but in one 3MF" meshconv --cut=1,0,0,5 -f 3mf \
    -o "$work/cut.3mf" "$work/a.off"
expect 0 "one side of it" meshconv --cut=1,0,0,5 --keep=below -f stl \
    -o "$work/low.stl" -j "$work/j" "$work/a.off"
check "... is a quarter" json "$work/j" \
    '(.after.volume_mm3 - 300 | fabs) < 1e-9'
expect 2 "the side with nothing" meshconv --cut=1,0,0,50 --keep=above \
    "$work/a.off"
said "leaves nothing"
expect 2 "an open mesh is not cut" meshconv --cut=1,0,0,5 "$work/open.off"
said "not a closed"
for bad in 0,0,0,1 1,0,0 1,0,0,nan a,b,c,d 1e-320,0,0,1; do
    expect 2 "a plane '$bad' is none" meshconv "--cut=$bad" "$work/a.off"
done
expect 0 "tiles" meshconv --tiles=8,8,8 --pegs=1.2 --clearance=0.1 \
    --min-wall=0.6 -f 3mf -o "$work/tiles.3mf" -j "$work/j" "$work/a.off"
check "... with pegs, and the volume that these leave" json "$work/j" \
    '([.cuts[].pegs[]] | length) > 8 and
     (.after.volume_mm3 - 1200 - ([.cuts[].pegs[] |
      .volume_mm3 - .hole_volume_mm3] | add) | fabs) < 1e-3'
expect 1 "no room for a peg" meshconv --cut=1,0,0,5 --pegs=5 -f 3mf \
    -o "$work/no.3mf" -j "$work/j" "$work/a.off"
said "no room for a peg"
check "... is in the document" json "$work/j" \
    '.cuts[0].without_peg | length == 1'
expect 1 "pegs as large as mountains come to an end" timeout 60 meshconv -q \
    --scale=1e9 --cut=0,0,1,3e9 --pegs=2.8e9 --min-wall=1e8 -f ply \
    -o "$work/huge-%n.ply" "$work/a.off"
expect 2 "too many tiles" meshconv --tiles=0.5,0.5,0.5 "$work/a.off"
said "more than 1000"
expect 2 "a printer's tiles without a printer" meshconv --tiles=printer \
    "$work/a.off"
expect 0 "what fits the printer is one tile" meshconv --tiles=printer \
    --printer=sla -f stl -o "$work/fits.stl" "$work/a.off"
for n in 1 3; do
    OMP_NUM_THREADS=$n meshconv --cut=1,2,3,9 --pegs=1 --min-wall=0.5 \
        --lay -f 3mf -o "$work/t$n.3mf" "$data/ball.stl" 2>/dev/null
done
check "one thread and three cut alike" cmp "$work/t1.3mf" "$work/t3.3mf"
finish
