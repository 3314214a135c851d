/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* FETCHER is the name of the instance. */
#include "fetcher.h"

#include <curl/curl.h>

#include <stdlib.h>
#include <string.h>

struct body {
    size_t len;
    char text[FETCHER_BODY_BYTES];
};

static CURLM *multi;
static CURL *easies[FETCHER_MOST];
static struct body bodies[FETCHER_MOST];
static bool has_ended_well[FETCHER_MOST];
static int n_easies;
static size_t n_allocated;

/* Each block says whose it is: one that comes from elsewhere ends the test. */
struct block {
    const struct fetcher *owner;
    size_t len;
};

static void *allocate(size_t len)
{
    struct block *block = malloc(sizeof *block + len);

    if (!block)
        return NULL;
    *block = (struct block){ &FETCHER, len };
    __atomic_add_fetch(&n_allocated, 1, __ATOMIC_RELAXED);
    return block + 1;
}

static void deallocate(void *data)
{
    struct block *block = data ? (struct block *)data - 1 : NULL;

    if (block && block->owner != &FETCHER)
        abort();
    free(block);
}

static void *reallocate(void *data, size_t len)
{
    struct block *block = data ? (struct block *)data - 1 : NULL;
    void *other = allocate(len);

    if (other && block)
        memcpy(other, data, block->len < len ? block->len : len);
    if (other)
        deallocate(data);
    return other;
}

static char *duplicate(const char *text)
{
    char *other = allocate(strlen(text) + 1);

    return other ? strcpy(other, text) : NULL;
}

static void *allocate_clear(size_t n, size_t len)
{
    void *data = allocate(n * len);

    return data ? memset(data, 0, n * len) : NULL;
}

static bool init(void)
{
    static bool is_ready;

    if (!is_ready)
        is_ready = curl_global_init_mem(CURL_GLOBAL_DEFAULT, allocate, deallocate, reallocate,
                                        duplicate, allocate_clear) == CURLE_OK;
    return is_ready;
}

static size_t keep(char *data, size_t size, size_t n, void *given)
{
    struct body *body = given;

    if (n >= sizeof body->text - body->len)
        return 0;
    memcpy(body->text + body->len, data, n);
    body->len += n;
    body->text[body->len] = '\0';
    return n;
}

static CURL *new_easy(const char *url, const char *agent, struct body *body)
{
    CURL *easy = curl_easy_init();

    *body = (struct body){ 0 };
    if (!easy)
        return NULL;
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, agent);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, body);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, 10L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    return easy;
}

static const char *get_version(void)
{
    return init() ? curl_version() : "";
}

static void *get_address(void)
{
    return (void *)curl_easy_init;
}

static size_t get_n_allocated(void)
{
    return __atomic_load_n(&n_allocated, __ATOMIC_RELAXED);
}

static bool open_all(const char *url, const char *agent, int n)
{
    if (!init() || !(multi = curl_multi_init()))
        return false;
    for (n_easies = 0; n_easies < n; n_easies++) {
        CURL *easy = new_easy(url, agent, &bodies[n_easies]);

        if (!easy || curl_multi_add_handle(multi, easy) != CURLM_OK)
            return false;
        easies[n_easies] = easy;
        has_ended_well[n_easies] = false;
    }
    return true;
}

static int drive(void)
{
    int n_running, n_left;
    CURLMsg *message;

    if (curl_multi_perform(multi, &n_running) != CURLM_OK ||
        curl_multi_poll(multi, NULL, 0, 2, NULL) != CURLM_OK)
        return -1;
    while ((message = curl_multi_info_read(multi, &n_left)))
        for (int i = 0; i < n_easies; i++)
            if (easies[i] == message->easy_handle)
                has_ended_well[i] = message->data.result == CURLE_OK;
    return n_running;
}

static const char *get_body(int i)
{
    return has_ended_well[i] ? bodies[i].text : NULL;
}

static void close_all(void)
{
    for (int i = 0; i < n_easies; i++) {
        curl_multi_remove_handle(multi, easies[i]);
        curl_easy_cleanup(easies[i]);
    }
    curl_multi_cleanup(multi);
}

static bool fetch(const char *url, const char *agent, char text[FETCHER_BODY_BYTES])
{
    struct body body;
    CURL *easy = init() ? new_easy(url, agent, &body) : NULL;
    bool is_well = easy && curl_easy_perform(easy) == CURLE_OK;

    curl_easy_cleanup(easy);
    if (is_well)
        memcpy(text, body.text, sizeof body.text);
    return is_well;
}

const struct fetcher FETCHER = {
    .version = get_version,
    .address = get_address,
    .n_allocated = get_n_allocated,
    .open = open_all,
    .drive = drive,
    .body = get_body,
    .close = close_all,
    .fetch = fetch,
    .fini = curl_global_cleanup,
};
