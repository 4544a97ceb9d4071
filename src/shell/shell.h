/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shell.h - minimum walls
 */
#ifndef PP_SHELL_SHELL_H
#define PP_SHELL_SHELL_H

#include "check/check.h"
#include "surface/valley.h"
#include "thickness/thickness.h"

#include <stdio.h>

/* Which side of a thin wall moves: that from which more of the open is seen,
 * the other one, or both. */
typedef enum { PP_GROW_BOTH, PP_GROW_OUT, PP_GROW_IN } pp_grow_way;

typedef struct {
    double min_mm;           /* the wall wanted, T */
    double min_gap_mm;       /* no gap as wide is made narrower; 0: all may
                                close */
    pp_grow_way way;
    double edge_opening_deg; /* see thickness.h; 0: 150 */
    double resolution_mm;    /* sample distance of the field; 0: T/10 */
    size_t memory_limit;     /* bytes for the field; 0: 2 GB */
    bool round_float;        /* the result will be stored as floats */
    bool rebuild;            /* surface the whole solid anew, not only a part */
    bool certify;            /* pp_walls_measure: bounds of the least wall */
    bool gap;                /* pp_walls_measure: not the walls, but the room
                                around and between them */
    const pp_mesh *offered;  /* pp_walls_measure: centres about which balls of T
                                probably have room, tried first; or NULL */
    bool rays;               /* pp_walls_measure: the way straight across */
} pp_shell_options;

/**
 * What is wrong with m; PP_EGEOM with it, unless m is closed and clean. The
 * caller frees *report, then too.
 */
pp_status pp_shell_require_solid(const pp_mesh *m, pp_report *report,
                                 pp_error *err) PP_MUST_USE;

/* How thick the walls of a mesh are. All-zero is empty. */
typedef struct {
    pp_thickness_summary summary;
    pp_thin_region *thin; /* thinner than T, largest first */
    size_t nthin;
    size_t nknife;          /* knife edges, see thickness.h */
    double knife_length_mm;
    double sharpest_deg;
    double limit_mm;        /* nothing thicker was looked for */
    float *map_mm;          /* of each vertex, at most limit_mm */
    size_t nmap;
    bool gap, rays;         /* what was measured, and how */
    bool has_bounds;
    pp_thickness_interval bounds; /* of the least wall, see thickness.h */
} pp_walls;

void pp_walls_free(pp_walls *w);

/**
 * Measures a closed, clean mesh against T, with samples at most T/2 apart (1
 * mm without T). Nothing thicker than limit_mm is looked for.
 */
pp_status pp_walls_measure(const pp_mesh *m, const pp_shell_options *options,
                           double limit_mm, pp_walls *walls,
                           pp_error *err) PP_MUST_USE;

/** What the numbers are: "wall", "gap", or that it is by opposite rays. */
const char *pp_walls_quantity(const pp_walls *w);

/** A screen for people: numbers, histogram, thin places. */
void pp_walls_print(const pp_walls *w, double t_mm, FILE *out);

/** Members of the current JSON object. */
void pp_walls_json(const pp_walls *w, double t_mm, pp_json *j);

typedef enum {
    PP_SHELL_UNCHANGED, /* a copy: thick enough, or the reason why not */
    PP_SHELL_LOCAL,     /* facets beside what grew are the old ones */
    PP_SHELL_REBUILT    /* the whole surface was sampled again */
} pp_shell_how;

/* Voids that growing enclosed, too small for a gap that stays: now solid. */
typedef struct {
    size_t n;
    double mm3;
} pp_pockets;

typedef struct {
    pp_shell_how how;
    double volume_before_mm3, volume_after_mm3;
    double max_growth_mm;           /* new surface from the old solid */
    double max_change_elsewhere_mm; /* both ways, beyond what grew */
    size_t nkept;                   /* facets that are the old ones, bit by bit */
    double resolution_mm;           /* used */
    size_t npass, nundone; /* undone: it left more thin than it found */
    size_t nwhole;         /* unions that took all of the solid, where only
                              what meets the balls was not clean */
    pp_pockets pockets;
    pp_walls before, after; /* after: empty where nothing grew */
    pp_mesh sheet;    /* centres of the balls that were added */
    size_t nshell[2]; /* before, after: fewer where growing closed a gap... */
    int64_t genus[2]; /* ...or another number of handles */
    bool one_way;          /* some facets had to stay, ... */
    double fixed_moved_mm; /* ...and are no farther from the new surface, but
                              for the seam to those that moved */
    pp_thin_region *refused; /* that stayed thin so that a gap stays open */
    size_t nrefused;
    char reason[160]; /* why the whole was rebuilt, or nothing grew; or "" */
} pp_shell_report;

void pp_shell_report_free(pp_shell_report *r);

/** Growing closed a gap, a hole or a cavity, or joined parts. */
bool pp_shell_joined(const pp_shell_report *r);

/**
 * Grows what is thinner than T: the union of the solid with balls of diameter
 * T along the thin part of its medial sheet. The balls' surface comes from a
 * sampled distance field; the union is exact, so what lies beside the grown
 * part stays vertex for vertex. Where the union fails, the whole solid is
 * surfaced again from the field, and the report says so. The result is
 * closed, manifold and free of crossings. What still seems thin gives more
 * centres, in a few passes; the number that counts is the caller's, measured
 * on what is stored. A mesh that is thick enough comes back as a copy. An open
 * mesh, or one with other defects: PP_EGEOM with what is wrong.
 */
pp_status pp_shell_grow(const pp_mesh *m, const pp_shell_options *options,
                        pp_mesh *out, pp_shell_report *report,
                        pp_error *err) PP_MUST_USE;

/**
 * The walls of what was stored, against min_mm. Where it has the grown mesh's
 * facets, each corner to the last bit, those are the walls that growing
 * measured last; else they are measured anew.
 */
pp_status pp_shell_walls_stored(const pp_mesh *grown, const pp_mesh *stored,
                                const pp_shell_options *options,
                                const pp_shell_report *report, pp_walls *walls,
                                pp_error *err) PP_MUST_USE;

/** The same for people, and as members of the current JSON object. */
void pp_shell_report_print(const pp_shell_report *r, FILE *out);
void pp_shell_report_json(const pp_shell_report *r, pp_json *j);

/* ---- an open surface made solid (sheet.c) ---- */

typedef enum { PP_SHEET_BOTH, PP_SHEET_BEFORE, PP_SHEET_BEHIND } pp_sheet_side;

typedef struct {
    double thick_mm;      /* T */
    pp_sheet_side side;   /* of the facets; default: half on either */
    bool straight;        /* rims end where the surface does, upright on it;
                             else half a circle is around them */
    double resolution_mm; /* 0: T/10 */
    size_t memory_limit;  /* 0: 2 GB */
    bool round_float;
} pp_sheet_options;

typedef struct {
    double area_mm2;     /* of the surface */
    double volume_mm3;   /* of the solid */
    bool own_facets;     /* straight rims: the surface's facets lie on either
                            side; else the solid comes from a field, of... */
    double resolution_mm;
    size_t nsheet, npart; /* connected pieces, of surface and solid */
    size_t ncavity;       /* where the solid closed around something */
    pp_mesh middle; /* the surface amid the solid: centres of its balls */
} pp_sheet_report;

void pp_sheet_report_free(pp_sheet_report *r);

/**
 * All points within T/2 of a surface, open or closed: a closed, clean solid
 * with rounded or straight rims. On one side, the surface is first moved by
 * T/2 along its vertices' normals. A surface with one side only (Moebius), or
 * facets that disagree where a side is asked for: PP_EGEOM.
 */
pp_status pp_shell_sheet(const pp_mesh *m, const pp_sheet_options *options,
                         pp_mesh *out, pp_sheet_report *report,
                         pp_error *err) PP_MUST_USE;

void pp_sheet_report_print(const pp_sheet_report *r, FILE *out);
void pp_sheet_report_json(const pp_sheet_report *r, pp_json *j);

/* ---- the same from a field of distances (thick.c) ---- */

typedef struct {
    double thick_mm;      /* T */
    double margin_mm;     /* on either side; negative: what the noise asks */
    double resolution_mm; /* 0: 0.7 voxel, or less for a thin wall */
    size_t memory_limit;  /* 0: 2 GB */
    bool round_float;
} pp_thick_options;

typedef struct {
    double radius_mm; /* the level: T/2 and the margin */
    double margin_mm;
    double resolution_mm;
    bool cut;   /* the solid was cut by the volume's border */
    bool clean; /* as it would be stored */
} pp_thick_report;

/**
 * All points whose distance is at most T/2 and a margin: closed, whatever the
 * surface is like. PP_EGEOM when the field does not reach that far.
 */
pp_status pp_shell_thick(const pp_valley_field *f,
                         const pp_thick_options *options, pp_mesh *out,
                         pp_thick_report *report, pp_error *err) PP_MUST_USE;

void pp_thick_report_print(const pp_thick_report *r, FILE *out);
void pp_thick_report_json(const pp_thick_report *r, pp_json *j);

/* ---- hollow solids (hollow.c, drain.c) ---- */

typedef struct {
    double diameter_mm;
    bool placed; /* near place; else where each cavity is lowest */
    pp_vec3 place;
} pp_drain;

typedef struct {
    double wall_mm;       /* T */
    double resolution_mm; /* 0: T/4 */
    size_t memory_limit;  /* 0: 2 GB */
    bool round_float;
    pp_vec3 up;           /* of unit length; for drains without a place */
    const pp_drain *drain;
    size_t ndrain;
    bool plugs;           /* make one for each drain */
    double clearance_mm;  /* between plug and drain, all around; 0: 0.15 */
} pp_hollow_options;

/* What a peg that is pushed in by hand needs, on printers that keep to a tenth
 * of a millimetre. */
#define PP_PLUG_CLEARANCE_MM 0.15

typedef struct {
    double volume_mm3;
    pp_vec3 lowest;
    bool drained;
} pp_cavity;

typedef struct {
    double diameter_mm;
    pp_vec3 outer, inner; /* where its axis meets the two surfaces */
    double plug_mm;         /* diameter of its plug; 0: none */
    double plug_volume_mm3;
} pp_drain_cut;

typedef struct {
    double volume_before_mm3, volume_after_mm3;
    double resolution_mm;
    double error_mm3; /* about: between the cavities and all that is deeper
                         than T, but for what was left solid */
    pp_cavity *cavity; /* made */
    size_t ncavity;
    pp_drain_cut *drain;
    size_t ndrain;
    pp_mesh *plug;   /* of each drain, where it belongs; or NULL */
    size_t nfilled;  /* cavities left solid: smaller than a ball of T */
    size_t ntrapped; /* volumes that nothing connects with the outside */
} pp_hollow_report;

void pp_hollow_report_free(pp_hollow_report *r);

/**
 * A closed peg for a drain, in its place, from the wall's outer surface to the
 * inner one: a prism whose sides are the drain's, moved in by the clearance,
 * with a flat end to stand on. PP_EGEOM when nothing is left.
 */
pp_status pp_shell_plug(const pp_drain_cut *drain, double clearance_mm,
                        pp_mesh *m, pp_error *err) PP_MUST_USE;

/**
 * Takes out what lies deeper than T in a closed, clean solid, and cuts drains
 * through the wall. The outside stays, vertex for vertex, but for the drains.
 * PP_EGEOM where nothing lies that deep, or a drain finds no cavity.
 */
pp_status pp_shell_hollow(const pp_mesh *m, const pp_hollow_options *options,
                          pp_mesh *out, pp_hollow_report *report,
                          pp_error *err) PP_MUST_USE;

void pp_hollow_report_print(const pp_hollow_report *r, FILE *out);
void pp_hollow_report_json(const pp_hollow_report *r, pp_json *j);

#endif
