# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/surface/bits.c \
	src/surface/extract.c \
	src/surface/extract_table.c \
	src/surface/field.c \
	src/surface/grey.c \
	src/surface/lattice.c src/surface/lattice.h \
	src/surface/smooth.c \
	src/surface/surface.c src/surface/surface.h \
	src/surface/voxelise.c
