/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Matrices as text, text as outlines, and hulls of lattice points cut by
 * lattice planes: both halves must be closed, clean and the whole.
 */
#include "fuzz.h"

#include "check/check.h"
#include "measure/measure.h"
#include "place/place.h"
#include "shim/igl.h"

#include <stdlib.h>
#include <string.h>

#define MOST_POINTS 16
#define MOST_TEXT 200

static double
clean_volume(const pp_mesh *m)
{
    pp_error err = { 0 };
    pp_report r;
    double mm3 = 0;

    if (m->ntri == 0)
        return 0;
    if (pp_check(m, NULL, &r, &err) != PP_OK || pp_report_ndefect(&r) > 0 ||
        pp_measure_volume(m, &mm3, &err) != PP_OK || mm3 <= 0)
        abort();
    pp_report_free(&r);
    return mm3;
}

static void
cut_hull(const uint8_t *data, size_t size)
{
    pp_vec3 point[MOST_POINTS];
    pp_mesh cloud = { .vert = point }, hull, below, above;
    pp_plane plane = { { data[0] % 5 - 2.0, data[1] % 5 - 2.0,
                         data[2] % 5 - 2.0 }, data[3] % 16 / 4.0 };
    pp_error err = { 0 };
    pp_cut s;

    for (data += 4, size -= 4; size >= 3 && cloud.nvert < MOST_POINTS;
         data += 3, size -= 3)
        point[cloud.nvert++] =
            pp_vec(data[0] % 8, data[1] % 8, data[2] % 8);
    if (pp_norm(plane.normal) == 0 || cloud.nvert < 4 ||
        pp_igl_convex_hull(&cloud, &hull, &err) != PP_OK)
        return;
    plane.normal = pp_unit(plane.normal);
    if (pp_cut_plane(&hull, &plane, NULL, 0, false, &below, &above, &s,
                     &err) == PP_OK) {
        const double whole = clean_volume(&hull);

        if (!(fabs(clean_volume(&below) + clean_volume(&above) - whole) <=
              1e-9 * whole))
            abort();
    } else if (err.status != PP_EGEOM) {
        abort();
    }
    pp_mesh_free(&hull);
    pp_mesh_free(&below);
    pp_mesh_free(&above);
    pp_cut_free(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pp_error err = { 0 };
    pp_text_outline outline;
    char text[MOST_TEXT];
    pp_move move;

    if (size < 8)
        return 0;
    if (data[0] % 4 == 0) {
        if (pp_move_parse(data + 1, size - 1, &move, &err) != PP_OK &&
            !pp_move_is_none(&move))
            abort();
    } else if (data[0] % 4 == 1 && size < MOST_TEXT) {
        memcpy(text, data + 1, size - 1);
        text[size - 1] = '\0';
        if (pp_text_outline_make(text, 3, &outline, &err) == PP_OK &&
            !(outline.area_mm2 > 0))
            abort();
        pp_text_outline_free(&outline);
    } else {
        cut_hull(data + 1, size - 1);
    }
    return 0;
}
