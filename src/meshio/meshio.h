/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshio.h - mesh files: bytes to models and back
 *
 * Formats are told apart by content, never by name. Encoding ends in memory,
 * so that a tool can decode and check the very bytes that it will write.
 */
#ifndef PP_MESHIO_MESHIO_H
#define PP_MESHIO_MESHIO_H

#include "base/bytes.h"
#include "mesh/mesh.h"
#include "mesh/provenance.h"

typedef enum {
    PP_FORMAT_NONE = 0,
    PP_FORMAT_STL,       /* binary */
    PP_FORMAT_STL_ASCII,
    PP_FORMAT_PLY,       /* binary little endian, doubles */
    PP_FORMAT_PLY_ASCII,
    PP_FORMAT_3MF,
    PP_FORMAT_OBJ,
    PP_FORMAT_OFF,
    PP_FORMAT_GLB,
    PP_FORMAT_VTP
} pp_format;

typedef struct {
    char *name; /* UTF-8, or NULL */
    bool has_colour;
    uint8_t rgb[3];
    pp_mesh mesh;
} pp_object;

/* What one file holds. All-zero is empty. */
typedef struct {
    pp_object *object;
    size_t nobject;
    pp_provenance provenance;
} pp_model;

/* A number per vertex that PLY, glTF and VTK's files can
   carry ("thickness_mm"). */
typedef struct {
    const char *name;
    const float *value; /* one for each vertex of object 0 */
    const uint8_t (*rgb)[3]; /* colour of it, or NULL */
} pp_field;

typedef struct {
    bool keep_comments;
    const pp_field *field; /* NULL: none */
    const pp_bytes *thumbnail; /* a PNG for those who list files, which 3MF can
                                  carry; NULL: none */
} pp_encode_options;

void pp_model_free(pp_model *m);

/** A model of one unnamed object, which takes over the mesh (left empty). */
pp_status pp_model_from_mesh(pp_model *model, pp_mesh *mesh,
                             pp_error *err) PP_MUST_USE;

/** Vertices and facets of all objects. */
size_t pp_model_vertices(const pp_model *model);
size_t pp_model_facets(const pp_model *model);

/** Objects that have facets: no file holds others. */
size_t pp_model_filled(const pp_model *model);

/** Every object as pp_mesh_transform does it. */
void pp_model_transform(pp_model *model, const double m[3][4]);

/** All objects' facets in one mesh, objects in order. */
pp_status pp_model_join(const pp_model *model, pp_mesh *mesh,
                        pp_error *err) PP_MUST_USE;

/**
 * Reads a mesh file's bytes. STL facets keep three vertices of their own
 * joined where bit-equal (see pp_mesh_weld_exact). Coordinates that are not
 * finite, indices out of range, counts beyond the bytes: PP_EFORMAT with the
 * place. A file without facets: PP_EFORMAT.
 */
pp_status pp_model_decode(const void *data, size_t size, pp_model *model,
                          pp_format *format, pp_error *err) PP_MUST_USE;

/**
 * The same for a file, or for standard input ("-"), with the SHA-256 of its
 * bytes unless that is NULL. A binary STL in a regular file is read piece by
 * piece: memory goes with the mesh (24 bytes a facet and 5 of scratch), not
 * with the file.
 */
pp_status pp_model_read(const char *path, pp_model *model, pp_format *format,
                        char sha256[65], pp_error *err) PP_MUST_USE;

/**
 * Reads a PLY file's mesh, and of a binary one the vertices' property of this
 * name: *value has one for each vertex (NaN may be among them), or is NULL
 * when there is no such property. The caller frees both.
 */
pp_status pp_ply_read_field(const void *data, size_t size, const char *name,
                            pp_mesh *mesh, float **value,
                            pp_error *err) PP_MUST_USE;

/** Appends the file's bytes to out. NULL options: all defaults. */
pp_status pp_model_encode(const pp_model *model, pp_format format,
                          const pp_encode_options *options, pp_bytes *out,
                          pp_error *err) PP_MUST_USE;

/**
 * Encodes into a file, or to standard output ("-"), without bytes of the whole
 * in memory where the format is a binary STL.
 */
pp_status pp_model_write(const char *path, const pp_model *model,
                         pp_format format, const pp_encode_options *options,
                         pp_error *err) PP_MUST_USE;

/** A row of the table of formats. */
typedef struct {
    pp_format format;
    const char *name;      /* for -f: "stl", "stl-ascii", "ply", ... */
    const char *extension; /* "stl"; the first row with it wins */
    const char *help;
    bool binary;           /* never to a terminal */
    bool float32;          /* coordinates are rounded to float */
    bool objects;          /* kept apart, with names and colours */
} pp_format_row;

/** The table; ends with a row whose name is NULL. */
const pp_format_row *pp_format_table(void);
const pp_format_row *pp_format_find(pp_format format);
pp_format pp_format_by_name(const char *name);      /* or NONE */
pp_format pp_format_by_extension(const char *path); /* or NONE */

/** For values of vertices: what the name says, if that holds them, else PLY. */
pp_format pp_format_for_values(const char *path);

#endif
