// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_read_directory.cpp - what one data set says about others
//
// A DICOMDIR lists records, parents before children (PS3.3 F.3); a
// segmentation and an RT structure set name the images that they were drawn
// on. Nothing is opened here.
#include "shim/dicom_read.hpp"

#include "base/alloc.h"
#include "shim/guard.hpp"

#include <cstring>

// "A\B\C", as written on the disc, to "A/B/C"; empty when it leads elsewhere.
static OFString
file_of(DcmItem *record)
{
    OFString all, part;

    for (unsigned long i = 0;
         record->findAndGetOFString(DCM_ReferencedFileID, part, i).good();
         i++) {
        const size_t last = part.find_last_not_of(OFString(" \0", 2));

        part.erase(last == OFString_npos ? 0 : last + 1);
        if (part.empty() || part[0] == '.' ||
            part.find('/') != OFString_npos)
            return OFString();
        all += (i > 0 ? "/" : "") + part;
    }
    return all;
}

static pp_status
add_entry(DcmItem *record, const char *series, pp_dicom_entry **entry,
          size_t *n, size_t *capacity, pp_error *err)
{
    const OFString file = file_of(record);
    pp_dicom_entry e = { nullptr, "" };

    if (file.empty())
        return PP_OK;
    if (pp_grow(entry, capacity, *n + 1, sizeof e, err) != PP_OK)
        return err->status;
    e.file = pp_strdup(file.c_str());
    if (e.file == nullptr)
        return pp_fail_memory(err);
    OFStandard::strlcpy(e.series, series, sizeof e.series);
    (*entry)[(*n)++] = e;
    return PP_OK;
}

extern "C" pp_status
pp_dicom_directory(pp_dicom *dicom, pp_dicom_entry **entry, size_t *n,
                   pp_error *err)
{
    *entry = nullptr;
    *n = 0;
    (void)guarded(err, "DCMTK", [&]() -> pp_status {
        DcmSequenceOfItems *sequence = nullptr;
        DcmObject *object = nullptr;
        size_t capacity = 0;
        char series[65] = "", type[17];

        if (dicom->data()
                ->findAndGetSequence(DCM_DirectoryRecordSequence, sequence)
                .bad())
            return pp_fail(err, PP_EFORMAT, "the DICOMDIR has no records");
        while ((object = sequence->nextInContainer(object)) != nullptr) {
            DcmItem *record = static_cast<DcmItem *>(object);

            // 0: deleted; anything else, and none at all: in use
            if (dicom_integer(record, DCM_RecordInUseFlag, 0, 65535,
                              65535) == 0)
                continue;
            dicom_text(record, DCM_DirectoryRecordType, type, sizeof type);
            if (strcmp(type, "SERIES") == 0)
                dicom_text(record, DCM_SeriesInstanceUID, series,
                           sizeof series);
            else if (add_entry(record, series, entry, n, &capacity, err) !=
                     PP_OK)
                return err->status;
        }
        return PP_OK;
    });
    if (err->status != PP_OK) {
        pp_dicom_directory_free(*entry, *n);
        *entry = nullptr;
        *n = 0;
    }
    return err->status;
}

extern "C" void
pp_dicom_directory_free(pp_dicom_entry *entry, size_t n)
{
    for (size_t e = 0; e < n; e++)
        pp_free(entry[e].file);
    pp_free(entry);
}

/* ---- references ---- */

static bool
is_source(const DcmTagKey &sequence)
{
    return sequence == DCM_ReferencedInstanceSequence ||
           sequence == DCM_SourceImageSequence ||
           sequence == DCM_ContourImageSequence;
}

static void
find_series(DcmItem *root, char series[65])
{
    DcmItem *item = dicom_first(root, DCM_ReferencedSeriesSequence);

    if (item == nullptr) {
        item = dicom_first(root, DCM_ReferencedFrameOfReferenceSequence);
        item = dicom_first(item, DCM_RTReferencedStudySequence);
        item = dicom_first(item, DCM_RTReferencedSeriesSequence);
    }
    if (item != nullptr)
        dicom_text(item, DCM_SeriesInstanceUID, series, 65);
}

pp_status
dicom_references(DcmItem *root, pp_references *out, pp_error *err)
{
    DcmStack stack;

    find_series(root, out->series);
    while (root->nextObject(stack, OFTrue).good()) {
        // element, its item, its sequence
        if (stack.top()->getTag() != DCM_ReferencedSOPInstanceUID ||
            stack.card() < 3 || !is_source(stack.elem(2)->getTag()))
            continue;
        if (pp_grow(&out->uid, &out->capacity, out->n + 1, sizeof *out->uid,
                    err) != PP_OK)
            return err->status;
        dicom_text(static_cast<DcmItem *>(stack.elem(1)),
                   DCM_ReferencedSOPInstanceUID, out->uid[out->n], 65);
        if (out->uid[out->n][0] != '\0')
            out->n++;
    }
    return PP_OK;
}

pp_status
dicom_concept(DcmItem *root, DcmItem *item, const DcmTagKey &sequence,
              pp_concept *concept, pp_error *err)
{
    static const DcmTagKey value[] = { DCM_CodeValue, DCM_LongCodeValue,
                                       DCM_URNCodeValue };
    DcmItem *code = dicom_first(item, sequence);

    if (code == nullptr)
        return PP_OK;
    for (const DcmTagKey &tag : value)
        if (concept->value == nullptr && code->tagExistsWithValue(tag))
            concept->value = dicom_name(root, code, tag);
    concept->scheme = dicom_name(root, code, DCM_CodingSchemeDesignator);
    concept->meaning = dicom_name(root, code, DCM_CodeMeaning);
    if (concept->scheme == nullptr || concept->meaning == nullptr)
        return pp_fail_memory(err);
    return PP_OK;
}
