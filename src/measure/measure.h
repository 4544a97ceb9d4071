/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * measure.h - numbers about a mesh, and about a mesh against its mask
 */
#ifndef PP_MEASURE_MEASURE_H
#define PP_MEASURE_MEASURE_H

#include "mask/mask.h"
#include "mesh/mesh.h"

/**
 * Volume enclosed by a closed, consistently oriented mesh, in mm^3. Negative
 * when facets face inward. With open edges the number means nothing: check
 * first, this function does not. PP_EGEOM when there is no facet.
 */
pp_status pp_measure_volume(const pp_mesh *m, double *volume_mm3,
                            pp_error *err) PP_MUST_USE;

/**
 * Volume of the cone from an apex over the facets, in mm^3: of a closed mesh
 * the volume within, wherever the apex lies.
 */
double pp_measure_cone(const pp_mesh *m, pp_vec3 apex);

/** Sum of the facets' areas in mm^2. */
double pp_measure_area(const pp_mesh *m);

/** Centre of mass of the enclosed solid. PP_EGEOM when its volume is zero. */
pp_status pp_measure_centroid(const pp_mesh *m, pp_vec3 *centroid,
                              pp_error *err) PP_MUST_USE;

/**
 * The two vertices farthest from each other, exactly, and their distance.
 * Vertices that no facet uses do not count. PP_EGEOM when there is no facet.
 */
pp_status pp_measure_diameter(const pp_mesh *m, double *mm, pp_vec3 ends[2],
                              pp_error *err) PP_MUST_USE;

/* What is said of any mesh. */
typedef struct {
    size_t nfacet, nvert, npart;
    size_t nunbalanced; /* edges not run as often one way as the other */
    bool closed;        /* no such edge: the mesh encloses a volume */
    double volume_mm3;  /* of a closed mesh; else 0, and means nothing */
    pp_vec3 centroid;   /* of a closed mesh with volume: of the solid */
    bool has_centroid;
    double area_mm2;
    pp_box box;
    double diameter_mm;
    pp_vec3 diameter_end[2];
} pp_body;

/** All of it. PP_EGEOM when there is no facet. */
pp_status pp_measure_body(const pp_mesh *m, pp_body *body,
                          pp_error *err) PP_MUST_USE;

/* One part: facets that hang together over shared vertices. */
typedef struct {
    uint32_t first;    /* its first facet */
    size_t nfacet;
    bool closed;
    double area_mm2;
    double volume_mm3; /* negative: it faces inward; means nothing when open */
    pp_box box;
} pp_component;

/** All parts, the largest area first. The caller frees *list. */
pp_status pp_measure_components(const pp_mesh *m, pp_component **list,
                                size_t *n, pp_error *err) PP_MUST_USE;

#define PP_CALIPER_NAME 64

/* A distance between two given points, and between the mesh points nearest
 * to them. */
typedef struct {
    char name[PP_CALIPER_NAME];
    pp_vec3 end[2];      /* as given, LPS mm */
    double given_mm;     /* between them */
    pp_vec3 on_mesh[2];
    double mesh_mm;      /* between the mesh points */
    double off_mesh_mm[2]; /* from a given point to its mesh point */
} pp_caliper;

/** Takes "x,y,z", n characters. False for anything else. */
bool pp_point_parse(const char *text, size_t n, pp_vec3 *p);

/** Takes "NAME=x,y,z:x,y,z". False for anything else. */
bool pp_caliper_parse(const char *text, pp_caliper *c);

/**
 * Calipers of a file, told by content: 3D Slicer's markups (.mrk.json: the
 * first two points of each markup; .fcsv: points two by two), or comma
 * separated values: name,x,y,z,x,y,z in LPS mm, lines with '#' left out. RAS
 * is turned to LPS. PP_EFORMAT names the line or markup. The caller frees
 * *list.
 */
pp_status pp_calipers_decode(const void *data, size_t size, pp_caliper **list,
                             size_t *n, pp_error *err) PP_MUST_USE;

/** Fills what follows from the mesh in n calipers. */
pp_status pp_measure_calipers(const pp_mesh *m, pp_caliper *c, size_t n,
                              pp_error *err) PP_MUST_USE;

#define PP_DEVIATION_NBIN 40

typedef struct {
    double mean_mm;   /* signed: positive where the first lies outside */
    double abs_mean_mm, rms_mm, p95_mm, p99_mm, max_mm; /* of |distance| */
    double low_mm, high_mm; /* signed extremes */
    pp_vec3 worst;          /* where the maximum is */
    double area_mm2;        /* that the samples stand for */
    double bin_low_mm, bin_mm; /* histogram: lower end of bin 0, width */
    double bin[PP_DEVIATION_NBIN]; /* share of the area; nothing beyond */
    size_t nsample;
} pp_deviation;

/**
 * Signed distance from the mesh (area-uniform samples, at most spacing_mm
 * apart, vertices included) to the voxel boundary of the mask: the faces
 * between inside and outside voxels, exact for each sample. PP_EGEOM for an
 * empty mask or mesh; PP_ELIMIT when the samples cannot be counted.
 */
pp_status pp_measure_mesh_to_mask(const pp_mesh *m, const pp_mask *mask,
                                  double spacing_mm, pp_deviation *d,
                                  pp_error *err) PP_MUST_USE;

/**
 * From the mask's boundary faces (centres and corners) to the mesh, signed by
 * the mesh's inside: positive where the boundary lies outside the mesh.
 */
pp_status pp_measure_mask_to_mesh(const pp_mesh *m, const pp_mask *mask,
                                  pp_deviation *d, pp_error *err) PP_MUST_USE;

/** From samples of a to the surface of b, signed by b's inside. */
pp_status pp_measure_mesh_to_mesh(const pp_mesh *a, const pp_mesh *b,
                                  double spacing_mm, pp_deviation *d,
                                  pp_error *err) PP_MUST_USE;

/* The farthest that a point of one mesh lies from the other. */
typedef struct {
    double mm;         /* attained: the true value lies in [mm, mm + bound] */
    pp_vec3 from, to;  /* where: on the first mesh, nearest on the second */
    size_t nsplit;     /* pieces of facets that had to be looked into */
} pp_hausdorff;

/**
 * The directed Hausdorff distance from all points of a's facets (not only its
 * vertices) to b, known to bound_mm > 0. The two-sided distance is the larger
 * of both directions. PP_EGEOM when a mesh has no facet; PP_ELIMIT when the
 * bound would take more than 2^31 pieces.
 */
pp_status pp_measure_hausdorff(const pp_mesh *a, const pp_mesh *b,
                               double bound_mm, pp_hausdorff *h,
                               pp_error *err) PP_MUST_USE;

/** Signed distance of every vertex to the mask's boundary, into value[]. */
pp_status pp_measure_vertices_to_mask(const pp_mesh *m, const pp_mask *mask,
                                      float *value,
                                      pp_error *err) PP_MUST_USE;

/** The same to another mesh. */
pp_status pp_measure_vertices_to_mesh(const pp_mesh *m, const pp_mesh *other,
                                      float *value,
                                      pp_error *err) PP_MUST_USE;

/* Voxels side by side (corners count) that changed side in the same way. */
typedef struct {
    bool added;          /* in the mesh, not in the mask */
    size_t nvoxel;
    double volume_mm3;
    pp_vec3 centre;      /* mean position, LPS mm */
} pp_changed_place;

#define PP_OVERLAP_PLACES 10

typedef struct {
    size_t nmask, nmesh, nboth; /* voxels in mask, in mesh, in both */
    double dice;
    double volume_difference_mm3; /* mesh volume - mask volume */
    size_t nplace;                /* places of voxels that changed side */
    pp_changed_place place[PP_OVERLAP_PLACES]; /* the largest of them */
} pp_overlap;

/** The mesh re-voxelised on the mask's lattice, against the mask. */
pp_status pp_measure_overlap(const pp_mesh *m, const pp_mask *mask,
                             pp_overlap *overlap, pp_error *err) PP_MUST_USE;

#endif
