/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * DNS over HTTPS is asked by transfers of the library's own: what an application sees of these,
 * and what becomes of them when those who wait go, are too late, or come to nothing.
 */
#include "doh_peer.h"
#include "interpose.h"
#include "newer.h"
#include "proxied.h"

#include <openssl/ssl.h>
#include <stdio.h>
#include <unistd.h>

#define NAME "target.test"

/* A transfer whose two questions are with the server, which does not answer. */
struct waiting {
    struct doh *doh;
    struct peer *origin;
    struct drive *drive;
    struct xfer *x;
};

static struct waiting wait_for_answer(void)
{
    struct waiting w = {
        .doh = doh_new_gated("127.0.0.1"),
        .origin = peer_serving(HELLO),
        .drive = drive_new(),
    };

    w.x = doh_get(w.doh, NAME, w.origin);
    xfer_start(w.x, w.drive);
    DRIVE_UNTIL(w.drive, peer_count(w.doh->peer, PEER_WAITING, PEER_EVERY) == 2);
    drive_settle(w.drive);
    return w;
}

TEST("C-28 doh internal_transfers_are_in_no_count")
{
    struct waiting w = wait_for_answer();
    CURLMsg *message;
    int n_left = 0;

    CHECK_INT(w.drive->running, 1);
    w.drive->keeps_messages = true;
    peer_release(w.doh->peer, 2);
    DRIVE_UNTIL(w.drive, w.drive->running == 0);
    message = curl_multi_info_read(w.drive->multi, &n_left);
    CHECK(message && message->easy_handle == w.x->easy);
    CHECK_INT(n_left, 0);
    CHECK(!curl_multi_info_read(w.drive->multi, &n_left));
    w.drive->keeps_messages = false;
    CHECK_MCODE(drive_remove(w.drive, w.x->easy), CURLM_OK);
}

TEST("C-28 C-123 doh internal_transfers_are_in_no_list")
{
    struct waiting w = wait_for_answer();
    CURL **handles = NEWER(curl_multi_get_handles)(w.drive->multi);
    static const struct {
        CURLMinfo_offt info;
        curl_off_t wanted;
    } figures[] = {{CURLMINFO_XFERS_CURRENT, 1},
                   {CURLMINFO_XFERS_RUNNING, 1},
                   {CURLMINFO_XFERS_PENDING, 0},
                   {CURLMINFO_XFERS_DONE, 0},
                   {CURLMINFO_XFERS_ADDED, 1}};

    CHECK(handles && handles[0] == w.x->easy && !handles[1]);
    curl_free(handles);
    for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
        curl_off_t value = -1;

        CHECK_MCODE(NEWER(curl_multi_get_offt)(w.drive->multi, figures[i].info, &value), CURLM_OK);
        CHECK_INT(value, figures[i].wanted);
    }
    peer_release(w.doh->peer, 2);
    drive_run(w.drive);
    CHECK_CODE(w.x->result, CURLE_OK);
}

static void check_named(struct ledger *ledger, const struct ledger_event *event)
{
    CHECK(event->kind != LEDGER_SOCKET || event->easy == ledger->arg);
}

TEST_WITH(FOR_EVENTS, "C-73 doh socket_callbacks_name_the_transfer_that_waits")
{
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = doh_get(doh, NAME, origin);

    drive->ledger.on_socket = check_named;
    drive->ledger.arg = x->easy;
    CHECK_CODE(doh_run(x, drive), CURLE_OK);
    drive->ledger.on_socket = NULL; /* afterwards there is nobody to be named */
}

/* Counts every callback of a handle that is called while its name is looked up. */
static int n_calls;

static int count_debug(CURL *easy, curl_infotype type, char *data, size_t n, void *arg)
{
    CHECK(easy == arg);
    return 0;
}

static curl_socket_t count_open(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    n_calls++;
    return socket(address->family, address->socktype, address->protocol);
}

static int count_close(void *arg, curl_socket_t fd)
{
    n_calls++;
    return close(fd);
}

static int count_sockopt(void *arg, curl_socket_t fd, curlsocktype purpose)
{
    n_calls++;
    return CURL_SOCKOPT_OK;
}

static size_t count_bytes(char *data, size_t size, size_t n, void *arg)
{
    n_calls++;
    return size * n;
}

static int count_prereq(void *arg, char *remote, char *local, int remote_port, int local_port)
{
    n_calls++;
    return CURL_PREREQFUNC_OK;
}

TEST("doh no_callback_of_the_transfer_is_called_for_it")
{
    struct doh *doh = doh_new_gated("127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = doh_get(doh, NAME, origin);

    n_calls = 0;
    SET(x, CURLOPT_VERBOSE, 1L);
    SET(x, CURLOPT_DEBUGFUNCTION, count_debug);
    SET(x, CURLOPT_DEBUGDATA, x->easy);
    SET(x, CURLOPT_OPENSOCKETFUNCTION, count_open);
    SET(x, CURLOPT_CLOSESOCKETFUNCTION, count_close);
    SET(x, CURLOPT_SOCKOPTFUNCTION, count_sockopt);
    SET(x, CURLOPT_WRITEFUNCTION, count_bytes);
    SET(x, CURLOPT_HEADERFUNCTION, count_bytes);
    SET(x, CURLOPT_READFUNCTION, count_bytes);
    SET(x, CURLOPT_PREREQFUNCTION, count_prereq);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(doh->peer, PEER_WAITING, PEER_EVERY) == 2);
    drive_settle(drive);
    CHECK_INT(n_calls, 0);
    peer_release(doh->peer, 2);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    drive_free(drive);
}

static int count_progress(void *arg, curl_off_t to_get, curl_off_t got, curl_off_t to_put,
                          curl_off_t put)
{
    CHECK_INT(to_get == 5 || to_get == 0, 1);
    CHECK_INT(to_put + put, 0);
    return 0;
}

TEST("doh progress_is_that_of_the_transfer_alone")
{
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct xfer *x = doh_get(doh, NAME, origin);

    SET(x, CURLOPT_NOPROGRESS, 0L);
    SET(x, CURLOPT_XFERINFOFUNCTION, count_progress);
    CHECK_CODE(doh_run(x, drive_new()), CURLE_OK);
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_UPLOAD_T), 0);
    CHECK_INT(xfer_off(x, CURLINFO_SIZE_DOWNLOAD_T), 5);
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 1);
}

static CURL *asked_easy;

/* Trusts the good CA, which no other option does. */
static CURLcode trust_in_ssl_ctx(CURL *easy, void *ssl_ctx, void *arg)
{
    struct cert *ca = arg;

    CHECK(easy == asked_easy);
    CHECK(X509_STORE_add_cert(SSL_CTX_get_cert_store(ssl_ctx), ca->x509) == 1);
    return CURLE_OK;
}

TEST("C-73 doh ssl_ctx_function_is_asked_in_the_name_of_the_transfer_that_waits")
{
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct xfer *x = doh_get(doh, NAME, origin);

    asked_easy = x->easy;
    SET(x, CURLOPT_CAINFO_BLOB, NULL);
    SET(x, CURLOPT_CAINFO, NULL);
    SET(x, CURLOPT_CAPATH, NULL);
    SET(x, CURLOPT_SSL_CTX_FUNCTION, trust_in_ssl_ctx);
    SET(x, CURLOPT_SSL_CTX_DATA, tls_ca());
    CHECK_CODE(doh_run(x, drive_new()), CURLE_OK);
}

TEST("C-49 doh removing_the_one_that_waits_ends_the_questions")
{
    struct waiting w = wait_for_answer();

    CHECK_MCODE(drive_remove(w.drive, w.x->easy), CURLM_OK);
    WAIT_PEER(w.doh->peer, PEER_OPEN, PEER_EVERY, 0);
    peer_release(w.doh->peer, 2);
    drive_settle(w.drive);
    CHECK_INT(w.x->n_results, 0);
}

TEST("C-49 doh removing_one_of_two_that_wait_leaves_the_other_its_answer")
{
    struct waiting w = wait_for_answer();
    struct xfer *second = doh_get(w.doh, NAME, w.origin);

    xfer_start(second, w.drive);
    drive_settle(w.drive);
    CHECK_MCODE(drive_remove(w.drive, w.x->easy), CURLM_OK);
    xfer_free(w.x);
    drive_settle(w.drive);
    CHECK_INT((long)peer_count(w.doh->peer, PEER_OPEN, PEER_EVERY), 2);
    peer_release(w.doh->peer, 2);
    drive_run(w.drive);
    CHECK_CODE(second->result, CURLE_OK);
}

TEST("C-49 doh a_name_can_be_asked_for_again_after_all_who_waited_have_gone")
{
    struct waiting w = wait_for_answer();

    CHECK_MCODE(drive_remove(w.drive, w.x->easy), CURLM_OK);
    xfer_rewind(w.x);
    xfer_start(w.x, w.drive);
    peer_release(w.doh->peer, 4);
    drive_run(w.drive);
    CHECK_CODE(w.x->result, CURLE_OK);
    CHECK_INT((long)peer_count(w.doh->peer, PEER_REQUESTS, PEER_EVERY), 4);
}

static const struct limit_case {
    const char *name;
    CURLoption option;
} limit_cases[] = {
    {"connecttimeout", CURLOPT_CONNECTTIMEOUT_MS},
    {"timeout", CURLOPT_TIMEOUT_MS},
};

TEST_ROWS(0, "C-183 C-184 doh a_name_that_takes_too_long_ends_with_28_by_", limit_cases)
{
    const struct limit_case *row = test_row();
    struct doh *doh = doh_new_gated("127.0.0.1");
    struct peer *origin = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = doh_get(doh, NAME, origin);

    SET(x, row->option, 60000L);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(doh->peer, PEER_WAITING, PEER_EVERY) == 2);
    drive_settle(drive);
    sys_clock_advance(40000, false);
    drive_settle(drive);
    CHECK_INT(x->n_results, 0);
    sys_clock_advance(21000, false);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
    CHECK_HAS(x->error, "Resolving timed out after ");
    WAIT_PEER(doh->peer, PEER_OPEN, PEER_EVERY, 0);
}

TEST("C-184 doh a_server_that_does_not_accept_ends_with_28")
{
    struct peer *origin = peer_serving(HELLO);
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct xfer *x = doh_get(doh, NAME, origin);
    struct drive *drive = drive_new();
    char url[200];

    snprintf(url, sizeof(url), "https://%s/",
             peer_authority(peer_of_kind(AF_INET, PEER_IGNORES, 0)));
    SET(x, CURLOPT_DOH_URL, url);
    SET(x, CURLOPT_CONNECTTIMEOUT_MS, 60000L);
    xfer_start(x, drive);
    drive_settle(drive);
    sys_clock_advance(60500, false);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
}

TEST("C-184 doh a_server_that_is_not_there_ends_with_6")
{
    struct peer *origin = peer_serving(HELLO);
    struct doh *doh = doh_new(NULL, "127.0.0.1");
    struct xfer *x = doh_get(doh, NAME, origin);
    char url[200];

    snprintf(url, sizeof(url), "https://%s/",
             peer_authority(peer_of_kind(AF_INET, PEER_REFUSES, 0)));
    SET(x, CURLOPT_DOH_URL, url);
    CHECK_CODE(doh_run(x, drive_new()), CURLE_COULDNT_RESOLVE_HOST);
}

TEST("C-28 C-30 doh cleanup_in_the_middle_leaves_nothing_behind")
{
    struct waiting w = wait_for_answer();

    CHECK_MCODE(drive_cleanup(w.drive), CURLM_OK);
    WAIT_PEER(w.doh->peer, PEER_OPEN, PEER_EVERY, 0);
    CHECK_INT(w.x->n_results, 0);
    peer_release(w.doh->peer, 2);
}

TEST("C-28 C-30 doh cleanup_with_one_answer_of_two_leaves_nothing_behind")
{
    struct waiting w = wait_for_answer();

    peer_release(w.doh->peer, 1);
    WAIT_PEER(w.doh->peer, PEER_WAITING, PEER_EVERY, 1);
    drive_settle(w.drive);
    CHECK_INT(w.x->n_results, 0);
    CHECK_MCODE(drive_cleanup(w.drive), CURLM_OK);
}

TEST_WITH(IS_LONG, "C-28 C-30 doh cleanup_while_questions_are_queued_leaves_nothing_behind")
{
    enum { N = 20 };
    struct waiting w = wait_for_answer();
    char name[30];

    for (int i = 0; i < N; i++) {
        snprintf(name, sizeof(name), "n%d.test", i);
        xfer_start(doh_get(w.doh, name, w.origin), w.drive);
    }
    drive_settle(w.drive);
    CHECK_MCODE(drive_cleanup(w.drive), CURLM_OK);
}

TEST("C-16 doh a_reset_in_the_middle_does_no_harm")
{
    struct waiting w = wait_for_answer();

    curl_easy_reset(w.x->easy);
    SET(w.x, CURLOPT_WRITEFUNCTION, count_bytes);
    peer_release(w.doh->peer, 2);
    drive_run(w.drive);
    CHECK_CODE(w.x->result, CURLE_OK);
}

TEST("doh an_option_changed_in_the_middle_counts_from_the_next_name_on")
{
    struct waiting w = wait_for_answer();
    struct curl_blob none = tls_blob("");

    SET(w.x, CURLOPT_DOH_URL, "https://doh.invalid/");
    SET(w.x, CURLOPT_CAINFO_BLOB, &none);
    peer_release(w.doh->peer, 2);
    drive_run(w.drive);
    CHECK_CODE(w.x->result, CURLE_OK);
}

TEST_WITH(FOR_EVENTS, "C-73 doh a_name_for_a_socks_proxy_is_asked_for_in_the_name_of_its_transfer")
{
    static const char granted[] = "\5\0\0\1\0\0\0\0\0\0";
    struct peer *proxy = PEER_OF(PEER_BYTES(3), PEER_SENDN("\5\0", 2), PEER_BYTES(13),
                                 PEER_SENDN(granted, 10), PEER_REQUEST, PEER_SEND(HELLO),
                                 PEER_KEEP);
    struct doh *doh = doh_new(NULL, "192.0.2.1");
    struct drive *drive = drive_new();
    struct xfer *x = xfer_by(proxy, "socks5", "http://" NAME "/");

    doh_use(x, doh);
    drive->ledger.on_socket = check_named;
    drive->ledger.arg = x->easy;
    CHECK_CODE(doh_run(x, drive), CURLE_OK);
    CHECK(memmem(received(proxy, 0), 13, "\5\1\0\1\300\0\2\1\0\120", 10) != NULL);
    drive->ledger.on_socket = NULL;
}
