# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/shim/base64.c src/shim/base64.h \
	src/shim/deflate.c src/shim/deflate.h \
	src/shim/dicom.h \
	src/shim/dicom_read.cpp src/shim/dicom_read.hpp \
	src/shim/dicom_identity.h src/shim/dicom_read_identity.cpp \
	src/shim/dicom_read_directory.cpp \
	src/shim/dicom_read_frame.cpp src/shim/dicom_read_jpeg2000.cpp \
	src/shim/dicom_read_planes.cpp src/shim/dicom_read_seg.cpp \
	src/shim/dicom_read_structures.cpp \
	src/shim/dicom_report.h src/shim/dicom_report.hpp \
	src/shim/dicom_report_common.cpp src/shim/dicom_report_read.cpp \
	src/shim/dicom_report_seg.cpp \
	src/shim/dicom_report_stl.cpp src/shim/dicom_report_write.cpp \
	src/shim/dicom_write.cpp src/shim/dicom_write.hpp \
	src/shim/dicom_write_ct.cpp src/shim/dicom_write_rtstruct.cpp \
	src/shim/dicom_write_seg.cpp \
	src/shim/guard.hpp \
	src/shim/igl.h \
	src/shim/json.c src/shim/json.h \
	src/shim/nifti.c src/shim/nifti.h src/shim/nifti_write.c \
	src/shim/number.cpp src/shim/number.h \
	src/shim/png.c src/shim/png.h \
	src/shim/sha256.c src/shim/sha256.h \
	src/shim/source.c src/shim/source.h \
	src/shim/lib3mf.h src/shim/threemf.h \
	src/shim/threemf_read.c \
	src/shim/zip.c src/shim/zip.h

# CGAL: one file a call, at most two at a time (2 GB each)
libcgal_a_SOURCES += src/shim/igl_version.cpp \
	src/shim/igl_convert.hpp \
	src/shim/igl_cdt.cpp \
	src/shim/igl_convex_hull.cpp \
	src/shim/corefine.h src/shim/igl_corefine.cpp \
	src/shim/igl_triangulate_hole.cpp \
	src/shim/igl_mesh_minus.cpp \
	src/shim/igl_mesh_union.cpp \
	src/shim/igl_orient_outward.cpp \
	src/shim/igl_remesh_self_intersections.cpp \
	src/shim/igl_remove_self_intersections.cpp \
	src/shim/igl_repair_soup.cpp \
	src/shim/igl_self_intersections.cpp
