/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * labels_place.c - where the vertices of the sheets lie
 *
 * Each label's surface, taken alone, has its vertices on the same lattice
 * edges as the sheets around it. So it is smoothed alone, as mask2stl does
 * with one label, and the sheets take over the places: of the one label that
 * borders on none, or the mean of two. What no label's surface has, the points
 * within faces and cells, is put amid the vertices around it.
 */
#include "surface/fair.h"
#include "surface/labels.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

/* ---- points ---- */

static pp_vec3
position(const pp_sheets *s, uint32_t v)
{
    double at[3];

    pp_lattice_at(&s->l, v, at);
    return pp_vec(at[0], at[1], at[2]);
}

/* The mean of the vertices on a face's edges, or on the contours of a cell. */
static pp_vec3
amid(const pp_sheets *s, size_t i, size_t j, size_t k,
     const uint16_t label[8], int face)
{
    pp_vec3 sum = pp_vec(0, 0, 0);
    int n = 0;

    for (int e = 0; e < 12; e++) {
        const int p = pp_cell_edge_corner(e, 0), q = pp_cell_edge_corner(e, 1);
        const int axis = face / 2, side = face % 2;

        if (label[p] == label[q] ||
            (face >= 0 && ((p >> axis & 1) != side || (q >> axis & 1) != side)))
            continue;
        sum = pp_add(sum, position(s, pp_sheets_corner(s, i, j, k, e)));
        n++;
    }
    return pp_scale(sum, 1.0 / n);
}

static pp_vec3
point_of(const pp_sheets *s, size_t i, size_t j, size_t k, int code)
{
    const pp_vec3 middle = pp_vec((double)i + 0.5, (double)j + 0.5,
                                  (double)k + 0.5);
    uint16_t label[8];
    pp_vec3 p;

    pp_sheets_cell(s, i, j, k, label);
    if (code < PP_AT_CENTRE)
        return amid(s, i, j, k, label, code - PP_AT_FACE);
    if (code == PP_AT_CENTRE)
        return amid(s, i, j, k, label, -1);
    if (code < PP_AT_CORNER) {
        p = position(s, pp_sheets_corner(s, i, j, k, code - PP_AT_INNER));
    } else {
        const int c = code - PP_AT_CORNER;

        p = pp_vec((double)(i + (c & 1)), (double)(j + (c >> 1 & 1)),
                   (double)(k + (c >> 2)));
    }
    return pp_scale(pp_add(p, middle), 0.5);
}

/* Points within faces, or the others, which lie amid those too. */
static void
place_row(pp_sheets *s, size_t r, bool faces)
{
    for (uint32_t p = s->row[r].point; p < s->row[r + 1].point; p++) {
        const int code = (int)(s->point_key[p] & 255);
        pp_vec3 at;

        if ((code < PP_AT_CENTRE) != faces)
            continue;
        at = point_of(s, (size_t)(s->point_key[p] >> 8), r % s->n[1],
                      r / s->n[1], code);
        s->l.point[p][0] = at.x;
        s->l.point[p][1] = at.y;
        s->l.point[p][2] = at.z;
    }
}

void
pp_sheets_place_points(pp_sheets *s)
{
    const ptrdiff_t nrow = (ptrdiff_t)s->nrow;

    for (int pass = 0; pass < 2; pass++) {
        #pragma omp parallel for schedule(dynamic, 256)
        for (ptrdiff_t r = 0; r < nrow; r++)
            place_row(s, (size_t)r, pass == 0);
    }
}

/* ---- smoothing ---- */

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
                word[(i + 1) >> 6] |= (uint64_t)(row[i] == label)
                                      << ((i + 1) & 63);
        }
    return PP_OK;
}

/*
 * Adds the places that a label's own surface gives to its vertices. At most
 * two labels have a vertex, and two numbers add up the same in either order.
 */
static void
add_places(const pp_sheets *s, const pp_lattice *own, const size_t low[3],
           float *sum)
{
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)own->nvert; v++) {
        const pp_lattice_edge e = own->edge[v];
        const uint32_t at = pp_sheets_vertex(s, pp_edge_axis(e),
                                             pp_edge_index(e, 0) + low[0],
                                             pp_edge_index(e, 1) + low[1],
                                             pp_edge_index(e, 2) + low[2]);

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
        add_places(s, &own, e->low, sum);
    pp_bits_free(&bits);
    pp_lattice_free(&own);
    return err->status;
}

/* Labels with more than this share of all voxels have all threads at once. */
#define LARGE_SHARE 0.25

/*
 * Large labels one after the other, each with all threads; then the others
 * side by side, a thread each.
 */
static pp_status
smooth_labels(const pp_sheets *s, const pp_label_extent *extent,
              pp_smooth kind, float *sum, pp_error *err)
{
    const size_t n = s->map->nlabel + 1;
    double all = 0;

    for (size_t l = 1; l < n; l++)
        all += (double)extent[l].nvoxel;
    for (size_t l = 1; l < n; l++)
        if ((double)extent[l].nvoxel > LARGE_SHARE * all &&
            smooth_label(s, (uint16_t)l, &extent[l], kind, sum, err) != PP_OK)
            return err->status;
    #pragma omp parallel for schedule(dynamic, 1)
    for (ptrdiff_t l = 1; l < (ptrdiff_t)n; l++) {
        pp_error own = { PP_OK, "" };

        if (extent[l].nvoxel > 0 &&
            (double)extent[l].nvoxel <= LARGE_SHARE * all &&
            smooth_label(s, (uint16_t)l, &extent[l], kind, sum, &own) !=
                PP_OK) {
            #pragma omp critical
            *err = own;
        }
    }
    return err->status;
}

/* Of the labels on both sides of each vertex on an edge, how many are one. */
static inline int
count_sides(const pp_sheets *s, pp_lattice_edge e)
{
    uint16_t label[8];

    pp_sheets_cell(s, pp_edge_index(e, 0), pp_edge_index(e, 1),
                   pp_edge_index(e, 2), label);
    return (label[0] != 0) + (label[1 << pp_edge_axis(e)] != 0);
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
            const pp_vec3 at = position(s, v[k]);

            p[k] = pp_vec(at.x * c->mm[0], at.y * c->mm[1], at.z * c->mm[2]);
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
        pp_sheets_place_points(s);
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
    pp_sheets_place_points(s);
    (void)!correct_volumes(s, extent, err);
done:
    pp_free(sum);
    return err->status;
}
