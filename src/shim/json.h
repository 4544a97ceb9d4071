/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * json.h - reading JSON through jansson (MIT)
 *
 * Enough to look at the documents of this family: values by path.
 */
#ifndef PP_SHIM_JSON_H
#define PP_SHIM_JSON_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct pp_json_document pp_json_document;

pp_status pp_json_parse(const void *data, size_t size,
                        pp_json_document **document,
                        pp_error *err) PP_MUST_USE;

void pp_json_document_free(pp_json_document *document);

/**
 * The number at a path of keys and array indices separated by '/', such as
 * "result/shells/0/volume_mm3". False when there is none (null included).
 */
bool pp_json_number(const pp_json_document *document, const char *path,
                    double *value);

/** The string at a path, owned by the document, or NULL. */
const char *pp_json_text(const pp_json_document *document, const char *path);

#endif
