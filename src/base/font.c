/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * font.c - letters as strokes of a round pen
 *
 * Drawn for this project, in the manner of technical lettering. A row holds
 * points of two characters, x as a digit in half units, y as a letter, 'c' the
 * base line and 'i' the height of a capital; a blank lifts the pen; a repeated
 * point is a corner, all others are control points of a curve.
 */
#include "base/font.h"

#include <stddef.h>

static const char *const ascii[] = {
    [' '] = "",
    ['!'] = "0i0e 0c",
    ['"'] = "0i0g 3i3g",
    ['#'] = "2c3i 5c6i 0e8e 0g8g",
    ['$'] = "6h6h5i3i0i0f3f6f6c3c1c0d0d 3j3b",
    ['%'] = "0c8i 1i0i0g3g3i1i 7e5e5c8c8e7e",
    ['&'] = "8c1h1h1i3i5i5h0f0c3c7c7f",
    ['\''] = "0i0g",
    ['('] = "2j0i0c2b",
    [')'] = "0j2i2c0b",
    ['*'] = "3i3e 0h6f 0f6h",
    ['+'] = "0f6f 3d3h",
    [','] = "1c0b",
    ['-'] = "0f4f",
    ['.'] = "0c",
    ['/'] = "0b5j",
    ['0'] = "3i0i0f0c3c6c6f6i3i",
    ['1'] = "0h3i3i3c 0c6c",
    ['2'] = "0h0i3i6i6g6f0c0c6c",
    ['3'] = "0h0i3i6i6f2f 2f6f6c3c0c0d",
    ['4'] = "5c5i5i0e0e7e",
    ['5'] = "6i1i1i0f0f1g3g6g6e6c3c0c0d",
    ['6'] = "6h6i3i0i0e0c3c6c6e6g3g0g0e",
    ['7'] = "0i6i6i2c",
    ['8'] = "3i0i0f3f6f6i3i 3f0f0c3c6c6f3f",
    ['9'] = "0d0c3c6c6g6i3i0i0g0e3e6e6g",
    [':'] = "0c 0f",
    [';'] = "1c0b 1f",
    ['<'] = "6h0f0f6d",
    ['='] = "0e6e 0g6g",
    ['>'] = "0h6f6f0d",
    ['?'] = "0h0i3i6i6g3g3e 3c",
    ['@'] = "6f5g3g3e3d5d6e6g 6e8d8g8i4i0i0f0c4c6c",
    ['A'] = "0c4i4i8c 1e7e",
    ['B'] = "0c0i 0i4i7i7f4f0f 4f8f8c4c0c",
    ['C'] = "8h8i4i0i0f0c4c8c8d",
    ['D'] = "0c0i 0i3i8i8f8c3c0c",
    ['E'] = "7i0i0i0c0c7c 0f6f",
    ['F'] = "7i0i0i0c 0f6f",
    ['G'] = "8h8i4i0i0f0c4c8c8e8f8f5f",
    ['H'] = "0c0i 7c7i 0f7f",
    ['I'] = "0c4c 2c2i 0i4i",
    ['J'] = "5i5e5c3c0c0d",
    ['K'] = "0c0i 7i0e 2f7c",
    ['L'] = "0i0c0c6c",
    ['M'] = "0c0i0i4e4e8i8i8c",
    ['N'] = "0c0i0i7c7c7i",
    ['O'] = "4i0i0f0c4c8c8f8i4i",
    ['P'] = "0c0i 0i4i7i7f4f0f",
    ['Q'] = "4i0i0f0c4c8c8f8i4i 5e8c",
    ['R'] = "0c0i 0i4i7i7f4f0f 4f7c",
    ['S'] = "7h7i4i0i0f4f7f7c4c0c0d",
    ['T'] = "0i8i 4i4c",
    ['U'] = "0i0e0c4c7c7e7i",
    ['V'] = "0i4c4c8i",
    ['W'] = "0i2c2c4h4h6c6c8i",
    ['X'] = "0c7i 0i7c",
    ['Y'] = "0i4f4f8i 4f4c",
    ['Z'] = "0i7i7i0c0c7c",
    ['['] = "2j0j0j0b0b2b",
    ['\\'] = "0j5b",
    [']'] = "0j2j2j2b2b0b",
    ['^'] = "0g3i3i6g",
    ['_'] = "0b6b",
    ['`'] = "0i2h",
    ['a'] = "6g6c 6e6g3g0g0e0c3c6c6e",
    ['b'] = "0i0c 0e0g3g6g6e6c3c0c0e",
    ['c'] = "6f6g3g0g0e0c3c6c6d",
    ['d'] = "6i6c 6e6g3g0g0e0c3c6c6e",
    ['e'] = "0e6e6e6g3g0g0e0c3c6c6d",
    ['f'] = "5i2i2g2c 0g5g",
    ['g'] = "6g6c6a3a0a0b 6e6g3g0g0e0c3c6c6e",
    ['h'] = "0i0c 0e0g3g6g6e6c",
    ['i'] = "0g0c 0i",
    ['j'] = "2g2b2a0a 2i",
    ['k'] = "0i0c 6g0d 2e6c",
    ['l'] = "0i0d0c2c",
    ['m'] = "0g0c 0e0g2g4g4e4c 4e4g6g8g8e8c",
    ['n'] = "0g0c 0e0g3g6g6e6c",
    ['o'] = "3g0g0e0c3c6c6e6g3g",
    ['p'] = "0g0a 0e0g3g6g6e6c3c0c0e",
    ['q'] = "6g6a 6e6g3g0g0e0c3c6c6e",
    ['r'] = "0g0c 0e0g2g4g",
    ['s'] = "6f6g3g0g0e3e6e6c3c0c0d",
    ['t'] = "2i2d2c5c 0g5g",
    ['u'] = "0g0e0c3c6c6e 6g6c",
    ['v'] = "0g3c3c6g",
    ['w'] = "0g2c2c4g4g6c6c8g",
    ['x'] = "0c6g 0g6c",
    ['y'] = "0g3c 6g2a",
    ['z'] = "0g6g6g0c0c6c",
    ['{'] = "3j1j1f0f 0f1f1b3b",
    ['|'] = "0j0b",
    ['}'] = "0j2j2f3f 3f2f2b0b",
    ['~'] = "0e0g2g3f5e6e6g",
};

static const char box[] = "0c0i0i6i6i6c6c0c0c";

static const char *
strokes_of(uint32_t character)
{
    if (character < sizeof ascii / sizeof *ascii)
        return ascii[character];
    switch (character) {
    case 0xb0: /* degree */
        return "2i0i0g2g4g4i2i";
    case 0xb1: /* plus-minus */
        return "0g6g 3e3i 0c6c";
    case 0xb2: /* squared */
        return "0h0i2i3i3h0f0f3f";
    case 0xb3: /* cubed */
        return "0i3i3i1h1h3h3f1f0f";
    case 0xb5: /* micro */
        return "0g0a 0e0c3c6c6e 6g6c";
    case 0xd7: /* times */
        return "1d5g 1g5d";
    default:
        return NULL;
    }
}

bool
pp_font_has(uint32_t character)
{
    return strokes_of(character) != NULL;
}

uint32_t
pp_font_next(const char **text)
{
    const unsigned char *s = (const unsigned char *)*text;
    const int more = s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : s[0] >= 0xc0 ? 1
                                                                        : 0;
    uint32_t c = more == 0 ? s[0] : s[0] & (0x3fU >> more);
    int n;

    for (n = 1; n <= more && (s[n] & 0xc0) == 0x80; n++)
        c = c << 6 | (s[n] & 0x3fU);
    *text += n;
    return c;
}

/* Without the gap behind it. */
static double
width_of(const char *strokes)
{
    int most = 0;

    if (*strokes == '\0')
        return PP_FONT_BLANK - PP_FONT_GAP;
    for (const char *s = strokes; *s != '\0'; s += *s == ' ' ? 1 : 2)
        if (*s != ' ' && *s - '0' > most)
            most = *s - '0';
    return most / 2.0;
}

double
pp_font_width(const char *text)
{
    double units = 0;

    while (*text != '\0') {
        const char *strokes = strokes_of(pp_font_next(&text));

        units += width_of(strokes != NULL ? strokes : box) + PP_FONT_GAP;
    }
    return units > 0 ? units - PP_FONT_GAP : 0;
}

#define CURVE_STEPS 6
#define MOST_POINTS 32

/*
 * One stroke: a clamped quadratic B-spline, so that the curve runs from the
 * middle of one leg to the middle of the next, bent by the point between.
 */
static void
trace_stroke(const double (*p)[2], int n, pp_font_pen pen, void *state)
{
    double at[2] = { p[0][0], p[0][1] };

    pen(state, at[0], at[1], true);
    for (int i = 1; i + 1 < n; i++) {
        double to[2];

        for (int axis = 0; axis < 2; axis++)
            to[axis] = i + 2 == n ? p[i + 1][axis]
                                  : (p[i][axis] + p[i + 1][axis]) / 2;
        for (int step = 1; step <= CURVE_STEPS; step++) {
            const double s = (double)step / CURVE_STEPS, r = 1 - s;

            pen(state, r * r * at[0] + 2 * r * s * p[i][0] + s * s * to[0],
                r * r * at[1] + 2 * r * s * p[i][1] + s * s * to[1], false);
        }
        at[0] = to[0];
        at[1] = to[1];
    }
    if (n == 2)
        pen(state, p[1][0], p[1][1], false);
}

double
pp_font_trace(uint32_t character, pp_font_pen pen, void *state)
{
    const char *known = strokes_of(character);
    const char *strokes = known != NULL ? known : box;
    double point[MOST_POINTS][2];
    int n = 0;

    for (const char *s = strokes;; s += *s == ' ' ? 1 : 2) {
        if (*s == ' ' || *s == '\0') {
            if (n > 0)
                trace_stroke((const double(*)[2])point, n, pen, state);
            n = 0;
            if (*s == '\0')
                break;
        } else if (n < MOST_POINTS) {
            point[n][0] = (s[0] - '0') / 2.0;
            point[n++][1] = s[1] - 'c';
        }
    }
    return width_of(strokes) + PP_FONT_GAP;
}
