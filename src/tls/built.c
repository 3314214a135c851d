/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls/built.h"

#include "tls/tls.h"
#include "util/mem.h"

#include <pthread.h>
#include <string.h>

enum { MAX_UNUSED = 8 };

struct whim_tls_built {
    struct whim_list node;
    uint32_t n_refs;
    SSL_CTX *ssl_ctx;
    struct whim_tls_ca_store *ca_store; /* a reference */
    unsigned char digest[WHIM_TLS_DIGEST_BYTES];
    uint32_t hash; /* of the configuration alone, whatever the state of its files */
    bool has_keylog;
    bool is_kept; /* when nobody refers to it */
};

/* All of the process. */
static struct {
    pthread_mutex_t mutex;
    struct whim_list all; /* the one used last in front */
    uint32_t n_unused;
    uint32_t max_unused;
} builds = {
    .mutex = PTHREAD_MUTEX_INITIALIZER,
    .all = {.prev = &builds.all, .next = &builds.all},
};

static struct whim_tls_built *built_at(struct whim_list *node)
{
    return WHIM_CONTAINER_OF(node, struct whim_tls_built, node);
}

static void free_built(struct whim_tls_built *built)
{
    whim_list_del(&built->node);
    SSL_CTX_free(built->ssl_ctx);
    whim_tls_ca_store_unref(built->ca_store);
    whim_free(built);
}

static void free_oldest_unused(void)
{
    struct whim_list *node = builds.all.prev;

    while (built_at(node)->n_refs)
        node = node->prev;
    free_built(built_at(node));
    builds.n_unused--;
}

static void keep_unused(uint32_t max)
{
    pthread_mutex_lock(&builds.mutex);
    builds.max_unused = max;
    while (builds.n_unused > max)
        free_oldest_unused();
    pthread_mutex_unlock(&builds.mutex);
}

void whim_tls_built_init(void)
{
    keep_unused(MAX_UNUSED);
}

void whim_tls_built_fini(void)
{
    keep_unused(0);
}

static bool has_keylog(const struct whim_tls_context *context)
{
    return context->tls->keylog.path != NULL;
}

static bool is_of(const struct whim_tls_built *built, const struct whim_tls_context *context)
{
    return built->ca_store == context->ca_store && built->has_keylog == has_keylog(context) &&
           !memcmp(built->digest, context->digest, sizeof(built->digest));
}

/* Forgets, on its way, what the same configuration was before its files have changed. */
static struct whim_tls_built *find(const struct whim_tls_context *context)
{
    struct whim_list *next;

    for (struct whim_list *node = builds.all.next; node != &builds.all; node = next) {
        struct whim_tls_built *built = built_at(node);

        next = node->next;
        if (is_of(built, context))
            return built;
        if (!built->n_refs && built->hash == context->node.hash) {
            free_built(built);
            builds.n_unused--;
        }
    }
    return NULL;
}

static CURLcode build(const struct whim_tls_context *context, struct whim_tls_built **ret_built,
                      struct whim_tls_failure *failure)
{
    struct whim_tls_built *built = whim_calloc(1, sizeof(*built));
    CURLcode code;

    if (!built)
        return whim_tls_fail(failure, CURLE_OUT_OF_MEMORY, "out of memory");
    whim_list_init(&built->node);
    built->ca_store = whim_tls_ca_store_ref(context->ca_store);
    built->hash = context->node.hash;
    built->has_keylog = has_keylog(context);
    built->is_kept = whim_tls_context_is_kept(context);
    memcpy(built->digest, context->digest, sizeof(built->digest));
    code = whim_tls_build_ssl_ctx(context, built->ca_store->x509, &built->ssl_ctx, failure);
    if (code)
        free_built(built);
    else
        *ret_built = built;
    return code;
}

CURLcode whim_tls_built_get(const struct whim_tls_context *context,
                            struct whim_tls_built **ret_built, struct whim_tls_failure *failure)
{
    struct whim_tls_built *built;
    CURLcode code = CURLE_OK;

    pthread_mutex_lock(&builds.mutex);
    built = find(context);
    if (built)
        builds.n_unused -= !built->n_refs;
    else
        code = build(context, &built, failure);
    if (!code) {
        built->n_refs++;
        whim_list_del(&built->node);
        whim_list_add_first(&builds.all, &built->node);
        *ret_built = built;
    }
    pthread_mutex_unlock(&builds.mutex);
    return code;
}

void whim_tls_built_unref(struct whim_tls_built *built)
{
    if (!built)
        return;
    pthread_mutex_lock(&builds.mutex);
    if (!--built->n_refs) {
        if (!built->is_kept)
            free_built(built);
        else if (++builds.n_unused > builds.max_unused)
            free_oldest_unused();
    }
    pthread_mutex_unlock(&builds.mutex);
}

SSL_CTX *whim_tls_built_ssl_ctx(const struct whim_tls_built *built)
{
    return built->ssl_ctx;
}
