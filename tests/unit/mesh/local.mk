# SPDX-License-Identifier: GPL-3.0-or-later
MESH_TESTS = tests/unit/mesh/edges tests/unit/mesh/normals \
	tests/unit/mesh/parts \
	tests/unit/mesh/predicates tests/unit/mesh/weld
check_PROGRAMS += $(MESH_TESTS)
TESTS += $(MESH_TESTS)
tests_unit_mesh_edges_LDADD = $(TEST_LDADD)
tests_unit_mesh_normals_LDADD = $(TEST_LDADD)
tests_unit_mesh_parts_LDADD = $(TEST_LDADD)
check_PROGRAMS += tests/unit/mesh/bvh
TESTS += tests/unit/mesh/bvh
tests_unit_mesh_bvh_LDADD = $(TEST_LDADD)
tests_unit_mesh_predicates_LDADD = $(TEST_LDADD)
tests_unit_mesh_weld_LDADD = $(TEST_LDADD)
PROVENANCE_TESTS = tests/unit/mesh/provenance tests/unit/mesh/rounding
check_PROGRAMS += $(PROVENANCE_TESTS)
TESTS += $(PROVENANCE_TESTS)
tests_unit_mesh_provenance_LDADD = $(TEST_LDADD)
tests_unit_mesh_rounding_LDADD = $(TEST_LDADD)
