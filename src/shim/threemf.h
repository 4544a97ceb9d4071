/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * threemf.h - 3MF packages through lib3mf 1.8 (BSD-2-Clause)
 *
 * Positions are floats in the library, with six decimals in the file. Metadata
 * uses standard names only: the library cannot read others back.
 */
#ifndef PP_SHIM_THREEMF_H
#define PP_SHIM_THREEMF_H

#include "base/bytes.h"
#include "mesh/mesh.h"

typedef struct {
    char *name; /* UTF-8, or NULL; read: allocated */
    bool has_colour;
    uint8_t rgb[3];
    pp_mesh mesh;
} pp_threemf_object;

/* More instances of meshes than this are refused: components multiply. */
#define PP_THREEMF_INSTANCES ((size_t)65536)

/**
 * Appends a package: objects with a build item each, title (or NULL) and
 * description as metadata. The same input gives the same bytes. PP_EGEOM for
 * a facet that names a vertex twice, which the format forbids.
 */
pp_status pp_threemf_encode(const pp_threemf_object *object, size_t nobject,
                            const char *title, const char *description,
                            pp_bytes *out, pp_error *err) PP_MUST_USE;

/**
 * Reads a package: each mesh that a build item reaches, directly or through
 * components, with all transforms applied, in mm. PP_EUNSUPPORTED for beam
 * lattices and for objects whose real shape is a stack of slices. The caller
 * frees the objects with pp_threemf_free, and *description (NULL: none) with
 * pp_free.
 */
pp_status pp_threemf_decode(const void *data, size_t size,
                            pp_threemf_object **object, size_t *nobject,
                            char **description, pp_error *err) PP_MUST_USE;

void pp_threemf_free(pp_threemf_object *object, size_t nobject);

#endif
