/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What goes on without a transfer of the application's: idle connections that are watched, and
 * handles of the library's own, of which the application never sees one (sections 1.3 and 1.6).
 */
#include "newer.h"
#include "xfer.h"

#include <stdlib.h>
#include <whimbrel/whimbrel.h>

static void watch_idle(struct drive *drive)
{
    CURLMcode code = curl_multi_setopt(drive->multi, WHIM_MOPT_IDLE_WATCH, 1L);

    if (code == CURLM_UNKNOWN_OPTION)
        skip_test("the library does not watch idle connections");
    CHECK_MCODE(code, CURLM_OK);
}

/* n idle connections, and no handle any more; returns how many events there have been. */
static unsigned leave_idle(struct drive *drive, struct peer *peer, int n)
{
    struct xfer *all[8];

    for (int i = 0; i < n; i++)
        all[i] = xfer_get(drive, peer, "/");
    drive_run(drive);
    for (int i = 0; i < n; i++) {
        CHECK_CODE(all[i]->result, CURLE_OK);
        xfer_free(all[i]);
    }
    drive_settle(drive);
    CHECK_INT(drive->n_added, 0);
    CHECK_INT((long)drive->ledger.n_announced, n);
    return drive->ledger.n_events;
}

/* From event number from on: n times REMOVE, with a stand-in for a handle. */
static void check_removes(const struct drive *drive, unsigned from, int n)
{
    int n_removes = 0;

    for (unsigned i = from; i < drive->ledger.n_events; i++) {
        const struct ledger_event *event = &drive->ledger.events[i];

        if (event->kind != LEDGER_SOCKET)
            continue;
        CHECK_INT(event->what, CURL_POLL_REMOVE);
        CHECK(event->easy != NULL);
        n_removes++;
    }
    CHECK_INT(n_removes, n);
    CHECK_INT((long)drive->ledger.n_announced, 0);
}

TEST_WITH(FOR_EVENTS,
          "C-84 C-78 an_idle_connection_that_its_peer_closes_is_removed_with_no_transfer")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(HELLO), PEER_GATE, PEER_CLOSE);
    struct drive *drive = drive_new();
    unsigned from;

    watch_idle(drive);
    from = leave_idle(drive, peer, 1);
    peer_release(peer, 1);
    DRIVE_UNTIL(drive, drive->ledger.n_announced == 0);
    check_removes(drive, from, 1);
    CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
}

TEST_WITH(FOR_EVENTS, "C-84 C-30 idle_connections_are_removed_by_cleanup_with_no_transfer")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    unsigned from;

    watch_idle(drive);
    peer_release(peer, 3);
    from = leave_idle(drive, peer, 3);
    CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
    check_removes(drive, from, 3);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

/* Handles. */

enum { N_OWN = 5 };

struct own {
    CURL *easy[N_OWN];
};

static bool is_own(const struct own *own, const CURL *easy)
{
    for (int i = 0; i < N_OWN; i++)
        if (own->easy[i] == easy)
            return true;
    return false;
}

static void take_note(CURLM *multi, unsigned type, CURL *easy, void *arg)
{
    CHECK(type == CURLMNOTIFY_INFO_READ ? easy == NULL : is_own(arg, easy));
}

static int take_debug(CURL *easy, curl_infotype type, char *data, size_t n, void *arg)
{
    CHECK(is_own(arg, easy));
    return 0;
}

static void check_listed(struct drive *drive, const struct own *own, int n_wanted)
{
    CURL **handles = NEWER(curl_multi_get_handles)(drive->multi);
    int n = 0;

    CHECK(handles != NULL);
    for (; handles[n]; n++)
        CHECK(is_own(own, handles[n]));
    CHECK_INT(n, n_wanted);
    curl_free(handles);
}

/* Whoever is looked up, connects, waits and idles: no handle is seen that is not one of ours. */
TEST("C-28 C-106 C-122 no_handle_is_seen_that_the_application_did_not_make")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_AGAIN);
    struct drive *drive = drive_new();
    struct xfer *all[N_OWN];
    struct own own;

    NEWER(curl_multi_notify_enable)(drive->multi, CURLMNOTIFY_INFO_READ);
    NEWER(curl_multi_notify_enable)(drive->multi, CURLMNOTIFY_EASY_DONE);
    MSET(drive, CURLMOPT_NOTIFYFUNCTION, take_note);
    MSET(drive, CURLMOPT_NOTIFYDATA, &own);
    MSET(drive, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    all[0] = xfer_new_url("http://name.invalid/");
    all[1] = xfer_new(peer_of_kind(AF_INET, PEER_IGNORES, 0), "/");
    for (int i = 2; i < N_OWN; i++)
        all[i] = xfer_new(peer, "/");
    for (int i = 0; i < N_OWN; i++) {
        own.easy[i] = all[i]->easy;
        SET(all[i], CURLOPT_VERBOSE, 1L);
        SET(all[i], CURLOPT_DEBUGFUNCTION, take_debug);
        SET(all[i], CURLOPT_DEBUGDATA, &own);
        xfer_start(all[i], drive);
    }
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    peer_release(peer, N_OWN);
    DRIVE_UNTIL(drive, all[2]->n_results && all[3]->n_results && all[4]->n_results);
    check_listed(drive, &own, drive->n_added);
    for (unsigned i = 0; i < drive->ledger.n_events; i++)
        if (drive->ledger.events[i].kind == LEDGER_SOCKET)
            CHECK(!drive->ledger.events[i].easy || is_own(&own, drive->ledger.events[i].easy));
    CHECK_MCODE(drive_cleanup(drive), CURLM_OK); /* the harness counts what is left */
}
