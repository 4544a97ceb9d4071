/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan.h - parts of the plan that only chain/ includes
 */
#ifndef PP_CHAIN_PLAN_H
#define PP_CHAIN_PLAN_H

#include "chain/chain.h"

/** Frees what a part's steps own, and forgets them. */
void plan_part_free(pp_case_part *p);

/**
 * A step's command by itself, with what it reads and writes as redirections.
 * The caller frees.
 */
pp_status plan_command(const pp_case_part *p, size_t step, char **text,
                       pp_error *err) PP_MUST_USE;

/** The path of a file whose name was written down in folder; the caller frees;
    or NULL. */
char *plan_path_beside(const char *folder, const char *name);

/** Frees the calipers that were given, and forgets them. */
void plan_calipers_free(pp_settings *s);

/**
 * Does a word of n bytes mean this label: its name, its number, or a range
 * of numbers with it?
 */
bool plan_word_means(const char *word, size_t n, int64_t number,
                     const char *name);

/** PP_EUNSUPPORTED for calipers of a label that no part has. */
pp_status plan_check_calipers(const pp_case *c, pp_error *err) PP_MUST_USE;

/** A name of a file in a folder: no '/', none of "", "." and "..". */
bool plan_is_name(const char *name);

/** 64 lower-case hexadecimal digits. */
bool plan_is_hash(const char *text);

#endif
