# SPDX-License-Identifier: GPL-3.0-or-later
# `make bench`: what the tools cost against their yardsticks. Built only then.
EXTRA_PROGRAMS += tests/bench/cgal_check tests/bench/cgal_repair \
	tests/bench/cgal_thickness \
	tests/bench/intact tests/bench/cost tests/bench/damage \
	tests/bench/grey tests/bench/grey_speed tests/bench/gyroid \
	tests/bench/hausdorff \
	tests/bench/surface tests/bench/udf tests/bench/volumes
tests_bench_cgal_check_SOURCES = tests/bench/cgal_check.cpp
tests_bench_cgal_check_LDADD = -lmpfr -lgmp
tests_bench_cgal_repair_SOURCES = tests/bench/cgal_repair.cpp
tests_bench_cgal_repair_LDADD = -lmpfr -lgmp
tests_bench_cgal_thickness_SOURCES = tests/bench/cgal_thickness.cpp
tests_bench_cgal_thickness_LDADD = -lmpfr -lgmp
tests_bench_cost_LDADD =
tests_bench_damage_LDADD = $(TEST_LDADD)
tests_bench_grey_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/samples
tests_bench_grey_speed_LDADD = $(TEST_LDADD)
tests_bench_grey_LDADD = libsamples.a libprintprep.a $(PP_LIBS)
tests_bench_hausdorff_LDADD = $(TEST_LDADD)
tests_bench_udf_SOURCES = tests/bench/udf.c tests/sheets.c tests/sheets.h
tests_bench_udf_LDADD = $(TEST_LDADD)
EXTRA_DIST += tests/bench/cost_runs.py tests/bench/fit_cost.py \
	tests/bench/bench.sh tests/bench/labels.py tests/bench/peers.py tests/bench/real.sh \
	tests/bench/repair.sh tests/bench/report.sh tests/bench/thickness.sh
CLEANFILES += tests/bench/cgal_check$(EXEEXT) \
	tests/bench/cgal_repair$(EXEEXT) \
	tests/bench/cgal_thickness$(EXEEXT) tests/bench/intact$(EXEEXT) tests/bench/cost$(EXEEXT) \
	tests/bench/damage$(EXEEXT) \
	tests/bench/grey$(EXEEXT) tests/bench/grey_speed$(EXEEXT) \
	tests/bench/gyroid$(EXEEXT) tests/bench/hausdorff$(EXEEXT) \
	tests/bench/surface$(EXEEXT) tests/bench/udf$(EXEEXT) \
	tests/bench/volumes$(EXEEXT)

.PHONY: bench bench-measure bench-surface bench-volumes
bench: bench-measure bench-surface bench-thickness bench-volumes meshcheck$(EXEEXT) meshconv$(EXEEXT) meshfix$(EXEEXT) \
	tests/bench/cgal_check$(EXEEXT) tests/bench/cost$(EXEEXT) \
	tests/bench/damage$(EXEEXT) tests/bench/gyroid$(EXEEXT)
	PATH='$(abs_builddir)/tests/bench:$(abs_builddir)':"$$PATH" \
	$(SHELL) $(srcdir)/tests/bench/bench.sh

# beside VTK, in one run: apt-get install python3-vtk9 python3-numpy
.PHONY: bench-faithful bench-fast
bench-faithful bench-fast: mask2stl$(EXEEXT) tests/bench/cost$(EXEEXT)
	PATH='$(abs_builddir)/tests/bench:$(abs_builddir)':"$$PATH" /usr/bin/python3 \
	$(srcdir)/tests/bench/peers.py $(subst bench-,,$@) $(LATTICE)

# all labels at once
.PHONY: bench-labels
bench-labels: mask2stl$(EXEEXT)
	PATH='$(abs_builddir)':"$$PATH" /usr/bin/python3 \
	$(srcdir)/tests/bench/labels.py $(LATTICE)

# every label of every map of the shared data: proofs, and pictures in ./real
.PHONY: bench-real
bench-real: mask2stl$(EXEEXT) meshmeasure$(EXEEXT)
	PATH='$(abs_builddir)':"$$PATH" \
	$(SHELL) $(srcdir)/tests/bench/real.sh real $(MAPS)

# budget and grey check of every label of the shared CTs, with pictures, in
# REPORT
REPORT = report
.PHONY: bench-report
bench-report: mask2stl$(EXEEXT) meshmeasure$(EXEEXT)
	PATH='$(abs_builddir)':"$$PATH" \
	$(SHELL) $(srcdir)/tests/bench/report.sh $(REPORT)

# smoothing and decimation against bodies whose shape is known
bench-surface: tests/bench/surface$(EXEEXT)
	tests/bench/surface$(EXEEXT)

# the exact Hausdorff distance of pairs of 500,000 facets
bench-measure: tests/bench/hausdorff$(EXEEXT)
	tests/bench/hausdorff$(EXEEXT)

# a DICOM series against the bytes that it is made of
bench-volumes: tests/bench/volumes$(EXEEXT)
	tests/bench/volumes$(EXEEXT)

# the grey caliper under scanners drawn at random: a quarter of an hour, and a
# picture of the bias
TRIALS = 1000
.PHONY: bench-grey
bench-grey: tests/bench/grey$(EXEEXT) tests/bench/grey_speed$(EXEEXT)
	tests/bench/grey_speed$(EXEEXT)
	tests/bench/grey$(EXEEXT) $(TRIALS) 0.5 grey-bias.png

# meshfix beside admesh, CGAL, PrusaSlicer and MeshLab on all meshes below
# MESHES: the part of an hour; a row for each in ./repair.tsv
.PHONY: bench-repair
bench-repair: meshfix$(EXEEXT) meshcheck$(EXEEXT) \
	tests/foreign/cgal_judge$(EXEEXT) tests/bench/cgal_repair$(EXEEXT) \
	tests/bench/intact$(EXEEXT)
	PATH='$(abs_builddir)/tests/bench:$(abs_builddir)/tests/foreign:$(abs_builddir)':"$$PATH" \
	$(SHELL) $(srcdir)/tests/bench/repair.sh $(MESHES)

# fields of src/mask/ beside scipy, in one run: apt-get install python3-scipy
.PHONY: bench-mask
bench-mask: tests/foreign/fields$(EXEEXT) maskfrag$(EXEEXT) maskscore$(EXEEXT)
	PATH='$(abs_builddir)/tests/foreign:$(abs_builddir)':"$$PATH" /usr/bin/python3 \
	$(srcdir)/tests/foreign/fields.py bench $(LATTICE)

# open surfaces from distances: how true, with and without noise, and their cost
.PHONY: bench-udf
bench-udf: tests/bench/udf$(EXEEXT)
	tests/bench/udf$(EXEEXT)

# the thickness map beside CGAL's, which takes minutes, and thin walls grown;
# MESHES: numbers of facets of a gyroid, or files
.PHONY: bench-thickness
bench-thickness: meshshell$(EXEEXT) tests/bench/cgal_thickness$(EXEEXT) \
	tests/bench/cost$(EXEEXT) tests/bench/gyroid$(EXEEXT)
	PATH='$(abs_builddir)/tests/bench:$(abs_builddir)':"$$PATH" \
	$(SHELL) $(srcdir)/tests/bench/thickness.sh $(MESHES)

# the model of what a case costs: measured runs of `printprep run` in
# RUNS (made when it is not there; half an hour), fitted; the factors go into
# src/chain/cost_table.h
RUNS = cost-runs.tsv
.PHONY: bench-cost
bench-cost: all samples/cases$(EXEEXT)
	test -s $(RUNS) || PATH='$(abs_builddir)':"$$PATH" /usr/bin/python3 \
	$(srcdir)/tests/bench/cost_runs.py samples/cases$(EXEEXT) $(RUNS) \
	$(srcdir)/../shared/data
	/usr/bin/python3 $(srcdir)/tests/bench/fit_cost.py $(RUNS) \
	$(srcdir)/src/chain/cost_table.h \
	"$$(git -C $(srcdir) log -1 --format=%h)"
