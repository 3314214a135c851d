/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls/context.h"

#include "tls/tls.h"
#include "util/buf.h"
#include "util/mem.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

enum { MAX_UNUSED = 16 };

/* What is copied of the settings besides numbers. */
static const size_t text_offsets[] = {
    offsetof(struct whim_tls_settings, ca_file),
    offsetof(struct whim_tls_settings, ca_path),
    offsetof(struct whim_tls_settings, crl_file),
    offsetof(struct whim_tls_settings, issuer.path),
    offsetof(struct whim_tls_settings, issuer.type),
    offsetof(struct whim_tls_settings, cert.path),
    offsetof(struct whim_tls_settings, cert.type),
    offsetof(struct whim_tls_settings, key.path),
    offsetof(struct whim_tls_settings, key.type),
    offsetof(struct whim_tls_settings, key_password),
    offsetof(struct whim_tls_settings, ciphers),
    offsetof(struct whim_tls_settings, tls13_ciphers),
    offsetof(struct whim_tls_settings, curves),
    offsetof(struct whim_tls_settings, signature_algorithms),
    offsetof(struct whim_tls_settings, pinned_key),
    offsetof(struct whim_tls_settings, alpn),
};

static const size_t blob_offsets[] = {
    offsetof(struct whim_tls_settings, ca_blob),
    offsetof(struct whim_tls_settings, issuer.blob),
    offsetof(struct whim_tls_settings, cert.blob),
    offsetof(struct whim_tls_settings, key.blob),
};

enum {
    N_TEXTS = sizeof(text_offsets) / sizeof(text_offsets[0]),
    N_BLOBS = sizeof(blob_offsets) / sizeof(blob_offsets[0]),
};

_Static_assert(N_BLOBS == sizeof(((struct whim_tls_context *)0)->blobs) / sizeof(struct curl_blob),
               "a context has room for every blob");

/* What stands in front of the texts; without padding, as it is compared as bytes. */
struct numbers {
    int64_t verifies;
    int64_t min_version;
    int64_t max_version;
    int64_t options;
    uint64_t ssl_ctx_function;
    uint64_t ssl_ctx_data;
    uint64_t text_lens[N_TEXTS];
    uint64_t blob_lens[N_BLOBS];
};

static const char *text_of(const struct whim_tls_settings *settings, int i)
{
    const char *text;

    memcpy(&text, (const char *)settings + text_offsets[i], sizeof(text));
    return text && text[0] ? text : NULL;
}

static const struct curl_blob *blob_of(const struct whim_tls_settings *settings, int i)
{
    const struct curl_blob *blob;

    memcpy(&blob, (const char *)settings + blob_offsets[i], sizeof(blob));
    return blob && blob->data && blob->len ? blob : NULL;
}

/* All that makes the identity, in one piece. Each text has its terminator. */
static enum whim_buf_result write_content(struct whim_buf *buf,
                                          const struct whim_tls_settings *settings)
{
    struct numbers numbers = {
        .verifies = settings->is_peer_verified | settings->is_host_verified << 1 |
                    settings->is_status_verified << 2,
        .min_version = settings->min_version,
        .max_version = settings->max_version,
        .options = settings->options,
        .ssl_ctx_function = (uint64_t)(uintptr_t)settings->ssl_ctx_function,
        .ssl_ctx_data =
            settings->ssl_ctx_function ? (uint64_t)(uintptr_t)settings->ssl_ctx_data : 0,
    };
    size_t len = sizeof(numbers);
    enum whim_buf_result result;

    for (int i = 0; i < N_TEXTS; i++) {
        numbers.text_lens[i] = text_of(settings, i) ? strlen(text_of(settings, i)) + 1 : 0;
        len += numbers.text_lens[i];
    }
    for (int i = 0; i < N_BLOBS; i++) {
        numbers.blob_lens[i] = blob_of(settings, i) ? blob_of(settings, i)->len : 0;
        len += numbers.blob_lens[i];
    }
    result = whim_buf_reserve(buf, len);
    if (result != WHIM_BUF_OK)
        return result;
    whim_buf_add(buf, &numbers, sizeof(numbers));
    for (int i = 0; i < N_TEXTS; i++)
        whim_buf_add(buf, text_of(settings, i), numbers.text_lens[i]);
    for (int i = 0; i < N_BLOBS; i++)
        if (numbers.blob_lens[i])
            whim_buf_add(buf, blob_of(settings, i)->data, numbers.blob_lens[i]);
    return WHIM_BUF_OK;
}

/* Lets the context's settings point into its content, where write_content() has put everything. */
static void adopt_settings(struct whim_tls_context *context,
                           const struct whim_tls_settings *settings)
{
    struct numbers numbers;
    char *at = context->content + sizeof(numbers);

    memcpy(&numbers, context->content, sizeof(numbers));
    context->settings = *settings;
    for (int i = 0; i < N_TEXTS; i++) {
        const char *text = numbers.text_lens[i] ? at : NULL;

        memcpy((char *)&context->settings + text_offsets[i], &text, sizeof(text));
        at += numbers.text_lens[i];
    }
    for (int i = 0; i < N_BLOBS; i++) {
        const struct curl_blob *blob = numbers.blob_lens[i] ? &context->blobs[i] : NULL;

        context->blobs[i] = (struct curl_blob){.data = at, .len = numbers.blob_lens[i]};
        memcpy((char *)&context->settings + blob_offsets[i], &blob, sizeof(blob));
        at += numbers.blob_lens[i];
    }
}

static void wipe_and_free(char *content, size_t len)
{
    if (content)
        OPENSSL_cleanse(content, len);
    whim_free(content);
}

struct whim_tls *whim_tls_new(void)
{
    struct whim_tls *tls = whim_calloc(1, sizeof(*tls));

    if (!tls)
        return NULL;
    tls->n_refs = 1;
    whim_hash_init(&tls->contexts);
    whim_list_init(&tls->unused);
    whim_tls_keylog_init(&tls->keylog);
    return tls;
}

struct whim_tls *whim_tls_ref(struct whim_tls *tls)
{
    tls->n_refs++;
    return tls;
}

void whim_tls_global_init(void)
{
    whim_tls_ca_stores_init();
    whim_tls_built_init();
}

void whim_tls_global_cleanup(void)
{
    whim_tls_built_fini();
    whim_tls_ca_stores_fini();
}

static void drop_build(struct whim_tls_context *context)
{
    whim_tls_built_unref(context->built);
    context->built = NULL;
    whim_tls_ca_store_unref(context->ca_store);
    context->ca_store = NULL;
}

static void free_context(struct whim_tls_context *context)
{
    whim_hash_del(&context->tls->contexts, &context->node);
    drop_build(context);
    wipe_and_free(context->content, context->content_len);
    whim_free(context);
}

static void free_oldest_unused(struct whim_tls *tls)
{
    struct whim_list *node = whim_list_first(&tls->unused);

    whim_list_del(node);
    tls->n_unused--;
    free_context(WHIM_CONTAINER_OF(node, struct whim_tls_context, unused));
}

void whim_tls_unref(struct whim_tls *tls)
{
    if (!tls || --tls->n_refs)
        return;
    while (tls->n_unused)
        free_oldest_unused(tls);
    whim_hash_fini(&tls->contexts);
    whim_tls_keylog_fini(&tls->keylog);
    whim_free(tls->scratch);
    whim_free(tls);
}

static struct whim_tls_context *find(struct whim_tls *tls, const struct whim_buf *buf,
                                     uint32_t hash)
{
    struct whim_hash_node *node;

    for (node = whim_hash_first(&tls->contexts, hash); node; node = whim_hash_next(node)) {
        struct whim_tls_context *context =
            WHIM_CONTAINER_OF(node, struct whim_tls_context, node);

        if (context->content_len == buf->len && !memcmp(context->content, buf->data, buf->len))
            return context;
    }
    return NULL;
}

static struct whim_tls_context *new_context(struct whim_tls *tls, struct whim_buf *buf,
                                            uint32_t hash,
                                            const struct whim_tls_settings *settings)
{
    struct whim_tls_context *context = whim_calloc(1, sizeof(*context));

    if (!context)
        return NULL;
    context->tls = tls;
    context->content = buf->data;
    context->content_len = buf->len;
    adopt_settings(context, settings);
    whim_list_init(&context->unused);
    whim_hash_add(&tls->contexts, &context->node, hash);
    return context;
}

CURLcode whim_tls_context_get(struct whim_tls *tls, const struct whim_tls_settings *settings,
                              struct whim_tls_context **ret_context)
{
    struct whim_tls_context *context;
    struct whim_buf buf;
    uint32_t hash;

    whim_buf_init(&buf, SIZE_MAX / 4);
    if (write_content(&buf, settings) != WHIM_BUF_OK)
        return CURLE_OUT_OF_MEMORY;
    hash = whim_hash_bytes(buf.data, buf.len, 0);
    context = find(tls, &buf, hash);
    if (context) {
        wipe_and_free(buf.data, buf.len);
        context->settings.ca_cache_timeout_s = settings->ca_cache_timeout_s;
    } else {
        context = new_context(tls, &buf, hash, settings);
        if (!context) {
            wipe_and_free(buf.data, buf.len);
            return CURLE_OUT_OF_MEMORY;
        }
    }
    *ret_context = whim_tls_context_ref(context);
    return CURLE_OK;
}

struct whim_tls_context *whim_tls_context_ref(struct whim_tls_context *context)
{
    if (!context->n_refs++) {
        whim_tls_ref(context->tls);
        context->tls->n_unused -= whim_list_is_linked(&context->unused);
        whim_list_del(&context->unused);
    }
    return context;
}

bool whim_tls_context_is_kept(const struct whim_tls_context *context)
{
    const struct whim_tls_settings *settings = &context->settings;

    return !settings->cert.path && !settings->cert.blob && !settings->key.path &&
           !settings->key.blob && !settings->key_password && !settings->ssl_ctx_function;
}

void whim_tls_context_unref(struct whim_tls_context *context)
{
    struct whim_tls *tls;

    if (!context || --context->n_refs)
        return;
    tls = context->tls;
    if (whim_tls_context_is_kept(context)) {
        whim_list_add_last(&tls->unused, &context->unused);
        if (++tls->n_unused > MAX_UNUSED)
            free_oldest_unused(tls);
    } else {
        free_context(context);
    }
    whim_tls_unref(tls);
}

const void *whim_tls_context_content(const struct whim_tls_context *context, size_t *ret_len)
{
    *ret_len = context->content_len;
    return context->content;
}

const struct whim_tls_settings *whim_tls_context_settings(const struct whim_tls_context *context)
{
    return &context->settings;
}

static void take_stamps(const struct whim_tls_settings *settings,
                        struct whim_tls_stamp stamps[WHIM_TLS_CONTEXT_FILES])
{
    stamps[WHIM_TLS_FILE_ISSUER] = whim_tls_stamp_of(settings->issuer.path);
    stamps[WHIM_TLS_FILE_CERT] = whim_tls_stamp_of(settings->cert.path);
    stamps[WHIM_TLS_FILE_KEY] = whim_tls_stamp_of(settings->key.path);
    stamps[WHIM_TLS_FILE_PINS] = whim_tls_stamp_of(settings->pinned_key);
}

static CURLcode digest_context(struct whim_tls_context *context, struct whim_tls_failure *failure)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    int is_done = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) &&
                  EVP_DigestUpdate(md, context->content, context->content_len) &&
                  EVP_DigestUpdate(md, context->stamps, sizeof(context->stamps)) &&
                  EVP_DigestUpdate(md, context->ca_store->stamps,
                                   sizeof(context->ca_store->stamps)) &&
                  EVP_DigestFinal_ex(md, context->digest, NULL);

    EVP_MD_CTX_free(md);
    return is_done ? CURLE_OK
                   : whim_tls_fail(failure, CURLE_OUT_OF_MEMORY, "SSL: no digest of the settings");
}

CURLcode whim_tls_context_ready(struct whim_tls_context *context, struct whim_tls_failure *failure)
{
    struct whim_tls_stamp stamps[WHIM_TLS_CONTEXT_FILES];
    struct whim_tls_ca_store *ca_store = NULL;
    CURLcode code;

    take_stamps(&context->settings, stamps);
    code = whim_tls_ca_store_get(&context->settings, &ca_store, failure);
    if (code)
        return code;
    if (context->built && ca_store == context->ca_store &&
        !memcmp(stamps, context->stamps, sizeof(stamps))) {
        whim_tls_ca_store_unref(ca_store);
        return CURLE_OK;
    }
    drop_build(context);
    context->ca_store = ca_store;
    memcpy(context->stamps, stamps, sizeof(stamps));
    code = digest_context(context, failure);
    if (!code)
        code = whim_tls_built_get(context, &context->built, failure);
    if (code)
        drop_build(context);
    return code;
}
