/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls/client_cert.h"

#include "util/ascii.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <string.h>

enum item_type { TYPE_PEM, TYPE_DER, TYPE_P12, TYPE_UNKNOWN };

static enum item_type type_of(const struct whim_tls_item *item)
{
    static const struct {
        const char *name;
        enum item_type type;
    } types[] = {
        {"PEM", TYPE_PEM},
        {"DER", TYPE_DER},
        {"P12", TYPE_P12},
    };

    if (!item->type)
        return TYPE_PEM;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (whim_ascii_is_equal(item->type, types[i].name, sizeof("PEM")))
            return types[i].type;
    return TYPE_UNKNOWN;
}

static const char *name_of(const struct whim_tls_item *item)
{
    return item->blob ? "(memory blob)" : item->path;
}

BIO *whim_tls_open_item(const struct whim_tls_item *item)
{
    if (item->blob)
        return item->blob->len <= INT_MAX ? BIO_new_mem_buf(item->blob->data, (int)item->blob->len)
                                          : NULL;
    return BIO_new_file(item->path, "rb");
}

/* Without a password of the application's there is none: nobody is asked at a terminal. */
static int give_password(char *buf, int cap, int is_writing, void *arg)
{
    const char *password = arg;
    size_t len = password ? strlen(password) : 0;

    (void)is_writing;
    if (len > (size_t)cap)
        return 0;
    if (len)
        memcpy(buf, password, len);
    return (int)len;
}

static char *password_arg(const struct whim_tls_settings *settings)
{
    return (char *)settings->key_password;
}

/* The certificate, and behind it in a PEM file those that lead up to its CA. */
static int use_chain(SSL_CTX *ssl_ctx, BIO *bio, void *password)
{
    X509 *cert = PEM_read_bio_X509_AUX(bio, NULL, give_password, password);
    int is_used = cert && SSL_CTX_use_certificate(ssl_ctx, cert) > 0;

    X509_free(cert);
    while (is_used && (cert = PEM_read_bio_X509(bio, NULL, give_password, password))) {
        is_used = SSL_CTX_add0_chain_cert(ssl_ctx, cert) > 0;
        if (!is_used)
            X509_free(cert);
    }
    /* What ends the loop is that there is no further certificate. */
    if (is_used)
        ERR_clear_error();
    return is_used;
}

static CURLcode use_cert(SSL_CTX *ssl_ctx, const struct whim_tls_settings *settings,
                         enum item_type type, struct whim_tls_failure *failure)
{
    BIO *bio = whim_tls_open_item(&settings->cert);
    int is_used = 0;
    char text[160];

    if (bio && type == TYPE_PEM) {
        is_used = use_chain(ssl_ctx, bio, password_arg(settings));
    } else if (bio) {
        X509 *cert = d2i_X509_bio(bio, NULL);

        is_used = cert && SSL_CTX_use_certificate(ssl_ctx, cert) > 0;
        X509_free(cert);
    }
    BIO_free(bio);
    if (is_used)
        return CURLE_OK;
    return whim_tls_fail(failure, CURLE_SSL_CERTPROBLEM,
                         "could not load %s client certificate from %s, OpenSSL error %s, "
                         "(no key found, wrong pass phrase, or wrong file format?)",
                         type == TYPE_PEM ? "PEM" : "ASN1", name_of(&settings->cert),
                         whim_tls_openssl_text(text, sizeof(text)));
}

static int use_chain_of(SSL_CTX *ssl_ctx, STACK_OF(X509) *chain)
{
    for (int i = 0; i < sk_X509_num(chain); i++) {
        X509 *cert = sk_X509_value(chain, i);

        if (SSL_CTX_add1_chain_cert(ssl_ctx, cert) <= 0 || SSL_CTX_add_client_CA(ssl_ctx, cert) <= 0)
            return 0;
    }
    return 1;
}

static CURLcode use_bundle(SSL_CTX *ssl_ctx, const struct whim_tls_settings *settings,
                           struct whim_tls_failure *failure)
{
    const char *name = name_of(&settings->cert);
    BIO *bio = whim_tls_open_item(&settings->cert);
    PKCS12 *bundle = bio ? d2i_PKCS12_bio(bio, NULL) : NULL;
    EVP_PKEY *key = NULL;
    X509 *cert = NULL;
    STACK_OF(X509) *chain = NULL;
    char text[160];

    if (!bio)
        whim_tls_fail(failure, CURLE_SSL_CERTPROBLEM, "could not open PKCS12 file '%s'", name);
    else if (!bundle)
        whim_tls_fail(failure, CURLE_SSL_CERTPROBLEM, "error reading PKCS12 file '%s'", name);
    else if (!PKCS12_parse(bundle, settings->key_password, &key, &cert, &chain))
        whim_tls_fail(failure, CURLE_SSL_CERTPROBLEM,
                      "could not parse PKCS12 file, check password, OpenSSL error %s",
                      whim_tls_openssl_text(text, sizeof(text)));
    else if (!cert || SSL_CTX_use_certificate(ssl_ctx, cert) != 1)
        whim_tls_fail(failure, CURLE_SSL_CERTPROBLEM,
                      "could not load PKCS12 client certificate, OpenSSL error %s",
                      whim_tls_openssl_text(text, sizeof(text)));
    else if (!key || SSL_CTX_use_PrivateKey(ssl_ctx, key) != 1)
        whim_tls_fail(failure, CURLE_SSL_CERTPROBLEM,
                      "unable to use private key from PKCS12 file '%s'", name);
    else if (!SSL_CTX_check_private_key(ssl_ctx))
        whim_tls_fail(failure, CURLE_SSL_CERTPROBLEM,
                      "private key from PKCS12 file '%s' does not match certificate in same file",
                      name);
    else if (!use_chain_of(ssl_ctx, chain))
        whim_tls_fail(failure, CURLE_SSL_CERTPROBLEM, "cannot add certificate to client CA list");
    EVP_PKEY_free(key);
    X509_free(cert);
    sk_X509_pop_free(chain, X509_free);
    PKCS12_free(bundle);
    BIO_free(bio);
    return failure->error;
}

static CURLcode use_key(SSL_CTX *ssl_ctx, const struct whim_tls_settings *settings,
                        struct whim_tls_failure *failure)
{
    const bool is_with_cert = !settings->key.path && !settings->key.blob;
    const struct whim_tls_item *item = is_with_cert ? &settings->cert : &settings->key;
    enum item_type type = type_of(&settings->key);
    EVP_PKEY *key = NULL;
    BIO *bio;
    int is_used;

    if (type != TYPE_PEM && type != TYPE_DER)
        return whim_tls_fail(failure, CURLE_SSL_CERTPROBLEM,
                             "not supported file type for private key");
    bio = whim_tls_open_item(item);
    if (bio)
        key = type == TYPE_PEM
                  ? PEM_read_bio_PrivateKey(bio, NULL, give_password, password_arg(settings))
                  : d2i_PrivateKey_bio(bio, NULL);
    is_used = key && SSL_CTX_use_PrivateKey(ssl_ctx, key) == 1;
    EVP_PKEY_free(key);
    BIO_free(bio);
    if (!is_used)
        return whim_tls_fail(failure, CURLE_SSL_CERTPROBLEM,
                             "unable to set private key file: '%s' type %s", name_of(item),
                             settings->key.type ? settings->key.type : "PEM");
    if (!SSL_CTX_check_private_key(ssl_ctx))
        return whim_tls_fail(failure, CURLE_SSL_CERTPROBLEM,
                             "Private key does not match the certificate public key");
    return CURLE_OK;
}

CURLcode whim_tls_use_client_cert(SSL_CTX *ssl_ctx, const struct whim_tls_settings *settings,
                                  struct whim_tls_failure *failure)
{
    enum item_type type = type_of(&settings->cert);
    CURLcode code;

    if (!settings->cert.path && !settings->cert.blob)
        return CURLE_OK;
    switch (type) {
    case TYPE_PEM:
    case TYPE_DER:
        code = use_cert(ssl_ctx, settings, type, failure);
        if (!code)
            code = use_key(ssl_ctx, settings, failure);
        break;
    case TYPE_P12:
        code = use_bundle(ssl_ctx, settings, failure);
        break;
    default:
        code = whim_tls_fail(failure, CURLE_SSL_CERTPROBLEM,
                             "not supported file type '%s' for certificate", settings->cert.type);
    }
    ERR_clear_error();
    return code;
}
