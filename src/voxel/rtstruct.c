/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtstruct.c - contours to voxels
 *
 * Contours are drawn on the slices of an image, whose grid they get. Each is
 * turned into voxel indices; one index is then the same for all its points:
 * the slice. All contours of a structure in one plane are rasterised together
 * by the even-odd rule (holes, keyholes, XOR), and a voxel is inside when half
 * of its area is. Structures may overlap, and then lie in several layers. A
 * structure that cannot be drawn says why and has no voxels.
 */
#include "voxel/rtstruct.h"

#include "base/alloc.h"
#include "base/file.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    pp_canvas canvas;
    const pp_read_options *options;
    double mm[2];          /* pixel edges along u and v */
    uint8_t *mask;         /* of one structure */
    float *cover, *last;   /* of one slice, and of the one drawn before */
    float *between;        /* of a slice that is interpolated */
    size_t low, high;      /* slices drawn on: low <= slice < high */
    size_t nmissing, nfilled;
    pp_grid *shares;       /* the structure's own layer, or NULL */
} drawing;

/* Adds the spread of a contour along each axis. */
static void
add_spread(const pp_canvas *canvas, const pp_structure *s,
           const pp_ring *c, double sum[3])
{
    double low[3] = { HUGE_VAL, HUGE_VAL, HUGE_VAL };
    double high[3] = { -HUGE_VAL, -HUGE_VAL, -HUGE_VAL };

    for (size_t p = 0; p < c->n; p++) {
        double index[3];

        pp_canvas_index(canvas, s->point[c->first + p], index);
        for (int a = 0; a < 3; a++) {
            low[a] = fmin(low[a], index[a]);
            high[a] = fmax(high[a], index[a]);
        }
    }
    for (int a = 0; a < 3; a++)
        sum[a] += high[a] - low[a];
}

/* The index that varies least over the contours: the slices' own axis. */
static void
find_axis(pp_canvas *canvas, const pp_structures *s)
{
    double sum[3] = { 0, 0, 0 };

    for (size_t i = 0; i < s->nstructure; i++)
        for (size_t c = 0; c < s->structure[i].ncontour; c++)
            if (s->structure[i].contour[c].closed &&
                s->structure[i].contour[c].n >= 3)
                add_spread(canvas, &s->structure[i],
                           &s->structure[i].contour[c], sum);
    canvas->axis = 2;
    for (int a = 0; a < 2; a++)
        if (sum[a] < sum[canvas->axis])
            canvas->axis = a;
    canvas->u = canvas->axis == 0 ? 1 : 0;
    canvas->v = canvas->axis == 2 ? 1 : 2;
}

/* ---- one structure ---- */

/* Steps in memory along u, v and the axis. */
static void
strides(const pp_canvas *c, size_t step[3])
{
    const size_t *dim = c->frame->dim;
    const size_t stride[3] = { 1, dim[0], dim[0] * dim[1] };

    step[0] = stride[c->u];
    step[1] = stride[c->v];
    step[2] = stride[c->axis];
}

static void
store_slice(const drawing *d, const float *cover, size_t slice)
{
    const size_t width = d->canvas.frame->dim[d->canvas.u];
    const size_t height = d->canvas.frame->dim[d->canvas.v];
    size_t step[3];

    strides(&d->canvas, step);
    for (size_t j = 0; j < height; j++)
        for (size_t i = 0; i < width; i++) {
            const size_t at = i * step[0] + j * step[1] + slice * step[2];
            const float share = cover[j * width + i];

            if (d->shares != NULL)
                ((float *)d->shares->voxel)[at] = share;
            else
                d->mask[at] = share >= PP_COVER_HALF;
        }
}

static pp_status
draw_plane(drawing *d, const pp_outlines *o, const pp_drawn *drawn,
           pp_error *err)
{
    const size_t width = d->canvas.frame->dim[d->canvas.u];
    const size_t height = d->canvas.frame->dim[d->canvas.v];
    const size_t n = drawn->end - drawn->first;
    pp_polygon *polygon = pp_alloc(n, sizeof *polygon);

    if (polygon == NULL)
        return pp_fail_memory(err);
    for (size_t p = 0; p < n; p++) {
        const pp_outline *from = &o->outline[drawn->first + p];

        polygon[p].corner = o->corner + from->first;
        polygon[p].n = from->n;
    }
    memset(d->cover, 0, width * height * sizeof *d->cover);
    if (pp_polygons_cover(polygon, n, width, height, d->cover, err) == PP_OK)
        store_slice(d, d->cover, drawn->slice);
    pp_free(polygon);
    return err->status;
}

/* The slices between two that were drawn on: d->last and d->cover. */
static pp_status
fill_between(drawing *d, size_t below, size_t above, pp_error *err)
{
    const size_t width = d->canvas.frame->dim[d->canvas.u];
    const size_t height = d->canvas.frame->dim[d->canvas.v];

    if (!d->options->fill_planes) {
        d->nmissing += above - below - 1;
        return PP_OK;
    }
    for (size_t k = below + 1; k < above; k++) {
        const double share = (double)(k - below) / (double)(above - below);

        if (pp_cover_between(d->last, d->cover, width, height, d->mm, share,
                             d->between, err) != PP_OK)
            return err->status;
        store_slice(d, d->between, k);
        d->nfilled++;
    }
    return PP_OK;
}

static pp_status
draw_outlines(drawing *d, const pp_outlines *o, pp_error *err)
{
    d->nmissing = d->nfilled = 0;
    d->low = o->drawn[0].slice;
    d->high = o->drawn[o->ndrawn - 1].slice + 1;
    for (size_t n = 0; n < o->ndrawn; n++) {
        float *swap;

        if (draw_plane(d, o, &o->drawn[n], err) != PP_OK ||
            (n > 0 && fill_between(d, o->drawn[n - 1].slice,
                                   o->drawn[n].slice, err) != PP_OK))
            return err->status;
        swap = d->last;
        d->last = d->cover;
        d->cover = swap;
    }
    return PP_OK;
}

/* ---- layers ---- */

/* Calls for each run of voxels within the slices drawn on. */
static size_t
run_of(const drawing *d, size_t *first)
{
    const size_t *dim = d->canvas.frame->dim;
    const size_t slice = dim[0] * dim[1];

    if (d->canvas.axis == 2) {
        *first = d->low * slice;
        return (d->high - d->low) * slice;
    }
    *first = 0;
    return slice * dim[2];
}

static bool
fits(const drawing *d, const pp_grid *g)
{
    size_t first, n = run_of(d, &first);
    const uint16_t *layer = (const uint16_t *)g->voxel + first;
    const uint8_t *mask = d->mask + first;

    for (size_t i = 0; i < n; i++)
        if (mask[i] && layer[i] != 0)
            return false;
    return true;
}

static pp_status
add_layer(const drawing *d, pp_volume *volume, pp_voxel_type type,
          pp_error *err)
{
    const pp_grid *frame = d->canvas.frame;
    pp_grid *more = pp_realloc(volume->layer, volume->nlayer + 1,
                               sizeof *more);
    pp_grid *g;

    if (more == NULL)
        return pp_fail_memory(err);
    volume->layer = more;
    g = &more[volume->nlayer];
    if (pp_grid_alloc(g, frame->dim, type, err) != PP_OK)
        return err->status;
    volume->nlayer++;
    memset(g->voxel, 0, frame->dim[0] * frame->dim[1] * frame->dim[2] *
                            pp_voxel_size(type));
    memcpy(g->to_lps, frame->to_lps, sizeof g->to_lps);
    return PP_OK;
}

static pp_status
put_mask(const drawing *d, pp_volume *volume, pp_segment *segment,
         pp_error *err)
{
    size_t first, n = run_of(d, &first);
    uint16_t *to;

    for (segment->layer = 0; segment->layer < volume->nlayer; segment->layer++)
        if (fits(d, &volume->layer[segment->layer]))
            break;
    if (segment->layer == volume->nlayer &&
        add_layer(d, volume, PP_VOXEL_U16, err) != PP_OK)
        return err->status;
    to = (uint16_t *)volume->layer[segment->layer].voxel + first;
    for (size_t i = 0; i < n; i++)
        if (d->mask[first + i])
            to[i] = (uint16_t)segment->value;
    memset(d->mask + first, 0, n);
    return PP_OK;
}

/* ---- what is said of a structure ---- */

static pp_status PP_PRINTF(3, 4)
set_problem(pp_segment *s, pp_error *err, const char *format, ...)
{
    char text[256];
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    s->problem = pp_strdup(text);
    return s->problem != NULL ? PP_OK : pp_fail_memory(err);
}

/* Why the structure cannot be drawn; none: problem stays NULL. */
static pp_status
find_problem(const pp_structure *s, const pp_outlines *o,
             const pp_volume *frame, pp_segment *to, pp_error *err)
{
    if (s->ncontour == 0)
        return set_problem(to, err, "has no contours");
    if (s->frame[0] != '\0' && frame->frame[0] != '\0' &&
        strcmp(s->frame, frame->frame) != 0)
        return set_problem(to, err, "was drawn in another frame of reference "
                                    "than the image's");
    if (o->nopen == s->ncontour)
        return set_problem(to, err, "has no closed contour (%zu open or "
                                    "point contours)", o->nopen);
    if (o->spread > 2 * PP_FLAT_SHARE)
        return set_problem(to, err,
                           "has contours that do not lie in the slices of the "
                           "image: one spans %.2f of them", o->spread);
    if (o->ndrawn == 0)
        return set_problem(to, err, "lies beyond the image (%zu contours)",
                           o->nbeyond);
    return PP_OK;
}

/* "structure 7 (PTV)" */
static void
title(const pp_segment *s, char text[96])
{
    snprintf(text, 96, "structure %lu (%.60s)", (unsigned long)s->number,
             s->name);
}

static pp_status
note_structure(const drawing *d, const pp_outlines *o, const pp_segment *s,
               pp_volume *volume, pp_error *err)
{
    char name[96];

    title(s, name);
    if (o->nopen > 0 &&
        pp_volume_warn(volume, err, "%s: %zu open or point contours left out",
                       name, o->nopen) != PP_OK)
        return err->status;
    if (o->nbeyond > 0 &&
        pp_volume_warn(volume, err, "%s: %zu contours lie beyond the image",
                       name, o->nbeyond) != PP_OK)
        return err->status;
    if (o->nunused > 0 &&
        pp_volume_warn(volume, err, "%s: drawn on planes closer than the "
                       "slices, %zu not used", name, o->nunused) != PP_OK)
        return err->status;
    if (o->nbetween > 0 &&
        pp_volume_warn(volume, err, "%s: %zu planes lie between slices: put "
                       "on the nearest", name, o->nbetween) != PP_OK)
        return err->status;
    if (d->nfilled > 0)
        return pp_volume_note(volume, err, "%s: %zu slices between its "
                              "contours filled by shape", name, d->nfilled);
    if (d->nmissing > 0)
        return pp_volume_warn(volume, err,
                              "%s: %zu slices between its contours have none "
                              "and stay empty (--fill-planes fills them)",
                              name, d->nmissing);
    return PP_OK;
}

/* ---- all of them ---- */

static pp_status
draw_structure(drawing *d, const pp_structure *s, const pp_volume *frame,
               pp_volume *volume, pp_segment *to, pp_error *err)
{
    const pp_read_options *how = d->options;
    pp_outlines o;

    if (pp_outlines_place(&d->canvas, s, &o, err) != PP_OK)
        return err->status;
    if (find_problem(s, &o, frame, to, err) != PP_OK || to->problem != NULL ||
        (how->label != NULL && !pp_segment_is_named(to, how->label)))
        goto done;
    d->shares = NULL;
    if (how->fractions) {
        if (add_layer(d, volume, PP_VOXEL_F32, err) != PP_OK)
            goto done;
        to->layer = volume->nlayer - 1;
        d->shares = &volume->layer[to->layer];
    }
    if (draw_outlines(d, &o, err) == PP_OK &&
        (d->shares != NULL || put_mask(d, volume, to, err) == PP_OK))
        (void)!note_structure(d, &o, to, volume, err);
done:
    pp_outlines_free(&o);
    return err->status;
}

/* No structure at all can be drawn: the first reason that says something. */
static pp_status
check_any(const pp_volume *v, pp_error *err)
{
    const pp_segment *worst = NULL;
    char name[96];

    for (size_t s = 0; s < v->nsegment; s++) {
        if (v->segment[s].problem == NULL)
            return PP_OK;
        if (worst == NULL || strcmp(worst->problem, "has no contours") == 0)
            worst = &v->segment[s];
    }
    if (worst == NULL)
        return pp_fail(err, PP_EUNSUPPORTED, "holds no structure");
    title(worst, name);
    return pp_fail(err, PP_EUNSUPPORTED, "%s %s", name, worst->problem);
}

static pp_status
draw_all(drawing *d, pp_structures *s, const pp_volume *frame,
         pp_volume *volume, pp_error *err)
{
    if (s->nstructure > UINT16_MAX)
        return pp_fail(err, PP_ELIMIT, "%zu structures", s->nstructure);
    volume->segment = pp_alloc_zero(s->nstructure, sizeof *volume->segment);
    if (volume->segment == NULL)
        return pp_fail_memory(err);
    volume->has_segments = true;
    volume->fractional = d->options->fractions;
    for (size_t i = 0; i < s->nstructure; i++) {
        pp_segment *to = &volume->segment[volume->nsegment++];

        to->number = s->structure[i].number;
        to->value = volume->fractional ? 1 : (uint32_t)i + 1;
        to->name = s->structure[i].name;
        s->structure[i].name = NULL;
        to->has_colour = s->structure[i].has_colour;
        memcpy(to->rgb, s->structure[i].rgb, sizeof to->rgb);
        if (draw_structure(d, &s->structure[i], frame, volume, to, err) !=
            PP_OK)
            return err->status;
    }
    if (check_any(volume, err) != PP_OK)
        return err->status;
    /* the label meant none that can be drawn: the caller will say so */
    return volume->nlayer > 0 ? PP_OK
                              : add_layer(d, volume, PP_VOXEL_U8, err);
}

static pp_status
draw_on(pp_structures *s, const pp_volume *frame,
        const pp_read_options *options, pp_volume *volume, pp_error *err)
{
    drawing d = { .canvas.frame = frame->layer, .options = options };
    const size_t *dim = frame->layer->dim;
    double mm[3];
    size_t slice;

    if (pp_grid_inverse(d.canvas.frame, d.canvas.to_index, err) != PP_OK)
        return err->status;
    if (dim[0] == 0 || dim[1] > PTRDIFF_MAX / dim[0] ||
        dim[2] > PTRDIFF_MAX / (dim[0] * dim[1]) / 4)
        return pp_fail(err, PP_ELIMIT, "the image is too large");
    find_axis(&d.canvas, s);
    pp_grid_spacing(frame->layer, mm);
    d.mm[0] = mm[d.canvas.u];
    d.mm[1] = mm[d.canvas.v];
    slice = dim[d.canvas.u] * dim[d.canvas.v];
    d.mask = pp_alloc_zero(dim[0] * dim[1] * dim[2], 1);
    d.cover = pp_alloc(slice, sizeof *d.cover);
    d.last = pp_alloc(slice, sizeof *d.last);
    d.between = pp_alloc(slice, sizeof *d.between);
    if (d.mask == NULL || d.cover == NULL || d.last == NULL ||
        d.between == NULL)
        pp_fail_memory(err);
    else
        (void)!draw_all(&d, s, frame, volume, err);
    pp_free(d.mask);
    pp_free(d.cover);
    pp_free(d.last);
    pp_free(d.between);
    return err->status;
}

/* The image that was drawn on: --source, or what lies beside the contours. */
static pp_status
read_frame(const char *own, const pp_structures *s,
           const pp_read_options *options, pp_volume *frame, pp_error *err)
{
    if (pp_frame_read(own, s->refers.series, options, frame, err) == PP_OK)
        return PP_OK;

    const pp_error cause = *err;

    if (options->source == NULL)
        return pp_fail(err, cause.status,
                       "contours need the image that they were drawn on; "
                       "beside them there is none (%s): give it with --source",
                       cause.message);
    return pp_fail(err, cause.status,
                   "contours need the image that they were drawn on "
                   "(--source): %s", cause.message);
}

static pp_status
set_frame(const pp_volume *frame, const pp_read_options *options,
          pp_volume *volume, pp_error *err)
{
    char text[65];

    if (frame->frame[0] == '\0')
        return PP_OK;
    memcpy(volume->frame, frame->frame, sizeof volume->frame);
    pp_uid_text(frame->frame, options->plain_uids, text);
    volume->uid_hash = pp_strdup(text);
    return volume->uid_hash != NULL ? PP_OK : pp_fail_memory(err);
}

pp_status
pp_rtstruct_volume(pp_dicom *dicom, const char *path,
                   const pp_dicom_header *header,
                   const pp_read_options *options, pp_volume *volume,
                   pp_error *err)
{
    char *own = pp_file_folder(path);
    pp_volume frame = { 0 };
    pp_structures s;

    (void)header;
    volume->kind = "rtstruct";
    if (own == NULL)
        return pp_fail_memory(err);
    if (pp_dicom_structures(dicom, &s, err) == PP_OK &&
        read_frame(own, &s, options, &frame, err) == PP_OK &&
        pp_references_count(&s.refers,
                            options->source != NULL ? options->source : own,
                            volume, err) == PP_OK &&
        draw_on(&s, &frame, options, volume, err) == PP_OK)
        (void)!set_frame(&frame, options, volume, err);
    pp_dicom_structures_free(&s);
    pp_volume_free(&frame);
    pp_free(own);
    return err->status;
}
