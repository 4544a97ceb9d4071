/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dicom_stack.c - slices to a straight, even stack, or the reason why not
 *
 * Everything comes from ImagePositionPatient: slices are ordered by their
 * distance along the normal, and the step between them is that of the
 * positions. SliceThickness, SpacingBetweenSlices, InstanceNumber and
 * GantryDetectorTilt are not looked at.
 */
#include "voxel/dicom.h"

#include "base/order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * How far a slice may lie from its even place: half the last digit of
 * positions written in tenths of a millimetre, the coarsest that scanners
 * write. Never more than EVEN_SHARE of the step.
 */
#define EVEN_MM 0.051
#define EVEN_SHARE 0.1

/* How far it may lie sideways of the straight stack. */
#define STRAIGHT_MM 0.051

/*
 * Tangent of the tilt above which a stack counts as sheared, once it moves
 * sideways by more than STRAIGHT_MM: 0.06 degrees, as in grid.c.
 */
#define TILT 1e-3

/* Length of a direction cosine triple, and their right angle. */
#define COSINE_ERROR 1e-3

static pp_vec3
position(const pp_slice *s)
{
    const double *p = s->plane.position;

    return pp_vec(p[0], p[1], p[2]);
}

static pp_vec3
vector(const double v[3])
{
    return pp_vec(v[0], v[1], v[2]);
}

static int
by_place(const void *a, const void *b)
{
    const pp_slice *p = a, *q = b;

    if (p->along < q->along || p->along > q->along)
        return p->along < q->along ? -1 : 1;
    if (p->file != q->file)
        return p->file < q->file ? -1 : 1;
    return p->frame < q->frame ? -1 : p->frame > q->frame;
}

static pp_status
fail_colour(const pp_dicom_header *h, pp_error *err)
{
    return pp_fail(err, PP_EUNSUPPORTED,
                   "the images are in colour (%s); a volume needs grey values",
                   h->photometric);
}

static pp_status
check_attributes(const pp_slice *s, const pp_dicom_header *h, pp_error *err)
{
    const pp_dicom_plane *p = &s->plane;
    const pp_vec3 r = vector(p->row_direction),
                  c = vector(p->column_direction);

    if (!h->has_pixels)
        return pp_fail(err, PP_EUNSUPPORTED, "the images have no pixel data");
    if (strstr(p->tell[PP_TELL_TYPE], "MOSAIC") != NULL)
        return pp_fail(err, PP_EUNSUPPORTED,
                       "the images are mosaics: many slices in one picture, "
                       "whose places are not known");
    if (h->samples_per_pixel != 1)
        return fail_colour(h, err);
    if (!p->has_spacing || !(p->spacing[0] > 0) || !(p->spacing[1] > 0))
        return pp_fail(err, PP_EUNSUPPORTED,
                       "the images have no PixelSpacing: the size of a pixel "
                       "is not known");
    if (strncmp(h->photometric, "PALETTE", 7) == 0)
        return fail_colour(h, err);
    if (!p->has_position || !p->has_orientation)
        return pp_fail(err, PP_EUNSUPPORTED,
                       "the images have no %s: their place in the patient is "
                       "not known", !p->has_position
                                        ? "ImagePositionPatient"
                                        : "ImageOrientationPatient");
    if (fabs(pp_norm(r) - 1) > COSINE_ERROR ||
        fabs(pp_norm(c) - 1) > COSINE_ERROR ||
        fabs(pp_dot(r, c)) > COSINE_ERROR)
        return pp_fail(err, PP_EGEOM,
                       "ImageOrientationPatient is no pair of perpendicular "
                       "unit vectors");
    return PP_OK;
}

/* Takes out second copies of one instance. */
static pp_status
drop_copies(pp_slice *s, size_t *n, const pp_scan *scan, pp_volume *volume,
            pp_error *err)
{
    size_t kept = 1;

    for (size_t i = 1; i < *n; i++) {
        const pp_slice *last = &s[kept - 1];
        const char *uid = scan->file[s[i].file].header.sop_instance;
        const bool copy =
            uid[0] != '\0' && s[i].frame == last->frame &&
            s[i].along - last->along < PP_SLICE_SAME_MM &&
            strcmp(uid, scan->file[last->file].header.sop_instance) == 0;

        if (!copy)
            s[kept++] = s[i];
    }
    if (kept < *n &&
        pp_volume_note(volume, err, "%zu second copies of slices left out",
                       *n - kept) != PP_OK)
        return err->status;
    *n = kept;
    return PP_OK;
}

static pp_status
check_distinct(const pp_slice *s, size_t n, pp_error *err)
{
    size_t same = 0, first = 0;

    for (size_t i = 1; i < n; i++)
        if (s[i].along - s[i - 1].along < PP_SLICE_SAME_MM && same++ == 0)
            first = i;
    if (same == 0)
        return PP_OK;
    if (s[n - 1].along - s[0].along < PP_SLICE_SAME_MM)
        return pp_fail(err, PP_EUNSUPPORTED,
                       "all %zu slices lie at one position (%.2f mm): not a "
                       "volume", n, s[0].along);
    return pp_fail(err, PP_EUNSUPPORTED,
                   "%zu of %zu slices share the position of another one (the "
                   "first at %.2f mm): several volumes in one series, and "
                   "nothing tells them apart", same, n, s[first].along);
}

/* The gap that most slices have: the median. */
static double
usual_gap(const pp_slice *s, size_t n)
{
    double gap[256] = { 0 };
    const size_t stride = (n - 2) / 256 + 1;
    size_t m = 0;

    for (size_t i = 1; i < n && m < 256; i += stride)
        gap[m++] = s[i].along - s[i - 1].along;
    qsort(gap, m, sizeof *gap, pp_order_double);
    return gap[m / 2];
}

/* What the gaps of an uneven stack look like. */
typedef struct {
    double usual, least, most;
    size_t worst;    /* the widest gap lies before this slice */
    size_t nmissing; /* slices that would fill the wide gaps */
    size_t nwide;    /* wide gaps */
    bool multiples;  /* every gap is a multiple of the usual one */
    bool block;      /* the wide gaps are one run of equal ones */
} gaps;

/*
 * So many equal wide gaps in a row, or more, are a part of the scan that was
 * planned with wider spacing (a head above its base), not lost slices.
 */
#define BLOCK 3

static gaps
measure_gaps(const pp_slice *s, size_t n)
{
    gaps g = { .usual = usual_gap(s, n), .least = HUGE_VAL,
               .multiples = true, .block = true };
    double wide = 0;
    size_t last = 0;

    for (size_t i = 1; i < n; i++) {
        const double gap = s[i].along - s[i - 1].along;
        const double times = round(gap / g.usual);
        const double limit = fmax(EVEN_MM, 0.01 * gap);

        g.least = fmin(g.least, gap);
        if (gap > g.most)
            g.worst = i;
        g.most = fmax(g.most, gap);
        if (times < 1 || fabs(gap - times * g.usual) > limit) {
            g.multiples = false;
        } else if (times > 1) {
            g.block &= g.nwide == 0 ||
                       (last == i - 1 && fabs(gap - wide) <= limit);
            g.nmissing += (size_t)(times - 1);
            g.nwide++;
            wide = gap;
            last = i;
        }
    }
    g.block &= g.nwide >= BLOCK;
    return g;
}

/* "28.11 and 38.11 mm", up to three pairs. */
static void
name_gaps(const pp_slice *s, size_t n, double usual, char *text, size_t size)
{
    size_t used = 0, named = 0, more = 0;

    text[0] = '\0';
    for (size_t i = 1; i < n; i++) {
        const double gap = s[i].along - s[i - 1].along;

        if (!(gap > 1.5 * usual))
            continue;
        if (named == 3) {
            more++;
            continue;
        }
        used += (size_t)snprintf(text + used, size - used,
                                 "%s%.2f and %.2f mm",
                                 named++ > 0 ? ", " : "", s[i - 1].along,
                                 s[i].along);
    }
    if (more > 0)
        snprintf(text + used, size - used, " and %zu more", more);
}

/* Which of the two faults: some slices missing, or the spacing varies? */
static pp_status
fail_uneven(const pp_slice *s, size_t n, bool *bent, pp_error *err)
{
    const gaps g = measure_gaps(s, n);
    char where[160];

    if (g.multiples && g.nmissing > 0 && !g.block) {
        name_gaps(s, n, g.usual, where, sizeof where);
        return pp_fail(err, PP_EUNSUPPORTED,
                       "%zu slice%s missing: the gap between the slices at "
                       "%s is %s%.2f mm, usual are %.2f mm",
                       g.nmissing, g.nmissing == 1 ? " is" : "s are", where,
                       g.nwide > 1 ? "up to " : "", g.most, g.usual);
    }
    if (bent != NULL) {
        *bent = true;
        return PP_OK;
    }
    return pp_fail(err, PP_EUNSUPPORTED,
                   "the slice spacing varies from %.2f to %.2f mm (widest "
                   "between the slices at %.2f and %.2f mm); --resample evens "
                   "it out", g.least, g.most, s[g.worst - 1].along,
                   s[g.worst].along);
}

static pp_status
check_even(const pp_slice *s, size_t n, bool *bent, pp_error *err)
{
    const double step = (s[n - 1].along - s[0].along) / (double)(n - 1);
    const double limit = fmin(EVEN_MM, EVEN_SHARE * step);

    for (size_t i = 1; i < n; i++)
        if (fabs(s[i].along - s[0].along - step * (double)i) > limit)
            return fail_uneven(s, n, bent, err);
    return PP_OK;
}

/* The stack goes along its normal, and every slice lies on that line. */
static pp_status
check_straight(const pp_slice *s, size_t n, pp_vec3 normal, bool *bent,
               pp_error *err)
{
    const pp_vec3 first = position(&s[0]);
    const pp_vec3 reach = pp_sub(position(&s[n - 1]), first);
    const double along = pp_dot(reach, normal);
    const pp_vec3 shear = pp_scale(pp_madd(reach, -along, normal), 1 / along);
    const double tilt = pp_norm(shear);

    for (size_t i = 1; i < n; i++) {
        const pp_vec3 d = pp_sub(position(&s[i]), first);
        const double t = pp_dot(d, normal);
        const pp_vec3 off =
            pp_sub(pp_madd(d, -t, normal), pp_scale(shear, t));

        if (pp_norm(off) > STRAIGHT_MM)
            return pp_fail(err, PP_EUNSUPPORTED,
                           "the slices do not line up: the one at %.2f mm "
                           "lies %.2f mm beside the others", s[i].along,
                           pp_norm(off));
    }
    if (!(tilt > TILT && tilt * along > STRAIGHT_MM))
        return PP_OK;
    if (bent == NULL)
        return pp_fail(err, PP_EUNSUPPORTED,
                       "the gantry was tilted by %.1f degrees: slices from "
                       "%.2f to %.2f mm move sideways by %.2f mm in all; "
                       "--resample straightens them",
                       atan(tilt) * 57.29577951308232, s[0].along,
                       s[n - 1].along, tilt * along);
    *bent = true;
    return PP_OK;
}

/* One slice alone has no positions to take a depth from. */
static pp_status
depth_of_one(const pp_dicom_header *h, pp_volume *volume, double *depth,
             pp_error *err)
{
    const bool spaced = h->slice_spacing > 0;

    *depth = spaced ? h->slice_spacing : h->slice_thickness;
    if (!(*depth > 0))
        return pp_fail(err, PP_EUNSUPPORTED,
                       "is a single slice without SliceThickness: its depth "
                       "is not known");
    return pp_volume_note(volume, err, "a single slice: its depth is %s",
                          spaced ? "SpacingBetweenSlices" : "SliceThickness");
}

static void
fill_matrix(const pp_slice *first, pp_vec3 step, double m[3][4])
{
    const pp_dicom_plane *p = &first->plane;
    /* PixelSpacing: first between rows (down a column), then along a row */
    const pp_vec3 i = pp_scale(pp_unit(vector(p->row_direction)),
                               p->spacing[1]);
    const pp_vec3 j = pp_scale(pp_unit(vector(p->column_direction)),
                               p->spacing[0]);

    for (int r = 0; r < 3; r++) {
        m[r][0] = pp_axis(i, r);
        m[r][1] = pp_axis(j, r);
        m[r][2] = pp_axis(step, r);
        m[r][3] = p->position[r];
    }
}

static pp_status
note_spacing(const pp_slice *s, size_t n, double step, const pp_scan *scan,
             pp_volume *volume, pp_error *err)
{
    const double thickness =
        scan->file[s[0].file].header.slice_thickness;

    if (pp_volume_note(volume, err, "%zu slices, %.4g mm apart by their "
                       "positions", n, step) != PP_OK)
        return err->status;
    if (thickness > 0 && fabs(thickness - step) > 0.01 * step)
        return pp_volume_note(volume, err, "SliceThickness %.4g mm not used",
                              thickness);
    return PP_OK;
}

pp_status
pp_stack_place(pp_slice *s, size_t *n, const pp_scan *scan, pp_volume *volume,
               double to_lps[3][4], bool *bent, pp_error *err)
{
    pp_vec3 normal, step;
    double depth;

    if (bent != NULL)
        *bent = false;

    for (size_t i = 0; i < *n; i++)
        if (check_attributes(&s[i], &scan->file[s[i].file].header, err) !=
            PP_OK)
            return err->status;
    normal = pp_slice_normal(&s[0].plane);
    for (size_t i = 0; i < *n; i++)
        s[i].along = pp_dot(position(&s[i]), normal);
    qsort(s, *n, sizeof *s, by_place);
    if (drop_copies(s, n, scan, volume, err) != PP_OK)
        return err->status;
    if (*n == 1) {
        if (depth_of_one(&scan->file[s[0].file].header, volume, &depth,
                         err) != PP_OK)
            return err->status;
        fill_matrix(s, pp_scale(normal, depth), to_lps);
        return PP_OK;
    }
    if (check_distinct(s, *n, err) != PP_OK ||
        check_straight(s, *n, normal, bent, err) != PP_OK ||
        check_even(s, *n, bent, err) != PP_OK)
        return err->status;
    step = pp_scale(pp_sub(position(&s[*n - 1]), position(&s[0])),
                    1 / (double)(*n - 1));
    if (bent != NULL && *bent) {
        fill_matrix(s, pp_scale(normal, pp_dot(step, normal)), to_lps);
        return PP_OK;
    }
    fill_matrix(s, step, to_lps);
    return note_spacing(s, *n, pp_norm(step), scan, volume, err);
}
