// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_write_seg.cpp - a binary segmentation over a CT series (PS3.3 A.51)
//
// Written attribute by attribute: dcmseg draws random UIDs and stamps the
// time of day, and its classes hide which frame refers to which slice.
#include "shim/dicom_write.hpp"
#include "shim/guard.hpp"

#include <cmath>
#include <stdexcept>

using namespace pp_dicom_write;

namespace {

struct Frame {
    size_t segment; // index into segment[]
    size_t slice;
};

struct Job {
    const pp_grid &labels;
    const pp_segment *segment;
    const pp_segment_codes *code;
    size_t nsegment;
    const pp_dicom_write_options &options;
    std::vector<Frame> frames;
};

const pp_code segmentation = { "113076", "DCM", "Segmentation" };
const pp_code source_image = {
    "121322", "DCM", "Source image for image processing operation"
};

uint32_t
label_at(const pp_grid &g, size_t n)
{
    return g.type == PP_VOXEL_U8 ? static_cast<const uint8_t *>(g.voxel)[n]
                                 : static_cast<const uint16_t *>(g.voxel)[n];
}

bool
slice_has(const pp_grid &g, size_t k, uint32_t value)
{
    const size_t size = g.dim[0] * g.dim[1];

    for (size_t n = k * size; n < (k + 1) * size; n++)
        if (label_at(g, n) == value)
            return true;
    return false;
}

// sRGB to CIELab (D50 by Bradford, the white of the profile connection space
// that PS3.3 C.10.7.1.1 asks for), scaled to 16 bits.
std::vector<Uint16>
lab_of(const uint8_t rgb[3])
{
    static const double to_xyz[3][3] = { // rows divided by the D50 white
        { 0.4360747 / 0.9642, 0.3850649 / 0.9642, 0.1430804 / 0.9642 },
        { 0.2225045, 0.7168786, 0.0606169 },
        { 0.0139322 / 0.8251, 0.0971045 / 0.8251, 0.7141733 / 0.8251 }
    };
    double linear[3], f[3];

    for (int c = 0; c < 3; c++) {
        const double v = rgb[c] / 255.0;

        linear[c] = v <= 0.04045 ? v / 12.92
                                 : std::pow((v + 0.055) / 1.055, 2.4);
    }
    for (int row = 0; row < 3; row++) {
        double t = 0;

        for (int c = 0; c < 3; c++)
            t += to_xyz[row][c] * linear[c];
        f[row] = t > 216.0 / 24389 ? std::cbrt(t)
                                   : (24389.0 / 27 * t + 16) / 116;
    }
    const double lightness = 116 * f[1] - 16;
    const double a = 500 * (f[0] - f[1]), b = 200 * (f[1] - f[2]);

    return { Uint16(std::lround(lightness / 100 * 65535)),
             Uint16(std::lround((a + 128) / 255 * 65535)),
             Uint16(std::lround((b + 128) / 255 * 65535)) };
}

void
put_references(const Record &r, const Job &job)
{
    const Record series = r.append(DCM_ReferencedSeriesSequence);

    series.text(DCM_SeriesInstanceUID, uid(job.options, "series ct"));
    for (size_t k = 0; k < job.labels.dim[2]; k++) {
        const Record one = series.append(DCM_ReferencedInstanceSequence);

        one.text(DCM_ReferencedSOPClassUID, UID_CTImageStorage);
        one.text(DCM_ReferencedSOPInstanceUID, slice_uid(job.options, k));
    }
}

void
put_dimensions(const Record &r, const Job &job)
{
    const std::string organization = uid(job.options, "dimensions");
    const struct {
        DcmTagKey pointer, group;
        const char *label;
    } index[] = {
        { DCM_ReferencedSegmentNumber, DCM_SegmentIdentificationSequence,
          "ReferencedSegmentNumber" },
        { DCM_ImagePositionPatient, DCM_PlanePositionSequence,
          "ImagePositionPatient" },
    };

    r.append(DCM_DimensionOrganizationSequence)
        .text(DCM_DimensionOrganizationUID, organization);
    for (const auto &of : index) {
        const Record one = r.append(DCM_DimensionIndexSequence);

        one.text(DCM_DimensionOrganizationUID, organization);
        one.pointer(DCM_DimensionIndexPointer, of.pointer);
        one.pointer(DCM_FunctionalGroupPointer, of.group);
        one.text(DCM_DimensionDescriptionLabel, of.label);
    }
}

void
put_segments(const Record &r, const Job &job)
{
    for (size_t s = 0; s < job.nsegment; s++) {
        const pp_segment &segment = job.segment[s];
        const Record one = r.append(DCM_SegmentSequence);

        one.number(DCM_SegmentNumber, segment.number);
        one.text(DCM_SegmentLabel,
                 segment.name != nullptr ? segment.name : "unnamed");
        one.text(DCM_SegmentAlgorithmType, "AUTOMATIC");
        one.text(DCM_SegmentAlgorithmName, "threshold at one half");
        one.code(DCM_SegmentedPropertyCategoryCodeSequence,
                 job.code[s].category);
        one.code(DCM_SegmentedPropertyTypeCodeSequence, job.code[s].type);
        if (segment.has_colour &&
            one.item->putAndInsertUint16Array(
                   DCM_RecommendedDisplayCIELabValue,
                   lab_of(segment.rgb).data(), 3).bad())
            throw std::runtime_error("colour refused");
    }
}

void
put_shared(const Record &r, const Job &job)
{
    const Plane plane = plane_of(job.labels);
    const double between_rows_columns[2] = { plane.spacing[1],
                                             plane.spacing[0] };
    const Record shared = r.append(DCM_SharedFunctionalGroupsSequence);
    const Record measures = shared.append(DCM_PixelMeasuresSequence);

    shared.append(DCM_PlaneOrientationSequence)
        .decimals(DCM_ImageOrientationPatient, plane.direction, 6);
    measures.decimals(DCM_PixelSpacing, between_rows_columns, 2);
    measures.decimal(DCM_SliceThickness, plane.spacing[2]);
    measures.decimal(DCM_SpacingBetweenSlices, plane.spacing[2]);
}

void
put_frame(const Record &r, const Job &job, const Frame &frame)
{
    const pp_vec3 at = slice_position(job.labels, frame.slice);
    const double position[3] = { at.x, at.y, at.z };
    const Record one = r.append(DCM_PerFrameFunctionalGroupsSequence);

    one.append(DCM_FrameContentSequence)
        .numbers(DCM_DimensionIndexValues,
                 { Uint32(frame.segment + 1), Uint32(frame.slice + 1) });
    one.append(DCM_PlanePositionSequence)
        .decimals(DCM_ImagePositionPatient, position, 3);
    one.append(DCM_SegmentIdentificationSequence)
        .number(DCM_ReferencedSegmentNumber,
                job.segment[frame.segment].number);

    const Record derivation = one.append(DCM_DerivationImageSequence);
    derivation.code(DCM_DerivationCodeSequence, segmentation);
    const Record source = derivation.append(DCM_SourceImageSequence);
    source.text(DCM_ReferencedSOPClassUID, UID_CTImageStorage);
    source.text(DCM_ReferencedSOPInstanceUID,
                slice_uid(job.options, frame.slice));
    source.text(DCM_SpatialLocationsPreserved, "YES");
    source.code(DCM_PurposeOfReferenceCodeSequence, source_image);
}

// One bit a voxel, the first in the lowest bit; frames follow one another
// without a gap, so that a frame may begin inside a byte.
void
put_pixels(const Record &r, const Job &job)
{
    const size_t size = job.labels.dim[0] * job.labels.dim[1];
    const size_t nbyte = (job.frames.size() * size + 7) / 8;
    std::vector<Uint8> bits(nbyte + nbyte % 2);
    size_t bit = 0;

    for (const Frame &frame : job.frames)
        for (size_t n = 0; n < size; n++, bit++)
            if (label_at(job.labels, frame.slice * size + n) ==
                job.segment[frame.segment].value)
                bits[bit / 8] |= Uint8(1U << bit % 8);
    r.number(DCM_SamplesPerPixel, 1);
    r.text(DCM_PhotometricInterpretation, "MONOCHROME2");
    r.integer(DCM_NumberOfFrames, job.frames.size());
    r.number(DCM_Rows, job.labels.dim[1]);
    r.number(DCM_Columns, job.labels.dim[0]);
    r.number(DCM_BitsAllocated, 1);
    r.number(DCM_BitsStored, 1);
    r.number(DCM_HighBit, 0);
    r.number(DCM_PixelRepresentation, 0);
    r.text(DCM_LossyImageCompression, "00");
    if (r.item->putAndInsertUint8Array(DCM_PixelData, bits.data(),
                                       bits.size()).bad())
        throw std::runtime_error("pixel data refused");
}

void
put_all(const Record &r, const Job &job)
{
    put_common(r, job.options, UID_SegmentationStorage,
               uid(job.options, "instance seg"));
    r.text(DCM_Modality, "SEG");
    r.text(DCM_SeriesInstanceUID, uid(job.options, "series seg"));
    r.integer(DCM_SeriesNumber, 2);
    r.integer(DCM_InstanceNumber, 1);
    r.text(DCM_ImageType, "DERIVED\\PRIMARY");
    r.text(DCM_ContentLabel, "SEGMENTATION");
    r.text(DCM_ContentDescription, job.options.description);
    r.text(DCM_ContentCreatorName, "");
    r.text(DCM_SegmentationType, "BINARY");
    put_references(r, job);
    put_dimensions(r, job);
    put_segments(r, job);
    put_shared(r, job);
    for (const Frame &frame : job.frames)
        put_frame(r, job, frame);
    put_pixels(r, job);
}

} // namespace

extern "C" pp_status
pp_dicom_write_seg(const char *path, const pp_grid *labels,
                   const pp_segment *segment, const pp_segment_codes *code,
                   size_t nsegment, const pp_dicom_write_options *options,
                   pp_error *err)
{
    return guarded(err, "DCMTK", [&] {
        Job job = { *labels, segment, code, nsegment, *options, {} };

        if (labels->type != PP_VOXEL_U8 && labels->type != PP_VOXEL_U16)
            return pp_fail(err, PP_EUNSUPPORTED,
                           "labels are unsigned 8 or 16 bit");
        for (size_t s = 0; s < nsegment; s++)
            for (size_t k = 0; k < labels->dim[2]; k++)
                if (slice_has(*labels, k, segment[s].value))
                    job.frames.push_back({ s, k });
        if (job.frames.empty())
            return pp_fail(err, PP_EGEOM, "no voxel in any segment");

        DcmFileFormat file;
        put_all(Record(file.getDataset()), job);
        return save(file, path, err);
    });
}
