/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * curl_multi_cleanup in every situation (contract section 1.3): each socket REMOVEd once while
 * open, the timer deleted, nothing announced, nothing waited for, easy handles alive afterwards.
 * The ledger checks the sockets and the timer; each row brings the multi into one situation.
 */
#include "interpose.h"
#include "xfer.h"

#include <stdio.h>
#include <unistd.h>

struct situation {
    const char *name;
    /* Brings the drive there; returns transfers that are still added, if any. */
    void (*reach)(struct drive *drive, struct xfer **x);
};

static void reach_nothing(struct drive *drive, struct xfer **x)
{
}

static void reach_added(struct drive *drive, struct xfer **x)
{
    *x = xfer_get(drive, peer_serving(HELLO), "/");
}

static void reach_connecting(struct drive *drive, struct xfer **x)
{
    *x = xfer_get(drive, peer_of_kind(AF_INET, PEER_IGNORES, 0), "/");
    drive_settle(drive);
}

static void reach_sending(struct drive *drive, struct xfer **x)
{
    static char data[900000];
    struct peer *peer = PEER_OF(PEER_HEAD, PEER_STALL);

    *x = xfer_new(peer, "/");
    SET(*x, CURLOPT_POSTFIELDS, data);
    SET(*x, CURLOPT_POSTFIELDSIZE, (long)sizeof(data));
    xfer_start(*x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 1);
}

static void reach_waiting_for_100(struct drive *drive, struct xfer **x)
{
    struct peer *peer = PEER_OF(PEER_HEAD, PEER_KEEP);

    *x = xfer_new(peer, "/");
    SET(*x, CURLOPT_UPLOAD, 1L);
    xfer_upload(*x, "abc", 3);
    xfer_start(*x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 1);
}

static void reach_waiting(struct drive *drive, struct xfer **x)
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);

    *x = xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 1);
}

static void reach_waiting_with_a_timeout(struct drive *drive, struct xfer **x)
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);

    *x = xfer_new(peer, "/");
    SET(*x, CURLOPT_TIMEOUT_MS, 100000L);
    xfer_start(*x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 1);
}

static void reach_receiving(struct drive *drive, struct xfer **x)
{
    struct peer *peer = PEER_OF(
        PEER_REQUEST, PEER_SEND("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), PEER_KEEP);

    *x = xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, (*x)->body.n == 3);
}

static void reach_paused(struct drive *drive, struct xfer **x)
{
    reach_receiving(drive, x);
    CHECK_CODE(curl_easy_pause((*x)->easy, CURLPAUSE_ALL), CURLE_OK);
}

static size_t refuse_for_now(struct xfer *x, char *data, size_t n)
{
    x->count++;
    return CURL_WRITEFUNC_PAUSE;
}

static void reach_paused_with_data(struct drive *drive, struct xfer **x)
{
    *x = xfer_new(peer_serving(HELLO), "/");
    (*x)->on_body = refuse_for_now;
    xfer_start(*x, drive);
    DRIVE_UNTIL(drive, (*x)->count == 1);
}

static void reach_queued(struct drive *drive, struct xfer **x)
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);

    MSET(drive, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 1);
    *x = xfer_get(drive, peer, "/");
    drive_settle(drive);
}

static void reach_done_unread(struct drive *drive, struct xfer **x)
{
    drive->keeps_messages = true;
    *x = xfer_get(drive, peer_serving(HELLO), "/");
    DRIVE_UNTIL(drive, (*x)->body.n == 5 && drive->running == 0);
}

static void reach_done_read_not_removed(struct drive *drive, struct xfer **x)
{
    drive->keeps_done = true;
    *x = xfer_get(drive, peer_serving(HELLO), "/");
    DRIVE_UNTIL(drive, (*x)->n_results == 1);
}

static void reach_idle(struct drive *drive, struct xfer **x)
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);

    for (int i = 0; i < 5; i++)
        xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 5);
    peer_release(peer, 5);
    drive_run(drive);
}

static void reach_idle_closed_by_the_peer(struct drive *drive, struct xfer **x)
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(HELLO), PEER_GATE, PEER_CLOSE);

    xfer_fetch(drive, peer, "/");
    peer_release(peer, 1);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

static void reach_failed(struct drive *drive, struct xfer **x)
{
    drive->keeps_done = true;
    *x = xfer_get(drive, peer_of_kind(AF_INET, PEER_REFUSES, 0), "/");
    DRIVE_UNTIL(drive, (*x)->n_results == 1);
    CHECK_CODE((*x)->result, CURLE_COULDNT_CONNECT);
}

static void reach_resolving(struct drive *drive, struct xfer **x)
{
    *x = xfer_new_url("http://name.invalid/");
    xfer_start(*x, drive);
    drive_turn(drive, 0);
}

static void reach_connect_only(struct drive *drive, struct xfer **x)
{
    *x = xfer_new(peer_serving(HELLO), "/");
    SET(*x, CURLOPT_CONNECT_ONLY, 1L);
    drive->keeps_done = true;
    xfer_start(*x, drive);
    DRIVE_UNTIL(drive, (*x)->n_results == 1);
}

static void reach_many(struct drive *drive, struct xfer **x)
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);

    for (int i = 0; i < 50; i++)
        *x = xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 50);
}

#define SITUATION(name)                                                                            \
    {                                                                                              \
#name, reach_##name                                                                        \
    }

static const struct situation situations[] = {
    SITUATION(nothing),
    SITUATION(added),
    SITUATION(resolving),
    SITUATION(connecting),
    SITUATION(sending),
    SITUATION(waiting_for_100),
    SITUATION(waiting),
    SITUATION(waiting_with_a_timeout),
    SITUATION(receiving),
    SITUATION(paused),
    SITUATION(paused_with_data),
    SITUATION(queued),
    SITUATION(done_unread),
    SITUATION(done_read_not_removed),
    SITUATION(idle),
    SITUATION(idle_closed_by_the_peer),
    SITUATION(failed),
    SITUATION(connect_only),
    SITUATION(many),
};

/* No peer is left with an open connection, and the handle is alive and free. */
static void check_after(struct xfer *x)
{
    char url[100];
    struct peer *peer;

    if (!x)
        return;
    peer = peer_serving(HELLO);
    snprintf(url, sizeof(url), "http://%s/after", peer_authority(peer));
    x->drive = NULL;
    x->on_body = NULL;
    SET(x, CURLOPT_URL, url);
    SET(x, CURLOPT_CONNECT_ONLY, 0L);
    SET(x, CURLOPT_HTTPGET, 1L);
    SET(x, CURLOPT_TIMEOUT_MS, 0L);
    xfer_rewind(x);
    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
}

static void clean_up_in(const struct situation *row, bool is_loop_lost)
{
    struct drive *drive = drive_new();
    struct xfer *x = NULL;
    unsigned long sockets;
    int64_t begun_us;

    row->reach(drive, &x);
    sockets = sys_count(SYS_SOCKET);
    begun_us = sys_real_us();
    drive->loses_loop = is_loop_lost;
    CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
    CHECK(sys_real_us() - begun_us < 1000000);
    CHECK_INT((long)(sys_count(SYS_SOCKET) - sockets), 0);
    check_after(x);
}

TEST_ROWS(0, "C-26 C-27 C-30 C-31 C-32 C-33 C-34 cleanup_leaves_nothing_behind_when_", situations)
{
    clean_up_in(test_row(), false);
}

TEST_ROWS(FOR_EVENTS, "C-30 7.8 cleanup_works_though_the_loop_has_gone_when_", situations)
{
    clean_up_in(test_row(), true);
}

TEST("C-26 cleanup_of_the_multi_ends_the_connections_of_its_transfers")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);
    struct drive *drive = drive_new();

    for (int i = 0; i < 3; i++)
        xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 3);
    CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

TEST("C-25 cleanup_of_the_multi_closes_idle_connections")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();

    xfer_fetch(drive, peer, "/");
    CHECK_INT((long)peer_count(peer, PEER_OPEN, PEER_EVERY), 1);
    CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

TEST("C-26 easy_handles_may_be_cleaned_up_after_their_multi")
{
    struct drive *drive = drive_new();
    CURL *easy[3];

    for (int i = 0; i < 3; i++) {
        easy[i] = curl_easy_init();
        CHECK_CODE(curl_easy_setopt(easy[i], CURLOPT_URL, "http://127.0.0.1:1/"), CURLE_OK);
        CHECK_MCODE(curl_multi_add_handle(drive->multi, easy[i]), CURLM_OK);
    }
    CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
    for (int i = 0; i < 3; i++)
        curl_easy_cleanup(easy[i]);
}

TEST_WITH(FOR_EVENTS, "C-32 cleanup_deletes_a_timer_that_is_armed")
{
    struct drive *drive = drive_new();
    struct xfer *x;

    reach_waiting_with_a_timeout(drive, &x);
    CHECK(drive->ledger.is_armed);
    CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
    CHECK(!drive->ledger.is_armed);
    CHECK_INT(drive->ledger.timer_ms, -1);
}

/* The application calls on its own account, which is no news to its loop. */
TEST_WITH(FOR_EVENTS, "C-32 cleanup_deletes_a_timer_that_is_due_but_has_not_fired_yet")
{
    struct drive *drive = drive_new();
    struct xfer *x;
    int running;

    reach_waiting_for_100(drive, &x);
    drive_settle(drive);
    CHECK(drive->ledger.is_armed);
    sys_clock_advance(2000, false); /* it waits no longer: no deadline is left */
    CHECK_MCODE(curl_multi_socket_action(drive->multi, CURL_SOCKET_TIMEOUT, 0, &running),
                CURLM_OK);
    CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
    CHECK(!drive->ledger.is_armed);
    CHECK_INT(drive->ledger.timer_ms, -1);
}

static int count_close(void *arg, curl_socket_t fd)
{
    ++*(int *)arg;
    return close(fd);
}

static curl_socket_t open_plain(void *arg, curlsocktype purpose, struct curl_sockaddr *addr)
{
    return socket(addr->family, addr->socktype | SOCK_CLOEXEC, addr->protocol);
}

TEST("C-35 C-154 an_idle_connection_is_closed_by_the_callback_of_a_handle_long_gone")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");
    int n_closed = 0;

    SET(x, CURLOPT_OPENSOCKETFUNCTION, open_plain);
    SET(x, CURLOPT_CLOSESOCKETFUNCTION, count_close);
    SET(x, CURLOPT_CLOSESOCKETDATA, &n_closed);
    xfer_start(x, drive);
    drive_run(drive);
    xfer_free(x);
    CHECK_INT(n_closed, 0);
    CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
    CHECK_INT(n_closed, 1);
}

/* Whether it still works in the midst of cleanup is not promised, but nothing may leak. */
static int wake_and_close(void *multi, curl_socket_t fd)
{
    curl_multi_wakeup(multi);
    return close(fd);
}

/* Nothing has been polled before, so that a descriptor to wake by would be made just then. */
TEST("C-35 C-116 a_wakeup_from_the_closesocket_callback_in_cleanup_leaks_nothing")
{
    struct drive *drive = drive_new();
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);
    struct xfer *x = xfer_new(peer, "/");
    int64_t until_us = sys_real_us() + patience_ms() * INT64_C(1000);

    SET(x, CURLOPT_OPENSOCKETFUNCTION, open_plain);
    SET(x, CURLOPT_CLOSESOCKETFUNCTION, wake_and_close);
    SET(x, CURLOPT_CLOSESOCKETDATA, drive->multi);
    xfer_start(x, drive);
    while (!peer_count(peer, PEER_REQUESTS, PEER_EVERY)) {
        CHECK(sys_real_us() < until_us);
        drive_perform(drive);
    }
    CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
}

static void wake_in_cleanup(struct ledger *ledger, const struct ledger_event *event)
{
    if (ledger->is_cleaning)
        curl_multi_wakeup(ledger->multi);
}

TEST_WITH(FOR_EVENTS, "C-30 C-116 a_wakeup_from_the_loops_callbacks_in_cleanup_leaks_nothing")
{
    struct drive *drive = drive_new();
    struct xfer *x;

    reach_waiting_with_a_timeout(drive, &x);
    drive->ledger.on_socket = wake_in_cleanup;
    drive->ledger.on_timer = wake_in_cleanup;
    CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
}

TEST("C-29 C-92 assign_works_on_a_socket_that_cleanup_removes")
{
    struct drive *drive = drive_new();
    struct xfer *x;

    reach_waiting(drive, &x);
    if (drive->loop->has_callbacks)
        CHECK_MCODE(curl_multi_assign(drive->multi, ledger_only_fd(&drive->ledger), NULL),
                    CURLM_OK);
    for (int fd = 0; fd < LEDGER_MAX_FDS; fd++)
        drive->ledger.entries[fd].socketp = NULL;
    CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
}

TEST_WITH(FOR_ONCE, "C-38 a_multi_handle_that_was_cleaned_up_can_be_made_anew_many_times")
{
    for (int i = 0; i < 100; i++) {
        CURLM *multi = curl_multi_init();

        CHECK(multi != NULL);
        CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
    }
}

TEST_ROWS(0, "C-54 C-49 remove_waits_for_nothing_when_", situations)
{
    const struct situation *row = test_row();
    struct drive *drive = drive_new();
    struct xfer *x = NULL;
    unsigned long n_waits;
    int64_t begun_us;

    row->reach(drive, &x);
    if (!x)
        return;
    n_waits = sys_count(SYS_WAIT);
    begun_us = sys_real_us();
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    CHECK_INT((long)(sys_count(SYS_WAIT) - n_waits), 0);
    CHECK(sys_real_us() - begun_us < 1000000);
    drive_settle(drive);
    check_after(x);
}
