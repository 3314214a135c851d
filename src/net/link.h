/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Link: one segment of the chain between a protocol session and the peer.
 *
 * The session talks to the topmost link; each link talks to the one below it, and the last one is
 * the socket. A link never waits: what cannot be done now is WHIM_LINK_AGAIN, and want() says
 * for which direction of the socket to wait.
 */
#ifndef WHIM_NET_LINK_H
#define WHIM_NET_LINK_H

#include <stddef.h>
#include <sys/uio.h>

/* Interest in, and readiness of, a descriptor. Equal to CURL_POLL_IN and CURL_POLL_OUT. */
enum {
    WHIM_READ = 1,
    WHIM_WRITE = 2,
};

enum whim_link_result {
    WHIM_LINK_OK,
    WHIM_LINK_AGAIN,  /* nothing moved; try again when the socket is ready */
    WHIM_LINK_CLOSED, /* the peer has ended its direction in order */
    WHIM_LINK_ERROR,  /* broken; os_error says how */
};

struct whim_link;

struct whim_link_ops {
    const char *name;
    /* Receives up to cap bytes; OK sets *ret_len > 0. */
    enum whim_link_result (*recv)(struct whim_link *link, void *data, size_t cap, size_t *ret_len);
    /* Sends from the vector; OK sets *ret_len > 0, which may be less than all of it. */
    enum whim_link_result (*send)(struct whim_link *link, const struct iovec *vec, int n_vec,
                                  size_t *ret_len);
    /* Adds to or takes from the session's interest what the link itself waits for. */
    unsigned (*want)(const struct whim_link *link, unsigned interest);
    /* Frees what the link owns. The descriptor is closed by the engine, not here. */
    void (*fini)(struct whim_link *link);
};

struct whim_link {
    const struct whim_link_ops *ops;
    struct whim_link *below; /* NULL: the socket */
    int fd;                  /* the socket at the end of the chain, or -1 */
    int os_error;            /* errno of the last ERROR */
};

/* The socket itself as a link. Takes no ownership of the descriptor. */
void whim_socket_link_init(struct whim_link *link, int fd);

#endif
