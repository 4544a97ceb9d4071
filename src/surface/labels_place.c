/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * labels_place.c - where the vertices of the sheets lie
 *
 * Each label's surface, taken alone, has its vertices on the same lattice
 * edges as the sheets around it; so has the surface of all labels together. So
 * these are smoothed alone, as a mask's (smooth.c), and the sheets take over
 * the places: what borders on no label from all labels together, which runs
 * smoothly over the lines where labels meet, and a wall between two labels the
 * mean of both. What no surface has, the points within faces and cells, comes
 * after (labels_points.c).
 */
#include "surface/fair.h"
#include "surface/labels.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

/* ---- smoothing ---- */

#define ANY 0 /* in place of a label: all of them together */

/* The voxels of a label, as bits, and the frame of its box. */
static pp_status
take_label(const pp_label_map *map, uint16_t label, const pp_label_extent *e,
           pp_bits *bits, pp_mask *frame, pp_error *err)
{
    for (int a = 0; a < 3; a++)
        frame->dim[a] = e->high[a] - e->low[a];
    memcpy(frame->to_lps, map->to_lps, sizeof frame->to_lps);
    if (pp_bits_alloc(frame->dim, bits, err) != PP_OK)
        return err->status;
    for (size_t k = 0; k < frame->dim[2]; k++)
        for (size_t j = 0; j < frame->dim[1]; j++) {
            const uint16_t *row =
                map->at + ((e->low[2] + k) * map->dim[1] + e->low[1] + j) *
                              map->dim[0] + e->low[0];
            uint64_t *word = bits->word +
                             ((k + 1) * bits->n[1] + j + 1) * bits->words;

            for (size_t i = 0; i < frame->dim[0]; i++)
                word[(i + 1) >> 6] |=
                    (uint64_t)(label == ANY ? row[i] != 0 : row[i] == label)
                    << ((i + 1) & 63);
        }
    return PP_OK;
}

/* How many of the labels at an edge's ends are labels. */
static inline int
count_sides(const pp_sheets *s, pp_lattice_edge e)
{
    uint16_t label[8];

    pp_sheets_cell(s, pp_edge_index(e, 0), pp_edge_index(e, 1),
                   pp_edge_index(e, 2), label);
    return (label[0] != 0) + (label[1 << pp_edge_axis(e)] != 0);
}

/*
 * Adds the places that a surface gives to its vertices, as far as it has a say
 * in them: one surface in what borders on none, two in a wall; and two numbers
 * add up the same in either order.
 */
static void
add_places(const pp_sheets *s, const pp_lattice *own, uint16_t label,
           const size_t low[3], float *sum)
{
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)own->nvert; v++) {
        const pp_lattice_edge e = own->edge[v];
        const uint32_t at = pp_sheets_vertex(s, pp_edge_axis(e),
                                             pp_edge_index(e, 0) + low[0],
                                             pp_edge_index(e, 1) + low[1],
                                             pp_edge_index(e, 2) + low[2]);

        if (count_sides(s, s->l.edge[at]) != (label == ANY ? 1 : 2))
            continue;
        #pragma omp atomic
        sum[at] += own->t[v];
    }
}

static pp_status
smooth_label(const pp_sheets *s, uint16_t label, const pp_label_extent *e,
             pp_smooth kind, float *sum, pp_error *err)
{
    pp_lattice own = { 0 };
    pp_mask frame = { 0 };
    pp_bits bits = { 0 };

    if (take_label(s->map, label, e, &bits, &frame, err) == PP_OK &&
        pp_lattice_extract(&bits, s->separate, &own, err) == PP_OK &&
        pp_lattice_smooth(&own, &bits, &frame, kind,
                          (double)e->nvoxel * pp_mask_voxel_volume(&frame),
                          err) == PP_OK)
        add_places(s, &own, label, e->low, sum);
    pp_bits_free(&bits);
    pp_lattice_free(&own);
    return err->status;
}

/* Labels with more than this share of all voxels have all threads at once. */
#define LARGE_SHARE 0.25

static pp_label_extent
extent_of_all(const pp_sheets *s, const pp_label_extent *extent)
{
    pp_label_extent all = { 0, { SIZE_MAX, SIZE_MAX, SIZE_MAX }, { 0 } };

    for (size_t l = 1; l <= s->map->nlabel; l++) {
        const pp_label_extent *e = &extent[l];

        all.nvoxel += e->nvoxel;
        for (int a = 0; a < 3 && e->nvoxel > 0; a++) {
            all.low[a] = e->low[a] < all.low[a] ? e->low[a] : all.low[a];
            all.high[a] = e->high[a] > all.high[a] ? e->high[a] : all.high[a];
        }
    }
    return all;
}

/* Does the label share a wall with another one? */
static bool
has_wall(const pp_sheets *s, size_t label)
{
    for (size_t n = 0; n < s->nsheet; n++)
        if ((s->pair[n] & 0xffff) != 0 &&
            (s->pair[n] >> 16 == label || (s->pair[n] & 0xffff) == label))
            return true;
    return false;
}

/*
 * All together, and large labels one after the other, each with all threads;
 * then the others side by side, a thread each. A label without a wall is
 * smooth already.
 */
static pp_status
smooth_labels(const pp_sheets *s, const pp_label_extent *extent,
              pp_smooth kind, float *sum, pp_error *err)
{
    const pp_label_extent all = extent_of_all(s, extent);
    const double large = LARGE_SHARE * (double)all.nvoxel;
    const size_t n = s->map->nlabel + 1;

    if (smooth_label(s, ANY, &all, kind, sum, err) != PP_OK)
        return err->status;
    for (size_t l = 1; l < n; l++)
        if ((double)extent[l].nvoxel > large && has_wall(s, l) &&
            smooth_label(s, (uint16_t)l, &extent[l], kind, sum, err) != PP_OK)
            return err->status;
    #pragma omp parallel for schedule(dynamic, 1)
    for (ptrdiff_t l = 1; l < (ptrdiff_t)n; l++) {
        pp_error own = { PP_OK, "" };

        if ((double)extent[l].nvoxel <= large && has_wall(s, (size_t)l) &&
            smooth_label(s, (uint16_t)l, &extent[l], kind, sum, &own) !=
                PP_OK) {
            #pragma omp critical
            *err = own;
        }
    }
    return err->status;
}

/* ---- volumes ---- */

#define VOLUME_STEPS 8
#define VOLUME_STEP_MM 1e-5 /* a shift this small ends the correction */

/* What the correction works on; all in mm along the lattice's axes. */
typedef struct {
    pp_sheets *s;
    double mm[3];
    pp_vec3 *normal;  /* of vertices on edges; twice the area of their fan */
    double *volume;   /* of each label */
    double *area;     /* of what no other label shares */
    double *shift;
} correction;

static void
look_at_facets(correction *c)
{
    const pp_sheets *s = c->s;

    memset(c->normal, 0, s->nedge * sizeof *c->normal);
    memset(c->volume, 0, (s->map->nlabel + 1) * sizeof *c->volume);
    memset(c->area, 0, (s->map->nlabel + 1) * sizeof *c->area);
    for (size_t t = 0; t < s->l.ntri; t++) {
        const uint32_t pair = s->pair[s->l.sheet[t]], *v = s->l.tri[t];
        pp_vec3 p[3], n;

        for (int k = 0; k < 3; k++) {
            double at[3];

            pp_lattice_at(&s->l, v[k], at);
            p[k] = pp_vec(at[0] * c->mm[0], at[1] * c->mm[1], at[2] * c->mm[2]);
        }
        n = pp_cross(pp_sub(p[1], p[0]), pp_sub(p[2], p[0]));
        c->volume[pair >> 16] += pp_dot(p[0], n) / 6;
        c->volume[pair & 0xffff] -= pp_dot(p[0], n) / 6;
        if ((pair & 0xffff) == 0)
            c->area[pair >> 16] += pp_norm(n) / 2;
        for (int k = 0; k < 3; k++)
            if (v[k] < s->nedge)
                c->normal[v[k]] = pp_add(c->normal[v[k]], n);
    }
}

/* Moves what only one label has by its shift along the normal. */
static void
shift_vertex(const correction *c, size_t v)
{
    pp_sheets *s = c->s;
    const pp_lattice_edge e = s->l.edge[v];
    const int axis = pp_edge_axis(e);
    const double length = pp_norm(c->normal[v]);
    uint16_t label[8], end[2];
    float n, t;

    pp_sheets_cell(s, pp_edge_index(e, 0), pp_edge_index(e, 1),
                   pp_edge_index(e, 2), label);
    end[0] = label[0];
    end[1] = label[1 << axis];
    if ((end[0] != 0) == (end[1] != 0) || !(length > 0))
        return;
    n = (float)(pp_axis(c->normal[v], axis) / length);
    t = s->l.t[v] + (float)(c->shift[end[0] != 0 ? end[0] : end[1]] /
                            c->mm[axis]) * pp_fair_step(n);
    if (!(t >= PP_FAIR_CLEARANCE))
        t = PP_FAIR_CLEARANCE;
    s->l.t[v] = t < 1 - PP_FAIR_CLEARANCE ? t : 1 - PP_FAIR_CLEARANCE;
}

/*
 * The mean of two labels' places is neither one's volume: each gets its own
 * back from what it shares with none.
 */
static pp_status
correct_volumes(pp_sheets *s, const pp_label_extent *extent, pp_error *err)
{
    const size_t n = s->map->nlabel + 1;
    correction c = { .s = s };
    pp_mask frame = { 0 };
    double voxel, most = 1;

    memcpy(frame.to_lps, s->map->to_lps, sizeof frame.to_lps);
    pp_mask_spacing(&frame, c.mm);
    voxel = pp_mask_voxel_volume(&frame);
    c.normal = pp_alloc(s->nedge, sizeof *c.normal);
    c.volume = pp_alloc_zero(n, sizeof *c.volume);
    c.area = pp_alloc_zero(n, sizeof *c.area);
    c.shift = pp_alloc_zero(n, sizeof *c.shift);
    if (c.normal == NULL || c.volume == NULL || c.area == NULL ||
        c.shift == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (int k = 0; k < VOLUME_STEPS && most > VOLUME_STEP_MM; k++) {
        look_at_facets(&c);
        most = 0;
        for (size_t l = 1; l < n; l++) {
            c.shift[l] = c.area[l] > 0 ? ((double)extent[l].nvoxel * voxel -
                                          c.volume[l]) / c.area[l]
                                       : 0;
            most = fmax(most, fabs(c.shift[l]));
        }
        #pragma omp parallel for schedule(static)
        for (ptrdiff_t v = 0; v < (ptrdiff_t)s->nedge; v++)
            shift_vertex(&c, (size_t)v);
        pp_sheets_place_points(s, true);
    }
done:
    pp_free(c.normal);
    pp_free(c.volume);
    pp_free(c.area);
    pp_free(c.shift);
    return err->status;
}

pp_status
pp_sheets_smooth(pp_sheets *s, const pp_label_extent *extent, pp_smooth kind,
                 pp_error *err)
{
    float *sum = pp_alloc_zero(s->nedge, sizeof *sum);

    if (sum == NULL)
        return pp_fail_memory(err);
    if (smooth_labels(s, extent, kind, sum, err) != PP_OK)
        goto done;
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)s->nedge; v++)
        s->l.t[v] = sum[v] / (float)count_sides(s, s->l.edge[v]);
    pp_sheets_place_points(s, true);
    (void)!correct_volumes(s, extent, err);
done:
    pp_free(sum);
    return err->status;
}
