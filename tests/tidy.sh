#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tidy.sh - what clang-tidy and clang's analyzer say about our C (.clang-tidy)
#
# Three minutes of processor time: with LONG=1 (make check-long) only.
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"
cd "$top_srcdir" || exit 99

if [ "${LONG:-}" != 1 ] || ! command -v clang-tidy >/dev/null; then
    skip "clang-tidy finds nothing to mend" "LONG=1 and clang-tidy"
    finish
    exit 0
fi

# Two at a time, four files each. PP_DATADIR only has to be a string.
find src tools -name '*.c' ! -name status.c | sort >"$work/files"
# shellcheck disable=SC2016 # for the inner shell
TIDY_FLAGS="$TIDY_FLAGS -DPP_DATADIR=__FILE__ -include tests/analyzer.h" \
    xargs -P 2 -n 4 sh -c 'clang-tidy --quiet "$@" -- $TIDY_FLAGS' tidy \
    <"$work/files" >"$work/tidy" 2>"$work/words"
status=$?
grep -E '(error|warning): ' "$work/tidy" | sort -u | sed 's/^/# /'
check "clang-tidy finds nothing to mend ($(wc -l <"$work/files") files)" \
    test $status = 0
finish
