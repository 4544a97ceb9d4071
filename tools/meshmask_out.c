/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshmask_out.c - voxels, numbers and words out
 */
#include "meshmask.h"
#include "config.h"

#include "base/alloc.h"
#include "base/file.h"
#include "voxel/write.h"

#include <string.h>
#include <unistd.h>

/* ---- voxels ---- */

/* The provenance with this run's step, as text. */
static pp_status
make_text(pp_bytes *text, pp_error *err)
{
    pp_provenance *prov = &run.model.provenance;
    size_t nvoxel = 0;
    char changes[128];

    for (size_t i = 0; i < run.model.nobject; i++)
        nvoxel += run.part[i].voxels.nvoxel;
    snprintf(changes, sizeof changes, "voxels=%zu objects=%zu", nvoxel,
             run.model.nobject);
    if (pp_provenance_add_step(prov, "meshmask", PACKAGE_VERSION,
                               cli.options_text, changes,
                               pp_provenance_status(prov), err) != PP_OK ||
        pp_provenance_print(prov, cli.keep_comments, text, err) != PP_OK)
        return err->status;
    return pp_bytes_append(text, "", 1, err);
}

static pp_status
write_grid(pp_error *err)
{
    pp_grid grid = { 0 };
    pp_bytes text = { 0 };

    if (pp_overlay_grid(run.voxels, run.model.nobject, &run.like, &grid,
                        &run.nshared, err) != PP_OK ||
        make_text(&text, err) != PP_OK)
        goto done;
    if (run.kind == MMK_NRRD)
        (void)!pp_nrrd_write(asked.output, &grid, run.segment,
                             asked.samples > 1 ? 0 : run.model.nobject,
                             (const char *)text.data, err);
    else if (run.kind == MMK_NIFTI_GZ && strcmp(asked.output, "-") == 0)
        pp_fail(err, PP_EUNSUPPORTED, "nii.gz to standard output: use -f nii "
                "and gzip");
    else
        (void)!pp_grid_write(asked.output, &grid,
                             "printprep meshmask: voxels of a mesh",
                             (const char *)text.data, err);
done:
    pp_grid_free(&grid);
    pp_bytes_free(&text);
    return err->status;
}

static pp_status
write_dicom(pp_error *err)
{
    const pp_read_options how = { .series = asked.series };
    pp_report_options about = { .description = "printprep: voxels of a mesh",
                                .version = PACKAGE_VERSION,
                                .identity = asked.identity };
    pp_origin origin = { 0 };
    pp_bytes bytes = { 0 };

    run.culprit = asked.like;
    if (pp_origin_read(asked.like, &how, &origin, err) != PP_OK ||
        cli_date(&about.seconds, err) != PP_OK ||
        pp_overlay_dicom(run.voxels, run.segment, run.model.nobject, &run.like,
                         &origin, &about, &bytes, err) != PP_OK)
        goto done;
    run.culprit = asked.output;
    (void)!pp_file_write(asked.output, bytes.data, bytes.size, err);
done:
    pp_origin_free(&origin);
    pp_bytes_free(&bytes);
    return err->status;
}

pp_status
mmk_write(pp_error *err)
{
    cli_progress("writing", 0.9);
    run.culprit = asked.output;
    if (strcmp(asked.output, "-") == 0 && isatty(STDOUT_FILENO))
        return pp_fail(err, PP_EIO, "voxels are not written to a terminal; "
                       "use -o FILE");
    return run.kind == MMK_DICOM ? write_dicom(err) : write_grid(err);
}

/* ---- numbers ---- */

static void
json_part(pp_json *j, size_t i)
{
    const mmk_part *p = &run.part[i];

    pp_json_object(j, NULL);
    pp_json_count(j, "value", i + 1);
    if (run.segment[i].name != NULL)
        pp_json_string(j, "name", run.segment[i].name);
    else
        pp_json_null(j, "name");
    pp_json_count(j, "voxels", p->voxels.nvoxel);
    pp_json_real(j, "voxels_mm3", p->voxels.voxel_mm3);
    pp_json_real(j, "mesh_mm3", p->mesh_mm3);
    pp_json_bool(j, "within", p->voxels.within);
    if (p->compared) {
        pp_json_object(j, "mask");
        pp_json_count(j, "voxels", p->nmask);
        pp_json_count(j, "mesh_voxels", p->nmesh);
        pp_json_count(j, "shared_voxels", p->nboth);
        pp_json_real(j, "dice", p->dice);
        pp_json_end(j);
    }
    pp_json_end(j);
}

pp_status
mmk_write_json(cli_verdict verdict, pp_error *err)
{
    pp_json j = { 0 };
    double mm[3];

    pp_mask_spacing(&run.like, mm);
    cli_json_start(&j);
    pp_json_object(&j, "lattice");
    pp_json_array(&j, "dim");
    for (int a = 0; a < 3; a++)
        pp_json_count(&j, NULL, run.like.dim[a]);
    pp_json_end(&j);
    pp_json_point(&j, "voxel_mm", pp_vec(mm[0], mm[1], mm[2]));
    pp_json_end(&j);
    pp_json_count(&j, "samples", asked.samples > 1 ? asked.samples : 1);
    pp_json_count(&j, "shared_voxels", run.nshared);
    pp_json_array(&j, "objects");
    for (size_t i = 0; i < run.model.nobject; i++)
        json_part(&j, i);
    pp_json_end(&j);
    run.culprit = cli.json != NULL ? cli.json : run.culprit;
    cli_verdict_json(verdict, &j);
    return cli_json_write(&j, cli_status(verdict), err);
}

/* ---- words ---- */

static void
tell_part(size_t i, FILE *out)
{
    const mmk_part *p = &run.part[i];

    fprintf(out, "%-4zu ", i + 1);
    cli_print_text(out, run.segment[i].name != NULL ? run.segment[i].name
                                                    : "unnamed");
    fprintf(out, "\n     %zu voxels, %.3f mm3; mesh %.3f mm3 (%+.2f %%)\n",
            p->voxels.nvoxel, p->voxels.voxel_mm3, p->mesh_mm3,
            p->mesh_mm3 != 0
                ? 100 * (p->voxels.voxel_mm3 / p->mesh_mm3 - 1) : 0.0);
    if (p->compared)
        fprintf(out, "     mask %zu voxels, mesh %zu, both %zu: Dice %.6f\n",
                p->nmask, p->nmesh, p->nboth, p->dice);
}

void
mmk_tell(void)
{
    for (size_t i = 0; i < run.model.nobject; i++) {
        const mmk_part *p = &run.part[i];

        if (cli.verbose && !cli.quiet)
            tell_part(i, stderr);
        if (!p->voxels.within)
            cli_say("object %zu reaches beyond the image's voxels", i + 1);
        if (p->voxels.nvoxel == 0)
            cli_say("object %zu holds no centre of a voxel", i + 1);
        if (p->compared && asked.min_dice > 0 && p->dice < asked.min_dice)
            cli_say("object %zu: Dice %.6f", i + 1, p->dice);
    }
    if (run.nshared > 0)
        cli_say("%zu voxels lie in more than one object: the first keeps them",
                run.nshared);
}
