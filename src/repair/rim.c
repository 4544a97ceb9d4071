/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rim.c - open edges, and their ends in a hashed grid
 *
 * Cells are as wide as open edges are long on average: an edge passes few of
 * them, and few vertices lie in each, in whatever direction a rim runs.
 */
#include "repair/rim.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* A cell is at least so many tolerances wide: a look about a point then meets
   one or two cells along each axis. */
#define CELL_TOLERANCES 4

void
pp_rim_free(pp_rim *r)
{
    pp_free(r->edge);
    pp_free(r->vertex);
    pp_free(r->head);
    pp_free(r->next);
    memset(r, 0, sizeof *r);
}

static pp_status
find_open_edges(const pp_mesh *m, const pp_seam *seam, pp_rim *r,
                pp_error *err)
{
    pp_half_edge *all = NULL;
    size_t nall = 0, n;

    if (pp_mesh_half_edges(m, &all, &nall, err) != PP_OK)
        return err->status;
    r->edge = pp_alloc(nall, sizeof *r->edge);
    if (r->edge == NULL) {
        pp_free(all);
        return pp_fail_memory(err);
    }
    for (size_t i = 0; i < nall; i += n) {
        const uint32_t c = all[i].corner;

        for (n = 1; i + n < nall && all[i + n].low == all[i].low &&
                    all[i + n].high == all[i].high; n++)
            ;
        r->ncrowded += n > 2;
        if (n != 1 || pp_on_seam(seam, m->vert[all[i].low],
                                 m->vert[all[i].high]))
            continue;
        r->edge[r->nedge].a = m->tri[c / 3][(c % 3 + 1) % 3];
        r->edge[r->nedge].b = m->tri[c / 3][(c % 3 + 2) % 3];
        r->edge[r->nedge++].corner = c;
    }
    pp_free(all);
    return PP_OK;
}

static pp_status
list_vertices(const pp_mesh *m, pp_rim *r, pp_error *err)
{
    uint8_t *is_end = pp_alloc_zero(m->nvert, 1);

    r->vertex = pp_alloc(2 * r->nedge, sizeof *r->vertex);
    if (is_end == NULL || r->vertex == NULL) {
        pp_free(is_end);
        return pp_fail_memory(err);
    }
    for (size_t i = 0; i < r->nedge; i++)
        is_end[r->edge[i].a] = is_end[r->edge[i].b] = 1;
    for (uint32_t v = 0; v < m->nvert; v++)
        if (is_end[v])
            r->vertex[r->nvertex++] = v;
    pp_free(is_end);
    return PP_OK;
}

/* Beyond 2^62 cells, coordinates are too coarse to be near each other. */
static int64_t
index_of(double x, double size)
{
    const double c = floor(x / size);

    return c > 0x1p62 ? (int64_t)1 << 62 : c < -0x1p62 ? -((int64_t)1 << 62)
                                                       : (int64_t)c;
}

static size_t
bucket(const pp_rim *r, int64_t x, int64_t y, int64_t z)
{
    uint64_t h = (uint64_t)x * 0x9e3779b97f4a7c15U;

    h = (h ^ (h >> 29) ^ (uint64_t)y) * 0xbf58476d1ce4e5b9U;
    h = (h ^ (h >> 29) ^ (uint64_t)z) * 0x94d049bb133111ebU;
    return (size_t)(h ^ (h >> 31)) & r->mask;
}

static pp_status
make_grid(const pp_mesh *m, double tolerance_mm, pp_rim *r, pp_error *err)
{
    double length_mm = 0;

    for (size_t i = 0; i < r->nedge; i++)
        length_mm += pp_distance(m->vert[r->edge[i].a],
                                 m->vert[r->edge[i].b]);
    r->cell_mm = fmax(length_mm / (double)r->nedge,
                      CELL_TOLERANCES * tolerance_mm);
    if (r->cell_mm == 0) /* all in points */
        r->cell_mm = 1;
    for (r->mask = 1; r->mask < 2 * r->nvertex; r->mask *= 2)
        ;
    r->head = pp_alloc(r->mask, sizeof *r->head);
    r->next = pp_alloc(r->nvertex, sizeof *r->next);
    if (r->head == NULL || r->next == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < r->mask; i++)
        r->head[i] = PP_NONE;
    r->mask--;
    for (size_t i = r->nvertex; i-- > 0;) { /* so that lists ascend */
        const pp_vec3 p = m->vert[r->vertex[i]];
        uint32_t *head = &r->head[bucket(r, index_of(p.x, r->cell_mm),
                                         index_of(p.y, r->cell_mm),
                                         index_of(p.z, r->cell_mm))];

        r->next[i] = *head;
        *head = (uint32_t)i;
    }
    return PP_OK;
}

pp_status
pp_rim_make(const pp_mesh *m, const pp_seam *seam, double tolerance_mm,
            pp_rim *r, pp_error *err)
{
    memset(r, 0, sizeof *r);
    if (find_open_edges(m, seam, r, err) == PP_OK && r->nedge > 0 &&
        list_vertices(m, r, err) == PP_OK)
        (void)!make_grid(m, tolerance_mm, r, err);
    if (err->status != PP_OK)
        pp_rim_free(r);
    return err->status;
}

size_t
pp_rim_look(const pp_mesh *m, const pp_rim *r, pp_vec3 p, double half_mm,
            void (*visit)(uint32_t v, void *data), void *data)
{
    const int64_t low[3] = { index_of(p.x - half_mm, r->cell_mm),
                             index_of(p.y - half_mm, r->cell_mm),
                             index_of(p.z - half_mm, r->cell_mm) };
    const int64_t high[3] = { index_of(p.x + half_mm, r->cell_mm),
                              index_of(p.y + half_mm, r->cell_mm),
                              index_of(p.z + half_mm, r->cell_mm) };
    size_t n = 0;

    for (int64_t x = low[0]; x <= high[0]; x++)
        for (int64_t y = low[1]; y <= high[1]; y++)
            for (int64_t z = low[2]; z <= high[2]; z++)
                for (uint32_t i = r->head[bucket(r, x, y, z)]; i != PP_NONE;
                     i = r->next[i]) {
                    const pp_vec3 q = m->vert[r->vertex[i]];

                    n++;
                    if (index_of(q.x, r->cell_mm) == x &&
                        index_of(q.y, r->cell_mm) == y &&
                        index_of(q.z, r->cell_mm) == z)
                        visit(r->vertex[i], data); /* else of the same bucket */
                }
    return n;
}
