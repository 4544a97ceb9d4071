// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_read_jpeg2000.cpp - a JPEG 2000 code stream through OpenJPEG
//
// DCMTK has no decoder of its own. The size is held against the DICOM header
// before anything is decoded.
#include "shim/dicom_read.hpp"

#include <openjpeg.h>

#include <cstring>

namespace {

struct Memory {
    const unsigned char *data;
    size_t size, at;
};

OPJ_SIZE_T
read_memory(void *to, OPJ_SIZE_T n, void *user)
{
    Memory *m = static_cast<Memory *>(user);

    if (m->at >= m->size)
        return (OPJ_SIZE_T)-1;
    if (n > m->size - m->at)
        n = m->size - m->at;
    memcpy(to, m->data + m->at, n);
    m->at += n;
    return n;
}

OPJ_OFF_T
skip_memory(OPJ_OFF_T n, void *user)
{
    Memory *m = static_cast<Memory *>(user);

    if (n < 0 || (uint64_t)n > m->size - m->at) {
        m->at = m->size;
        return -1;
    }
    m->at += (size_t)n;
    return n;
}

OPJ_BOOL
seek_memory(OPJ_OFF_T n, void *user)
{
    Memory *m = static_cast<Memory *>(user);

    if (n < 0 || (uint64_t)n > m->size)
        return OPJ_FALSE;
    m->at = (size_t)n;
    return OPJ_TRUE;
}

struct Decoder {
    opj_codec_t *codec = nullptr;
    opj_stream_t *stream = nullptr;
    opj_image_t *image = nullptr;

    ~Decoder()
    {
        opj_image_destroy(image);
        opj_stream_destroy(stream);
        opj_destroy_codec(codec);
    }
};

pp_status
check_image(const opj_image_t *image, int64_t columns, int64_t rows,
            pp_error *err)
{
    if (image->numcomps != 1)
        return pp_fail(err, PP_EUNSUPPORTED,
                       "a colour image (%u components), not a grey one",
                       (unsigned)image->numcomps);

    const opj_image_comp_t &c = image->comps[0];

    if ((int64_t)image->x1 - image->x0 != columns ||
        (int64_t)image->y1 - image->y0 != rows || c.dx != 1 || c.dy != 1 ||
        c.prec > 32)
        return pp_fail(err, PP_EFORMAT,
                       "the JPEG 2000 image does not measure %lld x %lld",
                       (long long)columns, (long long)rows);
    return PP_OK;
}

} // namespace

bool
dicom_is_jpeg2000(E_TransferSyntax syntax)
{
    return syntax == EXS_JPEG2000LosslessOnly || syntax == EXS_JPEG2000;
}

pp_status
dicom_jpeg2000(const unsigned char *data, size_t size, int64_t columns,
               int64_t rows, int32_t *value, int64_t *precision,
               pp_error *err)
{
    static const unsigned char boxed[] = { 0, 0, 0, 12, 'j', 'P', ' ', ' ' };
    Memory memory = { data, size, 0 };
    opj_dparameters_t parameters;
    Decoder d;

    d.codec = opj_create_decompress(
        size > 12 && memcmp(data, boxed, sizeof boxed) == 0 ? OPJ_CODEC_JP2
                                                            : OPJ_CODEC_J2K);
    d.stream = opj_stream_default_create(OPJ_TRUE);
    if (d.codec == nullptr || d.stream == nullptr)
        return pp_fail_memory(err);
    opj_stream_set_user_data(d.stream, &memory, nullptr);
    opj_stream_set_user_data_length(d.stream, size);
    opj_stream_set_read_function(d.stream, read_memory);
    opj_stream_set_skip_function(d.stream, skip_memory);
    opj_stream_set_seek_function(d.stream, seek_memory);
    opj_set_default_decoder_parameters(&parameters);
    if (!opj_setup_decoder(d.codec, &parameters) ||
        !opj_read_header(d.stream, d.codec, &d.image))
        return pp_fail(err, PP_EFORMAT, "the JPEG 2000 header is damaged");
    if (check_image(d.image, columns, rows, err) != PP_OK)
        return err->status;
    if (!opj_decode(d.codec, d.stream, d.image) ||
        !opj_end_decompress(d.codec, d.stream) ||
        d.image->comps[0].data == nullptr ||
        d.image->comps[0].w != columns || d.image->comps[0].h != rows)
        return pp_fail(err, PP_EFORMAT, "the JPEG 2000 data is damaged");
    memcpy(value, d.image->comps[0].data,
           (size_t)(columns * rows) * sizeof *value);
    *precision = d.image->comps[0].prec;
    return PP_OK;
}
