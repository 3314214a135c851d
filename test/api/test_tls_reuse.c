/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Which transfers over TLS share a connection (C-168), where it is not a matter of one option alone
 * (see test_reuse_pairs.c).
 */
#include "tls_xfer.h"

#include <stdio.h>

static long count_connections(struct peer *peer)
{
    return (long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY);
}

static void fetch(struct xfer *x, struct drive *drive)
{
    CURLcode code = xfer_again(x, drive);

    if (code)
        FAIL("%d: %s", code, x->error);
}

static CURLcode do_nothing(CURL *easy, void *ssl_ctx, void *arg)
{
    (void)easy, (void)ssl_ctx, (void)arg;
    return CURLE_OK;
}

TEST("C-168 no_connection_is_shared_with_a_transfer_that_has_an_ssl_ctx_function")
{
    struct peer *peer = tls_peer(NULL);
    struct drive *drive = drive_new();
    struct xfer *other = tls_new(peer, "/");
    int data[2];

    fetch(tls_new(peer, "/"), drive);
    SET(other, CURLOPT_SSL_CTX_FUNCTION, do_nothing);
    fetch(other, drive);
    CHECK_INT(count_connections(peer), 2);
    SET(other, CURLOPT_SSL_CTX_DATA, data);
    fetch(other, drive);
    CHECK_INT(count_connections(peer), 3);
    fetch(other, drive);
    CHECK_INT(count_connections(peer), 3);
}

TEST("C-168 https_and_http_to_the_same_port_share_no_connection")
{
    struct peer *peer = tls_peer(NULL);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    fetch(tls_new(peer, "/"), drive);
    CHECK(xfer_again(x, drive) != CURLE_OK);
    CHECK_INT(count_connections(peer), 2);
}

TEST("C-168 two_names_of_one_address_share_no_connection")
{
    struct peer *peer = tls_peer(NULL);
    struct drive *drive = drive_new();

    fetch(tls_new_host(peer, "localhost"), drive);
    fetch(tls_new_host(peer, "example.test"), drive);
    CHECK_INT(count_connections(peer), 2);
    fetch(tls_new_host(peer, "EXAMPLE.test"), drive);
    CHECK_INT(count_connections(peer), 2);
}

/* A name that is given by the application does not change whom the certificate must name. */
TEST("C-168 a_name_that_another_handle_did_not_verify_is_verified")
{
    struct peer *peer = tls_peer(NULL);
    struct drive *drive = drive_new();
    struct xfer *lax = tls_new_host(peer, "wrong.test"), *strict = tls_new_host(peer, "wrong.test");

    SET(lax, CURLOPT_SSL_VERIFYHOST, 0L);
    fetch(lax, drive);
    CHECK_CODE(xfer_again(strict, drive), CURLE_PEER_FAILED_VERIFICATION);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 1);
}
