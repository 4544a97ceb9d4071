/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * near.c - vertices that lie close together
 *
 * A hashed grid whose cells are much larger than the limit, so that the
 * neighbourhood of most vertices lies in one cell. Vertices enter the grid one
 * after the other and look for those that are in already.
 */
#include "mesh/near.h"

#include "base/alloc.h"
#include "base/sets.h"

#include <stdlib.h>

/* Cell size in limits: 1.4 cells looked up per vertex; less where the limit is
 * so wide that each would hold many vertices. */
#define CELL_LIMITS 16

typedef struct {
    int64_t x, y, z;
} cell;

typedef struct {
    const pp_mesh *mesh;
    double size_mm;
    size_t most;
    uint32_t *head, *next; /* vertices of a bucket */
    size_t mask;
    pp_near_pair *pair;
    size_t npair, capacity;
} grid;

/* Beyond 2^62 cells coordinates are too coarse to be near each other. */
static int64_t
index_of(double x, double size)
{
    const double c = floor(x / size);

    return c > 0x1p62 ? (int64_t)1 << 62 : c < -0x1p62 ? -((int64_t)1 << 62)
                                                       : (int64_t)c;
}

static cell
cell_of(const grid *g, pp_vec3 p)
{
    return (cell){ index_of(p.x, g->size_mm), index_of(p.y, g->size_mm),
                   index_of(p.z, g->size_mm) };
}

static size_t
bucket(const grid *g, cell c)
{
    uint64_t h = (uint64_t)c.x * 0x9e3779b97f4a7c15U;

    h = (h ^ (h >> 29) ^ (uint64_t)c.y) * 0xbf58476d1ce4e5b9U;
    h = (h ^ (h >> 29) ^ (uint64_t)c.z) * 0x94d049bb133111ebU;
    return (size_t)(h ^ (h >> 31)) & g->mask;
}

static pp_status
look_in(grid *g, cell c, uint32_t v, double limit_mm, pp_error *err)
{
    const pp_vec3 *vert = g->mesh->vert;

    for (uint32_t u = g->head[bucket(g, c)]; u != PP_NONE; u = g->next[u]) {
        const double d = pp_distance(vert[u], vert[v]);
        const cell own = cell_of(g, vert[u]);

        if (!(d <= limit_mm) || own.x != c.x || own.y != c.y || own.z != c.z)
            continue;
        if (g->npair == g->most)
            return pp_fail(err, PP_ELIMIT, "more than %zu pairs of vertices "
                           "within %g mm", g->most, limit_mm);
        if (pp_grow(&g->pair, &g->capacity, g->npair + 1, sizeof *g->pair,
                    err) != PP_OK)
            return err->status;
        g->pair[g->npair++] = (pp_near_pair){ u, v, d };
    }
    return PP_OK;
}

static pp_status
enter(grid *g, uint32_t v, double limit_mm, pp_error *err)
{
    const pp_vec3 p = g->mesh->vert[v];
    const pp_vec3 reach = pp_vec(limit_mm, limit_mm, limit_mm);
    const cell low = cell_of(g, pp_sub(p, reach));
    const cell high = cell_of(g, pp_add(p, reach));
    const size_t b = bucket(g, cell_of(g, p));
    cell c;

    for (c.z = low.z; c.z <= high.z; c.z++)
        for (c.y = low.y; c.y <= high.y; c.y++)
            for (c.x = low.x; c.x <= high.x; c.x++)
                if (look_in(g, c, v, limit_mm, err) != PP_OK)
                    return err->status;
    g->next[v] = g->head[b];
    g->head[b] = v;
    return PP_OK;
}

static int
compare_pairs(const void *a, const void *b)
{
    const pp_near_pair *p = a, *q = b;

    if (p->distance_mm != q->distance_mm)
        return p->distance_mm < q->distance_mm ? -1 : 1;
    if (p->a != q->a)
        return p->a < q->a ? -1 : 1;
    return p->b < q->b ? -1 : p->b > q->b;
}

/* About a facet's size when that is less than many limits. */
static double
cell_size(const pp_mesh *m, double limit_mm)
{
    const double apart = pp_box_diagonal(pp_mesh_box(m)) /
                         sqrt((double)m->nvert + 1);

    return fmax(limit_mm, fmin(CELL_LIMITS * limit_mm, apart));
}

pp_status
pp_near_pairs(const pp_mesh *m, double limit_mm, size_t most,
              pp_near_pair **pair, size_t *npair, pp_error *err)
{
    grid g = { .mesh = m, .size_mm = cell_size(m, limit_mm), .most = most,
               .mask = 63 };
    uint8_t *used = pp_alloc_zero(m->nvert, 1);

    *pair = NULL;
    *npair = 0;
    while (g.mask < m->nvert)
        g.mask = 2 * g.mask + 1;
    g.head = pp_alloc(g.mask + 1, sizeof *g.head);
    g.next = pp_alloc(m->nvert, sizeof *g.next);
    if (g.head == NULL || g.next == NULL || used == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t b = 0; b <= g.mask; b++)
        g.head[b] = PP_NONE;
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++)
            used[m->tri[t][k]] = 1;
    for (size_t v = 0; v < m->nvert; v++)
        if (used[v] && enter(&g, (uint32_t)v, limit_mm, err) != PP_OK)
            goto done;
    if (g.npair > 0)
        qsort(g.pair, g.npair, sizeof *g.pair, compare_pairs);
    *pair = g.pair;
    *npair = g.npair;
    g.pair = NULL;
done:
    pp_free(used);
    pp_free(g.head);
    pp_free(g.next);
    pp_free(g.pair);
    return err->status;
}

void
pp_near_clusters(size_t nvert, const pp_near_pair *pair, size_t npair,
                 uint32_t *root)
{
    pp_sets_start(root, nvert);
    for (size_t i = 0; i < npair; i++)
        pp_sets_join(root, pair[i].a, pair[i].b);
    pp_sets_flatten(root, nvert);
}

/* Facets after the clusters have become points, without the collapsed. */
static void
collapse(pp_mesh *m, const uint32_t *root)
{
    size_t n = 0;

    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t a = root[m->tri[t][0]], b = root[m->tri[t][1]],
                       c = root[m->tri[t][2]];

        if (a == b || b == c || c == a)
            continue;
        m->tri[n][0] = a;
        m->tri[n][1] = b;
        m->tri[n][2] = c;
        if (m->attribute != NULL)
            m->attribute[n] = m->attribute[t];
        n++;
    }
    m->ntri = n;
}

pp_status
pp_mesh_weld_near(pp_mesh *m, double limit_mm, size_t *njoined, pp_error *err)
{
    uint32_t *root = pp_alloc(m->nvert, sizeof *root);
    pp_near_pair *pair = NULL;
    size_t npair, ndropped;

    *njoined = 0;
    if (root == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pp_near_pairs(m, limit_mm, PP_NEAR_LIMIT, &pair, &npair, err) !=
        PP_OK)
        goto done;
    pp_near_clusters(m->nvert, pair, npair, root);
    for (size_t v = 0; v < m->nvert; v++)
        *njoined += root[v] != v;
    collapse(m, root);
    (void)!pp_mesh_drop_unused(m, &ndropped, err);
done:
    pp_free(root);
    pp_free(pair);
    return err->status;
}
