/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grey_probe.h - for grey*.c only: the profile through one place of a mesh
 */
#ifndef PP_MEASURE_GREY_PROBE_H
#define PP_MEASURE_GREY_PROBE_H

#include "measure/measure.h"
#include "measure/profile.h"

/* Where a mesh is probed, and what area that stands for. */
typedef struct {
    pp_vec3 at, normal; /* of length one, outward; zero: nothing to probe */
    double weight;      /* mm^2; 0: of no account to the whole */
} pp_probe_place;

typedef struct {
    pp_probe_place *place;
    size_t n;
    size_t first_vertex; /* place of vertex 0, when vertices are among them */
    bool has_vertices;
} pp_probe_plan;

/**
 * Places no farther apart than the spacing: the vertices of a mesh that is as
 * fine as that, pieces of its facets else, and then its vertices too when they
 * are wanted. The caller frees.
 */
pp_status pp_probe_plan_make(const pp_mesh *m, double spacing_mm,
                             bool vertices, pp_probe_plan *plan,
                             pp_error *err) PP_MUST_USE;

void pp_probe_plan_free(pp_probe_plan *plan);

/* What all probes share. */
typedef struct {
    const pp_grey *grey;
    const pp_bvh *bvh;
    double inside, outside; /* levels of the whole body; NaN: not known, and
                               no edges are looked for */
    double noise;
    double blur_mm;         /* 0: not known */
} pp_prober;

typedef struct {
    bool read;              /* the profile lies in the image */
    bool edge, thin;
    float half, gradient;   /* edges, mm outward from the place */
    float sigma;            /* of the edge, NaN when it is not seen */
    float inside, outside;  /* plateaus, NaN without room */
    float wall, integral;   /* thickness: of the mesh, of the profile */
} pp_probe;

void pp_probe_read(const pp_prober *k, const pp_probe_place *at, pp_probe *o);

#endif
