/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mask2stl.c - a closed, lossless surface from a segmentation or a grey image
 */
#include "check/check.h"
#include "cli.h"
#include "config.h"
#include "mask/mask.h"
#include "measure/measure.h"
#include "surface/surface.h"

#include "base/alloc.h"
#include "base/file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static bool list, no_verify, no_decimate, plain_uids, resample, binary,
    fill_planes;
static const char *label, *smooth_name, *connect_name, *series, *source,
    *form_name;
static double iso = NAN, min_island, fill_cavities, max_error, confidence;
static size_t channel, largest, triangles;

static const cli_option options[] = {
    { 'l', "list", NULL, "list the labels, or a directory's series, and stop",
      CLI_FLAG, &list, NULL },
    { 0, "label", "N|NAME", "the label to take (needed where there are more)",
      CLI_TEXT, &label, NULL },
    { 0, "iso", "VALUE", "of a grey image: where it crosses this value",
      CLI_REAL, &iso, NULL },
    { 0, "binary", NULL, "with --iso: from that value on, as a label",
      CLI_FLAG, &binary, NULL },
    { 0, "series", "N|UID", "the series to take from a DICOM directory",
      CLI_TEXT, &series, NULL },
    { 0, "source", "FILE", "the image that the mask or contours belong to",
      CLI_PATH, &source, NULL },
    { 0, "fill-planes", NULL, "of contours: fill slices between those drawn",
      CLI_FLAG, &fill_planes, NULL },
    { 0, "resample", NULL, "straighten a tilted or unevenly spaced series",
      CLI_FLAG, &resample, NULL },
    { 0, "form", "sform|qform", "which placement of a NIfTI header to take",
      CLI_TEXT, &form_name, NULL },
    { 0, "channel", "N", "the volume to take from a 4-D file, from 1",
      CLI_COUNT, &channel, NULL },
    { 0, "min-island", "MM3", "drop islands smaller than this",
      CLI_POSITIVE, &min_island, NULL },
    { 0, "largest", "N", "keep the N largest islands only", CLI_COUNT,
      &largest, NULL },
    { 0, "fill-cavities", "MM3", "fill cavities up to this volume",
      CLI_POSITIVE, &fill_cavities, NULL },
    { 0, "confidence", "P", "of a probability map: how much of the surface "
      "is on voxels below P", CLI_POSITIVE, &confidence, NULL },
    { 0, "smooth", "HOW", "none, fast, lossless (default) or free", CLI_TEXT,
      &smooth_name, NULL },
    { 0, "connect", "HOW", "diagonal voxels: joined over an edge (default), "
      "or over a face only", CLI_TEXT, &connect_name, NULL },
    { 0, "max-error", "MM", "of decimation (default: a quarter of the "
      "smallest voxel edge)", CLI_POSITIVE, &max_error, NULL },
    { 0, "triangles", "N", "decimate no further than to N facets",
      CLI_COUNT, &triangles, NULL },
    { 0, "no-decimate", NULL, "keep all facets", CLI_FLAG, &no_decimate,
      NULL },
    { 0, "uids", NULL, "write DICOM UIDs as they are, not as hashes",
      CLI_FLAG, &plain_uids, NULL },
    { 0, "no-verify", NULL, "do not voxelise and check what was written",
      CLI_FLAG, &no_verify, NULL },
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static bool
mesh_wanted(void)
{
    return !list;
}

static const cli_tool tool = {
    "mask2stl", "makes a closed surface of a mask that gives back the mask",
    "INPUT...", 1, -1, options, true, mesh_wanted
};

/* All that a run makes, freed in one place. */
static struct {
    pp_volume volume;
    const pp_segment *segment; /* NULL for a grey image */
    const pp_grid *grey;       /* with --iso */
    pp_mask mask, back;
    pp_island *dropped, *filled;
    pp_thin_place *thin;
    size_t nvoxel, ndropped, nfilled, nthin, nchanged;
    size_t nadded; /* of the changed voxels: outside the mask before */
    bool taken_back; /* decimation: it did not stand the proof */
    pp_surface_options how;
    pp_surface_report made;
    pp_mesh mesh, reread;
    pp_report report;
    pp_provenance prov;
    pp_bytes bytes;
    pp_format format;
    size_t *count;
} run;

static void
free_run(void)
{
    pp_volume_free(&run.volume);
    pp_mask_free(&run.mask);
    pp_mask_free(&run.back);
    pp_free(run.dropped);
    pp_free(run.filled);
    pp_free(run.thin);
    pp_confidence_free(&run.made.confidence);
    pp_mesh_free(&run.mesh);
    pp_mesh_free(&run.reread);
    pp_report_free(&run.report);
    pp_provenance_free(&run.prov);
    pp_bytes_free(&run.bytes);
    pp_free(run.count);
}

/* ---- seconds of each stage: words only, since files tell no times ---- */

static struct {
    const char *name;
    double seconds;
} stage[16];
static size_t nstage;

/* The stage that begins; NULL: the last one ends. */
static void
begin_stage(const char *name)
{
    static double since;
    struct timespec t;
    double now;

    clock_gettime(CLOCK_MONOTONIC, &t);
    now = (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
    if (nstage > 0)
        stage[nstage - 1].seconds = now - since;
    since = now;
    if (name == NULL || nstage == sizeof stage / sizeof *stage)
        return;
    stage[nstage].seconds = 0;
    stage[nstage++].name = name;
    cli_progress(name, 0);
}

static void
say_stages(void)
{
    begin_stage(NULL);
    for (size_t n = 0; n < nstage && cli.verbose; n++)
        cli_say("%-9s %8.3f s", stage[n].name, stage[n].seconds);
}

/* Will anyone read what each step did? */
static bool
wants_numbers(void)
{
    return (cli.verbose && !cli.quiet) || cli.json != NULL;
}

static void
check_options(void)
{
    if (smooth_name == NULL || strcmp(smooth_name, "lossless") == 0)
        run.how.smooth = PP_SMOOTH_LOSSLESS;
    else if (strcmp(smooth_name, "fast") == 0)
        run.how.smooth = PP_SMOOTH_FAST;
    else if (strcmp(smooth_name, "free") == 0)
        run.how.smooth = PP_SMOOTH_FREE;
    else if (strcmp(smooth_name, "none") != 0)
        cli_misuse("--smooth is none, fast, lossless or free, not '%s'",
                   smooth_name);
    if (connect_name != NULL && strcmp(connect_name, "face") == 0)
        run.how.separate = true;
    else if (connect_name != NULL && strcmp(connect_name, "edge") != 0)
        cli_misuse("--connect is face or edge, not '%s'", connect_name);
    if (form_name != NULL && strcmp(form_name, "sform") != 0 &&
        strcmp(form_name, "qform") != 0)
        cli_misuse("--form is sform or qform, not '%s'", form_name);
    if (no_decimate && (triangles > 0 || max_error > 0))
        cli_misuse("--no-decimate goes without --triangles and --max-error");
    if (run.how.smooth == PP_SMOOTH_FREE && (triangles > 0 || max_error > 0))
        cli_misuse("--smooth free has no mask to keep to: it is not "
                   "decimated");
    if (confidence > 1 || (confidence > 0 && isnan(iso)))
        cli_misuse("--confidence is between 0 and 1, of a probability map "
                   "that --iso reads");
    run.how.decimate = !no_decimate && run.how.smooth != PP_SMOOTH_FREE;
    run.how.confidence = confidence;
    /* free smoothing's volume is the ledger's */
    run.how.no_ledger = !wants_numbers() && run.how.smooth != PP_SMOOTH_FREE;
    run.how.max_error_mm = max_error;
    run.how.ntriangle = triangles;
    if (!isnan(iso) && list)
        cli_misuse("--iso is for grey images, which have no labels");
    if (binary && isnan(iso))
        cli_misuse("--binary goes with --iso");
    if (!isnan(iso) && !binary && smooth_name != NULL &&
        run.how.smooth != PP_SMOOTH_NONE)
        cli_misuse("--iso takes the image's own surface: nothing to smooth");
}

/* ---- --list ---- */

/* "(Bone, AUTOMATIC, name)": what else is known of a label. */
static void
print_details(const pp_segment *s)
{
    const char *part[] = { s->type.meaning, s->algorithm, s->problem };
    bool any = false;

    for (size_t p = 0; p < sizeof part / sizeof *part; p++) {
        if (part[p] == NULL || part[p][0] == '\0')
            continue;
        fputs(any ? "; " : "  (", stdout);
        cli_print_text(stdout, part[p]);
        any = true;
    }
    if (any)
        putchar(')');
}

static void
json_concept(pp_json *j, const char *key, const pp_concept *c)
{
    if (c->value == NULL)
        return;
    pp_json_object(j, key);
    pp_json_string(j, "value", c->value);
    pp_json_string(j, "scheme", c->scheme);
    pp_json_string(j, "meaning", c->meaning);
    pp_json_end(j);
}

static void
json_details(pp_json *j, const pp_segment *s)
{
    json_concept(j, "category", &s->category);
    json_concept(j, "type", &s->type);
    if (s->algorithm != NULL)
        pp_json_string(j, "algorithm", s->algorithm);
    if (s->has_colour) {
        char colour[8];

        snprintf(colour, sizeof colour, "#%02x%02x%02x", s->rgb[0], s->rgb[1],
                 s->rgb[2]);
        pp_json_string(j, "colour", colour);
    }
    if (s->problem != NULL)
        pp_json_string(j, "problem", s->problem);
}

/* What the reader saw; warnings were said already. */
static void
json_notes(pp_json *j)
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

static pp_status
list_labels(pp_error *err)
{
    const pp_volume *v = &run.volume;
    const bool table = !cli.json_to_stdout;
    pp_json j = { 0 };

    if (pp_segment_counts(v, &run.count, err) != PP_OK)
        return err->status;
    if (table)
        printf("%8s  %12s  %14s  %s\n", "label", "voxels", "volume_mm3",
               "name");
    cli_json_start(&j);
    pp_json_array(&j, "labels");
    for (size_t s = 0; s < v->nsegment; s++) {
        const pp_segment *seg = &v->segment[s];
        const double mm3 = (double)run.count[s] *
                           pp_grid_voxel_volume(&v->layer[seg->layer]);

        if (table) {
            printf("%8lu  %12zu  %14.1f  ", (unsigned long)seg->number,
                   run.count[s], mm3);
            cli_print_text(stdout, seg->name != NULL ? seg->name : "");
            print_details(seg);
            putchar('\n');
        }
        pp_json_object(&j, NULL);
        pp_json_count(&j, "label", seg->number);
        if (seg->name != NULL)
            pp_json_string(&j, "name", seg->name);
        pp_json_count(&j, "voxels", run.count[s]);
        pp_json_real(&j, "volume_mm3", mm3);
        json_details(&j, seg);
        pp_json_end(&j);
    }
    pp_json_end(&j);
    json_notes(&j);
    return cli_json_write(&j, CLI_GOOD, err);
}

static void
print_series(const pp_series_info *s, size_t number)
{
    printf("%6zu  %-8s  %5zu x %zu x %zu  ", number, s->modality, s->dim[0],
           s->dim[1], s->dim[2]);
    if (s->spacing[2] > 0)
        printf("%.3g x %.3g x %.3g  ", s->spacing[0], s->spacing[1],
               s->spacing[2]);
    printf("%s%s", s->uid, s->localizer ? " (localizer)" : "");
    if (s->what[0] != '\0') {
        putchar(' ');
        cli_print_text(stdout, s->what);
    }
    if (s->problem[0] != '\0')
        printf("\n        refused: %s", s->problem);
    putchar('\n');
}

static void
json_series(const pp_series_info *s, size_t number, pp_json *j)
{
    pp_json_object(j, NULL);
    pp_json_count(j, "series", number);
    pp_json_string(j, "uid", s->uid);
    pp_json_string(j, "modality", s->modality);
    pp_json_array(j, "dim");
    for (int a = 0; a < 3; a++)
        pp_json_count(j, NULL, s->dim[a]);
    pp_json_end(j);
    pp_json_array(j, "spacing_mm");
    for (int a = 0; a < 3; a++)
        pp_json_real(j, NULL, s->spacing[a]);
    pp_json_end(j);
    pp_json_bool(j, "localizer", s->localizer);
    if (s->what[0] != '\0')
        pp_json_string(j, "told_apart_by", s->what);
    if (s->problem[0] != '\0')
        pp_json_string(j, "refused", s->problem);
    pp_json_end(j);
}

static pp_status
list_series(const pp_read_options *how, pp_error *err)
{
    pp_series_info *info;
    pp_json j = { 0 };
    size_t n;

    if (pp_volume_list_series(cli_input(0), how, &info, &n, err) != PP_OK)
        return err->status;
    cli_json_start(&j);
    pp_json_array(&j, "series");
    if (!cli.json_to_stdout)
        printf("%6s  %-8s  %s\n", "series", "modality",
               "columns x rows x slices, spacing_mm, uid");
    for (size_t s = 0; s < n; s++) {
        if (!cli.json_to_stdout)
            print_series(&info[s], s + 1);
        json_series(&info[s], s + 1, &j);
    }
    pp_json_end(&j);
    pp_free(info);
    return cli_json_write(&j, CLI_GOOD, err);
}

/* ---- from input to bytes ---- */

static pp_status
choose_segment(pp_error *err)
{
    size_t index = 0;

    if (run.volume.nsegment == 0)
        return pp_fail(err, PP_EGEOM, "there is no label in it");
    if (label == NULL && run.volume.nsegment > 1)
        return pp_fail(err, PP_EGEOM, "%zu labels: choose one with --label "
                       "(--list shows them)", run.volume.nsegment);
    if (label != NULL &&
        pp_segment_find(&run.volume, label, &index, err) != PP_OK)
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
    if (!v->has_segments && label == NULL)
        return PP_OK;
    if (!v->has_segments)
        return pp_fail(err, PP_EGEOM, "grey images have no labels: with --iso "
                                      "leave --label out");
    if (!v->fractional)
        return pp_fail(err, PP_EGEOM,
                       "holds whole labels: --iso is for grey images, "
                       "fractional segmentations and contours");
    if (!(iso > 0 && iso <= 1))
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
    const pp_connect connect =
        run.how.separate ? PP_CONNECT_FACE : PP_CONNECT_EDGE;

    if (isnan(iso)) {
        if (choose_segment(err) != PP_OK ||
            pp_mask_from_segment(&run.volume, run.segment, &run.mask, err) !=
                PP_OK)
            return err->status;
    } else if (choose_grey(err) != PP_OK ||
               pp_mask_from_iso(run.grey, iso, &run.mask, err) != PP_OK)
        return err->status;
    if ((min_island > 0 || largest > 0) &&
        pp_mask_keep_largest(&run.mask, connect, min_island,
                             largest > 0 ? largest : SIZE_MAX, &run.dropped,
                             &run.ndropped, err) != PP_OK)
        return err->status;
    if (fill_cavities > 0 &&
        pp_mask_fill_cavities(&run.mask, connect, fill_cavities, &run.filled,
                              &run.nfilled, err) != PP_OK)
        return err->status;
    run.nvoxel = pp_mask_count(&run.mask);
    if (wants_numbers() &&
        pp_mask_thin_places(&run.mask, &run.thin, &run.nthin, err) != PP_OK)
        return err->status;
    return PP_OK;
}

static pp_status
make_surface(pp_error *err)
{
    begin_stage("surface");
    pp_confidence_free(&run.made.confidence);
    if (isnan(iso) || binary)
        return pp_surface_from_mask(&run.mask, &run.how, &run.mesh,
                                    &run.made, err);
    return pp_surface_from_grey(run.grey, iso, &run.mask,
                                &run.how, &run.mesh, &run.made, err);
}

static pp_status
make_provenance(int status, pp_error *err)
{
    pp_provenance *p = &run.prov;
    const pp_volume *v = &run.volume;
    char changed[24] = "unknown", changes[160];

    pp_provenance_free(p);
    p->unit = pp_strdup("mm");
    p->frame = pp_strdup("LPS");
    if (p->unit == NULL || p->frame == NULL)
        return pp_fail_memory(err);
    p->has_grid = true;
    memcpy(p->dim, run.mask.dim, sizeof p->dim);
    memcpy(p->to_lps, run.mask.to_lps, sizeof p->to_lps);
    pp_mask_spacing(&run.mask, p->voxel_mm);
    if (run.segment != NULL) {
        p->has_label = true;
        p->label = run.segment->number;
        if (run.segment->name != NULL &&
            (p->label_name = pp_strdup(run.segment->name)) == NULL)
            return pp_fail_memory(err);
    }
    if (pp_provenance_add_input(p, run.segment != NULL ? "mask" : "source",
                                v->sha256, v->kind, err) != PP_OK)
        return err->status;
    if (!no_verify)
        snprintf(changed, sizeof changed, "%zu", run.nchanged);
    snprintf(changes, sizeof changes, "facets=%zu voxels=%zu "
             "dropped_islands=%zu filled_cavities=%zu voxels_changed=%s%s",
             run.mesh.ntri, run.nvoxel, run.ndropped, run.nfilled, changed,
             v->resampled ? " resampled=straight" : "");
    return pp_provenance_add_step(p, tool.name, PACKAGE_VERSION,
                                  cli.options_text, changes, status, err);
}

/* The file's bytes with this verdict in them, and what they decode to. */
static pp_status
encode(int status, pp_error *err)
{
    begin_stage("encoding");
    pp_mesh_free(&run.reread);
    pp_bytes_free(&run.bytes);
    if (make_provenance(status, err) != PP_OK)
        return err->status;
    return cli_encode_mesh(&run.mesh, &run.prov, run.format, NULL, &run.bytes,
                           &run.reread, err);
}

/* The decoded bytes against the mask; *status says whether they are good. */
static pp_status
verify(int *status, pp_error *err)
{
    const size_t n = run.mask.dim[0] * run.mask.dim[1] * run.mask.dim[2];

    begin_stage("proof");
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

/* ---- words and numbers ---- */

static void
say_islands(const char *what, const pp_island *island, size_t n)
{
    for (size_t i = 0; i < n; i++)
        cli_say("%s: %.3g mm3 at %.1f,%.1f,%.1f", what, island[i].volume_mm3,
                island[i].centre.x, island[i].centre.y, island[i].centre.z);
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

#define MOST_PLACES 10 /* named in words; the JSON has them all */

static void
say_thin(void)
{
    for (size_t n = 0; n < run.nthin && n < MOST_PLACES; n++)
        cli_say("one voxel thin along %c, %zu voxels about %.1f,%.1f,%.1f: "
                "the mask does not hold the shape there",
                "ijk"[run.thin[n].axis], run.thin[n].nvoxel,
                run.thin[n].centre.x, run.thin[n].centre.y,
                run.thin[n].centre.z);
    if (run.nthin > MOST_PLACES)
        cli_say("and %zu more thin places", run.nthin - MOST_PLACES);
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

    if (!(confidence > 0))
        return;
    cli_say("%.1f %% of the surface is on voxels below a confidence of %g",
            c->area_mm2 > 0 ? 100 * c->low_mm2 / c->area_mm2 : 0, confidence);
    for (size_t n = 0; n < c->nregion && n < MOST_PLACES; n++)
        cli_say("in doubt: %.3g mm2 about %.1f,%.1f,%.1f",
                c->region[n].area_mm2, c->region[n].centre.x,
                c->region[n].centre.y, c->region[n].centre.z);
}

static void
say(void)
{
    char text[200];

    if (run.nchanged > 0)
        cli_say("%zu voxels differ from the mask: %zu added, %zu lost",
                run.nchanged, run.nadded, run.nchanged - run.nadded);
    if (!no_verify && pp_report_ndefect(&run.report) > 0) {
        pp_report_summary(&run.report, text, sizeof text);
        cli_say("the mesh is not clean: %s", text);
    }
    if (run.taken_back)
        cli_say("not decimated: the result did not stand the proof");
    if (triangles > 0 && run.mesh.ntri > triangles)
        cli_say("%zu facets instead of %zu: fewer would break --max-error or "
                "a voxel", run.mesh.ntri, triangles);
    if (!cli.verbose)
        return;
    if (run.made.touches_border)
        cli_say("the mask is cut off by the border of the image");
    say_thin();
    say_steps();
    say_confidence();
    say_islands("island dropped", run.dropped, run.ndropped);
    say_islands("cavity filled", run.filled, run.nfilled);
    cli_say("%zu facets of %zu, %.6g mm3 (mask: %.6g mm3)", run.reread.ntri,
            run.made.nfacet, run.made.mesh_volume_mm3,
            run.made.mask_volume_mm3);
}

static void
json_thin(pp_json *j)
{
    pp_json_array(j, "thin_places");
    for (size_t n = 0; n < run.nthin; n++) {
        char axis[2] = { "ijk"[run.thin[n].axis], '\0' };

        pp_json_object(j, NULL);
        pp_json_count(j, "voxels", run.thin[n].nvoxel);
        pp_json_string(j, "axis", axis);
        pp_json_point(j, "centre_mm", run.thin[n].centre);
        pp_json_end(j);
    }
    pp_json_end(j);
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
        pp_json_end(j);
    }
    pp_json_end(j);
}

static void
json_confidence(pp_json *j)
{
    const pp_confidence *c = &run.made.confidence;

    if (!(confidence > 0))
        return;
    pp_json_object(j, "confidence");
    pp_json_real(j, "limit", confidence);
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

static void
json_mask(pp_json *j)
{
    pp_json_object(j, "mask");
    pp_json_string(j, "kind", run.volume.kind);
    pp_json_string(j, "sha256", run.volume.sha256);
    json_notes(j);
    pp_json_array(j, "voxel_mm");
    for (int a = 0; a < 3; a++)
        pp_json_real(j, NULL, run.prov.voxel_mm[a]);
    pp_json_end(j);
    if (run.segment != NULL)
        pp_json_count(j, "label", run.segment->number);
    if (run.segment != NULL && run.segment->name != NULL)
        pp_json_string(j, "name", run.segment->name);
    pp_json_count(j, "voxels", run.nvoxel);
    pp_json_real(j, "volume_mm3", run.made.mask_volume_mm3);
    pp_json_bool(j, "touches_border", run.made.touches_border);
    json_islands(j, "dropped_islands", run.dropped, run.ndropped);
    json_islands(j, "filled_cavities", run.filled, run.nfilled);
    json_thin(j);
    pp_json_end(j);
}

/* How far decimation went; not where it did nothing. */
static void
json_reached(pp_json *j)
{
    const pp_reached *r = &run.made.reached;

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

static pp_status
write_json(int status, pp_error *err)
{
    pp_json j = { 0 };
    double volume;

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
    json_reached(&j);
    pp_json_real(&j, "volume_before_mm3", run.made.mesh_volume_mm3);
    pp_json_real(&j, "unsmoothed_volume_mm3", run.made.raw_volume_mm3);
    pp_json_real(&j, "largest_move_mm", run.made.max_move_mm);
    pp_json_end(&j);
    pp_json_object(&j, "verified");
    pp_json_bool(&j, "done", !no_verify);
    if (!no_verify) {
        pp_json_count(&j, "voxels_changed", run.nchanged);
        pp_json_count(&j, "voxels_added", run.nadded);
        pp_report_json(&run.report, &j);
    }
    pp_json_end(&j);
    return cli_json_write(&j, status, err);
}

/*
 * Precedence is: valid, then lossless, then few facets. Decimation that does
 * not stand the proof is taken back.
 */
static pp_status
make_bytes(int *verdict, pp_error *err)
{
    if (make_surface(err) != PP_OK || encode(CLI_GOOD, err) != PP_OK)
        return err->status;
    *verdict = CLI_GOOD;
    if (no_verify)
        return PP_OK;
    if (verify(verdict, err) != PP_OK)
        return err->status;
    if (*verdict != CLI_GOOD && run.how.decimate) {
        run.how.decimate = false;
        run.taken_back = true;
        pp_mesh_free(&run.mesh);
        if (make_surface(err) != PP_OK || encode(CLI_GOOD, err) != PP_OK ||
            verify(verdict, err) != PP_OK)
            return err->status;
    }
    if (triangles > 0 && run.mesh.ntri > triangles)
        *verdict = CLI_LOOK;
    return *verdict == CLI_GOOD ? PP_OK : encode(*verdict, err);
}

/* Writes the file whose bytes have been looked at. */
static pp_status
make_file(int *status, pp_error *err)
{
    int verdict = CLI_TROUBLE;

    run.format = cli_output_format(PP_FORMAT_STL);
    begin_stage("mask");
    if (make_mask(err) != PP_OK || make_bytes(&verdict, err) != PP_OK)
        return err->status;
    say();
    begin_stage("writing");
    if (cli_write(&run.bytes, run.format, err) != PP_OK ||
        write_json(verdict, err) != PP_OK)
        return err->status;
    say_stages();
    *status = verdict;
    return PP_OK;
}

int
main(int argc, char **argv)
{
    const pp_read_options *how;
    pp_error err = { 0 };
    int status = CLI_TROUBLE;

    cli_start(&tool, argc, argv);
    check_options();
    how = &(pp_read_options){
        .series = series, .plain_uids = plain_uids, .source = source,
        .resample = resample, .channel = channel, .label = label,
        .fractions = !isnan(iso), .fill_planes = fill_planes,
        .more = (const char *const *)cli.operand + 1,
        .nmore = (size_t)cli.noperand - 1,
        .form = form_name == NULL               ? PP_FORM_BEST
                : strcmp(form_name, "sform") == 0 ? PP_FORM_SFORM
                                                  : PP_FORM_QFORM
    };
    begin_stage("reading");
    if (list &&
        (cli.noperand > 1 || pp_volume_has_series(cli_input(0)))) {
        if (list_series(how, &err) == PP_OK)
            status = CLI_GOOD;
        goto done;
    }
    if (pp_volume_read(cli_input(0), how, &run.volume, &err) != PP_OK)
        goto done;
    if (cli.verbose && run.volume.notes != NULL)
        cli_say("%s", run.volume.notes);
    else if (run.volume.warnings != NULL)
        cli_say("%s", run.volume.warnings);
    if (isnan(iso) && pp_volume_list_labels(&run.volume, &err) != PP_OK)
        goto done;
    if (list) {
        if (list_labels(&err) == PP_OK)
            status = CLI_GOOD;
        goto done;
    }
    (void)!make_file(&status, &err);
done:
    free_run();
    return cli_finish(cli_input(0), &err, status);
}
