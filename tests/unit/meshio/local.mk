# SPDX-License-Identifier: GPL-3.0-or-later
MESHIO_TESTS = tests/unit/meshio/field tests/unit/meshio/formats tests/unit/meshio/objects \
	tests/unit/meshio/roundtrip \
	tests/unit/meshio/samples tests/unit/meshio/shared
check_PROGRAMS += $(MESHIO_TESTS)
TESTS += $(MESHIO_TESTS)
tests_unit_meshio_formats_LDADD = $(TEST_LDADD)
tests_unit_meshio_objects_LDADD = $(TEST_LDADD)
tests_unit_meshio_roundtrip_LDADD = $(TEST_LDADD)
tests_unit_meshio_samples_LDADD = $(TEST_LDADD)
tests_unit_meshio_shared_LDADD = $(TEST_LDADD)
tests_unit_meshio_field_LDADD = $(TEST_LDADD)
EXTRA_DIST += tests/unit/meshio/codec.h
