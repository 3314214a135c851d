/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* Scenarios: whatever a transfer is doing, everything can be closed in any order. The scenarios are
 * all pairs of a state and an order. */

#include "trial.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#define TIMEOUT_MS 250 /* of each transfer, so that there is a deadline to leave behind */

/* -- states ----------------------------------------------------------------------------------- */

static bool turn_some(struct whim_trial *t, int n, int max_ms)
{
    while (n--)
        if (!whim_trial_check(t, whim_trial_turn(t, max_ms), "turn failed"))
            return false;
    return true;
}

static bool be_added(struct whim_trial *t)
{
    return whim_fetch_start(t, "/size/10");
}

/* The machine's own name is not an address, and needs no server to find. */
static bool be_resolving(struct whim_trial *t)
{
    char name[128] = "localhost";

    gethostname(name, sizeof name - 1);
    return whim_fetch_start(t, "http://%s:%d/never", name, t->port) && turn_some(t, 1, 0);
}

static int full_fds[8], n_full_fds;

/* A listener whose queue is full lets a connection wait. */
static bool be_connecting(struct whim_trial *t)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t n_address = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!whim_trial_check(t, fd >= 0 && !bind(fd, (struct sockaddr *)&address, n_address) &&
                                 !listen(fd, 0) &&
                                 !getsockname(fd, (struct sockaddr *)&address, &n_address),
                          "no listener"))
        return false;
    full_fds[n_full_fds++] = fd;
    while (n_full_fds < 4) {
        fd = socket(AF_INET, SOCK_STREAM, 0);
        if (!whim_trial_check(t, fd >= 0, "no socket"))
            return false;
        fcntl(fd, F_SETFL, O_NONBLOCK);
        (void)connect(fd, (struct sockaddr *)&address, n_address);
        full_fds[n_full_fds++] = fd;
    }
    return whim_fetch_start(t, "http://127.0.0.1:%d/", ntohs(address.sin_port)) &&
           turn_some(t, 3, 10);
}

static bool be_sending(struct whim_trial *t)
{
    struct whim_fetch *f = whim_fetch_new(t, "/deaf");

    if (!f)
        return false;
    whim_fetch_upload(f, 100000000);
    return whim_fetch_add(f) && whim_trial_count_wakeups(t, 60) >= 0;
}

static bool be_receiving(struct whim_trial *t)
{
    struct whim_fetch *f = whim_fetch_start(t, "/drip/1000/5");

    while (f && !f->n_bytes && whim_trial_now_ms() - f->began_ms < WHIM_TRIAL_LONG_MS / 4)
        if (!turn_some(t, 1, 100))
            return false;
    return f;
}

static bool be_paused(struct whim_trial *t)
{
    struct whim_fetch *f = whim_fetch_new(t, "/size/1000000");

    if (!f)
        return false;
    f->pause_at = 1;
    return whim_fetch_add(f) && whim_trial_run_until(t, &f->is_paused) && turn_some(t, 1, 0);
}

/* Its message is unread: turns read none here. */
static bool be_ended(struct whim_trial *t)
{
    struct whim_fetch *f = whim_fetch_start(t, "/size/10");

    while (f && f->n_bytes < 10)
        if (!whim_trial_check(t, t->subject->turn(t->adapter, 100) >= 0, "turn failed"))
            return false;
    return f && t->subject->turn(t->adapter, 0) >= 0;
}

static bool be_idle(struct whim_trial *t)
{
    struct whim_fetch *f = be_ended(t) ? t->fetches : NULL;

    if (f)
        whim_fetch_close(f);
    return f && turn_some(t, 2, 5);
}

static bool be_many(struct whim_trial *t)
{
    int i;

    for (i = 0; i < 20; i++)
        if (!whim_fetch_start(t, "/after/%d", 10 * i))
            return false;
    return turn_some(t, 4, 30);
}

/* -- orders ----------------------------------------------------------------------------------- */

static void close_fetches(struct whim_trial *t)
{
    struct whim_fetch *f;

    for (f = t->fetches; f; f = f->next)
        whim_fetch_close(f);
}

static void adapter_first(struct whim_trial *t)
{
    whim_trial_close_adapter(t);
    close_fetches(t);
    whim_trial_cleanup_multi(t);
}

static void adapter_last(struct whim_trial *t)
{
    close_fetches(t);
    whim_trial_cleanup_multi(t);
    t->subject->turn(t->adapter, 5);
    whim_trial_close_adapter(t);
}

static void multi_first(struct whim_trial *t)
{
    whim_trial_cleanup_multi(t);
    whim_trial_close_adapter(t);
    close_fetches(t);
}

/* Nothing that is gone may be touched, and no deadline may be left to do it. */
static void multi_then_turns(struct whim_trial *t)
{
    int64_t end_ms = whim_trial_now_ms() + TIMEOUT_MS + 50;

    whim_trial_cleanup_multi(t);
    while (whim_trial_now_ms() < end_ms)
        t->subject->turn(t->adapter, 50);
    close_fetches(t);
    whim_trial_close_adapter(t);
}

static void removed_then_turns(struct whim_trial *t)
{
    int n;

    close_fetches(t);
    n = whim_trial_count_wakeups(t, 100);
    whim_trial_check(t, n < 0 || n <= 25, "%d wake-ups in 100 ms with nothing to do", n);
}

/* -- the pairs -------------------------------------------------------------------------------- */

static void run_pair(struct whim_trial *t, bool (*be)(struct whim_trial *t),
                     void (*close_in_order)(struct whim_trial *t))
{
    struct whim_subject_options options = {.done = NULL};

    t->timeout_ms = TIMEOUT_MS;
    if (whim_trial_open_with(t, &options) && be(t))
        close_in_order(t);
    while (n_full_fds)
        close(full_fds[--n_full_fds]);
}

#define ORDERS(state)            \
    PAIR(state, adapter_first)   \
    PAIR(state, adapter_last)    \
    PAIR(state, multi_first)     \
    PAIR(state, multi_then_turns) \
    PAIR(state, removed_then_turns)

#define PAIRS          \
    ORDERS(added)      \
    ORDERS(resolving)  \
    ORDERS(connecting) \
    ORDERS(sending)    \
    ORDERS(receiving)  \
    ORDERS(paused)     \
    ORDERS(ended)      \
    ORDERS(idle)       \
    ORDERS(many)

#define PAIR(state, order)                              \
    static void state##_##order(struct whim_trial *t)   \
    {                                                   \
        run_pair(t, be_##state, order);                 \
    }
PAIRS
#undef PAIR

#define PAIR(state, order) {"cleanup_while_" #state "_" #order, state##_##order, 0},
const struct whim_scenario whim_cleanup_scenarios[] = {PAIRS{NULL, NULL, 0}};
#undef PAIR
