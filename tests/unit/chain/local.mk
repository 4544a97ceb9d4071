# SPDX-License-Identifier: GPL-3.0-or-later
CHAIN_TESTS = tests/unit/chain/cost tests/unit/chain/plan tests/unit/chain/settings
check_PROGRAMS += $(CHAIN_TESTS)
TESTS += $(CHAIN_TESTS)
tests_unit_chain_cost_LDADD = $(TEST_LDADD)
tests_unit_chain_plan_LDADD = $(TEST_LDADD)
tests_unit_chain_settings_LDADD = $(TEST_LDADD)
