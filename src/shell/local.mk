# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/shell/back.c src/shell/balls.c \
	src/shell/bounds.c \
	src/shell/change.c \
	src/shell/drain.c src/shell/drain.h \
	src/shell/end.c src/shell/end.h \
	src/shell/extrude.c \
	src/shell/gaps.c \
	src/shell/grow.c src/shell/grow.h \
	src/shell/hollow.c \
	src/shell/keep.c \
	src/shell/medial.c \
	src/shell/offset.c \
	src/shell/pockets.c \
	src/shell/report.c \
	src/shell/settle.c src/shell/stored.c \
	src/shell/sheet.c \
	src/shell/shell.h \
	src/shell/sides.c \
	src/shell/swell.c \
	src/shell/thick.c \
	src/shell/unite.c \
	src/shell/walls.c
