// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_read_structures.cpp - the contours of an RT structure set
//
// Regions are named in one sequence and drawn in another (PS3.3 C.8.8.5 and
// C.8.8.6); the number joins them.
#include "shim/dicom_read.hpp"

#include "base/alloc.h"
#include "shim/guard.hpp"
#include "shim/number.h"

#include <cstring>
#include <vector>

static pp_status
add_structure(DcmItem *root, DcmItem *item, pp_structures *out,
              size_t *capacity, pp_error *err)
{
    const int64_t number = dicom_integer(item, DCM_ROINumber, 0, UINT32_MAX,
                                         -1);

    if (number < 0)
        return pp_fail(err, PP_EFORMAT, "a structure without a number");
    for (size_t s = 0; s < out->nstructure; s++)
        if (out->structure[s].number == (uint32_t)number)
            return pp_fail(err, PP_EFORMAT, "two structures have the number "
                           "%lld", (long long)number);
    if (pp_grow(&out->structure, capacity, out->nstructure + 1,
                sizeof *out->structure, err) != PP_OK)
        return err->status;

    pp_structure *s = &out->structure[out->nstructure];

    *s = pp_structure();
    s->number = (uint32_t)number;
    s->name = dicom_name(root, item, DCM_ROIName);
    if (s->name == nullptr)
        return pp_fail_memory(err);
    out->nstructure++;
    dicom_text(item, DCM_ReferencedFrameOfReferenceUID, s->frame,
               sizeof s->frame);
    if (s->frame[0] == '\0')
        dicom_text(root, DCM_FrameOfReferenceUID, s->frame, sizeof s->frame);
    return PP_OK;
}

struct capacities {
    size_t contour = 0, point = 0;
};

// Numbers parted by backslashes, three a point.
static pp_status
add_points(const OFString &text, pp_structure *s, size_t *capacity,
           pp_error *err)
{
    const char *p = text.c_str(), *end = p + text.length();
    double number[3];
    int n = 0;

    while (p < end) {
        while (p < end && (*p == ' ' || *p == '\\' || *p == '+' || *p == '\0'))
            p++;
        if (p == end)
            break;
        p = pp_number_read_double(p, end, &number[n]);
        if (p == nullptr)
            return pp_fail(err, PP_EFORMAT, "a contour of structure %lu holds "
                           "what is no number", (unsigned long)s->number);
        if (++n < 3)
            continue;
        n = 0;
        if (pp_grow(&s->point, capacity, s->npoint + 1, sizeof *s->point,
                    err) != PP_OK)
            return err->status;
        s->point[s->npoint++] = pp_vec(number[0], number[1], number[2]);
    }
    if (n != 0)
        return pp_fail(err, PP_EFORMAT, "a contour of structure %lu ends "
                       "within a point", (unsigned long)s->number);
    return PP_OK;
}

// To be added to each point (PS3.3 up to 2006, ContourOffsetVector).
static void
add_offset(DcmItem *item, pp_structure *s, size_t first)
{
    double d[3];

    if (!dicom_numbers(item, DCM_RETIRED_ContourOffsetVector, 3, d))
        return;
    for (size_t p = first; p < s->npoint; p++)
        s->point[p] = pp_add(s->point[p], pp_vec(d[0], d[1], d[2]));
}

static pp_status
add_contours(DcmItem *item, pp_structure *s, capacities *room, pp_error *err)
{
    DcmSequenceOfItems *sequence = nullptr;
    DcmObject *object = nullptr;

    if (item->findAndGetSequence(DCM_ContourSequence, sequence).bad())
        return PP_OK; // a structure without a contour
    while ((object = sequence->nextInContainer(object)) != nullptr) {
        DcmItem *one = static_cast<DcmItem *>(object);
        pp_ring c = { s->npoint, 0, false };
        OFString text;
        char type[32];

        dicom_text(one, DCM_ContourGeometricType, type, sizeof type);
        c.closed = strcmp(type, "CLOSED_PLANAR") == 0 ||
                   strcmp(type, "CLOSEDPLANAR_XOR") == 0;
        if (one->findAndGetOFStringArray(DCM_ContourData, text).bad())
            continue;
        if (add_points(text, s, &room->point, err) != PP_OK ||
            pp_grow(&s->contour, &room->contour, s->ncontour + 1,
                    sizeof *s->contour, err) != PP_OK)
            return err->status;
        add_offset(one, s, c.first);
        c.n = s->npoint - c.first;
        s->contour[s->ncontour++] = c;
    }
    return PP_OK;
}

static void
read_colour(DcmItem *item, pp_structure *s)
{
    double rgb[3];

    s->has_colour = dicom_numbers(item, DCM_ROIDisplayColor, 3, rgb);
    for (int c = 0; s->has_colour && c < 3; c++)
        s->rgb[c] = rgb[c] < 0 ? 0 : rgb[c] > 255 ? 255 : (uint8_t)rgb[c];
}

static pp_status
read_contours(DcmItem *root, pp_structures *out, pp_error *err)
{
    std::vector<capacities> room(out->nstructure);
    DcmSequenceOfItems *sequence = nullptr;
    DcmObject *object = nullptr;

    if (root->findAndGetSequence(DCM_ROIContourSequence, sequence).bad())
        return pp_fail(err, PP_EFORMAT, "holds no contours");
    while ((object = sequence->nextInContainer(object)) != nullptr) {
        DcmItem *item = static_cast<DcmItem *>(object);
        const int64_t number =
            dicom_integer(item, DCM_ReferencedROINumber, 0, UINT32_MAX, -1);

        for (size_t i = 0; i < out->nstructure; i++) {
            if (out->structure[i].number != number)
                continue;
            if (!out->structure[i].has_colour)
                read_colour(item, &out->structure[i]);
            if (add_contours(item, &out->structure[i], &room[i], err) !=
                PP_OK)
                return err->status;
        }
    }
    return PP_OK;
}

extern "C" pp_status
pp_dicom_structures(pp_dicom *dicom, pp_structures *out, pp_error *err)
{
    *out = pp_structures();
    (void)guarded(err, "DCMTK", [&]() -> pp_status {
        DcmItem *root = dicom->data();
        DcmSequenceOfItems *sequence = nullptr;
        DcmObject *object = nullptr;
        size_t capacity = 0;

        if (root->findAndGetSequence(DCM_StructureSetROISequence, sequence)
                .bad())
            return pp_fail(err, PP_EFORMAT, "names no structures");
        while ((object = sequence->nextInContainer(object)) != nullptr)
            if (add_structure(root, static_cast<DcmItem *>(object), out,
                              &capacity, err) != PP_OK)
                return err->status;
        if (read_contours(root, out, err) != PP_OK)
            return err->status;
        return dicom_references(root, &out->refers, err);
    });
    if (err->status != PP_OK)
        pp_dicom_structures_free(out);
    return err->status;
}

extern "C" void
pp_dicom_structures_free(pp_structures *out)
{
    for (size_t s = 0; s < out->nstructure; s++) {
        pp_free(out->structure[s].name);
        pp_free(out->structure[s].contour);
        pp_free(out->structure[s].point);
    }
    pp_free(out->structure);
    pp_free(out->refers.uid);
    *out = pp_structures();
}
