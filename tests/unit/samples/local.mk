# SPDX-License-Identifier: GPL-3.0-or-later
SAMPLES_TESTS = tests/unit/samples/body tests/unit/samples/gauge \
	tests/unit/samples/phantom \
	tests/unit/samples/road tests/unit/samples/road_mesh \
	tests/unit/samples/scan
check_PROGRAMS += $(SAMPLES_TESTS)
TESTS += $(SAMPLES_TESTS)
SAMPLES_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/samples
tests_unit_samples_body_CPPFLAGS = $(SAMPLES_CPPFLAGS)
tests_unit_samples_body_LDADD = libsamples.a $(TEST_LDADD)
tests_unit_samples_gauge_CPPFLAGS = $(SAMPLES_CPPFLAGS)
tests_unit_samples_gauge_LDADD = libsamples.a $(TEST_LDADD)
tests_unit_samples_phantom_CPPFLAGS = $(SAMPLES_CPPFLAGS)
tests_unit_samples_phantom_LDADD = libsamples.a $(TEST_LDADD)
tests_unit_samples_road_CPPFLAGS = $(SAMPLES_CPPFLAGS)
tests_unit_samples_road_LDADD = libsamples.a $(TEST_LDADD)
tests_unit_samples_road_mesh_CPPFLAGS = $(SAMPLES_CPPFLAGS)
tests_unit_samples_road_mesh_LDADD = libsamples.a $(TEST_LDADD)
tests_unit_samples_scan_CPPFLAGS = $(SAMPLES_CPPFLAGS)
tests_unit_samples_scan_LDADD = libsamples.a $(TEST_LDADD)

# Scripts that judge the sample files
SAMPLES_CLI = tests/cli/phantom.sh tests/cli/roads.sh
TESTS += $(SAMPLES_CLI)
dist_check_SCRIPTS += $(SAMPLES_CLI)
