# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/place/cut.c \
	src/place/lay.c \
	src/place/mark.c \
	src/place/move.c \
	src/place/peg.c \
	src/place/place.h \
	src/place/solids.c \
	src/place/section.c src/place/section.h \
	src/place/text.c \
	src/place/tiles.c
