/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * png.h - PNG images through libpng
 */
#ifndef PP_SHIM_PNG_H
#define PP_SHIM_PNG_H

#include "base/bytes.h"

/** Appends an 8-bit RGB image (rows from the top) as a PNG file to out. */
pp_status pp_png_encode(const unsigned char *rgb, size_t width, size_t height,
                        pp_bytes *out, pp_error *err) PP_MUST_USE;

#endif
