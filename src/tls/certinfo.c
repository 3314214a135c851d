/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The peer's chain as texts, "name:value" each, in the names and the order that libcurl gives.
 */
#include "tls/info.h"

#include "tls/tls_link.h"
#include "util/buf.h"
#include "util/mem.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

enum { MAX_LINE_BYTES = 1 << 20 };

/* The list of one certificate while it is written, with what its next line is made of. */
struct writer {
    struct curl_slist *first;
    struct curl_slist *last;
    BIO *bio;
    bool is_failed;
};

static void add_line(struct writer *writer, const char *name, const char *value, size_t len)
{
    struct curl_slist *node = whim_malloc(sizeof(*node));
    struct whim_buf buf;

    whim_buf_init(&buf, MAX_LINE_BYTES);
    if (!node || whim_buf_addf(&buf, "%s:", name) != WHIM_BUF_OK ||
        whim_buf_add(&buf, value, len) != WHIM_BUF_OK || whim_buf_terminate(&buf) != WHIM_BUF_OK) {
        whim_buf_fini(&buf);
        whim_free(node);
        writer->is_failed = true;
        return;
    }
    *node = (struct curl_slist){.data = buf.data};
    if (writer->last)
        writer->last->next = node;
    else
        writer->first = node;
    writer->last = node;
}

/* What has been written into the BIO becomes a line. */
static void end_line(struct writer *writer, const char *name)
{
    char *value;
    long len = BIO_get_mem_data(writer->bio, &value);

    add_line(writer, name, value, (size_t)len);
    (void)BIO_reset(writer->bio);
}

static void add_name(struct writer *writer, const char *name, X509_NAME *value)
{
    X509_NAME_print_ex(writer->bio, value, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
    end_line(writer, name);
}

static void add_serial(struct writer *writer, const ASN1_INTEGER *serial)
{
    if (serial->type == V_ASN1_NEG_INTEGER)
        BIO_puts(writer->bio, "-");
    for (int i = 0; i < serial->length; i++)
        BIO_printf(writer->bio, "%02x", serial->data[i]);
    end_line(writer, "Serial Number");
}

static void add_algorithms(struct writer *writer, X509 *cert)
{
    const X509_ALGOR *algorithm;
    X509_PUBKEY *pubkey = X509_get_X509_PUBKEY(cert);
    ASN1_OBJECT *object;

    X509_get0_signature(NULL, &algorithm, cert);
    i2a_ASN1_OBJECT(writer->bio, algorithm->algorithm);
    end_line(writer, "Signature Algorithm");
    if (pubkey && X509_PUBKEY_get0_param(&object, NULL, NULL, NULL, pubkey)) {
        i2a_ASN1_OBJECT(writer->bio, object);
        end_line(writer, "Public Key Algorithm");
    }
}

static void add_extensions(struct writer *writer, X509 *cert)
{
    for (int i = 0; i < X509_get_ext_count(cert); i++) {
        X509_EXTENSION *extension = X509_get_ext(cert, i);
        char name[128];

        i2t_ASN1_OBJECT(name, sizeof(name), X509_EXTENSION_get_object(extension));
        if (!X509V3_EXT_print(writer->bio, extension, 0, 0))
            ASN1_STRING_print(writer->bio, X509_EXTENSION_get_data(extension));
        end_line(writer, name);
    }
}

static void add_number(struct writer *writer, const char *name, EVP_PKEY *key, const char *param)
{
    BIGNUM *number = NULL;

    if (EVP_PKEY_get_bn_param(key, param, &number)) {
        BN_print(writer->bio, number);
        end_line(writer, name);
    }
    BN_free(number);
}

static void add_key(struct writer *writer, X509 *cert)
{
    EVP_PKEY *key = X509_get0_pubkey(cert);

    if (!key)
        return;
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
        BIO_printf(writer->bio, "%d", EVP_PKEY_get_bits(key));
        end_line(writer, "RSA Public Key");
        add_number(writer, "rsa(n)", key, OSSL_PKEY_PARAM_RSA_N);
        add_number(writer, "rsa(e)", key, OSSL_PKEY_PARAM_RSA_E);
        break;
    case EVP_PKEY_DSA:
        add_number(writer, "dsa(p)", key, OSSL_PKEY_PARAM_FFC_P);
        add_number(writer, "dsa(q)", key, OSSL_PKEY_PARAM_FFC_Q);
        add_number(writer, "dsa(g)", key, OSSL_PKEY_PARAM_FFC_G);
        add_number(writer, "dsa(pub_key)", key, OSSL_PKEY_PARAM_PUB_KEY);
        break;
    case EVP_PKEY_DH:
        add_number(writer, "dh(p)", key, OSSL_PKEY_PARAM_FFC_P);
        add_number(writer, "dh(q)", key, OSSL_PKEY_PARAM_FFC_Q);
        add_number(writer, "dh(g)", key, OSSL_PKEY_PARAM_FFC_G);
        add_number(writer, "dh(pub_key)", key, OSSL_PKEY_PARAM_PUB_KEY);
        break;
    default:
        break;
    }
}

static void add_signature(struct writer *writer, X509 *cert)
{
    const ASN1_BIT_STRING *signature;

    X509_get0_signature(&signature, NULL, cert);
    for (int i = 0; signature && i < signature->length; i++)
        BIO_printf(writer->bio, "%02x:", signature->data[i]);
    end_line(writer, "Signature");
}

static void add_cert(struct writer *writer, X509 *cert)
{
    add_name(writer, "Subject", X509_get_subject_name(cert));
    add_name(writer, "Issuer", X509_get_issuer_name(cert));
    BIO_printf(writer->bio, "%lx", X509_get_version(cert));
    end_line(writer, "Version");
    add_serial(writer, X509_get0_serialNumber(cert));
    add_algorithms(writer, cert);
    add_extensions(writer, cert);
    ASN1_TIME_print(writer->bio, X509_get0_notBefore(cert));
    end_line(writer, "Start date");
    ASN1_TIME_print(writer->bio, X509_get0_notAfter(cert));
    end_line(writer, "Expire date");
    add_key(writer, cert);
    add_signature(writer, cert);
    PEM_write_bio_X509(writer->bio, cert);
    end_line(writer, "Cert");
}

void whim_tls_certinfo_free(struct curl_certinfo *certinfo)
{
    for (int i = 0; i < certinfo->num_of_certs; i++) {
        struct curl_slist *next;

        for (struct curl_slist *node = certinfo->certinfo[i]; node; node = next) {
            next = node->next;
            whim_free(node->data);
            whim_free(node);
        }
    }
    whim_free(certinfo->certinfo);
    *certinfo = (struct curl_certinfo){0};
}

CURLcode whim_tls_link_certinfo(const struct whim_link *link, struct curl_certinfo *ret_certinfo)
{
    SSL *ssl = whim_tls_link_ssl(link);
    STACK_OF(X509) *chain = ssl ? SSL_get_peer_cert_chain(ssl) : NULL;
    int n = chain ? sk_X509_num(chain) : 0;
    struct curl_certinfo certinfo = {.num_of_certs = n};
    struct writer writer = {0};

    if (n) {
        certinfo.certinfo = whim_calloc((size_t)n, sizeof(*certinfo.certinfo));
        writer.bio = BIO_new(BIO_s_mem());
        writer.is_failed = !certinfo.certinfo || !writer.bio;
        certinfo.num_of_certs = certinfo.certinfo ? n : 0;
    }
    for (int i = 0; i < n && !writer.is_failed; i++) {
        add_cert(&writer, sk_X509_value(chain, i));
        certinfo.certinfo[i] = writer.first;
        writer.first = writer.last = NULL;
    }
    BIO_free(writer.bio);
    ERR_clear_error();
    if (writer.is_failed) {
        whim_tls_certinfo_free(&certinfo);
        return CURLE_OUT_OF_MEMORY;
    }
    *ret_certinfo = certinfo;
    return CURLE_OK;
}
