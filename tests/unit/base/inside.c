/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inside.c - what a document names is read only where it may lie
 */
#include "base/inside.h"

#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/printprep-inside-XXXXXX";

static void
write_file(const char *name, const char *text)
{
    char path[256];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

static void
make(const char *command)
{
    char line[512];

    snprintf(line, sizeof line, "cd %s && %s", folder, command);
    ck_assert_int_eq(system(line), 0);
}

static pp_status
read_status(const char *part, const char *name, size_t limit)
{
    pp_bytes bytes;
    pp_error err = { 0 };
    const pp_status status = pp_inside_read(folder, part, name, limit, &bytes,
                                            &err);

    if (status != PP_OK)
        ck_assert_ptr_null(bytes.data);
    pp_bytes_free(&bytes);
    return status;
}

START_TEST(names_are_names_of_one_file)
{
    static const char *const bad[] = { "", ".", "..", "/", "a/b", "../a",
                                       "/etc/passwd", ".hidden", "a\\b",
                                       "a\n", "\x7f" };
    char longest[PP_INSIDE_NAME + 2];

    for (size_t n = 0; n < sizeof bad / sizeof *bad; n++)
        ck_assert_msg(!pp_inside_is_name(bad[n]), "'%s' is a name", bad[n]);
    memset(longest, 'a', sizeof longest);
    longest[PP_INSIDE_NAME + 1] = '\0';
    ck_assert(!pp_inside_is_name(longest));
    longest[PP_INSIDE_NAME] = '\0';
    ck_assert(pp_inside_is_name(longest));
    ck_assert(pp_inside_is_name("1-mask2stl.json"));
    ck_assert(pp_inside_is_name("Schl\xc3\xbcsselbein 2"));
}
END_TEST

START_TEST(only_regular_files_of_the_folder_are_read)
{
    pp_bytes bytes;
    pp_error err = { 0 };

    ck_assert_ptr_nonnull(mkdtemp(folder));
    make("mkdir part other && ln -s other linked && ln -s ../other/secret "
         "part/link && mkfifo part/fifo && mkdir part/deeper");
    write_file("top", "top");
    write_file("part/file", "inside");
    write_file("part/empty", "");
    write_file("other/secret", "secret");

    ck_ok(pp_inside_read(folder, "part", "file", 0, &bytes, &err), err);
    ck_assert_uint_eq(bytes.size, 6);
    ck_assert_mem_eq(bytes.data, "inside", 6);
    pp_bytes_free(&bytes);
    ck_assert_int_eq(read_status(NULL, "top", 0), PP_OK);
    ck_assert_int_eq(read_status("part", "empty", 0), PP_OK);
    ck_assert_int_eq(read_status("part", "file", 6), PP_OK);
    ck_assert_int_eq(read_status("part", "file", 5), PP_ELIMIT);
    ck_assert_int_eq(read_status("part", "missing", 0), PP_EIO);
    ck_assert_int_eq(read_status("missing", "file", 0), PP_EIO);
    ck_assert_int_eq(read_status("top", "file", 0), PP_EIO);
    ck_assert_int_eq(read_status("part", "deeper", 0), PP_EIO);
    ck_assert_int_eq(read_status("part", "fifo", 0), PP_EIO);
    ck_assert_int_eq(read_status("part", "link", 0), PP_EUNSUPPORTED);
    ck_assert_int_eq(read_status("linked", "secret", 0), PP_EUNSUPPORTED);
    ck_assert_int_eq(read_status("part", "../other/secret", 0), PP_EFORMAT);
    ck_assert_int_eq(read_status("..", "file", 0), PP_EFORMAT);
    make("rm -r part other linked top && rmdir \"$PWD\"");
}
END_TEST

PP_TESTS("base/inside", names_are_names_of_one_file,
         only_regular_files_of_the_folder_are_read)
