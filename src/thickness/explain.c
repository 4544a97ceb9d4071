/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * explain.c - samples that seem thin because an edge or corner is near
 *
 * While a sharp feature near by explains why no larger ball comes to a sample,
 * the ball that the feature itself holds takes over. An edge may be rounded,
 * or made of several blunt ones: all facets around the sample are then asked
 * for their common cone. Last, any ball will do that is as large as asked for
 * and comes as near as those allow (fit.c).
 */
#include "thickness/search.h"

/* A feature explains a ball that is as large as it alone allows, but for the
 * slack of samples that lie off the feature's own plane. */
#define EXPLAINED 1.08

/* Less than this times what is known is no gain. */
#define GAIN 1.001

/* Features in a row that explain each other's ball; facets looked at. */
enum { NCHAIN = 6, MAX_AROUND = 16 };

typedef struct {
    const pp_search *s;
    pp_vec3 p;
    pp_ball best;
    double radius; /* that wants explaining */
    pp_room *room; /* for fit_cone */
    void (*visit)(const pp_cone *cone, void *data);
} explanation;

/* In the cone, the ball of radius r touches at r / tan(half opening). */
static bool
explains(const explanation *e, const pp_cone *cone)
{
    const double tangent =
        cone->sine / sqrt(fmax(1 - cone->sine * cone->sine, 1e-12));

    return pp_distance(cone->apex, e->p) * tangent <=
           EXPLAINED * e->radius + 2 * PP_TOUCH_MM;
}

/* A look before the search, which in a round body meets every facet: is there
 * room in the cone for more than what is known? */
static bool
has_room(const pp_search *s, const pp_cone *cone, const pp_ball *known)
{
    const double r = GAIN * known->diameter_mm / 2;

    return !(r > 0) || r >= s->limit ||
           pp_bvh_ball_is_empty(s->bvh, pp_cone_ball(cone, r), r);
}

/* The cone's ball, where it is larger than what is known. */
static void
search_in_cone(const pp_search *s, const pp_cone *cone, pp_ball *known)
{
    pp_ball found = *known;

    if (!(cone->sine > 0.01) || !has_room(s, cone, known))
        return;
    pp_search_ball(s, cone, &found);
    if (found.diameter_mm > known->diameter_mm) {
        *known = found;
        known->edge_zone |= cone->sine < s->f->sine_limit;
    }
}

static void
explain(const pp_cone *cone, void *data)
{
    explanation *e = data;

    if (explains(e, cone))
        search_in_cone(e->s, cone, &e->best);
}

static void
explain_facet(explanation *e, uint32_t facet)
{
    const pp_features *f = e->s->f;

    for (uint32_t k = 0; k < 3; k++) {
        const uint32_t *t = f->mesh->tri[facet];
        pp_cone cone;

        e->visit(&f->corner[t[k]], e);
        if (pp_features_edge(f, 3 * facet + k, &cone) &&
            pp_cone_slide(&cone, f->mesh->vert[t[(k + 1) % 3]],
                          f->mesh->vert[t[(k + 2) % 3]], e->p))
            e->visit(&cone, e);
    }
}

static bool
is_near(const pp_mesh *m, uint32_t facet, pp_vec3 p, double reach)
{
    pp_vec3 v[3];

    for (int k = 0; k < 3; k++)
        v[k] = m->vert[m->tri[facet][k]];
    return pp_distance(p, pp_nearest_on_triangle(p, v)) <= reach;
}

/* Edges and corners of the facets around the sample, blunt ones too: these
 * explain a ball only near by. */
static void
explain_around(explanation *e, uint32_t facet)
{
    const pp_features *f = e->s->f;
    const double reach = 0.35 * e->radius + 3 * PP_TOUCH_MM;
    uint32_t list[MAX_AROUND] = { facet };
    size_t n = 1;

    for (size_t i = 0; i < n; i++) {
        explain_facet(e, list[i]);
        for (uint32_t k = 0; k < 3 && n < MAX_AROUND; k++) {
            const uint32_t next = f->across[3 * list[i] + k];
            size_t j = 0;

            while (j < n && list[j] != next)
                j++;
            if (next != PP_NONE && j == n &&
                is_near(f->mesh, next, e->p, reach))
                list[n++] = next;
        }
    }
}

static void
visit_features(explanation *e, uint32_t facet)
{
    if (facet != PP_NONE)
        explain_around(e, facet);
    pp_features_near(e->s->f, e->p, EXPLAINED * e->radius, e->visit, e);
}

/* While an edge or corner near by explains the ball, the ball that it holds
 * takes over. */
void
pp_search_features(const pp_search *s, pp_ball *ball)
{
    for (int chain = 0; chain < NCHAIN; chain++) {
        explanation e = { .s = s, .p = ball->touch, .best = *ball,
                          .radius = ball->diameter_mm / 2,
                          .visit = explain };

        if (!ball->stopped)
            return;
        visit_features(&e, ball->facet);
        if (!(e.best.diameter_mm > GAIN * ball->diameter_mm))
            return;
        *ball = e.best;
    }
}

static pp_cone
rounded_cone(const pp_search *s, const pp_ball *ball)
{
    return pp_features_rounded(s->f, s->bvh, ball->touch,
                               pp_rounded_reach(2 * s->limit));
}

/* Samples that seem thin, once more: as beside a rounded edge. */
void
pp_search_rounded(const pp_search *s, pp_ball *ball)
{
    if (ball->stopped) {
        const pp_cone cone = rounded_cone(s, ball);

        search_in_cone(s, &cone, ball);
    }
}

/* A ball of the radius looked for that comes as near to the apex as the cone
 * allows, wherever that is. */
static void
fit_cone(const pp_cone *cone, void *data)
{
    explanation *e = data;
    const double want = e->radius;
    pp_vec3 c = pp_madd(cone->apex, want, cone->axis);
    double slack, r;

    if (!(cone->sine > 0.01) || e->best.diameter_mm >= 2 * want ||
        !explains(e, cone))
        return;
    slack = PP_TOUCH_MM + (1 / cone->sine - 1) * want;
    if (!pp_room_near(e->room, cone->apex, want + slack))
        return;
    c = pp_madd(c, slack, cone->axis);
    r = pp_ball_fit(e->s, cone->apex, want, slack, &c);
    if (2 * r > e->best.diameter_mm) {
        pp_set_ball(&e->best, c, r, cone->apex, r < e->s->limit);
        e->best.edge_zone |= cone->sine < e->s->f->sine_limit;
    }
}

/* Samples that seem thinner than asked for, once more: any ball will do that
 * is large enough and comes near enough. */
void
pp_search_fit(const pp_search *s, double t_mm, pp_room *room, pp_ball *ball)
{
    const double want = fmin(t_mm / 2, s->limit);
    const double slack = pp_ball_slack(want, s->f->sine_limit);
    explanation e = { .s = s, .p = ball->touch, .best = *ball, .radius = want,
                      .room = room, .visit = fit_cone };
    pp_vec3 c = ball->centre;
    pp_cone cone;
    double r = 0;

    if (!ball->stopped || ball->diameter_mm >= 2 * want)
        return;
    if (pp_room_near(room, ball->touch, want + slack))
        r = pp_ball_fit(s, ball->touch, want, slack, &c);
    if (2 * r > ball->diameter_mm) {
        pp_set_ball(ball, c, r, ball->other, r < s->limit);
        return;
    }
    visit_features(&e, ball->facet);
    cone = rounded_cone(s, ball);
    fit_cone(&cone, &e);
    *ball = e.best;
}
