/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * check.h - what is wrong with a mesh, and where
 *
 * One defect per file; the table in report.c drives the listing, the JSON keys
 * and the manual. A finding is data, not an error.
 */
#ifndef PP_CHECK_CHECK_H
#define PP_CHECK_CHECK_H

#include "base/json.h"
#include "check/table.h"
#include "mesh/mesh.h"

#include <stdio.h>

typedef enum {
    PP_DEFECT_OPEN_EDGE,
    PP_DEFECT_NONMANIFOLD_EDGE,
    PP_DEFECT_NONMANIFOLD_VERTEX,
    PP_DEFECT_FLIPPED,         /* facets against their neighbours' direction */
    PP_DEFECT_INVERTED_SHELL,  /* a closed shell that faces the wrong way */
    PP_DEFECT_DUPLICATE,       /* facets with the same three vertices */
    PP_DEFECT_DEGENERATE,      /* zero area, exactly */
    PP_DEFECT_CROSSING,        /* pairs of facets that meet where they must not */
    PP_NDEFECT
} pp_defect;

/* How two facets meet where they must not. */
typedef enum {
    PP_CONTACT_NONE,
    PP_CONTACT_CROSS,   /* their insides meet, in different planes */
    PP_CONTACT_TOUCH,   /* at a point or along an edge, insides apart */
    PP_CONTACT_OVERLAP, /* in one plane, insides meet, no shared vertex */
    PP_CONTACT_FOLD,    /* the same, with a shared vertex or edge */
    PP_NCONTACT
} pp_contact;

/* A witness: up to two facets or a vertex, and where. */
typedef struct {
    uint32_t a, b; /* facet numbers (vertex for non-manifold vertices) */
    pp_vec3 place;
    pp_contact contact; /* of crossings: how they meet */
} pp_witness;

typedef struct {
    size_t count;
    pp_witness *witness; /* at most options.max_witness */
    size_t nwitness;
} pp_finding;

/* A run of open edges, closed in itself where nothing is flipped. */
typedef struct {
    size_t nedge;
    double length_mm;
    double flatness_mm; /* its farthest vertex from its mean plane */
    pp_vec3 middle;
} pp_loop;

/* A closed or open component (over shared edges). */
typedef struct {
    size_t nfacet, nvert, nopen;
    int64_t euler;      /* V - E + F */
    int64_t genus;      /* of a closed orientable shell; -1: not defined */
    double volume_mm3;  /* signed; only of closed ones */
    double area_mm2;
    int depth;          /* closed: how many closed shells lie around it */
    uint32_t facet;     /* the first of its facets */
    bool closed, inverted;
} pp_shell;

typedef struct {
    size_t nfacet, nvert;
    pp_finding defect[PP_NDEFECT];
    size_t nloop;            /* closed runs of open edges */
    double longest_loop_mm;
    pp_loop *loop;           /* longest first, at most max_witness */
    size_t nloop_listed;
    size_t nopposite;        /* duplicates that run opposite ways */
    pp_shell *shell;         /* largest first by area */
    size_t nshell;
    size_t nnested;          /* closed shells inside another */
    size_t ntwin;            /* shells with the same facets as another, by
                                coordinates */
    double volume_mm3, area_mm2;
    pp_box box;
    bool crossings_checked;
    size_t ncontact[PP_NCONTACT]; /* crossings by kind */
    size_t nbetween;         /* crossings of facets of different shells */
    bool printable; /* by a forecast (printer.h), which its maker enters */
} pp_report;

typedef struct {
    bool skip_crossings;
    size_t max_witness; /* per defect; 0 means the default of 32 */
} pp_check_options;

/** Inspects a mesh as it stands (no welding). NULL options: defaults. */
pp_status pp_check(const pp_mesh *m, const pp_check_options *options,
                   pp_report *report, pp_error *err) PP_MUST_USE;

void pp_report_free(pp_report *r);

/** How many kinds of defect have findings: 0 is a clean mesh. */
size_t pp_report_ndefect(const pp_report *r);

/** A short line: "clean", or "12 open edges, 3 crossings". */
void pp_report_summary(const pp_report *r, char *text, size_t size);

/** Rows for people: the verdict on what is required, findings, measures. */
void pp_report_tell(const pp_report *r, unsigned required, pp_table *t);

/** Members of the current JSON object. */
void pp_report_json(const pp_report *r, pp_json *j);

/** A row of the table of defects. */
typedef struct {
    pp_defect defect;
    const char *key;  /* JSON key and name for options: "open_edges" */
    const char *noun; /* "open edge", singular */
    const char *help;
} pp_defect_row;

const pp_defect_row *pp_defect_table(void); /* PP_NDEFECT rows */

/* ---- what a mesh is required to be (verdict.c) ---- */

/* A row of the table of requirements; a set of them has bit i for row i. */
typedef struct {
    const char *name; /* "watertight" */
    const char *help;
    unsigned defects; /* bit d: defect d fails it */
    bool in_print;    /* part of the set "print" */
} pp_requirement;

/** The table; ends with a row whose name is NULL. */
const pp_requirement *pp_requirement_table(void);

/** The set "print". */
unsigned pp_requirements_print(void);

/** The set of "printable", which wants a forecast. */
unsigned pp_requirement_printable(void);

/** "watertight,manifold", "print", "none": false for an unknown name. */
bool pp_requirements_parse(const char *list, unsigned *set);

/** Those of the set that the mesh fails. */
unsigned pp_requirements_failed(const pp_report *r, unsigned set);

/** Shells that are no cavities. */
size_t pp_report_nsolid(const pp_report *r);

/* ---- pairs of facets (crossings.c) ---- */

/* Two facets, a < b, and how they meet. */
typedef struct {
    uint32_t a, b;
    pp_contact contact;
} pp_crossing;

/**
 * Pairs of facets that meet beyond what they share by number, sorted by (a,
 * b): exact for all finite doubles. Facets without area and pairs with the
 * same three vertices are left out; they are defects of their own. The caller
 * frees *crossing.
 */
pp_status pp_find_contacts(const pp_mesh *m, pp_crossing **crossing,
                           size_t *ncrossing, pp_error *err) PP_MUST_USE;

/** The same, without the kind. The caller frees *pair. */
pp_status pp_check_crossings(const pp_mesh *m, uint32_t (**pair)[2],
                             size_t *npair, pp_error *err) PP_MUST_USE;

#endif
