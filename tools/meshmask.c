/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshmask - a mesh as voxels of an image, to be laid over the scan
 *
 * A voxel belongs to the mesh when its centre does. What mask2stl made without
 * loss gives back its mask. Written as NIfTI, NRRD or DICOM-SEG.
 */
#include "meshmask.h"

#include "base/alloc.h"
#include "base/file.h"
#include "measure/measure.h"

#include <string.h>

mmk_asked asked = { .output = "-" };
mmk_run run;

static const cli_option options[] = {
    { 'o', "output", "FILE", "write the voxels here (.nii, .nii.gz, .nrrd, "
      ".dcm) instead of standard output", CLI_PATH, &asked.output, NULL },
    { 'f', "format", "FORMAT", "nii, nii.gz, nrrd or dcm", CLI_TEXT,
      &asked.format, NULL },
    { 0, "like", "VOLUME", "on the voxels of this image or segmentation",
      CLI_PATH, &asked.like, NULL },
    { 0, "series", "N|UID", "the series to take from a DICOM directory",
      CLI_TEXT, &asked.series, NULL },
    { 0, "spacing", "MM", "on cubes of MM, without an image", CLI_POSITIVE,
      &asked.spacing_mm, NULL },
    { 0, "mask", "FILE", "compare with this segmentation, voxel by voxel",
      CLI_PATH, &asked.mask, NULL },
    { 0, "label", "N|NAME", "which segment of the mask", CLI_TEXT,
      &asked.label, NULL },
    { 0, "min-dice", "X", "with --mask: status 1 below this", CLI_POSITIVE,
      &asked.min_dice, NULL },
    { 0, "fraction", "N", "shares of each voxel, from N x N x N points (2 to "
      "6)", CLI_COUNT, &asked.samples, NULL },
    { 0, "identity", NULL, "dcm: copy patient and study from the image",
      CLI_FLAG, &asked.identity, NULL },
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static const cli_tool tool = {
    .name = "meshmask",
    .summary = "voxels of an image that lie in a mesh, to lay it over the scan",
    .operands = "[FILE]",
    .max_operands = 1,
    .options = options,
};

static bool
ends_with(const char *path, const char *end)
{
    const size_t n = strlen(path), m = strlen(end);

    return n > m && strcmp(path + n - m, end) == 0;
}

static mmk_kind
choose_kind(void)
{
    static const char *const name[] = { "nii", "nii.gz", "nrrd", "dcm" };
    char end[16];

    for (int k = 0; asked.format != NULL && k < MMK_NONE; k++)
        if (strcmp(asked.format, name[k]) == 0)
            return (mmk_kind)k;
    if (asked.format != NULL)
        cli_misuse("unknown format '%s'", asked.format);
    for (int k = 0; k < MMK_NONE; k++) {
        snprintf(end, sizeof end, ".%s", name[k]);
        if (ends_with(asked.output, end))
            return (mmk_kind)k;
    }
    pp_file_extension(asked.output, end);
    if (strcmp(asked.output, "-") != 0 && *end != '\0')
        cli_misuse("no format has the extension '.%s' (use -f)", end);
    return MMK_NIFTI;
}

static void
check_options(void)
{
    run.kind = choose_kind();
    if (asked.samples == 1 || asked.samples > PP_OVERLAY_SAMPLES)
        cli_misuse("--fraction is from 2 to %d", PP_OVERLAY_SAMPLES);
    if (asked.like != NULL && asked.spacing_mm > 0)
        cli_misuse("--like and --spacing exclude each other");
    if (asked.series != NULL && asked.like == NULL)
        cli_misuse("--series goes with --like");
    if ((asked.label != NULL || asked.min_dice > 0) && asked.mask == NULL)
        cli_misuse("--label and --min-dice go with --mask");
    if (run.kind == MMK_DICOM && asked.like == NULL)
        cli_misuse("DICOM needs the image's series: --like DIRECTORY");
    if (asked.identity && run.kind != MMK_DICOM)
        cli_misuse("--identity is for DICOM only");
    if (cli.json_to_stdout && strcmp(asked.output, "-") == 0)
        cli_misuse("voxels and JSON cannot both go to standard output");
}

/* The file's objects by their names; one alone has its label's. */
static pp_status
name_segments(pp_error *err)
{
    const pp_provenance *prov = &run.model.provenance;
    const size_t n = run.model.nobject;

    run.part = pp_alloc_zero(n, sizeof *run.part);
    run.voxels = pp_alloc_zero(n, sizeof *run.voxels);
    run.segment = pp_alloc_zero(n, sizeof *run.segment);
    if (run.part == NULL || run.voxels == NULL || run.segment == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        const pp_object *o = &run.model.object[i];
        const char *name = o->name != NULL ? o->name
                           : n == 1        ? prov->label_name
                                           : NULL;
        pp_segment *s = &run.segment[i];

        s->number = s->value = (uint32_t)i + 1;
        s->has_colour = o->has_colour;
        memcpy(s->rgb, o->rgb, sizeof s->rgb);
        if (name != NULL && (s->name = pp_strdup(name)) == NULL)
            return pp_fail_memory(err);
    }
    return PP_OK;
}

static pp_status
make_voxels(pp_error *err)
{
    for (size_t i = 0; i < run.model.nobject; i++) {
        const pp_mesh *m = &run.model.object[i].mesh;
        mmk_part *p = &run.part[i];

        cli_progress("looking for voxels", (double)i /
                                               (double)run.model.nobject);
        run.culprit = cli_input(0);
        if (pp_overlay_mesh(m, &run.like, asked.samples, &p->voxels, err) !=
                PP_OK ||
            pp_measure_volume(m, &p->mesh_mm3, err) != PP_OK)
            return err->status;
        run.voxels[i] = p->voxels;
    }
    return PP_OK;
}

static cli_verdict
judge(void)
{
    bool good = run.nshared == 0;

    for (size_t i = 0; i < run.model.nobject; i++) {
        const mmk_part *p = &run.part[i];

        if (!p->voxels.within || p->voxels.nvoxel == 0 ||
            (p->compared && asked.min_dice > 0 && p->dice < asked.min_dice))
            good = false;
    }
    return cli_judge(good, &run.model.provenance);
}

static void
free_run(void)
{
    for (size_t i = 0; i < run.model.nobject; i++) {
        if (run.part != NULL)
            pp_overlay_free(&run.part[i].voxels);
        if (run.segment != NULL)
            pp_segment_free(&run.segment[i]);
    }
    pp_free(run.part);
    pp_free(run.voxels);
    pp_free(run.segment);
    pp_model_free(&run.model);
    pp_volume_free(&run.mask);
}

/* A mesh that was placed for printing goes back over its scan. */
static pp_status
lay_back(pp_error *err)
{
    pp_provenance *p = &run.model.provenance;
    pp_mesh none = { 0 };
    double back[3][4];

    if (!pp_provenance_is_placed(p))
        return PP_OK;
    if (pp_provenance_way_back(p, back, err) != PP_OK ||
        pp_provenance_unplace(p, &none, err) != PP_OK)
        return err->status;
    pp_model_transform(&run.model, (const double(*)[4])back);
    cli_say("it was placed for printing: laid back over the scan");
    return PP_OK;
}

int
main(int argc, char **argv)
{
    cli_verdict verdict = { CLI_TROUBLE, CLI_GOOD };
    int status;
    pp_error err = { 0 };
    pp_format format;

    cli_start(&tool, argc, argv);
    check_options();
    run.culprit = cli_input(0);
    if (cli_read_model(cli_input(0), &run.model, &format, &err) != PP_OK ||
        lay_back(&err) != PP_OK || name_segments(&err) != PP_OK ||
        mmk_choose_lattice(&err) != PP_OK ||
        make_voxels(&err) != PP_OK || mmk_compare(&err) != PP_OK ||
        mmk_write(&err) != PP_OK)
        goto done;
    verdict = judge();
    mmk_tell();
    if (mmk_write_json(verdict, &err) != PP_OK)
        goto done;
done:
    status = cli_finish(run.culprit, &err, cli_status(verdict));
    free_run();
    return status;
}
