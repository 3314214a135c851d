/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Early data: the first bytes of the session above go out with the ClientHello (RFC 8446, section
 * 2.3), under the key of a session whose peer was verified by the same settings.
 *
 * shake() says OK at once then, and the handshake ends inside of the first recv(), or of a send()
 * that has no room left. A copy is kept until the peer has said whether it took the bytes: if not,
 * they are sent again over the connection that is up.
 */
#include "tls/tls_link.h"

#include <openssl/err.h>
#include <string.h>

enum { MAX_EARLY_BYTES = WHIM_TLS_RECORD_BYTES }; /* one write, and the head of any request */

void whim_tls_early_open(struct whim_tls_link *link)
{
    const SSL_SESSION *session = SSL_get0_session(link->ssl);
    uint32_t max = session ? SSL_SESSION_get_max_early_data(session) : 0;

    if (!link->may_send_early || !link->is_resuming || !max)
        return;
    whim_buf_init(&link->early, max < MAX_EARLY_BYTES ? max : MAX_EARLY_BYTES);
    link->is_early = true;
}

/* The peer has not taken them: once more. The BIO keeps what the socket has no room for. */
static bool send_again(struct whim_tls_link *link)
{
    size_t n = 0;

    if (!link->early.len || SSL_get_early_data_status(link->ssl) == SSL_EARLY_DATA_ACCEPTED)
        return true;
    link->n_early = -link->n_early;
    ERR_clear_error();
    return SSL_write_ex(link->ssl, link->early.data, link->early.len, &n) && n == link->early.len;
}

enum whim_link_result whim_tls_early_finish(struct whim_tls_link *link)
{
    enum whim_link_result result = whim_tls_link_finish(link);
    struct whim_tls_failure failure = {0};

    if (result == WHIM_LINK_AGAIN)
        return result;
    link->is_early = false;
    if (result == WHIM_LINK_OK && !send_again(link))
        result = whim_tls_link_fail_openssl(link, WHIM_TLS_SENDING, SSL_get_error(link->ssl, 0));
    whim_buf_fini_secret(&link->early);
    if (result == WHIM_LINK_OK && link->tell_up) {
        CURLcode code = link->tell_up(link->ask_arg, &link->link);

        if (code != CURLE_OK) {
            whim_tls_fail(&failure, code, "%s", curl_easy_strerror(code));
            result = whim_tls_link_fail(link, &failure);
        }
    }
    return result;
}

bool whim_tls_early_has_room(const struct whim_tls_link *link)
{
    return link->early.len < link->early.max_len;
}

enum whim_link_result whim_tls_early_send(struct whim_tls_link *link, const struct iovec *first,
                                          size_t *ret_len)
{
    size_t room = link->early.max_len - link->early.len;
    size_t len = first->iov_len < room ? first->iov_len : room;
    struct whim_tls_failure failure = {0};
    size_t n = 0;

    if (whim_buf_reserve(&link->early, len) != WHIM_BUF_OK) {
        whim_tls_fail(&failure, CURLE_OUT_OF_MEMORY, "out of memory");
        return whim_tls_link_fail(link, &failure);
    }
    ERR_clear_error();
    if (!SSL_write_early_data(link->ssl, first->iov_base, len, &n))
        return whim_tls_link_fail_openssl(link, WHIM_TLS_SENDING, SSL_get_error(link->ssl, 0));
    whim_buf_add(&link->early, first->iov_base, n);
    link->n_early += (int64_t)n;
    *ret_len = n;
    return WHIM_LINK_OK;
}
