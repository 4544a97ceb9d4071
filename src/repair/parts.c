/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parts.c - parts that are dropped because somebody asked for it
 *
 * By volume, or because they lie inside others. Nothing here is done by
 * default, and each part dropped gets its line in the ledger (change.c).
 */
#include "repair/climb.h"
#include "repair/gate.h"

#include "base/alloc.h"

#include <stdio.h>
#include <string.h>

/* Drops the facets with why[t] other than PP_FATE_NONE, and tells their fate.
   *why is used up. */
static pp_status
drop_facets(pp_patient *p, uint8_t *why, uint8_t *fate, pp_repair_ledger *l,
            pp_error *err)
{
    size_t n = 0, ndropped;

    for (size_t t = 0; t < p->mesh.ntri; t++)
        if (why[t] != PP_FATE_NONE && p->old_of[t] != PP_NONE)
            fate[p->old_of[t]] = why[t];
    for (size_t t = 0; t < p->mesh.ntri; t++)
        why[t] = why[t] == PP_FATE_NONE; /* to keep */
    if (pp_copy_others(&p->mesh, why, &l->dropped, err) != PP_OK)
        return err->status;
    for (size_t t = 0; t < p->mesh.ntri; t++)
        if (why[t])
            p->old_of[n++] = p->old_of[t];
    pp_keep_facets(&p->mesh, why);
    return pp_mesh_drop_unused(&p->mesh, &ndropped, err);
}

static double
box_volume(pp_box box)
{
    const pp_vec3 size = pp_box_size(box);

    return size.x * size.y * size.z;
}

static pp_status
tell(const char *name, size_t n, double volume_mm3, const char *what,
     pp_repair_ledger *l, pp_error *err)
{
    pp_cure c = { .count = n };

    snprintf(c.detail, sizeof c.detail, "%zu %s dropped (%.4g mm3)", n, what,
             volume_mm3);
    return pp_ledger_add(l, name, &c, true, -volume_mm3, NULL, err);
}

static pp_status
weigh_dust(const pp_mesh *m, const uint8_t *why, double *volume_mm3,
           pp_error *err)
{
    pp_mesh dust = { 0 };

    *volume_mm3 = 0;
    if (pp_mesh_select(m, why, &dust, err) == PP_OK)
        (void)!pp_enclosed_volume(&dust, pp_middle(&dust), volume_mm3, err);
    pp_mesh_free(&dust);
    return err->status;
}

pp_status
pp_drop_dust(pp_patient *p, const pp_repair_options *o, uint8_t *fate,
             pp_repair_ledger *l, pp_error *err)
{
    uint32_t *part = NULL, npart;
    pp_box *box = NULL;
    uint8_t *why = NULL;
    size_t nsmall = 0;
    double volume_mm3;

    if (pp_mesh_parts(&p->mesh, &part, &npart, err) != PP_OK)
        return err->status;
    box = pp_alloc(npart, sizeof *box);
    why = pp_alloc(p->mesh.ntri, 1);
    if (box == NULL || why == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (uint32_t g = 0; g < npart; g++)
        box[g] = pp_box_empty();
    for (size_t c = 0; c < 3 * p->mesh.ntri; c++)
        pp_box_add(&box[part[c / 3]],
                   p->mesh.vert[p->mesh.tri[c / 3][c % 3]]);
    for (uint32_t g = 0; g < npart; g++)
        nsmall += box_volume(box[g]) < o->min_part_mm3;
    if (nsmall == 0 || nsmall == npart) /* never all of it */
        goto done;
    for (size_t t = 0; t < p->mesh.ntri; t++)
        why[t] = box_volume(box[part[t]]) < o->min_part_mm3 ? PP_FATE_SMALL
                                                            : PP_FATE_NONE;
    if (weigh_dust(&p->mesh, why, &volume_mm3, err) == PP_OK &&
        drop_facets(p, why, fate, l, err) == PP_OK)
        (void)!tell("small", nsmall, volume_mm3, "crumbs", l, err);
done:
    pp_free(part);
    pp_free(box);
    pp_free(why);
    return err->status;
}

/* ---- shells of a clean mesh ---- */

/* Whether shell b lies inside shell a; both closed, and apart. */
static pp_status
lies_inside(const pp_mesh *m, const uint32_t *part, const pp_shell *a,
            const pp_shell *b, bool *inside, pp_error *err)
{
    uint8_t *keep = pp_alloc(m->ntri, 1);
    pp_mesh alone = { 0 };
    pp_bvh *bvh = NULL;

    *inside = false;
    if (keep == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++)
        keep[t] = part[t] == part[a->facet];
    if (pp_mesh_select(m, keep, &alone, err) == PP_OK &&
        pp_bvh_build(&alone, &bvh, err) == PP_OK)
        *inside = fabs(pp_bvh_winding(bvh, m->vert[m->tri[b->facet][0]])) >
                  0.5;
    pp_bvh_free(bvh);
    pp_mesh_free(&alone);
    pp_free(keep);
    return err->status;
}

/* go[i]: shell i is to be dropped, and why. */
static pp_status
choose_shells(const pp_mesh *m, const uint32_t *part, const pp_report *r,
              const pp_repair_options *o, uint8_t *go, pp_error *err)
{
    for (size_t i = 0; i < r->nshell; i++) {
        const pp_shell *s = &r->shell[i];

        if (!s->closed)
            continue;
        if (o->drop_inner && s->depth > 0)
            go[i] = PP_FATE_INNER;
        else if (s->depth % 2 == 0 && fabs(s->volume_mm3) < o->min_part_mm3)
            go[i] = PP_FATE_SMALL;
    }
    for (size_t i = 0; i < r->nshell; i++) /* with what lies inside */
        for (size_t j = 0; go[i] == PP_FATE_SMALL && j < r->nshell; j++) {
            bool inside;

            if (go[j] != PP_FATE_NONE || !r->shell[j].closed ||
                r->shell[j].depth <= r->shell[i].depth)
                continue;
            if (lies_inside(m, part, &r->shell[i], &r->shell[j], &inside,
                            err) != PP_OK)
                return err->status;
            if (inside)
                go[j] = PP_FATE_SMALL;
        }
    return PP_OK;
}

/* A line for the shells of one fate. */
static pp_status
tell_shells(const pp_report *r, const uint8_t *go, pp_fate why,
            pp_repair_ledger *l, pp_error *err)
{
    size_t n = 0;
    double volume_mm3 = 0;

    for (size_t i = 0; i < r->nshell; i++)
        if (go[i] == (uint8_t)why) {
            volume_mm3 += r->shell[i].volume_mm3;
            n++;
        }
    if (n == 0)
        return PP_OK;
    return tell(why == PP_FATE_SMALL ? "small" : "inner", n, volume_mm3,
                why == PP_FATE_SMALL ? "small shells" : "inner shells", l,
                err);
}

pp_status
pp_drop_parts(pp_patient *p, const pp_report *r, const pp_repair_options *o,
              uint8_t *fate, pp_repair_ledger *l, bool *dropped,
              pp_error *err)
{
    uint8_t *go = pp_alloc_zero(r->nshell, 1);
    uint8_t *why = NULL, *why_part = NULL;
    uint32_t *part = NULL, npart;
    size_t ngo = 0;

    *dropped = false;
    if (go == NULL)
        return pp_fail_memory(err);
    if (pp_mesh_parts(&p->mesh, &part, &npart, err) != PP_OK ||
        choose_shells(&p->mesh, part, r, o, go, err) != PP_OK)
        goto done;
    why = pp_alloc(p->mesh.ntri, 1);
    why_part = pp_alloc_zero(npart, 1);
    if (why == NULL || why_part == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t i = 0; i < r->nshell; i++) {
        why_part[part[r->shell[i].facet]] = go[i];
        ngo += go[i] != PP_FATE_NONE;
    }
    if (ngo == 0 || ngo == r->nshell) /* never all of it */
        goto done;
    for (size_t t = 0; t < p->mesh.ntri; t++)
        why[t] = why_part[part[t]];
    *dropped = true;
    if (drop_facets(p, why, fate, l, err) == PP_OK &&
        tell_shells(r, go, PP_FATE_SMALL, l, err) == PP_OK)
        (void)!tell_shells(r, go, PP_FATE_INNER, l, err);
done:
    pp_free(go);
    pp_free(why);
    pp_free(why_part);
    pp_free(part);
    return err->status;
}
