# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/mesh/edges.c \
	src/mesh/mesh.c src/mesh/mesh.h \
	src/mesh/parts.c \
	src/mesh/provenance.h \
	src/mesh/weld.c
