/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * contact.h - how two facets meet; included by check/ only
 */
#ifndef PP_CHECK_CONTACT_H
#define PP_CHECK_CONTACT_H

#include "check/check.h"

/**
 * How two facets with an area meet beyond the vertices and the edge that they
 * share by number. Exact for all finite doubles. Facets that share all three
 * vertices are PP_APART here: they are duplicates, another defect.
 */
pp_contact pp_facet_contact(const pp_vec3 *vert, const uint32_t a[3],
                            const uint32_t b[3]);

#endif
