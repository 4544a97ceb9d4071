/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inscribed.h - for measure/polygon.c only: the largest circle in a polygon
 */
#ifndef PP_MEASURE_INSCRIBED_H
#define PP_MEASURE_INSCRIBED_H

#include "measure/polygon.h"

pp_status pp_polygon_inscribed(const pp_vec2 *corner, size_t n,
                               pp_circle *circle, pp_error *err) PP_MUST_USE;

#endif
