# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/mesh/bvh.c src/mesh/bvh.h \
	src/mesh/bvh_query.c \
	src/mesh/bvh_winding.c \
	src/mesh/edges.c \
	src/mesh/mesh.c src/mesh/mesh.h \
	src/mesh/near.c src/mesh/near.h \
	src/mesh/parts.c \
	src/mesh/predicates.c src/mesh/predicates.h \
	src/mesh/provenance.c src/mesh/provenance.h \
	src/mesh/placement.c \
	src/mesh/provenance_parse.c \
	src/mesh/provenance_print.c \
	src/mesh/provenance_text.h \
	src/mesh/refine.c src/mesh/refine.h \
	src/mesh/weld.c
