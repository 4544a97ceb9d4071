# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/voxel/dicom.c src/voxel/dicom.h \
	src/voxel/dicom_scan.c \
	src/voxel/dicom_seg.c \
	src/voxel/dicom_series.c \
	src/voxel/dicom_stack.c \
	src/voxel/format.h \
	src/voxel/grid.c src/voxel/grid.h \
	src/voxel/labels.c \
	src/voxel/nifti.c \
	src/voxel/orient.c \
	src/voxel/volume.c
