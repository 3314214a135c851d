/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "certs.h"

#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#define MUST(cond)                                                                                 \
    do {                                                                                           \
        if (!(cond))                                                                               \
            abort();                                                                               \
    } while (0)

static void add_extension(X509 *x509, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension;

    if (!value)
        return;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    MUST(extension && X509_add_ext(x509, extension, -1));
    X509_EXTENSION_free(extension);
}

static void add_extensions(X509 *x509, X509 *issuer, const struct cert_spec *spec)
{
    add_extension(x509, issuer, NID_subject_key_identifier, "hash");
    add_extension(x509, issuer, NID_authority_key_identifier, "keyid");
    if (spec->is_ca) {
        add_extension(x509, issuer, NID_basic_constraints, "critical,CA:TRUE");
        add_extension(x509, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    }
    add_extension(x509, issuer, NID_subject_alt_name, spec->san);
    add_extension(x509, issuer, NID_ext_key_usage, spec->usage);
    add_extension(x509, issuer, NID_name_constraints, spec->constraints);
}

static EVP_PKEY *new_key(const struct cert_spec *spec)
{
    return spec->rsa_bits ? EVP_RSA_gen((unsigned)spec->rsa_bits) : EVP_EC_gen("P-256");
}

struct cert *cert_new(const struct cert_spec *spec)
{
    static long serial = 1000;
    struct cert *cert = calloc(1, sizeof(*cert));
    X509_NAME *name;
    X509 *issuer;

    MUST(cert && (cert->x509 = X509_new()) && (cert->key = new_key(spec)));
    cert->issuer = spec->issuer ? spec->issuer : cert;
    issuer = cert->issuer->x509;
    name = X509_get_subject_name(cert->x509);
    X509_set_version(cert->x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(cert->x509), serial++);
    X509_gmtime_adj(X509_getm_notBefore(cert->x509), spec->begins_s ? spec->begins_s : -CERT_DAY_S);
    X509_gmtime_adj(X509_getm_notAfter(cert->x509), spec->ends_s ? spec->ends_s : 30 * CERT_DAY_S);
    X509_set_pubkey(cert->x509, cert->key);
    X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC, (const unsigned char *)"Tests", -1, -1, 0);
    if (spec->name)
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)spec->name, -1,
                                   -1, 0);
    X509_set_issuer_name(cert->x509, X509_get_subject_name(issuer));
    add_extensions(cert->x509, issuer, spec);
    MUST(X509_sign(cert->x509, cert->issuer->key, spec->is_sha1 ? EVP_sha1() : EVP_sha256()) > 0);
    return cert;
}

void cert_free(struct cert *cert)
{
    if (!cert)
        return;
    X509_free(cert->x509);
    EVP_PKEY_free(cert->key);
    free(cert);
}

/* What has been written into the BIO, as a text; the BIO goes. */
static char *take_text(BIO *bio)
{
    char *data;
    long n = BIO_get_mem_data(bio, &data);
    char *text = n > 0 ? strndup(data, (size_t)n) : NULL;

    MUST(text);
    BIO_free(bio);
    return text;
}

char *cert_pem(const struct cert *cert)
{
    BIO *bio = BIO_new(BIO_s_mem());

    MUST(bio && PEM_write_bio_X509(bio, cert->x509));
    return take_text(bio);
}

char *cert_key_pem(const struct cert *cert, const char *password)
{
    BIO *bio = BIO_new(BIO_s_mem());

    MUST(bio && PEM_write_bio_PrivateKey(bio, cert->key, password ? EVP_aes_128_cbc() : NULL,
                                         (const unsigned char *)password,
                                         password ? (int)strlen(password) : 0, NULL, NULL));
    return take_text(bio);
}

char *cert_pin(const struct cert *cert)
{
    static const char prefix[] = "sha256//";
    unsigned char digest[32];
    unsigned char *der = NULL;
    int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert->x509), &der);
    char *pin = calloc(1, sizeof(prefix) + 64);

    MUST(pin && n > 0 && EVP_Digest(der, (size_t)n, digest, NULL, EVP_sha256(), NULL));
    OPENSSL_free(der);
    memcpy(pin, prefix, sizeof(prefix) - 1);
    EVP_EncodeBlock((unsigned char *)pin + sizeof(prefix) - 1, digest, sizeof(digest));
    return pin;
}

char *cert_crl_pem(const struct cert *issuer, const struct cert *revoked)
{
    X509_CRL *crl = X509_CRL_new();
    BIO *bio = BIO_new(BIO_s_mem());
    ASN1_TIME *now = X509_gmtime_adj(NULL, -CERT_DAY_S);
    ASN1_TIME *later = X509_gmtime_adj(NULL, CERT_DAY_S);

    MUST(crl && bio && now && later);
    X509_CRL_set_version(crl, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer->x509));
    X509_CRL_set1_lastUpdate(crl, now);
    X509_CRL_set1_nextUpdate(crl, later);
    if (revoked) {
        X509_REVOKED *entry = X509_REVOKED_new();

        MUST(entry);
        X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(revoked->x509));
        X509_REVOKED_set_revocationDate(entry, now);
        X509_CRL_add0_revoked(crl, entry);
    }
    MUST(X509_CRL_sign(crl, issuer->key, EVP_sha256()) > 0 && PEM_write_bio_X509_CRL(bio, crl));
    ASN1_TIME_free(now);
    ASN1_TIME_free(later);
    X509_CRL_free(crl);
    return take_text(bio);
}

unsigned char *cert_p12(const struct cert *cert, const char *password, size_t *ret_n)
{
    STACK_OF(X509) *others = sk_X509_new_null();
    PKCS12 *p12;
    unsigned char *der = NULL, *copy;
    int n;

    MUST(others && sk_X509_push(others, cert->issuer->x509));
    p12 = PKCS12_create(password, "client", cert->key, cert->x509, others, 0, 0, 0, 0, 0);
    MUST(p12 && (n = i2d_PKCS12(p12, &der)) > 0 && (copy = malloc((size_t)n)));
    memcpy(copy, der, (size_t)n);
    OPENSSL_free(der);
    PKCS12_free(p12);
    sk_X509_free(others);
    *ret_n = (size_t)n;
    return copy;
}

unsigned char *cert_ocsp(const struct cert_status *status, size_t *ret_n)
{
    const struct cert *signer = status->signer ? status->signer : status->of->issuer;
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    OCSP_CERTID *id = OCSP_cert_to_id(NULL, status->of->x509, status->of->issuer->x509);
    ASN1_TIME *begin = X509_gmtime_adj(NULL, status->begins_s ? status->begins_s : -CERT_DAY_S);
    ASN1_TIME *end = X509_gmtime_adj(NULL, status->ends_s ? status->ends_s : CERT_DAY_S);
    bool is_revoked = status->status == V_OCSP_CERTSTATUS_REVOKED;
    bool is_successful = status->response == OCSP_RESPONSE_STATUS_SUCCESSFUL;
    OCSP_RESPONSE *response;
    unsigned char *der = NULL, *copy;
    int n;

    MUST(basic && id && begin && end);
    MUST(OCSP_basic_add1_status(basic, id, status->status,
                                is_revoked ? OCSP_REVOKED_STATUS_KEYCOMPROMISE : 0,
                                is_revoked ? begin : NULL, begin, end));
    MUST(OCSP_basic_sign(basic, signer->x509, signer->key, EVP_sha256(), NULL, 0));
    response = OCSP_response_create(status->response, is_successful ? basic : NULL);
    MUST(response && (n = i2d_OCSP_RESPONSE(response, &der)) > 0 && (copy = malloc((size_t)n)));
    memcpy(copy, der, (size_t)n);
    OPENSSL_free(der);
    OCSP_RESPONSE_free(response);
    OCSP_BASICRESP_free(basic);
    OCSP_CERTID_free(id);
    ASN1_TIME_free(begin);
    ASN1_TIME_free(end);
    *ret_n = (size_t)n;
    return copy;
}
