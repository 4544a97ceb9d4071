/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * budget.h - for tools: what each step of the digital editing changed
 */
#ifndef PP_MEASURE_BUDGET_H
#define PP_MEASURE_BUDGET_H

#include "base/json.h"
#include "measure/measure.h"
#include "mesh/provenance.h"

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
} pp_budget_step;

/** PP_EGEOM when a mesh has no facets or no area. The name stays as it is. */
pp_status pp_measure_step(const pp_mesh *before, const pp_mesh *after,
                          double spacing_mm, double bound_mm,
                          pp_budget_step *step, pp_error *err) PP_MUST_USE;

/**
 * How far rounding to floats may have moved a vertex, when all coordinates are
 * floats; 0 when some are not.
 */
double pp_measure_rounding(const pp_mesh *m);

/* What a tool of the pipe wrote into the provenance about its own step. */
typedef struct {
    char name[PP_STEP_NAME];
    double max_mm, volume_mm3; /* NAN: it does not say */
} pp_told_step;

/** Those steps that tell of millimetres; the caller frees *step. */
pp_status pp_budget_told(const pp_provenance *prov, pp_told_step **step,
                         size_t *n, pp_error *err) PP_MUST_USE;

/** The head of the table, and its lines: volume NAN: none. */
void pp_budget_print_head(FILE *out);
void pp_budget_print_line(const char *name, const pp_deviation *d,
                          double max_mm, double volume_mm3, FILE *out);

/** The steps, as lines. */
void pp_budget_print(const pp_budget_step *step, size_t n, FILE *out);

/** Objects of the current JSON array. */
void pp_budget_json(const pp_budget_step *step, size_t n, pp_json *j);

#endif
