// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_write_ct.cpp - a CT image, one file a slice (PS3.3 A.3) or as one
// enhanced file (PS3.3 A.38)
#include "shim/dicom_write.hpp"
#include "shim/guard.hpp"

#include <cstdio>
#include <stdexcept>

using namespace pp_dicom_write;

static void
put_series(const Record &r, const pp_dicom_write_options &options)
{
    r.text(DCM_Modality, "CT");
    r.text(DCM_SeriesInstanceUID, uid(options, "series ct"));
    r.integer(DCM_SeriesNumber, 1);
    r.text(DCM_SeriesDate, date(options));
    r.text(DCM_SeriesTime, time_of_day(options));
    r.text(DCM_PatientPosition, "HFS");
    r.text(DCM_BodyPartExamined, "HEAD");
}

static void
put_acquisition(const Record &r, const pp_dicom_write_options &options)
{
    r.text(DCM_AcquisitionDate, date(options));
    r.text(DCM_AcquisitionTime, time_of_day(options));
    r.text(DCM_ImageType, "ORIGINAL\\PRIMARY\\AXIAL");
    put_content_date(r, options);
    r.integer(DCM_AcquisitionNumber, 1);
    r.text(DCM_KVP, "120");
}

static void
put_rescale(const Record &r, const pp_grid &grid)
{
    r.decimal(DCM_RescaleIntercept, grid.intercept);
    r.decimal(DCM_RescaleSlope, grid.slope);
    r.text(DCM_RescaleType, "HU");
}

static void
put_window(const Record &r)
{
    r.text(DCM_WindowCenter, "300");
    r.text(DCM_WindowWidth, "1500");
}

static void
put_slices(const Record &r, const pp_grid &grid,
           const std::vector<size_t> &slices)
{
    const size_t size = grid.dim[0] * grid.dim[1];
    const Sint16 *voxel = static_cast<const Sint16 *>(grid.voxel);
    std::vector<Uint16> bits;

    for (size_t k : slices)
        bits.insert(bits.end(), voxel + k * size, voxel + (k + 1) * size);
    if (r.item->putAndInsertUint16Array(DCM_PixelData, bits.data(),
                                        bits.size()).bad())
        throw std::runtime_error("pixel data refused");
}

extern "C" pp_status
pp_dicom_write_ct(const char *directory, const pp_grid *grid,
                  const pp_dicom_write_options *options, pp_error *err)
{
    return guarded(err, "DCMTK", [&] {
        const Plane plane = plane_of(*grid);
        size_t number = 0;

        if (grid->type != PP_VOXEL_I16)
            return pp_fail(err, PP_EUNSUPPORTED, "a CT series holds int16");
        for (size_t k : slice_order(*options, grid->dim[2])) {
            DcmFileFormat file;
            const Record r(file.getDataset());
            char name[32];

            put_common(r, *options, UID_CTImageStorage,
                       slice_uid(*options, k));
            put_series(r, *options);
            put_acquisition(r, *options);
            r.integer(DCM_InstanceNumber, ++number);
            put_position(r, *grid, k);
            put_orientation(r, plane);
            put_measures(r, plane);
            put_pixel_form(r, *grid, 16, true);
            put_rescale(r, *grid);
            put_window(r);
            put_slices(r, *grid, { k });
            std::snprintf(name, sizeof name, "/ct%04zu.dcm", number);
            if (save(file, std::string(directory) + name, err) != PP_OK)
                return err->status;
        }
        return PP_OK;
    });
}

// ---- enhanced ----

static void
put_frame_type(const Record &r)
{
    r.text(DCM_PixelPresentation, "MONOCHROME");
    r.text(DCM_VolumetricProperties, "VOLUME");
    r.text(DCM_VolumeBasedCalculationTechnique, "NONE");
}

static void
put_shared(const Record &r, const pp_grid &grid,
           const pp_dicom_write_options &options)
{
    const pp_code head = { "69536005", "SCT", "Head" };
    const Record shared = r.append(DCM_SharedFunctionalGroupsSequence);
    const Record type = shared.append(DCM_CTImageFrameTypeSequence);
    const Record anatomy = shared.append(DCM_FrameAnatomySequence);
    const Record window = shared.append(DCM_FrameVOILUTSequence);

    shared.append(DCM_IrradiationEventIdentificationSequence)
        .text(DCM_IrradiationEventUID, uid(options, "irradiation"));
    type.text(DCM_FrameType, "DERIVED\\PRIMARY\\VOLUME\\NONE");
    put_frame_type(type);
    anatomy.text(DCM_FrameLaterality, "U");
    anatomy.code(DCM_AnatomicRegionSequence, head);
    put_window(window);
    put_rescale(shared.append(DCM_PixelValueTransformationSequence), grid);
    put_orientation(shared.append(DCM_PlaneOrientationSequence),
                    plane_of(grid));
    put_measures(shared.append(DCM_PixelMeasuresSequence), plane_of(grid));
}

static void
put_frames(const Record &r, const pp_grid &grid,
           const pp_dicom_write_options &options)
{
    for (size_t k : slice_order(options, grid.dim[2])) {
        const Record one = r.append(DCM_PerFrameFunctionalGroupsSequence);

        one.append(DCM_FrameContentSequence)
            .numbers(DCM_DimensionIndexValues, { Uint32(k + 1) });
        put_position(one.append(DCM_PlanePositionSequence), grid, k);
    }
}

extern "C" pp_status
pp_dicom_write_enhanced_ct(const char *path, const pp_grid *grid,
                           const pp_dicom_write_options *options,
                           pp_error *err)
{
    return guarded(err, "DCMTK", [&] {
        DcmFileFormat file;
        const Record r(file.getDataset());

        if (grid->type != PP_VOXEL_I16)
            return pp_fail(err, PP_EUNSUPPORTED, "a CT image holds int16");
        put_common(r, *options, UID_EnhancedCTImageStorage,
                   uid(*options, "instance enhanced ct"));
        put_series(r, *options);
        r.text(DCM_ImageType, "DERIVED\\PRIMARY\\VOLUME\\NONE");
        put_frame_type(r);
        r.integer(DCM_InstanceNumber, 1);
        r.text(DCM_AcquisitionDateTime, date(*options) +
                                            time_of_day(*options));
        r.text(DCM_ContentQualification, "RESEARCH");
        r.text(DCM_BurnedInAnnotation, "NO");
        r.text(DCM_LossyImageCompression, "00");
        r.text(DCM_PresentationLUTShape, "IDENTITY");
        r.empty(DCM_AcquisitionContextSequence);
        put_content_date(r, *options);
        put_pixel_form(r, *grid, 16, true);
        r.integer(DCM_NumberOfFrames, grid->dim[2]);
        put_dimensions(r, *options, false);
        put_shared(r, *grid, *options);
        put_frames(r, *grid, *options);
        put_slices(r, *grid, slice_order(*options, grid->dim[2]));
        return save(file, path, err);
    });
}
