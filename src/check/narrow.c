/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * narrow.c - walls, gaps and holes below what a printer can do
 *
 * Walls by the largest balls inside the solid (thickness.h), gaps and holes by
 * those outside: the same search on the mesh turned over. What is narrow
 * outside is a hole where the ways out from a ball's middle lie about one axis,
 * as in a tube, and a gap where they spread over a plane, as between plates:
 * the mean of d d' over the free directions d has the eigenvalues 1, 0, 0 there
 * and 1/2, 1/2, 0 here, and the sum of their squares tells them apart.
 */
#include "check/printer.h"

#include "base/alloc.h"
#include "base/cause.h"
#include "thickness/survey.h"

#include <string.h>

/* A direction is free when it meets nothing for so many radii. */
#define LOOK_RADII 3.0

/* Free ways of a hole are a bundle: that sum of squares is 1 for a line, 0.63
 * in the hole of a ring three times as wide as its hole, and 0.5 for a plane;
 * and they are no more than this share of all: a third between plates. */
#define HOLE_BUNDLE 0.56
#define HOLE_FREE 0.3

/* Directions to look in: a golden spiral (Swinbank and Purser 2006). */
enum { NLOOK = 96 };

static pp_vec3
look_direction(int i)
{
    const double z = 1 - (2 * i + 1.0) / NLOOK, r = sqrt(1 - z * z);
    const double turn = 2.399963229728653 * i;

    return pp_vec(r * cos(turn), r * sin(turn), z);
}

static bool
is_hole(const pp_bvh *bvh, const pp_ball *ball)
{
    double xx = 0, yy = 0, zz = 0, xy = 0, yz = 0, zx = 0, squares;
    int n = 0;

    for (int i = 0; i < NLOOK; i++) {
        const pp_vec3 d = look_direction(i);
        double at;

        if (pp_bvh_ray(bvh, ball->centre, d, 0,
                       LOOK_RADII * ball->diameter_mm / 2, &at) != PP_NONE)
            continue;
        xx += d.x * d.x;
        yy += d.y * d.y;
        zz += d.z * d.z;
        xy += d.x * d.y;
        yz += d.y * d.z;
        zx += d.z * d.x;
        n++;
    }
    squares = xx * xx + yy * yy + zz * zz +
              2 * (xy * xy + yz * yz + zx * zx);
    return n < HOLE_FREE * NLOOK &&
           squares >= HOLE_BUNDLE * (double)n * (double)n;
}

/* ---- places ---- */

static pp_status
take_places(const pp_survey *s, double limit_mm, pp_narrow *n, pp_error *err)
{
    pp_thin_region *region = NULL;
    size_t nregion;

    n->limit_mm = limit_mm;
    n->min_mm = limit_mm;
    if (pp_thickness_regions(&s->mesh, &s->balls, limit_mm, &region, &nregion,
                             err) != PP_OK)
        return pp_cause(err);
    n->nplace = nregion;
    for (size_t i = 0; i < nregion; i++) {
        n->area_mm2 += region[i].area_mm2;
        if (i < PP_MOST_PLACES)
            n->place[i] = (pp_narrow_place){ region[i].place,
                                             region[i].min_mm,
                                             region[i].area_mm2 };
        if (region[i].min_mm < n->min_mm) {
            n->min_mm = region[i].min_mm;
            n->min_place = region[i].place;
        }
    }
    pp_free(region);
    return PP_OK;
}

/* As meshshell does. */
static pp_status
measure(const pp_mesh *m, double limit_mm, bool turned_over, pp_survey *s,
        pp_error *err)
{
    const pp_survey_options o = {
        .how = { .limit_mm = limit_mm, .t_mm = limit_mm,
                 .turned_over = turned_over },
        .spacing_mm = PP_SURVEY_SPACING * limit_mm
    };

    return pp_survey_take(m, &o, s, err);
}

pp_status
pp_find_thin_walls(const pp_mesh *m, double limit_mm, pp_narrow *wall,
                   pp_error *err)
{
    pp_survey s = { 0 };

    memset(wall, 0, sizeof *wall);
    if (measure(m, limit_mm, false, &s, err) == PP_OK)
        (void)!take_places(&s, limit_mm, wall, err);
    pp_survey_free(&s);
    return err->status;
}

/* Leaves stopped what lies in holes, or what does not. */
static void
keep_kind(pp_thickness *t, const uint8_t *narrow, const uint8_t *hole,
          uint8_t wanted)
{
    for (size_t i = 0; i < t->nball; i++)
        t->ball[i].stopped = narrow[i] && hole[i] == wanted;
}

/* Which samples are narrow, and which of those lie in holes. */
static void
sort_kinds(const pp_survey *s, double most_mm, uint8_t *narrow, uint8_t *hole)
{
    const pp_ball *ball = s->balls.ball;
    const ptrdiff_t n = (ptrdiff_t)s->balls.nball;

#pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t i = 0; i < n; i++) {
        narrow[i] = ball[i].stopped && ball[i].diameter_mm < most_mm;
        hole[i] = narrow[i] && is_hole(pp_ground_tree(s->ground), &ball[i]);
    }
}

pp_status
pp_find_narrow_gaps(const pp_mesh *m, double gap_mm, double hole_mm,
                    pp_narrow *gap, pp_narrow *hole, pp_error *err)
{
    const double most_mm = fmax(gap_mm, hole_mm);
    pp_survey s = { 0 };
    uint8_t *narrow = NULL, *is = NULL;

    memset(gap, 0, sizeof *gap);
    memset(hole, 0, sizeof *hole);
    if (measure(m, most_mm, true, &s, err) != PP_OK)
        return err->status;
    narrow = pp_alloc(s.balls.nball, 1);
    is = pp_alloc(s.balls.nball, 1);
    if (narrow == NULL || is == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    sort_kinds(&s, most_mm, narrow, is);
    keep_kind(&s.balls, narrow, is, 0);
    if (take_places(&s, gap_mm, gap, err) != PP_OK)
        goto done;
    keep_kind(&s.balls, narrow, is, 1);
    (void)!take_places(&s, hole_mm, hole, err);
done:
    pp_free(narrow);
    pp_free(is);
    pp_survey_free(&s);
    return err->status;
}
