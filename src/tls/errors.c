/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls/failure.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

CURLcode whim_tls_fail(struct whim_tls_failure *failure, CURLcode code, const char *format, ...)
{
    va_list args;

    if (failure->error)
        return failure->error;
    failure->error = code;
    va_start(args, format);
    vsnprintf(failure->text, sizeof(failure->text), format, args);
    va_end(args);
    return code;
}

static void describe(unsigned long error, char *text, size_t cap)
{
    int len = snprintf(text, cap, "OpenSSL/%s: ", OpenSSL_version(OPENSSL_VERSION_STRING));

    if (len > 0 && (size_t)len < cap)
        ERR_error_string_n(error, text + len, cap - (size_t)len);
}

const char *whim_tls_openssl_text(char *text, size_t cap)
{
    unsigned long error = ERR_get_error();

    ERR_clear_error();
    text[0] = 0;
    if (error)
        ERR_error_string_n(error, text, cap);
    return text;
}

static const char *name_ssl_error(int ssl_error)
{
    switch (ssl_error) {
    case SSL_ERROR_NONE:
        return "SSL_ERROR_NONE";
    case SSL_ERROR_SSL:
        return "SSL_ERROR_SSL";
    case SSL_ERROR_WANT_READ:
        return "SSL_ERROR_WANT_READ";
    case SSL_ERROR_WANT_WRITE:
        return "SSL_ERROR_WANT_WRITE";
    case SSL_ERROR_WANT_X509_LOOKUP:
        return "SSL_ERROR_WANT_X509_LOOKUP";
    case SSL_ERROR_SYSCALL:
        return "SSL_ERROR_SYSCALL";
    case SSL_ERROR_ZERO_RETURN:
        return "SSL_ERROR_ZERO_RETURN";
    default:
        return "SSL_ERROR unknown";
    }
}

static void fail_handshake(struct whim_tls_failure *failure, SSL *ssl, unsigned long error,
                           const char *text)
{
    bool is_of_ssl = ERR_GET_LIB(error) == ERR_LIB_SSL;
    long verdict = SSL_get_verify_result(ssl);

    if (is_of_ssl && ERR_GET_REASON(error) == SSL_R_CERTIFICATE_VERIFY_FAILED) {
        if (verdict == X509_V_OK)
            whim_tls_fail(failure, CURLE_PEER_FAILED_VERIFICATION,
                          "SSL certificate verification failed");
        else
            whim_tls_fail(failure, CURLE_PEER_FAILED_VERIFICATION, "SSL certificate problem: %s",
                          X509_verify_cert_error_string(verdict));
    } else if (is_of_ssl && ERR_GET_REASON(error) == SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED) {
        whim_tls_fail(failure, CURLE_SSL_CLIENTCERT, "%s", text);
    } else {
        whim_tls_fail(failure, CURLE_SSL_CONNECT_ERROR, "%s", text);
    }
}

void whim_tls_fail_openssl(struct whim_tls_failure *failure, enum whim_tls_act act, SSL *ssl,
                           int ssl_error, int os_error, const char *host, unsigned port)
{
    unsigned long error = ERR_get_error();
    char text[160];

    ERR_clear_error();
    if (!failure->error)
        failure->os_error = os_error;
    if (error)
        describe(error, text, sizeof(text));
    else if (os_error)
        snprintf(text, sizeof(text), "%s", strerror(os_error));
    else
        snprintf(text, sizeof(text), "%s", name_ssl_error(ssl_error));

    if (act == WHIM_TLS_SHAKING && error)
        fail_handshake(failure, ssl, error, text);
    else if (act == WHIM_TLS_SHAKING)
        whim_tls_fail(failure, CURLE_SSL_CONNECT_ERROR,
                      "OpenSSL SSL_connect: %s in connection to %s:%u ", text, host, port);
    else if (act == WHIM_TLS_RECEIVING)
        whim_tls_fail(failure, CURLE_RECV_ERROR, "OpenSSL SSL_read: %s, errno %d", text, os_error);
    else if (error && ssl_error == SSL_ERROR_SSL)
        whim_tls_fail(failure, CURLE_SEND_ERROR, "SSL_write() error: %s", text);
    else
        whim_tls_fail(failure, CURLE_SEND_ERROR, "OpenSSL SSL_write: %s, errno %d", text,
                      os_error);
}
