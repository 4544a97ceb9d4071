/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dicom_identity.h - whose scan it is, through DCMTK (BSD-like)
 *
 * The one place where patient attributes cross the line; only chain/identity.c
 * includes this, and calls it when the user asked for it.
 */
#ifndef PP_SHIM_DICOM_IDENTITY_H
#define PP_SHIM_DICOM_IDENTITY_H

#include "base/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PP_DICOM_NIDENTITY 6

/**
 * Patient's name, id, birth date, sex, the study's date and description from
 * a file's header, in UTF-8 without control characters; "" where it has none.
 * PP_EFORMAT when it is no DICOM. The caller frees each.
 */
pp_status pp_dicom_identity(const char *path, char *value[PP_DICOM_NIDENTITY],
                            pp_error *err) PP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
