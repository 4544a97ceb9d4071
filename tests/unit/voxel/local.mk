# SPDX-License-Identifier: GPL-3.0-or-later
VOXEL_TESTS = tests/unit/voxel/contours tests/unit/voxel/dicom \
	tests/unit/voxel/foreign tests/unit/voxel/inputs \
	tests/unit/voxel/seg \
	tests/unit/voxel/grid tests/unit/voxel/nifti tests/unit/voxel/roads \
	tests/unit/voxel/textheader
check_PROGRAMS += $(VOXEL_TESTS)
TESTS += $(VOXEL_TESTS)
tests_unit_voxel_contours_LDADD = $(TEST_LDADD)
tests_unit_voxel_seg_LDADD = $(TEST_LDADD)
tests_unit_voxel_dicom_LDADD = $(TEST_LDADD)
tests_unit_voxel_inputs_LDADD = $(TEST_LDADD)
tests_unit_voxel_foreign_LDADD = $(TEST_LDADD)
tests_unit_voxel_grid_LDADD = $(TEST_LDADD)
tests_unit_voxel_nifti_LDADD = $(TEST_LDADD)
tests_unit_voxel_roads_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/samples
tests_unit_voxel_roads_LDADD = libsamples.a $(TEST_LDADD)
tests_unit_voxel_textheader_LDADD = $(TEST_LDADD)
