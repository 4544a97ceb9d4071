/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ply_header.h - what a PLY file says about itself; only meshio/ includes this
 */
#ifndef PP_MESHIO_PLY_HEADER_H
#define PP_MESHIO_PLY_HEADER_H

#include "mesh/provenance.h"
#include "meshio/scan.h"

#define PLY_NAME 32 /* longer names are cut: none that we look for is */

typedef enum {
    PLY_I8,
    PLY_U8,
    PLY_I16,
    PLY_U16,
    PLY_I32,
    PLY_U32,
    PLY_F32,
    PLY_F64,
    PLY_NTYPE /* no type */
} ply_type;

typedef enum { PLY_ASCII, PLY_LITTLE, PLY_BIG } ply_encoding;

typedef struct {
    char name[PLY_NAME];
    bool list;
    ply_type count_type; /* of a list's length */
    ply_type type;
} ply_property;

typedef struct {
    char name[PLY_NAME];
    uint64_t count;
    ply_property *property;
    size_t nproperty, capacity;
} ply_element;

typedef struct {
    ply_encoding encoding;
    ply_element *element;
    size_t nelement, capacity;
} ply_header;

/** Bytes of a binary value. */
size_t ply_type_size(ply_type type);

/**
 * Reads up to "end_header" and leaves the scan behind that line. Comments go
 * to the provenance. The caller frees in any case.
 */
pp_status ply_header_read(pp_scan *scan, ply_header *header,
                          pp_provenance *provenance,
                          pp_error *err) PP_MUST_USE;

void ply_header_free(ply_header *header);

#endif
