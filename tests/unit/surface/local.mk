# SPDX-License-Identifier: GPL-3.0-or-later
SURFACE_TESTS = tests/unit/surface/decimate \
	tests/unit/surface/extract tests/unit/surface/grey \
	tests/unit/surface/labels \
	tests/unit/surface/labels_cell tests/unit/surface/overlay \
	tests/unit/surface/random tests/unit/surface/smooth \
	tests/unit/surface/table tests/unit/surface/valley \
	tests/unit/surface/valley_real \
	tests/unit/surface/voxelise
check_PROGRAMS += $(SURFACE_TESTS)
TESTS += $(SURFACE_TESTS)
SURFACE_JUDGE = tests/unit/surface/judge.c tests/unit/surface/judge.h
tests_unit_surface_decimate_SOURCES = tests/unit/surface/decimate.c \
	$(SURFACE_JUDGE)
tests_unit_surface_decimate_LDADD = $(TEST_LDADD)
tests_unit_surface_extract_SOURCES = tests/unit/surface/extract.c \
	$(SURFACE_JUDGE)
tests_unit_surface_extract_LDADD = $(TEST_LDADD)
tests_unit_surface_overlay_SOURCES = tests/unit/surface/overlay.c \
	$(SURFACE_JUDGE)
tests_unit_surface_overlay_LDADD = $(TEST_LDADD)
tests_unit_surface_smooth_SOURCES = tests/unit/surface/smooth.c \
	$(SURFACE_JUDGE)
tests_unit_surface_smooth_LDADD = $(TEST_LDADD)
tests_unit_surface_table_LDADD = $(TEST_LDADD)
tests_unit_surface_voxelise_SOURCES = tests/unit/surface/voxelise.c \
	$(SURFACE_JUDGE)
tests_unit_surface_voxelise_LDADD = $(TEST_LDADD)
tests_unit_surface_grey_SOURCES = tests/unit/surface/grey.c $(SURFACE_JUDGE)
tests_unit_surface_grey_LDADD = $(TEST_LDADD)
tests_unit_surface_random_SOURCES = tests/unit/surface/random.c $(SURFACE_JUDGE)
tests_unit_surface_random_LDADD = $(TEST_LDADD)
tests_unit_surface_labels_SOURCES = tests/unit/surface/labels.c $(SURFACE_JUDGE)
tests_unit_surface_labels_LDADD = $(TEST_LDADD)
tests_unit_surface_labels_cell_LDADD = $(TEST_LDADD)
tests_unit_surface_valley_SOURCES = tests/unit/surface/valley.c \
	tests/sheets.c tests/sheets.h
tests_unit_surface_valley_LDADD = $(TEST_LDADD)
tests_unit_surface_valley_real_LDADD = $(TEST_LDADD)
EXTRA_DIST += tests/unit/surface/pierce.h
