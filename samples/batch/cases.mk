# SPDX-License-Identifier: GPL-3.0-or-later
#
# cases.mk - many cases with make alone
#
#     make -j 2 -f cases.mk CASES=/data/study OUT=results
#
# What is done is not done again; after an interruption the same line goes on.
# One case at a time per job of make: give -j as many as cores and memory
# allow (`printprep cost` says how much a case takes).
CASES = cases
OUT = out
OPTIONS = --min-wall 1.5
# Cores for one case
THREADS = 1

here := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
name := $(notdir $(patsubst %/,%,$(sort $(wildcard $(CASES)/*/))))

$(OUT)/table.tsv: $(name:%=$(OUT)/%.status)
	printprep table -o $@ --times $(OUT)/times.tsv $(OUT) || [ $$? -eq 1 ]

# What is newer than a case's result makes it new.
.SECONDEXPANSION:
$(OUT)/%.status: $$(wildcard $(CASES)/$$*/mask* $(CASES)/$$*/source* \
    $(CASES)/$$*/labels)
	OMP_NUM_THREADS=$(THREADS) sh $(here)case.sh $(CASES)/$* $(OUT)/$* \
	    --jobs $(THREADS) $(OPTIONS)
