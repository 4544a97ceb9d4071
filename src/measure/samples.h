/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * samples.h - for measure/ only: samples of a mesh, and statistics of values
 */
#ifndef PP_MEASURE_SAMPLES_H
#define PP_MEASURE_SAMPLES_H

#include "measure/measure.h"

/*
 * A facet falls into pieces with no edge longer than the spacing; a sample
 * lies in the centre of each and weighs its area in mm^2.
 */
typedef struct {
    const pp_mesh *mesh;
    double spacing_mm;
    size_t *first; /* per facet: number of its first sample */
    size_t nfacet_sample;
    size_t nsample; /* with the vertices, which come last and weigh nothing */
} pp_samples;

/** PP_ELIMIT when the spacing is too fine for the mesh to be counted. */
pp_status pp_samples_plan(const pp_mesh *m, double spacing_mm, pp_samples *s,
                          pp_error *err) PP_MUST_USE;

void pp_samples_free(pp_samples *s);

/** Calls visit for each sample of facet t, in order. */
void pp_samples_facet(const pp_samples *s, size_t t,
                      void (*visit)(size_t sample, pp_vec3 p, double weight,
                                    void *data),
                      void *data);

/** Where sample n lies. */
pp_vec3 pp_samples_place(const pp_samples *s, size_t n);

/** A measured distance and the area that it stands for. */
typedef struct {
    double value, weight;
} pp_weighed;

/**
 * Fills all of d but `worst`; *worst is the number of the sample with the
 * largest absolute value, the first of equals. Reorders v. n > 0; weights sum
 * to more than zero unless all are zero, when each counts the same.
 */
void pp_deviation_from(pp_weighed *v, size_t n, pp_deviation *d,
                       size_t *worst);

#endif
