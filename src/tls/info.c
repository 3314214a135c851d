/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls/info.h"

#include "tls/tls_link.h"
#include "util/mem.h"

#include <openssl/crypto.h>
#include <openssl/x509_vfy.h>

bool whim_tls_is_built_in(void)
{
    return true;
}

const char *whim_tls_library_version(void)
{
    return "OpenSSL/" OPENSSL_VERSION_STR;
}

static struct whim_tls_link *tls_of(const struct whim_link *link)
{
    return whim_tls_link_is_tls(link) ? (struct whim_tls_link *)link : NULL;
}

static SSL *shaken_ssl(const struct whim_link *link)
{
    struct whim_tls_link *tls = tls_of(link);

    return tls && tls->ssl && SSL_is_init_finished(tls->ssl) ? tls->ssl : NULL;
}

const char *whim_tls_link_version(const struct whim_link *link)
{
    SSL *ssl = shaken_ssl(link);

    return ssl ? SSL_get_version(ssl) : NULL;
}

const char *whim_tls_link_cipher(const struct whim_link *link)
{
    SSL *ssl = shaken_ssl(link);

    return ssl ? SSL_get_cipher_name(ssl) : NULL;
}

const char *whim_tls_link_alpn(const struct whim_link *link)
{
    struct whim_tls_link *tls = tls_of(link);
    const unsigned char *name = NULL;
    unsigned len = 0;

    if (!shaken_ssl(link))
        return "";
    if (!tls->alpn) {
        SSL_get0_alpn_selected(tls->ssl, &name, &len);
        tls->alpn = len ? whim_memdup0(name, len) : NULL;
    }
    return tls->alpn ? tls->alpn : "";
}

long whim_tls_link_verify_result(const struct whim_link *link)
{
    struct whim_tls_link *tls = tls_of(link);

    long verdict = tls && tls->ssl ? SSL_get_verify_result(tls->ssl) : X509_V_OK;

    /* Not up, and the chain is not why: libcurl says 1 then, before any certificate has come too. */
    if (tls && !tls->is_up &&
        (verdict == X509_V_OK || verdict == X509_V_ERR_HOSTNAME_MISMATCH ||
         verdict == X509_V_ERR_IP_ADDRESS_MISMATCH ||
         verdict == X509_V_ERR_APPLICATION_VERIFICATION))
        verdict = X509_V_ERR_UNSPECIFIED;
    return verdict;
}

void *whim_tls_link_ssl(const struct whim_link *link)
{
    struct whim_tls_link *tls = tls_of(link);

    return tls ? tls->ssl : NULL;
}

void *whim_tls_link_ssl_ctx(const struct whim_link *link)
{
    struct whim_tls_link *tls = tls_of(link);

    return tls && tls->ssl ? SSL_get_SSL_CTX(tls->ssl) : NULL;
}

bool whim_tls_link_has_pending(const struct whim_link *link)
{
    struct whim_tls_link *tls = tls_of(link);

    return tls && tls->is_up && !tls->is_broken &&
           (tls->parked != WHIM_LINK_OK || SSL_has_pending(tls->ssl) ||
            whim_tls_link_has_pending(link->below));
}

bool whim_tls_link_is_truncated(const struct whim_link *link)
{
    struct whim_tls_link *tls = tls_of(link);

    return tls && tls->is_truncated;
}

bool whim_tls_link_is_early(const struct whim_link *link)
{
    const struct whim_tls_link *tls = tls_of(link);

    return tls && tls->is_early;
}

int64_t whim_tls_link_n_early(const struct whim_link *link)
{
    const struct whim_tls_link *tls = tls_of(link);

    return tls ? tls->n_early : 0;
}

bool whim_tls_link_is_resumed(const struct whim_link *link)
{
    SSL *ssl = shaken_ssl(link);

    return ssl && SSL_session_reused(ssl);
}
