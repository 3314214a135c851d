/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Transfers over TLS that go well: what they carry and what they tell.
 */
/* Deprecated infos are a part of the contract. */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#include "interpose.h"
#include "tls_xfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { LARGE = 3 << 20 };

/* A head that announces so many bytes; the harness frees it. */
static char *head_of(size_t n)
{
    char *head = NULL;

    CHECK(asprintf(&head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", n) > 0);
    defer(free, head);
    return head;
}

static void check_pattern(struct xfer *x, size_t n)
{
    CHECK_INT((long long)x->body.n, (long long)n);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)x->body.data[i] != peer_pattern(i))
            FAIL("byte %zu is not that of the pattern", i);
}

static char *pattern_text(size_t n)
{
    char *text = malloc(n + 1);

    CHECK(text != NULL);
    defer(free, text);
    for (size_t i = 0; i < n; i++)
        text[i] = (char)peer_pattern(i);
    text[n] = 0;
    return text;
}

static const struct version {
    const char *name;
    int version;
} versions[] = {{"of_tls_1_2", TLS1_2_VERSION}, {"of_tls_1_3", TLS1_3_VERSION}};

static SSL_CTX *row_server(void)
{
    const struct version *row = test_row();

    return tls_server_of(row->version);
}

TEST_ROWS(0, "tls a_get_is_answered_on_a_connection_", versions)
{
    struct peer *peer = tls_peer(row_server());
    struct xfer *x = tls_fetch(drive_new(), peer);

    CHECK_STR(x->body.data, "hello");
    CHECK_HAS(received(peer, 0), "GET / HTTP/1.1\r\n");
    CHECK_INT((long)peer_count(peer, PEER_HANDSHAKES, PEER_EVERY), 1);
}

TEST_ROWS(0, "tls a_large_body_comes_whole_over_a_connection_", versions)
{
    struct peer *peer = TLS_PEER(row_server(), PEER_REQUEST, PEER_SEND(head_of(LARGE)),
                                 PEER_FILL(LARGE), PEER_AGAIN);

    check_pattern(tls_fetch(drive_new(), peer), LARGE);
}

TEST_ROWS(0, "tls a_large_body_goes_whole_over_a_connection_", versions)
{
    struct peer *peer = tls_peer(row_server());
    struct xfer *x = tls_new(peer, "/");
    char *text = pattern_text(LARGE);

    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE, (long)LARGE);
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    xfer_upload(x, text, LARGE);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_STR(body_of(peer, 0), text);
}

TEST("tls a_post_of_fields_arrives_over_tls")
{
    struct peer *peer = tls_peer(NULL);
    struct xfer *x = tls_new(peer, "/form");

    SET(x, CURLOPT_POSTFIELDS, "a=1&b=2");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "POST /form HTTP/1.1\r\n");
    CHECK_STR(body_of(peer, 0), "a=1&b=2");
}

TEST("tls a_megabyte_of_postfields_arrives_over_tls")
{
    struct peer *peer = tls_peer(NULL);
    struct xfer *x = tls_new(peer, "/");
    char *text = pattern_text(1000000);

    SET(x, CURLOPT_POSTFIELDS, text);
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(body_of(peer, 0), text);
}

TEST("C-151 a_chunked_upload_arrives_over_tls")
{
    struct peer *peer = tls_peer(NULL);
    struct xfer *x = tls_new(peer, "/");

    SET(x, CURLOPT_UPLOAD, 1L);
    xfer_upload(x, "some text", 9);
    x->upload_piece = 4;
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(body_of(peer, 0), "4\r\nsome\r\n4\r\n tex\r\n1\r\nt\r\n0\r\n\r\n");
}

TEST("C-196 an_answer_in_records_of_one_byte_is_the_same_answer")
{
    struct peer *peer = TLS_PEER(NULL, PEER_REQUEST, PEER_PACE(1, 0), PEER_SEND(HELLO), PEER_AGAIN);

    CHECK_STR(tls_fetch(drive_new(), peer)->body.data, "hello");
}

TEST("C-196 a_small_buffer_gets_all_of_a_large_record")
{
    struct peer *peer = TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(head_of(100000)), PEER_FILL(100000),
                                 PEER_AGAIN);
    struct xfer *x = tls_new(peer, "/");

    SET(x, CURLOPT_BUFFERSIZE, 1024L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    check_pattern(x, 100000);
}

TEST("C-168 a_connection_over_tls_is_used_again_without_another_handshake")
{
    struct peer *peer = tls_peer(NULL);
    struct drive *drive = drive_new();

    for (int i = 0; i < 4; i++)
        CHECK_INT(xfer_long(tls_fetch(drive, peer), CURLINFO_NUM_CONNECTS), i == 0);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
    CHECK_INT((long)peer_count(peer, PEER_HANDSHAKES, PEER_EVERY), 1);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 4);
}

TEST("C-33 the_end_of_a_connection_is_said_to_the_peer")
{
    struct peer *peer = tls_peer(NULL);
    struct drive *drive = drive_new();
    struct xfer *x = tls_fetch(drive, peer);

    xfer_free(x);
    drive_cleanup(drive);
    WAIT_PEER(peer, PEER_FAREWELLS, PEER_EVERY, 1);
}

TEST("info appconnect_time_lies_between_connect_and_pretransfer")
{
    struct peer *peer = tls_peer(NULL);
    struct drive *drive = drive_new();
    struct xfer *x = tls_fetch(drive, peer);

    CHECK(xfer_off(x, CURLINFO_APPCONNECT_TIME_T) > 0);
    CHECK(xfer_off(x, CURLINFO_APPCONNECT_TIME_T) >= xfer_off(x, CURLINFO_CONNECT_TIME_T));
    CHECK(xfer_off(x, CURLINFO_PRETRANSFER_TIME_T) >= xfer_off(x, CURLINFO_APPCONNECT_TIME_T));
    CHECK(xfer_double(x, CURLINFO_APPCONNECT_TIME) > 0);
    x = xfer_fetch(drive, peer_serving(HELLO), "/");
    CHECK_INT(xfer_off(x, CURLINFO_APPCONNECT_TIME_T), 0);
}

TEST("info scheme_protocol_and_verify_result_of_https")
{
    struct xfer *x = tls_fetch(drive_new(), tls_peer(NULL));

    CHECK(!strcasecmp(xfer_str(x, CURLINFO_SCHEME), "https"));
    CHECK_INT(xfer_long(x, CURLINFO_PROTOCOL), CURLPROTO_HTTPS);
    CHECK_INT(xfer_long(x, CURLINFO_SSL_VERIFYRESULT), 0);
    CHECK_INT(xfer_long(x, CURLINFO_PROXY_SSL_VERIFYRESULT), 0);
    CHECK_INT(xfer_long(x, CURLINFO_HTTP_VERSION), CURL_HTTP_VERSION_1_1);
    CHECK_STR(xfer_str(x, CURLINFO_PRIMARY_IP), "127.0.0.1");
}

static bool has_line(const struct curl_slist *list, const char *begin)
{
    for (; list; list = list->next)
        if (!strncmp(list->data, begin, strlen(begin)))
            return true;
    return false;
}

TEST("info certinfo_lists_the_chain_that_the_peer_sent")
{
    struct peer *peer = tls_peer(tls_server_with_chain(tls_leaf()));
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");
    struct curl_certinfo *info = NULL;

    SET(x, CURLOPT_CERTINFO, 1L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_CODE(curl_easy_getinfo(x->easy, CURLINFO_CERTINFO, &info), CURLE_OK);
    CHECK_INT(info->num_of_certs, 2);
    CHECK(has_line(info->certinfo[0], "Subject:O = Tests, CN = localhost"));
    CHECK(has_line(info->certinfo[0], "Issuer:O = Tests, CN = Good CA"));
    CHECK(has_line(info->certinfo[0], "Cert:-----BEGIN CERTIFICATE-----\n"));
    CHECK(has_line(info->certinfo[1], "Subject:O = Tests, CN = Good CA"));
}

TEST("info a_name_in_certinfo_is_one_line_whatever_is_in_it")
{
    struct cert *cert = TLS_CERT(.name = "a\nCert:b, c", .san = "IP:127.0.0.1", .issuer = tls_ca());
    struct xfer *x = tls_new(tls_peer(tls_server(cert)), "/");
    struct curl_certinfo *info = NULL;

    SET(x, CURLOPT_CERTINFO, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_CODE(curl_easy_getinfo(x->easy, CURLINFO_CERTINFO, &info), CURLE_OK);
    CHECK(has_line(info->certinfo[0], "Subject:O = Tests, CN = \"a\\0ACert:b, c\""));
}

TEST("info certificates_of_one_transfer_are_not_told_of_the_next")
{
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(tls_peer(NULL), "/");
    struct curl_certinfo *info = NULL;
    char url[100];

    SET(x, CURLOPT_CERTINFO, 1L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_CODE(curl_easy_getinfo(x->easy, CURLINFO_CERTINFO, &info), CURLE_OK);
    CHECK(info->num_of_certs > 0);
    snprintf(url, sizeof(url), "http://%s/", peer_authority(peer_serving(HELLO)));
    SET(x, CURLOPT_URL, url);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_CODE(curl_easy_getinfo(x->easy, CURLINFO_CERTINFO, &info), CURLE_OK);
    CHECK_INT(info->num_of_certs, 0);
}

TEST("info without_certinfo_there_is_no_list_of_certificates")
{
    struct xfer *x = tls_fetch(drive_new(), tls_peer(NULL));
    struct curl_certinfo *info = NULL;

    CHECK_CODE(curl_easy_getinfo(x->easy, CURLINFO_CERTINFO, &info), CURLE_OK);
    CHECK_INT(info->num_of_certs, 0);
}

static size_t ask_ssl(struct xfer *x, char *data, size_t n)
{
    struct curl_tlssessioninfo *session = NULL;
    SSL *ssl;

    CHECK_CODE(curl_easy_getinfo(x->easy, CURLINFO_TLS_SSL_PTR, &session), CURLE_OK);
    CHECK_INT(session->backend, CURLSSLBACKEND_OPENSSL);
    CHECK(session->internals != NULL);
    CHECK_STR(SSL_get_version(session->internals), "TLSv1.3");
    ssl = session->internals;
    CHECK_CODE(curl_easy_getinfo(x->easy, CURLINFO_TLS_SESSION, &session), CURLE_OK);
    CHECK_INT(session->backend, CURLSSLBACKEND_OPENSSL);
    CHECK(session->internals == SSL_get_SSL_CTX(ssl));
    x->count++;
    return xfer_keep_body(x, data, n);
}

TEST("info the_default_places_of_cas_are_told")
{
    struct xfer *x = xfer_new_url("http://127.0.0.1/");
    const char *file = xfer_str(x, CURLINFO_CAINFO);

    CHECK(file || xfer_str(x, CURLINFO_CAPATH));
    CHECK(!file || file[0] == '/');
}

TEST("info tls_ssl_ptr_is_the_ssl_while_the_transfer_runs_and_tls_session_its_context")
{
    struct xfer *x = tls_new(tls_peer(NULL), "/");

    x->on_body = ask_ssl;
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT(x->count, 1);
}

/* What the client says of itself. */

static int note_name(SSL *ssl, int *alert, void *arg)
{
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);

    (void)alert;
    snprintf(arg, 100, "%s", name ? name : "none");
    return SSL_TLSEXT_ERR_OK;
}

static const struct sni {
    const char *name, *host, *sni;
} sni_rows[] = {
    {"the_host", "example.test", "example.test"},
    {"the_host_in_lower_case", "EXAMPLE.test", "example.test"},
    {"the_host_without_the_dot_at_its_end", "example.test.", "example.test"},
    {"nothing_for_an_address", "127.0.0.1", "none"},
};

TEST_ROWS(0, "tls the_server_name_in_the_hello_is_", sni_rows)
{
    const struct sni *row = test_row();
    static char name[100];
    SSL_CTX *server = tls_server(NULL);
    struct peer *peer;
    struct xfer *x;

    SSL_CTX_set_tlsext_servername_callback(server, note_name);
    SSL_CTX_set_tlsext_servername_arg(server, name);
    peer = tls_peer(server);
    x = tls_new_host(peer, row->host);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(name, row->sni);
}

struct alpn {
    char offered[100];
    unsigned n;
};

static int choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *n_out,
                       const unsigned char *in, unsigned n_in, void *arg)
{
    struct alpn *alpn = arg;

    (void)ssl;
    alpn->n = n_in;
    memcpy(alpn->offered, in, n_in < sizeof(alpn->offered) ? n_in : sizeof(alpn->offered) - 1);
    *out = in + 1;
    *n_out = in[0];
    return SSL_TLSEXT_ERR_OK;
}

TEST("tls http_1_1_is_offered_by_alpn_unless_that_is_off")
{
    static struct alpn alpn;
    SSL_CTX *server = tls_server(NULL);
    struct drive *drive = drive_new();
    struct peer *peer;
    struct xfer *x;

    SSL_CTX_set_alpn_select_cb(server, choose_alpn, &alpn);
    peer = tls_peer(server);
    x = tls_new(peer, "/");
    SET(x, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(alpn.offered, "\x08http/1.1");
    alpn.n = 0;
    SET(x, CURLOPT_SSL_ENABLE_ALPN, 0L);
    SET(x, CURLOPT_FRESH_CONNECT, 1L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(alpn.n, 0);
}

/* Pausing and limits: bytes may lie decrypted where no readiness tells of them. */

static size_t pause_once(struct xfer *x, char *data, size_t n)
{
    return x->count++ == 0 ? CURL_WRITEFUNC_PAUSE : xfer_keep_body(x, data, n);
}

TEST("C-158 C-161 a_paused_transfer_goes_on_with_what_lay_decrypted")
{
    struct peer *peer =
        TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(head_of(40000)), PEER_FILL(40000), PEER_AGAIN);
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");

    x->on_body = pause_once;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->count == 1);
    WAIT_PEER(peer, PEER_SENT, 0, 40000);
    drive_settle(drive);
    CHECK_INT((long)x->body.n, 0);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    check_pattern(x, 40000);
}

static size_t pause_often(struct xfer *x, char *data, size_t n)
{
    return x->count++ % 2 == 0 ? CURL_WRITEFUNC_PAUSE : xfer_keep_body(x, data, n);
}

TEST("C-158 C-161 a_transfer_that_pauses_at_every_piece_gets_all_of_it")
{
    struct peer *peer =
        TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(head_of(200000)), PEER_FILL(200000), PEER_AGAIN);
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");

    x->on_body = pause_often;
    xfer_start(x, drive);
    while (x->n_results == 0) {
        long before = x->count;

        DRIVE_UNTIL(drive, x->count > before || x->n_results);
        if (!x->n_results)
            CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    }
    CHECK_CODE(x->result, CURLE_OK);
    check_pattern(x, 200000);
}

TEST("tls a_limit_of_speed_holds_over_tls_and_all_comes")
{
    struct peer *peer =
        TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(head_of(60000)), PEER_FILL(60000), PEER_AGAIN);
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");

    SET(x, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)20000);
    xfer_start(x, drive);
    for (int i = 0; i < 200 && x->n_results == 0; i++) {
        drive_settle(drive);
        sys_clock_advance(1000, false);
    }
    CHECK_INT(x->n_results, 1);
    CHECK_CODE(x->result, CURLE_OK);
    check_pattern(x, 60000);
}

TEST("tls many_transfers_at_once_over_tls")
{
    struct peer *peer = TLS_PEER(NULL, PEER_REQUEST, PEER_SEND(head_of(20000)), PEER_FILL(20000),
                                 PEER_AGAIN);
    struct drive *drive = drive_new();
    struct xfer *x[30];

    for (int i = 0; i < 30; i++) {
        x[i] = tls_new(peer, "/");
        xfer_start(x[i], drive);
    }
    drive_run(drive);
    for (int i = 0; i < 30; i++) {
        CHECK_CODE(x[i]->result, CURLE_OK);
        check_pattern(x[i], 20000);
    }
}
