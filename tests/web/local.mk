# SPDX-License-Identifier: GPL-3.0-or-later
# Judges that npm has; each test skips without them.
WEB_TESTS = tests/web/dossier.sh tests/web/glb.sh
TESTS += $(WEB_TESTS)
dist_check_SCRIPTS += $(WEB_TESTS)
EXTRA_DIST += tests/web/npm.sh tests/web/package.json \
	tests/web/package-lock.json tests/web/dossier.mjs \
	tests/web/eslint.config.mjs tests/web/glb.mjs

clean-local: clean-web
clean-web:
	rm -rf tests/web/npm
.PHONY: clean-web
