/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place.h - meshes turned, laid down, cut, pegged and marked for printing
 *
 * Millimetres. Solids come in closed, outward and free of crossings: callers
 * check (pp_shell_require_solid), and judge what comes out as it is stored.
 */
#ifndef PP_PLACE_PLACE_H
#define PP_PLACE_PLACE_H

#include "base/json.h"
#include "mesh/mesh.h"

/* ---- where things lie (move.c) ---- */

/* Three rows of a matrix: a rotation or reflection, one scale, a shift. */
typedef struct {
    double m[3][4];
} pp_move;

/** What leaves everything where it is, bit for bit. */
pp_move pp_move_none(void);
pp_move pp_move_by(pp_vec3 shift);
pp_move pp_move_scale(double factor);

/** Turns over one axis, 0 to 2: x becomes -x. */
pp_move pp_move_mirror(int axis);

/**
 * By the right hand about an axis through the origin. Quarter turns about
 * coordinate axes are exact.
 */
pp_move pp_move_turn(pp_vec3 axis, double degrees);

/** The smallest turn about the origin that takes one direction to another. */
pp_move pp_move_from_to(pp_vec3 from, pp_vec3 to);

/** What `first` and then `next` do. */
pp_move pp_move_then(pp_move first, pp_move next);
bool pp_move_is_none(const pp_move *move);

/**
 * Text of 16 numbers, row by row; '#' starts a comment. Rigid only: rows of
 * unit length, orthogonal, right-handed to 1e-5, the last one 0 0 0 1; then
 * made so to the last digit. PP_EFORMAT, or PP_EGEOM when it is not rigid.
 */
pp_status pp_move_parse(const void *text, size_t size, pp_move *move,
                        pp_error *err) PP_MUST_USE;

void pp_move_json(const pp_move *move, const char *key, pp_json *j);

/* ---- the side to stand on (lay.c) ---- */

/* What lies no higher than this over a plane stands on it. */
#define PP_FLAT_MM 0.1

typedef struct {
    pp_vec3 down;    /* the direction that is to be down, of unit length */
    double area_mm2; /* of the convex hull of what stands on the plate */
    double rim_mm;   /* from the centre of mass's foot to its rim: how far
                        it is from falling over */
    size_t nside;    /* stable sides that were compared */
} pp_lay;

/**
 * The side on which a solid stands best. A side is a facet of the convex hull
 * with all hull vertices that lie within PP_FLAT_MM of its plane; it is stable
 * when the centre of mass stands over their convex hull, and the best is the
 * largest. Of sides that are equal, to a part in 1e9, the lowest one.
 */
pp_status pp_lay_find(const pp_mesh *m, pp_lay *lay, pp_error *err) PP_MUST_USE;

/* ---- one plane (cut.c, section.c) ---- */

/* All points p with normal . p = at; the normal of unit length. */
typedef struct {
    pp_vec3 normal;
    double at;
} pp_plane;

/* Vertices as near to a plane as this (or a 1e-5th of the diagonal, if less)
 * count as on it: nothing so thin is printed, and floats keep what is not. */
#define PP_ON_PLANE_MM 1e-3

/* A plane through places where pieces would touch themselves moves by this,
 * and again, this often. */
#define PP_PLANE_STEP_MM 2e-3
#define PP_PLANE_STEPS 8

/* A round peg on the piece below, and its hole in the piece above. */
typedef struct {
    pp_vec3 foot; /* on the plane */
    pp_vec3 way;  /* the plane's normal */
    double radius_mm, hole_radius_mm; /* what fits: peg within, hole around */
    double length_mm, hole_length_mm;
    double peg_mm3, hole_mm3; /* the volumes of these prisms */
} pp_peg;

/* Corners of the prism that a peg or hole is. */
#define PP_PEG_SIDES 32

/* Where no peg was possible. */
typedef struct {
    pp_vec3 place;  /* the middle of the section's roomiest place */
    double room_mm; /* widest peg with its hole and wall just there, or 0 */
    double area_mm2;
} pp_pegless;

/* What is wanted of pegs. All-zero: none. */
typedef struct {
    double diameter_mm;
    double clearance_mm; /* of radius, and at the tip */
    double wall_mm;      /* left around holes */
} pp_peg_wish;

typedef struct {
    pp_plane plane;  /* as it was used */
    double moved_mm; /* from where it was asked for */
    double area_mm2; /* of the section */
    size_t nregion;  /* connected pieces of the section */
    pp_peg *peg;
    size_t npeg;
    pp_pegless *pegless; /* pieces of the section without a peg */
    size_t npegless;
} pp_cut;

void pp_cut_free(pp_cut *s);

/**
 * Cuts a solid. Each part of it becomes two meshes, either of which may be
 * empty, closed by the same section: together they have the volume of m, but
 * for pegs and holes. Vertices of m keep their coordinates. round_float: new
 * ones are floats, so that a file of floats holds what was made. pegs: the
 * pegs that the section gets, as pp_pegs_find found them; or NULL.
 * PP_EGEOM when m is not closed, or no plane near by cuts it cleanly.
 */
pp_status pp_cut_plane(const pp_mesh *m, const pp_plane *plane,
                       const pp_peg *peg, size_t npeg, bool round_float,
                       pp_mesh *below, pp_mesh *above, pp_cut *section,
                       pp_error *err) PP_MUST_USE;

/** The section itself, with facets that look along the plane's normal. */
pp_status pp_cut_flat(const pp_mesh *m, const pp_plane *plane,
                         bool round_float, pp_mesh *flat, pp_cut *section,
                         pp_error *err) PP_MUST_USE;

/* ---- pegs (peg.c) and tiles (tiles.c) ---- */

/* What a section of a solid has to keep away from. */
typedef struct {
    const pp_bvh *bvh;     /* of the whole solid */
    const pp_plane *plane; /* all cuts; the section's own may be among them */
    size_t nplane;
    const pp_peg *peg;     /* that are there already */
    size_t npeg;
} pp_peg_room;

/**
 * Adds to the section the pegs that each of its connected pieces holds whole
 * with a wall left: two if possible, as far apart as there is room. flat: the
 * section's facets. Pegs are as long as they are wide.
 */
pp_status pp_pegs_find(const pp_mesh *flat, const pp_peg_room *room,
                       const pp_peg_wish *wish, pp_cut *section,
                       pp_error *err) PP_MUST_USE;

/** pp_cut_plane with the pegs that are wanted. */
pp_status pp_cut_pegged(const pp_mesh *m, const pp_plane *plane,
                        const pp_peg_room *room, const pp_peg_wish *wish,
                        bool round_float, pp_mesh *below, pp_mesh *above,
                        pp_cut *section, pp_error *err) PP_MUST_USE;

/* More tiles than this are a mistake. */
#define PP_MOST_TILES 1000

typedef struct {
    unsigned at[3]; /* from 0 along each axis */
    pp_mesh mesh;
} pp_tile;

typedef struct {
    unsigned n[3];
    double size_mm[3]; /* of each tile, without pegs */
    pp_tile *tile;     /* those that hold something, x fastest */
    size_t ntile;
    pp_cut *cut;
    size_t ncut;
} pp_tiling;

void pp_tiling_free(pp_tiling *t);

/**
 * Cuts a solid into tiles that fit a box with their pegs: as few along each
 * axis as will do, all of one size. PP_ELIMIT beyond PP_MOST_TILES, or where
 * the box is no longer than the pegs.
 */
pp_status pp_cut_tiles(const pp_mesh *m, const double box_mm[3],
                       const pp_peg_wish *wish, bool round_float,
                       pp_tiling *tiling, pp_error *err) PP_MUST_USE;

/** Members of the current JSON object. */
void pp_cut_json(const pp_cut *s, pp_json *j);

/* ---- one mesh of many solids (solids.c) ---- */

/**
 * Each connected part as a mesh of its own, in the order of their first
 * facets; surfaces of cavities stay with the smallest part that is around
 * them. The caller frees each mesh, and *part with pp_free.
 */
pp_status pp_split_solids(const pp_mesh *m, pp_mesh **part, size_t *npart,
                          pp_error *err) PP_MUST_USE;

/**
 * All as one solid: what any of them holds. Each is closed and free of
 * crossings; parts of one of them stay apart where they are.
 */
pp_status pp_join_solids(const pp_mesh *const *solid, size_t n, pp_mesh *out,
                         pp_error *err) PP_MUST_USE;

/* ---- text (text.c) and marks (mark.c) ---- */

/* A line of text as a flat region: closed polygons, the region to the left of
 * their edges. In mm; the middle of its box is the origin. */
typedef struct {
    double (*point)[2];
    size_t npoint;
    uint32_t (*edge)[2];
    size_t nedge;
    double width_mm, height_mm; /* of the box */
    double pen_mm;
    double area_mm2; /* of the region */
} pp_text_outline;

void pp_text_outline_free(pp_text_outline *t);

/* Longer text is no mark. */
#define PP_MARK_CHARACTERS 64

/**
 * UTF-8 text with capitals so high. PP_EUNSUPPORTED for a character that has
 * no strokes, PP_ELIMIT when it is too long, PP_EGEOM when nothing is drawn.
 */
pp_status pp_text_outline_make(const char *text, double capital_mm,
                               pp_text_outline *outline,
                               pp_error *err) PP_MUST_USE;

typedef struct {
    const char *text;
    bool raised;       /* embossed; else engraved */
    double capital_mm; /* height of a capital */
    double depth_mm;   /* along the normal, everywhere the same */
    bool placed;       /* near a place; else on the flattest one */
    pp_vec3 place;
    double wall_mm;    /* to be left under engraved text */
} pp_mark_wish;

/* Slopes beyond this, from the mark's normal, are no place for a letter. */
#define PP_MARK_SLOPE_DEG 40.0

typedef struct {
    pp_vec3 middle, normal, right; /* on the surface; outward; reading along */
    double width_mm, height_mm, pen_mm;
    double area_mm2;   /* of the letters, seen along the normal */
    double volume_mm3; /* added, or taken away (negative) */
    double bulge_mm;   /* of the surface there, from a plane */
    double wall_mm;    /* least ball under the engraved floor; the wish's wall
                          where it is wider */
} pp_mark;

/**
 * Writes text on a solid, its letters as deep below (or above) the surface
 * everywhere. PP_EGEOM when no place is large enough, or too little wall would
 * be left.
 */
pp_status pp_mark_solid(const pp_mesh *m, const pp_mark_wish *wish,
                        bool round_float, pp_mesh *out, pp_mark *mark,
                        pp_error *err) PP_MUST_USE;

void pp_mark_json(const pp_mark *mark, pp_json *j);

#endif
