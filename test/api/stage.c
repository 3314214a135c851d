/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "stage.h"

#include <stdio.h>

static bool is_turn(struct stage *stage, enum stage_callback callback)
{
    return ++stage->n_calls[callback] == stage->fail_at[callback];
}

static size_t take_body(struct xfer *x, char *data, size_t n)
{
    return is_turn(x->arg, STAGE_WRITE) ? n + 1 : xfer_keep_body(x, data, n);
}

static size_t take_head(struct xfer *x, char *data, size_t n)
{
    return is_turn(x->arg, STAGE_HEADER) ? 0 : n;
}

size_t stage_give_upload(struct xfer *x, char *data, size_t room)
{
    size_t n = x->n_upload - x->n_uploaded < 3 ? x->n_upload - x->n_uploaded : 3;

    if (is_turn(x->arg, STAGE_READ))
        return CURL_READFUNC_ABORT;
    memcpy(data, x->upload + x->n_uploaded, n);
    x->n_uploaded += n;
    return n;
}

static int take_progress(void *stage, curl_off_t dt, curl_off_t dn, curl_off_t ut, curl_off_t un)
{
    return is_turn(stage, STAGE_PROGRESS);
}

static curl_socket_t open_socket(void *stage, curlsocktype purpose, struct curl_sockaddr *addr)
{
    return is_turn(stage, STAGE_OPENSOCKET)
               ? CURL_SOCKET_BAD
               : socket(addr->family, addr->socktype | SOCK_CLOEXEC, addr->protocol);
}

static int set_socket(void *stage, curl_socket_t fd, curlsocktype purpose)
{
    return is_turn(stage, STAGE_SOCKOPT) ? CURL_SOCKOPT_ERROR : CURL_SOCKOPT_OK;
}

static int before_request(void *stage, char *ip, char *local, int port, int local_port)
{
    return is_turn(stage, STAGE_PREREQ) ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static bool watch(struct xfer *x, struct stage *stage)
{
    CURL *easy = x->easy;

    return !curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L) &&
           !curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, take_progress) &&
           !curl_easy_setopt(easy, CURLOPT_XFERINFODATA, stage) &&
           !curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
           !curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, stage) &&
           !curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, set_socket) &&
           !curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, stage) &&
           !curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_request) &&
           !curl_easy_setopt(easy, CURLOPT_PREREQDATA, stage);
}

struct xfer *stage_try_new(struct stage *stage, const char *url)
{
    struct xfer *x = xfer_try_new_url(url);

    if (!x)
        return NULL;
    x->arg = stage;
    x->on_body = take_body;
    x->on_head = take_head;
    x->on_read = stage_give_upload;
    if (!stage->is_watching || watch(x, stage))
        return x;
    xfer_free(x);
    return NULL;
}

void stage_try_start(struct stage *stage, struct xfer *x, bool is_ready)
{
    if (!x)
        return;
    stage->x[stage->n++] = x;
    if (is_ready && !drive_add(stage->drive, x->easy, x))
        x->drive = stage->drive;
}

struct xfer *stage_try_new_path(struct stage *stage, const char *path)
{
    char url[200];

    snprintf(url, sizeof(url), "http://%s%s", peer_authority(stage->peer), path);
    return stage_try_new(stage, url);
}

size_t stage_pause_once(struct xfer *x, char *data, size_t n)
{
    return x->count++ == 0 ? CURL_WRITEFUNC_PAUSE : take_body(x, data, n);
}
