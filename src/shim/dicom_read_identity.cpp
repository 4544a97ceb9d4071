// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_read_identity.cpp - whose scan it is
#include "shim/dicom_identity.h"

#include "base/alloc.h"
#include "shim/dicom_read.hpp"
#include "shim/guard.hpp"

#include <cstring>

extern "C" pp_status
pp_dicom_identity(const char *path, char *value[PP_DICOM_NIDENTITY],
                  pp_error *err)
{
    static const DcmTagKey tag[PP_DICOM_NIDENTITY] = {
        DCM_PatientName, DCM_PatientID, DCM_PatientBirthDate, DCM_PatientSex,
        DCM_StudyDate, DCM_StudyDescription,
    };

    for (int i = 0; i < PP_DICOM_NIDENTITY; i++)
        value[i] = nullptr;
    return guarded(err, "DCMTK", [&] {
        DcmFileFormat file;

        dicom_start();
        if (file.loadFile(path, EXS_Unknown, EGL_noChange, 4096,
                          ERM_fileOnly)
                .bad())
            return pp_fail(err, PP_EFORMAT, "is no DICOM file");
        DcmDataset *data = file.getDataset();
        for (int i = 0; i < PP_DICOM_NIDENTITY; i++) {
            value[i] = dicom_name(data, data, tag[i]);
            if (value[i] == nullptr)
                return pp_fail_memory(err);
        }
        return PP_OK;
    });
}
