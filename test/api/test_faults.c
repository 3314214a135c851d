/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Everything fails once: each allocation, each system call, each callback, in each of the
 * scenarios. Whatever fails, nothing crashes, hangs, leaks, or passes for a success that it is not.
 */
#include "interpose.h"
#include "memory.h"
#include "scenario.h"

#include <errno.h>

/* Memory. */

static void arm_memory(const struct fault *fault, struct stage *stage, unsigned long nth)
{
    memory_fault_arm(nth, fault->is_persistent);
}

static bool disarm_memory(const struct fault *fault, struct stage *stage)
{
    return memory_fault_disarm();
}

static const struct fault memory_once = {
    "an allocation that fails", arm_memory, disarm_memory, 0, 0, false, false};
static const struct fault memory_for_good = {
    "memory that runs out", arm_memory, disarm_memory, 0, 0, true, false};

/* Every allocation in one mode, every third or so in the others. */
static unsigned long stride(void)
{
    return drive_mode == DRIVE_LEVEL ? 1 : 5;
}

TEST_ROWS(IS_LONG, "C-11 C-46 faults any_allocation_may_fail_in_", scenarios)
{
    scenario_loop(test_row(), &memory_once, stride());
}

TEST_ROWS(IS_LONG, "C-11 C-46 faults memory_may_run_out_at_any_time_in_", scenarios)
{
    scenario_loop(test_row(), &memory_for_good, stride());
}

/* System calls. */

static void arm_call(const struct fault *fault, struct stage *stage, unsigned long nth)
{
    sys_fault_arm((enum sys_call)fault->what, fault->how, nth, fault->is_persistent);
}

static bool disarm_call(const struct fault *fault, struct stage *stage)
{
    return sys_fault_disarm();
}

#define CALL(name, what, how)                                                                      \
    {                                                                                              \
        name, arm_call, disarm_call, what, how, false, false                                       \
    }
#define HARMLESS(name, what, how)                                                                  \
    {                                                                                              \
        name, arm_call, disarm_call, what, how, false, true                                        \
    }
#define ALWAYS(name, what, how)                                                                    \
    {                                                                                              \
        name, arm_call, disarm_call, what, how, true, true                                         \
    }

static const struct fault call_faults[] = {
    CALL("socket_says_EMFILE", SYS_SOCKET, EMFILE),
    CALL("socket_says_ENOBUFS", SYS_SOCKET, ENOBUFS),
    CALL("connect_says_ECONNREFUSED", SYS_CONNECT, ECONNREFUSED),
    CALL("connect_says_ENETUNREACH", SYS_CONNECT, ENETUNREACH),
    CALL("connect_says_EADDRNOTAVAIL", SYS_CONNECT, EADDRNOTAVAIL),
    CALL("receive_says_ECONNRESET", SYS_RECEIVE, ECONNRESET),
    CALL("receive_says_ETIMEDOUT", SYS_RECEIVE, ETIMEDOUT),
    CALL("receive_says_ENOMEM", SYS_RECEIVE, ENOMEM),
    CALL("send_says_EPIPE", SYS_SEND, EPIPE),
    CALL("send_says_ECONNRESET", SYS_SEND, ECONNRESET),
    CALL("send_says_ENOBUFS", SYS_SEND, ENOBUFS),
    CALL("epoll_create_says_EMFILE", SYS_EPOLL_CREATE, EMFILE),
    CALL("epoll_ctl_says_ENOSPC", SYS_EPOLL_CTL, ENOSPC),
    CALL("epoll_ctl_says_ENOMEM", SYS_EPOLL_CTL, ENOMEM),
    CALL("eventfd_says_EMFILE", SYS_EVENT, EMFILE),
    CALL("getsockname_says_ENOBUFS", SYS_NAME, ENOBUFS),
    CALL("getsockopt_says_ENOBUFS", SYS_OPTION, ENOBUFS),
    CALL("poll_says_ENOMEM", SYS_WAIT, ENOMEM),
    HARMLESS("poll_says_EINTR", SYS_WAIT, EINTR),
    HARMLESS("close_says_EINTR", SYS_CLOSE, EINTR),
    HARMLESS("close_says_EIO", SYS_CLOSE, EIO),
};

static void run_all_scenarios(const struct fault *fault)
{
    for (int i = 0; i < N_SCENARIOS; i++)
        scenario_loop(&scenarios[i], fault, 1);
}

TEST_ROWS(IS_LONG, "faults every_scenario_survives_that_", call_faults)
{
    run_all_scenarios(test_row());
}

/* Readiness that was not there cannot be told from readiness lost by an edge-triggered loop. */
static const struct fault interruptions[] = {
    HARMLESS("receive_says_EINTR", SYS_RECEIVE, EINTR),
    HARMLESS("receive_says_EAGAIN", SYS_RECEIVE, EAGAIN),
    HARMLESS("send_says_EINTR", SYS_SEND, EINTR),
    HARMLESS("send_says_EAGAIN", SYS_SEND, EAGAIN),
    HARMLESS("receive_is_short", SYS_RECEIVE, SYS_SHORT),
    HARMLESS("send_is_short", SYS_SEND, SYS_SHORT),
    ALWAYS("receive_is_always_short", SYS_RECEIVE, SYS_SHORT),
    ALWAYS("send_is_always_short", SYS_SEND, SYS_SHORT),
};

TEST_ROWS(IS_LONG | FOR_LEVEL, "C-59 faults every_scenario_succeeds_though_", interruptions)
{
    run_all_scenarios(test_row());
}

/* Callbacks of the transfer. */

static void arm_callback(const struct fault *fault, struct stage *stage, unsigned long nth)
{
    stage->fail_at[fault->what] = (int)nth;
}

static bool disarm_callback(const struct fault *fault, struct stage *stage)
{
    return stage->n_calls[fault->what] >= stage->fail_at[fault->what];
}

#define CALLBACK(name, what)                                                                       \
    {                                                                                              \
        name, arm_callback, disarm_callback, what, 0, false, false                                 \
    }

static const struct fault callback_faults[] = {
    CALLBACK("the_write_callback_fails", STAGE_WRITE),
    CALLBACK("the_header_callback_fails", STAGE_HEADER),
    CALLBACK("the_read_callback_fails", STAGE_READ),
    CALLBACK("the_progress_callback_fails", STAGE_PROGRESS),
    CALLBACK("the_opensocket_callback_fails", STAGE_OPENSOCKET),
    CALLBACK("the_sockopt_callback_fails", STAGE_SOCKOPT),
    CALLBACK("the_prereq_callback_fails", STAGE_PREREQ),
};

TEST_ROWS(IS_LONG, "C-157 faults every_scenario_survives_that_", callback_faults)
{
    run_all_scenarios(test_row());
}

/* Callbacks of the loop. */

static void arm_loop(const struct fault *fault, struct stage *stage, unsigned long nth)
{
    struct ledger *ledger = &stage->drive->ledger;

    ledger->fail_once = !fault->is_persistent;
    if (fault->what)
        ledger->fail_timer_at = ledger->n_timer_calls + (unsigned)nth;
    else
        ledger->fail_socket_at = ledger->n_socket_calls + (unsigned)nth;
}

static bool disarm_loop(const struct fault *fault, struct stage *stage)
{
    return ledger_has_failed();
}

#define LOOP(name, what, is_persistent)                                                            \
    {                                                                                              \
        name, arm_loop, disarm_loop, what, 0, is_persistent, false                                 \
    }

static const struct fault loop_faults[] = {
    LOOP("the_socket_callback_fails_once", 0, false),
    LOOP("the_socket_callback_fails_for_good", 0, true),
    LOOP("the_timer_callback_fails_once", 1, false),
    LOOP("the_timer_callback_fails_for_good", 1, true),
};

TEST_ROWS(IS_LONG | FOR_EVENTS, "C-81 C-98 faults every_scenario_survives_that_", loop_faults)
{
    run_all_scenarios(test_row());
}
