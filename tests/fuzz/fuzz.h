/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz.h - what fuzz targets share
 *
 * `make fuzz` builds each target with clang's libFuzzer, ASan and UBSan, and
 * runs it on the samples for FUZZ_SECONDS.
 */
#ifndef PP_TESTS_FUZZ_H
#define PP_TESTS_FUZZ_H

#include "meshio/meshio.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Aborts unless every index and every coordinate of the model is good. */
void fuzz_check_model(const pp_model *model);

/** A reader on bytes; what it returns is checked. */
typedef pp_status (*fuzz_reader)(const unsigned char *data, size_t size,
                                 pp_model *model, pp_error *err);
void fuzz_try_reader(const uint8_t *data, size_t size, fuzz_reader read);

#endif
