/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report_parts.h - for measure/report*.c only: pieces of the report
 */
#ifndef PP_MEASURE_REPORT_PARTS_H
#define PP_MEASURE_REPORT_PARTS_H

#include "base/json.h"
#include "measure/grey.h"
#include "measure/probe.h"

#include <stdio.h>

/** One row: a name in its column, then the text. */
void pp_report_row(FILE *out, const char *name, const char *format,
                   ...) PP_PRINTF(3, 4);

void pp_report_deviation(const char *name, const pp_deviation *d, FILE *out);
void pp_report_deviation_json(const char *key, const pp_deviation *d,
                              pp_json *j);

/* ---- probes (report_probe.c) ---- */

void pp_report_probes(const pp_probe *p, size_t n, FILE *out);

/** Arrays "angles", "paths", "fits" and "walls". */
void pp_report_probes_json(const pp_probe *p, size_t n, pp_json *j);

/* ---- the grey image (report_grey.c) ---- */

void pp_report_grey(const pp_grey_report *g, FILE *out);
void pp_report_grey_json(const pp_grey_report *g, pp_json *j);

/** Below a caliper's row. */
void pp_report_grey_caliper(const pp_grey_caliper *c, FILE *out);

/** Members of a caliper's object. */
void pp_report_grey_caliper_json(const pp_grey_caliper *c, pp_json *j);

#endif
