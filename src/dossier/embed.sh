#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# embed.sh OUT.c NAME=FILE... - files as C arrays, for the page
#
# NAME is the array's; NAME_size has its length. od and sed are POSIX.
set -eu

out=$1
shift
{
    echo '/* SPDX-License-Identifier: GPL-3.0-or-later */'
    echo '/* made by embed.sh */'
    echo '#include "dossier/html.h"'
    for pair in "$@"; do
        name=${pair%%=*}
        echo "const unsigned char ${name}[] = {"
        od -An -v -tu1 "${pair#*=}" | sed 's/\([0-9][0-9]*\)/\1,/g'
        echo '};'
        echo "const size_t ${name}_size = sizeof $name;"
    done
} >"$out.new"
mv "$out.new" "$out"
