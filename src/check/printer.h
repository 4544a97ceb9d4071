/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * printer.h - what a printer can do, and what it will make of a mesh
 *
 * Included by the tools and by the rooms to the right of check/.
 */
#ifndef PP_CHECK_PRINTER_H
#define PP_CHECK_PRINTER_H

#include "check/check.h"

/* The figures of a profile, in the order of its keys. */
enum { PP_NFIGURE = 7 };

/*
 * A profile: a text file of lines "key = value" for its name and for all
 * figures. Behind a figure stands its source: "min_wall_mm = 0.8 ; data
 * sheet"; one without a source, or with "estimate", is an estimate.
 */
typedef struct {
    char name[80];
    double build_mm[3];
    double layer_mm;
    double min_wall_mm, min_gap_mm, min_hole_mm, min_feature_mm;
    double overhang_deg; /* from the vertical, still printed unsupported */
    char source[PP_NFIGURE][160];
    bool estimate[PP_NFIGURE];
} pp_printer;

/** The key of figure i, in [0, PP_NFIGURE). */
const char *pp_printer_figure(int i);

/** Parses a profile's text. PP_EFORMAT with the line and the key. */
pp_status pp_printer_parse(const void *text, size_t size, pp_printer *p,
                           pp_error *err) PP_MUST_USE;

/* Places that are listed; all are counted. */
#define PP_MOST_PLACES 32

/* Where something is narrower than a limit; as the mesh lies, not scaled. */
typedef struct {
    pp_vec3 place;
    double min_mm, area_mm2;
} pp_narrow_place;

typedef struct {
    double limit_mm; /* what the printer needs, before it is scaled down */
    double min_mm;   /* the limit when nothing is narrower */
    pp_vec3 min_place;
    size_t nplace;   /* connected regions of the surface */
    double area_mm2;
    pp_narrow_place place[PP_MOST_PLACES]; /* largest first */
} pp_narrow;

typedef struct {
    double scale;
    pp_vec3 size_mm;       /* after scaling */
    bool fits;             /* as it lies */
    bool fits_turned;      /* with its axes in some other order */
    size_t ntrapped;       /* cavities without a way out */
    double trapped_mm3;
    double overhang_mm2;   /* steeper than the printer takes */
    size_t nisland;        /* where a layer begins in mid-air */
    pp_vec3 island[PP_MOST_PLACES]; /* as they join the rest; unscaled */
    size_t nsmall;         /* shells thinner than a feature along some axis */
    pp_vec3 small[PP_MOST_PLACES]; /* the middles of their boxes */
    bool measured;         /* walls, gaps and holes: of clean solids only */
    pp_narrow wall, gap, hole;
    bool printable; /* fits in some way, no thin wall, narrow gap or hole, no
                       small part, no trapped volume, and all was measured */
} pp_forecast;

/**
 * What the printer makes of the mesh when it is scaled and printed as it lies,
 * z up. r is the mesh's report.
 */
pp_status pp_forecast_print(const pp_mesh *m, const pp_report *r,
                            const pp_printer *p, double scale,
                            pp_forecast *f, pp_error *err) PP_MUST_USE;

void pp_forecast_tell(const pp_printer *p, const pp_forecast *f, pp_table *t);
void pp_forecast_json(const pp_printer *p, const pp_forecast *f, pp_json *j);

/* ---- its parts (narrow.c) ---- */

/** Walls of a clean, closed, outward mesh that are thinner than limit_mm. */
pp_status pp_find_thin_walls(const pp_mesh *m, double limit_mm,
                             pp_narrow *wall, pp_error *err) PP_MUST_USE;

/** Outside it: gaps, and holes (round, or nearly so) narrower than these. */
pp_status pp_find_narrow_gaps(const pp_mesh *m, double gap_mm, double hole_mm,
                              pp_narrow *gap, pp_narrow *hole,
                              pp_error *err) PP_MUST_USE;

#endif
