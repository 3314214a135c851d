/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What fails once while TLS is set up and used, or a name asked for over it: nothing crashes, hangs,
 * leaks, or passes for a success that it is not.
 */
#include "doh_peer.h"
#include "interpose.h"
#include "memory.h"
#include "scenario.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct curl_blob ca;

static void open_tls(struct stage *stage)
{
    ca = tls_blob(TLS_PEM(tls_ca()));
    stage->peer = tls_peer(NULL);
}

/* Two transfers, one behind the other, on connections of their own: the second resumes. */
static void play_tls(struct stage *stage, int round)
{
    char url[100];
    struct xfer *x;

    snprintf(url, sizeof(url), "https://%s/", peer_authority(stage->peer));
    x = xfer_try_new_url(url);
    if (!x)
        return;
    x->arg = stage;
    stage->x[stage->n++] = x;
    if (!curl_easy_setopt(x->easy, CURLOPT_CAINFO_BLOB, &ca) &&
        !curl_easy_setopt(x->easy, CURLOPT_CERTINFO, 1L) &&
        !curl_easy_setopt(x->easy, CURLOPT_FORBID_REUSE, 1L) &&
        !drive_add(stage->drive, x->easy, x))
        x->drive = stage->drive;
}

static const struct scenario over_tls = {"over_tls", open_tls, 2, play_tls};

static struct doh *doh;

static void open_doh(struct stage *stage)
{
    ca = tls_blob(TLS_PEM(tls_ca()));
    doh = doh_new(NULL, "127.0.0.1");
    stage->peer = peer_serving(HELLO);
    stage->other = doh->peer;
}

/* Two names: the second is asked for over kept connections. */
static void play_doh(struct stage *stage, int round)
{
    char url[100];
    struct xfer *x;

    snprintf(url, sizeof(url), "http://n%d.test:%d/", round, peer_port(stage->peer));
    x = xfer_try_new_url(url);
    if (!x)
        return;
    x->arg = stage;
    stage->x[stage->n++] = x;
    if (!curl_easy_setopt(x->easy, CURLOPT_CAINFO_BLOB, &ca) &&
        !curl_easy_setopt(x->easy, CURLOPT_DOH_URL, doh->url) &&
        !drive_add(stage->drive, x->easy, x))
        x->drive = stage->drive;
}

static const struct scenario over_doh = {"over_doh", open_doh, 2, play_doh};

static void arm_memory(const struct fault *fault, struct stage *stage, unsigned long nth)
{
    memory_fault_arm(nth, fault->is_persistent);
}

static bool disarm_memory(const struct fault *fault, struct stage *stage)
{
    return memory_fault_disarm();
}

static void arm_call(const struct fault *fault, struct stage *stage, unsigned long nth)
{
    sys_fault_arm((enum sys_call)fault->what, fault->how, nth, fault->is_persistent);
}

static bool disarm_call(const struct fault *fault, struct stage *stage)
{
    return sys_fault_disarm();
}

static const struct fault faults[] = {
    {"an_allocation_fails", arm_memory, disarm_memory, 0, 0, false, false},
    {"memory_runs_out", arm_memory, disarm_memory, 0, 0, true, false},
    {"receive_says_ECONNRESET", arm_call, disarm_call, SYS_RECEIVE, ECONNRESET, false, false},
    {"send_says_EPIPE", arm_call, disarm_call, SYS_SEND, EPIPE, false, false},
    {"send_says_ENOBUFS", arm_call, disarm_call, SYS_SEND, ENOBUFS, false, false},
};

TEST_ROWS(IS_LONG, "C-11 faults a_transfer_over_tls_survives_that_", faults)
{
    scenario_loop(&over_tls, test_row(), drive_mode == DRIVE_LEVEL ? 1 : 3);
}

static const struct fault interruptions[] = {
    {"receive_says_EAGAIN", arm_call, disarm_call, SYS_RECEIVE, EAGAIN, false, true},
    {"send_says_EAGAIN", arm_call, disarm_call, SYS_SEND, EAGAIN, false, true},
    {"receive_is_short", arm_call, disarm_call, SYS_RECEIVE, SYS_SHORT, false, true},
    {"send_is_short", arm_call, disarm_call, SYS_SEND, SYS_SHORT, false, true},
    {"receive_is_always_short", arm_call, disarm_call, SYS_RECEIVE, SYS_SHORT, true, true},
    {"send_is_always_short", arm_call, disarm_call, SYS_SEND, SYS_SHORT, true, true},
};

TEST_ROWS(IS_LONG | FOR_LEVEL, "C-59 faults a_transfer_over_tls_succeeds_though_", interruptions)
{
    scenario_loop(&over_tls, test_row(), 3);
}

/* The peer has answered before it closed, and its close is noticed by sending. */

/* The second half of the body meets a dead connection, with the answer already there. */
static size_t give_until_answered(struct xfer *x, char *data, size_t room)
{
    size_t half = x->n_upload / 2;

    if (x->count++ == 1) {
        WAIT_PEER(x->arg, PEER_WAITING, 0, 1);
        sys_fault_arm(SYS_SEND, EPIPE, 1, true);
    }
    memcpy(data, x->upload + x->n_uploaded, half);
    x->n_uploaded += half;
    return half;
}

static const struct way {
    const char *name;
    bool is_tls;
} ways[] = {{"over_tcp", false}, {"over_tls", true}};

TEST_ROWS(0, "C-151 an_answer_is_read_though_the_rest_of_the_upload_cannot_be_sent_", ways)
{
    const struct way *way = test_row();
    static const struct peer_step steps[] = {
        PEER_HEAD,
        PEER_SEND("HTTP/1.1 413 Big\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig"),
        PEER_GATE,
        PEER_CLOSE,
    };
    struct peer *peer = way->is_tls ? tls_peer_playing(NULL, steps) : peer_playing(steps);
    struct xfer *x = way->is_tls ? tls_new(peer, "/") : xfer_new(peer, "/");

    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE, 8L);
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    xfer_upload(x, "abcdefgh", 8);
    x->on_read = give_until_answered;
    x->arg = peer;
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK(sys_fault_disarm());
    CHECK_INT(xfer_long(x, CURLINFO_RESPONSE_CODE), 413);
    CHECK_STR(x->body.data, "big");
}

TEST_ROWS(IS_LONG, "C-11 faults a_name_asked_for_over_https_survives_that_", faults)
{
    scenario_loop(&over_doh, test_row(), drive_mode == DRIVE_LEVEL ? 1 : 5);
}

TEST_ROWS(IS_LONG | FOR_LEVEL, "C-59 faults a_name_is_asked_for_over_https_though_", interruptions)
{
    scenario_loop(&over_doh, test_row(), 5);
}
