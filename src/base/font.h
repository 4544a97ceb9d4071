/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * font.h - letters as strokes of a round pen, for pictures and for engraving
 *
 * In units of which a capital has six; y up from the base line.
 */
#ifndef PP_BASE_FONT_H
#define PP_BASE_FONT_H

#include <stdbool.h>
#include <stdint.h>

#define PP_FONT_CAPITAL 6.0
#define PP_FONT_PEN 0.78 /* its width */
#define PP_FONT_GAP 1.7  /* behind each character */
#define PP_FONT_BLANK 2.6
#define PP_FONT_BELOW 2.0 /* the deepest letters reach below the base line */
#define PP_FONT_ABOVE 7.0 /* and above it */

/** False: a box stands for it. */
bool pp_font_has(uint32_t character);

/** The next character of UTF-8 text; broken bytes stand for themselves. */
uint32_t pp_font_next(const char **text);

/** Width of a line of text, without the pen's. */
double pp_font_width(const char *text);

/* A point of a stroke's middle line; start: the pen was lifted before. */
typedef void (*pp_font_pen)(void *state, double x, double y, bool start);

/** Draws a character from x = 0 on; returns where the next one starts. */
double pp_font_trace(uint32_t character, pp_font_pen pen, void *state);

#endif
