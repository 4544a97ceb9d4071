/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshfix - a mesh that is clean when it is read back, or the reason why not
 *
 * A filter: it writes the format that it read. The bytes to be written are
 * decoded again and checked; what the number format broke is repaired on the
 * decoded mesh, a few times at most.
 */
#include "config.h"

#include "cli.h"
#include "repair/repair.h"

#include <stdlib.h>
#include <string.h>

/* Rounds of writing, reading back and repairing what rounding broke. */
#define MOST_ROUNDS 4

/* Witnesses that are named on standard error. */
#define MOST_NAMED 5

static pp_repair_options wish;
static bool dry_run;

static const cli_option options[] = {
    { 0, "weld", "MM", "stitch open edges up to MM apart (default 0.01)",
      CLI_POSITIVE, &wish.weld_mm, NULL },
    { 0, "max-deviation", "MM", "undo a cure that moves the surface farther "
      "(default 0.5)", CLI_POSITIVE, &wish.max_deviation_mm, NULL },
    { 0, "keep-open", NULL, "leave openings as they are", CLI_FLAG,
      &wish.keep_open.all, NULL },
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

/* Openings that were to stay are no defect left. */
static bool
is_good(const pp_report *r)
{
    const size_t nkind = pp_report_ndefect(r);

    return nkind == 0 || (wish.keep_open.all && nkind == 1 &&
                          r->defect[PP_DEFECT_OPEN_EDGE].count > 0);
}

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

static bool
same_mesh(const pp_mesh *a, const pp_mesh *b)
{
    return a->nvert == b->nvert && a->ntri == b->ntri &&
           memcmp(a->vert, b->vert, a->nvert * sizeof *a->vert) == 0 &&
           memcmp(a->tri, b->tri, a->ntri * sizeof *a->tri) == 0;
}

/* Repairs until what the file will hold is good, or no round helps. */
static pp_status
repair_as_stored(pp_mesh *mesh, const pp_provenance *prov, pp_format format,
                 pp_repair_ledger *ledger, pp_error *err)
{
    pp_bytes bytes = { 0 };
    pp_mesh reread = { 0 };
    bool changed = true;

    if (pp_repair(mesh, &wish, ledger, err) != PP_OK)
        return err->status;
    for (int round = 0; round < MOST_ROUNDS && changed; round++) {
        pp_repair_ledger later = { 0 };

        changed = false;
        if (cli_encode_mesh(mesh, prov, format, NULL, &bytes, &reread, err) !=
            PP_OK)
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

/* Encodes with the step's line in the provenance; the verdict is about the
   very bytes. */
static pp_status
encode(const pp_mesh *mesh, pp_provenance *prov, pp_format format,
       pp_repair_ledger *ledger, pp_bytes *bytes, int *verdict, pp_error *err)
{
    char changes[1024];
    pp_mesh reread = { 0 };
    const int upstream = pp_provenance_status(prov);

    *verdict = is_good(&ledger->after) ? upstream : CLI_LOOK;
    pp_repair_ledger_summary(ledger, changes, sizeof changes);
    if (pp_provenance_add_step(prov, tool.name, PACKAGE_VERSION,
                               cli.options_text, changes, *verdict, err) !=
            PP_OK ||
        cli_encode_mesh(mesh, prov, format, NULL, bytes, &reread, err) !=
            PP_OK)
        goto done;
    if (!same_mesh(mesh, &reread)) { /* else it is the mesh that was checked */
        pp_report_free(&ledger->after);
        if (pp_check(&reread, NULL, &ledger->after, err) != PP_OK)
            goto done;
        if (!is_good(&ledger->after))
            *verdict = CLI_LOOK;
    }
done:
    pp_mesh_free(&reread);
    return err->status;
}

static pp_status
tell(const pp_repair_ledger *ledger, int verdict, pp_error *err)
{
    const pp_report *report = &ledger->after;
    pp_json j = { 0 };
    char text[256];

    if (dry_run)
        pp_repair_ledger_print(ledger, stdout);
    else if (cli.verbose)
        pp_repair_ledger_print(ledger, stderr);
    if (!is_good(report)) {
        pp_report_summary(report, text, sizeof text);
        cli_say("left: %s", text);
        name_witnesses(report);
    } else if (verdict != CLI_GOOD) {
        cli_say("an earlier tool asks for a look at this mesh");
    }
    cli_json_start(&j);
    pp_repair_ledger_json(ledger, &j);
    return cli_json_write(&j, verdict, err);
}

int
main(int argc, char **argv)
{
    pp_mesh mesh = { 0 };
    pp_provenance prov = { 0 };
    pp_repair_ledger ledger = { 0 };
    pp_bytes bytes = { 0 };
    pp_format format = PP_FORMAT_NONE;
    pp_error err = { 0 };
    int verdict = CLI_TROUBLE;

    cli_start(&tool, argc, argv);
    const char *path = cli_input(0);

    if (cli_read_mesh(path, &mesh, &prov, &format, &err) != PP_OK)
        goto done;
    format = cli_output_format(format);
    wish.round_float = pp_format_find(format)->float32;
    cli_progress("repairing", 0);
    if (repair_as_stored(&mesh, &prov, format, &ledger, &err) != PP_OK ||
        encode(&mesh, &prov, format, &ledger, &bytes, &verdict, &err) !=
            PP_OK)
        goto done;
    if (!dry_run && cli_write(&bytes, format, &err) != PP_OK)
        goto done;
    if (tell(&ledger, verdict, &err) != PP_OK)
        goto done;
done:
    pp_bytes_free(&bytes);
    pp_repair_ledger_free(&ledger);
    pp_provenance_free(&prov);
    pp_mesh_free(&mesh);
    return cli_finish(path, &err, verdict);
}
