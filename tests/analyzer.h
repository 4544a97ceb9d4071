/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analyzer.h - what status.c does, for clang's analyzer, which sees one file
 *
 * tests/tidy.sh puts it before every file.
 */
#ifndef PP_TESTS_ANALYZER_H
#define PP_TESTS_ANALYZER_H

#include "base/status.h"

#define pp_fail(err, why, ...) ((err)->status = (why))
#define pp_fail_memory(err) ((err)->status = PP_ENOMEM)

#endif
