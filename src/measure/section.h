/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * section.h - for tools: a mesh cut by a plane
 */
#ifndef PP_MEASURE_SECTION_H
#define PP_MEASURE_SECTION_H

#include "measure/measure.h"

/* One closed run of the cut. Holes run clockwise and have negative area. */
typedef struct {
    double area_mm2, perimeter_mm;
    double feret_max_mm, feret_min_mm;
    double around_mm, within_mm; /* diameters of the smallest circle around
                                    it and of the largest one inside it */
    pp_vec3 centroid, around_centre, within_centre;
    double distance_mm;          /* from the section's point to this run;
                                    negative when the point lies inside */
} pp_contour;

typedef struct {
    char name[PP_CALIPER_NAME];
    pp_vec3 point, normal;
    pp_contour *contour; /* nearest to the point first */
    size_t ncontour;
    size_t nopen;        /* runs that end at a hole of the mesh: left out */
    double area_mm2, perimeter_mm; /* of all contours; holes taken away */
} pp_section;

/** Takes "NAME=x,y,z:nx,ny,nz". False for anything else, or a zero normal. */
bool pp_section_parse(const char *text, pp_section *s);

/**
 * Cuts m by the plane of s. Vertices on the plane count as above it. The
 * caller frees with pp_section_free.
 */
pp_status pp_section_measure(const pp_mesh *m, pp_section *s,
                             pp_error *err) PP_MUST_USE;

void pp_section_free(pp_section *s);

#endif
