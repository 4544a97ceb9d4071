/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * admesh.h - STL's classic tolerance matching, libadmesh behind it (GPL-2+)
 *
 * Facets travel in memory: libadmesh can hang on valid files, so it never
 * sees one.
 */
#ifndef PP_SHIM_ADMESH_H
#define PP_SHIM_ADMESH_H

#include "base/status.h"
#include "mesh/mesh.h"

/**
 * Joins open edges whose ends lie within tolerance_mm of each other, with the
 * tolerance growing from zero in steps (admesh's "nearby check"), in floats.
 * Facets keep their order. *nmatched: edges joined.
 */
pp_status pp_admesh_match_nearby(const pp_mesh *m, double tolerance_mm,
                                 int steps, pp_mesh *out, size_t *nmatched,
                                 pp_error *err) PP_MUST_USE;

#endif
