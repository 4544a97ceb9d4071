# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/check/check.c src/check/check.h \
	src/check/contact.c src/check/contact.h \
	src/check/crossings.c src/check/defects.h \
	src/check/degenerate.c src/check/duplicates.c \
	src/check/flipped.c src/check/forecast.c \
	src/check/forecast_report.c src/check/fragile.c \
	src/check/join.h \
	src/check/mark.c src/check/merge.c src/check/merge.h \
	src/check/narrow.c src/check/nesting.c \
	src/check/nonmanifold.c \
	src/check/open_edges.c src/check/printer.c src/check/printer.h \
	src/check/quality.c \
	src/check/report.c src/check/shape.c src/check/shape.h \
	src/check/shape_report.c \
	src/check/shells.c src/check/stability.c \
	src/check/table.c src/check/table.h \
	src/check/topology.c src/check/topology.h \
	src/check/tree.c src/check/tree.h \
	src/check/twins.c src/check/units.c src/check/verdict.c
