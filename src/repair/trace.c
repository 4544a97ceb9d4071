/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trace.c - which facets are still the same
 *
 * A facet is known by the coordinates of its three vertices: cures may
 * renumber as they like.
 */
#include "repair/rung.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    pp_vec3 p[3]; /* ascending */
    uint32_t facet;
    bool is_new;
} key;

static int
compare_places(const key *a, const key *b)
{
    for (int k = 0; k < 3; k++) {
        const int order = pp_compare_points(a->p[k], b->p[k]);

        if (order != 0)
            return order;
    }
    return 0;
}

static int
compare_keys(const void *left, const void *right)
{
    const key *a = left, *b = right;
    const int order = compare_places(a, b);

    if (order != 0)
        return order;
    if (a->is_new != b->is_new)
        return a->is_new ? 1 : -1;
    return a->facet < b->facet ? -1 : a->facet > b->facet;
}

static void
make_key(const pp_mesh *m, size_t t, bool is_new, key *x)
{
    memset(x, 0, sizeof *x);
    for (int k = 0; k < 3; k++)
        x->p[k] = m->vert[m->tri[t][k]];
    for (int k = 0; k < 3; k++) {
        pp_vec3 *a = &x->p[k % 2], *b = &x->p[k % 2 + 1];

        if (pp_compare_points(*a, *b) > 0) {
            const pp_vec3 c = *a;

            *a = *b;
            *b = c;
        }
    }
    x->facet = (uint32_t)t;
    x->is_new = is_new;
}

/* Pairs the old and the new facets of one place. */
static void
pair_up(const key *list, size_t n, uint32_t *old_of)
{
    size_t nold = 0;

    while (nold < n && !list[nold].is_new)
        nold++;
    for (size_t i = 0; i < nold && nold + i < n; i++)
        old_of[list[nold + i].facet] = list[i].facet;
}

/* Where a facet is the old one, it starts at the same vertex again. */
static void
rotate_back(const pp_mesh *old, const uint32_t *old_of, pp_mesh *m)
{
    for (size_t t = 0; t < m->ntri; t++) {
        uint32_t *v = m->tri[t];

        if (old_of[t] == PP_NONE)
            continue;
        for (int turn = 0; turn < 2; turn++) {
            const pp_vec3 p = old->vert[old->tri[old_of[t]][0]];
            const uint32_t first = v[0];

            if (pp_compare_points(m->vert[first], p) == 0)
                break;
            v[0] = v[1];
            v[1] = v[2];
            v[2] = first;
        }
    }
}

pp_status
pp_trace(const pp_mesh *old, pp_mesh *m, uint32_t *old_of, pp_error *err)
{
    const size_t total = old->ntri + m->ntri;
    key *list = pp_alloc(total, sizeof *list);
    size_t n;

    if (list == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < old->ntri; t++)
        make_key(old, t, false, &list[t]);
    for (size_t t = 0; t < m->ntri; t++) {
        make_key(m, t, true, &list[old->ntri + t]);
        old_of[t] = PP_NONE;
    }
    qsort(list, total, sizeof *list, compare_keys);
    for (size_t i = 0; i < total; i += n) {
        for (n = 1; i + n < total && compare_places(&list[i], &list[i + n]) ==
                                         0; n++)
            ;
        pair_up(&list[i], n, old_of);
    }
    pp_free(list);
    rotate_back(old, old_of, m);
    return PP_OK;
}
