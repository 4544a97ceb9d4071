/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * swell.c - the surface of balls along a sheet, with or without a solid
 *
 * The distance field is sampled on an axis-aligned lattice and surfaced by
 * pp_surface_from_distance, which is a manifold by construction. Distances
 * change by at most one spacing from sample to sample, so only samples nearer
 * to the surface than that need their exact value: along a row, a sample that
 * lies farther tells the sign of the next ones too, and nothing thin is
 * stepped over.
 */
#include "shell/grow.h"

#include "base/alloc.h"
#include "surface/surface.h"

#include <string.h>

/* Bytes for each sample: the float itself, and what the surfacing needs. */
#define SAMPLE_BYTES 6

typedef struct {
    const pp_swell *s;
    pp_vec3 low;
    double h, reach; /* beyond reach a distance is only "farther" */
    size_t dim[3];
    float *phi;
} field;

/* Lattice that holds the box and two samples around; coarser when too large. */
static void
lay_out(field *f, const pp_swell *s, size_t limit)
{
    const pp_vec3 size = pp_box_size(s->box);
    double h = s->resolution_mm;

    for (;;) {
        double n = 1;

        for (int k = 0; k < 3; k++)
            n *= ceil(pp_axis(size, k) / h) + 6;
        if (n * SAMPLE_BYTES <= (double)limit)
            break;
        h *= 1.02;
    }
    for (int k = 0; k < 3; k++)
        f->dim[k] = (size_t)ceil(pp_axis(size, k) / h) + 6;
    f->s = s;
    f->h = h;
    f->reach = 8 * h;
    /* off the grid's symmetry: faces of the solid seldom lie in a plane of
     * samples */
    f->low = pp_sub(s->box.low, pp_vec(2.363 * h, 2.441 * h, 2.557 * h));
}

static double
to_balls(const field *f, pp_vec3 p)
{
    const double r = f->s->radius;

    if (f->s->sheet == NULL)
        return f->reach;
    return pp_bvh_nearest(f->s->sheet, p, r + f->reach).distance - r;
}

/*
 * Signed by the normal of the nearest facet where the nearest point lies
 * within it; on its rim, where that normal says nothing, by the winding
 * number.
 */
static double
to_solid(const field *f, pp_vec3 p)
{
    const pp_nearest n = pp_bvh_nearest(f->s->solid, p, f->reach);
    const pp_mesh *m = f->s->mesh;
    pp_vec3 d, normal;

    if (n.facet == PP_NONE || n.distance == 0)
        return pp_bvh_winding(f->s->solid, p) > 0.5 ? -n.distance : n.distance;
    d = pp_scale(pp_sub(p, n.point), 1 / n.distance);
    normal = pp_unit(pp_cross(pp_sub(m->vert[m->tri[n.facet][1]],
                                     m->vert[m->tri[n.facet][0]]),
                              pp_sub(m->vert[m->tri[n.facet][2]],
                                     m->vert[m->tri[n.facet][0]])));
    if (fabs(pp_dot(d, normal)) > 1 - 1e-9)
        return pp_dot(d, normal) > 0 ? n.distance : -n.distance;
    return pp_bvh_winding(f->s->solid, p) > 0.5 ? -n.distance : n.distance;
}

static double
value_at(const field *f, pp_vec3 p)
{
    const double balls = to_balls(f, p);

    if (f->s->solid == NULL)
        return balls;
    /* deep inside the balls, or beyond both */
    return fmin(balls, to_solid(f, p));
}

static void
fill_row(const field *f, size_t j, size_t k)
{
    float *row = f->phi + (k * f->dim[1] + j) * f->dim[0];
    const double y = f->low.y + f->h * (double)j,
                 z = f->low.z + f->h * (double)k;

    for (size_t i = 0; i < f->dim[0];) {
        const double v =
            value_at(f, pp_vec(f->low.x + f->h * (double)i, y, z));
        const double free = fabs(v) / f->h - 1;
        size_t same = free > 0 ? (size_t)free : 0;

        row[i++] = (float)v;
        for (; same > 0 && i < f->dim[0]; same--)
            row[i++] = v > 0 ? (float)f->h : (float)-f->h;
    }
}

pp_status
pp_swell_surface(const pp_swell *s, pp_mesh *out, double *resolution_mm,
                 pp_error *err)
{
    const size_t limit =
        s->memory_limit > 0 ? s->memory_limit : (size_t)2 << 30;
    field f;
    ptrdiff_t nrow;

    memset(out, 0, sizeof *out);
    lay_out(&f, s, limit);
    *resolution_mm = f.h;
    f.phi = pp_alloc(f.dim[0] * f.dim[1], f.dim[2] * sizeof *f.phi);
    if (f.phi == NULL)
        return pp_fail_memory(err);
    nrow = (ptrdiff_t)(f.dim[1] * f.dim[2]);
#pragma omp parallel for schedule(dynamic, 16)
    for (ptrdiff_t row = 0; row < nrow; row++)
        fill_row(&f, (size_t)row % f.dim[1], (size_t)row / f.dim[1]);
    {
        const double to_lps[3][4] = { { f.h, 0, 0, f.low.x },
                                      { 0, f.h, 0, f.low.y },
                                      { 0, 0, f.h, f.low.z } };

        (void)!pp_surface_from_distance(f.phi, f.dim, to_lps, out, err);
    }
    pp_free(f.phi);
    return err->status;
}
