/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vtp.h - the XML and the arrays of VTK's files; only for meshio/vtp_*.c
 *
 * VTK File Formats (Kitware), "XML file formats": elements that say what there
 * is, and numbers that lie in them as text or base64, or behind all of them
 * ("appended"), as blocks that may be deflated.
 */
#ifndef PP_MESHIO_VTP_H
#define PP_MESHIO_VTP_H

#include "base/bytes.h"

#include <stdbool.h>

/* ---- XML (vtp_xml.c): elements, attributes, text; no DTD ---- */

typedef struct {
    const char *begin, *p, *end;
} pp_xml;

#define PP_XML_NAME 32

typedef struct {
    char name[PP_XML_NAME]; /* cut when longer */
    bool closes, empty;     /* </name>, <name/> */
    const char *attributes, *attributes_end;
    const char *text;       /* where what is in it begins */
} pp_xml_tag;

/**
 * The next tag, over text, comments and processing instructions. False in
 * *found at the end. PP_EFORMAT for what is no XML, and for an attribute that
 * is there twice; PP_EUNSUPPORTED for <!DOCTYPE and the like.
 */
pp_status pp_xml_next(pp_xml *x, pp_xml_tag *tag, bool *found,
                      pp_error *err) PP_MUST_USE;

/** The value of an attribute, cut at size - 1 bytes; false when absent. */
bool pp_xml_attribute(const pp_xml_tag *tag, const char *name, char *value,
                      size_t size);

/* ---- arrays (vtp_array.c) ---- */

typedef enum {
    PP_VTP_INT8, PP_VTP_UINT8, PP_VTP_INT16, PP_VTP_UINT16, PP_VTP_INT32,
    PP_VTP_UINT32, PP_VTP_INT64, PP_VTP_UINT64, PP_VTP_FLOAT32,
    PP_VTP_FLOAT64, PP_VTP_STRING, PP_VTP_OTHER
} pp_vtp_type;

typedef enum {
    PP_VTP_ASCII,   /* text in the element */
    PP_VTP_BINARY,  /* base64 in the element */
    PP_VTP_APPENDED /* behind all elements */
} pp_vtp_form;

/* How numbers are written in a file. */
typedef struct {
    bool big_endian, compressed;
    size_t word;          /* bytes of a number in a block's header: 4, 8 */
    bool base64;          /* what is appended */
    const char *appended, *appended_end; /* behind its '_' */
} pp_vtp_coding;

/* An array as its element tells. */
typedef struct {
    char name[64];
    pp_vtp_type type;
    pp_vtp_form form;
    size_t offset;
    const char *text, *text_end;
} pp_vtp_array;

size_t pp_vtp_size(pp_vtp_type type);

/**
 * The array's numbers in its own type, little endian, appended to out. Memory
 * goes with the bytes that are there, whatever counts say.
 */
pp_status pp_vtp_decode(const pp_vtp_array *array, const pp_vtp_coding *coding,
                        pp_bytes *out, pp_error *err) PP_MUST_USE;

/** Number i of what decode gave; false for one that is no count. */
bool pp_vtp_count(pp_vtp_type type, const unsigned char *data, size_t i,
                  uint64_t *value);
double pp_vtp_real(pp_vtp_type type, const unsigned char *data, size_t i);

#endif
