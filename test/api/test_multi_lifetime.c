/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Adding and removing handles: when, in which state, with what effect (contract section 1.4).
 */
#include "interpose.h"
#include "memory.h"
#include "newer.h"
#include "xfer.h"

/* A transfer whose request has arrived and whose answer will not come. */
static struct xfer *start_waiting(struct drive *drive, struct peer **pick_peer)
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);
    struct xfer *x = xfer_get(drive, peer, "/");

    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 1);
    *pick_peer = peer;
    return x;
}

TEST("C-22 C-102 C-111 a_new_multi_runs_nothing_and_waits_for_nothing")
{
    struct drive *drive = drive_new();
    int running = 7;
    long ms = 7;

    CHECK_MCODE(curl_multi_perform(drive->multi, &running), CURLM_OK);
    CHECK_INT(running, 0);
    CHECK_MCODE(curl_multi_timeout(drive->multi, &ms), CURLM_OK);
    CHECK_INT(ms, -1);
    CHECK_INT(drive->ledger.n_socket_calls + drive->ledger.n_timer_calls, 0);
}

TEST("C-41 C-83 add_opens_nothing_and_asks_for_a_timer_at_once")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    unsigned long sockets = sys_count(SYS_SOCKET);
    long ms = 7;

    xfer_get(drive, peer, "/");
    CHECK_INT((long)(sys_count(SYS_SOCKET) - sockets), 0);
    CHECK_MCODE(curl_multi_timeout(drive->multi, &ms), CURLM_OK);
    CHECK_INT(ms, 0);
    if (drive->loop->has_callbacks)
        CHECK_STR(ledger_trace(&drive->ledger, 0), "T0");
}

TEST_WITH(FOR_EVENTS, "C-42 many_adds_need_not_call_the_timer_again_but_leave_it_at_0")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();

    for (int i = 0; i < 5; i++)
        xfer_get(drive, peer, "/");
    CHECK(drive->ledger.n_timer_calls >= 1 && drive->ledger.n_timer_calls <= 5);
    CHECK_INT(drive->ledger.timer_ms, 0);
    CHECK_INT(drive->ledger.n_socket_calls, 0);
    drive_run(drive);
}

TEST("C-40 add_twice_is_added_already_in_any_multi")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct drive *other = drive_new();
    struct xfer *x = xfer_get(drive, peer, "/");

    CHECK_MCODE(curl_multi_add_handle(drive->multi, x->easy), CURLM_ADDED_ALREADY);
    CHECK_MCODE(curl_multi_add_handle(other->multi, x->easy), CURLM_ADDED_ALREADY);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
}

TEST("C-48 remove_twice_is_ok_and_from_another_multi_is_refused")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct drive *other = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    CHECK_MCODE(curl_multi_remove_handle(drive->multi, x->easy), CURLM_OK);
    xfer_start(x, drive);
    CHECK_MCODE(curl_multi_remove_handle(other->multi, x->easy), CURLM_BAD_EASY_HANDLE);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    CHECK_MCODE(curl_multi_remove_handle(drive->multi, x->easy), CURLM_OK);
}

TEST("C-43 the_running_count_counts_from_add_to_completion")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();

    xfer_get(drive, peer, "/1");
    xfer_get(drive, peer, "/2");
    xfer_get(drive, peer, "/3");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 3);
    CHECK_INT(drive->running, 3);
    peer_release(peer, 1);
    DRIVE_UNTIL(drive, drive->running == 2);
    peer_release(peer, 1);
    DRIVE_UNTIL(drive, drive->running == 1);
    peer_release(peer, 1);
    DRIVE_UNTIL(drive, drive->running == 0);
}

TEST("C-43 queued_transfers_count_as_running")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_AGAIN);
    struct drive *drive = drive_new();

    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    xfer_get(drive, peer, "/1");
    xfer_get(drive, peer, "/2");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    drive_settle(drive);
    CHECK_INT(drive->running, 2);
    peer_release(peer, 2);
    drive_run(drive);
}

TEST("C-47 a_finished_handle_stays_added_until_it_is_removed")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    drive->keeps_done = true;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->n_results == 1);
    CHECK_MCODE(curl_multi_add_handle(drive->multi, x->easy), CURLM_ADDED_ALREADY);
    drive_settle(drive);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 1);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    xfer_rewind(x);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->n_results == 1);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 2);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
}

TEST("C-49 C-51 C-52 remove_of_a_waiting_transfer_closes_its_connection_and_no_other")
{
    struct peer *peer, *other;
    struct drive *drive = drive_new();
    struct xfer *x = start_waiting(drive, &peer);
    struct xfer *y = start_waiting(drive, &other);

    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    if (drive->loop->has_callbacks)
        CHECK_INT(drive->ledger.n_announced, 1);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    CHECK_INT((long)peer_count(other, PEER_OPEN, PEER_EVERY), 1);
    CHECK_INT(y->n_results, 0);
    drive_perform(drive);
    CHECK_INT(drive->running, 1);
}

TEST("C-49 remove_before_the_first_drive_call_leaves_nothing")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_get(drive, peer, "/");
    long ms = 7;

    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    CHECK_MCODE(curl_multi_timeout(drive->multi, &ms), CURLM_OK);
    CHECK_INT(ms, -1);
    if (drive->loop->has_callbacks)
        CHECK_STR(ledger_trace(&drive->ledger, 0), "T0 T-1");
    drive_settle(drive);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 0);
}

TEST("C-49 remove_while_connecting_closes_the_socket")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_IGNORES, 0);
    struct drive *drive = drive_new();
    unsigned long closes = sys_count(SYS_CLOSE);
    struct xfer *x = xfer_get(drive, peer, "/");

    drive_settle(drive);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    CHECK(sys_count(SYS_CLOSE) > closes);
    CHECK_INT(drive->ledger.n_announced, 0);
    CHECK(!drive->ledger.is_armed);
}

TEST("C-49 remove_while_sending_closes_the_connection")
{
    static char data[1 << 20];
    struct peer *peer = PEER_OF(PEER_HEAD, PEER_STALL);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_POSTFIELDS, data);
    SET(x, CURLOPT_POSTFIELDSIZE, (long)sizeof(data));
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 1);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    CHECK_INT(drive->ledger.n_announced, 0);
}

TEST("C-49 remove_in_the_middle_of_a_body_closes_the_connection")
{
    struct peer *peer = PEER_OF(
        PEER_REQUEST, PEER_SEND("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_get(drive, peer, "/");

    DRIVE_UNTIL(drive, x->body.n == 3);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    CHECK_INT(x->n_results, 0);
}

TEST("C-49 C-160 remove_of_a_paused_transfer_closes_the_connection")
{
    struct peer *peer, *unused;
    struct drive *drive = drive_new();
    struct xfer *x = start_waiting(drive, &peer);

    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_ALL), CURLE_OK);
    drive_settle(drive);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    start_waiting(drive, &unused);
}

TEST("C-49 C-179 remove_of_a_queued_transfer_does_not_touch_the_one_that_runs")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_AGAIN);
    struct drive *drive = drive_new();
    struct xfer *x, *y;

    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    x = xfer_get(drive, peer, "/1");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    y = xfer_get(drive, peer, "/2");
    drive_settle(drive);
    CHECK_MCODE(drive_remove(drive, y->easy), CURLM_OK);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 1);
}

TEST("C-49 C-50 remove_of_a_finished_transfer_takes_its_unread_message_away")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/"), *y = xfer_new(peer, "/");
    CURLMsg *message;
    int left = 7;

    drive->keeps_messages = true;
    xfer_start(x, drive);
    xfer_start(y, drive);
    DRIVE_UNTIL(drive, drive->n_events && drive->running == 0 && x->body.n && y->body.n);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    message = curl_multi_info_read(drive->multi, &left);
    CHECK(message && message->easy_handle == y->easy);
    CHECK_INT(left, 0);
    CHECK(!curl_multi_info_read(drive->multi, &left));
}

TEST("C-51 remove_of_a_finished_transfer_leaves_its_connection_in_the_pool")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();

    xfer_free(xfer_fetch(drive, peer, "/1"));
    xfer_fetch(drive, peer, "/2");
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
}

TEST_WITH(FOR_EVENTS, "C-52 remove_of_the_last_handle_deletes_the_timer")
{
    struct peer *peer;
    struct drive *drive = drive_new();
    struct xfer *x = start_waiting(drive, &peer);

    SET(x, CURLOPT_TIMEOUT_MS, 100000L);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    xfer_start(x, drive);
    drive_settle(drive);
    CHECK(drive->ledger.is_armed);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    CHECK(!drive->ledger.is_armed);
    CHECK_INT(drive->ledger.timer_ms, -1);
}

TEST("C-53 remove_lets_a_queued_transfer_start")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_AGAIN);
    struct drive *drive = drive_new();
    struct xfer *x, *y;

    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    x = xfer_get(drive, peer, "/1");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    y = xfer_get(drive, peer, "/2");
    drive_settle(drive);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(y->result, CURLE_OK);
}

TEST("C-44 C-57 a_handle_removed_and_added_again_starts_afresh")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    PEER_SCRIPT(peer, 0, PEER_REQUEST,
                PEER_SEND("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), PEER_KEEP);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->body.n == 3);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 2);
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 1);
}

TEST("C-57 handles_may_be_removed_in_any_order_while_others_complete")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *all[12];

    for (int i = 0; i < 12; i++)
        all[i] = xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 12);
    for (int i = 11; i >= 0; i -= 2)
        CHECK_MCODE(drive_remove(drive, all[i]->easy), CURLM_OK);
    peer_release(peer, 12);
    drive_run(drive);
    for (int i = 0; i < 12; i++)
        CHECK_INT(all[i]->n_results, i % 2 == 0);
}

TEST_WITH(FOR_EVENTS,
          "C-45 a_timer_callback_that_fails_in_add_fails_the_add_and_leaves_nothing_behind")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    drive->ledger.fail_timer_at = 1;
    drive->ledger.fail_once = true;
    CHECK_MCODE(curl_multi_add_handle(drive->multi, x->easy), CURLM_ABORTED_BY_CALLBACK);
    CHECK_MCODE(curl_multi_remove_handle(drive->multi, x->easy), CURLM_OK);
    drive_perform(drive);
    CHECK_INT(drive->running, 0);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
}

TEST_WITH(FOR_ONCE, "C-46 add_of_thousands_of_handles_works")
{
    CURLM *multi = curl_multi_init();
    CURL *all[3000];
    int running = 0;

    for (int i = 0; i < 3000; i++) {
        all[i] = curl_easy_init();
        CHECK_CODE(curl_easy_setopt(all[i], CURLOPT_URL, "foo://x/"), CURLE_OK);
        CHECK_MCODE(curl_multi_add_handle(multi, all[i]), CURLM_OK);
    }
    CHECK_MCODE(curl_multi_perform(multi, &running), CURLM_OK);
    CHECK_INT(running, 0);
    for (int i = 0; i < 3000; i++) {
        CHECK_MCODE(curl_multi_remove_handle(multi, all[i]), CURLM_OK);
        curl_easy_cleanup(all[i]);
    }
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
}

TEST("C-46 add_without_memory_leaves_both_handles_as_they_were")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");
    bool has_struck = true;

    for (unsigned long nth = 1; has_struck; nth++) {
        CURLMcode code;

        CHECK(nth < 100);
        memory_fault_arm(nth, false);
        code = curl_multi_add_handle(drive->multi, x->easy);
        has_struck = memory_fault_disarm();
        if (!code)
            CHECK_MCODE(curl_multi_remove_handle(drive->multi, x->easy), CURLM_OK);
        else
            CHECK_MCODE(code, CURLM_OUT_OF_MEMORY);
    }
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
}
