# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/voxel/dicom.c src/voxel/dicom.h \
	src/voxel/dicom_decode.c \
	src/voxel/dicom_origin.c src/voxel/origin.h \
	src/voxel/dicom_refers.c \
	src/voxel/dicom_scan.c \
	src/voxel/dicom_seg.c \
	src/voxel/dicom_series.c \
	src/voxel/dicom_stack.c \
	src/voxel/format.h \
	src/voxel/grid.c src/voxel/grid.h \
	src/voxel/labels.c \
	src/voxel/metaimage.c \
	src/voxel/nifti.c \
	src/voxel/nrrd_write.c \
	src/voxel/nrrd.c src/voxel/nrrd.h src/voxel/nrrd_header.c \
	src/voxel/orient.c \
	src/voxel/raw_header.c \
	src/voxel/raw.c src/voxel/raw.h \
	src/voxel/rasterise.c src/voxel/rasterise.h \
	src/voxel/resample.c \
	src/voxel/rtstruct.c src/voxel/rtstruct_planes.c \
	src/voxel/rtstruct.h \
	src/voxel/frame.c \
	src/voxel/volume.c \
	src/voxel/write.c src/voxel/write.h
