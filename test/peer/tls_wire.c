/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls_wire.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <sys/socket.h>

#define PIECE_BYTES 16384
#define MAX_QUEUED_BYTES 65536
#define NO_LIMIT ((size_t)-1)

struct tls_wire {
    struct wire wire;
    SSL *ssl;
    BIO *in, *out;    /* the SSL's */
    size_t limit;     /* of n_sent */
    bool cuts;        /* the limit ends the connection */
    bool is_counted;  /* the present handshake */
    bool is_renewing; /* a renegotiation is under way */
    bool is_early;    /* early data may come: the SSL_CTX allows it (SSL_CTX_set_max_early_data) */
};

static struct wire *open_tls(void *arg, struct wire *below, const void *early, size_t n_early)
{
    struct tls_wire *tls = calloc(1, sizeof(*tls));

    if (!tls)
        return NULL;
    tls->wire.ops = &tls_wire_ops;
    tls->wire.below = below;
    tls->ssl = SSL_new(arg);
    tls->in = BIO_new(BIO_s_mem());
    tls->out = BIO_new(BIO_s_mem());
    tls->limit = NO_LIMIT;
    if (!tls->ssl || !tls->in || !tls->out)
        abort();
    if (n_early && BIO_write(tls->in, early, (int)n_early) != (int)n_early)
        abort();
    BIO_set_mem_eof_return(tls->in, -1);
    SSL_set_bio(tls->ssl, tls->in, tls->out);
    SSL_set_accept_state(tls->ssl);
    tls->is_early = SSL_get_max_early_data(tls->ssl) > 0;
    return &tls->wire;
}

static ssize_t send_below(struct wire *wire, int fd, const void *data, size_t len)
{
    struct wire *below = wire->below;

    return below ? below->ops->send(below, fd, data, len)
                 : send(fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static ssize_t recv_below(struct wire *wire, int fd, void *data, size_t cap)
{
    struct wire *below = wire->below;

    return below ? below->ops->recv(below, fd, data, cap) : recv(fd, data, cap, MSG_DONTWAIT);
}

static enum wire_outcome flush_below(struct wire *wire, int fd)
{
    return wire->below ? wire->below->ops->flush(wire->below, fd) : WIRE_DONE;
}

static enum wire_outcome flush_tls(struct wire *wire, int fd)
{
    struct tls_wire *tls = (struct tls_wire *)wire;
    char *data;
    long len;

    while ((len = BIO_get_mem_data(tls->out, &data)) > 0) {
        size_t most = (size_t)len;
        char drop[PIECE_BYTES];
        ssize_t n;

        if (most > sizeof(drop))
            most = sizeof(drop);
        if (tls->limit <= wire->n_sent)
            most = 0;
        else if (most > tls->limit - wire->n_sent)
            most = tls->limit - wire->n_sent;
        if (!most && flush_below(wire, fd) == WIRE_WAITS)
            return WIRE_WAITS;
        if (!most)
            return tls->cuts ? WIRE_ENDED : WIRE_DONE;
        n = send_below(wire, fd, data, most);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR ? WIRE_WAITS : WIRE_ENDED;
        wire->n_sent += (size_t)n;
        BIO_read(tls->out, drop, (int)n);
    }
    return flush_below(wire, fd);
}

static void count_handshake(struct tls_wire *tls)
{
    if (tls->is_counted || !SSL_is_init_finished(tls->ssl))
        return;
    tls->is_counted = true;
    tls->wire.n_handshakes++;
    tls->wire.n_resumed += (size_t)SSL_session_reused(tls->ssl);
}

/* False at the end of the connection. */
static bool fill(struct tls_wire *tls, int fd)
{
    char piece[PIECE_BYTES];
    ssize_t n = 0;

    /* What a wire below has decrypted is announced by no socket: all of it is taken. */
    do {
        n = recv_below(&tls->wire, fd, piece, sizeof(piece));
        if (n > 0) {
            tls->wire.n_received += (size_t)n;
            if (BIO_write(tls->in, piece, (int)n) != (int)n)
                return false;
        }
    } while (n > 0 && tls->wire.below);
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* The early data, up to the end of the client's handshake. */
static size_t decrypt_early(struct tls_wire *tls, char *data, size_t cap)
{
    size_t total = 0;
    size_t n = 0;
    int result = SSL_READ_EARLY_DATA_SUCCESS;

    while (total < cap && result == SSL_READ_EARLY_DATA_SUCCESS) {
        ERR_clear_error();
        result = SSL_read_early_data(tls->ssl, data + total, cap - total, &n);
        total += result == SSL_READ_EARLY_DATA_ERROR ? 0 : n;
    }
    if (result == SSL_READ_EARLY_DATA_FINISH ||
        (result == SSL_READ_EARLY_DATA_ERROR && SSL_get_error(tls->ssl, 0) != SSL_ERROR_WANT_READ))
        tls->is_early = false;
    tls->wire.n_early += total;
    return total;
}

/* Reads on until all that was received is decrypted, or the room is full. */
static size_t decrypt(struct tls_wire *tls, char *data, size_t cap)
{
    size_t total = tls->is_early ? decrypt_early(tls, data, cap) : 0;
    size_t n;

    if (tls->is_early)
        return total;
    ERR_clear_error();
    while (total < cap && SSL_read_ex(tls->ssl, data + total, cap - total, &n))
        total += n;
    count_handshake(tls);
    return total;
}

static ssize_t recv_tls(struct wire *wire, int fd, void *data, size_t cap)
{
    struct tls_wire *tls = (struct tls_wire *)wire;
    bool is_open = fill(tls, fd);
    size_t n = decrypt(tls, data, cap);

    if (n)
        return (ssize_t)n;
    if (SSL_get_error(tls->ssl, 0) == SSL_ERROR_ZERO_RETURN) {
        wire->n_farewells = 1;
        return 0;
    }
    flush_tls(wire, fd); /* an alert, perhaps */
    if (SSL_get_error(tls->ssl, 0) != SSL_ERROR_WANT_READ || !is_open)
        return 0;
    errno = EAGAIN;
    return -1;
}

static ssize_t send_tls(struct wire *wire, int fd, const void *data, size_t len)
{
    struct tls_wire *tls = (struct tls_wire *)wire;
    size_t n = 0;

    flush_tls(wire, fd);
    if (BIO_ctrl_pending(tls->out) > MAX_QUEUED_BYTES) {
        errno = EAGAIN;
        return -1;
    }
    len = len > PIECE_BYTES ? PIECE_BYTES : len;
    ERR_clear_error();
    if (tls->is_early ? SSL_write_early_data(tls->ssl, data, len, &n)
                      : SSL_write_ex(tls->ssl, data, len, &n))
        return (ssize_t)n;
    errno = SSL_get_error(tls->ssl, 0) == SSL_ERROR_WANT_READ ? EAGAIN : EPIPE;
    return -1;
}

static enum wire_outcome shake(struct tls_wire *tls, int fd)
{
    int result;

    ERR_clear_error();
    result = SSL_do_handshake(tls->ssl);
    count_handshake(tls);
    if (result == 1)
        return WIRE_DONE;
    if (SSL_get_error(tls->ssl, result) == SSL_ERROR_WANT_READ)
        return WIRE_WAITS;
    flush_tls(&tls->wire, fd); /* the alert */
    return WIRE_ENDED;
}

static enum wire_outcome renegotiate(struct tls_wire *tls, int fd)
{
    enum wire_outcome outcome;

    if (!tls->is_renewing) {
        tls->is_renewing = true;
        tls->is_counted = false;
        SSL_renegotiate(tls->ssl);
        if (shake(tls, fd) == WIRE_ENDED)
            return WIRE_ENDED;
    }
    outcome = SSL_renegotiate_pending(tls->ssl) || !SSL_is_init_finished(tls->ssl) ? WIRE_WAITS
                                                                                  : WIRE_DONE;
    tls->is_renewing = outcome == WIRE_WAITS;
    return outcome;
}

static enum wire_outcome play_tls(struct wire *wire, int fd, const struct peer_step *step)
{
    struct tls_wire *tls = (struct tls_wire *)wire;

    switch (step->op) {
    case PEER_OP_HANDSHAKE:
        return SSL_is_init_finished(tls->ssl) ? WIRE_DONE : shake(tls, fd);
    case PEER_OP_HOLD:
        tls->limit = (size_t)step->amount;
        tls->cuts = step->bytes != NULL;
        return WIRE_DONE;
    case PEER_OP_TICKET:
        SSL_new_session_ticket(tls->ssl);
        return shake(tls, fd);
    case PEER_OP_KEY_UPDATE:
        SSL_key_update(tls->ssl, SSL_KEY_UPDATE_REQUESTED);
        return shake(tls, fd);
    case PEER_OP_RENEGOTIATE:
        return renegotiate(tls, fd);
    case PEER_OP_PLAIN:
        wire->n_sent += step->n_bytes;
        return send_below(wire, fd, step->bytes, step->n_bytes) < 0 ? WIRE_ENDED : WIRE_DONE;
    case PEER_OP_FAREWELL:
        SSL_shutdown(tls->ssl);
        return flush_tls(wire, fd);
    case PEER_OP_CLOSE:
        SSL_shutdown(tls->ssl);
        flush_tls(wire, fd);
        return wire->below ? wire->below->ops->play(wire->below, fd, step) : WIRE_DONE;
    default:
        return WIRE_DONE;
    }
}

static void free_tls(struct wire *wire)
{
    struct tls_wire *tls = (struct tls_wire *)wire;

    SSL_free(tls->ssl);
    if (wire->below)
        wire->below->ops->free(wire->below);
    free(tls);
}

const struct wire_ops tls_wire_ops = {
    .open = open_tls,
    .recv = recv_tls,
    .send = send_tls,
    .play = play_tls,
    .flush = flush_tls,
    .free = free_tls,
};
