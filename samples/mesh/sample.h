/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sample.h - what the makers of mesh samples share
 *
 * Nothing here shares code with the readers that the samples try. A name that
 * starts with "good-" is a file that must be read as the cube of cube_corner
 * and cube_quad, facet by facet; "odd-" must be read, and holds something to
 * find; "bad-" must be refused.
 */
#ifndef PP_SAMPLES_MESH_SAMPLE_H
#define PP_SAMPLES_MESH_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

/* The cube: corners in mm, sides counter-clockwise seen from outside. */
extern const double cube_corner[8][3];
extern const int cube_quad[6][4];

/* The file that is being made; all writers append to it. */
#define SAMPLE_ROOM (1 << 16)
extern unsigned char sample[SAMPLE_ROOM];
extern size_t nsample;

void put_bytes(const void *data, size_t n);
void put_text(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
void put_u16(unsigned v);
void put_u32(uint32_t v);
void put_u32_be(uint32_t v);
void put_float(float v);
void put_float_be(float v);
void put_double(double v);

/** Corner k of facet t of the cube, 0 <= t < 12: the quads as fans. */
int cube_facet_corner(int t, int k);

typedef struct {
    const char *name; /* of the file */
    void (*make)(void);
} sample_row;

/* Tables that end with a NULL name. */
extern const sample_row stl_samples[];
extern const sample_row ply_samples[];
extern const sample_row text_samples[];
extern const sample_row threemf_samples[];
extern const sample_row glb_samples[];
extern const sample_row vtp_samples[];

#endif
