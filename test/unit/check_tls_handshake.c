/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls_rig.h"

#include "faults.h"
#include "shuffle.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void assert_exchange(struct tls_rig *rig)
{
    char data[16] = {0};

    tls_rig_send(rig, "ping");
    for (int i = 0; i < 1000 && rig->link->has_unsent; i++)
        ck_assert_int_ne(rig->link->ops->flush(rig->link), WHIM_LINK_ERROR);
    ck_assert_uint_eq(tls_rig_server_step(rig, data, sizeof(data)), 4);
    ck_assert_str_eq(data, "ping");
    tls_rig_server_send(rig, "pong!", 5);
    tls_rig_recv(rig, data, 5);
    ck_assert_str_eq(data, "pong!");
}

START_TEST(a_verified_peer_is_spoken_with)
{
    struct tls_rig rig;

    tls_rig_init(&rig);
    tls_rig_connect(&rig);
    ck_assert_str_eq(whim_tls_link_version(rig.link), "TLSv1.3");
    ck_assert_str_eq(whim_tls_link_cipher(rig.link), SSL_get_cipher_name(rig.server));
    ck_assert_str_eq(SSL_get_servername(rig.server, TLSEXT_NAMETYPE_host_name), "localhost");
    ck_assert_int_eq(whim_tls_link_verify_result(rig.link), 0);
    ck_assert_str_eq(whim_tls_link_alpn(rig.link), "");
    ck_assert_ptr_nonnull(whim_tls_link_ssl(rig.link));
    assert_exchange(&rig);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(a_link_that_is_no_tls_link_has_nothing_to_tell)
{
    struct whim_link socket;
    struct curl_certinfo certinfo = {.num_of_certs = 7};

    whim_socket_link_init(&socket, -1);
    ck_assert(!whim_tls_link_is_tls(&socket));
    ck_assert(!whim_tls_link_has_pending(&socket));
    ck_assert_ptr_null(whim_tls_link_version(&socket));
    ck_assert_str_eq(whim_tls_link_alpn(&socket), "");
    ck_assert_int_eq(whim_tls_link_certinfo(&socket, &certinfo), CURLE_OK);
    ck_assert_int_eq(certinfo.num_of_certs, 0);
}
END_TEST

START_TEST(bytes_may_come_and_go_one_at_a_time)
{
    struct tls_rig rig;

    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        tls_rig_init(&rig);
        SSL_CTX_set_max_proto_version(rig.server_ctx, version);
        tls_rig_open(&rig);
        rig.tap.recv_cap = rig.tap.send_cap = 1;
        rig.tap.is_dripping = true;
        ck_assert_int_eq(tls_rig_shake(&rig), WHIM_LINK_OK);
        ck_assert(!rig.link->has_unsent);
        for (int i = 0; i < 10; i++)
            tls_rig_server_step(&rig, NULL, 0);
        assert_exchange(&rig);
        tls_rig_fini(&rig);
    }
}
END_TEST

START_TEST(a_handshake_waits_for_reading_and_for_writing_what_it_keeps)
{
    struct tls_rig rig;

    tls_rig_init(&rig);
    tls_rig_open(&rig);
    rig.tap.send_cap = 0;
    ck_assert_int_eq(rig.link->ops->shake(rig.link), WHIM_LINK_AGAIN);
    ck_assert(rig.link->has_unsent);
    ck_assert_uint_eq(rig.link->ops->want(rig.link, WHIM_WRITE), WHIM_READ | WHIM_WRITE);
    rig.tap.send_cap = SIZE_MAX;
    ck_assert_int_eq(rig.link->ops->shake(rig.link), WHIM_LINK_AGAIN);
    ck_assert_uint_eq(rig.link->ops->want(rig.link, WHIM_WRITE), WHIM_READ);
    ck_assert_int_eq(tls_rig_shake(&rig), WHIM_LINK_OK);
    ck_assert_uint_eq(rig.link->ops->want(rig.link, WHIM_WRITE), WHIM_WRITE);
    ck_assert_uint_eq(rig.link->ops->want(rig.link, 0), 0);
    tls_rig_fini(&rig);
}
END_TEST

static int select_alpn(SSL *ssl, const unsigned char **name, unsigned char *len,
                       const unsigned char *offered, unsigned offered_len, void *arg)
{
    const char *expected = arg;

    ck_assert_uint_eq(offered_len, strlen(expected));
    ck_assert_mem_eq(offered, expected, offered_len);
    *name = offered + 1;
    *len = offered[0];
    return SSL_TLSEXT_ERR_OK;
}

START_TEST(protocols_are_offered_in_order)
{
    struct tls_rig rig;

    tls_rig_init(&rig);
    rig.settings.alpn = "h2,http/1.1";
    SSL_CTX_set_alpn_select_cb(rig.server_ctx, select_alpn, (void *)"\2h2\10http/1.1");
    tls_rig_connect(&rig);
    ck_assert_str_eq(whim_tls_link_alpn(rig.link), "h2");
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(versions_are_those_that_were_asked_for)
{
    struct tls_rig rig;

    tls_rig_init(&rig);
    rig.settings.max_version = CURL_SSLVERSION_MAX_TLSv1_2;
    tls_rig_connect(&rig);
    ck_assert_str_eq(whim_tls_link_version(rig.link), "TLSv1.2");
    tls_rig_close(&rig);
    rig.settings.min_version = CURL_SSLVERSION_TLSv1_3;
    tls_rig_refuse(&rig, CURLE_SSL_CONNECT_ERROR,
                   "CURL_SSLVERSION_MAX incompatible with CURL_SSLVERSION");
    tls_rig_close(&rig);
    rig.settings.max_version = CURL_SSLVERSION_MAX_DEFAULT;
    rig.settings.min_version = CURL_SSLVERSION_SSLv3;
    tls_rig_refuse(&rig, CURLE_SSL_CONNECT_ERROR,
                   "Unrecognized parameter passed via CURLOPT_SSLVERSION");
    tls_rig_close(&rig);
    rig.settings.min_version = CURL_SSLVERSION_TLSv1_3;
    SSL_CTX_set_max_proto_version(rig.server_ctx, TLS1_2_VERSION);
    tls_rig_open(&rig);
    ck_assert_int_eq(tls_rig_shake(&rig), WHIM_LINK_ERROR);
    ck_assert_int_eq(rig.link->error, CURLE_SSL_CONNECT_ERROR);
    ck_assert_ptr_nonnull(strstr(rig.link->reason, "SSL routines::tlsv1 alert protocol version"));
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(what_openssl_cannot_be_set_to_is_59)
{
    static const struct {
        size_t offset;
        const char *text;
    } rows[] = {
        {offsetof(struct whim_tls_settings, ciphers), "failed setting cipher list: NONSENSE"},
        {offsetof(struct whim_tls_settings, tls13_ciphers),
         "failed setting TLS 1.3 cipher suite: NONSENSE"},
        {offsetof(struct whim_tls_settings, curves), "failed setting curves list: 'NONSENSE'"},
        {offsetof(struct whim_tls_settings, signature_algorithms),
         "failed setting signature algorithms: 'NONSENSE'"},
    };
    struct tls_rig rig;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tls_rig_init(&rig);
        *(const char **)((char *)&rig.settings + rows[i].offset) = "NONSENSE";
        tls_rig_refuse(&rig, CURLE_SSL_CIPHER, rows[i].text);
        ck_assert_uint_eq(rig.tap.n_sent_bytes, 0);
        tls_rig_fini(&rig);
    }
}
END_TEST

START_TEST(a_peer_that_is_gone_in_the_midst_is_35)
{
    struct tls_rig rig;

    tls_rig_init(&rig);
    tls_rig_open(&rig);
    ck_assert_int_eq(rig.link->ops->shake(rig.link), WHIM_LINK_AGAIN);
    ck_assert_int_eq(shutdown(rig.server_fd, SHUT_RDWR), 0);
    ck_assert_int_eq(rig.link->ops->shake(rig.link), WHIM_LINK_ERROR);
    ck_assert_int_eq(rig.link->error, CURLE_SSL_CONNECT_ERROR);
    ck_assert_ptr_nonnull(strstr(rig.link->reason, "unexpected eof while reading"));
    tls_rig_close(&rig);
    tls_rig_open(&rig);
    ck_assert_int_eq(rig.link->ops->shake(rig.link), WHIM_LINK_AGAIN);
    rig.tap.os_error = ECONNRESET;
    ck_assert_int_eq(rig.link->ops->shake(rig.link), WHIM_LINK_ERROR);
    ck_assert_int_eq(rig.link->error, CURLE_SSL_CONNECT_ERROR);
    ck_assert_int_eq(rig.link->os_error, ECONNRESET);
    ck_assert_str_eq(rig.link->reason, "OpenSSL SSL_connect: Connection reset by peer in "
                                       "connection to localhost:443 ");
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(a_peer_that_speaks_no_tls_is_35)
{
    struct tls_rig rig;

    tls_rig_init(&rig);
    tls_rig_open(&rig);
    ck_assert_int_eq(rig.link->ops->shake(rig.link), WHIM_LINK_AGAIN);
    ck_assert_int_eq(write(rig.server_fd, "HTTP/1.1 400 Bad\r\n\r\n", 20), 20);
    ck_assert_int_eq(rig.link->ops->shake(rig.link), WHIM_LINK_ERROR);
    ck_assert_int_eq(rig.link->error, CURLE_SSL_CONNECT_ERROR);
    ck_assert_ptr_nonnull(strstr(rig.link->reason, "SSL routines::wrong version number"));
    tls_rig_fini(&rig);
}
END_TEST

/* The rig is made before and torn down by the same heap. */
static void shake_with_faults(void *arg)
{
    const struct tls_rig *model = arg;
    struct whim_tls *tls = whim_tls_new();
    struct whim_tls_sessions *sessions = whim_tls_sessions_new(false);
    struct whim_tls_context *context = NULL;
    struct whim_tls_peer peer = model->peer;
    struct whim_link *link = NULL;
    int fds[2];
    struct whim_link socket;

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    whim_socket_link_init(&socket, fds[0]);
    peer.sessions = sessions;
    if (tls && whim_tls_context_get(tls, &model->settings, &context) == CURLE_OK)
        link = whim_tls_link_new(&socket, context, &peer);
    if (link) {
        SSL *server = SSL_new(model->server_ctx);
        enum whim_link_result result = WHIM_LINK_AGAIN;
        bool is_server_up = false;
        struct iovec vec[] = {{(void *)"a", 1}, {(void *)"b", 1}};
        size_t n = 0;
        char byte;

        SSL_set_fd(server, fds[1]);
        for (int i = 0; i < 20 && (result == WHIM_LINK_AGAIN || !is_server_up); i++) {
            result = link->ops->shake(link);
            is_server_up = SSL_accept(server) == 1;
        }
        if (result == WHIM_LINK_OK) {
            struct curl_certinfo certinfo;

            link->ops->is_alive(link);
            link->ops->send(link, vec, 2, &n);
            link->ops->recv(link, &byte, 1, &n);
            whim_tls_link_alpn(link);
            if (whim_tls_link_certinfo(link, &certinfo) == CURLE_OK)
                whim_tls_certinfo_free(&certinfo);
            link->ops->part(link);
        } else {
            ck_assert_ptr_nonnull(link->reason);
        }
        link->ops->free(link);
        SSL_free(server);
    }
    whim_tls_context_unref(context);
    whim_tls_sessions_unref(sessions);
    whim_tls_unref(tls);
    close(fds[0]);
    close(fds[1]);
}

START_TEST(without_memory_nothing_breaks_and_nothing_leaks)
{
    struct tls_rig rig;

    tls_rig_init(&rig);
    ck_assert_int_gt(faults_run(shake_with_faults, &rig), 10);
    tls_rig_fini(&rig);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_verified_peer_is_spoken_with,
        a_link_that_is_no_tls_link_has_nothing_to_tell,
        bytes_may_come_and_go_one_at_a_time,
        a_handshake_waits_for_reading_and_for_writing_what_it_keeps,
        protocols_are_offered_in_order,
        versions_are_those_that_were_asked_for,
        what_openssl_cannot_be_set_to_is_59,
        a_peer_that_is_gone_in_the_midst_is_35,
        a_peer_that_speaks_no_tls_is_35,
        without_memory_nothing_breaks_and_nothing_leaks,
    };

    return shuffle_and_run("tls_handshake", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
