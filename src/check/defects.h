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

/** Open edges and the loops that they form. */
pp_status pp_find_open_edges(const pp_subject *s, pp_report *r,
                             pp_error *err) PP_MUST_USE;

/** Edges of three facets and more; vertices with several fans. */
pp_status pp_find_nonmanifold(const pp_subject *s, pp_report *r,
                              pp_error *err) PP_MUST_USE;

/** Facets that run against their neighbours. */
pp_status pp_find_flipped(const pp_subject *s, pp_report *r,
                          pp_error *err) PP_MUST_USE;

/** Closed shells that face the wrong way; needs r->shell with its depths. */
pp_status pp_find_inverted(const pp_subject *s, pp_report *r,
                           pp_error *err) PP_MUST_USE;

pp_status pp_find_duplicates(const pp_subject *s, pp_report *r,
                             pp_error *err) PP_MUST_USE;

pp_status pp_find_degenerate(const pp_subject *s, pp_report *r,
                             pp_error *err) PP_MUST_USE;

pp_status pp_find_crossings(const pp_subject *s, pp_report *r,
                            pp_error *err) PP_MUST_USE;

/**
 * Fills r->shell, numbered as in the topology, with counts and measures, and
 * the sums of the report.
 */
pp_status pp_measure_shells(const pp_subject *s, pp_report *r,
                            pp_error *err) PP_MUST_USE;

/** The depth of every closed shell, by exact parity along rays. */
pp_status pp_find_nesting(const pp_subject *s, pp_report *r,
                          pp_error *err) PP_MUST_USE;

#endif
