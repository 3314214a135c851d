/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Which way a transfer takes: the proxies of options and environment, CURLOPT_CONNECT_TO, the PROXY
 * line; and which of these ways share connections (C-168).
 */
#include "proxied.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/un.h>
#include <unistd.h>

/* The environment's proxies. */

static void clear_env(void)
{
    static const char *const names[] = {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
                                        "all_proxy",  "ALL_PROXY",  "no_proxy",    "NO_PROXY"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unsetenv(names[i]);
}

static const struct env_case {
    const char *name;
    const char *variable; /* set to a proxy that is there */
    const char *no_proxy; /* variable and value, or NULL */
    const char *value;
    const char *option; /* CURLOPT_NOPROXY, or NULL */
    bool is_used;
} env_cases[] = {
    {"http_proxy_is_asked", "http_proxy", NULL, NULL, NULL, true},
    {"HTTP_PROXY_in_upper_case_is_not", "HTTP_PROXY", NULL, NULL, NULL, false},
    {"https_proxy_is_for_others", "https_proxy", NULL, NULL, NULL, false},
    {"all_proxy_is_asked", "all_proxy", NULL, NULL, NULL, true},
    {"ALL_PROXY_is_asked", "ALL_PROXY", NULL, NULL, NULL, true},
    {"no_proxy_names_the_host", "http_proxy", "no_proxy", "example.org,127.0.0.1", NULL, false},
    {"NO_PROXY_names_the_host", "http_proxy", "NO_PROXY", "127.0.0.1", NULL, false},
    {"no_proxy_names_all", "http_proxy", "no_proxy", "*", NULL, false},
    {"no_proxy_names_its_network", "http_proxy", "no_proxy", "127.0.0.0/8", NULL, false},
    {"no_proxy_names_others", "http_proxy", "no_proxy", "example.org,10.0.0.0/8", NULL, true},
    {"the_option_noproxy_wins_over_the_variable", "http_proxy", "no_proxy", "127.0.0.1", "", true},
    {"the_option_noproxy_names_the_host", "http_proxy", NULL, NULL, "127.0.0.1", false},
};

TEST_ROWS(FOR_ONCE, "proxy of_the_environment_", env_cases)
{
    const struct env_case *row = test_row();
    struct peer *proxy = peer_serving(HELLO);
    struct peer *origin = peer_serving(HELLO);
    struct xfer *x = xfer_new(origin, "/");

    clear_env();
    setenv(row->variable, proxy_text(proxy, "http", NULL), 1);
    if (row->no_proxy)
        setenv(row->no_proxy, row->value, 1);
    SET(x, CURLOPT_PROXY, NULL);
    if (row->option)
        SET(x, CURLOPT_NOPROXY, row->option);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_INT((long)peer_count(proxy, PEER_REQUESTS, PEER_EVERY), row->is_used);
    CHECK_INT((long)peer_count(origin, PEER_REQUESTS, PEER_EVERY), !row->is_used);
    clear_env();
}

TEST_WITH(FOR_ONCE, "proxy an_empty_proxy_option_disables_the_environments")
{
    struct peer *origin = peer_serving(HELLO);

    clear_env();
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("all_proxy", "http://127.0.0.1:1", 1);
    xfer_fetch(drive_new(), origin, "/");
    clear_env();
}

TEST_WITH(FOR_ONCE, "proxy an_environment_that_changes_counts_from_the_next_transfer_on")
{
    struct peer *proxy = peer_serving(HELLO);
    struct peer *origin = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(origin, "/");

    clear_env();
    SET(x, CURLOPT_PROXY, NULL);
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    setenv("http_proxy", proxy_text(proxy, "http", NULL), 1);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    clear_env();
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT((long)peer_count(proxy, PEER_REQUESTS, PEER_EVERY), 1);
    CHECK_INT((long)peer_count(origin, PEER_REQUESTS, PEER_EVERY), 2);
    CHECK_INT((long)peer_count(origin, PEER_CONNECTIONS, PEER_EVERY), 1);
}

static const struct noproxy_case {
    const char *name;
    const char *list;
    const char *host;
    bool is_used;
} noproxy_cases[] = {
    {"a_name", "origin.example", "origin.example", false},
    {"a_name_in_other_letters", "ORIGIN.example", "origin.EXAMPLE", false},
    {"a_domain", "example", "origin.example", false},
    {"a_domain_with_a_dot", ".example", "origin.example", false},
    {"a_part_of_a_name", "gin.example", "origin.example", true},
    {"an_empty_list", "", "origin.example", true},
    {"a_list_with_blanks", "a.example origin.example", "origin.example", false},
};

TEST_ROWS(FOR_ONCE, "proxy noproxy_by_", noproxy_cases)
{
    const struct noproxy_case *row = test_row();
    struct peer *proxy = peer_serving(HELLO);
    struct peer *origin = peer_serving(HELLO);
    char url[100], entry[100];
    struct xfer *x;

    snprintf(url, sizeof(url), "http://%s:%d/", row->host, peer_port(origin));
    snprintf(entry, sizeof(entry), "origin.example:%d:127.0.0.1", peer_port(origin));
    x = xfer_by(proxy, "http", url);
    SET(x, CURLOPT_RESOLVE, list_of(entry, NULL));
    SET(x, CURLOPT_NOPROXY, row->list);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_INT((long)peer_count(proxy, PEER_REQUESTS, PEER_EVERY), row->is_used);
}

TEST("proxy noproxy_keeps_a_pre_proxy_away_too")
{
    struct peer *origin = peer_serving(HELLO);
    struct xfer *x = xfer_new(origin, "/");

    SET(x, CURLOPT_PRE_PROXY, "socks5h://127.0.0.1:1");
    SET(x, CURLOPT_NOPROXY, "127.0.0.1");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
}

/* CURLOPT_CONNECT_TO. */

static struct curl_slist *lead_to(struct peer *peer)
{
    char entry[100];

    snprintf(entry, sizeof(entry), FAR ":81:127.0.0.1:%d", peer_port(peer));
    return list_of(entry, NULL);
}

TEST("C-168 connect_to_changes_the_peer_and_nothing_else")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new_url("http://" FAR ":81/");

    SET(x, CURLOPT_CONNECT_TO, lead_to(peer));
    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_STR(received(peer, 0), "GET / HTTP/1.1\r\nHost: " FAR ":81\r\nAccept: */*\r\n\r\n");
    CHECK_INT(xfer_long(x, CURLINFO_PRIMARY_PORT), peer_port(peer));
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 0);
}

TEST("C-168 connect_to_for_others_is_passed_over")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    char entry[100];

    snprintf(entry, sizeof(entry), "127.0.0.1:%d:other.invalid:1", peer_port(peer) - 1);
    SET(x, CURLOPT_CONNECT_TO, list_of("other.example:80:127.0.0.1:1", entry, NULL));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
}

TEST("C-168 connect_to_by_a_forwarding_proxy_makes_a_tunnel")
{
    struct peer *proxy = peer_tunnelling();
    struct xfer *x = xfer_by(proxy, "http", "http://" FAR ":81/");

    SET(x, CURLOPT_CONNECT_TO, list_of("::other.invalid:82", NULL));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(proxy, 0), "CONNECT other.invalid:82 HTTP/1.1\r\nHost: other.invalid:82\r\n");
    CHECK_HAS(received(proxy, 0), "GET / HTTP/1.1\r\nHost: " FAR ":81\r\n");
}

TEST("C-168 connect_to_the_same_place_makes_no_tunnel")
{
    struct peer *proxy = peer_serving(HELLO);
    struct xfer *x = xfer_by(proxy, "http", "http://" FAR ":81/");

    SET(x, CURLOPT_CONNECT_TO, list_of("::" FAR ":81", NULL));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(proxy, 0), "GET http://" FAR ":81/ HTTP/1.1\r\n");
}

TEST("C-168 connect_to_leads_socks_to_another_place")
{
    struct peer *proxy = PEER_OF(PEER_BYTES(12 + 9), PEER_SENDN("\0\x5a\0\0\0\0\0\0", 8),
                                 PEER_TEXT("\r\n\r\n"), PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = xfer_by(proxy, "socks4a", "http://" FAR ":81/");

    SET(x, CURLOPT_CONNECT_TO, list_of("::other.invalid:82", NULL));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    check_sent(proxy, 0, "\4\1\0\x52\0\0\0\1\0other.invalid\0", 8 + 1 + 14);
}

TEST("C-168 connect_to_with_a_port_that_is_none_is_refused")
{
    struct xfer *x = xfer_new_url("http://" FAR ":81/");

    SET(x, CURLOPT_CONNECT_TO, list_of("::127.0.0.1:none", NULL));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_SETOPT_OPTION_SYNTAX);
}

/* The PROXY line. */

static void check_haproxy(struct xfer *x, struct peer *peer, const char *client_ip)
{
    struct drive *drive = drive_new();
    char line[200];

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    snprintf(line, sizeof(line), "PROXY TCP4 %s 127.0.0.1 %d %d\r\nGET / HTTP/1.1\r\n", client_ip,
             (int)peer_count(peer, PEER_CLIENT_PORT, 0), peer_port(peer));
    check_sent(peer, 0, line, strlen(line));
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(count_of(received(peer, 0), "PROXY TCP4"), 1);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
}

TEST("C-13 haproxyprotocol_begins_a_connection_with_one_line")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_HAPROXYPROTOCOL, 1L);
    check_haproxy(x, peer, "127.0.0.1");
}

TEST("C-13 haproxy_client_ip_is_told_in_place_of_our_own")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    if (curl_easy_setopt(x->easy, CURLOPT_HAPROXY_CLIENT_IP, "192.0.2.7"))
        skip_test("the library has no HAPROXY_CLIENT_IP");
    check_haproxy(x, peer, "192.0.2.7");
}

TEST("C-13 the_proxy_line_goes_to_the_origin_through_the_tunnel")
{
    struct peer *proxy = PEER_OF(PEER_HEAD, PEER_SEND(GRANTED), PEER_TEXT("\r\n"), PEER_REQUEST,
                                 PEER_SEND(HELLO), PEER_KEEP);
    struct xfer *x = xfer_by(proxy, "http", "http://" FAR ":81/");

    SET(x, CURLOPT_HTTPPROXYTUNNEL, 1L);
    SET(x, CURLOPT_HAPROXYPROTOCOL, 1L);
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(proxy, 0), "\r\n\r\nPROXY TCP4 127.0.0.1 127.0.0.1 ");
}

/* Who shares a connection with whom. Every way leads to one peer, which serves all of them. */

static void say_straight(struct xfer *x, struct peer *peer)
{
}

static void say_forward(struct xfer *x, struct peer *peer)
{
    SET(x, CURLOPT_PROXY, proxy_text(peer, "http", NULL));
}

static void say_forward_login(struct xfer *x, struct peer *peer)
{
    SET(x, CURLOPT_PROXY, proxy_text(peer, "http", "a:b"));
}

static void say_forward_other_login(struct xfer *x, struct peer *peer)
{
    SET(x, CURLOPT_PROXY, proxy_text(peer, "http", "a:c"));
}

static void say_forward_10(struct xfer *x, struct peer *peer)
{
    SET(x, CURLOPT_PROXY, peer_authority(peer));
    SET(x, CURLOPT_PROXYTYPE, (long)CURLPROXY_HTTP_1_0);
}

static void say_tunnel(struct xfer *x, struct peer *peer)
{
    say_forward(x, peer);
    SET(x, CURLOPT_HTTPPROXYTUNNEL, 1L);
}

static void say_tunnel_login(struct xfer *x, struct peer *peer)
{
    say_forward_login(x, peer);
    SET(x, CURLOPT_HTTPPROXYTUNNEL, 1L);
}

static void say_connect_to(struct xfer *x, struct peer *peer)
{
    SET(x, CURLOPT_CONNECT_TO, list_of("::localhost:", NULL));
}

static void say_interface(struct xfer *x, struct peer *peer)
{
    SET(x, CURLOPT_INTERFACE, "host!127.0.0.1");
}

static void say_other_interface(struct xfer *x, struct peer *peer)
{
    SET(x, CURLOPT_INTERFACE, "host!127.0.0.2");
}

static long local_port;

static void say_port(struct xfer *x, struct peer *peer)
{
    SET(x, CURLOPT_LOCALPORT, local_port);
    SET(x, CURLOPT_LOCALPORTRANGE, 5L);
}

static void say_port_range(struct xfer *x, struct peer *peer)
{
    SET(x, CURLOPT_LOCALPORT, local_port);
    SET(x, CURLOPT_LOCALPORTRANGE, 6L);
}

static void say_haproxy(struct xfer *x, struct peer *peer)
{
    SET(x, CURLOPT_HAPROXYPROTOCOL, 1L);
}

typedef void say_fn(struct xfer *x, struct peer *peer);

static say_fn *const ways[] = {
    say_straight,        say_forward,   say_forward_login, say_forward_other_login,
    say_forward_10,      say_tunnel,    say_tunnel_login,  say_connect_to,
    say_interface,       say_port,      say_port_range,    say_haproxy,
    say_other_interface,
};
enum { N_WAYS = sizeof(ways) / sizeof(ways[0]) };

/* One transfer each way, ended, so that their connections are idle; then each way once more. */
TEST("C-168 transfers_that_go_different_ways_share_no_connection_and_others_do")
{
    struct peer *peer = peer_serving(EMPTY);
    struct drive *drive = drive_new();
    curl_off_t ports[N_WAYS];

    local_port = free_local_port(7);
    MSET(drive, CURLMOPT_MAXCONNECTS, 100L);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < N_WAYS; i++) {
            struct xfer *x = xfer_new(peer, "/");

            ways[i](x, peer);
            if (xfer_run(x, drive) != CURLE_OK)
                FAIL("way %d: %d %s", i, x->result, x->error);
            if (!round) {
                ports[i] = xfer_long(x, CURLINFO_LOCAL_PORT);
                if (xfer_long(x, CURLINFO_NUM_CONNECTS) != 1)
                    FAIL("way %d took the connection of another", i);
            } else if (xfer_long(x, CURLINFO_LOCAL_PORT) != ports[i]) {
                FAIL("way %d has another connection the second time", i);
            }
        }
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), N_WAYS);
}

/* What a way leads by, but is not in use, makes no difference. */
TEST("C-168 options_of_a_way_that_is_not_taken_make_no_difference")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");
    char entry[100];

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    SET(x, CURLOPT_PROXYUSERPWD, "a:b");
    SET(x, CURLOPT_PROXYPORT, 3L);
    SET(x, CURLOPT_PROXYTYPE, (long)CURLPROXY_SOCKS5);
    SET(x, CURLOPT_HTTPPROXYTUNNEL, 1L);
    SET(x, CURLOPT_LOCALPORTRANGE, 7L);
    SET(x, CURLOPT_NOPROXY, "127.0.0.1");
    SET(x, CURLOPT_CONNECT_TO, list_of("other.example::x.invalid:", NULL));
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    SET(x, CURLOPT_PROXY, "http://proxy.invalid");
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    snprintf(entry, sizeof(entry), "::127.0.0.1:%d", peer_port(peer));
    SET(x, CURLOPT_CONNECT_TO, list_of(entry, NULL));
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
}

/* USED_PROXY. */

static long used_proxy(struct xfer *x)
{
    long used = -1;

    if (curl_easy_getinfo(x->easy, CURLINFO_USED_PROXY, &used))
        skip_test("the library has no USED_PROXY");
    return used;
}

TEST("info used_proxy_tells_whether_one_was_used")
{
    struct peer *peer = peer_serving(EMPTY);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    CHECK_CODE(xfer_run(x, drive), CURLE_OK);
    CHECK_INT(used_proxy(x), 0);
    SET(x, CURLOPT_PROXY, proxy_text(peer, "http", NULL));
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(used_proxy(x), 1);
    SET(x, CURLOPT_NOPROXY, "*");
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(used_proxy(x), 0);
    SET(x, CURLOPT_NOPROXY, "");
    SET(x, CURLOPT_HTTPPROXYTUNNEL, 1L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(used_proxy(x), 1);
}
