// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_read_planes.cpp - where each frame of a file lies
//
// A classic file says so at its root; an enhanced one in functional groups,
// some shared by all frames, some of each frame's own (PS3.3 C.7.6.16).
#include "shim/dicom_read.hpp"

#include "base/alloc.h"
#include "shim/guard.hpp"

#include <cstring>

DicomFrames::DicomFrames(DcmItem *data)
    : root(data), shared(dicom_first(data, DCM_SharedFunctionalGroupsSequence)),
      frames(nullptr), current(nullptr)
{
    if (data->findAndGetSequence(DCM_PerFrameFunctionalGroupsSequence, frames)
            .bad())
        frames = nullptr;
}

bool
DicomFrames::next()
{
    if (frames == nullptr)
        return false;
    current = frames->nextInContainer(current);
    return current != nullptr;
}

DcmItem *
DicomFrames::macro(const DcmTagKey &sequence) const
{
    DcmItem *found =
        dicom_first(static_cast<DcmItem *>(current), sequence);

    if (found == nullptr)
        found = dicom_first(shared, sequence);
    return found != nullptr ? found : dicom_first(root, sequence);
}

// As the root, or as the macro has it.
static DcmItem *
holder(DcmItem *root, const DicomFrames &frames, const DcmTagKey &sequence)
{
    DcmItem *macro = frames.macro(sequence);

    return macro != nullptr ? macro : root;
}

static void
fill_place(DcmItem *root, const DicomFrames &frames, pp_dicom_plane *p)
{
    double direction[6];

    p->has_position =
        dicom_numbers(holder(root, frames, DCM_PlanePositionSequence),
                      DCM_ImagePositionPatient, 3, p->position);
    p->has_orientation =
        dicom_numbers(holder(root, frames, DCM_PlaneOrientationSequence),
                      DCM_ImageOrientationPatient, 6, direction);
    if (p->has_orientation) {
        memcpy(p->row_direction, direction, sizeof p->row_direction);
        memcpy(p->column_direction, direction + 3,
               sizeof p->column_direction);
    }
    p->has_spacing = dicom_numbers(
        holder(root, frames, DCM_PixelMeasuresSequence), DCM_PixelSpacing, 2,
        p->spacing);
}

static void
fill_scale(DcmItem *root, const DicomFrames &frames, pp_dicom_plane *p)
{
    DcmItem *item = holder(root, frames, DCM_PixelValueTransformationSequence);

    if (!dicom_number(item, DCM_RescaleSlope, 0, &p->slope) || p->slope == 0)
        p->slope = 1;
    if (!dicom_number(item, DCM_RescaleIntercept, 0, &p->intercept))
        p->intercept = 0;
}

static void
fill_tell(DcmItem *root, const DicomFrames &frames, pp_dicom_plane *p)
{
    static const struct {
        int tell;
        DcmTagKey sequence, tag;
    } row[] = {
        { PP_TELL_STACK, DCM_FrameContentSequence, DCM_StackID },
        { PP_TELL_TEMPORAL, DCM_FrameContentSequence,
          DCM_TemporalPositionIndex },
        { PP_TELL_ACQUISITION, DCM_FrameContentSequence,
          DCM_FrameAcquisitionNumber },
        { PP_TELL_ECHO, DCM_MREchoSequence, DCM_EffectiveEchoTime },
        { PP_TELL_B_VALUE, DCM_MRDiffusionSequence, DCM_DiffusionBValue },
        { PP_TELL_TRIGGER, DCM_CardiacSynchronizationSequence,
          DCM_NominalCardiacTriggerDelayTime },
        { PP_TELL_TYPE, DCM_MRImageFrameTypeSequence, DCM_FrameType },
        { PP_TELL_TYPE, DCM_CTImageFrameTypeSequence, DCM_FrameType },
        // the classic root's own
        { PP_TELL_TEMPORAL, DcmTagKey(), DCM_TemporalPositionIdentifier },
        { PP_TELL_ACQUISITION, DcmTagKey(), DCM_AcquisitionNumber },
        { PP_TELL_ECHO, DcmTagKey(), DCM_EchoTime },
        { PP_TELL_B_VALUE, DcmTagKey(), DCM_DiffusionBValue },
        { PP_TELL_TRIGGER, DcmTagKey(), DCM_TriggerTime },
        { PP_TELL_TYPE, DcmTagKey(), DCM_ImageType },
    };

    for (const auto &r : row) {
        DcmItem *item = r.sequence == DcmTagKey() ? root
                                                  : frames.macro(r.sequence);

        if (item != nullptr && p->tell[r.tell][0] == '\0')
            dicom_text(item, r.tag, p->tell[r.tell], sizeof p->tell[r.tell]);
    }
}

void
dicom_plane(DcmItem *root, const DicomFrames &frames, pp_dicom_plane *plane)
{
    *plane = pp_dicom_plane();
    fill_place(root, frames, plane);
    fill_scale(root, frames, plane);
    fill_tell(root, frames, plane);
}

extern "C" pp_status
pp_dicom_planes(pp_dicom *dicom, pp_dicom_plane **plane, pp_error *err)
{
    *plane = nullptr;
    return guarded(err, "DCMTK", [&]() -> pp_status {
        DcmDataset *d = dicom->data();
        DicomFrames frames(d);
        size_t n = 0, capacity = 0;
        pp_dicom_plane p;

        while (frames.next()) {
            if ((int64_t)n == dicom->header.nframe)
                break;
            dicom_plane(d, frames, &p);
            if (pp_grow(plane, &capacity, n + 1, sizeof p, err) != PP_OK)
                break;
            (*plane)[n++] = p;
        }
        if (n == 0 && dicom->header.nframe == 1 && err->status == PP_OK) {
            dicom_plane(d, frames, &p);
            if (pp_grow(plane, &capacity, 1, sizeof p, err) == PP_OK)
                (*plane)[n++] = p;
        }
        if (err->status == PP_OK && (int64_t)n != dicom->header.nframe)
            pp_fail(err, PP_EFORMAT,
                    "%lld frames, but positions for %zu of them",
                    (long long)dicom->header.nframe, n);
        if (err->status != PP_OK) {
            pp_free(*plane);
            *plane = nullptr;
        }
        return err->status;
    });
}
