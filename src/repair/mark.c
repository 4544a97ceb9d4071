/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mark.c - what a repair changed, as colours on the vertices
 */
#include "repair/rung.h"

#include "base/alloc.h"

#include <string.h>

static const uint8_t colour[][3] = {
    [PP_MARK_SAME] = { 200, 200, 200 },
    [PP_MARK_TURNED] = { 0, 0, 255 },
    [PP_MARK_CUT] = { 255, 160, 0 },
    [PP_MARK_NEW] = { 0, 200, 0 },
};

static pp_mark
mark_of(const pp_mesh *before, const pp_bvh *bvh, const pp_mesh *m, size_t t,
        uint32_t old, double near_mm)
{
    const uint32_t *v = m->tri[t];

    if (old != PP_NONE) /* it starts at the same vertex as the old one */
        return pp_compare_points(m->vert[v[1]],
                                 before->vert[before->tri[old][1]]) == 0
                   ? PP_MARK_SAME
                   : PP_MARK_TURNED;
    const pp_vec3 middle = pp_scale(
        pp_add(pp_add(m->vert[v[0]], m->vert[v[1]]), m->vert[v[2]]), 1.0 / 3);

    return pp_bvh_nearest(bvh, middle, 2 * near_mm).distance <= near_mm
               ? PP_MARK_CUT
               : PP_MARK_NEW;
}

pp_status
pp_repair_mark(const pp_mesh *before, const pp_mesh *m, double near_mm,
               float *value, uint8_t (*rgb)[3], pp_error *err)
{
    pp_mesh turned = { 0 }; /* pp_trace starts facets elsewhere */
    uint32_t *old_of = pp_alloc(m->ntri, sizeof *old_of);
    pp_bvh *bvh = NULL;

    if (old_of == NULL)
        return pp_fail_memory(err);
    if (pp_mesh_copy(m, &turned, err) != PP_OK ||
        pp_trace(before, &turned, old_of, err) != PP_OK ||
        pp_bvh_build(before, &bvh, err) != PP_OK)
        goto done;
    for (size_t v = 0; v < m->nvert; v++)
        value[v] = PP_MARK_SAME;
    for (size_t t = 0; t < m->ntri; t++) {
        const pp_mark mark =
            mark_of(before, bvh, &turned, t, old_of[t], near_mm);

        for (int k = 0; k < 3; k++)
            value[m->tri[t][k]] = fmaxf(value[m->tri[t][k]], (float)mark);
    }
    for (size_t v = 0; v < m->nvert; v++)
        memcpy(rgb[v], colour[(int)value[v]], sizeof rgb[v]);
done:
    pp_bvh_free(bvh);
    pp_mesh_free(&turned);
    pp_free(old_of);
    return err->status;
}
