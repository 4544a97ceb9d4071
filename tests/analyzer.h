/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analyzer.h - what status.c does, for clang's analyzer, which sees one file
 *
 * tests/tidy.sh puts it before every file.
 */
#ifndef PP_TESTS_ANALYZER_H
#define PP_TESTS_ANALYZER_H

#include "base/status.h"

const char *analyzed_text(const char *format, ...);

static inline pp_status
analyzed_fail(pp_error *err, pp_status why, const char *text)
{
    (void)text;
    return err->status = why;
}

#define pp_fail(err, why, ...)                                                \
    analyzed_fail(err, why, analyzed_text(__VA_ARGS__))
#define pp_fail_memory(err) analyzed_fail(err, PP_ENOMEM, "")

#endif
