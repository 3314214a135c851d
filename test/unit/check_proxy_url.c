/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/proxy_url.h"

#include "faults.h"
#include "proto/url.h"
#include "shuffle.h"

static const char *text_of(const struct whim_str *str)
{
    return str ? str->text : "-";
}

/* "type host port user password", and what else there is. */
static const char *describe(const char *text, long type, long port)
{
    static char out[512];
    struct whim_proxy proxy;
    CURLcode code = whim_proxy_parse(text, type, port, &proxy);

    if (code != CURLE_OK) {
        snprintf(out, sizeof(out), "error %d", code);
        return out;
    }
    snprintf(out, sizeof(out), "%d %s %u %s %s%s%s%s", proxy.type, text_of(proxy.host), proxy.port,
             text_of(proxy.user), text_of(proxy.password), proxy.zone ? " zone " : "",
             proxy.zone ? proxy.zone->text : "", proxy.is_unix ? " unix" : "");
    whim_proxy_fini(&proxy);
    return out;
}

START_TEST(the_text_says_what_the_options_say_otherwise)
{
    static const struct {
        const char *text;
        long type;
        long port;
        const char *expected;
    } rows[] = {
        {"h", CURLPROXY_HTTP, 0, "0 h 1080 - -"},
        {"H.Example", CURLPROXY_HTTP, 0, "0 h.example 1080 - -"},
        {"h:8080", CURLPROXY_HTTP, 99, "0 h 8080 - -"},
        {"h:80", CURLPROXY_HTTP, 99, "0 h 80 - -"},
        {"http://h:80", CURLPROXY_HTTP, 99, "0 h 80 - -"},
        {"h", CURLPROXY_HTTP, 99, "0 h 99 - -"},
        {"h", CURLPROXY_HTTP, 70000, "0 h 1080 - -"},
        {"h", CURLPROXY_HTTP_1_0, 0, "1 h 1080 - -"},
        {"h", CURLPROXY_HTTPS, 0, "2 h 443 - -"},
        {"h", CURLPROXY_SOCKS5, 0, "5 h 1080 - -"},
        {"http://h", CURLPROXY_HTTP_1_0, 0, "1 h 1080 - -"},
        {"http://h/", CURLPROXY_HTTP, 0, "0 h 1080 - -"},
        {"https://h", CURLPROXY_HTTP, 0, "2 h 443 - -"},
        {"https://h:99", CURLPROXY_HTTPS2, 0, "3 h 99 - -"},
        {"socks://h", CURLPROXY_HTTP, 0, "4 h 1080 - -"},
        {"socks4://h", CURLPROXY_SOCKS5, 0, "4 h 1080 - -"},
        {"socks4a://h:1", CURLPROXY_HTTP, 0, "6 h 1 - -"},
        {"SOCKS5://h", CURLPROXY_HTTP, 0, "5 h 1080 - -"},
        {"socks5h://h", CURLPROXY_HTTP, 0, "7 h 1080 - -"},
        /* Credentials. */
        {"u:p@h", CURLPROXY_HTTP, 0, "0 h 1080 u p"},
        {"http://u@h", CURLPROXY_HTTP, 0, "0 h 1080 u "},
        {"http://:p@h", CURLPROXY_HTTP, 0, "0 h 1080  p"},
        {"http://%75%3a:%70%40@h", CURLPROXY_HTTP, 0, "0 h 1080 u: p@"},
        {"socks5h://u:p@h:9", CURLPROXY_HTTP, 0, "7 h 9 u p"},
        /* Addresses. */
        {"[::1]:8", CURLPROXY_HTTP, 0, "0 ::1 8 - -"},
        {"http://[fe80::1%25eth0]:8", CURLPROXY_HTTP, 0, "0 fe80::1 8 - - zone eth0"},
        {"127.0.0.1", CURLPROXY_HTTP, 0, "0 127.0.0.1 1080 - -"},
        /* Sockets in the file system. */
        {"socks5h://localhost/run/tor", CURLPROXY_HTTP, 0, "7 /run/tor 1080 - - unix"},
        {"socks5h://localhost/", CURLPROXY_HTTP, 0, "7 localhost 1080 - -"},
        {"http://localhost/x", CURLPROXY_HTTP, 0, "0 localhost 1080 - -"},
        /* None. */
        {"ftp://h", CURLPROXY_HTTP, 0, "error 7"},
        {"foo://h", CURLPROXY_HTTP, 0, "error 7"},
        {"http://a b", CURLPROXY_HTTP, 0, "error 5"},
        {"h:99999", CURLPROXY_HTTP, 0, "error 5"},
        {"http://", CURLPROXY_HTTP, 0, "error 5"},
        {"[::1", CURLPROXY_HTTP, 0, "error 5"},
        {"x:y:z", CURLPROXY_HTTP, 0, "error 5"},
        {"user@:80", CURLPROXY_HTTP, 0, "error 5"},
        {"http://u%01:p@h", CURLPROXY_HTTP, 0, "error 5"},
        {"http://u:%00@h", CURLPROXY_HTTP, 0, "error 5"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_msg(!strcmp(describe(rows[i].text, rows[i].type, rows[i].port), rows[i].expected),
                      "%s: %s", rows[i].text, describe(rows[i].text, rows[i].type, rows[i].port));
}
END_TEST

START_TEST(the_kind_of_the_host_is_told)
{
    struct whim_proxy proxy;

    ck_assert_int_eq(whim_proxy_parse("h", CURLPROXY_HTTP, 0, &proxy), CURLE_OK);
    ck_assert_int_eq(proxy.host_kind, WHIM_HOST_NAME);
    whim_proxy_fini(&proxy);
    ck_assert_int_eq(whim_proxy_parse("[::1]", CURLPROXY_HTTP, 0, &proxy), CURLE_OK);
    ck_assert_int_eq(proxy.host_kind, WHIM_HOST_IPV6);
    whim_proxy_fini(&proxy);
    whim_proxy_fini(&proxy);
}
END_TEST

static void parse(void *arg)
{
    struct whim_proxy proxy;
    CURLcode code =
        whim_proxy_parse("SOCKS5://us%65r:passw%6Frd@[fe80::1%25eth0]", CURLPROXY_HTTP, 0, &proxy);

    (void)arg;
    ck_assert(code == CURLE_OK || code == CURLE_OUT_OF_MEMORY);
    if (code == CURLE_OK)
        whim_proxy_fini(&proxy);
}

START_TEST(without_memory_nothing_is_left_and_secrets_are_wiped)
{
    ck_assert_int_ge(faults_run(parse, NULL), 4);
    heap_begin();
    heap.secret = "password";
    parse(NULL);
    ck_assert(!heap.is_secret_leaked);
    whim_mem_reset_hooks();
}
END_TEST

START_TEST(types_are_told_apart)
{
    for (long type = CURLPROXY_HTTP; type < CURLPROXY_LAST; type++) {
        ck_assert_int_eq(whim_proxy_is_socks(type), type >= 4 && type <= 7);
        ck_assert_int_eq(whim_proxy_is_tls(type), type == 2 || type == 3 || type == 8);
    }
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        the_text_says_what_the_options_say_otherwise,
        the_kind_of_the_host_is_told,
        without_memory_nothing_is_left_and_secrets_are_wiped,
        types_are_told_apart,
    };

    return shuffle_and_run("proxy_url", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
