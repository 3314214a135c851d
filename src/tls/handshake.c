/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls/tls_link.h"
#include "tls/verify.h"

#include "util/mem.h"

#include <openssl/err.h>
#include <string.h>

void whim_tls_link_note(struct whim_tls_link *link, const struct whim_tls_failure *failure)
{
    whim_free(link->reason);
    link->reason = whim_strdup(failure->text);
    link->link.reason = link->reason ? link->reason : "TLS failed, and there is no memory to say why";
    link->link.error = failure->error;
    link->link.os_error = failure->os_error;
}

enum whim_link_result whim_tls_link_fail(struct whim_tls_link *link,
                                         const struct whim_tls_failure *failure)
{
    if (!link->is_send_broken || !link->reason)
        whim_tls_link_note(link, failure);
    link->is_broken = true;
    return WHIM_LINK_ERROR;
}

enum whim_link_result whim_tls_link_fail_openssl(struct whim_tls_link *link, enum whim_tls_act act,
                                                 int ssl_error)
{
    struct whim_tls_failure failure = {0};

    whim_tls_fail_openssl(&failure, act, link->ssl, ssl_error, link->link.os_error, link->host,
                          link->port);
    return whim_tls_link_fail(link, &failure);
}

static struct whim_tls_session_key session_key(const struct whim_tls_link *link)
{
    struct whim_tls_session_key key = {
        .host = link->host,
        .port = link->port,
        .is_proxy = link->is_proxy,
    };

    memcpy(key.config, link->digest, sizeof(key.config));
    return key;
}

static void lock_sessions(const struct whim_tls_link *link, bool is_locked)
{
    if (link->lock_sessions)
        link->lock_sessions(link->ask_arg, is_locked);
}

static void give_session(struct whim_tls_link *link, SSL_SESSION *session)
{
    struct whim_tls_session_key key = session_key(link);

    lock_sessions(link, true);
    whim_tls_sessions_give(link->sessions, &key, session);
    lock_sessions(link, false);
}

static SSL_SESSION *take_session(struct whim_tls_link *link)
{
    struct whim_tls_session_key key = session_key(link);
    SSL_SESSION *session;

    lock_sessions(link, true);
    session = whim_tls_sessions_take(link->sessions, &key);
    lock_sessions(link, false);
    return session;
}

/* A peer that has choked on one may choke on the others. */
static void del_sessions(struct whim_tls_link *link)
{
    struct whim_tls_session_key key = session_key(link);

    lock_sessions(link, true);
    whim_tls_sessions_del(link->sessions, &key);
    lock_sessions(link, false);
}

/* Tickets of TLS 1.3 come when the link is up. A session of TLS 1.2 comes just before. */
int whim_tls_link_on_session(SSL *ssl, SSL_SESSION *session)
{
    struct whim_tls_link *link = whim_tls_link_of(ssl);

    if (!link)
        return 0;
    link->has_spare_buffers = link->is_up;
    if (!link->sessions)
        return 0;
    if (link->is_up) {
        give_session(link, session);
    } else {
        SSL_SESSION_free(link->fresh);
        link->fresh = session;
    }
    return 1;
}

static void offer_session(struct whim_tls_link *link)
{
    SSL_SESSION *session = link->sessions ? take_session(link) : NULL;

    if (!session)
        return;
    link->is_resuming = SSL_set_session(link->ssl, session) == 1;
    SSL_SESSION_free(session);
}

/* An SSL_CTX for this connection alone, with a store of its own, for the callback to change. */
static CURLcode build_own(struct whim_tls_link *link, SSL_CTX **ret_ssl_ctx,
                          struct whim_tls_failure *failure)
{
    const struct whim_tls_settings *settings = &link->context->settings;
    X509_STORE *store = whim_tls_ca_store_copy(link->context->ca_store, settings);
    SSL_CTX *ssl_ctx = NULL;
    CURLcode code;

    if (!store)
        return whim_tls_fail(failure, CURLE_OUT_OF_MEMORY, "out of memory");
    code = whim_tls_build_ssl_ctx(link->context, store, &ssl_ctx, failure);
    X509_STORE_free(store);
    if (code)
        return code;
    code = link->ask_ssl_ctx ? link->ask_ssl_ctx(link->ask_arg, settings->ssl_ctx_function, ssl_ctx,
                                                 settings->ssl_ctx_data)
                             : settings->ssl_ctx_function(NULL, ssl_ctx, settings->ssl_ctx_data);
    ERR_clear_error();
    if (code) {
        SSL_CTX_free(ssl_ctx);
        return whim_tls_fail(failure, code, "error signaled by ssl ctx callback");
    }
    *ret_ssl_ctx = ssl_ctx;
    return CURLE_OK;
}

static CURLcode begin(struct whim_tls_link *link, struct whim_tls_failure *failure)
{
    CURLcode code = whim_tls_context_ready(link->context, failure);
    SSL_CTX *ssl_ctx;

    if (code)
        return code;
    memcpy(link->digest, link->context->digest, sizeof(link->digest));
    ssl_ctx = whim_tls_built_ssl_ctx(link->context->built);
    if (link->context->settings.ssl_ctx_function) {
        code = build_own(link, &ssl_ctx, failure);
        if (code)
            return code;
    } else {
        SSL_CTX_up_ref(ssl_ctx);
    }
    link->ssl = SSL_new(ssl_ctx);
    SSL_CTX_free(ssl_ctx);
    if (!link->ssl || !whim_tls_link_bind(link, link->ssl))
        return whim_tls_fail(failure, CURLE_OUT_OF_MEMORY,
                             "SSL: couldn't create a context (handle)");
    SSL_set_connect_state(link->ssl);
    if (!link->is_ip && !SSL_set_tlsext_host_name(link->ssl, link->host))
        return whim_tls_fail(failure, CURLE_SSL_CONNECT_ERROR, "Failed set SNI");
    offer_session(link);
    return CURLE_OK;
}

/*
 * What the handshake has left to be judged. Name, issuer and key were looked at in its midst,
 * unless the application has put a verification of its own in the place of ours.
 */
static CURLcode judge(struct whim_tls_link *link, struct whim_tls_failure *failure)
{
    const struct whim_tls_settings *settings = &link->context->settings;
    bool is_resumed = SSL_session_reused(link->ssl);
    long verdict = SSL_get_verify_result(link->ssl);
    X509 *cert = SSL_get0_peer_certificate(link->ssl);
    int ignored;

    if (failure->error) /* an application that has switched off verification has not heard it */
        return failure->error;
    if (!cert && (settings->is_peer_verified || settings->is_host_verified ||
                  settings->pinned_key || settings->issuer.path || settings->issuer.blob))
        return whim_tls_fail(failure, CURLE_PEER_FAILED_VERIFICATION,
                             "SSL: couldn't get peer certificate");
    if (cert && !is_resumed && !link->is_cert_verified &&
        whim_tls_verify_cert(link, cert, &ignored, failure))
        return failure->error;
    if (settings->is_peer_verified && verdict != X509_V_OK)
        return whim_tls_fail(failure, CURLE_PEER_FAILED_VERIFICATION,
                             "SSL certificate verify result: %s (%ld)",
                             X509_verify_cert_error_string(verdict), verdict);
    if (settings->is_status_verified && !is_resumed)
        return whim_tls_verify_status(link->ssl, failure);
    return CURLE_OK;
}

static enum whim_link_result move_on(struct whim_tls_link *link, struct whim_tls_failure *failure)
{
    enum whim_link_result flushed;
    int result = 1;

    flushed = link->link.has_unsent ? whim_tls_link_flush(link) : WHIM_LINK_OK;
    ERR_clear_error();
    if (flushed != WHIM_LINK_ERROR && !SSL_is_init_finished(link->ssl)) {
        result = SSL_connect(link->ssl);
        if (result != 1 && SSL_get_error(link->ssl, result) == SSL_ERROR_WANT_READ)
            return WHIM_LINK_AGAIN;
    }
    if (flushed == WHIM_LINK_ERROR || result != 1) {
        whim_tls_fail_openssl(failure, WHIM_TLS_SHAKING, link->ssl,
                              result == 1 ? SSL_ERROR_SYSCALL : SSL_get_error(link->ssl, result),
                              link->link.os_error, link->host, link->port);
        return WHIM_LINK_ERROR;
    }
    if (judge(link, failure))
        return WHIM_LINK_ERROR;
    return link->link.has_unsent ? WHIM_LINK_AGAIN : WHIM_LINK_OK;
}

enum whim_link_result whim_tls_link_finish(struct whim_tls_link *link)
{
    struct whim_tls_failure failure = {0};
    enum whim_link_result result;

    link->failure = &failure;
    result = move_on(link, &failure);
    link->failure = NULL;
    if (result == WHIM_LINK_OK) {
        link->is_up = true;
        if (link->fresh)
            give_session(link, link->fresh);
        link->fresh = NULL;
    } else if (result == WHIM_LINK_ERROR) {
        if (link->is_resuming)
            del_sessions(link);
        return whim_tls_link_fail(link, &failure);
    }
    return result;
}

enum whim_link_result whim_tls_link_shake(struct whim_link *base)
{
    struct whim_tls_link *link = (struct whim_tls_link *)base;
    struct whim_tls_failure failure = {0};

    if (link->is_up || link->is_early)
        return WHIM_LINK_OK;
    if (link->is_broken)
        return WHIM_LINK_ERROR;
    if (!link->ssl) {
        if (begin(link, &failure))
            return whim_tls_link_fail(link, &failure);
        whim_tls_early_open(link);
        if (link->is_early)
            return WHIM_LINK_OK;
    }
    return whim_tls_link_finish(link);
}
