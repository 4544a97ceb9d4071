# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/unit/shell/grow
TESTS += tests/unit/shell/grow
tests_unit_shell_grow_LDADD = $(TEST_LDADD)
