/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * colour.c - colour maps that are even to the eye
 *
 * The maps are paths through Oklab (Ottosson 2020), a space in which equal
 * steps look equally large: lightness runs evenly, so that the maps also
 * read in grey and for colour-blind people.
 */
#include "render/canvas.h"
#include "render/render.h"

#include "base/srgb.h"

#include <math.h>
#include <string.h>

pp_rgb
pp_colour_bytes(const double linear[3])
{
    const pp_rgb c = {
        pp_linear_to_byte(linear[0]),
        pp_linear_to_byte(linear[1]),
        pp_linear_to_byte(linear[2]),
    };

    return c;
}

/* Lightness [0, 1], chroma and hue (degrees) to linear sRGB, as published. */
static void
from_oklch(double lightness, double chroma, double hue, double rgb[3])
{
    const double angle = hue * M_PI / 180;
    const double a = chroma * cos(angle), b = chroma * sin(angle);
    const double l = pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
    const double m = pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
    const double s = pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);

    rgb[0] = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s;
    rgb[1] = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s;
    rgb[2] = -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s;
}

/* Chroma that screens cannot show is taken back, lightness is kept. */
static void
into_gamut(double lightness, double chroma, double hue, double rgb[3])
{
    for (int step = 0; step <= 20; step++) {
        bool shown = true;

        from_oklch(lightness, chroma * (20 - step) / 20, hue, rgb);
        for (int n = 0; n < 3; n++)
            shown = shown && rgb[n] >= -1e-4 && rgb[n] <= 1 + 1e-4;
        if (shown)
            break;
    }
    for (int n = 0; n < 3; n++)
        rgb[n] = rgb[n] < 0 ? 0 : rgb[n] > 1 ? 1 : rgb[n];
}

void
pp_colour_label(size_t n, uint8_t rgb[3])
{
    const double golden = 137.50776405003785; /* degrees: no two hues meet */
    double linear[3];
    pp_rgb c;

    into_gamut(n % 2 ? 0.66 : 0.78, 0.12, fmod(30 + golden * (double)n, 360),
               linear);
    c = pp_colour_bytes(linear);
    memcpy(rgb, (const uint8_t[3]){ c.r, c.g, c.b }, 3);
}

void
pp_colour(pp_colour_map map, double t, double linear[3])
{
    t = t >= 0 ? t : 0; /* NaN too */
    t = t <= 1 ? t : 1;
    if (map == PP_MAP_SEQUENTIAL) {
        into_gamut(0.33 + 0.58 * t, 0.135 + 0.03 * t, 310 - 205 * t, linear);
    } else {
        const double off = fabs(2 * t - 1);

        into_gamut(0.93 - 0.42 * off, 0.19 * off,
                   t < 0.5 ? 258 : 28, linear);
    }
}
