/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * printer.h - what a printer can do, and what it will make of a mesh
 *
 * Included by the tools and by the rooms to the right of check/.
 */
#ifndef PP_CHECK_PRINTER_H
#define PP_CHECK_PRINTER_H

#include "check/check.h"

/* A profile: a text file of lines "key = value", all keys wanted. */
typedef struct {
    char name[80], source[400];
    double build_mm[3];
    double layer_mm;
    double min_wall_mm, min_gap_mm, min_hole_mm, min_feature_mm;
    double overhang_deg; /* from the vertical, still printed unsupported */
} pp_printer;

/** Parses a profile's text. PP_EFORMAT with the line and the key. */
pp_status pp_printer_parse(const void *text, size_t size, pp_printer *p,
                           pp_error *err) PP_MUST_USE;

/* A part that begins above the plate with nothing below it. */
#define PP_MOST_ISLANDS 32

typedef struct {
    double scale;
    pp_vec3 size_mm;       /* after scaling */
    bool fits;             /* as it lies */
    bool fits_turned;      /* with its axes in some other order */
    size_t ntrapped;       /* cavities without a way out */
    double trapped_mm3;
    double overhang_mm2;   /* steeper than the printer takes */
    size_t nisland;        /* where a layer begins in mid-air */
    pp_vec3 island[PP_MOST_ISLANDS]; /* as they join the rest; unscaled */
    size_t nsmall;         /* shells thinner than a feature along some axis */
} pp_forecast;

/**
 * What the printer makes of the mesh when it is scaled and printed as it lies,
 * z up. Walls and gaps are a matter of thickness and not of this. r is the
 * mesh's report.
 */
pp_status pp_forecast_print(const pp_mesh *m, const pp_report *r,
                            const pp_printer *p, double scale,
                            pp_forecast *f, pp_error *err) PP_MUST_USE;

void pp_forecast_tell(const pp_printer *p, const pp_forecast *f, FILE *out);
void pp_forecast_json(const pp_printer *p, const pp_forecast *f, pp_json *j);

#endif
