/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/conn.h"

#include "engine/chain.h"
#include "engine/chain_proxy.h"
#include "engine/deadline.h"
#include "engine/dial.h"
#include "engine/guard.h"
#include "engine/multi.h"
#include "engine/parting.h"
#include "engine/pool.h"
#include "engine/route.h"
#include "engine/sentry.h"
#include "engine/shared_pool.h"
#include "engine/start.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "util/mem.h"

#include <assert.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The states that may follow each one; only assertions look. */
static const unsigned next_states[] __attribute__((unused)) = {
#define CONN_STATE(name, next) [WHIM_CONN_##name] = next,
#include "engine/tbl/conn_states.h"
};

void whim_conn_enter(struct whim_conn *conn, enum whim_conn_state state)
{
    assert(state == WHIM_CONN_CLOSED || next_states[conn->state] & 1u << state);
    conn->state = (uint8_t)state;
}

/* What curl_easy_getinfo() will tell of the connection, also when it has gone. */
static void note_conn(struct whim_transfer *transfer, const struct whim_conn *conn)
{
    transfer->info.conn_id = conn->id;
    transfer->info.remote = conn->remote;
    transfer->info.local = conn->local;
    transfer->info.active_fd = conn->socket.fd;
    transfer->info.is_proxy_used =
        conn->origin->key.route && conn->origin->key.route->has_proxy;
}

/* Where it will rest depends on whose it was last. */
static void find_shared_pool(struct whim_conn *conn, const struct whim_transfer *transfer)
{
    struct whim_shared_pool *pool = whim_shared_pool_of(transfer);

    whim_shared_pool_unref(conn->shared_pool);
    conn->shared_pool = pool ? whim_shared_pool_ref(pool) : NULL;
}

static void bind_transfer(struct whim_conn *conn, struct whim_transfer *transfer)
{
    if (conn->shared_pool || whim_opt_is_set(&transfer->options, WHIM_OPT_SHARE))
        find_shared_pool(conn, transfer);
    conn->transfer = transfer;
    transfer->conn = conn;
    conn->n_transfers++;
}

static const struct whim_session_ops *choose_session(const struct whim_conn *conn,
                                                     const struct whim_transfer *transfer)
{
    if (conn->is_connect_only)
        return &whim_raw_session;
    return transfer->url.scheme_id == WHIM_SCHEME_FILE ? &whim_file_session : &whim_http1_session;
}

bool whim_conn_open(struct whim_transfer *transfer)
{
    struct whim_multi *multi = transfer->multi;
    const struct whim_options *options = &transfer->options;
    struct whim_conn *conn = whim_calloc(1, sizeof(*conn));

    if (!conn)
        return false;
    conn->multi = multi;
    conn->origin = transfer->origin;
    whim_origin_ref(conn->origin);
    conn->origin->n_conns++;
    multi->pool.n_conns++;
    conn->created_us = multi->now_us;
    conn->is_connect_only = whim_opt_num(options, WHIM_OPT_CONNECT_ONLY) != 0;
    conn->session = choose_session(conn, transfer);
    conn->close_cb = WHIM_OPT_FN(curl_closesocket_callback, options, WHIM_OPT_CLOSESOCKETFUNCTION);
    conn->close_data = whim_opt_ptr(options, WHIM_OPT_CLOSESOCKETDATA);
    conn->state = WHIM_CONN_RESOLVING;
    whim_socket_link_init(&conn->socket, -1);
    conn->link = &conn->socket;
    whim_list_init(&conn->in_origin);
    whim_list_init(&conn->in_idle);
    whim_list_init(&conn->lingering);
    whim_list_init(&conn->in_pool);
    whim_list_add_last(&multi->pool.conns, &conn->in_pool);
    bind_transfer(conn, transfer);
    conn->id = conn->shared_pool ? whim_shared_pool_number(conn->shared_pool)
                                 : ++multi->pool.last_conn_id;
    if (transfer->url.scheme_id == WHIM_SCHEME_FILE) { /* there is nobody to dial */
        conn->state = WHIM_CONN_READY;
        conn->is_no_reuse = true;
        transfer->info.conn_id = conn->id;
        whim_start_request(transfer);
        return true;
    }
    if (whim_dial_begin(conn))
        return true;
    transfer->conn = NULL;
    conn->transfer = NULL;
    whim_conn_close(conn);
    return false;
}

static void learn_local_address(struct whim_conn *conn)
{
    struct sockaddr_storage storage;
    socklen_t len = sizeof(storage);

    if (getsockname(conn->socket.fd, (void *)&storage, &len) == 0)
        whim_address_from_sockaddr(&conn->local, (void *)&storage);
}

void whim_conn_dialed(struct whim_conn *conn, int fd, const struct whim_address *remote)
{
    struct whim_transfer *transfer = conn->transfer;
    struct whim_multi *multi = conn->multi;
    char text[WHIM_ADDRESS_TEXT_BYTES];

    conn->remote = *remote;
    whim_socket_link_init(&conn->socket, fd);
    learn_local_address(conn);
    whim_registry_want(&multi->registry, fd, WHIM_OWNER_CONN, conn, 0);
    note_conn(transfer, conn);
    transfer->info.n_connects++;
    transfer->info.connect_us = whim_info_since_start(&transfer->info, multi->now_us);
    if (whim_trace_is_on(transfer))
        whim_trace_text(transfer, "Connected to %s (%s) port %u (#%lld)", conn->origin->host,
                        whim_address_text(&conn->remote, text), conn->origin->key.port,
                        (long long)conn->id);
    whim_chain_begin(conn);
}

void whim_conn_attach(struct whim_conn *conn, struct whim_transfer *transfer)
{
    whim_conn_enter(conn, WHIM_CONN_READY);
    conn->is_reused = true;
    conn->is_suspect = false;
    conn->is_over = false;
    bind_transfer(conn, transfer);
    note_conn(transfer, conn);
}

void whim_conn_release(struct whim_conn *conn, struct whim_transfer *transfer, bool can_keep)
{
    struct whim_multi *multi = conn->multi;
    struct whim_origin *origin = conn->origin;

    if (conn->state == WHIM_CONN_READY)
        conn->session->end(conn);
    if (!can_keep || conn->is_no_reuse || conn->is_connect_only || multi->is_closing ||
        multi->is_dead || conn->state != WHIM_CONN_READY) {
        whim_conn_close(conn);
        return;
    }
    whim_conn_enter(conn, WHIM_CONN_IDLE);
    if (conn->shared_pool && whim_shared_pool_keep(conn, transfer))
        return;
    whim_pool_keep(multi, conn); /* may close others, or wake who waits */
    whim_conn_update_interest(conn);
    whim_pool_wake(multi, origin);
}

void whim_conn_close_socket(struct whim_multi *multi, int fd, curl_closesocket_callback close_cb,
                            void *close_data)
{
    unsigned before;

    if (multi)
        whim_registry_forget(multi, fd);
    if (!close_cb) {
        close(fd);
        return;
    }
    before = multi ? whim_guard_enter(multi, WHIM_IN_EASY_CB) : 0;
    close_cb(close_data, fd);
    if (multi)
        whim_guard_leave(multi, before);
}

/* Every link above the socket, the topmost first. */
static void free_chain(struct whim_conn *conn)
{
    while (conn->link != &conn->socket) {
        struct whim_link *link = conn->link;

        conn->link = link->below;
        link->ops->free(link);
    }
    conn->socket.fd = -1;
}

void whim_conn_free(struct whim_conn *conn)
{
    int fd = conn->socket.fd;

    whim_conn_enter(conn, WHIM_CONN_CLOSED);
    if (conn->close_cb && conn->multi)
        whim_sentry_unwatch(conn->multi, conn);
    free_chain(conn);
    if (fd >= 0)
        whim_conn_close_socket(conn->multi, fd, conn->close_cb, conn->close_data);
    whim_shared_pool_unref(conn->shared_pool);
    whim_free(conn);
}

/* Says farewell, if there is anybody. True: there is something left to be sent for the loop. */
static bool part(struct whim_conn *conn)
{
    const struct whim_multi *multi = conn->multi;
    bool is_up = conn->state == WHIM_CONN_READY || conn->state == WHIM_CONN_IDLE;
    bool is_over = conn->is_over || conn->state == WHIM_CONN_IDLE;

    if (is_up)
        conn->link->ops->part(conn->link);
    return is_up && is_over && conn->link->has_unsent && !multi->is_closing && !multi->is_dead;
}

void whim_conn_close(struct whim_conn *conn)
{
    struct whim_multi *multi = conn->multi;
    struct whim_origin *origin = conn->origin;

    assert(!conn->transfer);
    if (conn->state == WHIM_CONN_PARTING) {
        whim_parting_end(conn);
        return;
    }
    if (conn->state == WHIM_CONN_READY)
        conn->session->end(conn);
    whim_pool_unkeep(multi, conn);
    whim_list_del(&conn->in_pool);
    whim_dial_end(conn);
    whim_chain_end_wait(conn);
    multi->pool.n_conns--;
    origin->n_conns--;
    conn->origin = NULL;
    if (part(conn)) {
        whim_conn_enter(conn, WHIM_CONN_PARTING);
        whim_parting_add(conn);
    } else {
        whim_conn_free(conn);
    }
    whim_pool_wake(multi, origin);
    whim_origin_unref(origin);
}

/* Whatever an idle connection receives, it can carry no other request (C-171). */
static void on_idle_ready(struct whim_conn *conn)
{
    if (conn->link->has_unsent)
        conn->link->ops->flush(conn->link);
    if (!whim_conn_is_alive(conn))
        whim_conn_close(conn);
    else
        whim_conn_update_interest(conn);
}

void whim_conn_on_socket(struct whim_conn *conn, int fd)
{
    struct whim_transfer *transfer = conn->transfer;

    if (conn->state == WHIM_CONN_PARTING) {
        whim_parting_on_ready(conn);
        return;
    }
    if (!transfer) {
        on_idle_ready(conn);
        return;
    }
    if (whim_deadline_is_passed(transfer))
        return;
    switch ((enum whim_conn_state)conn->state) {
    case WHIM_CONN_READY:
        if (conn->link->has_unsent)
            conn->link->ops->flush(conn->link); /* an error is the session's next send's */
        conn->session->on_ready(conn);
        break;
    case WHIM_CONN_SHAKING:
        whim_chain_on_ready(conn);
        break;
    default:
        whim_dial_on_socket(conn->dial, fd);
        break;
    }
}

void whim_conn_unwatchable(struct whim_conn *conn, int fd, int os_error)
{
    struct whim_transfer *transfer = conn->transfer;

    if (!transfer) {
        whim_conn_close(conn);
    } else if (conn->dial) {
        whim_dial_fail(conn->dial, fd, os_error);
    } else {
        transfer->info.os_error = os_error;
        whim_trace_error(transfer, "The socket cannot be watched: %s", strerror(os_error));
        whim_transfer_finish(transfer, CURLE_UNRECOVERABLE_POLL, false);
    }
}

/* Without a socket callback only the engine's own set watches: idle ones stay in it. */
static unsigned idle_interest(const struct whim_conn *conn)
{
    bool is_watched = whim_list_is_linked(&conn->lingering) || conn->multi->is_idle_watched ||
                      !conn->multi->socket_cb;

    return is_watched ? WHIM_READ : 0;
}

static unsigned own_interest(const struct whim_conn *conn)
{
    switch ((enum whim_conn_state)conn->state) {
    case WHIM_CONN_IDLE:
        return idle_interest(conn);
    case WHIM_CONN_READY:
        return conn->session->want(conn);
    default:
        return 0; /* handshakes are the links' own business */
    }
}

bool whim_conn_is_held_up(const struct whim_conn *conn)
{
    const struct whim_registration *entry =
        whim_registry_find(&conn->multi->registry, conn->socket.fd);

    return entry && conn->state == WHIM_CONN_READY &&
           (conn->link->ops->want(conn->link, conn->session->want(conn)) &
            ~(unsigned)entry->wanted);
}

void whim_conn_update_interest(struct whim_conn *conn)
{
    unsigned interest;

    if (conn->socket.fd < 0)
        return;
    interest = own_interest(conn);
    whim_registry_want(&conn->multi->registry, conn->socket.fd, WHIM_OWNER_CONN, conn,
                       conn->is_chain_held ? 0 : conn->link->ops->want(conn->link, interest));
}

bool whim_conn_is_alive(struct whim_conn *conn)
{
    return conn->link->ops->is_alive(conn->link);
}
