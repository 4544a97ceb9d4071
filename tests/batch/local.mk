# SPDX-License-Identifier: GPL-3.0-or-later
# Many cases: with make alone, and on a Slurm that the test starts for itself
# (snakemake, slurmctld, slurmd, munge; skipped without them). check-batch runs
# these two alone.
BATCH_TESTS = tests/batch/make.sh tests/batch/slurm.sh
TESTS += $(BATCH_TESTS)
dist_check_SCRIPTS += $(BATCH_TESTS)
EXTRA_DIST += tests/batch/cluster.sh

.PHONY: check-batch
check-batch: $(bin_PROGRAMS) samples/cases$(EXEEXT)
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(BATCH_TESTS)'
