# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
#
# npm.sh - packages of package.json, for tests that source this after tap.sh
#
#   if web_has gltf-validator; then node "$web/glb.mjs" ...
#
# They are put under the build tree (never into the sources), once; $web is
# that folder, with the scripts beside them.
# shellcheck disable=SC2154 # tap.sh sets them
web=$top_builddir/tests/web/npm

web_has() { # web_has PACKAGE
    command -v node >/dev/null && command -v npm >/dev/null || return 1
    mkdir -p "$web" || return 1
    cp "$top_srcdir"/tests/web/package*.json "$top_srcdir"/tests/web/*.mjs \
        "$web" || return 1
    # two tests at once: the first one brings the packages
    web_n=0
    until mkdir "$web/.busy" 2>/dev/null || [ $web_n -ge 120 ]; do
        sleep 1
        web_n=$((web_n + 1))
    done
    [ -f "$web/node_modules/.package-lock.json" ] || (cd "$web" &&
        timeout 120 npm ci --no-audit --no-fund --ignore-scripts \
            --loglevel=error >npm.log 2>&1)
    rmdir "$web/.busy" 2>/dev/null
    # npm writes it last: what was cut off has none
    [ -f "$web/node_modules/.package-lock.json" ] &&
        [ -d "$web/node_modules/$1" ]
}
