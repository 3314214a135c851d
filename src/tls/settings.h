/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Settings: what an application asks of TLS, for the origin or for an HTTPS proxy.
 *
 * All texts and blobs are borrowed: whim_tls_context_get() copies what it keeps. NULL and "" are
 * the same as not set. Whoever fills it begins with whim_tls_settings_init(), which sets the
 * library's defaults, and overwrites what the application has set, with NULL too.
 */
#ifndef WHIM_TLS_SETTINGS_H
#define WHIM_TLS_SETTINGS_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

/* A file, or a blob, which goes first; type: "PEM" (also NULL), "DER", "P12", in any case. */
struct whim_tls_item {
    const char *path;
    const struct curl_blob *blob;
    const char *type;
};

struct whim_tls_settings {
    bool is_peer_verified;   /* CURLOPT_SSL_VERIFYPEER */
    bool is_host_verified;   /* CURLOPT_SSL_VERIFYHOST */
    bool is_status_verified; /* CURLOPT_SSL_VERIFYSTATUS: a stapled OCSP response is a must */
    long min_version;        /* CURL_SSLVERSION_*; DEFAULT is TLS 1.2 */
    long max_version;        /* CURL_SSLVERSION_MAX_* */
    long options;            /* CURLSSLOPT_* */
    const char *ca_file;
    const char *ca_path;
    const struct curl_blob *ca_blob; /* is read instead of ca_file */
    const char *crl_file;
    struct whim_tls_item issuer; /* who must have issued the peer's certificate */
    struct whim_tls_item cert;   /* of the client; a "P12" has the key with it */
    struct whim_tls_item key;    /* not set: it is in the certificate's file */
    const char *key_password;
    const char *ciphers;       /* of TLS 1.2 and below, as OpenSSL lists them */
    const char *tls13_ciphers;
    const char *curves;
    const char *signature_algorithms;
    const char *pinned_key; /* a file's path, or sha256//BASE64;sha256//BASE64... */
    const char *alpn;       /* names with a comma between them, the first preferred: "h2,http/1.1" */
    /*
     * Is asked with the SSL_CTX of each connection before its handshake begins, by the peer's
     * hook if there is one (struct whim_tls_peer). What it changes stays with that connection.
     */
    curl_ssl_ctx_callback ssl_ctx_function;
    void *ssl_ctx_data;
    /* No part of the identity: the last to ask has the say. CURLOPT_CA_CACHE_TIMEOUT; -1: never. */
    long ca_cache_timeout_s;
};

/* Verifies the peer and its name against the CA files that configure found, TLS 1.2 and up. */
void whim_tls_settings_init(struct whim_tls_settings *ret_settings);
/* The CA file and directory that configure found; NULL: none. */
const char *whim_tls_default_ca_file(void);
const char *whim_tls_default_ca_path(void);

#endif
