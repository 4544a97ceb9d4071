/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dicomfile.c - DICOM files written byte by byte (explicit little endian)
 */
#include "dicomfile.h"

#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
put(pp_bytes *b, const void *data, size_t n)
{
    pp_error err = { 0 };

    ck_ok(pp_bytes_append(b, data, n, &err), err);
}

static void
put16(pp_bytes *b, unsigned v)
{
    unsigned char c[2];

    pp_put_u16le(c, (uint16_t)v);
    put(b, c, 2);
}

static void
put32(pp_bytes *b, uint32_t v)
{
    unsigned char c[4];

    pp_put_u32le(c, v);
    put(b, c, 4);
}

void
test_element(pp_bytes *b, unsigned group, unsigned element, const char *vr,
             const void *data, size_t size)
{
    static const char *const wide[] = { "OB", "OW", "SQ", "UN", "UT" };
    bool is_wide = false;

    put16(b, group);
    put16(b, element);
    put(b, vr, 2);
    for (size_t w = 0; w < sizeof wide / sizeof *wide; w++)
        is_wide |= strcmp(vr, wide[w]) == 0;
    if (is_wide) {
        put16(b, 0);
        put32(b, (uint32_t)(size + (size & 1)));
    } else {
        put16(b, (unsigned)(size + (size & 1)));
    }
    put(b, data, size);
    if (size & 1)
        put(b, strcmp(vr, "UI") == 0 || vr[0] == 'O' ? "" : " ", 1);
}

void
test_text(pp_bytes *b, unsigned group, unsigned element, const char *vr,
          const char *text)
{
    if (text != NULL)
        test_element(b, group, element, vr, text, strlen(text));
}

void
test_us(pp_bytes *b, unsigned group, unsigned element, unsigned value)
{
    unsigned char c[2];

    pp_put_u16le(c, (uint16_t)value);
    test_element(b, group, element, "US", c, 2);
}

/* At most 16 characters a number, as many digits as fit. */
void
test_ds(pp_bytes *b, unsigned group, unsigned element, const double *v, int n)
{
    char text[256] = "", one[40];

    for (int i = 0; i < n; i++) {
        for (int digits = 15; digits > 5; digits--)
            if (snprintf(one, sizeof one, "%.*g", digits, v[i]) <= 16)
                break;
        if (i > 0)
            strcat(text, "\\");
        strcat(text, one);
    }
    test_text(b, group, element, "DS", text);
}

void
test_sequence(pp_bytes *b, unsigned group, unsigned element)
{
    put16(b, group);
    put16(b, element);
    put(b, "SQ\0\0", 4);
    put32(b, 0xffffffff);
}

static void
delimiter(pp_bytes *b, unsigned element, uint32_t length)
{
    put16(b, 0xfffe);
    put16(b, element);
    put32(b, length);
}

void
test_sequence_end(pp_bytes *b)
{
    delimiter(b, 0xe0dd, 0);
}

void
test_item(pp_bytes *b)
{
    delimiter(b, 0xe000, 0xffffffff);
}

void
test_item_end(pp_bytes *b)
{
    delimiter(b, 0xe00d, 0);
}

void
test_meta(pp_bytes *b, const char *sop_class, const char *sop_instance)
{
    static const unsigned char none[128];
    pp_bytes meta = { 0 };
    unsigned char length[4];

    test_element(&meta, 2, 1, "OB", "\0\1", 2);
    test_text(&meta, 2, 2, "UI", sop_class);
    test_text(&meta, 2, 3, "UI", sop_instance);
    test_text(&meta, 2, 0x10, "UI", "1.2.840.10008.1.2.1");
    put(b, none, sizeof none);
    put(b, "DICM", 4);
    pp_put_u32le(length, (uint32_t)meta.size);
    test_element(b, 2, 0, "UL", length, 4);
    put(b, meta.data, meta.size);
    pp_bytes_free(&meta);
}

void
test_slice_bytes(const test_slice *s, pp_bytes *b)
{
    static const char ct[] = "1.2.840.10008.5.1.4.1.1.2";

    test_meta(b, ct, s->sop_instance != NULL ? s->sop_instance : "2.25.1");
    test_text(b, 8, 8, "CS", s->image_type);
    test_text(b, 8, 0x16, "UI", ct);
    test_text(b, 8, 0x18, "UI", s->sop_instance);
    test_text(b, 8, 0x60, "CS", "CT");
    if (s->thickness > 0)
        test_ds(b, 0x18, 0x50, &s->thickness, 1);
    test_text(b, 0x20, 0xe, "UI", s->series);
    test_text(b, 0x20, 0x12, "IS", s->acquisition);
    if (!s->no_position)
        test_ds(b, 0x20, 0x32, s->position, 3);
    test_ds(b, 0x20, 0x37, s->direction, 6);
    test_text(b, 0x20, 0x52, "UI", s->frame);
    test_us(b, 0x28, 2, s->samples);
    test_text(b, 0x28, 4, "CS", s->photometric);
    test_us(b, 0x28, 0x10, s->rows);
    test_us(b, 0x28, 0x11, s->columns);
    if (!s->no_spacing)
        test_ds(b, 0x28, 0x30, s->spacing, 2);
    test_us(b, 0x28, 0x100, s->bits);
    test_us(b, 0x28, 0x101, s->stored);
    test_us(b, 0x28, 0x102, s->stored - 1);
    test_us(b, 0x28, 0x103, s->is_signed);
    if (s->padded) {
        unsigned char c[2];

        pp_put_u16le(c, (uint16_t)s->padding);
        test_element(b, 0x28, 0x120, s->is_signed ? "SS" : "US", c, 2);
    }
    test_ds(b, 0x28, 0x1052, &s->intercept, 1);
    test_ds(b, 0x28, 0x1053, &s->slope, 1);
    if (!s->no_pixels)
        test_element(b, 0x7fe0, 0x10, "OW", s->pixel, s->size);
}

static void
fill_slice(const pp_grid *g, size_t k, test_slice *s)
{
    const size_t n = g->dim[0] * g->dim[1];
    double mm[3];

    pp_grid_spacing(g, mm);
    *s = (test_slice){ .series = "2.25.77", .frame = "2.25.88",
                       .image_type = "ORIGINAL\\PRIMARY\\AXIAL",
                       .photometric = "MONOCHROME2",
                       .spacing = { mm[1], mm[0] }, .slope = 1, .samples = 1,
                       .rows = (unsigned)g->dim[1],
                       .columns = (unsigned)g->dim[0], .bits = 16,
                       .stored = 16, .is_signed = true,
                       .pixel = (const int16_t *)g->voxel + k * n,
                       .size = 2 * n };
    for (int r = 0; r < 3; r++) {
        s->position[r] = g->to_lps[r][3] + (double)k * g->to_lps[r][2];
        s->direction[r] = g->to_lps[r][0] / mm[0];
        s->direction[r + 3] = g->to_lps[r][1] / mm[1];
    }
}

const char *
test_series(const pp_grid *g, void (*change)(test_slice *s, size_t k))
{
    static char folder[64];
    char path[128], uid[32];

    ck_assert_uint_eq(g->type, PP_VOXEL_I16);
    strcpy(folder, "/tmp/printprep-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    for (size_t k = 0; k < g->dim[2]; k++) {
        pp_bytes b = { 0 };
        test_slice s;
        FILE *file;

        fill_slice(g, k, &s);
        snprintf(uid, sizeof uid, "2.25.1000%zu", k);
        s.sop_instance = uid;
        if (change != NULL)
            change(&s, k);
        test_slice_bytes(&s, &b);
        /* names in an order of their own, without an extension */
        snprintf(path, sizeof path, "%s/im%02zu", folder, k * 37 % 97);
        file = fopen(path, "wb");
        ck_assert_ptr_nonnull(file);
        ck_assert_uint_eq(fwrite(b.data, 1, b.size, file), b.size);
        ck_assert_int_eq(fclose(file), 0);
        pp_bytes_free(&b);
    }
    return folder;
}

/* ---- segmentations ---- */

static void
put_segments(const test_seg *s, pp_bytes *b)
{
    test_sequence(b, 0x62, 2);
    for (size_t n = 0; n < s->nsegment; n++) {
        static const unsigned char lab[6] = { 0x80, 0x80, 0xff, 0x9f,
                                              0x00, 0x90 };

        test_item(b);
        test_us(b, 0x62, 4, (unsigned)n + 1);
        test_text(b, 0x62, 5, "LO", s->name[n]);
        test_element(b, 0x62, 0xd, "US", lab, 6);
        test_item_end(b);
    }
    test_sequence_end(b);
}

static void
put_shared(const test_seg *s, pp_bytes *b)
{
    test_sequence(b, 0x5200, 0x9229);
    test_item(b);
    test_sequence(b, 0x20, 0x9116); /* plane orientation */
    test_item(b);
    test_ds(b, 0x20, 0x37, s->direction, 6);
    test_item_end(b);
    test_sequence_end(b);
    test_sequence(b, 0x28, 0x9110); /* pixel measures */
    test_item(b);
    if (s->thickness > 0)
        test_ds(b, 0x18, 0x50, &s->thickness, 1);
    if (s->slice_spacing > 0)
        test_ds(b, 0x18, 0x88, &s->slice_spacing, 1);
    test_ds(b, 0x28, 0x30, s->spacing, 2);
    test_item_end(b);
    test_sequence_end(b);
    test_item_end(b);
    test_sequence_end(b);
}

static void
put_frame(const test_seg_frame *f, pp_bytes *b)
{
    test_item(b);
    test_sequence(b, 0x20, 0x9113); /* plane position */
    test_item(b);
    test_ds(b, 0x20, 0x32, f->position, 3);
    test_item_end(b);
    test_sequence_end(b);
    if (f->segment > 0) {
        test_sequence(b, 0x62, 0xa); /* segment identification */
        test_item(b);
        test_us(b, 0x62, 0xb, f->segment);
        test_item_end(b);
        test_sequence_end(b);
    }
    test_item_end(b);
}

static void
put_seg_pixels(const test_seg *s, bool binary, pp_bytes *b)
{
    const size_t n = (size_t)s->rows * s->columns;
    const size_t size = binary ? (n * s->nframe + 7) / 8 : n * s->nframe;
    unsigned char *pixel = calloc(size + 1, 1);

    ck_assert_ptr_nonnull(pixel);
    for (size_t f = 0; f < s->nframe; f++)
        for (size_t i = 0; i < n; i++) {
            const size_t at = f * n + i;

            if (!binary)
                pixel[at] = s->frame[f].pixel[i];
            else if (s->frame[f].pixel[i] != 0)
                pixel[at / 8] |= (unsigned char)(1 << at % 8);
        }
    test_element(b, 0x7fe0, 0x10, "OB", pixel, size);
    free(pixel);
}

void
test_seg_bytes(const test_seg *s, pp_bytes *b)
{
    static const char class[] = "1.2.840.10008.5.1.4.1.1.66.4";
    const bool binary = strcmp(s->type, "BINARY") == 0;
    char count[16];

    snprintf(count, sizeof count, "%zu", s->nframe);
    test_meta(b, class, "2.25.5");
    test_text(b, 8, 5, "CS", s->charset);
    test_text(b, 8, 0x16, "UI", class);
    test_text(b, 8, 0x60, "CS", "SEG");
    test_text(b, 0x20, 0x52, "UI", "2.25.88");
    test_us(b, 0x28, 2, 1);
    test_text(b, 0x28, 4, "CS", "MONOCHROME2");
    test_text(b, 0x28, 8, "IS", count);
    test_us(b, 0x28, 0x10, s->rows);
    test_us(b, 0x28, 0x11, s->columns);
    test_us(b, 0x28, 0x100, binary ? 1 : 8);
    test_us(b, 0x28, 0x101, binary ? 1 : 8);
    test_us(b, 0x28, 0x102, binary ? 0 : 7);
    test_us(b, 0x28, 0x103, 0);
    test_text(b, 0x62, 1, "CS", s->type);
    put_segments(s, b);
    if (s->maximum > 0)
        test_us(b, 0x62, 0xe, s->maximum);
    test_text(b, 0x62, 0x10, "CS", s->fraction);
    put_shared(s, b);
    test_sequence(b, 0x5200, 0x9230);
    for (size_t f = 0; f < s->nframe; f++)
        put_frame(&s->frame[f], b);
    test_sequence_end(b);
    put_seg_pixels(s, binary, b);
}

/* ---- contours ---- */

static void
put_contour(const test_contour *c, pp_bytes *b)
{
    pp_bytes text = { 0 };
    pp_error err = { 0 };
    char count[16];

    snprintf(count, sizeof count, "%d", c->npoint);
    test_item(b);
    test_text(b, 0x3006, 0x42, "CS", c->type);
    test_text(b, 0x3006, 0x46, "IS", count);
    for (int i = 0; i < 3 * c->npoint; i++)
        ck_ok(pp_bytes_printf(&text, &err, "%s%.6f", i > 0 ? "\\" : "",
                              c->xyz[i]), err);
    test_element(b, 0x3006, 0x50, "DS", text.data, text.size);
    pp_bytes_free(&text);
    test_item_end(b);
}

void
test_contours_bytes(const char *frame, const test_contour *contour, size_t n,
                    pp_bytes *b)
{
    static const char class[] = "1.2.840.10008.5.1.4.1.1.481.3";

    test_meta(b, class, "2.25.6");
    test_text(b, 8, 0x16, "UI", class);
    test_text(b, 8, 0x60, "CS", "RTSTRUCT");
    test_sequence(b, 0x3006, 0x20);
    test_item(b);
    test_text(b, 0x3006, 0x22, "IS", "7");
    test_text(b, 0x3006, 0x24, "UI", frame);
    test_text(b, 0x3006, 0x26, "LO", "Kontur");
    test_item_end(b);
    test_sequence_end(b);
    test_sequence(b, 0x3006, 0x39);
    test_item(b);
    test_text(b, 0x3006, 0x2a, "IS", "255\\0\\0");
    test_sequence(b, 0x3006, 0x40);
    for (size_t c = 0; c < n; c++)
        put_contour(&contour[c], b);
    test_sequence_end(b);
    test_text(b, 0x3006, 0x84, "IS", "7");
    test_item_end(b);
    test_sequence_end(b);
}
