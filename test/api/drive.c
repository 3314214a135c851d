/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What the five modes share: the handles and their results, the calls into the library.
 */
#include "drive.h"
#include "interpose.h"
#include "xfer.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_TURNS 2000000

enum drive_mode drive_mode = DRIVE_POLL;

static const struct drive_loop *const loops[DRIVE_N_MODES] = {
    [DRIVE_POLL] = &drive_loop_poll,         [DRIVE_SOCKET] = &drive_loop_socket,
    [DRIVE_LEVEL] = &drive_loop_level,       [DRIVE_EDGE] = &drive_loop_edge,
    [DRIVE_LIBEVENT] = &drive_loop_libevent,
};

int64_t sys_real_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

const char *drive_mode_name(enum drive_mode mode)
{
    return loops[mode]->name;
}

bool drive_mode_has(enum drive_mode mode)
{
    return loops[mode]->turn != NULL;
}

static void free_drive(void *drive)
{
    drive_free(drive);
}

struct drive *drive_new(void)
{
    struct drive *drive = calloc(1, sizeof(*drive));

    CHECK(drive != NULL);
    drive->loop = loops[drive_mode];
    drive->multi = curl_multi_init();
    CHECK(drive->multi != NULL);
    drive->state = drive->loop->init(drive);
    CHECK(drive->state != NULL);
    ledger_init(&drive->ledger, drive->multi,
                drive->loop->has_callbacks ? &drive->loop->hooks : NULL, drive->state);
    defer_last(free, drive);
    defer(free_drive, drive);
    return drive;
}

/* The loop that stands in when the real one has gone: it does nothing. */
static void lose_watch(void *loop, int fd, int what, int was)
{
}

static void lose_fd(void *loop, int fd)
{
}

static void lose_timer(void *loop)
{
}

static const struct ledger_hooks lost_hooks = {
    .watch = lose_watch, .unwatch = lose_fd, .arm = lose_timer, .disarm = lose_timer};

static void lose_loop(struct drive *drive)
{
    drive->ledger.hooks = &lost_hooks;
    drive->loop->fini(drive->state);
    drive->state = NULL;
}

CURLMcode drive_cleanup(struct drive *drive)
{
    CURLMcode code;

    if (drive->loses_loop)
        lose_loop(drive);
    code = ledger_cleanup(&drive->ledger);
    if (!code)
        drive->multi = NULL;
    return code;
}

void drive_free(struct drive *drive)
{
    forget(drive);
    for (size_t i = 0; drive->multi && i < sizeof(drive->handles) / sizeof(drive->handles[0]); i++)
        if (drive->handles[i].easy)
            CHECK_MCODE(drive_remove(drive, drive->handles[i].easy), CURLM_OK);
    if (drive->multi)
        CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
    if (drive->state)
        drive->loop->fini(drive->state);
    drive->state = NULL;
    ledger_fini(&drive->ledger);
}

void drive_destroy(struct drive *drive)
{
    drive_free(drive);
    forget_last(drive);
    free(drive);
}

static struct drive_handle *find_handle(struct drive *drive, const CURL *easy)
{
    for (size_t i = 0; i < sizeof(drive->handles) / sizeof(drive->handles[0]); i++)
        if (drive->handles[i].easy == easy)
            return &drive->handles[i];
    return NULL;
}

CURLMcode drive_add(struct drive *drive, CURL *easy, struct xfer *xfer)
{
    CURLMcode code = curl_multi_add_handle(drive->multi, easy);
    struct drive_handle *handle;

    if (code)
        return code;
    handle = find_handle(drive, NULL);
    CHECK(handle != NULL);
    *handle = (struct drive_handle){easy, xfer, 0};
    drive->n_added++;
    return code;
}

CURLMcode drive_remove(struct drive *drive, CURL *easy)
{
    CURLMcode code = curl_multi_remove_handle(drive->multi, easy);
    struct drive_handle *handle = find_handle(drive, easy);

    /* A callback that failed on the way does not keep the handle in: removing it again is OK. */
    if (code == CURLM_ABORTED_BY_CALLBACK && drive->is_tolerant)
        code = curl_multi_remove_handle(drive->multi, easy);
    if (code || !handle)
        return code;
    handle->easy = NULL;
    drive->n_added--;
    return code;
}

static void take_message(struct drive *drive, const CURLMsg *message)
{
    struct drive_handle *handle = find_handle(drive, message->easy_handle);
    CURLcode result = message->data.result;

    CHECK_INT(message->msg, CURLMSG_DONE);
    if (!handle)
        FAIL("a message names a handle that was not added");
    if (handle->n_results++)
        FAIL("a handle got a second result");
    if (handle->xfer) {
        handle->xfer->result = result;
        handle->xfer->n_results++;
    }
    if (!drive->keeps_done)
        CHECK_MCODE(drive_remove(drive, message->easy_handle), CURLM_OK);
}

int drive_read_messages(struct drive *drive)
{
    int n = 0, left = 0;
    CURLMsg *message;

    while ((message = curl_multi_info_read(drive->multi, &left))) {
        n++;
        take_message(drive, message);
    }
    CHECK_INT(left, 0);
    return n;
}

void drive_take_code(struct drive *drive, CURLMcode code)
{
    drive->last_code = code;
    if (code && code != drive->tolerated && !drive->is_tolerant)
        CHECK_MCODE(code, CURLM_OK);
}

static CURLMcode finish_call(struct drive *drive, CURLMcode code)
{
    ledger_leave_drive(&drive->ledger);
    drive->n_events++;
    drive_take_code(drive, code);
    return code;
}

CURLMcode drive_call(struct drive *drive, curl_socket_t fd, int mask)
{
    if (fd == CURL_SOCKET_TIMEOUT)
        ledger_timer_fired(&drive->ledger);
    ledger_enter_drive(&drive->ledger);
    return finish_call(drive, curl_multi_socket_action(drive->multi, fd, mask, &drive->running));
}

CURLMcode drive_perform(struct drive *drive)
{
    ledger_enter_drive(&drive->ledger);
    return finish_call(drive, curl_multi_perform(drive->multi, &drive->running));
}

static void finish_event(struct drive *drive)
{
    if (!drive->keeps_messages)
        drive_read_messages(drive);
}

void drive_event(struct drive *drive, int fd, unsigned generation, int mask)
{
    const struct ledger_entry *entry = &drive->ledger.entries[fd];

    if (!entry->what || entry->generation != generation)
        return;
    drive_call(drive, fd, mask);
    finish_event(drive);
}

void drive_timeout(struct drive *drive)
{
    if (drive->uses_perform) {
        ledger_timer_fired(&drive->ledger);
        drive_perform(drive);
    } else {
        drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
    }
    finish_event(drive);
}

bool drive_turn(struct drive *drive, int ms)
{
    unsigned before = drive->n_events;

    drive->loop->turn(drive->state, ms);
    if (!drive->keeps_messages)
        drive_read_messages(drive);
    return drive->n_events != before;
}

void drive_run(struct drive *drive)
{
    int64_t until_us = sys_real_us() + patience_ms() * INT64_C(1000);
    int n_unread = drive->n_added;

    while (n_unread > 0) {
        if (sys_real_us() > until_us)
            FAIL("%d transfers still run", n_unread);
        drive_turn(drive, 20);
        n_unread = 0;
        for (size_t i = 0; i < sizeof(drive->handles) / sizeof(drive->handles[0]); i++)
            n_unread += drive->handles[i].easy && !drive->handles[i].n_results;
    }
}

void drive_settle(struct drive *drive)
{
    int n_quiet = 0;

    for (int i = 0; n_quiet < 3; i++) {
        if (i == MAX_TURNS)
            FAIL("the loop never comes to rest");
        n_quiet = drive_turn(drive, n_quiet) ? 0 : n_quiet + 1;
    }
}
