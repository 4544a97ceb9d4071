/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * json.h - writing JSON, one value after the other
 *
 * The writer keeps commas, indentation and nesting right; the caller names
 * keys inside objects and passes NULL inside arrays. Errors of memory are kept
 * and told once, by pp_json_finish. Reading JSON is shim/json.h.
 */
#ifndef PP_BASE_JSON_H
#define PP_BASE_JSON_H

#include "base/bytes.h"
#include "base/vec.h"

#include <stdbool.h>

#define PP_JSON_DEPTH 16

/* All-zero is a writer at its start. */
typedef struct {
    pp_bytes text;
    int depth;
    bool filled[PP_JSON_DEPTH + 1]; /* something written at this depth? */
    char close[PP_JSON_DEPTH + 1];
    pp_error failure;
} pp_json;

void pp_json_object(pp_json *j, const char *key);
void pp_json_array(pp_json *j, const char *key);
void pp_json_end(pp_json *j); /* closes the innermost object or array */

/** Invalid UTF-8 is written as U+FFFD, control characters as \u00XX. */
void pp_json_string(pp_json *j, const char *key, const char *value);
void pp_json_bool(pp_json *j, const char *key, bool value);
void pp_json_integer(pp_json *j, const char *key, int64_t value);
void pp_json_count(pp_json *j, const char *key, size_t value);
void pp_json_null(pp_json *j, const char *key);

/** The shortest exact form; what is not finite is written as null. */
void pp_json_real(pp_json *j, const char *key, double value);

/** A point as an array of three numbers. */
void pp_json_point(pp_json *j, const char *key, pp_vec3 p);

/**
 * Ends the document with a newline. The text is j->text, which the caller
 * frees with pp_json_free.
 */
pp_status pp_json_finish(pp_json *j, pp_error *err) PP_MUST_USE;

/** Ends the document, writes it to path (NULL: nowhere), and frees it in any
 * case. */
pp_status pp_json_save(pp_json *j, const char *path, pp_error *err) PP_MUST_USE;

void pp_json_free(pp_json *j);

#endif
