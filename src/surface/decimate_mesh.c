/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * decimate_mesh.c - corners, plane sums and the table of crossed edges
 *
 * Plane sums are the quadrics of Garland and Heckbert (SIGGRAPH 1997), area
 * weighted.
 */
#include "surface/decimate.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

void
pp_thinning_free(pp_thinning *d)
{
    pp_free(d->at);
    pp_free(d->v);
    pp_free(d->o);
    pp_free(d->corner);
    pp_free(d->degree);
    pp_free(d->moved2);
    pp_free(d->signs);
    pp_free(d->plane);
    pp_free(d->crossed);
    pp_free(d->along);
    pp_free(d->rows.first);
    pp_free(d->level);
    pp_free(d->sheet);
    pp_free(d->locked);
    memset(d, 0, sizeof *d);
}

static pp_status
make_edge_rows(const pp_lattice *l, pp_edge_rows *r, pp_error *err)
{
    const size_t nedge = pp_lattice_nedge(l);
    size_t row = 0, n;

    r->l = l;
    for (size_t v = 0; v < nedge; v++) {
        const size_t j = pp_edge_index(l->edge[v], 1);
        const size_t k = pp_edge_index(l->edge[v], 2);

        r->nj = r->nj > j ? r->nj : j + 1;
        r->nk = r->nk > k ? r->nk : k + 1;
    }
    n = 3 * r->nj * r->nk;
    r->first = pp_alloc(n + 1, sizeof *r->first);
    if (r->first == NULL)
        return pp_fail_memory(err);
    for (size_t v = 0; v < nedge; v++) {
        const size_t own = 3 * (pp_edge_index(l->edge[v], 2) * r->nj +
                                pp_edge_index(l->edge[v], 1)) +
                           (size_t)pp_edge_axis(l->edge[v]);

        if (own + 1 < row)
            return pp_fail(err, PP_EBUG, "a lattice's vertices lie about");
        while (row <= own)
            r->first[row++] = (uint32_t)v;
    }
    while (row <= n)
        r->first[row++] = (uint32_t)nedge;
    return PP_OK;
}

uint32_t
pp_edge_rows_find(const pp_edge_rows *r, pp_lattice_edge e)
{
    const size_t j = pp_edge_index(e, 1), k = pp_edge_index(e, 2);
    const pp_lattice_edge *edge = r->l->edge;
    const uint32_t *first;
    uint32_t low, n;

    if (j >= r->nj || k >= r->nk)
        return PP_NONE;
    first = r->first + 3 * (k * r->nj + j) + (size_t)pp_edge_axis(e);
    low = first[0];
    n = first[1] - low;
    while (n > 1) { /* the last that is not beyond e */
        const uint32_t half = n / 2;

        low += edge[low + half] <= e ? half : 0;
        n -= half;
    }
    return n == 1 && edge[low] == e ? low : PP_NONE;
}

static void
add_plane(pp_thinning *d, size_t t)
{
    const double *a = d->at[d->v[3 * t]], *b = d->at[d->v[3 * t + 1]];
    const double *c = d->at[d->v[3 * t + 2]];
    pp_vec3 p, q, n;
    double area, off;

    p = pp_vec(a[0] * d->mm[0], a[1] * d->mm[1], a[2] * d->mm[2]);
    q = pp_sub(pp_vec(b[0] * d->mm[0], b[1] * d->mm[1], b[2] * d->mm[2]), p);
    n = pp_cross(q, pp_sub(pp_vec(c[0] * d->mm[0], c[1] * d->mm[1],
                                  c[2] * d->mm[2]), p));
    area = pp_norm(n) / 6; /* a third of it */
    n = pp_unit(n);
    off = -pp_dot(n, p);
    {
        const double sum[10] = { n.x * n.x, n.x * n.y, n.x * n.z, n.y * n.y,
                                 n.y * n.z, n.z * n.z, n.x * off, n.y * off,
                                 n.z * off, off * off };

        for (int k = 0; k < 3; k++) {
            pp_plane_sum *s = &d->plane[d->v[3 * t + (size_t)k]];

            for (int e = 0; e < 10; e++)
                s->a[e] += area * sum[e];
            s->weight += area;
        }
    }
}

/* Many labels: sheets stay as they are at the lines where they meet. */
static pp_status
lock_lines(const pp_lattice *l, pp_thinning *d, pp_error *err)
{
    const size_t nedge = pp_lattice_nedge(l);

    d->sheet = pp_alloc(l->ntri, sizeof *d->sheet);
    d->locked = pp_alloc_zero(l->nvert, 1);
    if (d->sheet == NULL || d->locked == NULL)
        return pp_fail_memory(err);
    memcpy(d->sheet, l->sheet, l->ntri * sizeof *d->sheet);
    for (size_t t = 0; t < l->ntri; t++) {
        const uint32_t *v = l->tri[t];

        if (v[0] >= nedge || v[1] >= nedge || v[2] >= nedge)
            for (int k = 0; k < 3; k++)
                d->locked[v[k]] = 1;
    }
    return PP_OK;
}

pp_status
pp_thinning_begin(const pp_thin_task *task, pp_thinning *d, pp_error *err)
{
    const pp_lattice *l = task->l;

    *d = (pp_thinning){ .full = task->linked, .before = task->before,
                        .tolerance_mm = task->before->limit_mm };
    d->nvert = l->nvert;
    d->ntri = d->alive = l->ntri;
    memcpy(d->mm, task->mm, sizeof d->mm);
    d->at = pp_alloc(l->nvert, sizeof *d->at);
    d->v = pp_alloc(l->ntri, 3 * sizeof *d->v);
    d->o = pp_alloc(l->ntri, 3 * sizeof *d->o);
    d->corner = pp_alloc(l->nvert, sizeof *d->corner);
    d->moved2 = pp_alloc_zero(l->nvert, sizeof *d->moved2);
    d->degree = pp_alloc_zero(l->nvert, 1);
    d->signs = pp_alloc(l->nvert, 1);
    d->plane = pp_alloc_zero(l->nvert, sizeof *d->plane);
    d->level = pp_alloc_zero(l->nvert, 1);
    d->crossed = pp_alloc(l->ntri, sizeof *d->crossed);
    d->along = pp_alloc(l->ntri, 1);
    if (d->at == NULL || d->v == NULL || d->o == NULL || d->corner == NULL ||
        d->degree == NULL || d->moved2 == NULL || d->signs == NULL ||
        d->plane == NULL ||
        d->level == NULL || d->crossed == NULL || d->along == NULL)
        return pp_fail_memory(err);
    if (l->sheet != NULL && lock_lines(l, d, err) != PP_OK)
        return err->status;
    memcpy(d->v, l->tri, 3 * l->ntri * sizeof *d->v);
    if (task->level != NULL)
        memcpy(d->level, task->level, l->nvert);
    d->edge_level = task->level;
    memset(d->along, 3, l->ntri);
    memcpy(d->o, d->full->o, 3 * l->ntri * sizeof *d->o);
    memcpy(d->corner, d->full->corner, l->nvert * sizeof *d->corner);
    for (size_t c = 0; c < 3 * l->ntri; c++)
        if (d->degree[d->v[c]] < UINT8_MAX)
            d->degree[d->v[c]]++;
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)l->nvert; v++)
        pp_lattice_at(l, (size_t)v, d->at[v]);
    for (size_t t = 0; t < l->ntri; t++)
        add_plane(d, t);
    pp_thinning_find_signs(d);
    return make_edge_rows(l, &d->rows, err);
}

/*
 * A normal's component counts where it is at least this share of the normal:
 * rounding to float in the file does not turn it then.
 */
#define SURE_SHARE 0.01

uint8_t
pp_normal_signs(const double n[3])
{
    const double least = SURE_SHARE * SURE_SHARE *
                         (n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
    uint8_t bits = 0;

    for (int k = 0; k < 3; k++)
        if (n[k] * n[k] > least)
            bits |= (uint8_t)(1 << (n[k] > 0 ? k : k + 3));
    return bits;
}

void
pp_thinning_find_signs(pp_thinning *d)
{
    memset(d->signs, 63, d->nvert);
    for (size_t c = 0; c < 3 * d->ntri; c += 3) {
        double normal[3];
        uint8_t bits;

        if (d->v[c] == PP_NONE)
            continue;
        pp_normal_of(d->at[d->v[c]], d->at[d->v[c + 1]], d->at[d->v[c + 2]],
                     normal);
        bits = pp_normal_signs(normal);
        for (int k = 0; k < 3; k++)
            d->signs[d->v[c + (size_t)k]] &= bits;
    }
}

/*
 * The least error about the edge's middle, a little held back where planes
 * leave it free, and on volume_plane (normal and offset, in mm) if there is
 * one: then the volume stays as it is (Lindstrom and Turk, IEEE
 * Visualization 1998).
 */
double
pp_best_place(const pp_thinning *d, uint32_t u, uint32_t w,
              const double volume_plane[4], double place[3])
{
    const double *p = d->plane[u].a, *q = d->plane[w].a;
    double s[10], m[3], r[3], x[3] = { 0 }, length = 0, l, det, e;
    double inv[3][3];

    for (int k = 0; k < 10; k++)
        s[k] = p[k] + q[k];
    for (int k = 0; k < 3; k++) {
        const double a = d->at[u][k] * d->mm[k], b = d->at[w][k] * d->mm[k];

        m[k] = (a + b) / 2;
        length += (a - b) * (a - b);
    }
    l = 1e-3 * (s[0] + s[3] + s[5]) + 1e-12;
    r[0] = -(s[0] * m[0] + s[1] * m[1] + s[2] * m[2] + s[6]);
    r[1] = -(s[1] * m[0] + s[3] * m[1] + s[4] * m[2] + s[7]);
    r[2] = -(s[2] * m[0] + s[4] * m[1] + s[5] * m[2] + s[8]);
    {
        const double a = s[0] + l, b = s[1], c = s[2], f = s[3] + l, g = s[4],
                     h = s[5] + l;

        inv[0][0] = f * h - g * g;
        inv[0][1] = inv[1][0] = c * g - b * h;
        inv[0][2] = inv[2][0] = b * g - c * f;
        inv[1][1] = a * h - c * c;
        inv[1][2] = inv[2][1] = b * c - a * g;
        inv[2][2] = a * f - b * b;
        det = a * inv[0][0] + b * inv[0][1] + c * inv[0][2];
    }
    if (det > 0)
        for (int k = 0; k < 3; k++)
            x[k] = (inv[k][0] * r[0] + inv[k][1] * r[1] + inv[k][2] * r[2]) /
                   det;
    if (det > 0 && volume_plane != NULL) {
        double to[3], across = 0, missing = volume_plane[3];

        for (int k = 0; k < 3; k++) {
            to[k] = inv[k][0] * volume_plane[0] + inv[k][1] * volume_plane[1] +
                    inv[k][2] * volume_plane[2];
            missing -= volume_plane[k] * (m[k] + x[k]);
        }
        for (int k = 0; k < 3; k++)
            across += volume_plane[k] * to[k];
        if (across > 0)
            for (int k = 0; k < 3; k++)
                x[k] += to[k] * missing / across;
    }
    if (!(x[0] * x[0] + x[1] * x[1] + x[2] * x[2] <= length))
        x[0] = x[1] = x[2] = 0;
    for (int k = 0; k < 3; k++)
        m[k] += x[k];
    e = m[0] * (s[0] * m[0] + 2 * (s[1] * m[1] + s[2] * m[2] + s[6])) +
        m[1] * (s[3] * m[1] + 2 * (s[4] * m[2] + s[7])) +
        m[2] * (s[5] * m[2] + 2 * s[8]) + s[9];
    for (int k = 0; k < 3; k++)
        place[k] = m[k] / d->mm[k];
    return e > 0 ? e : 0;
}
