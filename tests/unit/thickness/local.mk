# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/unit/thickness/ball
TESTS += tests/unit/thickness/ball
tests_unit_thickness_ball_LDADD = $(TEST_LDADD)
