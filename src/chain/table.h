/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * table.h - many finished cases, one line per part
 *
 * Two tables of cells with tabs between them, each with a header: what was
 * made, which is the same bytes for the same cases, and what it cost, which is
 * not.
 */
#ifndef PP_CHAIN_TABLE_H
#define PP_CHAIN_TABLE_H

#include "base/bytes.h"

/* All-zero: nothing yet. */
typedef struct {
    pp_bytes parts, times;
    size_t ncase, npart;
    size_t nlook, nfailed; /* cases whose status is 1, 2 */
} pp_table;

/** The headers. */
pp_status pp_table_start(pp_table *t, pp_error *err) PP_MUST_USE;

/**
 * Takes the case of a folder: case.json, the documents that it names, and
 * cost.json. A case without a case.json, with one that is none, or without
 * parts has one line, with the reason: the last line of FOLDER.log, where that
 * is. It fails for want of memory only.
 */
pp_status pp_table_add(pp_table *t, const char *folder,
                       pp_error *err) PP_MUST_USE;

/** The headers of the columns, in order; NULL behind the last. */
const char *pp_table_header(size_t column);

void pp_table_free(pp_table *t);

#endif
