/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What came after 7.88.1: handle lists, counters, notifications, cache control
 * (sections 1.11, 1.12).
 */
#include "newer.h"
#include "xfer.h"

static struct peer *peer_gated(void)
{
    return PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_AGAIN);
}

static bool has_handle(CURL **handles, const CURL *easy)
{
    for (; *handles; handles++)
        if (*handles == easy)
            return true;
    return false;
}

TEST("C-122 get_handles_lists_added_handles_in_any_state")
{
    struct drive *drive = drive_new();
    __typeof__(curl_multi_get_handles) *get_handles = NEWER(curl_multi_get_handles);
    CURL **handles = get_handles(drive->multi);
    struct xfer *all[3];
    int n = 0;

    CHECK(handles && !handles[0]);
    curl_free(handles);
    drive->keeps_done = true;
    for (int i = 0; i < 3; i++)
        all[i] = xfer_get(drive, peer_serving(HELLO), "/");
    DRIVE_UNTIL(drive, all[0]->n_results && all[1]->n_results && all[2]->n_results);
    CHECK_MCODE(drive_remove(drive, all[1]->easy), CURLM_OK);
    handles = get_handles(drive->multi);
    CHECK(handles != NULL);
    while (handles[n])
        n++;
    CHECK_INT(n, 2);
    CHECK(has_handle(handles, all[0]->easy) && has_handle(handles, all[2]->easy));
    curl_free(handles);
}

static curl_off_t ask(struct drive *drive, CURLMinfo_offt info)
{
    curl_off_t value = -77;

    CHECK_MCODE(NEWER(curl_multi_get_offt)(drive->multi, info, &value), CURLM_OK);
    return value;
}

TEST("C-123 C-124 get_offt_counts_handles_by_state")
{
    struct drive *drive = drive_new();
    struct peer *peer = peer_gated();
    curl_off_t value = 77;
    struct xfer *x;

    NEWER(curl_multi_get_offt);
    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    drive->keeps_done = true;
    x = xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    xfer_get(drive, peer, "/");
    drive_settle(drive);
    CHECK_INT(ask(drive, CURLMINFO_XFERS_CURRENT), 2);
    CHECK_INT(ask(drive, CURLMINFO_XFERS_RUNNING), 1);
    CHECK_INT(ask(drive, CURLMINFO_XFERS_PENDING), 1);
    CHECK_INT(ask(drive, CURLMINFO_XFERS_DONE), 0);
    CHECK_INT(ask(drive, CURLMINFO_XFERS_ADDED), 2);
    peer_release(peer, 1);
    DRIVE_UNTIL(drive, x->n_results == 1 && peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    CHECK_INT(ask(drive, CURLMINFO_XFERS_DONE), 1);
    CHECK_INT(ask(drive, CURLMINFO_XFERS_PENDING), 0);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    CHECK_INT(ask(drive, CURLMINFO_XFERS_DONE), 0);
    CHECK_INT(ask(drive, CURLMINFO_XFERS_CURRENT), 1);
    CHECK_INT(ask(drive, CURLMINFO_XFERS_ADDED), 2);
    CHECK_MCODE(NEWER(curl_multi_get_offt)(drive->multi, (CURLMinfo_offt)99, &value),
                CURLM_UNKNOWN_OPTION);
    CHECK_INT(value, -1);
    CHECK_MCODE(NEWER(curl_multi_get_offt)(drive->multi, CURLMINFO_XFERS_DONE, NULL),
                CURLM_BAD_FUNCTION_ARGUMENT);
    peer_release(peer, 1);
    drive->keeps_done = false;
    drive_run(drive);
}

struct notes {
    struct drive *drive;
    struct xfer *x;
    int n_info, n_done;
    bool is_removing;
};

static void take_note(CURLM *multi, unsigned type, CURL *easy, void *arg)
{
    struct notes *notes = arg;
    int running;

    CHECK(multi == notes->drive->multi);
    notes->n_info += type == CURLMNOTIFY_INFO_READ;
    notes->n_done += type == CURLMNOTIFY_EASY_DONE;
    CHECK_MCODE(curl_multi_perform(multi, &running), CURLM_RECURSIVE_API_CALL);
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_RECURSIVE_API_CALL);
    if (type == CURLMNOTIFY_EASY_DONE && notes->x)
        CHECK(easy == notes->x->easy);
    if (type == CURLMNOTIFY_EASY_DONE && notes->is_removing)
        CHECK_MCODE(drive_remove(notes->drive, easy), CURLM_OK);
}

static void install_notes(struct notes *notes)
{
    struct drive *drive = notes->drive;

    CHECK_MCODE(curl_multi_setopt(drive->multi, CURLMOPT_NOTIFYFUNCTION, take_note), CURLM_OK);
    CHECK_MCODE(curl_multi_setopt(drive->multi, CURLMOPT_NOTIFYDATA, notes), CURLM_OK);
}

TEST("C-125 C-126 C-127 the_notify_callback_tells_of_messages_and_of_ends")
{
    struct notes notes = {.drive = drive_new()};
    __typeof__(curl_multi_notify_enable) *enable = NEWER(curl_multi_notify_enable);

    install_notes(&notes);
    CHECK_MCODE(enable(notes.drive->multi, CURLMNOTIFY_INFO_READ), CURLM_OK);
    CHECK_MCODE(enable(notes.drive->multi, CURLMNOTIFY_EASY_DONE), CURLM_OK);
    CHECK_MCODE(enable(notes.drive->multi, CURLMNOTIFY_EASY_DONE), CURLM_OK);
    CHECK_MCODE(enable(notes.drive->multi, 99), CURLM_UNKNOWN_OPTION);
    notes.x = xfer_get(notes.drive, peer_serving(HELLO), "/");
    drive_run(notes.drive);
    CHECK_INT(notes.n_info, 1);
    CHECK_INT(notes.n_done, 1);
    CHECK_MCODE(NEWER(curl_multi_notify_disable)(notes.drive->multi, CURLMNOTIFY_EASY_DONE),
                CURLM_OK);
    CHECK_MCODE(NEWER(curl_multi_notify_disable)(notes.drive->multi, 99), CURLM_UNKNOWN_OPTION);
    CHECK_CODE(xfer_again(notes.x, notes.drive), CURLE_OK);
    CHECK_INT(notes.n_info, 2);
    CHECK_INT(notes.n_done, 1);
}

TEST("C-125 without_enabling_the_notify_callback_is_silent")
{
    struct notes notes = {.drive = drive_new()};

    NEWER(curl_multi_notify_enable);
    install_notes(&notes);
    xfer_fetch(notes.drive, peer_serving(HELLO), "/");
    CHECK_INT(notes.n_info + notes.n_done, 0);
}

TEST("C-56 C-57 C-127 handles_may_be_removed_inside_the_notify_callback")
{
    struct notes notes = {.drive = drive_new(), .is_removing = true};
    struct peer *peer = peer_serving(HELLO);

    CHECK_MCODE(NEWER(curl_multi_notify_enable)(notes.drive->multi, CURLMNOTIFY_EASY_DONE),
                CURLM_OK);
    install_notes(&notes);
    for (int i = 0; i < 5; i++)
        xfer_get(notes.drive, peer, "/");
    drive_run(notes.drive);
    CHECK_INT(notes.n_done, 5);
    CHECK_INT(notes.drive->n_added, 0);
}

TEST("C-136 network_changed_drops_idle_connections_and_spares_busy_ones")
{
    struct drive *drive = drive_new();
    struct peer *idle = peer_serving(HELLO), *busy = peer_gated();
    struct xfer *x;

    need_version(0x081000);
    xfer_fetch(drive, idle, "/");
    x = xfer_get(drive, busy, "/");
    DRIVE_UNTIL(drive, peer_count(busy, PEER_WAITING, PEER_EVERY) == 1);
    MSET(drive, CURLMOPT_NETWORK_CHANGED, (long)CURLMNWC_CLEAR_CONNS);
    drive_settle(drive);
    WAIT_PEER(idle, PEER_OPEN, PEER_EVERY, 0);
    peer_release(busy, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    WAIT_PEER(busy, PEER_OPEN, PEER_EVERY, 0);
}

TEST_WITH(FOR_ONCE, "C-137 C-138 newer_multi_options_check_their_range")
{
    CURLM *multi = curl_multi_init();

    need_version(0x081400);
    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_RESOLVE_THREADS_MAX, 5L), CURLM_OK);
    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_RESOLVE_THREADS_MAX, 0L),
                CURLM_BAD_FUNCTION_ARGUMENT);
    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_QUICK_EXIT, 1L), CURLM_OK);
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
}

TEST("C-44 infos_of_identity_differ_between_transfers_and_connections")
{
    struct drive *drive = drive_new();
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_fetch(drive, peer, "/"), *y;

    need_version(0x080200);
    y = xfer_fetch(drive, peer, "/");
    CHECK(xfer_off(x, CURLINFO_XFER_ID) != xfer_off(y, CURLINFO_XFER_ID));
    CHECK_INT(xfer_off(x, CURLINFO_CONN_ID), xfer_off(y, CURLINFO_CONN_ID));
}

TEST("info queue_and_posttransfer_times_stand_in_their_order")
{
    struct xfer *x = xfer_fetch(drive_new(), peer_serving(HELLO), "/");

    need_version(0x080a00);
    CHECK(xfer_off(x, CURLINFO_QUEUE_TIME_T) <= xfer_off(x, CURLINFO_NAMELOOKUP_TIME_T));
    CHECK(xfer_off(x, CURLINFO_PRETRANSFER_TIME_T) <= xfer_off(x, CURLINFO_POSTTRANSFER_TIME_T));
    CHECK(xfer_off(x, CURLINFO_POSTTRANSFER_TIME_T) <= xfer_off(x, CURLINFO_STARTTRANSFER_TIME_T));
}
