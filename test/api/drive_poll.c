/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The two loops over poll(2): the library's own (curl_multi_poll and perform), and ours.
 */
#include "drive.h"
#include "interpose.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

struct poll_loop {
    struct drive *drive;
    unsigned n_done_before;
};

static void *init_poll_loop(struct drive *drive)
{
    struct poll_loop *loop = calloc(1, sizeof(*loop));

    if (loop)
        loop->drive = drive;
    return loop;
}

static void ignore_watch(void *state, int fd, int what, int was)
{
}

static void ignore_fd(void *state, int fd)
{
}

static void ignore_timer(void *state)
{
}

/* An event is whatever the library itself says is due: a timer, or a ready descriptor. */
static void turn_perform(void *state, int ms)
{
    struct poll_loop *loop = state;
    struct drive *drive = loop->drive;
    long due_ms = -1;
    int n_ready = 0;
    unsigned before = drive->n_events;

    drive_take_code(drive, curl_multi_timeout(drive->multi, &due_ms));
    if (due_ms)
        drive_take_code(drive, curl_multi_poll(drive->multi, NULL, 0, ms, &n_ready));
    if (drive->last_code)
        return;
    drive_perform(drive);
    if (due_ms < 0 || due_ms > ms)
        drive->n_events = before + (n_ready > 0);
    if (!drive->keeps_messages)
        drive_read_messages(drive);
}

const struct drive_loop drive_loop_poll = {
    .name = "poll",
    .hooks = {ignore_watch, ignore_fd, ignore_timer, ignore_timer},
    .has_callbacks = false,
    .init = init_poll_loop,
    .fini = free,
    .turn = turn_perform,
};

static int mask_of(short revents)
{
    return (revents & (POLLIN | POLLHUP) ? CURL_CSELECT_IN : 0) |
           (revents & POLLOUT ? CURL_CSELECT_OUT : 0) | (revents & POLLERR ? CURL_CSELECT_ERR : 0);
}

static int shorter_ms(int ms, int timer_ms)
{
    return timer_ms >= 0 && timer_ms < ms ? timer_ms : ms;
}

/* The set is built anew from the ledger at each turn: nothing to keep in step. */
static void turn_socket(void *state, int ms)
{
    struct poll_loop *loop = state;
    struct drive *drive = loop->drive;
    struct ledger *ledger = &drive->ledger;
    struct pollfd set[LEDGER_MAX_FDS];
    unsigned generations[LEDGER_MAX_FDS];
    nfds_t n = 0;
    int n_ready;

    for (int fd = 0; fd < LEDGER_MAX_FDS && n < ledger->n_announced; fd++) {
        int what = ledger->entries[fd].what;

        if (!what)
            continue;
        generations[n] = ledger->entries[fd].generation;
        set[n++] = (struct pollfd){
            fd, (short)((what & CURL_POLL_IN ? POLLIN : 0) | (what & CURL_POLL_OUT ? POLLOUT : 0)),
            0};
    }
    n_ready = poll(set, n, shorter_ms(ms, ledger_timer_left_ms(ledger)));
    if (n_ready < 0 && errno != EINTR)
        FAIL("poll: %s", strerror(errno));
    for (nfds_t i = 0; n_ready > 0 && i < n; i++)
        if (set[i].revents)
            drive_event(drive, set[i].fd, generations[i], mask_of(set[i].revents));
    if (!ledger_timer_left_ms(ledger))
        drive_timeout(drive);
}

const struct drive_loop drive_loop_socket = {
    .name = "socket",
    .hooks = {ignore_watch, ignore_fd, ignore_timer, ignore_timer},
    .has_callbacks = true,
    .init = init_poll_loop,
    .fini = free,
    .turn = turn_socket,
};
