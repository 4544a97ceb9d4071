/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * orient.c - facets that hang together run in one direction
 *
 * Breadth first over edges of two facets. Within a patch the direction that
 * most of the area has already stays, so that a few flipped facets do not turn
 * the rest. Where a surface is one-sided, the walk meets itself against its
 * direction; nothing is cut, the check will show it. Whole shells that face
 * inward are turned in ladder.c, where the nesting is known.
 */
#include "repair/rung.h"

#include "base/alloc.h"

#include <stdio.h>
#include <string.h>

/* Neighbours over edges of two facets: other[3t+k], and whether it agrees. */
typedef struct {
    uint32_t *other;
    uint8_t *same; /* both run the edge in one direction: they disagree */
} neighbours;

static pp_status
find_neighbours(const pp_mesh *m, neighbours *nb, pp_error *err)
{
    pp_half_edge *edge = NULL;
    size_t nedge = 0, n;

    if (pp_mesh_half_edges(m, &edge, &nedge, err) != PP_OK)
        return err->status;
    for (size_t c = 0; c < 3 * m->ntri; c++)
        nb->other[c] = PP_NONE;
    for (size_t i = 0; i < nedge; i += n) {
        for (n = 1; i + n < nedge && edge[i + n].low == edge[i].low &&
                    edge[i + n].high == edge[i].high; n++)
            ;
        if (n != 2)
            continue;
        for (size_t k = 0; k < 2; k++) {
            nb->other[edge[i + k].corner] = edge[i + 1 - k].corner / 3;
            nb->same[edge[i + k].corner] =
                edge[i].forward == edge[i + 1].forward;
        }
    }
    pp_free(edge);
    return PP_OK;
}

/* One patch from facet `seed`: state 1 as it is, 2 turned. */
static size_t
walk(const pp_mesh *m, const neighbours *nb, uint32_t seed, uint8_t *state,
     uint32_t *queue, double *area_kept, double *area_turned)
{
    size_t head = 0, tail = 0;

    *area_kept = *area_turned = 0;
    queue[tail++] = seed;
    state[seed] = 1;
    while (head < tail) {
        const uint32_t t = queue[head++];
        const double area = pp_norm(pp_facet_normal(m, t));

        *(state[t] == 1 ? area_kept : area_turned) += area;
        for (uint32_t k = 0; k < 3; k++) {
            const uint32_t u = nb->other[3 * t + k];

            if (u == PP_NONE || state[u] != 0)
                continue;
            state[u] = nb->same[3 * t + k] ? 3 - state[t] : state[t];
            queue[tail++] = u;
        }
    }
    return tail;
}

pp_status
pp_cure_orient(pp_mesh *m, pp_cure *c, pp_error *err)
{
    neighbours nb = { pp_alloc(3 * m->ntri, sizeof *nb.other),
                      pp_alloc_zero(3 * m->ntri, 1) };
    uint8_t *state = pp_alloc_zero(m->ntri, 1);
    uint32_t *queue = pp_alloc(m->ntri, sizeof *queue);
    double area_kept, area_turned;

    if (nb.other == NULL || nb.same == NULL || state == NULL ||
        queue == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (find_neighbours(m, &nb, err) != PP_OK)
        goto done;
    for (uint32_t seed = 0; seed < m->ntri; seed++) {
        if (state[seed] != 0)
            continue;
        const size_t n = walk(m, &nb, seed, state, queue, &area_kept,
                              &area_turned);
        const uint8_t turn = area_turned > area_kept ? 1 : 2;

        for (size_t i = 0; i < n; i++) {
            const uint32_t t = queue[i];

            if (state[t] != turn)
                continue;
            pp_facet_turn(m, t);
            c->count++;
        }
    }
    snprintf(c->detail, sizeof c->detail, "%zu facets turned over", c->count);
done:
    pp_free(nb.other);
    pp_free(nb.same);
    pp_free(state);
    pp_free(queue);
    return err->status;
}
