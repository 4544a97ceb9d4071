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

#endif
