/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/tls_settings.h"

#include "engine/multi.h"
#include "engine/share.h"
#include "engine/transfer.h"
#include "tls/context.h"
#include "tls/sessions.h"
#include "tls/settings.h"

enum { N_BLOBS = 4 };

/* The settings, and the blobs that they point to. */
struct wish {
    struct whim_tls_settings settings;
    struct curl_blob blobs[N_BLOBS];
    int n_blobs;
    const struct whim_options *options;
};

/* The rows of one role, in the order of struct whim_tls_settings. */
struct rows {
    enum whim_opt verify_peer, verify_host;
    enum whim_opt version, options;
    enum whim_opt ca_file, ca_path, ca_blob, crl_file;
    enum whim_opt issuer, issuer_blob;
    enum whim_opt cert, cert_blob, cert_type;
    enum whim_opt key, key_blob, key_type, key_password;
    enum whim_opt ciphers, tls13_ciphers, pinned_key;
};

#define ROWS(prefix, pinned, ciphers13, password, ca, capath, cablob, crl, issuer_, issuerblob)    \
    {                                                                                              \
        .verify_peer = WHIM_OPT_##prefix##SSL_VERIFYPEER,                                          \
        .verify_host = WHIM_OPT_##prefix##SSL_VERIFYHOST,                                          \
        .version = WHIM_OPT_##prefix##SSLVERSION, .options = WHIM_OPT_##prefix##SSL_OPTIONS,       \
        .ca_file = ca, .ca_path = capath, .ca_blob = cablob, .crl_file = crl, .issuer = issuer_,   \
        .issuer_blob = issuerblob, .cert = WHIM_OPT_##prefix##SSLCERT,                             \
        .cert_blob = WHIM_OPT_##prefix##SSLCERT_BLOB, .cert_type = WHIM_OPT_##prefix##SSLCERTTYPE, \
        .key = WHIM_OPT_##prefix##SSLKEY, .key_blob = WHIM_OPT_##prefix##SSLKEY_BLOB,              \
        .key_type = WHIM_OPT_##prefix##SSLKEYTYPE, .key_password = password,                       \
        .ciphers = WHIM_OPT_##prefix##SSL_CIPHER_LIST, .tls13_ciphers = ciphers13,                 \
        .pinned_key = pinned,                                                                      \
    }

static const struct rows roles[] = {
    [WHIM_TLS_ORIGIN] = ROWS(, WHIM_OPT_PINNEDPUBLICKEY, WHIM_OPT_TLS13_CIPHERS, WHIM_OPT_KEYPASSWD,
                             WHIM_OPT_CAINFO, WHIM_OPT_CAPATH, WHIM_OPT_CAINFO_BLOB,
                             WHIM_OPT_CRLFILE, WHIM_OPT_ISSUERCERT, WHIM_OPT_ISSUERCERT_BLOB),
    [WHIM_TLS_PROXY] =
        ROWS(PROXY_, WHIM_OPT_PROXY_PINNEDPUBLICKEY, WHIM_OPT_PROXY_TLS13_CIPHERS,
             WHIM_OPT_PROXY_KEYPASSWD, WHIM_OPT_PROXY_CAINFO, WHIM_OPT_PROXY_CAPATH,
             WHIM_OPT_PROXY_CAINFO_BLOB, WHIM_OPT_PROXY_CRLFILE, WHIM_OPT_PROXY_ISSUERCERT,
             WHIM_OPT_PROXY_ISSUERCERT_BLOB),
    /* Those of the CAs alone: who the transfer is, and whom it expects, is the origin's business. */
    [WHIM_TLS_DOH] =
        {
            .verify_peer = WHIM_OPT_DOH_SSL_VERIFYPEER,
            .verify_host = WHIM_OPT_DOH_SSL_VERIFYHOST,
            .options = WHIM_OPT_SSL_OPTIONS,
            .ca_file = WHIM_OPT_CAINFO,
            .ca_path = WHIM_OPT_CAPATH,
            .ca_blob = WHIM_OPT_CAINFO_BLOB,
            .crl_file = WHIM_OPT_CRLFILE,
        },
};

static const struct curl_blob *blob_of(struct wish *wish, enum whim_opt row)
{
    const struct whim_str *str = whim_opt_str(wish->options, row);
    struct curl_blob *blob;

    if (!str)
        return NULL;
    blob = &wish->blobs[wish->n_blobs++];
    *blob = (struct curl_blob){.data = (void *)str->text, .len = str->len};
    return blob;
}

static void set_if_given(const struct whim_options *options, enum whim_opt row,
                         const char **ret_text)
{
    if (whim_opt_is_set(options, row))
        *ret_text = whim_opt_text(options, row);
}

/* CURLOPT_SSLVERSION: the lowest version in the low half, the highest in the other. */
static void set_versions(struct whim_tls_settings *settings, int64_t value)
{
    settings->min_version = (long)(value & 0xffff);
    settings->max_version = (long)(value & ~INT64_C(0xffff));
}

/* What the client shows, what it speaks, and whom it expects besides what its CAs say. */
static void fill_terms(struct wish *wish, const struct rows *rows)
{
    const struct whim_options *options = wish->options;
    struct whim_tls_settings *settings = &wish->settings;

    set_versions(settings, whim_opt_num(options, rows->version));
    settings->issuer.path = whim_opt_text(options, rows->issuer);
    settings->issuer.blob = blob_of(wish, rows->issuer_blob);
    settings->cert.path = whim_opt_text(options, rows->cert);
    settings->cert.blob = blob_of(wish, rows->cert_blob);
    settings->cert.type = whim_opt_text(options, rows->cert_type);
    settings->key.path = whim_opt_text(options, rows->key);
    settings->key.blob = blob_of(wish, rows->key_blob);
    settings->key.type = whim_opt_text(options, rows->key_type);
    settings->key_password = whim_opt_text(options, rows->key_password);
    settings->ciphers = whim_opt_text(options, rows->ciphers);
    settings->tls13_ciphers = whim_opt_text(options, rows->tls13_ciphers);
    settings->pinned_key = whim_opt_text(options, rows->pinned_key);
    settings->signature_algorithms = whim_opt_text(options, WHIM_OPT_SSL_SIGNATURE_ALGORITHMS);
}

static void fill(struct wish *wish, const struct whim_options *options, enum whim_tls_role role)
{
    const struct rows *rows = &roles[role];
    struct whim_tls_settings *settings = &wish->settings;

    wish->n_blobs = 0;
    wish->options = options;
    whim_tls_settings_init(settings);
    settings->is_peer_verified = whim_opt_num(options, rows->verify_peer) != 0;
    settings->is_host_verified = whim_opt_num(options, rows->verify_host) != 0;
    settings->options = (long)whim_opt_num(options, rows->options);
    set_if_given(options, rows->ca_file, &settings->ca_file);
    set_if_given(options, rows->ca_path, &settings->ca_path);
    settings->ca_blob = blob_of(wish, rows->ca_blob);
    settings->crl_file = whim_opt_text(options, rows->crl_file);
    settings->curves = whim_opt_text(options, WHIM_OPT_SSL_EC_CURVES);
    settings->ca_cache_timeout_s = (long)whim_opt_num(options, WHIM_OPT_CA_CACHE_TIMEOUT);
    settings->ssl_ctx_function =
        WHIM_OPT_FN(curl_ssl_ctx_callback, options, WHIM_OPT_SSL_CTX_FUNCTION);
    settings->ssl_ctx_data = whim_opt_ptr(options, WHIM_OPT_SSL_CTX_DATA);
    if (role != WHIM_TLS_DOH)
        fill_terms(wish, rows);
    if (role == WHIM_TLS_PROXY)
        return;
    settings->is_status_verified =
        whim_opt_num(options, role == WHIM_TLS_DOH ? WHIM_OPT_DOH_SSL_VERIFYSTATUS
                                                   : WHIM_OPT_SSL_VERIFYSTATUS) != 0;
    if (role == WHIM_TLS_DOH)
        settings->alpn = "http/1.1";
    else if (whim_opt_num(options, WHIM_OPT_SSL_ENABLE_ALPN))
        settings->alpn = whim_opt_num(options, WHIM_OPT_HTTP_VERSION) == CURL_HTTP_VERSION_1_0
                             ? "http/1.0"
                             : "http/1.1";
}

CURLcode whim_tls_context_of(struct whim_transfer *transfer, enum whim_tls_role role,
                             struct whim_tls_context **ret_context)
{
    struct whim_multi *multi = transfer->multi;
    struct wish wish;

    if (!whim_tls_is_built_in())
        return CURLE_NOT_BUILT_IN;
    if (!multi->tls)
        multi->tls = whim_tls_new();
    if (!multi->tls)
        return CURLE_OUT_OF_MEMORY;
    fill(&wish, &transfer->options, role);
    return whim_tls_context_get(multi->tls, &wish.settings, ret_context);
}

struct whim_tls_sessions *whim_tls_sessions_of(const struct whim_transfer *transfer,
                                               struct whim_multi *multi)
{
    const struct whim_share *share = whim_share_of(transfer);

    if (share && share->tls_sessions)
        return share->tls_sessions;
    if (!multi->tls_sessions)
        multi->tls_sessions = whim_tls_sessions_new(false);
    return multi->tls_sessions;
}
