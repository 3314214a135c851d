/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The near end of a connection (C-168): CURLOPT_INTERFACE, CURLOPT_LOCALPORT, CURLOPT_LOCALPORTRANGE.
 */
#include "proxied.h"

#include <stdio.h>

static const struct binding {
    const char *name;
    const char *text;
    CURLcode code;
} bindings[] = {
    {"an_interface", "lo", CURLE_OK},
    {"an_interface_for_sure", "if!lo", CURLE_OK},
    {"an_address", "127.0.0.1", CURLE_OK},
    {"an_address_for_sure", "host!127.0.0.1", CURLE_OK},
    {"an_interface_that_is_not_there", "if!nowhere0", CURLE_INTERFACE_FAILED},
    {"an_address_that_is_not_ours", "host!192.0.2.1", CURLE_INTERFACE_FAILED},
    {"a_host_for_sure", "host!localhost", CURLE_OK},
    {"a_host", "localhost", CURLE_OK},
    {"a_name_that_is_nothing", "nowhere.invalid", CURLE_INTERFACE_FAILED},
};

TEST_ROWS(0, "C-168 a_socket_is_bound_to_", bindings)
{
    const struct binding *row = test_row();
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_INTERFACE, row->text);
    CHECK_CODE(xfer_run(x, drive_new()), row->code);
    if (row->code == CURLE_OK)
        CHECK_STR(xfer_str(x, CURLINFO_LOCAL_IP), "127.0.0.1");
}

static int set_interface(void *state, void *reserved, void *easy)
{
    CHECK_CODE(curl_easy_setopt(easy, CURLOPT_INTERFACE, "ifhost!lo!localhost"), CURLE_OK);
    return 0;
}

TEST("C-14 C-168 the_near_end_may_be_set_anew_as_its_name_is_looked_up")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_INTERFACE, "host!localhost");
    SET(x, CURLOPT_RESOLVER_START_FUNCTION, set_interface);
    SET(x, CURLOPT_RESOLVER_START_DATA, x->easy);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(xfer_str(x, CURLINFO_LOCAL_IP), "127.0.0.1");
}

TEST("C-168 a_socket_is_bound_to_another_address_of_the_interface")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_INTERFACE, "host!127.0.0.2");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(xfer_str(x, CURLINFO_LOCAL_IP), "127.0.0.2");
}

TEST("C-168 a_socket_is_bound_to_an_interface_and_an_address")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    if (curl_easy_setopt(x->easy, CURLOPT_INTERFACE, "ifhost!lo!127.0.0.3"))
        skip_test("the library has no ifhost");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(xfer_str(x, CURLINFO_LOCAL_IP), "127.0.0.3");
}

/* The first address of the host is of a family that the local address is not. */
TEST("C-168 C-85 an_address_of_the_other_family_is_passed_over_when_bound")
{
    struct peer *six, *four;
    struct xfer *x = xfer_new_both(PEER_ACCEPTS, PEER_ACCEPTS, &six, &four);

    SET(x, CURLOPT_INTERFACE, "host!127.0.0.1");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_STR(xfer_str(x, CURLINFO_LOCAL_IP), "127.0.0.1");
}

TEST("C-168 a_socket_has_the_local_port_that_it_is_told")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    long port = free_local_port(1);

    SET(x, CURLOPT_LOCALPORT, port);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_LOCAL_PORT), port);
    CHECK_INT((long)peer_count(peer, PEER_CLIENT_PORT, 0), port);
}

TEST("C-168 a_local_port_that_is_taken_ends_with_45")
{
    struct peer *peer = peer_serving(HELLO);
    struct peer *taker = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_INTERFACE, "host!127.0.0.1");
    SET(x, CURLOPT_LOCALPORT, (long)peer_port(taker));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_INTERFACE_FAILED);
    CHECK(x->error[0] != 0);
}

TEST("C-168 of_a_range_of_local_ports_the_first_free_one_is_taken")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    long port = free_local_port(3);

    peer_of_kind(AF_INET, PEER_ACCEPTS, (int)port);
    peer_of_kind(AF_INET, PEER_ACCEPTS, (int)port + 1);
    SET(x, CURLOPT_LOCALPORT, port);
    SET(x, CURLOPT_LOCALPORTRANGE, 3L);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_LOCAL_PORT), port + 2);
    SET(x, CURLOPT_LOCALPORTRANGE, 2L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_INTERFACE_FAILED);
}

/* Names of hosts. */

#define NEAR "near.test"

static const struct near_name {
    const char *name;
    const char *text;
    const char *addresses;
    const char *ip;    /* NULL: it cannot be had */
} near_names[] = {
    {"a_host", "host!" NEAR, "127.0.0.4", "127.0.0.4"},
    {"a_name_that_is_no_interface", NEAR, "127.0.0.5", "127.0.0.5"},
    {"an_interface_and_a_host", "ifhost!lo!" NEAR, "127.0.0.6", "127.0.0.6"},
    {"a_host_of_both_families", "host!" NEAR, "::1,127.0.0.7", "127.0.0.7"},
    {"a_host_of_the_other_family", "host!" NEAR, "::1", NULL},
    {"a_host_whose_address_is_not_ours", "host!" NEAR, "192.0.2.1", NULL},
};

TEST_ROWS(0, "C-168 a_socket_is_bound_to_the_address_of_", near_names)
{
    const struct near_name *row = test_row();
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    char entry[100], old_entry[100]; /* old libraries look it up with port 0 */

    if (curl_easy_setopt(x->easy, CURLOPT_INTERFACE, row->text))
        skip_test("the library has no ifhost");
    snprintf(entry, sizeof(entry), NEAR ":80:%s", row->addresses);
    snprintf(old_entry, sizeof(old_entry), NEAR ":0:%s", row->addresses);
    SET(x, CURLOPT_RESOLVE, list_of(entry, old_entry, NULL));
    if (row->ip) {
        CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
        CHECK_STR(xfer_str(x, CURLINFO_LOCAL_IP), row->ip);
    } else {
        CHECK_CODE(xfer_run(x, drive_new()), CURLE_INTERFACE_FAILED);
        CHECK(x->error[0] != 0);
        CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 0);
    }
}
