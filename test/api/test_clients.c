/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Loops as real programs write them: one message per call, event mask 0, lost loops, many handles.
 */
#include "interpose.h"
#include "memory.h"
#include "xfer.h"

#include <poll.h>
#include <stdlib.h>

/* A program that reads at most one message after each socket_action, and runs until it has all. */
TEST_WITH(FOR_EVENTS, "7.3 a_program_that_reads_one_message_per_call_gets_them_all")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    int n_read = 0, left;
    int64_t until_us;

    drive->keeps_messages = true;
    for (int i = 0; i < 8; i++)
        xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 8);
    peer_release(peer, 8);
    WAIT_PEER(peer, PEER_SENT, PEER_EVERY, 8 * strlen(HELLO));
    until_us = sys_real_us() + patience_ms() * INT64_C(1000);
    while (n_read < 8) {
        if (sys_real_us() > until_us)
            FAIL("%d of 8 messages were read, then the loop fell silent", n_read);
        if (drive_turn(drive, 2) && curl_multi_info_read(drive->multi, &left))
            n_read++;
    }
}

/* A program whose loop gives the timeout call first, then the sockets that were ready before it. */
TEST_WITH(FOR_EVENTS, "7.4 a_program_that_calls_the_timeout_before_its_ready_sockets_loses_nothing")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_AGAIN);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    for (int round = 0; round < 20; round++) {
        xfer_rewind(x);
        xfer_start(x, drive);
        DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
        peer_release(peer, 1);
        WAIT_PEER(peer, PEER_SENT, 0, (size_t)(round + 1) * strlen(HELLO));
        drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
        drive_read_messages(drive);
        drive_run(drive);
        CHECK_CODE(x->result, CURLE_OK);
        CHECK_STR(x->body.data, "hello");
    }
}

/* A program that always passes mask 0. */
TEST_WITH(FOR_EVENTS, "7.4 C-60 a_program_that_always_passes_mask_0_works")
{
    struct drive *drive = drive_new();
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    int64_t until_us = sys_real_us() + patience_ms() * INT64_C(1000);

    SET(x, CURLOPT_POSTFIELDS, "abc");
    xfer_start(x, drive);
    while (!x->n_results) {
        CHECK(sys_real_us() < until_us);
        for (int fd = 0; fd < LEDGER_MAX_FDS; fd++) {
            int what = ledger_what(&drive->ledger, fd);
            struct pollfd set = {fd, (short)((what & 1 ? POLLIN : 0) | (what & 2 ? POLLOUT : 0)),
                                 0};

            if (what && poll(&set, 1, 1) > 0)
                drive_call(drive, fd, 0);
        }
        if (!ledger_timer_left_ms(&drive->ledger))
            drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
        drive_read_messages(drive);
    }
    CHECK_CODE(x->result, CURLE_OK);
}

/* A program that calls for every socket at every turn, ready or not. */
TEST_WITH(FOR_EVENTS, "C-59 C-61 a_program_that_calls_for_all_sockets_all_the_time_works")
{
    struct drive *drive = drive_new();
    struct peer *peer = peer_serving(HELLO);
    int64_t until_us = sys_real_us() + patience_ms() * INT64_C(1000);

    for (int i = 0; i < 10; i++)
        xfer_get(drive, peer, "/");
    while (drive->n_added) {
        CHECK(sys_real_us() < until_us);
        for (int fd = 0; fd < 200; fd++)
            drive_call(drive, fd, CURL_CSELECT_IN | CURL_CSELECT_OUT);
        drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
        drive_read_messages(drive);
    }
}

/* A handle is removed and cleaned up as soon as its message is read, and another takes its place.
 */
TEST("C-47 C-107 a_crawler_that_recycles_handles_fetches_everything")
{
    struct drive *drive = drive_new();
    struct peer *peer = peer_serving(HELLO);
    struct xfer *slots[8];
    int n_started = 0, n_done = 0;

    memset(slots, 0, sizeof(slots));
    while (n_done < 200) {
        for (int i = 0; i < 8; i++) {
            if (slots[i] && slots[i]->n_results) {
                CHECK_CODE(slots[i]->result, CURLE_OK);
                CHECK_STR(slots[i]->body.data, "hello");
                xfer_free(slots[i]);
                slots[i] = NULL;
                n_done++;
            }
            if (!slots[i] && n_started < 200) {
                slots[i] = xfer_get(drive, peer, "/");
                n_started++;
            }
        }
        drive_turn(drive, 5);
    }
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 200);
}

TEST("C-118 a_hundred_transfers_at_once_all_finish")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *all[100];

    for (int i = 0; i < 100; i++)
        all[i] = xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 100);
    peer_release(peer, 100);
    drive_run(drive);
    for (int i = 0; i < 100; i++)
        CHECK_CODE(all[i]->result, CURLE_OK);
}

TEST("C-208 transfers_in_flight_do_not_own_a_receive_buffer_each")
{
    struct peer *peer =
        PEER_OF(PEER_REQUEST, PEER_SEND("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
                PEER_GATE, PEER_SEND("defghij"), PEER_KEEP);
    struct drive *drive = drive_new();
    size_t before;

    for (int i = 0; i < 100; i++)
        xfer_new(peer, "/");
    before = memory_n_bytes();
    for (int i = 0; i < 100; i++)
        xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 100);
    drive_settle(drive);
    if (memory_n_bytes() - before > 100 * 12000)
        FAIL("100 transfers take %zu bytes", memory_n_bytes() - before);
    peer_release(peer, 100);
    drive_run(drive);
}

/* Random but legal behaviour of a loop: every order of events, spurious and missing ones. */
static unsigned next_random(unsigned *state)
{
    *state = *state * 1103515245u + 12345u;
    return *state >> 16;
}

static void act_at_random(struct drive *drive, struct xfer **x, int n, unsigned *state)
{
    int i = (int)(next_random(state) % (unsigned)n);
    struct xfer *one = x[i];

    switch (next_random(state) % 10) {
    case 0:
        drive_call(drive, (curl_socket_t)(next_random(state) % 100), (int)(next_random(state) % 4));
        break;
    case 1:
        drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
        break;
    case 2:
        drive_perform(drive);
        break;
    case 3:
        curl_easy_pause(one->easy, (int)(next_random(state) % 2 ? CURLPAUSE_RECV : CURLPAUSE_ALL));
        break;
    case 4:
        curl_easy_pause(one->easy, CURLPAUSE_CONT);
        break;
    case 5:
        CHECK_MCODE(drive_remove(drive, one->easy), CURLM_OK);
        break;
    case 6:
        sys_clock_advance(next_random(state) % 50, false);
        break;
    default:
        drive_turn(drive, 1);
        break;
    }
    drive_read_messages(drive);
    if (curl_multi_add_handle(drive->multi, one->easy) == CURLM_OK) {
        CHECK_MCODE(curl_multi_remove_handle(drive->multi, one->easy), CURLM_OK);
        xfer_rewind(one);
        xfer_start(one, drive);
    }
}

TEST_WITH(IS_LONG, "C-49 C-57 C-59 C-61 random_orders_of_calls_break_no_rule")
{
    struct drive *drive = drive_new();
    struct xfer *x[6];
    unsigned state = 20231123u + (unsigned)drive_mode;

    for (int i = 0; i < 6; i++) {
        x[i] =
            xfer_new(i % 2 ? peer_serving(HELLO)
                           : PEER_OF(PEER_REQUEST,
                                     PEER_SEND("HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n"),
                                     PEER_FILL(50000), PEER_AGAIN),
                     "/");
        xfer_start(x[i], drive);
    }
    for (int i = 0; i < 2500; i++)
        act_at_random(drive, x, 6, &state);
    for (int i = 0; i < 6; i++)
        curl_easy_pause(x[i]->easy, CURLPAUSE_CONT);
    drive_run(drive);
    for (int i = 0; i < 6; i++)
        CHECK_CODE(x[i]->result, CURLE_OK);
}
