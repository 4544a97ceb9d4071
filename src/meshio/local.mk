# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/meshio/facets.c src/meshio/facets.h \
	src/meshio/formats.c src/meshio/formats.h \
	src/meshio/meshio.h \
	src/meshio/model.c \
	src/meshio/obj.c \
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
	src/meshio/welder.c src/meshio/welder.h
