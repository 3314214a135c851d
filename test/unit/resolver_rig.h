/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * A rig for tests of the resolver: an event loop over its sockets and those of a name server, a
 * ledger of what the hooks were told, a clock that can be put forward, and waiters that take note.
 *
 * The clock: this header defines clock_gettime() for the whole program, c-ares included, so that
 * hours pass at once. To be included by one file of a program.
 */
#ifndef WHIM_TEST_UNIT_RESOLVER_RIG_H
#define WHIM_TEST_UNIT_RESOLVER_RIG_H

#include "dns/resolver.h"

#include "dns_server.h"
#include "heap.h"
#include "util/clock.h"

#include <arpa/inet.h>
#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { RIG_MAX_FDS = 256, RIG_DEADLINE_MS = 5000 };

static struct {
    struct whim_resolver *resolver;
    struct dns_server *server;
    struct {
        unsigned interest;
        ino_t inode;
    } fds[RIG_MAX_FDS];
    int n_watched;
    unsigned n_forgotten;
    unsigned n_reserved;
    unsigned n_open_before;
    bool refuses_room;
    int max_wait_ms; /* of one turn */
    int64_t skew_us;
} rig;

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int64_t ns;

    if (syscall(SYS_clock_gettime, clock, now) != 0)
        return -1;
    ns = now->tv_nsec + rig.skew_us % WHIM_US_PER_S * 1000;
    now->tv_sec += rig.skew_us / WHIM_US_PER_S + ns / 1000000000;
    now->tv_nsec = ns % 1000000000;
    return 0;
}

static inline unsigned rig_count_open(void)
{
    unsigned n_open = 0;

    for (int fd = 0; fd < RIG_MAX_FDS; fd++)
        n_open += fcntl(fd, F_GETFD) >= 0;
    return n_open;
}

static inline bool rig_reserve(void *ctx, int fd)
{
    ck_assert_ptr_eq(ctx, &rig);
    ck_assert_int_lt(fd, RIG_MAX_FDS);
    ck_assert_uint_eq(rig.fds[fd].interest, 0);
    rig.n_reserved++;
    return !rig.refuses_room;
}

static inline void rig_want(void *ctx, int fd, unsigned interest)
{
    struct stat stat;

    ck_assert_ptr_eq(ctx, &rig);
    ck_assert_int_eq(fstat(fd, &stat), 0);
    ck_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    ck_assert(fcntl(fd, F_GETFL) & O_NONBLOCK);
    ck_assert_uint_ne(rig.fds[fd].interest, interest);
    if (rig.fds[fd].interest)
        ck_assert_uint_eq(rig.fds[fd].inode, stat.st_ino);
    rig.n_watched += !!interest - !!rig.fds[fd].interest;
    rig.n_forgotten += !interest;
    rig.fds[fd].interest = interest;
    rig.fds[fd].inode = stat.st_ino;
}

static const struct whim_resolver_hooks rig_hooks = {.reserve = rig_reserve, .want = rig_want};

/* Every descriptor that is watched is still the one that was announced. */
static inline void rig_check(void)
{
    for (int fd = 0; fd < RIG_MAX_FDS; fd++) {
        struct stat stat;

        if (!rig.fds[fd].interest)
            continue;
        ck_assert_int_eq(fstat(fd, &stat), 0);
        ck_assert_uint_eq(rig.fds[fd].inode, stat.st_ino);
    }
}

static inline void rig_begin(void)
{
    memset(&rig, 0, sizeof(rig));
    rig.max_wait_ms = 50;
    rig.n_open_before = rig_count_open();
    heap_begin();
    ck_assert_int_eq(whim_dns_global_init(), 0);
    rig.server = dns_server_new(AF_INET);
    ck_assert_ptr_nonnull(rig.server);
    rig.resolver = whim_resolver_new(&rig_hooks, &rig);
    ck_assert_ptr_nonnull(rig.resolver);
}

static inline void rig_free_resolver(void)
{
    whim_resolver_free(rig.resolver);
    rig.resolver = NULL;
    ck_assert_int_eq(rig.n_watched, 0);
}

static inline void rig_end(void)
{
    rig_free_resolver();
    dns_server_free(rig.server);
    whim_dns_global_cleanup();
    ck_assert_int_eq(heap.n_alive, 0);
    whim_mem_reset_hooks();
    rig.skew_us = 0;
    ck_assert_uint_eq(rig_count_open(), rig.n_open_before);
}

static inline int rig_timeout_ms(void)
{
    int64_t left_us = whim_resolver_deadline_us(rig.resolver) - whim_clock_now_us();
    int server_ms = dns_server_wait_ms(rig.server);
    int timeout_ms = rig.max_wait_ms;

    if (left_us < timeout_ms * WHIM_US_PER_MS)
        timeout_ms = left_us < 0 ? 0 : (int)(left_us / WHIM_US_PER_MS) + 1;
    return server_ms >= 0 && server_ms < timeout_ms ? server_ms : timeout_ms;
}

/* One turn of the loop; the name server is always first. */
static inline void rig_step(void)
{
    struct pollfd fds[DNS_SERVER_MAX_FDS + RIG_MAX_FDS];
    int n_server = dns_server_poll(rig.server, fds);
    int n_fds = n_server;

    for (int fd = 0; fd < RIG_MAX_FDS; fd++) {
        unsigned interest = rig.fds[fd].interest;

        if (interest)
            fds[n_fds++] = (struct pollfd){
                .fd = fd,
                .events = (short)((interest & WHIM_WANT_READ ? POLLIN : 0) |
                                  (interest & WHIM_WANT_WRITE ? POLLOUT : 0)),
            };
    }
    ck_assert_int_ge(poll(fds, (nfds_t)n_fds, rig_timeout_ms()), 0);
    dns_server_step(rig.server);
    for (int i = n_server; i < n_fds; i++) {
        short got = fds[i].revents;

        if (!got || !rig.fds[fds[i].fd].interest)
            continue;
        whim_resolver_on_socket(rig.resolver, fds[i].fd, (got & ~POLLOUT) != 0,
                                (got & ~POLLIN) != 0, whim_clock_now_us());
        rig_check();
    }
    if (whim_clock_now_us() >= whim_resolver_deadline_us(rig.resolver))
        whim_resolver_on_time(rig.resolver, whim_clock_now_us());
    rig_check();
}

/* Runs the loop until the condition holds. */
#define RIG_UNTIL(condition)                                                                  \
    do {                                                                                      \
        int64_t give_up_us = whim_clock_now_us() - rig.skew_us + RIG_DEADLINE_MS * INT64_C(1000); \
                                                                                              \
        while (!(condition)) {                                                                \
            ck_assert_msg(whim_clock_now_us() - rig.skew_us < give_up_us, "never: %s",        \
                          #condition);                                                        \
            rig_step();                                                                       \
        }                                                                                     \
    } while (0)

static inline void rig_pass_ms(int64_t ms)
{
    rig.skew_us += ms * WHIM_US_PER_MS;
}

/* One who looks up a name. */
struct looker {
    struct whim_dns_wait wait;
    int n_done; /* answers, at once or later */
    bool was_at_once;
    enum whim_dns_result result;
    enum whim_dns_reason reason;
    struct whim_dns_addrs *addrs;
    struct looker *cancels; /* when it hears its answer */
    void (*and_then)(struct looker *looker);
};

static inline void looker_done(struct whim_dns_wait *wait, enum whim_dns_result result,
                               struct whim_dns_answer answer)
{
    struct looker *looker = WHIM_CONTAINER_OF(wait, struct looker, wait);

    ck_assert(!whim_dns_wait_is_waiting(wait));
    ck_assert_int_eq(result == WHIM_DNS_OK, answer.addrs != NULL);
    ck_assert_int_eq(result == WHIM_DNS_OK, answer.reason == WHIM_DNS_REASON_NONE);
    ck_assert_int_eq(result == WHIM_DNS_NOMEM, answer.reason == WHIM_DNS_REASON_NOMEM);
    looker->n_done++;
    looker->result = result;
    looker->reason = answer.reason;
    whim_dns_addrs_unref(looker->addrs);
    looker->addrs = answer.addrs;
    if (looker->cancels)
        whim_dns_wait_cancel(&looker->cancels->wait);
    if (looker->and_then)
        looker->and_then(looker);
}

static inline struct whim_dns_question question_of(const char *host)
{
    return (struct whim_dns_question){
        .host = host,
        .len = strlen(host),
        .port = 80,
        .servers = rig.server ? dns_server_text(rig.server) : NULL,
        .cache_timeout_ms = 60000,
    };
}

/* Asks the question for a new looker. */
static inline void look(struct looker *looker, const struct whim_dns_question *question)
{
    struct whim_dns_answer answer;
    enum whim_dns_result result;

    *looker = (struct looker){0};
    whim_dns_wait_init(&looker->wait, looker_done);
    result = whim_resolver_lookup(rig.resolver, question, &looker->wait, whim_clock_now_us(),
                                  &answer);
    ck_assert_int_eq(result == WHIM_DNS_WAIT, whim_dns_wait_is_waiting(&looker->wait));
    if (result == WHIM_DNS_WAIT)
        return;
    looker->was_at_once = true;
    looker_done(&looker->wait, result, answer);
}

static inline void look_up(struct looker *looker, const char *host)
{
    struct whim_dns_question question = question_of(host);

    look(looker, &question);
}

static inline void looker_fini(struct looker *looker)
{
    whim_dns_wait_cancel(&looker->wait);
    whim_dns_addrs_unref(looker->addrs);
    looker->addrs = NULL;
}

/* The first name of /etc/hosts that is not localhost; false: there is none. */
static inline bool read_hosts_file(char name[128], char address[64])
{
    FILE *hosts = fopen("/etc/hosts", "re");
    char line[256];
    bool is_found = false;

    while (hosts && !is_found && fgets(line, sizeof(line), hosts))
        is_found = sscanf(line, "%63[0-9.] %127[A-Za-z0-9.-]", address, name) == 2 &&
                   !strstr(name, "localhost");
    if (hosts)
        fclose(hosts);
    return is_found;
}

/* Looks up a name and waits for the answer. */
static inline void look_and_wait(struct looker *looker, const struct whim_dns_question *question)
{
    look(looker, question);
    RIG_UNTIL(looker->n_done);
}

/* The addresses as text, with commas between them; empty for none. */
static inline const char *looker_text(const struct looker *looker)
{
    static char text[1024];
    char one[WHIM_ADDRESS_TEXT_BYTES];

    text[0] = 0;
    for (uint32_t i = 0; looker->addrs && i < looker->addrs->n_items; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i ? "," : "",
                 whim_address_text(&looker->addrs->items[i], one));
    return text;
}

/* A rule for all types, without delay. */
static inline void say(const char *name, enum dns_kind kind, const char *addresses)
{
    dns_server_say(rig.server, name, DNS_ANY, kind, addresses, 0);
}

static inline unsigned n_questions(const char *name)
{
    return dns_server_n_questions(rig.server, name, DNS_ANY);
}

/* The question is answered with these addresses. */
static inline void expect(const struct whim_dns_question *question, const char *addresses)
{
    struct looker looker;

    look_and_wait(&looker, question);
    ck_assert_int_eq(looker.result, WHIM_DNS_OK);
    ck_assert_str_eq(looker_text(&looker), addresses);
    looker_fini(&looker);
}

static inline void expect_host(const char *host, const char *addresses)
{
    struct whim_dns_question question = question_of(host);

    expect(&question, addresses);
}

/* The question fails for this reason, at the latest when a while has passed. */
static inline void expect_failure(const struct whim_dns_question *question,
                                  enum whim_dns_reason reason)
{
    struct looker looker;

    look(&looker, question);
    for (int i = 0; i < 100 && !looker.n_done; i++) {
        rig_step();
        if (i > 20)
            rig_pass_ms(400);
    }
    ck_assert_int_eq(looker.n_done, 1);
    ck_assert_int_eq(looker.result, WHIM_DNS_FAILED);
    ck_assert_int_eq(looker.reason, reason);
    looker_fini(&looker);
}

#endif
