/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* Where there is no TLS library: no connection is ever made. */
#include "origin_tls.h"

bool bench_origin_tls_init(const char *path, long n_hosts) {
    (void)path;
    (void)n_hosts;
    return false;
}

struct ssl_st *bench_origin_tls_accept(enum bench_origin_kind kind, int fd) {
    (void)kind;
    (void)fd;
    return NULL;
}

ssize_t bench_origin_tls_recv(struct ssl_st *ssl, void *room, size_t n_room) {
    (void)ssl;
    (void)room;
    (void)n_room;
    return -1;
}

ssize_t bench_origin_tls_send(struct ssl_st *ssl, const void *bytes, size_t n_bytes) {
    (void)ssl;
    (void)bytes;
    (void)n_bytes;
    return -1;
}

void bench_origin_tls_close(struct ssl_st *ssl) {
    (void)ssl;
}

unsigned long bench_origin_tls_handshakes(void) {
    return 0;
}

unsigned long bench_origin_tls_resumed(void) {
    return 0;
}
