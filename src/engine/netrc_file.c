/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/netrc_file.h"

#include "engine/follow.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "proto/netrc.h"
#include "util/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* The home folder's file, into the buffer. False: there is no home, or no memory. */
static bool find_home_file(struct whim_buf *path)
{
    char room[4096];
    const char *home = getenv("HOME");
    struct passwd entry;
    struct passwd *found = NULL;

    if (!home && getpwuid_r(geteuid(), &entry, room, sizeof(room), &found) == 0 && found)
        home = found->pw_dir;
    return home && whim_buf_addf(path, "%s/.netrc", home) == WHIM_BUF_OK &&
           whim_buf_terminate(path) == WHIM_BUF_OK;
}

/* All of it; errno says why not, EFBIG when there is too much. */
static bool read_all(const char *path, char *data, size_t cap, size_t *ret_len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* nobody waits for a pipe */
    int error = 0;
    size_t len = 0;

    if (fd < 0)
        return false;
    while (len < cap) {
        ssize_t n = read(fd, data + len, cap - len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            error = errno;
        if (n <= 0)
            break;
        len += (size_t)n;
    }
    if (len == cap)
        error = EFBIG;
    close(fd);
    errno = error;
    *ret_len = len;
    return !error;
}

static CURLcode fail(struct whim_transfer *transfer, const char *reason)
{
    if (whim_opt_num(&transfer->options, WHIM_OPT_NETRC) == CURL_NETRC_REQUIRED) {
        whim_trace_error(transfer, "netrc: %s", reason);
        return CURLE_READ_ERROR;
    }
    whim_trace_text(transfer, "netrc: %s", reason);
    return CURLE_OK;
}

static CURLcode look_up(struct whim_transfer *transfer, const char *text, size_t len,
                        const char *user, struct whim_buf *ret_user, struct whim_buf *ret_password,
                        bool *ret_is_found)
{
    const struct whim_url *url = &transfer->url;
    const struct whim_netrc_query query = {
        .host = transfer->url_text->text + url->host.off,
        .host_len = url->host.len,
        .user = user,
        .takes_default = whim_follow_may_have_secrets(transfer),
    };

    switch (whim_netrc_find(text, len, &query, ret_user, ret_password)) {
    case WHIM_NETRC_FOUND:
        *ret_is_found = true;
        return CURLE_OK;
    case WHIM_NETRC_NONE:
        whim_trace_text(transfer, "Couldn't find host %.*s in the .netrc file; using defaults",
                        (int)query.host_len, query.host);
        return CURLE_OK;
    case WHIM_NETRC_SYNTAX:
        return fail(transfer, "a quoted word has no end");
    default:
        return CURLE_OUT_OF_MEMORY;
    }
}

CURLcode whim_netrc_file_find(struct whim_transfer *transfer, const char *user,
                              struct whim_buf *ret_user, struct whim_buf *ret_password,
                              bool *ret_is_found)
{
    enum { CAP = WHIM_NETRC_MAX_BYTES + 1, MAX_PATH_BYTES = 65536 };
    const char *path = whim_opt_text(&transfer->options, WHIM_OPT_NETRC_FILE);
    struct whim_buf home;
    CURLcode result;
    size_t len = 0;
    char *data;

    *ret_is_found = false;
    whim_buf_init(&home, MAX_PATH_BYTES);
    if (!path && find_home_file(&home))
        path = home.data;
    data = path ? whim_malloc(CAP) : NULL;
    if (!path)
        result = fail(transfer, "there is no home folder");
    else if (!data)
        result = CURLE_OUT_OF_MEMORY;
    else if (!read_all(path, data, CAP, &len))
        result = fail(transfer, strerror(errno));
    else
        result = look_up(transfer, data, len, user, ret_user, ret_password, ret_is_found);
    if (data)
        explicit_bzero(data, len);
    whim_free(data);
    whim_buf_fini(&home);
    return result;
}
