# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/meshio/facets.c src/meshio/facets.h \
	src/meshio/formats.c src/meshio/formats.h \
	src/meshio/glb.h src/meshio/glb_arrays.c src/meshio/glb_read.c src/meshio/glb_write.c \
	src/meshio/meshio.h \
	src/meshio/model.c \
	src/meshio/obj.c src/meshio/obj.h src/meshio/obj_objects.c \
	src/meshio/obj_write.c \
	src/meshio/off.c \
	src/meshio/ply.c \
	src/meshio/ply_header.c src/meshio/ply_header.h \
	src/meshio/ply_write.c \
	src/meshio/scan.c src/meshio/scan.h \
	src/meshio/stl.c \
	src/meshio/stl_ascii.c \
	src/meshio/text_write.c \
	src/meshio/threemf.c \
	src/meshio/threemf_write.c \
	src/meshio/vtp.h src/meshio/vtp_array.c src/meshio/vtp_read.c \
	src/meshio/vtp_write.c src/meshio/vtp_xml.c \
	src/meshio/welder.c src/meshio/welder.h
