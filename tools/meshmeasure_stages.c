/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshmeasure_stages.c - the budget: meshes before this one, step by step
 */
#include "meshmeasure.h"

#include "base/alloc.h"

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
    pp_error err = {0};
    stage s;

    if (equals == NULL || equals == text || equals[1] == '\0' ||
        equals - text >= PP_STEP_NAME ||
        pp_grow(&stages, &stage_capacity, nstage + 1, sizeof s, &err) != PP_OK)
        return false;
    s = (stage){text, equals + 1, (size_t)(equals - text)};
    stages[nstage++] = s;
    return true;
}

/* Step n leads to mesh `after` from stage n. */
static pp_status
measure_step(size_t n, const pp_mesh *before, const pp_mesh *after,
             pp_error *err)
{
    pp_step *step = &run.result.step[n];
    const stage *to = n + 1 < nstage ? &stages[n + 1] : NULL;

    snprintf(step->name, sizeof step->name, "%.*s",
             to != NULL ? (int)to->length : 9,
             to != NULL ? to->name : "this mesh");
    return pp_measures_step(&run.result, before, after, asked.spacing_mm, step,
                            err);
}

pp_status
msr_compare_stages(pp_error *err)
{
    pp_mesh before = {0};
    pp_provenance prov = {0};
    pp_format format;

    if (nstage == 0)
        return PP_OK;
    run.result.step = pp_alloc_zero(nstage, sizeof *run.result.step);
    if (run.result.step == NULL)
        return pp_fail_memory(err);
    for (size_t n = 0; n < nstage; n++) {
        pp_mesh now = {0};

        run.culprit = stages[n].path;
        if (cli_read_mesh(stages[n].path, &now, &prov, &format, err) != PP_OK)
            goto done;
        pp_provenance_free(&prov);
        if (n > 0 && measure_step(n - 1, &before, &now, err) != PP_OK) {
            pp_mesh_free(&now);
            goto done;
        }
        pp_mesh_free(&before);
        before = now;
    }
    if (measure_step(nstage - 1, &before, &run.mesh, err) == PP_OK)
        run.result.nstep = nstage;
done:
    pp_mesh_free(&before);
    return err->status;
}

void
msr_free_stages(void)
{
    pp_free(stages);
}
