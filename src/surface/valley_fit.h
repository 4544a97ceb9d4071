/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * valley_fit.h - the steps of valley.c; only for src/surface/valley*.c
 *
 * Points are in the field's room: voxel indices times f->step.
 */
#ifndef PP_SURFACE_VALLEY_FIT_H
#define PP_SURFACE_VALLEY_FIT_H

#include "surface/valley.h"

/* Beyond a rim, the surface is first carried on by as much as this, cut where
 * the field rises to it, and drawn back by it. */
#define PP_VALLEY_TAU 0.8

/* So near the middle of a voxel, or half a widest step, starts a fit. */
#define PP_VALLEY_SEED 0.6

/* A piece of the surface: a point of it, which way is up, and how much it is
 * worth: little near a rim, where samples from beyond it tilt the fit. */
typedef struct {
    pp_vec3 at, normal;
    double worth;
} pp_surfel;

static inline pp_vec3
pp_valley_to_room(const pp_valley_field *f, const double i[3])
{
    return pp_vec(f->step[0][0] * i[0] + f->step[0][1] * i[1] +
                      f->step[0][2] * i[2],
                  f->step[1][0] * i[0] + f->step[1][1] * i[1] +
                      f->step[1][2] * i[2],
                  f->step[2][0] * i[0] + f->step[2][1] * i[1] +
                      f->step[2][2] * i[2]);
}

/* Where the n-th sample of a field lies. */
static inline pp_vec3
pp_valley_sample(const pp_valley_field *f, size_t n)
{
    const size_t row = n / f->dim[0], slice = row / f->dim[1];
    const double i[3] = { (double)(n % f->dim[0]), (double)(row % f->dim[1]),
                          (double)slice };

    return pp_valley_to_room(f, i);
}

static inline void
pp_valley_to_index(const pp_valley_field *f, pp_vec3 p, double i[3])
{
    for (int a = 0; a < 3; a++)
        i[a] = f->index[a][0] * p.x + f->index[a][1] * p.y +
               f->index[a][2] * p.z;
}

pp_vec3 pp_valley_to_lps(const pp_valley_field *f, pp_vec3 p);

/** Does it turn right hands into left ones? */
bool pp_valley_is_mirrored(const double m[3][3]);

/* ---- fits (valley_fit.c) ---- */

/* Which voxels a fit looks at, and how. */
typedef struct {
    const pp_valley_field *f;
    int16_t (*offset)[3];
    pp_vec3 *way; /* of each offset */
    size_t n;
    double wide;  /* sigma of the weight along the surface, nearly */
    double high;  /* as far across it */
} pp_valley_window;

pp_status pp_valley_window_make(const pp_valley_field *f,
                                pp_valley_window *w,
                                pp_error *err) PP_MUST_USE;
void pp_valley_window_free(pp_valley_window *w);

typedef struct {
    pp_surfel surfel;
    double slope;   /* of the distance across; 1 */
    double weight;  /* number of samples that agree */
    double misfit;  /* of those that do, rms */
    double share;   /* of all samples, how many do */
    double aside;   /* of those that do, how far their middle is */
} pp_valley_fit;

/** The valley near a point, from a first guess, which may be a good one; false
 * when there is none. */
bool pp_valley_fit_at(const pp_valley_window *w, pp_surfel guess, bool good,
                      pp_valley_fit *fit);

/** The first guess from the squares' second derivatives at a voxel; half is 1
 * or 2: of the window in which they are taken. */
bool pp_valley_guess(const pp_valley_field *f, const size_t at[3], int half,
                     pp_surfel *guess);

/* ---- surfels (valley_surfel.c) ---- */

/* In place of a piece: too few to be one. */
#define PP_SURFEL_ALONE (PP_NONE - 1)

/* In the order of the voxels that hold them; all turned alike. */
typedef struct {
    size_t n;
    pp_surfel *s;
    uint32_t *piece;  /* of each: connected ones share a number */
    uint32_t npiece;
    int32_t *column;  /* of each: index along i of its voxel */
    size_t *row;      /* of each (j, k): the first; and one behind the last */
    size_t rows[2];
    double nconflict; /* links between facets that disagree */
    pp_vec3 conflict; /* one of them */
} pp_surfels;

void pp_surfels_free(pp_surfels *s);

pp_status pp_surfels_find(const pp_valley_field *f, pp_surfels *s,
                          pp_error *err) PP_MUST_USE;

/** Are they neighbours on one sheet? *turn: cosine of their normals. */
bool pp_surfels_linked(const pp_surfel *a, const pp_surfel *b, double *turn);

/* Those within radius of p, at most `most`, in their order. */
size_t pp_surfels_near(const pp_valley_field *f, const pp_surfels *s,
                       pp_vec3 p, double radius, uint32_t *list, size_t most);

/* ---- the sheet, carried on beyond its rims (valley_sheet.c) ---- */

/** Vertices in the field's room. */
pp_status pp_valley_sheet(const pp_valley_field *f, const pp_surfels *s,
                          pp_mesh *mesh, pp_error *err) PP_MUST_USE;

/* ---- better facets (valley_tidy.c) ---- */

/** Moves vertices along the surface for better facets, then to the valley. */
pp_status pp_valley_settle(const pp_valley_field *f, pp_mesh *mesh,
                           pp_error *err) PP_MUST_USE;

/** Closes runs of open edges that are shorter than this. */
pp_status pp_valley_fill(pp_mesh *mesh, double longest,
                         pp_error *err) PP_MUST_USE;

/** Drops facets until no vertex has more than one fan of them. */
pp_status pp_valley_make_manifold(pp_mesh *mesh, pp_error *err) PP_MUST_USE;

/* ---- and cut back to where the field says (valley_rise.c, valley_rim.c) ---- */

/** How far each vertex of a carried-on sheet lies beyond a rim; way: the same,
 * but negative within it, or NAN where no rim is near that fits. */
pp_status pp_valley_rise(const pp_valley_field *f, const pp_mesh *m,
                         double *rise, double *way, pp_error *err) PP_MUST_USE;

/** Cuts away where within is negative (valley_cut.c); within is lost. */
pp_status pp_valley_keep_within(pp_mesh *m, double *within,
                                pp_error *err) PP_MUST_USE;

pp_status pp_valley_trim(const pp_valley_field *f, double pinhole,
                         pp_mesh *mesh, pp_valley_report *r,
                         pp_error *err) PP_MUST_USE;

/* ---- what came out (valley_report.c) ---- */

/** Openings, places, floor; the mesh in the room. */
pp_status pp_valley_describe(const pp_valley_field *f, const pp_mesh *mesh,
                             pp_valley_report *r, pp_error *err) PP_MUST_USE;

/** Adds a place to the report. */
pp_status pp_valley_note(pp_valley_report *r, pp_place_kind kind,
                         pp_vec3 place, double size,
                         pp_error *err) PP_MUST_USE;

#endif
