#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# case.sh CASE OUT [OPTION...] - one case of many, for Snakemake and make
#
# Runs `printprep run` on the mask and the source of the folder CASE; OPTIONs
# are handed on. Results are in OUT, what was said in OUT.log. OUT.status has
# the exit status of a run that came to its end: with 0, 1 or 2 the case is
# done, and it is not done again, for 2 (no such label, a broken file) would
# be 2 again. A run that was killed, or one of its tools, or that ran out of
# memory, leaves no OUT.status, and this script ends with 3 or more; what it
# had finished is there when it comes again.
set -u
case=$1
out=$2
shift 2

# first NAME...: the first that is there
first() {
    for first_path in "$@"; do
        [ ! -e "$first_path" ] || {
            printf '%s\n' "$first_path"
            return
        }
    done
}

mask=$(first "$case"/mask*)
source=$(first "$case"/source*)
[ -z "$source" ] || set -- --source "$source" "$@"
if [ -s "$case/labels" ]; then
    set -- "$@" --label "$(tr -d '\n' <"$case/labels")"
else
    case " $*" in
    *" --label"*) ;;
    *) set -- "$@" --all ;;
    esac
fi
rm -f "$out.status"
mkdir -p "$out" || exit 3
printprep run -q "$@" --mask "${mask:-$case/mask}" -o "$out" 2>"$out.log"
status=$?
if [ "$status" = 2 ] &&
    cat "$out.log" "$out/case.json" 2>/dev/null |
    grep -qE 'ended by signal|out of memory|No space left'; then
    status=3
fi
[ "$status" -le 2 ] || {
    cat "$out.log" >&2
    exit "$status"
}
echo "$status" >"$out.status.new" && mv "$out.status.new" "$out.status"
