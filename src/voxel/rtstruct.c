/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtstruct.c - contours to voxels
 *
 * Contours are drawn on the slices of an image, whose grid they get. Each is
 * turned into voxel indices; one index is then the same for all its points:
 * the slice. Within the slice all contours of a structure together are
 * rasterised by the even-odd rule (holes, keyholes, XOR), and a voxel is inside
 * when half of its area is. Structures may overlap, and then lie in several
 * layers.
 */
#include "voxel/dicom.h"

#include "base/alloc.h"
#include "voxel/rasterise.h"

#include <stdlib.h>
#include <string.h>

/* A contour's points may stand off its slice by this share of the spacing. */
#define FLAT_SHARE 0.25

/* Half of a voxel's area; exact halves (edges on voxel centres) count. */
#define HALF 0.5F

typedef struct {
    double to_index[3][4];
    const pp_grid *frame;
    int axis;         /* the index that counts slices */
    int u, v;         /* the other two: u fastest in memory */
    uint8_t *mask;    /* of one structure */
    float *cover;     /* of one slice */
    size_t nopen, noff, nbetween;
} drawing;

/* One contour on its slice. */
typedef struct {
    size_t slice;
    size_t first, n; /* of the corners */
} outline;

typedef struct {
    outline *outline;
    size_t n;
    pp_corner *corner;
} outlines;

static void
to_index(const drawing *d, pp_vec3 p, double index[3])
{
    for (int r = 0; r < 3; r++)
        index[r] = d->to_index[r][0] * p.x + d->to_index[r][1] * p.y +
                   d->to_index[r][2] * p.z + d->to_index[r][3];
}

/* The index that varies least over the contours: the slices' own axis. */
static pp_status
find_axis(drawing *d, const pp_structures *s, pp_error *err)
{
    double spread[3] = { 0, 0, 0 };
    size_t n = 0;

    for (size_t i = 0; i < s->nstructure; i++) {
        const pp_structure *one = &s->structure[i];

        for (size_t c = 0; c < one->ncontour && n < 1000; c++) {
            double first[3], other[3];

            if (!one->contour[c].closed || one->contour[c].n < 3)
                continue;
            to_index(d, one->point[one->contour[c].first], first);
            for (size_t p = 1; p < one->contour[c].n; p++) {
                to_index(d, one->point[one->contour[c].first + p], other);
                for (int a = 0; a < 3; a++)
                    spread[a] = fmax(spread[a], fabs(other[a] - first[a]));
            }
            n++;
        }
    }
    if (n == 0)
        return pp_fail(err, PP_EUNSUPPORTED, "holds no closed contour");
    d->axis = 2;
    for (int a = 0; a < 2; a++)
        if (spread[a] < spread[d->axis])
            d->axis = a;
    if (spread[d->axis] > 2 * FLAT_SHARE)
        return pp_fail(err, PP_EUNSUPPORTED,
                       "the contours do not lie in the slices of the image: "
                       "one spans %.2f of them", spread[d->axis]);
    d->u = d->axis == 0 ? 1 : 0;
    d->v = d->axis == 2 ? 1 : 2;
    return PP_OK;
}

/* One contour to the corners of an outline; false when it has no slice. */
static bool
place_contour(drawing *d, const pp_structure *s, const pp_contour *c,
              pp_corner *corner, size_t *slice)
{
    double index[3], sum = 0, k;

    if (!c->closed || c->n < 3) {
        d->nopen++;
        return false;
    }
    for (size_t p = 0; p < c->n; p++) {
        to_index(d, s->point[c->first + p], index);
        sum += index[d->axis];
        /* centres are whole numbers, pixels begin half before */
        corner[p].x = index[d->u] + 0.5;
        corner[p].y = index[d->v] + 0.5;
    }
    sum /= (double)c->n;
    k = round(sum);
    if (!(k >= 0 && k < (double)d->frame->dim[d->axis])) {
        d->noff++;
        return false;
    }
    if (fabs(sum - k) > FLAT_SHARE)
        d->nbetween++;
    *slice = (size_t)k;
    return true;
}

static int
by_slice(const void *a, const void *b)
{
    const outline *p = a, *q = b;

    if (p->slice != q->slice)
        return p->slice < q->slice ? -1 : 1;
    return p->first < q->first ? -1 : p->first > q->first;
}

static pp_status
place_structure(drawing *d, const pp_structure *s, outlines *out,
                pp_error *err)
{
    out->n = 0;
    out->outline = pp_alloc(s->ncontour, sizeof *out->outline);
    out->corner = pp_alloc(s->npoint, sizeof *out->corner);
    if (out->outline == NULL || out->corner == NULL)
        return pp_fail_memory(err);
    for (size_t c = 0; c < s->ncontour; c++) {
        outline *o = &out->outline[out->n];

        o->first = s->contour[c].first;
        o->n = s->contour[c].n;
        if (place_contour(d, s, &s->contour[c], out->corner + o->first,
                          &o->slice))
            out->n++;
    }
    if (out->n > 0)
        qsort(out->outline, out->n, sizeof *out->outline, by_slice);
    return PP_OK;
}

static pp_status
draw_slice(drawing *d, const outlines *o, size_t first, size_t end,
           pp_error *err)
{
    const size_t *dim = d->frame->dim;
    const size_t width = dim[d->u], height = dim[d->v];
    const size_t stride[3] = { 1, dim[0], dim[0] * dim[1] };
    uint8_t *to = d->mask + o->outline[first].slice * stride[d->axis];
    pp_polygon *polygon = pp_alloc(end - first, sizeof *polygon);

    if (polygon == NULL)
        return pp_fail_memory(err);
    for (size_t n = first; n < end; n++) {
        polygon[n - first].corner = o->corner + o->outline[n].first;
        polygon[n - first].n = o->outline[n].n;
    }
    memset(d->cover, 0, width * height * sizeof *d->cover);
    if (pp_polygons_cover(polygon, end - first, width, height, d->cover,
                          err) == PP_OK)
        for (size_t j = 0; j < height; j++)
            for (size_t i = 0; i < width; i++)
                if (d->cover[j * width + i] >= HALF)
                    to[i * stride[d->u] + j * stride[d->v]] = 1;
    pp_free(polygon);
    return err->status;
}

/* Fills d->mask; *nmissing: slices between contours that have none. */
static pp_status
draw_structure(drawing *d, const pp_structure *s, size_t *nmissing,
               size_t *ndrawn, pp_error *err)
{
    outlines o = { 0 };
    size_t last = 0;

    *nmissing = *ndrawn = 0;
    memset(d->mask, 0, d->frame->dim[0] * d->frame->dim[1] * d->frame->dim[2]);
    if (place_structure(d, s, &o, err) == PP_OK)
        for (size_t n = 0, end; n < o.n && err->status == PP_OK; n = end) {
            for (end = n + 1;
                 end < o.n && o.outline[end].slice == o.outline[n].slice;)
                end++;
            if (n > 0)
                *nmissing += o.outline[n].slice - last - 1;
            last = o.outline[n].slice;
            *ndrawn += end - n;
            (void)!draw_slice(d, &o, n, end, err);
        }
    pp_free(o.outline);
    pp_free(o.corner);
    return err->status;
}

/* ---- layers ---- */

static bool
fits(const pp_grid *g, const uint8_t *mask, size_t n)
{
    const uint16_t *layer = g->voxel;

    for (size_t i = 0; i < n; i++)
        if (mask[i] && layer[i] != 0)
            return false;
    return true;
}

static pp_status
put_mask(const drawing *d, pp_volume *volume, pp_segment *segment,
         pp_error *err)
{
    const size_t n = d->frame->dim[0] * d->frame->dim[1] * d->frame->dim[2];
    uint16_t *to;

    for (segment->layer = 0; segment->layer < volume->nlayer; segment->layer++)
        if (fits(&volume->layer[segment->layer], d->mask, n))
            break;
    if (segment->layer == volume->nlayer) {
        pp_grid *more = pp_realloc(volume->layer, volume->nlayer + 1,
                                   sizeof *more);
        pp_grid *g;

        if (more == NULL)
            return pp_fail_memory(err);
        volume->layer = more;
        g = &more[volume->nlayer];
        if (pp_grid_alloc(g, d->frame->dim, PP_VOXEL_U16, err) != PP_OK)
            return err->status;
        volume->nlayer++;
        memset(g->voxel, 0, n * sizeof(uint16_t));
        memcpy(g->to_lps, d->frame->to_lps, sizeof g->to_lps);
    }
    to = volume->layer[segment->layer].voxel;
    for (size_t i = 0; i < n; i++)
        if (d->mask[i])
            to[i] = (uint16_t)segment->value;
    return PP_OK;
}

static pp_status
note_structure(const pp_structure *s, size_t nmissing, size_t ndrawn,
               pp_volume *volume, pp_error *err)
{
    if (ndrawn == 0)
        return pp_volume_note(volume, err,
                              "structure %lu has no closed contour on the "
                              "image", (unsigned long)s->number);
    if (nmissing > 0)
        return pp_volume_note(volume, err,
                              "structure %lu: %zu slices between its contours "
                              "have none and stay empty",
                              (unsigned long)s->number, nmissing);
    return PP_OK;
}

static pp_status
note_contours(const drawing *d, pp_volume *volume, pp_error *err)
{
    if (d->nopen > 0 &&
        pp_volume_note(volume, err, "%zu open or point contours left out",
                       d->nopen) != PP_OK)
        return err->status;
    if (d->noff > 0 &&
        pp_volume_note(volume, err, "%zu contours lie beyond the image",
                       d->noff) != PP_OK)
        return err->status;
    if (d->nbetween > 0)
        return pp_volume_note(volume, err,
                              "%zu contours lie between slices: put on the "
                              "nearest", d->nbetween);
    return PP_OK;
}

static pp_status
draw_all(drawing *d, pp_structures *s, pp_volume *volume, pp_error *err)
{
    if (s->nstructure > UINT16_MAX)
        return pp_fail(err, PP_ELIMIT, "%zu structures", s->nstructure);
    volume->segment = pp_alloc_zero(s->nstructure, sizeof *volume->segment);
    if (volume->segment == NULL)
        return pp_fail_memory(err);
    volume->has_segments = true;
    for (size_t i = 0; i < s->nstructure; i++) {
        pp_segment *to = &volume->segment[volume->nsegment++];
        size_t nmissing, ndrawn;

        to->number = s->structure[i].number;
        to->value = (uint32_t)i + 1;
        to->name = s->structure[i].name;
        s->structure[i].name = NULL;
        to->has_colour = s->structure[i].has_colour;
        memcpy(to->rgb, s->structure[i].rgb, sizeof to->rgb);
        if (draw_structure(d, &s->structure[i], &nmissing, &ndrawn, err) !=
                PP_OK ||
            put_mask(d, volume, to, err) != PP_OK ||
            note_structure(&s->structure[i], nmissing, ndrawn, volume, err) !=
                PP_OK)
            return err->status;
    }
    return note_contours(d, volume, err);
}

/* ---- the image that was drawn on ---- */

/* The directory of the contours, or "." */
static char *
own_directory(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = pp_strdup(slash != NULL ? path : ".");

    if (folder != NULL && slash != NULL)
        folder[slash == path ? 1 : slash - path] = '\0';
    return folder;
}

static pp_status
read_frame(const char *path, const pp_structures *s,
           const pp_read_options *options, pp_volume *frame, pp_error *err)
{
    pp_read_options how = { .series = options->series, .headers_only = true,
                            .plain_uids = true, .form = options->form };
    char *own = options->source == NULL ? own_directory(path) : NULL;
    const char *source = options->source != NULL ? options->source : own;

    if (source == NULL)
        return pp_fail_memory(err);
    if (how.series == NULL && s->series[0] != '\0')
        how.series = s->series;
    if (pp_volume_read(source, &how, frame, err) != PP_OK &&
        err->status == PP_EUNSUPPORTED && options->series == NULL &&
        how.series != NULL) {
        /* UIDs change in anonymising: the only series will do */
        *err = (pp_error){ 0 };
        how.series = NULL;
        (void)!pp_volume_read(source, &how, frame, err);
    }
    pp_free(own);
    if (err->status != PP_OK) {
        const pp_error cause = *err;

        return pp_fail(err, cause.status,
                       "contours need the image that they were drawn on "
                       "(--source): %s", cause.message);
    }
    return PP_OK;
}

/* Both sides name a frame of reference, and not the same one. */
static pp_status
check_frame(const pp_structures *s, const pp_volume *frame, pp_error *err)
{
    for (size_t i = 0; i < s->nstructure; i++)
        if (s->structure[i].ncontour > 0 && s->structure[i].frame[0] != '\0' &&
            frame->uid_hash != NULL &&
            strcmp(s->structure[i].frame, frame->uid_hash) != 0)
            return pp_fail(err, PP_EUNSUPPORTED,
                           "structure %lu was drawn in another frame of "
                           "reference than the image's",
                           (unsigned long)s->structure[i].number);
    return PP_OK;
}

static pp_status
draw_on(pp_structures *s, const pp_volume *frame, pp_volume *volume,
        pp_error *err)
{
    drawing d = { .frame = frame->layer };
    const size_t *dim = frame->layer->dim;
    size_t slice;

    if (pp_grid_inverse(d.frame, d.to_index, err) != PP_OK ||
        find_axis(&d, s, err) != PP_OK)
        return err->status;
    if (dim[0] == 0 || dim[1] > PTRDIFF_MAX / dim[0] ||
        dim[2] > PTRDIFF_MAX / (dim[0] * dim[1]) / 4)
        return pp_fail(err, PP_ELIMIT, "the image is too large");
    slice = dim[d.u] * dim[d.v];
    d.mask = pp_alloc(dim[0] * dim[1] * dim[2], 1);
    d.cover = pp_alloc(slice, sizeof *d.cover);
    if (d.mask == NULL || d.cover == NULL)
        pp_fail_memory(err);
    else
        (void)!draw_all(&d, s, volume, err);
    pp_free(d.mask);
    pp_free(d.cover);
    return err->status;
}

pp_status
pp_rtstruct_volume(pp_dicom *dicom, const char *path,
                   const pp_dicom_header *header,
                   const pp_read_options *options, pp_volume *volume,
                   pp_error *err)
{
    pp_structures s;
    pp_volume frame = { 0 };
    char text[65];

    (void)header;
    volume->kind = "rtstruct";
    if (pp_dicom_structures(dicom, &s, err) != PP_OK)
        return err->status;
    if (read_frame(path, &s, options, &frame, err) == PP_OK &&
        check_frame(&s, &frame, err) == PP_OK &&
        draw_on(&s, &frame, volume, err) == PP_OK &&
        frame.uid_hash != NULL) {
        pp_uid_text(frame.uid_hash, options->plain_uids, text);
        volume->uid_hash = pp_strdup(text);
        if (volume->uid_hash == NULL)
            pp_fail_memory(err);
    }
    pp_dicom_structures_free(&s);
    pp_volume_free(&frame);
    return err->status;
}
