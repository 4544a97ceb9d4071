# SPDX-License-Identifier: GPL-3.0-or-later
BASE_TESTS = tests/unit/base/bytes tests/unit/base/file tests/unit/base/inside tests/unit/base/json \
	tests/unit/base/order \
	tests/unit/base/process tests/unit/base/sets tests/unit/base/srgb \
	tests/unit/base/text
check_PROGRAMS += $(BASE_TESTS)
TESTS += $(BASE_TESTS)
tests_unit_base_bytes_LDADD = $(TEST_LDADD)
tests_unit_base_order_LDADD = $(TEST_LDADD)
tests_unit_base_file_LDADD = $(TEST_LDADD)
tests_unit_base_json_LDADD = $(TEST_LDADD)
tests_unit_base_process_LDADD = $(TEST_LDADD)
tests_unit_base_sets_LDADD = $(TEST_LDADD)
tests_unit_base_srgb_LDADD = $(TEST_LDADD)
tests_unit_base_text_LDADD = $(TEST_LDADD)
tests_unit_base_inside_LDADD = $(TEST_LDADD)
