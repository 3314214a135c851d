/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* The conformance suite: runs the scenarios (conformance/), each in a process of its own so that a
 * crash, a leak or a hang ends that one alone, and reports.
 *
 * A scenario's process tells its reason through a pipe, and its outcome by its exit status. */

#include <whimbrel/conformance.h>
#include <whimbrel/whimbrel.h>

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conformance/peer.h"
#include "conformance/trial.h"

#define LIMIT_S 30
#define FD_SCAN 4096

/* -- what released libraries are known for ---------------------------------------------------- */

/* Scenarios that are not run with a library other than Whimbrel of these versions (as in
 * curl_version_info()): they would fail for the library's sake, and several would crash. */
static const struct divergence {
    const char *pattern; /* of fnmatch(3) */
    unsigned first, last;
    const char *clause, *why;
} divergences[] = {
    /* save for transfers that have [e]nded, or connections that are [i]dle */
    {"cleanup_while_[!ei]*_multi_then_turns", 0, 0x0816ff, "C-32",
     "cleanup with transfers still added leaves the timer armed"},
    {"the_multi_may_be_cleaned_up_when_the_first_transfer_ends", 0, 0x0816ff, "C-32",
     "nothing tells the adapter that the multi handle is gone: close the adapter first"},
    {"after_a_refusal_the_multi_handle_can_be_used_again", 0, 0x0809ff, "C-82",
     "a socket whose callback failed is remembered with its freed transfer"},
    {"the_end_of_an_idle_connection_is_noticed", 0, UINT_MAX, "C-77",
     "idle connections are not registered"},
};

static const struct divergence *find_divergence(const char *name)
{
    unsigned version = curl_version_info(CURLVERSION_NOW)->version_num;
    size_t i;

    for (i = 0; i < sizeof divergences / sizeof *divergences; i++) {
        const struct divergence *d = &divergences[i];

        if (version >= d->first && version <= d->last && !fnmatch(d->pattern, name, 0))
            return d;
    }
    return NULL;
}

static bool is_whimbrel(void)
{
    CURLM *multi;
    bool is;

    curl_global_init(CURL_GLOBAL_ALL);
    multi = curl_multi_init();
    is = multi && curl_multi_setopt(multi, WHIM_MOPT_IDLE_WATCH, 1L) == CURLM_OK;
    curl_multi_cleanup(multi);
    curl_global_cleanup();
    return is;
}

/* -- one scenario ----------------------------------------------------------------------------- */

struct suite {
    const struct whim_subject *subject;
    const struct whim_conformance_options *options;
    FILE *report;
    struct whim_peer peer;
    bool is_whimbrel;
    int n_run, n_failed;
};

static int count_fds(void)
{
    int fd, n = 0;

    for (fd = 0; fd < FD_SCAN; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

/* What a scenario has left open, in the usual order. */
static void close_trial(struct whim_trial *t)
{
    struct whim_fetch *f;

    for (f = t->fetches; f; f = f->next)
        whim_fetch_close(f);
    whim_trial_close_adapter(t);
    whim_trial_cleanup_multi(t);
    while (t->fetches) {
        f = t->fetches;
        t->fetches = f->next;
        free(f);
    }
}

static void run_trial(const struct suite *s, const struct whim_scenario *scenario,
                      struct whim_trial *t)
{
    int n_fds, n_left;

    *t = (struct whim_trial){.subject = s->subject, .port = s->peer.port};
    curl_global_init(CURL_GLOBAL_ALL);
    n_fds = count_fds();
    scenario->run(t);
    close_trial(t);
    n_left = count_fds() - n_fds;
    whim_trial_check(t, !n_left, "%d descriptors are left open", n_left);
    curl_global_cleanup();
}

/* Reads what the child has to say until it ends. */
static void read_reason(int fd, char *reason, size_t n_reason)
{
    size_t n = 0;
    ssize_t n_now;

    while (n + 1 < n_reason && (n_now = read(fd, reason + n, n_reason - 1 - n)) != 0) {
        if (n_now < 0 && errno != EINTR)
            break;
        if (n_now > 0)
            n += (size_t)n_now;
    }
    reason[n] = '\0';
}

static void run_in_child(const struct suite *s, const struct whim_scenario *scenario, int out)
{
    struct whim_trial t;
    size_t n;

    close(s->peer.stop_fd);
    alarm(s->options->limit_s > 0 ? (unsigned)s->options->limit_s : LIMIT_S);
    run_trial(s, scenario, &t);
    n = strlen(t.reason);
    if (write(out, t.reason, n) != (ssize_t)n)
        exit(2);
    exit(t.has_failed ? 1 : 0);
}

static void explain_status(int status, char *reason, size_t n_reason)
{
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        snprintf(reason, n_reason, "it did not end in time");
    else if (WIFSIGNALED(status))
        snprintf(reason, n_reason, "it crashed with signal %d", WTERMSIG(status));
    else if (!*reason)
        snprintf(reason, n_reason, "it exited with status %d", WEXITSTATUS(status));
}

/* Run it; `reason` is empty if all was well. */
static void run_apart(const struct suite *s, const struct whim_scenario *scenario, char *reason,
                      size_t n_reason)
{
    int out[2], status = 0;
    pid_t pid;

    if (pipe(out)) {
        snprintf(reason, n_reason, "no pipe: %s", strerror(errno));
        return;
    }
    fflush(NULL); /* or the child would write it again */
    pid = fork();
    if (pid == 0) {
        close(out[0]);
        run_in_child(s, scenario, out[1]);
    }
    close(out[1]);
    if (pid < 0) {
        snprintf(reason, n_reason, "no process: %s", strerror(errno));
    } else {
        read_reason(out[0], reason, n_reason);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
        if (status)
            explain_status(status, reason, n_reason);
    }
    close(out[0]);
}

/* -- the suite -------------------------------------------------------------------------------- */

static const char *find_missing(const struct whim_subject *subject, unsigned needs)
{
    static const struct {
        unsigned bit;
        const char *what;
    } abilities[] = {
        {WHIM_CAN_DONE, "it does not read messages"}, {WHIM_CAN_JOIN, "it cannot share a loop"},
        {WHIM_CAN_EDGE, "it has no edge-triggered mode"},
        {WHIM_CAN_CLOSE, "it cannot be closed inside callbacks"},
        {WHIM_CAN_FORK, "it does not know of fork"}, {WHIM_CAN_FAIL, "it cannot be sabotaged"},
    };
    unsigned can = subject->can | (subject->sabotage ? WHIM_CAN_FAIL : 0);
    size_t i;

    for (i = 0; i < sizeof abilities / sizeof *abilities; i++)
        if ((needs & abilities[i].bit) && !(can & abilities[i].bit))
            return abilities[i].what;
    return NULL;
}

static void run_one(struct suite *s, const struct whim_scenario *scenario)
{
    const char *missing = find_missing(s->subject, scenario->needs);
    const struct divergence *d = s->is_whimbrel ? NULL : find_divergence(scenario->name);
    char reason[256] = "";
    int n = ++s->n_run;

    if (s->options->flags & WHIM_CONFORMANCE_LIST) {
        fprintf(s->report, "# %s\n", scenario->name);
    } else if (missing) {
        fprintf(s->report, "ok %d - %s # SKIP %s\n", n, scenario->name, missing);
    } else if (d) {
        fprintf(s->report, "ok %d - %s # SKIP libcurl %s, %s: %s\n", n, scenario->name,
                curl_version_info(CURLVERSION_NOW)->version, d->clause, d->why);
    } else if (s->options->flags & WHIM_CONFORMANCE_NO_FORK) {
        struct whim_trial t;

        run_trial(s, scenario, &t);
        memcpy(reason, t.reason, sizeof reason);
        fprintf(s->report, "%sok %d - %s\n", *reason ? "not " : "", n, scenario->name);
    } else {
        run_apart(s, scenario, reason, sizeof reason);
        fprintf(s->report, "%sok %d - %s\n", *reason ? "not " : "", n, scenario->name);
    }
    if (*reason) {
        fprintf(s->report, "# %s: %s\n", s->subject->name, reason);
        s->n_failed++;
    }
    fflush(s->report);
}

int whim_conformance_run(const struct whim_subject *subject,
                         const struct whim_conformance_options *options)
{
    static const struct whim_conformance_options defaults;
    static const struct whim_scenario *const groups[] = {
        whim_transfer_scenarios, whim_timer_scenarios, whim_pause_scenarios,
        whim_callback_scenarios, whim_loop_scenarios,  whim_cleanup_scenarios,
    };
    struct suite s = {.subject = subject, .options = options ? options : &defaults};
    const struct whim_scenario *scenario;
    size_t i;

    if (!subject || !subject->name || !subject->open || !subject->turn || !subject->close) {
        errno = EINVAL;
        return -1;
    }
    s.report = s.options->report ? s.options->report : stdout;
    if (whim_peer_open(&s.peer))
        return -1;
    s.is_whimbrel = is_whimbrel();
    fprintf(s.report, "TAP version 13\n# %s on %s\n", subject->name, curl_version());
    for (i = 0; i < sizeof groups / sizeof *groups; i++)
        for (scenario = groups[i]; scenario->name; scenario++)
            if (!s.options->only || strstr(scenario->name, s.options->only))
                run_one(&s, scenario);
    fprintf(s.report, "1..%d\n", s.n_run);
    whim_peer_close(&s.peer);
    return s.n_failed;
}
