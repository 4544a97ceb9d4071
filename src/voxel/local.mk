# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/voxel/format.h \
	src/voxel/grid.c src/voxel/grid.h \
	src/voxel/labels.c \
	src/voxel/nifti.c \
	src/voxel/orient.c \
	src/voxel/volume.c
