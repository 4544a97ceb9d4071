/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshmask_lattice.c - on which voxels, and beside which mask
 */
#include "meshmask.h"

#include "base/alloc.h"

#include <string.h>

/* Without voxels: only sizes and the matrix are looked at. */
static void
set_lattice(const size_t dim[3], const double to_lps[3][4])
{
    memcpy(run.like.dim, dim, sizeof run.like.dim);
    memcpy(run.like.to_lps, to_lps, sizeof run.like.to_lps);
}

static pp_status
read_like(pp_error *err)
{
    const pp_read_options how = { .series = asked.series,
                                  .headers_only = true };
    pp_volume v = { 0 };

    cli_progress("reading the image's headers", 0);
    run.culprit = asked.like;
    if (pp_volume_read(asked.like, &how, &v, err) == PP_OK) {
        if (v.nlayer == 0)
            pp_fail(err, PP_EUNSUPPORTED, "has no voxels");
        else
            set_lattice(v.stored_dim,
                        (const double(*)[4])v.stored_to_lps);
    }
    pp_volume_free(&v);
    return err->status;
}

static pp_status
read_mask(pp_error *err)
{
    run.culprit = asked.mask;
    cli_progress("reading the mask", 0);
    if (pp_volume_read(asked.mask, NULL, &run.mask, err) != PP_OK)
        return err->status;
    return pp_volume_list_labels(&run.mask, err);
}

pp_status
mmk_choose_lattice(pp_error *err)
{
    const pp_provenance *prov = &run.model.provenance;
    pp_box box = pp_box_empty();

    if (asked.mask != NULL && read_mask(err) != PP_OK)
        return err->status;
    if (asked.like != NULL)
        return read_like(err);
    run.culprit = cli_input(0);
    if (asked.spacing_mm > 0) {
        for (size_t i = 0; i < run.model.nobject; i++) {
            const pp_mesh *m = &run.model.object[i].mesh;

            for (size_t v = 0; v < m->nvert; v++)
                pp_box_add(&box, m->vert[v]);
        }
        return pp_overlay_lattice(box, asked.spacing_mm, &run.like, err);
    }
    if (asked.mask != NULL)
        set_lattice(run.mask.stored_dim,
                    (const double(*)[4])run.mask.stored_to_lps);
    else if (prov->has_grid)
        set_lattice(prov->dim, (const double(*)[4])prov->to_lps);
    else
        return pp_fail(err, PP_EGEOM, "does not say of which image it was "
                       "made: --like or --spacing");
    return PP_OK;
}

/* ---- beside the mask ---- */

/* --label for one object, else the label of its provenance, of its name or of
 * its place. */
static pp_status
find_segment(size_t i, size_t *index, pp_error *err)
{
    const pp_provenance *prov = &run.model.provenance;
    char number[24];

    *index = 0;
    if (run.model.nobject == 1 && asked.label != NULL)
        return pp_segment_find(&run.mask, asked.label, index, err);
    if (run.model.nobject == 1 && prov->has_label) {
        snprintf(number, sizeof number, "%lld", (long long)prov->label);
        return pp_segment_find(&run.mask, number, index, err);
    }
    if (run.segment[i].name != NULL)
        return pp_segment_find(&run.mask, run.segment[i].name, index, err);
    *index = i;
    if (run.mask.nsegment == run.model.nobject)
        return PP_OK;
    return pp_fail(err, PP_EGEOM, "object %zu has no name, and the mask %zu "
                   "labels: choose one with --label", i + 1,
                   run.mask.nsegment);
}

/* A code of the label is a code of the printed shape, too. */
static pp_status
take_codes(const pp_segment *from, pp_segment *to, pp_error *err)
{
    const pp_concept *in[2] = { &from->category, &from->type };
    pp_concept *out[2] = { &to->category, &to->type };

    for (int c = 0; c < 2; c++) {
        if (in[c]->value == NULL || in[c]->scheme == NULL ||
            in[c]->meaning == NULL)
            continue;
        out[c]->value = pp_strdup(in[c]->value);
        out[c]->scheme = pp_strdup(in[c]->scheme);
        out[c]->meaning = pp_strdup(in[c]->meaning);
        if (out[c]->value == NULL || out[c]->scheme == NULL ||
            out[c]->meaning == NULL)
            return pp_fail_memory(err);
    }
    if (to->name == NULL && from->name != NULL &&
        (to->name = pp_strdup(from->name)) == NULL)
        return pp_fail_memory(err);
    return PP_OK;
}

static pp_status
compare(size_t i, pp_error *err)
{
    mmk_part *p = &run.part[i];
    pp_mask truth = { 0 }, inside = { 0 };
    size_t index, n;

    if (find_segment(i, &index, err) != PP_OK ||
        take_codes(&run.mask.segment[index], &run.segment[i], err) != PP_OK ||
        pp_mask_from_segment(&run.mask, &run.mask.segment[index], &truth,
                             err) != PP_OK ||
        pp_surface_to_mask(&run.model.object[i].mesh, &truth, &inside, err) !=
            PP_OK)
        goto done;
    n = truth.dim[0] * truth.dim[1] * truth.dim[2];
    for (size_t v = 0; v < n; v++) {
        p->nmask += truth.in[v];
        p->nmesh += inside.in[v];
        p->nboth += truth.in[v] & inside.in[v];
    }
    p->compared = true;
    p->dice = p->nmask + p->nmesh > 0
                  ? 2 * (double)p->nboth / (double)(p->nmask + p->nmesh) : 1;
done:
    pp_mask_free(&truth);
    pp_mask_free(&inside);
    return err->status;
}

pp_status
mmk_compare(pp_error *err)
{
    if (asked.mask == NULL)
        return PP_OK;
    if (asked.label != NULL && run.model.nobject > 1)
        return pp_fail(err, PP_EGEOM, "%zu objects: their names choose the "
                       "labels, not --label", run.model.nobject);
    run.culprit = asked.mask;
    for (size_t i = 0; i < run.model.nobject; i++)
        if (compare(i, err) != PP_OK)
            break;
    return err->status;
}
