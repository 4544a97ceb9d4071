#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# family.sh - what holds for every tool alike
#
# Misuse, bad input, full disks, closed pipes, atomic outputs, same bytes for
# any number of threads.
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"

ball=$data/ball.stl
mask=$data/phantom-mask.nii
field=$data/bowl-udf.nii
filters="meshfix meshcheck meshshell meshmeasure meshconv"
makers="mask2stl udf2stl"
maskers="maskfrag maskscore meshmask"
tools="$makers $maskers $filters printprep"

# A command line that works on the file $2, mesh or volume, for tool $1
run() {
    tool=$1
    shift
    case $tool in
    meshshell) meshshell --min 0.5 "$@" ;;
    meshcheck | meshmeasure) "$tool" --pass "$@" ;;
    mask2stl) mask2stl --label 3 "$@" ;;
    maskfrag) maskfrag encode "$@" ;;
    maskscore) maskscore "$@" "$mask" ;;
    meshmask) meshmask --like "$mask" "$@" ;;
    printprep) printprep summary "$@" ;;
    "printprep summary") printprep summary "$@" ;;
    "printprep doctor") printprep doctor "$@" ;; # takes no input at all
    "printprep sign") printprep sign --by me "$@" ;;
    "printprep run") printprep run -o "$work/case" --mask "$@" ;;
    "printprep dossier") printprep dossier "$@" ;;
    "printprep cost") printprep cost --mask "$@" ;;
    "printprep table") printprep table "$@" ;;
    *) "$tool" "$@" ;;
    esac
}

good_input() {
    case $1 in
    mask2stl | maskfrag | maskscore) echo "$mask" ;;
    udf2stl) echo "$field" ;;
    *) echo "$ball" ;;
    esac
}

printf 'this is no mesh and no volume\n' >"$work/text"
: >"$work/empty"
mkdir "$work/folder"

for tool in $tools; do
    expect 0 "$tool --help" "$tool" --help
    check "... names its exit statuses" grep -q 'exit status' "$work/out"
    expect 0 "$tool --version" "$tool" --version
    check "... in one line" test "$(wc -l <"$work/out")" = 1
    expect 2 "$tool: an unknown option is misuse" "$tool" --no-such-option
    said "no-such-option"
    silent
    expect 2 "$tool: an option without its value is misuse" "$tool" -j
    said "needs a value"
    for bad in missing text empty folder; do
        expect 2 "$tool: $bad as input is refused" run "$tool" "$work/$bad"
        check "... in one line" test "$(wc -l <"$work/err")" = 1
        silent
    done
done

# Subcommands of printprep: what the front lists, and no other name
printprep --help | sed -nE 's/^  ([a-z]+) +[^ ].*/\1/p' >"$work/commands"
check "printprep --help lists its subcommands" grep -qx summary "$work/commands"
while read -r command; do
    expect 0 "printprep $command --help" printprep "$command" --help
    check "... is its own" grep -q "^usage: printprep $command " "$work/out"
    check "... names its exit statuses" grep -q 'exit status' "$work/out"
    expect 0 "printprep $command --version" printprep "$command" --version
    check "... in one line" test "$(wc -l <"$work/out")" = 1
    expect 2 "printprep $command: an unknown option is misuse" \
        printprep "$command" --no-such-option
    said "no-such-option"
    silent
    expect 2 "printprep $command: an option without its value is misuse" \
        printprep "$command" -j
    said "needs a value"
    expect 2 "printprep -j before the name: the same" printprep "$command" -q -j
    for bad in missing text empty folder; do
        expect 2 "printprep $command: $bad as input is refused" \
            run "printprep $command" "$work/$bad" </dev/null
        check "... in one line" test "$(wc -l <"$work/err")" = 1
        silent
    done
done <"$work/commands"
for name in summar Summary "" - "summary " ../summary; do
    expect 2 "'$name' is no subcommand" printprep "$name" "$work/doc.json"
    said "unknown subcommand"
    silent
done
expect 0 "printprep --help before a subcommand is the front's" \
    printprep --help summary
check "... with the list" grep -q '^  summary ' "$work/out"

for tool in $makers $filters; do
    expect 2 "$tool: empty standard input is refused" run "$tool" - </dev/null
    silent
    printf 'kept' >"$work/kept.stl"
    expect 2 "$tool: bad input leaves an old output alone" \
        run "$tool" -o "$work/kept.stl" "$work/text"
    check "... as it was" test "$(cat "$work/kept.stl")" = kept
    expect 2 "$tool: an output in no folder is refused" \
        run "$tool" -o "$work/no/such/file.stl" "$(good_input "$tool")"
    expect 2 "$tool: an output's unknown extension is misuse" \
        run "$tool" -o "$work/file.xyz" "$(good_input "$tool")"
    if [ -c /dev/full ]; then
        run "$tool" "$(good_input "$tool")" >/dev/full 2>"$work/err"
        check "$tool: a full disk is status 2" test $? = 2
        check "... and said" test -s "$work/err"
    fi
    { run "$tool" -q "$(good_input "$tool")" 2>"$work/err"; echo $? >"$work/st"; } |
        true
    check "$tool: a closed pipe ends it without words" \
        test ! -s "$work/err"
    mkfifo "$work/fifo"
    timeout 60 cat "$work/fifo" >"$work/through" &
    run "$tool" -f stl -o "$work/fifo" "$(good_input "$tool")" 2>/dev/null
    wait
    rm "$work/fifo"
    run "$tool" -f stl "$(good_input "$tool")" >"$work/direct" 2>/dev/null
    check "$tool: a FIFO gets what standard output gets" \
        cmp "$work/through" "$work/direct"
    check "... which is a mesh" test "$(wc -c <"$work/direct")" -gt 84
    OMP_NUM_THREADS=1 run "$tool" -f ply "$(good_input "$tool")" \
        >"$work/one" 2>/dev/null
    OMP_NUM_THREADS=3 run "$tool" -f ply "$(good_input "$tool")" \
        >"$work/three" 2>/dev/null
    check "$tool: one thread and three give the same bytes" \
        cmp "$work/one" "$work/three"
    expect 0 "$tool: -j writes JSON" \
        run "$tool" -j "$work/doc.json" -o "$work/o.ply" \
        "$(good_input "$tool")"
    check "... with tool, version and status" json "$work/doc.json" \
        ".tool == \"$tool\" and .status == 0 and .printprep_json == 1"
    expect 2 "$tool: mesh and JSON do not share standard output" \
        run "$tool" -j - "$(good_input "$tool")"
    check "$tool: no temporary file stays" \
        test -z "$(find "$work" -name '.printprep-*')"
done

for tool in $maskers; do
    input=$(good_input "$tool")
    expect 2 "$tool: empty standard input is refused" run "$tool" - </dev/null
    silent
    expect 0 "$tool: -j writes JSON" run "$tool" -q -j "$work/doc.json" "$input"
    check "... with tool, version and status" json "$work/doc.json" \
        ".tool == \"$tool\" and .status == 0 and .printprep_json == 1"
    expect 2 "$tool: JSON in no folder is refused" \
        run "$tool" -j "$work/no/such/file.json" "$input"
    if [ -c /dev/full ]; then
        run "$tool" "$input" >/dev/full 2>"$work/err"
        check "$tool: a full disk is status 2" test $? = 2
        check "... and said" test -s "$work/err"
    fi
    { run "$tool" -q "$input" 2>"$work/err"; } | true
    check "$tool: a closed pipe ends it without words" test ! -s "$work/err"
done
for tool in maskfrag meshmask; do
    input=$(good_input "$tool")
    printf 'kept' >"$work/kept.nii"
    expect 2 "$tool: bad input leaves an old output alone" \
        run "$tool" -o "$work/kept.nii" "$work/text"
    check "... as it was" test "$(cat "$work/kept.nii")" = kept
    expect 2 "$tool: an output in no folder is refused" \
        run "$tool" -o "$work/no/such/file.nii" "$input"
    mkfifo "$work/fifo.nii"
    timeout 60 cat "$work/fifo.nii" >"$work/through" &
    run "$tool" -q -o "$work/fifo.nii" "$input" >/dev/null 2>&1
    wait
    rm "$work/fifo.nii"
    run "$tool" -q "$input" >"$work/direct" 2>/dev/null
    check "$tool: a FIFO gets what standard output gets" \
        cmp "$work/through" "$work/direct"
done
check "maskers: no temporary file stays" \
    test -z "$(find "$work" -name '.printprep-*')"

# A status 1 upstream is repeated downstream: a ball with its last facet missing
n=$((($(wc -c <"$ball") - 84) / 50 - 1))
{
    head -c 80 "$ball"
    for shift in 1 256 65536 16777216; do
        # shellcheck disable=SC2059 # the format is the byte
        printf "\\$(printf %03o $((n / shift % 256)))"
    done
    tail -c +85 "$ball" | head -c $((n * 50))
} >"$work/open.stl"
expect 1 "meshcheck: an open mesh is status 1" meshcheck "$work/open.stl"
meshcheck --pass -f ply "$work/open.stl" >"$work/open.ply" 2>/dev/null
expect 1 "meshfix repeats the status 1 of an earlier tool" \
    meshfix -o "$work/fixed.ply" "$work/open.ply"
expect 0 "meshfix on the bare STL mends it" \
    meshfix -o "$work/fixed.stl" "$work/open.stl"
expect 0 "meshcheck: the mended one is clean" meshcheck "$work/fixed.stl"
finish
