/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * polygon.h - for measure/ only: numbers about a closed polygon in a plane
 */
#ifndef PP_MEASURE_POLYGON_H
#define PP_MEASURE_POLYGON_H

#include "base/status.h"

#include <stddef.h>

typedef struct {
    double x, y;
} pp_vec2;

typedef struct {
    pp_vec2 centre;
    double radius;
} pp_circle;

typedef struct {
    double area;      /* signed: positive when counter-clockwise */
    double perimeter;
    pp_vec2 centroid; /* of the enclosed area; of the corners without one */
    double feret_max, feret_min; /* largest and smallest distance between
                                    parallel lines that hold it */
    pp_circle around; /* the smallest circle that holds it */
    pp_circle within; /* the largest circle inside it */
} pp_polygon;

/**
 * Measures the polygon of n corners, which does not cross itself. The circle
 * within is a local maximum to a billionth of the size, and no other circle
 * inside is larger by more than a five-hundredth of the size.
 */
pp_status pp_polygon_measure(const pp_vec2 *corner, size_t n,
                             pp_polygon *polygon, pp_error *err) PP_MUST_USE;

/**
 * The corners of the convex hull, counter-clockwise, into hull (room for 2 n);
 * their number. Reorders p and leaves only some of it.
 */
size_t pp_convex_hull(pp_vec2 *p, size_t n, pp_vec2 *hull);

#endif
