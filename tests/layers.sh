#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# layers.sh - who may include whom
#
# The order of the rooms is total; a file includes headers of its own room and
# of rooms to its left. Shim sources may add voxel/grid.h and mesh/mesh.h; only
# shim sources include foreign headers; tools include no shim header.
set -u
src=${top_srcdir:-.}
order="base shim voxel mask mesh surface thickness check measure repair shell
place meshio render chain dossier tools"
system="assert ctype dirent errno fcntl float getopt inttypes limits math
signal spawn stdarg stdbool stddef stdint stdio stdlib string strings time unistd
sys/file sys/mman sys/resource sys/stat sys/types sys/wait config omp"
bad=0
list=$(mktemp)
trap 'rm -f "$list"' EXIT
nfile=0

# All variables of a shell script are one heap: each function has its own.
rank() {
    rank_n=0
    for rank_room in $order; do
        rank_n=$((rank_n + 1))
        [ "$rank_room" != "$1" ] || { echo $rank_n; return; }
    done
    echo 0
}

complain() {
    echo "# $1 includes $2: $3"
    bad=$((bad + 1))
}

is_system() {
    for system_header in $system; do
        [ "$1" != "$system_header.h" ] || return 0
    done
    return 1
}

# check_include FILE ROOM HEADER
check_include() {
    ! is_system "$3" || return 0
    if [ ! -f "$src/src/$3" ] && [ ! -f "$src/tools/$3" ]; then
        [ "$2" = shim ] || complain "$1" "$3" "foreign headers are shim's"
        return 0
    fi
    case $3 in
    */*) target=${3%%/*} ;;
    *) target=$2 ;;
    esac
    if [ "$2" = tools ] && [ "$target" = shim ]; then
        complain "$1" "$3" "tools include no shim header"
    elif [ "$(rank "$target")" -gt "$(rank "$2")" ]; then
        case $2:$3 in
        shim:voxel/grid.h | shim:mesh/mesh.h) ;;
        *) complain "$1" "$3" "$target lies to the right of $2" ;;
        esac
    fi
}

echo "1..3"
for file in "$src"/src/*/*.[ch] "$src"/src/*/*.cpp "$src"/src/*/*.hpp \
    "$src"/tools/*.[ch]; do
    [ -f "$file" ] || continue
    nfile=$((nfile + 1))
    room=$(basename "$(dirname "$file")")
    sed -nE 's/^ *# *include *[<"]([^>"]+)[>"].*/\1/p' "$file" >"$list"
    while read -r header; do
        check_include "$file" "$room" "$header"
    done <"$list"
done
if [ $bad -eq 0 ] && [ $nfile -gt 20 ]; then
    echo "ok 1 - includes follow the order of the river ($nfile files)"
else
    echo "not ok 1 - includes follow the order of the river ($nfile files)"
fi

# verdict NUMBER SENTENCE OFFENDING-LINES
verdict() {
    if [ -z "$3" ]; then
        echo "ok $1 - $2"
    else
        echo "$3" | sed 's/^/# /'
        echo "not ok $1 - $2"
    fi
}

verdict 2 "base/alloc.c is the only caller of malloc" "$(
    grep -nE '(^|[^_a-zA-Z>.])(malloc|calloc|realloc)\(' \
        "$src"/src/*/*.c "$src"/tools/*.c | grep -v 'src/base/alloc.c')"
verdict 3 "the library neither prints nor exits" "$(
    grep -nE '(^|[^_a-zA-Z>.])(printf|puts|putchar|perror|exit|abort)\(' \
        "$src"/src/*/*.c)"
