// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_report_write.cpp - measurements as a report of template TID 1500
//
// (PS3.16: TID 1500 Measurement Report, 1600 Image Library, 1501 Measurement
// Group, 300 Measurement.) The tree of content items is written as it is, item
// by item: what follows from what can be read off the calls.
#include "shim/dicom_report.hpp"

#include "shim/guard.hpp"

#include <cmath>
#include <stdexcept>

using namespace pp_dicom_report;

namespace {

const char *const our_scheme = "99PRINTPREP";

// A content item of a relationship and value type under another.
Record
item(const Record &under, const char *relationship, const char *type,
     const pp_code &concept)
{
    const Record r = under.append(DCM_ContentSequence);

    r.text(DCM_RelationshipType, relationship);
    r.text(DCM_ValueType, type);
    if (concept.value != nullptr)
        r.code(DCM_ConceptNameCodeSequence, concept);
    return r;
}

Record
container(const Record &under, const pp_code &concept)
{
    const Record r = item(under, "CONTAINS", "CONTAINER", concept);

    r.text(DCM_ContinuityOfContent, "SEPARATE");
    return r;
}

void
put_code(const Record &under, const char *relationship, const pp_code &concept,
         const pp_code &value)
{
    item(under, relationship, "CODE", concept)
        .code(DCM_ConceptCodeSequence, value);
}

void
put_text(const Record &under, const char *relationship, const pp_code &concept,
         const std::string &text)
{
    item(under, relationship, "TEXT", concept).text(DCM_TextValue, text);
}

void
put_uid(const Record &under, const pp_code &concept, const std::string &uid)
{
    item(under, "HAS OBS CONTEXT", "UIDREF", concept).text(DCM_UID, uid);
}

void
put_template(const Record &r, const char *number)
{
    const Record t = r.append(DCM_ContentTemplateSequence);

    t.text(DCM_MappingResource, "DCMR");
    t.text(DCM_TemplateIdentifier, number);
}

// Language, observer (a device: this program), procedure.
void
put_context(const Record &root, const pp_report_options &options)
{
    put_code(root, "HAS CONCEPT MOD",
             { "121049", "DCM", "Language of Content Item and Descendants" },
             { "en", "RFC5646", "English" });
    put_code(root, "HAS OBS CONTEXT", { "121005", "DCM", "Observer Type" },
             { "121007", "DCM", "Device" });
    put_uid(root, { "121012", "DCM", "Device Observer UID" },
            seeded_uid("printprep", options.version));
    put_text(root, "HAS OBS CONTEXT",
             { "121013", "DCM", "Device Observer Name" }, "printprep");
    put_text(root, "HAS OBS CONTEXT",
             { "121015", "DCM", "Device Observer Model Name" },
             std::string("meshmeasure ") + options.version);
    put_code(root, "HAS CONCEPT MOD",
             { "121058", "DCM", "Procedure reported" },
             { "363679005", "SCT", "Imaging procedure" });
}

void
put_library(const Record &root, const pp_origin &origin)
{
    const Record group =
        container(container(root, { "111028", "DCM", "Image Library" }),
                  { "126200", "DCM", "Image Library Group" });

    for (size_t i = 0; i < origin.nimage; i++) {
        const pp_origin_image &image = origin.image[i];

        if (i > 0 && std::string(image.uid) == origin.image[i - 1].uid)
            continue;
        const Record one =
            item(group, "CONTAINS", "IMAGE", { nullptr, nullptr, nullptr })
                .append(DCM_ReferencedSOPSequence);
        one.text(DCM_ReferencedSOPClassUID, image.sop_class);
        one.text(DCM_ReferencedSOPInstanceUID, image.uid);
    }
}

void
put_value(const Record &number, double value, const pp_code &unit)
{
    const Record measured = number.append(DCM_MeasuredValueSequence);

    if (!std::isfinite(value))
        throw std::runtime_error("a value is not finite");
    measured.code(DCM_MeasurementUnitsCodeSequence, unit);
    measured.decimal(DCM_NumericValue, value);
}

void
put_points(const Record &number, const pp_vec3 point[2],
           const pp_origin &origin)
{
    const Record r = item(number, "INFERRED FROM", "SCOORD3D",
                          { "121055", "DCM", "Path" });
    const Float32 data[6] = {
        Float32(point[0].x), Float32(point[0].y), Float32(point[0].z),
        Float32(point[1].x), Float32(point[1].y), Float32(point[1].z),
    };

    r.text(DCM_ReferencedFrameOfReferenceUID, origin.frame);
    r.text(DCM_GraphicType, "POLYLINE");
    if (r.item->putAndInsertFloat32Array(DCM_GraphicData, data, 6).bad())
        throw std::runtime_error("points refused");
}

void
put_number(const Record &group, const pp_report_number &n,
           const pp_origin &origin)
{
    const Record r = item(group, "CONTAINS", "NUM", n.concept);

    put_value(r, n.value, n.unit);
    if (n.method.value != nullptr)
        put_code(r, "HAS CONCEPT MOD",
                 { "370129005", "SCT", "Measurement Method" }, n.method);
    if (!std::isnan(n.uncertainty))
        put_value(item(r, "HAS PROPERTIES", "NUM",
                       { "371884006", "SCT",
                         "+/-, range of measurement uncertainty" }),
                  n.uncertainty, n.unit);
    if (n.has_points)
        put_points(r, n.point, origin);
}

void
put_group(const Record &measurements, const pp_report_group &g,
          const pp_origin &origin)
{
    const Record r =
        container(measurements, { "125007", "DCM", "Measurement Group" });

    put_template(r, "1501");
    put_text(r, "HAS OBS CONTEXT", { "112039", "DCM", "Tracking Identifier" },
             g.name);
    // the same thing in the same frame is tracked by the same UID
    put_uid(r, { "112040", "DCM", "Tracking Unique Identifier" },
            seeded_uid(std::string(origin.frame) + "\n" + g.name, "tracking"));
    for (size_t n = 0; n < g.n; n++)
        put_number(r, g.number[n], origin);
    if (g.verdict.value != nullptr)
        put_code(r, "CONTAINS", g.finding, g.verdict);
}

void
put_evidence(const Record &r, const pp_origin &origin)
{
    const Record study =
        r.append(DCM_CurrentRequestedProcedureEvidenceSequence);
    study.text(DCM_StudyInstanceUID, origin.study);
    const Record series = study.append(DCM_ReferencedSeriesSequence);
    series.text(DCM_SeriesInstanceUID, origin.series);
    put_instances(series, DCM_ReferencedSOPSequence, origin);
}

void
put_document(const Record &r, const pp_origin &origin)
{
    r.empty(DCM_ReferencedPerformedProcedureStepSequence);
    r.empty(DCM_PerformedProcedureCodeSequence);
    r.text(DCM_CompletionFlag, "COMPLETE");
    r.text(DCM_VerificationFlag, "UNVERIFIED");
    r.text(DCM_PreliminaryFlag, "PRELIMINARY");
    put_evidence(r, origin);

    const Record scheme = r.append(DCM_CodingSchemeIdentificationSequence);
    scheme.text(DCM_CodingSchemeDesignator, our_scheme);
    scheme.text(DCM_CodingSchemeName, "methods and verdicts of printprep");
}

} // namespace

extern "C" pp_status
pp_dicom_encode_report(const pp_report_group *group, size_t ngroup,
                       const pp_origin *origin,
                       const pp_report_options *options, pp_bytes *out,
                       pp_error *err)
{
    return guarded(err, "DCMTK", [&] {
        DcmFileFormat file;
        const Record r(file.getDataset());

        if (origin->frame[0] == '\0')
            return pp_fail(err, PP_EGEOM,
                           "the source has no frame of reference");
        put_origin(r, *origin, *options, UID_Comprehensive3DSRStorage, "SR");
        put_document(r, *origin);
        r.text(DCM_ValueType, "CONTAINER");
        r.code(DCM_ConceptNameCodeSequence,
               { "126000", "DCM", "Imaging Measurement Report" });
        r.text(DCM_ContinuityOfContent, "SEPARATE");
        put_template(r, "1500");
        put_context(r, *options);
        put_library(r, *origin);
        const Record all =
            container(r, { "126010", "DCM", "Imaging Measurements" });
        for (size_t g = 0; g < ngroup; g++)
            put_group(all, group[g], *origin);
        put_instance(r, content_seed(file));
        return pp_dicom_write::encode(file, out, err);
    });
}
