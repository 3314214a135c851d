/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "curl.h" /* outside the guard: curl.h includes this file where its names are known */
#ifndef CURLINC_EASY_H
#define CURLINC_EASY_H
/*
 * easy.h: one transfer. A handle keeps its options from one transfer to the next and belongs to
 * one thread at a time. Part of curl.h.
 */
#ifdef __cplusplus
extern "C" {
#endif

/* Bytes given to an option in place of a file. */
struct curl_blob {
    void *data;
    size_t len;
    unsigned int flags;
};

#define CURL_BLOB_NOCOPY 0 /* data must outlive the handle's use of it */
#define CURL_BLOB_COPY 1

CURL_EXTERN CURL *curl_easy_init(void);
CURL_EXTERN CURLcode curl_easy_setopt(CURL *handle, CURLoption option, ...);
CURL_EXTERN CURLcode curl_easy_perform(CURL *handle);
CURL_EXTERN void curl_easy_cleanup(CURL *handle);

/* The third argument points to a variable of the type that the second one names. */
CURL_EXTERN CURLcode curl_easy_getinfo(CURL *handle, CURLINFO info, ...);

/* A new handle with the same options, but none of the connections. */
CURL_EXTERN CURL *curl_easy_duphandle(CURL *handle);

/* All options back to their defaults; connections, cookies and caches stay. */
CURL_EXTERN void curl_easy_reset(CURL *handle);

/* Raw bytes over the connection of a CURLOPT_CONNECT_ONLY transfer; CURLE_AGAIN means wait. */
CURL_EXTERN CURLcode curl_easy_recv(CURL *handle, void *buffer, size_t size, size_t *pick_n);
CURL_EXTERN CURLcode curl_easy_send(CURL *handle, const void *data, size_t size, size_t *pick_n);

/* Keeps the handle's idle connections alive. */
CURL_EXTERN CURLcode curl_easy_upkeep(CURL *handle);

#ifdef __cplusplus
}
#endif

#endif /* CURLINC_EASY_H */
