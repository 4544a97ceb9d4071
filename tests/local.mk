# SPDX-License-Identifier: GPL-3.0-or-later
# Every test speaks TAP: unit tests through check, scripts through tests/tap.sh.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) \
	$(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
TEST_EXTENSIONS = .sh
AM_TESTS_ENVIRONMENT = \
	top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' \
	PATH='$(abs_top_builddir):$(abs_top_builddir)/tests/foreign':"$$PATH" CK_VERBOSITY=silent \
	CK_TAP_LOG_FILE_NAME=-; \
	PRINTPREP_PRINTERS='$(abs_top_srcdir)/share/printers'; \
	export PRINTPREP_PRINTERS; \
	ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=print_stacktrace=1:exitcode=99 \
	LSAN_OPTIONS='suppressions=$(abs_top_srcdir)/tests/lsan.supp:print_suppressions=0'; \
	OMP_WAIT_POLICY=passive; export OMP_WAIT_POLICY; \
	TIDY_FLAGS='-std=c11 -I$(abs_top_builddir) -Isrc -Itools $(PP_CPPFLAGS) $(OPENMP_CFLAGS) -D_XOPEN_SOURCE=700'; \
	export TIDY_FLAGS; \
	export ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS; \
	export top_srcdir top_builddir PATH CK_VERBOSITY CK_TAP_LOG_FILE_NAME;

TEST_LDADD = libtest.a $(LDADD) $(CHECK_LIBS)

check_LIBRARIES = libtest.a
libtest_a_SOURCES = tests/test.c tests/test.h tests/shapes.c tests/shapes.h \
	tests/damage.c tests/damage.h \
	tests/dicomfile.c tests/dicomfile.h \
	tests/volumes.c tests/volumes.h

include tests/unit/base/local.mk
include tests/unit/mesh/local.mk
include tests/unit/meshio/local.mk
include tests/unit/voxel/local.mk
include tests/unit/mask/local.mk
include tests/unit/surface/local.mk
include tests/unit/thickness/local.mk
include tests/unit/check/local.mk
include tests/unit/measure/local.mk
include tests/unit/repair/local.mk
include tests/unit/shell/local.mk
include tests/unit/place/local.mk
include tests/unit/render/local.mk
include tests/unit/chain/local.mk
include tests/unit/dossier/local.mk
include tests/unit/shim/local.mk
include tests/unit/samples/local.mk
include tests/foreign/local.mk
include tests/cli/local.mk
include tests/web/local.mk
include tests/fuzz/local.mk
include tests/batch/local.mk
include tests/bench/local.mk

# The house itself
EXTRA_DIST += tests/analyzer.h tests/light.sh tests/lsan.supp
TESTS += tests/layers.sh tests/lint.sh tests/manual.sh tests/tidy.sh
dist_check_SCRIPTS += tests/layers.sh tests/lint.sh tests/manual.sh \
	tests/tap.sh tests/tidy.sh

# Runs what is out of date only: a test's log depends on its program, and a
# script's on all programs and samples. Results of tests that are no more go.
$(TEST_LOGS): $(bin_PROGRAMS) $(check_DATA)

.PHONY: check-incremental
check-incremental:
	$(MAKE) $(AM_MAKEFLAGS) all
	$(MAKE) $(AM_MAKEFLAGS) check TESTS=
	rm -f test-suite.log
	@for t in `find tests -name '*.trs'`; do \
		case " $(TEST_LOGS:.log=.trs) " in \
		*" $$t "*) ;; \
		*) rm -f $$t $${t%.trs}.log ;; \
		esac; \
	done
	$(MAKE) $(AM_MAKEFLAGS) test-suite.log

# What is worth running under the sanitizers, at five times the time: all unit
# tests but those of the sample generators, and the tools on good and bad input.
# What judges files and manuals (and not code), and the long chains on the
# samples and on real data, are left to the plain tree. QUICK: a fifth of the
# random rounds.
NOT_SANITIZED = tests/layers.sh tests/lint.sh tests/manual.sh tests/tidy.sh \
	$(BATCH_TESTS) tests/cli/demo.sh tests/cli/phantom.sh tests/cli/roads.sh \
	tests/unit/shell/bounds \
	$(SAMPLES_TESTS)
.PHONY: check-sanitized
check-sanitized:
	QUICK=1 $(MAKE) $(AM_MAKEFLAGS) check-incremental \
		TESTS='$(filter-out $(NOT_SANITIZED),$(TESTS))'

# Tests that take minutes
.PHONY: check-long
check-long:
	LONG=1 $(MAKE) $(AM_MAKEFLAGS) check
