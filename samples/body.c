/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * body.c - the functions of the bodies
 *
 * Union is the smaller of two functions, intersection the larger; both keep
 * the bound on the slope (Ricci 1973).
 */
#include "body.h"

#include <math.h>

/* fmin and fmax are calls, for the sake of NaN */
static double
least(double a, double b)
{
    return a < b ? a : b;
}

static double
greatest(double a, double b)
{
    return a > b ? a : b;
}

static double
ball_mm(const void *shape, pp_vec3 p)
{
    const pp_sphere *ball = shape;

    return pp_distance(p, ball->centre) - ball->radius;
}

static double
tube_mm(const void *shape, pp_vec3 p)
{
    const pp_tube *tube = shape;
    const pp_vec3 along = pp_sub(tube->to, tube->from);
    const double t = pp_dot(pp_sub(p, tube->from), along) /
                     pp_dot(along, along);
    const double s = least(greatest(t, 0), 1);
    const double radius = tube->from_radius +
                          s * (tube->to_radius - tube->from_radius);

    return pp_distance(p, pp_madd(tube->from, s, along)) - radius;
}

static double
tubes_mm(const pp_tube *tube, size_t ntube, pp_vec3 p)
{
    double nearest = HUGE_VAL;

    for (size_t n = 0; n < ntube; n++)
        nearest = least(nearest, tube_mm(&tube[n], p));
    return nearest;
}

static double
cuts_mm(const pp_vessel *vessel, pp_vec3 p)
{
    double most = -HUGE_VAL;

    for (size_t n = 0; n < vessel->ncut; n++)
        most = greatest(most, pp_dot(pp_sub(p, vessel->cut[n].at),
                                     vessel->cut[n].outward));
    return most;
}

static double
lumen_mm(const void *shape, pp_vec3 p)
{
    const pp_vessel *vessel = shape;

    return greatest(tubes_mm(vessel->lumen, vessel->ntube, p),
                    cuts_mm(vessel, p));
}

/* The lumen that is taken away runs on beyond the cuts: no film there. */
static double
wall_mm(const void *shape, pp_vec3 p)
{
    const pp_vessel *vessel = shape;
    const double outer = greatest(tubes_mm(vessel->outer, vessel->ntube, p),
                                  cuts_mm(vessel, p));

    return greatest(outer, -tubes_mm(vessel->lumen, vessel->ntube, p));
}

static double
plate_mm(const void *shape, pp_vec3 p)
{
    const pp_plate *plate = shape;
    const pp_vec3 q = pp_sub(p, plate->centre);
    const pp_vec3 side = pp_cross(plate->axis, plate->apex);
    const double x = pp_dot(q, side), z = pp_dot(q, plate->apex);
    const double u = plate->radius * atan2(x, z) / plate->a;
    const double v = pp_dot(q, plate->axis) / plate->b;
    const double rho = sqrt(u * u + v * v);
    /* beyond the rim the formula must not run away */
    const double near = least(rho, 1.1), lean = least(greatest(v, -1), 1);
    const double t = plate->thin + (plate->thick - plate->thin) * near *
                     near * (3 + lean) / 4;

    return greatest(fabs(hypot(x, z) - plate->radius) - t / 2,
                (rho - 1) * least(plate->a, plate->b));
}

static double
block_mm(const void *shape, pp_vec3 p)
{
    const pp_block *block = shape;
    const pp_vec3 q = pp_sub(p, block->centre);
    double most = -HUGE_VAL;

    for (int n = 0; n < 3; n++)
        most = greatest(most, fabs(pp_dot(q, block->axis[n])) - block->half[n]);
    return most;
}

pp_body
pp_body_sphere(const pp_sphere *ball, double hu)
{
    return (pp_body){ ball_mm, ball, 1, hu };
}

/* A tube's radius may change by a fifth of its length at most. */
pp_body
pp_body_tube(const pp_tube *tube, double hu)
{
    return (pp_body){ tube_mm, tube, 1.05, hu };
}

pp_body
pp_body_wall(const pp_vessel *vessel, double hu)
{
    return (pp_body){ wall_mm, vessel, 1.05, hu };
}

pp_body
pp_body_lumen(const pp_vessel *vessel, double hu)
{
    return (pp_body){ lumen_mm, vessel, 1.05, hu };
}

/*
 * Near the shell the arc is stretched by R / (R - 2 mm) at most, and half the
 * thickness grows by 0.2 per mm at most (half axes of 15 mm and more).
 */
pp_body
pp_body_plate(const pp_plate *plate, double hu)
{
    return (pp_body){ plate_mm, plate, 1.3, hu };
}

pp_body
pp_body_block(const pp_block *block, double hu)
{
    return (pp_body){ block_mm, block, 1, hu };
}

double
pp_sphere_volume(const pp_sphere *ball)
{
    return 4 * M_PI / 3 * pow(ball->radius, 3);
}

double
pp_plate_volume(const pp_plate *plate)
{
    return M_PI * plate->a * plate->b *
           (plate->thin + 0.375 * (plate->thick - plate->thin));
}

/* Boxes at the surface of edge h count by the distance of their middle. */
static double
sum_boxes(const pp_body *body, pp_box box, double h)
{
    const pp_vec3 size = pp_box_size(box);
    const pp_vec3 centre = pp_madd(box.low, 0.5, size);
    const double f = body->signed_mm(body->shape, centre);
    const double reach = body->slope * pp_norm(size) / 2;
    pp_box low = box, high = box;

    if (f >= reach)
        return 0;
    if (f <= -reach)
        return size.x * size.y * size.z;
    if (size.x <= h && size.y <= h && size.z <= h)
        return size.x * size.y * size.z * fmin(fmax(0.5 - f / h, 0), 1);
    if (size.x >= size.y && size.x >= size.z)
        low.high.x = high.low.x = centre.x;
    else if (size.y >= size.z)
        low.high.y = high.low.y = centre.y;
    else
        low.high.z = high.low.z = centre.z;
    return sum_boxes(body, low, h) + sum_boxes(body, high, h);
}

double
pp_body_volume(const pp_body *body, pp_box box, double h, double *error)
{
    const double coarse = sum_boxes(body, box, 2 * h);
    const double fine = sum_boxes(body, box, h);

    *error = fabs(fine - coarse) / 3;
    return fine + (fine - coarse) / 3;
}
