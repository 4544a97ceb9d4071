# SPDX-License-Identifier: GPL-3.0-or-later
REPAIR_SHIM_TESTS = tests/unit/shim/admesh tests/unit/shim/igl
check_PROGRAMS += $(REPAIR_SHIM_TESTS)
TESTS += $(REPAIR_SHIM_TESTS)
tests_unit_shim_admesh_LDADD = $(TEST_LDADD)
tests_unit_shim_igl_LDADD = $(TEST_LDADD)
JSON_SHIM_TESTS = tests/unit/shim/json
check_PROGRAMS += $(JSON_SHIM_TESTS)
TESTS += $(JSON_SHIM_TESTS)
tests_unit_shim_json_LDADD = $(TEST_LDADD)
