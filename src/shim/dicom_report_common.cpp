// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_report_common.cpp - patient, study, series and UIDs beside a source
//
// Patient and study attributes are type 2 in both objects: they may be empty,
// and are, unless they are copied from the source on demand. The study's UID
// is the source's in any case: it files the new object beside it.
#include "shim/dicom_report.hpp"

#include "base/alloc.h"
#include "shim/sha256.h"

#include <cstring>
#include <stdexcept>

using namespace pp_dicom_write;

void
pp_origin_free(pp_origin *origin)
{
    pp_free(origin->image);
    pp_free(origin->path);
    *origin = pp_origin();
}

namespace pp_dicom_report {

static void
put_identity(const Record &r, const pp_origin &origin, bool copy)
{
    static const DcmTagKey tag[] = {
        DCM_PatientName, DCM_PatientID, DCM_PatientBirthDate, DCM_PatientSex,
        DCM_StudyDate, DCM_StudyTime, DCM_StudyID, DCM_AccessionNumber,
        DCM_ReferringPhysicianName,
    };
    DcmFileFormat source;

    if (copy && (origin.path == nullptr ||
                 source.loadFile(origin.path, EXS_Unknown, EGL_noChange, 4096)
                     .bad()))
        throw std::runtime_error("the source cannot be read again");

    OFString charset = "ISO_IR 192";
    if (copy)
        source.getDataset()->findAndGetOFStringArray(DCM_SpecificCharacterSet,
                                                     charset);
    if (copy && charset != "ISO_IR 192" &&
        source.getDataset()->convertToUTF8().bad())
        throw std::runtime_error("the patient's name is in no character set "
                                 "that can be converted");
    for (const DcmTagKey &t : tag) {
        OFString value;

        if (copy)
            source.getDataset()->findAndGetOFStringArray(t, value);
        r.text(t, value.c_str());
    }
}

void
put_origin(const Record &r, const pp_origin &origin,
           const pp_report_options &options, const char *sop_class,
           const char *modality)
{
    pp_dicom_write_options dates = {};

    dates.seconds = options.seconds;
    if (origin.study[0] == '\0' || origin.nimage == 0)
        throw std::runtime_error("the source has no study or no images");
    r.text(DCM_SpecificCharacterSet, "ISO_IR 192");
    r.text(DCM_SOPClassUID, sop_class);
    put_identity(r, origin, options.identity);
    r.text(DCM_StudyInstanceUID, origin.study);
    r.text(DCM_Modality, modality);
    r.text(DCM_SeriesNumber, "1");
    r.text(DCM_SeriesDescription, options.description);
    r.text(DCM_InstanceNumber, "1");
    r.text(DCM_Manufacturer, "printprep");
    r.text(DCM_ManufacturerModelName, "printprep");
    r.text(DCM_DeviceSerialNumber, "1");
    r.text(DCM_SoftwareVersions, options.version);
    put_content_date(r, dates);
}

std::string
content_seed(DcmFileFormat &file)
{
    pp_bytes bytes = {};
    pp_error err = {};
    char hex[65];

    // the meta header needs an instance: one that will be replaced
    file.getDataset()->putAndInsertString(DCM_SOPInstanceUID, "2.25.1");
    file.getDataset()->putAndInsertString(DCM_SeriesInstanceUID, "2.25.1");
    if (encode(file, &bytes, &err) != PP_OK)
        throw std::runtime_error(err.message);
    pp_sha256(bytes.data, bytes.size, hex);
    pp_bytes_free(&bytes);
    return hex;
}

std::string
seeded_uid(const std::string &seed, const char *role)
{
    pp_dicom_write_options options = {};

    options.seed = seed.c_str();
    return uid(options, role);
}

void
put_instance(const Record &r, const std::string &seed)
{
    r.text(DCM_SOPInstanceUID, seeded_uid(seed, "instance"));
    r.text(DCM_SeriesInstanceUID, seeded_uid(seed, "series"));
}

void
put_instances(const Record &r, const DcmTagKey &sequence,
              const pp_origin &origin)
{
    for (size_t i = 0; i < origin.nimage; i++) {
        const pp_origin_image &image = origin.image[i];

        // the frames of an instance follow one another
        if (i > 0 && strcmp(image.uid, origin.image[i - 1].uid) == 0)
            continue;
        const Record one = r.append(sequence);
        one.text(DCM_ReferencedSOPClassUID, image.sop_class);
        one.text(DCM_ReferencedSOPInstanceUID, image.uid);
    }
}

} // namespace pp_dicom_report
