/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The session of file: URLs (C-204): the file is read, or written, by its connection, which has no
 * socket. There is mostly nothing to wait for, so a turn moves a bounded number of bytes and puts the
 * transfer into the run queue again: others get their turns, and the loop stays alive. What has to be
 * waited for, as a pipe, is looked at again by the timer.
 *
 *   begin     opens the file (file_open.h), and makes the header lines that tell of it
 *   on_ready  delivers header lines and body, or writes what the application sends
 *   end       closes it
 *
 * A folder is the list of its names, one in a line, without hidden ones.
 */
#include "engine/session.h"

#include "engine/conn.h"
#include "engine/deadline.h"
#include "engine/deliver.h"
#include "engine/file_open.h"
#include "engine/multi.h"
#include "engine/pace.h"
#include "engine/progress.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "util/buf.h"
#include "util/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What became of a step. */
enum step { GO_ON, STAY, GONE };

static enum step fail(struct whim_conn *conn, CURLcode result)
{
    whim_transfer_finish(conn->transfer, result, false);
    return GONE;
}

/* A pipe has nothing, or no room. It is looked at again in a while: loops watch sockets alone. */
static enum step wait_for_it(struct whim_transfer *transfer)
{
    transfer->is_polling = true;
    return STAY;
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

/* The folder's next name, or NULL: errno says why. It is good until it has been taken. */
static const char *next_name(struct whim_file *file)
{
    while (!file->name) {
        const struct dirent *entry;

        errno = 0;
        entry = readdir(file->folder);
        if (!entry)
            return NULL;
        if (entry->d_name[0] != '.')
            file->name = entry->d_name;
    }
    return file->name;
}

/*
 * As many names as fit, a line each. 0: there are no more; -1: errno says why not. Some file systems
 * have names of more bytes than d_name is said to have room for.
 */
static ssize_t read_names(struct whim_file *file, char *data, size_t cap)
{
    size_t len = 0;
    const char *name;

    while ((name = next_name(file))) {
        size_t name_len = strlen(name);

        if (name_len >= cap - len && len)
            return (ssize_t)len;
        file->name = NULL;
        if (name_len >= cap)
            continue;
        memcpy(data + len, name, name_len);
        data[len + name_len] = '\n';
        len += name_len + 1;
    }
    return errno && !len ? -1 : (ssize_t)len;
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

/* Some files of the system have less than they say. */
static bool has_shrunk(const struct whim_file *file)
{
    struct stat there;

    return file->size >= 0 && (fstat(file->fd, &there) != 0 || there.st_size < file->size);
}

/* Everything was read, or the file has become shorter than it was when it was opened. */
static enum step end_reading(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    struct whim_file *file = conn->file;

    if (file->n_left > 0 && has_shrunk(file)) {
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

    if (n < 0 && errno == EAGAIN)
        return wait_for_it(transfer);
    if (n < 0) {
        transfer->info.os_error = errno;
        whim_trace_error(transfer, "Couldn't read file %s: %s", file->path, strerror(errno));
        return fail(conn, CURLE_READ_ERROR);
    }
    if (n == 0)
        return end_reading(conn);
    file->n_left -= n;
    if (file->size < 0)
        transfer->info.content_length = -1;
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

static ssize_t write_some(const struct whim_file *file, const char *data, size_t len)
{
    ssize_t n;

    if (!file->is_regular)
        return whim_file_write_quietly(file->fd, data, len);
    do
        n = write(file->fd, data, len);
    while (n < 0 && errno == EINTR);
    return n;
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
    n = write_some(conn->file, data, whim_pace_send_allowance(transfer, len));
    if (n < 0 && errno == EAGAIN) {
        result = whim_upload_sent(transfer, data, len, 0);
        return result == CURLE_OK ? wait_for_it(transfer) : fail(conn, result);
    }
    if (n < 0)
        return fail(conn, whim_file_fail_to_write(transfer, conn->file));
    whim_trace_data(transfer, CURLINFO_DATA_OUT, data, (size_t)n);
    whim_pace_sent(transfer, (size_t)n);
    result = whim_upload_sent(transfer, data, len, (size_t)n);
    return result == CURLE_OK ? GO_ON : fail(conn, result);
}

static enum step upload(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    enum step step = GO_ON;
    CURLcode result;

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
    result = whim_file_end_upload(transfer, conn->file);
    return result == CURLE_OK ? GO_ON : fail(conn, result);
}

static void on_ready(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    enum step step;

    if (!whim_pace_check(transfer))
        return;
    transfer->is_polling = false;
    step = conn->file->is_upload ? upload(conn) : download(conn);
    if (step == GONE)
        return;
    if (step == GO_ON && (conn->file->is_upload || !transfer->is_recv_paused)) {
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
    result = whim_file_open(transfer, &conn->file);
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
    whim_file_close(conn->file);
    conn->file = NULL;
}

const struct whim_session_ops whim_file_session = {
    .name = "file",
    .begin = begin,
    .on_ready = on_ready,
    .want = want,
    .end = end,
};
