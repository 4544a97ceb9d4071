// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_read_frame.cpp - stored values of one frame
//
// Native pixels are taken as they lie. Encapsulated ones are unpacked by
// DCMTK's codecs, all frames at once; JPEG 2000 frame by frame.
#include "shim/dicom_read.hpp"

#include "shim/guard.hpp"

#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>

#include <cstring>
#include <vector>

// DCMTK counts bytes of an element in 32 bits
static const int64_t element_limit = 0xfffffffe;

static pp_status
check_shape(const pp_dicom *d, int64_t frame, pp_error *err)
{
    const pp_dicom_header &h = d->header;

    if (!h.has_pixels)
        return pp_fail(err, PP_EFORMAT, "no pixel data");
    if (h.samples_per_pixel != 1)
        return pp_fail(err, PP_EUNSUPPORTED,
                       "a colour image (%s), not a grey one", h.photometric);
    if (h.rows < 1 || h.columns < 1)
        return pp_fail(err, PP_EFORMAT, "an image of %lld x %lld pixels",
                       (long long)h.columns, (long long)h.rows);
    if (frame < 0 || frame >= h.nframe)
        return pp_fail(err, PP_EBUG, "frame %lld of %lld", (long long)frame,
                       (long long)h.nframe);
    return PP_OK;
}

static DcmPixelSequence *
fragments_of(pp_dicom *d)
{
    DcmElement *element = nullptr;
    DcmPixelSequence *sequence = nullptr;
    E_TransferSyntax syntax = EXS_Unknown;
    const DcmRepresentationParameter *parameter = nullptr;

    if (d->data()->findAndGetElement(DCM_PixelData, element).bad())
        return nullptr;

    DcmPixelData *pixels = dynamic_cast<DcmPixelData *>(element);

    if (pixels == nullptr)
        return nullptr;
    pixels->getOriginalRepresentationKey(syntax, parameter);
    if (pixels->getEncapsulatedRepresentation(syntax, parameter, sequence)
            .bad())
        return nullptr;
    return sequence;
}

// The codec rewrites what describes the pixels: look again.
static void
look_again(pp_dicom *d)
{
    DcmDataset *s = d->data();

    d->bits_allocated =
        dicom_integer(s, DCM_BitsAllocated, 1, 64, d->bits_allocated);
    d->bits_stored = dicom_integer(s, DCM_BitsStored, 1, 64, d->bits_stored);
    d->high_bit = dicom_integer(s, DCM_HighBit, 0, 63, d->high_bit);
    d->is_signed = dicom_integer(s, DCM_PixelRepresentation, 0, 1,
                                 d->is_signed) == 1;
    d->unpacked = true;
}

static pp_status
unpack(pp_dicom *d, pp_error *err)
{
    const pp_dicom_header &h = d->header;
    const int64_t pixels = h.rows * h.columns;
    DcmPixelSequence *fragments = fragments_of(d);

    // the first item is the offset table; each frame has one item or more
    if (fragments == nullptr ||
        h.nframe > (int64_t)fragments->card() - 1)
        return pp_fail(err, PP_EFORMAT,
                       "the pixel data holds fewer than %lld frames",
                       (long long)h.nframe);
    if (pixels * h.nframe > element_limit / 4)
        return pp_fail(err, PP_ELIMIT,
                       "%lld compressed frames of %lld x %lld are too many "
                       "for the decoder", (long long)h.nframe,
                       (long long)h.columns, (long long)h.rows);

    const OFCondition c =
        d->data()->chooseRepresentation(EXS_LittleEndianExplicit, nullptr);

    if (c.bad())
        return pp_fail(err, PP_EFORMAT, "compressed pixels (%s): %s",
                       h.transfer_syntax, c.text());
    look_again(d);
    return PP_OK;
}

// Sign extended from bit `stored - 1`, bits beside the stored ones dropped.
template <typename Word>
static void
spread(const Word *from, size_t n, int64_t stored, int64_t high,
       bool is_signed, int32_t *to)
{
    const int down = (int)(high + 1 - stored), up = (int)(32 - stored);

    if (is_signed)
        for (size_t i = 0; i < n; i++)
            to[i] = (int32_t)((uint32_t)((uint32_t)from[i] >> down) << up) >>
                    up;
    else
        for (size_t i = 0; i < n; i++)
            to[i] = (int32_t)((uint32_t)((uint32_t)from[i] >> down) << up >>
                              up);
}

static pp_status
check_bits(const pp_dicom *d, pp_error *err)
{
    const int64_t a = d->bits_allocated;

    if ((a != 1 && a != 8 && a != 16 && a != 32) || d->bits_stored > a ||
        d->high_bit >= a || d->high_bit + 1 < d->bits_stored)
        return pp_fail(err, PP_EUNSUPPORTED,
                       "pixels of %lld bits allocated, %lld stored, high bit "
                       "%lld", (long long)a, (long long)d->bits_stored,
                       (long long)d->high_bit);
    return PP_OK;
}

static void
spread_bits(const unsigned char *from, uint64_t first, size_t n, int32_t *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = from[(first + i) >> 3] >> ((first + i) & 7) & 1;
}

// The bytes in little endian order, whatever the element's VR and syntax.
static const unsigned char *
native_bytes(pp_dicom *d, uint64_t *size)
{
    DcmElement *element = nullptr;
    Uint8 *bytes = nullptr;

    if (d->data()->findAndGetElement(DCM_PixelData, element).bad() ||
        element->getUint8Array(bytes).bad())
        return nullptr;
    *size = element->getLength();
    return bytes;
}

static pp_status
native_frame(pp_dicom *d, int64_t frame, int32_t *value, pp_error *err)
{
    const uint64_t n = (uint64_t)(d->header.rows * d->header.columns);
    const uint64_t bits = (uint64_t)d->bits_allocated;
    uint64_t size = 0;

    if (check_bits(d, err) != PP_OK)
        return err->status;

    const unsigned char *bytes = native_bytes(d, &size);

    // the product could pass 2^64: divide
    if (bytes == nullptr || n > size * 8 / bits ||
        (uint64_t)frame > size * 8 / bits / n - 1)
        return pp_fail(err, PP_EFORMAT,
                       "the pixel data ends before frame %lld of %lld",
                       (long long)frame + 1, (long long)d->header.nframe);

    const uint64_t first = n * (uint64_t)frame * bits;

    if (bits == 1) {
        spread_bits(bytes, first, n, value);
    } else if (bits == 8) {
        spread(bytes + first / 8, n, d->bits_stored, d->high_bit,
               d->is_signed, value);
    } else if (bits == 16) {
        std::vector<uint16_t> row((size_t)d->header.columns);

        for (int64_t r = 0; r < d->header.rows; r++) {
            memcpy(row.data(), bytes + first / 8 + (size_t)r * row.size() * 2,
                   row.size() * 2);
            spread(row.data(), row.size(), d->bits_stored, d->high_bit,
                   d->is_signed, value + (size_t)r * row.size());
        }
    } else {
        memcpy(value, bytes + first / 8, n * 4);
        spread(reinterpret_cast<uint32_t *>(value), n, d->bits_stored,
               d->high_bit, d->is_signed, value);
    }
    return PP_OK;
}

static bool
starts_image(const std::vector<unsigned char> &f)
{
    static const unsigned char stream[] = { 0xff, 0x4f, 0xff, 0x51 };
    static const unsigned char boxed[] = { 0, 0, 0, 12, 'j', 'P', ' ', ' ' };

    return f.size() >= 8 && (memcmp(f.data(), stream, sizeof stream) == 0 ||
                             memcmp(f.data(), boxed, sizeof boxed) == 0);
}

static bool
fragment_bytes(DcmPixelSequence *fragments, unsigned long item,
               std::vector<unsigned char> &bytes)
{
    DcmPixelItem *piece = nullptr;
    Uint8 *data = nullptr;

    if (fragments->getItem(piece, item).bad())
        return false;

    const size_t n = piece->getLength();

    if (n > 0 && piece->getUint8Array(data).bad())
        return false;
    bytes.assign(data, data + n);
    return true;
}

// The code stream of a frame. With as many fragments as frames they belong
// together one to one; else a frame starts where a code stream does, which
// holds with and without an offset table.
static pp_status
gather(pp_dicom *d, int64_t frame, std::vector<unsigned char> &stream,
       pp_error *err)
{
    DcmPixelSequence *fragments = fragments_of(d);
    const unsigned long n = fragments != nullptr ? fragments->card() : 0;
    std::vector<unsigned char> piece;
    int64_t current = -1;

    if (n < 2 || d->header.nframe > (int64_t)n - 1)
        return pp_fail(err, PP_EFORMAT,
                       "the pixel data holds fewer than %lld frames",
                       (long long)d->header.nframe);
    if (d->header.nframe == (int64_t)n - 1) {
        if (fragment_bytes(fragments, (unsigned long)frame + 1, stream))
            return PP_OK;
        return pp_fail(err, PP_EFORMAT, "frame %lld cannot be read",
                       (long long)frame + 1);
    }
    for (unsigned long i = 1; i < n && current <= frame; i++) {
        if (!fragment_bytes(fragments, i, piece))
            return pp_fail(err, PP_EFORMAT, "fragment %lu cannot be read", i);
        if (starts_image(piece))
            current++;
        if (current == frame)
            stream.insert(stream.end(), piece.begin(), piece.end());
    }
    if (stream.empty())
        return pp_fail(err, PP_EFORMAT, "frame %lld is not in the pixel data",
                       (long long)frame + 1);
    return PP_OK;
}

static pp_status
jpeg2000_frame(pp_dicom *d, int64_t frame, int32_t *value, pp_error *err)
{
    const size_t n = (size_t)(d->header.rows * d->header.columns);
    std::vector<unsigned char> stream;
    int64_t precision = 0;

    if (check_bits(d, err) != PP_OK ||
        gather(d, frame, stream, err) != PP_OK ||
        dicom_jpeg2000(stream.data(), stream.size(), d->header.columns,
                       d->header.rows, value, &precision, err) != PP_OK)
        return err->status;
    spread(reinterpret_cast<uint32_t *>(value), n, d->bits_stored,
           d->bits_stored - 1, d->is_signed, value);
    return PP_OK;
}

extern "C" pp_status
pp_dicom_frame(pp_dicom *d, int64_t frame, int32_t *value, pp_error *err)
{
    return guarded(err, "DCMTK", [&]() -> pp_status {
        if (check_shape(d, frame, err) != PP_OK)
            return err->status;
        if (d->unpacked)
            return native_frame(d, frame, value, err);
        if (dicom_is_jpeg2000(d->data()->getOriginalXfer()))
            return jpeg2000_frame(d, frame, value, err);
        if (unpack(d, err) != PP_OK)
            return err->status;
        return native_frame(d, frame, value, err);
    });
}
