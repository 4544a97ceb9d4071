# SPDX-License-Identifier: GPL-3.0-or-later
THICKNESS_TESTS = tests/unit/thickness/ball tests/unit/thickness/interval \
	tests/unit/thickness/known tests/unit/thickness/truth
check_PROGRAMS += $(THICKNESS_TESTS)
TESTS += $(THICKNESS_TESTS)
tests_unit_thickness_ball_LDADD = $(TEST_LDADD)
EXTRA_DIST += tests/unit/thickness/bound.h
tests_unit_thickness_interval_LDADD = $(TEST_LDADD)
tests_unit_thickness_known_LDADD = $(TEST_LDADD)
tests_unit_thickness_truth_SOURCES = tests/unit/thickness/truth.c \
	tests/unit/thickness/brute.c tests/unit/thickness/brute.h
tests_unit_thickness_truth_LDADD = $(TEST_LDADD)
