/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshfix - a mesh that is clean when it is read back, or the reason why not
 *
 * A filter: it writes the format that it read. The bytes to be written are
 * decoded again and checked; what the number format broke is repaired on the
 * decoded mesh, a few times at most. Objects of a 3MF are repaired one by one.
 */
#include "config.h"

#include "cli.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "repair/hold.h"
#include "repair/repair.h"
#include "surface/surface.h"

#include <string.h>

/* Rounds of writing, reading back and repairing what rounding broke. */
#define MOST_ROUNDS 4

/* Witnesses that are named on standard error. */
#define MOST_NAMED 5

/* Openings that can be named by a point. */
#define MOST_POINTS 256

static pp_repair_options wish;
static pp_vec3 open_at[MOST_POINTS];
static double max_volume_percent;
static const char *mask_path, *label, *mark_path;
static bool dry_run;

/* "all", a length, or a point. */
static bool
keep_open(const char *text)
{
    pp_keep_open *k = &wish.keep_open;
    double mm, point[3];

    if (strcmp(text, "all") == 0) {
        k->all = true;
    } else if (pp_text_to_triple(text, point) && k->nat < MOST_POINTS) {
        open_at[k->nat++] = pp_vec(point[0], point[1], point[2]);
        k->at = open_at;
    } else if (pp_text_to_double(text, &mm) && mm > 0) {
        k->longer_mm = mm;
    } else {
        return false;
    }
    return true;
}

static const cli_option options[] = {
    { 0, "weld", "MM", "stitch open edges up to MM apart (default 0.01)",
      CLI_POSITIVE, &wish.weld_mm, NULL },
    { 0, "max-deviation", "MM", "undo a cure that moves the surface farther "
      "(default 0.5)", CLI_POSITIVE, &wish.max_deviation_mm, NULL },
    { 0, "max-volume-change", "PERCENT", "undo a cure that changes the volume "
      "more", CLI_POSITIVE, &max_volume_percent, NULL },
    { 0, "keep-open", "WHICH", "leave openings: all, longer than MM, or the "
      "one nearest to X,Y,Z", CLI_CALL, NULL, keep_open },
    { 0, "min-part", "MM3", "drop parts with less volume", CLI_POSITIVE,
      &wish.min_part_mm3, NULL },
    { 0, "drop-inner", NULL, "drop closed shells that lie inside others",
      CLI_FLAG, &wish.drop_inner, NULL },
    { 0, "mask", "FILE", "fill holes along this segmentation, and hold the "
      "result against it", CLI_PATH, &mask_path, NULL },
    { 0, "label", "N|NAME", "which segment of the mask", CLI_TEXT, &label,
      NULL },
    { 0, "rebuild", "MM", "last resort: rebuild what is still broken, so fine",
      CLI_POSITIVE, &wish.rebuild_mm, NULL },
    { 0, "mark", "FILE.ply", "write the mesh with what changed in colour",
      CLI_PATH, &mark_path, NULL },
    { 0, "dry-run", NULL, "write no mesh; print what would be done", CLI_FLAG,
      &dry_run, NULL },
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static const cli_tool tool = {
    .name = "meshfix",
    .summary = "repair a mesh: clean when read back, or the reason why not",
    .operands = "[FILE]",
    .max_operands = 1,
    .options = options,
    .writes_mesh = true,
};

/* Everything about the file: a ledger for each object. */
typedef struct {
    pp_model model;
    pp_format format;
    pp_repair_ledger *ledger;
    pp_mesh before; /* with --mark: the objects one after the other */
    pp_mask mask;
    pp_held held;
    bool as_one;       /* the format cannot keep the objects apart: */
    pp_report whole;   /* of all of them, as they stand in the file */
    size_t nkept_open; /* and their openings */
} job;

static void
free_job(job *w)
{
    for (size_t i = 0; w->ledger != NULL && i < w->model.nobject; i++)
        pp_repair_ledger_free(&w->ledger[i]);
    pp_free(w->ledger);
    pp_model_free(&w->model);
    pp_mesh_free(&w->before);
    pp_mask_free(&w->mask);
    pp_held_free(&w->held);
    pp_report_free(&w->whole);
}

static bool
is_good(const job *w)
{
    size_t nleft = 0;

    for (size_t i = 0; i < w->model.nobject; i++)
        nleft += pp_repair_nleft(&w->ledger[i]);
    if (w->as_one)
        for (int d = 0; d < PP_NDEFECT; d++)
            nleft += w->whole.defect[d].count -
                     (d == PP_DEFECT_OPEN_EDGE ? w->nkept_open : 0);
    return nleft == 0;
}

static bool
same_mesh(const pp_mesh *a, const pp_mesh *b)
{
    return a->nvert == b->nvert && a->ntri == b->ntri &&
           memcmp(a->vert, b->vert, a->nvert * sizeof *a->vert) == 0 &&
           memcmp(a->tri, b->tri, a->ntri * sizeof *a->tri) == 0;
}

/* ---- read ---- */

/* The mask's own surface, where a hole is to be filled along it. */
static pp_status
read_mask(job *w, pp_mesh *guide, pp_error *err)
{
    const pp_surface_options lossless = { .smooth = PP_SMOOTH_LOSSLESS,
                                          .no_ledger = true };
    const pp_check_options quick = { .skip_crossings = true };
    pp_surface_report told;
    pp_report report;
    double mm[3];

    if (cli_read_mask(mask_path, label, &w->model.provenance, &w->mask, err) !=
            PP_OK ||
        pp_check(&w->model.object[0].mesh, &quick, &report, err) != PP_OK)
        return err->status;
    if (report.defect[PP_DEFECT_OPEN_EDGE].count > 0 &&
        pp_surface_from_mask(&w->mask, &lossless, guide, &told, err) ==
            PP_OK) {
        pp_mask_spacing(&w->mask, mm);
        wish.guide = guide;
        wish.guide_reach_mm =
            sqrt(mm[0] * mm[0] + mm[1] * mm[1] + mm[2] * mm[2]);
    }
    pp_report_free(&report);
    return err->status;
}

static pp_status
read_job(const char **path, job *w, pp_mesh *guide, pp_error *err)
{
    if (cli_read_model(*path, &w->model, &w->format, err) != PP_OK)
        return err->status;
    w->format = cli_output_format(w->format);
    wish.round_float = pp_format_find(w->format)->float32;
    wish.max_volume_part = max_volume_percent / 100;
    w->ledger = pp_alloc_zero(w->model.nobject, sizeof *w->ledger);
    if (w->ledger == NULL)
        return pp_fail_memory(err);
    if (mark_path != NULL && pp_model_join(&w->model, &w->before, err) != PP_OK)
        return err->status;
    if (mask_path == NULL)
        return PP_OK;
    if (w->model.nobject > 1)
        return pp_fail(err, PP_EUNSUPPORTED, "%zu objects: --mask is about "
                       "one", w->model.nobject);
    *path = mask_path;
    return read_mask(w, guide, err);
}

/* ---- work ---- */

/* Repairs until what the file will hold is good, or no round helps. */
static pp_status
repair_as_stored(pp_mesh *mesh, const job *w, pp_repair_ledger *ledger,
                 pp_error *err)
{
    pp_bytes bytes = { 0 };
    pp_mesh reread = { 0 };
    bool changed = true;

    if (pp_repair(mesh, &wish, ledger, err) != PP_OK)
        return err->status;
    for (int round = 0; round < MOST_ROUNDS && changed; round++) {
        pp_repair_ledger later = { 0 };

        changed = false;
        if (ledger->refused[0] != '\0' ||
            cli_encode_mesh(mesh, &w->model.provenance, w->format, NULL,
                            &bytes, &reread, err) != PP_OK)
            break;
        pp_bytes_free(&bytes);
        if (!same_mesh(mesh, &reread)) {
            if (pp_repair(&reread, &wish, &later, err) != PP_OK)
                break;
            changed = later.changed;
            if (pp_repair_ledger_join(ledger, &later, err) != PP_OK)
                break;
            pp_mesh_free(mesh);
            *mesh = reread;
            memset(&reread, 0, sizeof reread);
        }
        pp_mesh_free(&reread);
    }
    pp_mesh_free(&reread);
    return err->status;
}

static pp_status
repair_job(job *w, pp_error *err)
{
    for (size_t i = 0; i < w->model.nobject; i++) {
        cli_progress("repairing", (double)i / (double)w->model.nobject);
        if (repair_as_stored(&w->model.object[i].mesh, w, &w->ledger[i],
                             err) != PP_OK)
            return err->status;
    }
    if (mask_path != NULL)
        (void)!pp_repair_hold(&w->model.object[0].mesh, &w->mask, &w->held,
                              err);
    return err->status;
}

/* ---- write ---- */

static void
sum_up(const job *w, char *text, size_t size)
{
    pp_repair_ledger sum = { 0 };
    int n = 0;

    if (w->model.nobject == 1) {
        pp_repair_ledger_summary(&w->ledger[0], text, size);
        return;
    }
    for (size_t i = 0; i < w->model.nobject; i++)
        pp_repair_ledger_count(&sum, &w->ledger[i]);
    n = snprintf(text, size, "objects=%zu ", w->model.nobject);
    pp_repair_ledger_summary(&sum, text + n, size - (size_t)n);
}

/* The reports are to be of the very bytes. */
static pp_status
check_reread(job *w, const pp_model *reread, pp_error *err)
{
    size_t nopening, at = 0;

    w->as_one = reread->nobject != pp_model_filled(&w->model);
    if (w->as_one) {
        if (pp_check(&reread->object[0].mesh, NULL, &w->whole, err) == PP_OK)
            (void)!pp_repair_openings(&reread->object[0].mesh, &wish,
                                      &nopening, &w->nkept_open, err);
        return err->status;
    }
    for (size_t i = 0; i < w->model.nobject; i++) {
        pp_repair_ledger *l = &w->ledger[i];

        if (w->model.object[i].mesh.ntri == 0)
            continue; /* is in no file */
        if (same_mesh(&w->model.object[i].mesh, &reread->object[at++].mesh))
            continue; /* it is the mesh that was checked */
        pp_report_free(&l->after);
        if (pp_check(&reread->object[at - 1].mesh, NULL, &l->after, err) !=
            PP_OK)
            break;
    }
    return err->status;
}

/* Encodes with the step's line in the provenance. */
static pp_status
encode(job *w, pp_bytes *bytes, cli_verdict *verdict, pp_error *err)
{
    char changes[1024];
    pp_model reread = { 0 };
    pp_provenance *prov = &w->model.provenance;

    if (w->model.nobject == 1 && w->model.object[0].name == NULL &&
        prov->label_name != NULL &&
        (w->model.object[0].name = pp_strdup(prov->label_name)) == NULL)
        return pp_fail_memory(err);
    *verdict = cli_judge(is_good(w), prov);
    sum_up(w, changes, sizeof changes);
    if (pp_provenance_add_step(prov, tool.name, PACKAGE_VERSION,
                               cli.options_text, changes, cli_status(*verdict),
                               err) ==
            PP_OK &&
        cli_encode_model(&w->model, w->format, NULL, bytes, &reread, err) ==
            PP_OK &&
        check_reread(w, &reread, err) == PP_OK && !is_good(w))
        verdict->own = CLI_LOOK;
    pp_model_free(&reread);
    return err->status;
}

static pp_status
write_mark(const job *w, pp_error *err)
{
    pp_object object = { 0 };
    const pp_model model = { &object, 1, w->model.provenance }; /* borrowed */
    float *value = NULL;
    uint8_t(*rgb)[3] = NULL;
    pp_bytes bytes = { 0 };

    if (pp_model_join(&w->model, &object.mesh, err) != PP_OK)
        return err->status;
    value = pp_alloc(object.mesh.nvert, sizeof *value);
    rgb = pp_alloc(object.mesh.nvert, sizeof *rgb);
    const pp_field field = { "changed", value, (const uint8_t(*)[3])rgb };
    const pp_encode_options encode_options = {
        .keep_comments = cli.keep_comments, .field = &field
    };

    if (value == NULL || rgb == NULL)
        pp_fail_memory(err);
    else if (pp_repair_mark(&w->before, &object.mesh,
                            wish.weld_mm > 0 ? wish.weld_mm : 0.01, value, rgb,
                            err) == PP_OK &&
             pp_model_encode(&model, pp_format_for_values(mark_path),
                             &encode_options, &bytes, err) == PP_OK)
        (void)!pp_file_write(mark_path, bytes.data, bytes.size, err);
    pp_bytes_free(&bytes);
    pp_mesh_free(&object.mesh);
    pp_free(value);
    pp_free(rgb);
    return err->status;
}

/* ---- words ---- */

static void
name_witnesses(const pp_report *r)
{
    const pp_defect_row *row = pp_defect_table();

    for (size_t d = 0; d < PP_NDEFECT; d++) {
        const pp_finding *f = &r->defect[row[d].defect];

        for (size_t i = 0; i < f->nwitness && i < MOST_NAMED; i++)
            cli_say("%s at %.6g,%.6g,%.6g", row[d].noun,
                    f->witness[i].place.x, f->witness[i].place.y,
                    f->witness[i].place.z);
    }
}

static void
say_left(const pp_report *r, const char *what, size_t number)
{
    char text[256];

    pp_report_summary(r, text, sizeof text);
    if (number > 0)
        cli_say("object %zu: left: %s", number, text);
    else
        cli_say("%sleft: %s", what, text);
    name_witnesses(r);
}

static void
say_what_is_left(const job *w, cli_verdict verdict)
{
    const size_t nobject = w->model.nobject;

    for (size_t i = 0; i < nobject; i++) {
        const pp_repair_ledger *l = &w->ledger[i];

        if (l->refused[0] != '\0')
            cli_say("undone: %s", l->refused);
        if (pp_repair_nleft(l) > 0)
            say_left(&l->after, "", nobject > 1 ? i + 1 : 0);
    }
    if (w->as_one && pp_report_ndefect(&w->whole) > 0)
        say_left(&w->whole, "objects in one mesh, as the format has them: ",
                 0);
    cli_say_upstream(verdict);
    if (w->held.ngained + w->held.nlost > 0)
        cli_say("%zu voxels of the mask gained, %zu lost", w->held.ngained,
                w->held.nlost);
}

static void
print_ledgers(const job *w, FILE *out)
{
    for (size_t i = 0; i < w->model.nobject; i++) {
        if (w->model.nobject > 1) {
            fprintf(out, "object  %zu ", i + 1);
            cli_print_text(out, w->model.object[i].name != NULL
                                    ? w->model.object[i].name : "");
            fputc('\n', out);
        }
        pp_repair_ledger_print(&w->ledger[i], out);
    }
    if (mask_path != NULL)
        pp_held_print(&w->held, out);
}

static pp_status
tell(const job *w, cli_verdict verdict, pp_error *err)
{
    pp_json j = { 0 };

    if (dry_run || cli.verbose)
        print_ledgers(w, dry_run ? stdout : stderr);
    say_what_is_left(w, verdict);
    cli_json_start(&j);
    if (w->model.nobject == 1) {
        pp_repair_ledger_json(&w->ledger[0], &j);
    } else {
        pp_json_array(&j, "objects");
        for (size_t i = 0; i < w->model.nobject; i++) {
            pp_json_object(&j, NULL);
            if (w->model.object[i].name != NULL)
                pp_json_string(&j, "name", w->model.object[i].name);
            pp_repair_ledger_json(&w->ledger[i], &j);
            pp_json_end(&j);
        }
        pp_json_end(&j);
    }
    if (w->as_one) {
        pp_json_object(&j, "as_one");
        pp_report_json(&w->whole, &j);
        pp_json_end(&j);
    }
    if (mask_path != NULL)
        pp_held_json(&w->held, &j);
    cli_verdict_json(verdict, &j);
    return cli_json_write(&j, cli_status(verdict), err);
}

int
main(int argc, char **argv)
{
    job w = { 0 };
    pp_mesh guide = { 0 };
    pp_bytes bytes = { 0 };
    pp_error err = { 0 };
    cli_verdict verdict = { CLI_TROUBLE, CLI_GOOD };

    cli_start(&tool, argc, argv);
    const char *path = cli_input(0);

    if (label != NULL && mask_path == NULL)
        cli_misuse("--label needs --mask");
    if (read_job(&path, &w, &guide, &err) != PP_OK)
        goto done;
    path = cli_input(0);
    if (repair_job(&w, &err) != PP_OK ||
        encode(&w, &bytes, &verdict, &err) != PP_OK)
        goto done;
    if (!dry_run && cli_write(&bytes, w.format, &err) != PP_OK)
        goto done;
    if (mark_path != NULL && write_mark(&w, &err) != PP_OK) {
        path = mark_path;
        goto done;
    }
    (void)!tell(&w, verdict, &err);
done:
    pp_bytes_free(&bytes);
    pp_mesh_free(&guide);
    free_job(&w);
    return cli_finish(path, &err, cli_status(verdict));
}
