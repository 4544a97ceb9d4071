# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/measure/body.c \
	src/measure/boundary.c src/measure/boundary.h \
	src/measure/budget.c src/measure/budget.h \
	src/measure/compare.c \
	src/measure/components.c \
	src/measure/csv.c \
	src/measure/deviation.c \
	src/measure/edge.h src/measure/edge_parts.h src/measure/edge_fit.c \
	src/measure/edge_model.c src/measure/edge_noise.c \
	src/measure/eigen.c src/measure/eigen.h \
	src/measure/extent.c \
	src/measure/fit.c src/measure/fit.h \
	src/measure/geodesic.c src/measure/geodesic.h \
	src/measure/grey.c src/measure/grey.h \
	src/measure/grey_caliper.c \
	src/measure/grey_probe.c src/measure/grey_probe.h \
	src/measure/hausdorff.c \
	src/measure/inscribed.c src/measure/inscribed.h \
	src/measure/measure.h \
	src/measure/overlap.c \
	src/measure/patch.c src/measure/patch.h \
	src/measure/points.c src/measure/points_report.c \
	src/measure/polygon.c src/measure/polygon.h \
	src/measure/probe.c src/measure/probe.h \
	src/measure/profile.c src/measure/profile.h \
	src/measure/register.c src/measure/register.h \
	src/measure/report.c src/measure/report.h \
	src/measure/report_dicom.c src/measure/report_dicom.h \
	src/measure/report_grey.c \
	src/measure/report_json.c \
	src/measure/report_parts.h \
	src/measure/report_probe.c \
	src/measure/report_table.c \
	src/measure/samples.c src/measure/samples.h \
	src/measure/section.c src/measure/section.h \
	src/measure/shape.c src/measure/shape.h \
	src/measure/sided.c src/measure/sided.h \
	src/measure/summary.c src/measure/summary.h \
	src/measure/told.c \
	src/measure/volume.c
