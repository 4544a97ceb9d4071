/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mask2stl.c - closed, lossless surfaces from a segmentation or a grey image
 */
#include "mask2stl.h"

#include "base/alloc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

m2s_asked asked = { .iso = NAN };
m2s_run run;

static const cli_option options[] = {
    { 'l', "list", NULL, "list the labels, or a directory's series, and stop",
      CLI_FLAG, &asked.list, NULL },
    { 0, "label", "N|NAME", "the label to take (needed where there are more)",
      CLI_TEXT, &asked.label, NULL },
    { 0, "all", NULL, "all labels at once, with walls in common", CLI_FLAG,
      &asked.all, NULL },
    { 0, "iso", "VALUE", "of a grey image: where it crosses this value",
      CLI_REAL, &asked.iso, NULL },
    { 0, "binary", NULL, "with --iso: from that value on, as a label",
      CLI_FLAG, &asked.binary, NULL },
    { 0, "series", "N|UID", "the series to take from a DICOM directory",
      CLI_TEXT, &asked.series, NULL },
    { 0, "source", "FILE", "the image that the mask or contours belong to",
      CLI_PATH, &asked.source, NULL },
    { 0, "fill-planes", NULL, "of contours: fill slices between those drawn",
      CLI_FLAG, &asked.fill_planes, NULL },
    { 0, "resample", NULL, "straighten a tilted or unevenly spaced series",
      CLI_FLAG, &asked.resample, NULL },
    { 0, "form", "sform|qform", "which placement of a NIfTI header to take",
      CLI_TEXT, &asked.form_name, NULL },
    { 0, "channel", "N", "the volume to take from a 4-D file, from 1",
      CLI_COUNT, &asked.channel, NULL },
    { 0, "min-island", "MM3", "drop islands smaller than this",
      CLI_POSITIVE, &asked.min_island, NULL },
    { 0, "largest", "N", "keep the N largest islands only", CLI_COUNT,
      &asked.largest, NULL },
    { 0, "fill-cavities", "MM3", "fill cavities up to this volume",
      CLI_POSITIVE, &asked.fill_cavities, NULL },
    { 0, "keep-cavities", NULL, "keep all cavities (the default)", CLI_FLAG,
      &asked.keep_cavities, NULL },
    { 0, "confidence", "P", "of a probability map: how much of the surface "
      "is on voxels below P", CLI_POSITIVE, &asked.confidence, NULL },
    { 0, "smooth", "HOW", "none, fast, lossless (default) or free", CLI_TEXT,
      &asked.smooth_name, NULL },
    { 0, "connect", "HOW", "diagonal voxels: joined over an edge (default), "
      "or over a face only", CLI_TEXT, &asked.connect_name, NULL },
    { 0, "max-error", "MM", "of decimation (default: a quarter of the "
      "smallest voxel edge)", CLI_POSITIVE, &asked.max_error, NULL },
    { 0, "triangles", "N", "decimate no further than to N facets",
      CLI_COUNT, &asked.triangles, NULL },
    { 0, "no-decimate", NULL, "keep all facets", CLI_FLAG, &asked.no_decimate,
      NULL },
    { 0, "uids", NULL, "write DICOM UIDs as they are, not as hashes",
      CLI_FLAG, &asked.plain_uids, NULL },
    { 0, "no-verify", NULL, "do not voxelise and check what was written",
      CLI_FLAG, &asked.no_verify, NULL },
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static bool
mesh_wanted(void)
{
    return !asked.list;
}

static const cli_tool tool = {
    "mask2stl", "makes a closed surface of a mask that gives back the mask",
    "INPUT...", 1, -1, options, true, mesh_wanted
};

static void
free_run(void)
{
    pp_volume_free(&run.volume);
    pp_mask_free(&run.mask);
    pp_mask_free(&run.back);
    m2s_free_ledger(&run.ledger);
    pp_confidence_free(&run.made.confidence);
    pp_mesh_free(&run.mesh);
    pp_mesh_free(&run.reread);
    pp_report_free(&run.report);
    pp_provenance_free(&run.prov);
    pp_bytes_free(&run.bytes);
    pp_free(run.count);
    pp_free(run.culprit);
}

/* ---- seconds of each stage: words only, since files tell no times ---- */

static struct {
    const char *name;
    double seconds;
} stage[16];
static size_t nstage;

void
m2s_begin_stage(const char *name)
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

void
m2s_say_stages(void)
{
    m2s_begin_stage(NULL);
    for (size_t n = 0; n < nstage && cli.verbose; n++)
        cli_say("%-9s %8.3f s", stage[n].name, stage[n].seconds);
}

bool
m2s_wants_numbers(void)
{
    return (cli.verbose && !cli.quiet) || cli.json != NULL;
}

static void
check_options(void)
{
    if (asked.smooth_name == NULL || strcmp(asked.smooth_name, "lossless") == 0)
        run.how.smooth = PP_SMOOTH_LOSSLESS;
    else if (strcmp(asked.smooth_name, "fast") == 0)
        run.how.smooth = PP_SMOOTH_FAST;
    else if (strcmp(asked.smooth_name, "free") == 0)
        run.how.smooth = PP_SMOOTH_FREE;
    else if (strcmp(asked.smooth_name, "none") != 0)
        cli_misuse("--smooth is none, fast, lossless or free, not '%s'",
                   asked.smooth_name);
    if (asked.connect_name != NULL && strcmp(asked.connect_name, "face") == 0)
        run.how.separate = true;
    else if (asked.connect_name != NULL &&
             strcmp(asked.connect_name, "edge") != 0)
        cli_misuse("--connect is face or edge, not '%s'", asked.connect_name);
    if (asked.form_name != NULL && strcmp(asked.form_name, "sform") != 0 &&
        strcmp(asked.form_name, "qform") != 0)
        cli_misuse("--form is sform or qform, not '%s'", asked.form_name);
    if (asked.no_decimate && (asked.triangles > 0 || asked.max_error > 0))
        cli_misuse("--no-decimate goes without --triangles and --max-error");
    if (run.how.smooth == PP_SMOOTH_FREE &&
        (asked.triangles > 0 || asked.max_error > 0))
        cli_misuse("--smooth free has no mask to keep to: it is not "
                   "decimated");
    if (asked.confidence > 1 || (asked.confidence > 0 && isnan(asked.iso)))
        cli_misuse("--confidence is between 0 and 1, of a probability map "
                   "that --iso reads");
    run.how.decimate = !asked.no_decimate && run.how.smooth != PP_SMOOTH_FREE;
    run.how.confidence = asked.confidence;
    /* free smoothing's volume is the ledger's */
    run.how.no_ledger =
        !m2s_wants_numbers() && run.how.smooth != PP_SMOOTH_FREE;
    run.how.max_error_mm = asked.max_error;
    run.how.ntriangle = asked.triangles;
    if (asked.keep_cavities && asked.fill_cavities > 0)
        cli_misuse("--keep-cavities or --fill-cavities, not both");
    if (asked.all && (asked.list || asked.label != NULL || !isnan(asked.iso)))
        cli_misuse("--all is all labels of a segmentation: it goes without "
                   "--list, --label and --iso");
    if (asked.all && run.how.smooth == PP_SMOOTH_FREE)
        cli_misuse("--smooth free leaves no walls in common: not with --all");
    if (!isnan(asked.iso) && asked.list)
        cli_misuse("--iso is for grey images, which have no labels");
    if (asked.binary && isnan(asked.iso))
        cli_misuse("--binary goes with --iso");
    if (!isnan(asked.iso) && !asked.binary && asked.smooth_name != NULL &&
        run.how.smooth != PP_SMOOTH_NONE)
        cli_misuse("--iso takes the image's own surface: nothing to smooth");
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
        .series = asked.series, .plain_uids = asked.plain_uids,
        .source = asked.source, .resample = asked.resample,
        .channel = asked.channel, .label = asked.label,
        .fractions = !isnan(asked.iso), .fill_planes = asked.fill_planes,
        .more = (const char *const *)cli.operand + 1,
        .nmore = (size_t)cli.noperand - 1,
        .form = asked.form_name == NULL               ? PP_FORM_BEST
                : strcmp(asked.form_name, "sform") == 0 ? PP_FORM_SFORM
                                                  : PP_FORM_QFORM
    };
    m2s_begin_stage("reading");
    if (asked.list &&
        (cli.noperand > 1 || pp_volume_has_series(cli_input(0)))) {
        if (m2s_list_series(how, &err) == PP_OK)
            status = CLI_GOOD;
        goto done;
    }
    if (pp_volume_read(cli_input(0), how, &run.volume, &err) != PP_OK)
        goto done;
    if (cli.verbose && run.volume.notes != NULL)
        cli_say("%s", run.volume.notes);
    else if (run.volume.warnings != NULL)
        cli_say("%s", run.volume.warnings);
    if (isnan(asked.iso) && pp_volume_list_labels(&run.volume, &err) != PP_OK)
        goto done;
    if (asked.list) {
        if (m2s_list_labels(&err) == PP_OK)
            status = CLI_GOOD;
        goto done;
    }
    (void)!(asked.all ? m2s_make_all : m2s_make_one)(&status, &err);
done:
    status = cli_finish(run.culprit != NULL ? run.culprit : cli_input(0), &err,
                        status);
    free_run();
    return status;
}
