/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/file.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static const char *
in_folder(const char *name)
{
    static char path[2][128];
    static int turn;

    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static void
make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/printprep-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void
expect(const char *name, const char *text)
{
    pp_bytes b = { 0 };
    pp_error err = { 0 };

    ck_ok(pp_file_read(in_folder(name), 0, &b, &err), err);
    ck_assert_uint_eq(b.size, strlen(text));
    ck_assert_mem_eq(b.data, text, b.size);
    pp_bytes_free(&b);
}

START_TEST(a_written_file_keeps_mode_and_follows_links)
{
    pp_error err = { 0 };
    struct stat st;

    make_folder();
    ck_ok(pp_file_write(in_folder("real"), "one", 3, &err), err);
    ck_assert_int_eq(chmod(in_folder("real"), 0640), 0);
    ck_assert_int_eq(symlink("real", in_folder("link")), 0);
    ck_ok(pp_file_write(in_folder("link"), "two!", 4, &err), err);
    expect("real", "two!");
    ck_assert_int_eq(lstat(in_folder("link"), &st), 0);
    ck_assert(S_ISLNK(st.st_mode));
    ck_assert_int_eq(stat(in_folder("real"), &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0640);
}
END_TEST

START_TEST(a_refused_write_leaves_nothing_behind)
{
    pp_error err = { 0 };
    char **paths;
    size_t n;

    make_folder();
    ck_assert_int_eq(pp_file_write(in_folder("no/such"), "x", 1, &err),
                     PP_EIO);
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_file_write(folder, "x", 1, &err), PP_EIO);
    err = (pp_error){ 0 };
    ck_ok(pp_file_list(folder, &paths, &n, &err), err);
    ck_assert_uint_eq(n, 0);
    pp_file_list_free(paths, n);
}
END_TEST

START_TEST(limits_directories_and_empty_files_are_refused)
{
    pp_error err = { 0 };
    pp_bytes b;

    make_folder();
    ck_ok(pp_file_write(in_folder("four"), "1234", 4, &err), err);
    ck_assert_int_eq(pp_file_read(in_folder("four"), 3, &b, &err), PP_ELIMIT);
    ck_assert_ptr_null(b.data);
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_file_read(folder, 0, &b, &err), PP_EIO);
    err = (pp_error){ 0 };
    ck_ok(pp_file_write(in_folder("none"), "", 0, &err), err);
    ck_assert_int_eq(pp_file_read(in_folder("none"), 0, &b, &err), PP_EFORMAT);
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_file_read(in_folder("missing"), 0, &b, &err), PP_EIO);
}
END_TEST

START_TEST(a_folder_below_that_cannot_be_read_is_named)
{
    const uid_t me = geteuid();
    pp_error err = { 0 };
    char **paths, **refused;
    size_t n, nrefused;

    make_folder();
    ck_ok(pp_file_write(in_folder("open"), "x", 1, &err), err);
    ck_assert_int_eq(mkdir(in_folder("closed"), 0), 0);
    ck_assert_int_eq(chmod(folder, 0755), 0);
    /* nothing is closed to root */
    ck_assert(me != 0 || seteuid(65534) == 0);
    ck_assert_int_eq(pp_file_tree(folder, &paths, &n, &err), PP_EIO);
    ck_assert_ptr_null(paths);
    ck_assert_ptr_nonnull(strstr(err.message, "/closed: cannot open"));
    err = (pp_error){ 0 };
    ck_ok(pp_file_tree_readable(folder, &paths, &n, &refused, &nrefused,
                                &err), err);
    ck_assert(seteuid(me) == 0);
    ck_assert_uint_eq(nrefused, 1);
    ck_assert_ptr_nonnull(strstr(refused[0], "/closed: cannot open"));
    ck_assert_uint_gt(n, 0);
    pp_file_list_free(paths, n);
    pp_file_list_free(refused, nrefused);
    ck_assert_int_eq(rmdir(in_folder("closed")), 0);
    ck_assert_int_eq(unlink(in_folder("open")), 0);
}
END_TEST

PP_TESTS("base/file", a_written_file_keeps_mode_and_follows_links,
         a_refused_write_leaves_nothing_behind,
         limits_directories_and_empty_files_are_refused,
         a_folder_below_that_cannot_be_read_is_named)
