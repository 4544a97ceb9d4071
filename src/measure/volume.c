/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * volume.c - volume, centroid and area of a triangle mesh
 *
 * Sums the signed tetrahedra between each facet and one apex (Zhang and Chen,
 * ICIP 2001). The apex is a vertex of the mesh, not the origin: scanner
 * coordinates lie hundreds of millimetres away, and the terms would cancel
 * digits that we report. The centroid weighs the centres of the same
 * tetrahedra.
 */
#include "measure/measure.h"

/* The corners of facet t, seen from the apex. */
static void
facet_from(const pp_mesh *m, size_t t, pp_vec3 apex, pp_vec3 corner[3])
{
    for (int k = 0; k < 3; k++)
        corner[k] = pp_sub(m->vert[m->tri[t][k]], apex);
}

double
pp_measure_cone(const pp_mesh *m, pp_vec3 apex)
{
    double six_volumes = 0;
    pp_vec3 c[3];

    for (size_t t = 0; t < m->ntri; t++) {
        facet_from(m, t, apex, c);
        six_volumes += pp_dot(c[0], pp_cross(c[1], c[2]));
    }
    return six_volumes / 6;
}

pp_status
pp_measure_volume(const pp_mesh *m, double *volume_mm3, pp_error *err)
{
    *volume_mm3 = 0;
    if (m->ntri == 0)
        return pp_fail(err, PP_EGEOM, "no facets to measure");
    *volume_mm3 = pp_measure_cone(m, m->vert[m->tri[0][0]]);
    return PP_OK;
}

pp_status
pp_measure_centroid(const pp_mesh *m, pp_vec3 *centroid, pp_error *err)
{
    double six_volumes = 0;
    pp_vec3 moment = { 0, 0, 0 };
    pp_vec3 apex, c[3];

    *centroid = moment;
    if (m->ntri == 0)
        return pp_fail(err, PP_EGEOM, "no facets to measure");
    apex = m->vert[m->tri[0][0]];
    for (size_t t = 0; t < m->ntri; t++) {
        double v;

        facet_from(m, t, apex, c);
        v = pp_dot(c[0], pp_cross(c[1], c[2]));
        six_volumes += v;
        moment = pp_madd(moment, v, pp_add(c[0], pp_add(c[1], c[2])));
    }
    if (six_volumes == 0)
        return pp_fail(err, PP_EGEOM, "the mesh encloses no volume");
    /* the centre of a tetrahedron is a quarter of the sum of its corners */
    *centroid = pp_madd(apex, 1 / (4 * six_volumes), moment);
    return PP_OK;
}

double
pp_measure_area(const pp_mesh *m)
{
    double twice = 0;

    for (size_t t = 0; t < m->ntri; t++)
        twice += pp_norm(pp_facet_normal(m, t));
    return twice / 2;
}
