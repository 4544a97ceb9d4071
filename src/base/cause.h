/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cause.h - passing on the failure of another file's function
 */
#ifndef PP_BASE_CAUSE_H
#define PP_BASE_CAUSE_H

#include "base/status.h"

#include <assert.h>

/**
 * For `if (f(x, err) != PP_OK) return pp_cause(err);` the same as err->status,
 * and never PP_OK: who fails has filled err. Readers of one file at a time
 * (clang's analyzer) cannot know it otherwise.
 */
static inline pp_status
pp_cause(const pp_error *err)
{
    assert(err->status != PP_OK);
    return err->status;
}

#endif
