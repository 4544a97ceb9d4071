// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_read.cpp - opening a DICOM file, and its header
#include "shim/dicom_read.hpp"

#include "base/text.h"
#include "shim/guard.hpp"

#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmdata/dcspchrs.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/oflog/oflog.h>

#include <cstring>
#include <mutex>

void
dicom_start()
{
    static std::once_flag once;

    std::call_once(once, [] {
        OFLog::configure(OFLogger::OFF_LOG_LEVEL);
        DcmRLEDecoderRegistration::registerCodecs();
        DJDecoderRegistration::registerCodecs();
        DJLSDecoderRegistration::registerCodecs();
    });
}

static bool
to_number(const OFString &text, double *value)
{
    const size_t first = text.find_first_not_of(" ");
    const size_t last = text.find_last_not_of(OFString(" \0", 2));

    return first != OFString_npos && last != OFString_npos && first <= last &&
           pp_text_to_double(text.substr(first, last - first + 1).c_str(),
                             value);
}

bool
dicom_number(DcmItem *item, const DcmTagKey &tag, unsigned long at,
             double *value)
{
    OFString text;

    return item->findAndGetOFString(tag, text, at).good() &&
           to_number(text, value);
}

bool
dicom_numbers(DcmItem *item, const DcmTagKey &tag, unsigned long n,
              double *value)
{
    for (unsigned long i = 0; i < n; i++)
        if (!dicom_number(item, tag, i, &value[i]))
            return false;
    return true;
}

int64_t
dicom_integer(DcmItem *item, const DcmTagKey &tag, int64_t low, int64_t high,
              int64_t fallback)
{
    double value;

    if (!dicom_number(item, tag, 0, &value) ||
        !(value >= (double)low && value <= (double)high))
        return fallback;
    return (int64_t)value;
}

void
dicom_text(DcmItem *item, const DcmTagKey &tag, char *text, size_t size)
{
    OFString all;

    text[0] = '\0';
    if (item->findAndGetOFStringArray(tag, all).bad())
        return;
    OFStandard::strlcpy(text, all.c_str(), size);
    for (size_t n = strlen(text); n > 0 && text[n - 1] == ' '; n--)
        text[n - 1] = '\0';
}

char *
dicom_name(DcmItem *root, DcmItem *item, const DcmTagKey &tag)
{
    OFString text, charset, own, utf8;
    DcmSpecificCharacterSet converter;

    if (item->findAndGetOFString(tag, text).bad())
        text.clear();
    root->findAndGetOFStringArray(DCM_SpecificCharacterSet, charset);
    if (item->findAndGetOFStringArray(DCM_SpecificCharacterSet, own).good())
        charset = own;
    if (converter.selectCharacterSet(charset).good() &&
        converter.convertString(text, utf8).good())
        return pp_text_escape(utf8.c_str(), utf8.length(), 256);
    for (char &c : text)
        if ((unsigned char)c >= 0x80)
            c = '?';
    return pp_text_escape(text.c_str(), text.length(), 256);
}

DcmItem *
dicom_first(DcmItem *item, const DcmTagKey &sequence)
{
    DcmItem *first = nullptr;

    if (item == nullptr ||
        item->findAndGetSequenceItem(sequence, first, 0).bad())
        return nullptr;
    return first;
}

// A bare data set starts with a low group (identifying, or meta) and, when
// explicit, with two capital letters.
static bool
looks_bare(const unsigned char *p, size_t size)
{
    if (size < 16)
        return false;

    const unsigned group = p[0] | (unsigned)p[1] << 8;
    const unsigned swapped = p[1] | (unsigned)p[0] << 8;
    const bool letters = p[4] >= 'A' && p[4] <= 'Z' && p[5] >= 'A' &&
                         p[5] <= 'Z';
    const uint32_t length = p[4] | (uint32_t)p[5] << 8 |
                            (uint32_t)p[6] << 16 | (uint32_t)p[7] << 24;

    if (group != 2 && group != 8 && swapped != 8)
        return false;
    return letters || (group == 8 && p[3] == 0 && length < 256);
}

extern "C" bool
pp_dicom_recognise(const void *data, size_t size)
{
    const unsigned char *p = static_cast<const unsigned char *>(data);

    return (size >= 132 && memcmp(p + 128, "DICM", 4) == 0) ||
           looks_bare(p, size);
}

static pp_dicom_kind
kind_of(DcmDataset *d, const pp_dicom_header *h)
{
    if (strcmp(h->sop_class, UID_SegmentationStorage) == 0 ||
        strcmp(h->sop_class, "1.2.840.10008.5.1.4.1.1.66.7") == 0 ||
        d->tagExists(DCM_SegmentSequence))
        return PP_DICOM_SEG;
    if (strcmp(h->sop_class, UID_RTStructureSetStorage) == 0 ||
        d->tagExists(DCM_StructureSetROISequence))
        return PP_DICOM_CONTOURS;
    if (d->tagExists(DCM_DirectoryRecordSequence))
        return PP_DICOM_DIRECTORY;
    if (h->rows > 0 && h->columns > 0)
        return PP_DICOM_IMAGE;
    return PP_DICOM_OTHER;
}

// 16 bits that stand for a signed number have come as an unsigned one
static int64_t
padding_of(const pp_dicom_header *h, int64_t value)
{
    return h->is_signed && value > 32767 ? value - 65536 : value;
}

static void
fill_padding(DcmDataset *d, pp_dicom_header *h)
{
    const int64_t none = INT64_MIN;
    const int64_t a =
        dicom_integer(d, DCM_PixelPaddingValue, -32768, 65535, none);
    const int64_t b = dicom_integer(d, DCM_PixelPaddingRangeLimit, -32768,
                                    65535, a);

    h->has_padding = a != none;
    if (!h->has_padding)
        return;
    h->padding_low = padding_of(h, a < b ? a : b);
    h->padding_high = padding_of(h, a < b ? b : a);
}

static void
fill_header(DcmDataset *d, pp_dicom_header *h)
{
    double value;

    dicom_text(d, DCM_SOPClassUID, h->sop_class, sizeof h->sop_class);
    dicom_text(d, DCM_SOPInstanceUID, h->sop_instance,
               sizeof h->sop_instance);
    dicom_text(d, DCM_SeriesInstanceUID, h->series, sizeof h->series);
    dicom_text(d, DCM_StudyInstanceUID, h->study, sizeof h->study);
    dicom_text(d, DCM_FrameOfReferenceUID, h->frame, sizeof h->frame);
    dicom_text(d, DCM_Modality, h->modality, sizeof h->modality);
    dicom_text(d, DCM_ImageType, h->image_type, sizeof h->image_type);
    dicom_text(d, DCM_PhotometricInterpretation, h->photometric,
               sizeof h->photometric);
    OFStandard::strlcpy(h->transfer_syntax,
                        DcmXfer(d->getOriginalXfer()).getXferID(),
                        sizeof h->transfer_syntax);
    h->rows = dicom_integer(d, DCM_Rows, 0, 65535, 0);
    h->columns = dicom_integer(d, DCM_Columns, 0, 65535, 0);
    h->nframe = dicom_integer(d, DCM_NumberOfFrames, 1, INT32_MAX, 1);
    h->samples_per_pixel =
        dicom_integer(d, DCM_SamplesPerPixel, 1, 65535, 1);
    h->bits_allocated = dicom_integer(d, DCM_BitsAllocated, 1, 64, 0);
    h->bits_stored =
        dicom_integer(d, DCM_BitsStored, 1, 64, h->bits_allocated);
    h->high_bit = dicom_integer(d, DCM_HighBit, 0, 63, h->bits_stored - 1);
    h->is_signed = dicom_integer(d, DCM_PixelRepresentation, 0, 1, 0) == 1;
    h->has_pixels = d->tagExists(DCM_PixelData);
    if (dicom_number(d, DCM_SliceThickness, 0, &value) && value > 0)
        h->slice_thickness = value;
    if (dicom_number(d, DCM_SpacingBetweenSlices, 0, &value))
        h->slice_spacing = value < 0 ? -value : value;
    fill_padding(d, h);
    h->kind = kind_of(d, h);
}

static void
finish_open(pp_dicom *d, pp_dicom **dicom, pp_dicom_header *header)
{
    fill_header(d->data(), &d->header);
    d->bits_allocated = d->header.bits_allocated;
    d->bits_stored = d->header.bits_stored;
    d->high_bit = d->header.high_bit;
    d->is_signed = d->header.is_signed;
    d->unpacked = !DcmXfer(d->data()->getOriginalXfer()).isEncapsulated();
    *header = d->header;
    *dicom = d;
}

static pp_status
fail_dcmtk(pp_error *err, const OFCondition &c)
{
    return pp_fail(err, PP_EFORMAT, "DICOM: %s", c.text());
}

extern "C" pp_status
pp_dicom_open(const char *path, pp_dicom **dicom, pp_dicom_header *header,
              pp_error *err)
{
    *dicom = nullptr;
    *header = pp_dicom_header();
    return guarded(err, "DCMTK", [&]() -> pp_status {
        dicom_start();
        auto d = std::make_unique<pp_dicom>();
        const OFCondition c = d->file.loadFile(path);

        if (c.bad())
            return fail_dcmtk(err, c);
        finish_open(d.release(), dicom, header);
        return PP_OK;
    });
}

OFCondition
dicom_take(DcmFileFormat *file, const void *data, size_t size)
{
    DcmInputBufferStream stream;

    stream.setBuffer(data, static_cast<offile_off_t>(size));
    stream.setEos();
    file->transferInit();
    const OFCondition c = file->read(stream);

    file->transferEnd();
    return c;
}

extern "C" pp_status
pp_dicom_open_bytes(const void *data, size_t size, pp_dicom **dicom,
                    pp_dicom_header *header, pp_error *err)
{
    *dicom = nullptr;
    *header = pp_dicom_header();
    return guarded(err, "DCMTK", [&]() -> pp_status {
        dicom_start();
        auto d = std::make_unique<pp_dicom>();
        const OFCondition c = dicom_take(&d->file, data, size);

        if (c.bad())
            return fail_dcmtk(err, c);
        finish_open(d.release(), dicom, header);
        return PP_OK;
    });
}

extern "C" void
pp_dicom_close(pp_dicom *dicom)
{
    delete dicom;
}
