/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lattice.h - surfaces whose vertices lie on lattice edges; only for surface/
 *
 * A lattice mesh is a marching-cubes surface before it goes to patient space:
 * each vertex knows its lattice edge and has one degree of freedom, its place
 * on that edge. The lattice is the mask's, padded by one sample on each side:
 * padded index p is voxel p - 1.
 */
#ifndef PP_SURFACE_LATTICE_H
#define PP_SURFACE_LATTICE_H

#include "surface/surface.h"

/* ---- the table (extract_table.c) ---- */

/*
 * Corner c of a cell lies at (c & 1, c >> 1 & 1, c >> 2 & 1). Edge 4 a + n
 * runs along axis a; n = b + 2 c with b and c its places along the other two
 * axes, lower axis first.
 */
#define PP_CELL_MAX_TRI 10 /* 5 between two labels */

typedef struct {
    uint8_t ntri;
    uint8_t edge[PP_CELL_MAX_TRI][3];
} pp_cell_case;

/* What the table is made by: both, one or none of them. */
enum {
    PP_CELL_SEPARATE = 1, /* diagonal corners of a face: two, not one */
    PP_CELL_LORENSEN = 2  /* facets of cells with vertices in the middle of
                             edges: as Lorensen and Cline drew them */
};

/** Case m has bit c set where corner c is inside. */
void pp_cell_table(unsigned rule, pp_cell_case table[256]);

/** The edge from corner p to corner q, or -1. */
int pp_cell_edge_between(int p, int q);

/** The corners of face (axis, side), counter-clockwise seen from outside. */
void pp_cell_face_corners(int axis, int side, int corner[4]);

/**
 * Adds the facets of a loop of n <= 12 edges, without a chord in a face. The
 * chords are the shortest, after (bulge > 0) the facets enclose the most that
 * they can with vertices in the middle of the edges, or (bulge < 0) the least.
 */
void pp_cell_fill_loop(const int *loop, int n, int bulge, pp_cell_case *c);

/** The two corners of an edge, lower first. */
static inline int
pp_cell_edge_corner(int edge, int end)
{
    const int axis = edge >> 2, b = edge & 1, c = edge >> 1 & 1;
    const int low = axis == 0 ? 1 : 0, high = axis == 2 ? 1 : 2;

    return b << low | c << high | end << axis;
}

/* ---- inside or outside, one bit a sample (bits.c) ---- */

/* Padded samples: n = dim + 2; a row of words per (j, k). */
typedef struct {
    size_t n[3];
    size_t words;
    uint64_t *word;
} pp_bits;

static inline const uint64_t *
pp_bits_row(const pp_bits *b, size_t j, size_t k)
{
    return b->word + (k * b->n[1] + j) * b->words;
}

static inline bool
pp_bits_get(const pp_bits *b, size_t i, size_t j, size_t k)
{
    return pp_bits_row(b, j, k)[i >> 6] >> (i & 63) & 1;
}

void pp_bits_free(pp_bits *b);

/** All outside; dim without the padding. */
pp_status pp_bits_alloc(const size_t dim[3], pp_bits *b,
                        pp_error *err) PP_MUST_USE;

/** From one byte a voxel, 0 or 1. */
pp_status pp_bits_from_bytes(const uint8_t *in, const size_t dim[3],
                             pp_bits *b, pp_error *err) PP_MUST_USE;

/** Inside is what is below zero. */
pp_status pp_bits_from_floats(const float *phi, const size_t dim[3],
                              pp_bits *b, pp_error *err) PP_MUST_USE;

/* ---- lattice meshes (extract.c) ---- */

/* axis << 60 | k << 40 | j << 20 | i, padded indices of the lower end */
typedef uint64_t pp_lattice_edge;

/* In place of an axis: no edge; the rest is a number in pp_lattice.point. */
#define PP_NO_EDGE 15

static inline int
pp_edge_axis(pp_lattice_edge e)
{
    return (int)(e >> 60);
}

static inline uint32_t
pp_edge_index(pp_lattice_edge e, int axis)
{
    return (uint32_t)(e >> (20 * axis) & 0xfffff);
}

/*
 * All-zero is empty. With many labels (labels.h) it is all sheets between
 * them: the lines where three sheets meet run through vertices without an
 * edge, which nobody moves.
 */
typedef struct {
    size_t nvert, ntri;
    pp_lattice_edge *edge; /* of each vertex */
    float *t;              /* its place, in (0,1) */
    pp_tri *tri;           /* outward in a right-handed lattice */
    double (*point)[3];    /* of vertices without an edge, padded indices */
    uint16_t *sheet;       /* of each facet; NULL: there is but one */
} pp_lattice;

void pp_lattice_free(pp_lattice *l);

/**
 * The number of vertices on edges, which come first: in the order of k, j,
 * axis and i.
 */
size_t pp_lattice_nedge(const pp_lattice *l);

/** All of the surface between inside and outside, t = 1/2 everywhere. */
pp_status pp_lattice_extract(const pp_bits *b, unsigned rule, pp_lattice *l,
                             pp_error *err) PP_MUST_USE;

/** True for a left-handed lattice, whose facets are turned over in space. */
bool pp_lattice_turned(const double to_lps[3][4]);

/** Where voxel indices lie in space. */
pp_vec3 pp_lattice_point(const double to_lps[3][4], double i, double j,
                         double k);

/** The vertices in space, the facets outward; their sheets as attribute. */
pp_status pp_lattice_to_mesh(const pp_lattice *l, const double to_lps[3][4],
                             pp_mesh *mesh, pp_error *err) PP_MUST_USE;

/** The same for a lattice that is needed no more: its facets go over. */
pp_status pp_lattice_become_mesh(pp_lattice *l, const double to_lps[3][4],
                                 pp_mesh *mesh, pp_error *err) PP_MUST_USE;

/**
 * Smooths (smooth.c): moves the vertices of the mask's surface along their
 * edges until the surface is fair and holds volume_mm3, as far as the edges
 * allow. bits: of the mask.
 */
pp_status pp_lattice_smooth(pp_lattice *l, const pp_bits *bits,
                            const pp_mask *mask, pp_smooth kind,
                            double volume_mm3, pp_error *err) PP_MUST_USE;

/**
 * The surface in space with fewer facets (decimate_bound.c): no more than
 * target if max_error_mm allows; the mask, the volume, closedness and genus
 * stay. That no point of either surface is farther than max_error_mm from the
 * other one is proved, and what it came to is measured.
 */
pp_status pp_lattice_decimate(const pp_lattice *l, const double mm[3],
                              const double to_lps[3][4], double max_error_mm,
                              size_t target, pp_mesh *mesh,
                              pp_reached *reached, pp_error *err) PP_MUST_USE;

/**
 * The same for surfaces that are looked at anyway: nothing is proved, and
 * facets of two sheets may cross.
 */
pp_status pp_lattice_thin(const pp_lattice *l, const double mm[3],
                          const double to_lps[3][4], double max_error_mm,
                          pp_mesh *mesh, pp_error *err) PP_MUST_USE;

/** Where a vertex lies, in padded indices. */
void pp_lattice_at(const pp_lattice *l, size_t v, double at[3]);

/** Volume within, for samples mm apart. */
pp_status pp_lattice_volume(const pp_lattice *l, const double mm[3],
                            double *volume_mm3, pp_error *err) PP_MUST_USE;

/* ---- shared by the kinds of input ---- */

/**
 * The mask's bits and its surface with midpoints; fills the report's first
 * part. The caller frees both.
 */
pp_status pp_surface_begin(const pp_mask *mask,
                           const pp_surface_options *options, pp_bits *bits,
                           pp_lattice *l, pp_surface_report *report,
                           pp_error *err) PP_MUST_USE;

/**
 * Adds the steps up to a lattice mesh (ledger.c): "extract", as it was with
 * midpoints (report->raw_volume_mm3), and "smooth", if any vertex moved.
 */
pp_status pp_ledger_lattice(const pp_lattice *l, const double mm[3],
                            pp_surface_report *report,
                            pp_error *err) PP_MUST_USE;

/** Adds the step that made the mesh; deviations from report->reached. */
pp_status pp_ledger_mesh(const char *name, const pp_mesh *mesh,
                         pp_surface_report *report,
                         pp_error *err) PP_MUST_USE;

/**
 * Smooths without bounds (free.c): the mesh in space, with its step in the
 * report. l stays.
 */
pp_status pp_lattice_free_smooth(pp_lattice *l, const pp_mask *mask,
                                 pp_mesh *mesh, pp_surface_report *report,
                                 pp_error *err) PP_MUST_USE;

/**
 * The share of the surface on voxels of a confidence below least: PP_EGEOM
 * for values outside of [0,1] at the surface (confidence.c). The caller frees
 * *c.
 */
pp_status pp_lattice_confidence(const pp_lattice *l, const pp_grid *grid,
                                double least, pp_confidence *c,
                                pp_error *err) PP_MUST_USE;

/** The mesh in space and the rest of the report. Returns err->status. */
pp_status pp_surface_finish(pp_lattice *l, const pp_mask *mask,
                            const pp_surface_options *options, pp_mesh *mesh,
                            pp_surface_report *report, pp_error *err);

/** Where the line from p to q passes zero, in (0,1), kept off both ends. */
float pp_edge_crossing(double p, double q);

/** Memory position of an end (0, 1) of an edge; false beyond the image. */
bool pp_edge_voxel(pp_lattice_edge e, int end, const size_t dim[3],
                   size_t *n);

#endif
