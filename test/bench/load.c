/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>

enum { RAMP = 256, WAIT_MS = 1000 };

static void fail(const char *what) {
    fprintf(stderr, "load: %s\n", what);
    exit(1);
}

static size_t on_body(char *bytes, size_t size, size_t n, void *context) {
    struct bench_slot *slot = context;

    slot->n_body_bytes += size * n;
    return size * n;
}

static bool set_tls(const struct bench_load *load, CURL *easy) {
    return !load->ca_path ||
           (!curl_easy_setopt(easy, CURLOPT_CAINFO, load->ca_path) &&
            !curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, load->keeps_sessions));
}

/* Numbered from the end: those of the origin are numbered from the start. */
static bool set_cookies(const struct bench_load *load, CURL *easy, long host) {
    char line[96];

    if (!load->n_cookies)
        return true;
    if (curl_easy_setopt(easy, CURLOPT_COOKIEFILE, ""))
        return false;
    for (int i = 0; i < load->n_cookies; i++) {
        snprintf(line, sizeof line, "127.0.0.%ld\tFALSE\t/\tFALSE\t0\tc%02d\t0123456", host, 99 - i);
        if (curl_easy_setopt(easy, CURLOPT_COOKIELIST, line))
            return false;
    }
    return true;
}

CURL *bench_load_new_handle(struct bench_load *load, struct bench_slot *slot) {
    CURL *easy = curl_easy_init();
    long host = 1 + (slot - load->slots) % load->n_hosts;
    char url[96];

    snprintf(url, sizeof url, "%s://127.0.0.%ld:%ld%s%llu", load->ca_path ? "https" : "http",
             host, load->port, load->path,
             (unsigned long long)load->body_bytes);
    if (!easy || curl_easy_setopt(easy, CURLOPT_URL, url) ||
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body) ||
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, slot) ||
        curl_easy_setopt(easy, CURLOPT_PRIVATE, slot) ||
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) ||
        (load->forbids_reuse && curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L)) ||
        (load->coding && curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, load->coding)) ||
        !set_cookies(load, easy, host) || !set_tls(load, easy))
        fail("cannot make an easy handle");
    return easy;
}

static void start(struct bench_load *load, struct bench_slot *slot) {
    slot->n_body_bytes = 0;
    if (!slot->easy)
        slot->easy = bench_load_new_handle(load, slot);
    if (curl_multi_add_handle(load->multi, slot->easy))
        fail("add_handle");
}

static void on_done(CURL *easy, CURLcode result, void *context) {
    struct bench_load *load = context;
    struct bench_slot *slot = NULL;

    if (curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&slot) || !slot)
        fail("a finished handle without its slot");
    if (result)
        fail(curl_easy_strerror(result));
    if (slot->n_body_bytes != load->body_bytes)
        fail("a body of the wrong length");
    load->n_done++;
    if (curl_multi_remove_handle(load->multi, easy))
        fail("remove_handle");
    if (load->is_once)
        return;
    if (load->uses_new_handles) {
        curl_easy_cleanup(easy);
        slot->easy = NULL;
    }
    start(load, slot);
}

void bench_load_init(struct bench_load *load, const struct bench_args *args, const char *path,
                     uint64_t body_bytes, long n_slots) {
    *load = (struct bench_load){ .path = path, .body_bytes = body_bytes, .port = args->port,
                                 .n_hosts = args->n_hosts, .n_slots = n_slots };
    if (args->tls_port) {
        load->port = args->tls_port;
        load->ca_path = args->ca_path;
        load->keeps_sessions = args->keeps_sessions;
    }
    load->multi = curl_multi_init();
    load->slots = calloc((size_t)n_slots, sizeof *load->slots);
    if (!load->multi || !load->slots)
        fail("out of memory");
    bench_loop_open(&load->loop, load->multi, on_done, load);
}

void bench_load_fini(struct bench_load *load) {
    for (long i = 0; i < load->n_started; i++) {
        curl_multi_remove_handle(load->multi, load->slots[i].easy);
        curl_easy_cleanup(load->slots[i].easy);
    }
    curl_multi_cleanup(load->multi);
    bench_loop_close(&load->loop);
    free(load->slots);
}

void bench_load_add(struct bench_load *load, long n) {
    for (; n > 0 && load->n_started < load->n_slots; n--)
        start(load, &load->slots[load->n_started++]);
}

void bench_load_run(struct bench_load *load, uint64_t n) {
    uint64_t target = load->n_done + n;

    while (load->n_done < target)
        bench_loop_step(&load->loop, WAIT_MS);
}

void bench_load_warm(struct bench_load *load) {
    while (load->n_started < load->n_slots) {
        bench_load_add(load, RAMP);
        bench_load_run(load, RAMP);
    }
    bench_load_run(load, (uint64_t)load->n_slots * 2);
}
