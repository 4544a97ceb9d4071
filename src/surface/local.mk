# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/surface/bits.c \
	src/surface/bound.c src/surface/bound.h \
	src/surface/bricks.c src/surface/bricks.h \
	src/surface/clearance.c \
	src/surface/confidence.c \
	src/surface/cover.c \
	src/surface/cross.c \
	src/surface/decimate.c src/surface/decimate.h \
	src/surface/decimate_bound.c \
	src/surface/decimate_guard.c src/surface/decimate_mesh.c \
	src/surface/extract.c \
	src/surface/extract_table.c \
	src/surface/fair.c src/surface/fair.h \
	src/surface/field.c \
	src/surface/free.c \
	src/surface/grey.c \
	src/surface/labels.c src/surface/labels.h \
	src/surface/labels_cell.c \
	src/surface/labels_extract.c \
	src/surface/labels_place.c \
	src/surface/labels_points.c \
	src/surface/lattice.c src/surface/lattice.h \
	src/surface/ledger.c \
	src/surface/link.c \
	src/surface/mesh_map.c src/surface/mesh_map.h \
	src/surface/locate.c \
	src/surface/lowpass.c \
	src/surface/overlay.c src/surface/overlay.h \
	src/surface/overlay_out.c \
	src/surface/quadric.c src/surface/quadric.h \
	src/surface/quadric_fit.c \
	src/surface/smooth.c \
	src/surface/thin.c \
	src/surface/surface.c src/surface/surface.h \
	src/surface/voxelise.c \
	src/surface/valley.c src/surface/valley.h \
	src/surface/valley_field.c \
	src/surface/valley_fit.c src/surface/valley_fit.h \
	src/surface/valley_report.c \
	src/surface/valley_cut.c \
	src/surface/valley_rim.c \
	src/surface/valley_words.c \
	src/surface/valley_rise.c \
	src/surface/valley_sheet.c \
	src/surface/valley_surfel.c \
	src/surface/valley_tidy.c
