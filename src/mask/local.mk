# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/mask/distance.c \
	src/mask/field.h \
	src/mask/filter.c \
	src/mask/label.c \
	src/mask/label_map.c \
	src/mask/march.c \
	src/mask/mask.c src/mask/mask.h \
	src/mask/segment.c \
	src/mask/thin.c \
	src/mask/value.h
