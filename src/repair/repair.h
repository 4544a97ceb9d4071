/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * repair.h - a ladder of cures, each checked and undone when it did harm
 */
#ifndef PP_REPAIR_REPAIR_H
#define PP_REPAIR_REPAIR_H

#include "base/json.h"
#include "check/check.h"
#include "mesh/mesh.h"

/* Openings that are meant to be open. An opening is a run of open edges that
   hang together, when cracks have been stitched. */
typedef struct {
    bool all;
    double longer_mm;  /* those whose rim is longer; 0: none for its length */
    const pp_vec3 *at; /* for each point the opening that is nearest to it */
    size_t nat;
} pp_keep_open;

typedef struct {
    double weld_mm;          /* largest gap that may be stitched; 0: 0.01 mm */
    double max_deviation_mm; /* refuse a cure that moves more; 0: 0.5 */
    double max_volume_part;  /* ... or changes more than this share of the
                                volume; 0: no bound */
    double min_part_mm3;     /* drop parts with less volume; 0: keep all */
    bool drop_inner;         /* drop closed shells that lie inside others */
    pp_keep_open keep_open;
    double rebuild_mm;       /* last resort: rebuild what is still sick from
                                its winding number, so fine; 0: never */
    const pp_mesh *guide;    /* a surface that says where lids should lie, or
                                NULL */
    double guide_reach_mm;   /* ... when their rim lies so near it */
    bool round_float;        /* the result will be stored as floats */
} pp_repair_options;

/* Defects that a rung was called for are named up to so many. */
#define PP_RUNG_PLACES 16

/* One rung of the ladder, as it went. */
typedef struct {
    const char *name; /* static: "weld", "holes", ... */
    bool kept;        /* false: undone, or nothing to do */
    size_t count;     /* what it cured, in its own unit */
    double volume_change_mm3;
    double max_deviation_mm;
    pp_vec3 place[PP_RUNG_PLACES];
    size_t nplace;
    char detail[160];
} pp_repair_rung;

/* A part, cavity or crumb that is no more. */
typedef struct {
    const char *why; /* static: "small", "inner", "buried or loose" */
    size_t nfacet;
    double volume_mm3; /* signed; of open ones, closed by flat fans */
    double area_mm2;
    pp_vec3 place;     /* the middle of its box */
} pp_repair_loss;

typedef struct {
    pp_repair_rung *rung;
    size_t nrung;
    pp_repair_loss *loss;
    size_t nloss;
    bool changed;            /* false: the mesh came back as it was */
    size_t nsame, nflipped;  /* facets of before that stand at their place */
    size_t nremoved, nadded; /* facets gone and new */
    size_t nopening;         /* kept open, of so many edges */
    size_t nkept_open;
    pp_report before, after; /* after: of the mesh as it will be stored */
    double volume_change_mm3;
    double max_deviation_mm; /* two-sided, old against new, lids and what was
                                dropped set aside */
    double changed_within_mm; /* of a defect lies every facet that changed */
    char refused[128];       /* why all of it was undone, or "" */
    pp_mesh invented, dropped; /* lids; what was inside, loose or double */
} pp_repair_ledger;

void pp_repair_ledger_free(pp_repair_ledger *l);

/** Adds another object's numbers, without its rungs and reports. */
void pp_repair_ledger_count(pp_repair_ledger *sum, const pp_repair_ledger *l);

/** Defects of the result; openings that were to stay are none. */
size_t pp_repair_nleft(const pp_repair_ledger *l);

/** What happened, one line a rung. */
void pp_repair_ledger_print(const pp_repair_ledger *l, FILE *out);

/** Members of the current JSON object. */
void pp_repair_ledger_json(const pp_repair_ledger *l, pp_json *j);

/** The same in one line for the provenance. */
void pp_repair_ledger_summary(const pp_repair_ledger *l, char *text,
                              size_t size);

/** Adds the story of a later run to l; later is left empty. */
pp_status pp_repair_ledger_join(pp_repair_ledger *l, pp_repair_ledger *later,
                                pp_error *err) PP_MUST_USE;

/**
 * Repairs m in place. PP_OK even when defects are left: ledger->after tells.
 * A clean mesh comes back untouched.
 */
pp_status pp_repair(pp_mesh *m, const pp_repair_options *options,
                    pp_repair_ledger *ledger, pp_error *err) PP_MUST_USE;

/**
 * Open edges of m on openings that the options keep, and how many openings
 * they make. What pp_check finds beyond is a defect.
 */
pp_status pp_repair_openings(const pp_mesh *m, const pp_repair_options *options,
                             size_t *nopening, size_t *nedge,
                             pp_error *err) PP_MUST_USE;

/* What became of a facet, as a colour: see pp_repair_mark. */
typedef enum {
    PP_MARK_SAME,   /* grey */
    PP_MARK_TURNED, /* blue */
    PP_MARK_CUT,    /* orange: new, on the surface of before */
    PP_MARK_NEW     /* green: new surface */
} pp_mark;

/**
 * Value (a pp_mark) and colour for each vertex of m against the mesh before:
 * the greatest of its facets. near_mm: how near counts as on the old surface.
 */
pp_status pp_repair_mark(const pp_mesh *before, const pp_mesh *m,
                         double near_mm, float *value, uint8_t (*rgb)[3],
                         pp_error *err) PP_MUST_USE;

#endif
