# SPDX-License-Identifier: GPL-3.0-or-later
# Each program: bin_PROGRAMS += NAME, NAME_SOURCES = tools/NAME.c $(CLI)
CLI = tools/cli.c tools/cli_mask.c tools/cli_mesh.c tools/cli.h
bin_PROGRAMS += meshmeasure printprep
meshmeasure_SOURCES = tools/meshmeasure.c tools/meshmeasure.h \
	tools/meshmeasure_dicom.c tools/meshmeasure_grey.c tools/meshmeasure_mask.c \
	tools/meshmeasure_mesh.c tools/meshmeasure_out.c \
	tools/meshmeasure_points.c tools/meshmeasure_stages.c \
	$(CLI)
printprep_SOURCES = tools/printprep.c tools/printprep.h \
	tools/printprep_cost.c tools/printprep_doctor.c \
	tools/printprep_dossier.c tools/printprep_run.c \
	tools/printprep_sign.c tools/printprep_summary.c \
	tools/printprep_table.c \
	tools/profile.c tools/profile.h \
	tools/run.h tools/run_jobs.c tools/run_labels.c tools/run_part.c \
	$(CLI)

bin_PROGRAMS += mask2stl
mask2stl_SOURCES = tools/mask2stl.c tools/mask2stl.h tools/mask2stl_all.c \
	tools/mask2stl_all.h tools/mask2stl_all_words.c \
	tools/mask2stl_list.c tools/mask2stl_one.c tools/mask2stl_words.c \
	tools/names.c tools/names.h \
	$(CLI)
bin_PROGRAMS += meshcheck
meshcheck_SOURCES = tools/meshcheck.c tools/meshcheck.h \
	tools/meshcheck_words.c tools/meshcheck_work.c tools/profile.c \
	tools/profile.h $(CLI)

bin_PROGRAMS += meshfix
meshfix_SOURCES = tools/meshfix.c $(CLI)

bin_PROGRAMS += meshshell
meshshell_SOURCES = tools/meshshell.c tools/meshshell.h \
	tools/meshshell_words.c tools/meshshell_work.c tools/profile.c \
	tools/profile.h $(CLI)

bin_PROGRAMS += meshconv
meshconv_SOURCES = tools/meshconv.c tools/meshconv.h \
	tools/meshconv_out.c tools/meshconv_read.c tools/meshconv_words.c \
	tools/meshconv_work.c tools/names.c tools/names.h tools/profile.c \
	tools/profile.h $(CLI)

bin_PROGRAMS += udf2stl
udf2stl_SOURCES = tools/udf2stl.c $(CLI)
bin_PROGRAMS += maskfrag
maskfrag_SOURCES = tools/maskfrag.c $(CLI)

bin_PROGRAMS += maskscore
maskscore_SOURCES = tools/maskscore.c $(CLI)

bin_PROGRAMS += meshmask
meshmask_SOURCES = tools/meshmask.c tools/meshmask.h tools/meshmask_lattice.c \
	tools/meshmask_out.c $(CLI)
