/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Resolver: names to addresses, over c-ares, driven by the engine's sockets and one timer.
 *
 * One resolver per multi. No thread, no signal, nothing waits. It owns its sockets (close-on-exec,
 * non-blocking), the cache of answers and the CURLOPT_RESOLVE overrides. However many ask for a
 * name, it is asked for once at a time. A lookup is answered, in this order, by an override, a
 * numeric host, localhost, the cache, /etc/hosts, and DNS; or instead of the last two by an upstream
 * (upstream.h). Overrides and answers are the resolver's own, or those of a share (names.h): who
 * has one does not see the others. But what servers of the application's choice have answered, and
 * upstreams, stays with the resolver in any case: others in the share may have chosen otherwise.
 *
 * Rules
 * - Nothing is called back from inside whim_resolver_lookup() but the socket hooks. Waiters hear
 *   from whim_resolver_on_socket() and whim_resolver_on_time() only.
 * - Inside done() everything may be called except on_socket, on_time and free.
 * - After each call ask whim_resolver_deadline_us() again.
 */
#ifndef WHIM_DNS_RESOLVER_H
#define WHIM_DNS_RESOLVER_H

#include "dns/addrs.h"
#include "dns/host.h"
#include "dns/upstream.h"
#include "util/list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The interest in a descriptor: any of these, or 0. */
enum { WHIM_WANT_READ = 1, WHIM_WANT_WRITE = 2 };

struct whim_resolver_hooks {
    /*
     * A descriptor was opened; room for it must be found now. false: out of memory; it is closed
     * again without another word. Most of them are never wanted (see channel.h).
     */
    bool (*reserve)(void *ctx, int fd);
    /*
     * The interest in a reserved descriptor changed. 0: forget it; said exactly once after the
     * last other interest, while the descriptor is still open, and before it is closed.
     */
    void (*want)(void *ctx, int fd, unsigned interest);
};

enum whim_dns_result {
    WHIM_DNS_OK,     /* answer.addrs is there */
    WHIM_DNS_WAIT,   /* done() will be called */
    WHIM_DNS_FAILED, /* answer.reason says why */
    WHIM_DNS_NOMEM,  /* out of memory; answer.reason says so too */
};

enum whim_dns_reason {
    WHIM_DNS_REASON_NONE,
    WHIM_DNS_REASON_NOT_FOUND,      /* no such name, or no address of the family: may be cached */
    WHIM_DNS_REASON_TIMEOUT,        /* no server answered */
    WHIM_DNS_REASON_SERVER_FAILURE, /* the servers refused, failed, or could not be reached */
    WHIM_DNS_REASON_NOMEM,
    WHIM_DNS_REASON_CANCELLED,
};

struct whim_dns_names;

struct whim_dns_answer {
    struct whim_dns_addrs *addrs; /* a reference that the receiver owns; NULL unless OK */
    enum whim_dns_reason reason;  /* NONE when OK */
    char *detail; /* what an upstream did, in words, inside of done() alone; NULL: nothing is known */
};

/* All of it is read during the lookup only. */
struct whim_dns_question {
    const char *host; /* not terminated; letter case is ignored; a trailing dot is kept */
    size_t len;
    uint16_t port;           /* for the overrides, which are per host and port */
    int family;              /* AF_UNSPEC, AF_INET, AF_INET6 (CURLOPT_IPRESOLVE) */
    const char *servers;     /* CURLOPT_DNS_SERVERS; NULL: the system's */
    const char *interface;   /* CURLOPT_DNS_INTERFACE, or NULL */
    const char *local_ip4;   /* CURLOPT_DNS_LOCAL_IP4, or NULL */
    const char *local_ip6;   /* CURLOPT_DNS_LOCAL_IP6, or NULL */
    struct whim_dns_upstream *upstream; /* who is asked instead of all these; NULL: nobody is */
    struct whim_dns_names *shared; /* whose names these are; NULL: the resolver's own */
    int64_t cache_timeout_ms; /* CURLOPT_DNS_CACHE_TIMEOUT: 0 off, -1 for ever */
    bool shuffle;            /* CURLOPT_DNS_SHUFFLE_ADDRESSES */
    bool use_wildcards;      /* this handle's CURLOPT_RESOLVE had a "*:PORT:..." (add_override) */
};

/* One who waits. The owner embeds it, sets done, and may free it once it is not linked. */
struct whim_dns_wait {
    struct whim_list link; /* the resolver's */
    struct whim_dns_query *query; /* the resolver's; NULL unless it is waiting */
    void *asker;           /* the owner's: for whom it waits */
    bool shuffle;          /* the resolver's */
    struct whim_dns_names *names; /* the resolver's: a reference, to where the answer is kept */
    /*
     * The end of the lookup: OK, FAILED or NOMEM. The wait is already unlinked. A reference in
     * answer.addrs now belongs to the callee.
     */
    void (*done)(struct whim_dns_wait *wait, enum whim_dns_result result,
                 struct whim_dns_answer answer);
};

/*
 * Once per process, before the first resolver and after the last: c-ares' own memory goes through
 * util/mem.h. Counted; not thread safe, as curl_global_init() is where it is called. 0, or -1.
 */
int whim_dns_global_init(void);
void whim_dns_global_cleanup(void);
/* The version of c-ares, for curl_version_info(). */
const char *whim_dns_ares_version(int *ret_number);

struct whim_resolver *whim_resolver_new(const struct whim_resolver_hooks *hooks, void *ctx);
/*
 * Ends every query: want(0) and close for each socket; waiters are unlinked and never hear of it.
 * NULL is fine.
 */
void whim_resolver_free(struct whim_resolver *resolver);

/* Before the first whim_resolver_lookup() with a wait; makes cancelling it harmless. */
void whim_dns_wait_init(struct whim_dns_wait *wait,
                        void (*done)(struct whim_dns_wait *wait, enum whim_dns_result result,
                                     struct whim_dns_answer answer));
/* In the middle of a lookup. */
static inline bool whim_dns_wait_is_waiting(const struct whim_dns_wait *wait)
{
    return whim_list_is_linked(&wait->link);
}
/*
 * Stops waiting: done() will not be called. O(1), at any time, also when it is not waiting, and
 * inside another waiter's done(). A query that was sent goes on, and its answer is cached; but an
 * upstream is told to forget the question when the last one has gone.
 */
void whim_dns_wait_cancel(struct whim_dns_wait *wait);

/* Looks up a name; *ret_answer is written unless the result is WAIT. The wait is not linked. */
enum whim_dns_result whim_resolver_lookup(struct whim_resolver *resolver,
                                          const struct whim_dns_question *question,
                                          struct whim_dns_wait *wait, int64_t now_us,
                                          struct whim_dns_answer *ret_answer);

/* A descriptor is ready (an error counts as both). One that is not the resolver's is ignored. */
void whim_resolver_on_socket(struct whim_resolver *resolver, int fd, bool readable, bool writable,
                             int64_t now_us);
/* The deadline has come; harmless at any other time. */
void whim_resolver_on_time(struct whim_resolver *resolver, int64_t now_us);
/* When on_time wants to be called: absolute, monotonic, maybe past; INT64_MAX: never. */
int64_t whim_resolver_deadline_us(const struct whim_resolver *resolver);

enum whim_dns_override_result {
    WHIM_DNS_OVERRIDE_OK,
    WHIM_DNS_OVERRIDE_WILDCARD, /* done, and the handle sets use_wildcards from now on */
    WHIM_DNS_OVERRIDE_IGNORED,  /* no line, or a "-..." that does not read as HOST:PORT: go on */
    WHIM_DNS_OVERRIDE_SYNTAX,   /* CURLE_SETOPT_OPTION_SYNTAX for the transfer */
    WHIM_DNS_OVERRIDE_NOMEM,
};

/*
 * Takes one line of CURLOPT_RESOLVE (resolve_list.h has the grammar) for the names of a share; NULL:
 * for the resolver's own.
 */
enum whim_dns_override_result whim_resolver_add_override(struct whim_resolver *resolver,
                                                         struct whim_dns_names *shared,
                                                         const char *line, int64_t now_us);
/*
 * Whether overrides exist, of the resolver (NULL: none) or of the share (NULL: no share), whose are
 * used then: without them a numeric host needs no resolver.
 */
bool whim_resolver_has_overrides(const struct whim_resolver *resolver,
                                 struct whim_dns_names *shared);

/*
 * Forgets all answers, and the system's configuration is read anew for the next query
 * (CURLMNWC_CLEAR_DNS, C-136). Overrides that never time out stay. Queries go on for
 * those who wait, are joined by nobody else, and their answers are not kept.
 */
void whim_resolver_clear_cache(struct whim_resolver *resolver);

/* Names with a cached answer, good or bad; names being asked for. */
size_t whim_resolver_n_cached(const struct whim_resolver *resolver);
size_t whim_resolver_n_asked(const struct whim_resolver *resolver);

/* Whether a CURLOPT_DNS_SERVERS string can be used. May read /etc/resolv.conf. */
bool whim_dns_check_servers(const char *servers);

#endif
