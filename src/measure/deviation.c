/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * deviation.c - how far a surface lies from what it stands for
 *
 * Distances are exact at every sample; the samples are area-uniform, so means
 * and percentiles are those of the surface and not of its triangulation. Each
 * sample writes its own place in an array and one thread adds up: the same
 * bytes for any number of threads.
 */
#include "measure/measure.h"

#include "base/alloc.h"
#include "measure/boundary.h"
#include "measure/samples.h"
#include "measure/sided.h"

#include <string.h>

/* What a sample is measured against: one of the two. */
typedef struct {
    const pp_boundary *boundary;
    const pp_sided *sided;
    pp_weighed *out;
} target;

static double
distance_to(const target *to, pp_vec3 p)
{
    return to->boundary != NULL ? pp_boundary_distance(to->boundary, p)
                                : pp_sided_distance(to->sided, p, NULL);
}

static void
measure_sample(size_t sample, pp_vec3 p, double weight, void *data)
{
    const target *to = data;

    to->out[sample] = (pp_weighed){ distance_to(to, p), weight };
}

/* All samples of m against a target. */
static pp_status
measure_all(const pp_mesh *m, double spacing_mm, target *to, pp_deviation *d,
            pp_error *err)
{
    pp_samples s = { 0 };
    size_t worst;

    if (pp_samples_plan(m, spacing_mm, &s, err) != PP_OK)
        goto done;
    to->out = pp_alloc(s.nsample, sizeof *to->out);
    if (to->out == NULL) {
        pp_fail_memory(err);
        goto done;
    }
#pragma omp parallel
    {
#pragma omp for schedule(dynamic, 1024) nowait
        for (size_t t = 0; t < m->ntri; t++)
            pp_samples_facet(&s, t, measure_sample, to);
#pragma omp for schedule(dynamic, 1024)
        for (size_t v = 0; v < m->nvert; v++)
            measure_sample(s.nfacet_sample + v, m->vert[v], 0, to);
    }
    pp_deviation_from(to->out, s.nsample, d, &worst);
    d->worst = pp_samples_place(&s, worst);
done:
    pp_free(to->out);
    pp_samples_free(&s);
    return err->status;
}

pp_status
pp_measure_mesh_to_mask(const pp_mesh *m, const pp_mask *mask,
                        double spacing_mm, pp_deviation *d, pp_error *err)
{
    pp_boundary boundary;
    target to = { &boundary, NULL, NULL };

    memset(d, 0, sizeof *d);
    if (m->ntri == 0)
        return pp_fail(err, PP_EGEOM, "no facets to measure");
    if (pp_boundary_build(mask, &boundary, err) != PP_OK)
        return err->status;
    (void)!measure_all(m, spacing_mm, &to, d, err);
    pp_boundary_free(&boundary);
    return err->status;
}

pp_status
pp_measure_mesh_to_mesh(const pp_mesh *a, const pp_mesh *b, double spacing_mm,
                        pp_deviation *d, pp_error *err)
{
    pp_sided sided;
    target to = { NULL, &sided, NULL };

    memset(d, 0, sizeof *d);
    if (a->ntri == 0)
        return pp_fail(err, PP_EGEOM, "no facets to measure");
    if (pp_sided_build(b, &sided, err) != PP_OK)
        return err->status;
    (void)!measure_all(a, spacing_mm, &to, d, err);
    pp_sided_free(&sided);
    return err->status;
}

/* ---- of vertices alone ---- */

static void
measure_vertices(const pp_mesh *m, const target *to, float *value)
{
#pragma omp parallel for schedule(dynamic, 1024)
    for (size_t v = 0; v < m->nvert; v++)
        value[v] = (float)distance_to(to, m->vert[v]);
}

pp_status
pp_measure_vertices_to_mask(const pp_mesh *m, const pp_mask *mask,
                            float *value, pp_error *err)
{
    pp_boundary boundary;
    const target to = { &boundary, NULL, NULL };

    if (pp_boundary_build(mask, &boundary, err) != PP_OK)
        return err->status;
    measure_vertices(m, &to, value);
    pp_boundary_free(&boundary);
    return PP_OK;
}

pp_status
pp_measure_vertices_to_mesh(const pp_mesh *m, const pp_mesh *other,
                            float *value, pp_error *err)
{
    pp_sided sided;
    const target to = { NULL, &sided, NULL };

    if (pp_sided_build(other, &sided, err) != PP_OK)
        return err->status;
    measure_vertices(m, &to, value);
    pp_sided_free(&sided);
    return PP_OK;
}

/* ---- from the mask's faces ---- */

typedef struct {
    size_t at[3]; /* cell */
    int axis;     /* -1: the cell's upper corner; else its face */
} spot;

static pp_vec3
spot_place(const pp_boundary *b, const spot *s)
{
    return pp_boundary_position(
        b, (double)s->at[0] + (s->axis == 0 || s->axis < 0 ? 0.5 : 0),
        (double)s->at[1] + (s->axis == 1 || s->axis < 0 ? 0.5 : 0),
        (double)s->at[2] + (s->axis == 2 || s->axis < 0 ? 0.5 : 0));
}

/*
 * Faces that meet in the upper corner of cell (i, j, k), per axis: those of
 * the four cells across the axis.
 */
static void
corner_faces(const pp_boundary *b, const size_t at[3], int count[3])
{
    count[0] = count[1] = count[2] = 0;
    for (int n = 0; n < 8; n++) {
        const size_t i = at[0] + (n & 1), j = at[1] + (n >> 1 & 1);
        const size_t k = at[2] + (n >> 2 & 1);
        unsigned faces;

        if (i >= b->dim[0] || j >= b->dim[1] || k >= b->dim[2])
            continue;
        faces = b->cell[0][(k * b->dim[1] + j) * b->dim[0] + i];
        for (int a = 0; a < 3; a++)
            if (!(n >> a & 1)) /* only cells below the corner along a */
                count[a] += faces >> a & 1;
    }
}

typedef struct {
    spot *spot;
    double *weight;
    size_t n, capacity, weight_capacity;
} spots;

static pp_status
add_spot(spots *list, const size_t at[3], int axis, double weight,
         pp_error *err)
{
    if (pp_grow(&list->spot, &list->capacity, list->n + 1,
                sizeof *list->spot, err) != PP_OK ||
        pp_grow(&list->weight, &list->weight_capacity, list->n + 1,
                sizeof *list->weight, err) != PP_OK)
        return err->status;
    memcpy(list->spot[list->n].at, at, sizeof list->spot->at);
    list->spot[list->n].axis = axis;
    list->weight[list->n++] = weight;
    return PP_OK;
}

/*
 * Half of a face's area goes to its centre and an eighth to each corner: what
 * is linear over the face is then averaged exactly, and centres and corners
 * both have their say.
 */
static pp_status
list_spots(const pp_boundary *b, spots *list, pp_error *err)
{
    const double area[3] = { b->h[1] * b->h[2], b->h[2] * b->h[0],
                             b->h[0] * b->h[1] };
    const uint8_t *cell = b->cell[0];
    size_t at[3];

    for (at[2] = 0; at[2] < b->dim[2]; at[2]++)
        for (at[1] = 0; at[1] < b->dim[1]; at[1]++)
            for (at[0] = 0; at[0] < b->dim[0]; at[0]++, cell++) {
                double corner = 0;
                int count[3];

                for (int a = 0; a < 3; a++)
                    if ((*cell >> a & 1) &&
                        add_spot(list, at, a, area[a] / 2, err) != PP_OK)
                        return err->status;
                corner_faces(b, at, count);
                for (int a = 0; a < 3; a++)
                    corner += count[a] * area[a] / 8;
                if (corner > 0 && add_spot(list, at, -1, corner, err) != PP_OK)
                    return err->status;
            }
    return PP_OK;
}

static pp_status
measure_spots(const pp_boundary *b, const pp_sided *sided, const spots *list,
              pp_deviation *d, pp_error *err)
{
    pp_weighed *v = pp_alloc(list->n, sizeof *v);
    size_t worst;

    if (v == NULL)
        return pp_fail_memory(err);
#pragma omp parallel for schedule(dynamic, 1024)
    for (size_t n = 0; n < list->n; n++) {
        const pp_vec3 p = spot_place(b, &list->spot[n]);

        v[n] = (pp_weighed){ pp_sided_distance(sided, p, NULL),
                             list->weight[n] };
    }
    pp_deviation_from(v, list->n, d, &worst);
    d->worst = spot_place(b, &list->spot[worst]);
    pp_free(v);
    return PP_OK;
}

pp_status
pp_measure_mask_to_mesh(const pp_mesh *m, const pp_mask *mask,
                        pp_deviation *d, pp_error *err)
{
    pp_boundary boundary = { 0 };
    pp_sided sided = { 0 };
    spots list = { 0 };

    memset(d, 0, sizeof *d);
    if (pp_sided_build(m, &sided, err) != PP_OK ||
        pp_boundary_build(mask, &boundary, err) != PP_OK ||
        list_spots(&boundary, &list, err) != PP_OK)
        goto done;
    (void)!measure_spots(&boundary, &sided, &list, d, err);
done:
    pp_free(list.spot);
    pp_free(list.weight);
    pp_boundary_free(&boundary);
    pp_sided_free(&sided);
    return err->status;
}
