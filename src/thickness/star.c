/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * star.c - what the facets around one corner keep off
 *
 * On which side of the cone a place lies is told by how much of the view from
 * there its surface fills: all but the cone itself from inside, as much as the
 * cone, counted negative, from outside. Centres are ruled out cube by cube
 * (room.c).
 */
#include "thickness/star.h"

#include "mesh/solid_angle.h"

/* Cubes down to 1/256 of the radius, and their half diagonal as a share. */
enum { LEVELS = 9 };
#define LEAST_HALF (0.8660254037844387 / 256)

/* As far as this, in radii, is without end. */
#define WITHOUT_END 1e5

/* Vertices are one star within this share of the radius: less than the wall,
 * whose two sides must not be, and than the way along which a bent sheet bends
 * away from the ball at its rim. */
#define REACH 0.7

/* Normals of vertices that are one star turn no farther than from one side of
 * the bluntest knife to the other: what is thinner is a blade with a blunt tip.
 * Cosine of 150 degrees. */
#define KNIFE_COSINE -0.8660254037844387

static bool
is_clear(const void *of, pp_vec3 c, double radius)
{
    const pp_star *s = of;

    for (size_t i = 0; i < s->nfacet; i++)
        if (pp_distance(c, pp_nearest_on_triangle(c, s->facet[i])) < radius)
            return false;
    return true;
}

static bool
is_inside(const void *of, pp_vec3 c, double near)
{
    const pp_star *s = of;
    double sum = 0;

    (void)near;
    for (size_t i = 0; i < s->nfacet; i++)
        sum += pp_solid_angle(c, s->facet[i]);
    for (size_t i = 0; i < s->nskirt; i++)
        sum += pp_solid_angle(c, s->skirt[i]);
    return sum > 0;
}

static bool
has_facet(const pp_star *s, uint32_t facet)
{
    for (size_t i = 0; i < s->nfacet; i++)
        if (s->number[i] == facet)
            return true;
    return false;
}

static bool
add_facet(const pp_features *f, uint32_t facet, pp_star *s)
{
    if (has_facet(s, facet))
        return true;
    if (s->nfacet == PP_MOST_STAR)
        return false;
    for (int k = 0; k < 3; k++)
        s->facet[s->nfacet][k] =
            pp_sub(f->mesh->vert[f->mesh->tri[facet][k]], s->apex);
    s->number[s->nfacet++] = facet;
    return true;
}

/* The edge between two points of the rim, drawn out. */
static void
add_skirt(pp_star *s, pp_vec3 a, pp_vec3 b)
{
    const double far = WITHOUT_END * s->radius;
    const pp_vec3 c = pp_scale(pp_unit(a), far), d = pp_scale(pp_unit(b), far);
    pp_vec3(*to)[3] = &s->skirt[s->nskirt];

    to[0][0] = a;
    to[0][1] = d;
    to[0][2] = b;
    to[1][0] = a;
    to[1][1] = c;
    to[1][2] = d;
    s->nskirt += 2;
}

/* Across all edges that begin or end within reach of the apex; the others are
 * the rim. */
static bool
collect(const pp_features *f, uint32_t corner, double reach, pp_star *s)
{
    s->nfacet = s->nskirt = 0;
    s->apex = f->mesh->vert[f->mesh->tri[corner / 3][corner % 3]];
    if (!add_facet(f, corner / 3, s))
        return false;
    for (int rim = 0; rim < 2; rim++) /* all facets first */
        for (size_t i = 0; i < s->nfacet; i++)
            for (uint32_t k = 0; k < 3; k++) {
                const pp_vec3 a = s->facet[i][(k + 1) % 3],
                              b = s->facet[i][(k + 2) % 3];
                const uint32_t next = f->across[3 * s->number[i] + k];
                const bool within = fmin(pp_norm(a), pp_norm(b)) <= reach;

                if (next == PP_NONE ||
                    (rim == 0 && within && !add_facet(f, next, s)))
                    return false;
                if (rim == 1 && !has_facet(s, next)) {
                    if (s->nskirt == 2 * PP_MOST_STAR)
                        return false;
                    add_skirt(s, a, b);
                }
            }
    return true;
}

/* The least cosine between two normals. */
static double
sharpest(const pp_features *f, const pp_star *s)
{
    double least = 1;

    for (size_t i = 0; i < s->nfacet; i++)
        for (size_t j = 0; j < i; j++)
            least = fmin(least, pp_dot(f->normal[s->number[i]],
                                       f->normal[s->number[j]]));
    return least;
}

bool
pp_star_find(const pp_features *f, uint32_t corner, double radius, pp_star *s)
{
    const double reach[] = { REACH * radius, pp_rounded_reach(2 * radius) };

    s->radius = radius;
    s->room = NULL;
    for (int k = 0; k < 2; k++)
        if (collect(f, corner, reach[k], s) && sharpest(f, s) >= KNIFE_COSINE)
            return sharpest(f, s) < f->sine_limit;
    return collect(f, corner, 0, s) && sharpest(f, s) < f->sine_limit;
}

void
pp_star_free(pp_star *s)
{
    pp_room_free(s->room);
    s->room = NULL;
}

bool
pp_star_lets(const pp_star *s, pp_vec3 c)
{
    const pp_vec3 way = pp_sub(c, s->apex);

    return is_clear(s, way, s->radius) && is_inside(s, way, 0);
}

static pp_room *
room_of(pp_star *s)
{
    const pp_space space = { s, is_clear, is_inside };

    if (s->room == NULL)
        s->room = pp_room_new(space, s->radius, LEVELS);
    return s->room;
}

bool
pp_star_keeps_off(pp_star *s, pp_vec3 p, double reach)
{
    return reach <= PP_STAR_MOST * s->radius &&
           !pp_room_near(room_of(s), pp_sub(p, s->apex), reach);
}

/* Most are near, so one looks there first. */
static double
nearest(pp_room *room, double radius, pp_vec3 p)
{
    static const double most[] = { 1.2, 1.8, PP_STAR_MOST };
    double off = HUGE_VAL;
    pp_vec3 where;

    for (int k = 0; k < 3 && off == HUGE_VAL; k++)
        off = pp_room_nearest(room, p, most[k] * radius, &where);
    return off;
}

double
pp_star_kept_off(pp_star *s, pp_vec3 p)
{
    return fmin(nearest(room_of(s), s->radius, pp_sub(p, s->apex)),
                PP_STAR_MOST * s->radius);
}

/* With radius and half a diagonal h of a smallest cube: the middle of one that
 * is left in doubt lies inside, and off all facets by the radius. */
double
pp_star_allows(pp_star *s, pp_vec3 p)
{
    const pp_space space = { s, is_clear, is_inside };
    const double wider = s->radius / (1 - LEAST_HALF);
    pp_room *room = pp_room_new(space, wider, LEVELS);
    const double off = nearest(room, s->radius, pp_sub(p, s->apex));

    pp_room_free(room);
    return off > 0 ? off + 2 * LEAST_HALF * wider : HUGE_VAL;
}

typedef struct {
    const pp_mesh *mesh;
    pp_vec3 p;
    uint32_t *corner;
    size_t n;
} corner_query;

/* Points nearer to a facet than this lie on it. */
#define ON_FACET_MM 1e-6

static int
add_corners(uint32_t facet, void *data)
{
    corner_query *q = data;
    const uint32_t *t = q->mesh->tri[facet];
    const pp_vec3 v[3] = { q->mesh->vert[t[0]], q->mesh->vert[t[1]],
                           q->mesh->vert[t[2]] };

    if (pp_distance(q->p, pp_nearest_on_triangle(q->p, v)) > ON_FACET_MM)
        return 0;
    for (uint32_t k = 0; k < 3 && q->n < PP_MOST_CORNERS; k++) {
        size_t i = 0;

        while (i < q->n &&
               q->mesh->tri[q->corner[i] / 3][q->corner[i] % 3] != t[k])
            i++;
        if (i == q->n)
            q->corner[q->n++] = 3 * facet + k;
    }
    return 0;
}

size_t
pp_corners_at(const pp_search *s, pp_vec3 p,
              uint32_t corner[PP_MOST_CORNERS])
{
    const pp_vec3 r = pp_vec(ON_FACET_MM, ON_FACET_MM, ON_FACET_MM);
    const pp_box box = { pp_sub(p, r), pp_add(p, r) };
    corner_query q = { s->f->mesh, p, corner, 0 };

    pp_bvh_overlap(s->bvh, box, add_corners, &q);
    return q.n;
}
