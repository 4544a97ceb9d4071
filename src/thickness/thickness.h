/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * thickness.h - how thick a solid is
 *
 * Thickness at a surface point: the largest d for which balls of diameter up
 * to d inside the solid come within 0.01 mm of the point. Where the surface
 * has a convex edge or corner there, no ball comes near it in any solid; the
 * depth that the edge leaves by itself, (1 / sin(opening / 2) - 1) d / 2, is
 * then allowed as well; everywhere at least that of the bluntest edge that
 * counts as one (150 degrees: 0.018 mm for each mm of d), since blunter ones
 * are not told from noise. So a slab is as thick at its rim as in its middle, and
 * the wall that a wedge thins out to is told by its own number, the knife
 * edge. A corner allows for its cone's ball as far as balls that three of its
 * facets stop leave it, convex or between hills and valleys: what stays off
 * there does so in any solid that has such a corner. Ball search after Ma, Bae
 * and Choi 2012.
 */
#ifndef PP_THICKNESS_THICKNESS_H
#define PP_THICKNESS_THICKNESS_H

#include "mesh/mesh.h"

/* How near a ball has to come to a point to touch it. A diameter is known to
 * as much, so thinner than T is what falls short of it by more than that. */
#define PP_TOUCH_MM 0.01

/* An edge with less opening is a knife edge: no wall, but nothing to trust. */
#define PP_KNIFE_DEG 30.0

/* What balls are found in: the tree of a closed mesh and its sharp places, for
 * more than one measurement. */
typedef struct pp_ground pp_ground;

/** The mesh must outlive it. edge_opening_deg: see below. */
pp_status pp_ground_find(const pp_mesh *m, double edge_opening_deg,
                         pp_ground **ground, pp_error *err) PP_MUST_USE;
void pp_ground_free(pp_ground *g);
const pp_bvh *pp_ground_tree(const pp_ground *g);
const pp_mesh *pp_ground_mesh(const pp_ground *g);

typedef struct pp_thickness_known pp_thickness_known; /* see below */

typedef struct {
    double edge_opening_deg; /* convex edges below are edge zones; 0: 150 */
    double limit_mm;         /* diameters are not searched beyond; 0: no limit */
    double t_mm;     /* samples that seem thinner are looked at more closely,
                        and found to be, or not to be; 0: none */
    double spacing_mm;       /* more samples on facets longer than this; 0: one
                                a facet */
    const bool *wanted; /* of each vertex: samples elsewhere, and on facets
                           without such a corner, count as at the limit, which
                           is then needed; NULL: all */
    bool turned_over; /* every facet of a closed mesh faces inward: what is
                         measured is the room around and between solids */
    const pp_bvh *offered; /* centres about which balls of t_mm probably have
                              room: tried first; NULL: none */
    const pp_thickness_known *known; /* or NULL */
    const pp_ground *ground; /* the mesh measured is a part of this one, or all
                                of it, with longer edges split; vertices of
                                this one come first; NULL: it is itself */
    const uint32_t *part_of; /* with ground: of each facet, which facet there,
                                in ascending order; NULL: the same */
    bool rays; /* instead of balls, the way straight across from each sample:
                  cheap, too long in bends and beside slants, and no
                  thickness in the sense above */
} pp_thickness_options;

/**
 * Does p lie behind the facets of a closed, clean mesh, whose nearest point n
 * is? Told by the nearest facet's normal where the point lies amid the facet;
 * else, or where n found none, by the winding number, which is more than
 * `least` there: 0.5, or -0.5 when all facets face inward.
 */
bool pp_is_behind(const pp_bvh *bvh, const pp_mesh *m, pp_vec3 p,
                  const pp_nearest *n, double least);

/* The ball found at one sample of the surface. */
typedef struct {
    pp_vec3 touch;  /* the sample */
    pp_vec3 other;  /* what stopped the ball; the sample when nothing did */
    pp_vec3 centre;
    double diameter_mm;
    double area_mm2; /* that the sample stands for; vertices: 0 */
    uint32_t facet;  /* of the sample; vertices: PP_NONE */
    bool edge_zone;  /* a convex edge or corner had to be allowed for */
    bool stopped;    /* false: the ball grew to the limit */
    bool enough;     /* as wide as t_mm; a larger one was not looked for */
    bool second;     /* found by a second look, with another limit */
} pp_ball;

/** Thinner than T, as far as a diameter is known. */
static inline bool
pp_ball_is_thin(const pp_ball *b, double t_mm)
{
    return b->stopped && b->diameter_mm < t_mm - PP_TOUCH_MM;
}

/* All balls of a mesh, and its sharp places. All-zero is empty. */
typedef struct {
    pp_ball *ball;  /* one for each vertex, then those of the facets in order */
    size_t nball, nvert;
    double limit_mm; /* infinite without a limit */
    size_t nknife;   /* edges of less opening than PP_KNIFE_DEG */
    double knife_length_mm;
    double sharpest_deg; /* smallest opening of a convex edge; 180: none */
    pp_vec3 sharpest_place;
} pp_thickness;

void pp_thickness_free(pp_thickness *t);

/*
 * What was measured, with the same options and t_mm, of a mesh that has grown
 * since: what it held it still holds. What the change may concern is measured
 * again (known.c).
 */
struct pp_thickness_known {
    const pp_thickness *before;
    const pp_bvh *changed; /* facets that only one of the two meshes has */
};

/**
 * The balls of a closed, outward mesh. NULL options: defaults. PP_EGEOM when
 * there is no facet; of an open mesh the numbers mean nothing: check first.
 */
pp_status pp_thickness_measure(const pp_mesh *m,
                               const pp_thickness_options *options,
                               pp_thickness *t, pp_error *err) PP_MUST_USE;

#define PP_THICKNESS_NBIN 20

typedef struct {
    double min_mm; /* over all samples; the limit when none was stopped */
    pp_vec3 min_place;
    double p1_mm, median_mm; /* by area */
    double area_below_mm2;   /* thinner than T */
    double area_mm2;
    double edge_zone_mm2;    /* area where an edge had to be allowed for */
    double bin_mm;           /* width of a bin of the histogram */
    double bin_mm2[PP_THICKNESS_NBIN]; /* area; the last one: and beyond */
} pp_thickness_summary;

pp_status pp_thickness_summarise(const pp_thickness *t, double t_mm,
                                 pp_thickness_summary *s,
                                 pp_error *err) PP_MUST_USE;

/* A connected region of the surface that is thinner than T. */
typedef struct {
    double area_mm2, min_mm;
    size_t nsample;
    pp_vec3 place; /* where the minimum is */
} pp_thin_region;

/** Largest area first. The caller frees. */
pp_status pp_thickness_regions(const pp_mesh *m, const pp_thickness *t,
                               double t_mm, pp_thin_region **region,
                               size_t *nregion, pp_error *err) PP_MUST_USE;

/* ---- what is certain (interval.c) ---- */

/*
 * The least thickness of a solid lies in [lo, hi]. Of hi: no ball that is
 * wider comes near enough to `place`; a ball that does, and touches `other`,
 * is `found` wide. Of lo: balls of that width, each of them exactly empty,
 * cover the whole surface as the definition above demands.
 */
typedef struct {
    double lo_mm, hi_mm, found_mm;
    pp_vec3 place, other;
    size_t nball;    /* that cover the surface */
    pp_vec3 doubt;   /* where no ball of the next larger width was found; only
                        where lo is not as near to hi as asked for */
    bool certain_hi; /* false: above hi no cover was found, no more */
    double coarse_lo_mm; /* where lo is 0: of the same cover, allowing all over
                            for edges of PP_COARSE_DEG; 0: none either */
} pp_thickness_interval;

#define PP_COARSE_DEG 90.0

/**
 * As pp_thickness_measure; *t are its balls. limit_mm is needed: a solid whose
 * walls are all wider has hi at the limit. Each step of lo costs a cover of the
 * surface by discs of sqrt(0.05 T) or so.
 */
pp_status pp_thickness_bound(const pp_mesh *m,
                             const pp_thickness_options *options,
                             const pp_thickness *t,
                             pp_thickness_interval *interval,
                             pp_error *err) PP_MUST_USE;

#endif
