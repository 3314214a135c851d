/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * file: URLs (C-204): what is read and written, what is told of it, and that the loop stays alive.
 */
#include "interpose.h"
#include "xfer.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEN "0123456789"

static char folder[100];

enum { FILE_TIME = 1577934245 }; /* Thu, 02 Jan 2020 03:04:05 GMT */

static void delete_folder(void *path)
{
    char command[200];

    snprintf(command, sizeof(command), "rm -rf '%s'", (const char *)path);
    CHECK_INT(system(command), 0);
}

/* The test's folder, made at the first call. */
static const char *get_folder(void)
{
    if (!*folder) {
        strcpy(folder, "/tmp/whim-files-XXXXXX");
        CHECK(mkdtemp(folder) != NULL);
        defer(delete_folder, folder);
    }
    return folder;
}

static const char *path_of(const char *name)
{
    static char path[200];

    snprintf(path, sizeof(path), "%s/%s", get_folder(), name);
    return path;
}

/* Makes a file of that name; NULL: none. Its URL, escapes and all, is the transfer's. */
static struct xfer *file_new(const char *name, const char *text)
{
    char url[300];

    if (text) {
        FILE *file = fopen(path_of(name), "w");

        CHECK(file != NULL);
        fputs(text, file);
        CHECK_INT(fclose(file), 0);
    }
    snprintf(url, sizeof(url), "file://%s/%s", get_folder(), name);
    return xfer_new_url(url);
}

static CURLcode run(struct xfer *x)
{
    return xfer_again(x, drive_new());
}

static void check_file(const char *name, const char *expected)
{
    FILE *file = fopen(path_of(name), "r");
    char text[100];
    size_t n;

    CHECK(file != NULL);
    n = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[n] = 0;
    CHECK_STR(text, expected);
}

TEST("C-204 file a_file_is_read_and_told_of")
{
    struct xfer *x = file_new("ten", TEN);
    struct timespec times[2] = {{.tv_sec = FILE_TIME}, {.tv_sec = FILE_TIME}};

    CHECK_INT(utimensat(AT_FDCWD, path_of("ten"), times, 0), 0);
    CHECK_CODE(run(x), CURLE_OK);
    CHECK_STR(x->body.data, TEN);
    CHECK_HAS(x->head.data, "Content-Length: 10\r\nAccept-ranges: bytes\r\n"
                            "Last-Modified: Thu, 02 Jan 2020 03:04:05 GMT\r\n\r\n");
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_DOWNLOAD_T), 10);
    CHECK_INT(xfer_off(x, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T), 10);
    CHECK_INT(xfer_off(x, CURLINFO_FILETIME_T), FILE_TIME);
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 0);
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 0);
    CHECK_STR(xfer_str(x, CURLINFO_PRIMARY_IP), "");
    CHECK(!strcasecmp(xfer_str(x, CURLINFO_SCHEME), "file"));
}

TEST("C-204 file an_empty_file_has_an_empty_body")
{
    struct xfer *x = file_new("empty", "");

    CHECK_CODE(run(x), CURLE_OK);
    CHECK_INT((long)x->n_body_calls, 0);
    CHECK_INT(xfer_off(x, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T), 0);
}

TEST("C-204 file without_a_body_it_is_only_told_of")
{
    struct xfer *x = file_new("ten", TEN);

    SET(x, CURLOPT_NOBODY, 1L);
    CHECK_CODE(run(x), CURLE_OK);
    CHECK_INT((long)x->n_body_calls, 0);
    CHECK_HAS(x->head.data, "Content-Length: 10\r\n");
    CHECK_INT(xfer_off(x, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T), 10);
}

static const struct range {
    const char *name;
    const char *range;
    long resume_from;
    CURLcode code;
    const char *body;
} ranges[] = {
    {"in_the_middle", "2-4", 0, CURLE_OK, "234"},
    {"to_the_end", "7-", 0, CURLE_OK, "789"},
    {"of_the_last_bytes", "-3", 0, CURLE_OK, "789"},
    {"beyond_the_end", "5-30", 0, CURLE_OK, "56789"},
    {"behind_the_end", "20-30", 0, CURLE_BAD_DOWNLOAD_RESUME, ""},
    {"at_the_end", "10-", 0, CURLE_OK, ""},
    {"that_is_the_first_of_two", "1-2,4-5", 0, CURLE_OK, "12"},
    {"when_it_is_resumed_too", "0-0", 4, CURLE_OK, "456789"},
    {"that_is_backwards", "4-2", 0, CURLE_RANGE_ERROR, ""},
    {"by_resuming", NULL, 4, CURLE_OK, "456789"},
    {"by_resuming_at_the_end", NULL, 10, CURLE_OK, ""},
    {"by_resuming_behind_the_end", NULL, 11, CURLE_BAD_DOWNLOAD_RESUME, ""},
};

TEST_ROWS(0, "C-204 file a_range_", ranges)
{
    const struct range *row = test_row();
    struct xfer *x = file_new("ten", TEN);

    if (row->range)
        SET(x, CURLOPT_RANGE, row->range);
    SET(x, CURLOPT_RESUME_FROM, row->resume_from);
    CHECK_CODE(run(x), row->code);
    CHECK_STR(x->body.data, row->body);
    if (row->code == CURLE_BAD_DOWNLOAD_RESUME)
        CHECK_STR(x->error, "failed to resume file:// transfer");
}

static const struct condition {
    const char *name;
    long condition;
    long than; /* the file's time */
    bool is_met;
} conditions[] = {
    {"newer_than_an_older_time", CURL_TIMECOND_IFMODSINCE, -1, true},
    {"newer_than_its_time", CURL_TIMECOND_IFMODSINCE, 0, false},
    {"older_than_a_newer_time", CURL_TIMECOND_IFUNMODSINCE, 1, true},
    {"older_than_its_time", CURL_TIMECOND_IFUNMODSINCE, 0, false},
};

TEST_ROWS(0, "C-204 file it_is_read_if_it_is_", conditions)
{
    const struct condition *row = test_row();
    struct xfer *x = file_new("ten", TEN);

    struct timespec times[2] = {{.tv_sec = FILE_TIME}, {.tv_sec = FILE_TIME}};

    CHECK_INT(utimensat(AT_FDCWD, path_of("ten"), times, 0), 0);
    SET(x, CURLOPT_TIMECONDITION, row->condition);
    SET(x, CURLOPT_TIMEVALUE, (long)FILE_TIME + row->than);
    CHECK_CODE(run(x), CURLE_OK);
    CHECK_STR(x->body.data, row->is_met ? TEN : "");
    CHECK_INT(xfer_long(x, CURLINFO_CONDITION_UNMET), !row->is_met);
}

TEST("C-204 file escapes_in_the_path_are_undone_and_a_query_is_none_of_it")
{
    struct xfer *x = file_new("ten", TEN);
    char url[300];

    snprintf(url, sizeof(url), "file://localhost%s/t%%65n?query#fragment", get_folder());
    SET(x, CURLOPT_URL, url);
    CHECK_CODE(run(x), CURLE_OK);
    CHECK_STR(x->body.data, TEN);
}

static const struct refused {
    const char *name;
    const char *url;
    CURLcode code;
    const char *error; /* NULL: none in particular */
} refused[] = {
    {"that_is_not_there", "file:///nowhere/at/all", CURLE_FILE_COULDNT_READ_FILE,
     "Couldn't open file /nowhere/at/all"},
    {"with_a_zero_byte_in_its_name", "file:///etc/pass%00wd", CURLE_URL_MALFORMAT, NULL},
    {"on_another_host", "file://example.com/etc/passwd", CURLE_URL_MALFORMAT, NULL},
};

TEST_ROWS(0, "C-204 file none_is_read_", refused)
{
    const struct refused *row = test_row();
    struct xfer *x = xfer_new_url(row->url);

    CHECK_CODE(run(x), row->code);
    if (row->error)
        CHECK_STR(x->error, row->error);
    CHECK_INT((long)x->n_body_calls, 0);
}

TEST("C-204 file protocols_may_leave_it_out")
{
    struct xfer *x = file_new("ten", TEN);

    SET(x, CURLOPT_PROTOCOLS_STR, "http,https");
    CHECK_CODE(run(x), CURLE_UNSUPPORTED_PROTOCOL);
    CHECK_INT((long)x->n_body_calls, 0);
}

/* C-191: a server must not read the client's files. */
TEST("C-204 C-191 file no_redirect_leads_to_a_file")
{
    struct peer *peer = peer_serving("HTTP/1.1 302 Go\r\nLocation: file:///etc/passwd\r\n"
                                     "Content-Length: 0\r\n\r\n");
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
    CHECK_CODE(run(x), CURLE_UNSUPPORTED_PROTOCOL);
    CHECK_INT((long)x->n_body_calls, 0);
}

TEST("C-204 file a_proxy_has_no_part_in_it")
{
    struct xfer *x = file_new("ten", TEN);

    SET(x, CURLOPT_PROXY, "http://127.0.0.1:1");
    CHECK_CODE(run(x), CURLE_OK);
    CHECK_STR(x->body.data, TEN);
}

TEST("C-204 file a_folder_is_a_list_of_names")
{
    struct xfer *x;

    file_new("one", "1");
    file_new(".hidden", "2");
    x = file_new("", NULL);
    CHECK_CODE(run(x), CURLE_OK);
    CHECK_STR(x->body.data, "one\n");
}

TEST("C-204 file maxfilesize_holds")
{
    struct xfer *x = file_new("ten", TEN);

    SET(x, CURLOPT_MAXFILESIZE, 5L);
    CHECK_CODE(run(x), CURLE_FILESIZE_EXCEEDED);
    CHECK_INT((long)x->n_body_calls, 0);
    SET(x, CURLOPT_MAXFILESIZE, 10L);
    CHECK_CODE(xfer_again(x, x->drive), CURLE_OK);
}

/* A file of a few megabytes. */
enum { LARGE_BYTES = 3 << 20 };

static struct xfer *large_new(void)
{
    struct xfer *x = file_new("large", "");

    CHECK_INT(truncate(path_of("large"), LARGE_BYTES), 0);
    return x;
}

static size_t count_turns(struct xfer *x, char *data, size_t n)
{
    x->count += (long)n;
    return n;
}

/* While it is read, another transfer makes progress, and the loop gets its turns. */
TEST("C-204 C-69 file a_large_one_leaves_others_their_turns")
{
    struct drive *drive = drive_new();
    struct xfer *x = large_new();
    struct xfer *other = xfer_new(peer_serving(HELLO), "/");
    long most = 0;

    x->on_body = count_turns;
    xfer_start(x, drive);
    xfer_start(other, drive);
    while (!x->n_results) {
        const long before = x->count;

        drive_turn(drive, 10);
        if (x->count - before > most)
            most = x->count - before;
    }
    CHECK_INT(x->count, LARGE_BYTES);
    CHECK(most > 0 && most < LARGE_BYTES / 2);
    drive_run(drive);
    CHECK_CODE(other->result, CURLE_OK);
}

static size_t pause_often(struct xfer *x, char *data, size_t n)
{
    return x->count++ % 2 ? xfer_keep_body(x, data, n) : CURL_WRITEFUNC_PAUSE;
}

TEST("C-204 C-162 file a_pause_loses_nothing")
{
    struct drive *drive = drive_new();
    struct xfer *x = large_new();

    x->on_body = pause_often;
    xfer_start(x, drive);
    while (!x->n_results) {
        drive_turn(drive, 10);
        if (!x->n_results)
            CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    }
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_INT((long)x->body.n, LARGE_BYTES);
    CHECK_INT(x->count, 2 * (LARGE_BYTES / CURL_MAX_WRITE_SIZE));
}

TEST("C-204 file it_may_be_removed_half_way")
{
    struct drive *drive = drive_new();
    struct xfer *x = large_new();

    x->on_body = count_turns;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->count);
    CHECK(!x->n_results);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    CHECK_INT(remove(path_of("large")), 0);
}

static size_t refuse_body(struct xfer *x, char *data, size_t n)
{
    return n - 1;
}

TEST("C-204 file the_write_callback_may_refuse_it")
{
    struct xfer *x = file_new("ten", TEN);

    x->on_body = refuse_body;
    CHECK_CODE(run(x), CURLE_WRITE_ERROR);
}

TEST("C-204 file it_has_time_limits")
{
    struct xfer *x = large_new();

    x->on_body = count_turns;
    SET(x, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)100);
    SET(x, CURLOPT_TIMEOUT_MS, 100L);
    CHECK_CODE(run(x), CURLE_OPERATION_TIMEDOUT);
    CHECK(x->count < LARGE_BYTES);
}

static struct xfer *put_new(const char *name, const char *text)
{
    struct xfer *x = file_new(name, text);

    xfer_upload(x, "upload", 6);
    SET(x, CURLOPT_UPLOAD, 1L);
    return x;
}

TEST("C-204 file an_upload_makes_a_file_with_the_mode_that_is_set")
{
    struct xfer *x = put_new("new", NULL);
    const mode_t before = umask(0);
    struct stat there;

    SET(x, CURLOPT_NEW_FILE_PERMS, 0640L);
    CHECK_CODE(run(x), CURLE_OK);
    umask(before);
    check_file("new", "upload");
    CHECK_INT(stat(path_of("new"), &there), 0);
    CHECK_INT(there.st_mode & 0777, 0640);
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_UPLOAD_T), 6);
}

TEST("C-204 file an_upload_takes_the_place_of_what_was_there")
{
    CHECK_CODE(run(put_new("old", "something longer")), CURLE_OK);
    check_file("old", "upload");
}

TEST("C-204 file an_upload_may_be_appended")
{
    struct xfer *x = put_new("old", "old ");

    SET(x, CURLOPT_APPEND, 1L);
    CHECK_CODE(run(x), CURLE_OK);
    check_file("old", "old upload");
}

TEST("C-204 file an_upload_may_be_resumed_where_the_file_ends")
{
    struct xfer *x = put_new("old", "upl");

    SET(x, CURLOPT_RESUME_FROM, -1L);
    CHECK_CODE(run(x), CURLE_OK);
    check_file("old", "upload");
}

static size_t read_and_pause_recv(struct xfer *x, char *data, size_t room)
{
    if (x->count++)
        return 0;
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_RECV), CURLE_OK);
    memcpy(data, "upload", 6);
    return 6;
}

TEST("C-204 C-158 file an_upload_does_not_wait_for_what_it_does_not_receive")
{
    struct xfer *x = put_new("new", NULL);

    x->on_read = read_and_pause_recv;
    CHECK_CODE(run(x), CURLE_OK);
    check_file("new", "upload");
}

TEST("C-204 file an_upload_to_a_folder_fails")
{
    struct xfer *x = put_new("", NULL);

    CHECK_CODE(run(x), CURLE_WRITE_ERROR);
    CHECK_HAS(x->error, "Can't open ");
}

TEST("C-204 file names_of_a_folder_may_be_longer_than_there_is_room_for")
{
    struct xfer *x;

    file_new("one", "1");
    x = file_new("", NULL);
    sys_add_names(401, 500); /* more than a buffer has room for, and its end is in a name */
    CHECK_CODE(run(x), CURLE_OK);
    CHECK_INT((long)x->body.n, 401 * 501 + 4);
    CHECK(strspn(x->body.data, "n") == 500);
    CHECK_HAS(x->body.data + x->body.n - 5, "\none\n");
    CHECK_INT(strspn(x->body.data + x->body.n - 4 - 501, "n"), 500);
}

static const struct system_file {
    const char *name;
    const char *path; /* says that its size is 0, or more than it is */
} system_files[] = {
    {"of_proc", "/proc/self/status"},
    {"of_sys", "/sys/class/net/lo/mtu"},
};

TEST_ROWS(0, "C-204 file the_system_may_not_know_the_size_of_one_", system_files)
{
    const struct system_file *row = test_row();
    FILE *file = fopen(row->path, "r");
    char url[100], text[8];
    struct xfer *x;

    if (!file)
        skip_test("there is no such file here");
    CHECK_INT((long)fread(text, 1, 4, file), 4);
    text[4] = 0;
    fclose(file);
    snprintf(url, sizeof(url), "file://%s", row->path);
    x = xfer_new_url(url);
    CHECK_CODE(run(x), CURLE_OK);
    CHECK(!strncmp(x->body.data, text, 4));
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_DOWNLOAD_T), (long)x->body.n);
}

static size_t cut_file(struct xfer *x, char *data, size_t n)
{
    if (!x->count++)
        CHECK_INT(truncate(path_of("large"), LARGE_BYTES / 4), 0);
    return n;
}

TEST("C-204 file one_that_becomes_shorter_is_an_error")
{
    struct xfer *x = large_new();

    x->on_body = cut_file;
    CHECK_CODE(run(x), CURLE_PARTIAL_FILE);
}

/* Its writer is the test, and so there is one from the start. */
static struct xfer *pipe_new(int *ret_fd)
{
    struct xfer *x;

    CHECK_INT(mkfifo(path_of("pipe"), 0600), 0);
    *ret_fd = open(path_of("pipe"), O_RDWR | O_CLOEXEC | O_NONBLOCK);
    CHECK(*ret_fd >= 0);
    x = file_new("pipe", NULL);
    return x;
}

TEST("C-204 C-69 file a_pipe_is_waited_for_and_nobody_waits_with_it")
{
    struct drive *drive = drive_new();
    struct xfer *x, *other;
    int fd;

    x = pipe_new(&fd);
    xfer_start(x, drive);
    other = file_new("ten", TEN);
    xfer_start(other, drive);
    DRIVE_UNTIL(drive, other->n_results);
    CHECK_INT(x->n_results, 0);
    CHECK_INT((long)write(fd, "hello", 5), 5);
    DRIVE_UNTIL(drive, x->body.n == 5);
    CHECK_INT(x->n_results, 0);
    close(fd);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

TEST("C-204 C-182 file a_pipe_is_not_waited_for_longer_than_the_timeout")
{
    struct xfer *x;
    int fd;

    x = pipe_new(&fd);
    SET(x, CURLOPT_TIMEOUT_MS, 100L);
    CHECK_CODE(run(x), CURLE_OPERATION_TIMEDOUT);
    close(fd);
}

static size_t give_much(struct xfer *x, char *data, size_t room)
{
    memset(data, 'x', room);
    x->count++;
    return room;
}

TEST("C-204 C-202 file a_pipe_whose_reader_goes_is_an_error_and_no_signal")
{
    struct drive *drive = drive_new();
    struct xfer *x;
    int fd;

    x = pipe_new(&fd);
    SET(x, CURLOPT_UPLOAD, 1L);
    xfer_upload(x, "", 0);
    x->on_read = give_much;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->count > 1);
    for (int i = 0; i < 3; i++) /* it is full by now */
        drive_turn(drive, 20);
    CHECK_INT(x->n_results, 0);
    close(fd);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_WRITE_ERROR);
}
