/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

#include "trial.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "peer.h"

#define TURN_MS 1000

bool whim_trial_check(struct whim_trial *t, bool is_true, const char *format, ...)
{
    va_list args;

    if (is_true || t->has_failed)
        return is_true;
    va_start(args, format);
    vsnprintf(t->reason, sizeof t->reason, format, args);
    va_end(args);
    t->has_failed = true;
    return false;
}

int64_t whim_trial_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* -- the adapter ------------------------------------------------------------------------------ */

struct whim_subject_options whim_trial_options(struct whim_trial *t)
{
    return (struct whim_subject_options){
        .done = t->subject->can & WHIM_CAN_DONE ? whim_trial_done : NULL,
        .data = t,
    };
}

bool whim_trial_open_with(struct whim_trial *t, const struct whim_subject_options *options)
{
    if (!t->multi)
        t->multi = curl_multi_init();
    if (!whim_trial_check(t, t->multi, "curl_multi_init gave NULL"))
        return false;
    t->adapter = t->subject->open(t->multi, options);
    return whim_trial_check(t, t->adapter, "open gave NULL: %s", strerror(errno));
}

bool whim_trial_open(struct whim_trial *t)
{
    struct whim_subject_options options = whim_trial_options(t);

    return whim_trial_open_with(t, &options);
}

void whim_trial_close_adapter(struct whim_trial *t)
{
    void *adapter = t->adapter;

    t->adapter = NULL;
    if (adapter)
        t->subject->close(adapter);
}

void whim_trial_cleanup_multi(struct whim_trial *t)
{
    CURLM *multi = t->multi;
    CURLMcode rc;

    t->multi = NULL;
    if (!multi)
        return;
    rc = curl_multi_cleanup(multi);
    whim_trial_check(t, !rc, "curl_multi_cleanup gave %d", rc);
}

/* -- transfers -------------------------------------------------------------------------------- */

static size_t on_write(char *data, size_t size, size_t n, void *fetch)
{
    struct whim_fetch *f = fetch;
    size_t i;

    if (f->pause_at && f->n_bytes >= f->pause_at) {
        f->pause_at = 0;
        f->is_paused = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    f->is_paused = false;
    for (i = 0; i < size * n; i++)
        if (data[i] != whim_peer_byte(f->n_bytes + i))
            f->is_garbled = true;
    f->n_bytes += size * n;
    if (f->on_body)
        f->on_body(f);
    return size * n;
}

static size_t on_read(char *data, size_t size, size_t n, void *fetch)
{
    struct whim_fetch *f = fetch;
    size_t n_now = size * n < f->n_upload_left ? size * n : f->n_upload_left;

    memset(data, 'u', n_now);
    f->n_upload_left -= n_now;
    return n_now;
}

static struct whim_fetch *new_fetch(struct whim_trial *t, const char *path)
{
    struct whim_fetch *f = calloc(1, sizeof *f);
    char url[256];

    if (!whim_trial_check(t, f, "out of memory"))
        return NULL;
    f->trial = t;
    f->next = t->fetches;
    t->fetches = f;
    f->easy = curl_easy_init();
    if (!whim_trial_check(t, f->easy, "curl_easy_init gave NULL"))
        return NULL;
    if (*path == '/')
        snprintf(url, sizeof url, "http://127.0.0.1:%d%s", t->port, path);
    else
        snprintf(url, sizeof url, "%s", path);
    curl_easy_setopt(f->easy, CURLOPT_URL, url);
    curl_easy_setopt(f->easy, CURLOPT_PRIVATE, f);
    curl_easy_setopt(f->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(f->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(f->easy, CURLOPT_TIMEOUT_MS, t->timeout_ms);
    curl_easy_setopt(f->easy, CURLOPT_WRITEFUNCTION, on_write);
    curl_easy_setopt(f->easy, CURLOPT_WRITEDATA, f);
    return f;
}

struct whim_fetch *whim_fetch_new(struct whim_trial *t, const char *path_format, ...)
{
    char path[200];
    va_list args;

    va_start(args, path_format);
    vsnprintf(path, sizeof path, path_format, args);
    va_end(args);
    return new_fetch(t, path);
}

struct whim_fetch *whim_fetch_start(struct whim_trial *t, const char *path_format, ...)
{
    char path[200];
    struct whim_fetch *f;
    va_list args;

    va_start(args, path_format);
    vsnprintf(path, sizeof path, path_format, args);
    va_end(args);
    f = new_fetch(t, path);
    return f && whim_fetch_add(f) ? f : NULL;
}

bool whim_fetch_add(struct whim_fetch *f)
{
    CURLMcode rc;

    f->n_bytes = 0;
    f->n_done = 0;
    f->began_ms = whim_trial_now_ms();
    rc = curl_multi_add_handle(f->trial->multi, f->easy);
    return whim_trial_check(f->trial, !rc, "curl_multi_add_handle gave %d", rc);
}

void whim_fetch_upload(struct whim_fetch *f, size_t n)
{
    f->n_upload_left = n;
    curl_easy_setopt(f->easy, CURLOPT_POST, 1L);
    curl_easy_setopt(f->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)n);
    curl_easy_setopt(f->easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(f->easy, CURLOPT_READDATA, f);
    curl_easy_setopt(f->easy, CURLOPT_EXPECT_100_TIMEOUT_MS, 1L);
}

void whim_fetch_close(struct whim_fetch *f)
{
    CURL *easy = f->easy;

    f->easy = NULL;
    if (easy && f->trial->multi)
        curl_multi_remove_handle(f->trial->multi, easy);
    curl_easy_cleanup(easy);
}

bool whim_fetch_check(struct whim_fetch *f, size_t n_bytes)
{
    struct whim_trial *t = f->trial;

    return whim_trial_check(t, f->n_done == 1, "a transfer ended %d times", f->n_done) &&
           whim_trial_check(t, !f->result, "a transfer ended with %d (%s)", f->result,
                            curl_easy_strerror(f->result)) &&
           whim_trial_check(t, f->n_bytes == n_bytes, "%zu bytes came, not %zu", f->n_bytes,
                            n_bytes) &&
           whim_trial_check(t, !f->is_garbled, "the body is garbled");
}

/* -- messages --------------------------------------------------------------------------------- */

void whim_trial_done(CURL *easy, CURLcode result, void *trial)
{
    struct whim_trial *t = trial;
    struct whim_fetch *f = NULL;

    if (!easy) {
        t->is_lost = true;
        return;
    }
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&f);
    f->n_done++;
    f->result = result;
    f->ended_ms = whim_trial_now_ms();
    t->n_done++;
    if (t->on_done)
        t->on_done(f);
}

void whim_trial_read_messages(struct whim_trial *t)
{
    CURLMsg *msg;
    int n_left;

    while (t->multi && (msg = curl_multi_info_read(t->multi, &n_left)))
        if (msg->msg == CURLMSG_DONE)
            whim_trial_done(msg->easy_handle, msg->data.result, t);
}

/* -- turning ---------------------------------------------------------------------------------- */

bool whim_trial_turn(struct whim_trial *t, int max_ms)
{
    if (t->subject->turn(t->adapter, max_ms) < 0) {
        t->turn_errno = errno;
        return false;
    }
    if (!(t->subject->can & WHIM_CAN_DONE))
        whim_trial_read_messages(t);
    return true;
}

/* Until `*flag`, or if that is NULL until `n_done` transfers have ended. */
static bool run(struct whim_trial *t, const bool *flag, int n_done)
{
    int64_t end_ms = whim_trial_now_ms() + WHIM_TRIAL_LONG_MS;

    while (flag ? !*flag : t->n_done < n_done) {
        if (!whim_trial_check(t, t->adapter, "the adapter is closed") ||
            !whim_trial_check(t, whim_trial_turn(t, TURN_MS), "turn failed: %s",
                              strerror(t->turn_errno)) ||
            !whim_trial_check(t, !t->is_lost, "the transfers are lost") ||
            !whim_trial_check(t, whim_trial_now_ms() < end_ms,
                              "%d transfers have ended after %d ms, %d were awaited", t->n_done,
                              WHIM_TRIAL_LONG_MS, n_done))
            return false;
    }
    return !t->has_failed;
}

bool whim_trial_run(struct whim_trial *t, int n_done)
{
    return run(t, NULL, n_done);
}

bool whim_trial_run_until(struct whim_trial *t, const bool *flag)
{
    return run(t, flag, 0);
}

int whim_trial_count_wakeups(struct whim_trial *t, int duration_ms)
{
    int64_t end_ms = whim_trial_now_ms() + duration_ms;
    int64_t left_ms;
    int n = 0;

    while ((left_ms = end_ms - whim_trial_now_ms()) > 0) {
        if (!whim_trial_check(t, whim_trial_turn(t, (int)left_ms), "turn failed: %s",
                              strerror(t->turn_errno)))
            return -1;
        n++;
    }
    return n - 1;
}

bool whim_trial_poll(struct whim_trial *t, int n_done)
{
    int64_t end_ms = whim_trial_now_ms() + WHIM_TRIAL_LONG_MS;
    int n_running;
    CURLMcode rc;

    for (;;) {
        rc = curl_multi_perform(t->multi, &n_running);
        if (!whim_trial_check(t, !rc, "curl_multi_perform gave %d", rc))
            return false;
        whim_trial_read_messages(t);
        if (t->n_done >= n_done)
            return !t->has_failed;
        if (!whim_trial_check(t, whim_trial_now_ms() < end_ms, "poll does not drive it"))
            return false;
        curl_multi_poll(t->multi, NULL, 0, TURN_MS, NULL);
    }
}
