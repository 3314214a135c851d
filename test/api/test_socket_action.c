/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The drive calls: what each of them runs, tolerates and returns (contract section 1.5).
 */
#include "interpose.h"
#include "xfer.h"

#include <fcntl.h>
#include <unistd.h>

/* The call is deprecated, but a part of the contract. */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#define CALLS FOR_EVENTS

/* A transfer whose request has arrived; its answer waits for a release. */
static struct xfer *start_gated(struct drive *drive, struct peer **pick_peer)
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_AGAIN);
    struct xfer *x = xfer_get(drive, peer, "/");

    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    drive_settle(drive);
    *pick_peer = peer;
    return x;
}

/* Lets the answer go and waits until it lies in the socket. */
static void release_into(struct peer *peer, int fd)
{
    char byte;

    peer_release(peer, 1);
    for (int64_t until = sys_real_us() + patience_ms() * INT64_C(1000);
         recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0;)
        CHECK(sys_real_us() < until);
}

TEST_WITH(CALLS, "C-58 a_timeout_call_kicks_off_what_was_added")
{
    struct drive *drive = drive_new();

    xfer_get(drive, peer_serving(HELLO), "/");
    drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
    CHECK_INT(drive->running, 1);
    CHECK_INT(drive->ledger.n_announced, 1);
    drive_run(drive);
}

TEST_WITH(CALLS, "C-58 C-95 an_early_timeout_call_tells_the_timer_again")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(PEER_OF(PEER_KEEP), "/");

    SET(x, CURLOPT_TIMEOUT_MS, 50000L);
    xfer_start(x, drive);
    drive_settle(drive);
    sys_clock_advance(1000, false);
    drive_settle(drive);
    for (int i = 0; i < 3; i++) {
        unsigned before = drive->ledger.n_timer_calls;

        drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
        CHECK_INT(drive->ledger.n_timer_calls, before + 1);
        CHECK(drive->ledger.timer_ms > 40000 && drive->ledger.timer_ms <= 50000);
    }
}

struct mask {
    const char *name;
    int mask;
};

static const struct mask masks[] = {
    {"0", 0},
    {"in", CURL_CSELECT_IN},
    {"out", CURL_CSELECT_OUT},
    {"in_and_out", CURL_CSELECT_IN | CURL_CSELECT_OUT},
    {"err", CURL_CSELECT_ERR},
    {"everything", CURL_CSELECT_IN | CURL_CSELECT_OUT | CURL_CSELECT_ERR},
    {"unknown_bits", 0x70 | CURL_CSELECT_IN},
};

TEST_ROWS(CALLS, "C-3 C-59 C-60 7.4 a_ready_socket_is_served_whatever_the_mask_says_", masks)
{
    const struct mask *row = test_row();
    struct drive *drive = drive_new();
    struct peer *peer;
    struct xfer *x = start_gated(drive, &peer);
    int fd = ledger_only_fd(&drive->ledger);

    release_into(peer, fd);
    for (int i = 0; i < 5 && !x->n_results; i++) {
        drive_call(drive, fd, row->mask);
        drive_read_messages(drive);
    }
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

TEST_ROWS(CALLS, "C-59 a_spurious_event_does_no_harm_with_mask_", masks)
{
    const struct mask *row = test_row();
    struct drive *drive = drive_new();
    struct peer *peer;
    struct xfer *x = start_gated(drive, &peer);
    int fd = ledger_only_fd(&drive->ledger);

    for (int i = 0; i < 5; i++)
        drive_call(drive, fd, row->mask);
    drive_settle(drive);
    CHECK_INT(x->n_results, 0);
    CHECK_INT(ledger_what(&drive->ledger, fd), CURL_POLL_IN);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
}

TEST_WITH(CALLS, "C-60 an_error_event_makes_the_transfer_find_the_error")
{
    struct drive *drive = drive_new();
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_RESET);
    struct xfer *x = xfer_get(drive, peer, "/");
    int fd;

    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    drive_settle(drive);
    fd = ledger_only_fd(&drive->ledger);
    peer_release(peer, 1);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    drive_call(drive, fd, CURL_CSELECT_ERR);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_RECV_ERROR);
}

TEST_WITH(CALLS, "C-61 an_unknown_descriptor_is_ok_and_the_running_count_is_written")
{
    struct drive *drive = drive_new();
    struct peer *peer;
    int fds[2], running = 77;

    start_gated(drive, &peer);
    CHECK(!pipe(fds));
    CHECK_MCODE(curl_multi_socket_action(drive->multi, fds[0], CURL_CSELECT_IN, &running),
                CURLM_OK);
    CHECK_INT(running, 1);
    running = 77;
    CHECK_MCODE(curl_multi_socket_action(drive->multi, 4000, CURL_CSELECT_IN, &running), CURLM_OK);
    CHECK_INT(running, 1);
    running = 77;
    CHECK_MCODE(curl_multi_socket_action(drive->multi, 1 << 30, CURL_CSELECT_IN, &running),
                CURLM_OK);
    CHECK_INT(running, 1);
    close(fds[0]);
    close(fds[1]);
    peer_release(peer, 1);
    drive_run(drive);
}

TEST_WITH(CALLS, "C-61 an_event_for_a_socket_that_was_removed_does_no_harm")
{
    struct drive *drive = drive_new();
    struct peer *peer;
    struct xfer *x = start_gated(drive, &peer);
    int fd = ledger_only_fd(&drive->ledger);

    peer_release(peer, 1);
    drive_run(drive);
    drive_settle(drive);
    drive_call(drive, fd, CURL_CSELECT_IN);
    drive_call(drive, fd, CURL_CSELECT_ERR);
    peer_release(peer, 1);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_MCODE(curl_multi_remove_handle(drive->multi, x->easy), CURLM_OK);
    drive_call(drive, fd, CURL_CSELECT_OUT);
}

TEST_WITH(CALLS, "C-61 a_call_for_an_unknown_descriptor_still_runs_due_timers")
{
    struct drive *drive = drive_new();

    xfer_get(drive, peer_serving(HELLO), "/");
    drive_call(drive, 4000, 0);
    drive_call(drive, 4000, 0);
    CHECK_INT(drive->ledger.n_announced, 1);
    drive_run(drive);
}

enum { SAME_FD = 900 };

static curl_socket_t open_same(void *arg, curlsocktype purpose, struct curl_sockaddr *addr)
{
    int fd = socket(addr->family, addr->socktype | SOCK_CLOEXEC, addr->protocol);
    int same = dup3(fd, SAME_FD, O_CLOEXEC);

    close(fd);
    return same;
}

static struct xfer *start_on_same_fd(struct drive *drive, struct peer **pick_peer)
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_AGAIN);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_OPENSOCKETFUNCTION, open_same);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    drive_settle(drive);
    CHECK_INT(ledger_only_fd(&drive->ledger), SAME_FD);
    *pick_peer = peer;
    return x;
}

TEST_WITH(CALLS, "C-62 an_event_of_a_descriptors_former_life_does_not_disturb_its_new_one")
{
    struct drive *drive = drive_new();
    struct peer *peer;
    struct xfer *x = start_on_same_fd(drive, &peer), *y;

    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    y = start_on_same_fd(drive, &peer);
    drive_call(drive, SAME_FD, CURL_CSELECT_IN);
    drive_call(drive, SAME_FD, 0);
    drive_call(drive, SAME_FD, CURL_CSELECT_OUT | CURL_CSELECT_IN);
    CHECK_INT(y->n_results, 0);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(y->result, CURLE_OK);
}

TEST_WITH(FOR_ONCE, "C-63 C-213 drive_calls_accept_null_for_the_running_count")
{
    CURLM *multi = curl_multi_init();

    CHECK_MCODE(curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, NULL), CURLM_OK);
    CHECK_MCODE(curl_multi_perform(multi, NULL), CURLM_OK);
    CHECK_MCODE((curl_multi_socket_all)(multi, NULL), CURLM_OK);
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
}

TEST("C-64 C-66 a_transfer_that_fails_at_once_does_not_change_what_a_drive_call_returns")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new_url("foo://x/");

    xfer_start(x, drive);
    drive_run(drive);
    CHECK_MCODE(drive->last_code, CURLM_OK);
    CHECK_INT(drive->running, 0);
    CHECK_CODE(x->result, CURLE_UNSUPPORTED_PROTOCOL);
}

TEST_WITH(CALLS, "C-59 7.4 a_socket_call_runs_only_the_transfers_of_that_socket")
{
    struct drive *drive = drive_new();
    struct peer *peer, *other;
    struct xfer *x = start_gated(drive, &peer), *y;
    int fd = ledger_only_fd(&drive->ledger), fd2 = -1;

    y = start_gated(drive, &other);
    for (int i = 0; i < LEDGER_MAX_FDS; i++)
        if (ledger_what(&drive->ledger, i) && i != fd)
            fd2 = i;
    release_into(peer, fd);
    release_into(other, fd2);
    drive_call(drive, fd, CURL_CSELECT_IN);
    CHECK_STR(x->body.data, "hello");
    CHECK_STR(y->body.data, "");
    drive_run(drive);
    CHECK_CODE(y->result, CURLE_OK);
}

/* A loop that has always got a socket to serve may never come to its timers. */
TEST_WITH(CALLS, "C-59 a_socket_call_serves_what_is_overdue_too")
{
    struct drive *drive = drive_new();
    struct peer *silent = PEER_OF(PEER_REQUEST, PEER_KEEP), *peer;
    struct xfer *y = start_gated(drive, &peer), *x = xfer_new(silent, "/");
    int fd = ledger_only_fd(&drive->ledger);

    SET(x, CURLOPT_TIMEOUT_MS, 5000L);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(silent, PEER_REQUESTS, PEER_EVERY) == 1);
    drive_settle(drive);
    release_into(peer, fd);
    sys_clock_advance(6000, false);
    drive_call(drive, fd, CURL_CSELECT_IN);
    drive_read_messages(drive);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
    CHECK_INT(x->n_results, 1);
    CHECK_CODE(y->result, CURLE_OK);
    CHECK_INT(y->n_results, 1);
}

TEST_WITH(CALLS, "C-59 a_transfer_starts_though_the_loop_serves_sockets_alone")
{
    struct drive *drive = drive_new();
    struct peer *peer, *other = peer_serving(HELLO);
    struct xfer *y = start_gated(drive, &peer), *x = xfer_new(other, "/");
    int fd = ledger_only_fd(&drive->ledger);

    xfer_start(x, drive);
    for (int i = 0; i < 1000 && drive->ledger.n_announcements == 1; i++)
        drive_call(drive, fd, CURL_CSELECT_IN);
    CHECK_INT(drive->ledger.n_announcements, 2);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_CODE(y->result, CURLE_OK);
}

TEST_WITH(CALLS, "C-58 7.4 a_timeout_call_does_not_serve_sockets_that_are_ready")
{
    struct drive *drive = drive_new();
    struct peer *peer;
    struct xfer *x = start_gated(drive, &peer);
    int fd = ledger_only_fd(&drive->ledger);

    release_into(peer, fd);
    drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
    CHECK_STR(x->body.data, "");
    drive_call(drive, fd, 0);
    CHECK_STR(x->body.data, "hello");
    drive_run(drive);
}

TEST_WITH(CALLS, "7.3 two_transfers_that_end_in_one_turn_take_two_calls_or_leave_a_timer_armed")
{
    struct drive *drive = drive_new();
    struct peer *peer, *other;
    struct xfer *x = start_gated(drive, &peer), *y;
    int fd = ledger_only_fd(&drive->ledger), fd2 = -1, left = 0;
    CURLMsg *message;

    y = start_gated(drive, &other);
    for (int i = 0; i < LEDGER_MAX_FDS; i++)
        if (ledger_what(&drive->ledger, i) && i != fd)
            fd2 = i;
    release_into(peer, fd);
    release_into(other, fd2);
    drive_call(drive, fd, CURL_CSELECT_IN);
    drive_call(drive, fd2, CURL_CSELECT_IN);
    CHECK(x->body.n && y->body.n);
    message = curl_multi_info_read(drive->multi, &left);
    CHECK(message != NULL);
    CHECK_INT(left, 1);
    CHECK(ledger_timer_left_ms(&drive->ledger) == 0);
    drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
    CHECK(drive->ledger.is_armed && drive->ledger.timer_ms <= 1);
    CHECK(curl_multi_info_read(drive->multi, &left) != NULL);
}

TEST_WITH(CALLS, "C-65 callbacks_come_within_the_call_and_the_timer_last")
{
    struct drive *drive = drive_new();
    struct peer *peer;
    struct ledger *ledger = &drive->ledger;
    unsigned last_socket = 0, last_timer = 0;

    start_gated(drive, &peer);
    peer_release(peer, 1);
    drive_run(drive);
    for (unsigned i = 0; i < ledger->n_events; i++) {
        const struct ledger_event *event = &ledger->events[i];

        if (event->kind == LEDGER_TIMER && event->drive_call)
            last_timer = event->drive_call;
        if (event->kind == LEDGER_SOCKET && event->what != CURL_POLL_REMOVE)
            CHECK(event->drive_call != 0);
        if (event->kind == LEDGER_SOCKET && event->drive_call)
            last_socket = event->drive_call;
        CHECK(event->kind == LEDGER_TIMER || !last_socket || last_socket != last_timer);
    }
}

TEST_WITH(CALLS, "C-67 C-81 after_a_socket_callback_failed_the_multi_can_be_called_and_comes_back")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_get(drive, peer_serving(HELLO), "/");
    struct xfer *y = xfer_new(peer_serving(HELLO), "/");

    drive->tolerated = CURLM_ABORTED_BY_CALLBACK;
    drive->keeps_messages = true;
    drive->ledger.fail_socket_at = 1;
    drive->ledger.fail_once = true;
    CHECK_MCODE(drive_call(drive, CURL_SOCKET_TIMEOUT, 0), CURLM_ABORTED_BY_CALLBACK);
    for (int i = 0; i < 3; i++) {
        drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
        drive_perform(drive);
    }
    CHECK_MCODE(curl_multi_add_handle(drive->multi, y->easy), CURLM_ABORTED_BY_CALLBACK);
    drive->keeps_messages = false;
    drive_read_messages(drive);
    if (drive->n_added)
        CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
    CHECK(!x->n_results || x->result == CURLE_ABORTED_BY_CALLBACK);
    CHECK_INT(drive->ledger.n_announced, 0);
    drive->tolerated = CURLM_OK;
    CHECK_CODE(xfer_again(y, drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
}

/* Counts the bytes of one drive call in x->count; the largest goes to x->arg. */
static size_t count_per_call(struct xfer *x, char *data, size_t n)
{
    static unsigned call;
    long *most = x->arg;

    if (call != x->drive->ledger.drive_call)
        x->count = 0;
    call = x->drive->ledger.drive_call;
    x->count += (long)n;
    if (x->count > *most)
        *most = x->count;
    return n;
}

TEST("C-69 a_fast_transfer_yields_within_two_megabytes_so_that_others_have_their_turn")
{
    struct peer *fast =
        PEER_OF(PEER_REQUEST, PEER_SEND("HTTP/1.1 200 OK\r\nContent-Length: 30000000\r\n\r\n"),
                PEER_FILL(30000000), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(fast, "/");
    long most = 0;

    x->arg = &most;
    x->on_body = count_per_call;
    xfer_start(x, drive);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK(most <= 2 << 20);
}

TEST_WITH(CALLS, "C-70 socket_all_runs_everything")
{
    struct drive *drive = drive_new();
    struct peer *peer, *other;
    struct xfer *x = start_gated(drive, &peer), *y;
    int fd = ledger_only_fd(&drive->ledger);

    y = start_gated(drive, &other);
    release_into(peer, fd);
    peer_release(other, 1);
    for (int i = 0; i < 1000 && (!x->n_results || !y->n_results); i++) {
        ledger_enter_drive(&drive->ledger);
        CHECK_MCODE((curl_multi_socket_all)(drive->multi, &drive->running), CURLM_OK);
        ledger_leave_drive(&drive->ledger);
        drive_read_messages(drive);
        usleep(1000);
    }
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_CODE(y->result, CURLE_OK);
}

TEST_WITH(CALLS, "C-71 perform_and_socket_action_may_take_turns_within_one_transfer")
{
    struct drive *drive = drive_new();
    struct peer *peer =
        PEER_OF(PEER_REQUEST, PEER_SEND("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n"),
                PEER_GATE, PEER_FILL(300000), PEER_KEEP);
    struct xfer *x = xfer_get(drive, peer, "/");

    drive_perform(drive);
    drive_perform(drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    peer_release(peer, 1);
    for (int64_t until = sys_real_us() + patience_ms() * INT64_C(1000); !x->n_results;) {
        CHECK(sys_real_us() < until);
        drive_perform(drive);
        drive_turn(drive, 1);
        drive_read_messages(drive);
    }
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_INT((long)x->body.n, 300000);
}

TEST_WITH(CALLS, "C-72 C-129 a_socket_callback_set_after_add_is_told_all_there_is_to_watch")
{
    struct drive *drive = drive_new();
    struct xfer *x;

    MSET(drive, CURLMOPT_SOCKETFUNCTION, NULL);
    x = xfer_get(drive, peer_serving(HELLO), "/");
    MSET(drive, CURLMOPT_SOCKETFUNCTION, ledger_socket_callback());
    drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
    CHECK_INT(drive->ledger.n_announced, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
}

TEST_WITH(CALLS, "C-71 C-72 a_socket_callback_set_in_the_middle_of_a_transfer_takes_over")
{
    struct drive *drive = drive_new();
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x;

    MSET(drive, CURLMOPT_SOCKETFUNCTION, NULL);
    x = xfer_get(drive, peer, "/");
    for (int64_t until = sys_real_us() + patience_ms() * INT64_C(1000);
         peer_count(peer, PEER_WAITING, PEER_EVERY) != 1;) {
        CHECK(sys_real_us() < until);
        drive_perform(drive);
    }
    CHECK_INT(drive->ledger.n_socket_calls, 0);
    MSET(drive, CURLMOPT_SOCKETFUNCTION, ledger_socket_callback());
    drive_call(drive, CURL_SOCKET_TIMEOUT, 0);
    drive_settle(drive);
    CHECK_INT(drive->ledger.n_announced, 1);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
}
