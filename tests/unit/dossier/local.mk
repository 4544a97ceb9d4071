# SPDX-License-Identifier: GPL-3.0-or-later
DOSSIER_TESTS = tests/unit/dossier/text tests/unit/dossier/view
check_PROGRAMS += $(DOSSIER_TESTS)
TESTS += $(DOSSIER_TESTS)
tests_unit_dossier_text_LDADD = $(TEST_LDADD)
tests_unit_dossier_view_LDADD = $(TEST_LDADD)
