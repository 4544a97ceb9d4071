/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * units.c - are these really millimetres?
 *
 * Files without a unit are read as millimetres. Parts of a body are between
 * some millimetres and two metres long; a size outside of that which another
 * unit would bring inside is worth a question.
 */
#include "check/shape.h"

/* The longest side of what is printed from patients, in mm. */
#define SMALLEST_MM 5
#define LARGEST_MM 2000

const char *
pp_suspect_unit(pp_box box, const char *unit)
{
    static const struct {
        const char *name;
        double mm;
    } other[] = { { "inch", 25.4 }, { "m", 1000 }, { "um", 0.001 } };
    const pp_vec3 size = pp_box_size(box);
    const double longest = fmax(fmax(size.x, size.y), size.z);

    if (unit != NULL || !(longest > 0) ||
        (longest >= SMALLEST_MM && longest <= LARGEST_MM))
        return NULL;
    /* below 0.2 no inch makes a part of a body of it; below 0.005 no metre */
    for (int i = 0; i < 3; i++) {
        const double mm = longest * other[i].mm;

        if (mm >= SMALLEST_MM && mm <= LARGEST_MM)
            return other[i].name;
    }
    return NULL;
}
