/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * printprep_cost.c - what a case will cost, for a scheduler to be told
 *
 * Reads the segmentation and counts; the model is chain/cost.c.
 */
#include "printprep.h"

#include "base/alloc.h"
#include "chain/cost.h"

#include <math.h>
#include <string.h>

static struct {
    const char *mask, *source, *label;
    bool all, steps;
    double slower;
    size_t jobs;
} opt = { .slower = 1, .jobs = 1 };

static const cli_option options[] = {
    { 0, "mask", "FILE", "the segmentation", CLI_PATH, &opt.mask, NULL },
    { 0, "source", "CT", "the image it was drawn on", CLI_PATH, &opt.source,
      NULL },
    { 0, "label", "L,...", "these labels only (numbers or names)", CLI_TEXT,
      &opt.label, NULL },
    { 0, "all", NULL, "all labels (default)", CLI_FLAG, &opt.all, NULL },
    { 0, "jobs", "N", "labels that are made side by side (1)", CLI_COUNT,
      &opt.jobs, NULL },
    { 0, "slower", "X", "this machine's time over the measured one's (1)",
      CLI_POSITIVE, &opt.slower, NULL },
    { 0, "steps", NULL, "a line for each step of each part", CLI_FLAG,
      &opt.steps, NULL },
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static const cli_tool tool = {
    "printprep cost", "predicts the time and the memory of printprep run", "",
    0, 0, options, false, NULL,
};

typedef struct {
    size_t npart;
    double seconds;
    double *mb; /* of each part */
} totals;

/* wanted[n]: segment n is asked for. */
static pp_status
choose(const pp_volume *v, bool *wanted, pp_error *err)
{
    const char *at = opt.label;

    for (size_t s = 0; s < v->nsegment && at == NULL; s++)
        wanted[s] = v->segment[s].problem == NULL;
    while (at != NULL && *at != '\0') {
        const size_t n = strcspn(at, ",");
        char one[256];
        size_t s;

        if (n >= sizeof one)
            return pp_fail(err, PP_EGEOM, "there is no label of so long a "
                           "name");
        snprintf(one, sizeof one, "%.*s", (int)n, at);
        if (pp_segment_find(v, one, &s, err) != PP_OK)
            return err->status;
        wanted[s] = true;
        at += n + (at[n] == ',');
    }
    return PP_OK;
}

static pp_status
count_source(size_t *n, pp_error *err)
{
    const pp_read_options only_headers = { .headers_only = true };
    pp_volume v = { 0 };

    *n = 0;
    if (opt.source != NULL &&
        pp_volume_read(opt.source, &only_headers, &v, err) == PP_OK &&
        v.nlayer > 0)
        *n = v.layer[0].dim[0] * v.layer[0].dim[1] * v.layer[0].dim[2];
    pp_volume_free(&v);
    return err->status;
}

static void
put_steps(const pp_segment *s, const pp_cost_size *size, bool table,
          pp_json *j)
{
    size_t n;
    const pp_cost_row *row = pp_cost_table(&n);

    pp_json_array(j, "steps");
    for (size_t r = 0; r < n; r++) {
        const double seconds = opt.slower * pp_cost_seconds(&row[r], size);
        const double mb = pp_cost_mb(&row[r], size);

        if (table)
            printf("%8lu  %-26s %12s %10.1f %8.0f\n",
                   (unsigned long)s->number, row[r].step, "", seconds, mb);
        pp_json_object(j, NULL);
        pp_json_string(j, "step", row[r].step);
        pp_json_real(j, "seconds", seconds);
        pp_json_real(j, "memory_mb", mb);
        pp_json_end(j);
    }
    pp_json_end(j);
}

static void
put_part(const pp_segment *s, const pp_cost_size *size, totals *t, pp_json *j)
{
    const bool table = !cli.json_to_stdout;
    double seconds, mb;

    pp_cost_part(size, &seconds, &mb);
    seconds *= opt.slower;
    if (table) {
        printf("%8lu  ", (unsigned long)s->number);
        printf("%-26s %12zu %10.1f %8.0f\n", "", size->nsurface, seconds, mb);
    }
    pp_json_object(j, NULL);
    pp_json_count(j, "label", s->number);
    pp_json_count(j, "surface_voxels", size->nsurface);
    pp_json_real(j, "surface_mm2", size->surface_mm2);
    pp_json_count(j, "thin_voxels", size->nthin);
    pp_json_count(j, "box_voxels", size->nbox);
    pp_json_real(j, "seconds", seconds);
    pp_json_real(j, "memory_mb", mb);
    put_steps(s, size, table && opt.steps, j);
    pp_json_end(j);
    t->seconds += seconds;
    t->mb[t->npart++] = mb;
}

/* The jobs' largest parts may meet. */
static double
case_mb(const totals *t)
{
    double mb = 0;
    bool *taken = pp_alloc_zero(t->npart + 1, sizeof *taken);

    if (taken == NULL)
        return NAN;
    for (size_t job = 0; job < opt.jobs && job < t->npart; job++) {
        size_t most = t->npart;

        for (size_t p = 0; p < t->npart; p++)
            if (!taken[p] && (most == t->npart || t->mb[p] > t->mb[most]))
                most = p;
        taken[most] = true;
        mb += t->mb[most];
    }
    pp_free(taken);
    return mb;
}

static pp_status
put_parts(const pp_volume *v, const bool *wanted, size_t nsource, totals *t,
          pp_json *j, pp_error *err)
{
    const size_t nvoxel =
        v->layer[0].dim[0] * v->layer[0].dim[1] * v->layer[0].dim[2];

    t->mb = pp_alloc_zero(v->nsegment + 1, sizeof *t->mb);
    if (t->mb == NULL)
        return pp_fail_memory(err);
    pp_json_object(j, "volume");
    pp_json_count(j, "voxels", nvoxel);
    pp_json_count(j, "source_voxels", nsource);
    pp_json_end(j);
    pp_json_array(j, "parts");
    for (size_t s = 0; s < v->nsegment; s++) {
        pp_cost_size size = { .nvoxel = nvoxel, .nsource = nsource };
        pp_mask part = { 0 };

        if (!wanted[s])
            continue;
        if (pp_mask_from_segment(v, &v->segment[s], &part, err) != PP_OK)
            return err->status;
        pp_cost_measure(&part, &size);
        pp_mask_free(&part);
        put_part(&v->segment[s], &size, t, j);
    }
    pp_json_end(j);
    if (t->npart == 0)
        return pp_fail(err, PP_EGEOM, "there is no label in it");
    return PP_OK;
}

static void
put_total(const totals *t, pp_json *j)
{
    const pp_cost_error *e = pp_cost_known_error();
    const double mb = case_mb(t);

    pp_json_object(j, "case");
    pp_json_count(j, "parts", t->npart);
    pp_json_real(j, "seconds", t->seconds);
    pp_json_real(j, "memory_mb", mb);
    pp_json_end(j);
    pp_json_object(j, "model");
    pp_json_count(j, "fitted_parts", e->nfitted);
    pp_json_count(j, "tested_parts", e->ntested);
    pp_json_real(j, "median_time_ratio", e->median_ratio);
    pp_json_real(j, "least_time_ratio", e->low_ratio);
    pp_json_real(j, "largest_time_ratio", e->high_ratio);
    pp_json_real(j, "largest_memory_ratio", e->high_mb_ratio);
    pp_json_real(j, "memory_margin", e->mb_margin);
    pp_json_end(j);
    if (cli.json_to_stdout)
        return;
    printf("%8s  %-26s %12s %10.1f %8.0f\n", "case", "", "", t->seconds, mb);
    printf("\non %zu parts that the model was not fitted to, measured over "
           "predicted:\ntime %.2f to %.2f, median %.2f; memory at most %.2f "
           "(a margin of %.2f is in it)\n",
           e->ntested, e->low_ratio, e->high_ratio, e->median_ratio,
           e->high_mb_ratio, e->mb_margin);
}

int
printprep_cost(int argc, char **argv)
{
    pp_volume v = { 0 };
    totals t = { 0 };
    pp_json j = { 0 };
    pp_error err = { 0 };
    bool *wanted = NULL;
    size_t nsource;

    cli_start(&tool, argc, argv);
    if (opt.mask == NULL)
        cli_misuse("--mask is needed");
    if (opt.all && opt.label != NULL)
        cli_misuse("--all and --label exclude each other");
    if (opt.jobs == 0)
        cli_misuse("--jobs is one or more");
    if (count_source(&nsource, &err) != PP_OK)
        return cli_finish(opt.source, &err, CLI_TROUBLE);
    if (pp_volume_read(opt.mask, NULL, &v, &err) != PP_OK ||
        pp_volume_list_labels(&v, &err) != PP_OK)
        goto done;
    wanted = pp_alloc_zero(v.nsegment + 1, sizeof *wanted);
    if (wanted == NULL)
        (void)!pp_fail_memory(&err);
    else
        (void)!choose(&v, wanted, &err);
    if (err.status != PP_OK)
        goto done;
    if (!cli.json_to_stdout)
        printf("%8s  %-26s %12s %10s %8s\n", "label", "step",
               "surface vox.", "seconds", "MB");
    cli_json_start(&j);
    if (put_parts(&v, wanted, nsource, &t, &j, &err) != PP_OK)
        goto done;
    put_total(&t, &j);
    (void)!cli_json_write(&j, CLI_GOOD, &err);
done:
    pp_json_free(&j);
    pp_free(wanted);
    pp_free(t.mb);
    pp_volume_free(&v);
    return cli_finish(opt.mask, &err, CLI_GOOD);
}
