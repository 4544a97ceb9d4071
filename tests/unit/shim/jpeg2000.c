/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * jpeg2000.c - JPEG 2000 in DICOM, in every way that fragments may be cut
 *
 * A label map of three frames is packed here, through OpenJPEG's encoder, and
 * must read as the plain one does.
 */
#include "base/bytes.h"
#include "dicomfile.h"
#include "test.h"
#include "volumes.h"

#include <openjpeg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 9
#define COLUMNS 13
#define N (ROWS * COLUMNS)
#define FRAMES 3

static uint8_t pixel[FRAMES][N];
static test_seg_frame frame[FRAMES];
static const char *const names[] = { "one", "two" };

static test_seg
label_map(void)
{
    pp_random r = { 11 };

    for (int f = 0; f < FRAMES; f++) {
        for (int i = 0; i < N; i++)
            pixel[f][i] = (uint8_t)pp_random_below(&r, 3);
        frame[f] = (test_seg_frame){ 0, { 5, 6, 7 + 2.0 * f }, pixel[f] };
    }
    return (test_seg){ .type = "LABELMAP", .rows = ROWS, .columns = COLUMNS,
                       .direction = { 1, 0, 0, 0, 1, 0 },
                       .spacing = { 1, 1 }, .slice_spacing = 2,
                       .nsegment = 2, .name = names, .nframe = FRAMES,
                       .frame = frame };
}

/* A code stream of one frame; boxed: in a JP2 file. */
static void
pack(const uint8_t *value, bool boxed, pp_bytes *out)
{
    opj_image_cmptparm_t part = { .dx = 1, .dy = 1, .w = COLUMNS, .h = ROWS,
                                  .prec = 8 };
    opj_image_t *image = opj_image_create(1, &part, OPJ_CLRSPC_GRAY);
    opj_codec_t *codec =
        opj_create_compress(boxed ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K);
    opj_cparameters_t how;
    opj_stream_t *stream;
    pp_error err = { 0 };
    const char *path = test_file("frame.j2k", "", 0);
    unsigned char piece[4096];
    FILE *file;
    size_t n;

    image->x1 = COLUMNS;
    image->y1 = ROWS;
    for (int i = 0; i < N; i++)
        image->comps[0].data[i] = value[i];
    opj_set_default_encoder_parameters(&how);
    how.numresolution = 2;
    how.tcp_numlayers = 1;
    how.tcp_rates[0] = 0; /* lossless */
    how.cp_disto_alloc = 1;
    ck_assert(opj_setup_encoder(codec, &how, image));
    stream = opj_stream_create_default_file_stream(path, OPJ_FALSE);
    ck_assert(opj_start_compress(codec, image, stream) &&
              opj_encode(codec, stream) && opj_end_compress(codec, stream));
    opj_stream_destroy(stream);
    opj_destroy_codec(codec);
    opj_image_destroy(image);
    file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    while ((n = fread(piece, 1, sizeof piece, file)) > 0)
        ck_ok(pp_bytes_append(out, piece, n, &err), err);
    fclose(file);
}

static void
put(pp_bytes *b, const void *data, size_t n)
{
    pp_error err = { 0 };

    ck_ok(pp_bytes_append(b, data, n, &err), err);
}

static void
put_item(pp_bytes *b, const void *data, size_t n)
{
    unsigned char length[4];
    const size_t even = n + (n & 1);

    put(b, "\xfe\xff\x00\xe0", 4);
    pp_put_u32le(length, (uint32_t)even);
    put(b, length, 4);
    put(b, data, n);
    put(b, "", even - n);
}

/* The plain file's header under another transfer syntax. */
static void
put_header(const pp_bytes *plain, const char *syntax, pp_bytes *b)
{
    static const char old[] = "UI\x14\0" "1.2.840.10008.1.2.1";
    const size_t pixels = plain->size - N * FRAMES - (N * FRAMES & 1) - 12;
    size_t at = 0;

    while (memcmp(plain->data + at, old, sizeof old) != 0)
        at++;
    put(b, plain->data, at);
    put(b, "UI\x16\0", 4);
    put(b, syntax, 22);
    put(b, plain->data + at + sizeof old, pixels - at - sizeof old);
    /* the meta group is two bytes longer */
    pp_put_u32le(b->data + 140, pp_get_u32le(b->data + 140) + 2);
}

/* Fragments of a frame: `cut` of them, of even length. */
static void
put_frames(const test_seg *s, int cut, bool table, bool boxed, pp_bytes *b)
{
    unsigned char offset[4 * FRAMES];
    pp_bytes items = { 0 };

    for (int f = 0; f < FRAMES; f++) {
        pp_bytes code = { 0 };
        size_t some, at = 0;

        pp_put_u32le(offset + 4 * f, (uint32_t)items.size);
        pack(s->frame[f].pixel, boxed, &code);
        some = (code.size / (size_t)cut + 1) & ~(size_t)1;
        for (int c = 0; c < cut; c++, at += some)
            put_item(&items, code.data + at,
                     c + 1 < cut ? some : code.size - at);
        pp_bytes_free(&code);
    }
    put(b, "\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff", 12);
    put_item(b, offset, table ? sizeof offset : 0);
    put(b, items.data, items.size);
    put(b, "\xfe\xff\xdd\xe0\0\0\0\0", 8);
    pp_bytes_free(&items);
}

static void
read_bytes(const pp_bytes *b, pp_volume *v)
{
    pp_error err = { 0 };

    ck_ok(pp_volume_read(test_file("seg", b->data, b->size), NULL, v, &err),
          err);
}

START_TEST(fragments_with_and_without_a_table_read_as_the_plain_frames)
{
    static const char *const syntax[] = { "1.2.840.10008.1.2.4.90",
                                          "1.2.840.10008.1.2.4.91" };
    const test_seg s = label_map();
    pp_bytes plain = { 0 };
    pp_volume truth;

    test_seg_bytes(&s, &plain);
    read_bytes(&plain, &truth);
    for (int way = 0; way < 24; way++) {
        const int cut = way / 2 % 3 + 1;
        const bool table = way & 1, boxed = way / 6 % 2 == 1;
        pp_bytes b = { 0 };
        pp_volume v;

        put_header(&plain, syntax[way / 12], &b);
        put_frames(&s, cut, table, boxed, &b);
        read_bytes(&b, &v);
        for (size_t i = 0; i < N * FRAMES; i++)
            ck_assert_msg(pp_grid_value(v.layer, i) ==
                              pp_grid_value(truth.layer, i),
                          "%d fragments, table %d, boxed %d: voxel %zu", cut,
                          table, boxed, i);
        pp_volume_free(&v);
        pp_bytes_free(&b);
    }
    pp_volume_free(&truth);
    pp_bytes_free(&plain);
}
END_TEST

START_TEST(a_frame_that_is_missing_or_cut_is_refused)
{
    const test_seg s = label_map();
    pp_bytes plain = { 0 }, b = { 0 };

    test_seg_bytes(&s, &plain);
    put_header(&plain, "1.2.840.10008.1.2.4.90", &b);
    put(&b, "\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff", 12);
    put_item(&b, "", 0);
    put_item(&b, "\xff\x4f\xff\x51 no stream", 14);
    put(&b, "\xfe\xff\xdd\xe0\0\0\0\0", 8);
    for (int n = 0; n < 2; n++) {
        pp_error err = { 0 };
        pp_volume v;

        ck_assert_int_eq(pp_volume_read(test_file("seg", b.data, b.size),
                                        NULL, &v, &err), PP_EFORMAT);
        ck_assert_uint_gt(strlen(err.message), 0);
        /* once more with as many broken fragments as frames */
        b.size -= 8;
        put_item(&b, "\xff\x4f\xff\x51 no stream", 14);
        put_item(&b, "\xff\x4f\xff\x51 no stream", 14);
        put(&b, "\xfe\xff\xdd\xe0\0\0\0\0", 8);
    }
    pp_bytes_free(&b);
    pp_bytes_free(&plain);
}
END_TEST

PP_TESTS("shim/jpeg2000",
         fragments_with_and_without_a_table_read_as_the_plain_frames,
         a_frame_that_is_missing_or_cut_is_refused)
