/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * textheader.c - NRRD and MetaImage: layers, segments, encodings, hostility
 */
#include "test.h"
#include "volumes.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

/* A header, then bytes. */
static const char *
make(const char *name, const char *header, const void *data, size_t n)
{
    pp_bytes b = { 0 };
    pp_error err = { 0 };
    const char *path;

    ck_ok(pp_bytes_append(&b, header, strlen(header), &err), err);
    ck_ok(pp_bytes_append(&b, data, n, &err), err);
    path = test_file(name, b.data, b.size);
    pp_bytes_free(&b);
    return path;
}

#define NRRD_2X2X2                                                            \
    "NRRD0005\n# a comment\ntype: uchar\ndimension: 3\nsizes: 2 2 2\n"         \
    "space: LPS\nspace directions: (1,0,0) (0,2,0) (0,0,3)\n"                  \
    "space origin: (10,20,30)\n"

static const unsigned char ramp[16] = { 0, 1, 2,  3,  4,  5,  6,  7,
                                        8, 9, 10, 11, 12, 13, 14, 15 };

static void
expect_ramp(const char *path, const pp_read_options *options, double first,
            double step)
{
    pp_error err = { 0 };
    pp_volume v;

    ck_ok(pp_volume_read(path, options, &v, &err), err);
    for (int c = 0; c < 3; c++) {
        ck_assert_uint_eq(v.layer->dim[c], 2);
        ck_near(v.layer->to_lps[c][c], c + 1, 1e-12);
        ck_near(v.layer->to_lps[c][3], 10 * (c + 1), 1e-12);
    }
    for (size_t n = 0; n < 8; n++)
        ck_near(pp_grid_value(v.layer, n), first + step * (double)n, 0);
    pp_volume_free(&v);
}

START_TEST(gzip_and_ascii_hold_the_same_numbers_as_raw)
{
    unsigned char packed[256];
    z_stream z = { 0 };

    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, 0), Z_OK);
    z.next_in = (unsigned char *)ramp;
    z.avail_in = 8;
    z.next_out = packed;
    z.avail_out = sizeof packed;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    expect_ramp(make("a.nrrd", NRRD_2X2X2 "encoding: raw\n\n", ramp, 8), NULL,
                0, 1);
    expect_ramp(make("a.nrrd", NRRD_2X2X2 "encoding: gzip\n\n", packed,
                     z.total_out), NULL, 0, 1);
    expect_ramp(make("a.nrrd", NRRD_2X2X2 "encoding: ascii\n\n",
                     "0 1 2 3\n4 5\t6 7\n", 16), NULL, 0, 1);
}
END_TEST

START_TEST(lines_may_end_as_on_windows)
{
    expect_ramp(make("a.nrrd",
                     "NRRD0004\r\ntype: uchar\r\ndimension: 3\r\n"
                     "sizes: 2 2 2\r\nspace: LPS\r\nspace directions: (1,0,0) "
                     "(0,2,0) (0,0,3)\r\nspace origin: (10,20,30)\r\n"
                     "encoding: raw\r\n\r\n", ramp, 8), NULL, 0, 1);
}
END_TEST

START_TEST(a_list_axis_first_or_last_needs_a_channel)
{
    static const char first[] =
        "NRRD0004\ntype: uchar\ndimension: 4\nsizes: 2 2 2 2\nspace: LPS\n"
        "space directions: none (1,0,0) (0,2,0) (0,0,3)\n"
        "space origin: (10,20,30)\nencoding: raw\n\n";
    static const char last[] =
        "NRRD0004\ntype: uchar\ndimension: 4\nsizes: 2 2 2 2\nspace: LPS\n"
        "space directions: (1,0,0) (0,2,0) (0,0,3) none\n"
        "space origin: (10,20,30)\nencoding: raw\n\n";
    const pp_read_options two = { .channel = 2 }, three = { .channel = 3 };
    const char *path = make("a.nrrd", first, ramp, 16);
    pp_error err = { 0 };
    pp_volume v;

    ck_assert_int_eq(pp_volume_read(path, NULL, &v, &err), PP_EUNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(err.message, "--channel"));
    expect_ramp(path, &two, 1, 2);
    expect_ramp(make("a.nrrd", last, ramp, 16), &two, 8, 1);
    ck_assert_int_eq(pp_volume_read(path, &three, &v, &err), PP_EUNSUPPORTED);
}
END_TEST

START_TEST(segments_come_with_layers_names_and_colours)
{
    static const char header[] =
        "NRRD0004\ntype: uchar\ndimension: 4\nsizes: 2 2 2 2\n"
        "space: right-anterior-superior\n"
        "space directions: none (1,0,0) (0,1,0) (0,0,1)\n"
        "kinds: list domain domain domain\nspace origin: (0,0,0)\n"
        "encoding: raw\nSegment0_Name:=Leber gro\xc3\x9f\nSegment0_Layer:=0\n"
        "Segment0_LabelValue:=2\nSegment0_Color:=1 0.5 0\n"
        "Segment1_Name:=Milz\nSegment1_Layer:=1\nSegment1_LabelValue:=2\n"
        "Segment2_Name:=Niere\nSegment2_Layer:=1\nSegment2_LabelValue:=1\n\n";
    static const unsigned char data[16] = { 2, 2, 0, 1, 2, 1 };
    static const size_t count[3] = { 2, 1, 2 };
    pp_error err = { 0 };
    pp_volume v;

    ck_ok(pp_volume_read(make("s.seg.nrrd", header, data, 16), NULL, &v, &err),
          err);
    ck_assert(v.has_segments);
    ck_assert_uint_eq(v.nlayer, 2);
    ck_assert_uint_eq(v.nsegment, 3);
    ck_assert_str_eq(v.segment[0].name, "Leber gro\xc3\x9f");
    ck_assert_uint_eq(v.segment[0].rgb[0], 255);
    ck_assert_uint_eq(v.segment[0].rgb[1], 128);
    for (size_t s = 0; s < 3; s++) {
        size_t n = 0;

        /* values repeat over layers: segments are numbered */
        ck_assert_uint_eq(v.segment[s].number, s + 1);
        for (size_t i = 0; i < 8; i++)
            n += pp_grid_value(&v.layer[v.segment[s].layer], i) ==
                 v.segment[s].value;
        ck_assert_uint_eq(n, count[s]);
    }
    pp_volume_free(&v);
}
END_TEST

START_TEST(a_list_of_files_is_one_volume)
{
    static const char header[] =
        NRRD_2X2X2 "encoding: raw\ndata file: LIST\nl0.raw\nl1.raw\n";
    static const char pattern[] =
        NRRD_2X2X2 "encoding: raw\ndata file: l%d.raw 0 1 1\n\n";

    test_file("l0.raw", ramp, 4);
    test_file("l1.raw", ramp + 4, 4);
    expect_ramp(make("l.nhdr", header, "", 0), NULL, 0, 1);
    expect_ramp(make("l.nhdr", pattern, "", 0), NULL, 0, 1);
}
END_TEST

#define META                                                                  \
    "ObjectType = Image\nNDims = 3\nDimSize = 2 2 2\n"                        \
    "ElementSpacing = 1 2 3\nOffset = 10 20 30\n"

START_TEST(metaimage_reads_local_msb_packed_and_listed_data)
{
    static const unsigned char big[16] = { 0, 0, 0, 1, 0, 2, 0, 3,
                                           0, 4, 0, 5, 0, 6, 0, 7 };
    unsigned char packed[256];
    uLongf n = sizeof packed;

    ck_assert_int_eq(compress(packed, &n, ramp, 8), Z_OK);
    expect_ramp(make("m.mha", META "ElementType = MET_UCHAR\n"
                             "ElementDataFile = LOCAL\n", ramp, 8), NULL, 0,
                1);
    expect_ramp(make("m.mha", META "ElementType = MET_USHORT\n"
                             "BinaryDataByteOrderMSB = True\n"
                             "ElementDataFile = LOCAL\n", big, 16), NULL, 0,
                1);
    expect_ramp(make("m.mha", META "ElementType = MET_UCHAR\n"
                             "CompressedData = True\n"
                             "ElementDataFile = LOCAL\n", packed, n), NULL, 0,
                1);
    test_file("l0.raw", ramp, 4);
    test_file("l1.raw", ramp + 4, 4);
    expect_ramp(make("m.mhd", META "ElementType = MET_UCHAR\n"
                             "ElementDataFile = LIST\nl0.raw\nl1.raw\n", "",
                     0), NULL, 0, 1);
    expect_ramp(make("m.mhd", META "ElementType = MET_UCHAR\n"
                             "ElementDataFile = l%01d.raw 0 1 1\n", "", 0),
                NULL, 0, 1);
}
END_TEST

static void
expect_refusal(const char *header)
{
    const pp_read_options glance = { .headers_only = true };
    pp_error err = { 0 };
    pp_volume v;

    ck_assert_msg(pp_volume_read(make("bad", header, ramp, 8), NULL, &v,
                                 &err) != PP_OK, "was read: %s", header);
    ck_assert_uint_gt(strlen(err.message), 0);
    ck_assert_uint_eq(v.nlayer, 0);
    ck_assert_ptr_null(v.layer);
    /* what the header alone lets pass has at least a size */
    err = (pp_error){ 0 };
    if (pp_volume_read(make("bad", header, ramp, 8), &glance, &v, &err) ==
        PP_OK)
        ck_assert(v.layer->dim[0] > 0 && v.layer->dim[1] > 0 &&
                  v.layer->dim[2] > 0);
    pp_volume_free(&v);
}

START_TEST(hostile_headers_give_a_status)
{
    static const char *const bad[] = {
        "NRRD0004\n", "NRRD0004\n\n", "NRRD0004\njunk\n\n",
        NRRD_2X2X2 "\n", /* no encoding */
        NRRD_2X2X2 "encoding: bzip2\n\n", NRRD_2X2X2 "encoding: raw\n",
        NRRD_2X2X2 "encoding: gzip\n\n",
        NRRD_2X2X2 "sizes: 2 2 -2\nencoding: raw\n\n",
        NRRD_2X2X2 "sizes: 2 2 0\nencoding: raw\n\n",
        NRRD_2X2X2 "sizes: 2 2\nencoding: raw\n\n",
        NRRD_2X2X2 "sizes: 2 2 9007199254740993\nencoding: raw\n\n",
        NRRD_2X2X2 "sizes: 9007199254740991 9007199254740991 2\n"
                   "encoding: raw\n\n",
        NRRD_2X2X2 "sizes: 4000 4000 4000\nencoding: raw\n\n",
        NRRD_2X2X2 "sizes: 4000 4000 4000\nencoding: ascii\n\n",
        NRRD_2X2X2 "encoding: ascii\n\n8.2e12 1 2 3 4 5 6 7\n",
        NRRD_2X2X2 "encoding: ascii\n\n0.5 1 2 3 4 5 6 7\n",
        NRRD_2X2X2 "type: float\nencoding: ascii\n\n1e300 1 2 3 4 5 6 7\n",
        NRRD_2X2X2 "dimension: 99\nencoding: raw\n\n",
        NRRD_2X2X2 "dimension: -3\nencoding: raw\n\n",
        /* the dimension grows behind the sizes */
        NRRD_2X2X2 "dimension: 2\nsizes: 4 2\ndimension: 3\n"
                   "encoding: raw\n\n",
        "NRRD0004\ntype: uchar\ndimension: 2\nsizes: 4 2\ndimension: 3\n"
        "space: LPS\nspace directions: (1,0,0) (0,1,0) (0,0,1)\n"
        "encoding: raw\n\n12345678",
        NRRD_2X2X2 "type: block\nencoding: raw\n\n",
        NRRD_2X2X2 "type: short\nencoding: raw\n\n", /* no endian */
        NRRD_2X2X2 "space directions: (1,0,0) (0,0,0) (0,0,1)\n"
                   "encoding: raw\n\n",
        NRRD_2X2X2 "space directions: (1,0,0) (0,inf,0) (0,0,1)\n"
                   "encoding: raw\n\n",
        NRRD_2X2X2 "space directions: (1,0,0) (0,1e300,0) (0,0,1)\n"
                   "encoding: raw\n\n",
        NRRD_2X2X2 "space directions: (1,0,0) (1,1,0) (0,0,1)\n"
                   "encoding: raw\n\n",
        NRRD_2X2X2 "encoding: raw\ndata file: missing.raw\n\n",
        NRRD_2X2X2 "encoding: raw\ndata file: a%n%d 1 2 1\n\n",
        NRRD_2X2X2 "encoding: raw\ndata file: a%d 1 2 0\n\n",
        NRRD_2X2X2 "encoding: raw\nSegment0_Layer:=7\n"
                   "Segment0_LabelValue:=1\n\n",
        META "ElementType = MET_UCHAR\n",
        META "ElementDataFile = LOCAL\n",
        META "ElementType = MET_FLOAT\nElementDataFile = LOCAL\n",
        META "DimSize = 2 2 0\nElementType = MET_UCHAR\n"
             "ElementDataFile = LOCAL\n",
        META "DimSize = -2 2 2\nElementType = MET_UCHAR\n"
             "ElementDataFile = LOCAL\n",
        META "DimSize = 9000000000 9000000000 9000000000\n"
             "ElementType = MET_UCHAR\nElementDataFile = LOCAL\n",
        META "ElementSpacing = 1 nan 1\nElementType = MET_UCHAR\n"
             "ElementDataFile = LOCAL\n",
        META "ElementSpacing = 1 0 1\nElementType = MET_UCHAR\n"
             "ElementDataFile = LOCAL\n",
        META "NDims = 77\nElementType = MET_UCHAR\nElementDataFile = LOCAL\n",
        META "ElementNumberOfChannels = 3\nElementType = MET_UCHAR\n"
             "ElementDataFile = LOCAL\n",
        META "TransformMatrix = 1 0 0 0 1 0 0 1 1\nElementType = MET_UCHAR\n"
             "ElementDataFile = LOCAL\n",
        META "HeaderSize = 99\nElementType = MET_UCHAR\n"
             "ElementDataFile = LOCAL\n",
        META " = 5\n", META "=\nElementDataFile = LOCAL\n",
        "ObjectType = Mesh\nNDims = 3\nElementDataFile = LOCAL\n",
    };

    for (size_t n = 0; n < sizeof bad / sizeof *bad; n++)
        expect_refusal(bad[n]);
}
END_TEST

PP_TESTS("voxel/textheader", gzip_and_ascii_hold_the_same_numbers_as_raw,
         lines_may_end_as_on_windows, a_list_axis_first_or_last_needs_a_channel,
         segments_come_with_layers_names_and_colours,
         a_list_of_files_is_one_volume,
         metaimage_reads_local_msb_packed_and_listed_data,
         hostile_headers_give_a_status)
