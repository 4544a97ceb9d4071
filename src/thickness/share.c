/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * share.c - what a neighbour's ball touches, it serves
 *
 * A ball inside the solid says the same of every point that it comes near
 * enough to, wherever it was found. So a sample whose own normal says little
 * (a sliver, a corner rounded to floats) is as thick as its neighbours know.
 */
#include "thickness/search.h"

#include "base/alloc.h"

/* Rounds along the facets: a sliver's ring or two. */
enum { NROUND = 4 };

/* How far a sample may lie from another one that has a ball for it. */
#define NEAR_MM 0.25

static double
to_ball(const pp_ball *from, pp_vec3 p)
{
    return pp_distance(from->centre, p) - from->diameter_mm / 2;
}

/* As near as at its own sample, or as the bluntest edge would keep it. */
static bool
serves(double sine_limit, const pp_ball *from, const pp_ball *to)
{
    const double slack = pp_ball_slack(from->diameter_mm / 2, sine_limit);

    return to->stopped && !to->enough &&
           from->diameter_mm > 1.001 * to->diameter_mm &&
           to_ball(from, to->touch) <=
               fmax(to_ball(from, from->touch), slack);
}

static bool
hand_on(double sine_limit, const pp_ball *from, pp_ball *to)
{
    if (!serves(sine_limit, from, to))
        return false;
    to->centre = from->centre;
    to->diameter_mm = from->diameter_mm;
    to->other = from->other;
    to->stopped = from->stopped;
    return true;
}

static bool
is_open(const pp_ball *b)
{
    return b->stopped && !b->enough;
}

pp_status
pp_balls_find_open(const pp_mesh *m, const pp_thickness *t, pp_open *open,
                   pp_error *err)
{
    bool *vertex = pp_alloc(t->nvert, sizeof *vertex);
    size_t n = 0;

    open->list = pp_alloc(t->nball - t->nvert, sizeof *open->list);
    if (vertex == NULL || open->list == NULL) {
        pp_free(vertex);
        return pp_fail_memory(err);
    }
    for (size_t v = 0; v < t->nvert; v++)
        vertex[v] = is_open(&t->ball[v]);
    for (size_t i = t->nvert; i < t->nball; i++) {
        const uint32_t *v = m->tri[t->ball[i].facet];

        if (vertex[v[0]] || vertex[v[1]] || vertex[v[2]] ||
            is_open(&t->ball[i]))
            open->list[n++] = (uint32_t)i;
    }
    open->n = n;
    pp_free(vertex);
    return PP_OK;
}

/* Vertices and facet samples in turns; each step reads one kind and writes
 * the other, so the order of the facets alone decides. */
void
pp_balls_share(const pp_mesh *m, double sine_limit, const pp_open *open,
               pp_thickness *t)
{
    bool any = true;

    for (int round = 0; round < NROUND && any; round++) {
        any = false;
        for (size_t n = 0; n < open->n; n++) {
            const size_t i = open->list[n];

            for (int k = 0; k < 3; k++)
                any |= hand_on(sine_limit, &t->ball[i],
                               &t->ball[m->tri[t->ball[i].facet][k]]);
        }
#pragma omp parallel for schedule(static) reduction(| : any)
        for (size_t n = 0; n < open->n; n++) {
            const size_t i = open->list[n];

            for (int k = 0; k < 3; k++)
                any |= hand_on(sine_limit,
                               &t->ball[m->tri[t->ball[i].facet][k]],
                               &t->ball[i]);
        }
    }
}

typedef struct {
    const pp_search *s;
    const pp_mesh *mesh;
    const pp_thickness *t;
    pp_ball best;
} neighbours;

/* The first sample that lies on this facet of the ground or a later one. */
static size_t
first_sample(const pp_search *s, const pp_thickness *t, uint32_t facet)
{
    size_t low = t->nvert, high = t->nball;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (pp_search_facet(s, &t->ball[middle]) < facet)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
consider(neighbours *n, const pp_ball *from)
{
    /* the quick look first: there may be thousands */
    if (from->diameter_mm > n->best.diameter_mm &&
        pp_distance(from->touch, n->best.touch) <= NEAR_MM &&
        serves(n->s->f->sine_limit, from, &n->best) &&
        pp_ball_sees(n->s->bvh, from->centre, n->best.touch))
        (void)hand_on(n->s->f->sine_limit, from, &n->best);
}

static int
consider_facet(uint32_t facet, void *data)
{
    neighbours *n = data;
    const pp_thickness *t = n->t;

    uint32_t last = PP_NONE;

    for (size_t i = first_sample(n->s, t, facet);
         i < t->nball && pp_search_facet(n->s, &t->ball[i]) == facet; i++) {
        const uint32_t own = t->ball[i].facet;

        for (int k = 0; k < 3 && own != last; k++)
            consider(n, &t->ball[n->mesh->tri[own][k]]);
        last = own;
        consider(n, &t->ball[i]);
    }
    return 0;
}

static pp_ball
best_near(const neighbours *all, const pp_ball *ball)
{
    const pp_vec3 r = pp_vec(NEAR_MM, NEAR_MM, NEAR_MM);
    const pp_box box = { pp_sub(ball->touch, r), pp_add(ball->touch, r) };
    neighbours n = *all;

    n.best = *ball;
    pp_bvh_overlap(n.s->bvh, box, consider_facet, &n);
    return n.best;
}

pp_status
pp_balls_share_near(const pp_search *s, const pp_mesh *m, pp_thickness *t,
                    pp_error *err)
{
    const neighbours all = { .s = s, .mesh = m, .t = t };
    size_t nstopped = 0;
    pp_ball *found;
    size_t *which;

    for (size_t i = 0; i < t->nball; i++)
        nstopped += t->ball[i].stopped && !t->ball[i].enough;
    found = pp_alloc(nstopped, sizeof *found);
    which = pp_alloc(nstopped, sizeof *which);
    if (found == NULL || which == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    nstopped = 0;
    for (size_t i = 0; i < t->nball; i++)
        if (t->ball[i].stopped && !t->ball[i].enough)
            which[nstopped++] = i;
    /* all read what was before, none what others just got */
#pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t i = 0; i < (ptrdiff_t)nstopped; i++)
        found[i] = best_near(&all, &t->ball[which[i]]);
    for (size_t i = 0; i < nstopped; i++)
        t->ball[which[i]] = found[i];
done:
    pp_free(found);
    pp_free(which);
    return err->status;
}
