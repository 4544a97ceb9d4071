# SPDX-License-Identifier: GPL-3.0-or-later
PLACE_TESTS = tests/unit/place/cut tests/unit/place/lay \
	tests/unit/place/mark tests/unit/place/move tests/unit/place/solids tests/unit/place/tiles
check_PROGRAMS += $(PLACE_TESTS)
TESTS += $(PLACE_TESTS)
tests_unit_place_cut_LDADD = $(TEST_LDADD)
tests_unit_place_lay_LDADD = $(TEST_LDADD)
tests_unit_place_mark_LDADD = $(TEST_LDADD)
tests_unit_place_move_LDADD = $(TEST_LDADD)
tests_unit_place_solids_LDADD = $(TEST_LDADD)
tests_unit_place_tiles_LDADD = $(TEST_LDADD)
