/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * quadric_fit.c - a quadric around each vertex
 *
 * In the frame of the vertex' normal the heights of its neighbours are fitted
 * by 1, u, v, u^2/2, uv, v^2/2 with weights that fall off with distance and
 * with the angle between normals (moving least squares: Levin, Math. Comp. 67,
 * 1998). The value of the fit at the vertex is a linear function of the
 * heights; vertex minus fit is the residual. A tenth of the residual of the
 * linear fit is added, which damps what is too long for quadrics to see.
 */
#include "surface/quadric.h"

#include "base/alloc.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define RINGS 3
#define LINEAR_SHARE 0.1f
#define FALL_OFF 0.98f /* of the weights: 2 x 0.7^2, in mean square radii */
#define LEAST_WEIGHT 1e-6f
/* Weights fall to nothing between these cosines of angles of normals. */
#define LOW_COSINE 0.5f
#define HIGH_COSINE 0.9f
#define ANCHOR 1.0f
#define THIN_ANCHOR 1.0f /* where the mask is one voxel thick */
/* Fitted normals beyond this cosine from the mesh's own are not believed. */
#define WORST_COSINE 0.3f
#define CURVED_RIDGE 1e-3f /* keeps fits of flat rings of points solvable */
#define FLAT_RIDGE 1e-3f

/* ---- neighbours ---- */

typedef struct {
    uint32_t *found;
    size_t n, capacity;
    uint32_t *seen; /* v where a vertex was seen from v */
} search;

/* Appends the neighbours of u that were not seen from v. */
static pp_status
collect_ring(const pp_fair *f, uint32_t u, uint32_t v, search *s,
             pp_error *err)
{
    for (size_t m = f->first[u]; m < f->first[u + 1]; m++) {
        const uint32_t w = f->ring[m];

        if (s->seen[w] == v)
            continue;
        s->seen[w] = v;
        if (pp_grow(&s->found, &s->capacity, s->n + 1, sizeof *s->found,
                    err) != PP_OK)
            return err->status;
        s->found[s->n++] = w;
    }
    return PP_OK;
}

/* Appends the vertices within RINGS edges of v, without v. */
static pp_status
collect(const pp_fair *f, uint32_t v, search *s, pp_error *err)
{
    size_t from = s->n;

    s->seen[v] = v;
    if (collect_ring(f, v, v, s, err) != PP_OK)
        return err->status;
    for (int ring = 1; ring < RINGS; ring++) {
        const size_t end = s->n;

        for (; from < end; from++)
            if (collect_ring(f, s->found[from], v, s, err) != PP_OK)
                return err->status;
    }
    return PP_OK;
}

/*
 * Who is near whom is mutual, so that the transposed lists are the same lists
 * in rising order.
 */
static void
sort_rows(pp_quadric *q, const uint32_t *found, size_t *cursor)
{
    assert(found != NULL);
    memcpy(cursor, q->row, q->n * sizeof *cursor);
    for (uint32_t v = 0; v < q->n; v++)
        for (size_t m = q->row[v]; m < q->row[v + 1]; m++)
            q->col[cursor[found[m]]++] = v;
}

pp_status
pp_quadric_neighbours(pp_quadric *q, pp_error *err)
{
    search s = { 0 };
    size_t *cursor = pp_alloc(q->n, sizeof *cursor);

    s.seen = pp_alloc(q->n, sizeof *s.seen);
    q->row = pp_alloc(q->n + 1, sizeof *q->row);
    if (cursor == NULL || s.seen == NULL || q->row == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    memset(s.seen, 0xff, q->n * sizeof *s.seen);
    for (uint32_t v = 0; v < q->n; v++) {
        q->row[v] = s.n;
        if (collect(q->f, v, &s, err) != PP_OK)
            goto done;
    }
    q->row[q->n] = s.n;
    q->col = pp_alloc(s.n, sizeof *q->col);
    q->a = pp_alloc(s.n, sizeof *q->a);
    q->at = pp_alloc(s.n, sizeof *q->at);
    if (q->col == NULL || q->a == NULL || q->at == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (s.n > 0)
        sort_rows(q, s.found, cursor);
done:
    pp_free(s.found);
    pp_free(s.seen);
    pp_free(cursor);
    return err->status;
}

/* ---- small dense systems ---- */

/* Cholesky's L below the diagonal, reciprocals on it; in place. */
static inline void
factor(float *h, int n)
{
    for (int a = 0; a < n; a++) {
        float s;

        for (int b = 0; b < a; b++) {
            s = h[a * n + b];
            for (int c = 0; c < b; c++)
                s -= h[a * n + c] * h[b * n + c];
            h[a * n + b] = s * h[b * n + b];
        }
        s = h[a * n + a];
        for (int c = 0; c < a; c++)
            s -= h[a * n + c] * h[a * n + c];
        h[a * n + a] = 1 / sqrtf(s > 1e-12f ? s : 1e-12f);
    }
}

static inline void
solve(const float *h, int n, float *z)
{
    for (int a = 0; a < n; a++) {
        for (int c = 0; c < a; c++)
            z[a] -= h[a * n + c] * z[c];
        z[a] *= h[a * n + a];
    }
    for (int a = n - 1; a >= 0; a--) {
        for (int c = a + 1; c < n; c++)
            z[a] -= h[c * n + a] * z[c];
        z[a] *= h[a * n + a];
    }
}

/* ---- the fit ---- */

/* The neighbours of one vertex in its frame; u and v in mean radii. */
typedef struct {
    float *u, *v, *height, *weight;
    int n;
    float e[2][3];   /* the frame's tangents */
    float per_mm;    /* u for one mm */
    float confidence; /* the share of neighbours that normals leave */
} patch;

static inline float
dot(const float *a, const float *b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void
make_frame(const float n[3], float e[2][3])
{
    const int k = fabsf(n[0]) < 0.7f ? 0 : 1;
    float t[3] = { 0, 0, 0 }, scale;

    t[k] = 1;
    e[0][0] = n[1] * t[2] - n[2] * t[1];
    e[0][1] = n[2] * t[0] - n[0] * t[2];
    e[0][2] = n[0] * t[1] - n[1] * t[0];
    scale = 1 / sqrtf(dot(e[0], e[0]));
    for (int a = 0; a < 3; a++)
        e[0][a] *= scale;
    e[1][0] = n[1] * e[0][2] - n[2] * e[0][1];
    e[1][1] = n[2] * e[0][0] - n[0] * e[0][2];
    e[1][2] = n[0] * e[0][1] - n[1] * e[0][0];
}

/* About exp(-x), from sums and products alone: the same on every machine. */
static inline float
fall_off(float x)
{
    float s = 1 / (1 + x / 8);

    s *= s;
    s *= s;
    return s * s;
}

static void
look_at_patch(const pp_quadric *q, size_t i, patch *p)
{
    const uint32_t *col = q->col + q->row[i];
    const float *o = q->f->point[i].at, *normal = q->fitted[i];
    float square = 0, all = 0, kept = 0;

    p->n = (int)(q->row[i + 1] - q->row[i]);
    make_frame(normal, p->e);
    for (int k = 0; k < p->n; k++) {
        const float *b = q->f->point[col[k]].at;
        const float d[3] = { b[0] - o[0], b[1] - o[1], b[2] - o[2] };

        p->u[k] = dot(d, p->e[0]);
        p->v[k] = dot(d, p->e[1]);
        p->height[k] = dot(d, normal);
        square += p->u[k] * p->u[k] + p->v[k] * p->v[k];
    }
    p->per_mm = 1 / sqrtf(square / (float)p->n + 1e-20f);
    for (int k = 0; k < p->n; k++) {
        float near, c = dot(q->normal[col[k]], normal);

        p->u[k] *= p->per_mm;
        p->v[k] *= p->per_mm;
        near = fall_off((p->u[k] * p->u[k] + p->v[k] * p->v[k]) / FALL_OFF);
        c = (c - LOW_COSINE) / (HIGH_COSINE - LOW_COSINE);
        c = c < 0 ? 0 : c > 1 ? 1 : c;
        all += near;
        kept += near * c;
        p->weight[k] = near * c + LEAST_WEIGHT;
    }
    p->confidence = kept / (all + 1e-12f);
}

/* The matrices of the fits, from moments of u and v up to the fourth order. */
static void
normal_matrices(const patch *p, float h[36], float l[9])
{
    static const int u[6] = { 0, 1, 0, 2, 1, 0 }, v[6] = { 0, 0, 1, 0, 1, 2 };
    static const float c[6] = { 1, 1, 1, 0.5f, 1, 0.5f };
    float m[5][5] = { { 0 } };

    for (int k = 0; k < p->n; k++) {
        const float x = p->u[k], y = p->v[k], w = p->weight[k];
        const float xx = x * x, yy = y * y, wx = w * x, wy = w * y;

        m[0][0] += w;
        m[1][0] += wx;
        m[0][1] += wy;
        m[2][0] += wx * x;
        m[1][1] += wx * y;
        m[0][2] += wy * y;
        m[3][0] += wx * xx;
        m[2][1] += wy * xx;
        m[1][2] += wx * yy;
        m[0][3] += wy * yy;
        m[4][0] += w * xx * xx;
        m[3][1] += wx * xx * y;
        m[2][2] += w * xx * yy;
        m[1][3] += wx * yy * y;
        m[0][4] += w * yy * yy;
    }
    for (int a = 0; a < 6; a++)
        for (int b = 0; b <= a; b++)
            h[a * 6 + b] = c[a] * c[b] * m[u[a] + u[b]][v[a] + v[b]];
    for (int a = 0; a < 3; a++)
        for (int b = 0; b <= a; b++)
            l[a * 3 + b] = h[a * 6 + b];
    for (int a = 1; a < 3; a++) {
        h[a * 7] += FLAT_RIDGE * m[0][0];
        l[a * 4] += FLAT_RIDGE * m[0][0];
    }
    for (int a = 3; a < 6; a++)
        h[a * 7] += CURVED_RIDGE * m[0][0];
}

/* The fit's normal from its slopes, or the mesh's where they disagree. */
static void
take_normal(const pp_quadric *q, size_t i, const patch *p,
            const float slope[2], float out[4])
{
    const float *n = q->fitted[i], *own = q->normal[i];
    float scale;

    for (int a = 0; a < 3; a++)
        out[a] = n[a] - (slope[0] * p->e[0][a] + slope[1] * p->e[1][a]) *
                            p->per_mm;
    out[3] = 0;
    scale = 1 / sqrtf(dot(out, out));
    for (int a = 0; a < 3; a++)
        out[a] *= scale;
    if (!(dot(out, own) >= WORST_COSINE)) /* also when it is not a number */
        memcpy(out, own, 4 * sizeof *out);
}

static void
fit_vertex(pp_quadric *q, size_t i, float mean_length, patch *p,
           float fitted[4])
{
    const uint32_t *col = q->col + q->row[i];
    const float *n = q->fitted[i];
    float h[36], l[9], slope[2] = { 0, 0 }, constant = 0;
    float value[6] = { 1 }, du[6] = { 0, 1 }, dv[6] = { 0, 0, 1 };
    float flat[3] = { LINEAR_SHARE }, scale;

    look_at_patch(q, i, p);
    normal_matrices(p, h, l);
    factor(h, 6);
    factor(l, 3);
    solve(h, 6, value);
    solve(h, 6, du);
    solve(h, 6, dv);
    solve(l, 3, flat);
    for (int a = 0; a < 3; a++)
        value[a] += flat[a];
    scale = mean_length * p->per_mm;
    for (int k = 0; k < p->n; k++) {
        const float u = p->u[k], v = p->v[k], uu = u * u / 2, vv = v * v / 2;
        const float uv = u * v, w = p->weight[k];
        const float b = scale * w *
                        (value[0] + value[1] * u + value[2] * v +
                         value[3] * uu + value[4] * uv + value[5] * vv);
        const uint32_t j = col[k];

        slope[0] += w * p->height[k] *
                    (du[0] + du[1] * u + du[2] * v + du[3] * uu +
                     du[4] * uv + du[5] * vv);
        slope[1] += w * p->height[k] *
                    (dv[0] + dv[1] * u + dv[2] * v + dv[3] * uu +
                     dv[4] * uv + dv[5] * vv);
        constant -= b * p->height[k];
        q->a[q->row[i] + (size_t)k] = -b * n[q->f->axis[j]] * q->scale[j];
    }
    q->own[i] = (1 + LINEAR_SHARE) * scale * n[q->f->axis[i]] * q->scale[i];
    q->constant[i] = constant;
    q->anchor[i] = ANCHOR * (1 - p->confidence);
    if (q->f->thin != NULL)
        q->anchor[i] += THIN_ANCHOR * q->f->thin[i];
    take_normal(q, i, p, slope, fitted);
}

static bool
alloc_patch(patch *p, size_t n)
{
    p->u = pp_alloc(n, sizeof *p->u);
    p->v = pp_alloc(n, sizeof *p->v);
    p->height = pp_alloc(n, sizeof *p->height);
    p->weight = pp_alloc(n, sizeof *p->weight);
    return p->u != NULL && p->v != NULL && p->height != NULL &&
           p->weight != NULL;
}

static void
free_patch(patch *p)
{
    pp_free(p->u);
    pp_free(p->v);
    pp_free(p->height);
    pp_free(p->weight);
}

/* at from a, and the steps. */
static pp_status
transpose(pp_quadric *q, pp_error *err)
{
    size_t *cursor = pp_alloc(q->n, sizeof *cursor);
    const ptrdiff_t n = (ptrdiff_t)q->n;

    if (cursor == NULL)
        return pp_fail_memory(err);
    memcpy(cursor, q->row, q->n * sizeof *cursor);
    for (size_t v = 0; v < q->n; v++)
        for (size_t m = q->row[v]; m < q->row[v + 1]; m++)
            q->at[cursor[q->col[m]]++] = q->a[m];
    pp_free(cursor);
    #pragma omp parallel for schedule(static) if (q->n > PP_FAIR_ALONE)
    for (ptrdiff_t v = 0; v < n; v++) {
        float sum = q->own[v] * q->own[v] + q->anchor[v] * q->anchor[v];

        for (size_t m = q->row[v]; m < q->row[v + 1]; m++)
            sum += q->at[m] * q->at[m];
        q->step[v] = 1 / (sum + 1e-12f);
    }
    return PP_OK;
}

pp_status
pp_quadric_fit(pp_quadric *q, float mean_length_mm, pp_error *err)
{
    float(*fitted)[4] = pp_alloc(q->n, sizeof *fitted);
    bool failed = fitted == NULL;
    size_t most = 0;

    for (size_t v = 0; v < q->n; v++)
        if (q->row[v + 1] - q->row[v] > most)
            most = q->row[v + 1] - q->row[v];
    #pragma omp parallel if (q->n > PP_FAIR_ALONE)
    {
        patch p = { 0 };
        const bool ready = fitted != NULL && alloc_patch(&p, most);

        if (!ready) {
            #pragma omp atomic write
            failed = true;
        }
        #pragma omp for schedule(static)
        for (ptrdiff_t v = 0; v < (ptrdiff_t)q->n; v++)
            if (ready)
                fit_vertex(q, (size_t)v, mean_length_mm, &p, fitted[v]);
        free_patch(&p);
    }
    if (!failed)
        memcpy(q->fitted, fitted, q->n * sizeof *fitted);
    pp_free(fitted);
    return failed ? pp_fail_memory(err) : transpose(q, err);
}
