# SPDX-License-Identifier: GPL-3.0-or-later
MASK_TESTS = tests/unit/mask/decode tests/unit/mask/distance tests/unit/mask/label \
	tests/unit/mask/fragments tests/unit/mask/label_map tests/unit/mask/mask tests/unit/mask/march tests/unit/mask/score tests/unit/mask/thin
check_PROGRAMS += $(MASK_TESTS)
TESTS += $(MASK_TESTS)
tests_unit_mask_decode_LDADD = $(TEST_LDADD)
tests_unit_mask_score_LDADD = $(TEST_LDADD)
tests_unit_mask_distance_LDADD = $(TEST_LDADD)
tests_unit_mask_label_LDADD = $(TEST_LDADD)
tests_unit_mask_label_map_LDADD = $(TEST_LDADD)
tests_unit_mask_march_LDADD = $(TEST_LDADD)
tests_unit_mask_fragments_SOURCES = tests/unit/mask/fragments.c \
	tests/unit/mask/scenes.h
tests_unit_mask_fragments_LDADD = $(TEST_LDADD)
tests_unit_mask_mask_LDADD = $(TEST_LDADD)
tests_unit_mask_thin_LDADD = $(TEST_LDADD)
