/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/file.h"

#include "faults.h"
#include "shuffle.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CAP = 1000 };

static char folder[64];
static char path[128];

static void make_folder(void)
{
    strcpy(folder, "/tmp/whim-file-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/jar", folder);
}

static int count_files(void)
{
    DIR *open_folder = opendir(folder);
    int n = 0;

    ck_assert_ptr_nonnull(open_folder);
    for (struct dirent *entry; (entry = readdir(open_folder));)
        n += entry->d_name[0] != '.';
    closedir(open_folder);
    return n;
}

static void remove_folder(void)
{
    char command[128];

    snprintf(command, sizeof(command), "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static void assert_content(const char *at, const char *expected)
{
    struct whim_buf buf;

    whim_buf_init(&buf, CAP);
    ck_assert(whim_file_read(at, &buf));
    ck_assert_str_eq(buf.data, expected);
    ck_assert_uint_eq(buf.len, strlen(expected));
    whim_buf_fini(&buf);
}

static mode_t mode_of(const char *at)
{
    struct stat there;

    ck_assert_int_eq(stat(at, &there), 0);
    return there.st_mode & 07777;
}

/* Says its second half once the first has been read. */
static void *write_halves(void *arg)
{
    const int fd = *(int *)arg;
    int n_unread = 1;

    ck_assert_int_eq(write(fd, "half", 4), 4);
    while (n_unread)
        ck_assert_int_eq(ioctl(fd, FIONREAD, &n_unread), 0);
    ck_assert_int_eq(write(fd, " and half", 9), 9);
    close(fd);
    return NULL;
}

START_TEST(a_pipe_is_read_as_slowly_as_it_is_written)
{
    pthread_t writer;
    int fds[2];

    ck_assert_int_eq(pipe(fds), 0);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
    ck_assert_int_eq(pthread_create(&writer, NULL, write_halves, &fds[1]), 0);
    assert_content(path, "half and half");
    pthread_join(writer, NULL);
    close(fds[0]);
}
END_TEST

START_TEST(a_new_file_is_its_owners_alone)
{
    const mode_t before = umask(0);

    make_folder();
    ck_assert(whim_file_replace(path, "one", 3));
    assert_content(path, "one");
    ck_assert_int_eq(mode_of(path), 0600);
    ck_assert_int_eq(count_files(), 1);
    umask(before);
    remove_folder();
}
END_TEST

START_TEST(a_file_that_was_there_keeps_its_mode)
{
    make_folder();
    ck_assert(whim_file_replace(path, "a longer first", 14));
    ck_assert_int_eq(chmod(path, 0644), 0);
    ck_assert(whim_file_replace(path, "two", 3));
    assert_content(path, "two");
    ck_assert_int_eq(mode_of(path), 0644);
    ck_assert(whim_file_replace(path, "", 0));
    assert_content(path, "");
    ck_assert_int_eq(count_files(), 1);
    remove_folder();
}
END_TEST

/* Who has it open while it is replaced reads on in the old one. */
START_TEST(who_reads_sees_the_old_content_or_the_new)
{
    struct whim_buf buf;
    int fd;

    make_folder();
    whim_buf_init(&buf, CAP);
    ck_assert(whim_file_replace(path, "old", 3));
    fd = open(path, O_RDONLY);
    ck_assert(whim_file_replace(path, "new!", 4));
    ck_assert(whim_file_read_fd(fd, &buf));
    ck_assert_str_eq(buf.data, "old");
    assert_content(path, "new!");
    close(fd);
    whim_buf_fini(&buf);
    remove_folder();
}
END_TEST

START_TEST(a_link_stays_and_its_target_is_replaced)
{
    struct stat there;
    char link[256];

    make_folder();
    snprintf(link, sizeof(link), "%s/link", folder);
    ck_assert(whim_file_replace(path, "old", 3));
    ck_assert_int_eq(symlink(path, link), 0);
    ck_assert(whim_file_replace(link, "new", 3));
    ck_assert_int_eq(lstat(link, &there), 0);
    ck_assert(S_ISLNK(there.st_mode));
    assert_content(path, "new");
    remove_folder();
}
END_TEST

START_TEST(what_is_no_regular_file_is_written_to)
{
    char pipe_path[256];
    struct whim_buf buf;
    int fd;

    make_folder();
    whim_buf_init(&buf, CAP);
    snprintf(pipe_path, sizeof(pipe_path), "%s/pipe", folder);
    ck_assert_int_eq(mkfifo(pipe_path, 0600), 0);
    ck_assert(!whim_file_replace(pipe_path, "text", 4)); /* nobody reads, nobody waits */
    ck_assert_int_eq(errno, ENXIO);
    assert_content(pipe_path, "");
    fd = open(pipe_path, O_RDONLY | O_NONBLOCK);
    ck_assert(whim_file_replace(pipe_path, "text", 4));
    ck_assert(whim_file_read_fd(fd, &buf));
    ck_assert_str_eq(buf.data, "text");
    close(fd);
    ck_assert_int_eq(count_files(), 1);
    ck_assert(whim_file_replace("/dev/null", "text", 4));
    whim_buf_fini(&buf);
    remove_folder();
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_told_by_errno)
{
    struct whim_buf buf;
    char at[256];

    make_folder();
    whim_buf_init(&buf, CAP);
    snprintf(at, sizeof(at), "%s/none/jar", folder);
    ck_assert(!whim_file_replace(at, "x", 1));
    ck_assert_int_eq(errno, ENOENT);
    ck_assert(!whim_file_read(at, &buf));
    ck_assert_int_eq(errno, ENOENT);
    ck_assert(!whim_file_replace(folder, "x", 1));
    ck_assert_int_eq(errno, EISDIR);
    ck_assert(!whim_file_read(folder, &buf));
    ck_assert_int_eq(errno, EISDIR);
    whim_buf_fini(&buf);
    remove_folder();
}
END_TEST

START_TEST(a_file_that_fills_the_buffer_is_read_and_a_larger_one_is_not)
{
    static char content[CAP + 1];
    struct whim_buf buf;

    make_folder();
    memset(content, 'x', sizeof(content));
    whim_buf_init(&buf, CAP);
    ck_assert(whim_file_replace(path, content, CAP));
    ck_assert(whim_file_read(path, &buf));
    ck_assert_uint_eq(buf.len, CAP);
    whim_buf_reset(&buf);
    ck_assert(whim_file_replace(path, content, CAP + 1));
    ck_assert(!whim_file_read(path, &buf));
    ck_assert_int_eq(errno, EFBIG);
    whim_buf_fini(&buf);
    remove_folder();
}
END_TEST

static void replace_and_read(void *arg)
{
    struct whim_buf buf;

    (void)arg;
    whim_buf_init(&buf, CAP);
    if (whim_file_replace(path, "after", 5) && whim_file_read(path, &buf))
        ck_assert_str_eq(buf.data, "after");
    else
        ck_assert_int_eq(errno, ENOMEM);
    whim_buf_fini(&buf);
    ck_assert_int_eq(count_files(), 1);
}

START_TEST(without_memory_what_was_there_is_still_there)
{
    make_folder();
    ck_assert(whim_file_replace(path, "before", 6));
    ck_assert_int_gt(faults_run(replace_and_read, NULL), 1);
    remove_folder();
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_new_file_is_its_owners_alone,
        a_pipe_is_read_as_slowly_as_it_is_written,
        a_file_that_was_there_keeps_its_mode,
        who_reads_sees_the_old_content_or_the_new,
        a_link_stays_and_its_target_is_replaced,
        what_is_no_regular_file_is_written_to,
        a_folder_that_is_not_there_is_told_by_errno,
        a_file_that_fills_the_buffer_is_read_and_a_larger_one_is_not,
        without_memory_what_was_there_is_still_there,
    };

    return shuffle_and_run("file", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
