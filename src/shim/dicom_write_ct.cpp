// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_write_ct.cpp - a CT series, one file a slice (PS3.3 A.3)
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
    r.text(DCM_AcquisitionDate, date(options));
    r.text(DCM_AcquisitionTime, time_of_day(options));
    r.text(DCM_PatientPosition, "HFS");
    r.text(DCM_BodyPartExamined, "HEAD");
    r.text(DCM_ImageType, "ORIGINAL\\PRIMARY\\AXIAL");
    r.integer(DCM_AcquisitionNumber, 1);
    r.text(DCM_KVP, "120");
}

static void
put_plane(const Record &r, const pp_grid &grid, size_t k)
{
    const Plane plane = plane_of(grid);
    const pp_vec3 at = slice_position(grid, k);
    const double position[3] = { at.x, at.y, at.z };
    const double between_rows_columns[2] = { plane.spacing[1],
                                             plane.spacing[0] };

    r.decimals(DCM_ImagePositionPatient, position, 3);
    r.decimals(DCM_ImageOrientationPatient, plane.direction, 6);
    r.decimals(DCM_PixelSpacing, between_rows_columns, 2);
    r.decimal(DCM_SliceThickness, plane.spacing[2]);
    r.decimal(DCM_SpacingBetweenSlices, plane.spacing[2]);
}

static void
put_pixels(const Record &r, const pp_grid &grid, size_t k)
{
    const size_t size = grid.dim[0] * grid.dim[1];
    const Sint16 *voxel = static_cast<const Sint16 *>(grid.voxel) + k * size;
    const std::vector<Uint16> bits(voxel, voxel + size);

    r.number(DCM_SamplesPerPixel, 1);
    r.text(DCM_PhotometricInterpretation, "MONOCHROME2");
    r.number(DCM_Rows, grid.dim[1]);
    r.number(DCM_Columns, grid.dim[0]);
    r.number(DCM_BitsAllocated, 16);
    r.number(DCM_BitsStored, 16);
    r.number(DCM_HighBit, 15);
    r.number(DCM_PixelRepresentation, 1);
    r.decimal(DCM_RescaleIntercept, grid.intercept);
    r.decimal(DCM_RescaleSlope, grid.slope);
    r.text(DCM_RescaleType, "HU");
    r.text(DCM_WindowCenter, "300");
    r.text(DCM_WindowWidth, "1500");
    if (r.item->putAndInsertUint16Array(DCM_PixelData, bits.data(), size)
            .bad())
        throw std::runtime_error("pixel data refused");
}

extern "C" pp_status
pp_dicom_write_ct(const char *directory, const pp_grid *grid,
                  const pp_dicom_write_options *options, pp_error *err)
{
    return guarded(err, "DCMTK", [&] {
        if (grid->type != PP_VOXEL_I16)
            return pp_fail(err, PP_EUNSUPPORTED, "a CT series holds int16");
        for (size_t k = 0; k < grid->dim[2]; k++) {
            DcmFileFormat file;
            const Record r(file.getDataset());
            char name[32];

            put_common(r, *options, UID_CTImageStorage,
                       slice_uid(*options, k));
            put_series(r, *options);
            r.integer(DCM_InstanceNumber, k + 1);
            put_plane(r, *grid, k);
            put_pixels(r, *grid, k);
            std::snprintf(name, sizeof name, "/ct%04zu.dcm", k + 1);
            if (save(file, std::string(directory) + name, err) != PP_OK)
                return err->status;
        }
        return PP_OK;
    });
}
