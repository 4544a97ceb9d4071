/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * budget.h - for tools: what each step of the digital editing changed
 */
#ifndef PP_MEASURE_BUDGET_H
#define PP_MEASURE_BUDGET_H

#include "base/json.h"
#include "measure/measure.h"

#include <stdio.h>

#define PP_STEP_NAME 64

/* One step: the mesh after it against the mesh before it. */
typedef struct {
    char name[PP_STEP_NAME];
    pp_deviation moved;   /* from the later mesh to the earlier one, signed:
                             positive where material was added */
    double hausdorff_mm;  /* the larger of both directions */
    double hausdorff_bound_mm;
    double volume_change_mm3, area_change_mm2;
    bool has_volume;      /* both meshes are closed */
} pp_step;

/** PP_EGEOM when a mesh has no facets or no area. The name stays as it is. */
pp_status pp_measure_step(const pp_mesh *before, const pp_mesh *after,
                          double spacing_mm, double bound_mm, pp_step *step,
                          pp_error *err) PP_MUST_USE;

void pp_budget_print(const pp_step *step, size_t n, FILE *out);

/** The array "budget" of the current JSON object. */
void pp_budget_json(const pp_step *step, size_t n, pp_json *j);

#endif
