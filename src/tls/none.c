/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What stands in for this folder where there is no TLS library: contexts cannot be had, so no link
 * is ever made.
 */
#include "tls/info.h"
#include "tls/link.h"
#include "tls/session_export.h"

bool whim_tls_is_built_in(void)
{
    return false;
}

const char *whim_tls_library_version(void)
{
    return NULL;
}

void whim_tls_global_init(void)
{
}

void whim_tls_global_cleanup(void)
{
}

/* Never NULL, which would be out of memory, and never looked into. */
struct whim_tls *whim_tls_new(void)
{
    static char nothing;

    return (struct whim_tls *)&nothing;
}

struct whim_tls *whim_tls_ref(struct whim_tls *tls)
{
    return tls;
}

void whim_tls_unref(struct whim_tls *tls)
{
}

CURLcode whim_tls_context_get(struct whim_tls *tls, const struct whim_tls_settings *settings,
                              struct whim_tls_context **ret_context)
{
    return CURLE_NOT_BUILT_IN;
}

struct whim_tls_context *whim_tls_context_ref(struct whim_tls_context *context)
{
    return context;
}

void whim_tls_context_unref(struct whim_tls_context *context)
{
}

const void *whim_tls_context_content(const struct whim_tls_context *context, size_t *ret_len)
{
    *ret_len = 0;
    return NULL;
}

const struct whim_tls_settings *whim_tls_context_settings(const struct whim_tls_context *context)
{
    return NULL;
}

struct whim_tls_sessions *whim_tls_sessions_new(bool is_shared)
{
    static char nothing;

    return (struct whim_tls_sessions *)&nothing;
}

struct whim_tls_sessions *whim_tls_sessions_ref(struct whim_tls_sessions *sessions)
{
    return sessions;
}

void whim_tls_sessions_unref(struct whim_tls_sessions *sessions)
{
}

void whim_tls_sessions_reset(struct whim_tls_sessions *sessions)
{
}

size_t whim_tls_sessions_count(struct whim_tls_sessions *sessions)
{
    return 0;
}

struct whim_link *whim_tls_link_new(struct whim_link *below, struct whim_tls_context *context,
                                    const struct whim_tls_peer *peer)
{
    return NULL;
}

bool whim_tls_link_has_pending(const struct whim_link *link)
{
    return false;
}

bool whim_tls_link_is_truncated(const struct whim_link *link)
{
    return false;
}

bool whim_tls_link_is_early(const struct whim_link *link)
{
    return false;
}

int64_t whim_tls_link_n_early(const struct whim_link *link)
{
    return 0;
}

bool whim_tls_link_is_resumed(const struct whim_link *link)
{
    return false;
}

void whim_tls_link_let_go(struct whim_link *link)
{
}

void whim_tls_link_take_up(struct whim_link *link, struct whim_tls_context *context)
{
}

bool whim_tls_link_is_tls(const struct whim_link *link)
{
    return false;
}

const char *whim_tls_link_version(const struct whim_link *link)
{
    return NULL;
}

const char *whim_tls_link_cipher(const struct whim_link *link)
{
    return NULL;
}

const char *whim_tls_link_alpn(const struct whim_link *link)
{
    return "";
}

long whim_tls_link_verify_result(const struct whim_link *link)
{
    return 0;
}

void *whim_tls_link_ssl_ctx(const struct whim_link *link)
{
    return NULL;
}

void *whim_tls_link_ssl(const struct whim_link *link)
{
    return NULL;
}

CURLcode whim_tls_link_certinfo(const struct whim_link *link, struct curl_certinfo *ret_certinfo)
{
    *ret_certinfo = (struct curl_certinfo){0};
    return CURLE_OK;
}

void whim_tls_certinfo_free(struct curl_certinfo *certinfo)
{
    *certinfo = (struct curl_certinfo){0};
}

CURLcode whim_tls_sessions_export(struct whim_tls_sessions *sessions,
                                  CURLcode (*take)(void *arg,
                                                   const struct whim_tls_exported *session),
                                  void *arg)
{
    (void)sessions;
    (void)take;
    (void)arg;
    return CURLE_NOT_BUILT_IN;
}

CURLcode whim_tls_sessions_import(struct whim_tls_sessions *sessions, const char *key,
                                  const unsigned char *salted, size_t salted_len,
                                  const unsigned char *data, size_t len)
{
    (void)sessions;
    (void)key;
    (void)salted;
    (void)salted_len;
    (void)data;
    (void)len;
    return CURLE_NOT_BUILT_IN;
}
