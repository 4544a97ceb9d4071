/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * body.h - solid bodies by formula, for phantoms
 *
 * A body is where its function is below zero. The function may change by at
 * most `slope` per mm, which lets the scanner skip whole blocks of space and
 * still miss nothing.
 */
#ifndef PP_SAMPLES_BODY_H
#define PP_SAMPLES_BODY_H

#include "base/box.h"

#include <stddef.h>

typedef struct {
    double (*signed_mm)(const void *shape, pp_vec3 p);
    const void *shape;
    double slope;
    double hu;
} pp_body;

typedef struct {
    pp_vec3 centre;
    double radius;
} pp_sphere;

/* A straight or tapering tube; its ends are rounded. */
typedef struct {
    pp_vec3 from, to;
    double from_radius, to_radius;
} pp_tube;

/* p is kept where dot(p - at, outward) is below zero; outward has length 1. */
typedef struct {
    pp_vec3 at, outward;
} pp_cut;

/*
 * Tubes that branch, cut flat where they end, with a lumen: the wall is
 * outer minus lumen.
 */
typedef struct {
    const pp_tube *outer, *lumen;
    size_t ntube;
    const pp_cut *cut;
    size_t ncut;
} pp_vessel;

/*
 * A piece of a cylinder's shell: an ellipse (half axes a along the arc and b
 * along the axis) of the mid-surface with radius R. With u = s/a, v = y/b the
 * thickness is thin + (thick - thin) (u^2 + v^2) (3 + v) / 4: thin in the
 * middle, thick at the rim, most at v = 1. Its volume has a closed form, for
 * the shell between R - t/2 and R + t/2 holds R t per radian:
 *     pi a b (thin + 3/8 (thick - thin)).
 */
typedef struct {
    pp_vec3 centre;       /* of the cylinder */
    pp_vec3 apex, axis;   /* unit vectors: to the middle, along the cylinder */
    double radius;        /* R */
    double a, b;
    double thin, thick;
} pp_plate;

/* A rectangular block. */
typedef struct {
    pp_vec3 centre;
    pp_vec3 axis[3];      /* orthonormal */
    double half[3];
} pp_block;

pp_body pp_body_sphere(const pp_sphere *ball, double hu);
pp_body pp_body_tube(const pp_tube *tube, double hu);
pp_body pp_body_wall(const pp_vessel *vessel, double hu);
pp_body pp_body_lumen(const pp_vessel *vessel, double hu);
pp_body pp_body_plate(const pp_plate *plate, double hu);
pp_body pp_body_block(const pp_block *block, double hu);

double pp_sphere_volume(const pp_sphere *ball);
double pp_plate_volume(const pp_plate *plate);

/**
 * Volume of any body inside box, by halving boxes that the surface meets down
 * to edges of at most h. That is right for a plane, so the error shrinks with
 * h^2, and two steps (2h, h) give the third (Richardson 1911); *error is the
 * difference that this makes, an upper bound in practice.
 */
double pp_body_volume(const pp_body *body, pp_box box, double h,
                      double *error);

#endif
