/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gate.h - bounds that a cure must keep; only repair/ includes this
 */
#ifndef PP_REPAIR_GATE_H
#define PP_REPAIR_GATE_H

#include "repair/rung.h"

/**
 * Holds a result against what it was made of: volume, closed shells, distances
 * both ways where facets differ. local: a piece of a mesh, only distances are
 * defined. *kept becomes false beyond the bounds, with
 * the reason in c->detail; c->moved_mm takes the largest distance.
 */
pp_status pp_gate_surface(const pp_mesh *old, const pp_report *old_report,
                          const pp_mesh *m, const pp_report *report,
                          const pp_repair_options *o, bool local, pp_cure *c,
                          bool *kept, pp_error *err) PP_MUST_USE;

/**
 * *mm grows to the farthest that a point of a's facets, asked in rows, lies
 * from near and whole together (change.c). near: where it is likely to lie,
 * may be empty.
 */
pp_status pp_farthest(const pp_mesh *a, const pp_mesh *near,
                      const pp_mesh *whole, double bound_mm, double *mm,
                      pp_error *err) PP_MUST_USE;

/**
 * Volume that the facets enclose when every opening is closed by a fan about
 * the middle of its rim: filling a small hole changes it little. from: any
 * point near.
 */
pp_status pp_enclosed_volume(const pp_mesh *m, pp_vec3 from,
                             double *volume_mm3, pp_error *err) PP_MUST_USE;

/** The middle of the box: near the facets, so that few digits cancel. */
pp_vec3 pp_middle(const pp_mesh *m);

/** A deep copy. */
pp_status pp_report_copy(const pp_report *r, pp_report *copy,
                         pp_error *err) PP_MUST_USE;

/**
 * The smallest distance at which parted sheets stay apart: four steps of the
 * number format at the largest coordinate, and at least 0.1 micrometre.
 */
double pp_nudge(const pp_mesh *m, const pp_repair_options *o);

#endif
