/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Certificates for tests, made when they are asked for: good ones, and bad ones of every kind.
 * Running out of memory ends the program.
 */
#ifndef WHIM_TEST_PEER_CERTS_H
#define WHIM_TEST_PEER_CERTS_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>

enum { CERT_DAY_S = 24 * 60 * 60 };

struct cert {
    X509 *x509;
    EVP_PKEY *key;
    const struct cert *issuer; /* itself when it is self-signed */
};

/* What is not said is ordinary: valid for a month around today, self-signed, no extension. */
struct cert_spec {
    const char *name;        /* common name; NULL: none */
    const char *san;         /* in OpenSSL's words: "DNS:a.example,IP:127.0.0.1" */
    const char *usage;       /* extended: "serverAuth" */
    const char *constraints; /* of names: "permitted;DNS:good.example" */
    bool is_ca;
    int rsa_bits; /* 0: the key is of P-256 */
    bool is_sha1; /* what it is signed with; else SHA-256 */
    long begins_s; /* from now; 0: a day ago */
    long ends_s;   /* from now; 0: in a month */
    const struct cert *issuer;
};

struct cert *cert_new(const struct cert_spec *spec);
void cert_free(struct cert *cert);

/* Texts, and the caller frees them. */
char *cert_pem(const struct cert *cert);
/* password: NULL for none. */
char *cert_key_pem(const struct cert *cert, const char *password);
/* "sha256//" and the digest of its public key. */
char *cert_pin(const struct cert *cert);
/* The issuer's list of revoked certificates, with that one on it; NULL: nothing is. */
char *cert_crl_pem(const struct cert *issuer, const struct cert *revoked);
/* What an OCSP responder says of a certificate at this time. */
struct cert_status {
    const struct cert *of;
    const struct cert *signer; /* NULL: the certificate's issuer */
    int status;                /* V_OCSP_CERTSTATUS_GOOD and so on */
    int response;              /* OCSP_RESPONSE_STATUS_SUCCESSFUL and so on */
    long begins_s, ends_s;     /* 0: a day ago, in a day */
};
/* As DER; the caller frees it. */
unsigned char *cert_ocsp(const struct cert_status *status, size_t *ret_n);
/* Certificate, key and its issuer's certificate as PKCS#12. */
unsigned char *cert_p12(const struct cert *cert, const char *password, size_t *ret_n);

#endif
