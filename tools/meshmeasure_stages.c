/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshmeasure_stages.c - the budget: meshes before this one, step by step
 *
 * With --budget the first meshes are made from the mask itself: what mask2stl
 * had before and after smoothing, by the options that the provenance tells.
 */
#include "meshmeasure.h"

#include "base/alloc.h"
#include "surface/surface.h"

#include <string.h>

/* Meshes before this one, in order: names and files. */
typedef struct {
    const char *name, *path;
    size_t length; /* of the name */
} stage;

static stage *stages;
static size_t nstage, stage_capacity;

bool
msr_add_stage(const char *text)
{
    const char *equals = strchr(text, '=');
    pp_error err = { 0 };
    stage s;

    if (equals == NULL || equals == text || equals[1] == '\0' ||
        equals - text >= PP_STEP_NAME ||
        pp_grow(&stages, &stage_capacity, nstage + 1, sizeof s, &err) != PP_OK)
        return false;
    s = (stage){text, equals + 1, (size_t)(equals - text)};
    stages[nstage++] = s;
    return true;
}

/* Were words given to the first tool that made a surface? */
static bool
was_told(const char *words)
{
    for (size_t i = 0; i < run.prov.nstep; i++) {
        const pp_prov_step *s = &run.prov.step[i];

        if (s->tool != NULL && strcmp(s->tool, "mask2stl") == 0)
            return s->options != NULL && strstr(s->options, words) != NULL;
    }
    return false;
}

/* Makes room for all steps; the first is from the mask to its surface. */
static pp_status
first_step(const pp_mask *mask, pp_error *err)
{
    pp_budget_step *step = pp_alloc_zero(nstage + 3, sizeof *step);

    if (step == NULL)
        return pp_fail_memory(err);
    run.result.step = step;
    snprintf(step->name, sizeof step->name, "surface");
    if (pp_measures_surface_step(&run.raw, mask, asked.spacing_mm, step,
                                 err) == PP_OK)
        run.result.nstep = 1;
    return err->status;
}

pp_status
msr_make_surfaces(const pp_mask *mask, pp_error *err)
{
    pp_surface_options how = {.smooth = PP_SMOOTH_NONE, .no_ledger = true};

    cli_progress("the mask's surface", 0.4);
    how.separate = was_told("--connect=face");
    if (pp_surface_from_mask(mask, &how, &run.raw, NULL, err) != PP_OK ||
        first_step(mask, err) != PP_OK)
        return err->status;
    if (was_told("--smooth=none"))
        return pp_mesh_copy(&run.raw, &run.smooth, err);
    how.smooth = was_told("--smooth=fast")   ? PP_SMOOTH_FAST
                 : was_told("--smooth=free") ? PP_SMOOTH_FREE
                                             : PP_SMOOTH_LOSSLESS;
    return pp_surface_from_mask(mask, &how, &run.smooth, NULL, err);
}

/* One more step of the report, from one mesh to the next. */
static pp_status
measure_step(const char *name, size_t length, const pp_mesh *before,
             const pp_mesh *after, pp_error *err)
{
    pp_budget_step *step = &run.result.step[run.result.nstep];

    snprintf(step->name, sizeof step->name, "%.*s", (int)length, name);
    if (pp_measures_step(&run.result, before, after, asked.spacing_mm, step,
                         err) == PP_OK)
        run.result.nstep++;
    return err->status;
}

/* From the first mesh to the last at one go. */
static pp_status
measure_total(const pp_mesh *first, pp_error *err)
{
    pp_budget_step *total = &run.result.total;

    run.result.rounding_mm = pp_measure_rounding(&run.mesh);
    if (run.result.nstep == 1) { /* the same */
        *total = run.result.step[0];
        snprintf(total->name, sizeof total->name, "all together");
        return PP_OK;
    }
    snprintf(total->name, sizeof total->name, "%s",
             asked.budget ? "surface to this mesh" : "all together");
    return pp_measures_step(&run.result, first, &run.mesh, asked.spacing_mm,
                            total, err);
}

/* Reads a stage and measures the step to it from `before`, if that is there;
 * `before` becomes it. The first of all is kept. */
static pp_status
take_stage(const stage *s, pp_mesh *before, pp_mesh *first, pp_error *err)
{
    pp_mesh now = { 0 };
    pp_provenance prov = { 0 };
    pp_format format;

    run.culprit = s->path;
    if (cli_read_mesh(s->path, &now, &prov, &format, err) != PP_OK ||
        pp_provenance_unplace(&prov, &now, err) != PP_OK)
        goto done;
    if (before->ntri > 0 &&
        measure_step(s->name, s->length, before, &now, err) != PP_OK)
        goto done;
    if (first->ntri == 0 && pp_mesh_copy(&now, first, err) != PP_OK)
        goto done;
    pp_mesh_free(before);
    *before = now;
    memset(&now, 0, sizeof now);
done:
    pp_provenance_free(&prov);
    pp_mesh_free(&now);
    return err->status;
}

size_t
msr_count_stages(void)
{
    return nstage;
}

pp_status
msr_compare_stages(pp_error *err)
{
    pp_mesh before = { 0 }, first = { 0 };

    if (nstage == 0 && !asked.budget)
        return PP_OK;
    if (run.result.step == NULL)
        run.result.step = pp_alloc_zero(nstage, sizeof *run.result.step);
    if (run.result.step == NULL)
        return pp_fail_memory(err);
    if (asked.budget) {
        if (measure_step("smoothing", 9, &run.raw, &run.smooth, err) != PP_OK ||
            pp_mesh_copy(&run.raw, &first, err) != PP_OK)
            goto done;
        before = run.smooth;
        memset(&run.smooth, 0, sizeof run.smooth);
    }
    for (size_t n = 0; n < nstage; n++)
        if (take_stage(&stages[n], &before, &first, err) != PP_OK)
            goto done;
    if (measure_step("this mesh", 9, &before, &run.mesh, err) == PP_OK &&
        measure_total(&first, err) == PP_OK)
        (void)!pp_budget_told(&run.prov, &run.result.told,
                              &run.result.ntold, err);
done:
    pp_mesh_free(&before);
    pp_mesh_free(&first);
    return err->status;
}

void
msr_free_stages(void)
{
    pp_free(stages);
    pp_mesh_free(&run.raw);
    pp_mesh_free(&run.smooth);
}
