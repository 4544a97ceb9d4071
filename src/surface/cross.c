/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cross.c - facets of different sheets that cross
 *
 * The certificate of a collapse speaks of facets that share a vertex; two
 * sheets are kept apart by the voxels between them, which is likely and not
 * certain where facets are large. So pairs without a common vertex are looked
 * at once at the end, with exact signs: an edge of one against the other.
 */
#include "surface/bound.h"

#include "mesh/predicates.h"

typedef struct {
    const pp_mesh *m;
    uint32_t facet;
    bool crossed;
} visit;

static bool
edge_meets(pp_vec3 p, pp_vec3 q, const pp_vec3 t[3])
{
    const int side = pp_orient3d(t[0], t[1], t[2], p);
    const int other = pp_orient3d(t[0], t[1], t[2], q);
    int low = 1, high = -1;

    if (side * other > 0 || (side == 0 && other == 0))
        return false;
    for (int k = 0; k < 3; k++) {
        const int turn = pp_orient3d(p, q, t[k], t[(k + 1) % 3]);

        low = turn < low ? turn : low;
        high = turn > high ? turn : high;
    }
    return low >= 0 || high <= 0;
}

static int
look_at_pair(uint32_t other, void *data)
{
    visit *v = data;
    const uint32_t *a = v->m->tri[v->facet], *b = v->m->tri[other];
    pp_vec3 p[3], q[3];

    for (int k = 0; k < 3; k++) {
        for (int n = 0; n < 3; n++)
            if (a[k] == b[n])
                return 0;
        p[k] = v->m->vert[a[k]];
        q[k] = v->m->vert[b[k]];
    }
    for (int k = 0; k < 3 && !v->crossed; k++)
        v->crossed = edge_meets(p[k], p[(k + 1) % 3], q) ||
                     edge_meets(q[k], q[(k + 1) % 3], p);
    return v->crossed;
}

void
pp_mark_crossings(const pp_mesh *m, const pp_bvh *tree, uint8_t *mark)
{
    #pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t f = 0; f < (ptrdiff_t)m->ntri; f++) {
        visit v = { m, (uint32_t)f, false };
        pp_box box = pp_box_empty();

        for (int k = 0; k < 3; k++)
            pp_box_add(&box, m->vert[m->tri[f][k]]);
        pp_bvh_overlap(tree, box, look_at_pair, &v);
        if (v.crossed)
            mark[f] = 1;
    }
}
