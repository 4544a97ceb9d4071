# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/chain/chain.h src/chain/plan.h \
	src/chain/calipers.c \
	src/chain/case.c \
	src/chain/command.c \
	src/chain/conf.c \
	src/chain/hash.c \
	src/chain/identity.c \
	src/chain/labels.c \
	src/chain/need.c \
	src/chain/parse.c \
	src/chain/plan.c \
	src/chain/reason.c \
	src/chain/settings.c \
	src/chain/sign.c \
	src/chain/trial.c src/chain/trial.h
libprintprep_a_SOURCES += src/chain/cost.c src/chain/cost.h \
	src/chain/cost_table.h \
	src/chain/table.c src/chain/table.h
