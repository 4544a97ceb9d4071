/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hold.h - a mesh held against the mask that it stands for; for tools too
 */
#ifndef PP_REPAIR_HOLD_H
#define PP_REPAIR_HOLD_H

#include "base/json.h"
#include "mask/mask.h"
#include "mesh/mesh.h"

#include <stdio.h>

/* Voxels side by side that are on the other side now. */
typedef struct {
    bool gained; /* inside the mesh but not the mask; else the reverse */
    size_t nvoxel;
    double volume_mm3;
    pp_vec3 centre;
} pp_held_place;

typedef struct {
    size_t nvoxel;        /* of the mask */
    size_t ngained, nlost;
    pp_held_place *place; /* gained ones first, each kind by size */
    size_t nplace;
} pp_held;

#define PP_HELD_PLACES_TOLD 10 /* lines for people */

void pp_held_free(pp_held *h);

/** Which voxel centres changed side; the mesh should be closed. */
pp_status pp_repair_hold(const pp_mesh *m, const pp_mask *mask, pp_held *h,
                         pp_error *err) PP_MUST_USE;

void pp_held_print(const pp_held *h, FILE *out);

/** The member "mask" of the current JSON object. */
void pp_held_json(const pp_held *h, pp_json *j);

#endif
