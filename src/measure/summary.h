/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * summary.h - for tools: the JSON documents of a chain of runs, side by side
 */
#ifndef PP_MEASURE_SUMMARY_H
#define PP_MEASURE_SUMMARY_H

#include "base/status.h"

#include <stddef.h>
#include <stdio.h>

/* All-zero: no documents. */
typedef struct {
    struct pp_json_document **document; /* in the order of the chain */
    size_t ndocument, capacity;
} pp_summary;

/**
 * Takes the next document. PP_EFORMAT when it is none of this family's
 * (printprep_json 1, a tool's name, a status of 0, 1 or 2).
 */
pp_status pp_summary_add(pp_summary *s, const void *data, size_t size,
                         pp_error *err) PP_MUST_USE;

/** The worst status of all documents. */
int pp_summary_status(const pp_summary *s);

/** A table with a column for each document, and each one's verdict in words. */
void pp_summary_print(const pp_summary *s, FILE *out);

void pp_summary_free(pp_summary *s);

#endif
