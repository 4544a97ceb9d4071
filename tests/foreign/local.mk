# SPDX-License-Identifier: GPL-3.0-or-later
# Foreign judges: programs that share no code with the tools.
check_PROGRAMS += tests/foreign/cgal_judge
tests_foreign_cgal_judge_SOURCES = tests/foreign/cgal_judge.cpp
tests_foreign_cgal_judge_LDADD = -lmpfr -lgmp
