/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge.h"

#include <math.h>
#include <stdlib.h>

pp_mask
judge_mask(const size_t dim[3], const double mm[3])
{
    const double to_lps[3][4] = { { mm[0], 0, 0, -120 },
                                  { 0, mm[1], 0, 33 },
                                  { 0, 0, mm[2], -911 } };
    pp_error err = { 0 };
    pp_mask m;

    ck_ok(pp_mask_alloc(&m, dim, to_lps, &err), err);
    return m;
}

pp_mask
judge_random_mask(pp_random *r, const size_t dim[3], const double mm[3],
                  double p)
{
    pp_mask m = judge_mask(dim, mm);

    for (size_t n = 0; n < dim[0] * dim[1] * dim[2]; n++)
        m.in[n] = pp_random_unit(r) < p;
    return m;
}

pp_mask
judge_ball(const size_t dim[3], const double mm[3], pp_vec3 centre,
           double radius)
{
    pp_mask m = judge_mask(dim, mm);
    uint8_t *in = m.in;

    for (size_t k = 0; k < dim[2]; k++)
        for (size_t j = 0; j < dim[1]; j++)
            for (size_t i = 0; i < dim[0]; i++)
                *in++ = pp_distance(pp_mask_position(&m, (double)i, (double)j,
                                                     (double)k),
                                    centre) <= radius;
    return m;
}

typedef struct {
    uint32_t from, to, facet;
} directed;

static int
by_ends(const void *a, const void *b)
{
    const directed *p = a, *q = b;

    if (p->from != q->from)
        return p->from < q->from ? -1 : 1;
    return p->to < q->to ? -1 : p->to > q->to;
}

/* Vertex v's outgoing edges lie at e[0..n): walk the fan once around. */
static void
judge_fan(const pp_mesh *m, const directed *e, size_t n)
{
    const uint32_t v = e->from;
    uint32_t at = e->to;
    size_t steps = 0;

    do {
        const directed key = { v, at, 0 };
        const directed *d = bsearch(&key, e, n, sizeof *e, by_ends);
        const uint32_t *t;

        ck_assert_msg(d != NULL, "vertex %u: the fan is open", v);
        t = m->tri[d->facet];
        at = t[0] == v ? t[2] : t[1] == v ? t[0] : t[1];
        steps++;
    } while (at != e->to && steps <= n);
    ck_assert_msg(steps == n, "vertex %u: %zu of %zu facets in a fan", v,
                  steps, n);
}

void
judge_closed_manifold(const pp_mesh *m)
{
    const size_t n = 3 * m->ntri;
    directed *e = malloc(n * sizeof *e);
    size_t used = 0;

    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++)
            e[3 * t + (size_t)k] = (directed){ m->tri[t][k],
                                               m->tri[t][(k + 1) % 3],
                                               (uint32_t)t };
    qsort(e, n, sizeof *e, by_ends);
    for (size_t a = 0; a < n; a++) {
        const directed back = { e[a].to, e[a].from, 0 };

        ck_assert_uint_ne(e[a].from, e[a].to);
        ck_assert(a == 0 || by_ends(&e[a - 1], &e[a]) != 0);
        ck_assert(bsearch(&back, e, n, sizeof *e, by_ends) != NULL);
    }
    for (size_t a = 0, b; a < n; a = b) {
        for (b = a + 1; b < n && e[b].from == e[a].from; b++)
            ;
        judge_fan(m, e + a, b - a);
        used++;
    }
    ck_assert_uint_eq(used, m->nvert);
    free(e);
}

double
judge_volume(const pp_mesh *m)
{
    double sum = 0;

    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 o = m->vert[0];
        const pp_vec3 a = pp_sub(m->vert[m->tri[t][0]], o);
        const pp_vec3 b = pp_sub(m->vert[m->tri[t][1]], o);
        const pp_vec3 c = pp_sub(m->vert[m->tri[t][2]], o);

        sum += pp_dot(a, pp_cross(b, c)) / 6;
    }
    return sum;
}

/* Van Oosterom and Strackee 1983. */
static double
winding(const pp_mesh *m, pp_vec3 p)
{
    double sum = 0;

    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 a = pp_sub(m->vert[m->tri[t][0]], p);
        const pp_vec3 b = pp_sub(m->vert[m->tri[t][1]], p);
        const pp_vec3 c = pp_sub(m->vert[m->tri[t][2]], p);
        const double la = pp_norm(a), lb = pp_norm(b), lc = pp_norm(c);

        sum += 2 * atan2(pp_dot(a, pp_cross(b, c)),
                         la * lb * lc + pp_dot(a, b) * lc + pp_dot(b, c) * la +
                             pp_dot(c, a) * lb);
    }
    return sum / 12.566370614359172;
}

size_t
judge_voxels_changed(const pp_mesh *mesh, const pp_mask *mask)
{
    const uint8_t *in = mask->in;
    size_t changed = 0;

    for (size_t k = 0; k < mask->dim[2]; k++)
        for (size_t j = 0; j < mask->dim[1]; j++)
            for (size_t i = 0; i < mask->dim[0]; i++, in++) {
                const double w = winding(
                    mesh, pp_mask_position(mask, (double)i, (double)j,
                                           (double)k));

                ck_near(w, round(w), 1e-6);
                changed += (lround(w) != 0) != *in;
            }
    return changed;
}
