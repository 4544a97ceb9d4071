/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scene.h - what lies in the phantom, and how it is scanned
 */
#ifndef PP_SAMPLES_SCENE_H
#define PP_SAMPLES_SCENE_H

#include "scan.h"

#define PP_SCENE_ISLANDS 5
#define PP_SCENE_TUBES 5
#define PP_SCENE_CUTS 4
#define PP_SCENE_BODIES (4 + PP_SCENE_ISLANDS)

/* Bodies point to their shapes inside the scene: it must not be copied. */
typedef struct {
    pp_plate plate;
    pp_sphere island[PP_SCENE_ISLANDS];
    pp_tube outer[PP_SCENE_TUBES], lumen[PP_SCENE_TUBES];
    pp_cut cut[PP_SCENE_CUTS];
    pp_vessel vessel;
    pp_sphere ball;
    pp_body body[PP_SCENE_BODIES];
    uint8_t label[PP_SCENE_BODIES]; /* 0: not segmented (the lumen) */
    size_t nbody;
    pp_scan scan;
} pp_scene;

void pp_scene_set(pp_scene *scene);

/** A box around the vessel. */
pp_box pp_scene_vessel_box(const pp_scene *scene);

/** A ball of 8192 facets as binary STL. */
pp_status pp_scene_write_ball(const char *path, const pp_sphere *ball,
                              pp_error *err) PP_MUST_USE;

#endif
