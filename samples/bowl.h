/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bowl.h - distances to an open bowl, as a network would predict them
 *
 * Of a sphere of radius 9 mm all but a cap that opens 50 degrees about the
 * axis: 32 x 32 x 30 voxels of 0.8 mm, values in mm.
 */
#ifndef PP_SAMPLES_BOWL_H
#define PP_SAMPLES_BOWL_H

#include "base/status.h"

pp_status pp_bowl_write(const char *path, pp_error *err) PP_MUST_USE;

#endif
