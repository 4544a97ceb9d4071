# SPDX-License-Identifier: GPL-3.0-or-later
CHECK_TESTS = tests/unit/check/check tests/unit/check/corpus \
	tests/unit/check/crossings \
	tests/unit/check/mutations tests/unit/check/narrow \
	tests/unit/check/printer \
	tests/unit/check/shape
check_PROGRAMS += $(CHECK_TESTS)
TESTS += $(CHECK_TESTS)
tests_unit_check_crossings_SOURCES = tests/unit/check/crossings.c \
	tests/unit/check/rational.c tests/unit/check/rational.h
tests_unit_check_crossings_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/tests/unit/check
tests_unit_check_crossings_LDADD = $(TEST_LDADD)
tests_unit_check_check_LDADD = $(TEST_LDADD)
tests_unit_check_shape_LDADD = $(TEST_LDADD)
tests_unit_check_mutations_LDADD = $(TEST_LDADD)
tests_unit_check_corpus_SOURCES = tests/unit/check/corpus.c \
	tests/unit/check/rational.c tests/unit/check/rational.h
tests_unit_check_corpus_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/tests/unit/check
tests_unit_check_corpus_LDADD = $(TEST_LDADD)
tests_unit_check_printer_LDADD = $(TEST_LDADD)
tests_unit_check_narrow_LDADD = $(TEST_LDADD)
