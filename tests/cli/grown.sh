#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # tap.sh sets work and shared
# grown.sh - real anatomy grown to its minimum, hollow, and open sheets
#
# One line for each part: status, thin area before and after, the least wall
# (and the lower bound, with CERTIFY=1), volume added, the facets that stayed,
# seconds. Half an hour and more: with LONG=1 (make check-long) only. PARTS
# picks those whose names match, MINIMA the walls, SECONDS_EACH bounds a run.
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"

if [ -z "${LONG:-}" ] || [ -z "$shared" ]; then
    skip "real parts grow to their minimum" "LONG=1 and the shared data"
    finish
    exit 0
fi

anatomy=$shared/F_anatomy/COMODO-research+Comodo.jl/assets/stl
mask=$shared/B_seg_rt_sr/wasserth+TotalSegmentator/tests/reference_files
mask=$mask/example_seg_dicom.nii.gz
meshes=$shared/D_meshes

wanted() { # wanted NAME
    expr "$1" : ".*${PARTS:-}" >/dev/null
}

# good (what an earlier tool said aside), or status 1 with a place, a joint or a defect that is named
good_or_told() { # good_or_told STATUS JSON
    test "$1" -lt 2 && json "$2" '
        if .own_status == 0 then .walls.thin_regions == 0 and .check.clean
        else (.walls.thin | length > 0) or .growth.joined or
             (.check.clean | not) or .sheet.cavities > 0 end'
}

grow_part() { # grow_part NAME STL [OPTION...]
    part_name=$1
    part_file=$2
    shift 2
    for min in ${MINIMA:-1.0 1.5}; do
        before=$(date +%s)
        timeout "${SECONDS_EACH:-600}" meshshell --min="$min" -f stl \
            ${CERTIFY:+--certify} -j "$work/g.json" -o "$work/g.stl" "$@" \
            "$part_file" \
            2>"$work/words"
        status=$?
        seconds=$(($(date +%s) - before))
        [ $status -lt 2 ] || {
            echo "# $part_name at $min: status $status, $seconds s:" \
                "$(head -n 1 "$work/words")"
            check "$part_name at $min mm" false
            continue
        }
        echo "# $part_name at $min: status $status, $seconds s," "$(jq -r '
            "thin \(.before.area_below_mm2) -> \(.walls.area_below_mm2) mm2, " +
            "least \(.before.min_mm) -> \(.walls.min_mm), " +
            "bound \(.walls.bounds.low_mm // "not asked"), volume " +
            "+\(.growth.volume_after_mm3 - .growth.volume_before_mm3), " +
            "\(.growth.how), kept \(.growth.facets_kept) facets, " +
            "joined \(.growth.joined), refused \(.growth.refused_regions), " +
            "\(.growth.passes) passes, \(.growth.passes_undone) undone, " +
            "\(.walls.thin_regions) places left"' \
            "$work/g.json")"
        [ $status = 0 ] || echo "#   $(jq -c '[.walls.thin[] |
            [.area_mm2, .min_mm, .place_mm] ] | .[0:5]' "$work/g.json")"
        if jq -e '.growth.how == "local"' "$work/g.json" >/dev/null; then
            kept=$("$top_builddir/tests/cli/keptfar" "$part_file" \
                "$work/g.stl" "$min")
            check "$part_name at $min mm: $kept" test $? = 0
        fi
        check "$part_name at $min mm: good, or told why not" \
            good_or_told $status "$work/g.json"
    done
}

for name in femur vertebra; do
    wanted $name || continue
    meshfix -f stl -o "$work/$name.stl" "$anatomy/$name.stl" 2>"$work/words"
    check "$name is repaired" test -s "$work/$name.stl"
    grow_part $name "$work/$name.stl"
done
mask2stl --list -q -j "$work/labels.json" "$mask" >/dev/null
for label in $(jq '.labels[].label' "$work/labels.json" | sed -n '1~3p'); do
    wanted "label-$label" || continue
    mask2stl --label "$label" -f ply "$mask" 2>"$work/words" |
        meshfix -f stl -o "$work/label.stl" 2>>"$work/words"
    check "label $label is repaired" test -s "$work/label.stl"
    grow_part "label-$label" "$work/label.stl"
done

# Vessels, outward: aorta, lower hollow vein, portal vein; and the phantom's
# vessel wall, whose lumen stays.
for label in 52 63 64; do
    wanted "vessel-$label" || continue
    mask2stl --label "$label" -f ply "$mask" 2>"$work/words" |
        meshfix -f stl -o "$work/label.stl" 2>>"$work/words"
    grow_part "vessel-$label" "$work/label.stl" --grow=out
done
if wanted vessel-phantom; then
    mask2stl --label 2 -f ply "$data/phantom-seg.dcm" 2>"$work/words" |
        meshfix -f stl -o "$work/label.stl" 2>>"$work/words"
    grow_part vessel-phantom "$work/label.stl" --grow=out
    check "... and the lumen stays" json "$work/g.json" \
        '.growth.one_way and .growth.fixed_moved_mm < 1e-4'
fi

# Open meshes, made 30 mm long, become solids of 2 mm.
while read -r file; do
    name=$(basename "$file")
    wanted "$name" || continue
    [ -f "$meshes/$file" ] || continue
    meshcheck -q -j "$work/c.json" "$meshes/$file" >/dev/null 2>&1
    scale=$(jq '30 / ([.high_mm, .low_mm] | transpose |
                      map(.[0] - .[1]) | max)' "$work/c.json")
    meshconv --scale="$scale" -f off -o "$work/o.off" \
        "$meshes/$file" 2>"$work/words"
    before=$(date +%s)
    timeout "${SECONDS_EACH:-600}" meshshell --sheet=2 -f stl \
        -j "$work/s.json" -o "$work/s.stl" "$work/o.off" 2>"$work/words"
    status=$?
    seconds=$(($(date +%s) - before))
    if [ "$name" = moebius.obj ]; then
        check "$name is refused" test $status = 2
        check "... with the reason" grep -q 'one side only' "$work/words"
        continue
    fi
    if [ $status -lt 2 ]; then
        echo "# sheet $name: status $(jq .own_status "$work/s.json")," \
            "$seconds s, $(jq -r '
            "least \(.walls.min_mm), thin places \(.walls.thin_regions), " +
            "\(.sheet.parts) parts, \(.sheet.cavities) cavities, " +
            "clean \(.check.clean)"' "$work/s.json")"
    fi
    check "$name: a solid, good or told why not" \
        good_or_told $status "$work/s.json"
done <<END
CGAL+releases/data/meshes/ALSTOM_TEST4.off
CGAL+releases/data/meshes/blobby_3cc.off
CGAL+releases/data/meshes/cheese-selection.off
CGAL+releases/data/meshes/corner_with_hole.off
CGAL+releases/data/meshes/cylinder.off
CGAL+releases/data/meshes/double-torus-3-holes.off
CGAL+releases/data/meshes/halfcube.off
CGAL+releases/data/meshes/holes.off
CGAL+releases/data/meshes/horizons.off
CGAL+releases/data/meshes/in.off
CGAL+releases/data/meshes/lion.off
CGAL+releases/data/meshes/mesh_with_border.off
CGAL+releases/data/meshes/mushroom.off
CGAL+releases/data/meshes/patch-01.off
CGAL+releases/data/meshes/patch-13.off
CGAL+releases/data/meshes/pig.off
CGAL+releases/data/meshes/poly2x^2+y^2-0.062500.off
pmp-library+pmp-library/data/off/hemisphere.off
pmp-library+pmp-library/data/off/hole_capsule.off
pmp-library+pmp-library/data/off/vertex_onering.off
pmp-library+pmp-library/data/obj/suzanne.obj
nmwsharp+geometry-central/test/assets/fan3.obj
nmwsharp+geometry-central/test/assets/moebius.obj
END
finish
