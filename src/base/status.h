/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * status.h - how a function says that it could not do its work
 *
 * Three things are kept apart. A bug of ours is an assert. A failure (file,
 * memory, malformed bytes, an undefined request) is a pp_status. A finding
 * ("this mesh has a hole") is data in a report and no error at all.
 *
 * Valid in C11 and C++17.
 */
#ifndef PP_BASE_STATUS_H
#define PP_BASE_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define PP_MUST_USE __attribute__((warn_unused_result))
#define PP_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define PP_MUST_USE
#define PP_PRINTF(fmt, args)
#endif

typedef enum {
    PP_OK = 0,
    PP_ENOMEM,       /* memory ran out */
    PP_EIO,          /* the operating system refused a read or a write */
    PP_EFORMAT,      /* bytes that do not follow their format */
    PP_ELIMIT,       /* well formed, but beyond a declared limit */
    PP_EGEOM,        /* the geometry makes the request undefined */
    PP_EUNSUPPORTED, /* a valid input that this program does not handle */
    PP_EBUG          /* an invariant of our own failed */
} pp_status;

/* Fixed size, on the caller's stack: reporting "out of memory" needs none. */
typedef struct {
    pp_status status;
    char message[512];
} pp_error;

/**
 * Records the cause of a failure and returns status, so that a function can
 * end with `return pp_fail(err, PP_EFORMAT, "facet %zu: ...", t)`. The message
 * says where and what, in lower case, without file name or full stop. Control
 * characters in it (they come from files) are replaced by '?'.
 */
pp_status pp_fail(pp_error *err, pp_status status, const char *format, ...)
    PP_PRINTF(3, 4);

/** "out of memory", the one message that everybody needs. */
pp_status pp_fail_memory(pp_error *err);

/** A short English name of a status, for tests and JSON. */
const char *pp_status_name(pp_status status);

#ifdef __cplusplus
}
#endif
#endif
