# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/mask/assignment.c \
	src/mask/decode.c src/mask/decode.h \
	src/mask/distance.c \
	src/mask/encode.c src/mask/encode.h \
	src/mask/field.h \
	src/mask/filter.c \
	src/mask/fragments.c src/mask/fragments.h \
	src/mask/fragments_report.c src/mask/fragments_report.h \
	src/mask/hold.c \
	src/mask/label.c \
	src/mask/label_map.c \
	src/mask/march.c \
	src/mask/mask.c src/mask/mask.h \
	src/mask/merge.c \
	src/mask/number.c \
	src/mask/pengwin.c src/mask/pengwin.h \
	src/mask/score.h \
	src/mask/score_pair.c \
	src/mask/score_print.c \
	src/mask/score_report.c src/mask/score_report.h \
	src/mask/segment.c \
	src/mask/shared.c \
	src/mask/specks.c \
	src/mask/thin.c \
	src/mask/value.h
