# SPDX-License-Identifier: GPL-3.0-or-later
SHELL_TESTS = tests/unit/shell/bounds tests/unit/shell/grow \
	tests/unit/shell/hollow tests/unit/shell/mended \
	tests/unit/shell/sheet tests/unit/shell/thick \
	tests/unit/shell/unite
check_PROGRAMS += $(SHELL_TESTS)
TESTS += $(SHELL_TESTS)
tests_unit_shell_bounds_SOURCES = tests/unit/shell/bounds.c \
	tests/unit/shell/solid.h
tests_unit_shell_bounds_LDADD = $(TEST_LDADD)
tests_unit_shell_grow_SOURCES = tests/unit/shell/grow.c \
	tests/unit/shell/solid.h
tests_unit_shell_grow_LDADD = $(TEST_LDADD)
tests_unit_shell_hollow_LDADD = $(TEST_LDADD)
tests_unit_shell_mended_SOURCES = tests/unit/shell/mended.c \
	tests/unit/shell/solid.h
tests_unit_shell_mended_LDADD = $(TEST_LDADD)
tests_unit_shell_sheet_LDADD = $(TEST_LDADD)
tests_unit_shell_thick_SOURCES = tests/unit/shell/thick.c tests/sheets.c \
	tests/sheets.h
tests_unit_shell_thick_LDADD = $(TEST_LDADD)
tests_unit_shell_unite_SOURCES = tests/unit/shell/unite.c \
	tests/unit/shell/solid.h
tests_unit_shell_unite_LDADD = $(TEST_LDADD)
