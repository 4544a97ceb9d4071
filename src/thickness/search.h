/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * search.h - the steps of finding a sample's ball; for src/thickness/ only
 */
#ifndef PP_THICKNESS_SEARCH_H
#define PP_THICKNESS_SEARCH_H

#include "thickness/feature.h"

typedef struct {
    const pp_features *f;
    const pp_bvh *bvh;
    double limit; /* radius */
    double t_mm;  /* what is thinner is looked at more closely; 0: none */
    bool outside; /* the mesh is turned over: what it bounds is all around */
    const uint32_t *part_of; /* see pp_thickness_options; or NULL */
    const pp_cone *split;    /* cones of vertices that the ground lacks */
} pp_search;

struct pp_ground {
    pp_features f;
    pp_bvh *bvh;
};

/* Cones of the vertices of m beyond those of the ground. The caller frees. */
pp_status pp_ground_cones(const pp_ground *g, const pp_mesh *m,
                          const uint32_t *part_of, pp_cone **cone,
                          pp_error *err) PP_MUST_USE;

/** The facet of the ground on which a facet's sample lies; else PP_NONE. */
static inline uint32_t
pp_search_facet(const pp_search *s, const pp_ball *ball)
{
    return ball->facet == PP_NONE || s->part_of == NULL
               ? ball->facet : s->part_of[ball->facet];
}

/** Is a point off the surface on the side where balls are looked for? Sooner
 * told where the surface is nearer than this. */
static inline bool
pp_search_inside(const pp_search *s, pp_vec3 p, double near)
{
    const pp_nearest n = pp_bvh_nearest(s->bvh, p, near);

    return pp_is_behind(s->bvh, s->f->mesh, p, &n,
                        s->outside ? -0.5 : 0.5);
}

typedef struct pp_room pp_room;

void pp_set_ball(pp_ball *ball, pp_vec3 centre, double r, pp_vec3 other,
                 bool stopped);

/* Where the ball of radius r in a cone has its centre: r / sine + PP_TOUCH_MM
 * from the apex. */
pp_vec3 pp_cone_ball(const pp_cone *cone, double r);

/* The ball at the limit, if it is empty and lies inside. */
bool pp_search_limit(const pp_search *s, const pp_cone *cone, pp_ball *ball);

/* The largest ball in the cone; one that has room for `from` and sees its apex
 * may begin there. ahead: a point of the surface that in a smooth cone
 * probably stops the ball, or nearly; or NULL. */
void pp_search_ball(const pp_search *s, const pp_cone *cone,
                    const pp_vec3 *ahead, pp_ball *ball);
void pp_search_larger(const pp_search *s, const pp_cone *cone, double from,
                      pp_ball *ball);

/* Is the ball stopped from the other side, as in a wall, and no edge near? */
bool pp_search_wall(const pp_search *s, const pp_ball *ball);

/* One of the balls of t_mm about these places, if it serves the sample. */
void pp_search_offered(const pp_search *s, const pp_bvh *centres,
                       pp_ball *ball);

/* Samples of which enough is known get the balls that they had. */
pp_status pp_balls_carry(const pp_search *s, const pp_thickness_known *known,
                         pp_thickness *t, pp_error *err) PP_MUST_USE;

/* To samples thinner than t_mm, if they are few, the balls of others. */
pp_status pp_balls_offer(const pp_search *s, pp_thickness *t,
                         pp_error *err) PP_MUST_USE;

/* A stopped sample once more: beside edges and corners; beside a rounded
 * edge; for any ball as large as t_mm. */
void pp_search_features(const pp_search *s, pp_ball *ball);
void pp_search_rounded(const pp_search *s, pp_ball *ball);
void pp_search_fit(const pp_search *s, double t_mm, pp_room *room,
                   pp_ball *ball);

/* Where balls of one size find room at all (room.c); for one thread. Cubes are
 * halved until they are radius / 2^(nlevel - 1) wide. NULL without memory. */
pp_room *pp_room_new(const pp_search *s, double radius, int nlevel);
void pp_room_free(pp_room *r);

/* False: no such ball has its centre within reach of p. NULL: true. */
bool pp_room_near(pp_room *r, pp_vec3 p, double reach);

/* No surface between a centre and a point on the surface, as there is across
 * a thin gap. */
bool pp_ball_sees(const pp_bvh *bvh, pp_vec3 centre, pp_vec3 p);

/*
 * The radius of an empty ball inside the solid, whose centre lies within
 * radius + slack of the surface point p and from where p is seen: `radius`, or
 * from `least` on if that is met sooner; 0 when none was found. The search
 * starts at *centre, which gets the ball's.
 */
double pp_ball_fit(const pp_search *s, pp_vec3 p, double radius, double least,
                   double slack, pp_vec3 *centre);

/* A ball smaller by this serves: well below what counts as touching. */
#define PP_SHORT_MM (PP_TOUCH_MM / 4)

/* Farther off its point, a ball may lie beyond something thin. */
#define PP_BALL_DEEP_MM 0.2

/* How far off a point a ball may stay and touch it: as the bluntest edge that
 * counts as one would keep it. */
static inline double
pp_ball_slack(double radius, double sine_limit)
{
    return PP_TOUCH_MM +
           fmin((1 / sine_limit - 1) * radius, PP_BALL_DEEP_MM);
}

/* Roundings smaller than this share of a diameter count as edges, within these
 * bounds: below, the noise of a surface from voxels; above, a real shape. */
#define PP_ROUNDED_SHARE 0.1
#define PP_ROUNDED_LEAST_MM 0.05
#define PP_ROUNDED_MOST_MM 0.2

static inline double
pp_rounded_reach(double diameter)
{
    return fmin(fmax(PP_ROUNDED_SHARE * diameter, PP_ROUNDED_LEAST_MM),
                PP_ROUNDED_MOST_MM);
}

/* The samples of facets that may get a ball of a corner, or give theirs to
 * one; later on they are not more. The caller frees the list. */
typedef struct {
    uint32_t *list;
    size_t n;
} pp_open;

pp_status pp_balls_find_open(const pp_mesh *m, const pp_thickness *t,
                             pp_open *open, pp_error *err) PP_MUST_USE;

/* Hands balls on along the facets; sine_limit is that of pp_features. */
void pp_balls_share(const pp_mesh *m, double sine_limit, const pp_open *open,
                    pp_thickness *t);

/* Points, and their tree. All-zero is empty. */
typedef struct {
    pp_mesh soup; /* facets that are no more than a point */
    pp_bvh *tree; /* NULL when there are none */
} pp_points;

void pp_points_free(pp_points *p);

/* The thin samples; none when they are more than this share of all. */
pp_status pp_thin_places(const pp_thickness *t, double t_mm, double most_share,
                         pp_points *places, pp_error *err) PP_MUST_USE;

/* Centres of balls that are not thin, come as near to those, and may help. */
pp_status pp_centres_near(const pp_thickness *t, double t_mm,
                          const pp_points *places, pp_points *centres,
                          pp_error *err) PP_MUST_USE;

/* Where no more than this share of the samples seems thin, those are looked at
 * more closely: in a thin body there are no balls that would help. */
#define PP_FEW_THIN 0.02

/* Gives stopped samples the largest ball that serves them among those of all
 * samples near by, whether facets connect them or not. */
pp_status pp_balls_share_near(const pp_search *s, const pp_mesh *m,
                              pp_thickness *t, pp_error *err) PP_MUST_USE;

#endif
