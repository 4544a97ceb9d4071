// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_report_stl.cpp - an STL within DICOM (PS3.3 A.85.1, sup. 205, 2018)
//
// The bytes of the STL are kept as they are; a byte of zero makes their number
// even, and EncapsulatedDocumentLength says how many are the document.
#include "shim/dicom_report.hpp"

#include "shim/dicom_read.hpp"
#include "shim/guard.hpp"

#include <dcmtk/dcmdata/dcistrmb.h>

#include <stdexcept>

using namespace pp_dicom_report;

namespace {

const pp_code millimetre = { "mm", "UCUM", "mm" };

void
put_document(const Record &r, const void *stl, size_t size, const char *title)
{
    const Uint8 *bytes = static_cast<const Uint8 *>(stl);
    std::vector<Uint8> even(bytes, bytes + size);

    if (size > 0xfffffffe)
        throw std::runtime_error("an STL beyond 4 GiB");
    if (even.size() % 2 != 0)
        even.push_back(0);
    r.text(DCM_AcquisitionDateTime, "");
    r.text(DCM_BurnedInAnnotation, "NO");
    r.text(DCM_DocumentTitle, title);
    r.empty(DCM_ConceptNameCodeSequence);
    r.text(DCM_MIMETypeOfEncapsulatedDocument, "model/stl");
    r.numbers(DCM_EncapsulatedDocumentLength, { Uint32(size) });
    if (r.item->putAndInsertUint8Array(DCM_EncapsulatedDocument, even.data(),
                                       even.size())
            .bad())
        throw std::runtime_error("the STL does not fit");
}

} // namespace

extern "C" pp_status
pp_dicom_encode_stl(const void *stl, size_t size, const char *title,
                    const pp_origin *origin, const pp_report_options *options,
                    pp_bytes *out, pp_error *err)
{
    return guarded(err, "DCMTK", [&] {
        DcmFileFormat file;
        const Record r(file.getDataset());

        if (origin->frame[0] == '\0')
            return pp_fail(err, PP_EGEOM,
                           "the source has no frame of reference");
        put_origin(r, *origin, *options, UID_EncapsulatedSTLStorage, "M3D");
        r.text(DCM_FrameOfReferenceUID, origin->frame);
        r.text(DCM_PositionReferenceIndicator, "");
        put_document(r, stl, size, title);
        put_instances(r, DCM_SourceInstanceSequence, *origin);
        const Record series = r.append(DCM_ReferencedSeriesSequence);
        series.text(DCM_SeriesInstanceUID, origin->series);
        put_instances(series, DCM_ReferencedInstanceSequence, *origin);
        r.code(DCM_MeasurementUnitsCodeSequence, millimetre);
        r.text(DCM_ModelModification, options->modified ? "YES" : "NO");
        r.text(DCM_ModelMirroring, "NO");
        r.code(DCM_ModelUsageCodeSequence,
               { "129013", "DCM", "Planning Intent" });
        put_instance(r, content_seed(file));
        return pp_dicom_write::encode(file, out, err);
    });
}

extern "C" pp_status
pp_dicom_decode_stl(const void *data, size_t size, pp_bytes *stl,
                    pp_error *err)
{
    dicom_start();
    return guarded(err, "DCMTK", [&] {
        DcmFileFormat file;
        const Uint8 *bytes = nullptr;
        unsigned long n = 0;
        char unit[17], scheme[17], type[65];
        DcmItem *code;

        if (dicom_take(&file, data, size).bad())
            return pp_fail(err, PP_EFORMAT, "no DICOM file, or a cut one");
        DcmItem *set = file.getDataset();
        dicom_text(set, DCM_MIMETypeOfEncapsulatedDocument, type,
                   sizeof type);
        if (strcmp(type, "model/stl") != 0 ||
            set->findAndGetUint8Array(DCM_EncapsulatedDocument, bytes, &n)
                .bad() ||
            bytes == nullptr)
            return pp_fail(err, PP_EUNSUPPORTED,
                           "no STL is encapsulated in it");
        code = dicom_first(set, DCM_MeasurementUnitsCodeSequence);
        if (code == nullptr)
            return pp_fail(err, PP_EFORMAT, "the model has no unit");
        dicom_text(code, DCM_CodeValue, unit, sizeof unit);
        dicom_text(code, DCM_CodingSchemeDesignator, scheme, sizeof scheme);
        if (strcmp(unit, "mm") != 0 || strcmp(scheme, "UCUM") != 0)
            return pp_fail(err, PP_EUNSUPPORTED,
                           "the model is not in millimetres");
        const int64_t length = dicom_integer(
            set, DCM_EncapsulatedDocumentLength, 0, int64_t(n), int64_t(n));
        return pp_bytes_append(stl, bytes, size_t(length), err);
    });
}
