/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls/client_cert.h"
#include "tls/tls.h"
#include "tls/tls_link.h"
#include "tls/verify.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <string.h>

/* 0: any that OpenSSL has; -1: there is no such version here. */
static int version_of(long version)
{
    switch (version) {
    case CURL_SSLVERSION_TLSv1:
    case CURL_SSLVERSION_TLSv1_0:
        return TLS1_VERSION;
    case CURL_SSLVERSION_TLSv1_1:
        return TLS1_1_VERSION;
    case CURL_SSLVERSION_DEFAULT:
    case CURL_SSLVERSION_TLSv1_2:
        return TLS1_2_VERSION;
    case CURL_SSLVERSION_TLSv1_3:
        return TLS1_3_VERSION;
    default:
        return -1;
    }
}

static int max_version_of(long version)
{
    if (version == CURL_SSLVERSION_MAX_NONE || version == CURL_SSLVERSION_MAX_DEFAULT)
        return 0;
    return version_of(version >> 16);
}

static CURLcode set_versions(SSL_CTX *ssl_ctx, const struct whim_tls_settings *settings,
                             struct whim_tls_failure *failure)
{
    int min = version_of(settings->min_version);
    int max = max_version_of(settings->max_version);

    if (min > 0 && max > 0 && max < min)
        return whim_tls_fail(failure, CURLE_SSL_CONNECT_ERROR,
                             "CURL_SSLVERSION_MAX incompatible with CURL_SSLVERSION");
    if (min < 0 || max < 0 || !SSL_CTX_set_min_proto_version(ssl_ctx, min) ||
        !SSL_CTX_set_max_proto_version(ssl_ctx, max))
        return whim_tls_fail(failure, CURLE_SSL_CONNECT_ERROR,
                             "Unrecognized parameter passed via CURLOPT_SSLVERSION");
    return CURLE_OK;
}

static CURLcode set_ciphers(SSL_CTX *ssl_ctx, const struct whim_tls_settings *settings,
                            struct whim_tls_failure *failure)
{
    if (settings->ciphers && !SSL_CTX_set_cipher_list(ssl_ctx, settings->ciphers))
        return whim_tls_fail(failure, CURLE_SSL_CIPHER, "failed setting cipher list: %s",
                             settings->ciphers);
    if (settings->tls13_ciphers && !SSL_CTX_set_ciphersuites(ssl_ctx, settings->tls13_ciphers))
        return whim_tls_fail(failure, CURLE_SSL_CIPHER, "failed setting TLS 1.3 cipher suite: %s",
                             settings->tls13_ciphers);
    if (settings->curves && !SSL_CTX_set1_curves_list(ssl_ctx, settings->curves))
        return whim_tls_fail(failure, CURLE_SSL_CIPHER, "failed setting curves list: '%s'",
                             settings->curves);
    if (settings->signature_algorithms &&
        !SSL_CTX_set1_sigalgs_list(ssl_ctx, settings->signature_algorithms))
        return whim_tls_fail(failure, CURLE_SSL_CIPHER,
                             "failed setting signature algorithms: '%s'",
                             settings->signature_algorithms);
    return CURLE_OK;
}

/* RFC 7301: each name behind its length, in one byte. */
static CURLcode set_alpn(SSL_CTX *ssl_ctx, const char *names, struct whim_tls_failure *failure)
{
    unsigned char wire[256];
    size_t len = 0;

    while (names && *names) {
        size_t name_len = strcspn(names, ",");

        if (!name_len || len + 1 + name_len > sizeof(wire))
            return whim_tls_fail(failure, CURLE_SSL_CONNECT_ERROR, "Error setting ALPN");
        wire[len] = (unsigned char)name_len;
        memcpy(wire + len + 1, names, name_len);
        len += 1 + name_len;
        names += name_len;
        names += *names == ',';
    }
    /* Unlike everything else of OpenSSL it says 0 when it has worked. */
    if (len && SSL_CTX_set_alpn_protos(ssl_ctx, wire, (unsigned)len))
        return whim_tls_fail(failure, CURLE_OUT_OF_MEMORY, "Error setting ALPN");
    return CURLE_OK;
}

static void set_verification(SSL_CTX *ssl_ctx, const struct whim_tls_settings *settings)
{
    X509_VERIFY_PARAM *param = SSL_CTX_get0_param(ssl_ctx);
    unsigned long flags = X509_V_FLAG_TRUSTED_FIRST;

    if (settings->crl_file)
        flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL;
    else if (!(settings->options & CURLSSLOPT_NO_PARTIALCHAIN))
        flags |= X509_V_FLAG_PARTIAL_CHAIN; /* a CA in between may be the one that is trusted */
    X509_VERIFY_PARAM_set_flags(param, flags);
    /* Whether a verdict counts is the callback's to say, which knows the settings. */
    SSL_CTX_set_verify(ssl_ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(ssl_ctx, whim_tls_verify_chain, NULL);
    if (settings->is_status_verified)
        SSL_CTX_set_tlsext_status_type(ssl_ctx, TLSEXT_STATUSTYPE_ocsp);
}

static void log_key(const SSL *ssl, const char *line)
{
    struct whim_tls_link *link = whim_tls_link_of(ssl);

    if (link)
        whim_tls_keylog_add(&link->context->tls->keylog, line);
}

static void set_habits(SSL_CTX *ssl_ctx, const struct whim_tls_context *context)
{
    uint64_t options = SSL_OP_ALL | SSL_OP_NO_COMPRESSION | SSL_OP_NO_SSLv3;

    /* SSL_OP_ALL leaves out what protects CBC in TLS 1.0 (the attack named BEAST). */
    if (!(context->settings.options & CURLSSLOPT_ALLOW_BEAST))
        options &= ~(uint64_t)SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS;
    SSL_CTX_set_options(ssl_ctx, options);
    SSL_CTX_set_mode(ssl_ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_clear_mode(ssl_ctx, SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_read_ahead(ssl_ctx, 1); /* the head of a record and the rest in one receive */
    SSL_CTX_set_post_handshake_auth(ssl_ctx, 1);
    SSL_CTX_set_session_cache_mode(ssl_ctx,
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(ssl_ctx, whim_tls_link_on_session);
    if (context->tls->keylog.path)
        SSL_CTX_set_keylog_callback(ssl_ctx, log_key);
}

CURLcode whim_tls_build_ssl_ctx(const struct whim_tls_context *context, X509_STORE *store,
                                SSL_CTX **ret_ssl_ctx, struct whim_tls_failure *failure)
{
    const struct whim_tls_settings *settings = &context->settings;
    SSL_CTX *ssl_ctx;
    CURLcode code;
    char text[160];

    ERR_clear_error();
    ssl_ctx = SSL_CTX_new(TLS_client_method());
    if (!ssl_ctx)
        return whim_tls_fail(failure, CURLE_OUT_OF_MEMORY, "SSL: couldn't create a context: %s",
                             whim_tls_openssl_text(text, sizeof(text)));
    set_habits(ssl_ctx, context);
    set_verification(ssl_ctx, settings);
    SSL_CTX_set1_cert_store(ssl_ctx, store);
    code = set_versions(ssl_ctx, settings, failure);
    if (!code)
        code = set_ciphers(ssl_ctx, settings, failure);
    if (!code)
        code = set_alpn(ssl_ctx, settings->alpn, failure);
    if (!code)
        code = whim_tls_use_client_cert(ssl_ctx, settings, failure);
    ERR_clear_error();
    if (code)
        SSL_CTX_free(ssl_ctx);
    else
        *ret_ssl_ctx = ssl_ctx;
    return code;
}
