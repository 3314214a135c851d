/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * origin_tls: the TLS side of the benchmark's origin.
 *
 * Key and certificate (P-256, so that a handshake is cheap, for all of its addresses) are made at
 * start. There are two kinds of server: TLS 1.2 that keeps sessions and knows no tickets, and TLS
 * 1.3 that gives tickets only. Sending and receiving are as send() and recv() with a descriptor:
 * -1 and errno, 0 at the end. The handshake is done on the way.
 */
#ifndef BENCH_ORIGIN_TLS_H
#define BENCH_ORIGIN_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum bench_origin_kind { BENCH_ORIGIN_PLAIN, BENCH_ORIGIN_TLS12, BENCH_ORIGIN_TLS13 };

struct ssl_st; /* SSL of OpenSSL */

/* Once; writes the certificate to the path. false: there is no TLS. */
bool bench_origin_tls_init(const char *path, long n_hosts);

/* NULL: refused. */
struct ssl_st *bench_origin_tls_accept(enum bench_origin_kind kind, int fd);
ssize_t bench_origin_tls_recv(struct ssl_st *ssl, void *room, size_t n_room);
ssize_t bench_origin_tls_send(struct ssl_st *ssl, const void *bytes, size_t n_bytes);
/* Without a farewell; the session stays good. The descriptor is the caller's to close. */
void bench_origin_tls_close(struct ssl_st *ssl);

/* So far. */
unsigned long bench_origin_tls_handshakes(void);
unsigned long bench_origin_tls_resumed(void);

#endif
