/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * defects.h - the single checks; included by check/ only
 *
 * Each looks at one kind of defect and writes its part of the report.
 */
#ifndef PP_CHECK_DEFECTS_H
#define PP_CHECK_DEFECTS_H

#include "check/check.h"
#include "check/topology.h"

/* What every check looks at. */
typedef struct {
    const pp_mesh *mesh;
    const pp_topology *topology;
    size_t max_witness;
} pp_subject;

/** Counts a finding and keeps it as witness while there is room. */
pp_status pp_add_finding(pp_finding *f, size_t max_witness, pp_witness w,
                         pp_error *err) PP_MUST_USE;

pp_vec3 pp_facet_middle(const pp_mesh *m, size_t facet);

/** A check: writes its part of the report. */
typedef pp_status pp_defect_check(const pp_subject *s, pp_report *r,
                                  pp_error *err);

/* Open edges and the loops that they form. */
pp_defect_check pp_find_open_edges;

/* Edges of three facets and more; vertices with several fans. */
pp_defect_check pp_find_nonmanifold;

/* Facets that run against their neighbours. */
pp_defect_check pp_find_flipped;

/* Fills r->shell, numbered as in the topology, with counts and measures, and
   the sums of the report. */
pp_defect_check pp_measure_shells;

/* The depth of every closed shell, by exact parity along rays. */
pp_defect_check pp_find_nesting;

/* Closed shells that face the wrong way; needs r->shell with its depths. */
pp_defect_check pp_find_inverted;

/* Shells that are there twice; needs r->shell. */
pp_defect_check pp_find_twins;

pp_defect_check pp_find_duplicates, pp_find_degenerate, pp_find_crossings;

#endif
