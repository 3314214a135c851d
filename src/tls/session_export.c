/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls/session_export.h"

#include "util/buf.h"
#include "util/digest.h"
#include "util/mem.h"
#include "util/random.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SALT_BYTES = 32,
    SALTED_BYTES = SALT_BYTES + 32,
    MAX_KEY_BYTES = 512, /* a name of 255 bytes, a port, a role, 64 digits */
    MAX_DATA_BYTES = 64 * 1024,
};

/* The format's name and version, then the key's length in two bytes. */
static const unsigned char mark[] = {'W', 'H', 'S', '1'};

static bool salt_key(const unsigned char *salt, const char *key, unsigned char *ret_hash)
{
    const struct whim_digest_part parts[] = {{salt, SALT_BYTES}, {key, strlen(key)}};

    return whim_digest(WHIM_DIGEST_SHA256, parts, 2, ret_hash) == WHIM_DIGEST_OK;
}

static bool write_key(const struct whim_tls_session_key *key, char text[MAX_KEY_BYTES])
{
    int n = snprintf(text, MAX_KEY_BYTES, "%s:%u:%s:", key->host, key->port,
                     key->is_proxy ? "proxy" : "origin");

    if (n < 0 || n + 2 * (int)sizeof(key->config) >= MAX_KEY_BYTES)
        return false;
    for (size_t i = 0; i < sizeof(key->config); i++)
        snprintf(text + n + 2 * i, 3, "%02x", key->config[i]);
    return true;
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* From the end: a host may be an address with colons. Writes into text, whose start is the host. */
static bool read_key(char *text, struct whim_tls_session_key *ret_key)
{
    char *config = strrchr(text, ':');
    char *role;
    char *port;
    char *end;
    unsigned long number;

    if (!config || strlen(config + 1) != 2 * sizeof(ret_key->config))
        return false;
    *config++ = 0;
    role = strrchr(text, ':');
    if (!role)
        return false;
    *role++ = 0;
    port = strrchr(text, ':');
    if (!port || port == text || (strcmp(role, "proxy") != 0 && strcmp(role, "origin") != 0))
        return false;
    *port++ = 0;
    number = strtoul(port, &end, 10);
    if (end == port || *end || number > UINT16_MAX)
        return false;
    for (size_t i = 0; i < sizeof(ret_key->config); i++) {
        int high = digit_of(config[2 * i]);
        int low = digit_of(config[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        ret_key->config[i] = (uint8_t)(high << 4 | low);
    }
    ret_key->host = text;
    ret_key->port = (uint16_t)number;
    ret_key->is_proxy = *role == 'p';
    return true;
}

/* Mark, key and session, one behind the other. */
static CURLcode write_data(const char *key, SSL_SESSION *ssl, struct whim_buf *buf)
{
    size_t key_len = strlen(key);
    const unsigned char head[] = {mark[0], mark[1],
                                  mark[2], mark[3],
                                  (unsigned char)(key_len >> 8), (unsigned char)key_len};
    int len = i2d_SSL_SESSION(ssl, NULL);
    unsigned char *to;

    if (len <= 0)
        return CURLE_OUT_OF_MEMORY;
    if (whim_buf_reserve(buf, sizeof(head) + key_len + (size_t)len) != WHIM_BUF_OK)
        return CURLE_OUT_OF_MEMORY;
    whim_buf_add(buf, head, sizeof(head));
    whim_buf_add(buf, key, key_len);
    to = (unsigned char *)buf->data + buf->len;
    i2d_SSL_SESSION(ssl, &to);
    buf->len += (size_t)len;
    return CURLE_OK;
}

static CURLcode export_one(const struct whim_tls_session_key *key, SSL_SESSION *ssl,
                           int64_t expires_s,
                           CURLcode (*take)(void *arg, const struct whim_tls_exported *session),
                           void *arg)
{
    char text[MAX_KEY_BYTES];
    char alpn[256];
    const unsigned char *chosen;
    size_t chosen_len;
    unsigned char salted[SALTED_BYTES];
    struct whim_buf data;
    struct whim_tls_exported session = {.key = text, .salted = salted, .salted_len = SALTED_BYTES};
    CURLcode result;

    if (!write_key(key, text))
        return CURLE_OK; /* a host that no certificate has */
    if (!whim_random_fill(salted, SALT_BYTES) || !salt_key(salted, text, salted + SALT_BYTES))
        return CURLE_OUT_OF_MEMORY;
    whim_buf_init(&data, MAX_DATA_BYTES);
    result = write_data(text, ssl, &data);
    if (result == CURLE_OK) {
        SSL_SESSION_get0_alpn_selected(ssl, &chosen, &chosen_len);
        if (chosen_len && chosen_len < sizeof(alpn)) {
            memcpy(alpn, chosen, chosen_len);
            alpn[chosen_len] = 0;
            session.alpn = alpn;
        }
        session.data = (const unsigned char *)data.data;
        session.len = data.len;
        session.valid_until_s = expires_s;
        session.tls_version = SSL_SESSION_get_protocol_version(ssl);
        session.early_data_max = SSL_SESSION_get_max_early_data(ssl);
        result = take(arg, &session);
    }
    whim_buf_fini_secret(&data);
    return result;
}

CURLcode whim_tls_sessions_export(struct whim_tls_sessions *sessions,
                                  CURLcode (*take)(void *arg,
                                                   const struct whim_tls_exported *session),
                                  void *arg)
{
    struct whim_tls_session_copy *copies;
    size_t n;
    CURLcode result = whim_tls_sessions_copy(sessions, &copies, &n);

    for (size_t i = 0; i < n && result == CURLE_OK; i++)
        result = export_one(&copies[i].key, copies[i].ssl, copies[i].expires_s, take, arg);
    whim_tls_sessions_free_copies(copies, n);
    ERR_clear_error();
    return result;
}

/* The key of the data; false: it is none of ours. */
static bool find_key(const unsigned char *data, size_t len, char text[MAX_KEY_BYTES],
                     size_t *ret_session_off)
{
    size_t key_len;

    if (len < sizeof(mark) + 2 || memcmp(data, mark, sizeof(mark)) != 0)
        return false;
    key_len = (size_t)data[4] << 8 | data[5];
    if (key_len >= MAX_KEY_BYTES || key_len > len - 6 || memchr(data + 6, 0, key_len))
        return false;
    memcpy(text, data + 6, key_len);
    text[key_len] = 0;
    *ret_session_off = 6 + key_len;
    return true;
}

CURLcode whim_tls_sessions_import(struct whim_tls_sessions *sessions, const char *key,
                                  const unsigned char *salted, size_t salted_len,
                                  const unsigned char *data, size_t len)
{
    char text[MAX_KEY_BYTES];
    unsigned char hash[WHIM_DIGEST_MAX_BYTES];
    struct whim_tls_session_key found;
    const unsigned char *at;
    size_t off;
    SSL_SESSION *ssl;

    if (!data || len > MAX_DATA_BYTES || !find_key(data, len, text, &off) ||
        (key && strcmp(key, text) != 0) || (salted && salted_len != SALTED_BYTES))
        return CURLE_BAD_FUNCTION_ARGUMENT;
    if (salted && !salt_key(salted, text, hash))
        return CURLE_OUT_OF_MEMORY;
    if ((salted && memcmp(hash, salted + SALT_BYTES, SALTED_BYTES - SALT_BYTES) != 0) ||
        !read_key(text, &found))
        return CURLE_BAD_FUNCTION_ARGUMENT;
    at = data + off;
    ssl = d2i_SSL_SESSION(NULL, &at, (long)(len - off));
    ERR_clear_error();
    if (!ssl || at != data + len) {
        SSL_SESSION_free(ssl);
        return CURLE_BAD_FUNCTION_ARGUMENT;
    }
    whim_tls_sessions_give(sessions, &found, ssl);
    return CURLE_OK;
}
