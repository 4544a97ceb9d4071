/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * change.c - what a repair changed, measured on the result
 *
 * Rungs say how far they moved points; this looks at the outcome. Facets that
 * are new are held against the old surface and lids, facets that are gone
 * against the new surface and what was dropped. What is still there is the
 * same and left out. Pieces of facets that were cut lie on their facets but
 * for rounding, so points in rows are asked, not all points.
 */
#include "repair/climb.h"
#include "repair/gate.h"

#include "base/alloc.h"

#include <string.h>

/* A facet is asked at points in at most so many rows, or at its corners and
   its middle when it is smaller than the bound. */
#define MOST_ROWS 12

/* ---- how far ---- */

/* Two surfaces: the one that is likely to be near, and the whole, whose tree
   is built when the first does not do. */
typedef struct {
    const pp_bvh *near;
    const pp_mesh *whole_mesh;
    pp_bvh *whole;
    double enough_mm; /* nearer than this is near enough not to ask the whole */
} target;

static pp_status
ask(target *g, pp_vec3 p, double *mm, pp_error *err)
{
    double d = HUGE_VAL;

    if (g->near != NULL)
        d = pp_bvh_nearest(g->near, p, HUGE_VAL).distance;
    if (d > g->enough_mm && d > *mm) {
        if (g->whole == NULL &&
            pp_bvh_build(g->whole_mesh, &g->whole, err) != PP_OK)
            return err->status;
        d = pp_bvh_nearest(g->whole, p, d).distance;
    }
    *mm = fmax(*mm, d);
    return PP_OK;
}

static pp_status
ask_facet(const pp_mesh *m, size_t t, double spacing_mm, target *g,
          double *mm, pp_error *err)
{
    const uint32_t *v = m->tri[t];
    const pp_vec3 a = m->vert[v[0]];
    const pp_vec3 ab = pp_sub(m->vert[v[1]], a);
    const pp_vec3 ac = pp_sub(m->vert[v[2]], a);
    const double longest = fmax(pp_norm(ab), fmax(pp_norm(ac),
                                                  pp_distance(ab, ac)));
    const double wanted = ceil(longest / spacing_mm);
    const int n = wanted < 1 ? 1 : wanted > MOST_ROWS ? MOST_ROWS
                                                      : (int)wanted;

    for (int i = 0; i <= n; i++)
        for (int j = 0; i + j <= n; j++)
            if (ask(g, pp_madd(pp_madd(a, (double)i / n, ab), (double)j / n,
                               ac), mm, err) != PP_OK)
                return err->status;
    return ask(g, pp_madd(pp_madd(a, 1.0 / 3, ab), 1.0 / 3, ac), mm, err);
}

pp_status
pp_farthest(const pp_mesh *a, const pp_mesh *near, const pp_mesh *whole,
            double bound_mm, double *mm, pp_error *err)
{
    pp_bvh *bvh = NULL;
    target g = { .whole_mesh = whole, .enough_mm = bound_mm / 10 };

    if (near->ntri > 0 && pp_bvh_build(near, &bvh, err) != PP_OK)
        return err->status;
    g.near = bvh;
    for (size_t t = 0; t < a->ntri; t++)
        if (ask_facet(a, t, bound_mm, &g, mm, err) != PP_OK)
            break;
    pp_bvh_free(bvh);
    pp_bvh_free(g.whole);
    return err->status;
}

static pp_status
select_where(const pp_mesh *m, const uint32_t *of, pp_mesh *out,
             pp_error *err)
{
    uint8_t *keep = pp_alloc(m->ntri, 1);

    if (keep == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++)
        keep[t] = of[t] == PP_NONE;
    (void)!pp_mesh_select(m, keep, out, err);
    pp_free(keep);
    return err->status;
}

static pp_status
measure_change(const pp_mesh *old, const pp_patient *p, const uint32_t *new_of,
               const pp_repair_options *o, pp_mesh *added, pp_mesh *removed,
               pp_repair_ledger *l, pp_error *err)
{
    pp_mesh near = { 0 };

    if (select_where(&p->mesh, p->old_of, added, err) != PP_OK ||
        select_where(old, new_of, removed, err) != PP_OK ||
        pp_mesh_copy(removed, &near, err) != PP_OK ||
        pp_mesh_append(&near, &l->invented, err) != PP_OK ||
        pp_farthest(added, &near, old, o->max_deviation_mm,
                 &l->max_deviation_mm, err) != PP_OK)
        goto done;
    pp_mesh_free(&near);
    if (pp_mesh_copy(added, &near, err) == PP_OK &&
        pp_mesh_append(&near, &l->dropped, err) == PP_OK)
        (void)!pp_farthest(removed, &near, &p->mesh, o->max_deviation_mm,
                        &l->max_deviation_mm, err);
done:
    pp_mesh_free(&near);
    return err->status;
}

/* ---- how far from a defect ---- */

static double
reach_of(const pp_mesh *m, const pp_bvh *defects)
{
    double reach = 0;

    for (size_t t = 0; t < m->ntri; t++) {
        double nearest = HUGE_VAL; /* of a facet's corners */

        for (int k = 0; k < 3; k++)
            nearest = fmin(nearest,
                           pp_bvh_nearest(defects, m->vert[m->tri[t][k]],
                                          nearest).distance);
        reach = fmax(reach, nearest);
    }
    return reach;
}

/* ---- parts ---- */

typedef struct {
    size_t nfacet, nleft;
    double volume_mm3, area_mm2;
    pp_box box;
    bool near; /* one of its vertices is on the result */
    uint8_t fate;
} part_sum;

/* Parts whose facets all changed: do they live on in facets that are new? */
static pp_status
look_for_parts(const pp_mesh *old, const uint32_t *part, const pp_mesh *added,
               double near_mm, part_sum *sum, pp_error *err)
{
    pp_bvh *bvh = NULL;

    if (pp_bvh_build(added, &bvh, err) != PP_OK)
        return err->status;
    for (size_t t = 0; t < old->ntri; t++) {
        part_sum *s = &sum[part[t]];

        for (int k = 0; k < 3 && s->nleft == 0 && !s->near; k++)
            s->near = pp_bvh_nearest(bvh, old->vert[old->tri[t][k]],
                                     2 * near_mm).distance <= near_mm;
    }
    pp_bvh_free(bvh);
    return PP_OK;
}

static void
add_up_parts(const pp_mesh *old, const uint32_t *part, const uint32_t *new_of,
             const uint8_t *fate, uint32_t npart, part_sum *sum)
{
    for (uint32_t g = 0; g < npart; g++)
        sum[g].box = pp_box_empty();
    for (size_t t = 0; t < old->ntri; t++) {
        part_sum *s = &sum[part[t]];

        s->nfacet++;
        s->nleft += new_of[t] != PP_NONE;
        s->area_mm2 += pp_norm(pp_facet_normal(old, t)) / 2;
        if (fate[t] != PP_FATE_NONE)
            s->fate = fate[t];
        for (int k = 0; k < 3; k++)
            pp_box_add(&s->box, old->vert[old->tri[t][k]]);
    }
    for (size_t t = 0; t < old->ntri; t++) { /* from the part's own middle */
        part_sum *s = &sum[part[t]];
        const pp_vec3 from =
            pp_scale(pp_add(s->box.low, s->box.high), 0.5);

        s->volume_mm3 += pp_dot(pp_sub(old->vert[old->tri[t][0]], from),
                                pp_facet_normal(old, t)) / 6;
    }
}

static pp_status
list_losses(const part_sum *sum, uint32_t npart, pp_repair_ledger *l,
            pp_error *err)
{
    static const char *const why[] = { "buried or loose", "small", "inner" };
    size_t capacity = l->nloss;

    for (uint32_t g = 0; g < npart; g++) {
        const part_sum *s = &sum[g];
        pp_repair_loss *x;

        if (s->nleft > 0 || s->near || s->area_mm2 == 0)
            continue;
        if (pp_grow(&l->loss, &capacity, l->nloss + 1, sizeof *l->loss, err) !=
            PP_OK)
            return err->status;
        x = &l->loss[l->nloss++];
        *x = (pp_repair_loss){ why[s->fate], s->nfacet, s->volume_mm3,
                               s->area_mm2,
                               pp_scale(pp_add(s->box.low, s->box.high),
                                        0.5) };
    }
    return PP_OK;
}

static pp_status
find_losses(const pp_mesh *old, const pp_mesh *added, const uint32_t *new_of,
            const uint8_t *fate, double near_mm, pp_repair_ledger *l,
            pp_error *err)
{
    uint32_t *part = NULL, npart;
    part_sum *sum = NULL;
    bool any = false;

    if (pp_mesh_parts(old, &part, &npart, err) != PP_OK)
        return err->status;
    sum = pp_alloc_zero(npart, sizeof *sum);
    if (sum == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    add_up_parts(old, part, new_of, fate, npart, sum);
    for (uint32_t g = 0; g < npart; g++)
        any = any || sum[g].nleft == 0;
    if (any && look_for_parts(old, part, added, near_mm, sum, err) != PP_OK)
        goto done;
    (void)!list_losses(sum, npart, l, err);
done:
    pp_free(part);
    pp_free(sum);
    return err->status;
}

pp_status
pp_tell_change(const pp_mesh *old, const pp_patient *p, const pp_mesh *places,
               const uint8_t *fate, const pp_repair_options *o,
               pp_repair_ledger *l, pp_error *err)
{
    pp_mesh added = { 0 }, removed = { 0 };
    pp_bvh *bvh = NULL;
    uint32_t *new_of = pp_alloc(old->ntri, sizeof *new_of);

    if (new_of == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < old->ntri; t++)
        new_of[t] = PP_NONE;
    for (size_t t = 0; t < p->mesh.ntri; t++)
        if (p->old_of[t] != PP_NONE)
            new_of[p->old_of[t]] = (uint32_t)t;
    if (measure_change(old, p, new_of, o, &added, &removed, l, err) != PP_OK ||
        find_losses(old, &added, new_of, fate,
                    fmax(o->weld_mm, o->rebuild_mm), l, err) != PP_OK)
        goto done;
    if (places->ntri > 0) {
        if (pp_bvh_build(places, &bvh, err) != PP_OK)
            goto done;
        l->changed_within_mm =
            fmax(reach_of(&added, bvh), reach_of(&removed, bvh));
    }
done:
    pp_bvh_free(bvh);
    pp_mesh_free(&added);
    pp_mesh_free(&removed);
    pp_free(new_of);
    return err->status;
}
