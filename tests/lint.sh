#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# lint.sh - what other programs say about our sources
#
# Scripts through shellcheck, C through cppcheck; SPDX lines everywhere; no
# marks of unfinished work.
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"
cd "$top_srcdir" || exit 99

sources() {
    find src tools tests samples -name '*.c' -o -name '*.h' -o -name '*.cpp' \
        -o -name '*.hpp'
}

scripts() {
    find . -path './build*' -prune -o -path ./.git -prune -o \
        -path ./build-aux -prune -o \
        \( -name '*.sh' -o -path ./quickstart -o -path ./.ci/run \) -print
}

if command -v shellcheck >/dev/null; then
    # shellcheck disable=SC2046 # names without blanks: our own
    check "shellcheck finds nothing to mend" \
        shellcheck -x --source-path="$PWD" $(scripts)
else
    skip "shellcheck finds nothing to mend" "shellcheck is not installed"
fi

if command -v cppcheck >/dev/null; then
    # Headers of libraries are left out: cppcheck says so for each (missing
    # includes), and knows no branch of them.
    check "cppcheck finds nothing to mend" \
        cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr \
        --enable=warning,performance,portability \
        --suppress=missingInclude --suppress=missingIncludeSystem \
        -j 2 -I src -I tools -D__GNUC__=12 src tools
else
    skip "cppcheck finds nothing to mend" "cppcheck is not installed"
fi

sources >"$work/sources"
# shellcheck disable=SC2046 # names without blanks: our own
grep -L 'SPDX-License-Identifier: GPL-3.0-or-later' \
    $(cat "$work/sources") $(scripts) >"$work/without"
check "every file names its licence ($(wc -l <"$work/sources") sources)" \
    test ! -s "$work/without"
sed 's/^/# no SPDX line: /' "$work/without"

# The pattern is put together so that it does not find itself.
unfinished="TO""DO|FIX""ME|[^X]XX""X[^X]|HA""CK\\b|not (yet )?implem""ented"
# shellcheck disable=SC2046
grep -nE "$unfinished" $(cat "$work/sources") >"$work/marks"
sed 's/^/# /' "$work/marks"
check "no marks of unfinished work" test ! -s "$work/marks"
finish
