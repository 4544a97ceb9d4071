# SPDX-License-Identifier: GPL-3.0-or-later
MEASURE_CLI = tests/cli/meshmeasure.sh tests/cli/summary.sh
TESTS += $(MEASURE_CLI)
dist_check_SCRIPTS += $(MEASURE_CLI)
TESTS += tests/cli/mask2stl.sh
dist_check_SCRIPTS += tests/cli/mask2stl.sh
TESTS += tests/cli/meshcheck.sh
dist_check_SCRIPTS += tests/cli/meshcheck.sh
TESTS += tests/cli/meshfix.sh
dist_check_SCRIPTS += tests/cli/meshfix.sh
TESTS += tests/cli/real.sh
dist_check_SCRIPTS += tests/cli/real.sh
TESTS += tests/cli/corpus.sh
dist_check_SCRIPTS += tests/cli/corpus.sh
EXTRA_DIST += tests/cli/corpus.txt
TESTS += tests/cli/meshshell.sh
dist_check_SCRIPTS += tests/cli/meshshell.sh
