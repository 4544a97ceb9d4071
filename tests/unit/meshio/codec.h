/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * codec.h - a model to bytes and back, where nothing may fail
 */
#ifndef PP_TESTS_CODEC_H
#define PP_TESTS_CODEC_H

#include "meshio/meshio.h"
#include "test.h"

static inline pp_bytes
encode(const pp_model *model, pp_format format,
       const pp_encode_options *options)
{
    pp_error err = { 0 };
    pp_bytes bytes = { 0 };

    ck_ok(pp_model_encode(model, format, options, &bytes, &err), err);
    return bytes;
}

/* Frees the bytes. */
static inline pp_model
decode(pp_bytes bytes)
{
    pp_error err = { 0 };
    pp_model model;
    pp_format format;

    ck_ok(pp_model_decode(bytes.data, bytes.size, &model, &format, &err),
          err);
    pp_bytes_free(&bytes);
    return model;
}

#endif
