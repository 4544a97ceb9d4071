/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * valley_tidy.c - better facets, small holes, one fan at each vertex
 */
#include "surface/valley_fit.h"

#include "base/alloc.h"
#include "base/sets.h"

#include <string.h>

#define SMOOTHINGS 3
#define SHARE 0.5 /* of the way to the middle of the neighbours */
#define MOST_ASIDE 0.6 /* of a fit: else it is one beyond its rim */
#define MOST_MOVE 0.6 /* of a vertex, to the valley */

/* ---- places of vertices ---- */

/* True for vertices of edges that have not two facets. */
static pp_status
find_rims(const pp_mesh *m, bool *rim, pp_error *err)
{
    pp_half_edge *e = NULL;
    size_t n, end;

    memset(rim, 0, m->nvert);
    if (pp_mesh_half_edges(m, &e, &n, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < n; i = end) {
        end = pp_half_edges_end(e, n, i);
        if (end - i != 2)
            rim[e[i].low] = rim[e[i].high] = true;
    }
    pp_free(e);
    return PP_OK;
}

/* Each vertex half way to the middle of its neighbours, but in its plane. */
static void
smooth_along(pp_mesh *m, const pp_vec3 *normal, const bool *rim, pp_vec3 *sum,
             uint32_t *count)
{
    memset(sum, 0, m->nvert * sizeof *sum);
    memset(count, 0, m->nvert * sizeof *count);
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++) {
            const uint32_t a = m->tri[t][k], b = m->tri[t][(k + 1) % 3];

            sum[a] = pp_add(sum[a], m->vert[b]);
            sum[b] = pp_add(sum[b], m->vert[a]);
            count[a]++;
            count[b]++;
        }
    for (size_t v = 0; v < m->nvert; v++) {
        pp_vec3 way;

        if (rim[v] || count[v] == 0)
            continue;
        way = pp_sub(pp_scale(sum[v], 1.0 / count[v]), m->vert[v]);
        way = pp_madd(way, -pp_dot(way, normal[v]), normal[v]);
        m->vert[v] = pp_madd(m->vert[v], SHARE, way);
    }
}

static void
move_to_valley(const pp_valley_window *w, pp_mesh *m, const pp_vec3 *normal)
{
    const ptrdiff_t n = (ptrdiff_t)m->nvert;

#pragma omp parallel for schedule(dynamic, 64)
    for (ptrdiff_t v = 0; v < n; v++) {
        const pp_surfel guess = { m->vert[v], normal[v], 0 };
        pp_valley_fit fit;
        double by;

        if (pp_norm(normal[v]) < 0.5 ||
            !pp_valley_fit_at(w, guess, true, &fit) || fit.share < 0.5 ||
            fit.aside > MOST_ASIDE * w->wide ||
            fabs(pp_dot(fit.surfel.normal, normal[v])) < 0.7)
            continue;
        by = pp_dot(pp_sub(fit.surfel.at, guess.at), fit.surfel.normal) /
             pp_dot(fit.surfel.normal, normal[v]);
        if (fabs(by) <= MOST_MOVE)
            m->vert[v] = pp_madd(guess.at, by, normal[v]);
    }
}

pp_status
pp_valley_settle(const pp_valley_field *f, pp_mesh *m, pp_error *err)
{
    pp_vec3 *normal = pp_alloc(m->nvert, sizeof *normal);
    pp_vec3 *sum = pp_alloc(m->nvert, sizeof *sum);
    uint32_t *count = pp_alloc(m->nvert, sizeof *count);
    bool *rim = pp_alloc(m->nvert, sizeof *rim);
    pp_valley_window w = { 0 };

    if (normal == NULL || sum == NULL || count == NULL || rim == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (find_rims(m, rim, err) != PP_OK ||
        pp_valley_window_make(f, &w, err) != PP_OK)
        goto done;
    for (int round = 0; round < SMOOTHINGS; round++) {
        pp_mesh_vertex_normals(m, normal);
        smooth_along(m, normal, rim, sum, count);
    }
    pp_mesh_vertex_normals(m, normal);
    move_to_valley(&w, m, normal);
done:
    pp_valley_window_free(&w);
    pp_free(normal);
    pp_free(sum);
    pp_free(count);
    pp_free(rim);
    return err->status;
}

/* ---- small holes ---- */

/* next[v]: the end of the open edge that starts at v; PP_NONE: no such edge,
 * or more than one. */
static pp_status
link_rims(const pp_mesh *m, uint32_t *next, pp_error *err)
{
    pp_half_edge *e = NULL;
    size_t n, end;

    memset(next, 0xff, m->nvert * sizeof *next);
    if (pp_mesh_half_edges(m, &e, &n, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < n; i = end) {
        end = pp_half_edges_end(e, n, i);
        if (end - i != 1)
            continue;
        const uint32_t a = e[i].forward ? e[i].low : e[i].high;
        const uint32_t b = e[i].forward ? e[i].high : e[i].low;

        next[a] = next[a] == PP_NONE ? b : PP_NONE - 1;
    }
    for (size_t v = 0; v < m->nvert; v++)
        if (next[v] == PP_NONE - 1)
            next[v] = PP_NONE;
    pp_free(e);
    return PP_OK;
}

/* The run that starts at v: its edges, its length and middle; 0 when it does
 * not come back. */
static size_t
follow(const pp_mesh *m, const uint32_t *next, uint32_t v, double longest,
       pp_vec3 *middle)
{
    double length = 0;
    size_t n = 0;
    uint32_t at = v;

    *middle = pp_vec(0, 0, 0);
    do {
        if (next[at] == PP_NONE)
            return 0;
        length += pp_distance(m->vert[at], m->vert[next[at]]);
        *middle = pp_add(*middle, m->vert[at]);
        at = next[at];
        n++;
    } while (at != v && length <= longest && n < m->nvert);
    if (at != v || length > longest)
        return 0;
    *middle = pp_scale(*middle, 1.0 / (double)n);
    return n;
}

pp_status
pp_valley_fill(pp_mesh *m, double longest, pp_error *err)
{
    uint32_t *next = pp_alloc(m->nvert, sizeof *next);
    const size_t nvert = m->nvert;

    if (next == NULL)
        return pp_fail_memory(err);
    if (link_rims(m, next, err) != PP_OK)
        goto done;
    for (uint32_t v = 0; v < nvert; v++) {
        pp_vec3 middle;
        const size_t n = follow(m, next, v, longest, &middle);
        uint32_t at = v;

        if (n == 0)
            continue;
        /* two lists grow; runs are few and short */
        pp_tri *tri = pp_realloc(m->tri, m->ntri + n, sizeof *tri);

        if (tri == NULL) {
            pp_fail_memory(err);
            goto done;
        }
        m->tri = tri;
        pp_vec3 *vert = pp_realloc(m->vert, m->nvert + 1, sizeof *vert);

        if (vert == NULL) {
            pp_fail_memory(err);
            goto done;
        }
        m->vert = vert;
        m->vert[m->nvert] = middle;
        for (size_t k = 0; k < n; k++) {
            const uint32_t to = next[at];

            m->tri[m->ntri][0] = to;
            m->tri[m->ntri][1] = at;
            m->tri[m->ntri++][2] = (uint32_t)m->nvert;
            next[at] = PP_NONE;
            at = to;
        }
        m->nvert++;
    }
done:
    pp_free(next);
    return err->status;
}

/* ---- one fan at each vertex ---- */

#define MOST_ROUNDS 20

/*
 * Corners at a vertex belong to one fan when edges of two facets join them.
 * drop[t]: facets of all fans but the one with the most facets.
 */
static pp_status
find_fans(const pp_mesh *m, uint8_t *keep, size_t *ndrop, pp_error *err)
{
    uint32_t *fan = pp_alloc(3 * m->ntri, sizeof *fan);
    uint32_t *size = pp_alloc_zero(3 * m->ntri, sizeof *size);
    uint32_t *best = pp_alloc(m->nvert, sizeof *best);
    pp_half_edge *e = NULL;
    size_t n, end;

    if (fan == NULL || size == NULL || best == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pp_mesh_half_edges(m, &e, &n, err) != PP_OK)
        goto done;
    pp_sets_start(fan, 3 * m->ntri);
    for (size_t i = 0; i < n; i = end) {
        end = pp_half_edges_end(e, n, i);
        if (end - i != 2)
            continue;
        for (int k = 1; k <= 2; k++) /* the two corners at its ends */
            for (int l = 1; l <= 2; l++) {
                const uint32_t s = e[i].corner, t = e[i + 1].corner;
                const uint32_t p = s / 3 * 3 + (s % 3 + (uint32_t)k) % 3;
                const uint32_t q = t / 3 * 3 + (t % 3 + (uint32_t)l) % 3;

                if (m->tri[p / 3][p % 3] == m->tri[q / 3][q % 3])
                    pp_sets_join(fan, p, q);
            }
    }
    pp_sets_flatten(fan, 3 * m->ntri);
    memset(best, 0xff, m->nvert * sizeof *best);
    for (size_t c = 0; c < 3 * m->ntri; c++)
        size[fan[c]]++;
    for (size_t c = 0; c < 3 * m->ntri; c++) {
        uint32_t *b = &best[m->tri[c / 3][c % 3]];

        if (*b == PP_NONE || size[fan[c]] > size[*b])
            *b = fan[c];
    }
    *ndrop = 0;
    memset(keep, 1, m->ntri);
    for (size_t c = 0; c < 3 * m->ntri; c++)
        if (best[m->tri[c / 3][c % 3]] != fan[c] && keep[c / 3]) {
            keep[c / 3] = 0;
            ++*ndrop;
        }
done:
    pp_free(fan);
    pp_free(size);
    pp_free(best);
    pp_free(e);
    return err->status;
}

pp_status
pp_valley_make_manifold(pp_mesh *m, pp_error *err)
{
    uint8_t *keep = pp_alloc(m->ntri, 1);
    size_t ndrop = 1;

    if (keep == NULL)
        return pp_fail_memory(err);
    for (int round = 0; round < MOST_ROUNDS && ndrop > 0; round++) {
        pp_mesh less = { 0 };

        if (find_fans(m, keep, &ndrop, err) != PP_OK || ndrop == 0)
            break;
        if (pp_mesh_select(m, keep, &less, err) != PP_OK)
            break;
        pp_mesh_free(m);
        *m = less;
    }
    if (err->status == PP_OK && ndrop > 0)
        pp_fail(err, PP_EBUG, "%zu facets too many at a vertex", ndrop);
    pp_free(keep);
    return err->status;
}
