/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Connection: a chain of links, a protocol session on top, and the transfer that rides it.
 *
 * Made by whim_conn_open() for a transfer that found none to reuse; from then on the pool counts
 * it. It closes in one place, whim_conn_free(), where REMOVE is announced first, whatever the
 * phase. An idle connection owns no buffer.
 */
#ifndef WHIM_ENGINE_CONN_H
#define WHIM_ENGINE_CONN_H

#include "engine/session.h"
#include "net/link.h"
#include "proto/http1_parser.h"
#include "util/address.h"
#include "util/list.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

struct whim_chain_wait;
struct whim_decode;
struct whim_dial;
struct whim_file;
struct whim_auth_round;
struct whim_held;
struct whim_multi;
struct whim_origin;
struct whim_shared_pool;
struct whim_transfer;

enum whim_conn_state {
#define CONN_STATE(name, next) WHIM_CONN_##name,
#include "engine/tbl/conn_states.h"
    WHIM_CONN_STATE_MAX
};

struct whim_conn {
    struct whim_multi *multi; /* NULL while it rests in a shared pool */
    struct whim_origin *origin; /* a reference */
    struct whim_shared_pool *shared_pool; /* a reference: where it is to rest; NULL: in its multi */
    struct whim_transfer *transfer; /* that rides it; NULL while idle */
    const struct whim_session_ops *session;
    struct whim_list in_pool; /* or among those that part */
    struct whim_list in_origin; /* idle: newest first */
    struct whim_list in_idle;   /* idle: oldest first */
    struct whim_list lingering; /* idle only since a moment ago: still announced */
    struct whim_link socket;    /* the lowest link of the chain */
    struct whim_link *link;     /* the topmost one: what the session talks to */
    uint8_t state;              /* enum whim_conn_state; written by whim_conn_enter() alone */
    bool is_reused : 1;         /* the current transfer is not its first */
    bool is_no_reuse : 1;       /* to be closed when the transfer ends */
    bool is_watched : 1;        /* by the sentry */
    bool is_suspect : 1;        /* may hold bytes that nobody asked for: look before it is used */
    bool is_connect_only : 1;
    bool is_send_over : 1;      /* the request is not to be sent on, whatever is left of it */
    bool has_send_failed : 1;   /* and that because the socket does not take it */
    bool is_asked_again : 1;    /* its response is a step: a challenge that will be met, a redirect */
    bool is_chain_held : 1;     /* SHAKING: a proxy's line waits for the application to go on */
    bool is_line_told : 1;      /* and that one was traced and counted when it was refused */
    bool is_hsts_noted : 1;     /* the response had the field; another one does not count */
    bool is_over : 1;           /* its transfer ended in order: what was taken to be sent is */
    uint32_t n_transfers;
    uint32_t n_owed; /* CONNECT_ONLY: bytes that were taken to be sent, and not told so yet */
    int64_t id;
    int64_t created_us;
    int64_t idle_since_us; /* or parting since */

    struct whim_dial *dial;     /* while RESOLVING and DIALING */
    struct whim_chain_wait *chain_wait; /* while SHAKING: a name that a proxy wants resolved */
    uint8_t chain_stage;        /* chain.c's own */
    curl_closesocket_callback close_cb; /* remembered from the transfer that opened it (C-35) */
    void *close_data;
    struct whim_address remote;
    struct whim_address local;

    struct whim_http1_parser parser; /* the http1 session's */
    char *out;                  /* head bytes that the socket did not take; NULL: none */
    uint32_t out_len;
    uint32_t out_off;
    struct whim_auth_round *proxy_round; /* with a forwarding proxy; NULL: no credentials */
    struct whim_decode *decode; /* the body is coded, and wanted plain; NULL: neither or not both */
    struct whim_file *file;     /* of a file: URL; NULL: none */
    struct whim_held *held;     /* received, but not delivered: the transfer is paused */
};

/*
 * Opens a connection to the transfer's origin and begins to resolve. False: out of memory, and
 * nothing is left of it. After true the transfer may have been finished already.
 */
bool whim_conn_open(struct whim_transfer *transfer);

/* Changes the state; the move must be in the table. */
void whim_conn_enter(struct whim_conn *conn, enum whim_conn_state state);

/* Dialing has given a connected socket: the links above it are next. */
void whim_conn_dialed(struct whim_conn *conn, int fd, const struct whim_address *remote);

/* A transfer takes an idle connection. */
void whim_conn_attach(struct whim_conn *conn, struct whim_transfer *transfer);

/* The transfer, which has let go, gives it back: to a pool when it may be kept, else it is closed. */
void whim_conn_release(struct whim_conn *conn, struct whim_transfer *transfer, bool can_keep);

/*
 * Ends it in whatever state. The transfer, if any, has let go of it. It is freed, or parts first
 * (parting.h).
 */
void whim_conn_close(struct whim_conn *conn);

/*
 * The end of whim_conn_close(): frees the links, closes the socket, and frees it. Also for one that
 * has no multi (shared_pool.h).
 */
void whim_conn_free(struct whim_conn *conn);

/* The loop says that its socket, or one of its dial attempts' sockets, is ready. */
void whim_conn_on_socket(struct whim_conn *conn, int fd);

/* The system cannot watch its socket, or one of its dial attempts': that one is given up. */
void whim_conn_unwatchable(struct whim_conn *conn, int fd, int os_error);

/* Would it wait for more by now than the registry was told? */
bool whim_conn_is_held_up(const struct whim_conn *conn);

/* Tells the registry what it waits for now. */
void whim_conn_update_interest(struct whim_conn *conn);

/* Is an idle connection still usable? Looks without taking data (C-171). */
bool whim_conn_is_alive(struct whim_conn *conn);

/*
 * Closes a descriptor through its closesocket callback, after REMOVE. close_cb may be NULL, and the
 * multi too, where no registry has the descriptor.
 */
void whim_conn_close_socket(struct whim_multi *multi, int fd, curl_closesocket_callback close_cb,
                            void *close_data);

#endif
