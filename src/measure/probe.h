/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * probe.h - for tools: angles, paths, fits and walls at given places of a mesh
 */
#ifndef PP_MEASURE_PROBE_H
#define PP_MEASURE_PROBE_H

#include "measure/fit.h"
#include "measure/measure.h"

typedef enum {
    PP_PROBE_ANGLE, /* at the second of three points */
    PP_PROBE_PATH,  /* along the surface between two */
    PP_PROBE_FIT,   /* of a shape to the surface around one */
    PP_PROBE_WALL   /* thickness at one */
} pp_probe_kind;

typedef struct {
    pp_probe_kind kind;
    char name[PP_CALIPER_NAME];
    int npoint;
    pp_vec3 at[3];       /* as given, LPS mm */
    pp_fit_kind shape;   /* PP_PROBE_FIT: what, and to how far around */
    double reach_mm;
    /* measured: */
    pp_vec3 on_mesh[3];  /* nearest to the given points */
    double off_mesh_mm;  /* the largest distance between these */
    double given;        /* angle (degrees) or straight distance (mm) of the
                            points as given */
    double value;        /* of those on the mesh: angle (degrees), length of
                            the path or wall (mm) */
    double low;          /* path: none on the surface is shorter */
    pp_fit fit;
    size_t nvertex;      /* of the region that was fitted */
    pp_vec3 other;       /* wall: the other side */
    bool there;          /* false: no such value, as off a path's part */
} pp_probe;

/**
 * Take "NAME=p:p:p" (angle, the corner in the middle), "NAME=p:p" (path),
 * "NAME=SHAPE:p:MM" (fit; plane, sphere, cylinder), "NAME=p" (wall), with p as
 * "x,y,z". False for anything else.
 */
bool pp_probe_parse(pp_probe_kind kind, const char *text, pp_probe *p);

/** Fills what is measured in n probes. PP_EGEOM when there is no facet. */
pp_status pp_measure_probes(const pp_mesh *m, pp_probe *p, size_t n,
                            pp_error *err) PP_MUST_USE;

const char *pp_fit_name(pp_fit_kind kind); /* "plane", ... */

#endif
