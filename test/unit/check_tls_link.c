/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls_rig.h"

#include "shuffle.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static enum whim_link_result recv_once(struct tls_rig *rig, void *data, size_t cap, size_t *ret_len)
{
    return rig->link->ops->recv(rig->link, data, cap, ret_len);
}

START_TEST(what_is_pending_is_given_with_one_receive_of_the_socket)
{
    struct tls_rig rig;
    char data[4096];
    size_t len = 0;

    tls_rig_init(&rig);
    tls_rig_connect(&rig);
    ck_assert_int_eq(recv_once(&rig, data, sizeof(data), &len), WHIM_LINK_AGAIN); /* the tickets */
    tls_rig_server_send(&rig, "one", 3);
    tls_rig_server_send(&rig, "two", 3);
    tls_rig_server_send(&rig, "three", 5);
    rig.tap.n_recvs = 0;
    ck_assert_int_eq(recv_once(&rig, data, sizeof(data), &len), WHIM_LINK_OK);
    ck_assert_uint_eq(len, 11);
    ck_assert_mem_eq(data, "onetwothree", 11);
    ck_assert_uint_eq(rig.tap.n_recvs, 1);
    ck_assert(!whim_tls_link_has_pending(rig.link));
    ck_assert_int_eq(recv_once(&rig, data, sizeof(data), &len), WHIM_LINK_AGAIN);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(what_did_not_fit_is_pending)
{
    struct tls_rig rig;
    char data[4];
    size_t len = 0;

    tls_rig_init(&rig);
    tls_rig_connect(&rig);
    tls_rig_server_send(&rig, "abcdefg", 7);
    ck_assert_int_eq(recv_once(&rig, data, 4, &len), WHIM_LINK_OK);
    ck_assert_uint_eq(len, 4);
    ck_assert(whim_tls_link_has_pending(rig.link));
    ck_assert(!rig.link->ops->is_alive(rig.link));
    ck_assert_int_eq(recv_once(&rig, data, 4, &len), WHIM_LINK_OK);
    ck_assert_uint_eq(len, 3);
    ck_assert(!whim_tls_link_has_pending(rig.link));
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(a_farewell_is_an_end_and_what_came_before_it_is_given_first)
{
    struct tls_rig rig;
    char data[16];
    size_t len = 0;

    tls_rig_init(&rig);
    tls_rig_connect(&rig);
    tls_rig_server_send(&rig, "last", 4);
    SSL_shutdown(rig.server);
    ck_assert_int_eq(shutdown(rig.server_fd, SHUT_WR), 0);
    ck_assert_int_eq(recv_once(&rig, data, sizeof(data), &len), WHIM_LINK_OK);
    ck_assert_uint_eq(len, 4);
    ck_assert_int_eq(recv_once(&rig, data, sizeof(data), &len), WHIM_LINK_CLOSED);
    ck_assert_int_eq(recv_once(&rig, data, sizeof(data), &len), WHIM_LINK_CLOSED);
    ck_assert(!rig.link->ops->is_alive(rig.link));
    ck_assert(!whim_tls_link_is_truncated(rig.link));
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(an_end_without_a_farewell_is_an_error_and_told_apart)
{
    struct tls_rig rig;
    char data[16];
    size_t len = 0;

    tls_rig_init(&rig);
    tls_rig_connect(&rig);
    tls_rig_server_send(&rig, "cut", 3);
    ck_assert_int_eq(shutdown(rig.server_fd, SHUT_WR), 0);
    ck_assert_int_eq(recv_once(&rig, data, sizeof(data), &len), WHIM_LINK_OK);
    ck_assert_uint_eq(len, 3);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(recv_once(&rig, data, sizeof(data), &len), WHIM_LINK_ERROR);
    ck_assert(whim_tls_link_is_truncated(rig.link));
    ck_assert_int_eq(rig.link->error, CURLE_RECV_ERROR);
    ck_assert_ptr_nonnull(strstr(rig.link->reason, "OpenSSL SSL_read: OpenSSL/"));
    ck_assert_ptr_nonnull(strstr(rig.link->reason, "unexpected eof while reading, errno 0"));
    tls_rig_fini(&rig);
}
END_TEST

/* Who is told of edges alone (D-5) does not hear of it again. */
START_TEST(an_end_right_behind_the_tickets_is_seen_at_once)
{
    struct tls_rig rig;
    char data[16];
    size_t len = 0;

    tls_rig_init(&rig);
    tls_rig_connect(&rig);
    ck_assert_int_eq(shutdown(rig.server_fd, SHUT_WR), 0);
    ck_assert_int_eq(recv_once(&rig, data, sizeof(data), &len), WHIM_LINK_ERROR);
    ck_assert(whim_tls_link_is_truncated(rig.link));
    tls_rig_fini(&rig);
}
END_TEST

/* Its next request would be lost, and one that cannot be sent twice with it (C-171). */
START_TEST(an_idle_link_with_an_end_right_behind_the_tickets_is_dead)
{
    struct tls_rig rig;

    tls_rig_init(&rig);
    tls_rig_connect(&rig);
    ck_assert_int_eq(shutdown(rig.server_fd, SHUT_WR), 0);
    ck_assert(!rig.link->ops->is_alive(rig.link));
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(an_error_of_the_socket_keeps_its_number)
{
    struct tls_rig rig;
    char data[16];
    struct iovec vec = {.iov_base = data, .iov_len = sizeof(data)};
    size_t len = 0;

    memset(data, 'x', sizeof(data));
    tls_rig_init(&rig);
    tls_rig_connect(&rig);
    rig.tap.os_error = ECONNRESET;
    ck_assert_int_eq(recv_once(&rig, data, sizeof(data), &len), WHIM_LINK_ERROR);
    ck_assert_int_eq(rig.link->os_error, ECONNRESET);
    ck_assert_int_eq(rig.link->error, CURLE_RECV_ERROR);
    ck_assert_str_eq(rig.link->reason, "OpenSSL SSL_read: Connection reset by peer, errno 104");
    ck_assert(!whim_tls_link_is_truncated(rig.link));
    tls_rig_close(&rig);
    tls_rig_connect(&rig);
    rig.tap.os_error = EPIPE;
    ck_assert_int_eq(rig.link->ops->send(rig.link, &vec, 1, &len), WHIM_LINK_ERROR);
    ck_assert_int_eq(rig.link->os_error, EPIPE);
    ck_assert_int_eq(rig.link->error, CURLE_SEND_ERROR);
    ck_assert_str_eq(rig.link->reason, "OpenSSL SSL_write: Broken pipe, errno 32");
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(what_has_come_is_read_though_nothing_can_be_sent_any_more)
{
    struct tls_rig rig;
    char data[16] = "x";
    struct iovec vec = {.iov_base = data, .iov_len = sizeof(data)};
    size_t len = 0;

    tls_rig_init(&rig);
    tls_rig_connect(&rig);
    tls_rig_server_send(&rig, "why", 3);
    ck_assert_int_eq(SSL_key_update(rig.server, SSL_KEY_UPDATE_REQUESTED), 1);
    tls_rig_server_send(&rig, " it is", 6); /* and an answer to the update cannot be sent */
    ck_assert_int_eq(shutdown(rig.server_fd, SHUT_WR), 0);
    rig.tap.os_error = EPIPE;
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(rig.link->ops->send(rig.link, &vec, 1, &len), WHIM_LINK_ERROR);
    rig.tap.os_error = 0;
    ck_assert_int_eq(recv_once(&rig, data, sizeof(data), &len), WHIM_LINK_OK);
    ck_assert_mem_eq(data, "why it is", len);
    ck_assert_uint_eq(len, 9);
    ck_assert_int_eq(rig.link->ops->send(rig.link, &vec, 1, &len), WHIM_LINK_ERROR);
    ck_assert_int_eq(rig.link->ops->flush(rig.link), WHIM_LINK_ERROR);
    ck_assert(!rig.link->ops->is_alive(rig.link));
    ck_assert_int_eq(recv_once(&rig, data, sizeof(data), &len), WHIM_LINK_ERROR);
    ck_assert_int_eq(rig.link->error, CURLE_SEND_ERROR);
    ck_assert_str_eq(rig.link->reason, "OpenSSL SSL_write: Broken pipe, errno 32");
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(what_has_come_is_read_though_what_was_kept_cannot_be_sent)
{
    struct tls_rig rig;
    char data[16] = "x";
    struct iovec vec = {.iov_base = data, .iov_len = sizeof(data)};
    size_t len = 0;

    tls_rig_init(&rig);
    tls_rig_connect(&rig);
    tls_rig_server_send(&rig, "why", 3);
    rig.tap.send_cap = 0;
    ck_assert_int_eq(rig.link->ops->send(rig.link, &vec, 1, &len), WHIM_LINK_OK);
    ck_assert(rig.link->has_unsent);
    rig.tap.os_error = EPIPE;
    ck_assert_int_eq(rig.link->ops->flush(rig.link), WHIM_LINK_ERROR);
    ck_assert(!rig.link->has_unsent);
    ck_assert_str_eq(rig.link->reason, "OpenSSL SSL_write: Broken pipe, errno 32");
    rig.tap.os_error = 0;
    ck_assert_int_eq(recv_once(&rig, data, sizeof(data), &len), WHIM_LINK_OK);
    ck_assert_uint_eq(len, 3);
    ck_assert_int_eq(rig.link->ops->want(rig.link, WHIM_READ), WHIM_READ);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(a_head_and_its_body_are_one_record)
{
    struct tls_rig rig;
    char data[64] = {0};
    struct iovec vec[] = {
        {.iov_base = (void *)"head|", .iov_len = 5},
        {.iov_base = (void *)"", .iov_len = 0},
        {.iov_base = (void *)"body", .iov_len = 4},
    };
    size_t len = 0;

    tls_rig_init(&rig);
    tls_rig_connect(&rig);
    rig.tap.n_sends = 0;
    ck_assert_int_eq(rig.link->ops->send(rig.link, vec, 3, &len), WHIM_LINK_OK);
    ck_assert_uint_eq(len, 9);
    ck_assert_uint_eq(rig.tap.n_sends, 1);
    ck_assert_uint_eq(tls_rig_server_step(&rig, data, sizeof(data)), 9);
    ck_assert_str_eq(data, "head|body");
    tls_rig_fini(&rig);
}
END_TEST

enum { BODY_BYTES = 200 * 1000 };

/* Whatever the cuts of the vector: what comes out is what went in. */
START_TEST(a_long_vector_comes_through_whole_over_a_slow_socket)
{
    static char body[BODY_BYTES];
    static char got[BODY_BYTES];
    struct tls_rig rig;
    size_t n_sent = 0;
    size_t n_got = 0;

    for (size_t i = 0; i < BODY_BYTES; i++)
        body[i] = (char)(i * 31 + i / 977);
    tls_rig_init(&rig);
    tls_rig_connect(&rig);
    rig.tap.send_cap = 777;
    rig.tap.is_dripping = true;
    while (n_got < BODY_BYTES) {
        size_t left = BODY_BYTES - n_sent;
        size_t first = left > 20000 ? 20000 : left / 2;
        struct iovec vec[] = {
            {.iov_base = body + n_sent, .iov_len = first},
            {.iov_base = body + n_sent + first, .iov_len = left - first},
        };
        size_t n = 0;

        if (rig.link->has_unsent) {
            ck_assert_int_eq(rig.link->ops->send(rig.link, vec, 2, &n), WHIM_LINK_AGAIN);
            ck_assert_uint_eq(rig.link->ops->want(rig.link, 0), WHIM_WRITE);
            ck_assert_int_ne(rig.link->ops->flush(rig.link), WHIM_LINK_ERROR);
        } else if (left) {
            ck_assert_int_eq(rig.link->ops->send(rig.link, vec, 2, &n), WHIM_LINK_OK);
            n_sent += n;
        }
        n_got += tls_rig_server_step(&rig, got + n_got, BODY_BYTES - n_got);
    }
    ck_assert_mem_eq(got, body, BODY_BYTES);
    ck_assert_int_eq(rig.link->ops->flush(rig.link), WHIM_LINK_OK);
    ck_assert_uint_eq(rig.link->ops->want(rig.link, WHIM_READ), WHIM_READ);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(a_stuck_socket_takes_one_record_and_no_more)
{
    static char body[BODY_BYTES];
    struct tls_rig rig;
    struct iovec vec = {.iov_base = body, .iov_len = BODY_BYTES};
    size_t n = 0;

    tls_rig_init(&rig);
    tls_rig_connect(&rig);
    rig.tap.send_cap = 0;
    ck_assert_int_eq(rig.link->ops->send(rig.link, &vec, 1, &n), WHIM_LINK_OK);
    ck_assert_uint_eq(n, SSL3_RT_MAX_PLAIN_LENGTH);
    ck_assert(rig.link->has_unsent);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(rig.link->ops->send(rig.link, &vec, 1, &n), WHIM_LINK_AGAIN);
        ck_assert_int_eq(rig.link->ops->flush(rig.link), WHIM_LINK_AGAIN);
    }
    rig.tap.send_cap = SIZE_MAX;
    ck_assert_int_eq(rig.link->ops->flush(rig.link), WHIM_LINK_OK);
    ck_assert(!rig.link->has_unsent);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(tickets_and_key_updates_leave_an_idle_link_alive)
{
    struct tls_rig rig;
    char data[8] = {0};
    size_t len = 0;

    tls_rig_init(&rig);
    tls_rig_connect(&rig);
    ck_assert_uint_eq(whim_tls_sessions_count(rig.sessions), 0);
    ck_assert(rig.link->ops->is_alive(rig.link));
    ck_assert_uint_eq(whim_tls_sessions_count(rig.sessions), 2);
    ck_assert_int_eq(SSL_key_update(rig.server, SSL_KEY_UPDATE_REQUESTED), 1);
    ck_assert_int_eq(SSL_do_handshake(rig.server), 1);
    ck_assert(rig.link->ops->is_alive(rig.link));
    tls_rig_server_send(&rig, "x", 1);
    ck_assert(!rig.link->ops->is_alive(rig.link));
    ck_assert_int_eq(recv_once(&rig, data, sizeof(data), &len), WHIM_LINK_OK);
    tls_rig_send(&rig, "newkey"); /* the client's update went before */
    while (!tls_rig_server_step(&rig, data, sizeof(data)))
        ;
    ck_assert_mem_eq(data, "newkey", 6);
    SSL_shutdown(rig.server);
    ck_assert(!rig.link->ops->is_alive(rig.link));
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(parting_says_farewell_once_and_never_waits)
{
    struct tls_rig rig;
    char byte;

    tls_rig_init(&rig);
    tls_rig_connect(&rig);
    rig.link->ops->part(rig.link);
    ck_assert_int_eq(SSL_read(rig.server, &byte, 1), 0);
    ck_assert_int_eq(SSL_get_error(rig.server, 0), SSL_ERROR_ZERO_RETURN);
    tls_rig_close(&rig);
    tls_rig_connect(&rig);
    rig.tap.send_cap = 0;
    rig.link->ops->part(rig.link);
    tls_rig_close(&rig);
    tls_rig_open(&rig); /* before any handshake there is nothing to part from */
    rig.link->ops->part(rig.link);
    ck_assert_uint_eq(rig.tap.n_sent_bytes, 0);
    tls_rig_fini(&rig);
}
END_TEST

/* TLS 1.2: the server begins anew in the midst, and the client's write waits for its answer. */
START_TEST(a_renegotiation_holds_writing_until_something_was_read)
{
    struct tls_rig rig;
    char data[32] = {0};
    size_t len = 0;
    struct iovec vec = {.iov_base = (void *)"after", .iov_len = 5};
    enum whim_link_result result = WHIM_LINK_AGAIN;
    bool was_held = false;

    tls_rig_init(&rig);
    SSL_CTX_set_max_proto_version(rig.server_ctx, TLS1_2_VERSION);
    tls_rig_connect(&rig);
    ck_assert_int_eq(SSL_renegotiate(rig.server), 1);
    ck_assert_int_eq(SSL_do_handshake(rig.server), 1);
    recv_once(&rig, data, sizeof(data), &len);
    for (int i = 0; i < 100 && result == WHIM_LINK_AGAIN; i++) {
        result = rig.link->ops->send(rig.link, &vec, 1, &len);
        if (result == WHIM_LINK_AGAIN) {
            was_held = true;
            ck_assert_uint_eq(rig.link->ops->want(rig.link, WHIM_WRITE), WHIM_READ);
        }
        tls_rig_server_step(&rig, NULL, 0);
        recv_once(&rig, data, sizeof(data), &(size_t){0});
    }
    ck_assert(was_held);
    ck_assert_int_eq(result, WHIM_LINK_OK);
    ck_assert_uint_eq(tls_rig_server_step(&rig, data, sizeof(data)), 5);
    tls_rig_fini(&rig);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        what_is_pending_is_given_with_one_receive_of_the_socket,
        what_did_not_fit_is_pending,
        a_farewell_is_an_end_and_what_came_before_it_is_given_first,
        an_end_without_a_farewell_is_an_error_and_told_apart,
        an_end_right_behind_the_tickets_is_seen_at_once,
        an_idle_link_with_an_end_right_behind_the_tickets_is_dead,
        an_error_of_the_socket_keeps_its_number,
        what_has_come_is_read_though_nothing_can_be_sent_any_more,
        what_has_come_is_read_though_what_was_kept_cannot_be_sent,
        a_head_and_its_body_are_one_record,
        a_long_vector_comes_through_whole_over_a_slow_socket,
        a_stuck_socket_takes_one_record_and_no_more,
        tickets_and_key_updates_leave_an_idle_link_alive,
        parting_says_farewell_once_and_never_waits,
        a_renegotiation_holds_writing_until_something_was_read,
    };

    return shuffle_and_run("tls_link", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
