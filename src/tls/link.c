/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls/link.h"

#include "tls/info.h"
#include "tls/tls_link.h"
#include "util/mem.h"

#include <openssl/err.h>
#include <string.h>

enum { MAX_TRIES = 16 }; /* to read past tickets, a buffer full of them each time */

static struct whim_tls_link *tls_of(struct whim_link *link)
{
    return (struct whim_tls_link *)link;
}

/* What a call to OpenSSL that has failed means for the session above. */
static enum whim_link_result judge(struct whim_tls_link *link, enum whim_tls_act act)
{
    int ssl_error = SSL_get_error(link->ssl, 0);

    if (ssl_error == SSL_ERROR_WANT_READ)
        return WHIM_LINK_AGAIN;
    if (ssl_error == SSL_ERROR_ZERO_RETURN && act == WHIM_TLS_RECEIVING)
        return WHIM_LINK_CLOSED;
    link->is_truncated = link->is_below_closed && act == WHIM_TLS_RECEIVING;
    return whim_tls_link_fail_openssl(link, act, ssl_error);
}

/* Sending has failed, and that alone: what the peer has said before is still to be read. */
static enum whim_link_result fail_sending(struct whim_tls_link *link)
{
    struct whim_tls_failure failure = {0};

    ERR_clear_error();
    whim_tls_fail_openssl(&failure, WHIM_TLS_SENDING, link->ssl, SSL_ERROR_SYSCALL,
                          link->link.os_error, link->host, link->port);
    whim_tls_link_note(link, &failure);
    return WHIM_LINK_ERROR;
}

/* With a ticket come buffers for both directions, and one would stay until something is sent. */
static void free_spare_buffers(struct whim_tls_link *link)
{
    if (link->has_spare_buffers && !link->is_broken && SSL_free_buffers(link->ssl))
        link->has_spare_buffers = false;
}

/*
 * Is there perhaps more, though OpenSSL wants to read? It stops behind a ticket, and what is behind
 * that may never be announced again (D-5). But a peer that sends tickets alone may not have the
 * loop for itself (C-69).
 */
static bool has_stopped_early(const struct whim_tls_link *link, int n_tries)
{
    return link->was_below_read && n_tries < MAX_TRIES;
}

static enum whim_link_result recv_tls(struct whim_link *base, void *data, size_t cap,
                                      size_t *ret_len)
{
    struct whim_tls_link *link = tls_of(base);
    enum whim_link_result result = link->parked;
    size_t len = 0;
    int n_tries = 0;

    link->is_below_dry = false;
    if (link->is_broken)
        result = WHIM_LINK_ERROR;
    else if (link->is_early)
        result = whim_tls_early_finish(link);
    if (result != WHIM_LINK_OK)
        return result;
    while (result == WHIM_LINK_OK && len < cap) {
        size_t n = 0;

        link->may_stop = len > 0;
        link->was_below_read = false;
        ERR_clear_error();
        if (SSL_read_ex(link->ssl, (char *)data + len, cap - len, &n))
            len += n;
        else
            result = judge(link, WHIM_TLS_RECEIVING);
        if (result == WHIM_LINK_AGAIN && !len && has_stopped_early(link, n_tries++))
            result = WHIM_LINK_OK;
    }
    link->may_stop = false;
    link->is_write_held = false;
    free_spare_buffers(link);
    if (!len)
        return result;
    /* What has come in order is delivered; the bad news wait for the next call. */
    if (result != WHIM_LINK_AGAIN)
        link->parked = result;
    *ret_len = len;
    return WHIM_LINK_OK;
}

/* A vector behind its first skip bytes as one piece: a head and the start of its body. */
static size_t gather(unsigned char *scratch, size_t skip, const struct iovec *vec, int n_vec)
{
    size_t len = 0;

    for (int i = 0; i < n_vec && len < WHIM_TLS_RECORD_BYTES; i++) {
        size_t n = vec[i].iov_len - skip;

        if (n > WHIM_TLS_RECORD_BYTES - len)
            n = WHIM_TLS_RECORD_BYTES - len;
        if (n)
            memcpy(scratch + len, (const char *)vec[i].iov_base + skip, n);
        len += n;
        skip = 0;
    }
    return len;
}

static enum whim_link_result send_piece(struct whim_tls_link *link, const void *data, size_t len,
                                        size_t *sent)
{
    size_t n = 0;

    ERR_clear_error();
    if (!SSL_write_ex(link->ssl, data, len, &n)) {
        enum whim_link_result result = judge(link, WHIM_TLS_SENDING);

        link->is_write_held = result == WHIM_LINK_AGAIN;
        return result;
    }
    if (link->is_send_broken)
        return fail_sending(link);
    link->is_write_held = false;
    *sent += n;
    return WHIM_LINK_OK;
}

/* One record's worth of what is left of the vector behind skip bytes. */
static enum whim_link_result send_record(struct whim_tls_link *link, const struct iovec *vec,
                                         int n_vec, size_t *sent)
{
    struct whim_tls *tls = link->context->tls;
    size_t skip = *sent;
    struct iovec first;

    while (n_vec && skip >= vec->iov_len) {
        skip -= vec->iov_len;
        vec++;
        n_vec--;
    }
    if (!n_vec)
        return WHIM_LINK_OK;
    first.iov_base = (char *)vec->iov_base + skip;
    first.iov_len = vec->iov_len - skip;
    if (first.iov_len >= WHIM_TLS_RECORD_BYTES)
        return send_piece(link, first.iov_base, WHIM_TLS_RECORD_BYTES, sent);
    if (n_vec > 1 && !tls->scratch)
        tls->scratch = whim_malloc(WHIM_TLS_RECORD_BYTES);
    if (n_vec == 1 || !tls->scratch)
        return send_piece(link, first.iov_base, first.iov_len, sent);
    first.iov_len = gather(tls->scratch, skip, vec, n_vec);
    return send_piece(link, tls->scratch, first.iov_len, sent);
}

static enum whim_link_result send_tls(struct whim_link *base, const struct iovec *vec, int n_vec,
                                      size_t *ret_len)
{
    struct whim_tls_link *link = tls_of(base);
    enum whim_link_result result = WHIM_LINK_OK;
    size_t total = 0;
    size_t sent = 0;

    if (link->is_broken)
        return WHIM_LINK_ERROR;
    if (link->is_send_broken)
        return fail_sending(link);
    if (link->is_early && whim_tls_early_has_room(link))
        return whim_tls_early_send(link, vec, ret_len);
    if (link->is_early)
        result = whim_tls_early_finish(link);
    for (int i = 0; i < n_vec; i++)
        total += vec[i].iov_len;
    while (result == WHIM_LINK_OK && sent < total && !base->has_unsent)
        result = send_record(link, vec, n_vec, &sent);
    if (!sent)
        return result == WHIM_LINK_OK ? WHIM_LINK_AGAIN : result;
    *ret_len = sent;
    return WHIM_LINK_OK;
}

static enum whim_link_result flush_tls(struct whim_link *base)
{
    struct whim_tls_link *link = tls_of(base);
    enum whim_link_result result;

    if (link->is_broken)
        return WHIM_LINK_ERROR;
    result = base->has_unsent ? whim_tls_link_flush(link) : WHIM_LINK_OK;
    return result == WHIM_LINK_ERROR || link->is_send_broken ? fail_sending(link) : result;
}

static unsigned want_tls(const struct whim_link *base, unsigned interest)
{
    const struct whim_tls_link *link = (const struct whim_tls_link *)base;

    if (!link->is_up && !link->is_early)
        interest = WHIM_READ;
    if (link->is_early && (interest & WHIM_WRITE)) /* there is no more room: the peer is next */
        interest = WHIM_READ;
    if (link->is_write_held && (interest & WHIM_WRITE))
        interest = WHIM_READ;
    if (base->has_unsent)
        interest |= WHIM_WRITE;
    return base->below->ops->want(base->below, interest);
}

/* Tickets and key updates may come at any time, and are taken in here. */
static bool is_tls_alive(struct whim_link *base)
{
    struct whim_tls_link *link = tls_of(base);
    enum whim_link_result result;
    int n_tries = 0;
    char byte;
    size_t len;

    if (!link->is_up || link->is_broken || link->is_send_broken || link->parked != WHIM_LINK_OK)
        return false;
    link->is_below_dry = false;
    do {
        link->was_below_read = false;
        ERR_clear_error();
        if (SSL_peek_ex(link->ssl, &byte, 1, &len))
            return false;
        result = judge(link, WHIM_TLS_RECEIVING);
    } while (result == WHIM_LINK_AGAIN && has_stopped_early(link, n_tries++));
    free_spare_buffers(link);
    return result == WHIM_LINK_AGAIN && !link->is_send_broken;
}

static void part_tls(struct whim_link *base)
{
    struct whim_tls_link *link = tls_of(base);

    if (!link->is_up || link->is_broken)
        return;
    ERR_clear_error();
    SSL_shutdown(link->ssl);
    if (base->has_unsent)
        whim_tls_link_flush(link);
    ERR_clear_error();
}

static void free_tls(struct whim_link *base)
{
    struct whim_tls_link *link = tls_of(base);

    /*
     * OpenSSL marks the session of a connection without farewells as not to be resumed. That was
     * so in TLS 1.0; since TLS 1.1 it may be (RFC 4346, section 7.2.1). Alerts still mark it.
     */
    if (link->is_up)
        SSL_set_shutdown(link->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(link->ssl);
    SSL_SESSION_free(link->fresh);
    whim_buf_fini(&link->unsent);
    whim_buf_fini_secret(&link->early);
    whim_tls_sessions_unref(link->sessions);
    whim_tls_context_unref(link->context);
    whim_free(link->host);
    whim_free(link->reason);
    whim_free(link->alpn);
    whim_free(link);
}

static const struct whim_link_ops tls_link_ops = {
    .name = "tls",
    .shake = whim_tls_link_shake,
    .recv = recv_tls,
    .send = send_tls,
    .flush = flush_tls,
    .want = want_tls,
    .is_alive = is_tls_alive,
    .part = part_tls,
    .free = free_tls,
};

struct whim_link *whim_tls_link_new(struct whim_link *below, struct whim_tls_context *context,
                                    const struct whim_tls_peer *peer)
{
    struct whim_tls_link *link = whim_calloc(1, sizeof(*link));
    char *host = link ? whim_strdup(peer->host) : NULL;

    if (!host) {
        whim_free(link);
        return NULL;
    }
    link->link = (struct whim_link){.ops = &tls_link_ops, .below = below, .fd = below->fd};
    link->context = whim_tls_context_ref(context);
    link->sessions = peer->sessions ? whim_tls_sessions_ref(peer->sessions) : NULL;
    link->host = host;
    link->port = peer->port;
    link->is_ip = peer->is_ip;
    link->is_proxy = peer->is_proxy;
    link->ask_ssl_ctx = peer->ask_ssl_ctx;
    link->lock_sessions = peer->lock_sessions;
    link->may_send_early = peer->may_send_early;
    link->tell_up = peer->tell_up;
    link->ask_arg = peer->ask_arg;
    link->parked = WHIM_LINK_OK;
    return &link->link;
}

void whim_tls_link_let_go(struct whim_link *base)
{
    struct whim_tls_link *link = tls_of(base);

    if (link->sessions && !whim_tls_sessions_is_shared(link->sessions)) {
        whim_tls_sessions_unref(link->sessions);
        link->sessions = NULL;
    }
    whim_tls_context_unref(link->context);
    link->context = NULL;
}

void whim_tls_link_take_up(struct whim_link *base, struct whim_tls_context *context)
{
    tls_of(base)->context = whim_tls_context_ref(context);
}

bool whim_tls_link_is_tls(const struct whim_link *link)
{
    return link->ops == &tls_link_ops;
}
