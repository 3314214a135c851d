/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/file_open.h"

#include "engine/multi.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "proto/byte_range.h"
#include "proto/percent.h"
#include "util/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

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
    file->head_len = (uint16_t)(len < (int)sizeof(file->head) ? len : (int)sizeof(file->head) - 1);
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

static bool wants_part(const struct whim_transfer *transfer)
{
    return whim_opt_is_set(&transfer->options, WHIM_OPT_RANGE) ||
           whim_opt_num(&transfer->options, WHIM_OPT_RESUME_FROM_LARGE) > 0;
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
    file->is_regular = S_ISREG(there.st_mode);
    if (file->is_regular && (there.st_size || wants_part(transfer))) {
        file->size = there.st_size;
        return aim(transfer, file, there.st_size);
    }
    if (file->is_regular) { /* it may be of those that have no size until they are read */
        transfer->info.content_length = 0;
        return CURLE_OK;
    }
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
    file->is_regular = S_ISREG(there.st_mode);
    if (from < 0)
        transfer->upload.n_to_skip = there.st_size;
    return CURLE_OK;
}

CURLcode whim_file_fail_to_write(struct whim_transfer *transfer, const struct whim_file *file)
{
    transfer->info.os_error = errno;
    whim_trace_error(transfer, "Can't write to %s: %s", file->path, strerror(errno));
    return CURLE_WRITE_ERROR;
}

CURLcode whim_file_open(struct whim_transfer *transfer, struct whim_file **ret_file)
{
    struct whim_file *file = whim_calloc(1, sizeof(*file));
    CURLcode result;

    *ret_file = file;
    if (!file)
        return CURLE_OUT_OF_MEMORY;
    file->fd = -1;
    file->size = -1;
    file->is_upload = transfer->upload.source != WHIM_UPLOAD_NONE;
    whim_buf_init(&file->rest, WHIM_RECV_BUFFER_BYTES);
    result = read_path(transfer, file);
    if (result != CURLE_OK)
        return result;
    return file->is_upload ? open_for_writing(transfer, file) : open_for_reading(transfer, file);
}

CURLcode whim_file_end_upload(struct whim_transfer *transfer, struct whim_file *file)
{
    int fd = file->fd;

    file->fd = -1;
    return close(fd) == 0 ? CURLE_OK : whim_file_fail_to_write(transfer, file);
}

void whim_file_close(struct whim_file *file)
{
    if (!file)
        return;
    if (file->folder)
        closedir(file->folder);
    else if (file->fd >= 0)
        close(file->fd);
    whim_buf_fini(&file->rest);
    whim_free(file->path);
    whim_free(file);
}
