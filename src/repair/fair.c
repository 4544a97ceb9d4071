/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fair.c - new vertices on a surface of least bending
 *
 * Minimises the sum of squared Laplacians over the new vertices and their
 * neighbours, the old vertices fixed: the discrete thin plate of Kobbelt et
 * al. (1998), which goes on with the curvature of the surroundings. Weights
 * are uniform, fit for the even triangles of a refined patch. Conjugate
 * gradients on the normal equations, in a fixed order.
 */
#include "repair/rung.h"

#include "base/alloc.h"

#include <string.h>

/* Rows: Laplacians. Neighbour lists in one array. */
typedef struct {
    size_t nrow;
    uint32_t *row;   /* vertex of each row */
    size_t *start;   /* of its neighbours */
    uint32_t *near;
    uint32_t *place; /* row of a vertex, or PP_NONE */
} plate;

static void
free_plate(plate *p)
{
    pp_free(p->row);
    pp_free(p->start);
    pp_free(p->near);
    pp_free(p->place);
}

/* Marks the free vertices and all that share a facet with one. */
static void
number_rows(const pp_mesh *m, size_t first, plate *p)
{
    for (size_t v = 0; v < m->nvert; v++)
        p->place[v] = PP_NONE;
    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t *k = m->tri[t];

        if (k[0] < first && k[1] < first && k[2] < first)
            continue;
        for (int j = 0; j < 3; j++)
            if (p->place[k[j]] == PP_NONE) {
                p->row[p->nrow] = k[j];
                p->place[k[j]] = (uint32_t)p->nrow++;
            }
    }
}

static pp_status
make_plate(const pp_mesh *m, size_t first, plate *p, pp_error *err)
{
    size_t *fill = NULL;

    memset(p, 0, sizeof *p);
    p->place = pp_alloc(m->nvert, sizeof *p->place);
    p->row = pp_alloc(m->nvert, sizeof *p->row);
    if (p->place == NULL || p->row == NULL)
        return pp_fail_memory(err);
    number_rows(m, first, p);
    p->start = pp_alloc_zero(p->nrow + 1, sizeof *p->start);
    fill = pp_alloc(p->nrow + 1, sizeof *fill);
    if (p->start == NULL || fill == NULL) {
        pp_free(fill);
        return pp_fail_memory(err);
    }
    /* in a closed fan each neighbour follows once: take it from there */
    for (size_t c = 0; c < 3 * m->ntri; c++)
        if (p->place[m->tri[c / 3][c % 3]] != PP_NONE)
            p->start[p->place[m->tri[c / 3][c % 3]] + 1]++;
    for (size_t r = 0; r < p->nrow; r++)
        p->start[r + 1] += p->start[r];
    memcpy(fill, p->start, (p->nrow + 1) * sizeof *fill);
    p->near = pp_alloc(p->start[p->nrow], sizeof *p->near);
    if (p->near == NULL) {
        pp_free(fill);
        return pp_fail_memory(err);
    }
    for (size_t c = 0; c < 3 * m->ntri; c++) {
        const uint32_t r = p->place[m->tri[c / 3][c % 3]];

        if (r != PP_NONE)
            p->near[fill[r]++] = m->tri[c / 3][(c % 3 + 1) % 3];
    }
    pp_free(fill);
    return PP_OK;
}

/* out[row] = mean of the neighbours - the vertex */
static void
laplacians(const plate *p, const pp_vec3 *x, pp_vec3 *out)
{
    for (size_t r = 0; r < p->nrow; r++) {
        const size_t n = p->start[r + 1] - p->start[r];
        pp_vec3 sum = { 0, 0, 0 };

        for (size_t i = p->start[r]; i < p->start[r + 1]; i++)
            sum = pp_add(sum, x[p->near[i]]);
        out[r] = pp_sub(pp_scale(sum, 1.0 / (double)n), x[p->row[r]]);
    }
}

/* The transpose, onto the free vertices. */
static void
transposed(const plate *p, const pp_vec3 *in, size_t first, size_t nvert,
           pp_vec3 *out)
{
    memset(out + first, 0, (nvert - first) * sizeof *out);
    for (size_t r = 0; r < p->nrow; r++) {
        const size_t n = p->start[r + 1] - p->start[r];
        const pp_vec3 share = pp_scale(in[r], 1.0 / (double)n);

        for (size_t i = p->start[r]; i < p->start[r + 1]; i++)
            if (p->near[i] >= first)
                out[p->near[i]] = pp_add(out[p->near[i]], share);
        if (p->row[r] >= first)
            out[p->row[r]] = pp_sub(out[p->row[r]], in[r]);
    }
}

static double
dot_all(const pp_vec3 *a, const pp_vec3 *b, size_t first, size_t nvert)
{
    double sum = 0;

    for (size_t v = first; v < nvert; v++)
        sum += pp_dot(a[v], b[v]);
    return sum;
}

/* CGLS: x minimises |L x| over the free vertices. */
static void
minimise(const plate *p, pp_vec3 *x, size_t first, size_t nvert,
         pp_vec3 *direction, pp_vec3 *gradient, pp_vec3 *residual, pp_vec3 *q)
{
    double norm, first_norm;

    laplacians(p, x, residual);
    for (size_t r = 0; r < p->nrow; r++)
        residual[r] = pp_scale(residual[r], -1);
    transposed(p, residual, first, nvert, gradient);
    memset(direction, 0, nvert * sizeof *direction);
    memcpy(direction + first, gradient + first,
           (nvert - first) * sizeof *direction);
    norm = first_norm = dot_all(gradient, gradient, first, nvert);
    for (int step = 0; step < 3000 && norm > 1e-20 * first_norm; step++) {
        double q2 = 0, a, next;

        laplacians(p, direction, q);
        for (size_t r = 0; r < p->nrow; r++)
            q2 += pp_dot(q[r], q[r]);
        if (!(q2 > 0))
            break;
        a = norm / q2;
        for (size_t v = first; v < nvert; v++)
            x[v] = pp_madd(x[v], a, direction[v]);
        for (size_t r = 0; r < p->nrow; r++)
            residual[r] = pp_madd(residual[r], -a, q[r]);
        transposed(p, residual, first, nvert, gradient);
        next = dot_all(gradient, gradient, first, nvert);
        for (size_t v = first; v < nvert; v++)
            direction[v] = pp_madd(gradient[v], next / norm, direction[v]);
        norm = next;
    }
}

pp_status
pp_fair(pp_mesh *m, size_t first_vert, pp_error *err)
{
    plate p;
    pp_vec3 *direction = pp_alloc(m->nvert, sizeof *direction);
    pp_vec3 *gradient = pp_alloc(m->nvert, sizeof *gradient);
    pp_vec3 *residual = NULL, *q = NULL;

    if (make_plate(m, first_vert, &p, err) != PP_OK)
        goto done;
    residual = pp_alloc(p.nrow, sizeof *residual);
    q = pp_alloc(p.nrow, sizeof *q);
    if (direction == NULL || gradient == NULL || residual == NULL ||
        q == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (first_vert < m->nvert)
        minimise(&p, m->vert, first_vert, m->nvert, direction, gradient,
                 residual, q);
done:
    free_plate(&p);
    pp_free(direction);
    pp_free(gradient);
    pp_free(residual);
    pp_free(q);
    return err->status;
}
