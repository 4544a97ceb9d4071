/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mesh_map.h - meshes as label maps; for surface/ and the rooms behind it
 */
#ifndef PP_SURFACE_MESH_MAP_H
#define PP_SURFACE_MESH_MAP_H

#include "mask/mask.h"
#include "mesh/mesh.h"

/**
 * Widens a map, whose new voxels have no label, until all of a mesh lies less
 * than a voxel off its centres.
 */
pp_status pp_label_map_cover(pp_label_map *m, const pp_mesh *mesh,
                             pp_error *err) PP_MUST_USE;

/** An empty map around a mesh: axes of LPS, cubes of spacing_mm. */
pp_status pp_mesh_make_map(const pp_mesh *mesh, double spacing_mm,
                           pp_label_map *m, pp_error *err) PP_MUST_USE;

/** The voxel centres inside a mesh as label 1 of a map like another. */
pp_status pp_mesh_to_map(const pp_mesh *mesh, const pp_label_map *like,
                         pp_label_map *m, pp_error *err) PP_MUST_USE;

#endif
