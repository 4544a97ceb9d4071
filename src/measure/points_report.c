/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * points_report.c - calipers out of DICOM measurement reports
 *
 * Lengths in space are taken as they are. Those drawn on an image are brought
 * to space by the plane of that image, which must be one of the origin's: the
 * corner of its first pixel is (0, 0), its centre (0.5, 0.5) (PS3.3 C.18.6).
 */
#include "measure/report_dicom.h"

#include "base/alloc.h"

#include <string.h>

static const pp_origin_image *
image_of(const pp_origin *origin, const pp_dicom_length *l)
{
    for (size_t i = 0; origin != NULL && i < origin->nimage; i++)
        if (strcmp(origin->image[i].uid, l->image) == 0 &&
            (l->frame_number == 0 ||
             l->frame_number == origin->image[i].frame + 1))
            return &origin->image[i];
    return NULL;
}

static pp_vec3
in_space(const pp_dicom_plane *p, const double pixel[2])
{
    const double *r = p->row_direction, *c = p->column_direction;
    const double i = (pixel[0] - 0.5) * p->spacing[1];
    const double j = (pixel[1] - 0.5) * p->spacing[0];

    return pp_vec(p->position[0] + i * r[0] + j * c[0],
                  p->position[1] + i * r[1] + j * c[1],
                  p->position[2] + i * r[2] + j * c[2]);
}

static pp_status
place(const pp_dicom_length *l, const pp_origin *origin, pp_caliper *c,
      pp_error *err)
{
    const pp_origin_image *image;

    if (l->in_space) {
        if (origin != NULL && l->frame[0] != '\0' &&
            strcmp(l->frame, origin->frame) != 0)
            return pp_fail(err, PP_EGEOM, "%s: measured in another frame of "
                           "reference than the source's", c->name);
        memcpy(c->end, l->point, sizeof c->end);
        return PP_OK;
    }
    image = image_of(origin, l);
    if (image == NULL)
        return pp_fail(err, PP_EGEOM, "%s: drawn on an image that is %s",
                       c->name, origin == NULL
                           ? "not known (the source's series tells its place)"
                           : "not of the source's series");
    for (int e = 0; e < 2; e++)
        c->end[e] = in_space(&image->plane, l->pixel[e]);
    return PP_OK;
}

/* A report has its preamble; bare data sets would pass for text. */
bool
pp_calipers_are_report(const void *data, size_t size)
{
    return size >= 132 && memcmp((const char *)data + 128, "DICM", 4) == 0;
}

pp_status
pp_calipers_of_report(const void *data, size_t size, const pp_origin *origin,
                      pp_caliper **out, size_t *n, pp_error *err)
{
    pp_dicom_length *l = NULL;
    size_t count = 0;

    *out = NULL;
    *n = 0;
    if (pp_dicom_lengths(data, size, &l, &count, err) != PP_OK)
        return err->status;
    if (count == 0) {
        pp_fail(err, PP_EFORMAT, "no length between two points in the report");
        goto done;
    }
    *out = pp_alloc_zero(count, sizeof **out);
    if (*out == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t i = 0; i < count; i++) {
        pp_caliper *c = &(*out)[i];

        memcpy(c->name, l[i].name, sizeof c->name);
        if (place(&l[i], origin, c, err) != PP_OK)
            goto done;
        c->given_mm = pp_distance(c->end[0], c->end[1]);
    }
    *n = count;
done:
    if (err->status != PP_OK) {
        pp_free(*out);
        *out = NULL;
    }
    pp_free(l);
    return err->status;
}
