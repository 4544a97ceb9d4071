#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# manual.sh - the manual tells the truth
#
# For each page: mandoc's lint is quiet; it has its sections and is under 200
# lines; the options of a tool's page are those of its --help (of printprep-X(1),
# those of `printprep X --help`); every line under
# EXAMPLES runs, in a folder that holds the sample files, and ends with status
# 0 or 1.
#
# Examples are .Dl lines, or .Bd -literal blocks, one command a line (a
# backslash at the end of a line continues it).
set -u
src=${top_srcdir:-.}
data=${top_builddir:-.}/samples/data
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0

verdict() { # verdict GOOD SENTENCE
    n=$((n + 1))
    if [ "$1" = yes ]; then
        echo "ok $n - $2"
    else
        echo "not ok $n - $2"
    fi
}

lint() {
    mandoc -Tlint -Wwarning "$1" >"$work/lint" 2>&1
    sed 's/^/# /' "$work/lint"
    [ -s "$work/lint" ] && good=no || good=yes
    verdict "$good" "$(basename "$1"): mandoc finds nothing to mend"
}

shape() {
    good=yes
    lines=$(wc -l <"$1")
    [ "$lines" -lt 200 ] || {
        echo "# $lines lines"
        good=no
    }
    for section in NAME DESCRIPTION "SEE ALSO"; do
        grep -q "^\.Sh $section\$" "$1" || {
            echo "# no section $section"
            good=no
        }
    done
    case $1 in
    *.1)
        for section in SYNOPSIS "EXIT STATUS" EXAMPLES CAVEATS; do
            grep -q "^\.Sh $section\$" "$1" || {
                echo "# no section $section"
                good=no
            }
        done
        ;;
    esac
    verdict "$good" "$(basename "$1"): has its sections, in under 200 lines"
}

options() { # options PAGE TOOL [SUBCOMMAND]
    options_page=$1
    shift
    "$@" --help | grep -oE '^ +(-[a-zA-Z], )?--[a-z0-9-]+' |
        grep -oE -- '--[a-z0-9-]+' | sort -u >"$work/help"
    mandoc -Tascii "$options_page" | col -bx >"$work/page"
    grep -E '^ +-' "$work/page" | grep -oE -- '--[a-z0-9][a-z0-9-]*' |
        sort -u >"$work/items"
    comm -23 "$work/help" "$work/items" | sed 's/^/# not in the page: /' \
        >"$work/diff"
    grep -E '^ +-[-a-zA-Z]' "$work/page" | sed -E 's/^ +//' |
        grep -oE '^(-[a-zA-Z], )?--[a-z0-9-]+' | grep -oE -- '--[a-z0-9-]+' |
        sort -u | comm -13 "$work/help" - |
        sed 's/^/# not in --help: /' >>"$work/diff"
    cat "$work/diff"
    [ -s "$work/help" ] && [ ! -s "$work/diff" ] && good=yes || good=no
    verdict "$good" \
        "$(basename "$options_page"): lists the options of --help, no others"
}

# The subcommands that printprep's --help lists, one a line
subcommands() {
    printprep --help | sed -nE 's/^  ([a-z]+) +[^ ].*/\1/p'
}

# Each subcommand is in the front's page and has its own; no page is without
# its subcommand.
front() {
    subcommands | sort >"$work/subcommands"
    for front_page in "$src"/man/printprep-*.1; do
        basename "$front_page" .1 | sed 's/^printprep-//'
    done | sort >"$work/pages"
    sed -nE 's/^\.It Cm ([a-z]+)$/\1/p' "$src/man/printprep.1" | sort \
        >"$work/listed"
    good=no
    if [ -s "$work/subcommands" ] &&
        diff "$work/subcommands" "$work/pages" >"$work/diff" &&
        diff "$work/subcommands" "$work/listed" >>"$work/diff"; then
        good=yes
    fi
    sed 's/^/# /' "$work/diff"
    verdict "$good" "every subcommand is in printprep(1) and has its own page"
}

commands() {
    awk '
        /^\.Sh / { inside = ($2 == "EXAMPLES"); next }
        !inside { next }
        /^\.Dl / { print substr($0, 5); next }
        /^\.Bd .*-literal/ { literal = 1; next }
        /^\.Ed/ { literal = 0; next }
        literal { print }
    ' "$1" | sed -e 's/^\$ //' -e 's/\\e/\\/g' -e 's/\\-/-/g' \
        -e "s/\\\\(aq/'/g" -e 's/\\&//g' -e '/^#/d' -e '/^[[:space:]]*$/d' |
        awk '{ if (sub(/\\$/, "")) { held = held $0; next }
               print held $0; held = "" }'
}

examples() {
    rm -rf "$work/run"
    mkdir "$work/run"
    cp -r "$data"/. "$work/run"
    commands "$1" >"$work/commands"
    good=yes
    while read -r line; do
        (cd "$work/run" && sh -c "$line") >"$work/out" 2>"$work/err" \
            </dev/null
        status=$?
        [ $status -le 1 ] || {
            echo "# status $status: $line"
            sed 's/^/#   /' "$work/err"
            good=no
        }
    done <"$work/commands"
    [ -s "$work/commands" ] || good=no
    verdict "$good" "$(basename "$1"): its $(wc -l <"$work/commands") examples run"
}

if ! command -v mandoc >/dev/null; then
    echo "1..0 # SKIP mandoc is not installed"
    exit 0
fi
npage=0
for page in "$src"/man/*.[1-9]; do
    npage=$((npage + 1))
    lint "$page"
    shape "$page"
    case $page in
    *.1)
        tool=$(basename "$page" .1)
        case $tool in
        printprep-*) options "$page" printprep "${tool#printprep-}" ;;
        *) options "$page" "$tool" ;;
        esac
        examples "$page"
        ;;
    esac
done
front
[ $npage -gt 0 ] || verdict no "there is a manual"
echo "1..$n"
