/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Shake: a handshake with a proxy as a machine without I/O. It says which bytes to send, and takes
 * those that were received; shake_link.h is what drives one over a link.
 *
 *     SEND    pull() has bytes; sent() tells how many of them went
 *     RECV    feed() takes bytes, at most n_wanted of them are to be received at once
 *     DONE    the way is free; what feed() has not taken belongs to what is above
 *     FAILED  error, proxy_error and reason say why; wants_reconnect: not for good
 *
 * Whoever makes a machine chooses what it is; from then on it is driven through its ops alone. What
 * a peer sends is bounded, and no machine takes a byte from behind its handshake. A machine that
 * has to be told the peer's bytes exactly (SOCKS) wants no more than it will take; one that cannot
 * know (HTTP) wants more, and the driver keeps what is left over.
 */
#ifndef WHIM_NET_SHAKE_H
#define WHIM_NET_SHAKE_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum whim_shake_state {
    WHIM_SHAKE_SEND,
    WHIM_SHAKE_RECV,
    WHIM_SHAKE_DONE,
    WHIM_SHAKE_FAILED,
};

/* How the link below was lost in the middle of it. */
enum whim_shake_loss {
    WHIM_SHAKE_CLOSED,     /* the peer has ended its direction in order */
    WHIM_SHAKE_RECV_ERROR, /* the link's own error tells more */
    WHIM_SHAKE_SEND_ERROR,
};

struct whim_shake;

/* Every slot is there. */
struct whim_shake_ops {
    const char *name;
    /* In SEND: the bytes to send next, at least one; good until the next call. */
    void (*pull)(struct whim_shake *shake, const char **ret_data, size_t *ret_len);
    /* In SEND: n of these bytes were sent. */
    void (*sent)(struct whim_shake *shake, size_t n);
    /* In RECV: takes from received bytes, and returns how many; less than len only when the state
     * is another one now. */
    size_t (*feed)(struct whim_shake *shake, const void *data, size_t len);
    /* In SEND or RECV: nothing can be sent or received any more. Enters FAILED, or DONE. */
    void (*lose)(struct whim_shake *shake, enum whim_shake_loss loss);
    /* Frees the machine. NULL is not fine. */
    void (*free)(struct whim_shake *shake);
};

/* The first member of every machine; read by all, written by the machine alone. */
struct whim_shake {
    const struct whim_shake_ops *ops;
    const char *reason; /* FAILED: the text for the application, good until the machine is freed */
    size_t n_wanted;    /* RECV: bytes to receive at most; SIZE_MAX: as many as you like */
    CURLcode error;     /* FAILED: what the transfer ends with */
    CURLproxycode proxy_error; /* FAILED: CURLINFO_PROXY_ERROR */
    uint8_t state;             /* enum whim_shake_state */
    bool wants_reconnect;      /* FAILED: a new machine over a new connection can get further */
};

/* For machines: enters FAILED. */
static inline void whim_shake_fail(struct whim_shake *shake, CURLcode error,
                                   CURLproxycode proxy_error, const char *reason)
{
    shake->state = WHIM_SHAKE_FAILED;
    shake->error = error;
    shake->proxy_error = proxy_error;
    shake->reason = reason;
}

#endif
