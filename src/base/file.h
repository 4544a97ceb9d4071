/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * file.h - whole reads and whole writes
 *
 * A regular output file appears whole or not at all: it is written under a
 * temporary name in the same directory and renamed. A symbolic link is
 * followed (its target is replaced), an existing file's mode is kept. What is
 * not a regular file (FIFO, device, /dev/stdout) is written in place.
 */
#ifndef PP_BASE_FILE_H
#define PP_BASE_FILE_H

#include "base/bytes.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/** PP_EIO: what was tried, and the system's reason for its failure (errno). */
static inline pp_status
pp_fail_errno(pp_error *err, const char *what)
{
    return pp_fail(err, PP_EIO, "%s: %s", what, strerror(errno));
}

/**
 * Reads all of a file, or of standard input when path is "-". PP_EIO when it
 * cannot be opened or read or is a directory; PP_EFORMAT when it is empty;
 * PP_ELIMIT when longer than limit bytes (0: no limit). The caller frees.
 */
pp_status pp_file_read(const char *path, size_t limit, pp_bytes *bytes,
                       pp_error *err) PP_MUST_USE;

/**
 * The same into bytes whose room is used again; they are the caller's also on
 * failure.
 */
pp_status pp_file_read_again(const char *path, size_t limit, pp_bytes *bytes,
                             pp_error *err) PP_MUST_USE;

/** The same from an open file, where nothing to read is no failure. */
pp_status pp_file_read_open(int fd, size_t limit, pp_bytes *bytes,
                            pp_error *err) PP_MUST_USE;

/** Writes all of bytes to path, or to standard output when path is "-". */
pp_status pp_file_write(const char *path, const void *data, size_t size,
                        pp_error *err) PP_MUST_USE;

/** The next bytes to write, kept by whoever gives them; none at the end. */
typedef pp_status (*pp_piece)(void *state, const void **data, size_t *size,
                              pp_error *err);

/** The same for bytes that need not lie in memory together. */
pp_status pp_file_write_pieces(const char *path, pp_piece next, void *state,
                               pp_error *err) PP_MUST_USE;

/**
 * Copies standard input into a new file of its own under $TMPDIR (or /tmp),
 * for readers that need a path. PP_EFORMAT when it is empty. The caller
 * removes the file and frees its name with pp_file_unspool.
 */
pp_status pp_file_spool(char **path, pp_error *err) PP_MUST_USE;

void pp_file_unspool(char *path);

/** True when path names a regular file (not "-"); *size is its length. */
bool pp_file_is_regular(const char *path, uint64_t *size);

/** True when path names an existing directory. */
bool pp_file_is_directory(const char *path);

/**
 * The regular files directly in a directory, sorted by name (bytes), hidden
 * ones left out; paths are joined with '/'. The caller frees with
 * pp_file_list_free.
 */
pp_status pp_file_list(const char *directory, char ***paths, size_t *npath,
                       pp_error *err) PP_MUST_USE;

/** The same of the directories directly in it. */
pp_status pp_file_folders(const char *directory, char ***paths, size_t *npath,
                          pp_error *err) PP_MUST_USE;

/**
 * As pp_file_list, with the files of all directories below it, PP_FILE_DEPTH
 * levels deep; symbolic links to directories are not followed.
 */
pp_status pp_file_tree(const char *directory, char ***paths, size_t *npath,
                       pp_error *err) PP_MUST_USE;

#define PP_FILE_DEPTH 16

/** The same with hidden files and directories. */
pp_status pp_file_tree_hidden(const char *directory, char ***paths,
                              size_t *npath, pp_error *err) PP_MUST_USE;

/**
 * The same, past directories below that cannot be opened: *refused names each
 * with the reason, sorted. Both lists are freed with pp_file_list_free.
 */
pp_status pp_file_tree_readable(const char *directory, char ***paths,
                                size_t *npath, char ***refused,
                                size_t *nrefused, pp_error *err) PP_MUST_USE;

void pp_file_list_free(char **paths, size_t npath);

/** directory + '/' + name; NULL without memory. The caller frees. */
char *pp_file_join(const char *directory, const char *name);

/**
 * The path of directory/name, where name may have parts joined with '/'. A
 * part that is not there as it is written is looked for in any case (discs
 * are copied so). NULL when there is none, or no memory; the caller frees.
 */
char *pp_file_find(const char *directory, const char *name);

/** Makes a directory, and those above it that are not there. */
pp_status pp_file_make_directory(const char *path, pp_error *err) PP_MUST_USE;

/** The directory part of path, or "."; NULL without memory. */
char *pp_file_folder(const char *path);

/** The part of path behind the last '.', lower case in out; "" for none. */
void pp_file_extension(const char *path, char out[16]);

#ifdef __cplusplus
}
#endif
#endif
