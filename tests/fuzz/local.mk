# SPDX-License-Identifier: GPL-3.0-or-later
# `make fuzz`, `make fuzz FUZZ_SECONDS=600 FUZZ_TARGETS=fuzz_ply`
EXTRA_DIST += tests/fuzz/fuzz.sh \
	tests/fuzz/check_model.c tests/fuzz/fuzz.h \
	tests/fuzz/fuzz_case.c \
	tests/fuzz/fuzz_conf.c \
	tests/fuzz/fuzz_contours.c \
	tests/fuzz/fuzz_dicom.c \
	tests/fuzz/fuzz_fragments.c \
	tests/fuzz/fuzz_glb.c \
	tests/fuzz/fuzz_metaimage.c \
	tests/fuzz/fuzz_model.c \
	tests/fuzz/fuzz_nifti.c \
	tests/fuzz/fuzz_nrrd.c \
	tests/fuzz/fuzz_place.c \
	tests/fuzz/fuzz_ply.c \
	tests/fuzz/fuzz_provenance.c \
	tests/fuzz/fuzz_repair.c \
	tests/fuzz/fuzz_report.c \
	tests/fuzz/fuzz_stl.c \
	tests/fuzz/fuzz_text.c \
	tests/fuzz/fuzz_threemf.c \
	tests/fuzz/fuzz_volume.h

FUZZ_SECONDS = 30
FUZZ_TARGETS =
fuzz: samples-data $(MESH_SAMPLES_STAMP)
	top_srcdir='$(top_srcdir)' $(SHELL) $(srcdir)/tests/fuzz/fuzz.sh \
		$(FUZZ_SECONDS) $(FUZZ_TARGETS)
.PHONY: fuzz
