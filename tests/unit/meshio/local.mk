# SPDX-License-Identifier: GPL-3.0-or-later
MESHIO_TESTS = tests/unit/meshio/roundtrip tests/unit/meshio/samples
check_PROGRAMS += $(MESHIO_TESTS)
TESTS += $(MESHIO_TESTS)
tests_unit_meshio_roundtrip_LDADD = $(TEST_LDADD)
tests_unit_meshio_samples_LDADD = $(TEST_LDADD)
