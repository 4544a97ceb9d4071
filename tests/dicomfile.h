/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dicomfile.h - DICOM files written byte by byte (explicit little endian)
 *
 * Shares no code with the readers or with DCMTK, and writes whatever faults a
 * test wants.
 */
#ifndef PP_TESTS_DICOMFILE_H
#define PP_TESTS_DICOMFILE_H

#include "base/bytes.h"
#include "voxel/grid.h"

#include <stdbool.h>

/* A data element; text is padded to an even length. */
void test_element(pp_bytes *b, unsigned group, unsigned element,
                  const char *vr, const void *data, size_t size);
void test_text(pp_bytes *b, unsigned group, unsigned element, const char *vr,
               const char *text);
void test_us(pp_bytes *b, unsigned group, unsigned element, unsigned value);
/* n numbers as a decimal string. */
void test_ds(pp_bytes *b, unsigned group, unsigned element, const double *v,
             int n);

/* Sequences and items of undefined length. */
void test_sequence(pp_bytes *b, unsigned group, unsigned element);
void test_sequence_end(pp_bytes *b);
void test_item(pp_bytes *b);
void test_item_end(pp_bytes *b);

/* Preamble, magic and meta group. */
void test_meta(pp_bytes *b, const char *sop_class, const char *sop_instance);

/* One slice; zero members are left out of the file. */
typedef struct {
    const char *series, *sop_instance, *frame, *image_type, *photometric;
    const char *acquisition;
    double position[3], direction[6], spacing[2], thickness;
    double slope, intercept;
    unsigned rows, columns, samples, bits, stored;
    bool is_signed, no_position, no_pixels, no_spacing;
    bool padded;
    int padding;
    const void *pixel;
    size_t size;
} test_slice;

void test_slice_bytes(const test_slice *s, pp_bytes *b);

/*
 * The CT series of an I16 grid: slices along its third axis, written into a
 * new folder (returned, static) in an order that has nothing to do with place.
 * change, when given, alters slice k before it is written.
 */
const char *test_series(const pp_grid *g,
                        void (*change)(test_slice *s, size_t k));

/* ---- segmentations ---- */

typedef struct {
    unsigned segment;      /* 0: a label map's frame */
    double position[3];
    const uint8_t *pixel;  /* rows * columns values; BINARY: 0 or 1 */
} test_seg_frame;

typedef struct {
    const char *type;      /* BINARY, FRACTIONAL, LABELMAP */
    const char *fraction;  /* PROBABILITY, OCCUPANCY, or NULL */
    const char *charset;
    unsigned rows, columns, maximum;
    double direction[6], spacing[2], slice_spacing, thickness;
    size_t nsegment;
    const char *const *name;
    size_t nframe;
    const test_seg_frame *frame;
} test_seg;

/* BINARY pixels are packed bit after bit over the borders of frames. */
void test_seg_bytes(const test_seg *s, pp_bytes *b);

/* ---- contours ---- */

typedef struct {
    const char *type;      /* CLOSED_PLANAR ... */
    const double *xyz;
    int npoint;
} test_contour;

/* One structure, "Kontur", number 7, red. */
void test_contours_bytes(const char *frame, const test_contour *contour,
                         size_t n, pp_bytes *b);

#endif
