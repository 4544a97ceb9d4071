/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * slivers.c - facets too thin for the number format
 *
 * Cutting leaves facets whose height is a few steps of the lattice; rounded,
 * they cut their neighbours again, and so on without end. Two vertices that
 * close become one; a vertex that close to the opposite edge bends that edge,
 * in all facets that have it, through itself. Both are maps of the surface
 * onto itself that move it by less than the height: as a sum of facets with
 * signs it stays closed, so winding numbers stay whole.
 */
#include "repair/rung.h"

#include "base/alloc.h"
#include "base/sets.h"

#include <string.h>

#define MOST_SWEEPS 12

/* What is fixed for all sweeps, and how far points were moved. */
typedef struct {
    pp_mesh *mesh;
    int32_t *times;  /* 0: dropped */
    uint8_t *fresh;  /* facets that may be changed away */
    size_t capacity; /* of all three */
    double height_mm, moved_mm;
} sweep;

/* Lengths of the three edges; the corners facing the longest and shortest. */
static double
facet_height(const pp_mesh *m, size_t t, uint32_t *longest, uint32_t *shortest,
             double *shortest_mm)
{
    double length[3];

    *longest = *shortest = 0;
    for (uint32_t k = 0; k < 3; k++)
        length[k] = pp_distance(m->vert[m->tri[t][(k + 1) % 3]],
                                m->vert[m->tri[t][(k + 2) % 3]]);
    for (uint32_t k = 1; k < 3; k++) {
        *longest = length[k] > length[*longest] ? k : *longest;
        *shortest = length[k] < length[*shortest] ? k : *shortest;
    }
    *shortest_mm = length[*shortest];
    return length[*longest] > 0
               ? pp_norm(pp_facet_normal(m, t)) / length[*longest]
               : 0;
}

/* The first half-edge of an edge in the sorted list. */
static size_t
find_edge(const pp_half_edge *edge, size_t n, uint32_t low, uint32_t high)
{
    size_t a = 0, b = n;

    while (a < b) {
        const size_t mid = a + (b - a) / 2;

        if (edge[mid].low < low ||
            (edge[mid].low == low && edge[mid].high < high))
            a = mid + 1;
        else
            b = mid;
    }
    return a;
}

static pp_status
reserve(sweep *s, size_t more, pp_error *err)
{
    const size_t need = s->mesh->ntri + more;
    void *p;

    if (need <= s->capacity)
        return PP_OK;
    if ((p = pp_realloc(s->mesh->tri, 2 * need, sizeof *s->mesh->tri)) == NULL)
        return pp_fail_memory(err);
    s->mesh->tri = p;
    if ((p = pp_realloc(s->times, 2 * need, sizeof *s->times)) == NULL)
        return pp_fail_memory(err);
    s->times = p;
    if ((p = pp_realloc(s->fresh, 2 * need, 1)) == NULL)
        return pp_fail_memory(err);
    s->fresh = p;
    s->capacity = 2 * need;
    return PP_OK;
}

/* Bends the edge that corner k of facet t faces through that corner's vertex,
   unless a facet there was changed in this sweep. */
static pp_status
bend_edge(sweep *s, uint32_t t, uint32_t k, const pp_half_edge *edge, size_t n,
          uint8_t *touched, bool *done, pp_error *err)
{
    pp_mesh *m = s->mesh;
    const uint32_t b = m->tri[t][k];
    const uint32_t p = m->tri[t][(k + 1) % 3], q = m->tri[t][(k + 2) % 3];
    const uint32_t low = p < q ? p : q, high = p < q ? q : p;
    const size_t first = find_edge(edge, n, low, high);
    size_t last = first;

    *done = false;
    for (; last < n && edge[last].low == low && edge[last].high == high; last++)
        if (touched[edge[last].corner / 3])
            return PP_OK;
    if (reserve(s, last - first, err) != PP_OK)
        return err->status;
    for (size_t i = first; i < last; i++) {
        const uint32_t u = edge[i].corner / 3, j = edge[i].corner % 3;
        const size_t new = m->ntri;

        touched[u] = 1;
        if (m->tri[u][j] == b) {
            s->times[u] = 0;
            continue;
        }
        memcpy(m->tri[new], m->tri[u], sizeof *m->tri);
        m->tri[u][(j + 1) % 3] = b;
        m->tri[new][(j + 2) % 3] = b;
        s->times[new] = s->times[u];
        s->fresh[new] = 1;
        m->ntri++;
    }
    *done = true;
    return PP_OK;
}

/* One sweep over the facets; *nchanged: slivers that went. */
static pp_status
sweep_once(sweep *s, size_t *nchanged, pp_error *err)
{
    pp_mesh *m = s->mesh;
    const size_t ntri = m->ntri;
    uint32_t *target = pp_alloc(m->nvert, sizeof *target);
    uint8_t *touched = pp_alloc_zero(ntri, 1);
    pp_half_edge *edge = NULL;
    size_t nedge = 0;

    *nchanged = 0;
    if (target == NULL || touched == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pp_mesh_half_edges(m, &edge, &nedge, err) != PP_OK)
        goto done;
    pp_sets_start(target, m->nvert);
    for (uint32_t t = 0; t < ntri; t++) {
        uint32_t longest, shortest;
        double shortest_mm, height;
        bool bent = false;

        if (!s->fresh[t] || touched[t])
            continue;
        height = facet_height(m, t, &longest, &shortest, &shortest_mm);
        if (height >= s->height_mm)
            continue;
        if (shortest_mm < s->height_mm) {
            pp_sets_join(target, m->tri[t][(shortest + 1) % 3],
                         m->tri[t][(shortest + 2) % 3]);
            s->moved_mm = fmax(s->moved_mm, shortest_mm);
            touched[t] = 1;
            ++*nchanged;
            continue;
        }
        if (bend_edge(s, t, longest, edge, nedge, touched, &bent, err) !=
            PP_OK)
            goto done;
        s->moved_mm = fmax(s->moved_mm, bent ? height : 0);
        *nchanged += bent;
    }
    for (size_t c = 0; c < 3 * m->ntri; c++)
        m->tri[c / 3][c % 3] = pp_sets_root(target, m->tri[c / 3][c % 3]);
done:
    pp_free(target);
    pp_free(touched);
    pp_free(edge);
    return err->status;
}

static void
drop_gone(sweep *s)
{
    pp_mesh *m = s->mesh;
    size_t n = 0;

    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t *v = m->tri[t];

        if (s->times[t] == 0 || v[0] == v[1] || v[1] == v[2] || v[2] == v[0])
            continue;
        memmove(m->tri[n], m->tri[t], sizeof *m->tri);
        s->fresh[n] = s->fresh[t];
        s->times[n++] = s->times[t];
    }
    m->ntri = n;
}

pp_status
pp_drop_slivers(pp_mesh *m, int32_t **times, uint8_t **fresh, double height_mm,
                double *moved_mm, pp_error *err)
{
    sweep s = { m, *times, *fresh, m->ntri, height_mm, 0 };
    size_t nchanged = 1;

    for (int i = 0; i < MOST_SWEEPS && nchanged > 0; i++) {
        if (sweep_once(&s, &nchanged, err) != PP_OK)
            break;
        drop_gone(&s);
    }
    *times = s.times;
    *fresh = s.fresh;
    *moved_mm += s.moved_mm;
    return err->status;
}
