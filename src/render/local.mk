# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/render/canvas.c src/render/canvas.h \
	src/render/colour.c \
	src/render/deviation.c src/render/deviation.h \
	src/render/picture.c src/render/render.h \
	src/render/plot.c \
	src/render/raster.c src/render/raster.h \
	src/render/shade.c \
	src/render/thumbnail.c \
	src/render/views.c
