/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* The conformance suite finds faults: each row gives the epoll adapter one, and names a scenario
 * that must then fail, and must not without it.
 *
 * Linked with --wrap=curl_multi_setopt and --wrap=epoll_ctl: the faults stand between the library
 * and the adapter's callbacks, or around the adapter's functions. */

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <whimbrel/conformance.h>
#include <whimbrel/epoll.h>

enum fault {
    FAULT_NONE,
    FAULT_TIMER_INLINE,
    FAULT_TIMER_DEAF,
    FAULT_TIMER_ONCE,
    FAULT_TIMER_RESTLESS,
    FAULT_REMOVE_LOST,
    FAULT_CHANGE_LOST,
    FAULT_REFUSAL_LOST,
    FAULT_TURN_HASTY,
    FAULT_TURN_LONG,
    FAULT_CLOSE_FORGOTTEN,
    FAULT_CLOSE_LEAVES_LOOP,
    FAULT_DONE_LOST,
    FAULT_DONE_TWICE,
    FAULT_JOIN_IGNORED,
    FAULT_FORK_IGNORED,
};

static enum fault fault;

/* -- between the library and the callbacks ----------------------------------------------------- */

static curl_socket_callback real_socket_fn;
static curl_multi_timer_callback real_timer_fn;
static int announced[1024]; /* last mask of a descriptor */
static int n_timers;

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *socket_data)
{
    bool is_change = what != CURL_POLL_REMOVE && announced[fd];

    announced[fd] = what == CURL_POLL_REMOVE ? 0 : what;
    if (fault == FAULT_REMOVE_LOST && what == CURL_POLL_REMOVE)
        return 0;
    if (fault == FAULT_CHANGE_LOST && is_change)
        return 0;
    return real_socket_fn(easy, fd, what, data, socket_data);
}

static int on_timer(CURLM *multi, long timeout_ms, void *data)
{
    int n_running;

    n_timers++;
    if (fault == FAULT_TIMER_DEAF || (fault == FAULT_TIMER_ONCE && n_timers > 1))
        return 0;
    if (fault == FAULT_TIMER_INLINE && timeout_ms == 0) {
        curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &n_running);
        return 0;
    }
    if (fault == FAULT_TIMER_RESTLESS && timeout_ms > 0)
        timeout_ms = 0;
    return real_timer_fn(multi, timeout_ms, data);
}

CURLMcode __real_curl_multi_setopt(CURLM *multi, CURLMoption option, ...);
CURLMcode __wrap_curl_multi_setopt(CURLM *multi, CURLMoption option, ...);

CURLMcode __wrap_curl_multi_setopt(CURLM *multi, CURLMoption option, ...)
{
    CURLMcode rc;
    va_list args;

    va_start(args, option);
    if (option == CURLMOPT_SOCKETFUNCTION) {
        real_socket_fn = va_arg(args, curl_socket_callback);
        rc = __real_curl_multi_setopt(multi, option, real_socket_fn ? on_socket : NULL);
    } else if (option == CURLMOPT_TIMERFUNCTION) {
        real_timer_fn = va_arg(args, curl_multi_timer_callback);
        rc = __real_curl_multi_setopt(multi, option, real_timer_fn ? on_timer : NULL);
    } else if (option < CURLOPTTYPE_OBJECTPOINT) {
        rc = __real_curl_multi_setopt(multi, option, va_arg(args, long));
    } else {
        rc = __real_curl_multi_setopt(multi, option, va_arg(args, void *));
    }
    va_end(args);
    return rc;
}

/* -- around the adapter ----------------------------------------------------------------------- */

static void (*real_done)(CURL *easy, CURLcode result, void *data);
static int n_done;

static void on_done(CURL *easy, CURLcode result, void *data)
{
    n_done++;
    if (fault == FAULT_DONE_LOST && n_done % 2 == 0)
        return;
    real_done(easy, result, data);
    if (fault == FAULT_DONE_TWICE)
        real_done(easy, result, data);
}

static void *open_faulty(CURLM *multi, const struct whim_subject_options *o)
{
    struct whim_epoll_options options = {
        .done = o->done ? on_done : NULL,
        .data = o->data,
        .join = fault == FAULT_JOIN_IGNORED ? NULL : o->join,
    };

    real_done = o->done;
    return whim_epoll_open(multi, &options);
}

static int turn_faulty(void *adapter, int max_ms)
{
    int rc;

    if (fault == FAULT_TURN_HASTY)
        max_ms = 0;
    if (fault == FAULT_TURN_LONG)
        max_ms = 3000;
    rc = whim_epoll_turn(adapter, max_ms);
    return fault == FAULT_FORK_IGNORED && errno == EPERM ? 0 : rc;
}

static void close_faulty(void *adapter)
{
    if (fault == FAULT_CLOSE_LEAVES_LOOP) {
        if (dup(whim_epoll_fd(adapter)) < 0)
            abort();
    }
    if (fault != FAULT_CLOSE_FORGOTTEN)
        whim_epoll_close(adapter);
}

static int n_sabotaged;

static void sabotage(int n)
{
    n_sabotaged = n;
}

int __real_epoll_ctl(int epoll_fd, int op, int fd, struct epoll_event *event);
int __wrap_epoll_ctl(int epoll_fd, int op, int fd, struct epoll_event *event);

int __wrap_epoll_ctl(int epoll_fd, int op, int fd, struct epoll_event *event)
{
    if (op != EPOLL_CTL_DEL && n_sabotaged > 0) {
        n_sabotaged--;
        errno = ENOSPC;
        return fault == FAULT_REFUSAL_LOST ? 0 : -1;
    }
    return __real_epoll_ctl(epoll_fd, op, fd, event);
}

/* -- the table -------------------------------------------------------------------------------- */

static const struct row {
    enum fault fault;
    const char *name, *scenario;
} rows[] = {
    {FAULT_TIMER_INLINE, "a timer that runs inline", "timer_zero_does_not_run_inline"},
    {FAULT_TIMER_DEAF, "no timer", "a_transfer_ends_with_its_whole_body"},
    {FAULT_TIMER_ONCE, "a timer that works once", "a_timeout_ends_a_silent_transfer_in_time"},
    {FAULT_TIMER_RESTLESS, "a timer that is always due", "waiting_for_an_answer_does_not_spin"},
    {FAULT_REMOVE_LOST, "REMOVE ignored", "a_paused_transfer_does_not_spin"},
    {FAULT_CHANGE_LOST, "changed masks ignored", "waiting_for_an_answer_does_not_spin"},
    {FAULT_REFUSAL_LOST, "refusals swallowed", "a_refused_descriptor_is_told"},
    {FAULT_TURN_HASTY, "turns that do not wait", "an_idle_connection_does_not_spin"},
    {FAULT_TURN_LONG, "turns that wait too long", "a_turn_waits_no_longer_than_it_is_told"},
    {FAULT_CLOSE_FORGOTTEN, "close does nothing", "closing_the_adapter_leaves_its_transfers"},
    {FAULT_CLOSE_LEAVES_LOOP, "close leaves a descriptor", "cleanup_while_idle_adapter_first"},
    {FAULT_DONE_LOST, "messages lost", "transfers_that_end_in_one_call_are_all_reported"},
    {FAULT_DONE_TWICE, "messages told twice", "a_transfer_ends_with_its_whole_body"},
    {FAULT_JOIN_IGNORED, "a loop of its own", "two_multi_handles_share_a_loop"},
    {FAULT_FORK_IGNORED, "forks ignored", "the_child_of_a_fork_leaves_the_loop_alone"},
};

static int run_with(enum fault with, const char *scenario)
{
    static const struct whim_subject subject = {
        .name = "faulty",
        .can = WHIM_CAN_DONE | WHIM_CAN_JOIN | WHIM_CAN_FORK,
        .open = open_faulty,
        .turn = turn_faulty,
        .close = close_faulty,
        .sabotage = sabotage,
    };
    struct whim_conformance_options options = {.only = scenario, .limit_s = 4};
    int n_failed;

    options.report = tmpfile();
    if (!options.report)
        return -1;
    fault = with;
    n_failed = whim_conformance_run(&subject, &options);
    fclose(options.report);
    return n_failed;
}

int main(void)
{
    size_t i;
    bool is_ok = true;

    for (i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool is_found = run_with(rows[i].fault, rows[i].scenario) == 1 &&
                        run_with(FAULT_NONE, rows[i].scenario) == 0;

        printf("%sok %zu - %s: %s\n", is_found ? "" : "not ", i + 1, rows[i].name,
               rows[i].scenario);
        is_ok = is_ok && is_found;
    }
    printf("1..%zu\n", i);
    return is_ok ? 0 : 1;
}
