/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nrrd.c - what an NRRD header means: axes, layers, segments
 *
 * Three axes lie in space. A fourth may hold the layers of a segmentation
 * (3D Slicer's .seg.nrrd) or channels, first or last in the file.
 */
#include "voxel/nrrd.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    size_t axis[3];   /* of the header, in file order */
    size_t nvolume;   /* along the fourth axis */
    bool interleaved; /* it comes first */
} arrangement;

/* Which axes are space? Those with directions, or the only three. */
static pp_status
arrange(pp_nrrd *h, arrangement *out, pp_error *err)
{
    size_t n = 0;

    out->nvolume = 1;
    out->interleaved = false;
    for (size_t a = 0; a < h->naxis; a++) {
        pp_nrrd_axis *x = &h->axis[a];

        if (!h->has_directions)
            x->spatial = h->naxis == 3 || (x->size > 1 && x->spacing > 0);
        if (x->spatial && n < 3) {
            out->axis[n++] = a;
            continue;
        }
        if (x->spatial || (out->nvolume > 1 && x->size > 1))
            return pp_fail(err, PP_EUNSUPPORTED, "has more axes than four");
        if (x->size > 1 && n != 0 && n != 3)
            return pp_fail(err, PP_EUNSUPPORTED,
                           "the axis that is not one of space lies between "
                           "those that are");
        if (x->size > 1) {
            out->nvolume = (size_t)x->size;
            out->interleaved = n == 0;
        }
    }
    if (n != 3)
        return pp_fail(err, PP_EUNSUPPORTED,
                       "has %zu axes in space; a volume has three", n);
    return PP_OK;
}

/* The one place where an NRRD position becomes LPS and millimetres. */
static pp_status
place(const pp_nrrd *h, const arrangement *w, pp_volume *volume,
      double m[3][4], pp_error *err)
{
    const bool named = h->to_lps[0] != 0;
    /* Slicer's old segmentations name no space and mean RAS */
    const double guess[3] = { h->nsegment > 0 ? -1 : 1,
                              h->nsegment > 0 ? -1 : 1, 1 };
    const double *sign = named ? h->to_lps : guess;
    const double mm = h->unit_mm > 0 ? h->unit_mm : 1;

    for (int r = 0; r < 3; r++) {
        m[r][3] = h->has_origin ? sign[r] * h->origin[r] * mm : 0;
        for (int c = 0; c < 3; c++) {
            const pp_nrrd_axis *x = &h->axis[w->axis[c]];
            const double step = x->spacing > 0 ? x->spacing : 1;

            m[r][c] = h->has_directions ? sign[r] * x->direction[r] * mm
                      : r == c          ? step * mm
                                        : 0;
        }
    }
    if (!h->has_directions)
        return pp_volume_warn(volume, err,
                              "no space directions: axes taken as left, "
                              "posterior, superior; left and right may be "
                              "exchanged, the position is unknown");
    if (!named)
        return pp_volume_warn(volume, err,
                              "no space is named: taken as %s; left and right "
                              "may be exchanged", h->nsegment > 0
                                                      ? "RAS, as 3D Slicer "
                                                        "does"
                                                      : "LPS");
    return PP_OK;
}

static uint8_t
colour_byte(double x)
{
    return (uint8_t)(fmin(fmax(x, 0), 1) * 255 + 0.5);
}

static bool
values_are_unique(const pp_nrrd *h)
{
    for (size_t s = 0; s < h->nsegment; s++) {
        if (!h->segment[s].has_value)
            return false;
        for (size_t t = 0; t < s; t++)
            if (h->segment[t].value == h->segment[s].value)
                return false;
    }
    return true;
}

static int
by_number(const void *a, const void *b)
{
    const pp_nrrd_segment *p = a, *q = b;

    return p->number < q->number ? -1 : p->number > q->number;
}

/*
 * Without a LabelValue a segment is alone in the layer of its own number
 * (Slicer before 4.11).
 */
static pp_status
set_segments(pp_nrrd *h, const arrangement *w, pp_volume *volume,
             pp_error *err)
{
    const bool by_value = values_are_unique(h);

    qsort(h->segment, h->nsegment, sizeof *h->segment, by_number);
    volume->segment = pp_alloc_zero(h->nsegment, sizeof *volume->segment);
    if (volume->segment == NULL)
        return pp_fail_memory(err);
    volume->has_segments = true;
    for (size_t s = 0; s < h->nsegment; s++) {
        pp_nrrd_segment *from = &h->segment[s];
        pp_segment *to = &volume->segment[volume->nsegment++];

        if (!from->has_value) {
            from->layer = s;
            from->value = 1;
        }
        if (from->layer >= w->nvolume || from->value > UINT32_MAX)
            return pp_fail(err, PP_EFORMAT,
                           "segment %zu lies in layer %llu of %zu",
                           from->number, (unsigned long long)from->layer,
                           w->nvolume);
        to->number = by_value ? (uint32_t)from->value : (uint32_t)s + 1;
        to->name = from->name;
        from->name = NULL;
        to->layer = (size_t)from->layer;
        to->value = (uint32_t)from->value;
        to->has_colour = from->has_colour;
        for (int c = 0; c < 3; c++)
            to->rgb[c] = colour_byte(from->rgb[c]);
    }
    return PP_OK;
}

static pp_status
choose_volume(const pp_nrrd *h, const arrangement *w,
              const pp_read_options *options, size_t *wanted, pp_error *err)
{
    *wanted = h->nsegment > 0 ? SIZE_MAX : 0;
    if (h->nsegment > 0)
        return PP_OK;
    if (w->nvolume > 1 && options->channel == 0)
        return pp_fail(err, PP_EUNSUPPORTED,
                       "holds %zu volumes (4-D); one must be chosen with "
                       "--channel", w->nvolume);
    if (options->channel > w->nvolume)
        return pp_fail(err, PP_EUNSUPPORTED, "has %zu channels, not %zu",
                       w->nvolume, options->channel);
    if (options->channel > 0)
        *wanted = options->channel - 1;
    return PP_OK;
}

static pp_status
read_layers(const char *path, pp_nrrd *h, const arrangement *w,
            const pp_read_options *options, double to_lps[3][4],
            pp_volume *volume, pp_error *err)
{
    const size_t dim[3] = { (size_t)h->axis[w->axis[0]].size,
                            (size_t)h->axis[w->axis[1]].size,
                            (size_t)h->axis[w->axis[2]].size };
    size_t wanted;

    if (choose_volume(h, w, options, &wanted, err) != PP_OK)
        return err->status;
    if (h->files.n == 0) {
        if (pp_raw_files_add(&h->files, "", path, err) != PP_OK)
            return err->status;
        h->layout.offset = h->header_size;
    }
    if (options->headers_only) {
        if (pp_raw_describe(&h->layout, dim, volume, err) != PP_OK)
            return err->status;
    } else if (pp_raw_read(&h->files, &h->layout, dim, w->nvolume,
                           w->interleaved, wanted, volume, err) != PP_OK) {
        return err->status;
    }
    for (size_t l = 0; l < volume->nlayer; l++)
        memcpy(volume->layer[l].to_lps, to_lps,
               sizeof volume->layer[l].to_lps);
    return pp_grid_check_matrix(volume->layer, err);
}

pp_status
pp_nrrd_volume(const char *path, const pp_read_options *options,
               pp_volume *volume, pp_error *err)
{
    double to_lps[3][4];
    arrangement w;
    pp_nrrd h;

    volume->kind = "nrrd";
    if (pp_nrrd_read_header(path, &h, err) != PP_OK)
        return err->status;
    if (arrange(&h, &w, err) == PP_OK &&
        place(&h, &w, volume, to_lps, err) == PP_OK &&
        read_layers(path, &h, &w, options, to_lps, volume, err) == PP_OK &&
        h.nsegment > 0)
        (void)!set_segments(&h, &w, volume, err);
    if (err->status == PP_OK && h.has_frame)
        (void)!pp_volume_note(volume, err, "measurement frame ignored");
    pp_nrrd_free(&h);
    return err->status;
}
