/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/http_tunnel.h"

#include "faults.h"
#include "shake_rig.h"
#include "shuffle.h"

#define HEAD(fields) "CONNECT h.example:443 HTTP/1.1\r\nHost: h.example:443\r\n" fields
#define KEEP "Proxy-Connection: Keep-Alive\r\n"
#define BASIC "Proxy-Authorization: Basic dTpw\r\n"
#define CHALLENGE "HTTP/1.1 407 no\r\nProxy-Authenticate: Basic realm=\"r\"\r\n"
#define DIGEST(params)                                                                             \
    "HTTP/1.1 407 no\r\nProxy-Authenticate: Digest realm=\"r\", nonce=\"n\"" params "\r\n"
#define EMPTY "Content-Length: 0\r\n\r\n"
#define GRANTED "HTTP/1.1 200 OK\r\n\r\n"

static struct whim_http_tunnel_config a_config(void)
{
    return (struct whim_http_tunnel_config){.host = "h.example", .host_len = 9, .port = 443};
}

static void assert_first_request(const struct whim_http_tunnel_config *config, const char *expected)
{
    struct whim_shake *shake = whim_http_tunnel_new(config);
    const char *data = NULL;
    size_t len = 0;

    ck_assert_ptr_nonnull(shake);
    ck_assert_int_eq(shake->state, WHIM_SHAKE_SEND);
    shake->ops->pull(shake, &data, &len);
    ck_assert_uint_eq(len, strlen(expected));
    ck_assert_mem_eq(data, expected, len);
    shake->ops->free(shake);
}

START_TEST(the_request_is_that_of_libcurl)
{
    struct whim_http_tunnel_config config = a_config();

    assert_first_request(&config, HEAD(KEEP "\r\n"));
    config.user_agent = (struct whim_http1_text){"agent/1", 7};
    assert_first_request(&config, HEAD("User-Agent: agent/1\r\n" KEEP "\r\n"));
    config.is_http10 = true;
    config.host = "::1";
    config.host_len = 3;
    config.is_ipv6 = true;
    config.port = 99;
    assert_first_request(&config, "CONNECT [::1]:99 HTTP/1.0\r\nHost: [::1]:99\r\n"
                                  "User-Agent: agent/1\r\n" KEEP "\r\n");
}
END_TEST

START_TEST(the_applications_lines_replace_and_take_away)
{
    struct curl_slist length = {(char *)"Content-Length: 5", NULL};
    struct curl_slist coding = {(char *)"transfer-encoding: chunked", &length};
    struct curl_slist more = {(char *)"X-A: b", &coding};
    struct curl_slist keep = {(char *)"Proxy-Connection: x", &more};
    struct curl_slist agent = {(char *)"User-Agent:", &keep};
    struct curl_slist host = {(char *)"host: own", &agent};
    struct curl_slist no_host = {(char *)"Host:", NULL};
    struct curl_slist own = {(char *)"Proxy-Authorization: mine", NULL};
    struct whim_http_tunnel_config config = a_config();
    struct whim_auth auth;

    config.user_agent = (struct whim_http1_text){"agent/1", 7};
    config.headers = &host;
    assert_first_request(&config, "CONNECT h.example:443 HTTP/1.1\r\nHost: own\r\n"
                                  "Proxy-Connection: x\r\nX-A: b\r\n\r\n");
    config.user_agent.len = 0;
    config.headers = &no_host;
    assert_first_request(&config, "CONNECT h.example:443 HTTP/1.1\r\n" KEEP "\r\n");
    whim_auth_init(&auth, CURLAUTH_BASIC, CURLAUTH_ANY);
    config.headers = &own;
    config.auth = &auth;
    config.user = "u";
    assert_first_request(&config, HEAD(KEEP "Proxy-Authorization: mine\r\n\r\n"));
    whim_auth_fini(&auth);
}
END_TEST

START_TEST(what_would_end_a_line_is_refused)
{
    struct curl_slist list = {(char *)"X-A: b\r\nEvil: c", NULL};
    struct curl_slist host = {(char *)"Host: b\r\nEvil: c", NULL};
    struct whim_http_tunnel_config configs[4] = {a_config(), a_config(), a_config(), a_config()};

    configs[0].headers = &list;
    configs[1].headers = &host;
    configs[2].user_agent = (struct whim_http1_text){"a\r\nb", 4};
    configs[3].host = "h\r\nEvil";
    configs[3].host_len = 7;
    for (size_t i = 0; i < 4; i++) {
        struct whim_shake *shake = whim_http_tunnel_new(&configs[i]);

        ck_assert_int_eq(shake->state, WHIM_SHAKE_FAILED);
        ck_assert_int_eq(shake->error, CURLE_BAD_FUNCTION_ARGUMENT);
        shake->ops->free(shake);
    }
}
END_TEST

/* What a run ends with; its replies are cut into steps of every size. */
struct ending {
    unsigned long allowed; /* 0: no credentials */
    struct shake_reply replies[SHAKE_MAX_REPLIES];
    const char *sent; /* NULL: not looked at */
    CURLcode error;
    const char *reason;
    unsigned status;
    size_t n_messages;
    size_t n_left;
    bool wants_reconnect;
};

static bool fill_with_zeros(void *data, size_t len)
{
    memset(data, 0, len);
    return true;
}

static size_t count_replies(const struct ending *ending)
{
    size_t n = 0;

    while (n < SHAKE_MAX_REPLIES && ending->replies[n].data)
        n++;
    return n;
}

/* The lines of all responses are all that was taken, bodies apart; requests are all that was sent.
 */
static void assert_pieces(struct whim_shake *shake, const struct shake_run *run)
{
    struct whim_http1_text text;
    enum whim_http_tunnel_piece kind;
    size_t n_requests = 0;
    size_t n_sent = 0;

    while ((kind = whim_http_tunnel_take(shake, &text)) != WHIM_HTTP_TUNNEL_NONE) {
        if (kind == WHIM_HTTP_TUNNEL_REQUEST) {
            n_requests++;
            ck_assert_uint_le(n_sent + text.len, run->sent.len);
            ck_assert_mem_eq(run->sent.data + n_sent, text.ptr, text.len);
            n_sent += text.len;
        } else {
            ck_assert_uint_ge(text.len, 1);
            ck_assert_int_eq(text.ptr[text.len - 1], '\n');
        }
    }
    ck_assert_uint_eq(n_sent, run->sent.len);
    ck_assert_uint_eq(n_requests, run->n_messages);
}

static void assert_run(const struct ending *ending, size_t step)
{
    struct whim_http_tunnel_config config = a_config();
    struct whim_auth auth;
    struct whim_shake *shake;
    struct shake_run run;

    whim_auth_init(&auth, ending->allowed, ~CURLAUTH_NEGOTIATE);
    auth.fill_random = fill_with_zeros;
    if (ending->allowed) {
        config.user = "u";
        config.password = "p";
    }
    config.auth = &auth;
    shake = whim_http_tunnel_new(&config);
    ck_assert_ptr_nonnull(shake);
    shake_run(shake, ending->replies, count_replies(ending), step, &run);
    ck_assert(!run.is_over_eager);
    ck_assert_int_eq(shake->state, ending->error ? WHIM_SHAKE_FAILED : WHIM_SHAKE_DONE);
    ck_assert_int_eq(shake->error, ending->error);
    if (ending->reason)
        ck_assert_str_eq(shake->reason, ending->reason);
    ck_assert_uint_eq(whim_http_tunnel_status(shake), ending->status);
    ck_assert_int_eq(shake->wants_reconnect, ending->wants_reconnect);
    ck_assert_uint_eq(run.n_messages, ending->n_messages);
    if (!ending->error)
        ck_assert_uint_eq(run.n_left, ending->n_left);
    if (ending->sent) {
        ck_assert_uint_eq(run.sent.len, strlen(ending->sent));
        ck_assert_mem_eq(run.sent.data, ending->sent, run.sent.len);
    }
    assert_pieces(shake, &run);
    shake_run_fini(&run);
    shake->ops->free(shake);
    whim_auth_fini(&auth);
}

static void assert_endings(const struct ending *endings, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t step = 1; step < 1000; step += step < 140 ? 1 : 431)
            assert_run(&endings[i], step);
}
#define ASSERT_ENDINGS(endings) assert_endings(endings, sizeof(endings) / sizeof((endings)[0]))

START_TEST(any_2xx_is_a_tunnel_right_behind_its_header)
{
    static const struct ending endings[] = {
        {.replies = {REPLY(GRANTED)}, .status = 200, .n_messages = 1},
        {.replies = {REPLY(GRANTED "behind")}, .status = 200, .n_messages = 1, .n_left = 6},
        {.replies = {REPLY("HTTP/1.0 299 x\r\n\r\n\r\n")},
         .status = 299,
         .n_messages = 1,
         .n_left = 2},
        {.replies = {REPLY("HTTP/1.1 200 x\r\nContent-Length: 3\r\n\r\nabc")},
         .status = 200,
         .n_messages = 1,
         .n_left = 3},
        {.replies = {REPLY("HTTP/1.1 204 x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n")},
         .status = 204,
         .n_messages = 1,
         .n_left = 3},
        {.replies = {REPLY("HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n"
                           "\r\nx")},
         .status = 200,
         .n_messages = 1,
         .n_left = 1},
        {.replies = {REPLY("HTTP/1.1 100 go on\r\nA: b\r\n\r\nHTTP/1.1 102 x\r\n\r\n" GRANTED)},
         .status = 200,
         .n_messages = 1},
    };

    ASSERT_ENDINGS(endings);
}
END_TEST

START_TEST(any_other_status_is_a_refusal)
{
    static const struct ending endings[] = {
        {.replies = {REPLY("HTTP/1.1 403 no\r\nContent-Length: 100\r\n\r\n")},
         .error = CURLE_COULDNT_CONNECT,
         .reason = "CONNECT tunnel failed, response 403",
         .status = 403,
         .n_messages = 1},
        {.replies = {REPLY("HTTP/1.1 302 no\r\nLocation: /\r\n\r\n")},
         .error = CURLE_COULDNT_CONNECT,
         .reason = "CONNECT tunnel failed, response 302",
         .status = 302,
         .n_messages = 1},
        {.replies = {REPLY("HTTP/1.1 503 no\r\n\r\nbody")},
         .error = CURLE_COULDNT_CONNECT,
         .reason = "CONNECT tunnel failed, response 503",
         .status = 503,
         .n_messages = 1},
        /* A challenge that there are no credentials for. */
        {.replies = {REPLY(CHALLENGE EMPTY)},
         .error = CURLE_COULDNT_CONNECT,
         .reason = "CONNECT tunnel failed, response 407",
         .status = 407,
         .n_messages = 1},
        {.allowed = CURLAUTH_ANY,
         .replies = {REPLY("HTTP/1.1 407 no\r\n" EMPTY)},
         .error = CURLE_COULDNT_CONNECT,
         .status = 407,
         .n_messages = 1},
        {.allowed = CURLAUTH_ANY,
         .replies = {REPLY("HTTP/1.1 407 no\r\nProxy-Authenticate: NTLM, Negotiate\r\n" EMPTY)},
         .error = CURLE_COULDNT_CONNECT,
         .status = 407,
         .n_messages = 1},
        /* It is the other field that an origin uses. */
        {.allowed = CURLAUTH_ANY,
         .replies = {REPLY("HTTP/1.1 407 no\r\nWWW-Authenticate: Basic\r\n" EMPTY)},
         .error = CURLE_COULDNT_CONNECT,
         .status = 407,
         .n_messages = 1},
    };

    ASSERT_ENDINGS(endings);
}
END_TEST

START_TEST(basic_alone_is_sent_without_being_asked_for_and_refused_once)
{
    static const struct ending endings[] = {
        {.allowed = CURLAUTH_BASIC,
         .replies = {REPLY(GRANTED)},
         .sent = HEAD(BASIC KEEP "\r\n"),
         .status = 200,
         .n_messages = 1},
        {.allowed = CURLAUTH_BASIC,
         .replies = {REPLY(CHALLENGE EMPTY)},
         .error = CURLE_COULDNT_CONNECT,
         .sent = HEAD(BASIC KEEP "\r\n"),
         .status = 407,
         .n_messages = 1},
    };

    ASSERT_ENDINGS(endings);
}
END_TEST

START_TEST(a_challenge_is_met_on_the_same_connection)
{
#define TWO_BASIC HEAD(KEEP "\r\n") HEAD(BASIC KEEP "\r\n")
#define MET(challenge)                                                                             \
    {                                                                                              \
        .allowed = CURLAUTH_ANY, .replies = {REPLY(challenge), REPLY(GRANTED "tls")},              \
        .sent = TWO_BASIC, .status = 200, .n_messages = 2, .n_left = 3                             \
    }
    static const struct ending endings[] = {
        MET(CHALLENGE EMPTY),
        MET(CHALLENGE "Content-Length: 5\r\n\r\n12345"),
        MET(CHALLENGE
            "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n3;x\r\nyou\r\n0\r\nA: b\r\n\r\n"),
        MET("HTTP/1.1 100 x\r\n\r\n" CHALLENGE EMPTY),
        MET("HTTP/1.0 407 x\r\nProxy-Authenticate: Basic\r\nConnection: keep-alive\r\n" EMPTY),
        MET("HTTP/1.0 407 x\r\nProxy-Authenticate: Basic\r\nProxy-Connection: "
            "keep-alive\r\n" EMPTY),
    };

    ASSERT_ENDINGS(endings);
}
END_TEST

START_TEST(a_challenge_whose_connection_cannot_be_kept_asks_for_another)
{
#define LOST(challenge)                                                                            \
    {                                                                                              \
        .allowed = CURLAUTH_ANY, .replies = {REPLY(challenge)}, .error = CURLE_COULDNT_CONNECT,    \
        .sent = HEAD(KEEP "\r\n"), .status = 407, .n_messages = 1, .wants_reconnect = true         \
    }
    static const struct ending endings[] = {
        LOST(CHALLENGE "\r\n"),
        LOST(CHALLENGE "\r\nbody until close"),
        LOST(CHALLENGE "Connection: close\r\n" EMPTY),
        LOST(CHALLENGE "Proxy-Connection: close\r\n" EMPTY),
        LOST("HTTP/1.0 407 x\r\nProxy-Authenticate: Basic\r\n" EMPTY),
        /* Closed before its body was through. */
        LOST(CHALLENGE "Content-Length: 5\r\n\r\n1234"),
        LOST(CHALLENGE "Transfer-Encoding: chunked\r\n\r\n2\r\nh"),
        /* A body that is not worth it. */
        LOST(CHALLENGE "Content-Length: 65537\r\n\r\nx"),
    };

    ASSERT_ENDINGS(endings);
}
END_TEST

START_TEST(bytes_behind_a_challenge_are_no_answer_to_the_next_request)
{
    static const struct ending ending = {.allowed = CURLAUTH_ANY,
                                         .replies = {REPLY(CHALLENGE EMPTY GRANTED)},
                                         .error = CURLE_COULDNT_CONNECT,
                                         .status = 407,
                                         .n_messages = 1,
                                         .wants_reconnect = true};

    assert_run(&ending, 4096);
}
END_TEST

START_TEST(a_proxy_that_closes_when_it_gets_credentials_is_asked_anew)
{
    static const struct ending endings[] = {
        {.allowed = CURLAUTH_ANY,
         .replies = {REPLY(CHALLENGE EMPTY), REPLY("")},
         .error = CURLE_RECV_ERROR,
         .reason = "Proxy CONNECT aborted",
         .status = 407,
         .n_messages = 2,
         .wants_reconnect = true},
        {.allowed = CURLAUTH_BASIC,
         .replies = {REPLY("")},
         .error = CURLE_RECV_ERROR,
         .reason = "Proxy CONNECT aborted",
         .n_messages = 1},
        {.replies = {REPLY("HTTP/1.1 200 OK\r\nA: b")},
         .error = CURLE_RECV_ERROR,
         .reason = "Proxy CONNECT aborted",
         .status = 200,
         .n_messages = 1},
        {.replies = {REPLY("HTTP/1.1 20")},
         .error = CURLE_RECV_ERROR,
         .reason = "Proxy CONNECT aborted",
         .n_messages = 1},
    };

    ASSERT_ENDINGS(endings);
}
END_TEST

START_TEST(digest_is_preferred_and_goes_on_with_a_new_nonce)
{
    static const struct ending endings[] = {
        /* Refused: the nonce was good, the credentials were not. */
        {.allowed = CURLAUTH_ANY,
         .replies = {REPLY(DIGEST(", Basic") EMPTY), REPLY(DIGEST("") EMPTY)},
         .error = CURLE_COULDNT_CONNECT,
         .status = 407,
         .n_messages = 2},
        {.allowed = CURLAUTH_DIGEST,
         .replies = {REPLY(DIGEST(", qop=\"auth\"") EMPTY), REPLY(DIGEST(", stale=true") EMPTY),
                     REPLY(GRANTED)},
         .status = 200,
         .n_messages = 3},
        /* Nonces that are always too old. */
        {.allowed = CURLAUTH_DIGEST,
         .replies = {REPLY(DIGEST("") EMPTY), REPLY(DIGEST(", stale=true") EMPTY),
                     REPLY(DIGEST(", stale=true") EMPTY), REPLY(DIGEST(", stale=true") EMPTY)},
         .error = CURLE_COULDNT_CONNECT,
         .status = 407,
         .n_messages = 4},
        {.allowed = CURLAUTH_DIGEST,
         .replies = {REPLY(DIGEST("") EMPTY), REPLY(GRANTED)},
         .sent = HEAD(KEEP "\r\n")
             HEAD("Proxy-Authorization: Digest username=\"u\", realm=\"r\", nonce=\"n\", "
                  "uri=\"h.example:443\", response=\"92973fe3bbd9a53d9e8f49a2508fc2ca\"\r\n" KEEP
                  "\r\n"),
         .status = 200,
         .n_messages = 2},
    };

    if (whim_digest_is_built_in())
        ASSERT_ENDINGS(endings);
}
END_TEST

START_TEST(a_new_machine_begins_with_what_was_learned)
{
    struct whim_http_tunnel_config config = a_config();
    const struct shake_reply reply = REPLY(CHALLENGE "\r\n");
    struct whim_shake *shake;
    struct shake_run run;
    struct whim_auth auth;

    whim_auth_init(&auth, CURLAUTH_ANY, CURLAUTH_ANY);
    config.auth = &auth;
    config.user = "u";
    config.password = "p";
    shake = whim_http_tunnel_new(&config);
    shake_run(shake, &reply, 1, SIZE_MAX, &run);
    ck_assert(shake->wants_reconnect);
    ck_assert_uint_eq(whim_http_tunnel_offered(shake), CURLAUTH_BASIC);
    shake_run_fini(&run);
    shake->ops->free(shake);
    assert_first_request(&config, HEAD(BASIC KEEP "\r\n"));
    shake = whim_http_tunnel_new(&config);
    shake_run(shake, &reply, 1, SIZE_MAX, &run);
    ck_assert(!shake->wants_reconnect);
    ck_assert_int_eq(shake->state, WHIM_SHAKE_FAILED);
    shake_run_fini(&run);
    shake->ops->free(shake);
    whim_auth_fini(&auth);
}
END_TEST

START_TEST(what_is_not_http_or_is_hostile_is_an_error)
{
    static const struct ending endings[] = {
        {.replies = {REPLY("SSH-2.0-x\r\n\r\n")}, .error = CURLE_RECV_ERROR, .n_messages = 1},
        {.replies = {REPLY("HTTP/1.1 200 x\r\nA\r\n\r\n")},
         .error = CURLE_WEIRD_SERVER_REPLY,
         .status = 200,
         .n_messages = 1},
        {.replies = {REPLY("HTTP/1.1 200 x\r\nA: \0\r\n\r\n")},
         .error = CURLE_WEIRD_SERVER_REPLY,
         .status = 200,
         .n_messages = 1},
        {.replies = {REPLY("HTTP/1.1 101 x\r\n\r\n")},
         .error = CURLE_WEIRD_SERVER_REPLY,
         .n_messages = 1},
        {.allowed = CURLAUTH_ANY,
         .replies = {REPLY(CHALLENGE "Transfer-Encoding: chunked\r\n\r\nxyz\r\n")},
         .error = CURLE_RECV_ERROR,
         .status = 407,
         .n_messages = 1},
    };

    ASSERT_ENDINGS(endings);
}
END_TEST

/* A reply of a header line, and n times another. */
static void assert_bounded(const char *begin, const char *more, size_t n, CURLcode error)
{
    struct whim_http_tunnel_config config = a_config();
    struct whim_shake *shake = whim_http_tunnel_new(&config);
    struct shake_reply reply;
    struct whim_buf buf;
    struct shake_run run;

    whim_buf_init(&buf, SIZE_MAX / 4);
    ck_assert_int_eq(whim_buf_add_str(&buf, begin), WHIM_BUF_OK);
    while (n--)
        ck_assert_int_eq(whim_buf_add_str(&buf, more), WHIM_BUF_OK);
    reply = (struct shake_reply){buf.data, buf.len};
    shake_run(shake, &reply, 1, 4096, &run);
    ck_assert_int_eq(shake->state, WHIM_SHAKE_FAILED);
    ck_assert_int_eq(shake->error, error);
    ck_assert_uint_gt(run.n_left, 0);
    shake_run_fini(&run);
    whim_buf_fini(&buf);
    shake->ops->free(shake);
}

START_TEST(headers_without_an_end_are_too_large)
{
    assert_bounded("HTTP/1.1 200 x\r\n", "A: bcdefghi\r\n", 100000, CURLE_TOO_LARGE);
    assert_bounded("HTTP/1.1 200 x\r\nA: ", "0123456789", 100000, CURLE_TOO_LARGE);
    assert_bounded("", "HTTP/1.1 100 x\r\n\r\n", 100000, CURLE_TOO_LARGE);
}
END_TEST

START_TEST(a_challenge_that_goes_on_for_ever_is_left)
{
    struct ending ending = {.allowed = CURLAUTH_ANY,
                            .error = CURLE_COULDNT_CONNECT,
                            .status = 407,
                            .n_messages = 1,
                            .wants_reconnect = true};
    struct whim_buf buf;

    whim_buf_init(&buf, SIZE_MAX / 4);
    whim_buf_add_str(&buf, CHALLENGE "Transfer-Encoding: chunked\r\n\r\n");
    for (size_t i = 0; i < 20000; i++)
        whim_buf_add_str(&buf, "8\r\n01234567\r\n");
    ending.replies[0] = (struct shake_reply){buf.data, buf.len};
    assert_run(&ending, 4096);
    whim_buf_fini(&buf);
}
END_TEST

static void meet_challenge(void *arg)
{
    static const struct shake_reply replies[] = {
        REPLY(DIGEST(", opaque=\"o\", qop=\"auth\", Basic") EMPTY), REPLY(GRANTED)};
    struct whim_http_tunnel_config config = a_config();
    struct whim_auth auth;
    struct whim_shake *shake;

    (void)arg;
    whim_auth_init(&auth, CURLAUTH_ANY, CURLAUTH_ANY);
    config.auth = &auth;
    config.user = "u";
    config.password = "p";
    config.user_agent = (struct whim_http1_text){"a", 1};
    shake = whim_http_tunnel_new(&config);
    for (size_t i = 0; shake && i < 2 && shake->state == WHIM_SHAKE_SEND; i++) {
        const char *data;
        size_t len;

        shake->ops->pull(shake, &data, &len);
        shake->ops->sent(shake, len);
        shake->ops->feed(shake, replies[i].data, replies[i].len);
    }
    if (shake && shake->state == WHIM_SHAKE_FAILED)
        ck_assert_int_eq(shake->error, CURLE_OUT_OF_MEMORY);
    if (shake)
        shake->ops->free(shake);
    whim_auth_fini(&auth);
}

START_TEST(without_memory_it_fails_and_nothing_is_left)
{
    ck_assert_int_gt(faults_run(meet_challenge, NULL), 5);
}
END_TEST

START_TEST(a_send_that_fails_is_told)
{
    struct whim_http_tunnel_config config = a_config();
    struct whim_shake *shake = whim_http_tunnel_new(&config);

    shake->ops->lose(shake, WHIM_SHAKE_SEND_ERROR);
    ck_assert_int_eq(shake->state, WHIM_SHAKE_FAILED);
    ck_assert_int_eq(shake->error, CURLE_SEND_ERROR);
    ck_assert_str_eq(shake->reason, "Failed sending CONNECT to proxy");
    shake->ops->free(shake);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        the_request_is_that_of_libcurl,
        the_applications_lines_replace_and_take_away,
        what_would_end_a_line_is_refused,
        any_2xx_is_a_tunnel_right_behind_its_header,
        any_other_status_is_a_refusal,
        basic_alone_is_sent_without_being_asked_for_and_refused_once,
        a_challenge_is_met_on_the_same_connection,
        a_challenge_whose_connection_cannot_be_kept_asks_for_another,
        bytes_behind_a_challenge_are_no_answer_to_the_next_request,
        a_proxy_that_closes_when_it_gets_credentials_is_asked_anew,
        digest_is_preferred_and_goes_on_with_a_new_nonce,
        a_new_machine_begins_with_what_was_learned,
        what_is_not_http_or_is_hostile_is_an_error,
        headers_without_an_end_are_too_large,
        a_challenge_that_goes_on_for_ever_is_left,
        without_memory_it_fails_and_nothing_is_left,
        a_send_that_fails_is_told,
    };

    return shuffle_and_run("http_tunnel", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
