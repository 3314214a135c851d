/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Failure: why something of TLS did not work, as a code and as libcurl's words for it.
 *
 * It lies on the stack of the call that shakes; the link keeps the text.
 */
#ifndef WHIM_TLS_FAILURE_H
#define WHIM_TLS_FAILURE_H

#include <curl/curl.h>
#include <openssl/ssl.h>

struct whim_tls_failure {
    CURLcode error;
    int os_error;
    char text[CURL_ERROR_SIZE];
};

/* What was going on when OpenSSL failed. */
enum whim_tls_act {
    WHIM_TLS_SHAKING,
    WHIM_TLS_RECEIVING,
    WHIM_TLS_SENDING,
};

/* Writes code and text, unless a failure is there already: the first is the cause. Returns code. */
CURLcode whim_tls_fail(struct whim_tls_failure *failure, CURLcode code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The oldest error that OpenSSL has queued, as text; "" when there is none. Empties the queue. */
const char *whim_tls_openssl_text(char *text, size_t cap);
/*
 * Translates what OpenSSL returned (ssl_error, of SSL_get_error) and has queued; os_error is that
 * of the link below. The target is named where a handshake ended without a word.
 */
void whim_tls_fail_openssl(struct whim_tls_failure *failure, enum whim_tls_act act, SSL *ssl,
                           int ssl_error, int os_error, const char *host, unsigned port);

#endif
