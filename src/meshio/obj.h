/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * obj.h - from groups of facets to objects; only for meshio/obj*.c
 */
#ifndef PP_MESHIO_OBJ_H
#define PP_MESHIO_OBJ_H

#include "meshio/meshio.h"

/* Facets from `first` to the next group's; those before all have no name. */
typedef struct {
    char *name; /* or NULL */
    size_t first;
} pp_obj_group;

/* A colour is red, green, blue from the lowest bits up, and this. */
#define PP_OBJ_COLOURED (1U << 24)

/**
 * Fills an empty model with the mesh's facets, an object for each run of
 * groups that share no vertex with others; names are taken over. A mesh of one
 * object is taken over as it is, else its vertices that no facet uses go.
 */
pp_status pp_obj_make_objects(pp_mesh *all, const uint32_t *colour,
                              pp_obj_group *group, size_t ngroup,
                              pp_model *model, pp_error *err) PP_MUST_USE;

#endif
