// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_report_read.cpp - lengths out of structured reports
//
// Of any report, not only TID 1500: a number in a unit of length with two
// points of space (SCOORD3D) or of an image (SCOORD) below it, or beside it in
// a measurement group that has no other.
#include "shim/dicom_report.h"

#include "base/alloc.h"
#include "shim/dicom_read.hpp"
#include "shim/guard.hpp"

#include <dcmtk/dcmdata/dcistrmb.h>

#include <cstring>
#include <vector>

namespace {

const int most_depth = 64; // of content items; TID 1500 needs six

std::string
text_of(DcmItem *item, const DcmTagKey &tag)
{
    char text[129];

    if (item == nullptr)
        return "";
    dicom_text(item, tag, text, sizeof text);
    return text;
}

bool
has_code(DcmItem *item, const DcmTagKey &sequence, const char *value)
{
    return text_of(dicom_first(item, sequence), DCM_CodeValue) == value;
}

std::vector<DcmItem *>
children(DcmItem *item)
{
    std::vector<DcmItem *> all;
    DcmSequenceOfItems *content = nullptr;

    if (item->findAndGetSequence(DCM_ContentSequence, content).good() &&
        content != nullptr)
        for (DcmObject *o = content->nextInContainer(nullptr); o != nullptr;
             o = content->nextInContainer(o))
            if (DcmItem *child = dynamic_cast<DcmItem *>(o))
                all.push_back(child);
    return all;
}

// Millimetres; false when it is in no unit of length.
bool
length_of(DcmItem *number, double *mm)
{
    static const struct {
        const char *unit;
        double mm;
    } known[] = { { "mm", 1 }, { "cm", 10 }, { "m", 1000 }, { "um", 1e-3 } };
    DcmItem *measured = dicom_first(number, DCM_MeasuredValueSequence);
    DcmItem *code = dicom_first(measured, DCM_MeasurementUnitsCodeSequence);
    const std::string unit = text_of(code, DCM_CodeValue);

    if (text_of(code, DCM_CodingSchemeDesignator) != "UCUM" ||
        !dicom_number(measured, DCM_NumericValue, 0, mm))
        return false;
    for (const auto &k : known)
        if (unit == k.unit) {
            *mm *= k.mm;
            return true;
        }
    return false;
}

bool
points_of_image(DcmItem *item, pp_dicom_length *l)
{
    for (DcmItem *child : children(item)) {
        DcmItem *image = dicom_first(child, DCM_ReferencedSOPSequence);

        if (image == nullptr)
            continue;
        dicom_text(image, DCM_ReferencedSOPInstanceUID, l->image,
                   sizeof l->image);
        l->frame_number = dicom_integer(image, DCM_ReferencedFrameNumber, 1,
                                        INT32_MAX, 0);
        return true;
    }
    return false;
}

// Two points, of space or of an image.
bool
points_of(DcmItem *item, pp_dicom_length *l)
{
    const std::string type = text_of(item, DCM_ValueType);
    const std::string graphic = text_of(item, DCM_GraphicType);
    const unsigned long per_point = type == "SCOORD3D" ? 3 : 2;
    const Float32 *data = nullptr;
    unsigned long n = 0;

    if ((type != "SCOORD3D" && type != "SCOORD") ||
        (graphic != "POLYLINE" && graphic != "MULTIPOINT") ||
        item->findAndGetFloat32Array(DCM_GraphicData, data, &n).bad() ||
        data == nullptr || n != 2 * per_point)
        return false;
    for (unsigned long i = 0; i < n; i++)
        if (!std::isfinite(data[i]))
            return false;
    l->in_space = per_point == 3;
    if (l->in_space) {
        for (int p = 0; p < 2; p++)
            l->point[p] = pp_vec(data[3 * p], data[3 * p + 1],
                                 data[3 * p + 2]);
        dicom_text(item, DCM_ReferencedFrameOfReferenceUID, l->frame,
                   sizeof l->frame);
        return true;
    }
    for (int p = 0; p < 2; p++)
        for (int c = 0; c < 2; c++)
            l->pixel[p][c] = data[2 * p + c];
    return points_of_image(item, l);
}

// The name in whole characters, as many as fit.
void
set_name(const std::string &name, char *to)
{
    size_t n = name.size();

    if (n > PP_LENGTH_NAME - 1)
        for (n = PP_LENGTH_NAME - 1;
             n > 0 && (static_cast<unsigned char>(name[n]) & 0xc0) == 0x80;)
            n--;
    memcpy(to, name.data(), n);
    to[n] = '\0';
}

std::string
utf8_of(DcmItem *root, DcmItem *item, const DcmTagKey &tag)
{
    char *text = item != nullptr ? dicom_name(root, item, tag) : nullptr;
    const std::string all = text != nullptr ? text : "";

    pp_free(text);
    return all;
}

class Walk {
public:
    explicit Walk(DcmItem *data) : root(data) {}
    void visit(DcmItem *item, const std::string &name, int depth);
    std::vector<pp_dicom_length> found;

private:
    void take(DcmItem *number, const pp_dicom_length *beside,
              const std::string &name);
    DcmItem *root;
};

// A number with points of its own, or (beside not NULL) with its group's.
void
Walk::take(DcmItem *number, const pp_dicom_length *beside,
           const std::string &name)
{
    pp_dicom_length l = {};
    bool placed = false;

    if (beside != nullptr) {
        l = *beside;
        placed = true;
    }
    if (text_of(number, DCM_ValueType) != "NUM" || !length_of(number, &l.mm))
        return;
    for (DcmItem *child : children(number))
        placed = placed || points_of(child, &l);
    if (!placed)
        return;
    set_name(!name.empty()
                 ? name
                 : utf8_of(root,
                           dicom_first(number, DCM_ConceptNameCodeSequence),
                           DCM_CodeMeaning),
             l.name);
    found.push_back(l);
}

void
Walk::visit(DcmItem *item, const std::string &above, int depth)
{
    const std::vector<DcmItem *> all = children(item);
    std::vector<pp_dicom_length> beside;
    size_t lengths = 0;
    std::string name = above;

    for (DcmItem *child : all) {
        pp_dicom_length l = {};
        double mm;

        if (has_code(child, DCM_ConceptNameCodeSequence, "112039"))
            name = utf8_of(root, child, DCM_TextValue);
        if (points_of(child, &l))
            beside.push_back(l);
        lengths += text_of(child, DCM_ValueType) == "NUM" &&
                   length_of(child, &mm);
    }
    const bool alone = lengths == 1 && beside.size() == 1;
    for (DcmItem *child : all) {
        take(child, alone ? &beside[0] : nullptr, name);
        if (depth < most_depth)
            visit(child, name, depth + 1);
    }
}

} // namespace

extern "C" pp_status
pp_dicom_lengths(const void *data, size_t size, pp_dicom_length **length,
                 size_t *n, pp_error *err)
{
    *length = nullptr;
    *n = 0;
    dicom_start();
    return guarded(err, "DCMTK", [&] {
        DcmFileFormat file;

        if (dicom_take(&file, data, size).bad())
            return pp_fail(err, PP_EFORMAT, "no DICOM file, or a cut one");
        if (!file.getDataset()->tagExists(DCM_ContentSequence))
            return pp_fail(err, PP_EUNSUPPORTED,
                           "a DICOM file, but no structured report");
        Walk walk(file.getDataset());
        walk.visit(file.getDataset(), "", 0);
        *length = static_cast<pp_dicom_length *>(
            pp_alloc(walk.found.size(), sizeof **length));
        if (*length == nullptr)
            return pp_fail_memory(err);
        *n = walk.found.size();
        if (*n > 0)
            memcpy(*length, walk.found.data(), *n * sizeof **length);
        return PP_OK;
    });
}
