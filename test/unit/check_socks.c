/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/socks.h"

#include "faults.h"
#include "shake_rig.h"
#include "shuffle.h"

#include <arpa/inet.h>

static struct whim_address address_of(const char *text, uint16_t port)
{
    struct whim_address address = {.port = port};

    if (inet_pton(AF_INET, text, address.bytes) == 1)
        address.family = AF_INET;
    else if (inet_pton(AF_INET6, text, address.bytes) == 1)
        address.family = AF_INET6;
    return address;
}

static struct whim_socks_config config_of(long type, const char *host)
{
    return (struct whim_socks_config){
        .type = type,
        .host = host,
        .host_len = strlen(host),
        .port = 443,
    };
}

#define FAILS(code, text, ...)                                                                     \
    {                                                                                              \
        .replies = {__VA_ARGS__}, .proxy_error = code, .reason = text                              \
    }

/* What a run has to end with; a run in steps of every size has to. */
struct ending {
    struct shake_reply replies[SHAKE_MAX_REPLIES];
    struct shake_reply sent;
    CURLproxycode proxy_error;
    const char *reason;
    size_t n_left;
};

static void assert_ending(const struct whim_socks_config *config, const struct ending *ending)
{
    for (size_t step = 1; step < 600; step += step < 40 ? 1 : 91) {
        struct whim_shake *shake = whim_socks_new(config);
        struct shake_run run;

        ck_assert_ptr_nonnull(shake);
        shake_run(shake, ending->replies, SHAKE_MAX_REPLIES, step, &run);
        ck_assert(!run.is_over_eager);
        if (ending->reason) {
            ck_assert_int_eq(shake->state, WHIM_SHAKE_FAILED);
            ck_assert_str_eq(shake->reason, ending->reason);
            ck_assert_int_eq(shake->error, CURLE_PROXY);
        } else {
            ck_assert_int_eq(shake->state, WHIM_SHAKE_DONE);
            ck_assert_uint_eq(run.n_left, ending->n_left);
        }
        ck_assert_int_eq(shake->proxy_error, ending->proxy_error);
        ck_assert(!shake->wants_reconnect);
        if (ending->sent.data) {
            ck_assert_uint_eq(run.sent.len, ending->sent.len);
            ck_assert_mem_eq(run.sent.data, ending->sent.data, ending->sent.len);
        }
        shake_run_fini(&run);
        shake->ops->free(shake);
    }
}

START_TEST(socks4_sends_the_address_and_the_user)
{
    struct whim_address address = address_of("10.0.0.1", 0);
    struct whim_socks_config config = config_of(CURLPROXY_SOCKS4, "h.example");
    struct ending ending = {
        .replies = {REPLY("\0\x5a\0\0\0\0\0\0"
                          "behind")},
        .sent = REPLY("\4\1\1\xbb\x0a\0\0\1\0"),
        .n_left = 6,
    };

    config.address = &address;
    assert_ending(&config, &ending);
    config.user = "me";
    ending.sent = (struct shake_reply)REPLY("\4\1\1\xbb\x0a\0\0\1me\0");
    assert_ending(&config, &ending);
}
END_TEST

START_TEST(socks4a_sends_the_name_behind_an_address_that_is_none)
{
    struct whim_socks_config config = config_of(CURLPROXY_SOCKS4A, "h.example");
    struct ending ending = {
        .replies = {REPLY("\0\x5a\1\2\3\4\5\6")},
        .sent = REPLY("\4\1\1\xbb\0\0\0\1u\0h.example\0"),
    };

    config.user = "u";
    assert_ending(&config, &ending);
}
END_TEST

START_TEST(each_refusal_of_socks4_has_its_code_and_its_text)
{
#define SOCKS4_TEXT(number, why)                                                                   \
    "Can't complete SOCKS4 connection to 1.2.3.4:256. (" #number "), " why "."
    static const struct ending endings[] = {
        FAILS(CURLPX_REQUEST_FAILED, SOCKS4_TEXT(91, "request rejected or failed"),
              REPLY("\0\x5b\1\0\1\2\3\4")),
        FAILS(CURLPX_IDENTD,
              SOCKS4_TEXT(92,
                          "request rejected because SOCKS server cannot connect to identd on the "
                          "client"),
              REPLY("\0\x5c\1\0\1\2\3\4")),
        FAILS(CURLPX_IDENTD_DIFFER,
              SOCKS4_TEXT(93,
                          "request rejected because the client program and identd report different "
                          "user-ids"),
              REPLY("\0\x5d\1\0\1\2\3\4")),
        FAILS(CURLPX_UNKNOWN_FAIL, SOCKS4_TEXT(0, "Unknown"), REPLY("\0\0\1\0\1\2\3\4")),
        FAILS(CURLPX_UNKNOWN_FAIL, SOCKS4_TEXT(255, "Unknown"), REPLY("\0\xff\1\0\1\2\3\4")),
        FAILS(CURLPX_BAD_VERSION, "SOCKS4 reply has wrong version, version should be 0.",
              REPLY("\4\x5a\1\0\1\2\3\4")),
        FAILS(CURLPX_BAD_VERSION, "SOCKS4 reply has wrong version, version should be 0.",
              REPLY("HTTP/1.1 400")),
        FAILS(CURLPX_CLOSED, "connection to proxy closed", REPLY("\0\x5a\1\0\1\2\3")),
        FAILS(CURLPX_CLOSED, "connection to proxy closed", REPLY("")),
    };
    struct whim_socks_config config = config_of(CURLPROXY_SOCKS4A, "h.example");

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        assert_ending(&config, &endings[i]);
}
END_TEST

START_TEST(socks5_without_a_user_offers_no_login)
{
    struct whim_address address = address_of("10.0.0.1", 0);
    struct whim_socks_config config = config_of(CURLPROXY_SOCKS5, "h.example");
    struct ending ending = {
        .replies = {REPLY("\5\0"), REPLY("\5\0\0\1\1\2\3\4\5\6"
                                         "tls")},
        .sent = REPLY("\5\1\0"
                      "\5\1\0\1\x0a\0\0\1\1\xbb"),
        .n_left = 3,
    };

    config.address = &address;
    assert_ending(&config, &ending);
    address = address_of("::1", 0);
    ending.sent = (struct shake_reply)REPLY("\5\1\0"
                                            "\5\1\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\1\xbb");
    assert_ending(&config, &ending);
}
END_TEST

START_TEST(socks5_with_a_user_logs_in_when_it_is_asked_to)
{
    struct whim_socks_config config = config_of(CURLPROXY_SOCKS5_HOSTNAME, "h.example");
    struct ending ending = {
        .replies = {REPLY("\5\2"), REPLY("\1\0"), REPLY("\5\0\0\1\1\2\3\4\5\6")},
        .sent = REPLY("\5\2\0\2"
                      "\1\4user\4pass"
                      "\5\1\0\3\x09h.example\1\xbb"),
    };

    config.user = "user";
    config.password = "pass";
    assert_ending(&config, &ending);
    config.password = NULL;
    ending.sent = (struct shake_reply)REPLY("\5\2\0\2"
                                            "\1\4user\0"
                                            "\5\1\0\3\x09h.example\1\xbb");
    assert_ending(&config, &ending);

    /* Not asked to. */
    ending = (struct ending){
        .replies = {REPLY("\5\0"), REPLY("\5\0\0\1\1\2\3\4\5\6")},
        .sent = REPLY("\5\2\0\2"
                      "\5\1\0\3\x09h.example\1\xbb"),
    };
    assert_ending(&config, &ending);

    /* Not allowed to; a proxy that asks all the same gets an empty login. */
    config.auth = CURLAUTH_GSSAPI;
    ending = (struct ending){
        .replies = {REPLY("\5\2"), REPLY("\1\0"), REPLY("\5\0\0\1\1\2\3\4\5\6")},
        .sent = REPLY("\5\1\0"
                      "\1\0\0"
                      "\5\1\0\3\x09h.example\1\xbb"),
    };
    assert_ending(&config, &ending);
}
END_TEST

START_TEST(socks5_sends_a_host_that_is_an_address_as_one)
{
    struct whim_socks_config config = config_of(CURLPROXY_SOCKS5_HOSTNAME, "10.0.0.1");
    struct ending ending = {
        .replies = {REPLY("\5\0"), REPLY("\5\0\0\1\1\2\3\4\5\6")},
        .sent = REPLY("\5\1\0"
                      "\5\1\0\1\x0a\0\0\1\1\xbb"),
    };

    assert_ending(&config, &ending);
    config.host = "::1";
    config.host_len = 3;
    ending.sent = (struct shake_reply)REPLY("\5\1\0"
                                            "\5\1\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\1\xbb");
    assert_ending(&config, &ending);
}
END_TEST

START_TEST(a_bound_address_of_any_kind_is_taken_to_its_end_and_no_further)
{
    static const struct ending endings[] = {
        {.replies = {REPLY("\5\0"), REPLY("\5\0\0\4\1\2\3\4\5\6\7\1\2\3\4\5\6\7\1\2\3\4x")},
         .n_left = 1},
        {.replies = {REPLY("\5\0"), REPLY("\5\0\0\3\0\1\2xy")}, .n_left = 2},
        {.replies = {REPLY("\5\0"), REPLY("\5\0\0\3\5name.\1\2xyz")}, .n_left = 3},
    };
    struct whim_socks_config config = config_of(CURLPROXY_SOCKS5_HOSTNAME, "h.example");
    char longest[4 + 1 + 255 + 2 + 4];
    struct ending ending = {.replies = {REPLY("\5\0"), {longest, sizeof(longest)}}, .n_left = 4};

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        assert_ending(&config, &endings[i]);
    memset(longest, 'n', sizeof(longest));
    memcpy(longest, "\5\0\0\3\xff", 5);
    assert_ending(&config, &ending);
}
END_TEST

START_TEST(each_refusal_of_socks5_has_its_code_and_its_text)
{
#define TEXT5(number) "Can't complete SOCKS5 connection to h.example. (" #number ")"
#define REFUSED5(byte, code, number)                                                               \
    FAILS(code, TEXT5(number), REPLY("\5\0"), REPLY("\5" byte "\0\1\0\0\0\0\0\0"))
    static const struct ending endings[] = {
        REFUSED5("\1", CURLPX_REPLY_GENERAL_SERVER_FAILURE, 1),
        REFUSED5("\2", CURLPX_REPLY_NOT_ALLOWED, 2),
        REFUSED5("\3", CURLPX_REPLY_NETWORK_UNREACHABLE, 3),
        REFUSED5("\4", CURLPX_REPLY_HOST_UNREACHABLE, 4),
        REFUSED5("\5", CURLPX_REPLY_CONNECTION_REFUSED, 5),
        REFUSED5("\6", CURLPX_REPLY_TTL_EXPIRED, 6),
        REFUSED5("\7", CURLPX_REPLY_COMMAND_NOT_SUPPORTED, 7),
        REFUSED5("\x8", CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED, 8),
        REFUSED5("\x9", CURLPX_REPLY_UNASSIGNED, 9),
        REFUSED5("\xff", CURLPX_REPLY_UNASSIGNED, 255),
        /* Those that close behind the refusal are understood too. */
        FAILS(CURLPX_REPLY_CONNECTION_REFUSED, TEXT5(5), REPLY("\5\0"), REPLY("\5\5")),
        FAILS(CURLPX_BAD_VERSION, "SOCKS5 reply has wrong version, version should be 5.",
              REPLY("\5\0"), REPLY("\4\0\0\1\0\0\0\0\0\0")),
        FAILS(CURLPX_BAD_ADDRESS_TYPE, "SOCKS5 reply has wrong address type.", REPLY("\5\0"),
              REPLY("\5\0\0\2\0\0\0\0\0\0")),
        FAILS(CURLPX_CLOSED, "connection to proxy closed", REPLY("\5\0"),
              REPLY("\5\0\0\1\0\0\0\0\0")),
        FAILS(CURLPX_CLOSED, "connection to proxy closed", REPLY("\5\0"), REPLY("\5")),
        FAILS(CURLPX_CLOSED, "connection to proxy closed", REPLY("\5\0")),
        FAILS(CURLPX_CLOSED, "connection to proxy closed", REPLY("\5")),
        FAILS(CURLPX_BAD_VERSION, "Received invalid version in initial SOCKS5 response.",
              REPLY("\4\0")),
        FAILS(CURLPX_BAD_VERSION, "Received invalid version in initial SOCKS5 response.",
              REPLY("HTTP/1.1 400")),
        FAILS(CURLPX_GSSAPI_PERMSG, "SOCKS5 GSSAPI per-message authentication is not supported.",
              REPLY("\5\1")),
        FAILS(CURLPX_NO_AUTH, "No authentication method was acceptable.", REPLY("\5\xff")),
        FAILS(CURLPX_UNKNOWN_MODE, "Undocumented SOCKS5 mode '3' attempted to be used by server.",
              REPLY("\5\3")),
        FAILS(CURLPX_USER_REJECTED, "User was rejected by the SOCKS5 server (1 1).", REPLY("\5\2"),
              REPLY("\1\1")),
        FAILS(CURLPX_USER_REJECTED, "User was rejected by the SOCKS5 server (5 255).",
              REPLY("\5\2"), REPLY("\5\xff")),
        FAILS(CURLPX_CLOSED, "connection to proxy closed", REPLY("\5\2"), REPLY("\1")),
    };
    struct whim_socks_config config = config_of(CURLPROXY_SOCKS5_HOSTNAME, "h.example");

    config.user = "u";
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        assert_ending(&config, &endings[i]);
}
END_TEST

static void assert_refused(const struct whim_socks_config *config, CURLproxycode proxy_error)
{
    struct whim_shake *shake = whim_socks_new(config);

    ck_assert_ptr_nonnull(shake);
    ck_assert_int_eq(shake->state, WHIM_SHAKE_FAILED);
    ck_assert_int_eq(shake->error, CURLE_PROXY);
    ck_assert_int_eq(shake->proxy_error, proxy_error);
    ck_assert_uint_gt(strlen(shake->reason), 0);
    shake->ops->free(shake);
}

START_TEST(texts_of_255_bytes_are_sent_and_longer_ones_are_refused)
{
    static const long types[] = {CURLPROXY_SOCKS4A, CURLPROXY_SOCKS5_HOSTNAME};
    char text[257];

    memset(text, 'x', sizeof(text));
    text[256] = 0;
    for (size_t i = 0; i < 2; i++) {
        struct whim_socks_config config = config_of(types[i], "h");
        struct ending ending = {
            .replies = {REPLY("\5\2"), REPLY("\1\0"), REPLY("\5\0\0\1\0\0\0\0\0\0")}, .n_left = 0};

        if (types[i] == CURLPROXY_SOCKS4A) {
            ending.replies[0] = (struct shake_reply)REPLY("\0\x5a\0\0\0\0\0\0");
        }
        config.host = text;
        config.host_len = 255;
        config.user = config.password = text + 1;
        assert_ending(&config, &ending);
        config.host_len = 256;
        assert_refused(&config, CURLPX_LONG_HOSTNAME);
        config.host_len = 0;
        assert_refused(&config, CURLPX_LONG_HOSTNAME);
        config.host_len = 1;
        config.user = text;
        assert_refused(&config, CURLPX_LONG_USER);
        config.user = "u";
        config.password = text;
        if (types[i] == CURLPROXY_SOCKS5_HOSTNAME)
            assert_refused(&config, CURLPX_LONG_PASSWD);
    }
}
END_TEST

START_TEST(a_name_with_a_nul_is_refused)
{
    struct whim_socks_config config = config_of(CURLPROXY_SOCKS4A, "h");

    config.host = "good\0evil";
    config.host_len = 9;
    assert_refused(&config, CURLPX_LONG_HOSTNAME);
}
END_TEST

START_TEST(an_address_that_cannot_be_told_is_refused)
{
    struct whim_address ipv6 = address_of("::1", 0);
    struct whim_address none = {.family = AF_UNSPEC};
    struct whim_socks_config config = config_of(CURLPROXY_SOCKS4, "h");

    assert_refused(&config, CURLPX_RESOLVE_HOST);
    config.address = &ipv6;
    assert_refused(&config, CURLPX_RESOLVE_HOST);
    config.type = CURLPROXY_SOCKS5;
    config.address = &none;
    assert_refused(&config, CURLPX_RESOLVE_HOST);
}
END_TEST

/* Drives until the given number of messages has gone out, or is about to. */
static struct whim_shake *shake_at(const struct whim_socks_config *config, size_t n_messages,
                                   bool is_sent)
{
    static const struct shake_reply replies[] = {REPLY("\5\2"), REPLY("\1\0"), REPLY("\5\0\0\1\0")};
    struct whim_shake *shake = whim_socks_new(config);
    struct shake_run run = {.n_left = 0};

    whim_buf_init(&run.sent, 4096);
    for (size_t i = 0; i < n_messages; i++) {
        struct shake_reply reply = replies[i];

        shake_send(shake, &run, SIZE_MAX);
        shake_recv(shake, &run, &reply, SIZE_MAX);
    }
    if (is_sent)
        shake_send(shake, &run, SIZE_MAX);
    whim_buf_fini(&run.sent);
    return shake;
}

START_TEST(each_step_has_its_own_code_when_the_link_breaks)
{
    static const struct {
        long type;
        size_t n_messages;
        bool is_sent;
        CURLproxycode proxy_error;
    } rows[] = {
        {CURLPROXY_SOCKS4A, 0, false, CURLPX_SEND_CONNECT},
        {CURLPROXY_SOCKS4A, 0, true, CURLPX_RECV_CONNECT},
        {CURLPROXY_SOCKS5_HOSTNAME, 0, false, CURLPX_SEND_CONNECT},
        {CURLPROXY_SOCKS5_HOSTNAME, 0, true, CURLPX_RECV_CONNECT},
        {CURLPROXY_SOCKS5_HOSTNAME, 1, false, CURLPX_SEND_AUTH},
        {CURLPROXY_SOCKS5_HOSTNAME, 1, true, CURLPX_RECV_AUTH},
        {CURLPROXY_SOCKS5_HOSTNAME, 2, false, CURLPX_SEND_REQUEST},
        {CURLPROXY_SOCKS5_HOSTNAME, 2, true, CURLPX_RECV_REQACK},
        {CURLPROXY_SOCKS5_HOSTNAME, 3, false, CURLPX_RECV_ADDRESS},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct whim_socks_config config = config_of(rows[i].type, "h");
        struct whim_shake *shake;
        bool is_sending;

        config.user = "u";
        shake = shake_at(&config, rows[i].n_messages, rows[i].is_sent);
        is_sending = shake->state == WHIM_SHAKE_SEND;
        shake->ops->lose(shake, is_sending ? WHIM_SHAKE_SEND_ERROR : WHIM_SHAKE_RECV_ERROR);
        ck_assert_int_eq(shake->state, WHIM_SHAKE_FAILED);
        ck_assert_msg(shake->proxy_error == rows[i].proxy_error, "row %zu: %d", i,
                      shake->proxy_error);
        shake->ops->free(shake);
    }
}
END_TEST

static void run_once(void *arg)
{
    struct whim_shake *shake = whim_socks_new(arg);

    if (shake)
        shake->ops->free(shake);
}

START_TEST(without_memory_there_is_no_machine_and_no_secret_is_left)
{
    struct whim_socks_config config = config_of(CURLPROXY_SOCKS5_HOSTNAME, "h.example");

    config.user = "user";
    config.password = "the-secret-of-it";
    ck_assert_int_eq(faults_run(run_once, &config), 1);
    heap_begin();
    heap.secret = config.password;
    run_once(&config);
    ck_assert(!heap.is_secret_leaked);
    whim_mem_reset_hooks();
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        socks4_sends_the_address_and_the_user,
        socks4a_sends_the_name_behind_an_address_that_is_none,
        each_refusal_of_socks4_has_its_code_and_its_text,
        socks5_without_a_user_offers_no_login,
        socks5_with_a_user_logs_in_when_it_is_asked_to,
        socks5_sends_a_host_that_is_an_address_as_one,
        a_bound_address_of_any_kind_is_taken_to_its_end_and_no_further,
        each_refusal_of_socks5_has_its_code_and_its_text,
        texts_of_255_bytes_are_sent_and_longer_ones_are_refused,
        a_name_with_a_nul_is_refused,
        an_address_that_cannot_be_told_is_refused,
        each_step_has_its_own_code_when_the_link_breaks,
        without_memory_there_is_no_machine_and_no_secret_is_left,
    };

    return shuffle_and_run("socks", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
