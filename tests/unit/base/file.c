/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "base/file.h"
#include "test.h"

#include <fcntl.h>
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

/* The second file is shorter: nothing of the first shows, and no room is
 * asked for. */
START_TEST(room_is_used_again_and_what_was_in_it_is_gone)
{
    pp_bytes b = { 0 };
    pp_error err = { 0 };
    const unsigned char *room;

    make_folder();
    ck_ok(pp_file_write(in_folder("long"), "a long text", 11, &err), err);
    ck_ok(pp_file_write(in_folder("short"), "short", 5, &err), err);
    ck_ok(pp_file_read_again(in_folder("long"), 0, &b, &err), err);
    room = b.data;
    ck_ok(pp_file_read_again(in_folder("short"), 0, &b, &err), err);
    ck_assert_ptr_eq(b.data, room);
    ck_assert_uint_eq(b.size, 5);
    ck_assert_mem_eq(b.data, "short", 5);
    ck_assert_int_eq(pp_file_read_again(in_folder("none"), 0, &b, &err),
                     PP_EIO);
    ck_assert_uint_eq(b.size, 0);
    pp_bytes_free(&b);
}
END_TEST

/* Larger than any room that is guessed, and from the place where it stands. */
START_TEST(an_open_file_is_read_from_where_it_stands)
{
    const size_t size = ((size_t)1 << 20) + 77;
    unsigned char *data = pp_alloc_zero(size, 1);
    pp_bytes b = { 0 };
    pp_error err = { 0 };
    int fd;

    ck_assert_ptr_nonnull(data);
    for (size_t n = 0; n < size; n++)
        data[n] = (unsigned char)(n * n >> 7);
    make_folder();
    ck_ok(pp_file_write(in_folder("large"), data, size, &err), err);
    fd = open(in_folder("large"), O_RDONLY);
    ck_assert_int_ge(fd, 0);
    ck_ok(pp_file_read_open(fd, 0, &b, &err), err);
    ck_assert_uint_eq(b.size, size);
    ck_assert_mem_eq(b.data, data, size);
    ck_assert_int_eq(lseek(fd, (off_t)size - 3, SEEK_SET), (off_t)size - 3);
    ck_ok(pp_file_read_open(fd, 3, &b, &err), err);
    ck_assert_uint_eq(b.size, 3);
    ck_ok(pp_file_read_open(fd, 3, &b, &err), err);
    ck_assert_uint_eq(b.size, 0);
    ck_assert_int_eq(close(fd), 0);
    ck_assert_int_eq(pp_file_read_open(fd, 0, &b, &err), PP_EIO);
    pp_bytes_free(&b);
    pp_free(data);
}
END_TEST

START_TEST(a_path_is_the_folder_a_slash_and_the_name)
{
    char *path = pp_file_join("a/b", "c"), *folder_of = pp_file_folder(path);

    ck_assert_str_eq(path, "a/b/c");
    ck_assert_str_eq(folder_of, "a/b");
    pp_free(path);
    pp_free(folder_of);
    path = pp_file_join("", "");
    ck_assert_str_eq(path, "/");
    pp_free(path);
}
END_TEST

PP_TESTS("base/file", a_written_file_keeps_mode_and_follows_links,
         a_refused_write_leaves_nothing_behind,
         limits_directories_and_empty_files_are_refused,
         a_folder_below_that_cannot_be_read_is_named,
         room_is_used_again_and_what_was_in_it_is_gone,
         an_open_file_is_read_from_where_it_stands,
         a_path_is_the_folder_a_slash_and_the_name)
