/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The session of file: URLs (C-204): the file is read, or written, by its connection, which has no
 * socket. There is nothing to wait for, so a turn moves a bounded number of bytes and puts the
 * transfer into the run queue again: others get their turns, and the loop stays alive.
 *
 *   begin     opens the file, and makes the header lines that tell of it
 *   on_ready  delivers header lines and body, or writes what the application sends
 *   end       closes it
 *
 * Nothing is waited for while opening either: a pipe without a writer is empty, one without a
 * reader cannot be opened. A folder is the list of its names, one in a line, without hidden ones.
 */
#include "engine/session.h"

#include "engine/conn.h"
#include "engine/deadline.h"
#include "engine/deliver.h"
#include "engine/multi.h"
#include "engine/pace.h"
#include "engine/progress.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "proto/byte_range.h"
#include "proto/percent.h"
#include "util/buf.h"
#include "util/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MAX_HEAD_BYTES = 160 };

struct whim_file {
    int fd;              /* -1: none */
    DIR *folder;         /* NULL: it is none; else owns the descriptor */
    int64_t n_left;      /* bytes that are still to be read; of what has no size: INT64_MAX */
    bool is_upload;
    bool is_at_end;      /* everything was read */
    uint16_t head_len;
    uint16_t head_off;   /* of the line to be delivered next */
    char head[MAX_HEAD_BYTES];
    struct whim_buf rest; /* read, and not taken by the application, which paused */
    size_t rest_off;
    char *path;
};

/* What became of a step. */
enum step { GO_ON, STAY, GONE };

static enum step fail(struct whim_conn *conn, CURLcode result)
{
    whim_transfer_finish(conn->transfer, result, false);
    return GONE;
}

/* The URL's path without its escapes. A zero byte in it is an error. */
static CURLcode read_path(struct whim_transfer *transfer, struct whim_file *file)
{
    const struct whim_url *url = &transfer->url;
    size_t len;

    file->path = whim_malloc(url->path.len + 1);
    if (!file->path)
        return CURLE_OUT_OF_MEMORY;
    if (!whim_percent_decode(file->path, transfer->url_text->text + url->path.off, url->path.len,
                             WHIM_PERCENT_REJECT_ZERO, &len)) {
        whim_trace_error(transfer, "The file's name has a zero byte");
        return CURLE_URL_MALFORMAT;
    }
    file->path[len] = 0;
    return CURLE_OK;
}

/* The lines that tell of the file, as the head of a response does. */
static void write_head(struct whim_file *file, const struct stat *there)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char size[64] = "";
    struct tm time;
    int len;

    if (!S_ISDIR(there->st_mode))
        snprintf(size, sizeof(size), "Content-Length: %lld\r\nAccept-ranges: bytes\r\n",
                 (long long)there->st_size);
    if (!gmtime_r(&there->st_mtime, &time))
        len = snprintf(file->head, sizeof(file->head), "%s\r\n", size);
    else
        len = snprintf(file->head, sizeof(file->head),
                       "%sLast-Modified: %s, %02d %s %4d %02d:%02d:%02d GMT\r\n\r\n", size,
                       days[time.tm_wday], time.tm_mday, months[time.tm_mon], time.tm_year + 1900,
                       time.tm_hour, time.tm_min, time.tm_sec);
    file->head_len = (uint16_t)(len < MAX_HEAD_BYTES ? len : MAX_HEAD_BYTES - 1);
}

/* Which part of so many bytes RANGE or RESUME_FROM asks for. */
static CURLcode find_range(struct whim_transfer *transfer, int64_t size, int64_t *ret_from,
                           int64_t *ret_n)
{
    const char *range = whim_opt_text(&transfer->options, WHIM_OPT_RANGE);

    if (whim_opt_num(&transfer->options, WHIM_OPT_RESUME_FROM_LARGE) > 0)
        range = NULL; /* that comes first */
    *ret_from = whim_opt_num(&transfer->options, WHIM_OPT_RESUME_FROM_LARGE);
    *ret_n = INT64_MAX;
    if (*ret_from < 0)
        *ret_from = 0;
    if (range && !whim_byte_range_read(range, size, ret_from, ret_n)) {
        whim_trace_error(transfer, "The range '%s' is none", range);
        return CURLE_RANGE_ERROR;
    }
    if (*ret_from > size) {
        whim_trace_error(transfer, "failed to resume file:// transfer");
        return CURLE_BAD_DOWNLOAD_RESUME;
    }
    if (*ret_n > size - *ret_from)
        *ret_n = size - *ret_from;
    return CURLE_OK;
}

/* A file with a size: where to begin, and how much. */
static CURLcode aim(struct whim_transfer *transfer, struct whim_file *file, int64_t size)
{
    int64_t max = whim_opt_num(&transfer->options, WHIM_OPT_MAXFILESIZE_LARGE);
    int64_t from;
    CURLcode result = find_range(transfer, size, &from, &file->n_left);

    if (result != CURLE_OK)
        return result;
    transfer->info.content_length = file->n_left;
    if (max > 0 && file->n_left > max) {
        whim_trace_error(transfer, "Maximum file size exceeded");
        return CURLE_FILESIZE_EXCEEDED;
    }
    if (from && lseek(file->fd, (off_t)from, SEEK_SET) != (off_t)from) {
        whim_trace_error(transfer, "failed to resume file:// transfer");
        return CURLE_BAD_DOWNLOAD_RESUME;
    }
    return CURLE_OK;
}

static CURLcode fail_to_read(struct whim_transfer *transfer, const struct whim_file *file)
{
    transfer->info.os_error = errno;
    whim_trace_error(transfer, "Couldn't open file %s", file->path);
    return CURLE_FILE_COULDNT_READ_FILE;
}

static CURLcode open_for_reading(struct whim_transfer *transfer, struct whim_file *file)
{
    struct stat there;

    file->n_left = INT64_MAX;
    file->fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file->fd < 0 || fstat(file->fd, &there) != 0)
        return fail_to_read(transfer, file);
    transfer->info.filetime = there.st_mtime;
    if (whim_opt_num(&transfer->options, WHIM_OPT_TIMECONDITION) &&
        !whim_opt_is_set(&transfer->options, WHIM_OPT_RANGE) &&
        whim_transfer_fails_condition(transfer)) {
        whim_trace_text(transfer, "The document does not meet the time condition");
        transfer->info.is_condition_unmet = true;
        file->is_at_end = true; /* it is not even told of */
        return CURLE_OK;
    }
    write_head(file, &there);
    if (S_ISREG(there.st_mode))
        return aim(transfer, file, there.st_size);
    if (!S_ISDIR(there.st_mode))
        return CURLE_OK;
    file->folder = fdopendir(file->fd);
    return file->folder ? CURLE_OK : fail_to_read(transfer, file);
}

/* What is there already is kept, and what it has of the source is passed over. */
static CURLcode open_for_writing(struct whim_transfer *transfer, struct whim_file *file)
{
    const struct whim_options *options = &transfer->options;
    const mode_t mode = (mode_t)whim_opt_num(options, WHIM_OPT_NEW_FILE_PERMS);
    const int64_t from = whim_opt_num(options, WHIM_OPT_RESUME_FROM_LARGE);
    const bool appends = from || whim_opt_num(options, WHIM_OPT_APPEND);
    struct stat there;

    file->fd = open(file->path,
                    O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | (appends ? O_APPEND : O_TRUNC),
                    mode);
    if (file->fd < 0 || fstat(file->fd, &there) != 0) {
        transfer->info.os_error = errno;
        whim_trace_error(transfer, "Can't open %s for writing", file->path);
        return CURLE_WRITE_ERROR;
    }
    if (from < 0)
        transfer->upload.n_to_skip = there.st_size;
    return CURLE_OK;
}

static CURLcode open_file(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    struct whim_file *file = whim_calloc(1, sizeof(*file));
    CURLcode result;

    if (!file)
        return CURLE_OUT_OF_MEMORY;
    conn->file = file;
    file->fd = -1;
    file->is_upload = transfer->upload.source != WHIM_UPLOAD_NONE;
    whim_buf_init(&file->rest, WHIM_RECV_BUFFER_BYTES);
    result = read_path(transfer, file);
    if (result != CURLE_OK)
        return result;
    return file->is_upload ? open_for_writing(transfer, file) : open_for_reading(transfer, file);
}

/* The header lines that are left. */
static enum step deliver_head(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    struct whim_file *file = conn->file;

    while (file->head_off < file->head_len) {
        const char *line = file->head + file->head_off;
        const char *end = memchr(line, '\n', (size_t)(file->head_len - file->head_off));
        size_t len = (size_t)(end - line) + 1;
        CURLcode result = CURLE_OK;

        switch (transfer->is_recv_paused ? WHIM_DELIVERY_PAUSED
                                         : whim_deliver_header(transfer, line, len, &result)) {
        case WHIM_DELIVERED:
            file->head_off = (uint16_t)(file->head_off + len);
            break;
        case WHIM_DELIVERY_PAUSED:
            return STAY;
        case WHIM_DELIVERY_FAILED:
            return fail(conn, result);
        }
    }
    return GO_ON;
}

static CURLcode keep_rest(struct whim_file *file, const char *data, size_t len)
{
    return whim_buf_add(&file->rest, data, len) == WHIM_BUF_OK ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

/* Hands over what was read; what a pause leaves of it is kept. */
static enum step deliver(struct whim_conn *conn, const char *data, size_t len)
{
    CURLcode result = CURLE_OK;
    size_t n_taken = 0;

    switch (whim_deliver_body(conn->transfer, data, len, &n_taken, &result)) {
    case WHIM_DELIVERED:
        return GO_ON;
    case WHIM_DELIVERY_PAUSED:
        result = keep_rest(conn->file, data + n_taken, len - n_taken);
        return result == CURLE_OK ? STAY : fail(conn, result);
    default:
        return fail(conn, result);
    }
}

/* What was kept when the application paused, which may pause again. */
static enum step deliver_rest(struct whim_conn *conn)
{
    struct whim_file *file = conn->file;
    CURLcode result = CURLE_OK;
    size_t n_taken = 0;

    if (!file->rest.len)
        return GO_ON;
    switch (whim_deliver_body(conn->transfer, file->rest.data + file->rest_off,
                              file->rest.len - file->rest_off, &n_taken, &result)) {
    case WHIM_DELIVERED:
        whim_buf_fini(&file->rest);
        file->rest_off = 0;
        return GO_ON;
    case WHIM_DELIVERY_PAUSED:
        file->rest_off += n_taken;
        return STAY;
    default:
        return fail(conn, result);
    }
}

/* As many names as fit, a line each. 0: there are no more; -1: errno says why not. */
static ssize_t read_names(struct whim_file *file, char *data, size_t cap)
{
    size_t len = 0;

    while (cap - len > sizeof(((struct dirent *)0)->d_name)) {
        const struct dirent *entry;

        errno = 0;
        entry = readdir(file->folder);
        if (!entry)
            return errno && !len ? -1 : (ssize_t)len;
        if (entry->d_name[0] != '.')
            len += (size_t)snprintf(data + len, cap - len, "%s\n", entry->d_name);
    }
    return (ssize_t)len;
}

static ssize_t read_some(struct whim_file *file, char *data, size_t cap)
{
    ssize_t n;

    if (file->folder)
        return read_names(file, data, WHIM_RECV_BUFFER_BYTES);
    if ((uint64_t)file->n_left < cap)
        cap = (size_t)file->n_left;
    do
        n = cap ? read(file->fd, data, cap) : 0;
    while (n < 0 && errno == EINTR);
    return n;
}

/* The file has become shorter than it was when it was opened, or has been read. */
static enum step end_reading(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    struct whim_file *file = conn->file;

    if (transfer->info.content_length >= 0 && file->n_left > 0) {
        whim_trace_error(transfer, "The file ended with %lld bytes remaining to read",
                         (long long)file->n_left);
        return fail(conn, CURLE_PARTIAL_FILE);
    }
    file->is_at_end = true;
    return GO_ON;
}

/* One buffer of the body. */
static enum step read_once(struct whim_conn *conn, char *buffer, size_t cap)
{
    struct whim_transfer *transfer = conn->transfer;
    struct whim_file *file = conn->file;
    int64_t max = whim_opt_num(&transfer->options, WHIM_OPT_MAXFILESIZE_LARGE);
    ssize_t n = read_some(file, buffer, cap);

    if (n < 0) {
        transfer->info.os_error = errno;
        whim_trace_error(transfer, "Couldn't read file %s: %s", file->path, strerror(errno));
        return fail(conn, CURLE_READ_ERROR);
    }
    if (n == 0)
        return end_reading(conn);
    file->n_left -= n;
    transfer->info.n_received += n;
    if (max > 0 && transfer->info.n_received > max) {
        whim_trace_error(transfer, "Maximum file size exceeded");
        return fail(conn, CURLE_FILESIZE_EXCEEDED);
    }
    whim_pace_received(transfer, (size_t)n);
    whim_trace_data(transfer, CURLINFO_DATA_IN, buffer, (size_t)n);
    return deliver(conn, buffer, (size_t)n);
}

static enum step read_body(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    char *buffer = whim_multi_recv_buffer(conn->multi);
    enum step step = GO_ON;

    if (!buffer)
        return fail(conn, CURLE_OUT_OF_MEMORY);
    for (int n_rounds = 0; step == GO_ON && !conn->file->is_at_end; n_rounds++) {
        size_t cap = whim_pace_recv_allowance(transfer, WHIM_RECV_BUFFER_BYTES);

        if (!cap || transfer->is_recv_paused)
            return STAY;
        if (n_rounds == WHIM_RECV_ROUNDS) {
            whim_transfer_schedule(transfer); /* others get their turn first (C-69) */
            return STAY;
        }
        step = read_once(conn, buffer, cap);
    }
    return step;
}

static enum step download(struct whim_conn *conn)
{
    enum step step = deliver_head(conn);

    if (step == GO_ON && !whim_opt_num(&conn->transfer->options, WHIM_OPT_NOBODY)) {
        step = deliver_rest(conn);
        if (step == GO_ON)
            step = read_body(conn);
    }
    return step;
}

/* One buffer of what the application sends. STAY: it paused, or there is no more. */
static enum step write_once(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    const char *data;
    size_t len;
    ssize_t n;
    CURLcode result = whim_upload_next(transfer, &data, &len);

    if (result != CURLE_OK)
        return fail(conn, result);
    if (!len)
        return STAY;
    do
        n = write(conn->file->fd, data, whim_pace_send_allowance(transfer, len));
    while (n < 0 && errno == EINTR);
    if (n < 0) {
        transfer->info.os_error = errno;
        whim_trace_error(transfer, "Can't write to %s: %s", conn->file->path, strerror(errno));
        return fail(conn, CURLE_WRITE_ERROR);
    }
    whim_trace_data(transfer, CURLINFO_DATA_OUT, data, (size_t)n);
    whim_pace_sent(transfer, (size_t)n);
    result = whim_upload_sent(transfer, data, len, (size_t)n);
    return result == CURLE_OK ? GO_ON : fail(conn, result);
}

static enum step upload(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    struct whim_file *file = conn->file;
    enum step step = GO_ON;
    int fd = file->fd;

    for (int n_rounds = 0; step == GO_ON && !whim_upload_is_done(&transfer->upload); n_rounds++) {
        if (transfer->is_send_paused || whim_pace_is_send_limited(transfer))
            return STAY;
        if (n_rounds == WHIM_RECV_ROUNDS) {
            whim_transfer_schedule(transfer);
            return STAY;
        }
        step = write_once(conn);
    }
    if (step == GONE || !whim_upload_is_done(&transfer->upload))
        return step;
    file->fd = -1;
    if (close(fd) == 0) /* some file systems tell only here that there is no room */
        return GO_ON;
    transfer->info.os_error = errno;
    whim_trace_error(transfer, "Can't write to %s: %s", file->path, strerror(errno));
    return fail(conn, CURLE_WRITE_ERROR);
}

static void on_ready(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    enum step step;

    if (!whim_pace_check(transfer))
        return;
    step = conn->file->is_upload ? upload(conn) : download(conn);
    if (step == GONE)
        return;
    if (step == GO_ON && !transfer->is_recv_paused) {
        whim_transfer_finish(transfer, CURLE_OK, false);
        return;
    }
    if (!whim_progress_update(transfer, false)) {
        whim_transfer_finish(transfer, CURLE_ABORTED_BY_CALLBACK, false);
        return;
    }
    whim_deadline_arm(transfer);
}

static void begin(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    CURLcode result;

    whim_transfer_enter(transfer, WHIM_TRANSFER_EXCHANGING);
    result = open_file(conn);
    if (result != CURLE_OK && !(conn->file && conn->file->head_len)) {
        whim_transfer_finish(transfer, result, false);
        return;
    }
    if (result != CURLE_OK) { /* the file is told of all the same */
        if (deliver_head(conn) != GONE)
            whim_transfer_finish(transfer, result, false);
        return;
    }
    on_ready(conn);
}

static unsigned want(const struct whim_conn *conn)
{
    (void)conn;
    return 0;
}

static void end(struct whim_conn *conn)
{
    struct whim_file *file = conn->file;

    if (!file)
        return;
    if (file->folder)
        closedir(file->folder);
    else if (file->fd >= 0)
        close(file->fd);
    whim_buf_fini(&file->rest);
    whim_free(file->path);
    whim_free(file);
    conn->file = NULL;
}

const struct whim_session_ops whim_file_session = {
    .name = "file",
    .begin = begin,
    .on_ready = on_ready,
    .want = want,
    .end = end,
};
