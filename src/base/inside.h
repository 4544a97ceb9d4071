/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inside.h - files that a document names, and that must lie beside it
 *
 * A name from a file may say "../../etc/passwd", or be a link to it. What is
 * read here is a regular file directly in a directory, or directly in one of
 * its folders, reached over no symbolic link; nothing else is opened, and a
 * FIFO does not make the reader wait.
 */
#ifndef PP_BASE_INSIDE_H
#define PP_BASE_INSIDE_H

#include "base/bytes.h"

#include <stdbool.h>

/** Longest name in bytes, as file systems have it. */
#define PP_INSIDE_NAME 255

/**
 * One name of a file or folder: not empty, no '/', no leading '.', no control
 * character, no backslash, no more than PP_INSIDE_NAME bytes.
 */
bool pp_inside_is_name(const char *name);

/**
 * Reads directory/name, or directory/folder/name when folder is not NULL.
 * PP_EFORMAT for what is no name; PP_EUNSUPPORTED for a symbolic link; PP_EIO
 * for what is not there or no regular file; PP_ELIMIT beyond limit bytes (0:
 * none). An empty file is read as no bytes. The caller frees.
 */
pp_status pp_inside_read(const char *directory, const char *folder,
                         const char *name, size_t limit, pp_bytes *bytes,
                         pp_error *err) PP_MUST_USE;

#endif
