/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "heap.h"
#include "world.h"

#include <string.h>
#include <sys/select.h>

bool is_starved;

static struct xfer *any_xfer(const struct box *box)
{
    struct xfer *x = &xfers[dice(N_XFERS)];

    return x->easy && x->box == box ? x : NULL;
}

static void add_any(struct box *box)
{
    struct xfer *x = &xfers[dice(N_XFERS)];

    if (x->box || x == leaving)
        return;
    if (!x->easy)
        x->easy = curl_easy_init();
    if (x->easy)
        add(box, x);
}

static void clean_up_any(struct box *box)
{
    struct xfer *x = any_xfer(box);

    if (!x)
        return;
    trace("clean up %s in %d", x->url, (int)(box - boxes));
    if (box->depth) /* in a notification it would be ignored */
        remove_from(box, x);
    x->box = NULL;
    curl_easy_cleanup(x->easy);
    curl_slist_free_all(x->fields);
    *x = (struct xfer){0};
}

static void pause_any(struct box *box, bool goes_on)
{
    static const int masks[] = {CURLPAUSE_RECV, CURLPAUSE_SEND, CURLPAUSE_ALL};
    struct xfer *x = any_xfer(box);
    CURLcode code;

    if (!x || (!goes_on && !x->pauses))
        return;
    x->is_paused = !goes_on;
    trace("%s %s", goes_on ? "unpause" : "pause", x->url);
    code = curl_easy_pause(x->easy, goes_on ? CURLPAUSE_CONT : masks[dice(3)]);
    if (code == CURLE_ABORTED_BY_CALLBACK)
        check_code(box, CURLM_ABORTED_BY_CALLBACK, "pause");
    else
        WANT(code == CURLE_OK || code == CURLE_BAD_FUNCTION_ARGUMENT || is_oracle, "pause gave %d",
             code);
}

static void set_limits(struct box *box)
{
    static const CURLMoption options[] = {CURLMOPT_MAX_TOTAL_CONNECTIONS,
                                          CURLMOPT_MAX_HOST_CONNECTIONS, CURLMOPT_MAXCONNECTS};
    CURLMcode code = curl_multi_setopt(box->multi, options[dice(3)], (long)dice(5));

    check_code(box, code, "setopt");
}

/* Queries that change nothing, but must not fail or crash at any time. */
static void ask(struct box *box)
{
    fd_set in, out, err;
    int max_fd;
    long ms;

    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&err);
    WANT(curl_multi_timeout(box->multi, &ms) == CURLM_OK && ms >= -1, "no timeout");
    WANT(curl_multi_fdset(box->multi, &in, &out, &err, &max_fd) == CURLM_OK, "no fdset");
    for (int fd = 0; fd <= max_fd && max_fd < FD_SETSIZE; fd++)
        WANT(!(FD_ISSET(fd, &in) || FD_ISSET(fd, &out)) || inode_of(fd), "fdset names closed %d",
             fd);
}

/* Another loop takes over: it is told of everything anew. */
static void change_loop(struct box *box)
{
    if (is_oracle)
        return;
    trace("another loop for %d", (int)(box - boxes));
    curl_multi_setopt(box->multi, CURLMOPT_SOCKETFUNCTION, NULL);
    memset(box->at, 0, sizeof(box->at));
    if (once_in(2))
        fire_timer(box);
    memset(box->at, 0, sizeof(box->at));
    if (once_in(2) && box->multi)
        curl_multi_poll(box->multi, NULL, 0, (int)dice(2), NULL);
    curl_multi_setopt(box->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    fire_timer(box);
}

/* Without a loop for a moment (C-71). */
static void perform(struct box *box)
{
    CURLMcode code;

    if (is_oracle)
        return;
    trace("perform %d", (int)(box - boxes));
    box->depth++;
    code = curl_multi_perform(box->multi, &box->n_running);
    box->depth--;
    check_code(box, code, "perform");
    if (once_in(2))
        WANT(curl_multi_poll(box->multi, NULL, 0, (int)dice(2), NULL) == CURLM_OK, "no poll");
}

static void use_raw(struct box *box)
{
    struct xfer *x = any_xfer(box);
    char bytes[16];
    size_t n;

    if (!x || !x->is_raw)
        return;
    if (once_in(2))
        curl_easy_send(x->easy, "GET /0/1/0 HTTP/1.1\r\n\r\n", 23, &n);
    else
        curl_easy_recv(x->easy, bytes, sizeof(bytes), &n);
}

/* A callback or an allocation fails some time soon. */
static void prepare_failure(struct box *box)
{
    if (is_oracle || !once_in(6))
        return;
    box->has_failed = true;
    if (once_in(2))
        box->fail_socket_in = 1 + (int)dice(6);
    else
        box->fail_timer_in = 1 + (int)dice(6);
}

static void starve(struct box *box)
{
    if (is_oracle || is_starved || box->depth)
        return;
    trace("memory runs out");
    everything_may_fail(NULL);
    is_starved = true;
    heap_fail(1 + (long)dice(20));
    turn_loop(box, 0);
    heap_fail(0);
    is_starved = false;
}

void random_call(struct box *box, bool from_notify)
{
    unsigned what = dice(from_notify ? 12 : 36);

    if (what < 4)
        add_any(box);
    else if (what == 4 && !is_oracle)
        clean_up_any(box);
    else if (what < 7)
        pause_any(box, what == 5 || once_in(2));
    else if (what == 7 && !is_oracle)
        set_limits(box);
    else if (what < 10)
        read_messages(box, 1 + dice(3));
    else if (what == 10)
        ask(box);
    else if (what == 11) {
        struct xfer *x = any_xfer(box);

        if (x)
            remove_from(box, x);
    } else if (what < 20)
        turn_loop(box, 0);
    else if (what < 26)
        move_server();
    else if (what == 26 && !is_oracle)
        act(box, (int)dice(64), (int)dice(8)); /* for whoever's descriptor that is */
    else if (what == 27)
        fire_timer(box); /* early */
    else if (what == 28)
        perform(box);
    else if (what == 29)
        prepare_failure(box);
    else if (what == 30 && once_in(4))
        change_loop(box);
    else if (what == 31)
        use_raw(box);
    else if (what == 32 && once_in(3))
        starve(box);
    else if (what == 33 && once_in(4) && !is_oracle)
        curl_multi_setopt(box->multi, CURLMOPT_NETWORK_CHANGED, (long)dice(8));
    else if (what == 34 && once_in(10))
        act_all(box);
    else
        turn_loop(box, 1);
}
