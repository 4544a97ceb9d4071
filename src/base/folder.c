/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * folder.c - paths, and what lies in directories
 */
#include "base/file.h"

#include "base/alloc.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>

/* directory + '/' + the first n bytes of name. */
static char *
join(const char *directory, const char *name, size_t n)
{
    const size_t m = strlen(directory);
    char *path = pp_alloc(m + n + 2, 1);

    if (path == NULL)
        return NULL;
    memcpy(path, directory, m);
    path[m] = '/';
    memcpy(path + m + 1, name, n);
    path[m + 1 + n] = '\0';
    return path;
}

char *
pp_file_join(const char *directory, const char *name)
{
    return join(directory, name, strlen(name));
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

typedef struct path_list {
    const char *root;
    char **path;
    size_t n, capacity;
    bool hidden; /* hidden ones too */
    struct path_list *refused; /* directories that cannot be opened; NULL:
                                  such a one is a failure */
    bool folders; /* list these, and no files */
} path_list;

static pp_status list_into(const char *directory, int depth, path_list *list,
                           pp_error *err);

/* Regular files are listed, directories looked into while depth is left. */
static pp_status
append_entry(const char *directory, const char *name, int depth,
             path_list *list, pp_error *err)
{
    char *path = pp_file_join(directory, name);
    struct stat st, own;

    if (path == NULL)
        return pp_fail_memory(err);
    if (stat(path, &st) != 0 || lstat(path, &own) != 0)
        goto done;
    if (S_ISDIR(own.st_mode) && depth > 0) {
        (void)!list_into(path, depth - 1, list, err);
    } else if ((list->folders ? S_ISDIR(st.st_mode) : S_ISREG(st.st_mode)) &&
               pp_grow(&list->path, &list->capacity, list->n + 1,
                       sizeof *list->path, err) == PP_OK) {
        list->path[list->n++] = path;
        path = NULL;
    }
done:
    pp_free(path);
    return err->status;
}

/* One below the folder asked for is named: what it holds would be missing
 * without a word. */
static pp_status
refuse(const char *directory, const char *reason, path_list *refused,
       pp_error *err)
{
    static const char words[] = ": cannot open: ";
    const size_t n = strlen(directory) + sizeof words + strlen(reason);
    char *text;

    if (refused == NULL)
        return pp_fail(err, PP_EIO, "%s%s%s", directory, words, reason);
    if (pp_grow(&refused->path, &refused->capacity, refused->n + 1,
                sizeof *refused->path, err) != PP_OK)
        return err->status;
    text = pp_alloc(n, 1);
    if (text == NULL)
        return pp_fail_memory(err);
    snprintf(text, n, "%s%s%s", directory, words, reason);
    refused->path[refused->n++] = text;
    return PP_OK;
}

static pp_status
list_into(const char *directory, int depth, path_list *list, pp_error *err)
{
    DIR *dir = opendir(directory);
    const struct dirent *entry;

    if (dir == NULL && directory != list->root)
        return refuse(directory, strerror(errno), list->refused, err);
    if (dir == NULL)
        return pp_fail_errno(err, "cannot open");
    while ((entry = readdir(dir)) != NULL)
        if ((entry->d_name[0] != '.' ||
             (list->hidden && strcmp(entry->d_name, ".") != 0 &&
              strcmp(entry->d_name, "..") != 0)) &&
            append_entry(directory, entry->d_name, depth, list, err) != PP_OK)
            break;
    closedir(dir);
    return err->status;
}

static void
sort_list(path_list *list)
{
    if (list->n > 0)
        qsort(list->path, list->n, sizeof *list->path, by_name);
}

static pp_status
list_sorted(const char *directory, int depth, path_list *list, pp_error *err)
{
    if (list_into(directory, depth, list, err) != PP_OK) {
        pp_file_list_free(list->path, list->n);
        list->path = NULL;
        list->n = 0;
    }
    sort_list(list);
    return err->status;
}

pp_status
pp_file_list(const char *directory, char ***paths, size_t *npath, pp_error *err)
{
    path_list list = { .root = directory };

    (void)!list_sorted(directory, 0, &list, err);
    *paths = list.path;
    *npath = list.n;
    return err->status;
}

pp_status
pp_file_folders(const char *directory, char ***paths, size_t *npath,
                pp_error *err)
{
    path_list list = { .root = directory, .folders = true };

    (void)!list_sorted(directory, 0, &list, err);
    *paths = list.path;
    *npath = list.n;
    return err->status;
}

pp_status
pp_file_tree(const char *directory, char ***paths, size_t *npath, pp_error *err)
{
    path_list list = { .root = directory };

    (void)!list_sorted(directory, PP_FILE_DEPTH, &list, err);
    *paths = list.path;
    *npath = list.n;
    return err->status;
}

pp_status
pp_file_tree_hidden(const char *directory, char ***paths, size_t *npath,
                    pp_error *err)
{
    path_list list = { .root = directory, .hidden = true };

    (void)!list_sorted(directory, PP_FILE_DEPTH, &list, err);
    *paths = list.path;
    *npath = list.n;
    return err->status;
}

pp_status
pp_file_tree_readable(const char *directory, char ***paths, size_t *npath,
                      char ***refused, size_t *nrefused, pp_error *err)
{
    path_list closed = { .root = directory };
    path_list list = { .root = directory, .refused = &closed };

    if (list_sorted(directory, PP_FILE_DEPTH, &list, err) != PP_OK) {
        pp_file_list_free(closed.path, closed.n);
        closed = (path_list){ 0 };
    }
    sort_list(&closed);
    *paths = list.path;
    *npath = list.n;
    *refused = closed.path;
    *nrefused = closed.n;
    return err->status;
}

void
pp_file_list_free(char **paths, size_t npath)
{
    for (size_t i = 0; i < npath; i++)
        pp_free(paths[i]);
    pp_free(paths);
}

/* One part of a name, in any case. */
static char *
find_part(const char *directory, const char *name, size_t n)
{
    char *path = join(directory, name, n);
    const struct dirent *entry;
    struct stat st;
    DIR *dir;

    if (path == NULL || stat(path, &st) == 0)
        return path;
    pp_free(path);
    path = NULL;
    dir = opendir(directory);
    if (dir == NULL)
        return NULL;
    while (path == NULL && (entry = readdir(dir)) != NULL)
        if (strlen(entry->d_name) == n &&
            strncasecmp(entry->d_name, name, n) == 0)
            path = join(directory, entry->d_name, n);
    closedir(dir);
    return path;
}

char *
pp_file_find(const char *directory, const char *name)
{
    char *at = pp_strdup(directory);

    while (at != NULL) {
        const size_t n = strcspn(name, "/");
        char *next = find_part(at, name, n);

        pp_free(at);
        at = next;
        if (name[n] == '\0')
            break;
        name += n + 1;
    }
    return at;
}

pp_status
pp_file_make_directory(const char *path, pp_error *err)
{
    char *part = pp_strdup(path);
    size_t n = 0;

    if (part == NULL)
        return pp_fail_memory(err);
    do {
        n += strspn(path + n, "/");
        n += strcspn(path + n, "/");
        part[n] = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST &&
            !pp_file_is_directory(part)) {
            pp_fail_errno(err, "cannot make the directory");
            break;
        }
        part[n] = path[n];
    } while (path[n] != '\0');
    if (err->status == PP_OK && !pp_file_is_directory(path))
        pp_fail(err, PP_EIO, "is no directory");
    pp_free(part);
    return err->status;
}

char *
pp_file_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = pp_strdup(slash != NULL ? path : ".");

    if (folder != NULL && slash != NULL)
        folder[slash == path ? 1 : slash - path] = '\0';
    return folder;
}

void
pp_file_extension(const char *path, char out[16])
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash != NULL ? slash : path, '.');
    size_t n = 0;

    if (dot != NULL)
        for (dot++; n < 15 && dot[n] != '\0'; n++)
            out[n] = (char)tolower((unsigned char)dot[n]);
    out[n] = '\0';
}
