# SPDX-License-Identifier: GPL-3.0-or-later
REPAIR_TESTS = tests/unit/repair/damage tests/unit/repair/ladder \
	tests/unit/repair/stitch tests/unit/repair/wishes
check_PROGRAMS += $(REPAIR_TESTS)
TESTS += $(REPAIR_TESTS)
tests_unit_repair_damage_LDADD = $(TEST_LDADD)
tests_unit_repair_ladder_LDADD = $(TEST_LDADD)
tests_unit_repair_stitch_LDADD = $(TEST_LDADD)
tests_unit_repair_wishes_LDADD = $(TEST_LDADD)
