// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_write_seg.cpp - a segmentation over a CT series (PS3.3 A.51)
//
// Written attribute by attribute: dcmseg draws random UIDs and stamps the
// time of day, and its classes hide which frame refers to which slice.
#include "shim/dicom_write.hpp"
#include "shim/guard.hpp"

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
    pp_seg_type type;
    const pp_dicom_write_options &options;
    std::vector<Frame> frames;
};

bool
slice_has(const pp_grid &g, size_t k, uint32_t value)
{
    const size_t size = g.dim[0] * g.dim[1];

    for (size_t n = k * size; n < (k + 1) * size; n++)
        if (label_at(g, n) == value)
            return true;
    return false;
}

// A label map has one frame for all segments, which stands with the first.
void
list_frames(Job *job)
{
    const auto slices = slice_order(job->options, job->labels.dim[2]);

    for (size_t s = 0; s < job->nsegment; s++)
        for (size_t k : slices) {
            const bool label_map = job->type == PP_SEG_LABELMAP;
            bool has = false;

            for (size_t of = s; of < (label_map ? job->nsegment : s + 1); of++)
                has = has || slice_has(job->labels, k, job->segment[of].value);
            if (has && (!label_map || s == 0))
                job->frames.push_back({ s, k });
        }
}

void
put_references(const Record &r, const Job &job)
{
    const Record series = r.append(DCM_ReferencedSeriesSequence);

    series.text(DCM_SeriesInstanceUID, uid(job.options, "series ct"));
    for (size_t k = 0; k < job.labels.dim[2]; k++) {
        const Record one = series.append(DCM_ReferencedInstanceSequence);

        put_slice_reference(one, job.options, k);
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
        if (segment.has_colour)
            put_colour(one, segment.rgb);
    }
}

void
put_frame(const Record &r, const Job &job, const Frame &frame)
{
    const Record one = r.append(DCM_PerFrameFunctionalGroupsSequence);
    const Record content = one.append(DCM_FrameContentSequence);
    const Uint32 place = Uint32(frame.slice + 1);

    put_position(one.append(DCM_PlanePositionSequence), job.labels,
                 frame.slice);
    if (job.type == PP_SEG_LABELMAP) {
        content.numbers(DCM_DimensionIndexValues, { place });
    } else {
        content.numbers(DCM_DimensionIndexValues,
                        { Uint32(frame.segment + 1), place });
        one.append(DCM_SegmentIdentificationSequence)
            .number(DCM_ReferencedSegmentNumber,
                    job.segment[frame.segment].number);
    }

    const Record derivation = one.append(DCM_DerivationImageSequence);
    derivation.code(DCM_DerivationCodeSequence, segmentation);
    const Record source = derivation.append(DCM_SourceImageSequence);
    put_slice_reference(source, job.options, frame.slice);
    source.text(DCM_SpatialLocationsPreserved, "YES");
    source.code(DCM_PurposeOfReferenceCodeSequence, source_image);
}

// Binary: one bit a voxel, the first in the lowest bit; frames follow one
// another without a gap, so that a frame may begin inside a byte. A label map
// holds segment numbers.
std::vector<Uint8>
pixels_of(const Job &job)
{
    const size_t size = job.labels.dim[0] * job.labels.dim[1];
    const bool binary = job.type == PP_SEG_BINARY;
    const size_t nvoxel = job.frames.size() * size;
    const size_t nbyte = binary ? (nvoxel + 7) / 8 : nvoxel;
    std::vector<Uint8> bytes(nbyte + nbyte % 2);
    size_t at = 0;

    for (const Frame &frame : job.frames)
        for (size_t n = 0; n < size; n++, at++) {
            const uint32_t label = label_at(job.labels,
                                            frame.slice * size + n);
            const bool in = label == job.segment[frame.segment].value;

            if (binary)
                bytes[at / 8] |= Uint8((in ? 1U : 0U) << at % 8);
            else if (job.type != PP_SEG_LABELMAP)
                bytes[at] = in ? 255 : 0;
            else
                for (size_t s = 0; s < job.nsegment; s++)
                    if (label == job.segment[s].value)
                        bytes[at] = Uint8(job.segment[s].number);
        }
    return bytes;
}

void
put_pixels(const Record &r, const Job &job)
{
    const std::vector<Uint8> bytes = pixels_of(job);

    put_pixel_form(r, job.labels, job.type == PP_SEG_BINARY ? 1 : 8, false);
    r.integer(DCM_NumberOfFrames, job.frames.size());
    r.text(DCM_LossyImageCompression, "00");
    if (r.item->putAndInsertUint8Array(DCM_PixelData, bytes.data(),
                                       bytes.size()).bad())
        throw std::runtime_error("pixel data refused");
}

void
put_type(const Record &r, const Job &job)
{
    static const char *const name[] = { "BINARY", "FRACTIONAL", "FRACTIONAL",
                                        "LABELMAP" };

    r.text(DCM_SegmentationType, name[job.type]);
    if (job.type == PP_SEG_PROBABILITY || job.type == PP_SEG_OCCUPANCY) {
        r.text(DCM_SegmentationFractionalType,
               job.type == PP_SEG_OCCUPANCY ? "OCCUPANCY" : "PROBABILITY");
        r.number(DCM_MaximumFractionalValue, 255);
    }
    if (job.type == PP_SEG_LABELMAP)
        r.number(DCM_PixelPaddingValue, 0);
}

// Label Map Segmentation Storage is younger than the library's list of UIDs.
const char *
class_of(const Job &job)
{
    return job.type == PP_SEG_LABELMAP ? "1.2.840.10008.5.1.4.1.1.66.7"
                                       : UID_SegmentationStorage;
}

void
put_all(const Record &r, const Job &job)
{
    put_common(r, job.options, class_of(job),
               uid(job.options, "instance seg"));
    put_content_date(r, job.options);
    r.text(DCM_Modality, "SEG");
    r.text(DCM_SeriesInstanceUID, uid(job.options, "series seg"));
    r.integer(DCM_SeriesNumber, 2);
    r.integer(DCM_InstanceNumber, 1);
    r.text(DCM_ImageType, "DERIVED\\PRIMARY");
    r.text(DCM_ContentLabel, "SEGMENTATION");
    r.text(DCM_ContentDescription, job.options.description);
    r.text(DCM_ContentCreatorName, "");
    put_type(r, job);
    put_references(r, job);
    put_dimensions(r, job.options, job.type != PP_SEG_LABELMAP);
    put_segments(r, job);

    const Record shared = r.append(DCM_SharedFunctionalGroupsSequence);
    put_orientation(shared.append(DCM_PlaneOrientationSequence),
                    plane_of(job.labels));
    put_measures(shared.append(DCM_PixelMeasuresSequence),
                 plane_of(job.labels));
    for (const Frame &frame : job.frames)
        put_frame(r, job, frame);
    put_pixels(r, job);
}

} // namespace

extern "C" pp_status
pp_dicom_write_seg(const char *path, const pp_grid *labels,
                   const pp_segment *segment, const pp_segment_codes *code,
                   size_t nsegment, pp_seg_type type,
                   const pp_dicom_write_options *options, pp_error *err)
{
    return guarded(err, "DCMTK", [&] {
        Job job = { *labels, segment, code, nsegment, type, *options, {} };

        if (labels->type != PP_VOXEL_U8 && labels->type != PP_VOXEL_U16)
            return pp_fail(err, PP_EUNSUPPORTED,
                           "labels are unsigned 8 or 16 bit");
        for (size_t s = 0; type == PP_SEG_LABELMAP && s < nsegment; s++)
            if (segment[s].number > 255)
                return pp_fail(err, PP_ELIMIT, "segment %lu in a label map "
                               "of bytes", (unsigned long)segment[s].number);
        list_frames(&job);
        if (job.frames.empty())
            return pp_fail(err, PP_EGEOM, "no voxel in any segment");

        DcmFileFormat file;
        put_all(Record(file.getDataset()), job);
        return save(file, path, err);
    });
}
