/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * TLS as a link over any other link.
 *
 * shake() builds what the context needs (files are read here), asks the ssl_ctx callback, and
 * moves the handshake on. It says OK only when the peer is verified as the settings ask; nothing
 * is sent for the session before, unless peer.may_send_early (early.c). Every failure, of the files
 * too, is told by its ERROR: the code in link->error, a text in link->reason, and link->os_error
 * when it was the socket's.
 *
 * recv() decrypts into the caller's buffer, as much as fits and is there, and receives at most
 * once from a socket below when that gave less than was asked of it. When the buffer was filled,
 * whim_tls_link_has_pending() tells whether there is more that no readiness of the socket will
 * announce. The peer's close_notify is CLOSED; an end without one is ERROR with
 * whim_tls_link_is_truncated().
 *
 * send() makes one record of a short vector. What the link below does not take is kept
 * (has_unsent) and is at most a record or two. Nothing is kept of an idle link.
 */
#ifndef WHIM_TLS_LINK_H
#define WHIM_TLS_LINK_H

#include "net/link.h"
#include "tls/context.h"
#include "tls/sessions.h"

#include <stdbool.h>
#include <stdint.h>

/* Whom to speak with. Borrowed for the call that makes the link, except as said. */
struct whim_tls_peer {
    const char *host; /* without brackets, zone or trailing dot; checked against the certificate */
    bool is_ip;       /* the host is a numeric address: no SNI, and only addresses match */
    bool is_proxy;
    uint16_t port;
    struct whim_tls_sessions *sessions; /* referred to by the link; NULL: nothing is resumed */
    /*
     * Calls the settings' ssl_ctx_function, with the handle and with whatever goes before and
     * after a callback. NULL: it is called with a handle of NULL. Called in the first shake().
     */
    CURLcode (*ask_ssl_ctx)(void *ask_arg, curl_ssl_ctx_callback function, void *ssl_ctx,
                            void *data);
    /*
     * Called right before and after the link turns to the sessions, with true and false; what is
     * in between calls nothing of the application. NULL: nobody has to know.
     */
    void (*lock_sessions)(void *ask_arg, bool is_locked);
    /*
     * May what is sent first go out with the handshake? Others can record it and send it again to
     * the same peer (RFC 8446, section 8), so only where doing it twice does no harm.
     */
    bool may_send_early;
    /* Called once the handshake is done, if shake() said OK before; whim_tls_link_is_early(). */
    CURLcode (*tell_up)(void *ask_arg, const struct whim_link *link);
    void *ask_arg; /* good as long as the link */
};

/*
 * A link on the heap, over another that is up. It refers to the context, and does not own what is
 * below. NULL: out of memory.
 */
struct whim_link *whim_tls_link_new(struct whim_link *below, struct whim_tls_context *context,
                                    const struct whim_tls_peer *peer);

/*
 * Lets go of the context and of sessions that are not shared, so that the link, which is up and
 * idle, may go to another thread. Until take_up() it can part and be freed, and nothing else.
 */
void whim_tls_link_let_go(struct whim_link *link);
/* With a context of the same content as the former one's. */
void whim_tls_link_take_up(struct whim_link *link, struct whim_tls_context *context);

/* Has decrypted or received bytes that recv() would give without the socket. */
bool whim_tls_link_has_pending(const struct whim_link *link);
/* Was the last ERROR of recv() an end without a farewell? */
bool whim_tls_link_is_truncated(const struct whim_link *link);
/* Has shake() said OK for early data alone? Then nothing is known of the peer yet. */
bool whim_tls_link_is_early(const struct whim_link *link);
/* Bytes that went out early; negative: the peer refused them, and they were sent again. */
int64_t whim_tls_link_n_early(const struct whim_link *link);
/* Was a session resumed? */
bool whim_tls_link_is_resumed(const struct whim_link *link);

#endif
