# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/thickness/ball.c \
	src/thickness/explain.c \
	src/thickness/feature.c src/thickness/feature.h \
	src/thickness/fit.c src/thickness/ground.c \
	src/thickness/interval.c src/thickness/known.c \
	src/thickness/measure.c src/thickness/search.h \
	src/thickness/offer.c src/thickness/places.c src/thickness/room.c src/thickness/share.c \
	src/thickness/summary.c \
	src/thickness/survey.c src/thickness/survey.h \
	src/thickness/thickness.h
