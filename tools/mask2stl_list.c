/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mask2stl_list.c - what an input holds: labels, or DICOM series
 */
#include "mask2stl.h"

#include "base/alloc.h"

#include <stdio.h>

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

pp_status
m2s_list_labels(pp_error *err)
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
    m2s_json_notes(&j);
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

pp_status
m2s_list_series(const pp_read_options *how, pp_error *err)
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
