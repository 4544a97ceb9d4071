/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * threemf.h - 3MF packages through lib3mf 1.8 (BSD-2-Clause)
 *
 * Positions are floats in the file, with six decimals. Metadata uses standard
 * names only: the library cannot read others back.
 */
#ifndef PP_SHIM_THREEMF_H
#define PP_SHIM_THREEMF_H

#include "base/bytes.h"
#include "mesh/mesh.h"

typedef struct {
    const char *name; /* UTF-8, or NULL; read: allocated */
    bool has_colour;
    uint8_t rgb[3];
    pp_mesh mesh;
} pp_threemf_object;

/** Appends a package: objects, and text as the Description metadata. */
pp_status pp_threemf_encode(const pp_threemf_object *object, size_t nobject,
                            const char *description, pp_bytes *out,
                            pp_error *err) PP_MUST_USE;

/**
 * Reads a package: build items with their transforms applied, in mm. The
 * caller frees objects (names with pp_free) and *description.
 */
pp_status pp_threemf_decode(const void *data, size_t size,
                            pp_threemf_object **object, size_t *nobject,
                            char **description, pp_error *err) PP_MUST_USE;

#endif
