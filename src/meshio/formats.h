/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * formats.h - one reader and one writer per format; only meshio/ includes this
 *
 * Readers fill a model that starts all-zero; formats.c frees it when they
 * fail. Writers append to out; the model has at least one facet, and fits the
 * format's number type (formats.c has looked).
 */
#ifndef PP_MESHIO_FORMATS_H
#define PP_MESHIO_FORMATS_H

#include "meshio/meshio.h"
#include "shim/sha256.h"

#include <stdio.h>

/** True when the bytes are a whole or broken binary STL, and not text. */
bool pp_stl_looks_binary(const unsigned char *data, size_t size);

pp_status pp_stl_read(const unsigned char *data, size_t size, pp_model *model,
                      pp_error *err) PP_MUST_USE;

/**
 * Reads a binary STL of `size` bytes from the start of a file, piece by piece,
 * so that its bytes never lie in memory together; sum takes them all. *taken
 * is false, and nothing else done, when the size does not fit the count.
 */
pp_status pp_stl_stream(FILE *file, uint64_t size, pp_model *model,
                        pp_sha256_sum *sum, bool *taken,
                        pp_error *err) PP_MUST_USE;

pp_status pp_stl_ascii_read(const unsigned char *data, size_t size,
                            pp_model *model, pp_error *err) PP_MUST_USE;
/** *format tells whether it was binary or ASCII. */
pp_status pp_ply_read(const unsigned char *data, size_t size, pp_model *model,
                      pp_format *format, pp_error *err) PP_MUST_USE;

/** True when the first words are OFF's, or OBJ's. */
bool pp_off_looks(const unsigned char *data, size_t size);
bool pp_obj_looks(const unsigned char *data, size_t size);

pp_status pp_off_read(const unsigned char *data, size_t size, pp_model *model,
                      pp_error *err) PP_MUST_USE;
pp_status pp_obj_read(const unsigned char *data, size_t size, pp_model *model,
                      pp_error *err) PP_MUST_USE;
pp_status pp_threemf_read(const unsigned char *data, size_t size,
                          pp_model *model, pp_error *err) PP_MUST_USE;

pp_status pp_glb_read(const unsigned char *data, size_t size, pp_model *model,
                      pp_error *err) PP_MUST_USE;
pp_status pp_glb_write(const pp_model *model, const pp_encode_options *options,
                       pp_bytes *out, pp_error *err) PP_MUST_USE;

/** True when the first element is VTK's. */
bool pp_vtp_looks(const unsigned char *data, size_t size);
pp_status pp_vtp_read(const unsigned char *data, size_t size, pp_model *model,
                      pp_error *err) PP_MUST_USE;
pp_status pp_vtp_write(const pp_model *model, const pp_encode_options *options,
                       pp_bytes *out, pp_error *err) PP_MUST_USE;

pp_status pp_stl_write(const pp_model *model, pp_bytes *out,
                       pp_error *err) PP_MUST_USE;
pp_status pp_stl_write_file(const char *path, const pp_model *model,
                            pp_error *err) PP_MUST_USE;
pp_status pp_stl_ascii_write(const pp_model *model, pp_bytes *out,
                             pp_error *err) PP_MUST_USE;
pp_status pp_ply_write(const pp_model *model, bool ascii,
                       const pp_encode_options *options, pp_bytes *out,
                       pp_error *err) PP_MUST_USE;

pp_status pp_threemf_write(const pp_model *model,
                           const pp_encode_options *options, pp_bytes *out,
                           pp_error *err) PP_MUST_USE;

pp_status pp_off_write(const pp_model *model, bool keep_comments,
                       pp_bytes *out, pp_error *err) PP_MUST_USE;
pp_status pp_obj_write(const pp_model *model, bool keep_comments,
                       pp_bytes *out, pp_error *err) PP_MUST_USE;

/* ---- rows that text formats have in common (text_write.c) ---- */

/** The provenance's lines, each behind start ("# "). */
pp_status pp_text_put_comments(pp_bytes *out, const pp_provenance *provenance,
                               const char *start, bool keep_comments,
                               pp_error *err) PP_MUST_USE;

/** A row for each vertex or facet, behind start (a few characters). */
pp_status pp_text_put_vertices(pp_bytes *out, const pp_mesh *m,
                               const char *start, pp_error *err) PP_MUST_USE;
pp_status pp_text_put_facets(pp_bytes *out, const pp_mesh *m,
                             const char *start, uint32_t base,
                             pp_error *err) PP_MUST_USE;

/** Writes the digits of v (at most 10); returns their end. */
char *pp_text_put_index(char *p, uint32_t v);

/**
 * A comment of n bytes to the provenance, without the one blank that may stand
 * before it.
 */
pp_status pp_provenance_parse_text(pp_provenance *p, const char *text,
                                   size_t n, pp_error *err) PP_MUST_USE;

/** Gives the model its first object and returns it, or NULL. */
pp_object *pp_model_first(pp_model *model, pp_error *err) PP_MUST_USE;

/**
 * A facet's corners rounded to float and the unit normal of what they are
 * then, as STL stores them; zero for a facet without area.
 */
void pp_stl_facet(const pp_mesh *m, size_t t, float corner[3][3],
                  float normal[3]);

#endif
