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

/* Features in a row that explain each other's ball; facets looked at, and
 * their corners. */
enum { NCHAIN = 6, MAX_AROUND = 16, MAX_CORNERS = 3 * MAX_AROUND };

/* Cones that are tried for a sample, the nearest ones; of those whose sines
 * differ by less than this share and their axes by less than six degrees or
 * so, as along an edge, only the nearest. */
enum { MAX_CONES = 24 };
#define SAME_SINE 0.02
#define SAME_COSINE 0.995

/* An edge that is no knife stops a ball at two points that its centre sees at
 * less than 180 degrees less the opening, 150 at most: cosine. A little more,
 * since a ball may stay off its own point. */
#define WALL_COSINE -0.88

typedef struct {
    pp_cone cone;
    double away2; /* of its apex from the sample, squared */
} candidate;

typedef struct {
    const pp_search *s;
    pp_vec3 p;
    pp_ball best;
    double radius; /* that wants explaining */
    double bluntest; /* sine of cones that count */
    pp_room *room; /* for fit_cone */
    candidate list[MAX_CONES]; /* the nearest ones */
    size_t n;
} explanation;

/* As far as the cone shows. */
static bool
explains(const explanation *e, const pp_cone *cone)
{
    return pp_distance(cone->apex, e->p) <=
           pp_cone_shows(cone) *
               (EXPLAINED * e->radius + 2 * PP_TOUCH_MM);
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
    pp_search_larger(s, cone, GAIN * known->diameter_mm / 2, &found);
    if (found.diameter_mm > known->diameter_mm) {
        *known = found;
        known->edge_zone |= cone->sine < s->f->sine_limit;
    }
}

static bool
is_same(const pp_cone *a, const pp_cone *b)
{
    return fabs(a->sine - b->sine) <= SAME_SINE * a->sine &&
           pp_dot(a->axis, b->axis) >= SAME_COSINE;
}

/* Keeps the list sorted, and free of cones that a nearer one stands for. */
static void
add_cone(const pp_cone *cone, void *data)
{
    explanation *e = data;
    const pp_vec3 way = pp_sub(cone->apex, e->p);
    const candidate c = { *cone, pp_dot(way, way) };
    size_t i = 0;

    if (!(cone->sine > 0.01) || cone->sine >= e->bluntest ||
        !explains(e, cone))
        return;
    while (i < e->n && !is_same(&e->list[i].cone, cone))
        i++;
    if (i < e->n && e->list[i].away2 <= c.away2)
        return;
    if (i == e->n && e->n < MAX_CONES)
        e->n++;
    if (i == MAX_CONES && e->list[--i].away2 <= c.away2)
        return;
    for (; i > 0 && e->list[i - 1].away2 > c.away2; i--)
        e->list[i] = e->list[i - 1];
    e->list[i] = c;
}

static bool
is_in(const uint32_t *list, size_t n, uint32_t x)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == x)
            return true;
    return false;
}

/* The facet's corners and edges that no facet of the list before it has. */
static void
explain_facet(explanation *e, const uint32_t *list, size_t n,
              uint32_t *corner, size_t *ncorner)
{
    const pp_features *f = e->s->f;
    const uint32_t facet = list[n], *t = f->mesh->tri[facet];

    for (uint32_t k = 0; k < 3; k++) {
        pp_cone cone;

        if (!is_in(corner, *ncorner, t[k])) {
            corner[(*ncorner)++] = t[k];
            add_cone(&f->corner[t[k]], e);
        }
        if (!is_in(list, n, f->across[3 * facet + k]) &&
            pp_features_edge(f, 3 * facet + k, &cone) &&
            pp_cone_slide(&cone, f->mesh->vert[t[(k + 1) % 3]],
                          f->mesh->vert[t[(k + 2) % 3]], e->p))
            add_cone(&cone, e);
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

/* Edges and corners of the facets around the sample, these may be blunt: what
 * they hold comes as near as any ball has to, but is worth looking for only
 * where a sample is thinner than asked for. */
static void
explain_around(explanation *e, uint32_t facet)
{
    const pp_features *f = e->s->f;
    const double reach = 0.35 * e->radius + 3 * PP_TOUCH_MM;
    uint32_t list[MAX_AROUND] = { facet }, corner[MAX_CORNERS];
    size_t n = 1, ncorner = 0;

    for (size_t i = 0; i < n; i++) {
        explain_facet(e, list, i, corner, &ncorner);
        for (uint32_t k = 0; k < 3 && n < MAX_AROUND; k++) {
            const uint32_t next = f->across[3 * list[i] + k];

            if (next != PP_NONE && !is_in(list, n, next) &&
                is_near(f->mesh, next, e->p, reach))
                list[n++] = next;
        }
    }
}

static void
collect_cones(explanation *e, uint32_t facet)
{
    e->n = 0;
    if (facet != PP_NONE)
        explain_around(e, facet);
    pp_features_near(e->s->f, e->p, EXPLAINED * e->radius, add_cone, e);
}

typedef struct {
    explanation here, there; /* beside what stopped the ball */
    bool any;
} knife_query;

static void
note_knife(const pp_cone *cone, void *data)
{
    knife_query *q = data;

    q->any |= explains(&q->here, cone) && explains(&q->there, cone);
}

/* A knife stops a ball from both sides, as far from it as the sample. */
static bool
is_in_knife(const pp_search *s, const pp_ball *ball)
{
    const double r = ball->diameter_mm / 2;
    knife_query q = { .here = { .p = ball->touch, .radius = r },
                      .there = { .p = ball->other, .radius = r } };

    pp_features_knives(s->f, ball->touch, EXPLAINED * r, note_knife, &q);
    return q.any;
}

bool
pp_search_wall(const pp_search *s, const pp_ball *ball)
{
    const pp_vec3 a = pp_sub(ball->touch, ball->centre);
    const pp_vec3 b = pp_sub(ball->other, ball->centre);

    return ball->diameter_mm > 0 &&
           pp_dot(a, b) <= WALL_COSINE * pp_norm(a) * pp_norm(b) &&
           !is_in_knife(s, ball);
}

static double
bluntest(const pp_search *s, const pp_ball *ball)
{
    return ball->diameter_mm < s->t_mm ? HUGE_VAL : s->f->sine_limit;
}

/* While an edge or corner near by explains the ball, the ball that it holds
 * takes over. */
void
pp_search_features(const pp_search *s, pp_ball *ball)
{
    for (int chain = 0; chain < NCHAIN; chain++) {
        explanation e = { .s = s, .p = ball->touch,
                          .radius = ball->diameter_mm / 2,
                          .bluntest = bluntest(s, ball) };
        const double known = ball->diameter_mm;

        if (!ball->stopped || pp_search_wall(s, ball))
            return;
        collect_cones(&e, pp_search_facet(s, ball));
        for (size_t i = 0; i < e.n; i++)
            search_in_cone(s, &e.list[i].cone, ball);
        if (!(ball->diameter_mm > GAIN * known))
            return;
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
    if (ball->stopped && !pp_search_wall(s, ball)) {
        const pp_cone cone = rounded_cone(s, ball);

        if (cone.sine < bluntest(s, ball))
            search_in_cone(s, &cone, ball);
    }
}

/* A ball of the radius looked for that comes as near to the apex as the cone
 * allows, wherever that is. */
static void
fit_cone(const pp_cone *cone, explanation *e)
{
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
    r = pp_ball_fit(e->s, cone->apex, want, want - PP_SHORT_MM, slack, &c);
    if (2 * r > e->best.diameter_mm) {
        pp_set_ball(&e->best, c, r, cone->apex, r < e->s->limit);
        e->best.edge_zone |= cone->sine < e->s->f->sine_limit;
    }
}

/* A wall of less than this share of T holds no ball of T: one that comes near
 * enough to the sample leans by twenty degrees at most, and meets the other
 * side. */
#define CLEARLY_THIN 0.8

/* Samples that seem thinner than asked for, once more: any ball will do that
 * is large enough and comes near enough. */
void
pp_search_fit(const pp_search *s, double t_mm, pp_room *room, pp_ball *ball)
{
    const double want = fmin(t_mm / 2, s->limit);
    const double slack = pp_ball_slack(want, s->f->sine_limit);
    explanation e = { .s = s, .p = ball->touch, .best = *ball,
                      .radius = want, .bluntest = HUGE_VAL, .room = room };
    pp_vec3 c = ball->centre;
    pp_cone cone;
    double r = 0;

    if (!ball->stopped || ball->enough || ball->diameter_mm >= 2 * want)
        return;
    if (ball->diameter_mm < CLEARLY_THIN * 2 * want && pp_search_wall(s, ball))
        return;
    if (pp_room_near(room, ball->touch, want + slack))
        r = pp_ball_fit(s, ball->touch, want, want - PP_SHORT_MM, slack, &c);
    if (2 * r > ball->diameter_mm) {
        pp_set_ball(ball, c, r, ball->other, r < s->limit);
        return;
    }
    collect_cones(&e, pp_search_facet(s, ball));
    for (size_t i = 0; i < e.n; i++)
        fit_cone(&e.list[i].cone, &e);
    cone = rounded_cone(s, ball);
    fit_cone(&cone, &e);
    *ball = e.best;
}
