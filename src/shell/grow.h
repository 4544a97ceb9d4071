/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grow.h - the steps of growing; for src/shell/ only
 */
#ifndef PP_SHELL_GROW_H
#define PP_SHELL_GROW_H

#include "shell/shell.h"
#include "surface/bricks.h"
#include "thickness/survey.h"

/* Is the mesh clean as it will be stored? A repair that moves next to nothing
 * may help. */
pp_status pp_shell_settle(pp_mesh *m, bool round_float, bool *clean,
                          pp_error *err) PP_MUST_USE;

/* A field that takes too much memory is tried again, coarser by this. */
#define PP_SHELL_COARSER 1.1

/* Bytes that a field may take, by the options' memory_limit. */
static inline size_t
pp_shell_memory_limit(size_t asked)
{
    return asked > 0 ? asked : (size_t)2 << 30;
}

/* ---- where nothing may grow (bounds.c) ---- */

/* All-zero: everywhere. */
typedef struct {
    pp_bvh *gap;       /* what lies amid gaps, and how far from it... */
    double gap_radius; /* ...nothing grows */
    pp_mesh stay;      /* facets that stay, ... */
    pp_bvh *fixed;     /* ...their tree, or NULL, ... */
    pp_bvh *beside;    /* ...and that of the others */
} pp_grow_bounds;

void pp_grow_bounds_free(pp_grow_bounds *b);

/** As a distance, positive where nothing may grow: see pp_distance_at. */
double pp_grow_bounds_at(const pp_grow_bounds *b, pp_vec3 p, double reach);

/**
 * Finds the facets that stay when walls grow one way (sides.c): of all of a
 * mesh. None: b->fixed stays NULL.
 */
pp_status pp_sides_find(const pp_survey *s, double t_mm,
                        pp_grow_way way, pp_grow_bounds *b,
                        pp_error *err) PP_MUST_USE;

/**
 * Where the surface lies across a ball from its sample: within 60 degrees of
 * upright on the way there, or farther than the ball is wide; then false. What
 * stopped the ball may lie beside the sample, on its own side of the wall.
 */
bool pp_across(const pp_bvh *bvh, const pp_ball *ball, pp_vec3 *p) PP_MUST_USE;

/** The centre of a ball of diameter T behind that facet that stays which a
 * thin ball touches, if it touches others too; else that ball's centre. */
pp_vec3 pp_behind_fixed(const pp_grow_bounds *b, const pp_ball *ball,
                        double t_mm);

/** Finds what lies amid gaps that growing along a thin sheet could narrow
 * (gaps.c). */
pp_status pp_gaps_find(const pp_mesh *solid, const pp_shell_options *o,
                       const pp_mesh *thin, pp_grow_bounds *b,
                       pp_error *err) PP_MUST_USE;

/** The centre of a ball of diameter T that keeps away from a gap, as far as it
 * still holds a thin ball. */
pp_vec3 pp_beside_gap(const pp_grow_bounds *b, const pp_ball *ball,
                      double t_mm);

/* ---- thin walls and their medial sheet ---- */

/* What of a surface is measured, and what for. */
typedef struct {
    double limit_mm;
    const pp_bvh *near; /* only what lies near this; NULL: all */
    double near_mm;
    const pp_mesh *offered; /* see pp_shell_options */
    const pp_thickness_known *known; /* see thickness.h; or NULL */
    pp_thickness *balls; /* gets what was found; or NULL */
    pp_mesh *sheet; /* gets the thin part of the medial sheet; or NULL */
    pp_grow_bounds *bounds; /* the sheet is placed by them; or NULL */
    bool find_bounds; /* fills them in */
    bool gaps;      /* of the mesh turned over: what lies amid gaps */
    bool certify;
} pp_walls_wish;

pp_status pp_walls_measure_part(const pp_mesh *m,
                                const pp_shell_options *options,
                                const pp_walls_wish *wish, pp_walls *walls,
                                pp_error *err) PP_MUST_USE;

typedef struct {
    double t_mm;
    bool turned_over;
    bool between_walls; /* only balls between walls that face each other */
    const pp_grow_bounds *bounds; /* see pp_walls_wish */
} pp_medial_wish;

/** Adds the medial sheet's thin part to a soup: centres of balls below T,
 * joined to facets where all between them lies inside. */
pp_status pp_medial_add(const pp_survey *s, const pp_medial_wish *wish,
                        pp_mesh *sheet, pp_error *err) PP_MUST_USE;

/* ---- the surface of balls (balls.c, swell.c, keep.c) ---- */

typedef struct {
    const pp_mesh *mesh;
    const pp_bvh *bvh;
} pp_solid;

typedef struct {
    double radius;
    double h; /* of the field; larger afterwards if memory asks for it */
    double max_error_mm; /* of dropping facets */
    size_t memory_limit; /* see pp_shell_memory_limit */
    const pp_grow_bounds *bounds; /* or NULL */
} pp_ball_wish;

/** All balls about a sheet, and a solid unless that is NULL. */
pp_status pp_balls_surface(const pp_mesh *sheet, const pp_solid *solid,
                           pp_ball_wish *wish, pp_mesh *out,
                           pp_error *err) PP_MUST_USE;

/* Unites a field with all balls of this radius about a sheet. */
pp_status pp_swell_sheet(pp_bricks *field, const pp_bvh *sheet, double radius,
                         const pp_grow_bounds *bounds, size_t limit,
                         pp_error *err) PP_MUST_USE;

/* Unites a field with a closed, outward mesh, of which only what lies deeper
 * than depth counts; bvh: its tree. */
pp_status pp_swell_solid(pp_bricks *field, const pp_mesh *m,
                         const pp_bvh *bvh, double depth, size_t limit,
                         pp_error *err) PP_MUST_USE;

/** Signed distance to a closed, outward mesh: negative inside. */
double pp_solid_distance(const pp_bvh *bvh, const pp_mesh *m, pp_vec3 p,
                         double reach);

#define PP_KEEP_SURE_MM 2e-5 /* more: files hold floats */

typedef struct {
    const pp_bvh *from;
    double mm;      /* the mesh keeps as far from that */
    double most_mm; /* what is nearer by more stays where it is, and no vertex
                       moves to where it is farther by more; 0: any may */
    double step_mm; /* facets are looked at in steps of this */
    const pp_grow_bounds *bounds; /* no vertex moves in there; or NULL */
    bool round_float; /* see pp_offset_wish */
} pp_keep_away;

/* Moves vertices so that the mesh keeps away, between them too. */
pp_status pp_shell_keep_away(pp_mesh *m, const pp_keep_away *keep,
                             pp_error *err) PP_MUST_USE;

/* What moved into other facets goes back to where it was: there it was
 * clean. */
pp_status pp_shell_take_back(pp_mesh *m, const pp_vec3 *was,
                             pp_error *err) PP_MUST_USE;

/* ---- the union (unite.c, pockets.c) ---- */

/**
 * The union of a solid with balls, both closed and free of crossings. Facets
 * that do not meet the balls' surface are not touched. PP_EGEOM where that is
 * not clean: the surfaces touch, or rounding joins what it should not. Only a
 * check tells that the result is.
 */
pp_status pp_shell_unite(const pp_mesh *solid, const pp_mesh *balls,
                         pp_mesh *out, pp_error *err) PP_MUST_USE;

/** Fills the voids of m, grown from old, that were no cavities of old and hold
 * no ball as wide as the gap; adds to *filled. */
pp_status pp_shell_fill_pockets(pp_mesh *m, const pp_mesh *old, double gap_mm,
                                pp_pockets *filled, pp_error *err) PP_MUST_USE;

/* ---- exact offsets (offset.c) ---- */

typedef struct {
    const pp_bvh *bvh; /* of the solid's surface */
    double depth_mm;   /* beyond that */
    double reach_mm;   /* no vertex moves farther at once */
    double error_mm3;  /* volume allowed between the facets and the offset */
    double enough_mm;  /* edges that are off by less stay as they are */
    bool round_float;  /* places are floats, as files hold them */
} pp_offset_wish;

/* Moves the vertices of a sampled offset surface onto it, and splits what is
 * off between them; *error_mm3: about the volume between both, at most. */
pp_status pp_shell_fit_offset(pp_mesh *m, const pp_offset_wish *wish,
                              double *error_mm3, pp_error *err) PP_MUST_USE;

/* ---- what became of it (change.c) ---- */

/** Facets that one of two meshes has and the other has not, bit by bit. */
pp_status pp_grow_changed(const pp_mesh *old, const pp_mesh *new,
                          pp_mesh *changed, pp_error *err) PP_MUST_USE;

/** Fills in the report's numbers about the difference of old and new. Balls
 * of this radius about the sheet were added. */
pp_status pp_grow_compare(const pp_mesh *old, const pp_mesh *new,
                          const pp_mesh *sheet, double radius,
                          pp_shell_report *report, pp_error *err) PP_MUST_USE;

/** How far corners and middles of the facets that were to stay lie from the
 * new surface, but for those as near to the others as seam_mm. */
pp_status pp_grow_fixed_moved(const pp_grow_bounds *b, const pp_mesh *new,
                              double seam_mm, double *mm,
                              pp_error *err) PP_MUST_USE;

#endif
