# SPDX-License-Identifier: GPL-3.0-or-later
# Samples are made, never kept: `make samples-data` writes samples/data in the
# build tree, and the tests and the demo read it there.
noinst_LIBRARIES += libsamples.a
libsamples_a_SOURCES = \
	samples/body.c samples/body.h \
	samples/gauge.h samples/gauge_scene.c \
	samples/gauge_trial.c samples/gauge_trial.h \
	samples/road.c samples/road.h samples/road_write.c \
	samples/scan.c samples/scan.h \
	samples/scene.c samples/scene.h
libsamples_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/samples

noinst_PROGRAMS += samples/phantom
samples_phantom_SOURCES = samples/phantom.c samples/bowl.c samples/bowl.h
samples_phantom_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/samples
samples_phantom_LDADD = libsamples.a libprintprep.a $(PP_LIBS)

# Bodies of known size under a scanner of any sharpness
noinst_PROGRAMS += samples/gauge
samples_gauge_SOURCES = samples/gauge.c
samples_gauge_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/samples
samples_gauge_LDADD = libsamples.a libprintprep.a $(PP_LIBS)

# The array of road.h in every form of file: samples/roads-data
noinst_PROGRAMS += samples/roads
samples_roads_SOURCES = samples/roads.c
samples_roads_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/samples
samples_roads_LDADD = libsamples.a libprintprep.a $(PP_LIBS)

# A folder of small cases for many-cases runs (samples/batch) and for the model
# of their cost
noinst_PROGRAMS += samples/cases
samples_cases_SOURCES = samples/cases.c
samples_cases_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/samples
samples_cases_LDADD = libsamples.a libprintprep.a $(PP_LIBS)

ROADS_STAMP = samples/roads-data/.made
check_DATA = $(ROADS_STAMP)
samples-data: $(ROADS_STAMP)
$(ROADS_STAMP): samples/roads$(EXEEXT)
	$(AM_V_GEN)rm -rf samples/roads-data && \
	$(MKDIR_P) samples/roads-data && \
	samples/roads$(EXEEXT) samples/roads-data && touch $@

SAMPLES_STAMP = samples/data/.made
check_DATA += $(SAMPLES_STAMP)

samples-data: $(SAMPLES_STAMP)
$(SAMPLES_STAMP): samples/phantom$(EXEEXT)
	$(AM_V_GEN)rm -rf samples/data && $(MKDIR_P) samples/data && \
	samples/phantom$(EXEEXT) samples/data && touch $@

clean-local: clean-samples
clean-samples:
	rm -rf samples/data samples/mesh-data samples/roads-data
.PHONY: samples-data clean-samples

# Mesh files, one fault each: samples/mesh-data/{good,odd,bad}-*
noinst_PROGRAMS += samples/mesh/meshes
samples_mesh_meshes_SOURCES = \
	samples/mesh/glb_samples.c \
	samples/mesh/meshes.c \
	samples/mesh/ply_samples.c \
	samples/mesh/sample.h \
	samples/mesh/stl_samples.c \
	samples/mesh/text_samples.c \
	samples/mesh/threemf_samples.c \
	samples/mesh/vtp_samples.c

MESH_SAMPLES_STAMP = samples/mesh-data/.made
check_DATA += $(MESH_SAMPLES_STAMP)
$(MESH_SAMPLES_STAMP): samples/mesh/meshes$(EXEEXT)
	$(AM_V_GEN)rm -rf samples/mesh-data && $(MKDIR_P) samples/mesh-data && \
	samples/mesh/meshes$(EXEEXT) samples/mesh-data && touch $@

# A workflow for folders of cases: Snakemake on one machine or on Slurm, or make
EXTRA_DIST += samples/batch/README samples/batch/case.sh \
	samples/batch/cases.mk samples/batch/config/config.yaml \
	samples/batch/profile/slurm/config.yaml \
	samples/batch/profile/slurm/status samples/batch/profile/slurm/submit \
	samples/batch/workflow/Snakefile
