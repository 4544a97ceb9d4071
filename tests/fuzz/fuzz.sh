#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# fuzz.sh - builds the fuzz targets and runs each for a while
#
# usage: fuzz.sh SECONDS [TARGET...], from the build tree, by `make fuzz`.
# The library is built once more in fuzz/, with clang's libFuzzer and the
# sanitizers. A target starts from the samples that its name calls for, keeps
# what it learns in fuzz/corpus, and leaves what broke it in fuzz/found.
set -eu
src=$(cd "${top_srcdir:-.}" && pwd)
build=$PWD
seconds=$1
shift
if [ $# -eq 0 ]; then
    for file in "$src"/tests/fuzz/fuzz_*.c; do
        set -- "$@" "$(basename "$file" .c)"
    done
fi
flags='-g -O1 -fno-omit-frame-pointer -fno-sanitize-recover=undefined'
instrument="$flags -fsanitize=fuzzer-no-link,address,undefined"

command -v clang++ >/dev/null || {
    echo "fuzz.sh: clang is needed: apt-get install clang" >&2
    exit 2
}
mkdir -p fuzz/corpus fuzz/found
cd fuzz
[ -f Makefile ] || "$src/configure" --quiet CC=clang CXX=clang++ \
    CFLAGS="$instrument" CXXFLAGS="$instrument -std=c++17" \
    --with-cgal-archive="$build/libcgal.a" --disable-openmp
make -s -j2 libprintprep.a

# What a target starts from: files by kind, or text that is taken out of them.
seed() { # seed TARGET DIRECTORY
    data=$build/samples/mesh-data
    case $1 in
    fuzz_stl) cp "$data"/*.stl "$2" ;;
    fuzz_ply) cp "$data"/*.ply "$2" ;;
    fuzz_text) cp "$data"/*.off "$data"/*.obj "$2" ;;
    fuzz_glb) cp "$data"/*.glb "$data"/*.vtp "$2" ;;
    fuzz_model) cp "$data"/good-* "$data"/odd-* "$2" ;;
    fuzz_provenance)
        printf 'printprep: 1\nunit: mm\nframe: LPS\ndim: 2 3 4\n%s\n' \
            'voxel_mm: 1 1 1' >"$2/text"
        ;;
    fuzz_place)
        # a matrix, a text, a cube cut along its side and through its corners
        printf '\0001 0 0 5 0 0 -1 6 0 1 0 7 0 0 0 1' >"$2/matrix"
        printf '\001R 8f0 %%' >"$2/text"
        cube='\0\0\0\3\0\0\0\3\0\3\3\0\0\0\3\3\3\3'
        printf '\002\002\002\003\000%b' "$cube" >"$2/side"
        printf '\002\003\003\003\004%b' "$cube" >"$2/corners"
        ;;
    fuzz_repair)
        # a tetrahedron with a lid too many, with each option
        for option in 000 001 002 004 010 020 040 100 200; do
            { printf '\001\000\000\000'
              printf '%b' "\\0$option"
              printf '\010\010\010\000\000\000\100\000\000\000\100\000'
              printf '\000\000\100\000\002\001\000\001\003'
              printf '\000\003\002\001\002\003\001\002\003'
            } >"$2/$option"
        done
        ;;
    fuzz_threemf)
        # stored parts: the model's text lies there as it is
        for file in "$data"/good-*.3mf; do
            sed -n '/<?xml/,/<\/model>/p' "$file" |
                sed 's/.*\(<?xml\)/\1/; s/\(<\/model>\).*/\1/' \
                    >"$2/$(basename "$file")"
        done
        ;;
    fuzz_nifti | fuzz_nrrd | fuzz_metaimage | fuzz_dicom)
        # the sample array on every road; one series of its 48 will do
        find "$build/samples/roads-data" -type f ! -path '*/ct-*' \
            -exec cp {} "$2" \;
        find "$build/samples/roads-data" -path '*/ct-*' -type f |
            head -n 2 | while read -r file; do
            cp "$file" "$2/slice-$(basename "$file")"
        done
        ;;
    fuzz_conf)
        printf '%s\n' 'printer = own.printer' 'min_wall_mm = 1.5' \
            'grow = out' 'export = stl 3mf' 'require = print,printable' \
            'scale = 2' 'test_scale = 0.3' 'jobs = 2' 'memory = 1.5G' \
            'caliper = 3:w=0,0,0:1,2,3' 'calipers = rib:a b.csv' \
            'calipers = x.fcsv # end' >"$2/all"
        ;;
    fuzz_case)
        # one that came to its end, and one whose mask could not be read
        rm -rf case short
        "$build/printprep" run -q --mask "$build/samples/data/phantom-mask.nii" \
            --label 3 --export none -o case
        head -c 999 "$build/samples/data/phantom-mask.nii" >short.nii
        "$build/printprep" run -q --mask short.nii --all -o short 2>/dev/null || :
        for file in case/case.json case/cost.json short/case.json; do
            jq -c . "$file" >"$2/$(echo "$file" | tr / -)"
            for way in t p; do
                { printf '%s' $way; jq -c . "$file"; } \
                    >"$2/$way-$(echo "$file" | tr / -)"
            done
        done
        ;;
    fuzz_fragments)
        # a volume of each size that its first bytes ask for
        for option in 000 001 002 007 037; do
            { printf '\011\007\006\001\012'
              printf '%b' "\\0$option"
              printf '\002\003'
              head -c 800 "$build/samples/data/ball.stl"
            } >"$2/$option"
        done
        ;;
    fuzz_report)
        # our own, and a model; few slices keep them small
        set -- "$2" "$build/samples/data"
        "$build/meshmeasure" -q "$2/ball.stl" --source "$2/phantom-ct" \
            --caliper=width=42.2,-155.3,1190.6:52.2,-155.3,1190.6 \
            --sr "$1/report" --encapsulate "$1/model" >"$1/table" || :
        ;;
    fuzz_contours)
        # each of them as it is, and asked for as shares and filled
        for file in "$build"/samples/roads-data/rtstruct.dcm \
            "$build"/samples/roads-data/seg-*.dcm; do
            cp "$file" "$2/$(basename "$file")"
            { printf '\003' && tail -c +2 "$file"; } \
                >"$2/shares-$(basename "$file")"
        done
        ;;
    *)
        if [ -d "$build/samples/data" ]; then
            find "$build/samples/data" -maxdepth 1 -type f \
                -size -64k -exec cp {} "$2" \;
        fi
        ;;
    esac
}

# what contours were drawn on
PRINTPREP_FUZZ_SOURCE=$build/samples/roads-data/sform.nii
PRINTPREP_PRINTERS=$src/share/printers
export PRINTPREP_FUZZ_SOURCE PRINTPREP_PRINTERS

failed=0
for target; do
    # shellcheck disable=SC2086 # flags are words
    clang $flags -fsanitize=fuzzer,address,undefined -std=c11 \
        -D_XOPEN_SOURCE=700 -I"$src/src" -I"$src/tests/fuzz" -c -o "$target.o" "$src/tests/fuzz/$target.c"
    # shellcheck disable=SC2086
    clang $instrument -std=c11 -I"$src/src" -c -o check_model.o \
        "$src/tests/fuzz/check_model.c"
    # shellcheck disable=SC2046,SC2086
    clang++ $flags -fsanitize=fuzzer,address,undefined -o "$target" \
        "$target.o" check_model.o libprintprep.a "$build/libcgal.a" \
        $(sed -n 's/^PP_LIBS = //p' Makefile)
    mkdir -p "corpus/$target"
    seed "$target" "corpus/$target"
    # DCMTK asks for what a length in a file says, and does not touch it
    if "./$target" -malloc_limit_mb=6000 -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2500 \
        -max_len=20000 -artifact_prefix="found/$target-" -print_final_stats=1 \
        "corpus/$target" >"$target.log" 2>&1; then
        sed -n 's/^stat::number_of_executed_units: */# runs: /p' "$target.log"
        echo "$target: nothing found in $seconds s"
    else
        tail -n 30 "$target.log"
        echo "$target: see fuzz/found and fuzz/$target.log"
        failed=1
    fi
done
exit $failed
