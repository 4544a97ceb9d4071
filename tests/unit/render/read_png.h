/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read_png.h - the pixels of a PNG, through libpng's simple interface
 */
#ifndef PP_TESTS_READ_PNG_H
#define PP_TESTS_READ_PNG_H

#include "base/bytes.h"
#include "test.h"

#include <png.h>
#include <stdlib.h>

/* Three bytes a pixel; freed by free. */
static inline unsigned char *
read_png(const pp_bytes *png, unsigned *width, unsigned *height)
{
    unsigned char *rgb;
    png_image p;

    memset(&p, 0, sizeof p);
    p.version = PNG_IMAGE_VERSION;
    ck_assert(png_image_begin_read_from_memory(&p, png->data, png->size));
    p.format = PNG_FORMAT_RGB;
    *width = p.width;
    *height = p.height;
    rgb = malloc(PNG_IMAGE_SIZE(p));
    ck_assert(png_image_finish_read(&p, NULL, rgb, 0, NULL));
    return rgb;
}

#endif
