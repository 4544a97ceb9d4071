/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rational.h - how two triangles meet, by rational arithmetic
 *
 * The oracle of the tests: it intersects the two triangles as point sets, by
 * clipping one against the planes that bound the other, and looks at what is
 * left. No sign tricks, and nothing shared with the code under test.
 */
#ifndef PP_TESTS_RATIONAL_H
#define PP_TESTS_RATIONAL_H

#include "check/check.h"

/** The contact of facets a and b of m. */
pp_contact rational_contact(const pp_mesh *m, size_t a, size_t b);

/** Has the facet no area? */
bool rational_degenerate(const pp_mesh *m, size_t t);

#endif
