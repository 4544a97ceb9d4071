// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_write.cpp - attributes, UIDs and files for the DICOM writers
//
// UIDs follow PS3.5 B.2 ("2.25" and a UUID as one decimal number); the UUID is
// name based (RFC 9562, version 8), which keeps the bytes the same in each run.
#include "shim/dicom_write.hpp"

#include "base/file.h"
#include "base/srgb.h"
#include "shim/sha256.h"

#include <cmath>
#include <cstdio>
#include <ctime>
#include <numeric>
#include <stdexcept>

namespace pp_dicom_write {

static void
check(const OFCondition &outcome, const DcmTagKey &tag)
{
    if (outcome.bad())
        throw std::runtime_error(std::string(tag.toString().c_str()) + ": " +
                                 outcome.text());
}

void
Record::text(const DcmTagKey &tag, const std::string &value) const
{
    check(item->putAndInsertString(tag, value.c_str()), tag);
}

std::string
decimal_text(double value)
{
    char buffer[40];

    for (int digits = 16; digits > 0; digits--) {
        std::snprintf(buffer, sizeof buffer, "%.*g", digits, value);
        if (std::string(buffer).size() <= 16)
            break;
    }
    return buffer;
}

void
Record::decimals(const DcmTagKey &tag, const double *value, size_t n) const
{
    std::string all;

    for (size_t i = 0; i < n; i++)
        all += (i > 0 ? "\\" : "") + decimal_text(value[i]);
    text(tag, all);
}

void
Record::decimal(const DcmTagKey &tag, double value) const
{
    decimals(tag, &value, 1);
}

void
Record::integer(const DcmTagKey &tag, size_t value) const
{
    text(tag, std::to_string(value));
}

void
Record::number(const DcmTagKey &tag, size_t value) const
{
    if (value > 65535)
        throw std::runtime_error(std::to_string(value) + " exceeds 65535");
    check(item->putAndInsertUint16(tag, Uint16(value)), tag);
}

void
Record::numbers(const DcmTagKey &tag, const std::vector<Uint32> &value) const
{
    check(item->putAndInsertUint32Array(tag, value.data(), value.size()), tag);
}

void
Record::pointer(const DcmTagKey &tag, const DcmTagKey &value) const
{
    check(item->putAndInsertTagKey(tag, value), tag);
}

Record
Record::append(const DcmTagKey &sequence) const
{
    DcmItem *added = nullptr;

    check(item->findOrCreateSequenceItem(sequence, added, -2), sequence);
    return Record(added);
}

void
Record::empty(const DcmTagKey &sequence) const
{
    check(item->insertEmptyElement(sequence), sequence);
}

void
Record::code(const DcmTagKey &sequence, const pp_code &code) const
{
    const Record r = append(sequence);

    r.text(DCM_CodeValue, code.value);
    r.text(DCM_CodingSchemeDesignator, code.scheme);
    r.text(DCM_CodeMeaning, code.meaning);
}

// The 16 bytes as one decimal number: long division by ten.
static std::string
decimal_of(std::vector<unsigned> bytes)
{
    std::string digits;

    for (bool left = true; left;) {
        unsigned rest = 0;

        left = false;
        for (unsigned &b : bytes) {
            const unsigned part = rest * 256 + b;

            b = part / 10;
            rest = part % 10;
            left = left || b != 0;
        }
        digits.insert(digits.begin(), char('0' + rest));
    }
    return digits;
}

std::string
uid(const pp_dicom_write_options &options, const std::string &role)
{
    const std::string name = std::string(options.seed) + "\n" + role;
    std::vector<unsigned> bytes(16);
    char hex[65];

    pp_sha256(name.data(), name.size(), hex);
    for (size_t i = 0; i < 16; i++)
        bytes[i] = unsigned(std::stoul(std::string(hex + 2 * i, 2), nullptr,
                                       16));
    bytes[6] = (bytes[6] & 0x0f) | 0x80; // version 8
    bytes[8] = (bytes[8] & 0x3f) | 0x80; // variant
    return "2.25." + decimal_of(bytes);
}

std::string
slice_uid(const pp_dicom_write_options &options, size_t k)
{
    return uid(options, "slice " + std::to_string(k));
}

Plane
plane_of(const pp_grid &grid)
{
    Plane p = {};

    for (int axis = 0; axis < 3; axis++)
        p.spacing[axis] = std::hypot(grid.to_lps[0][axis],
                                     grid.to_lps[1][axis],
                                     grid.to_lps[2][axis]);
    for (int axis = 0; axis < 2; axis++)
        for (int row = 0; row < 3; row++)
            p.direction[3 * axis + row] =
                grid.to_lps[row][axis] / p.spacing[axis];
    return p;
}

pp_vec3
slice_position(const pp_grid &grid, size_t k)
{
    double p[3];

    for (int row = 0; row < 3; row++)
        p[row] = grid.to_lps[row][3] + grid.to_lps[row][2] * double(k);
    return pp_vec(p[0], p[1], p[2]);
}

uint32_t
label_at(const pp_grid &labels, size_t n)
{
    return labels.type == PP_VOXEL_U8
               ? static_cast<const uint8_t *>(labels.voxel)[n]
               : static_cast<const uint16_t *>(labels.voxel)[n];
}

std::vector<size_t>
slice_order(const pp_dicom_write_options &options, size_t nslice)
{
    std::vector<size_t> order(nslice);
    size_t step = 1;

    if (options.scattered) // a stride that shares no factor visits each once
        for (step = nslice * 5 / 8 + 1; std::gcd(step, nslice) != 1;)
            step++;
    for (size_t n = 0; n < nslice; n++)
        order[n] = (n * step + (options.scattered ? nslice / 3 : 0)) % nslice;
    return order;
}

void
put_orientation(const Record &r, const Plane &plane)
{
    r.decimals(DCM_ImageOrientationPatient, plane.direction, 6);
}

void
put_measures(const Record &r, const Plane &plane)
{
    const double between_rows_columns[2] = { plane.spacing[1],
                                             plane.spacing[0] };

    r.decimals(DCM_PixelSpacing, between_rows_columns, 2);
    r.decimal(DCM_SliceThickness, plane.spacing[2]);
    r.decimal(DCM_SpacingBetweenSlices, plane.spacing[2]);
}

void
put_position(const Record &r, const pp_grid &grid, size_t k)
{
    const pp_vec3 at = slice_position(grid, k);
    const double position[3] = { at.x, at.y, at.z };

    r.decimals(DCM_ImagePositionPatient, position, 3);
}

void
put_pixel_form(const Record &r, const pp_grid &grid, size_t bits,
               bool is_signed)
{
    r.number(DCM_SamplesPerPixel, 1);
    r.text(DCM_PhotometricInterpretation, "MONOCHROME2");
    r.number(DCM_Rows, grid.dim[1]);
    r.number(DCM_Columns, grid.dim[0]);
    r.number(DCM_BitsAllocated, bits);
    r.number(DCM_BitsStored, bits);
    r.number(DCM_HighBit, bits - 1);
    r.number(DCM_PixelRepresentation, is_signed ? 1 : 0);
}

void
put_slice_reference(const Record &r, const pp_dicom_write_options &options,
                    size_t k)
{
    r.text(DCM_ReferencedSOPClassUID, UID_CTImageStorage);
    r.text(DCM_ReferencedSOPInstanceUID, slice_uid(options, k));
}

void
put_dimensions(const Record &r, const pp_dicom_write_options &options,
               bool by_segment)
{
    const std::string organization = uid(options, "dimensions");
    const struct {
        DcmTagKey pointer, group;
        const char *label;
    } index[] = {
        { DCM_ReferencedSegmentNumber, DCM_SegmentIdentificationSequence,
          "ReferencedSegmentNumber" },
        { DCM_ImagePositionPatient, DCM_PlanePositionSequence,
          "ImagePositionPatient" },
    };

    r.append(DCM_DimensionOrganizationSequence)
        .text(DCM_DimensionOrganizationUID, organization);
    for (size_t n = by_segment ? 0 : 1; n < 2; n++) {
        const Record one = r.append(DCM_DimensionIndexSequence);

        one.text(DCM_DimensionOrganizationUID, organization);
        one.pointer(DCM_DimensionIndexPointer, index[n].pointer);
        one.pointer(DCM_FunctionalGroupPointer, index[n].group);
        one.text(DCM_DimensionDescriptionLabel, index[n].label);
    }
}

// sRGB to CIELab (D50 by Bradford, the white of the profile connection space
// that PS3.3 C.10.7.1.1 asks for), scaled to 16 bits.
static std::vector<Uint16>
lab_of(const uint8_t rgb[3])
{
    static const double to_xyz[3][3] = { // rows divided by the D50 white
        { 0.4360747 / 0.9642, 0.3850649 / 0.9642, 0.1430804 / 0.9642 },
        { 0.2225045, 0.7168786, 0.0606169 },
        { 0.0139322 / 0.8251, 0.0971045 / 0.8251, 0.7141733 / 0.8251 }
    };
    double linear[3], f[3];

    for (int c = 0; c < 3; c++)
        linear[c] = pp_byte_to_linear(rgb[c]);
    for (int row = 0; row < 3; row++) {
        double t = 0;

        for (int c = 0; c < 3; c++)
            t += to_xyz[row][c] * linear[c];
        f[row] = t > 216.0 / 24389 ? std::cbrt(t)
                                   : (24389.0 / 27 * t + 16) / 116;
    }
    const double lightness = 116 * f[1] - 16;
    const double a = 500 * (f[0] - f[1]), b = 200 * (f[1] - f[2]);

    return { Uint16(std::lround(lightness / 100 * 65535)),
             Uint16(std::lround((a + 128) / 255 * 65535)),
             Uint16(std::lround((b + 128) / 255 * 65535)) };
}

void
put_colour(const Record &segment, const uint8_t rgb[3])
{
    if (segment.item
            ->putAndInsertUint16Array(DCM_RecommendedDisplayCIELabValue,
                                      lab_of(rgb).data(), 3)
            .bad())
        throw std::runtime_error("colour refused");
}

static std::string
time_text(const pp_dicom_write_options &options, const char *format)
{
    const time_t seconds = time_t(options.seconds);
    struct tm utc = {};
    char text[32];

    if (gmtime_r(&seconds, &utc) == nullptr ||
        std::strftime(text, sizeof text, format, &utc) == 0)
        throw std::runtime_error("date beyond the calendar");
    return text;
}

std::string
date(const pp_dicom_write_options &options)
{
    return time_text(options, "%Y%m%d");
}

std::string
time_of_day(const pp_dicom_write_options &options)
{
    return time_text(options, "%H%M%S");
}

void
put_common(const Record &r, const pp_dicom_write_options &options,
           const char *sop_class, const std::string &sop_instance)
{
    r.text(DCM_SpecificCharacterSet, "ISO_IR 192");
    r.text(DCM_SOPClassUID, sop_class);
    r.text(DCM_SOPInstanceUID, sop_instance);
    r.text(DCM_PatientName, "PHANTOM^SAMPLE");
    r.text(DCM_PatientID, "PHANTOM");
    r.text(DCM_PatientBirthDate, "");
    r.text(DCM_PatientSex, "O");
    r.text(DCM_StudyInstanceUID, uid(options, "study"));
    r.text(DCM_StudyDate, date(options));
    r.text(DCM_StudyTime, time_of_day(options));
    r.text(DCM_ReferringPhysicianName, "");
    r.text(DCM_StudyID, "1");
    r.text(DCM_AccessionNumber, "");
    r.text(DCM_FrameOfReferenceUID, uid(options, "frame of reference"));
    r.text(DCM_PositionReferenceIndicator, "");
    r.text(DCM_Manufacturer, "printprep");
    r.text(DCM_ManufacturerModelName, "phantom by formula");
    r.text(DCM_DeviceSerialNumber, "1");
    r.text(DCM_SoftwareVersions, "1");
    r.text(DCM_SeriesDescription, options.description);
}

void
put_content_date(const Record &r, const pp_dicom_write_options &options)
{
    r.text(DCM_ContentDate, date(options));
    r.text(DCM_ContentTime, time_of_day(options));
}

pp_status
encode(DcmFileFormat &file, pp_bytes *out, pp_error *err)
{
    const E_TransferSyntax syntax = EXS_LittleEndianExplicit;

    file.getDataset()->chooseRepresentation(syntax, nullptr);
    if (file.validateMetaInfo(syntax, EWM_updateMeta).bad())
        throw std::runtime_error("meta information refused");

    // preamble and "DICM" come on top of the elements
    std::vector<char> bytes(file.calcElementLength(syntax, EET_ExplicitLength)
                            + 4096);
    DcmOutputBufferStream stream(bytes.data(), bytes.size());
    void *start = nullptr;
    offile_off_t size = 0;

    file.transferInit();
    const OFCondition outcome =
        file.write(stream, syntax, EET_ExplicitLength, nullptr);
    file.transferEnd();
    stream.flush();
    stream.flushBuffer(start, size);
    if (outcome.bad())
        throw std::runtime_error(outcome.text());
    return pp_bytes_append(out, start, size_t(size), err);
}

pp_status
save(DcmFileFormat &file, const std::string &path, pp_error *err)
{
    pp_bytes bytes = {};

    if (encode(file, &bytes, err) == PP_OK)
        (void)!pp_file_write(path.c_str(), bytes.data, bytes.size, err);
    pp_bytes_free(&bytes);
    return err->status;
}

} // namespace pp_dicom_write
