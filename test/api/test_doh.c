/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * DNS over HTTPS: what is asked, what is made of the answers, and for whom they are good.
 * test_doh_unseen.c has how little the application sees of it.
 */
#include "newer.h"
#include "doh_peer.h"
#include "proxied.h"

#include <stdio.h>
#include <unistd.h>

#define NAME "target.test"

/* How often each kind of address was asked for. */
static void check_asked(struct doh *doh, int n_a, int n_aaaa)
{
    CHECK_INT(atomic_load(&doh->n_a), n_a);
    CHECK_INT(atomic_load(&doh->n_aaaa), n_aaaa);
}

TEST("doh a_question_is_a_post_of_a_dns_message")
{
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct xfer *x = doh_get(doh, NAME, origin);

    SET(x, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    CHECK_CODE(doh_run(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_HAS(doh->last_request, "POST /dns-query HTTP/1.1\r\n");
    CHECK_HAS(doh->last_request, "\r\nContent-Type: application/dns-message\r\n");
    CHECK_LACKS(doh->last_request, "Expect:");
    CHECK_STR(doh->last_name, NAME);
    CHECK_INT(doh->last_id, 0);
    CHECK_HAS(received(origin, 0), "Host: " NAME);
}

static const struct family_case {
    const char *name;
    long ipresolve;
    int n_a, n_aaaa;
} family_cases[] = {
    {"of_both_kinds_are_asked_for_by_default", CURL_IPRESOLVE_WHATEVER, 1, 1},
    {"of_ip4_alone_are_asked_for_where_those_are_wanted", CURL_IPRESOLVE_V4, 1, 0},
    {"of_ip6_alone_are_asked_for_where_those_are_wanted", CURL_IPRESOLVE_V6, 0, 1},
};

TEST_ROWS(0, "doh addresses_", family_cases)
{
    const struct family_case *row = test_row();
    struct doh *doh = doh_new(NULL, "::1,127.0.0.1");
    struct peer *origin6, *origin4;
    struct xfer *x;

    atomic_store(&doh->kind_aaaa, DOH_ADDRESSES);
    peer_pair(PEER_ACCEPTS, PEER_ACCEPTS, &origin6, &origin4);
    PEER_SCRIPT(origin6, PEER_EVERY, PEER_REQUEST, PEER_SEND(HELLO), PEER_AGAIN);
    PEER_SCRIPT(origin4, PEER_EVERY, PEER_REQUEST, PEER_SEND(HELLO), PEER_AGAIN);
    x = doh_get(doh, NAME, origin4);
    SET(x, CURLOPT_IPRESOLVE, row->ipresolve);
    CHECK_CODE(doh_run(x, drive_new()), CURLE_OK);
    check_asked(doh, row->n_a, row->n_aaaa);
    CHECK_INT((long)peer_count(row->n_aaaa ? origin6 : origin4, PEER_REQUESTS, PEER_EVERY), 1);
}

static const struct answer_case {
    const char *name;
    enum doh_kind a, aaaa;
    CURLcode result;
    const char *text; /* of the error */
} answer_cases[] = {
    {"an_address", DOH_ADDRESSES, DOH_NO_DATA, CURLE_OK, ""},
    {"an_address_under_another_name", DOH_ALIAS, DOH_NO_DATA, CURLE_OK, ""},
    {"no_such_name_of_ip6", DOH_ADDRESSES, DOH_NO_NAME, CURLE_OK, ""},
    {"a_failure_of_ip6", DOH_ADDRESSES, DOH_SERVFAIL, CURLE_OK, ""},
    {"an_http_error_of_ip6", DOH_ADDRESSES, DOH_HTTP_404, CURLE_OK, ""},
    {"noise_of_ip6", DOH_ADDRESSES, DOH_NOISE, CURLE_OK, ""},
    {"a_hang_up_of_ip6", DOH_ADDRESSES, DOH_HANGS_UP, CURLE_OK, ""},
    {"no_such_name", DOH_NO_NAME, DOH_NO_NAME, CURLE_COULDNT_RESOLVE_HOST, "knows no such name"},
    {"no_address", DOH_NO_DATA, DOH_NO_DATA, CURLE_COULDNT_RESOLVE_HOST, "knows no address"},
    {"a_failure", DOH_SERVFAIL, DOH_NO_DATA, CURLE_COULDNT_RESOLVE_HOST, "failed or refused"},
    {"a_message_that_says_it_is_cut_off", DOH_TRUNCATED, DOH_NO_DATA, CURLE_COULDNT_RESOLVE_HOST,
     "cannot be read"},
    {"a_message_cut_off", DOH_CUT, DOH_NO_DATA, CURLE_COULDNT_RESOLVE_HOST, "cannot be read"},
    {"noise", DOH_NOISE, DOH_NO_DATA, CURLE_COULDNT_RESOLVE_HOST, "cannot be read"},
    {"nothing", DOH_EMPTY, DOH_NO_DATA, CURLE_COULDNT_RESOLVE_HOST, "cannot be read"},
    {"the_question", DOH_QUESTION, DOH_NO_DATA, CURLE_COULDNT_RESOLVE_HOST, "cannot be read"},
    {"an_answer_for_another_name", DOH_OTHER_NAME, DOH_NO_DATA, CURLE_COULDNT_RESOLVE_HOST,
     "answered another question"},
    {"an_answer_of_the_other_kind", DOH_OTHER_TYPE, DOH_NO_DATA, CURLE_COULDNT_RESOLVE_HOST,
     "answered another question"},
    {"an_answer_of_another_number", DOH_OTHER_ID, DOH_NO_DATA, CURLE_COULDNT_RESOLVE_HOST,
     "answered another question"},
    {"too_much", DOH_LONG, DOH_NO_DATA, CURLE_COULDNT_RESOLVE_HOST, "is too long"},
    {"an_http_error", DOH_HTTP_404, DOH_HTTP_404, CURLE_COULDNT_RESOLVE_HOST, "HTTP status 404"},
    {"html", DOH_HTML, DOH_NO_DATA, CURLE_COULDNT_RESOLVE_HOST, "no DNS message"},
    {"no_type", DOH_NO_TYPE, DOH_NO_DATA, CURLE_COULDNT_RESOLVE_HOST, "no DNS message"},
    {"a_hang_up", DOH_HANGS_UP, DOH_NO_DATA, CURLE_COULDNT_RESOLVE_HOST, "cannot be asked"},
};

TEST_ROWS(0, "doh a_server_that_answers_with_", answer_cases)
{
    const struct answer_case *row = test_row();
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct xfer *x = doh_get(doh, NAME, origin);

    atomic_store(&doh->kind_a, row->a);
    atomic_store(&doh->kind_aaaa, row->aaaa);
    CHECK_CODE(doh_run(x, drive_new()), row->result);
}

TEST_ROWS(FOR_ONCE, "doh the_error_says_what_came_of_a_server_that_answers_with_", answer_cases)
{
    const struct answer_case *row = test_row();
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct xfer *x = doh_get(doh, NAME, origin);

    atomic_store(&doh->kind_a, row->a);
    atomic_store(&doh->kind_aaaa, row->aaaa);
    doh_run(x, drive_new());
    CHECK_HAS(x->error, row->result == CURLE_OK ? "" : "Could not resolve host: " NAME);
    CHECK_HAS(x->error, row->text);
    CHECK_INT(*x->error != 0, row->result != CURLE_OK);
}

TEST("C-176 doh an_answer_is_cached_for_those_who_ask_the_same_server")
{
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = doh_get(doh, NAME, origin);

    SET(x, CURLOPT_FORBID_REUSE, 1L);
    CHECK_CODE(doh_run(x, drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_CODE(doh_run(doh_get(doh, "TARGET.test", origin), drive), CURLE_OK);
    check_asked(doh, 1, 1);
    SET(x, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    SET(x, CURLOPT_FRESH_CONNECT, 1L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    check_asked(doh, 2, 2);
}

TEST("C-176 doh an_answer_is_not_given_to_those_who_ask_another_url")
{
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct doh *other = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x;
    char url[250];

    CHECK_CODE(doh_run(doh_get(doh, NAME, origin), drive), CURLE_OK);
    x = doh_get(other, NAME, origin);
    SET(x, CURLOPT_FORBID_REUSE, 1L);
    SET(x, CURLOPT_FRESH_CONNECT, 1L);
    CHECK_CODE(doh_run(x, drive), CURLE_OK);
    check_asked(doh, 1, 1);
    check_asked(other, 1, 1);
    snprintf(url, sizeof(url), "%s?other", other->url);
    SET(x, CURLOPT_DOH_URL, url);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    check_asked(other, 2, 2);
}

TEST("C-176 doh an_answer_is_not_given_to_those_who_ask_no_such_server")
{
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = doh_get(doh, "target.invalid", origin);

    SET(x, CURLOPT_FRESH_CONNECT, 1L);
    SET(x, CURLOPT_FORBID_REUSE, 1L);
    CHECK_CODE(doh_run(x, drive), CURLE_OK);
    SET(x, CURLOPT_DOH_URL, NULL);
    CHECK_CODE(xfer_again(x, drive), CURLE_COULDNT_RESOLVE_HOST);
}

TEST("doh an_answer_of_a_server_that_was_not_verified_is_not_given_to_those_who_verify_it")
{
    struct doh *doh = doh_new(tls_server(TLS_CERT(.name = "self")), "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = doh_get(doh, NAME, origin);

    SET(x, CURLOPT_FRESH_CONNECT, 1L);
    SET(x, CURLOPT_DOH_SSL_VERIFYPEER, 0L);
    SET(x, CURLOPT_DOH_SSL_VERIFYHOST, 0L);
    CHECK_CODE(doh_run(x, drive), CURLE_OK);
    SET(x, CURLOPT_DOH_SSL_VERIFYPEER, 1L);
    SET(x, CURLOPT_DOH_SSL_VERIFYHOST, 2L);
    CHECK_CODE(xfer_again(x, drive), CURLE_COULDNT_RESOLVE_HOST);
}

TEST("doh a_name_is_asked_for_once_however_many_wait")
{
    enum { N = 10 };
    struct doh *doh = doh_new_gated("127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *all[N];

    for (int i = 0; i < N; i++) {
        all[i] = doh_get(doh, NAME, origin);
        xfer_start(all[i], drive);
    }
    DRIVE_UNTIL(drive, peer_count(doh->peer, PEER_WAITING, PEER_EVERY) == 2);
    drive_settle(drive);
    peer_release(doh->peer, 2);
    drive_run(drive);
    for (int i = 0; i < N; i++)
        CHECK_CODE(all[i]->result, CURLE_OK);
    check_asked(doh, 1, 1);
}

TEST("doh connections_to_the_server_are_kept_for_the_next_name")
{
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct drive *drive = drive_new();

    MSET(drive, CURLMOPT_MAXCONNECTS, 10L);
    CHECK_CODE(doh_run(doh_get(doh, "one.test", origin), drive), CURLE_OK);
    CHECK_CODE(doh_run(doh_get(doh, "two.test", origin), drive), CURLE_OK);
    CHECK_CODE(doh_run(doh_get(doh, "three.test", origin), drive), CURLE_OK);
    check_asked(doh, 3, 3);
    CHECK_INT((long)peer_count(doh->peer, PEER_CONNECTIONS, PEER_EVERY), 2);
}

TEST("C-136 doh a_lookup_after_a_change_of_network_asks_anew")
{
    struct doh *doh = doh_new_gated("127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = doh_get(doh, "one.test", origin), *y;

    need_version(0x081000);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(doh->peer, PEER_WAITING, PEER_EVERY) > 0);
    drive_settle(drive);
    MSET(drive, CURLMOPT_NETWORK_CHANGED, (long)CURLMNWC_CLEAR_DNS);
    y = doh_get(doh, "one.test", origin);
    xfer_start(y, drive);
    drive_settle(drive);
    peer_release(doh->peer, 100);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_CODE(y->result, CURLE_OK);
    check_asked(doh, 2, 2);
}

TEST("C-172 doh a_kept_connection_that_has_died_is_made_anew")
{
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = doh_get(doh, "one.test", origin);

    MSET(drive, CURLMOPT_MAXCONNECTS, 10L);
    CHECK_CODE(doh_run(x, drive), CURLE_OK);
    atomic_store(&doh->kind_a, DOH_HANGS_UP);
    atomic_store(&doh->kind_aaaa, DOH_ADDRESSES);
    doh->addresses = "127.0.0.1,::1";
    x = doh_get(doh, "two.test", origin);
    CHECK_CODE(doh_run(x, drive), CURLE_COULDNT_CONNECT); /* to ::1, after two tries for the other */
    check_asked(doh, 3, 2);
}

TEST("C-132 doh limits_on_connections_do_not_hold_up_what_others_wait_for")
{
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *all[3];

    MSET(drive, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
    MSET(drive, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    for (int i = 0; i < 3; i++) {
        all[i] = doh_get(doh, i == 2 ? "two.test" : "one.test", origin);
        xfer_start(all[i], drive);
    }
    drive_run(drive);
    for (int i = 0; i < 3; i++)
        CHECK_CODE(all[i]->result, CURLE_OK);
    CHECK_INT((long)peer_count(origin, PEER_REQUESTS, PEER_EVERY), 3);
}

TEST_WITH(IS_LONG, "doh no_more_than_32_connections_are_made_for_any_number_of_names")
{
    enum { N = 40 };
    struct doh *doh = doh_new_gated("127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *all[N];
    char name[30];

    for (int i = 0; i < N; i++) {
        snprintf(name, sizeof(name), "n%d.test", i);
        all[i] = doh_get(doh, name, origin);
        xfer_start(all[i], drive);
    }
    DRIVE_UNTIL(drive, peer_count(doh->peer, PEER_WAITING, PEER_EVERY) == 32);
    drive_settle(drive);
    CHECK_INT((long)peer_count(doh->peer, PEER_CONNECTIONS, PEER_EVERY), 32);
    peer_release(doh->peer, 2 * N);
    drive_run(drive);
    for (int i = 0; i < N; i++)
        CHECK_CODE(all[i]->result, CURLE_OK);
    check_asked(doh, N, N);
}

static const struct unasked_case {
    const char *name;
    const char *host;
    bool is_override;
} unasked_cases[] = {
    {"numeric_hosts", "127.0.0.1", false},
    {"localhost", "localhost", false},
    {"names_below_localhost", "a.LOCALHOST", false},
    {"names_in_curlopt_resolve", NAME, true},
};

TEST_ROWS(0, "doh the_server_is_not_asked_for_", unasked_cases)
{
    const struct unasked_case *row = test_row();
    struct doh *doh = doh_new(NULL, "127.0.0.2");
    struct peer *origin = peer_serving(HELLO);
    struct xfer *x = doh_get(doh, row->host, origin);
    char entry[100];

    snprintf(entry, sizeof(entry), NAME ":%d:127.0.0.1", peer_port(origin));
    if (row->is_override)
        SET(x, CURLOPT_RESOLVE, list_of(entry, NULL));
    SET(x, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    CHECK_CODE(doh_run(x, drive_new()), CURLE_OK);
    check_asked(doh, 0, 0);
}

TEST("doh the_servers_word_counts_for_names_in_etc_hosts")
{
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    char host[100];

    CHECK(gethostname(host, sizeof(host)) == 0);
    CHECK_CODE(doh_run(doh_get(doh, host, origin), drive_new()), CURLE_OK);
    check_asked(doh, 1, 1);
}

static const struct server_case {
    const char *name;
    const char *host; /* of its URL */
    bool is_override;
} server_cases[] = {
    {"by_its_name_in_curlopt_resolve", "example.test", true},
    {"by_the_name_localhost", "localhost", false},
};

TEST_ROWS(0, "doh the_server_is_found_", server_cases)
{
    const struct server_case *row = test_row();
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct xfer *x = doh_get(doh, NAME, origin);
    char entry[100];
    char url[300];

    snprintf(url, sizeof(url), "https://%s:%d/dns-query", row->host, peer_port(doh->peer));
    snprintf(entry, sizeof(entry), "%s:%d:127.0.0.1", row->host, peer_port(doh->peer));
    SET(x, CURLOPT_DOH_URL, url);
    if (row->is_override)
        SET(x, CURLOPT_RESOLVE, list_of(entry, NULL));
    CHECK_CODE(doh_run(x, drive_new()), CURLE_OK);
    CHECK_STR(doh->last_name, NAME);
    check_asked(doh, 1, 1);
}

TEST("doh a_server_whose_name_is_not_known_is_not_asked_for_itself")
{
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct xfer *x = doh_get(doh, NAME, origin);

    SET(x, CURLOPT_DOH_URL, "https://doh.invalid/dns-query");
    CHECK_CODE(doh_run(x, drive_new()), CURLE_COULDNT_RESOLVE_HOST);
    check_asked(doh, 0, 0);
}

TEST_WITH(FOR_ONCE, "doh the_error_says_why_a_server_could_not_be_asked")
{
    struct doh *doh = doh_new(tls_server(TLS_CERT(.name = "self")), "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = doh_get(doh, NAME, origin);

    CHECK_CODE(doh_run(x, drive), CURLE_COULDNT_RESOLVE_HOST);
    CHECK_HAS(x->error, "Could not resolve host: " NAME ": the DoH server cannot be asked: "
                        "SSL certificate problem: self-signed certificate");
    SET(x, CURLOPT_DOH_URL, "https://doh.invalid/dns-query");
    CHECK_CODE(xfer_again(x, drive), CURLE_COULDNT_RESOLVE_HOST);
    CHECK_HAS(x->error, "Could not resolve host: doh.invalid");
    SET(x, CURLOPT_DOH_URL, "http://doh.invalid/dns-query");
    CHECK_CODE(xfer_again(x, drive), CURLE_COULDNT_RESOLVE_HOST);
    CHECK_HAS(x->error, "Protocol \"http\" not supported");
}

static const struct url_case {
    const char *name;
    const char *format; /* of the URL, with the authority in it */
    CURLcode result;
    bool is_asked;
} url_cases[] = {
    {"without_a_scheme_is_of_https", "%s/dns-query", CURLE_OK, true},
    {"of_http_is_refused", "http://%s/dns-query", CURLE_COULDNT_RESOLVE_HOST, false},
    {"of_another_scheme_is_refused", "ftp://%s/", CURLE_COULDNT_RESOLVE_HOST, false},
    {"that_is_none_is_refused", "https://", CURLE_COULDNT_RESOLVE_HOST, false},
    {"that_is_empty_means_plain_dns", "", CURLE_COULDNT_RESOLVE_HOST, false},
};

TEST_ROWS(0, "doh a_url_", url_cases)
{
    const struct url_case *row = test_row();
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct xfer *x = doh_get(doh, "target.invalid", origin);
    char url[300];

    snprintf(url, sizeof(url), row->format, peer_authority(doh->peer));
    SET(x, CURLOPT_DOH_URL, url);
    CHECK_CODE(doh_run(x, drive_new()), row->result);
    check_asked(doh, row->is_asked, row->is_asked);
}

TEST("doh null_and_an_empty_url_switch_it_off")
{
    struct doh *doh = doh_new(NULL, "127.0.0.2");
    struct peer *origin = peer_serving(HELLO);
    struct drive *drive = drive_new();
    char host[100];
    struct xfer *x;

    CHECK(gethostname(host, sizeof(host)) == 0);
    x = doh_get(doh, host, origin);
    SET(x, CURLOPT_DOH_URL, NULL);
    CHECK(doh_run(x, drive) != CURLE_COULDNT_RESOLVE_HOST);
    SET(x, CURLOPT_DOH_URL, "");
    CHECK(xfer_again(x, drive) != CURLE_COULDNT_RESOLVE_HOST);
    check_asked(doh, 0, 0);
}

static SSL_CTX *serve_good(void)
{
    return NULL;
}

static SSL_CTX *serve_self_signed(void)
{
    return tls_server(TLS_CERT(.name = "x", .san = "IP:127.0.0.1"));
}

static SSL_CTX *serve_other_host(void)
{
    return tls_server(TLS_CERT(.name = "x", .san = "DNS:other.test", .issuer = tls_ca()));
}

static const struct verify_case {
    const char *name;
    SSL_CTX *(*serve)(void);
    CURLoption option; /* set to 0 */
    CURLcode result;
} verify_cases[] = {
    {"good_is_asked", serve_good, CURLOPT_VERBOSE, CURLE_OK},
    {"self_signed_is_not_trusted", serve_self_signed, CURLOPT_VERBOSE, CURLE_COULDNT_RESOLVE_HOST},
    {"self_signed_is_asked_without_doh_ssl_verifypeer", serve_self_signed,
     CURLOPT_DOH_SSL_VERIFYPEER, CURLE_OK},
    {"self_signed_is_not_trusted_without_the_transfers_ssl_verifypeer", serve_self_signed,
     CURLOPT_SSL_VERIFYPEER, CURLE_COULDNT_RESOLVE_HOST},
    {"of_another_host_is_not_trusted", serve_other_host, CURLOPT_VERBOSE,
     CURLE_COULDNT_RESOLVE_HOST},
    {"of_another_host_is_asked_without_doh_ssl_verifyhost", serve_other_host,
     CURLOPT_DOH_SSL_VERIFYHOST, CURLE_OK},
    {"of_another_host_is_not_trusted_without_the_transfers_ssl_verifyhost", serve_other_host,
     CURLOPT_SSL_VERIFYHOST, CURLE_COULDNT_RESOLVE_HOST},
};

TEST_ROWS(0, "doh a_server_whose_certificate_is_", verify_cases)
{
    const struct verify_case *row = test_row();
    struct doh *doh = doh_new(row->serve(), "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct xfer *x = doh_get(doh, NAME, origin);

    SET(x, row->option, 0L);
    CHECK_CODE(doh_run(x, drive_new()), row->result);
}

TEST("doh a_server_must_staple_its_status_where_doh_ssl_verifystatus_says_so")
{
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = doh_get(doh, NAME, origin);

    SET(x, CURLOPT_SSL_VERIFYSTATUS, 1L);
    CHECK_CODE(doh_run(x, drive), CURLE_OK);
    SET(x, CURLOPT_DOH_SSL_VERIFYSTATUS, 1L);
    SET(x, CURLOPT_FRESH_CONNECT, 1L);
    SET(x, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    CHECK_CODE(xfer_again(x, drive), CURLE_COULDNT_RESOLVE_HOST);
}

TEST("doh a_client_certificate_is_not_shown_to_the_server")
{
    SSL_CTX *server = tls_server(NULL);
    struct cert *client = TLS_CERT(.name = "client", .issuer = tls_ca());
    struct curl_blob cert = tls_blob(TLS_PEM(client));
    struct curl_blob key = tls_blob(TLS_KEY(client));
    struct peer *origin = peer_serving(HELLO);
    struct doh *doh;
    struct xfer *x;

    tls_demand(server, tls_ca());
    doh = doh_new(server, "127.0.0.1");
    x = doh_get(doh, NAME, origin);
    SET(x, CURLOPT_SSLCERT_BLOB, &cert);
    SET(x, CURLOPT_SSLKEY_BLOB, &key);
    CHECK_CODE(doh_run(x, drive_new()), CURLE_COULDNT_RESOLVE_HOST);
}

TEST("doh the_name_of_a_proxy_is_asked_for_too")
{
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *proxy = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = doh_get(doh, NAME, proxy);
    char text[100];

    snprintf(text, sizeof(text), "http://proxy.test:%d", peer_port(proxy));
    SET(x, CURLOPT_PROXY, text);
    CHECK_CODE(doh_run(x, drive), CURLE_OK);
    CHECK_STR(doh->last_name, "proxy.test");
    check_asked(doh, 1, 1);
    atomic_store(&doh->kind_a, DOH_NO_NAME);
    SET(x, CURLOPT_PROXY, "http://no.proxy.test:1");
    CHECK_CODE(xfer_again(x, drive), CURLE_COULDNT_RESOLVE_PROXY);
}

TEST("doh the_server_is_reached_without_the_transfers_proxy")
{
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *proxy = peer_serving(HELLO);
    struct xfer *x = doh_get(doh, NAME, proxy);
    char text[100];

    snprintf(text, sizeof(text), "http://proxy.test:%d", peer_port(proxy));
    SET(x, CURLOPT_PROXY, text);
    SET(x, CURLOPT_HTTPPROXYTUNNEL, 1L);
    doh_run(x, drive_new());
    check_asked(doh, 1, 1);
    CHECK_HAS(received(proxy, 0), "CONNECT " NAME);
    CHECK_INT((long)peer_count(proxy, PEER_CONNECTIONS, PEER_EVERY), 1);
}

TEST_WITH(FOR_ONCE, "doh easy_perform_asks_too")
{
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct xfer *x = doh_get(doh, NAME, origin);
    CURL *copy;

    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    check_asked(doh, 1, 1);
    copy = curl_easy_duphandle(x->easy);
    CHECK_CODE(curl_easy_perform(copy), CURLE_OK);
    check_asked(doh, 2, 2);
    curl_easy_cleanup(copy);
}
