/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glb.h - what the reader and the writer of glTF share; only for
 * meshio/glb_*.c
 *
 * glTF 2.0 (Khronos, ISO/IEC 12113:2022) measures in metres, Y up, with the
 * front towards Z and the left towards X. Patient space is millimetres, left,
 * posterior, superior. So, both right-handed:
 *
 *     X = left / 1000,  Y = superior / 1000,  Z = -posterior / 1000
 *
 * The file's numbers stay what STL would hold, float millimetres in patient
 * space; one node above all objects does the turn, as a matrix. 0.001 times
 * 1000 is 1 in doubles, so nothing wears off on the way back.
 */
#ifndef PP_MESHIO_GLB_H
#define PP_MESHIO_GLB_H

#include "shim/json.h"

#include <stdint.h>

#define PP_GLB_MAGIC 0x46546c67 /* "glTF" */
#define PP_GLB_JSON 0x4e4f534a  /* "JSON" */
#define PP_GLB_BIN 0x004e4942   /* "BIN" */

#define PP_GLB_METRES_PER_MM 0.001
#define PP_GLB_MM_PER_METRE 1000.0

/* Component types, by their numbers in OpenGL. */
#define PP_GLB_U8 5121
#define PP_GLB_U16 5123
#define PP_GLB_U32 5125
#define PP_GLB_F32 5126

/* Who a bufferView is for. */
#define PP_GLB_VERTICES 34962
#define PP_GLB_INDICES 34963

#define PP_GLB_TRIANGLES 4

/* ---- reading (glb_arrays.c) ---- */

typedef struct {
    const pp_json_value *root;
    const unsigned char *bin; /* the buffer within the file, or NULL */
    size_t nbin;
} pp_glb_file;

/* The numbers that an accessor names. */
typedef struct {
    const unsigned char *at;
    size_t count, stride, component;
} pp_glb_run;

/** A member that is a count, or `otherwise` without it; false: is none. */
bool pp_glb_count_or(const pp_json_value *object, const char *key,
                     size_t otherwise, size_t *value);

/**
 * The run of an accessor of this type, `width` numbers an element; all of it
 * lies in the file. The component's type is for the caller to check.
 */
pp_status pp_glb_find_run(const pp_glb_file *file, size_t number,
                          const char *type, size_t width, pp_glb_run *out,
                          pp_error *err) PP_MUST_USE;

/** Number i of a run of whole numbers. */
uint32_t pp_glb_index(const pp_glb_run *from, size_t i);

#endif
