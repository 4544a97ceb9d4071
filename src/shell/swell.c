/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * swell.c - distances to balls along a sheet, and to a solid
 */
#include "shell/grow.h"

double
pp_solid_distance(const pp_bvh *bvh, const pp_mesh *m, pp_vec3 p,
                  double reach)
{
    const pp_nearest n = pp_bvh_nearest(bvh, p, reach);

    return pp_is_behind(bvh, m, p, &n, 0.5) ? -n.distance : n.distance;
}

typedef struct {
    const pp_bvh *bvh;
    const pp_mesh *mesh; /* of the solid */
    double radius;       /* of the balls; or less what of the solid counts */
    const pp_grow_bounds *bounds; /* of the balls; or NULL */
} swelling;

static double
to_balls(const void *data, pp_vec3 p, double reach)
{
    const swelling *s = data;
    const double d =
        pp_bvh_nearest(s->bvh, p, s->radius + reach).distance - s->radius;

    return s->bounds == NULL || d >= reach
               ? d : fmax(d, pp_grow_bounds_at(s->bounds, p, reach));
}

static double
to_solid(const void *data, pp_vec3 p, double reach)
{
    const swelling *s = data;

    return pp_solid_distance(s->bvh, s->mesh, p, reach - s->radius) - s->radius;
}

pp_status
pp_swell_sheet(pp_bricks *field, const pp_bvh *sheet, double radius,
               const pp_grow_bounds *bounds, size_t limit, pp_error *err)
{
    const swelling s = { sheet, NULL, radius, bounds };

    return pp_bricks_unite(field, to_balls, &s, limit, err);
}

pp_status
pp_swell_solid(pp_bricks *field, const pp_mesh *m, const pp_bvh *bvh,
               double depth, size_t limit, pp_error *err)
{
    const swelling s = { bvh, m, -depth, NULL };

    return pp_bricks_unite(field, to_solid, &s, limit, err);
}
