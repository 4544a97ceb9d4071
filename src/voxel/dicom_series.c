/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dicom_series.c - which slices belong together
 *
 * SeriesInstanceUID tells series apart, but it may be empty, or shared by
 * several volumes. So slices belong together when UID, frame of reference,
 * matrix, pixel spacing and orientation agree; and where two of them still
 * share a position, what differs between those two (time, echo, acquisition
 * ...) tells volumes apart, if it does so cleanly: one attribute, or two
 * together.
 */
#include "voxel/dicom.h"

#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Direction cosines of one series agree to their last written digits; 1e-3 is
 * 0.06 degrees, below any two planned orientations.
 */
#define SAME_COSINE 1e-3

/* Pixel spacings, relative. */
#define SAME_SPACING 1e-3

static const char *const tell_name[PP_NTELL] = {
    [PP_TELL_STACK] = "stack",
    [PP_TELL_TEMPORAL] = "temporal position",
    [PP_TELL_ACQUISITION] = "acquisition number",
    [PP_TELL_ECHO] = "echo time",
    [PP_TELL_B_VALUE] = "b-value",
    [PP_TELL_TRIGGER] = "trigger time",
    [PP_TELL_TYPE] = "image type",
};

static bool
near(const double *a, const double *b, int n, double tolerance)
{
    for (int i = 0; i < n; i++)
        if (!(fabs(a[i] - b[i]) <= tolerance))
            return false;
    return true;
}

static bool
is_localizer(const pp_slice *s)
{
    return strstr(s->plane.tell[PP_TELL_TYPE], "LOCALIZER") != NULL;
}

static bool
together(const pp_scan *scan, const pp_slice *a, const pp_slice *b)
{
    const pp_dicom_header *h = &scan->file[a->file].header;
    const pp_dicom_header *g = &scan->file[b->file].header;
    const pp_dicom_plane *p = &a->plane, *q = &b->plane;

    if (strcmp(h->series, g->series) != 0 ||
        strcmp(h->frame, g->frame) != 0 || h->rows != g->rows ||
        h->columns != g->columns ||
        h->samples_per_pixel != g->samples_per_pixel ||
        h->has_pixels != g->has_pixels || is_localizer(a) != is_localizer(b) ||
        p->has_position != q->has_position ||
        p->has_orientation != q->has_orientation ||
        p->has_spacing != q->has_spacing)
        return false;
    if (p->has_orientation &&
        !(near(p->row_direction, q->row_direction, 3, SAME_COSINE) &&
          near(p->column_direction, q->column_direction, 3, SAME_COSINE)))
        return false;
    return !p->has_spacing || near(p->spacing, q->spacing, 2,
                                   SAME_SPACING * fabs(p->spacing[0]));
}

static int
by_series(const void *a, const void *b)
{
    const pp_slice *p = a, *q = b;

    if (p->series != q->series)
        return p->series < q->series ? -1 : 1;
    if (p->along < q->along || p->along > q->along)
        return p->along < q->along ? -1 : 1;
    if (p->file != q->file)
        return p->file < q->file ? -1 : 1;
    return p->frame < q->frame ? -1 : p->frame > q->frame;
}

/* Distances along one normal, the first slice's, so that they compare. */
static void
measure_along(pp_slice *s, size_t n)
{
    const pp_vec3 normal = pp_slice_normal(&s[0].plane);

    for (size_t i = 0; i < n; i++) {
        const double *p = s[i].plane.position;

        s[i].along = s[i].plane.has_position && s[i].plane.has_orientation
                         ? pp_dot(pp_vec(p[0], p[1], p[2]), normal)
                         : 0;
    }
}

static pp_status
add_series(pp_scan *scan, size_t *capacity, pp_series series, pp_error *err)
{
    if (pp_grow(&scan->series, capacity, scan->nseries + 1,
                sizeof *scan->series, err) != PP_OK)
        return err->status;
    scan->series[scan->nseries++] = series;
    return PP_OK;
}

static bool
is_copy(const pp_scan *scan, const pp_slice *a, const pp_slice *b)
{
    const char *p = scan->file[a->file].header.sop_instance;

    return p[0] != '\0' && a->frame == b->frame &&
           strcmp(p, scan->file[b->file].header.sop_instance) == 0;
}

/* Neighbours (sorted) at one place that are different images. */
static bool
clash(const pp_scan *scan, const pp_slice *a, const pp_slice *b)
{
    return a->plane.has_position && b->plane.has_position &&
           fabs(a->along - b->along) < PP_SLICE_SAME_MM &&
           !is_copy(scan, a, b);
}

static bool
has_clash(const pp_scan *scan, const pp_slice *s, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (clash(scan, &s[i - 1], &s[i]))
            return true;
    return false;
}

/* The same values of one attribute, or of two. */
static bool
same_tell(const pp_slice *a, const pp_slice *b, const int tell[2])
{
    for (int t = 0; t < 2; t++)
        if (tell[t] >= 0 && strcmp(a->plane.tell[tell[t]],
                                   b->plane.tell[tell[t]]) != 0)
            return false;
    return true;
}

/*
 * Numbers the values of one attribute, or pairs of two, in order of appearance
 * into slice->series (a scratch field here). False unless each value then has
 * the same number of slices and no clash of its own.
 */
static bool
splits_by(pp_scan *scan, pp_slice *s, size_t n, const int tell[2],
          size_t *nvalue)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        size_t j = 0;

        while (j < i && !same_tell(&s[j], &s[i], tell))
            j++;
        s[i].series = j < i ? s[j].series : count++;
        if (count > n / 2) /* slices of one each make no volume */
            return false;
    }
    *nvalue = count;
    if (count < 2 || n % count != 0)
        return false;
    for (size_t v = 0; v < count; v++) {
        const pp_slice *last = NULL;
        size_t held = 0;

        for (size_t i = 0; i < n; i++) {
            if (s[i].series != v)
                continue;
            if (last != NULL && clash(scan, last, &s[i]))
                return false;
            last = &s[i];
            held++;
        }
        if (held != n / count)
            return false;
    }
    return true;
}

/* One series for each of nvalue values that the slices were numbered by. */
static pp_status
add_volumes(pp_scan *scan, size_t *capacity, size_t first, size_t n,
            size_t nvalue, const int tell[2], pp_error *err)
{
    const size_t each = n / nvalue;
    const bool scout = is_localizer(scan->slice + first);

    qsort(scan->slice + first, n, sizeof *scan->slice, by_series);
    for (size_t v = 0; v < nvalue && err->status == PP_OK; v++)
        (void)!add_series(scan, capacity,
                          (pp_series){ first + v * each, each, scout, true,
                                       false, { tell[0], tell[1] } }, err);
    return err->status;
}

/* A group of slices under one key: one series, or the volumes in it. */
static pp_status
close_group(pp_scan *scan, size_t *capacity, size_t first, size_t n,
            pp_error *err)
{
    pp_slice *s = scan->slice + first;
    pp_series whole = { first, n, is_localizer(s), false, false, { -1, -1 } };
    size_t nvalue = 1;

    if (!has_clash(scan, s, n))
        return add_series(scan, capacity, whole, err);
    /* -1: by the first alone; one attribute that will do goes before two */
    for (int more = 0; more < 2; more++)
        for (int a = 0; a < PP_NTELL; a++)
            for (int b = more ? a + 1 : -1; b < (more ? PP_NTELL : 0); b++) {
                const int tell[2] = { a, b };

                if (splits_by(scan, s, n, tell, &nvalue))
                    return add_volumes(scan, capacity, first, n, nvalue,
                                       tell, err);
            }
    whole.tangled = true;
    return add_series(scan, capacity, whole, err);
}

pp_status
pp_scan_group(pp_scan *scan, pp_error *err)
{
    size_t capacity = 0, nkey = 0;
    size_t *key = pp_alloc(scan->nslice, sizeof *key); /* first of each */

    if (key == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < scan->nslice; i++) {
        size_t k = nkey;

        /* neighbours by name mostly belong together: look backwards */
        while (k > 0 && !together(scan, &scan->slice[key[k - 1]],
                                  &scan->slice[i]))
            k--;
        if (k == 0) {
            key[nkey++] = i;
            k = nkey;
        }
        scan->slice[i].series = k - 1;
    }
    pp_free(key);
    qsort(scan->slice, scan->nslice, sizeof *scan->slice, by_series);
    for (size_t first = 0, n; first < scan->nslice; first += n) {
        pp_slice *s = scan->slice + first;

        for (n = 1; first + n < scan->nslice && s[n].series == s->series;)
            n++;
        measure_along(s, n);
        qsort(s, n, sizeof *s, by_series);
        if (close_group(scan, &capacity, first, n, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

void
pp_series_what(const pp_scan *scan, const pp_series *series, char *text,
               size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (int t = 0; t < 2 && used < size; t++) {
        const int tell = series->tell[t];

        if (tell >= 0)
            used += (size_t)snprintf(
                text + used, size - used, "%s%s %.20s", t > 0 ? ", " : "",
                tell_name[tell],
                scan->slice[series->first].plane.tell[tell]);
    }
}

/* "CT 512 x 512, 20 slices, temporal position 2" */
static void
describe(const pp_scan *scan, const pp_series *s, char *text, size_t size)
{
    const pp_slice *slice = &scan->slice[s->first];
    const pp_dicom_header *h = &scan->file[slice->file].header;
    char what[96];

    pp_series_what(scan, s, what, sizeof what);
    snprintf(text, size, "%s %lld x %lld, %zu slice%s%s%s%.30s",
             h->modality[0] != '\0' ? h->modality : "image",
             (long long)h->columns, (long long)h->rows, s->n,
             s->n == 1 ? "" : "s", s->localizer ? " (localizer)" : "",
             what[0] != '\0' ? ", " : "", what);
}

static pp_status
fail_with_list(const pp_scan *scan, const char *what, pp_error *err)
{
    char list[400] = "", one[128];
    size_t used = 0;

    for (size_t s = 0; s < scan->nseries && used < sizeof list - 1; s++) {
        describe(scan, &scan->series[s], one, sizeof one);
        used += (size_t)snprintf(list + used, sizeof list - used,
                                 "%s%zu: %s", s > 0 ? "; " : "", s + 1, one);
    }
    return pp_fail(err, PP_EUNSUPPORTED, "%s (%s)", what, list);
}

static bool
is_named(const pp_scan *scan, size_t s, const char *name)
{
    const char *uid =
        scan->file[scan->slice[scan->series[s].first].file].header.series;
    char text[65], number[24];

    snprintf(number, sizeof number, "%zu", s + 1);
    pp_uid_text(uid, false, text);
    return strcmp(name, number) == 0 ||
           (uid[0] != '\0' &&
            (strcmp(name, uid) == 0 || strcmp(name, text) == 0));
}

pp_status
pp_scan_choose(const pp_scan *scan, const pp_read_options *options,
               size_t *series, pp_error *err)
{
    size_t n = 0;

    *series = 0;
    for (size_t s = 0; s < scan->nseries; s++)
        if (options->series != NULL
                ? is_named(scan, s, options->series)
                : !scan->series[s].localizer) {
            if (n++ == 0)
                *series = s;
        }
    if (n == 1)
        return PP_OK;
    if (options->series != NULL)
        return fail_with_list(scan, n == 0 ? "has no such series"
                                           : "that UID names several volumes; "
                                             "choose by number", err);
    if (n == 0)
        return fail_with_list(scan, "holds only localizers (scout images), "
                                    "which make no volume", err);
    return fail_with_list(scan, "holds several series or orientations; choose "
                                "one with --series", err);
}
