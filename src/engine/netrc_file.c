/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/netrc_file.h"

#include "engine/follow.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "proto/netrc.h"
#include "util/file.h"

#include <errno.h>
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
    enum { MAX_PATH_BYTES = 65536 };
    const char *path = whim_opt_text(&transfer->options, WHIM_OPT_NETRC_FILE);
    struct whim_buf home;
    struct whim_buf text;
    CURLcode result;

    *ret_is_found = false;
    whim_buf_init(&home, MAX_PATH_BYTES);
    whim_buf_init(&text, WHIM_NETRC_MAX_BYTES);
    if (!path && find_home_file(&home))
        path = home.data;
    if (!path)
        result = fail(transfer, "there is no home folder");
    else if (whim_buf_reserve(&text, WHIM_NETRC_MAX_BYTES) != WHIM_BUF_OK) /* moves no secrets */
        result = CURLE_OUT_OF_MEMORY;
    else if (!whim_file_read(path, &text))
        result = fail(transfer, strerror(errno));
    else
        result = look_up(transfer, text.data, text.len, user, ret_user, ret_password, ret_is_found);
    whim_buf_fini_secret(&text);
    whim_buf_fini(&home);
    return result;
}
