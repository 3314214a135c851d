/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The end of a connection over TLS that still keeps bytes which the socket did not take.
 */
#include "interpose.h"
#include "newer.h"
#include "tls_xfer.h"

#include <errno.h>
#include <string.h>

enum { N_BODY = 9000 };

/* An upload that was taken to be sent, and answered early by a peer that closes then. */
struct scene {
    struct drive *drive;
    struct peer *peer;
    struct xfer *x;
};

/*
 * The head and the first half of the body go out; then the socket is full, and what the link took
 * last it keeps. The answer ends the transfer.
 */
static size_t fill_socket(struct xfer *x, char *data, size_t room)
{
    size_t n = x->count == 0 ? N_BODY / 2 : x->count == 1 ? N_BODY - N_BODY / 2 : 0;

    CHECK(n <= room);
    if (x->count++ == 1)
        sys_fault_arm(SYS_SEND, EAGAIN, 1, true);
    memset(data, 'x', n);
    return n;
}

static void upload_so(struct xfer *x)
{
    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE, (long)N_BODY);
    xfer_upload(x, NULL, 0);
    x->on_read = fill_socket;
}

static struct scene begin(void)
{
    struct scene scene = {.drive = drive_new()};

    need_version(0x080a00);
    scene.peer = TLS_PEER(NULL, PEER_HEAD, PEER_GATE,
                          PEER_SEND("HTTP/1.1 200 OK\r\nConnection: close\r\n"
                                    "Content-Length: 5\r\n\r\nhello"),
                          PEER_BODY, PEER_AGAIN);
    scene.x = tls_new(scene.peer, "/");
    upload_so(scene.x);
    scene.drive->keeps_done = true;
    xfer_start(scene.x, scene.drive);
    DRIVE_UNTIL(scene.drive, scene.x->count >= 2);
    peer_release(scene.peer, 1);
    drive_run(scene.drive);
    CHECK_CODE(scene.x->result, CURLE_OK);
    CHECK_STR(scene.x->body.data, "hello");
    return scene;
}

static long n_open(const struct scene *scene)
{
    return (long)peer_count(scene->peer, PEER_OPEN, PEER_EVERY);
}

TEST("C-209 what_was_taken_to_be_sent_arrives_though_the_transfer_is_over")
{
    struct scene scene = begin();
    size_t before = peer_count(scene.peer, PEER_RECEIVED, 0);

    CHECK_INT(n_open(&scene), 1);
    CHECK(sys_fault_disarm());
    DRIVE_UNTIL(scene.drive, peer_count(scene.peer, PEER_RECEIVED, 0) == before + N_BODY / 2);
    WAIT_PEER(scene.peer, PEER_FAREWELLS, PEER_EVERY, 1);
    WAIT_PEER(scene.peer, PEER_OPEN, PEER_EVERY, 0);
}

TEST("C-209 a_connection_that_cannot_get_rid_of_its_bytes_is_closed_after_two_seconds")
{
    struct scene scene = begin();

    CHECK_INT(n_open(&scene), 1);
    sys_clock_advance(2500, false);
    drive_settle(scene.drive);
    WAIT_PEER(scene.peer, PEER_OPEN, PEER_EVERY, 0);
    sys_fault_disarm();
}

TEST("C-52 C-209 it_is_closed_when_the_last_handle_leaves")
{
    struct scene scene = begin();

    drive_remove(scene.drive, scene.x->easy);
    WAIT_PEER(scene.peer, PEER_OPEN, PEER_EVERY, 0);
    sys_fault_disarm();
}

TEST("C-29 C-209 cleanup_closes_it")
{
    struct scene scene = begin();

    CHECK_MCODE(drive_cleanup(scene.drive), CURLM_OK);
    WAIT_PEER(scene.peer, PEER_OPEN, PEER_EVERY, 0);
    sys_fault_disarm();
}

TEST("C-132 C-209 it_takes_no_room_from_those_that_are_limited")
{
    struct scene scene = begin();

    CHECK_MCODE(curl_multi_setopt(scene.drive->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L), CURLM_OK);
    CHECK(sys_fault_disarm());
    tls_fetch(scene.drive, tls_peer(NULL));
}

/* A transfer that did not end well has nothing to tell the peer any more. */
TEST("C-209 a_transfer_that_is_removed_leaves_nothing_behind_to_be_sent")
{
    struct drive *drive = drive_new();
    struct peer *peer = TLS_PEER(NULL, PEER_HEAD, PEER_BODY, PEER_AGAIN);
    struct xfer *x = tls_new(peer, "/");

    need_version(0x080a00);
    upload_so(x);
    xfer_start(tls_new(peer, "/"), drive); /* so that it is not the last one */
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->count >= 2);
    xfer_free(x);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 1);
    sys_fault_disarm();
}
