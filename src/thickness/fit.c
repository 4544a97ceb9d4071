/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fit.c - a ball of given size beside a point, if there is room for one
 *
 * Two conditions hold for the centre: it lies near enough to the point for the
 * ball to touch it, and no nearer to the surface than the radius. Projecting
 * to the one and to the other in turns leads to a place where both hold, when
 * there is one near by (alternating projections: Bauschke and Borwein, SIAM
 * Review 1996). So the verdict on a point does not hang on the one direction
 * that its facet's normal gives.
 */
#include "thickness/search.h"

/* Most projections, and how many may go by without a gain. */
enum { MOST_STEPS = 32, PATIENCE = 4 };

/* A gain of less than this share of the radius is none. */
#define GAIN 1e-3

/* The surface may pass this near to the point before the point: its own
 * facets, met at a slant. */
#define OWN_SURFACE_MM 1e-3

bool
pp_ball_sees(const pp_bvh *bvh, pp_vec3 centre, pp_vec3 p)
{
    const double d = pp_distance(centre, p);
    double at;

    return d <= OWN_SURFACE_MM ||
           pp_bvh_ray(bvh, centre, pp_scale(pp_sub(p, centre), 1 / d), 0,
                      d - OWN_SURFACE_MM, &at) == PP_NONE;
}

static pp_vec3
within(pp_vec3 c, pp_vec3 p, double reach)
{
    const double d = pp_distance(c, p);

    return d > reach ? pp_madd(p, reach / d, pp_sub(c, p)) : c;
}

double
pp_ball_fit(const pp_search *s, pp_vec3 p, double radius, double slack,
            pp_vec3 *centre)
{
    pp_vec3 c = within(*centre, p, radius + slack);
    double best = 0;

    for (int step = 0, idle = 0; step < MOST_STEPS && idle < PATIENCE;
         step++) {
        const pp_nearest n = pp_bvh_nearest(s->bvh, c, radius);

        if (n.facet == PP_NONE || n.distance >= radius - PP_SHORT_MM) {
            *centre = c;
            return !pp_ball_sees(s->bvh, c, p) ||
                           !pp_search_inside(s, c, radius + slack + GAIN)
                       ? 0
                   : n.facet == PP_NONE ? radius
                                        : n.distance;
        }
        idle = n.distance > best + GAIN * radius ? 0 : idle + 1;
        best = fmax(best, n.distance);
        if (n.distance == 0)
            break;
        c = pp_madd(c, radius / n.distance - 1, pp_sub(c, n.point));
        c = within(c, p, radius + slack);
    }
    return 0;
}
