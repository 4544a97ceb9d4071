# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/base/affine.h \
	src/base/alloc.c src/base/alloc.h \
	src/base/box.h \
	src/base/bytes.c src/base/bytes.h \
	src/base/cause.h \
	src/base/file.c src/base/file.h \
	src/base/folder.c \
	src/base/font.c src/base/font.h \
	src/base/inside.c src/base/inside.h \
	src/base/json.c src/base/json.h \
	src/base/large.c src/base/large.h \
	src/base/order.h \
	src/base/process.c src/base/process.h \
	src/base/sets.h \
	src/base/spool.c \
	src/base/srgb.h \
	src/base/status.c src/base/status.h \
	src/base/text.c src/base/text.h \
	src/base/vec.h
