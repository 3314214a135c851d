/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * A host that CURLOPT_INTERFACE names, where a server of DNS over HTTPS is asked for it: it takes a
 * while, and the far end's host is asked for behind it.
 */
#include "doh_peer.h"
#include "proxied.h"

#define FAR_NAME "target.test"
#define NEAR_NAME "near.test"

TEST("doh C-168 the_host_of_the_near_end_is_asked_for_first")
{
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct xfer *x = doh_get(doh, FAR_NAME, origin);

    SET(x, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    SET(x, CURLOPT_INTERFACE, "host!" NEAR_NAME);
    CHECK_CODE(doh_run(x, drive_new()), CURLE_OK);
    CHECK_STR(xfer_str(x, CURLINFO_LOCAL_IP), "127.0.0.1");
    CHECK_INT(atomic_load(&doh->n_a), 2);
    CHECK_STR(doh->last_name, FAR_NAME);
}

TEST("doh C-168 a_host_of_the_near_end_that_nobody_knows_ends_with_45")
{
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct xfer *x = doh_get(doh, FAR_NAME, origin);

    atomic_store(&doh->kind_a, DOH_NO_NAME);
    SET(x, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    SET(x, CURLOPT_INTERFACE, "host!" NEAR_NAME);
    CHECK_CODE(doh_run(x, drive_new()), CURLE_INTERFACE_FAILED);
    CHECK_STR(x->error, "Couldn't bind to 'host!" NEAR_NAME "'");
    CHECK_INT(atomic_load(&doh->n_a), 1);
    CHECK_INT((long)peer_count(origin, PEER_CONNECTIONS, PEER_EVERY), 0);
}

TEST("doh C-168 a_transfer_may_leave_while_the_host_of_its_near_end_is_asked_for")
{
    struct doh *doh = doh_new_gated("127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = doh_get(doh, FAR_NAME, origin);

    SET(x, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    SET(x, CURLOPT_INTERFACE, "host!" NEAR_NAME);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(doh->peer, PEER_WAITING, PEER_EVERY) == 1);
    CHECK_MCODE(drive_remove(drive, x->easy), CURLM_OK);
}
