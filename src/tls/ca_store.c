/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls/ca_store.h"

#include "util/buf.h"
#include "util/clock.h"
#include "util/mem.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

enum { MAX_UNUSED = 4 };

/* All of the process. */
static struct {
    pthread_mutex_t mutex;
    struct whim_list all; /* the one used last in front */
    uint32_t n_unused;
    uint32_t max_unused;
} stores = {
    .mutex = PTHREAD_MUTEX_INITIALIZER,
    .all = {.prev = &stores.all, .next = &stores.all},
};

static void free_store(struct whim_tls_ca_store *store)
{
    X509_STORE_free(store->x509);
    whim_free(store->content);
    whim_free(store);
}

static struct whim_tls_ca_store *store_at(struct whim_list *node)
{
    return WHIM_CONTAINER_OF(node, struct whim_tls_ca_store, node);
}

static void free_oldest_unused(void)
{
    struct whim_list *node = stores.all.prev;

    while (store_at(node)->n_refs)
        node = node->prev;
    whim_list_del(node);
    free_store(store_at(node));
    stores.n_unused--;
}

static void keep_unused(uint32_t max)
{
    pthread_mutex_lock(&stores.mutex);
    stores.max_unused = max;
    while (stores.n_unused > max)
        free_oldest_unused();
    pthread_mutex_unlock(&stores.mutex);
}

void whim_tls_ca_stores_init(void)
{
    keep_unused(MAX_UNUSED);
}

void whim_tls_ca_stores_fini(void)
{
    keep_unused(0);
}

struct whim_tls_ca_store *whim_tls_ca_store_ref(struct whim_tls_ca_store *store)
{
    pthread_mutex_lock(&stores.mutex);
    store->n_refs++;
    pthread_mutex_unlock(&stores.mutex);
    return store;
}

void whim_tls_ca_store_unref(struct whim_tls_ca_store *store)
{
    if (!store)
        return;
    pthread_mutex_lock(&stores.mutex);
    if (!--store->n_refs) {
        if (!whim_list_is_linked(&store->node))
            free_store(store);
        else if (++stores.n_unused > stores.max_unused)
            free_oldest_unused();
    }
    pthread_mutex_unlock(&stores.mutex);
}

static const char *path_at(const struct whim_tls_settings *settings, int i)
{
    const char *const paths[WHIM_TLS_CA_FILES] = {
        settings->ca_blob ? NULL : settings->ca_file,
        settings->ca_path,
        settings->crl_file,
    };

    return paths[i] && paths[i][0] ? paths[i] : NULL;
}

/* The settings that matter, one behind the other; each text with its terminator. */
static enum whim_buf_result write_content(struct whim_buf *buf,
                                          const struct whim_tls_settings *settings)
{
    const struct curl_blob *blob = settings->ca_blob;
    char head[] = {
        (char)settings->is_peer_verified,
        (char)(settings->options & CURLSSLOPT_NATIVE_CA ? 1 : 0),
    };
    enum whim_buf_result result = whim_buf_add(buf, head, sizeof(head));

    for (int i = 0; i < WHIM_TLS_CA_FILES && result == WHIM_BUF_OK; i++) {
        const char *path = path_at(settings, i);

        result = whim_buf_add(buf, path ? path : "", path ? strlen(path) + 1 : 1);
    }
    if (blob && result == WHIM_BUF_OK)
        result = whim_buf_add(buf, blob->data, blob->len);
    return result;
}

static bool is_outdated(const struct whim_tls_ca_store *store,
                        const struct whim_tls_settings *settings)
{
    long timeout_s = settings->ca_cache_timeout_s;

    if (timeout_s >= 0 &&
        (whim_clock_now_us() - store->read_us) / WHIM_US_PER_S >= timeout_s)
        return true;
    for (int i = 0; i < WHIM_TLS_CA_FILES; i++) {
        struct whim_tls_stamp stamp = whim_tls_stamp_of(path_at(settings, i));

        if (memcmp(&stamp, &store->stamps[i], sizeof(stamp)))
            return true;
    }
    return false;
}

static CURLcode read_blob(X509_STORE *x509, const struct curl_blob *blob,
                          struct whim_tls_failure *failure)
{
    BIO *bio = blob->len <= INT_MAX ? BIO_new_mem_buf(blob->data, (int)blob->len) : NULL;
    STACK_OF(X509_INFO) *infos = bio ? PEM_X509_INFO_read_bio(bio, NULL, NULL, NULL) : NULL;
    int n_added = 0;

    for (int i = 0; infos && i < sk_X509_INFO_num(infos); i++) {
        X509_INFO *info = sk_X509_INFO_value(infos, i);

        if (info->x509)
            n_added += X509_STORE_add_cert(x509, info->x509);
        if (info->crl)
            n_added += X509_STORE_add_crl(x509, info->crl);
    }
    sk_X509_INFO_pop_free(infos, X509_INFO_free);
    BIO_free(bio);
    ERR_clear_error();
    if (!n_added)
        return whim_tls_fail(failure, CURLE_SSL_CACERT_BADFILE,
                             "error importing CA certificate blob");
    return CURLE_OK;
}

static CURLcode read_files(X509_STORE *x509, const struct whim_tls_settings *settings,
                           struct whim_tls_failure *failure)
{
    const char *file = path_at(settings, 0);
    const char *path = path_at(settings, 1);
    const char *crl = path_at(settings, 2);
    X509_LOOKUP *lookup;

    if (settings->ca_blob) {
        CURLcode code = read_blob(x509, settings->ca_blob, failure);

        if (code)
            return code;
    }
    if (file && !X509_STORE_load_file(x509, file))
        return whim_tls_fail(failure, CURLE_SSL_CACERT_BADFILE,
                             "error setting certificate file: %s", file);
    if (path && !X509_STORE_load_path(x509, path))
        return whim_tls_fail(failure, CURLE_SSL_CACERT_BADFILE,
                             "error setting certificate path: %s", path);
    if (settings->options & CURLSSLOPT_NATIVE_CA)
        X509_STORE_set_default_paths(x509);
    if (!crl)
        return CURLE_OK;
    lookup = X509_STORE_add_lookup(x509, X509_LOOKUP_file());
    if (!lookup || !X509_load_crl_file(lookup, crl, X509_FILETYPE_PEM))
        return whim_tls_fail(failure, CURLE_SSL_CRL_BADFILE, "error loading CRL file: %s", crl);
    return CURLE_OK;
}

/*
 * OpenSSL reads a certificate's extensions when it is looked at first, and keeps what it has read in
 * there. Threads share these, so all of it is done before they do.
 */
static void read_extensions(X509_STORE *x509)
{
    const STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(x509);

    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509 *cert = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));

        if (cert)
            X509_check_purpose(cert, -1, 0);
    }
}

static CURLcode read_store(struct whim_tls_ca_store *store,
                           const struct whim_tls_settings *settings,
                           struct whim_tls_failure *failure)
{
    CURLcode code = CURLE_OK;

    store->x509 = X509_STORE_new();
    if (!store->x509)
        return whim_tls_fail(failure, CURLE_OUT_OF_MEMORY, "out of memory");
    store->read_us = whim_clock_now_us();
    for (int i = 0; i < WHIM_TLS_CA_FILES; i++)
        store->stamps[i] = whim_tls_stamp_of(path_at(settings, i));
    if (settings->is_peer_verified)
        code = read_files(store->x509, settings, failure);
    if (!code)
        read_extensions(store->x509);
    ERR_clear_error();
    return code;
}

static struct whim_tls_ca_store *find(const struct whim_buf *buf)
{
    for (struct whim_list *node = stores.all.next; node != &stores.all; node = node->next) {
        struct whim_tls_ca_store *store = store_at(node);

        if (store->content_len == buf->len && !memcmp(store->content, buf->data, buf->len))
            return store;
    }
    return NULL;
}

/* One that was read before and is up to date; one that is not is forgotten. */
static struct whim_tls_ca_store *find_fresh(const struct whim_buf *buf,
                                            const struct whim_tls_settings *settings)
{
    struct whim_tls_ca_store *store = find(buf);

    if (!store)
        return NULL;
    whim_list_del(&store->node);
    stores.n_unused -= !store->n_refs;
    if (!is_outdated(store, settings)) {
        whim_list_add_first(&stores.all, &store->node);
        store->n_refs++;
        return store;
    }
    if (!store->n_refs)
        free_store(store);
    return NULL;
}

/* Takes over the content, when it says CURLE_OK. */
static CURLcode add_store(const struct whim_buf *content, const struct whim_tls_settings *settings,
                          struct whim_tls_ca_store **ret_store, struct whim_tls_failure *failure)
{
    struct whim_tls_ca_store *store = whim_calloc(1, sizeof(*store));
    CURLcode code;

    if (!store)
        return whim_tls_fail(failure, CURLE_OUT_OF_MEMORY, "out of memory");
    store->n_refs = 1;
    code = read_store(store, settings, failure);
    if (code) {
        free_store(store);
        return code;
    }
    store->content = content->data;
    store->content_len = content->len;
    whim_list_add_first(&stores.all, &store->node);
    *ret_store = store;
    return CURLE_OK;
}

CURLcode whim_tls_ca_store_get(const struct whim_tls_settings *settings,
                               struct whim_tls_ca_store **ret_store,
                               struct whim_tls_failure *failure)
{
    struct whim_tls_ca_store *store;
    struct whim_buf buf;
    CURLcode code;

    whim_buf_init(&buf, SIZE_MAX / 4);
    if (write_content(&buf, settings) != WHIM_BUF_OK) {
        whim_buf_fini(&buf);
        return whim_tls_fail(failure, CURLE_OUT_OF_MEMORY, "out of memory");
    }
    pthread_mutex_lock(&stores.mutex);
    store = find_fresh(&buf, settings);
    code = store ? CURLE_OK : add_store(&buf, settings, ret_store, failure);
    pthread_mutex_unlock(&stores.mutex);
    if (store)
        *ret_store = store;
    if (store || code)
        whim_buf_fini(&buf);
    return code;
}

X509_STORE *whim_tls_ca_store_copy(const struct whim_tls_ca_store *store,
                                   const struct whim_tls_settings *settings)
{
    const STACK_OF(X509_OBJECT) *objects;
    const char *path = path_at(settings, 1);
    X509_STORE *copy = X509_STORE_new();

    X509_STORE_lock(store->x509); /* verifying adds what it finds by hash, and sorts */
    objects = X509_STORE_get0_objects(store->x509);
    for (int i = 0; copy && i < sk_X509_OBJECT_num(objects); i++) {
        X509_OBJECT *object = sk_X509_OBJECT_value(objects, i);
        X509 *cert = X509_OBJECT_get0_X509(object);
        X509_CRL *crl = X509_OBJECT_get0_X509_CRL(object);

        if ((cert && !X509_STORE_add_cert(copy, cert)) || (crl && !X509_STORE_add_crl(copy, crl))) {
            X509_STORE_free(copy);
            copy = NULL;
        }
    }
    X509_STORE_unlock(store->x509);
    if (copy && path && settings->is_peer_verified)
        X509_STORE_load_path(copy, path);
    if (copy && (settings->options & CURLSSLOPT_NATIVE_CA))
        X509_STORE_set_default_paths(copy);
    ERR_clear_error();
    return copy;
}
