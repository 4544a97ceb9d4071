/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mask2stl_one.c - from one label, or a grey image, to one proved file
 */
#include "mask2stl.h"

#include "base/alloc.h"
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static pp_status
choose_segment(pp_error *err)
{
    size_t index = 0;

    if (run.volume.nsegment == 0)
        return pp_fail(err, PP_EGEOM, "there is no label in it");
    if (asked.label == NULL && run.volume.nsegment > 1)
        return pp_fail(err, PP_EGEOM, "%zu labels: choose one with --label "
                       "(--list shows them)", run.volume.nsegment);
    if (asked.label != NULL &&
        pp_segment_find(&run.volume, asked.label, &index, err) != PP_OK)
        return err->status;
    run.segment = &run.volume.segment[index];
    if (run.segment->problem != NULL)
        return pp_fail(err, PP_EGEOM, "label %lu %s",
                       (unsigned long)run.segment->number,
                       run.segment->problem);
    return PP_OK;
}

/* What --iso is a value of: a grey image, or the shares of one label. */
static pp_status
choose_grey(pp_error *err)
{
    const pp_volume *v = &run.volume;

    run.grey = &v->layer[0];
    if (!v->has_segments && asked.label == NULL)
        return PP_OK;
    if (!v->has_segments)
        return pp_fail(err, PP_EGEOM, "grey images have no labels: with --iso "
                                      "leave --label out");
    if (!v->fractional)
        return pp_fail(err, PP_EGEOM,
                       "holds whole labels: --iso is for grey images, "
                       "fractional segmentations and contours");
    if (!(asked.iso > 0 && asked.iso <= 1))
        return pp_fail(err, PP_EGEOM, "holds shares: --iso lies between 0 "
                                      "and 1");
    if (choose_segment(err) != PP_OK)
        return err->status;
    run.grey = &v->layer[run.segment->layer];
    return PP_OK;
}

static pp_status
make_mask(pp_error *err)
{
    const pp_connect connect = m2s_connect(&run.how);
    m2s_ledger *l = &run.ledger;

    if (isnan(asked.iso)) {
        if (choose_segment(err) != PP_OK ||
            pp_mask_take_segment(&run.volume, run.segment, &run.mask, err) !=
                PP_OK)
            return err->status;
    } else if (choose_grey(err) != PP_OK ||
               pp_mask_from_iso(run.grey, asked.iso, &run.mask, err) != PP_OK)
        return err->status;
    if ((asked.min_island > 0 || asked.largest > 0) &&
        pp_mask_keep_largest(&run.mask, connect, asked.min_island,
                             asked.largest > 0 ? asked.largest : SIZE_MAX,
                             &l->dropped, &l->ndropped, err) != PP_OK)
        return err->status;
    if (asked.fill_cavities > 0 &&
        pp_mask_fill_cavities(&run.mask, connect, asked.fill_cavities,
                              &l->filled, &l->nfilled, err) != PP_OK)
        return err->status;
    run.nvoxel = pp_mask_count(&run.mask);
    return m2s_take_stock(&run.mask, connect, l, err);
}

static pp_status
make_surface(pp_error *err)
{
    m2s_begin_stage("surface");
    pp_confidence_free(&run.made.confidence);
    if (asked.no_verify && isnan(asked.iso)) /* its frame is all that stays */
        return pp_surface_take_mask(&run.mask, &run.how, &run.mesh, &run.made,
                                    err);
    if (isnan(asked.iso) || asked.binary)
        return pp_surface_from_mask(&run.mask, &run.how, &run.mesh,
                                    &run.made, err);
    return pp_surface_from_grey(run.grey, asked.iso, &run.mask,
                                &run.how, &run.mesh, &run.made, err);
}

pp_status
m2s_make_provenance(pp_provenance *p, const size_t dim[3],
                    const double to_lps[3][4], const pp_segment *segment,
                    const char *changes, int status, pp_error *err)
{
    const pp_volume *v = &run.volume;
    pp_mask place = { 0 };

    pp_provenance_free(p);
    p->unit = pp_strdup("mm");
    p->frame = pp_strdup("LPS");
    if (p->unit == NULL || p->frame == NULL)
        return pp_fail_memory(err);
    p->has_grid = true;
    memcpy(p->dim, dim, sizeof p->dim);
    memcpy(p->to_lps, to_lps, sizeof p->to_lps);
    memcpy(place.to_lps, to_lps, sizeof place.to_lps);
    pp_mask_spacing(&place, p->voxel_mm);
    if (segment != NULL) {
        p->has_label = true;
        p->label = segment->number;
        if (segment->name != NULL &&
            (p->label_name = pp_strdup(segment->name)) == NULL)
            return pp_fail_memory(err);
    }
    if (pp_provenance_add_input(p, run.grey == NULL ? "mask" : "source",
                                v->sha256, v->kind, err) != PP_OK)
        return err->status;
    return pp_provenance_add_step(p, "mask2stl", PACKAGE_VERSION,
                                  cli.options_text, changes, status, err);
}

static pp_status
make_provenance(int status, pp_error *err)
{
    char changed[24] = "unknown", changes[160];

    if (!asked.no_verify)
        snprintf(changed, sizeof changed, "%zu", run.nchanged);
    snprintf(changes, sizeof changes, "facets=%zu voxels=%zu "
             "dropped_islands=%zu filled_cavities=%zu voxels_changed=%s%s",
             run.mesh.ntri, run.nvoxel, run.ledger.ndropped,
             run.ledger.nfilled, changed,
             run.volume.resampled ? " resampled=straight" : "");
    return m2s_make_provenance(&run.prov, run.mask.dim,
                               (const double(*)[4])run.mask.to_lps,
                               run.segment, changes, status, err);
}

/*
 * The file's bytes with this verdict in them, and what they decode to, which
 * then stands for the mesh. What is not proved is not read back, and goes to
 * its file piece by piece.
 */
static pp_status
encode(int status, pp_error *err)
{
    m2s_begin_stage("encoding");
    if (run.mesh.ntri == 0) { /* once more */
        run.mesh = run.reread;
        memset(&run.reread, 0, sizeof run.reread);
    }
    pp_mesh_free(&run.reread);
    pp_bytes_free(&run.bytes);
    if (make_provenance(status, err) != PP_OK)
        return err->status;
    if (asked.no_verify) {
        pp_mesh_round_float(&run.mesh);
        run.reread = run.mesh;
        memset(&run.mesh, 0, sizeof run.mesh);
        return PP_OK;
    }
    if (cli_encode_mesh(&run.mesh, &run.prov, run.format, NULL, &run.bytes,
                        &run.reread, err) == PP_OK)
        pp_mesh_free(&run.mesh);
    return err->status;
}

/* The decoded bytes against the mask; *status says whether they are good. */
static pp_status
verify(int *status, pp_error *err)
{
    const size_t n = run.mask.dim[0] * run.mask.dim[1] * run.mask.dim[2];

    m2s_begin_stage("proof");
    *status = CLI_GOOD;
    run.nchanged = run.nadded = 0;
    pp_mask_free(&run.back);
    pp_report_free(&run.report);
    if (pp_surface_to_mask(&run.reread, &run.mask, &run.back, err) != PP_OK ||
        pp_check(&run.reread, NULL, &run.report, err) != PP_OK)
        return err->status;
    for (size_t v = 0; v < n; v++) {
        run.nchanged += run.back.in[v] != run.mask.in[v];
        run.nadded += run.back.in[v] > run.mask.in[v];
    }
    if (run.nchanged > 0 || pp_report_ndefect(&run.report) > 0)
        *status = CLI_LOOK;
    return PP_OK;
}

/* How much room rounding has left between facets. */
static pp_status
measure_clearance(pp_error *err)
{
    double mm[3];

    if (asked.no_verify || !m2s_wants_numbers())
        return PP_OK;
    pp_mask_spacing(&run.mask, mm);
    return pp_surface_clearance(&run.reread,
                                fmin(mm[0], fmin(mm[1], mm[2])) / 4,
                                &run.clearance_mm, err);
}

static pp_status
make_again(int *verdict, pp_error *err)
{
    pp_mesh_free(&run.mesh);
    if (make_surface(err) != PP_OK || encode(CLI_GOOD, err) != PP_OK)
        return err->status;
    return verify(verdict, err);
}

/*
 * Precedence is: valid, then lossless, then few facets. Decimation that does
 * not stand the proof is taken back. If that is not enough, floats are too
 * coarse for this frame: vertices slide along their edges, away from the
 * ends, where facets come near each other and the voxel centres.
 */
static pp_status
make_bytes(int *verdict, pp_error *err)
{
    static const double keep_off[] = { 0.1, 0.25, 0.4 };

    if (make_surface(err) != PP_OK || encode(CLI_GOOD, err) != PP_OK)
        return err->status;
    *verdict = CLI_GOOD;
    if (!asked.no_verify && verify(verdict, err) != PP_OK)
        return err->status;
    if (*verdict != CLI_GOOD && run.how.decimate) {
        run.how.decimate = false;
        run.taken_back = true;
        if (make_again(verdict, err) != PP_OK)
            return err->status;
    }
    for (size_t n = 0; n < sizeof keep_off / sizeof *keep_off &&
                       *verdict != CLI_GOOD &&
                       run.how.smooth != PP_SMOOTH_FREE; n++) {
        run.how.keep_off = keep_off[n];
        if (make_again(verdict, err) != PP_OK)
            return err->status;
    }
    if (measure_clearance(err) != PP_OK)
        return err->status;
    if (asked.triangles > 0 && run.reread.ntri > asked.triangles)
        *verdict = CLI_LOOK;
    return *verdict == CLI_GOOD ? PP_OK : encode(*verdict, err);
}

pp_status
m2s_make_one(int *status, pp_error *err)
{
    int verdict = CLI_TROUBLE;

    run.format = cli_output_format(PP_FORMAT_STL);
    m2s_begin_stage("mask");
    if (make_mask(err) != PP_OK || make_bytes(&verdict, err) != PP_OK)
        return err->status;
    m2s_say();
    m2s_begin_stage("writing");
    if ((asked.no_verify
             ? cli_write_mesh(&run.reread, &run.prov, run.format, err)
             : cli_write(&run.bytes, run.format, err)) != PP_OK ||
        m2s_write_json(verdict, err) != PP_OK)
        return err->status;
    m2s_say_stages();
    *status = verdict;
    return PP_OK;
}
