/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The BIO between OpenSSL and the link below. Writing never fails for want of room: what the link
 * below does not take is kept, so that OpenSSL has no write of its own to repeat. Nor does it fail
 * when the handshake is through and the link below is broken: OpenSSL would not read any more then,
 * and the peer may have said why it closed. What is written goes nowhere, and is_send_broken is set.
 */
#include "tls/tls_link.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

/*
 * More than a handshake's flight or the records of one send(). Key updates and alerts that a peer
 * provokes while nothing can be sent are what it bounds.
 */
enum { MAX_UNSENT_BYTES = 256 * 1024 };

/*
 * OpenSSL's errors, taken out of the thread's queue. An alert is written while the error that it
 * tells of is in there, and TLS below begins by clearing the queue.
 */
struct errors {
    unsigned long codes[8];
    int n;
};

static struct {
    CRYPTO_ONCE once;
    BIO_METHOD *method;
    int ssl_index;
} shared = {.once = CRYPTO_ONCE_STATIC_INIT};

static void note_error(struct whim_tls_link *link)
{
    const struct whim_link *below = link->link.below;

    link->link.os_error = below->os_error;
}

/* Sending has failed. Whether OpenSSL may go on, so that what has come can be read. */
static bool may_go_on_deaf(struct whim_tls_link *link)
{
    note_error(link);
    if (!link->is_up)
        return false;
    link->is_send_broken = true;
    whim_buf_fini(&link->unsent);
    link->link.has_unsent = false;
    return true;
}

static int read_below(BIO *bio, char *data, size_t cap, size_t *ret_len)
{
    struct whim_tls_link *link = BIO_get_data(bio);
    struct whim_link *below = link->link.below;
    size_t len = 0;

    BIO_clear_retry_flags(bio);
    if (link->may_stop && link->is_below_dry) {
        BIO_set_retry_read(bio);
        return 0;
    }
    switch (below->ops->recv(below, data, cap, &len)) {
    case WHIM_LINK_OK:
        link->is_below_dry = len < cap && !below->below;
        link->was_below_read = true;
        *ret_len = len;
        return 1;
    case WHIM_LINK_AGAIN:
        BIO_set_retry_read(bio);
        return 0;
    case WHIM_LINK_CLOSED:
        link->is_below_closed = true;
        return 0;
    case WHIM_LINK_ERROR:
        note_error(link);
        return 0;
    }
    return 0;
}

static int keep_unsent(struct whim_tls_link *link, const char *data, size_t len)
{
    if (whim_buf_add(&link->unsent, data, len) != WHIM_BUF_OK)
        return 0;
    link->link.has_unsent = true;
    return 1;
}

static struct errors take_errors(void)
{
    struct errors errors = {.n = 0};

    while (errors.n < 8 && (errors.codes[errors.n] = ERR_get_error()))
        errors.n++;
    return errors;
}

static void give_errors(const struct errors *errors)
{
    for (int i = 0; i < errors->n; i++)
        ERR_raise(ERR_GET_LIB(errors->codes[i]), ERR_GET_REASON(errors->codes[i]));
}

static enum whim_link_result send_below(struct whim_link *below, const char *data, size_t len,
                                        size_t *ret_sent)
{
    struct iovec vec = {.iov_base = (void *)data, .iov_len = len};
    struct errors errors = take_errors();
    enum whim_link_result result = below->ops->send(below, &vec, 1, ret_sent);

    give_errors(&errors);
    return result;
}

static int write_below(BIO *bio, const char *data, size_t len, size_t *ret_len)
{
    struct whim_tls_link *link = BIO_get_data(bio);
    struct whim_link *below = link->link.below;
    size_t sent = 0;

    BIO_clear_retry_flags(bio);
    *ret_len = len;
    if (link->is_send_broken)
        return 1;
    if (!link->unsent.len && !below->has_unsent) {
        if (send_below(below, data, len, &sent) == WHIM_LINK_ERROR)
            return may_go_on_deaf(link);
    }
    if (sent < len && !keep_unsent(link, data + sent, len - sent))
        return 0;
    link->link.has_unsent |= below->has_unsent;
    return 1;
}

static long control(BIO *bio, int command, long number, void *arg)
{
    struct whim_tls_link *link = BIO_get_data(bio);

    (void)number;
    (void)arg;
    switch (command) {
    case BIO_CTRL_FLUSH:
        return 1;
    case BIO_CTRL_EOF:
        return link->is_below_closed;
    default:
        return 0;
    }
}

static void init_shared(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "whimbrel link");

    shared.ssl_index = SSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    if (method && BIO_meth_set_read_ex(method, read_below) &&
        BIO_meth_set_write_ex(method, write_below) && BIO_meth_set_ctrl(method, control) &&
        shared.ssl_index >= 0)
        shared.method = method;
    else
        BIO_meth_free(method);
}

struct whim_tls_link *whim_tls_link_of(const SSL *ssl)
{
    return shared.method && ssl ? SSL_get_ex_data(ssl, shared.ssl_index) : NULL;
}

bool whim_tls_link_bind(struct whim_tls_link *link, SSL *ssl)
{
    BIO *bio;

    if (!CRYPTO_THREAD_run_once(&shared.once, init_shared) || !shared.method)
        return false;
    whim_buf_init(&link->unsent, MAX_UNSENT_BYTES);
    bio = BIO_new(shared.method);
    if (!bio || !SSL_set_ex_data(ssl, shared.ssl_index, link)) {
        BIO_free(bio);
        return false;
    }
    BIO_set_data(bio, link);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    return true;
}

enum whim_link_result whim_tls_link_flush(struct whim_tls_link *link)
{
    struct whim_link *below = link->link.below;
    enum whim_link_result result = below->has_unsent ? below->ops->flush(below) : WHIM_LINK_OK;

    while (result == WHIM_LINK_OK && link->unsent.len) {
        struct iovec vec = {.iov_base = link->unsent.data, .iov_len = link->unsent.len};
        size_t sent = 0;

        result = below->ops->send(below, &vec, 1, &sent);
        if (result == WHIM_LINK_OK)
            whim_buf_del_front(&link->unsent, sent);
        if (result == WHIM_LINK_OK && below->has_unsent)
            result = below->ops->flush(below);
    }
    if (!link->unsent.len)
        whim_buf_fini(&link->unsent);
    link->link.has_unsent = link->unsent.len || below->has_unsent;
    if (result == WHIM_LINK_ERROR)
        may_go_on_deaf(link);
    return result;
}
