# SPDX-License-Identifier: GPL-3.0-or-later
# Foreign judges: programs that share no code with the tools.
check_PROGRAMS += tests/foreign/cgal_judge
tests_foreign_cgal_judge_SOURCES = tests/foreign/cgal_judge.cpp
tests_foreign_cgal_judge_LDADD = -lmpfr -lgmp

# fields of src/mask/ on raw volumes, beside scipy
check_PROGRAMS += tests/foreign/fields
tests_foreign_fields_SOURCES = tests/foreign/fields.c
TESTS += tests/foreign/fields.sh tests/foreign/pengwin.sh \
	tests/foreign/vtk.sh
dist_check_SCRIPTS += tests/foreign/fields.sh tests/foreign/pengwin.sh \
	tests/foreign/vtk.sh
EXTRA_DIST += tests/foreign/fields.py tests/foreign/pengwin.py \
	tests/foreign/vtk.py
