# SPDX-License-Identifier: GPL-3.0-or-later
# Judges that npm has; each test skips without them.
TESTS += tests/web/glb.sh
dist_check_SCRIPTS += tests/web/glb.sh
EXTRA_DIST += tests/web/npm.sh tests/web/package.json tests/web/glb.mjs

clean-local: clean-web
clean-web:
	rm -rf tests/web/npm
.PHONY: clean-web
