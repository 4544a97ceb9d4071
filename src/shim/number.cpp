// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * number.cpp - decimal numbers in bulk, through C++17's <charconv>
 *
 * from_chars says "out of range" both for too large and for too small; long
 * double tells which. Beyond that type too (1e-5000) nothing is a number here.
 */
#include "shim/number.h"

#include <charconv>
#include <cmath>
#include <system_error>

namespace {

template <typename Real>
const char *
read_number(const char *p, const char *end, Real *value)
{
    const bool plus = p < end && *p == '+';
    Real v = 0;

    if (plus && (++p == end || *p == '-'))
        return nullptr;
    auto [next, problem] = std::from_chars(p, end, v);
    if (problem == std::errc::result_out_of_range) {
        long double wide = 0;

        if (std::from_chars(p, next, wide).ec != std::errc())
            return nullptr;
        v = static_cast<Real>(wide);
    } else if (problem != std::errc()) {
        return nullptr;
    }
    if (!std::isfinite(v))
        return nullptr;
    *value = v;
    return next;
}

} // namespace

extern "C" const char *
pp_number_read_double(const char *p, const char *end, double *value)
{
    return read_number(p, end, value);
}

extern "C" const char *
pp_number_read_float(const char *p, const char *end, float *value)
{
    return read_number(p, end, value);
}

extern "C" char *
pp_number_write_double(char *p, double value)
{
    return std::to_chars(p, p + PP_NUMBER_ROOM, value).ptr;
}

extern "C" char *
pp_number_write_float(char *p, float value)
{
    return std::to_chars(p, p + PP_NUMBER_ROOM, value).ptr;
}
