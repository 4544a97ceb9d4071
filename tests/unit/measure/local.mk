# SPDX-License-Identifier: GPL-3.0-or-later
MEASURE_TESTS = \
	tests/unit/measure/body \
	tests/unit/measure/boundary \
	tests/unit/measure/deviation \
	tests/unit/measure/extent \
	tests/unit/measure/fit \
	tests/unit/measure/geodesic \
	tests/unit/measure/grey \
	tests/unit/measure/grey_trial \
	tests/unit/measure/hausdorff \
	tests/unit/measure/overlap \
	tests/unit/measure/patch \
	tests/unit/measure/points \
	tests/unit/measure/register \
	tests/unit/measure/section \
	tests/unit/measure/shape \
	tests/unit/measure/told \
	tests/unit/measure/truth \
	tests/unit/measure/volume
check_PROGRAMS += $(MEASURE_TESTS)
TESTS += $(MEASURE_TESTS)
tests_unit_measure_body_LDADD = $(TEST_LDADD)
tests_unit_measure_boundary_LDADD = $(TEST_LDADD)
tests_unit_measure_deviation_SOURCES = tests/unit/measure/deviation.c \
	tests/unit/measure/box.h
tests_unit_measure_deviation_LDADD = $(TEST_LDADD)
tests_unit_measure_extent_LDADD = $(TEST_LDADD)
tests_unit_measure_volume_LDADD = $(TEST_LDADD)
tests_unit_measure_overlap_SOURCES = tests/unit/measure/overlap.c \
	tests/unit/measure/box.h
tests_unit_measure_overlap_LDADD = $(TEST_LDADD)
tests_unit_measure_hausdorff_LDADD = $(TEST_LDADD)
tests_unit_measure_patch_LDADD = $(TEST_LDADD)
tests_unit_measure_section_LDADD = $(TEST_LDADD)
tests_unit_measure_shape_LDADD = $(TEST_LDADD)
tests_unit_measure_grey_LDADD = $(TEST_LDADD)
tests_unit_measure_points_LDADD = $(TEST_LDADD)
tests_unit_measure_truth_LDADD = $(TEST_LDADD)
tests_unit_measure_told_LDADD = $(TEST_LDADD)
tests_unit_measure_fit_LDADD = $(TEST_LDADD)
tests_unit_measure_geodesic_LDADD = $(TEST_LDADD)
tests_unit_measure_register_LDADD = $(TEST_LDADD)
tests_unit_measure_grey_trial_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/samples
tests_unit_measure_grey_trial_LDADD = libsamples.a $(TEST_LDADD)
