# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
#
# light.sh - the tools without pictures and budgets, for scripts to source
#
#   . "$top_srcdir/tests/light.sh"
#   light_tools FOLDER                (an absolute path; then goes on PATH)
#
# What is true of processes, files and names does not hang on what takes most
# of a small case's time. Pictures are empty files; all else is the tools' own.

light_tools() {
    mkdir -p "$1"
    for light_tool in meshmeasure meshshell; do
        cat >"$1/$light_tool" <<EOF
#!/bin/sh
for word; do
    shift
    case \$word in
    --budget | --stage=*) ;;
    --picture=* | --histogram=*) : >"\${word#*=}" ;;
    *) set -- "\$@" "\$word" ;;
    esac
done
exec $(command -v $light_tool) "\$@"
EOF
        chmod +x "$1/$light_tool"
    done
}
