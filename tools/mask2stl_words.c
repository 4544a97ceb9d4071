/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mask2stl_words.c - what one surface came to, in words and as JSON
 */
#include "mask2stl.h"

#include "measure/measure.h"

#include "base/alloc.h"

#include <stdio.h>
#include <string.h>

void
m2s_free_ledger(m2s_ledger *l)
{
    pp_free(l->dropped);
    pp_free(l->filled);
    pp_free(l->kept);
    pp_free(l->cavity);
    pp_free(l->thin);
    memset(l, 0, sizeof *l);
}

pp_status
m2s_take_stock(const pp_mask *mask, pp_connect connect, m2s_ledger *l,
               pp_error *err)
{
    if (!m2s_wants_numbers())
        return PP_OK;
    if (pp_mask_islands(mask, connect, NULL, &l->kept, &l->nkept, err) ==
            PP_OK &&
        pp_mask_cavities(mask, connect, &l->cavity, &l->ncavity, err) == PP_OK)
        (void)!pp_mask_thin_places(mask, &l->thin, &l->nthin, err);
    return err->status;
}

void
m2s_json_notes(pp_json *j)
{
    const pp_volume *v = &run.volume;

    if (v->notes != NULL)
        pp_json_string(j, "notes", v->notes);
    if (v->warnings != NULL)
        pp_json_string(j, "warnings", v->warnings);
    if (v->nreferenced > 0) {
        pp_json_count(j, "referenced_slices", v->nreferenced);
        pp_json_count(j, "present_slices", v->npresent);
    }
}

#define MOST_PLACES 5 /* named in words; the JSON has them all */

static void
say_islands(const char *what, const pp_island *island, size_t n)
{
    for (size_t i = 0; i < n && i < MOST_PLACES; i++)
        cli_say("%s: %.3g mm3 at %.1f,%.1f,%.1f", what, island[i].volume_mm3,
                island[i].centre.x, island[i].centre.y, island[i].centre.z);
    if (n > MOST_PLACES)
        cli_say("%s: and %zu more", what, n - MOST_PLACES);
}

static void
json_islands(pp_json *j, const char *key, const pp_island *island, size_t n)
{
    pp_json_array(j, key);
    for (size_t i = 0; i < n; i++) {
        pp_json_object(j, NULL);
        pp_json_count(j, "voxels", island[i].nvoxel);
        pp_json_real(j, "volume_mm3", island[i].volume_mm3);
        pp_json_point(j, "centre_mm", island[i].centre);
        pp_json_end(j);
    }
    pp_json_end(j);
}

static void
say_thin(const m2s_ledger *l)
{
    for (size_t n = 0; n < l->nthin && n < MOST_PLACES; n++)
        cli_say("one voxel thin along %c, %zu voxels about %.1f,%.1f,%.1f: "
                "the mask does not hold the shape there",
                "ijk"[l->thin[n].axis], l->thin[n].nvoxel,
                l->thin[n].centre.x, l->thin[n].centre.y,
                l->thin[n].centre.z);
    if (l->nthin > MOST_PLACES)
        cli_say("and %zu more thin places", l->nthin - MOST_PLACES);
}

void
m2s_say_ledger(const m2s_ledger *l)
{
    say_thin(l);
    say_islands("island dropped", l->dropped, l->ndropped);
    say_islands("cavity filled", l->filled, l->nfilled);
    say_islands("cavity kept", l->cavity, l->ncavity);
    if (l->nkept > 1)
        say_islands("island kept", l->kept, l->nkept);
}

static void
say_steps(void)
{
    cli_say("%-9s %10s %12s %11s %6s %6s  %s", "step", "facets", "volume_mm3",
            "area_mm2", "parts", "genus", "moved: mean, p95, max mm");
    for (size_t n = 0; n < run.made.nstep; n++) {
        const pp_step *s = &run.made.step[n];

        cli_say("%-9s %10zu %12.6g %11.6g %6zu %6td  %.4f %.4f %.4f", s->name,
                s->nfacet, s->volume_mm3, s->area_mm2, s->npart, s->genus,
                s->mean_mm, s->p95_mm, s->max_mm);
    }
}

static void
say_confidence(void)
{
    const pp_confidence *c = &run.made.confidence;

    if (!(asked.confidence > 0))
        return;
    cli_say("%.1f %% of the surface is on voxels below a confidence of %g",
            c->area_mm2 > 0 ? 100 * c->low_mm2 / c->area_mm2 : 0,
            asked.confidence);
    for (size_t n = 0; n < c->nregion && n < MOST_PLACES; n++)
        cli_say("in doubt: %.3g mm2 about %.1f,%.1f,%.1f",
                c->region[n].area_mm2, c->region[n].centre.x,
                c->region[n].centre.y, c->region[n].centre.z);
}

void
m2s_say(void)
{
    char text[200];

    if (run.nchanged > 0)
        cli_say("%zu voxels differ from the mask: %zu added, %zu lost",
                run.nchanged, run.nadded, run.nchanged - run.nadded);
    if (!asked.no_verify && pp_report_ndefect(&run.report) > 0) {
        pp_report_summary(&run.report, text, sizeof text);
        cli_say("the mesh is not clean: %s", text);
    }
    if (run.taken_back)
        cli_say("not decimated: the result did not stand the proof");
    if (run.how.keep_off > 0)
        cli_say("in this frame floats are coarse: vertices keep %g of their "
                "lattice edge off its ends", run.how.keep_off);
    if (asked.triangles > 0 && run.reread.ntri > asked.triangles)
        cli_say("%zu facets instead of %zu: fewer would break --max-error or "
                "a voxel", run.reread.ntri, asked.triangles);
    if (!cli.verbose)
        return;
    if (run.made.touches_border)
        cli_say("the mask is cut off by the border of the image");
    say_steps();
    say_confidence();
    m2s_say_ledger(&run.ledger);
    cli_say("%zu facets of %zu, %.6g mm3 (mask: %.6g mm3)", run.reread.ntri,
            run.made.nfacet, run.made.mesh_volume_mm3,
            run.made.mask_volume_mm3);
    if (!asked.no_verify)
        cli_say("facets without a common vertex keep %.3g mm from each other",
                run.clearance_mm);
}

static void
json_thin(pp_json *j, const m2s_ledger *l)
{
    pp_json_array(j, "thin_places");
    for (size_t n = 0; n < l->nthin; n++) {
        char axis[2] = { "ijk"[l->thin[n].axis], '\0' };

        pp_json_object(j, NULL);
        pp_json_count(j, "voxels", l->thin[n].nvoxel);
        pp_json_string(j, "axis", axis);
        pp_json_point(j, "centre_mm", l->thin[n].centre);
        pp_json_end(j);
    }
    pp_json_end(j);
}

void
m2s_json_ledger(pp_json *j, const m2s_ledger *l)
{
    json_islands(j, "dropped_islands", l->dropped, l->ndropped);
    json_islands(j, "filled_cavities", l->filled, l->nfilled);
    json_islands(j, "islands", l->kept, l->nkept);
    json_islands(j, "cavities", l->cavity, l->ncavity);
    json_thin(j, l);
}

static void
json_steps(pp_json *j)
{
    pp_json_array(j, "steps");
    for (size_t n = 0; n < run.made.nstep; n++) {
        const pp_step *s = &run.made.step[n];

        pp_json_object(j, NULL);
        pp_json_string(j, "step", s->name);
        pp_json_count(j, "facets", s->nfacet);
        pp_json_count(j, "vertices", s->nvert);
        pp_json_real(j, "volume_mm3", s->volume_mm3);
        pp_json_real(j, "area_mm2", s->area_mm2);
        pp_json_count(j, "parts", s->npart);
        pp_json_integer(j, "genus", s->genus);
        pp_json_real(j, "moved_mean_mm", s->mean_mm);
        pp_json_real(j, "moved_p95_mm", s->p95_mm);
        pp_json_real(j, "moved_max_mm", s->max_mm);
        pp_json_real(j, "facets_per_cm2", 100 * (double)s->nfacet /
                                              s->area_mm2);
        pp_json_object(j, "edge_mm");
        pp_json_real(j, "min", s->edge.min_mm);
        pp_json_real(j, "p5", s->edge.p5_mm);
        pp_json_real(j, "median", s->edge.median_mm);
        pp_json_real(j, "p95", s->edge.p95_mm);
        pp_json_real(j, "max", s->edge.max_mm);
        pp_json_end(j);
        pp_json_end(j);
    }
    pp_json_end(j);
}

static void
json_confidence(pp_json *j)
{
    const pp_confidence *c = &run.made.confidence;

    if (!(asked.confidence > 0))
        return;
    pp_json_object(j, "confidence");
    pp_json_real(j, "limit", asked.confidence);
    pp_json_real(j, "area_below_mm2", c->low_mm2);
    pp_json_real(j, "share_below",
                 c->area_mm2 > 0 ? c->low_mm2 / c->area_mm2 : 0);
    pp_json_array(j, "regions");
    for (size_t n = 0; n < c->nregion; n++) {
        pp_json_object(j, NULL);
        pp_json_real(j, "area_mm2", c->region[n].area_mm2);
        pp_json_point(j, "centre_mm", c->region[n].centre);
        pp_json_end(j);
    }
    pp_json_end(j);
    pp_json_end(j);
}

void
m2s_json_input(pp_json *j, const double voxel_mm[3])
{
    pp_json_string(j, "kind", run.volume.kind);
    pp_json_string(j, "sha256", run.volume.sha256);
    m2s_json_notes(j);
    pp_json_array(j, "voxel_mm");
    for (int a = 0; a < 3; a++)
        pp_json_real(j, NULL, voxel_mm[a]);
    pp_json_end(j);
}

static void
json_mask(pp_json *j)
{
    pp_json_object(j, "mask");
    m2s_json_input(j, run.prov.voxel_mm);
    if (run.segment != NULL)
        pp_json_count(j, "label", run.segment->number);
    if (run.segment != NULL && run.segment->name != NULL)
        pp_json_string(j, "name", run.segment->name);
    pp_json_count(j, "voxels", run.nvoxel);
    pp_json_real(j, "volume_mm3", run.made.mask_volume_mm3);
    pp_json_bool(j, "touches_border", run.made.touches_border);
    m2s_json_ledger(j, &run.ledger);
    pp_json_end(j);
}

void
m2s_json_reached(pp_json *j, const pp_reached *r)
{
    if (r->nsample == 0)
        return;
    pp_json_object(j, "decimation_error");
    pp_json_real(j, "proved_mm", r->bound_mm);
    pp_json_real(j, "mean_mm", r->mean_mm);
    pp_json_real(j, "p95_mm", r->p95_mm);
    pp_json_real(j, "p99_mm", r->p99_mm);
    pp_json_real(j, "max_mm", r->max_mm);
    pp_json_count(j, "samples", r->nsample);
    pp_json_count(j, "rounds", (size_t)r->nround);
    pp_json_end(j);
}

pp_status
m2s_write_json(int status, pp_error *err)
{
    pp_json j = { 0 };
    double volume;

    if (cli.json == NULL)
        return PP_OK;
    if (pp_measure_volume(&run.reread, &volume, err) != PP_OK)
        return err->status;
    cli_json_start(&j);
    json_mask(&j);
    json_steps(&j);
    json_confidence(&j);
    pp_json_object(&j, "mesh");
    pp_json_string(&j, "format", pp_format_find(run.format)->name);
    pp_json_count(&j, "facets", run.reread.ntri);
    pp_json_count(&j, "vertices", run.reread.nvert);
    pp_json_real(&j, "volume_mm3", volume);
    pp_json_real(&j, "area_mm2", pp_measure_area(&run.reread));
    pp_json_bool(&j, "decimated", run.how.decimate);
    pp_json_count(&j, "facets_before", run.made.nfacet);
    pp_json_real(&j, "max_error_mm", run.made.max_error_mm);
    m2s_json_reached(&j, &run.made.reached);
    pp_json_real(&j, "volume_before_mm3", run.made.mesh_volume_mm3);
    pp_json_real(&j, "unsmoothed_volume_mm3", run.made.raw_volume_mm3);
    pp_json_real(&j, "largest_move_mm", run.made.max_move_mm);
    pp_json_end(&j);
    pp_json_object(&j, "verified");
    pp_json_bool(&j, "done", !asked.no_verify);
    if (!asked.no_verify) {
        pp_json_count(&j, "voxels_changed", run.nchanged);
        pp_json_count(&j, "voxels_added", run.nadded);
        pp_json_real(&j, "clearance_mm", run.clearance_mm);
        pp_json_real(&j, "kept_off_ends", run.how.keep_off);
        pp_report_json(&run.report, &j);
    }
    pp_json_end(&j);
    return cli_json_write(&j, status, err);
}
