/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fragments_report.h - for tools: what maskfrag says
 */
#ifndef PP_MASK_FRAGMENTS_REPORT_H
#define PP_MASK_FRAGMENTS_REPORT_H

#include "base/json.h"
#include "mask/fragments.h"

#include <stdio.h>

/* Borrowed from whoever made it. */
typedef struct {
    pp_encode_rules rules;   /* with the defaults filled in */
    const uint32_t *number;  /* of each label, as the file has it */
    const pp_encoded *encoded;
    size_t nencoded;
    pp_ceiling ceiling;
} pp_encode_report;

/** "mm" or "voxel". */
const char *pp_encode_variant_name(pp_encode_variant v);

void pp_encode_json(const pp_encode_report *r, pp_json *j);
void pp_encode_print(const pp_encode_report *r, FILE *out);

/** True when a person should see the ledger. */
bool pp_decoded_needs_a_look(const pp_decoded *d);

void pp_decoded_json(const pp_decoded *d, pp_json *j);
void pp_decoded_print(const pp_decoded *d, FILE *out);

#endif
