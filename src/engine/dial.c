/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/dial.h"

#include "engine/bind_local.h"
#include "engine/callback.h"
#include "engine/conn.h"
#include "engine/lookup.h"
#include "engine/multi.h"
#include "engine/open_socket.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "util/clock.h"
#include "util/mem.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static const uint16_t families[2] = {AF_INET6, AF_INET};

static void close_attempt(struct whim_dial *dial, int i)
{
    struct whim_conn *conn = dial->conn;
    int fd = dial->fds[i];

    dial->fds[i] = -1;
    dial->n_running--;
    whim_conn_close_socket(conn->multi, fd, conn->close_cb, conn->close_data);
}

void whim_dial_end(struct whim_conn *conn)
{
    struct whim_dial *dial = conn->dial;

    if (!dial)
        return;
    conn->dial = NULL;
    whim_dns_wait_cancel(&dial->wait);
    whim_timer_disarm(&conn->multi->timers, &dial->timer);
    for (int i = 0; i < WHIM_DIAL_MAX_ATTEMPTS; i++)
        if (dial->fds[i] >= 0)
            close_attempt(dial, i);
    whim_dns_addrs_unref(dial->near);
    whim_dns_addrs_unref(dial->addrs);
    whim_free(dial);
}

/* The attempt has won: the others end, and the connection goes on with its socket. */
static void win(struct whim_dial *dial, int fd, const struct whim_address *remote)
{
    struct whim_conn *conn = dial->conn;
    struct whim_address peer = *remote;

    for (int i = 0; i < WHIM_DIAL_MAX_ATTEMPTS; i++)
        if (dial->fds[i] == fd)
            dial->fds[i] = -1;
    whim_dial_end(conn);
    whim_conn_dialed(conn, fd, &peer);
}

static void lose(struct whim_dial *dial)
{
    struct whim_conn *conn = dial->conn;
    struct whim_transfer *transfer = conn->transfer;
    int64_t ms = (conn->multi->now_us - transfer->connect_start_us) / WHIM_US_PER_MS;

    if (dial->is_unbound) {
        whim_transfer_finish(transfer, CURLE_INTERFACE_FAILED, false);
        return;
    }
    transfer->info.os_error = dial->os_error;
    whim_trace_error(transfer, "Failed to connect to %.*s port %u after %lld ms: %s",
                     (int)dial->hop.len, dial->hop.host, dial->hop.port, (long long)ms,
                     curl_easy_strerror(CURLE_COULDNT_CONNECT));
    whim_transfer_finish(transfer, CURLE_COULDNT_CONNECT, false);
}

/* The next address of the family whose turn it is, or of the other one; NULL: all were tried. */
static const struct whim_address *next_address(struct whim_dial *dial)
{
    if (!dial->addrs) /* a local socket */
        return NULL;
    for (int k = 0; k < 2; k++) {
        unsigned turn = (dial->turn + (unsigned)k) % 2;

        while (dial->next[turn] < dial->addrs->n_items) {
            const struct whim_address *address = &dial->addrs->items[dial->next[turn]++];

            if (address->family == families[turn]) {
                dial->turn = 1 - turn;
                return address;
            }
        }
    }
    return NULL;
}

static bool has_next_address(const struct whim_dial *dial)
{
    for (int turn = 0; dial->addrs && turn < 2; turn++)
        for (unsigned i = dial->next[turn]; i < dial->addrs->n_items; i++)
            if (dial->addrs->items[i].family == families[turn])
                return true;
    return false;
}

static void arm_next_attempt(struct whim_dial *dial)
{
    struct whim_conn *conn = dial->conn;
    int64_t ms = whim_opt_num(&conn->transfer->options, WHIM_OPT_HAPPY_EYEBALLS_TIMEOUT_MS);

    if (dial->n_running < WHIM_DIAL_MAX_ATTEMPTS && has_next_address(dial))
        whim_timer_arm(&conn->multi->timers, &dial->timer,
                       whim_multi_now_us(conn->multi) + (ms > 0 ? ms : 1) * WHIM_US_PER_MS);
}

static void keep_attempt(struct whim_dial *dial, int fd)
{
    struct whim_conn *conn = dial->conn;

    for (int i = 0; i < WHIM_DIAL_MAX_ATTEMPTS; i++) {
        if (dial->fds[i] < 0) {
            dial->fds[i] = fd;
            dial->n_running++;
            break;
        }
    }
    whim_registry_want(&conn->multi->registry, fd, WHIM_OWNER_CONN, conn, WHIM_WRITE);
}

/*
 * Starts attempts until one runs; the dial has gone when one connects at once, or when none is
 * left and none runs.
 */
static void try_next(struct whim_dial *dial)
{
    struct whim_transfer *transfer = dial->conn->transfer;
    const struct whim_address *found;
    char text[WHIM_ADDRESS_TEXT_BYTES];
    int fd;

    while ((found = next_address(dial))) {
        struct whim_address address = *found;

        address.port = dial->hop.port;
        if (address.family == AF_INET6 && !address.scope_id)
            address.scope_id = dial->conn->origin->key.scope_id;
        if (whim_trace_is_on(transfer))
            whim_trace_text(transfer, "  Trying %s:%u...", whim_address_text(&address, text),
                            address.port);
        switch (whim_open_socket(transfer, &address, &fd, &dial->os_error)) {
        case WHIM_OPEN_CONNECTED:
            win(dial, fd, &address);
            return;
        case WHIM_OPEN_CONNECTING:
            keep_attempt(dial, fd);
            arm_next_attempt(dial);
            return;
        case WHIM_OPEN_NOMEM:
            whim_transfer_finish(transfer, CURLE_OUT_OF_MEMORY, false);
            return;
        case WHIM_OPEN_UNBOUND: /* an address of the other family may do */
            dial->is_unbound = true;
            if (dial->n_running || has_next_address(dial))
                whim_trace_reset_error(transfer);
            break;
        case WHIM_OPEN_FAILED:
            dial->is_unbound = false;
            break;
        }
    }
    if (!dial->n_running)
        lose(dial);
}

static void start_attempts(struct whim_dial *dial, struct whim_dns_addrs *addrs)
{
    struct whim_conn *conn = dial->conn;

    dial->addrs = addrs;
    conn->transfer->info.namelookup_us =
        whim_info_since_start(&conn->transfer->info, conn->multi->now_us);
    whim_conn_enter(conn, WHIM_CONN_DIALING);
    try_next(dial);
}

static void fail_lookup(struct whim_dial *dial, const struct whim_dns_answer *answer)
{
    struct whim_transfer *transfer = dial->conn->transfer;
    const struct whim_route *route = dial->conn->origin->key.route;
    bool is_proxy = route && (route->has_pre_proxy || route->has_proxy);

    if (answer->reason == WHIM_DNS_REASON_NOMEM) {
        whim_transfer_finish(transfer, CURLE_OUT_OF_MEMORY, false);
        return;
    }
    whim_trace_error(transfer, "Could not resolve %s: %.*s%s%s", is_proxy ? "proxy" : "host",
                     (int)dial->hop.len, dial->hop.host, answer->detail ? ": " : "",
                     answer->detail ? answer->detail : "");
    whim_transfer_finish(transfer,
                         is_proxy ? CURLE_COULDNT_RESOLVE_PROXY : CURLE_COULDNT_RESOLVE_HOST,
                         false);
}

static void on_answer(struct whim_dns_wait *wait, enum whim_dns_result result,
                      struct whim_dns_answer answer)
{
    struct whim_dial *dial = WHIM_CONTAINER_OF(wait, struct whim_dial, wait);

    if (result == WHIM_DNS_OK)
        start_attempts(dial, answer.addrs);
    else
        fail_lookup(dial, &answer);
}

/* Tells the application that a name is about to be looked up; false: it does not want that. */
static bool call_resolver_start(struct whim_transfer *transfer)
{
    curl_resolver_start_callback cb = WHIM_OPT_FN(
        curl_resolver_start_callback, &transfer->options, WHIM_OPT_RESOLVER_START_FUNCTION);
    unsigned before;
    int answer;

    if (!cb)
        return true;
    before = whim_callback_enter(transfer);
    answer = cb(NULL, NULL, whim_opt_ptr(&transfer->options, WHIM_OPT_RESOLVER_START_DATA));
    whim_callback_leave(transfer, before);
    return answer == 0;
}

/*
 * Looks up a host; done() hears of it now or later, and ends or goes on with the dial. False: out of
 * memory.
 */
static bool look_up(struct whim_dial *dial, const struct whim_target *host,
                    void (*done)(struct whim_dns_wait *wait, enum whim_dns_result result,
                                 struct whim_dns_answer answer))
{
    struct whim_transfer *transfer = dial->conn->transfer;
    struct whim_dns_answer answer = {0};
    enum whim_dns_result result;

    if (!call_resolver_start(transfer)) {
        whim_trace_error(transfer, "operation aborted by resolver start callback");
        whim_transfer_finish(transfer, CURLE_ABORTED_BY_CALLBACK, false);
        return true;
    }
    whim_dns_wait_init(&dial->wait, done);
    result = whim_lookup_host(transfer, host, &dial->wait, &answer);
    if (result == WHIM_DNS_NOMEM)
        return false;
    if (result != WHIM_DNS_WAIT)
        done(&dial->wait, result, answer);
    return true;
}

/* The near end's host is known, or is not. */
static void on_near_answer(struct whim_dns_wait *wait, enum whim_dns_result result,
                           struct whim_dns_answer answer)
{
    struct whim_dial *dial = WHIM_CONTAINER_OF(wait, struct whim_dial, wait);
    struct whim_transfer *transfer = dial->conn->transfer;

    if (result == WHIM_DNS_OK) {
        dial->near = answer.addrs;
        if (!look_up(dial, &dial->hop, on_answer))
            whim_transfer_finish(transfer, CURLE_OUT_OF_MEMORY, false);
        return;
    }
    if (answer.reason == WHIM_DNS_REASON_NOMEM) {
        whim_transfer_finish(transfer, CURLE_OUT_OF_MEMORY, false);
        return;
    }
    whim_bind_local_tell(transfer, whim_opt_text(&transfer->options, WHIM_OPT_INTERFACE), 0);
    whim_transfer_finish(transfer, CURLE_INTERFACE_FAILED, false);
}

static struct whim_target first_hop(const struct whim_origin *origin)
{
    const struct whim_target target = {
        .host = origin->host, .len = origin->key.host_len, .port = origin->key.port};

    return whim_route_first_hop(origin->key.route, &target);
}

/* A local socket has no name to look up, and one address. */
static void open_unix_socket(struct whim_dial *dial, const struct whim_str *path)
{
    struct whim_conn *conn = dial->conn;
    const struct whim_route *route = conn->origin->key.route;
    const struct whim_address none = {.family = AF_UNSPEC};
    struct whim_transfer *transfer = conn->transfer;
    int fd;

    transfer->info.namelookup_us = whim_info_since_start(&transfer->info, conn->multi->now_us);
    whim_conn_enter(conn, WHIM_CONN_DIALING);
    switch (whim_open_unix_socket(transfer, path, route->is_abstract, &fd, &dial->os_error)) {
    case WHIM_OPEN_CONNECTED:
        win(dial, fd, &none);
        break;
    case WHIM_OPEN_CONNECTING:
        keep_attempt(dial, fd);
        break;
    case WHIM_OPEN_NOMEM:
        whim_transfer_finish(transfer, CURLE_OUT_OF_MEMORY, false);
        break;
    default:
        transfer->info.os_error = dial->os_error;
        whim_trace_error(transfer, "Failed to connect to the local socket %s: %s",
                         path->text, strerror(dial->os_error));
        whim_transfer_finish(transfer, CURLE_COULDNT_CONNECT, false);
        break;
    }
}

bool whim_dial_begin(struct whim_conn *conn)
{
    struct whim_dial *dial = whim_calloc(1, sizeof(*dial));
    const struct whim_str *unix_path = whim_route_unix_socket(conn->origin->key.route);
    struct whim_target near;
    struct whim_str *interface;
    bool is_begun;

    if (!dial)
        return false;
    dial->conn = conn;
    for (int i = 0; i < WHIM_DIAL_MAX_ATTEMPTS; i++)
        dial->fds[i] = -1;
    whim_timer_init(&dial->timer, WHIM_TIMER_DIAL);
    whim_dns_wait_init(&dial->wait, on_answer); /* so that it may be cancelled */
    conn->dial = dial;
    dial->hop = first_hop(conn->origin);
    if (unix_path) {
        open_unix_socket(dial, unix_path);
        return true;
    }
    /* Out of memory: the caller closes the connection, and that ends the dial. */
    if (!whim_bind_local_host(conn->transfer, &near))
        return look_up(dial, &dial->hop, on_answer);
    /* A reference, since it is in the option's text, which callbacks may set anew. */
    interface = whim_str_ref(whim_opt_str(&conn->transfer->options, WHIM_OPT_INTERFACE));
    is_begun = look_up(dial, &near, on_near_answer);
    whim_str_unref(interface);
    return is_begun;
}

static int find_attempt(const struct whim_dial *dial, int fd)
{
    for (int i = 0; i < WHIM_DIAL_MAX_ATTEMPTS; i++)
        if (dial->fds[i] == fd)
            return i;
    return -1;
}

/* The dial has gone when there is no other. */
static void fail_attempt(struct whim_dial *dial, int i, int os_error)
{
    dial->os_error = os_error;
    dial->is_unbound = false;
    close_attempt(dial, i);
    try_next(dial);
}

void whim_dial_on_socket(struct whim_dial *dial, int fd)
{
    int i = find_attempt(dial, fd);
    struct sockaddr_storage storage;
    socklen_t len = sizeof(storage);
    struct whim_address remote;
    int error = 0;

    if (i < 0)
        return;
    /* A peer's address is there only once the connection is: events may come too early (C-60). */
    if (getpeername(fd, (void *)&storage, &len) == 0) {
        whim_address_from_sockaddr(&remote, (void *)&storage);
        win(dial, fd, &remote);
        return;
    }
    if (errno != ENOTCONN)
        error = errno;
    len = sizeof(error);
    if (!error && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        error = errno;
    if (error)
        fail_attempt(dial, i, error);
}

void whim_dial_fail(struct whim_dial *dial, int fd, int os_error)
{
    int i = find_attempt(dial, fd);

    if (i >= 0)
        fail_attempt(dial, i, os_error);
}

void whim_dial_on_timer(struct whim_dial *dial)
{
    if (dial->n_running < WHIM_DIAL_MAX_ATTEMPTS)
        try_next(dial);
}
