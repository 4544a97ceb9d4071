# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
#
# tap.sh - what every script under tests/cli sources
#
#   . "$top_srcdir/tests/tap.sh"
#   expect 2 "a directory is refused" meshcheck "$work"
#   said "directory"                  (the last command's standard error)
#   check "it is small" test -s "$work/out"
#   finish
#
# $work is an empty folder that goes away; $data holds the samples; $shared
# is the shared data beside the checkout, or empty.

top_srcdir=${top_srcdir:-.}
top_builddir=${top_builddir:-.}
# shellcheck disable=SC2034 # for the scripts that source this
data=$top_builddir/samples/data
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shared=$top_srcdir/../shared/data
[ -d "$shared" ] || shared=
tap_n=0

tap_line() { # tap_line yes|no SENTENCE
    tap_n=$((tap_n + 1))
    if [ "$1" = yes ]; then
        echo "ok $tap_n - $2"
    else
        echo "not ok $tap_n - $2"
    fi
}

# expect STATUS SENTENCE COMMAND...: standard output in $work/out, standard
# error in $work/err, standard input empty unless redirected by the caller
expect() {
    tap_want=$1
    tap_sentence=$2
    shift 2
    "$@" >"$work/out" 2>"$work/err"
    tap_got=$?
    if [ "$tap_got" = "$tap_want" ]; then
        tap_line yes "$tap_sentence"
    else
        echo "# status $tap_got instead of $tap_want: $*"
        sed 's/^/# /' "$work/err"
        tap_line no "$tap_sentence"
    fi
}

# said WORDS: one line on standard error, and it holds these words
said() {
    if [ "$(wc -l <"$work/err")" = 1 ] && grep -q -e "$1" "$work/err"; then
        tap_line yes "... and says in one line: $1"
    else
        sed 's/^/# /' "$work/err"
        tap_line no "... and says in one line: $1"
    fi
}

silent() { # nothing on standard output
    if [ -s "$work/out" ]; then
        tap_line no "... and nothing on standard output"
    else
        tap_line yes "... and nothing on standard output"
    fi
}

check() { # check SENTENCE COMMAND...
    tap_sentence=$1
    shift
    if "$@" >"$work/check" 2>&1; then
        tap_line yes "$tap_sentence"
    else
        sed 's/^/# /' "$work/check"
        tap_line no "$tap_sentence"
    fi
}

# json FILE FILTER: true when jq's filter is
json() { jq -e "$2" "$1"; }

skip() { # skip N SENTENCE REASON: one test that is not run
    tap_n=$((tap_n + 1))
    echo "ok $tap_n - $1 # SKIP $2"
}

finish() { echo "1..$tap_n"; }
