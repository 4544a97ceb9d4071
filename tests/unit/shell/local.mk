# SPDX-License-Identifier: GPL-3.0-or-later
SHELL_TESTS = tests/unit/shell/grow tests/unit/shell/hollow \
	tests/unit/shell/sheet
check_PROGRAMS += $(SHELL_TESTS)
TESTS += $(SHELL_TESTS)
tests_unit_shell_grow_LDADD = $(TEST_LDADD)
tests_unit_shell_hollow_LDADD = $(TEST_LDADD)
tests_unit_shell_sheet_LDADD = $(TEST_LDADD)
