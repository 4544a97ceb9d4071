/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canvas.h - only render/ includes this: an RGB picture, text, colours
 */
#ifndef PP_RENDER_CANVAS_H
#define PP_RENDER_CANVAS_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t r, g, b;
} pp_rgb;

/* The inks of every sheet. */
#define PP_WHITE { 255, 255, 255 }
#define PP_INK { 38, 42, 48 }
#define PP_SOFT { 105, 112, 122 }
#define PP_RULE { 214, 217, 221 }
#define PP_PANEL { 246, 247, 248 }

/* Rows from the top, three bytes a pixel. */
typedef struct {
    size_t width, height;
    uint8_t *rgb;
} pp_canvas;

/** A picture of one colour. The caller frees with pp_canvas_free. */
pp_status pp_canvas_alloc(pp_canvas *c, size_t width, size_t height,
                          pp_rgb colour, pp_error *err) PP_MUST_USE;
void pp_canvas_free(pp_canvas *c);

/** Mixes colour into a pixel, share in [0, 1]; outside: no-op. */
void pp_canvas_mix(pp_canvas *c, long x, long y, pp_rgb colour, double share);

/** A filled rectangle of pixels [x, x+w) x [y, y+h). */
void pp_canvas_fill(pp_canvas *c, long x, long y, long w, long h,
                    pp_rgb colour);

/** The border of that rectangle, one pixel wide, inside it. */
void pp_canvas_frame(pp_canvas *c, long x, long y, long w, long h,
                     pp_rgb colour);

/** A smooth line of a width in pixels; pixel centres lie at + 0.5. */
void pp_canvas_line(pp_canvas *c, double x0, double y0, double x1, double y1,
                    double width, pp_rgb colour);

typedef enum { PP_LEFT, PP_MIDDLE, PP_RIGHT } pp_align;

/**
 * A line of UTF-8 text; (x, y) is the left end, the middle or the right end of
 * its base line; size is the height of a capital in pixels. Characters without
 * a glyph are drawn as a box.
 */
void pp_canvas_text(pp_canvas *c, double x, double y, double size,
                    pp_align align, pp_rgb colour, const char *text);

/** Width of that line in pixels. */
double pp_text_width(const char *text, double size);

/** The largest of 1, 2 and 5 times a power of ten that is at most x > 0. */
double pp_round_length(double x);

/** Steps of that kind that give four to eight ticks in range > 0. */
double pp_tick_step(double range);

/* ---- colours (colour.c) ---- */

typedef enum {
    PP_MAP_SEQUENTIAL, /* dark violet to light yellow */
    PP_MAP_DIVERGING   /* blue over light grey to red */
} pp_colour_map;

/** Colour of t in [0, 1] in linear light, each channel in [0, 1]. */
void pp_colour(pp_colour_map map, double t, double linear[3]);

pp_rgb pp_colour_bytes(const double linear[3]);

#endif
