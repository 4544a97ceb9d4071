/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * split.c - sheets that touch in an edge or a vertex are parted
 *
 * A copy of the vertex for each umbrella, and since a reader joins equal
 * points again, all copies but the one with the largest fan are drawn towards
 * the middle of their own fan by a nudge. An edge of four facets whose ends
 * belong to one umbrella each (the end of a seam) gets a point in its middle
 * first.
 */
#include "repair/rung.h"

#include "base/alloc.h"

#include <stdio.h>
#include <string.h>

static int
corner_of(const pp_mesh *m, uint32_t t, uint32_t v)
{
    return m->tri[t][0] == v ? 0 : m->tri[t][1] == v ? 1 : 2;
}

/* Splits facet t at the point `middle` of its edge opposite corner k. */
static void
split_facet(pp_mesh *m, uint32_t t, uint32_t k, uint32_t middle)
{
    uint32_t *new = m->tri[m->ntri];

    memcpy(new, m->tri[t], sizeof *m->tri);
    m->tri[t][(k + 1) % 3] = middle;
    new[(k + 2) % 3] = middle;
    if (m->attribute != NULL)
        m->attribute[m->ntri] = m->attribute[t];
    m->ntri++;
}

static pp_status
reserve(pp_mesh *m, size_t nvert, size_t ntri, pp_error *err)
{
    void *p;

    if (m->nvert + nvert > PP_MESH_LIMIT || m->ntri + ntri > PP_MESH_LIMIT)
        return pp_fail(err, PP_ELIMIT, "too many facets");
    if ((p = pp_realloc(m->vert, m->nvert + nvert, sizeof *m->vert)) == NULL)
        return pp_fail_memory(err);
    m->vert = p;
    if ((p = pp_realloc(m->tri, m->ntri + ntri, sizeof *m->tri)) == NULL)
        return pp_fail_memory(err);
    m->tri = p;
    if (m->attribute == NULL)
        return PP_OK;
    p = pp_realloc(m->attribute, m->ntri + ntri, sizeof *m->attribute);
    if (p == NULL)
        return pp_fail_memory(err);
    m->attribute = p;
    return PP_OK;
}

/* Two facets of a run that would still share both ends after parting. */
static bool
stays_joined(const pp_mesh *m, const uint32_t *umbrella,
             const pp_half_edge *edge, size_t n)
{
    size_t nsame = 0;

    for (size_t i = 1; i < n; i++) {
        const uint32_t t = edge[i].corner / 3, u = edge[0].corner / 3;

        nsame += umbrella[3 * t + corner_of(m, t, edge->low)] ==
                     umbrella[3 * u + corner_of(m, u, edge->low)] &&
                 umbrella[3 * t + corner_of(m, t, edge->high)] ==
                     umbrella[3 * u + corner_of(m, u, edge->high)];
    }
    return nsame > 1;
}

/* Middle points where needed; one edge a facet and call. */
static pp_status
insert_middles(pp_mesh *m, const uint32_t *umbrella, size_t *ninserted,
               pp_error *err)
{
    pp_half_edge *edge = NULL;
    size_t nedge = 0, n;
    uint8_t *touched = pp_alloc_zero(m->ntri, 1);

    *ninserted = 0;
    if (touched == NULL || pp_mesh_half_edges(m, &edge, &nedge, err) != PP_OK) {
        pp_free(touched);
        return err->status == PP_OK ? pp_fail_memory(err) : err->status;
    }
    for (size_t i = 0; i < nedge; i += n) {
        bool free = true;

        for (n = 1; i + n < nedge && edge[i + n].low == edge[i].low &&
                    edge[i + n].high == edge[i].high; n++)
            ;
        if (n < 4 || n % 2 != 0)
            continue;
        for (size_t k = 0; k < n; k++)
            free = free && !touched[edge[i + k].corner / 3];
        if (!free || !stays_joined(m, umbrella, &edge[i], n))
            continue;
        if (reserve(m, 1, n, err) != PP_OK)
            break;
        m->vert[m->nvert] = pp_scale(
            pp_add(m->vert[edge[i].low], m->vert[edge[i].high]), 0.5);
        for (size_t k = 0; k < n; k++) {
            touched[edge[i + k].corner / 3] = 1;
            split_facet(m, edge[i + k].corner / 3, edge[i + k].corner % 3,
                        (uint32_t)m->nvert);
        }
        m->nvert++;
        ++*ninserted;
    }
    pp_free(touched);
    pp_free(edge);
    return err->status;
}

/* A fan: its area, and the way from its vertex to the middle of its area. */
typedef struct {
    double area;
    pp_vec3 inward;
} fan;

static fan *
measure_fans(const pp_mesh *m, const uint32_t *umbrella, uint32_t n)
{
    fan *f = pp_alloc_zero(n, sizeof *f);

    if (f == NULL)
        return NULL;
    for (size_t c = 0; c < 3 * m->ntri; c++) {
        const uint32_t *v = m->tri[c / 3];
        const pp_vec3 p = m->vert[v[c % 3]];
        const double area = pp_norm(pp_facet_normal(m, c / 3));
        fan *g = &f[umbrella[c]];

        g->area += area;
        for (int k = 0; k < 3; k++)
            g->inward = pp_madd(g->inward, area, pp_sub(m->vert[v[k]], p));
    }
    return f;
}

/* Vertices at the seam keep one number: their fans go on outside. */
static pp_status
join_at_seam(const pp_mesh *m, const pp_seam *seam, const uint32_t *vertex,
             uint32_t n, uint32_t *umbrella, pp_error *err)
{
    uint8_t *fixed = pp_alloc_zero(m->nvert, 1);
    uint32_t *first = pp_alloc(m->nvert, sizeof *first);

    if (fixed == NULL || first == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t c = 0; seam->n > 0 && c < 3 * m->ntri; c++) {
        const uint32_t a = m->tri[c / 3][(c % 3 + 1) % 3];
        const uint32_t b = m->tri[c / 3][(c % 3 + 2) % 3];

        if (pp_on_seam(seam, m->vert[a], m->vert[b]))
            fixed[a] = fixed[b] = 1;
    }
    for (uint32_t u = n; u-- > 0;)
        first[vertex[u]] = u;
    for (size_t c = 0; c < 3 * m->ntri; c++)
        if (fixed[m->tri[c / 3][c % 3]])
            umbrella[c] = first[m->tri[c / 3][c % 3]];
done:
    pp_free(fixed);
    pp_free(first);
    return err->status;
}

/* Every umbrella becomes a vertex; the widest of a vertex's stays in place. */
static pp_status
part_umbrellas(pp_mesh *m, const uint32_t *umbrella, const uint32_t *vertex,
               uint32_t n, pp_cure *c, pp_error *err)
{
    fan *f = measure_fans(m, umbrella, n);
    pp_vec3 *vert = pp_alloc(n, sizeof *vert);
    uint32_t *widest = pp_alloc(m->nvert, sizeof *widest);

    if (f == NULL || vert == NULL || widest == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t v = 0; v < m->nvert; v++)
        widest[v] = PP_NONE;
    for (uint32_t u = 0; u < n; u++) {
        uint32_t *w = &widest[vertex[u]];

        if (*w == PP_NONE || f[u].area > f[*w].area)
            *w = u;
    }
    for (uint32_t u = 0; u < n; u++) {
        vert[u] = m->vert[vertex[u]];
        if (widest[vertex[u]] == u || f[u].area == 0)
            continue;
        vert[u] = pp_madd(vert[u], c->nudge_mm, pp_unit(f[u].inward));
        c->count++;
        c->moved_mm = c->nudge_mm;
    }
    for (size_t k = 0; k < 3 * m->ntri; k++)
        m->tri[k / 3][k % 3] = umbrella[k];
    pp_free(m->vert);
    m->vert = vert;
    m->nvert = n;
    vert = NULL;
done:
    pp_free(f);
    pp_free(vert);
    pp_free(widest);
    return err->status;
}

pp_status
pp_cure_split(pp_mesh *m, pp_cure *c, pp_error *err)
{
    uint32_t *umbrella = NULL, *vertex = NULL, n;
    size_t ninserted = 1, nmiddle = 0, ndropped;

    for (int round = 0; round < 8 && ninserted > 0; round++) {
        pp_free(umbrella);
        pp_free(vertex);
        umbrella = vertex = NULL;
        if (pp_umbrellas(m, &umbrella, &vertex, &n, err) != PP_OK ||
            insert_middles(m, umbrella, &ninserted, err) != PP_OK)
            goto done;
        nmiddle += ninserted;
    }
    if (ninserted > 0) {
        pp_fail(err, PP_EGEOM, "seams that do not come apart");
        goto done;
    }
    if (join_at_seam(m, c->seam, vertex, n, umbrella, err) != PP_OK ||
        part_umbrellas(m, umbrella, vertex, n, c, err) != PP_OK ||
        pp_mesh_drop_unused(m, &ndropped, err) != PP_OK)
        goto done;
    snprintf(c->detail, sizeof c->detail,
             "%zu vertices parted by %g mm, %zu seam edges halved", c->count,
             c->nudge_mm, nmiddle);
done:
    pp_free(umbrella);
    pp_free(vertex);
    return err->status;
}
