# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/repair/arrange.c \
	src/repair/change.c \
	src/repair/clean.c \
	src/repair/climb.c src/repair/climb.h \
	src/repair/fair.c \
	src/repair/folds.c \
	src/repair/gate.c src/repair/gate.h \
	src/repair/hold.c src/repair/hold.h \
	src/repair/holes.c \
	src/repair/ladder.c \
	src/repair/ledger.c \
	src/repair/mark.c \
	src/repair/open.c \
	src/repair/orient.c \
	src/repair/parts.c \
	src/repair/rebuild.c \
	src/repair/refill.c \
	src/repair/region.c src/repair/region.h \
	src/repair/renew.c \
	src/repair/repair.h \
	src/repair/restore.c \
	src/repair/rim.c src/repair/rim.h \
	src/repair/rung.h \
	src/repair/triple.h \
	src/repair/slivers.c \
	src/repair/solid.c \
	src/repair/split.c \
	src/repair/stitch.c \
	src/repair/trace.c \
	src/repair/umbrella.c \
	src/repair/weld.c
