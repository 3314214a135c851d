/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Notifications where it is tight: without memory, and with nobody left to drive (section 1.11).
 */
#include "memory.h"
#include "newer.h"
#include "xfer.h"

#define PART "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"

struct notes {
    int n_info, n_done;
    bool is_over; /* none may come any more */
};

static void take_note(CURLM *multi, unsigned type, CURL *easy, void *arg)
{
    struct notes *notes = arg;

    CHECK(!notes->is_over);
    notes->n_info += type == CURLMNOTIFY_INFO_READ;
    notes->n_done += type == CURLMNOTIFY_EASY_DONE;
}

static void enable(struct drive *drive, struct notes *notes)
{
    __typeof__(curl_multi_notify_enable) *enable_type = NEWER(curl_multi_notify_enable);

    MSET(drive, CURLMOPT_NOTIFYFUNCTION, take_note);
    MSET(drive, CURLMOPT_NOTIFYDATA, notes);
    CHECK_MCODE(enable_type(drive->multi, CURLMNOTIFY_INFO_READ), CURLM_OK);
    CHECK_MCODE(enable_type(drive->multi, CURLMNOTIFY_EASY_DONE), CURLM_OK);
}

TEST("C-128 a_notification_is_queued_and_told_without_memory")
{
    struct peer *peer =
        PEER_OF(PEER_REQUEST, PEER_SEND(PART), PEER_GATE, PEER_SEND("llo"), PEER_KEEP);
    struct drive *drive = drive_new();
    struct notes notes = {0};
    struct xfer *x;

    enable(drive, &notes);
    x = xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, x->body.n == 2 && peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    memory_fault_arm(1, true);
    peer_release(peer, 1);
    DRIVE_UNTIL(drive, x->n_results == 1);
    CHECK(!memory_fault_disarm()); /* nothing was even asked for */
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_INT(notes.n_info, 1);
    CHECK_INT(notes.n_done, 1);
}

/* One transfer in which the nth allocation fails; whether there was an nth. */
static bool fetch_with_fault(struct peer *peer, unsigned long nth)
{
    struct drive *drive = drive_new();
    struct notes notes = {0};
    struct xfer *x = xfer_new(peer, "/");
    int64_t give_up_us = sys_real_us() + patience_ms() * INT64_C(1000);
    bool has_struck;

    drive->is_tolerant = true;
    enable(drive, &notes);
    memory_fault_arm(nth, false);
    if (drive_add(drive, x->easy, x) == CURLM_OK)
        x->drive = drive;
    while (x->drive && !x->n_results && !drive->last_code) {
        CHECK(sys_real_us() < give_up_us);
        drive_turn(drive, 2);
    }
    has_struck = memory_fault_disarm();
    if (drive->last_code)
        CHECK_MCODE(drive->last_code, CURLM_OUT_OF_MEMORY);
    CHECK_INT(notes.n_done, x->n_results);
    CHECK_INT(notes.n_info, x->n_results);
    xfer_free(x);
    drive_destroy(drive);
    return has_struck;
}

TEST_WITH(IS_LONG, "C-128 whatever_allocation_fails_each_result_is_notified_of_once")
{
    struct peer *peer = peer_serving(HELLO);
    unsigned long nth = 1;

    while (fetch_with_fault(peer, nth))
        CHECK(++nth < 1000);
    CHECK(nth > 1);
}

/* It may be called there; this library never does, as nobody is left who could act on it. */
TEST("C-36 cleanup_does_not_notify_of_the_transfers_that_it_ends")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);
    struct drive *drive = drive_new();
    struct notes notes = {0};

    enable(drive, &notes);
    drive->keeps_messages = true;
    xfer_get(drive, peer_serving(HELLO), "/");
    xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, notes.n_done == 1 && peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 1);
    notes.is_over = true;
    CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
}

static int fail_timer(CURLM *multi, long ms, void *arg)
{
    return *(bool *)arg ? -1 : 0;
}

TEST_WITH(FOR_EVENTS, "C-36 C-99 cleanup_does_not_tell_what_was_left_untold_when_the_multi_died")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);
    struct drive *drive = drive_new();
    struct notes notes = {0};
    bool is_failing = false;
    struct xfer *x;

    enable(drive, &notes);
    x = xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 1);
    MSET(drive, CURLMOPT_TIMERFUNCTION, fail_timer);
    MSET(drive, CURLMOPT_TIMERDATA, &is_failing);
    is_failing = true;
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_RECV), CURLE_OK);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_ABORTED_BY_CALLBACK);
    notes.is_over = true;
    CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
}
