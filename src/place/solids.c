/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * solids.c - one mesh as many solids, and many as one
 *
 * A part is what shares vertices. A part whose volume is negative is the
 * surface of a cavity: it goes with the part of least volume that winds around
 * one of its vertices.
 */
#include "place/place.h"

#include "base/alloc.h"
#include "shim/igl.h"

#include <string.h>

/* Trees for winding numbers are built of parts that may be around others. */
typedef struct {
    const pp_mesh *m;
    uint32_t *part;   /* of each facet */
    uint32_t npart;
    double *volume;   /* six times it, of each part */
    uint32_t *vertex; /* one of each part */
    pp_box *box;
    uint32_t *owner;  /* the part that each is written with */
} splitting;

static pp_status
weigh(splitting *w, pp_error *err)
{
    const pp_mesh *m = w->m;
    const pp_vec3 o = m->vert[m->tri[0][0]];

    w->volume = pp_alloc_zero(w->npart, sizeof *w->volume);
    w->vertex = pp_alloc(w->npart, sizeof *w->vertex);
    w->box = pp_alloc(w->npart, sizeof *w->box);
    w->owner = pp_alloc(w->npart, sizeof *w->owner);
    if (w->volume == NULL || w->vertex == NULL || w->box == NULL ||
        w->owner == NULL)
        return pp_fail_memory(err);
    for (uint32_t i = 0; i < w->npart; i++) {
        w->box[i] = pp_box_empty();
        w->owner[i] = i;
    }
    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t p = w->part[t];
        const pp_vec3 a = m->vert[m->tri[t][0]], b = m->vert[m->tri[t][1]];
        const pp_vec3 c = m->vert[m->tri[t][2]];

        w->volume[p] += pp_dot(pp_sub(a, o),
                               pp_cross(pp_sub(b, o), pp_sub(c, o)));
        w->vertex[p] = m->tri[t][0];
        pp_box_add(&w->box[p], a);
        pp_box_add(&w->box[p], b);
        pp_box_add(&w->box[p], c);
    }
    return PP_OK;
}

static bool
holds(pp_box b, pp_vec3 p)
{
    return p.x >= b.low.x && p.x <= b.high.x && p.y >= b.low.y &&
           p.y <= b.high.y && p.z >= b.low.z && p.z <= b.high.z;
}

/* The facets of the parts for which owner is `which`. */
static pp_status
take_part(const splitting *w, uint32_t which, uint8_t *keep, pp_mesh *out,
          pp_error *err)
{
    for (size_t t = 0; t < w->m->ntri; t++)
        keep[t] = w->owner[w->part[t]] == which;
    return pp_mesh_select(w->m, keep, out, err);
}

/* Gives the cavities that lie in part i to it, where it is the smallest. */
static pp_status
claim_cavities(splitting *w, uint32_t i, uint8_t *keep, pp_error *err)
{
    pp_mesh alone = { 0 };
    pp_bvh *bvh = NULL;

    for (uint32_t k = 0; k < w->npart; k++) {
        const pp_vec3 p = w->m->vert[w->vertex[k]];
        const uint32_t now = w->owner[k];

        if (w->volume[k] >= 0 || !holds(w->box[i], p) ||
            (now != k && w->volume[now] <= w->volume[i]))
            continue;
        if (bvh == NULL && (take_part(w, i, keep, &alone, err) != PP_OK ||
                            pp_bvh_build(&alone, &bvh, err) != PP_OK))
            break;
        if (pp_bvh_winding(bvh, p) > 0.5)
            w->owner[k] = i;
    }
    pp_bvh_free(bvh);
    pp_mesh_free(&alone);
    return err->status;
}

static pp_status
write_parts(const splitting *w, uint8_t *keep, pp_mesh **part, size_t *npart,
            pp_error *err)
{
    *part = pp_alloc_zero(w->npart, sizeof **part);
    if (*part == NULL)
        return pp_fail_memory(err);
    for (uint32_t i = 0; i < w->npart; i++)
        if (w->owner[i] == i) {
            if (take_part(w, i, keep, &(*part)[*npart], err) != PP_OK)
                return err->status;
            ++*npart;
        }
    return PP_OK;
}

pp_status
pp_split_solids(const pp_mesh *m, pp_mesh **part, size_t *npart, pp_error *err)
{
    splitting w = { .m = m };
    uint8_t *keep = pp_alloc(m->ntri, sizeof *keep);

    *part = NULL;
    *npart = 0;
    if (keep == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pp_mesh_parts(m, &w.part, &w.npart, err) != PP_OK ||
        w.npart == 0 || weigh(&w, err) != PP_OK)
        goto done;
    for (uint32_t i = 0; i < w.npart; i++)
        if (w.volume[i] > 0 && claim_cavities(&w, i, keep, err) != PP_OK)
            goto done;
    (void)!write_parts(&w, keep, part, npart, err);
done:
    if (err->status != PP_OK) {
        for (size_t i = 0; *part != NULL && i < *npart; i++)
            pp_mesh_free(&(*part)[i]);
        pp_free(*part);
        *part = NULL;
        *npart = 0;
    }
    pp_free(keep);
    pp_free(w.part);
    pp_free(w.volume);
    pp_free(w.vertex);
    pp_free(w.box);
    pp_free(w.owner);
    return err->status;
}

pp_status
pp_join_solids(const pp_mesh *const *solid, size_t n, pp_mesh *out,
               pp_error *err)
{
    memset(out, 0, sizeof *out);
    if (n == 0)
        return pp_fail(err, PP_EGEOM, "nothing to join");
    if (pp_mesh_copy(solid[0], out, err) != PP_OK)
        return err->status;
    for (size_t i = 1; i < n; i++) {
        pp_mesh both;

        if (pp_igl_mesh_union(out, solid[i], &both, err) != PP_OK)
            break;
        pp_mesh_free(out);
        *out = both;
    }
    if (err->status != PP_OK)
        pp_mesh_free(out);
    return err->status;
}
