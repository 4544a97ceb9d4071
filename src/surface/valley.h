/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * valley.h - surfaces from a distance without a sign; for surface/, shell/
 * and tools
 *
 * A field of distances has its surface where it is least: at the floor of a
 * valley, which may end (a rim) and need not enclose anything. Lengths in
 * this file are in voxels, the cube root of a voxel's volume, unless a name
 * says mm.
 */
#ifndef PP_SURFACE_VALLEY_H
#define PP_SURFACE_VALLEY_H

#include "base/json.h"
#include "mesh/mesh.h"
#include "voxel/grid.h"

#include <stdio.h>

typedef enum { PP_LENGTH_GUESS, PP_LENGTH_MM, PP_LENGTH_VOXEL } pp_length_unit;

/* What a sheet, carried on beyond its rims, can close. */
#define PP_VALLEY_MOST_PINHOLE 3.2

typedef struct {
    pp_length_unit unit;
    double scale;   /* of the values, before all else; 0: 1 */
    double pinhole; /* openings of a smaller diameter are closed; 0: 3; at most
                       PP_VALLEY_MOST_PINHOLE */
} pp_valley_options;

/* What the field looks like, before anything is made of it. */
typedef struct {
    pp_length_unit unit; /* of the values; never GUESS */
    bool guessed;
    double voxel_mm;
    double low, high;    /* values as they are in the file */
    double gradient;     /* half way up its distribution, 1 to 3 off; 0: not
                            enough voxels to tell */
    double steepest;     /* of three in ten it is more than this */
    double noise;        /* standard deviation, from third differences */
    double floor;        /* what the distance is too large by, all over;
                            taken off */
    double reach;        /* nothing is larger: where the field was cut */
    size_t nnear;        /* voxels within 1.5 */
    size_t nnegative;    /* of them, below zero */
    size_t nbelow;       /* of all, below -1 */
    bool is_signed;
} pp_field_check;

/* A field, ready for work. All-zero is empty. */
typedef struct {
    size_t dim[3];
    float *u;             /* i fastest */
    double to_lps[3][4];
    double step[3][3];    /* from indices to the room where distances hold */
    double index[3][3];   /* and back */
    double widest;        /* step between neighbours along an axis */
    double diagonal;      /* of a cell, the longest */
    double mm;            /* of a length of 1; VOXEL: on the mean */
    bool even;            /* VOXEL: voxels are cubes, so mm is exact */
    pp_field_check check;
} pp_valley_field;

/**
 * Takes the values of a grid as distances. PP_EGEOM for values that are not
 * finite, when nothing comes near zero, or for a unit that is neither told
 * nor to be seen. The caller frees.
 */
pp_status pp_valley_load(const pp_grid *g, const pp_valley_options *options,
                         pp_valley_field *f, pp_error *err) PP_MUST_USE;
void pp_valley_free(pp_valley_field *f);

/* ---- the open surface (valley.c) ---- */

typedef enum {
    PP_RIM_FIELD,  /* the field says that the surface ends */
    PP_RIM_BORDER, /* most of it is where the volume ends */
    PP_RIM_TORN    /* some of it is neither: a defect of what was made */
} pp_rim_kind;

/* A closed run of open edges. */
typedef struct {
    double length_mm;
    double torn_mm, border_mm, junction_mm; /* of it */
    size_t nedge;
    pp_vec3 place; /* its middle, LPS mm */
    pp_rim_kind kind;
} pp_opening;

typedef enum {
    PP_PLACE_PINHOLE,  /* closed; size: its diameter, mm */
    PP_PLACE_JUNCTION, /* sheets meet, and were split; length, mm */
    PP_PLACE_LEFT,     /* the field is low, but there is no facet; voxels */
    PP_PLACE_DROPPED,  /* a piece too small to be kept; area, mm2 */
    PP_NPLACE
} pp_place_kind;

typedef struct {
    pp_place_kind kind;
    pp_vec3 place; /* LPS mm */
    double size;
} pp_valley_place;

typedef struct {
    size_t nsurfel;      /* local fits that the surface rests on */
    size_t npiece;       /* of the surface */
    double area_mm2;
    double floor, floor_p99; /* of the field at the vertices: 0 */
    pp_opening *opening; /* longest first */
    size_t nopening;
    pp_valley_place *place; /* by kind */
    size_t nplace, nof[PP_NPLACE];
} pp_valley_report;

/**
 * The open surface along the valley: one layer, manifold with boundary, its
 * facets running alike. PP_EGEOM when there is none, or for a surface of one
 * side (Moebius).
 */
pp_status pp_valley_mesh(const pp_valley_field *f,
                         const pp_valley_options *options, pp_mesh *mesh,
                         pp_valley_report *report, pp_error *err) PP_MUST_USE;
void pp_valley_report_free(pp_valley_report *r);

/** Is there anything that a person should look at? */
bool pp_valley_doubtful(const pp_valley_field *f, const pp_valley_report *r);

/**
 * The surface of a signed field, closed; flat at the volume's border, where
 * *cut says that it was.
 */
pp_status pp_valley_closed(const pp_valley_field *f, pp_mesh *mesh, bool *cut,
                           pp_error *err) PP_MUST_USE;

/** The distance at a place given in indices, between the samples: the squares
 * are interpolated (Catmull-Rom), which are smooth across the valley. */
double pp_valley_distance(const pp_valley_field *f, const double at[3]);

void pp_field_check_print(const pp_field_check *c, FILE *out);
void pp_field_check_json(const pp_field_check *c, pp_json *j);
void pp_valley_report_print(const pp_valley_report *r, FILE *out);
void pp_valley_report_json(const pp_valley_report *r, pp_json *j);

#endif
