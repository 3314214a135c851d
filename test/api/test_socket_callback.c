/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The socket callback and curl_multi_assign (contract sections 1.6 and 1.7). The ledger holds the
 * rules that every test checks; here stand those that need a scene of their own.
 */
#include "interpose.h"
#include "xfer.h"

#include <whimbrel/whimbrel.h>

#include <poll.h>
#include <stdio.h>

#define CALLS FOR_EVENTS

static struct xfer *start_gated(struct drive *drive, struct peer *peer)
{
    struct xfer *x = xfer_get(drive, peer, "/");
    size_t n = peer_count(peer, PEER_WAITING, PEER_EVERY);

    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == n + 1);
    drive_settle(drive);
    return x;
}

static struct peer *peer_gated(void)
{
    return PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_AGAIN);
}

static const struct ledger_event *find_event(const struct ledger *ledger, int what)
{
    for (unsigned i = 0; i < ledger->n_events; i++)
        if (ledger->events[i].kind == LEDGER_SOCKET && ledger->events[i].what == what)
            return &ledger->events[i];
    return NULL;
}

TEST_WITH(CALLS, "C-73 the_easy_handle_of_the_callback_is_one_that_uses_the_socket")
{
    struct drive *drive = drive_new();
    struct xfer *x = start_gated(drive, peer_gated());
    const struct ledger_event *event = find_event(&drive->ledger, CURL_POLL_IN);

    CHECK(event != NULL);
    CHECK(event->easy == x->easy);
}

TEST_WITH(CALLS, "C-74 C-76 a_waiting_transfer_is_announced_for_reading_once")
{
    struct drive *drive = drive_new();
    int n = 0;

    start_gated(drive, peer_gated());
    for (unsigned i = 0; i < drive->ledger.n_events; i++)
        n += drive->ledger.events[i].what == CURL_POLL_IN &&
             drive->ledger.events[i].kind == LEDGER_SOCKET;
    CHECK_INT(n, 1);
    CHECK_INT(ledger_what(&drive->ledger, ledger_only_fd(&drive->ledger)), CURL_POLL_IN);
    for (int i = 0; i < 10; i++)
        drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
    CHECK_INT(ledger_what(&drive->ledger, ledger_only_fd(&drive->ledger)), CURL_POLL_IN);
}

TEST_WITH(CALLS, "C-74 a_connecting_socket_is_announced_for_writing")
{
    struct drive *drive = drive_new();

    xfer_get(drive, peer_of_kind(AF_INET, PEER_IGNORES, 0), "/");
    drive_settle(drive);
    CHECK(ledger_what(&drive->ledger, ledger_only_fd(&drive->ledger)) & CURL_POLL_OUT);
}

TEST_WITH(CALLS, "C-75 an_upload_that_is_stuck_waits_for_both_directions")
{
    static char data[32 << 20];
    struct peer *peer = PEER_OF(PEER_HEAD, PEER_STALL);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_POSTFIELDS, data);
    SET(x, CURLOPT_POSTFIELDSIZE, (long)sizeof(data));
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 1);
    drive_settle(drive);
    CHECK_INT(ledger_what(&drive->ledger, ledger_only_fd(&drive->ledger)), CURL_POLL_INOUT);
}

TEST_WITH(CALLS,
          "C-77 C-80 C-88 an_idle_connection_may_be_removed_and_comes_back_with_a_new_socketp")
{
    struct drive *drive = drive_new();
    struct peer *peer = peer_serving(HELLO);

    for (int i = 0; i < 5; i++)
        xfer_free(xfer_fetch(drive, peer, "/"));
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
    CHECK(drive->ledger.n_removes <= drive->ledger.n_announcements);
}

TEST_WITH(CALLS, "C-77 an_idle_connection_does_not_keep_the_loop_busy_when_the_peer_closes_it")
{
    struct drive *drive = drive_new();
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_SEND(HELLO), PEER_GATE, PEER_CLOSE);
    unsigned before;

    xfer_fetch(drive, peer, "/");
    drive_settle(drive);
    peer_release(peer, 1);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    before = drive->n_events;
    for (int i = 0; i < 20; i++)
        drive_turn(drive, 1);
    CHECK(drive->n_events - before <= 5);
}

TEST_WITH(CALLS, "C-78 remove_is_reported_before_close_when_the_server_closes")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_get(drive, peer_answering("HTTP/1.0 200 OK\r\n\r\nbye"), "/");

    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_INT(drive->ledger.n_announced, 0);
    CHECK(find_event(&drive->ledger, CURL_POLL_REMOVE) != NULL);
}

TEST_WITH(CALLS, "C-78 C-79 remove_is_reported_before_close_when_the_connection_is_refused")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_get(drive, peer_of_kind(AF_INET, PEER_REFUSES, 0), "/");

    drive_run(drive);
    CHECK_CODE(x->result, CURLE_COULDNT_CONNECT);
    CHECK_INT(drive->ledger.n_announced, 0);
}

TEST_WITH(CALLS, "C-78 remove_is_reported_before_close_when_a_connect_times_out")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer_of_kind(AF_INET, PEER_IGNORES, 0), "/");

    SET(x, CURLOPT_CONNECTTIMEOUT_MS, 30L);
    xfer_start(x, drive);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
    CHECK_INT(drive->ledger.n_announced, 0);
}

TEST_WITH(CALLS, "C-78 C-85 remove_is_reported_before_close_for_every_losing_address")
{
    struct peer *hung, *peer;
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new_both(PEER_IGNORES, PEER_ACCEPTS, &hung, &peer);

    SET(x, CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS, 20L);
    xfer_start(x, drive);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(xfer_str(x, CURLINFO_PRIMARY_IP), "127.0.0.1");
}

TEST_WITH(CALLS, "C-78 remove_is_reported_before_close_when_a_callback_aborts")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");

    SET(x, CURLOPT_MAXFILESIZE, 1L);
    xfer_start(x, drive);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_FILESIZE_EXCEEDED);
    CHECK_INT(drive->ledger.n_announced, 0);
}

TEST_WITH(CALLS, "C-78 remove_is_reported_before_close_when_the_pool_evicts")
{
    struct drive *drive = drive_new();

    MSET(drive, CURLMOPT_MAXCONNECTS, 2L);
    for (int i = 0; i < 6; i++)
        xfer_fetch(drive, peer_serving(HELLO), "/");
    CHECK_INT(drive->last_code, CURLM_OK);
}

struct failure {
    const char *name;
    unsigned at; /* the call that answers -1 */
};

static const struct failure failures[] = {
    {"first_call", 1},
    {"second_call", 2},
    {"third_call", 3},
};

TEST_ROWS(CALLS, "C-81 C-82 the_multi_is_dead_after_a_failed_socket_callback_and_revives_empty_",
          failures)
{
    const struct failure *row = test_row();
    struct drive *drive = drive_new();
    struct xfer *x = xfer_get(drive, peer_serving(HELLO), "/");
    bool has_failed = false;

    drive->tolerated = CURLM_ABORTED_BY_CALLBACK;
    drive->ledger.fail_socket_at = row->at;
    drive->ledger.fail_once = true;
    for (int i = 0; i < 500 && !x->n_results && !has_failed; i++) {
        drive_turn(drive, 2);
        has_failed = drive->ledger.n_socket_calls >= row->at;
    }
    if (!has_failed)
        return;
    CHECK_MCODE(drive->last_code, CURLM_ABORTED_BY_CALLBACK);
    drive_read_messages(drive);
    if (drive->n_added)
        CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    drive->tolerated = CURLM_OK;
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
}

static const struct lonely_failure {
    const char *name;
    bool is_timer;
} lonely_failures[] = {
    {"socket", false},
    {"timer", true},
};

/*
 * Without a handle, an idle connection that the loop watches is taken from it when the peer closes
 * (C-84); the timer is taken back as the last handle leaves.
 */
TEST_ROWS(CALLS, "C-81 C-98 a_multi_without_handles_takes_new_ones_after_a_failed_callback_of_the_",
          lonely_failures)
{
    const struct lonely_failure *row = test_row();
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);
    struct peer *other = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_GATE);
    struct drive *drive = drive_new();
    struct ledger *ledger = &drive->ledger;
    unsigned *n_calls = row->is_timer ? &ledger->n_timer_calls : &ledger->n_socket_calls;
    unsigned *strike = row->is_timer ? &ledger->fail_timer_at : &ledger->fail_socket_at;
    struct xfer *x = xfer_get(drive, other, "/"), *y;
    int fd;

    if (!row->is_timer)
        MSET(drive, (CURLMoption)WHIM_MOPT_IDLE_WATCH, 1L);
    DRIVE_UNTIL(drive, peer_count(other, PEER_WAITING, PEER_EVERY) == 1);
    drive_settle(drive);
    fd = ledger_only_fd(ledger);
    y = xfer_get(drive, peer, "/");
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 1);
    drive_settle(drive);
    peer_release(other, 1);
    WAIT_PEER(other, PEER_SENT, 0, strlen(HELLO));
    drive_call(drive, fd, CURL_CSELECT_IN);
    CHECK_INT(drive_read_messages(drive), 1);
    CHECK_CODE(x->result, CURLE_OK);
    ledger->fail_once = true;
    drive->tolerated = CURLM_ABORTED_BY_CALLBACK;
    if (row->is_timer)
        *strike = *n_calls + 1;
    CHECK_MCODE(drive_remove(drive, y->easy), CURLM_OK);
    if (!row->is_timer)
        *strike = *n_calls + 1;
    peer_release(other, 1);
    DRIVE_UNTIL(drive, *n_calls >= *strike);
    drive->tolerated = CURLM_OK;
    xfer_fetch(drive, peer_serving(HELLO), "/");
}

static int answer_seven(CURL *easy, curl_socket_t fd, int what, void *arg, void *socketp)
{
    ledger_socket_callback()(easy, fd, what, arg, socketp);
    return 7;
}

TEST_WITH(CALLS, "C-81 an_answer_other_than_minus_one_counts_as_0")
{
    struct drive *drive = drive_new();

    MSET(drive, CURLMOPT_SOCKETFUNCTION, answer_seven);
    xfer_fetch(drive, peer_serving(HELLO), "/");
}

TEST_WITH(FOR_ONCE, "C-89 without_callbacks_a_multi_can_be_performed")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    CURLM *multi = curl_multi_init();
    int running = 1, n;

    CHECK_MCODE(curl_multi_add_handle(multi, x->easy), CURLM_OK);
    while (running) {
        CHECK_MCODE(curl_multi_perform(multi, &running), CURLM_OK);
        if (running)
            CHECK_MCODE(curl_multi_poll(multi, NULL, 0, patience_ms(), &n), CURLM_OK);
    }
    CHECK_STR(x->body.data, "hello");
    CHECK_MCODE(curl_multi_remove_handle(multi, x->easy), CURLM_OK);
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
}

static int count_with(CURL *easy, curl_socket_t fd, int what, void *arg, void *socketp)
{
    ++*(int *)arg;
    return 0;
}

TEST_WITH(FOR_ONCE, "C-90 socketdata_reaches_the_callback_and_may_change")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);
    struct xfer *x = xfer_new(peer, "/");
    CURLM *multi = curl_multi_init();
    int first = 0, second = 0, running;

    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, count_with), CURLM_OK);
    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, &first), CURLM_OK);
    CHECK_MCODE(curl_multi_add_handle(multi, x->easy), CURLM_OK);
    CHECK_MCODE(curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running), CURLM_OK);
    CHECK_INT(first, 1);
    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, &second), CURLM_OK);
    CHECK_MCODE(curl_multi_remove_handle(multi, x->easy), CURLM_OK);
    CHECK_INT(first, 1);
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
    CHECK_INT(first, 1);
    CHECK_INT(second, 1);
}

/* curl_multi_assign */

TEST_WITH(CALLS, "C-91 assign_of_an_unknown_socket_is_bad_socket")
{
    struct drive *drive = drive_new();
    int value;

    CHECK_MCODE(curl_multi_assign(drive->multi, 3, &value), CURLM_BAD_SOCKET);
    CHECK_MCODE(curl_multi_assign(drive->multi, CURL_SOCKET_BAD, &value), CURLM_BAD_SOCKET);
    CHECK_MCODE(curl_multi_assign(drive->multi, 1 << 29, &value), CURLM_BAD_SOCKET);
}

TEST_WITH(CALLS, "C-91 assign_takes_effect_for_the_next_callback_and_null_clears")
{
    struct drive *drive = drive_new();
    struct peer *peer = peer_gated();
    int fd, value;

    drive->ledger.is_assigning = false;
    start_gated(drive, peer);
    fd = ledger_only_fd(&drive->ledger);
    CHECK_MCODE(curl_multi_assign(drive->multi, fd, &value), CURLM_OK);
    drive->ledger.entries[fd].socketp = &value;
    CHECK_CODE(curl_easy_pause(drive->handles[0].easy, CURLPAUSE_RECV), CURLE_OK);
    drive_settle(drive);
    CHECK_INT(drive->ledger.n_announced, 0);
    CHECK_MCODE(curl_multi_assign(drive->multi, fd, &value), CURLM_BAD_SOCKET);
    CHECK_CODE(curl_easy_pause(drive->handles[0].easy, CURLPAUSE_CONT), CURLE_OK);
    drive_settle(drive);
    CHECK_INT(ledger_only_fd(&drive->ledger), fd);
    CHECK_MCODE(curl_multi_assign(drive->multi, fd, &value), CURLM_OK);
    CHECK_MCODE(curl_multi_assign(drive->multi, fd, NULL), CURLM_OK);
    drive->ledger.entries[fd].socketp = NULL;
    peer_release(peer, 1);
    drive_run(drive);
}

TEST_WITH(CALLS, "C-80 a_removed_sockets_pointer_is_forgotten")
{
    struct drive *drive = drive_new();
    struct peer *peer = peer_gated();
    const struct ledger *ledger = &drive->ledger;
    struct xfer *x = start_gated(drive, peer);
    unsigned before = ledger->n_events;

    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_RECV), CURLE_OK);
    drive_settle(drive);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_settle(drive);
    for (unsigned i = before; i < ledger->n_events; i++)
        if (ledger->events[i].kind == LEDGER_SOCKET && ledger->events[i].what != CURL_POLL_REMOVE)
            CHECK(ledger->events[i].socketp == NULL);
    peer_release(peer, 1);
    drive_run(drive);
}

static size_t assign_within(struct xfer *x, char *data, size_t n)
{
    struct ledger *ledger = &x->drive->ledger;
    int fd = ledger_only_fd(ledger);

    ledger->entries[fd].socketp = x;
    CHECK_MCODE(curl_multi_assign(ledger->multi, fd, x), CURLM_OK);
    return xfer_keep_body(x, data, n);
}

TEST_WITH(CALLS, "C-92 assign_is_allowed_inside_an_easy_callback")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");

    x->on_body = assign_within;
    xfer_start(x, drive);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
}

TEST_WITH(CALLS, "C-86 C-210 a_busy_period_without_names_announces_connections_only")
{
    struct drive *drive = drive_new();
    struct peer *peer = peer_serving(HELLO);

    for (int i = 0; i < 3; i++)
        xfer_get(drive, peer, "/");
    drive_run(drive);
    CHECK(drive->ledger.n_announcements <= 3);
}

static void wait_ready(int fd, short events)
{
    struct pollfd set = {fd, events, 0};

    CHECK_INT(poll(&set, 1, patience_ms()), 1);
}

/* The application adds the next request as soon as it has read the message of the last, while
   another transfer waits: a multi with nothing to run would give its last socket up at once. */
TEST_WITH(CALLS, "C-74 a_request_on_a_warm_connection_makes_no_socket_callbacks_while_others_run")
{
    struct drive *drive = drive_new();
    struct peer *peer = peer_serving(HELLO), *silent = peer_gated();
    struct xfer *x = xfer_get(drive, peer, "/"), *other;
    unsigned before;
    int fd;

    drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
    fd = ledger_only_fd(&drive->ledger);
    other = xfer_get(drive, silent, "/");
    DRIVE_UNTIL(drive, peer_count(silent, PEER_WAITING, PEER_EVERY) == 1 && x->n_results);
    xfer_rewind(x);
    xfer_start(x, drive);
    drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
    wait_ready(fd, POLLIN);
    before = drive->ledger.n_socket_calls;
    for (int i = 0; i < 4; i++) {
        wait_ready(fd, POLLIN);
        drive_call(drive, fd, CURL_CSELECT_IN);
        CHECK_INT(drive_read_messages(drive), 1);
        CHECK_CODE(x->result, CURLE_OK);
        xfer_rewind(x);
        xfer_start(x, drive);
        drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
    }
    CHECK_INT(drive->ledger.n_socket_calls - before, 0);
    peer_release(silent, 1);
    drive_run(drive);
    CHECK_CODE(other->result, CURLE_OK);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
}
