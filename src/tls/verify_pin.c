/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls/verify.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>

enum {
    SHA256_BYTES = 32,
    BASE64_OF_SHA256 = 44,
    MAX_KEY_FILE_BYTES = 1 << 20, /* as libcurl allows */
};

#define PREFIX "sha256//"

/* One of sha256//BASE64;sha256//BASE64... */
static bool is_in_list(const unsigned char *der, int der_len, const char *list)
{
    unsigned char digest[SHA256_BYTES];
    char text[BASE64_OF_SHA256 + 1];
    bool is_in = false;

    if (!EVP_Digest(der, (size_t)der_len, digest, NULL, EVP_sha256(), NULL))
        return false;
    EVP_EncodeBlock((unsigned char *)text, digest, sizeof(digest));
    while (list && !strncmp(list, PREFIX, sizeof(PREFIX) - 1)) {
        const char *pin = list + sizeof(PREFIX) - 1;
        size_t len = strcspn(pin, ";");

        is_in |= len == BASE64_OF_SHA256 && !memcmp(pin, text, len);
        list = pin[len] ? pin + len + 1 : NULL;
    }
    return is_in;
}

/* A file with the public key, as PEM or as DER. */
static bool is_in_file(const unsigned char *der, int der_len, const char *path)
{
    BIO *bio = BIO_new_file(path, "rb");
    EVP_PKEY *key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, (void *)"") : NULL;
    unsigned char *pinned = NULL;
    int len = key ? i2d_PUBKEY(key, &pinned) : 0;
    bool is_equal = len == der_len && !memcmp(pinned, der, (size_t)len);

    if (bio && !key && BIO_reset(bio) == 0 && der_len < MAX_KEY_FILE_BYTES) {
        /* One byte more than there should be: the file must end there. */
        pinned = OPENSSL_malloc((size_t)der_len + 1);
        is_equal = pinned && BIO_read(bio, pinned, der_len + 1) == der_len &&
                   !memcmp(pinned, der, (size_t)der_len);
    }
    OPENSSL_free(pinned);
    EVP_PKEY_free(key);
    BIO_free(bio);
    ERR_clear_error();
    return is_equal;
}

bool whim_tls_is_pinned(X509 *cert, const char *pinned_key)
{
    unsigned char *der = NULL;
    int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);
    bool is_pinned = false;

    if (len > 0)
        is_pinned = strncmp(pinned_key, PREFIX, sizeof(PREFIX) - 1)
                        ? is_in_file(der, len, pinned_key)
                        : is_in_list(der, len, pinned_key);
    OPENSSL_free(der);
    return is_pinned;
}
