# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/shell/grow.c src/shell/grow.h \
	src/shell/medial.c \
	src/shell/refine.c \
	src/shell/report.c \
	src/shell/shell.h \
	src/shell/swell.c \
	src/shell/walls.c
