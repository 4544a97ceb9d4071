/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * medial.c - the medial sheet where the solid is thin
 *
 * The balls of a facet's corners and of its middle have centres near the
 * medial axis. Where the wall is thin, the triangles between the centres
 * follow the sheet, and balls along them leave no scallops as balls at single
 * points would. A triangle counts only when a chain of empty balls shows that
 * it stays inside; else its corners count alone. Centres that lie outside (a
 * bad normal) count for nothing. Where one side or a gap is to stay, the
 * triangles are those between balls of diameter T beside it.
 */
#include "shell/grow.h"

#include "base/alloc.h"

#include <string.h>

/* The chain's balls have this share of the smallest radius of the corners and
 * stand as far apart as their radius, in at most so many steps. */
#define CHAIN_SHARE 0.5
enum { MOST_STEPS = 12 };

/* A ball between two walls touches them at places that lie across from each
 * other, seen from its centre: at least 120 degrees apart. */
#define WALLS_COSINE -0.5

typedef struct {
    const pp_bvh *bvh;
    const pp_medial_wish *wish;
    pp_mesh *sheet;
    size_t vert_room, tri_room;
} medial;

static bool
is_thin(const medial *m, const pp_ball *b)
{
    const pp_vec3 u = pp_sub(b->touch, b->centre);
    const pp_vec3 v = pp_sub(b->other, b->centre);

    return b->stopped && b->diameter_mm < m->wish->t_mm - PP_TOUCH_MM &&
           b->diameter_mm > 0 &&
           (!m->wish->between_walls ||
            pp_dot(u, v) <= WALLS_COSINE * pp_norm(u) * pp_norm(v));
}

static bool
lies_inside(const medial *m, const pp_ball *b)
{
    return pp_bvh_winding(m->bvh, b->centre) >
           (m->wish->turned_over ? -0.5 : 0.5);
}

/* The centre for a ball of diameter T: behind the side that is to stay, or
 * away from a gap, as far as the ball still holds the old one. */
static pp_vec3
place(const medial *m, const pp_ball *b)
{
    const pp_grow_bounds *bounds = m->wish->bounds;

    if (bounds == NULL || !is_thin(m, b))
        return b->centre;
    return bounds->fixed != NULL
               ? pp_behind_fixed(bounds, b, m->wish->t_mm)
           : bounds->gap != NULL ? pp_beside_gap(bounds, b, m->wish->t_mm)
                                 : b->centre;
}

static bool
stays_inside(const medial *m, const pp_ball *const b[3])
{
    const pp_vec3 u = pp_sub(b[1]->centre, b[0]->centre);
    const pp_vec3 v = pp_sub(b[2]->centre, b[0]->centre);
    const double longest = fmax(fmax(pp_norm(u), pp_norm(v)),
                                pp_distance(b[1]->centre, b[2]->centre));
    const double least = fmin(b[0]->diameter_mm,
                              fmin(b[1]->diameter_mm, b[2]->diameter_mm));
    const double r = CHAIN_SHARE * least / 2;
    const int n = r > 0 && longest < MOST_STEPS * r
                      ? (int)ceil(longest / r) : MOST_STEPS + 1;

    if (n > MOST_STEPS)
        return false;
    for (int i = 0; i <= n && n > 0; i++)
        for (int j = 0; i + j <= n; j++)
            if (!pp_bvh_ball_is_empty(
                    m->bvh,
                    pp_madd(pp_madd(b[0]->centre, (double)i / n, u),
                            (double)j / n, v), r))
                return false;
    return true;
}

static pp_status
add_facet(medial *m, pp_vec3 a, pp_vec3 b, pp_vec3 c, pp_error *err)
{
    pp_mesh *s = m->sheet;

    if (pp_grow(&s->vert, &m->vert_room, s->nvert + 3, sizeof *s->vert, err) ||
        pp_grow(&s->tri, &m->tri_room, s->ntri + 1, sizeof *s->tri, err))
        return err->status;
    for (uint32_t k = 0; k < 3; k++)
        s->tri[s->ntri][k] = (uint32_t)s->nvert + k;
    s->ntri++;
    s->vert[s->nvert++] = a;
    s->vert[s->nvert++] = b;
    s->vert[s->nvert++] = c;
    return PP_OK;
}

/* A corner without a ball (fold, degenerate facet) takes the middle's. */
static const pp_ball *
usable(const pp_ball *corner, const pp_ball *middle)
{
    return corner->diameter_mm > 0 ? corner : middle;
}

static pp_status
add_around(medial *m, const pp_thickness *t, const pp_tri tri,
           const pp_ball *middle, pp_error *err)
{
    for (int k = 0; k < 3 && err->status == PP_OK; k++) {
        const pp_ball *const b[3] = {
            usable(&t->ball[tri[k]], middle),
            usable(&t->ball[tri[(k + 1) % 3]], middle), middle
        };

        if (stays_inside(m, b) &&
            lies_inside(m, b[0])) {
            (void)!add_facet(m, place(m, b[0]), place(m, b[1]),
                             place(m, b[2]), err);
            continue;
        }
        for (int i = 0; i < 3 && err->status == PP_OK; i++)
            if (lies_inside(m, b[i]))
                (void)!add_facet(m, place(m, b[i]), place(m, b[i]),
                                 place(m, b[i]), err);
    }
    return err->status;
}

pp_status
pp_medial_add(const pp_mesh *mesh, const pp_thickness *t,
              const pp_medial_wish *wish, pp_mesh *sheet, pp_error *err)
{
    pp_bvh *bvh = NULL;
    medial m = { NULL, wish, sheet, sheet->nvert, sheet->ntri };

    if (pp_bvh_build(mesh, &bvh, err) != PP_OK)
        return err->status;
    m.bvh = bvh;
    for (size_t i = t->nvert; i < t->nball; i++) {
        const pp_ball *middle = &t->ball[i];
        const uint32_t *tri = mesh->tri[middle->facet];

        if (middle->diameter_mm > 0 &&
            (is_thin(&m, middle) || is_thin(&m, &t->ball[tri[0]]) ||
             is_thin(&m, &t->ball[tri[1]]) || is_thin(&m, &t->ball[tri[2]])) &&
            add_around(&m, t, tri, middle, err) != PP_OK)
            break;
    }
    pp_bvh_free(bvh);
    return err->status;
}
