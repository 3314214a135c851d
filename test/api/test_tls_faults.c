/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What fails once while TLS is set up and used: nothing crashes, hangs, leaks, or passes for a
 * success that it is not.
 */
#include "interpose.h"
#include "memory.h"
#include "scenario.h"
#include "tls_xfer.h"

#include <errno.h>
#include <stdio.h>

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
