/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * need.c - how much memory a part will want, before it is made
 *
 * Rough on purpose: what is measured afterwards stands beside it in cost.json.
 * Two needs are told apart. Reading the volumes goes with the bytes of the
 * inputs; growing walls goes with the surface, sampled every tenth of the
 * least wall. Of the surface only the part's volume is known: it is that of a
 * plate two voxels thick, or of a body with three times the surface of a ball,
 * whichever is less.
 */
#include "chain/chain.h"

#include "base/text.h"

#include <math.h>

#define FIXED ((double)(48 << 20)) /* a program, its threads, its libraries */
#define PER_VOXEL 120.0            /* of the part: boxes, masks, distances */
#define PER_SAMPLE 250.0           /* of the field along the surface */
#define ROUND 16.0                 /* area by volume^(2/3); a ball: 4.84 */

uint64_t
pp_part_estimate(const pp_case *c, const pp_case_part *p)
{
    const char *text = c->settings.value[PP_SET_MIN_WALL];
    double wall = 1, bytes = FIXED;

    if (p->voxels > 0 && text != NULL && pp_text_to_double(text, &wall)) {
        const double edge = cbrt(p->volume_mm3 / (double)p->voxels);
        const double area = fmin(p->volume_mm3 / edge,
                                 ROUND * cbrt(p->volume_mm3) *
                                     cbrt(p->volume_mm3));
        const double samples = area / (0.01 * wall * wall);

        bytes += PER_VOXEL * (double)p->voxels;
        if (isfinite(samples))
            bytes += PER_SAMPLE * samples;
    }
    return bytes < 1e15 ? (uint64_t)bytes : (uint64_t)1e15;
}
