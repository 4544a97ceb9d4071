/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * locate.c - a facet near a point
 *
 * The facets of a lattice mesh lie in their cells, and those of a cell side by
 * side in memory: a hash of the cells finds them at the cost of one or two
 * cache lines, where a tree over millions of facets costs a dozen and as much
 * memory as the mesh ten times over.
 */
#include "surface/bound.h"

#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Near enough to stop looking for a nearer one, of the limit. */
#define NEAR_ENOUGH 0.5

/* Cells are counted from -1; a surface lies within the padded lattice. */
#define OFFSET 16.0

static inline uint64_t
key_of(const int64_t cell[3])
{
    return (uint64_t)cell[2] << 42 | (uint64_t)cell[1] << 21 |
           (uint64_t)cell[0];
}

static inline size_t
slot_of(const pp_locator *l, uint64_t key)
{
    /* Fibonacci hashing: Knuth, volume 3, section 6.4 */
    size_t s = (size_t)((key * 0x9e3779b97f4a7c15U) >> 20) & l->mask;

    while (l->key[s] != key && l->key[s] != UINT64_MAX)
        s = (s + 1) & l->mask;
    return s;
}

static inline void
cell_of(const pp_locator *l, pp_vec3 p, int64_t cell[3])
{
    for (int k = 0; k < 3; k++)
        cell[k] = (int64_t)floor(pp_axis(p, k) / l->mm[k] + OFFSET);
}

static inline uint64_t
cell_of_facet(const pp_locator *l, size_t f)
{
    const uint32_t *v = l->mesh->tri[f];
    const pp_vec3 *at = l->mesh->vert;
    int64_t cell[3];

    cell_of(l, pp_scale(pp_add(at[v[0]], pp_add(at[v[1]], at[v[2]])),
                        1 / 3.0), cell);
    return key_of(cell);
}

pp_status
pp_locator_cells(const pp_mesh *m, const double mm[3], double limit_mm,
                 pp_locator *l, pp_error *err)
{
    size_t size = 64;
    uint64_t last = UINT64_MAX;

    *l = (pp_locator){ .mesh = m, .limit_mm = limit_mm };
    memcpy(l->mm, mm, sizeof l->mm);
    while (size < m->ntri) /* two facets a cell: half full */
        size *= 2;
    l->mask = size - 1;
    l->key = pp_alloc(size, sizeof *l->key);
    l->first = pp_alloc(size, sizeof *l->first);
    if (l->key == NULL || l->first == NULL) {
        pp_locator_free(l);
        return pp_fail_memory(err);
    }
    memset(l->key, 0xff, size * sizeof *l->key);
    for (size_t f = 0; f < m->ntri; f++) {
        const uint64_t key = cell_of_facet(l, f);
        size_t s;

        if (key == last)
            continue;
        last = key;
        s = slot_of(l, key);
        l->key[s] = key;
        l->first[s] = (uint32_t)f;
    }
    return PP_OK;
}

pp_status
pp_locator_tree(const pp_mesh *m, double limit_mm, pp_locator *l,
                pp_error *err)
{
    *l = (pp_locator){ .mesh = m, .limit_mm = limit_mm };
    return pp_bvh_build(m, &l->tree, err);
}

void
pp_locator_free(pp_locator *l)
{
    pp_free(l->key);
    pp_free(l->first);
    pp_bvh_free(l->tree);
    memset(l, 0, sizeof *l);
}

/* The facets of one cell; keeps the nearest. */
static void
look_in_cell(const pp_locator *l, const int64_t cell[3], pp_vec3 p,
             double *least2, uint32_t *found)
{
    const uint64_t key = key_of(cell);
    const size_t s = slot_of(l, key);

    if (l->key[s] == UINT64_MAX)
        return;
    for (size_t f = l->first[s];
         f < l->mesh->ntri && (f == l->first[s] ||
                               cell_of_facet(l, f) == key);
         f++) {
        const double d = pp_facet_distance2(l->mesh, f, p);

        if (d <= *least2) {
            *least2 = d;
            *found = (uint32_t)f;
        }
    }
}

/* The cells r away from own along the axis where they are farthest. */
static bool
look_in_shell(const pp_locator *l, const int64_t own[3], int64_t r, pp_vec3 p,
              double near2, double *least2, uint32_t *found)
{
    const double d = sqrt(*least2);
    const pp_vec3 reach = pp_vec(d, d, d);
    int64_t low[3], high[3], c[3];
    bool all = true;

    cell_of(l, pp_sub(p, reach), low);
    cell_of(l, pp_add(p, reach), high);
    for (int k = 0; k < 3; k++) {
        all = all && low[k] >= own[k] - r && high[k] <= own[k] + r;
        low[k] = low[k] > own[k] - r ? low[k] : own[k] - r;
        high[k] = high[k] < own[k] + r ? high[k] : own[k] + r;
    }
    for (c[2] = low[2]; c[2] <= high[2]; c[2]++)
        for (c[1] = low[1]; c[1] <= high[1]; c[1]++)
            for (c[0] = low[0]; c[0] <= high[0]; c[0]++) {
                if (llabs(c[0] - own[0]) == r || llabs(c[1] - own[1]) == r ||
                    llabs(c[2] - own[2]) == r)
                    look_in_cell(l, c, p, least2, found);
                if (*least2 <= near2)
                    return true;
            }
    return all; /* nothing nearer is left outside */
}

/* The nearest facet, or the first that is not farther than enough_mm. */
static uint32_t
locate_by_cells(const pp_locator *l, pp_vec3 p, double enough_mm,
                double *distance2)
{
    uint32_t found = PP_NONE;
    int64_t own[3];

    *distance2 = l->limit_mm * l->limit_mm;
    cell_of(l, p, own);
    for (int64_t r = 0; !look_in_shell(l, own, r, p, enough_mm * enough_mm,
                                       distance2, &found);
         r++)
        ;
    return found;
}

uint32_t
pp_locate(const pp_locator *l, pp_vec3 p)
{
    double distance2;

    if (l->tree == NULL)
        return locate_by_cells(l, p, NEAR_ENOUGH * l->limit_mm, &distance2);
    return pp_bvh_nearest(l->tree, p, l->limit_mm).facet;
}

double
pp_locator_distance(const pp_locator *l, pp_vec3 p)
{
    double distance2;

    if (l->tree != NULL)
        return fmin(pp_bvh_nearest(l->tree, p, l->limit_mm).distance,
                    l->limit_mm);
    (void)locate_by_cells(l, p, 0, &distance2);
    return sqrt(distance2);
}
