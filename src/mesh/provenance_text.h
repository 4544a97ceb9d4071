/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * provenance_text.h - fields of clean text (base/text.h); only
 * mesh/provenance*.c include this
 */
#ifndef PP_MESH_PROVENANCE_TEXT_H
#define PP_MESH_PROVENANCE_TEXT_H

#include "mesh/provenance.h"

/** Replaces *field by a clean copy; NULL text stays NULL. */
pp_status pp_prov_set(char **field, const char *text,
                      pp_error *err) PP_MUST_USE;

/** Appends a continuation, which keeps its leading blank. */
pp_status pp_prov_append(char **field, const char *text,
                         pp_error *err) PP_MUST_USE;

/** Adds a comment of unknown origin, unless it is empty. */
pp_status pp_prov_comment(pp_provenance *p, const char *text, size_t n,
                          pp_error *err) PP_MUST_USE;

#endif
