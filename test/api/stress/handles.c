/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "heap.h"
#include "world.h"

#include <stdio.h>

static void set_upload(struct xfer *x)
{
    bool is_chunked = once_in(3);

    x->n_upload = (long)dice(once_in(2) ? 50 : 90000) + 1;
    curl_easy_setopt(x->easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(x->easy, CURLOPT_INFILESIZE_LARGE,
                     (curl_off_t)(is_chunked ? -1 : x->n_upload));
    curl_easy_setopt(x->easy, CURLOPT_EXPECT_100_TIMEOUT_MS, 5L);
    x->fields = curl_slist_append(NULL, once_in(3) ? "Expect: 100-continue" : "Expect:");
    if (is_chunked)
        x->fields = curl_slist_append(x->fields, "Transfer-Encoding: chunked");
    curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, x->fields);
}

/* A new request for a handle that is nowhere. */
static void set_request(struct xfer *x)
{
    CURL *easy = x->easy;
    struct curl_slist *old = x->fields;

    curl_easy_reset(easy);
    curl_slist_free_all(old);
    *x = (struct xfer){.easy = easy};
    do
        x->kind = (enum kind)dice(once_in(2) ? SAYS_CLOSE + 1 : N_KINDS);
    while (is_oracle && x->kind >= EXCESS && x->kind <= EARLY_ERROR);
    x->n_content = (long)dice(once_in(3) ? 120000 : 300) + 1;
    x->pauses = once_in(3);
    x->fails_open = once_in(25);
    x->aborts = once_in(25);
    x->is_raw = once_in(20) && !is_oracle;
    if (once_in(4))
        set_upload(x);
    if (is_oracle && (x->kind != PLAIN || x->n_upload))
        x->pauses = false;
    snprintf(x->url, sizeof(x->url), "http://127.0.0.1:%d/%d/%ld/%ld", ports[dice(N_PORTS)],
             (int)x->kind, x->n_content, x->n_upload);
    curl_easy_setopt(easy, CURLOPT_URL, x->url);
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, (long)x->is_raw);
    x->may_fail = x->fails_open || x->aborts;
    set_callbacks(x);
    if (once_in(8)) {
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)dice(60) + 1);
        x->may_fail = true;
    }
    if (once_in(8) && !is_oracle)
        curl_easy_setopt(easy, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)dice(200000) + 1);
    if (once_in(8) && !is_oracle)
        curl_easy_setopt(easy, CURLOPT_MAX_SEND_SPEED_LARGE, (curl_off_t)dice(200000) + 1);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, (long)once_in(10));
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, (long)once_in(10));
}

/* A message from here on would be one too many. */
static CURLMcode take_out(struct box *box, struct xfer *x)
{
    struct xfer *before = leaving;
    struct box *from_before = leaving_from;
    CURLMcode code;

    leaving = x;
    leaving_from = box;
    x->box = NULL;
    code = curl_multi_remove_handle(box->multi, x->easy);
    leaving = before;
    leaving_from = from_before;
    return code;
}

/* The multi died: all are to be removed, and then it lives again (C-81). */
static void bury(struct box *box)
{
    trace("  the multi is dead");
    for (struct xfer *x = xfers; x < xfers + N_XFERS; x++) {
        if (x->box == box)
            take_out(box, x);
    }
}

void check_code(struct box *box, CURLMcode code, const char *call)
{
    if (code == CURLM_OK || (code == CURLM_OUT_OF_MEMORY && is_starved))
        return;
    WANT(code == CURLM_ABORTED_BY_CALLBACK && box->has_failed, "%s gave %d", call, code);
    if (!box->depth)
        bury(box);
}

static bool is_empty(const struct box *box)
{
    for (const struct xfer *x = xfers; x < xfers + N_XFERS; x++)
        if (x->box == box || (x == leaving && leaving_from == box))
            return false;
    return true;
}

void add(struct box *box, struct xfer *x)
{
    int n_failures = box->n_failures;
    bool was_empty = is_empty(box);
    CURLMcode code;

    heap_hold(true); /* a program that ignores what its options say has worse to fear */
    set_request(x);
    heap_hold(false);
    x->box = box;
    if (box->has_failed || is_starved)
        x->may_fail = true;
    trace("add %s to %d%s%s", x->url, (int)(box - boxes), x->may_fail ? ", may fail" : "",
          x->is_raw ? ", raw" : "");
    code = curl_multi_add_handle(box->multi, x->easy);
    if (code != CURLM_OK)
        x->box = NULL;
    WANT(code != CURLM_ABORTED_BY_CALLBACK || !was_empty || box->n_failures > n_failures,
         "an empty multi stays dead");
    check_code(box, code, "add");
}

void remove_from(struct box *box, struct xfer *x)
{
    trace("remove %s from %d", x->url, (int)(box - boxes));
    check_code(box, take_out(box, x), "remove");
}

static void check_result(struct xfer *x, CURLcode result)
{
    bool may_fail = x->may_fail || kind_fails(x->kind) || (x->kind == EARLY_ERROR && x->n_upload);

    trace("  result of %s: %d", x->url, result);
    WANT(!x->is_done, "%s: a second result, %d", x->url, result);
    x->is_done = true;
    if (result != CURLE_OK) {
        WANT(may_fail, "%s: %s", x->url, curl_easy_strerror(result));
        return;
    }
    if (x->is_raw)
        return;
    WANT(!kind_fails(x->kind), "%s: succeeded", x->url);
    WANT(x->n_got == x->n_content, "%s: %ld bytes of %ld", x->url, x->n_got, x->n_content);
}

void read_messages(struct box *box, unsigned most)
{
    CURLMsg *message;
    int n_left;

    while (most-- && (message = curl_multi_info_read(box->multi, &n_left))) {
        struct xfer *x = xfers;

        while (x < xfers + N_XFERS && (x->easy != message->easy_handle || x->box != box))
            x++;
        if (x == xfers + N_XFERS) {
            fail("a result of a handle that is not added");
            return;
        }
        check_result(x, message->data.result);
    }
}
