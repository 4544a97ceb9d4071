/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dossier.h - the documents of a finished case as one page for people
 *
 * Reads case.json and what it names, and nothing else; starts no process and
 * measures nothing anew. Every number comes from a document and says which.
 */
#ifndef PP_DOSSIER_DOSSIER_H
#define PP_DOSSIER_DOSSIER_H

#include "base/bytes.h"

/* The two files, and what they come to. All-zero is empty. */
typedef struct {
    pp_bytes html; /* index.html: self-contained */
    pp_bytes json; /* dossier.json: the same in numbers */
    int status;    /* 0, 1 or 2: the worst of the case and of what is found */
    size_t npart, nwarning;
} pp_dossier;

/**
 * The dossier of the case in `folder`, made by `version` of the tools: the
 * same bytes for the same files. PP_EFORMAT or PP_EIO with the reason when
 * case.json cannot be used, or names a file that does not lie in the case;
 * what is missing or altered otherwise is told on the page, with status 1 or 2.
 */
pp_status pp_dossier_make(const char *folder, const char *version,
                          pp_dossier *dossier, pp_error *err) PP_MUST_USE;

void pp_dossier_free(pp_dossier *dossier);

#endif
