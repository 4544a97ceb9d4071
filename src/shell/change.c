/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * change.c - what growing moved, and what it left alone
 */
#include "shell/grow.h"

#include <stdlib.h>
#include <string.h>

static int
by_numbers(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(pp_tri));
}

/* The facets as sorted triples, each beginning with its lowest vertex. */
static void
sort_facets(pp_tri *tri, size_t n)
{
    for (size_t t = 0; t < n; t++)
        while (tri[t][0] > tri[t][1] || tri[t][0] > tri[t][2]) {
            const uint32_t first = tri[t][0];

            tri[t][0] = tri[t][1];
            tri[t][1] = tri[t][2];
            tri[t][2] = first;
        }
    qsort(tri, n, sizeof *tri, by_numbers);
}

/* How many facets of a are facets of b, bit by bit. */
static pp_status
count_kept(const pp_mesh *a, const pp_mesh *b, size_t *n, pp_error *err)
{
    pp_mesh both = { 0 };
    size_t njoined, i = 0, j = a->ntri;

    *n = 0;
    if (pp_mesh_copy(a, &both, err) != PP_OK ||
        pp_mesh_append(&both, b, err) != PP_OK ||
        pp_mesh_weld_exact(&both, &njoined, err) != PP_OK)
        goto done;
    sort_facets(both.tri, a->ntri);
    sort_facets(both.tri + a->ntri, b->ntri);
    while (i < a->ntri && j < both.ntri) {
        const int order = by_numbers(both.tri[i], both.tri[j]);

        *n += order == 0;
        i += order <= 0;
        j += order >= 0;
    }
done:
    pp_mesh_free(&both);
    return err->status;
}

/* The farthest vertex of `from` from the surface of `to`, among those farther
 * from the sheet than beyond. */
static double
farthest(const pp_mesh *from, const pp_bvh *to, const pp_bvh *sheet,
         double beyond)
{
    const ptrdiff_t n = (ptrdiff_t)from->nvert;
    double most = 0;

#pragma omp parallel for schedule(dynamic, 1024) reduction(max : most)
    for (ptrdiff_t v = 0; v < n; v++) {
        const pp_vec3 p = from->vert[v];

        if (beyond > 0 && !pp_bvh_ball_is_empty(sheet, p, beyond))
            continue;
        most = fmax(most, pp_bvh_nearest(to, p, HUGE_VAL).distance);
    }
    return most;
}

pp_status
pp_grow_compare(const pp_mesh *old, const pp_mesh *new, const pp_mesh *sheet,
                double radius, pp_shell_report *r, pp_error *err)
{
    const double beyond = radius + r->resolution_mm;
    pp_bvh *of_old = NULL, *of_new = NULL, *of_sheet = NULL;

    if (pp_bvh_build(old, &of_old, err) != PP_OK ||
        pp_bvh_build(new, &of_new, err) != PP_OK ||
        pp_bvh_build(sheet, &of_sheet, err) != PP_OK)
        goto done;
    r->max_growth_mm = farthest(new, of_old, of_sheet, 0);
    r->max_change_elsewhere_mm =
        fmax(farthest(old, of_new, of_sheet, beyond),
             farthest(new, of_old, of_sheet, beyond));
    (void)!count_kept(old, new, &r->nkept, err);
done:
    pp_bvh_free(of_old);
    pp_bvh_free(of_new);
    pp_bvh_free(of_sheet);
    return err->status;
}

pp_status
pp_grow_fixed_moved(const pp_grow_bounds *b, const pp_mesh *new,
                    double seam_mm, double *mm, pp_error *err)
{
    const pp_mesh *m = &b->stay;
    pp_bvh *bvh = NULL;
    double most = 0;

    *mm = 0;
    if (m->ntri == 0)
        return PP_OK;
    if (pp_bvh_build(new, &bvh, err) != PP_OK)
        return err->status;
    #pragma omp parallel for schedule(dynamic, 1024) reduction(max : most)
    for (ptrdiff_t f = 0; f < (ptrdiff_t)m->ntri; f++) {
        const pp_vec3 p = m->vert[m->tri[f][0]], q = m->vert[m->tri[f][1]];
        const pp_vec3 r = m->vert[m->tri[f][2]];
        const pp_vec3 at[4] = { p, q, r,
                                pp_scale(pp_add(p, pp_add(q, r)), 1 / 3.0) };

        for (int k = 0; k < 4; k++)
            if (pp_bvh_ball_is_empty(b->beside, at[k], seam_mm))
                most = fmax(most,
                            pp_bvh_nearest(bvh, at[k], HUGE_VAL).distance);
    }
    *mm = most;
    pp_bvh_free(bvh);
    return PP_OK;
}
