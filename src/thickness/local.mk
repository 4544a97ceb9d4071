# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/thickness/ball.c \
	src/thickness/feature.c src/thickness/feature.h \
	src/thickness/summary.c \
	src/thickness/thickness.h
