/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The inside of a TLS link: seen by the files of this folder alone.
 */
#ifndef WHIM_TLS_TLS_LINK_H
#define WHIM_TLS_TLS_LINK_H

#include "net/link.h"
#include "tls/failure.h"
#include "tls/link.h"
#include "tls/tls.h"
#include "util/buf.h"

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>

struct whim_tls_link {
    struct whim_link link; /* first: the two have one address */
    struct whim_tls_context *context;
    struct whim_tls_sessions *sessions; /* NULL: nothing is resumed */
    SSL *ssl;                           /* NULL before the first shake() */
    char *host;
    CURLcode (*ask_ssl_ctx)(void *ask_arg, curl_ssl_ctx_callback function, void *ssl_ctx,
                            void *data);
    void (*lock_sessions)(void *ask_arg, bool is_locked);
    CURLcode (*tell_up)(void *ask_arg, const struct whim_link *link);
    void *ask_arg;
    struct whim_tls_failure *failure; /* where verification writes; NULL outside of shake() */
    SSL_SESSION *fresh;               /* came before the peer was verified to the end */
    char *reason;                     /* what link.reason points at, when it had to be composed */
    char *alpn;                       /* terminated; NULL until it is asked for */
    struct whim_buf unsent;           /* records that the link below did not take */
    struct whim_buf early;            /* what went out early, while the peer may refuse it */
    int64_t n_early;                  /* bytes of it in all; negative: they were refused */
    unsigned char digest[WHIM_TLS_DIGEST_BYTES]; /* the context's, when this link began */
    uint16_t port;
    bool is_ip;
    bool is_proxy;
    bool is_up;
    bool may_send_early;
    bool is_early; /* shake() has said OK, but the handshake is still to be done */
    bool is_cert_verified; /* of this handshake, by whim_tls_verify_chain() */
    bool is_resuming;      /* a session was offered */
    bool is_broken;        /* an ERROR was told: nothing more is asked of OpenSSL */
    bool is_send_broken;   /* nothing that is sent arrives; what has come may still be read */
    bool is_truncated;
    bool is_write_held; /* a renegotiation: writing goes on when something has been read */
    bool is_below_closed;
    bool is_below_dry;      /* the socket below gave less than was asked */
    bool was_below_read;    /* the link below gave something */
    bool has_spare_buffers; /* a ticket came: OpenSSL has made buffers for an answer to it */
    bool may_stop;          /* recv() has something for the caller: a dry socket is not asked again */
    enum whim_link_result parked; /* what recv() is to say next; OK: nothing */
};

/* The link of a connection that whim_tls_link_bind() has seen; NULL: none. */
struct whim_tls_link *whim_tls_link_of(const SSL *ssl);
/* Makes the two know each other, and gives the SSL its BIO. false: no memory. */
bool whim_tls_link_bind(struct whim_tls_link *link, SSL *ssl);
/* Tries to send what is kept. (bio.c) */
enum whim_link_result whim_tls_link_flush(struct whim_tls_link *link);

/* A new session of a connection: 1 when it was taken over. (handshake.c) */
int whim_tls_link_on_session(SSL *ssl, SSL_SESSION *session);
/* The shake() of a TLS link. (handshake.c) */
enum whim_link_result whim_tls_link_shake(struct whim_link *link);
/* Moves on a handshake that has begun, to its end. (handshake.c) */
enum whim_link_result whim_tls_link_finish(struct whim_tls_link *link);

/* A handshake is about to begin: is_early, if it may carry something. (early.c) */
void whim_tls_early_open(struct whim_tls_link *link);
/* May more be sent before the handshake is done? */
bool whim_tls_early_has_room(const struct whim_tls_link *link);
/* Sends of the piece what there is room for; there is some. Results are those of send(). */
enum whim_link_result whim_tls_early_send(struct whim_tls_link *link, const struct iovec *first,
                                          size_t *ret_len);
/* Moves the handshake on; OK: the link is up, and is_early no more. */
enum whim_link_result whim_tls_early_finish(struct whim_tls_link *link);

/* Keeps the failure as the link's error. */
void whim_tls_link_note(struct whim_tls_link *link, const struct whim_tls_failure *failure);
/*
 * The link is broken, and by this failure, unless sending has failed before it: what receiving ends
 * with then is the consequence. Returns ERROR.
 */
enum whim_link_result whim_tls_link_fail(struct whim_tls_link *link,
                                         const struct whim_tls_failure *failure);
/* The same with what OpenSSL has said; ssl_error is that of SSL_get_error(). */
enum whim_link_result whim_tls_link_fail_openssl(struct whim_tls_link *link, enum whim_tls_act act,
                                                 int ssl_error);

#endif
