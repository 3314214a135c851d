/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What a request leaves behind when its reused connection dies and it goes again on a fresh one
 * (C-172): nothing of the first attempt counts in the second.
 */
#include "interpose.h"
#include "newer.h"
#include "xfer.h"

#include <unistd.h>

/* The body is there once x->count is above 0; until then the source pauses. */
static size_t read_what_is_there(struct xfer *x, char *data, size_t room)
{
    size_t n = x->n_upload - x->n_uploaded;

    if (!x->count)
        return CURL_READFUNC_PAUSE;
    memcpy(data, x->upload + x->n_uploaded, n);
    x->n_uploaded += n;
    return n;
}

static int rewind_upload(void *arg, curl_off_t offset, int origin)
{
    struct xfer *x = arg;

    x->n_uploaded = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

/* The first connection dies, when its gate is opened, on the PUT that waits for its body. */
static struct peer *peer_dying_before_the_body(void)
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);

    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(HELLO), PEER_HEAD, PEER_GATE, PEER_CLOSE);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    return peer;
}

/* The first connection dies on the PUT; the second answers it when its gate is opened. */
static struct peer *peer_dying_after_the_body(void)
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);

    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_SEND(HELLO), PEER_REQUEST, PEER_CLOSE);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);
    return peer;
}

static struct xfer *new_put(struct peer *peer)
{
    struct xfer *x = xfer_put(peer, "abcdef", 6);

    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    SET(x, CURLOPT_SEEKFUNCTION, rewind_upload);
    SET(x, CURLOPT_SEEKDATA, x);
    return x;
}

/* While it waits for room there is no connection that curl_easy_pause() could speak of (C-159). */
TEST("C-161 C-172 an_unpause_between_two_connections_is_not_lost")
{
    struct peer *peer = peer_dying_before_the_body();
    struct peer *other = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x;

    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    xfer_fetch(drive, peer, "/warm");
    x = new_put(peer);
    x->on_read = read_what_is_there;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    xfer_get(drive, other, "/");
    drive_settle(drive);
    peer_release(peer, 1);
    DRIVE_UNTIL(drive, peer_count(other, PEER_WAITING, PEER_EVERY) == 1);
    drive_settle(drive);
    x->count = 1;
    curl_easy_pause(x->easy, CURLPAUSE_CONT);
    peer_release(other, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(body_of(peer, 1), "abcdef");
}

static int unpause_and_close(void *arg, curl_socket_t fd)
{
    struct xfer *x = arg;

    x->count = 1;
    curl_easy_pause(x->easy, CURLPAUSE_CONT);
    return close(fd);
}

TEST("C-161 C-172 an_unpause_as_the_first_connection_is_closed_is_not_lost")
{
    struct peer *peer = peer_dying_before_the_body();
    struct drive *drive = drive_new();
    struct xfer *x = new_put(peer), *warm = xfer_new(peer, "/warm");

    SET(warm, CURLOPT_CLOSESOCKETFUNCTION, unpause_and_close);
    SET(warm, CURLOPT_CLOSESOCKETDATA, x);
    CHECK_CODE(xfer_again(warm, drive), CURLE_OK);
    x->on_read = read_what_is_there;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(body_of(peer, 1), "abcdef");
}

TEST("C-161 C-172 a_source_that_pauses_is_asked_again_on_the_fresh_connection")
{
    struct peer *peer = peer_dying_before_the_body();
    struct drive *drive = drive_new();
    struct xfer *x = new_put(peer);
    size_t n_reads;

    xfer_fetch(drive, peer, "/warm");
    x->on_read = read_what_is_there;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    n_reads = x->n_read_calls;
    peer_release(peer, 1);
    DRIVE_UNTIL(drive, x->n_read_calls > n_reads);
    drive_settle(drive);
    CHECK_INT(x->n_results, 0);
    x->count = 1;
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(body_of(peer, 1), "abcdef");
}

/* What is told of it: progress, sizes, times. */

struct progress {
    long n_calls;
    curl_off_t to_put, put;
    bool is_beyond; /* more went out than there is */
};

static int take_progress(void *arg, curl_off_t dt, curl_off_t dn, curl_off_t ut, curl_off_t un)
{
    struct progress *progress = arg;

    progress->n_calls++;
    progress->to_put = ut;
    progress->put = un;
    progress->is_beyond = progress->is_beyond || un > 6;
    return 0;
}

TEST("C-153 C-172 the_body_of_a_first_attempt_does_not_count_in_sizes_and_progress")
{
    struct peer *peer = peer_dying_after_the_body();
    struct drive *drive = drive_new();
    struct xfer *x = new_put(peer);
    static struct progress progress;

    peer_release(peer, 1);
    xfer_fetch(drive, peer, "/warm");
    SET(x, CURLOPT_NOPROGRESS, 0L);
    SET(x, CURLOPT_XFERINFOFUNCTION, take_progress);
    SET(x, CURLOPT_XFERINFODATA, &progress);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(body_of(peer, 1), "abcdef");
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_UPLOAD_T), 6);
    CHECK_INT(progress.put, 6);
    CHECK_INT(progress.to_put, 6);
    CHECK(!progress.is_beyond);
}

TEST_WITH(FOR_POLL, "C-153 C-172 a_second_attempt_goes_on_telling_its_progress_while_it_waits")
{
    struct peer *peer = peer_dying_after_the_body();
    struct drive *drive = drive_new();
    struct xfer *x = new_put(peer);
    static struct progress progress;
    long before;

    xfer_fetch(drive, peer, "/warm");
    SET(x, CURLOPT_NOPROGRESS, 0L);
    SET(x, CURLOPT_XFERINFOFUNCTION, take_progress);
    SET(x, CURLOPT_XFERINFODATA, &progress);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, 1) == 1);
    drive_settle(drive);
    before = progress.n_calls;
    for (int i = 0; i < 3; i++)
        drive_perform(drive);
    CHECK(progress.n_calls >= before + 3);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
}

static int rewind_late(void *arg, curl_off_t offset, int origin)
{
    sys_clock_advance(5000, false);
    return rewind_upload(arg, offset, origin);
}

TEST("C-172 info the_request_went_out_when_the_second_attempt_did")
{
    struct peer *peer = peer_dying_after_the_body();
    struct drive *drive = drive_new();
    struct xfer *x = new_put(peer);

    need_version(0x080a00);
    peer_release(peer, 1);
    xfer_fetch(drive, peer, "/warm");
    SET(x, CURLOPT_SEEKFUNCTION, rewind_late);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK(xfer_off(x, CURLINFO_POSTTRANSFER_TIME_T) >= 5000000);
}
