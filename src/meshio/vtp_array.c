/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vtp_array.c - the numbers of an array, out of any of VTK's wrappings
 *
 * Uncompressed: a header word (how many bytes), then the bytes. Compressed:
 * words (how many blocks, how long each, how long the last when it is shorter,
 * how long each when deflated), then the blocks. In base64 the header of a
 * compressed array is a run of its own, that of others is not.
 */
#include "meshio/vtp.h"
#include "meshio/scan.h"

#include "shim/base64.h"
#include "shim/deflate.h"

#include <math.h>

/* Bytes or their base64, from front to back. */
typedef struct {
    const unsigned char *p, *end;
    bool base64;
} wrapped;

size_t
pp_vtp_size(pp_vtp_type type)
{
    static const size_t size[] = { 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 1, 1 };

    return size[type];
}

/* How much of the file n bytes of a run take. */
static size_t
span(const wrapped *from, size_t n)
{
    return from->base64 ? pp_base64_length(n) : n;
}

/* The first n bytes of a run, appended. */
static pp_status
peek(const wrapped *from, size_t n, pp_bytes *out, pp_error *err)
{
    const size_t left = (size_t)(from->end - from->p);
    unsigned char *at = NULL;

    if (n > left || span(from, n) > left)
        return pp_fail(err, PP_EFORMAT, "VTK: an array is longer than the "
                       "file");
    if (!from->base64)
        return pp_bytes_append(out, from->p, n, err);
    if (pp_bytes_extend(out, n, &at, err) != PP_OK)
        return err->status;
    if (!pp_base64_decode(from->p, n, at))
        return pp_fail(err, PP_EFORMAT, "VTK: broken base64");
    return PP_OK;
}

static uint64_t
word_at(const pp_vtp_coding *c, const unsigned char *p, size_t i)
{
    p += i * c->word;
    if (c->word == 4)
        return c->big_endian ? pp_get_u32be(p) : pp_get_u32le(p);
    return c->big_endian ? pp_get_u64be(p) : pp_get_u64le(p);
}

static pp_status
take_plain(const wrapped *from, const pp_vtp_coding *c, pp_bytes *out,
           pp_error *err)
{
    pp_bytes all = { 0 };
    uint64_t n;

    if (peek(from, c->word, &all, err) != PP_OK)
        goto done;
    n = word_at(c, all.data, 0);
    all.size = 0;
    if (n > (size_t)(from->end - from->p))
        pp_fail(err, PP_EFORMAT, "VTK: an array is longer than the file");
    else if (peek(from, c->word + (size_t)n, &all, err) == PP_OK)
        (void)!pp_bytes_append(out, all.data + c->word, (size_t)n, err);
done:
    pp_bytes_free(&all);
    return err->status;
}

/* Unpacks the blocks that a header of 3 + nblock words tells of. */
static pp_status
take_blocks(wrapped from, const pp_vtp_coding *c, const unsigned char *header,
            pp_bytes *out, pp_error *err)
{
    const uint64_t nblock = word_at(c, header, 0);
    const uint64_t whole = word_at(c, header, 1), last = word_at(c, header, 2);
    const size_t most = (size_t)(from.end - from.p);
    pp_bytes packed = { 0 };
    size_t at = 0, sum = 0;

    for (uint64_t b = 0; b < nblock; b++) {
        const uint64_t n = word_at(c, header, 3 + (size_t)b);

        if (n > most || (sum += (size_t)n) > most)
            return pp_fail(err, PP_EFORMAT, "VTK: an array is longer than the "
                           "file");
    }
    if (peek(&from, sum, &packed, err) != PP_OK)
        goto done;
    for (uint64_t b = 0; b < nblock; b++) {
        const size_t n = (size_t)word_at(c, header, 3 + (size_t)b);
        const uint64_t size = b + 1 == nblock && last != 0 ? last : whole;

        if (size > SIZE_MAX)
            pp_fail(err, PP_EFORMAT, "VTK: a block that cannot be");
        else
            (void)!pp_unpack_zlib(packed.data + at, n, (size_t)size, out, err);
        if (err->status != PP_OK)
            break;
        at += n;
    }
done:
    pp_bytes_free(&packed);
    return err->status;
}

static pp_status
take_packed(wrapped from, const pp_vtp_coding *c, pp_bytes *out,
            pp_error *err)
{
    pp_bytes header = { 0 };
    uint64_t nblock;
    size_t n;

    if (peek(&from, c->word, &header, err) != PP_OK)
        goto done;
    nblock = word_at(c, header.data, 0);
    if (nblock == 0)
        goto done; /* an array without numbers */
    header.size = 0;
    if (nblock > (size_t)(from.end - from.p) / c->word) {
        pp_fail(err, PP_EFORMAT, "VTK: an array is longer than the file");
        goto done;
    }
    n = (3 + (size_t)nblock) * c->word;
    if (peek(&from, n, &header, err) != PP_OK)
        goto done;
    from.p += span(&from, n);
    (void)!take_blocks(from, c, header.data, out, err);
done:
    pp_bytes_free(&header);
    return err->status;
}

/* ---- text ---- */

static void
put_number(pp_vtp_type type, double v, unsigned char *p)
{
    const size_t n = pp_vtp_size(type);
    uint64_t bits;

    if (type == PP_VTP_FLOAT32)
        bits = pp_float_to_bits((float)v);
    else if (type == PP_VTP_FLOAT64)
        bits = pp_double_to_bits(v);
    else
        bits = (uint64_t)(int64_t)v;
    for (size_t k = 0; k < n; k++)
        p[k] = (unsigned char)(bits >> 8 * k);
}

static pp_status
take_text(const pp_vtp_array *a, pp_bytes *out, pp_error *err)
{
    pp_scan s = { a->text, a->text, a->text_end };
    const bool whole = a->type != PP_VTP_FLOAT32 && a->type != PP_VTP_FLOAT64;
    unsigned char *at = NULL;
    int64_t n;
    double v;

    while (pp_scan_skip(&s)) {
        if (whole ? !pp_scan_integer(&s, &n) : !pp_scan_double(&s, &v))
            return pp_fail(err, PP_EFORMAT, "VTK: array %s: no finite number",
                           a->name);
        if (whole && (n > INT64_C(1) << 53 || n < -(INT64_C(1) << 53)))
            return pp_fail(err, PP_EFORMAT, "VTK: array %s: a number too "
                           "large", a->name);
        if (pp_bytes_extend(out, pp_vtp_size(a->type), &at, err) != PP_OK)
            return err->status;
        put_number(a->type, whole ? (double)n : v, at);
    }
    return PP_OK;
}

/* ---- one array ---- */

pp_status
pp_vtp_decode(const pp_vtp_array *array, const pp_vtp_coding *c, pp_bytes *out,
              pp_error *err)
{
    const size_t before = out->size, size = pp_vtp_size(array->type);
    wrapped from = { 0 };

    if (array->type == PP_VTP_OTHER)
        return pp_fail(err, PP_EUNSUPPORTED, "VTK: array %s is of an unknown "
                       "type", array->name);
    if (array->form == PP_VTP_ASCII)
        return take_text(array, out, err);
    if (array->form == PP_VTP_APPENDED) {
        if (c->appended == NULL ||
            array->offset > (size_t)(c->appended_end - c->appended))
            return pp_fail(err, PP_EFORMAT, "VTK: array %s is not in the file",
                           array->name);
        from.p = (const unsigned char *)c->appended + array->offset;
        from.end = (const unsigned char *)c->appended_end;
        from.base64 = c->base64;
    } else {
        pp_scan s = { array->text, array->text, array->text_end };

        (void)pp_scan_skip(&s);
        from.p = (const unsigned char *)s.p;
        from.end = (const unsigned char *)array->text_end;
        from.base64 = true;
    }
    if ((c->compressed ? take_packed(from, c, out, err)
                       : take_plain(&from, c, out, err)) == PP_OK &&
        c->big_endian && out->size > before)
        pp_bytes_turn(out->data + before, (out->size - before) / size, size);
    return err->status;
}

/* ---- one number ---- */

bool
pp_vtp_count(pp_vtp_type type, const unsigned char *data, size_t i,
             uint64_t *value)
{
    const size_t size = pp_vtp_size(type);
    const unsigned char *p = data + i * size;
    uint64_t v = 0;

    if (type > PP_VTP_UINT64)
        return false;
    for (size_t k = 0; k < size; k++)
        v |= (uint64_t)p[k] << 8 * k;
    *value = v;
    /* signed types have even numbers */
    return type % 2 == 1 || p[size - 1] < 0x80;
}

double
pp_vtp_real(pp_vtp_type type, const unsigned char *data, size_t i)
{
    if (type == PP_VTP_FLOAT32)
        return pp_float_from_bits(pp_get_u32le(data + 4 * i));
    if (type == PP_VTP_FLOAT64)
        return pp_double_from_bits(pp_get_u64le(data + 8 * i));
    return NAN;
}
