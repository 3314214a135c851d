/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "net/shake_link.h"

#include "proto/haproxy.h"
#include "proto/socks.h"
#include "proto/http_tunnel.h"

#include "faults.h"
#include "shuffle.h"

#include <errno.h>

/* A link that sends and receives so many bytes at once, says AGAIN in between, and breaks or closes
 * when it has no more. */
struct below {
    struct whim_link link;
    const char *input;
    size_t n_input;
    size_t step;
    size_t n_sent;
    size_t fail_send_at; /* SIZE_MAX: never */
    size_t max_asked;    /* the most that was to be received at once */
    enum whim_link_result at_end;
    enum whim_link_result flush_result;
    int n_parts;
    bool is_ready;
    bool is_dead;
    char sent[1024];
};

static enum whim_link_result recv_below(struct whim_link *link, void *data, size_t cap,
                                        size_t *ret_len)
{
    struct below *below = (struct below *)link;
    size_t len = cap < below->step ? cap : below->step;

    if (cap > below->max_asked)
        below->max_asked = cap;
    below->is_ready = !below->is_ready;
    if (!below->is_ready)
        return WHIM_LINK_AGAIN;
    if (!below->n_input) {
        link->os_error = below->at_end == WHIM_LINK_ERROR ? ECONNRESET : 0;
        return below->at_end;
    }
    if (len > below->n_input)
        len = below->n_input;
    memcpy(data, below->input, len);
    below->input += len;
    below->n_input -= len;
    *ret_len = len;
    return WHIM_LINK_OK;
}

static enum whim_link_result send_below(struct whim_link *link, const struct iovec *vec, int n_vec,
                                        size_t *ret_len)
{
    struct below *below = (struct below *)link;
    size_t len = vec->iov_len < below->step ? vec->iov_len : below->step;

    (void)n_vec;
    below->is_ready = !below->is_ready;
    if (!below->is_ready)
        return WHIM_LINK_AGAIN;
    if (below->n_sent >= below->fail_send_at) {
        link->os_error = EPIPE;
        return WHIM_LINK_ERROR;
    }
    ck_assert_uint_le(below->n_sent + len, sizeof(below->sent));
    memcpy(below->sent + below->n_sent, vec->iov_base, len);
    below->n_sent += len;
    *ret_len = len;
    return WHIM_LINK_OK;
}

static enum whim_link_result flush_below(struct whim_link *link)
{
    struct below *below = (struct below *)link;

    if (below->flush_result == WHIM_LINK_OK)
        link->has_unsent = false;
    return below->flush_result;
}

static unsigned want_below(const struct whim_link *link, unsigned interest)
{
    (void)link;
    return interest | 0x100;
}

static enum whim_link_result shake_below(struct whim_link *link)
{
    (void)link;
    return WHIM_LINK_OK;
}

static bool is_below_alive(struct whim_link *link)
{
    return !((struct below *)link)->is_dead;
}

static void part_below(struct whim_link *link)
{
    ((struct below *)link)->n_parts++;
}

static void free_below(struct whim_link *link)
{
    (void)link;
}

static const struct whim_link_ops below_ops = {
    .name = "below",
    .shake = shake_below,
    .recv = recv_below,
    .send = send_below,
    .flush = flush_below,
    .want = want_below,
    .is_alive = is_below_alive,
    .part = part_below,
    .free = free_below,
};

static struct below below;

static void begin(const char *input, size_t n_input, size_t step)
{
    below = (struct below){
        .link = {.ops = &below_ops, .fd = 7},
        .input = input,
        .n_input = n_input,
        .step = step,
        .fail_send_at = SIZE_MAX,
        .at_end = WHIM_LINK_CLOSED,
    };
}
#define BEGIN(literal, step) begin(literal, sizeof(literal) - 1, step)

static struct whim_shake *a_socks(void)
{
    const struct whim_socks_config config = {
        .type = CURLPROXY_SOCKS5_HOSTNAME, .host = "h", .host_len = 1, .port = 80};

    return whim_socks_new(&config);
}

static struct whim_shake *a_tunnel(void)
{
    const struct whim_http_tunnel_config config = {.host = "h", .host_len = 1, .port = 80};

    return whim_http_tunnel_new(&config);
}

/* Until it is up or broken. Each AGAIN has to come with the interest of that moment. */
static enum whim_link_result drive(struct whim_link *link)
{
    enum whim_link_result result;

    for (int i = 0; i < 10000; i++) {
        result = link->ops->shake(link);
        if (result != WHIM_LINK_AGAIN)
            return result;
        ck_assert_uint_eq(link->ops->want(link, 0),
                          whim_shake_link_get(link)->state == WHIM_SHAKE_SEND ? WHIM_WRITE | 0x100
                                                                              : WHIM_READ | 0x100);
    }
    return WHIM_LINK_AGAIN;
}

#define SOCKS_IN "\5\0\5\0\0\1\1\2\3\4\5\6"
#define SOCKS_OUT "\5\1\0\5\1\0\3\1h\0\x50"

START_TEST(a_handshake_is_driven_in_pieces_of_any_size)
{
    for (size_t step = 1; step < 20; step++) {
        struct whim_link *link;

        BEGIN(SOCKS_IN "above", step);
        link = whim_shake_link_new(&below.link, a_socks());
        ck_assert_int_eq(link->fd, 7);
        ck_assert_int_eq(drive(link), WHIM_LINK_OK);
        ck_assert_uint_eq(below.n_sent, sizeof(SOCKS_OUT) - 1);
        ck_assert_mem_eq(below.sent, SOCKS_OUT, below.n_sent);
        /* What is above was left where it is. */
        ck_assert_uint_eq(below.n_input, 5);
        ck_assert(!whim_shake_link_has_rest(link));
        ck_assert_int_eq(link->ops->shake(link), WHIM_LINK_OK);
        link->ops->free(link);
    }
}
END_TEST

START_TEST(no_more_is_received_than_is_wanted)
{
    struct whim_link *link;

    BEGIN(SOCKS_IN, 1000);
    link = whim_shake_link_new(&below.link, a_socks());
    ck_assert_int_eq(drive(link), WHIM_LINK_OK);
    ck_assert_uint_eq(below.max_asked, 5);
    link->ops->free(link);
}
END_TEST

START_TEST(what_came_behind_the_handshake_is_received_first)
{
    static const char input[] = "HTTP/1.1 200 OK\r\n\r\nabove and more";

    for (size_t step = 1; step < sizeof(input); step++) {
        struct whim_link *link;
        char text[64];
        size_t n = 0;

        BEGIN(input, step);
        link = whim_shake_link_new(&below.link, a_tunnel());
        ck_assert_int_eq(drive(link), WHIM_LINK_OK);
        if (whim_shake_link_has_rest(link))
            ck_assert(!link->ops->is_alive(link));
        for (;;) {
            size_t len = 0;
            enum whim_link_result result = link->ops->recv(link, text + n, 3, &len);

            if (result == WHIM_LINK_CLOSED)
                break;
            ck_assert_uint_le(len, 3);
            n += len;
        }
        ck_assert_uint_eq(n, 14);
        ck_assert_mem_eq(text, "above and more", n);
        ck_assert(!whim_shake_link_has_rest(link));
        ck_assert(link->ops->is_alive(link));
        link->ops->free(link);
    }
}
END_TEST

START_TEST(afterwards_everything_is_handed_on)
{
    struct whim_link *link;
    struct iovec vec = {(void *)"data", 4};
    enum whim_link_result result;
    size_t len = 0;

    BEGIN(SOCKS_IN, 100);
    link = whim_shake_link_new(&below.link, a_socks());
    whim_shake_link_drop(link);
    ck_assert_ptr_nonnull(whim_shake_link_get(link));
    ck_assert_int_eq(drive(link), WHIM_LINK_OK);
    whim_shake_link_drop(link);
    whim_shake_link_drop(link);
    ck_assert_ptr_null(whim_shake_link_get(link));

    ck_assert_uint_eq(link->ops->want(link, WHIM_READ), WHIM_READ | 0x100);
    ck_assert_uint_eq(link->ops->want(link, 0), 0x100);
    while ((result = link->ops->send(link, &vec, 1, &len)) == WHIM_LINK_AGAIN)
        continue;
    ck_assert_int_eq(result, WHIM_LINK_OK);
    ck_assert_uint_eq(len, 4);
    below.link.has_unsent = true;
    below.flush_result = WHIM_LINK_AGAIN;
    ck_assert_int_eq(link->ops->flush(link), WHIM_LINK_AGAIN);
    ck_assert(link->has_unsent);
    below.flush_result = WHIM_LINK_OK;
    ck_assert_int_eq(link->ops->flush(link), WHIM_LINK_OK);
    ck_assert(!link->has_unsent);
    below.is_dead = true;
    ck_assert(!link->ops->is_alive(link));
    link->ops->part(link);
    ck_assert_int_eq(below.n_parts, 1);

    below.link.error = CURLE_SSL_CONNECT_ERROR;
    below.link.reason = "its own";
    below.at_end = WHIM_LINK_ERROR;
    while ((result = link->ops->recv(link, &len, 1, &len)) == WHIM_LINK_AGAIN)
        continue;
    ck_assert_int_eq(result, WHIM_LINK_ERROR);
    ck_assert_int_eq(link->os_error, ECONNRESET);
    ck_assert_int_eq(link->error, CURLE_SSL_CONNECT_ERROR);
    ck_assert_str_eq(link->reason, "its own");
    link->ops->free(link);
}
END_TEST

START_TEST(a_refusal_is_an_error_with_the_machines_words)
{
    struct whim_link *link;

    BEGIN("\5\0\5\5\0\1\0\0\0\0\0\0", 100);
    link = whim_shake_link_new(&below.link, a_socks());
    ck_assert_int_eq(drive(link), WHIM_LINK_ERROR);
    ck_assert_int_eq(link->error, CURLE_PROXY);
    ck_assert_str_eq(link->reason, "Can't complete SOCKS5 connection to h. (5)");
    ck_assert_int_eq(whim_shake_link_get(link)->proxy_error, CURLPX_REPLY_CONNECTION_REFUSED);
    ck_assert_int_eq(link->ops->shake(link), WHIM_LINK_ERROR);
    link->ops->free(link);
}
END_TEST

START_TEST(an_end_in_the_middle_is_an_error)
{
    struct whim_link *link;

    BEGIN("\5\0\5\0", 100);
    link = whim_shake_link_new(&below.link, a_socks());
    ck_assert_int_eq(drive(link), WHIM_LINK_ERROR);
    ck_assert_int_eq(link->error, CURLE_PROXY);
    ck_assert_str_eq(link->reason, "connection to proxy closed");
    link->ops->free(link);
}
END_TEST

START_TEST(a_link_that_breaks_tells_how)
{
    struct whim_link *link;

    BEGIN("\5\0", 100);
    below.at_end = WHIM_LINK_ERROR;
    link = whim_shake_link_new(&below.link, a_socks());
    ck_assert_int_eq(drive(link), WHIM_LINK_ERROR);
    ck_assert_int_eq(link->error, CURLE_PROXY);
    ck_assert_int_eq(link->os_error, ECONNRESET);
    ck_assert_int_eq(whim_shake_link_get(link)->proxy_error, CURLPX_RECV_REQACK);
    link->ops->free(link);

    BEGIN("\5\0", 100);
    below.fail_send_at = 3;
    link = whim_shake_link_new(&below.link, a_socks());
    ck_assert_int_eq(drive(link), WHIM_LINK_ERROR);
    ck_assert_int_eq(link->os_error, EPIPE);
    ck_assert_int_eq(whim_shake_link_get(link)->proxy_error, CURLPX_SEND_REQUEST);
    link->ops->free(link);

    /* One that has words of its own, as TLS does. */
    BEGIN("", 100);
    below.at_end = WHIM_LINK_ERROR;
    below.link.error = CURLE_SSL_CONNECT_ERROR;
    below.link.reason = "its own";
    link = whim_shake_link_new(&below.link, a_socks());
    ck_assert_int_eq(drive(link), WHIM_LINK_ERROR);
    ck_assert_int_eq(link->error, CURLE_SSL_CONNECT_ERROR);
    ck_assert_str_eq(link->reason, "its own");
    link->ops->free(link);
}
END_TEST

START_TEST(what_the_link_below_keeps_is_sent_before_an_answer_is_waited_for)
{
    struct whim_link *link;

    BEGIN(SOCKS_IN, 100);
    link = whim_shake_link_new(&below.link, a_socks());
    while (below.n_sent == 0)
        ck_assert_int_eq(link->ops->shake(link), WHIM_LINK_AGAIN);
    below.link.has_unsent = true;
    below.flush_result = WHIM_LINK_AGAIN;
    below.is_ready = true;
    ck_assert_int_eq(link->ops->shake(link), WHIM_LINK_AGAIN);
    ck_assert_uint_eq(link->ops->want(link, 0), WHIM_READ | WHIM_WRITE | 0x100);
    ck_assert(link->has_unsent);
    below.flush_result = WHIM_LINK_OK;
    ck_assert_int_eq(drive(link), WHIM_LINK_OK);
    ck_assert(!link->has_unsent);
    link->ops->free(link);
}
END_TEST

START_TEST(a_line_that_is_only_sent_needs_no_answer)
{
    const struct whim_address none = {.family = 0};
    struct whim_link *link;

    BEGIN("above", 4);
    link = whim_shake_link_new(&below.link, whim_haproxy_new(&none, &none, NULL));
    ck_assert_int_eq(drive(link), WHIM_LINK_OK);
    ck_assert_uint_eq(below.n_sent, 15);
    ck_assert_uint_eq(below.n_input, 5);
    link->ops->free(link);
}
END_TEST

static void shake_once(void *arg)
{
    struct whim_shake *shake = a_tunnel();
    struct whim_link *link;

    (void)arg;
    BEGIN("HTTP/1.1 200 OK\r\n\r\nabove", 100);
    if (!shake)
        return;
    link = whim_shake_link_new(&below.link, shake);
    if (!link) {
        shake->ops->free(shake);
        return;
    }
    if (drive(link) != WHIM_LINK_OK)
        ck_assert_int_eq(link->error, CURLE_OUT_OF_MEMORY);
    link->ops->free(link);
}

START_TEST(without_memory_it_is_an_error_and_nothing_is_left)
{
    ck_assert_int_ge(faults_run(shake_once, NULL), 4);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_handshake_is_driven_in_pieces_of_any_size,
        no_more_is_received_than_is_wanted,
        what_came_behind_the_handshake_is_received_first,
        afterwards_everything_is_handed_on,
        a_refusal_is_an_error_with_the_machines_words,
        an_end_in_the_middle_is_an_error,
        a_link_that_breaks_tells_how,
        what_the_link_below_keeps_is_sent_before_an_answer_is_waited_for,
        a_line_that_is_only_sent_needs_no_answer,
        without_memory_it_is_an_error_and_nothing_is_left,
    };

    return shuffle_and_run("shake_link", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
