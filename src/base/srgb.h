/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * srgb.h - what screens are told, and the light that they send
 *
 * IEC 61966-2-1, the standard of sRGB: a line near black, a power above. Both
 * scales run from 0 to 1.
 */
#ifndef PP_BASE_SRGB_H
#define PP_BASE_SRGB_H

#include <math.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

static inline double
pp_srgb_to_linear(double srgb)
{
    return srgb <= 0.04045 ? srgb / 12.92 : pow((srgb + 0.055) / 1.055, 2.4);
}

/** What lies outside [0, 1] is taken to its nearer end, NaN to 0. */
static inline double
pp_linear_to_srgb(double linear)
{
    if (!(linear > 0))
        return 0;
    if (linear >= 1)
        return 1;
    return linear <= 0.0031308 ? 12.92 * linear
                               : 1.055 * pow(linear, 1 / 2.4) - 0.055;
}

/** The same as a byte, to the nearest. */
static inline uint8_t
pp_linear_to_byte(double linear)
{
    return (uint8_t)(255 * pp_linear_to_srgb(linear) + 0.5);
}

static inline double
pp_byte_to_linear(uint8_t byte)
{
    return pp_srgb_to_linear(byte / 255.0);
}

#ifdef __cplusplus
}
#endif
#endif
