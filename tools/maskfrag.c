/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * maskfrag.c - fracture fragments as four classes, and back
 */
#include "cli.h"
#include "config.h"

#include "base/alloc.h"
#include "base/text.h"
#include "mask/fragments_report.h"
#include "voxel/write.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *output = "-", *anatomy_path, *variant, *border;
static const char *anatomy_labels = "1,2,3";
static double core_mm, core_voxels, laplace_mm, laplace_voxel, sigma_mm;
static double sigma_voxels, zone, zone_voxels, zone_mm;
static double clearance_mm = -1, clearance_voxels = -1;
static size_t dust = 50, merge = 1000;
static bool all_cores;

static const cli_option options[] = {
    { 'o', "output", "FILE", "write the volume here (.nii, .nii.gz) instead "
      "of standard output", CLI_PATH, &output, NULL },
    { 0, "variant", "mm|voxel", "encode: in mm with the spacing (default), or "
      "as published code does", CLI_TEXT, &variant, NULL },
    { 0, "core-mm", "MM", "encode: deeper is core (6)", CLI_POSITIVE,
      &core_mm, NULL },
    { 0, "core-voxels", "N", "the same, variant voxel (6)", CLI_POSITIVE,
      &core_voxels, NULL },
    { 0, "laplace-per-mm", "X", "encode: bends more than this are core "
      "(0.11)", CLI_POSITIVE, &laplace_mm, NULL },
    { 0, "laplace-per-voxel", "X", "the same, variant voxel (0.11)",
      CLI_POSITIVE, &laplace_voxel, NULL },
    { 0, "sigma-mm", "MM", "encode: of the Gaussian (2)", CLI_POSITIVE,
      &sigma_mm, NULL },
    { 0, "sigma-voxels", "N", "the same in voxels (variant voxel: 2)",
      CLI_POSITIVE, &sigma_voxels, NULL },
    { 0, "zone", "N", "the same as --zone-voxels", CLI_POSITIVE, &zone, NULL },
    { 0, "zone-voxels", "N", "encode: border is so near to another fragment "
      "(6; variant voxel: 3)", CLI_POSITIVE, &zone_voxels, NULL },
    { 0, "zone-mm", "MM", "the same in mm", CLI_POSITIVE, &zone_mm, NULL },
    { 0, "clearance-voxels", "N", "encode: core keeps so much more off (0; "
      "variant voxel: 2)", CLI_REAL, &clearance_voxels, NULL },
    { 0, "clearance-mm", "MM", "the same in mm, with --zone-mm", CLI_REAL,
      &clearance_mm, NULL },
    { 0, "border", "through|shallow", "encode: what was core in the zone is "
      "border (default) or boundary", CLI_TEXT, &border, NULL },
    { 0, "all-cores", NULL, "encode: keep every piece of a fragment's core",
      CLI_FLAG, &all_cores, NULL },
    { 0, "anatomy", "LABELS", "decode: sacrum, left and right hip", CLI_PATH,
      &anatomy_path, NULL },
    { 0, "anatomy-labels", "S,L,R", "decode: their label values (1,2,3)",
      CLI_TEXT, &anatomy_labels, NULL },
    { 0, "dust-voxels", "N", "smaller pieces of core are no seeds (50)",
      CLI_COUNT, &dust, NULL },
    { 0, "merge-voxels", "N", "smaller fragments go to a neighbour (1000)",
      CLI_COUNT, &merge, NULL },
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static const cli_tool tool = {
    "maskfrag", "fracture fragments as boundary, core and border, and back",
    "encode|decode [FILE]", 1, 2, options, false, NULL,
};

/* What both directions write beside the voxels. */
typedef struct {
    pp_provenance prov;
    char about[80];
} notes;

static pp_encode_rules
choose_rules(void)
{
    const bool voxel = variant != NULL && strcmp(variant, "voxel") == 0;
    pp_encode_rules r = {
        .variant = voxel ? PP_ENCODE_VOXEL : PP_ENCODE_MM,
        .core = voxel ? core_voxels : core_mm,
        .laplace = voxel ? laplace_voxel : laplace_mm,
        .sigma = sigma_voxels > 0 ? sigma_voxels : sigma_mm,
        .sigma_voxels = sigma_voxels > 0, .zone_mm = zone_mm > 0,
        .shallow_border = border != NULL && strcmp(border, "shallow") == 0,
        .all_cores = all_cores, .dust_voxels = dust,
    };
    const double clearance = r.zone_mm ? clearance_mm : clearance_voxels;

    r.zone = zone_mm > 0 ? zone_mm : zone > 0 ? zone : zone_voxels;
    r.no_clearance = clearance == 0;
    r.clearance = clearance > 0 ? clearance : 0;
    pp_encode_defaults(&r);
    return r;
}

static void
check_rules(void)
{
    const bool voxel = variant != NULL && strcmp(variant, "voxel") == 0;

    if (variant != NULL && !voxel && strcmp(variant, "mm") != 0)
        cli_misuse("no variant '%s': mm or voxel", variant);
    if (border != NULL && strcmp(border, "through") != 0 &&
        strcmp(border, "shallow") != 0)
        cli_misuse("no border '%s': through or shallow", border);
    if (voxel && (core_mm > 0 || laplace_mm > 0 || sigma_mm > 0))
        cli_misuse("variant voxel knows no mm");
    if (!voxel && (core_voxels > 0 || laplace_voxel > 0))
        cli_misuse("core and Laplacian are in mm in this variant");
    if ((zone > 0) + (zone_voxels > 0) + (zone_mm > 0) > 1 ||
        (sigma_mm > 0 && sigma_voxels > 0))
        cli_misuse("one unit, please: mm or voxels");
    if (clearance_mm >= 0 && !(zone_mm > 0))
        cli_misuse("--clearance-mm needs --zone-mm");
    if (clearance_voxels >= 0 && zone_mm > 0)
        cli_misuse("with --zone-mm, the clearance is in mm as well");
    if (dust == 0)
        cli_misuse("a core of no voxels is none: --dust-voxels from 1 on");
}

static void
check_options(const char *what)
{
    const bool encode = strcmp(what, "encode") == 0;

    if (!encode && strcmp(what, "decode") != 0)
        cli_misuse("unknown subcommand '%s'", what);
    if (!pp_grid_can_write(output))
        cli_misuse("'%s' ends in neither .nii nor .nii.gz", output);
    if (cli.json_to_stdout && strcmp(output, "-") == 0)
        cli_misuse("volume and JSON cannot both go to standard output");
    if (encode)
        check_rules();
    if (encode && anatomy_path != NULL)
        cli_misuse("--anatomy is decode's");
}

static pp_status
read_volume(const char *path, const char *role, notes *n, pp_volume *v,
            pp_error *err)
{
    cli_progress("reading", 0);
    if (pp_volume_read(path, NULL, v, err) == PP_OK)
        (void)!pp_provenance_add_input(&n->prov, role, v->sha256, v->kind,
                                       err);
    return err->status;
}

static pp_status
write_volume(const pp_grid *g, notes *n, const char *changes, int verdict,
             pp_error *err)
{
    pp_bytes text = { 0 };

    if (strcmp(output, "-") == 0 && isatty(STDOUT_FILENO))
        return pp_fail(err, PP_EIO, "a volume is not written to a terminal; "
                       "use -o FILE");
    n->prov.unit = pp_strdup("mm");
    n->prov.frame = pp_strdup("LPS");
    if (n->prov.unit == NULL || n->prov.frame == NULL)
        return pp_fail_memory(err);
    n->prov.has_grid = true;
    memcpy(n->prov.dim, g->dim, sizeof g->dim);
    memcpy(n->prov.to_lps, g->to_lps, sizeof g->to_lps);
    pp_grid_spacing(g, n->prov.voxel_mm);
    if (pp_provenance_add_step(&n->prov, tool.name, PACKAGE_VERSION,
                               cli.options_text, changes, verdict, err) ==
            PP_OK &&
        pp_provenance_print(&n->prov, false, &text, err) == PP_OK &&
        pp_bytes_append(&text, "", 1, err) == PP_OK)
        (void)!pp_grid_write(output, g, n->about, (const char *)text.data,
                             err);
    pp_bytes_free(&text);
    return err->status;
}

/* Where the table goes: not where data has the stream. */
static FILE *
table(void)
{
    if (strcmp(output, "-") != 0 && !cli.json_to_stdout)
        return stdout;
    return cli.quiet ? NULL : stderr;
}

static pp_status
say_encoded(const pp_encode_report *r, int verdict, pp_error *err)
{
    pp_json j = { 0 };

    cli_json_start(&j);
    pp_json_string(&j, "subcommand", "encode");
    pp_encode_json(r, &j);
    if (cli_json_write(&j, verdict, err) == PP_OK && table() != NULL)
        pp_encode_print(r, table());
    return err->status;
}

static pp_status
write_encoded(const pp_classes *c, const pp_encode_report *r, notes *n,
              int verdict, pp_error *err)
{
    pp_grid g = { .type = PP_VOXEL_U8, .voxel = c->at, .slope = 1 };
    char changes[128];

    memcpy(g.dim, c->dim, sizeof g.dim);
    memcpy(g.to_lps, c->to_lps, sizeof g.to_lps);
    snprintf(changes, sizeof changes, "variant=%s zone_%s=%g border=%s "
             "ceiling_iou_f=%.5f", pp_encode_variant_name(r->rules.variant),
             r->rules.zone_mm ? "mm" : "voxels", r->rules.zone,
             r->rules.shallow_border ? "shallow" : "through",
             r->ceiling.mean_iou);
    snprintf(n->about, sizeof n->about, "maskfrag encode, variant %s, zone "
             "%g %s", pp_encode_variant_name(r->rules.variant), r->rules.zone,
             r->rules.zone_mm ? "mm" : "voxels");
    return write_volume(&g, n, changes, verdict, err);
}

static int
encode(const char **path, notes *n, pp_error *err)
{
    const pp_decode_rules back = { .dust_voxels = dust, .merge_voxels = merge,
                                   .no_merge = merge == 0 };
    pp_encode_report r = { .rules = choose_rules() };
    pp_volume v = { 0 };
    pp_label_map map = { 0 };
    pp_classes c = { 0 };
    pp_encoded *list = NULL;
    uint32_t *number = NULL;
    int verdict = CLI_TROUBLE;

    if (read_volume(*path, "labels", n, &v, err) != PP_OK ||
        pp_volume_list_labels(&v, err) != PP_OK ||
        pp_label_map_from_volume(&v, &map, err) != PP_OK)
        goto done;
    number = pp_alloc_zero(v.nsegment + 1, sizeof *number);
    if (number == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t s = 0; s < v.nsegment; s++)
        number[s + 1] = v.segment[s].number;
    cli_progress("encoding", 0.3);
    if (pp_fragments_encode(&map, &r.rules, &c, &list, &r.nencoded, err) !=
        PP_OK)
        goto done;
    cli_progress("and back", 0.7);
    if (pp_fragments_ceiling(&map, &c, &back, &r.ceiling, err) != PP_OK)
        goto done;
    r.encoded = list;
    r.number = number;
    verdict = r.ceiling.nlost > 0 ? CLI_LOOK : CLI_GOOD;
    *path = output;
    if (write_encoded(&c, &r, n, verdict, err) != PP_OK)
        goto done;
    *path = cli.json;
    (void)!say_encoded(&r, verdict, err);
done:
    pp_volume_free(&v);
    pp_label_map_free(&map);
    pp_classes_free(&c);
    pp_free(list);
    pp_free(number);
    return verdict;
}

static pp_status
read_anatomy(const pp_classes *c, notes *n, uint8_t **anatomy, pp_error *err)
{
    double value[3];
    pp_volume v = { 0 };

    if (!pp_text_to_triple(anatomy_labels, value))
        cli_misuse("'%s' are no three label values", anatomy_labels);
    if (read_volume(anatomy_path, "anatomy", n, &v, err) == PP_OK &&
        pp_volume_list_labels(&v, err) == PP_OK)
        (void)!pp_anatomy_from_volume(&v, value, c, anatomy, err);
    pp_volume_free(&v);
    return err->status;
}

static pp_status
say_decoded(const pp_decoded *d, int verdict, pp_error *err)
{
    pp_json j = { 0 };

    cli_json_start(&j);
    pp_json_string(&j, "subcommand", "decode");
    pp_decoded_json(d, &j);
    if (cli_json_write(&j, verdict, err) == PP_OK && table() != NULL)
        pp_decoded_print(d, table());
    return err->status;
}

static pp_status
write_decoded(pp_label_map *m, const pp_decoded *d, notes *n, int verdict,
              pp_error *err)
{
    pp_grid g = { .type = pp_label_map_narrow(m) ? PP_VOXEL_U8 : PP_VOXEL_U16,
                  .voxel = m->at, .slope = 1 };
    char changes[96];

    memcpy(g.dim, m->dim, sizeof g.dim);
    memcpy(g.to_lps, m->to_lps, sizeof g.to_lps);
    snprintf(changes, sizeof changes, "fragments=%zu ledger=%zu swapped=%d",
             d->nfragment, d->nevent, d->swapped);
    snprintf(n->about, sizeof n->about, "maskfrag decode, %zu fragments",
             d->nfragment);
    return write_volume(&g, n, changes, verdict, err);
}

static int
decode(const char **path, notes *n, pp_error *err)
{
    const pp_decode_rules rules = {
        .dust_voxels = dust, .merge_voxels = merge, .no_dust = dust == 0,
        .no_merge = merge == 0
    };
    pp_volume v = { 0 };
    pp_classes c = { 0 };
    pp_label_map map = { 0 };
    pp_decoded d = { 0 };
    uint8_t *anatomy = NULL;
    int verdict = CLI_TROUBLE;

    if (read_volume(*path, "classes", n, &v, err) != PP_OK ||
        pp_classes_from_volume(&v, &c, err) != PP_OK)
        goto done;
    pp_volume_free(&v);
    if (anatomy_path != NULL) {
        *path = anatomy_path;
        if (read_anatomy(&c, n, &anatomy, err) != PP_OK)
            goto done;
    }
    cli_progress("decoding", 0.2);
    if (pp_fragments_decode(&c, anatomy, &rules, &map, &d, err) != PP_OK)
        goto done;
    verdict = pp_decoded_needs_a_look(&d) ? CLI_LOOK : CLI_GOOD;
    *path = output;
    if (write_decoded(&map, &d, n, verdict, err) != PP_OK)
        goto done;
    *path = cli.json;
    (void)!say_decoded(&d, verdict, err);
done:
    pp_volume_free(&v);
    pp_classes_free(&c);
    pp_label_map_free(&map);
    pp_decoded_free(&d);
    pp_free(anatomy);
    return verdict;
}

int
main(int argc, char **argv)
{
    const char *path;
    notes n = { 0 };
    pp_error err = { 0 };
    int verdict;

    cli_start(&tool, argc, argv);
    check_options(cli_input(0));
    path = cli_input(1);
    verdict = strcmp(cli_input(0), "encode") == 0 ? encode(&path, &n, &err)
                                                  : decode(&path, &n, &err);
    pp_provenance_free(&n.prov);
    return cli_finish(path, &err, verdict);
}
