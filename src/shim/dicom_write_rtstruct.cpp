// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_write_rtstruct.cpp - labels as planar contours (PS3.3 A.19)
//
// Contours run along the edges between inside and outside voxels, inside on
// the left hand; where two voxels meet at a corner only, the walk turns so
// that they stay apart. Runs of equal direction become one leg, so that a
// contour encloses exactly the area of its voxels.
#include "shim/dicom_write.hpp"
#include "shim/guard.hpp"

#include <stdexcept>

using namespace pp_dicom_write;

namespace {

struct Corner {
    long i, j; // lower left corner of voxel (i, j)
};

using Contour = std::vector<Corner>;

// One slice of one label, with the edges that are still to be walked.
class Slice {
public:
    Slice(const pp_grid &labels, size_t k, uint32_t value)
        : ni(long(labels.dim[0])), nj(long(labels.dim[1])),
          in(labels.dim[0] * labels.dim[1]),
          left(4 * size_t((ni + 1) * (nj + 1)))
    {
        for (size_t n = 0; n < in.size(); n++)
            in[n] = label_at(labels, k * in.size() + n) == value;
        for (long j = 0; j <= nj; j++)
            for (long i = 0; i <= ni; i++)
                for (int d = 0; d < 4; d++)
                    left[place({ i, j }, d)] = is_edge({ i, j }, d);
    }

    std::vector<Contour> contours();

private:
    // directions: +i, +j, -i, -j; inside lies on the left hand
    bool has(long i, long j) const
    {
        return i >= 0 && j >= 0 && i < ni && j < nj && in[size_t(j * ni + i)];
    }
    bool is_edge(Corner c, int d) const
    {
        static const long beside[4][2][2] = { // left voxel, right voxel
            { { 0, 0 }, { 0, -1 } }, { { -1, 0 }, { 0, 0 } },
            { { -1, -1 }, { -1, 0 } }, { { 0, -1 }, { -1, -1 } },
        };

        return has(c.i + beside[d][0][0], c.j + beside[d][0][1]) &&
               !has(c.i + beside[d][1][0], c.j + beside[d][1][1]);
    }
    size_t place(Corner c, int d) const
    {
        return 4 * size_t(c.j * (ni + 1) + c.i) + size_t(d);
    }
    Contour walk(Corner from, int d);

    long ni, nj;
    std::vector<bool> in, left;
};

Contour
Slice::walk(Corner from, int d)
{
    static const long step[4][2] = { { 1, 0 }, { 0, 1 }, { -1, 0 },
                                     { 0, -1 } };
    const Corner start = from;
    const int first = d;
    Contour corners;

    do {
        left[place(from, d)] = false;
        from = { from.i + step[d][0], from.j + step[d][1] };

        // to the left first: voxels that share a corner only stay apart
        int next = d;
        for (const int turn : { 1, 0, 3 }) {
            next = (d + turn) % 4;
            if (is_edge(from, next))
                break;
        }
        if (next != d)
            corners.push_back(from);
        d = next;
    } while (from.i != start.i || from.j != start.j || d != first);
    return corners;
}

std::vector<Contour>
Slice::contours()
{
    std::vector<Contour> all;

    for (long j = 0; j <= nj; j++)
        for (long i = 0; i <= ni; i++)
            for (int d = 0; d < 4; d++)
                if (left[place({ i, j }, d)])
                    all.push_back(walk({ i, j }, d));
    return all;
}

void
put_contour(const Record &r, const pp_grid &grid, size_t k,
            const Contour &contour, const pp_dicom_write_options &options)
{
    const Record one = r.append(DCM_ContourSequence);
    std::vector<double> data;

    for (const Corner &c : contour) {
        const double i = double(c.i) - 0.5, j = double(c.j) - 0.5;

        for (int row = 0; row < 3; row++)
            data.push_back(grid.to_lps[row][0] * i + grid.to_lps[row][1] * j +
                           grid.to_lps[row][2] * double(k) +
                           grid.to_lps[row][3]);
    }
    put_slice_reference(one.append(DCM_ContourImageSequence), options, k);
    one.text(DCM_ContourGeometricType, "CLOSED_PLANAR");
    one.integer(DCM_NumberOfContourPoints, contour.size());
    one.decimals(DCM_ContourData, data.data(), data.size());
}

void
put_references(const Record &r, const pp_grid &grid,
               const pp_dicom_write_options &options)
{
    const Record frame = r.append(DCM_ReferencedFrameOfReferenceSequence);
    frame.text(DCM_FrameOfReferenceUID, uid(options, "frame of reference"));
    const Record study = frame.append(DCM_RTReferencedStudySequence);
    study.text(DCM_ReferencedSOPClassUID,
               UID_RETIRED_DetachedStudyManagementSOPClass);
    study.text(DCM_ReferencedSOPInstanceUID, uid(options, "study"));
    const Record series = study.append(DCM_RTReferencedSeriesSequence);
    series.text(DCM_SeriesInstanceUID, uid(options, "series ct"));
    for (size_t k = 0; k < grid.dim[2]; k++)
        put_slice_reference(series.append(DCM_ContourImageSequence), options,
                            k);
}

void
put_roi(const Record &r, const pp_grid &labels, const pp_segment &segment,
        const pp_dicom_write_options &options)
{
    const Record roi = r.append(DCM_StructureSetROISequence);
    roi.integer(DCM_ROINumber, segment.number);
    roi.text(DCM_ReferencedFrameOfReferenceUID,
             uid(options, "frame of reference"));
    roi.text(DCM_ROIName, segment.name != nullptr ? segment.name : "unnamed");
    roi.text(DCM_ROIGenerationAlgorithm, "AUTOMATIC");

    const Record contours = r.append(DCM_ROIContourSequence);
    if (segment.has_colour)
        contours.text(DCM_ROIDisplayColor,
                      std::to_string(segment.rgb[0]) + "\\" +
                          std::to_string(segment.rgb[1]) + "\\" +
                          std::to_string(segment.rgb[2]));
    contours.integer(DCM_ReferencedROINumber, segment.number);
    for (size_t k : slice_order(options, labels.dim[2]))
        for (const Contour &c : Slice(labels, k, segment.value).contours())
            put_contour(contours, labels, k, c, options);

    const Record seen = r.append(DCM_RTROIObservationsSequence);
    seen.integer(DCM_ObservationNumber, segment.number);
    seen.integer(DCM_ReferencedROINumber, segment.number);
    seen.text(DCM_RTROIInterpretedType, "");
    seen.text(DCM_ROIInterpreter, "");
}

} // namespace

extern "C" pp_status
pp_dicom_write_rtstruct(const char *path, const pp_grid *labels,
                        const pp_segment *segment, size_t nsegment,
                        const pp_dicom_write_options *options, pp_error *err)
{
    return guarded(err, "DCMTK", [&] {
        DcmFileFormat file;
        const Record r(file.getDataset());

        if (labels->type != PP_VOXEL_U8 && labels->type != PP_VOXEL_U16)
            return pp_fail(err, PP_EUNSUPPORTED,
                           "labels are unsigned 8 or 16 bit");
        put_common(r, *options, UID_RTStructureSetStorage,
                   uid(*options, "instance rtstruct"));
        r.text(DCM_Modality, "RTSTRUCT");
        r.text(DCM_SeriesInstanceUID, uid(*options, "series rtstruct"));
        r.integer(DCM_SeriesNumber, 3);
        r.text(DCM_OperatorsName, "");
        r.integer(DCM_InstanceNumber, 1);
        r.text(DCM_StructureSetLabel, "STRUCTURES");
        r.text(DCM_StructureSetDate, date(*options));
        r.text(DCM_StructureSetTime, time_of_day(*options));
        r.text(DCM_ApprovalStatus, "UNAPPROVED");
        put_references(r, *labels, *options);
        for (size_t s = 0; s < nsegment; s++)
            put_roi(r, *labels, segment[s], *options);
        return save(file, path, err);
    });
}
