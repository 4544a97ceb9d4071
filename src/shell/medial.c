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

#include <stdlib.h>
#include <string.h>

/* The chain's balls have this share of the smallest radius of the corners and
 * stand as far apart as their radius, in at most so many steps. */
#define CHAIN_SHARE 0.5
enum { MOST_STEPS = 12 };

/* What stops a ball is nearer to its centre than this share of its diameter. */
#define NEAR_SHARE 0.6

/* What is known of each ball that is a corner of the sheet. */
typedef struct {
    pp_vec3 at; /* centre of the ball of diameter T */
    bool thin, needed, inside;
} corner;

typedef struct {
    const pp_mesh *ground;
    const pp_bvh *bvh; /* of the ground */
    const pp_medial_wish *wish;
    const pp_mesh *mesh;
    const pp_thickness *t;
    corner *corner; /* for each ball */
    bool *joined;   /* for each edge of each sample's facet, with its middle */
    pp_mesh *sheet;
    size_t vert_room, tri_room;
} medial;

static bool
find_thin(const medial *m, const pp_ball *b)
{
    pp_vec3 across;

    return pp_ball_is_thin(b, m->wish->t_mm) && b->diameter_mm > 0 &&
           (!m->wish->between_walls || pp_across(m->bvh, b, &across));
}

static bool
is_thin(const medial *m, const pp_ball *b)
{
    return m->corner[b - m->t->ball].thin;
}

static bool
lies_inside(const medial *m, const pp_ball *b)
{
    const pp_nearest n = pp_bvh_nearest(m->bvh, b->centre,
                                        NEAR_SHARE * b->diameter_mm);

    return pp_is_behind(m->bvh, m->ground, b->centre, &n,
                        m->wish->turned_over ? -0.5 : 0.5);
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

/* A sharp corner's ball may lie far off it: that says nothing of the facet. */
static bool
is_near(const pp_ball *b)
{
    return pp_distance(b->centre, b->touch) <= b->diameter_mm;
}

/* The two balls at an edge of the sample's facet, and that of its middle. What
 * has no ball near it (fold, degenerate facet, beside an edge) takes the
 * middle's, or that of a corner. */
static void
balls_of(const medial *m, size_t sample, int k, size_t b[3])
{
    const uint32_t *tri = m->mesh->tri[m->t->ball[sample].facet];
    const pp_ball *ball = m->t->ball;
    size_t good = sample;

    b[0] = tri[k];
    b[1] = tri[(k + 1) % 3];
    b[2] = sample;
    for (int i = 0; i < 2 && !is_near(&ball[good]) && !is_thin(m, &ball[good]);
         i++)
        good = is_near(&ball[b[i]]) && ball[b[i]].diameter_mm > 0 ? b[i] : good;
    for (int i = 0; i < 3; i++)
        if (!(ball[b[i]].diameter_mm > 0) || !is_near(&ball[b[i]]))
            b[i] = good;
}

/* Has the facet about the sample a thin place? */
static bool
is_beside_thin(const medial *m, size_t sample)
{
    const pp_ball *ball = m->t->ball;
    const uint32_t *tri = m->mesh->tri[ball[sample].facet];

    return ball[sample].diameter_mm > 0 &&
           (is_thin(m, &ball[sample]) || is_thin(m, &ball[tri[0]]) ||
            is_thin(m, &ball[tri[1]]) || is_thin(m, &ball[tri[2]]));
}

/* All that asks the trees, for any number of threads. */
static void
look_at_corners(const medial *m)
{
    const pp_thickness *t = m->t;

    #pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t i = 0; i < (ptrdiff_t)t->nball; i++)
        m->corner[i].thin = find_thin(m, &t->ball[i]);
    for (size_t i = t->nvert; i < t->nball; i++)
        for (int k = 0; k < 3 && is_beside_thin(m, i); k++) {
            size_t b[3];

            balls_of(m, i, k, b);
            for (int n = 0; n < 3; n++)
                m->corner[b[n]].needed = true;
        }
    #pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t i = 0; i < (ptrdiff_t)t->nball; i++)
        if (m->corner[i].needed) {
            m->corner[i].inside = lies_inside(m, &t->ball[i]);
            m->corner[i].at = place(m, &t->ball[i]);
        }
    #pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t i = (ptrdiff_t)t->nvert; i < (ptrdiff_t)t->nball; i++)
        for (int k = 0; k < 3 && m->corner[i].needed; k++) {
            size_t b[3];

            balls_of(m, (size_t)i, k, b);
            m->joined[3 * ((size_t)i - t->nvert) + (size_t)k] =
                m->corner[b[0]].inside &&
                stays_inside(m, (const pp_ball *const[3]){
                                    &t->ball[b[0]], &t->ball[b[1]],
                                    &t->ball[b[2]] });
        }
}

static pp_status
add_around(medial *m, size_t sample, pp_error *err)
{
    for (int k = 0; k < 3 && err->status == PP_OK; k++) {
        size_t b[3];

        balls_of(m, sample, k, b);
        if (m->joined[3 * (sample - m->t->nvert) + (size_t)k]) {
            (void)!add_facet(m, m->corner[b[0]].at, m->corner[b[1]].at,
                             m->corner[b[2]].at, err);
            continue;
        }
        for (int i = 0; i < 3 && err->status == PP_OK; i++)
            if (m->corner[b[i]].inside)
                (void)!add_facet(m, m->corner[b[i]].at, m->corner[b[i]].at,
                                 m->corner[b[i]].at, err);
    }
    return err->status;
}

static int
by_bits(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(pp_vec3));
}

static int
by_place(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(pp_vec3[3]));
}

/* Neighbours share balls, so the sheet repeats itself: each facet once. */
static void
drop_repeats(pp_mesh *sheet, size_t first)
{
    const size_t n = sheet->ntri - first;
    pp_vec3(*facet)[3];
    size_t kept = 0;

    if (n == 0)
        return;
    facet = (pp_vec3(*)[3])(sheet->vert + 3 * first);
    for (size_t i = 0; i < n; i++)
        qsort(facet[i], 3, sizeof facet[i][0], by_bits);
    qsort(facet, n, sizeof *facet, by_place);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || by_place(facet[i], facet[kept - 1]) != 0)
            memmove(facet[kept++], facet[i], sizeof *facet);
    sheet->ntri = first + kept;
    sheet->nvert = 3 * sheet->ntri;
}

pp_status
pp_medial_add(const pp_survey *s, const pp_medial_wish *wish,
              pp_mesh *sheet, pp_error *err)
{
    const size_t first = sheet->ntri;
    const pp_thickness *t = &s->balls;
    medial m = { .ground = pp_ground_mesh(s->ground),
                 .bvh = pp_ground_tree(s->ground), .wish = wish,
                 .mesh = &s->mesh, .t = t, .sheet = sheet,
                 .vert_room = sheet->nvert, .tri_room = sheet->ntri };

    m.corner = pp_alloc_zero(t->nball, sizeof *m.corner);
    m.joined = pp_alloc(t->nball - t->nvert, 3 * sizeof *m.joined);
    if (m.corner == NULL || m.joined == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    look_at_corners(&m);
    for (size_t i = t->nvert; i < t->nball && err->status == PP_OK; i++)
        if (is_beside_thin(&m, i))
            (void)!add_around(&m, i, err);
    if (err->status == PP_OK)
        drop_repeats(sheet, first);
done:
    pp_free(m.joined);
    pp_free(m.corner);
    return err->status;
}
