/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * intact.c - how far a repaired mesh is off where nothing was wrong
 *
 *     intact BEFORE AFTER [drop]
 *
 * Corners of facets of BEFORE that lie farther from every defect than a
 * hundredth of the diagonal, and that part inside from outside (by winding
 * number: what lies inside others has to go), and their largest distance from
 * AFTER. drop: AFTER was put down on the print bed; it is lifted back.
 */
#include "base/alloc.h"
#include "check/check.h"
#include "meshio/meshio.h"

#include <stdio.h>
#include <string.h>

static pp_status
read_one(const char *path, pp_mesh *m, pp_error *err)
{
    pp_model model;
    pp_format format;
    char hash[65];

    if (pp_model_read(path, &model, &format, hash, err) != PP_OK)
        return err->status;
    (void)!pp_model_join(&model, m, err);
    pp_model_free(&model);
    return err->status;
}

static pp_status
list_places(const pp_mesh *m, pp_mesh *places, pp_error *err)
{
    const pp_check_options all = { false, SIZE_MAX };
    pp_report r = { 0 };
    size_t n = 0;

    if (pp_check(m, &all, &r, err) != PP_OK)
        return err->status;
    for (int d = 0; d < PP_NDEFECT; d++)
        n += r.defect[d].nwitness;
    if (pp_mesh_alloc(places, n, n, err) == PP_OK) {
        n = 0;
        for (int d = 0; d < PP_NDEFECT; d++)
            for (size_t i = 0; i < r.defect[d].nwitness; i++, n++) {
                places->vert[n] = r.defect[d].witness[i].place;
                for (int k = 0; k < 3; k++)
                    places->tri[n][k] = (uint32_t)n;
            }
    }
    pp_report_free(&r);
    return err->status;
}

static bool
parts_sides(const pp_mesh *m, const pp_bvh *bvh, size_t t, double step)
{
    const uint32_t *v = m->tri[t];
    const pp_vec3 a = m->vert[v[0]], b = m->vert[v[1]], c = m->vert[v[2]];
    const pp_vec3 n = pp_unit(pp_cross(pp_sub(b, a), pp_sub(c, a)));
    const pp_vec3 p = pp_scale(pp_add(pp_add(a, b), c), 1.0 / 3);

    return (fabs(pp_bvh_winding(bvh, pp_madd(p, step, n))) > 0.5) !=
           (fabs(pp_bvh_winding(bvh, pp_madd(p, -step, n))) > 0.5);
}

static pp_status
measure(const pp_mesh *before, const pp_mesh *after, double *worst, size_t *n,
        pp_error *err)
{
    const double diagonal = pp_box_diagonal(pp_mesh_box(before));
    pp_mesh places = { 0 };
    pp_bvh *sick = NULL, *old = NULL, *now = NULL;

    *worst = 0;
    *n = 0;
    if (list_places(before, &places, err) != PP_OK ||
        pp_bvh_build(&places, &sick, err) != PP_OK ||
        pp_bvh_build(before, &old, err) != PP_OK ||
        pp_bvh_build(after, &now, err) != PP_OK)
        goto done;
    for (size_t t = 0; t < before->ntri; t++) {
        bool intact = true;

        for (int k = 0; k < 3 && places.ntri > 0; k++)
            intact = intact &&
                     pp_bvh_nearest(sick, before->vert[before->tri[t][k]],
                                    diagonal / 100).facet == PP_NONE;
        if (!intact || !parts_sides(before, old, t, 1e-4 * diagonal))
            continue;
        for (int k = 0; k < 3; k++)
            *worst = fmax(*worst,
                          pp_bvh_nearest(now, before->vert[before->tri[t][k]],
                                         HUGE_VAL).distance);
        ++*n;
    }
done:
    pp_bvh_free(sick);
    pp_bvh_free(old);
    pp_bvh_free(now);
    pp_mesh_free(&places);
    return err->status;
}

int
main(int argc, char **argv)
{
    pp_mesh before = { 0 }, after = { 0 };
    pp_error err = { 0 };
    double worst = 0;
    size_t n = 0;

    if (argc < 3)
        return 2;
    if (read_one(argv[1], &before, &err) == PP_OK &&
        read_one(argv[2], &after, &err) == PP_OK) {
        const double lift = pp_mesh_box(&before).low.z -
                            pp_mesh_box(&after).low.z;

        for (size_t v = 0; argc > 3 && v < after.nvert; v++)
            after.vert[v].z += lift;
        (void)!measure(&before, &after, &worst, &n, &err);
    }
    pp_mesh_free(&before);
    pp_mesh_free(&after);
    if (err.status != PP_OK) {
        fprintf(stderr, "intact: %s\n", err.message);
        return 2;
    }
    printf("%.6g %zu\n", worst, n);
    return 0;
}
