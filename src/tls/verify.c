/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls/verify.h"

#include "tls/client_cert.h"
#include "tls/tls_link.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

/* Names one of the kinds that a host is looked for in: then the subject's common name is none. */
static bool has_alternative_names(X509 *cert)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
    bool has = false;

    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        int type = sk_GENERAL_NAME_value(names, i)->type;

        has |= type == GEN_DNS || type == GEN_IPADD;
    }
    GENERAL_NAMES_free(names);
    return has;
}

bool whim_tls_is_name_of(X509 *cert, const char *host, bool is_ip)
{
    unsigned flags = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;

    if (is_ip)
        return X509_check_ip_asc(cert, host, 0) == 1;
    if (has_alternative_names(cert))
        flags |= X509_CHECK_FLAG_NEVER_CHECK_SUBJECT;
    return X509_check_host(cert, host, 0, flags, NULL) == 1;
}

static CURLcode fail_name(const struct whim_tls_link *link, X509 *cert,
                          struct whim_tls_failure *failure)
{
    char name[128];

    if (has_alternative_names(cert))
        return whim_tls_fail(failure, CURLE_PEER_FAILED_VERIFICATION,
                             "SSL: no alternative certificate subject name matches target host "
                             "name '%s'",
                             link->host);
    if (X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, name,
                                  sizeof(name)) <= 0)
        return whim_tls_fail(failure, CURLE_PEER_FAILED_VERIFICATION,
                             "SSL: unable to obtain common name from peer certificate");
    return whim_tls_fail(failure, CURLE_PEER_FAILED_VERIFICATION,
                         "SSL: certificate subject name '%s' does not match target host name '%s'",
                         name, link->host);
}

static CURLcode verify_issuer(const struct whim_tls_item *item, X509 *cert,
                              struct whim_tls_failure *failure)
{
    const char *name = item->blob ? "memory blob" : item->path;
    BIO *bio = whim_tls_open_item(item);
    X509 *issuer = bio ? PEM_read_bio_X509(bio, NULL, NULL, (void *)"") : NULL;

    if (!bio)
        whim_tls_fail(failure, CURLE_SSL_ISSUER_ERROR, "SSL: Unable to open issuer cert (%s)",
                      name);
    else if (!issuer)
        whim_tls_fail(failure, CURLE_SSL_ISSUER_ERROR, "SSL: Unable to read issuer cert (%s)",
                      name);
    else if (X509_check_issued(issuer, cert) != X509_V_OK)
        whim_tls_fail(failure, CURLE_SSL_ISSUER_ERROR,
                      "SSL: Certificate issuer check failed (%s)", name);
    X509_free(issuer);
    BIO_free(bio);
    ERR_clear_error();
    return failure->error;
}

CURLcode whim_tls_verify_cert(const struct whim_tls_link *link, X509 *cert, int *ret_verdict,
                              struct whim_tls_failure *failure)
{
    const struct whim_tls_settings *settings = &link->context->settings;
    CURLcode code = CURLE_OK;

    if (settings->is_host_verified && !whim_tls_is_name_of(cert, link->host, link->is_ip)) {
        *ret_verdict = link->is_ip ? X509_V_ERR_IP_ADDRESS_MISMATCH : X509_V_ERR_HOSTNAME_MISMATCH;
        return fail_name(link, cert, failure);
    }
    if (settings->issuer.path || settings->issuer.blob)
        code = verify_issuer(&settings->issuer, cert, failure);
    if (!code && settings->pinned_key && !whim_tls_is_pinned(cert, settings->pinned_key))
        code = whim_tls_fail(failure, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
                             "SSL: public key does not match pinned public key");
    if (code)
        *ret_verdict = X509_V_ERR_APPLICATION_VERIFICATION;
    return code;
}

int whim_tls_verify_chain(X509_STORE_CTX *store_ctx, void *arg)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(store_ctx, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct whim_tls_link *link = whim_tls_link_of(ssl);
    struct whim_tls_failure failure = {0};
    int is_trusted;
    int verdict;

    (void)arg;
    if (!link)
        return 0;
    is_trusted = X509_verify_cert(store_ctx) > 0;
    if (!is_trusted && link->context->settings.is_peer_verified)
        return 0;
    ERR_clear_error();
    if (whim_tls_verify_cert(link, X509_STORE_CTX_get0_cert(store_ctx), &verdict, &failure)) {
        X509_STORE_CTX_set_error(store_ctx, verdict);
        /* Outside of a handshake (a renegotiation) the alert alone has to do. */
        if (link->failure && !link->failure->error)
            *link->failure = failure;
        return 0;
    }
    link->is_cert_verified = true;
    return 1;
}
