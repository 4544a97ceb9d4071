/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * change.c - what growing moved, and what it left alone
 */
#include "shell/grow.h"

#include "base/alloc.h"

#include <string.h>

/* Beginning with the lowest vertex, as it runs. */
static void
turn_to_lowest(pp_tri t)
{
    while (t[0] > t[1] || t[0] > t[2]) {
        const uint32_t first = t[0];

        t[0] = t[1];
        t[1] = t[2];
        t[2] = first;
    }
}

/* Both meshes as one, each point once; of its facets, which the other mesh has
 * not, bit by bit. The caller frees both. */
static pp_status
compare_facets(const pp_mesh *a, const pp_mesh *b, pp_mesh *both,
               uint8_t **only, pp_error *err)
{
    uint32_t *head = NULL, *next = pp_alloc(a->ntri, sizeof *next);
    size_t njoined;

    *only = pp_alloc(a->ntri + b->ntri, 1);
    if (*only == NULL || next == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pp_mesh_copy(a, both, err) != PP_OK ||
        pp_mesh_append(both, b, err) != PP_OK ||
        pp_mesh_weld_exact(both, &njoined, err) != PP_OK)
        goto done;
    head = pp_alloc(both->nvert, sizeof *head);
    if (head == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    memset(*only, 1, both->ntri);
    memset(head, 0xff, both->nvert * sizeof *head);
    for (size_t t = 0; t < both->ntri; t++) {
        uint32_t *v = both->tri[t], at;

        turn_to_lowest(v);
        if (t < a->ntri) {
            next[t] = head[v[0]];
            head[v[0]] = (uint32_t)t;
            continue;
        }
        at = head[v[0]];
        while (at != PP_NONE && memcmp(both->tri[at], v, sizeof(pp_tri)) != 0)
            at = next[at];
        if (at != PP_NONE)
            (*only)[t] = (*only)[at] = 0;
    }
done:
    pp_free(head);
    pp_free(next);
    return err->status;
}

pp_status
pp_grow_changed(const pp_mesh *old, const pp_mesh *new, pp_mesh *changed,
                pp_error *err)
{
    pp_mesh both = { 0 };
    uint8_t *only = NULL;

    memset(changed, 0, sizeof *changed);
    if (compare_facets(old, new, &both, &only, err) == PP_OK)
        (void)!pp_mesh_select(&both, only, changed, err);
    pp_mesh_free(&both);
    pp_free(only);
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

/* Facets that only the old one has, and only the new one; how many both. */
static pp_status
part_facets(const pp_mesh *old, const pp_mesh *new, pp_mesh only[2],
            size_t *nboth, pp_error *err)
{
    pp_mesh both = { 0 };
    uint8_t *own = NULL;

    if (compare_facets(old, new, &both, &own, err) != PP_OK)
        goto done;
    for (size_t t = 0; t < old->ntri; t++)
        *nboth += !own[t];
    for (int k = 0; k < 2; k++) {
        const size_t from = k == 0 ? 0 : old->ntri;
        pp_mesh side = both;

        side.tri += from;
        side.ntri = k == 0 ? old->ntri : new->ntri;
        if (pp_mesh_select(&side, own + from, &only[k], err) != PP_OK)
            break;
    }
done:
    pp_mesh_free(&both);
    pp_free(own);
    return err->status;
}

/* Where both have a facet, neither is off the other. */
pp_status
pp_grow_compare(const pp_mesh *old, const pp_mesh *new, const pp_mesh *sheet,
                double radius, pp_shell_report *r, pp_error *err)
{
    const double beyond = radius + r->resolution_mm;
    pp_mesh only[2] = { { 0 } };
    pp_bvh *of_old = NULL, *of_new = NULL, *of_sheet = NULL;

    r->nkept = 0;
    if (part_facets(old, new, only, &r->nkept, err) != PP_OK ||
        pp_bvh_build(old, &of_old, err) != PP_OK ||
        pp_bvh_build(new, &of_new, err) != PP_OK ||
        pp_bvh_build(sheet, &of_sheet, err) != PP_OK)
        goto done;
    r->max_growth_mm = farthest(&only[1], of_old, of_sheet, 0);
    r->max_change_elsewhere_mm =
        fmax(farthest(&only[0], of_new, of_sheet, beyond),
             farthest(&only[1], of_old, of_sheet, beyond));
done:
    pp_mesh_free(&only[0]);
    pp_mesh_free(&only[1]);
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
