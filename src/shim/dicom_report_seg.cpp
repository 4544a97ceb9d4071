// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_report_seg.cpp - meshes that became voxels again, as a segmentation
// beside the series that they lie in (PS3.3 A.51)
//
// Frames stand on the slices of the series, whose planes are repeated to the
// digit; slices on which a segment has nothing have no frame.
#include "shim/dicom_report.hpp"

#include "shim/guard.hpp"

#include <stdexcept>

using namespace pp_dicom_report;

namespace {

struct Job {
    const pp_seg_part *part;
    size_t npart;
    unsigned most;
    size_t columns, rows;
    const pp_origin &origin;
    const pp_report_options &options;
};

struct Frame {
    size_t part, slice;
};

const uint8_t *
plane_at(const pp_seg_part &p, size_t slice)
{
    return p.value + (slice - p.low[2]) * p.dim[0] * p.dim[1];
}

std::vector<Frame>
list_frames(const Job &job)
{
    std::vector<Frame> frames;

    for (size_t p = 0; p < job.npart; p++) {
        const pp_seg_part &part = job.part[p];

        for (size_t k = part.low[2]; k < part.low[2] + part.dim[2]; k++) {
            const uint8_t *plane = plane_at(part, k);
            bool has = false;

            for (size_t n = 0; n < part.dim[0] * part.dim[1]; n++)
                has = has || plane[n] != 0;
            if (has)
                frames.push_back({ p, k });
        }
    }
    return frames;
}

void
put_reference(const Record &r, const Job &job, size_t slice)
{
    const pp_origin_image &image = job.origin.image[slice];
    bool one_of_many = image.frame > 0;

    r.text(DCM_ReferencedSOPClassUID, image.sop_class);
    r.text(DCM_ReferencedSOPInstanceUID, image.uid);
    for (size_t other = slice > 0 ? slice - 1 : 0;
         other < slice + 2 && other < job.origin.nimage; other++)
        one_of_many = one_of_many ||
                      (other != slice &&
                       strcmp(job.origin.image[other].uid, image.uid) == 0);
    if (one_of_many)
        r.integer(DCM_ReferencedFrameNumber, size_t(image.frame) + 1);
}

void
put_segments(const Record &r, const Job &job)
{
    for (size_t p = 0; p < job.npart; p++) {
        const pp_seg_part &part = job.part[p];
        const Record one = r.append(DCM_SegmentSequence);

        one.number(DCM_SegmentNumber, p + 1);
        one.text(DCM_SegmentLabel, part.name);
        one.text(DCM_SegmentAlgorithmType, "SEMIAUTOMATIC");
        one.text(DCM_SegmentAlgorithmName, "printprep: voxels of a mesh");
        one.code(DCM_SegmentedPropertyCategoryCodeSequence, part.category);
        one.code(DCM_SegmentedPropertyTypeCodeSequence, part.type);
        if (part.has_colour)
            put_colour(one, part.rgb);
    }
}

void
put_shared(const Record &r, const Job &job)
{
    const pp_origin_image *image = job.origin.image;
    const pp_dicom_plane &plane = image[0].plane;
    const Record measures = r.append(DCM_PixelMeasuresSequence);
    double direction[6], between = job.origin.slice_mm;

    for (int n = 0; n < 3; n++) {
        direction[n] = plane.row_direction[n];
        direction[n + 3] = plane.column_direction[n];
    }
    if (job.origin.nimage > 1)
        between = pp_distance(pp_vec(plane.position[0], plane.position[1],
                                     plane.position[2]),
                              pp_vec(image[1].plane.position[0],
                                     image[1].plane.position[1],
                                     image[1].plane.position[2]));
    r.append(DCM_PlaneOrientationSequence)
        .decimals(DCM_ImageOrientationPatient, direction, 6);
    measures.decimals(DCM_PixelSpacing, plane.spacing, 2);
    measures.decimal(DCM_SliceThickness, between);
    measures.decimal(DCM_SpacingBetweenSlices, between);
}

void
put_frame(const Record &r, const Job &job, const Frame &frame)
{
    const Record one = r.append(DCM_PerFrameFunctionalGroupsSequence);

    one.append(DCM_PlanePositionSequence)
        .decimals(DCM_ImagePositionPatient,
                  job.origin.image[frame.slice].plane.position, 3);
    one.append(DCM_FrameContentSequence)
        .numbers(DCM_DimensionIndexValues,
                 { Uint32(frame.part + 1), Uint32(frame.slice + 1) });
    one.append(DCM_SegmentIdentificationSequence)
        .number(DCM_ReferencedSegmentNumber, frame.part + 1);

    const Record derivation = one.append(DCM_DerivationImageSequence);
    derivation.code(DCM_DerivationCodeSequence, pp_dicom_write::segmentation);
    const Record source = derivation.append(DCM_SourceImageSequence);
    put_reference(source, job, frame.slice);
    source.text(DCM_SpatialLocationsPreserved, "YES");
    source.code(DCM_PurposeOfReferenceCodeSequence,
                pp_dicom_write::source_image);
}

// One bit a voxel, frames without a gap between them; or a byte.
void
put_pixels(const Record &r, const Job &job, const std::vector<Frame> &frames)
{
    const size_t size = job.columns * job.rows, n = frames.size() * size;
    const size_t nbyte = job.most > 0 ? n : (n + 7) / 8;
    std::vector<Uint8> bytes(nbyte + nbyte % 2);

    if (bytes.size() > 0xfffffffe)
        throw std::runtime_error("a segmentation beyond 4 GiB");
    for (size_t f = 0; f < frames.size(); f++) {
        const pp_seg_part &p = job.part[frames[f].part];
        const uint8_t *value = plane_at(p, frames[f].slice);

        for (size_t j = 0; j < p.dim[1]; j++)
            for (size_t i = 0; i < p.dim[0]; i++, value++) {
                const size_t at = f * size + (p.low[1] + j) * job.columns +
                                  p.low[0] + i;

                if (job.most > 0)
                    bytes[at] = *value;
                else if (*value != 0)
                    bytes[at / 8] |= Uint8(1U << at % 8);
            }
    }
    r.number(DCM_SamplesPerPixel, 1);
    r.text(DCM_PhotometricInterpretation, "MONOCHROME2");
    r.number(DCM_Rows, job.rows);
    r.number(DCM_Columns, job.columns);
    r.number(DCM_BitsAllocated, job.most > 0 ? 8 : 1);
    r.number(DCM_BitsStored, job.most > 0 ? 8 : 1);
    r.number(DCM_HighBit, job.most > 0 ? 7 : 0);
    r.number(DCM_PixelRepresentation, 0);
    r.integer(DCM_NumberOfFrames, frames.size());
    r.text(DCM_LossyImageCompression, "00");
    if (r.item->putAndInsertUint8Array(DCM_PixelData, bytes.data(),
                                       bytes.size()).bad())
        throw std::runtime_error("pixel data refused");
}

void
put_type(const Record &r, const Job &job)
{
    r.text(DCM_SegmentationType, job.most > 0 ? "FRACTIONAL" : "BINARY");
    if (job.most == 0)
        return;
    r.text(DCM_SegmentationFractionalType, "OCCUPANCY");
    r.number(DCM_MaximumFractionalValue, job.most);
}

void
put_all(DcmFileFormat &file, const Job &job, const std::vector<Frame> &frames)
{
    const Record r(file.getDataset());

    put_origin(r, job.origin, job.options, UID_SegmentationStorage, "SEG");
    r.text(DCM_FrameOfReferenceUID, job.origin.frame);
    r.text(DCM_PositionReferenceIndicator, "");
    r.text(DCM_ImageType, "DERIVED\\PRIMARY");
    r.text(DCM_ContentLabel, "PRINTED_SHAPE");
    r.text(DCM_ContentDescription, "voxels of a mesh");
    r.text(DCM_ContentCreatorName, "");
    put_type(r, job);
    const Record series = r.append(DCM_ReferencedSeriesSequence);
    series.text(DCM_SeriesInstanceUID, job.origin.series);
    put_instances(series, DCM_ReferencedInstanceSequence, job.origin);
    put_segments(r, job);
    put_shared(r.append(DCM_SharedFunctionalGroupsSequence), job);
    for (const Frame &frame : frames)
        put_frame(r, job, frame);
    put_pixels(r, job, frames);

    const std::string seed = content_seed(file);
    pp_dicom_write_options dimensions = {};
    dimensions.seed = seed.c_str();
    pp_dicom_write::put_dimensions(r, dimensions, true);
    put_instance(r, seed);
}

pp_status
check(const Job &job, pp_error *err)
{
    if (job.origin.frame[0] == '\0')
        return pp_fail(err, PP_EGEOM, "the source has no frame of reference");
    for (size_t p = 0; p < job.npart; p++) {
        const pp_seg_part &part = job.part[p];

        if (part.low[0] + part.dim[0] > job.columns ||
            part.low[1] + part.dim[1] > job.rows ||
            part.low[2] + part.dim[2] > job.origin.nimage)
            return pp_fail(err, PP_EBUG, "segment %lu lies outside of the "
                           "series", (unsigned long)p + 1);
    }
    return PP_OK;
}

} // namespace

extern "C" pp_status
pp_dicom_encode_seg(const pp_seg_part *part, size_t npart, unsigned most,
                    size_t columns, size_t rows, const pp_origin *origin,
                    const pp_report_options *options, pp_bytes *out,
                    pp_error *err)
{
    return guarded(err, "DCMTK", [&] {
        const Job job = { part, npart, most, columns, rows, *origin,
                          *options };
        DcmFileFormat file;

        if (check(job, err) != PP_OK)
            return err->status;
        const std::vector<Frame> frames = list_frames(job);

        if (frames.empty())
            return pp_fail(err, PP_EGEOM, "no voxel in any segment");
        put_all(file, job, frames);
        return pp_dicom_write::encode(file, out, err);
    });
}
