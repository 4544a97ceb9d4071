/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshmeasure.c - numbers about a mesh, alone and against what it stands for
 */
#include "meshmeasure.h"

#include "base/alloc.h"

#include <string.h>

msr_asked asked;
msr_run run;

static const cli_option options[] = {
    { 0, "caliper", "NAME=x,y,z:x,y,z",
      "distance between two points (LPS, mm); repeatable", CLI_CALL, NULL,
      msr_add_caliper },
    { 0, "calipers", "FILE", "calipers of a CSV, .mrk.json or .fcsv "
      "file, or of a DICOM measurement report",
      CLI_CALL_PATH, NULL, msr_add_caliper_file },
    { 0, "section", "NAME=x,y,z:nx,ny,nz",
      "cut by the plane through a point with a normal; repeatable", CLI_CALL,
      NULL, msr_add_section },
    { 0, "angle", "NAME=x,y,z:x,y,z:x,y,z",
      "angle at the second of three points; repeatable", CLI_CALL, NULL,
      msr_add_angle },
    { 0, "path", "NAME=x,y,z:x,y,z",
      "shortest way along the surface; repeatable", CLI_CALL, NULL,
      msr_add_path },
    { 0, "fit", "NAME=SHAPE:x,y,z:MM", "plane, sphere or cylinder through the "
      "surface to MM around a point; repeatable", CLI_CALL, NULL,
      msr_add_fit },
    { 0, "wall", "NAME=x,y,z", "thickness of the wall at a point; repeatable",
      CLI_CALL, NULL, msr_add_wall },
    { 0, "voxels", NULL, "points of the options above are voxel indices, the "
      "first voxel 0,0,0", CLI_FLAG, &asked.voxels, NULL },
    { 0, "mask", "FILE", "compare with this segmentation", CLI_PATH,
      &asked.mask, NULL },
    { 0, "label", "N|NAME", "which segment of the mask", CLI_TEXT,
      &asked.label, NULL },
    { 0, "against", "MESH", "compare with this mesh", CLI_PATH, &asked.other,
      NULL },
    { 0, "register", NULL, "lay that mesh onto this one first, by rotation "
      "and shift", CLI_FLAG, &asked.align, NULL },
    { 0, "overlap", "SHARE", "with --register: the share of it that has a "
      "counterpart (default 0.9)", CLI_POSITIVE, &asked.overlap, NULL },
    { 0, "source", "IMAGE", "compare with the edges of this grey image",
      CLI_PATH, &asked.source, NULL },
    { 0, "stage", "NAME=MESH", "a mesh before this one, for the budget of "
      "the editing; repeatable, first to last", CLI_CALL_PATH, NULL,
      msr_add_stage },
    { 0, "budget", NULL, "the budget from the mask on: its own surface, raw "
      "and smoothed, comes first", CLI_FLAG, &asked.budget, NULL },
    { 0, "csv", "FILE", "write the numbers as comma separated values",
      CLI_PATH, &asked.csv, NULL },
    { 0, "sr", "FILE", "write the numbers as a DICOM measurement report",
      CLI_PATH, &asked.report, NULL },
    { 0, "encapsulate", "FILE", "write the mesh as an STL within DICOM",
      CLI_PATH, &asked.encapsulate, NULL },
    { 0, "identity", NULL, "copy patient and study of the source into both",
      CLI_FLAG, &asked.identity, NULL },
    { 0, "spacing", "MM", "largest distance between samples", CLI_POSITIVE,
      &asked.spacing_mm, NULL },
    { 0, "tolerance", "MM", "status 1 unless the mesh is this true",
      CLI_POSITIVE, &asked.tolerance_mm, NULL },
    { 0, "picture", "FILE.png",
      "picture of the distances to the mask (or other mesh, or image)",
      CLI_PATH, &asked.picture, NULL },
    { 0, "map", "FILE.ply", "the mesh coloured by these distances", CLI_PATH,
      &asked.map, NULL },
    { 0, "histogram", "FILE.png", "histogram of these distances", CLI_PATH,
      &asked.histogram, NULL },
    { 0, "pass", NULL, "write the mesh to the output as it came", CLI_FLAG,
      &asked.pass, NULL },
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static bool
mesh_wanted(void)
{
    return asked.pass;
}

static const cli_tool tool = {
    "meshmeasure", "numbers about a mesh, and against its segmentation",
    "[MESH]", 0, 1, options, true, mesh_wanted,
};

static void
check_options(void)
{
    const bool compared = asked.mask != NULL || asked.other != NULL;
    const char *shown = asked.picture != NULL     ? "--picture"
                        : asked.map != NULL       ? "--map"
                        : asked.histogram != NULL ? "--histogram"
                                                  : NULL;

    if (asked.tolerance_mm > 0 && !compared && asked.source == NULL)
        cli_misuse("--tolerance needs --mask, --against or --source");
    if (shown != NULL && !compared && asked.source == NULL)
        cli_misuse("%s needs --mask, --against or --source", shown);
    if (asked.align && asked.other == NULL)
        cli_misuse("--register needs --against");
    if (asked.overlap > 0 && !asked.align)
        cli_misuse("--overlap needs --register");
    if (asked.overlap > 1)
        cli_misuse("--overlap is a share, at most 1");
    if (asked.budget && asked.mask == NULL)
        cli_misuse("--budget needs --mask");
    if ((asked.report != NULL || asked.encapsulate != NULL) &&
        asked.source == NULL)
        cli_misuse("--sr and --encapsulate need --source, a DICOM series");
    if (asked.identity && asked.report == NULL && asked.encapsulate == NULL)
        cli_misuse("--identity needs --sr or --encapsulate");
    if (asked.label != NULL && asked.mask == NULL)
        cli_misuse("--label needs --mask");
}

static pp_status
make_deviation(pp_error *err)
{
    if (asked.picture == NULL && asked.map == NULL)
        return PP_OK;
    run.deviation = pp_alloc(run.mesh.nvert, sizeof *run.deviation);
    return run.deviation != NULL ? PP_OK : pp_fail_memory(err);
}

static pp_status
measure(pp_error *err)
{
    if (msr_read_reports(err) != PP_OK)
        return err->status;
    run.culprit = cli_input(0);
    run.result.tolerance_mm = asked.tolerance_mm;
    if (cli_read_mesh(run.culprit, &run.mesh, &run.prov, &run.format, err) !=
            PP_OK ||
        msr_lay_back(err) != PP_OK || msr_place_points(err) != PP_OK ||
        pp_measures_alone(&run.result, &run.mesh, err) != PP_OK ||
        make_deviation(err) != PP_OK ||
        (asked.mask != NULL && msr_compare_mask(err) != PP_OK) ||
        (asked.other != NULL && msr_compare_mesh(err) != PP_OK) ||
        (asked.source != NULL && msr_compare_grey(err) != PP_OK))
        return err->status;
    return msr_compare_stages(err);
}

static cli_verdict
judge(void)
{
    const pp_measures *r = &run.result;
    const bool good = r->body.closed && r->body.volume_mm3 > 0 &&
                      run.grey_problem.status == PP_OK &&
                      pp_measures_verdict(r) == PP_VERDICT_PASS;

    return cli_judge(good, &run.prov);
}

int
main(int argc, char **argv)
{
    FILE *table = stdout;
    pp_error err = { 0 };
    cli_verdict verdict = { CLI_TROUBLE, CLI_GOOD };

    cli_start(&tool, argc, argv);
    check_options();
    if (measure(&err) != PP_OK || msr_write_files(&err) != PP_OK ||
        msr_write_dicom(&err) != PP_OK)
        goto done;
    verdict = judge();
    if (msr_write_json(verdict, &err) != PP_OK ||
        msr_write_mesh(verdict, &err) != PP_OK)
        goto done;
    /* where data has the stream, the table is words */
    if (cli.json_to_stdout || (asked.pass && strcmp(cli.output, "-") == 0))
        table = cli.quiet ? NULL : stderr;
    if (table != NULL)
        pp_measures_print(&run.result, table);
done:
    pp_measures_free(&run.result);
    msr_free_stages();
    msr_free_points();
    msr_free_reports();
    pp_free(run.deviation);
    pp_provenance_free(&run.came_prov);
    pp_mesh_free(&run.came);
    pp_provenance_free(&run.prov);
    pp_mesh_free(&run.mesh);
    return cli_finish(run.culprit, &err, cli_status(verdict));
}
