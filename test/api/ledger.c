/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The rules are checked in the order in which the header names them; each has a name of its own, so
 * that the table of divergences can relax it for a library that is known to break it.
 */
#include "ledger.h"
#include "case.h"
#include "harness.h"
#include "interpose.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static struct ledger *ledgers; /* all that live */
static bool has_failed;        /* a callback answered -1 */

__attribute__((format(printf, 3, 4))) static void break_rule(const char *rule, int fd,
                                                             const char *format, ...)
{
    char text[200];
    va_list args;

    if (is_rule_relaxed(rule)) {
        note_relaxed(rule);
        return;
    }
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    FAIL("rule %s, descriptor %d: %s", rule, fd, text);
}

static struct ledger_event *note_event(struct ledger *ledger, struct ledger_event event)
{
    unsigned at = ledger->n_events < LEDGER_MAX_EVENTS ? ledger->n_events++ : LEDGER_MAX_EVENTS - 1;

    event.drive_call = ledger->drive_call;
    ledger->events[at] = event;
    return &ledger->events[at];
}

static bool is_failing(unsigned call, unsigned fail_at, bool is_once)
{
    bool is_it = fail_at && (is_once ? call == fail_at : call >= fail_at);

    has_failed = has_failed || is_it;
    return is_it;
}

static void check_announcement(struct ledger *ledger, int fd, int what,
                               const struct ledger_entry *entry)
{
    if (what != CURL_POLL_IN && what != CURL_POLL_OUT && what != CURL_POLL_INOUT)
        break_rule("known-event", fd, "told to watch for %d", what);
    if (what == entry->what)
        break_rule("something-new", fd, "told %d twice", what);
    if (fcntl(fd, F_GETFD) < 0)
        break_rule("announced-open", fd, "announced, but it is not open");
    else if (!(fcntl(fd, F_GETFD) & FD_CLOEXEC))
        break_rule("close-on-exec", fd, "would be inherited by a new program");
    if (ledger->is_cleaning && !entry->what)
        break_rule("no-news-in-cleanup", fd, "announced during cleanup");
}

static void check_remove(int fd, const struct ledger_entry *entry)
{
    if (!entry->what && !entry->is_doubtful)
        break_rule("remove-known", fd, "%s",
                   entry->generation ? "removed twice" : "removed, but never announced");
    if (fcntl(fd, F_GETFD) < 0)
        break_rule("remove-before-close", fd, "closed already when REMOVE came");
}

static void check_socket_call(struct ledger *ledger, int fd, const void *socketp,
                              const struct ledger_entry *entry)
{
    if (ledger->is_over)
        FAIL("rule silence, descriptor %d: a socket callback after cleanup", fd);
    if (fd < 0 || fd >= LEDGER_MAX_FDS)
        FAIL("rule known-event: descriptor %d", fd);
    if (ledger->was_timer_told && ledger->drive_call)
        break_rule("timer-last", fd, "a socket callback after the timer callback of the call");
    if (socketp != entry->socketp && !entry->is_doubtful)
        break_rule("socketp", fd, "socketp is %p, not %p", socketp, entry->socketp);
}

/* The first announcement: a socketp of this registration's own, from inside the callback (C-88). */
static void open_entry(struct ledger *ledger, int fd, struct ledger_entry *entry)
{
    entry->generation++;
    ledger->n_announced++;
    ledger->n_announcements++;
    if (!ledger->is_assigning)
        return;
    entry->socketp = (void *)(uintptr_t)(0x1000u + 16 * ++ledger->next_serial);
    CHECK_MCODE(curl_multi_assign(ledger->multi, fd, entry->socketp), CURLM_OK);
}

static void take_remove(struct ledger *ledger, int fd, struct ledger_entry *entry)
{
    check_remove(fd, entry);
    ledger->n_removes++;
    ledger->n_announced -= entry->what != 0;
    if (entry->what)
        ledger->hooks->unwatch(ledger->loop, fd);
    entry->what = 0;
    entry->socketp = NULL;
    entry->is_doubtful = false;
}

static void take_announcement(struct ledger *ledger, int fd, int what, struct ledger_entry *entry)
{
    int was = entry->what;

    check_announcement(ledger, fd, what, entry);
    entry->is_doubtful = false;
    if (!was)
        open_entry(ledger, fd, entry);
    entry->what = what;
    ledger->hooks->watch(ledger->loop, fd, what, was);
}

/* The callback is going to answer -1: the application does not watch the socket then. */
static void give_up(struct ledger *ledger, int fd, struct ledger_entry *entry)
{
    if (entry->what) {
        ledger->n_announced--;
        ledger->hooks->unwatch(ledger->loop, fd);
    }
    entry->what = 0;
    entry->socketp = NULL;
    entry->is_doubtful = true;
}

/* Bindings ask the handle for their own object, whoever it is. */
static void check_handle(CURL *easy, int fd)
{
    char *object;

    if (!easy || curl_easy_getinfo(easy, CURLINFO_PRIVATE, &object) != CURLE_OK)
        break_rule("handle-is-named", fd, "the socket callback names no handle");
}

static int take_socket_call(CURL *easy, curl_socket_t fd, int what, void *arg, void *socketp)
{
    struct ledger *ledger = arg;
    struct ledger_entry *entry = &ledger->entries[fd >= 0 && fd < LEDGER_MAX_FDS ? fd : 0];
    struct ledger_event *event;

    event = note_event(
        ledger,
        (struct ledger_event){
            .kind = LEDGER_SOCKET, .fd = fd, .what = what, .easy = easy, .socketp = socketp});
    ledger->n_socket_calls++;
    check_handle(easy, fd);
    check_socket_call(ledger, fd, socketp, entry);
    if (what == CURL_POLL_REMOVE)
        take_remove(ledger, fd, entry);
    else
        take_announcement(ledger, fd, what, entry);
    if (ledger->on_socket)
        ledger->on_socket(ledger, event);
    if (!is_failing(ledger->n_socket_calls, ledger->fail_socket_at, ledger->fail_once))
        return 0;
    give_up(ledger, fd, entry);
    return -1;
}

static void check_timer_call(const struct ledger *ledger, long ms)
{
    if (ledger->is_over)
        FAIL("rule silence: a timer callback after cleanup");
    if (ms < -1)
        break_rule("timer-range", -1, "timer set to %ld ms", ms);
    if (ms < 0 && ledger->timer_ms < 0)
        break_rule("timer-off-once", -1, "told -1 %s", ledger->timer_ms == -1 ? "twice" : "first");
    if (ms >= 0 && ledger->is_cleaning)
        break_rule("no-news-in-cleanup", -1, "timer set to %ld ms during cleanup", ms);
    if (ledger->was_timer_told && ledger->drive_call)
        break_rule("timer-once", -1, "two timer callbacks in one drive call");
}

static int take_timer_call(CURLM *multi, long ms, void *arg)
{
    struct ledger *ledger = arg;
    struct ledger_event *event;

    event = note_event(ledger, (struct ledger_event){.kind = LEDGER_TIMER, .ms = ms, .fd = -1});
    ledger->n_timer_calls++;
    if (multi != ledger->multi)
        FAIL("the timer callback got another multi handle");
    check_timer_call(ledger, ms);
    ledger->was_timer_told = ledger->drive_call != 0;
    ledger->timer_ms = ms;
    ledger->is_armed = ms >= 0;
    ledger->timer_due_us = sys_clock_us() + ms * INT64_C(1000);
    if (ledger->is_armed)
        ledger->hooks->arm(ledger->loop);
    else
        ledger->hooks->disarm(ledger->loop);
    if (ledger->on_timer)
        ledger->on_timer(ledger, event);
    return is_failing(ledger->n_timer_calls, ledger->fail_timer_at, ledger->fail_once) ? -1 : 0;
}

curl_socket_callback ledger_socket_callback(void)
{
    return take_socket_call;
}

curl_multi_timer_callback ledger_timer_callback(void)
{
    return take_timer_call;
}

bool ledger_has_failed(void)
{
    bool had_failed = has_failed;

    has_failed = false;
    return had_failed;
}

/* Every close of the library passes here first. */
static void check_close(int fd)
{
    if (fd < 0 || fd >= LEDGER_MAX_FDS)
        return;
    if (fcntl(fd, F_GETFD) < 0)
        break_rule("close-open", fd, "closed, but it is not open");
    for (struct ledger *ledger = ledgers; ledger; ledger = ledger->next)
        if (ledger->entries[fd].what && !ledger->is_over)
            break_rule("remove-before-close", fd, "closed without REMOVE");
}

void ledger_init(struct ledger *ledger, CURLM *multi, const struct ledger_hooks *hooks, void *loop)
{
    memset(ledger, 0, sizeof(*ledger));
    ledger->multi = multi;
    ledger->hooks = hooks;
    ledger->loop = loop;
    ledger->is_assigning = true;
    ledger->timer_ms = -2;
    ledger->next = ledgers;
    ledgers = ledger;
    sys_watch_close(check_close);
    case_set_dump(ledger_dump_all);
    if (!hooks)
        return;
    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, take_socket_call), CURLM_OK);
    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, ledger), CURLM_OK);
    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, take_timer_call), CURLM_OK);
    CHECK_MCODE(curl_multi_setopt(multi, CURLMOPT_TIMERDATA, ledger), CURLM_OK);
}

void ledger_fini(struct ledger *ledger)
{
    for (struct ledger **link = &ledgers; *link; link = &(*link)->next) {
        if (*link == ledger) {
            *link = ledger->next;
            return;
        }
    }
}

void ledger_enter_drive(struct ledger *ledger)
{
    ledger->drive_call = ++ledger->n_drive_calls;
    ledger->was_timer_told = false;
}

void ledger_leave_drive(struct ledger *ledger)
{
    ledger->drive_call = 0;
    ledger->was_timer_told = false;
}

void ledger_timer_fired(struct ledger *ledger)
{
    ledger->is_armed = false;
}

int ledger_timer_left_ms(const struct ledger *ledger)
{
    int64_t left_us = ledger->timer_due_us - sys_clock_us();

    if (!ledger->is_armed)
        return -1;
    return left_us <= 0                    ? 0
           : left_us > INT64_C(1000000000) ? 1000000
                                           : (int)((left_us + 999) / 1000);
}

CURLMcode ledger_cleanup(struct ledger *ledger)
{
    CURLMcode code;

    ledger->is_cleaning = true;
    code = curl_multi_cleanup(ledger->multi);
    ledger->is_cleaning = false;
    if (code)
        return code;
    for (int fd = 0; fd < LEDGER_MAX_FDS; fd++)
        if (ledger->entries[fd].what)
            break_rule("remove-in-cleanup", fd, "still registered after cleanup");
    if (ledger->is_armed)
        break_rule("timer-off-in-cleanup", -1, "the timer is still armed after cleanup");
    ledger->is_over = true;
    return code;
}

int ledger_what(const struct ledger *ledger, int fd)
{
    return fd >= 0 && fd < LEDGER_MAX_FDS ? ledger->entries[fd].what : 0;
}

int ledger_only_fd(const struct ledger *ledger)
{
    int only = -1;

    for (int fd = 0; fd < LEDGER_MAX_FDS; fd++) {
        if (!ledger->entries[fd].what)
            continue;
        if (only >= 0)
            FAIL("%d and %d are both announced", only, fd);
        only = fd;
    }
    if (only < 0)
        FAIL("no descriptor is announced");
    return only;
}

const char *ledger_trace(const struct ledger *ledger, unsigned from)
{
    static const char *const names[] = {"NONE", "IN", "OUT", "INOUT", "REMOVE"};
    static char text[8192];
    size_t n = 0;

    text[0] = 0;
    for (unsigned i = from; i < ledger->n_events && n < sizeof(text) - 40; i++) {
        const struct ledger_event *event = &ledger->events[i];
        const char *space = n ? " " : "";

        if (event->kind == LEDGER_TIMER)
            n += (size_t)sprintf(text + n, "%sT%ld", space, event->ms);
        else
            n += (size_t)sprintf(text + n, "%s%d:%s", space, event->fd,
                                 event->what >= 0 && event->what < 5 ? names[event->what] : "?");
    }
    return text;
}

void ledger_dump_all(void)
{
    for (const struct ledger *ledger = ledgers; ledger; ledger = ledger->next)
        fprintf(stderr, "  trace: %s\n  timer: %s, %d ms left; %u announced\n",
                ledger_trace(ledger, ledger->n_events > 60 ? ledger->n_events - 60 : 0),
                ledger->is_armed ? "armed" : "off", ledger_timer_left_ms(ledger),
                ledger->n_announced);
}
