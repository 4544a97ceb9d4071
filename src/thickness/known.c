/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * known.c - what is known of a solid before it grew, and holds after that
 *
 * Growing only adds: a ball that lay inside still does, unless rounding made
 * the surface other than it should be. So a sample keeps its ball where that
 * is as wide as asked for, and no facet that came or went is near the ball,
 * nor between it and the sample: the facets about it are the old ones, to the
 * last bit. It has to touch the sample, or else come as near as an edge or
 * corner of the new surface allows. All other samples, and what is thin, keep
 * what they had only where the change is farther off than any of the searches
 * looks. A sample is known by its place.
 */
#include "thickness/search.h"

#include "base/alloc.h"
#include "mesh/near.h"

/*
 * In diameters asked for. The sharpest knife that is looked for shows 7.6 radii
 * far and holds its ball as far away, that is 8 T; from balls of the second
 * look, which are up to 4 T wide, four times that.
 */
#define FAR 9.0
#define FAR_SECOND 33.0

/* A ball comes as near to its sample as its radius, less this share that facets
 * may enter it. What was excused has no ball. */
#define ENTERED 1e-3

/* A ball at its place in a cone may have moved away a little, to grow. */
#define SETTLED 1.5

typedef struct {
    const pp_thickness *before;
    uint32_t *slot;
    size_t mask;
} places;

static pp_status
index_places(places *p, pp_error *err)
{
    p->mask = 63;
    while (p->mask < 2 * p->before->nball)
        p->mask = 2 * p->mask + 1;
    p->slot = pp_alloc(p->mask + 1, sizeof *p->slot);
    if (p->slot == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i <= p->mask; i++)
        p->slot[i] = PP_NONE;
    for (size_t b = 0; b < p->before->nball; b++) {
        size_t i = (size_t)pp_hash_point(p->before->ball[b].touch) & p->mask;

        while (p->slot[i] != PP_NONE)
            i = (i + 1) & p->mask;
        p->slot[i] = (uint32_t)b;
    }
    return PP_OK;
}

/* The ball of the same sample, or NULL. */
static const pp_ball *
find_place(const places *p, const pp_ball *sample)
{
    size_t i = (size_t)pp_hash_point(sample->touch) & p->mask;

    for (; p->slot[i] != PP_NONE; i = (i + 1) & p->mask) {
        const pp_ball *b = &p->before->ball[p->slot[i]];

        if (pp_same_point(b->touch, sample->touch) &&
            (b->facet == PP_NONE) == (sample->facet == PP_NONE))
            return b;
    }
    return NULL;
}

typedef struct {
    const pp_search *s;
    const pp_ball *ball;
    bool found;
} excuse;

/* Does the ball come as near to this edge or corner as that allows, and does
 * that show as far as to the sample? */
static void
note_excuse(const pp_cone *cone, void *data)
{
    excuse *e = data;
    const pp_ball *b = e->ball;
    const double r = b->diameter_mm / 2;

    e->found = e->found ||
               (cone->sine > 0.01 &&
                pp_distance(cone->apex, b->touch) <=
                    pp_cone_shows(cone) * r + PP_TOUCH_MM &&
                pp_distance(cone->apex, b->centre) <=
                    r / cone->sine + SETTLED * PP_TOUCH_MM &&
                pp_ball_sees(e->s->bvh, b->centre, cone->apex));
}

static bool
still_serves(const pp_search *s, const pp_bvh *changed, const pp_ball *b)
{
    const double r = b->diameter_mm / 2;
    const double away = pp_distance(b->centre, b->touch);
    excuse e = { s, b, false };

    if (!(r > 0) || pp_ball_is_thin(b, s->t_mm) || away < r * (1 - ENTERED) ||
        !pp_bvh_ball_is_empty(changed, b->centre,
                              fmax(r, away) + PP_TOUCH_MM))
        return false;
    if (!b->edge_zone && away <= r + pp_ball_slack(r, s->f->sine_limit))
        return true;
    pp_features_near(s->f, b->touch, r, note_excuse, &e);
    return e.found;
}

pp_status
pp_balls_carry(const pp_search *s, const pp_thickness_known *known,
               pp_thickness *t, pp_error *err)
{
    places p = { .before = known->before };

    if (index_places(&p, err) != PP_OK)
        return err->status;
    #pragma omp parallel for schedule(dynamic, 1024)
    for (ptrdiff_t i = 0; i < (ptrdiff_t)t->nball; i++) {
        pp_ball *own = &t->ball[i];
        const pp_ball *b = find_place(&p, own);

        if (b == NULL ||
            (!still_serves(s, known->changed, b) &&
             !pp_bvh_ball_is_empty(known->changed, b->touch,
                                   (b->second ? FAR_SECOND : FAR) * s->t_mm)))
            continue;
        pp_set_ball(own, b->centre, b->diameter_mm / 2, b->other, b->stopped);
        own->edge_zone = b->edge_zone;
        own->second = b->second;
        own->enough = true;
    }
    pp_free(p.slot);
    return PP_OK;
}
