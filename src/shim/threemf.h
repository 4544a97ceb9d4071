/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * threemf.h - reading 3MF packages through lib3mf 1.8 (BSD-2-Clause)
 *
 * Writing has no place here: the library cuts numbers off at six decimals, so
 * that each pass moves vertices, and draws random UUIDs (meshio/threemf_*.c
 * write, and this reader is the judge of it).
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
