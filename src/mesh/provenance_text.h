/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * provenance_text.h - cleaned strings; only mesh/provenance*.c include this
 */
#ifndef PP_MESH_PROVENANCE_TEXT_H
#define PP_MESH_PROVENANCE_TEXT_H

#include "mesh/provenance.h"

/**
 * A copy that is UTF-8 without control characters ('?' for the rest), without
 * blanks at its ends or runs of them; at most 64 KiB. NULL: memory.
 */
char *pp_prov_clean(const char *text, size_t n) PP_MUST_USE;

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
