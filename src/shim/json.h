/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * json.h - reading JSON through jansson (MIT)
 *
 * Enough to look at the documents of this family (values by path), and to walk
 * through a foreign one (value by value, each step in constant time).
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

/** The truth value at a path. False when there is none. */
bool pp_json_flag(const pp_json_document *document, const char *path,
                  bool *value);

/** How many items the array or object at a path has; 0 when it is neither. */
size_t pp_json_length_at(const pp_json_document *document, const char *path);

/** The n-th key of the object at a path in the order of the file, or NULL. */
const char *pp_json_key_at(const pp_json_document *document, const char *path,
                        size_t n);

/** The string at a path, owned by the document, or NULL. */
const char *pp_json_text(const pp_json_document *document, const char *path);

/* A value within a document, which owns it. Opaque. */
typedef struct pp_json_value pp_json_value;

const pp_json_value *pp_json_root(const pp_json_document *document);

/* NULL where there is no such thing, and where value is NULL. */
const pp_json_value *pp_json_member(const pp_json_value *value,
                                    const char *key);
const pp_json_value *pp_json_item(const pp_json_value *value, size_t index);

/** Items of an array, else 0. */
size_t pp_json_length(const pp_json_value *value);

/** False when the value (may be NULL) is no number; no whole one from 0 to
    2^53. */
bool pp_json_as_number(const pp_json_value *value, double *number);
bool pp_json_as_count(const pp_json_value *value, size_t *count);

/** The value's text, or NULL when it is none. */
const char *pp_json_as_text(const pp_json_value *value);

#endif
