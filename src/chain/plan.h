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

/** A name of a file in a folder: no '/', none of "", "." and "..". */
bool plan_is_name(const char *name);

/** 64 lower-case hexadecimal digits. */
bool plan_is_hash(const char *text);

#endif
