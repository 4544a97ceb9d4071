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

/** True when the bytes are a whole or broken binary STL, and not text. */
bool pp_stl_looks_binary(const unsigned char *data, size_t size);

pp_status pp_stl_read(const unsigned char *data, size_t size, pp_model *model,
                      pp_error *err) PP_MUST_USE;
pp_status pp_stl_ascii_read(const unsigned char *data, size_t size,
                            pp_model *model, pp_error *err) PP_MUST_USE;
/** *format tells whether it was binary or ASCII. */
pp_status pp_ply_read(const unsigned char *data, size_t size, pp_model *model,
                      pp_format *format, pp_error *err) PP_MUST_USE;

pp_status pp_threemf_read(const unsigned char *data, size_t size,
                          pp_model *model, pp_error *err) PP_MUST_USE;

pp_status pp_stl_write(const pp_model *model, pp_bytes *out,
                       pp_error *err) PP_MUST_USE;
pp_status pp_stl_ascii_write(const pp_model *model, pp_bytes *out,
                             pp_error *err) PP_MUST_USE;
pp_status pp_ply_write(const pp_model *model, bool ascii,
                       const pp_encode_options *options, pp_bytes *out,
                       pp_error *err) PP_MUST_USE;

pp_status pp_threemf_write(const pp_model *model, bool keep_comments,
                           pp_bytes *out, pp_error *err) PP_MUST_USE;

/** Gives the model its first object and returns it, or NULL. */
pp_object *pp_model_first(pp_model *model, pp_error *err) PP_MUST_USE;

/**
 * Unit normal of a facet whose corners are rounded to float, as STL stores
 * it; zero for a facet without area.
 */
void pp_stl_normal(const float corner[3][3], float normal[3]);

#endif
