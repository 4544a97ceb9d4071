# SPDX-License-Identifier: GPL-3.0-or-later
MEASURE_CLI = tests/cli/measure_dicom.sh tests/cli/meshmeasure.sh tests/cli/summary.sh
TESTS += $(MEASURE_CLI)
dist_check_SCRIPTS += $(MEASURE_CLI)
TESTS += tests/cli/mask2stl.sh tests/cli/labels.sh
dist_check_SCRIPTS += tests/cli/mask2stl.sh tests/cli/labels.sh
TESTS += tests/cli/meshcheck.sh
dist_check_SCRIPTS += tests/cli/meshcheck.sh
TESTS += tests/cli/meshfix.sh
dist_check_SCRIPTS += tests/cli/meshfix.sh
TESTS += tests/cli/real.sh
dist_check_SCRIPTS += tests/cli/real.sh
TESTS += tests/cli/corpus.sh
dist_check_SCRIPTS += tests/cli/corpus.sh
EXTRA_DIST += tests/cli/corpus.txt
TESTS += tests/cli/meshconv.sh
dist_check_SCRIPTS += tests/cli/meshconv.sh
TESTS += tests/cli/meshshell.sh
dist_check_SCRIPTS += tests/cli/meshshell.sh
TESTS += tests/cli/grown.sh
dist_check_SCRIPTS += tests/cli/grown.sh
# Looks for vertices that growing may not touch
check_PROGRAMS += tests/cli/keptfar
tests_cli_keptfar_SOURCES = tests/cli/keptfar.c tests/kept.c tests/kept.h
tests_cli_keptfar_LDADD = $(TEST_LDADD)
TESTS += tests/cli/udf2stl.sh
dist_check_SCRIPTS += tests/cli/udf2stl.sh
# Writes fields of open surfaces for it
check_PROGRAMS += tests/cli/sheetfield
tests_cli_sheetfield_SOURCES = tests/cli/sheetfield.c tests/sheets.c \
	tests/sheets.h
tests_cli_sheetfield_LDADD = $(TEST_LDADD)
TESTS += tests/cli/demo.sh tests/cli/family.sh
dist_check_SCRIPTS += tests/cli/demo.sh tests/cli/family.sh
TESTS += tests/cli/volumes.sh
dist_check_SCRIPTS += tests/cli/volumes.sh
TESTS += tests/cli/maskfrag.sh tests/cli/maskscore.sh
dist_check_SCRIPTS += tests/cli/maskfrag.sh tests/cli/maskscore.sh
TESTS += tests/cli/meshmask.sh
dist_check_SCRIPTS += tests/cli/meshmask.sh
TESTS += tests/cli/dossier.sh
dist_check_SCRIPTS += tests/cli/dossier.sh
TESTS += tests/cli/run.sh
dist_check_SCRIPTS += tests/cli/run.sh
TESTS += tests/cli/table.sh
dist_check_SCRIPTS += tests/cli/table.sh
TESTS += tests/cli/slicer.sh
dist_check_SCRIPTS += tests/cli/slicer.sh
