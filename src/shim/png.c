/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * png.c - PNG images through libpng
 *
 * libpng reports failure by longjmp; nothing is owned between setjmp and the
 * end but the library's own structs. No time stamp is written.
 */
#include "shim/png.h"

#include <png.h>

typedef struct {
    pp_bytes *out;
    pp_error *err;
} sink;

static void
append(png_structp png, png_bytep data, size_t size)
{
    const sink *to = png_get_io_ptr(png);

    if (pp_bytes_append(to->out, data, size, to->err) != PP_OK)
        png_error(png, "out of memory");
}

static void
flush(png_structp png)
{
    (void)png;
}

static void
refuse(png_structp png, png_const_charp message)
{
    pp_error *err = png_get_error_ptr(png);

    if (err->status == PP_OK)
        pp_fail(err, PP_EBUG, "libpng: %s", message);
    png_longjmp(png, 1);
}

static void
ignore(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static pp_status
write_rows(png_structp png, png_infop info, const unsigned char *rgb,
           size_t width, size_t height, sink *to)
{
    if (setjmp(png_jmpbuf(png)) != 0)
        return to->err->status;
    png_set_write_fn(png, to, append, flush);
    png_set_IHDR(png, info, (png_uint_32)width, (png_uint_32)height, 8,
                 PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(png, 4);
    png_write_info(png, info);
    for (size_t row = 0; row < height; row++)
        png_write_row(png, rgb + row * width * 3);
    png_write_end(png, info);
    return PP_OK;
}

pp_status
pp_png_encode(const unsigned char *rgb, size_t width, size_t height,
              pp_bytes *out, pp_error *err)
{
    sink to = { out, err };
    png_structp png;
    png_infop info;
    pp_status status;

    if (width == 0 || height == 0 || width > 65535 || height > 65535)
        return pp_fail(err, PP_ELIMIT, "a picture of %zu x %zu pixels", width,
                       height);
    err->status = PP_OK;
    png = png_create_write_struct(PNG_LIBPNG_VER_STRING, err, refuse, ignore);
    info = png != NULL ? png_create_info_struct(png) : NULL;
    status = info != NULL ? write_rows(png, info, rgb, width, height, &to)
                          : pp_fail_memory(err);
    png_destroy_write_struct(&png, &info);
    return status;
}
