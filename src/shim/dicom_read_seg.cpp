// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_read_seg.cpp - what a DICOM segmentation says about its frames
//
// Read from the data set itself rather than through dcmseg, which knows no
// label maps and gives up on small faults that hurt nobody.
#include "shim/dicom_read.hpp"

#include "base/alloc.h"
#include "base/srgb.h"
#include "base/text.h"
#include "shim/guard.hpp"

#include <cmath>
#include <cstring>

static pp_seg_type
type_of(DcmItem *d)
{
    char type[32], fraction[32];

    dicom_text(d, DCM_SegmentationType, type, sizeof type);
    dicom_text(d, DCM_SegmentationFractionalType, fraction, sizeof fraction);
    if (strcmp(type, "LABELMAP") == 0)
        return PP_SEG_LABELMAP;
    if (strcmp(type, "FRACTIONAL") != 0)
        return PP_SEG_BINARY;
    return strcmp(fraction, "OCCUPANCY") == 0 ? PP_SEG_OCCUPANCY
                                              : PP_SEG_PROBABILITY;
}

/* ---- colours: PS3.3 C.10.7.1.1, then CIE 15:2004 and IEC 61966-2-1 ---- */

static double
uncurve(double t)
{
    return t > 6.0 / 29 ? t * t * t : 3 * (6.0 / 29) * (6.0 / 29) * (t - 4.0 / 29);
}

// CIELab of the profile connection space is relative to D50; the matrix is
// that of sRGB with Bradford's adaptation from D50.
static void
lab_to_srgb(const double code[3], uint8_t rgb[3])
{
    const double l = code[0] * 100 / 65535;
    const double a = code[1] * 255 / 65535 - 128;
    const double b = code[2] * 255 / 65535 - 128;
    const double fy = (l + 16) / 116;
    const double x = 0.9642 * uncurve(fy + a / 500);
    const double y = uncurve(fy);
    const double z = 0.8249 * uncurve(fy - b / 200);

    rgb[0] = pp_linear_to_byte(3.1338561 * x - 1.6168667 * y - 0.4906146 * z);
    rgb[1] = pp_linear_to_byte(-0.9787684 * x + 1.9161415 * y + 0.0334540 * z);
    rgb[2] = pp_linear_to_byte(0.0719453 * x - 0.2289914 * y + 1.4052427 * z);
}

/* ---- segments ---- */

// "AUTOMATIC, name"; nothing when the type is absent.
static pp_status
read_algorithm(DcmItem *root, DcmItem *item, pp_segment *s, pp_error *err)
{
    OFString text;
    char type[17], *name;

    dicom_text(item, DCM_SegmentAlgorithmType, type, sizeof type);
    if (type[0] == '\0')
        return PP_OK;
    name = dicom_name(root, item, DCM_SegmentAlgorithmName);
    if (name == nullptr)
        return pp_fail_memory(err);
    text = type;
    if (name[0] != '\0')
        text += OFString(", ") + name;
    pp_free(name);
    s->algorithm = pp_text_escape(text.c_str(), text.length(), 256);
    return s->algorithm != nullptr ? PP_OK : pp_fail_memory(err);
}

static pp_status
describe_segment(DcmItem *root, DcmItem *item, pp_segment *s, pp_error *err)
{
    double lab[3];

    s->has_colour =
        dicom_numbers(item, DCM_RecommendedDisplayCIELabValue, 3, lab);
    if (s->has_colour)
        lab_to_srgb(lab, s->rgb);
    if (dicom_concept(root, item, DCM_SegmentedPropertyCategoryCodeSequence,
                      &s->category, err) != PP_OK ||
        dicom_concept(root, item, DCM_SegmentedPropertyTypeCodeSequence,
                      &s->type, err) != PP_OK)
        return err->status;
    return read_algorithm(root, item, s, err);
}

static pp_status
read_segments(DcmItem *root, pp_seg *seg, pp_error *err)
{
    DcmSequenceOfItems *sequence = nullptr;
    size_t capacity = 0;
    DcmObject *object = nullptr;

    if (root->findAndGetSequence(DCM_SegmentSequence, sequence).bad())
        return pp_fail(err, PP_EFORMAT, "no segments are described");
    while ((object = sequence->nextInContainer(object)) != nullptr) {
        DcmItem *item = static_cast<DcmItem *>(object);
        const int64_t number =
            dicom_integer(item, DCM_SegmentNumber, 0, 65535, -1);

        if (number < 0)
            return pp_fail(err, PP_EFORMAT, "a segment without a number");
        if (number == 0)
            continue; // a label map's background
        for (size_t s = 0; s < seg->nsegment; s++)
            if (seg->segment[s].number == (uint32_t)number)
                return pp_fail(err, PP_EFORMAT,
                               "two segments have the number %ld",
                               (long)number);
        if (pp_grow(&seg->segment, &capacity, seg->nsegment + 1,
                    sizeof *seg->segment, err) != PP_OK)
            return err->status;

        pp_segment *s = &seg->segment[seg->nsegment];

        *s = pp_segment();
        s->number = (uint32_t)number;
        s->name = dicom_name(root, item, DCM_SegmentLabel);
        if (s->name == nullptr)
            return pp_fail_memory(err);
        seg->nsegment++;
        if (describe_segment(root, item, s, err) != PP_OK)
            return err->status;
    }
    if (seg->nsegment == 0)
        return pp_fail(err, PP_EFORMAT, "no segments are described");
    return PP_OK;
}

/* ---- frames ---- */

static uint32_t
segment_of(const DicomFrames &frames)
{
    DcmItem *item = frames.macro(DCM_SegmentIdentificationSequence);

    return item == nullptr
               ? 0
               : (uint32_t)dicom_integer(item, DCM_ReferencedSegmentNumber, 1,
                                         65535, 0);
}

static bool
close_to(const double *a, const double *b, int n, double tolerance)
{
    for (int i = 0; i < n; i++)
        if (!(fabs(a[i] - b[i]) <= tolerance))
            return false;
    return true;
}

// The first frame's shape is the segmentation's; all others must agree.
static pp_status
agree(pp_seg *seg, const pp_dicom_plane *p, size_t f, pp_error *err)
{
    if (!p->has_position)
        return pp_fail(err, PP_EUNSUPPORTED,
                       "frame %zu has no ImagePositionPatient", f + 1);
    if (!p->has_orientation)
        return pp_fail(err, PP_EUNSUPPORTED,
                       "frame %zu has no ImageOrientationPatient", f + 1);
    if (!p->has_spacing || !(p->spacing[0] > 0) || !(p->spacing[1] > 0))
        return pp_fail(err, PP_EUNSUPPORTED, "frame %zu has no PixelSpacing",
                       f + 1);
    if (f == 0) {
        memcpy(seg->row_direction, p->row_direction,
               sizeof seg->row_direction);
        memcpy(seg->column_direction, p->column_direction,
               sizeof seg->column_direction);
        memcpy(seg->spacing, p->spacing, sizeof seg->spacing);
        return PP_OK;
    }
    // as in voxel/dicom_series.c: 0.06 degrees, a thousandth of a pixel
    if (!close_to(seg->row_direction, p->row_direction, 3, 1e-3) ||
        !close_to(seg->column_direction, p->column_direction, 3, 1e-3) ||
        !close_to(seg->spacing, p->spacing, 2, 1e-3 * seg->spacing[0]))
        return pp_fail(err, PP_EUNSUPPORTED,
                       "frame %zu has another orientation or pixel spacing "
                       "than the first", f + 1);
    return PP_OK;
}

static bool
is_described(const pp_seg *seg, uint32_t number)
{
    for (size_t s = 0; s < seg->nsegment; s++)
        if (seg->segment[s].number == number)
            return true;
    return false;
}

static pp_status
read_frames(pp_dicom *dicom, pp_seg *seg, pp_error *err)
{
    DcmItem *root = dicom->data();
    DicomFrames frames(root);
    size_t capacity = 0;
    pp_dicom_plane p;

    while (frames.next() && (int64_t)seg->nframe < dicom->header.nframe) {
        const uint32_t number =
            seg->type == PP_SEG_LABELMAP ? 0 : segment_of(frames);

        dicom_plane(root, frames, &p);
        if (agree(seg, &p, seg->nframe, err) != PP_OK)
            return err->status;
        if (seg->type != PP_SEG_LABELMAP && !is_described(seg, number))
            return pp_fail(err, PP_EFORMAT,
                           "frame %zu belongs to no segment that is described",
                           seg->nframe + 1);
        if (pp_grow(&seg->frame, &capacity, seg->nframe + 1,
                    sizeof *seg->frame, err) != PP_OK)
            return err->status;
        seg->frame[seg->nframe].segment = number;
        memcpy(seg->frame[seg->nframe].position, p.position,
               sizeof p.position);
        seg->nframe++;
    }
    if (seg->nframe == 0 || (int64_t)seg->nframe != dicom->header.nframe)
        return pp_fail(err, PP_EFORMAT,
                       "%lld frames, but %zu are described",
                       (long long)dicom->header.nframe, seg->nframe);
    return PP_OK;
}

static void
read_measures(DcmItem *root, pp_seg *seg)
{
    DicomFrames frames(root);
    double value;

    frames.next();

    DcmItem *item = frames.macro(DCM_PixelMeasuresSequence);

    if (item == nullptr)
        return;
    if (dicom_number(item, DCM_SpacingBetweenSlices, 0, &value))
        seg->slice_spacing = fabs(value);
    if (dicom_number(item, DCM_SliceThickness, 0, &value))
        seg->slice_thickness = fabs(value);
}

extern "C" pp_status
pp_dicom_seg(pp_dicom *dicom, pp_seg *seg, pp_error *err)
{
    *seg = pp_seg();
    (void)guarded(err, "DCMTK", [&]() -> pp_status {
        DcmItem *root = dicom->data();

        seg->type = type_of(root);
        seg->rows = dicom->header.rows;
        seg->columns = dicom->header.columns;
        seg->maximum =
            dicom_integer(root, DCM_MaximumFractionalValue, 1, 65535, 255);
        if (seg->rows < 1 || seg->columns < 1)
            return pp_fail(err, PP_EFORMAT, "frames of %lld x %lld pixels",
                           (long long)seg->columns, (long long)seg->rows);
        read_measures(root, seg);
        if (read_segments(root, seg, err) != PP_OK)
            return err->status;
        if (read_frames(dicom, seg, err) != PP_OK)
            return err->status;
        return dicom_references(root, &seg->refers, err);
    });
    if (err->status != PP_OK)
        pp_dicom_seg_free(seg);
    return err->status;
}

extern "C" void
pp_dicom_seg_free(pp_seg *seg)
{
    for (size_t s = 0; s < seg->nsegment; s++)
        pp_segment_free(&seg->segment[s]);
    pp_free(seg->segment);
    pp_free(seg->refers.uid);
    pp_free(seg->frame);
    *seg = pp_seg();
}

extern "C" pp_status
pp_dicom_seg_frame(pp_dicom *dicom, const pp_seg *seg, size_t f,
                   int32_t *value, pp_error *err)
{
    (void)seg;
    return pp_dicom_frame(dicom, (int64_t)f, value, err);
}
