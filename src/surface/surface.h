/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * surface.h - where voxels become triangles, and triangles voxels again
 */
#ifndef PP_SURFACE_SURFACE_H
#define PP_SURFACE_SURFACE_H

#include "mask/mask.h"
#include "mesh/mesh.h"

typedef enum {
    PP_SMOOTH_NONE,     /* midpoints of the lattice edges */
    PP_SMOOTH_LOSSLESS, /* the fairest that keeps every voxel's side */
    PP_SMOOTH_FAST,     /* a low-pass that does so, in a fraction of the time */
    PP_SMOOTH_FREE      /* a low-pass that does not; never decimated */
} pp_smooth;

typedef struct {
    pp_smooth smooth;
    bool separate; /* diagonal inside voxels are kept apart; default: joined */
    bool decimate;
    double max_error_mm; /* of decimation; 0: a quarter of the least spacing */
    size_t ntriangle;    /* stop decimating there; 0: as few as the error lets */
    bool no_ledger;      /* leave steps, volumes and moves out of the report */
    double confidence;   /* of a probability: what is below it is in doubt */
    double keep_off;     /* share of its lattice edge that a vertex keeps from
                            either end, below 1/2; 0: what smoothing keeps */
} pp_surface_options;

/*
 * How far decimation went, both ways: every point of each surface lies within
 * bound_mm of the other; the rest is of points spread over both.
 */
typedef struct {
    double bound_mm, mean_mm, p95_mm, p99_mm, max_mm;
    size_t nsample;
    int nround;       /* runs until the bound held */
    size_t nkept;     /* vertices that had to keep closer */
} pp_reached;

/* One line of the ledger: the surface after a step, and how far it moved. */
typedef struct {
    const char *name; /* "extract", "smooth", "decimate" */
    double volume_mm3, area_mm2;
    size_t nvert, nfacet, npart;
    ptrdiff_t genus;  /* of all parts together */
    double mean_mm, p95_mm, max_mm; /* from the step before */
    struct {
        double min_mm, p5_mm, median_mm, p95_mm, max_mm;
    } edge;           /* lengths; the middle three of many a sample */
} pp_step;

#define PP_MAX_STEP 3

/* A region of the surface that rests on doubtful voxels. */
typedef struct {
    double area_mm2;
    pp_vec3 centre;
} pp_doubtful;

typedef struct {
    double area_mm2, low_mm2;
    pp_doubtful *region; /* largest first */
    size_t nregion;
} pp_confidence;

void pp_confidence_free(pp_confidence *c);

/* What the smoothing did, for the ledger. */
typedef struct {
    double mask_volume_mm3;
    double raw_volume_mm3;  /* midpoints */
    double mesh_volume_mm3; /* as returned, before decimation */
    size_t nfacet;          /* before decimation */
    double max_error_mm;    /* wanted of decimation */
    pp_reached reached;     /* by decimation; all zero without */
    double max_move_mm;     /* of a vertex from its midpoint */
    bool touches_border;    /* the mask was cut by the image's border */
    pp_step step[PP_MAX_STEP]; /* in their order */
    size_t nstep;
    pp_confidence confidence; /* with options->confidence; the caller frees */
} pp_surface_report;

/**
 * The closed, 2-manifold, outward surface of a mask, in LPS mm, from marching
 * cubes with a face-consistent table (extract_table.c). Every vertex lies on
 * the open lattice edge between an inside and an outside voxel centre, so the
 * mesh re-voxelises to the mask. Empty mask: PP_EGEOM.
 */
pp_status pp_surface_from_mask(const pp_mask *mask,
                               const pp_surface_options *options,
                               pp_mesh *mesh, pp_surface_report *report,
                               pp_error *err) PP_MUST_USE;

/** The same for a mask whose voxels nobody else needs: they are freed. */
pp_status pp_surface_take_mask(pp_mask *mask,
                               const pp_surface_options *options,
                               pp_mesh *mesh, pp_surface_report *report,
                               pp_error *err) PP_MUST_USE;

/**
 * The same at the sub-voxel crossing of a grey image with iso, around mask:
 * the voxels of at least iso (pp_mask_from_iso), or some islands of them.
 * Closed at the border of the image; not smoothed.
 */
pp_status pp_surface_from_grey(const pp_grid *grid, double iso,
                               const pp_mask *mask,
                               const pp_surface_options *options,
                               pp_mesh *mesh, pp_surface_report *report,
                               pp_error *err) PP_MUST_USE;

/* ---- many labels at once (labels.c) ---- */

/*
 * All that lies between labels, each facet once: two labels that touch share
 * their facets. All-zero is empty.
 */
typedef struct {
    pp_mesh mesh;         /* LPS mm; sheet after sheet */
    uint16_t (*sheet)[2]; /* the label behind its facets and the one before
                             them, which is the lesser; 0: none */
    size_t *first;        /* its first facet; and one behind the last */
    size_t nsheet;
} pp_complex;

/* One label's surface after a step. */
typedef struct {
    double volume_mm3, area_mm2;
    double shared_mm2; /* of the area: with other labels */
    size_t nfacet;
} pp_label_step;

/* One label; without a ledger the first two steps are zero. */
typedef struct {
    size_t nvoxel;
    double mask_volume_mm3;
    pp_label_step raw, smooth, made; /* midpoints; smoothed; as returned */
} pp_label_size;

typedef struct {
    pp_label_size *size; /* of labels 0 to nlabel; 0 is empty */
    size_t nfacet;       /* of all sheets, before decimation */
    size_t npoint;       /* vertices where three sheets or more meet */
    double max_move_mm, max_error_mm;
    pp_reached reached;
} pp_complex_report;

void pp_complex_free(pp_complex *c);
void pp_complex_report_free(pp_complex_report *r);

/**
 * The sheets between all labels of a map. Each label's are a closed, outward
 * 2-manifold that gives back its voxels, smoothed and decimated too; of two
 * labels that touch, one has the very facets of the other, turned over. Not
 * for PP_SMOOTH_FREE. A map without labels: PP_EGEOM.
 */
pp_status pp_surface_from_labels(const pp_label_map *map,
                                 const pp_surface_options *options,
                                 pp_complex *complex,
                                 pp_complex_report *report,
                                 pp_error *err) PP_MUST_USE;

/** The closed surface of one label; empty for one without voxels. */
pp_status pp_complex_label(const pp_complex *c, uint16_t label, pp_mesh *mesh,
                           pp_error *err) PP_MUST_USE;

/**
 * The surface where a sampled signed distance (negative inside) is zero:
 * one float a sample, dim[0] fastest, sample centres at to_lps. For fields
 * that are at hand whole; bricks.h holds those that are not. Samples on the
 * box's border must be positive.
 */
pp_status pp_surface_from_distance(const float *phi, const size_t dim[3],
                                   const double to_lps[3][4], pp_mesh *mesh,
                                   pp_error *err) PP_MUST_USE;

/**
 * Voxel centres inside a closed mesh, by crossings along rays through the
 * lattice: a mask with the same lattice as like. Inside is whatever the mesh
 * winds around, so that shells may overlap. Exact for a surface of this room:
 * the mesh of a mask gives back the mask.
 */
pp_status pp_surface_to_mask(const pp_mesh *mesh, const pp_mask *like,
                             pp_mask *out, pp_error *err) PP_MUST_USE;

/**
 * Has pp_surface_to_mask seen every voxel that the mesh holds? So it has when
 * all of it lies less than one voxel off the centres of like, and when none of
 * the centres one voxel further lies inside; what reaches two voxels off has
 * not.
 */
pp_status pp_surface_is_within(const pp_mesh *mesh, const pp_mask *like,
                               bool *within, pp_error *err) PP_MUST_USE;

/**
 * The least distance between facets that share no vertex, looked for up to
 * most_mm: what rounding has left of it. Zero, or nearly, where they cross.
 */
pp_status pp_surface_clearance(const pp_mesh *mesh, double most_mm, double *mm,
                               pp_error *err) PP_MUST_USE;

#endif
