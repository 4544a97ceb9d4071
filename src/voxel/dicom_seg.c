/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dicom_seg.c - a DICOM segmentation to layers of labels
 *
 * Frames are sparse, in any order, and each says where it lies (PS3.3
 * C.8.20). Their positions make up one even stack; planes without a frame are
 * empty. Segments may overlap: each goes into the first layer where it meets
 * no other one, so that most files need a single layer. Fractional values
 * count from half of the maximum, or are kept as shares, a layer a segment.
 */
#include "voxel/dicom.h"

#include "base/alloc.h"
#include "base/order.h"

#include <stdlib.h>
#include <string.h>

/* Frames nearer than this to an even place belong to it; see dicom_stack.c. */
#define EVEN_MM 0.051
#define STRAIGHT_MM 0.051

/* More planes than this in a sparse stack are a broken spacing. */
#define PLANE_LIMIT 65536

typedef struct {
    pp_dicom *dicom;
    pp_seg seg;
    pp_vec3 normal, first; /* of the stack */
    double step;
    size_t *plane;         /* of each frame */
    size_t nplane;
    int32_t *value;        /* one frame's */
    int32_t threshold;     /* inside from here on */
} stack;

static pp_vec3
vector(const double v[3])
{
    return pp_vec(v[0], v[1], v[2]);
}

static double
along(const stack *s, size_t f)
{
    return pp_dot(vector(s->seg.frame[f].position), s->normal);
}

/* The sorted different places of the frames. */
static double *
distinct_places(const stack *s, size_t *n, pp_error *err)
{
    double *d = pp_alloc(s->seg.nframe, sizeof *d);
    size_t kept = 1;

    if (d == NULL) {
        pp_fail_memory(err);
        return NULL;
    }
    for (size_t f = 0; f < s->seg.nframe; f++)
        d[f] = along(s, f);
    qsort(d, s->seg.nframe, sizeof *d, pp_order_double);
    for (size_t f = 1; f < s->seg.nframe; f++)
        if (d[f] - d[kept - 1] >= PP_SLICE_SAME_MM)
            d[kept++] = d[f];
    *n = kept;
    return d;
}

/* Whether all places are whole steps from the first. */
static bool
even(const double *d, size_t n, double step)
{
    for (size_t i = 1; i < n; i++) {
        const double times = (d[i] - d[0]) / step;

        if (fabs(times - round(times)) * step > fmin(EVEN_MM, 0.1 * step))
            return false;
    }
    return true;
}

/*
 * SpacingBetweenSlices when the positions follow it; else the least gap, when
 * all others are its multiples.
 */
static pp_status
find_step(stack *s, pp_volume *volume, pp_error *err)
{
    const double said = s->seg.slice_spacing;
    size_t n = 0;
    double least = HUGE_VAL, *d = distinct_places(s, &n, err);

    if (d == NULL)
        return err->status;
    for (size_t i = 1; i < n; i++)
        least = fmin(least, d[i] - d[i - 1]);
    if (said > 0 && even(d, n, said)) {
        s->step = said;
    } else if (n == 1) {
        s->step = s->seg.slice_thickness;
        if (!(s->step > 0))
            pp_fail(err, PP_EUNSUPPORTED,
                    "a single plane without a slice spacing or thickness");
        else
            (void)!pp_volume_note(volume, err, "a single plane: its depth is "
                                               "SliceThickness");
    } else if (even(d, n, least)) {
        s->step = least;
        (void)!pp_volume_note(volume, err,
                              "slice spacing %.4g mm from the positions",
                              least);
    } else {
        pp_fail(err, PP_EUNSUPPORTED,
                "the planes are unevenly spaced: the least gap is %.3f mm, "
                "and others between %.2f and %.2f mm are no multiples of it",
                least, d[0], d[n - 1]);
    }
    if (err->status == PP_OK) {
        const double planes = round((d[n - 1] - d[0]) / s->step) + 1;

        if (planes > PLANE_LIMIT)
            pp_fail(err, PP_ELIMIT, "%.0f planes, %.3g mm apart", planes,
                    s->step);
        else
            s->nplane = (size_t)planes;
        /* the mean step fits far planes better than a rounded one */
        if (planes > 1 && planes <= PLANE_LIMIT)
            s->step = (d[n - 1] - d[0]) / (planes - 1);
    }
    pp_free(d);
    return err->status;
}

static pp_status
place_frames(stack *s, pp_error *err)
{
    size_t lowest = 0;

    for (size_t f = 1; f < s->seg.nframe; f++)
        if (along(s, f) < along(s, lowest))
            lowest = f;
    s->first = vector(s->seg.frame[lowest].position);
    for (size_t f = 0; f < s->seg.nframe; f++) {
        const pp_vec3 d = pp_sub(vector(s->seg.frame[f].position), s->first);
        const double t = pp_dot(d, s->normal);
        const double side = pp_norm(pp_madd(d, -t, s->normal));

        if (side > STRAIGHT_MM)
            return pp_fail(err, PP_EUNSUPPORTED,
                           "frame %zu lies %.2f mm beside the others: the "
                           "frames make no straight stack", f + 1, side);
        s->plane[f] = (size_t)round(t / s->step);
        if (s->plane[f] >= s->nplane)
            return pp_fail(err, PP_EBUG, "frame %zu lies outside", f + 1);
    }
    return PP_OK;
}

static pp_status
place(stack *s, pp_volume *volume, pp_error *err)
{
    const pp_vec3 r = vector(s->seg.row_direction),
                  c = vector(s->seg.column_direction);

    if (fabs(pp_norm(r) - 1) > 1e-3 || fabs(pp_norm(c) - 1) > 1e-3 ||
        fabs(pp_dot(r, c)) > 1e-3)
        return pp_fail(err, PP_EGEOM,
                       "ImageOrientationPatient is no pair of perpendicular "
                       "unit vectors");
    s->normal = pp_unit(pp_cross(r, c));
    s->plane = pp_alloc(s->seg.nframe, sizeof *s->plane);
    if (s->plane == NULL)
        return pp_fail_memory(err);
    if (find_step(s, volume, err) != PP_OK)
        return err->status;
    return place_frames(s, err);
}

static void
fill_matrix(const stack *s, double m[3][4])
{
    const pp_vec3 i = pp_scale(pp_unit(vector(s->seg.row_direction)),
                               s->seg.spacing[1]);
    const pp_vec3 j = pp_scale(pp_unit(vector(s->seg.column_direction)),
                               s->seg.spacing[0]);

    for (int r = 0; r < 3; r++) {
        m[r][0] = pp_axis(i, r);
        m[r][1] = pp_axis(j, r);
        m[r][2] = pp_axis(s->normal, r) * s->step;
        m[r][3] = pp_axis(s->first, r);
    }
}

/* ---- layers ---- */

static pp_status
add_layer(const stack *s, pp_volume *volume, bool wide, pp_error *err)
{
    const size_t dim[3] = { (size_t)s->seg.columns, (size_t)s->seg.rows,
                            s->nplane };
    pp_grid *more = pp_realloc(volume->layer, volume->nlayer + 1,
                               sizeof *volume->layer);
    pp_grid *g;

    if (more == NULL)
        return pp_fail_memory(err);
    volume->layer = more;
    g = &volume->layer[volume->nlayer];
    if (pp_grid_alloc(g, dim, wide ? PP_VOXEL_U16 : PP_VOXEL_U8, err) != PP_OK)
        return err->status;
    volume->nlayer++;
    memset(g->voxel, 0, dim[0] * dim[1] * dim[2] * pp_voxel_size(g->type));
    fill_matrix(s, g->to_lps);
    return PP_OK;
}

static uint32_t
layer_value(const pp_grid *g, size_t n)
{
    return g->type == PP_VOXEL_U8 ? ((const uint8_t *)g->voxel)[n]
                                  : ((const uint16_t *)g->voxel)[n];
}

static void
set_layer_value(pp_grid *g, size_t n, uint32_t value)
{
    if (g->type == PP_VOXEL_U8)
        ((uint8_t *)g->voxel)[n] = (uint8_t)value;
    else
        ((uint16_t *)g->voxel)[n] = (uint16_t)value;
}

/* Writes a frame; false (layer untouched) where another segment is met. */
static bool
put_frame(const stack *s, pp_grid *g, size_t plane, uint32_t value)
{
    const size_t n = g->dim[0] * g->dim[1], first = plane * n;

    for (size_t i = 0; i < n; i++)
        if (s->value[i] >= s->threshold) {
            const uint32_t there = layer_value(g, first + i);

            if (there != 0 && there != value)
                return false;
        }
    for (size_t i = 0; i < n; i++)
        if (s->value[i] >= s->threshold)
            set_layer_value(g, first + i, value);
    return true;
}

static void
take_back(const stack *s, pp_grid *g, uint32_t number, size_t end,
          uint32_t value)
{
    const size_t n = g->dim[0] * g->dim[1];

    for (size_t f = 0; f < end; f++)
        if (s->seg.frame[f].segment == number)
            for (size_t i = 0; i < n; i++)
                if (layer_value(g, s->plane[f] * n + i) == value)
                    set_layer_value(g, s->plane[f] * n + i, 0);
}

/* *fits: the segment is in the layer. */
static pp_status
try_layer(const stack *s, pp_grid *g, uint32_t number, uint32_t value,
          bool *fits, pp_error *err)
{
    *fits = true;
    for (size_t f = 0; f < s->seg.nframe; f++) {
        if (s->seg.frame[f].segment != number)
            continue;
        if (pp_dicom_seg_frame(s->dicom, &s->seg, f, s->value, err) != PP_OK)
            return err->status;
        if (!put_frame(s, g, s->plane[f], value)) {
            take_back(s, g, number, f, value);
            *fits = false;
            return PP_OK;
        }
    }
    return PP_OK;
}

/* Its values as they are, in a layer of its own. */
static pp_status
put_shares(const stack *s, pp_volume *volume, size_t n, pp_error *err)
{
    const size_t pixels = (size_t)(s->seg.rows * s->seg.columns);
    pp_segment *segment = &s->seg.segment[n];
    pp_grid *g;

    if (add_layer(s, volume, s->seg.maximum > UINT8_MAX, err) != PP_OK)
        return err->status;
    segment->layer = volume->nlayer - 1;
    segment->value = 1;
    g = &volume->layer[segment->layer];
    g->slope = 1 / (double)s->seg.maximum;
    for (size_t f = 0; f < s->seg.nframe; f++) {
        if (s->seg.frame[f].segment != segment->number)
            continue;
        if (pp_dicom_seg_frame(s->dicom, &s->seg, f, s->value, err) != PP_OK)
            return err->status;
        for (size_t i = 0; i < pixels; i++) {
            const int64_t v = s->value[i];

            set_layer_value(g, s->plane[f] * pixels + i,
                            v < 0                  ? 0
                            : v > s->seg.maximum ? (uint32_t)s->seg.maximum
                                                   : (uint32_t)v);
        }
    }
    return PP_OK;
}

static pp_status
put_segment(const stack *s, pp_volume *volume, size_t n, pp_error *err)
{
    const bool wide = s->seg.nsegment > UINT8_MAX;
    const uint32_t value = (uint32_t)n + 1;
    bool fits = false;
    size_t layer = 0;

    for (;; layer++) {
        if (layer == volume->nlayer &&
            add_layer(s, volume, wide, err) != PP_OK)
            return err->status;
        if (try_layer(s, &volume->layer[layer], s->seg.segment[n].number,
                      value, &fits, err) != PP_OK)
            return err->status;
        if (fits)
            break;
    }
    s->seg.segment[n].layer = layer;
    s->seg.segment[n].value = value;
    return PP_OK;
}

/* A label map's pixels are segment numbers. */
static pp_status
put_label_map(const stack *s, pp_volume *volume, pp_error *err)
{
    const size_t n = (size_t)(s->seg.rows * s->seg.columns);
    uint32_t *to_value = pp_alloc_zero(65536, sizeof *to_value);
    size_t unknown = 0;

    if (to_value == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < s->seg.nsegment; i++) {
        s->seg.segment[i].value = (uint32_t)i + 1;
        if (s->seg.segment[i].number < 65536)
            to_value[s->seg.segment[i].number] = (uint32_t)i + 1;
    }
    if (add_layer(s, volume, s->seg.nsegment > UINT8_MAX, err) == PP_OK)
        for (size_t f = 0; f < s->seg.nframe; f++) {
            if (pp_dicom_seg_frame(s->dicom, &s->seg, f, s->value, err) !=
                PP_OK)
                break;
            for (size_t i = 0; i < n; i++) {
                const uint32_t number = (uint32_t)s->value[i] & 0xffff;

                if (to_value[number] != 0)
                    set_layer_value(volume->layer, s->plane[f] * n + i,
                                    to_value[number]);
                else if (number != 0)
                    unknown++;
            }
        }
    pp_free(to_value);
    if (err->status == PP_OK && unknown > 0)
        return pp_fail(err, PP_EFORMAT,
                       "%zu voxels belong to segments that the file does not "
                       "describe", unknown);
    return err->status;
}

static pp_status
check_once(const stack *s, pp_error *err)
{
    uint8_t *seen = pp_alloc(s->nplane, 1);

    if (seen == NULL)
        return pp_fail_memory(err);
    for (size_t n = 0; n < s->seg.nsegment && err->status == PP_OK; n++) {
        memset(seen, 0, s->nplane);
        for (size_t f = 0; f < s->seg.nframe; f++)
            if (s->seg.frame[f].segment == s->seg.segment[n].number &&
                seen[s->plane[f]]++ > 0) {
                pp_fail(err, PP_EUNSUPPORTED,
                        "segment %lu has two frames at one position (%.2f mm)",
                        (unsigned long)s->seg.segment[n].number, along(s, f));
                break;
            }
    }
    pp_free(seen);
    return err->status;
}

static bool
is_fractional(const stack *s)
{
    return s->seg.type == PP_SEG_PROBABILITY ||
           s->seg.type == PP_SEG_OCCUPANCY;
}

static pp_status
fill(stack *s, const pp_read_options *options, pp_volume *volume,
     pp_error *err)
{
    const bool map = s->seg.type == PP_SEG_LABELMAP;

    s->value = pp_alloc((size_t)(s->seg.rows * s->seg.columns),
                        sizeof *s->value);
    if (s->value == NULL)
        return pp_fail_memory(err);
    s->threshold =
        is_fractional(s) ? (int32_t)((s->seg.maximum + 1) / 2) : 1;
    if (options->headers_only) {
        if (pp_volume_add_layers(volume, 1, err) != PP_OK)
            return err->status;
        volume->layer->dim[0] = (size_t)s->seg.columns;
        volume->layer->dim[1] = (size_t)s->seg.rows;
        volume->layer->dim[2] = s->nplane;
        volume->layer->slope = 1;
        fill_matrix(s, volume->layer->to_lps);
        return PP_OK;
    }
    if (map)
        return put_label_map(s, volume, err);
    if (check_once(s, err) != PP_OK)
        return err->status;
    volume->fractional = is_fractional(s) && options->fractions;
    for (size_t n = 0; n < s->seg.nsegment; n++) {
        s->seg.segment[n].value = (uint32_t)n + 1;
        if (options->label != NULL &&
            !pp_segment_is_named(&s->seg.segment[n], options->label))
            continue;
        if ((volume->fractional ? put_shares : put_segment)(s, volume, n,
                                                            err) != PP_OK)
            return err->status;
    }
    /* none was meant: the caller will say so, and wants a frame */
    return volume->nlayer > 0 ? PP_OK : add_layer(s, volume, false, err);
}

static pp_status
note_kind(const stack *s, pp_volume *volume, pp_error *err)
{
    const char *kind =
        s->seg.type == PP_SEG_OCCUPANCY ? "occupancy" : "probability";

    if (volume->fractional)
        return pp_volume_note(volume, err, "fractional (%s): shares kept",
                              kind);
    if (is_fractional(s))
        return pp_volume_note(volume, err,
                              "fractional (%s): inside from %ld of %ld on",
                              kind, (long)s->threshold,
                              (long)s->seg.maximum);
    return PP_OK;
}

pp_status
pp_dicom_seg_volume(pp_dicom *dicom, const pp_dicom_header *header,
                    const pp_read_options *options, pp_volume *volume,
                    pp_error *err)
{
    stack s = { .dicom = dicom };

    volume->kind = "dicom-seg";
    if (!header->has_pixels)
        return pp_fail(err, PP_EUNSUPPORTED, "has no pixel data");
    if (pp_dicom_seg(dicom, &s.seg, err) != PP_OK)
        return err->status;
    if (place(&s, volume, err) == PP_OK &&
        fill(&s, options, volume, err) == PP_OK &&
        note_kind(&s, volume, err) == PP_OK &&
        (options->source == NULL ||
         (pp_references_count(&s.seg.refers, options->source, volume, err) ==
              PP_OK &&
          pp_seg_check_slices(&s.seg, options->source, volume, err) ==
              PP_OK))) {
        memcpy(volume->source_series, s.seg.refers.series,
               sizeof volume->source_series);
        volume->has_segments = true;
        volume->segment = s.seg.segment;
        volume->nsegment = s.seg.nsegment;
        s.seg.segment = NULL;
        s.seg.nsegment = 0;
    }
    pp_free(s.plane);
    pp_free(s.value);
    pp_dicom_seg_free(&s.seg);
    return err->status;
}
