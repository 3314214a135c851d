/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Link: one segment of the chain between a protocol session and the peer.
 *
 * The session talks to the topmost link; each link talks to the one below it, and the last one is
 * the socket. A link that needs a handshake (a proxy's, TLS) has it driven by shake(), from the
 * lowest to the topmost, before anything is sent over it. A link never waits: what cannot be done
 * now is WHIM_LINK_AGAIN, and want() says for which direction of the socket to wait.
 *
 * Bytes that a link had to take over from above, or made itself, and that the one below does not
 * take yet are kept by it: has_unsent, until flush() says OK. It takes no more meanwhile, so what it
 * keeps is bounded by what it takes at once.
 */
#ifndef WHIM_NET_LINK_H
#define WHIM_NET_LINK_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
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
    WHIM_LINK_ERROR,  /* broken; error, reason and os_error say how */
};

struct whim_link;

/* Every slot is there. */
struct whim_link_ops {
    const char *name;
    /* Moves the handshake on. OK: the link is up. CLOSED is told as an ERROR here. */
    enum whim_link_result (*shake)(struct whim_link *link);
    /* Receives up to cap bytes; OK sets *ret_len > 0. */
    enum whim_link_result (*recv)(struct whim_link *link, void *data, size_t cap, size_t *ret_len);
    /* Sends from the vector; OK sets *ret_len > 0, which may be less than all of it. */
    enum whim_link_result (*send)(struct whim_link *link, const struct iovec *vec, int n_vec,
                                  size_t *ret_len);
    /* Sends what the link keeps: OK when nothing is left, AGAIN, or ERROR. */
    enum whim_link_result (*flush)(struct whim_link *link);
    /* Adds to or takes from the interest of what is above what the link itself waits for. */
    unsigned (*want)(const struct whim_link *link, unsigned interest);
    /* On an idle connection: nothing to be read, and no end? Takes nothing that could be missed. */
    bool (*is_alive)(struct whim_link *link);
    /* A farewell to the peer, if there is one: tried once. The chain is freed next. */
    void (*part)(struct whim_link *link);
    /* Frees the link, if it lies on the heap. The descriptor is closed by the engine, not here. */
    void (*free)(struct whim_link *link);
};

struct whim_link {
    const struct whim_link_ops *ops;
    struct whim_link *below; /* NULL: the socket */
    int fd;                  /* the socket at the end of the chain, or -1 */
    int os_error;            /* errno of the last ERROR, or 0 */
    CURLcode error;          /* of the last ERROR; CURLE_OK: that of the session's direction */
    const char *reason;      /* the error's text, good until the link goes; NULL: by os_error */
    bool has_unsent;
    bool has_unread; /* input may be left, here or in the socket: no event will tell of it */
};

/* The text of the last ERROR. */
static inline const char *whim_link_reason(const struct whim_link *link)
{
    return link->reason ? link->reason : strerror(link->os_error);
}

/* The socket itself as a link. Takes no ownership of the descriptor. */
void whim_socket_link_init(struct whim_link *link, int fd);

#endif
