/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * maskscore.c - a segmentation against the truth: overlap and exact distances
 */
#include "cli.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "mask/score_report.h"
#include "surface/mesh_map.h"

#include <math.h>
#include <string.h>

static const char *emulate, *csv_path, *label;
static double tolerance_mm = 1, spacing_mm, min_dice = NAN, max_hd95 = NAN;
static bool matched;

static const cli_option options[] = {
    { 0, "tolerance", "MM", "of the surface Dice (1)", CLI_POSITIVE,
      &tolerance_mm, NULL },
    { 0, "min-dice", "X", "status 1 where Dice is less", CLI_REAL, &min_dice,
      NULL },
    { 0, "max-hd95", "MM", "status 1 where the 95th percentile of distances "
      "is more", CLI_REAL, &max_hd95, NULL },
    { 0, "matched", NULL, "the limits hold for matched fragments, not for "
      "labels of equal numbers", CLI_FLAG, &matched, NULL },
    { 0, "label", "N", "only this label; a mesh's number", CLI_TEXT, &label,
      NULL },
    { 0, "spacing", "MM", "voxels for two meshes (a 400th of the first one's "
      "box)", CLI_POSITIVE, &spacing_mm, NULL },
    { 0, "emulate", "pengwin", "what that challenge's example evaluator "
      "reports, too", CLI_TEXT, &emulate, NULL },
    { 0, "csv", "FILE", "write the lines as comma separated values", CLI_PATH,
      &csv_path, NULL },
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static const cli_tool tool = {
    "maskscore", "overlap and exact surface distances of a segmentation and "
    "the truth", "PRED TRUTH", 2, 2, options, false, NULL,
};

/* One of the two: a volume's labels, or a mesh until it meets a lattice. */
typedef struct {
    bool is_mesh;
    pp_mesh mesh;
    pp_label_map map;
    uint32_t *number; /* of each label of the map */
} side;

static void
free_side(side *s)
{
    pp_mesh_free(&s->mesh);
    pp_label_map_free(&s->map);
    pp_free(s->number);
}

static void
check_options(void)
{
    int64_t n;

    if (emulate != NULL && strcmp(emulate, "pengwin") != 0)
        cli_misuse("no evaluator '%s': pengwin", emulate);
    if (label != NULL && !pp_text_to_integer(label, 1, UINT32_MAX, &n))
        cli_misuse("'%s' is no label's number", label);
    if (matched && isnan(min_dice) && isnan(max_hd95))
        cli_misuse("--matched needs --min-dice or --max-hd95");
    if (strcmp(cli_input(0), "-") == 0 && strcmp(cli_input(1), "-") == 0)
        cli_misuse("both cannot be standard input");
}

static pp_status
read_labels(const char *path, side *s, pp_error *err)
{
    pp_volume v = { 0 };

    if (pp_volume_read(path, NULL, &v, err) != PP_OK ||
        pp_volume_list_labels(&v, err) != PP_OK)
        goto done;
    s->number = pp_alloc_zero(v.nsegment + 1, sizeof *s->number);
    if (s->number == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t n = 0; n < v.nsegment; n++)
        s->number[n + 1] = v.segment[n].number;
    if (v.nsegment > 0)
        (void)!pp_label_map_from_volume(&v, &s->map, err);
    else
        (void)!pp_label_map_none(&v, &s->map, err);
done:
    pp_volume_free(&v);
    return err->status;
}

static pp_status
read_side(const char *path, side *s, pp_error *err)
{
    pp_provenance prov = { 0 };
    pp_format format;

    cli_progress("reading", 0);
    s->is_mesh = pp_format_by_extension(path) != PP_FORMAT_NONE;
    if (!s->is_mesh)
        return read_labels(path, s, err);
    /* a mesh that was placed for printing goes back over its scan */
    if (cli_read_mesh(path, &s->mesh, &prov, &format, err) == PP_OK)
        (void)!pp_provenance_unplace(&prov, &s->mesh, err);
    pp_provenance_free(&prov);
    return err->status;
}

/* A mesh takes the place of a label: the one named, or the other's only one. */
static pp_status
number_mesh(side *s, const side *other, pp_error *err)
{
    int64_t n = 1;

    s->number = pp_alloc_zero(2, sizeof *s->number);
    if (s->number == NULL)
        return pp_fail_memory(err);
    if (label != NULL)
        (void)!pp_text_to_integer(label, 1, UINT32_MAX, &n);
    else if (!other->is_mesh && other->map.nlabel > 1)
        return pp_fail(err, PP_EGEOM, "%zu labels beside a mesh: choose one "
                       "with --label", other->map.nlabel);
    else if (!other->is_mesh && other->map.nlabel == 1)
        n = other->number[1];
    s->number[1] = (uint32_t)n;
    return PP_OK;
}

static double
voxels_of(const pp_mesh *mesh)
{
    return spacing_mm > 0 ? spacing_mm
                          : pp_box_diagonal(pp_mesh_box(mesh)) / 400;
}

/* Meshes become maps on the other's voxels, or on some of their own. */
static pp_status
meet(side *a, side *b, pp_error *err)
{
    side *mesh = a->is_mesh ? a : b, *other = a->is_mesh ? b : a;
    pp_label_map like = { 0 };

    if (!mesh->is_mesh)
        return pp_lattices_match(a->map.dim, (const double(*)[4])a->map.to_lps,
                                 b->map.dim, (const double(*)[4])b->map.to_lps,
                                 err);
    cli_progress("voxels of a mesh", 0.2);
    if (number_mesh(mesh, other, err) != PP_OK)
        return err->status;
    if (!other->is_mesh) {
        if (pp_label_map_cover(&other->map, &mesh->mesh, err) == PP_OK)
            (void)!pp_mesh_to_map(&mesh->mesh, &other->map, &mesh->map, err);
        return err->status;
    }
    if (number_mesh(other, mesh, err) == PP_OK &&
        pp_mesh_make_map(&mesh->mesh, voxels_of(&mesh->mesh), &like, err) ==
            PP_OK &&
        pp_label_map_cover(&like, &other->mesh, err) == PP_OK &&
        pp_mesh_to_map(&mesh->mesh, &like, &mesh->map, err) == PP_OK)
        (void)!pp_mesh_to_map(&other->mesh, &like, &other->map, err);
    pp_label_map_free(&like);
    return err->status;
}

static pp_status
only_label(side *s, pp_error *err)
{
    int64_t n = 0;

    if (label == NULL)
        return PP_OK;
    (void)!pp_text_to_integer(label, 1, UINT32_MAX, &n);
    return pp_label_map_keep(&s->map, s->number, (uint32_t)n, err);
}

static pp_status
write_csv(const pp_score_report *r, pp_error *err)
{
    pp_bytes text = { 0 };

    if (csv_path != NULL && pp_score_csv(r, &text, err) == PP_OK)
        (void)!pp_file_write(csv_path, text.data, text.size, err);
    pp_bytes_free(&text);
    return err->status;
}

static pp_status
write_json(const pp_score_report *r, int verdict, pp_error *err)
{
    pp_json j = { 0 };

    cli_json_start(&j);
    pp_score_json(r, &j);
    return cli_json_write(&j, verdict, err);
}

int
main(int argc, char **argv)
{
    const char *path;
    side pred = { 0 }, truth = { 0 };
    pp_score_report r = { 0 };
    pp_error err = { 0 };
    int verdict = CLI_TROUBLE;

    cli_start(&tool, argc, argv);
    check_options();
    path = cli_input(0);
    if (read_side(path, &pred, &err) != PP_OK)
        goto done;
    path = cli_input(1);
    if (read_side(path, &truth, &err) != PP_OK)
        goto done;
    path = cli_input(0);
    if (meet(&pred, &truth, &err) != PP_OK ||
        only_label(&pred, &err) != PP_OK || only_label(&truth, &err) != PP_OK)
        goto done;
    r.tolerance_mm = tolerance_mm;
    r.min_dice = min_dice;
    r.max_hd95_mm = max_hd95;
    r.judge_matches = matched;
    r.has_pengwin = emulate != NULL;
    cli_progress("measuring", 0.4);
    if (pp_score_maps(&r, &(pp_numbered){ &pred.map, pred.number },
                      &(pp_numbered){ &truth.map, truth.number }, &err) !=
        PP_OK)
        goto done;
    verdict = pp_score_passes(&r) ? CLI_GOOD : CLI_LOOK;
    path = csv_path;
    if (write_csv(&r, &err) != PP_OK)
        goto done;
    path = cli.json;
    if (write_json(&r, verdict, &err) == PP_OK &&
        !(cli.json_to_stdout && cli.quiet))
        pp_score_print(&r, cli.json_to_stdout ? stderr : stdout);
done:
    pp_score_report_free(&r);
    free_side(&pred);
    free_side(&truth);
    return cli_finish(path, &err, verdict);
}
