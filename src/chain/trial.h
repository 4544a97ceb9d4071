/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trial.h - does each tool of the family work here? for printprep doctor
 *
 * Tools include this beside chain.h: a table of bodies that are made here, of
 * how a tool is run on one, and of closed forms for what it must say.
 */
#ifndef PP_CHAIN_TRIAL_H
#define PP_CHAIN_TRIAL_H

#include "base/bytes.h"

#include <stdbool.h>

typedef enum { PP_BODY_CUBE, PP_BODY_OPEN, PP_BODY_BOX, PP_BODY_FIELD,
               PP_NBODY } pp_body;

#define PP_TRIAL_WORDS 200
#define PP_TRIAL_EXPECTED 4

typedef struct {
    const char *tool;
    const char *argument[4]; /* before the body's file; ends with NULL */
    bool writes;             /* takes -o */
    pp_body body;
    struct {
        const char *key; /* in its document; NULL ends the list */
        double value, tolerance;
    } expected[PP_TRIAL_EXPECTED];
} pp_trial;

extern const pp_trial pp_trial_table[];
extern const size_t pp_ntrial;

/** The name of the body's file. */
const char *pp_body_name(pp_body body);

/** Its bytes; the caller frees. */
pp_status pp_body_make(pp_body body, pp_bytes *out, pp_error *err) PP_MUST_USE;

/** What is wrong with a tool's document of its trial; "" when nothing is. */
void pp_trial_judge(const pp_trial *t, const void *document, size_t size,
                    const char *version, char said[PP_TRIAL_WORDS]);

#endif
