# SPDX-License-Identifier: GPL-3.0-or-later
RENDER_TESTS = tests/unit/render/picture tests/unit/render/plot
check_PROGRAMS += $(RENDER_TESTS)
TESTS += $(RENDER_TESTS)
tests_unit_render_picture_LDADD = $(TEST_LDADD)
tests_unit_render_plot_LDADD = $(TEST_LDADD)
EXTRA_DIST += tests/unit/render/read_png.h
