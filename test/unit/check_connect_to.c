/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/connect_to.h"

#include "shuffle.h"

/* "host port", "[host] port" for one in brackets; "-" and -1 are the request's own. */
static const char *find_in(const struct curl_slist *list, const char *host, bool is_ipv6,
                           uint16_t port)
{
    static char out[256];
    struct whim_connect_to target;
    CURLcode code = whim_connect_to_find(list, host, strlen(host), is_ipv6, port, &target);

    if (code != CURLE_OK)
        snprintf(out, sizeof(out), "error %d", code);
    else if (!target.host)
        snprintf(out, sizeof(out), "- %d", target.port);
    else
        snprintf(out, sizeof(out), target.is_ipv6 ? "[%.*s] %d" : "%.*s %d", (int)target.host_len,
                 target.host, target.port);
    return out;
}

static const char *find(const char *entry, const char *host, bool is_ipv6, uint16_t port)
{
    struct curl_slist list = {(char *)entry, NULL};

    return find_in(&list, host, is_ipv6, port);
}

START_TEST(an_entry_is_for_a_host_and_a_port)
{
    static const struct {
        const char *entry;
        const char *host;
        bool is_ipv6;
        uint16_t port;
        const char *expected;
    } rows[] = {
        {"a:80:b:81", "a", false, 80, "b 81"},
        {"A.Example:80:b:81", "a.eXample", false, 80, "b 81"},
        {"a:80:b:81", "a", false, 81, "- -1"},
        {"a:80:b:81", "b", false, 80, "- -1"},
        {"a:80:b:81", "aa", false, 80, "- -1"},
        {"aa:80:b:81", "a", false, 80, "- -1"},
        {"a", "a", false, 80, "- -1"},
        {"a:80", "a", false, 80, "- -1"},
        {"", "a", false, 80, "- -1"},
        /* What is empty matches all, or changes nothing. */
        {":80:b:81", "any", false, 80, "b 81"},
        {"a::b:81", "a", false, 4711, "b 81"},
        {"::b:81", "any", false, 1, "b 81"},
        {"a:80::81", "a", false, 80, "- 81"},
        {"a:80:b:", "a", false, 80, "b -1"},
        {"a:80:b", "a", false, 80, "b -1"},
        {"a:80::", "a", false, 80, "- -1"},
        {"a:80:", "a", false, 80, "- -1"},
        {":::", "any", false, 80, "- -1"},
        /* Addresses. */
        {"[::1]:80:b:81", "::1", true, 80, "b 81"},
        {"::1:80:b:81", "::2", true, 80, "error 49"}, /* "::" is all, and "1" the host */
        {"[::1:80:b:81", "::1", true, 80, "- -1"},
        {"[::1x:80:b:81", "::1", true, 80, "- -1"},
        {"a:80:[::1]:81", "a", false, 80, "[::1] 81"},
        {"a:80:[fe80::1%25eth0]:81", "a", false, 80, "[fe80::1%25eth0] 81"},
        {"a:80:[::1]", "a", false, 80, "[::1] -1"},
        {"a:80:[::1]:", "a", false, 80, "[::1] -1"},
        {"a:80:[]:81", "a", false, 80, "- 81"},
        {"a:80:[b:81", "a", false, 80, "[b 81"},
        /* Ports that are none. */
        {"a:080:b:81", "a", false, 80, "b 81"},
        {"a:80x:b:81", "a", false, 80, "- -1"},
        {"a:65616:b:81", "a", false, 80, "- -1"},
        {"a:80:b:65535", "a", false, 80, "b 65535"},
        {"a:80:b:65536", "a", false, 80, "error 49"},
        {"a:80:b:-1", "a", false, 80, "error 49"},
        {"a:80:b:8x", "a", false, 80, "error 49"},
        {"a:80:b:99999999999999999999", "a", false, 80, "error 49"},
        {"a:80:b:81:82", "a", false, 80, "error 49"},
        {"other:80:b:8x", "a", false, 80, "- -1"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *found = find(rows[i].entry, rows[i].host, rows[i].is_ipv6, rows[i].port);

        ck_assert_msg(!strcmp(found, rows[i].expected), "%s for %s:%u is %s", rows[i].entry,
                      rows[i].host, rows[i].port, found);
    }
}
END_TEST

START_TEST(the_first_entry_that_matches_counts)
{
    struct curl_slist third = {(char *)"a:80:third:3", NULL};
    struct curl_slist second = {(char *)"a:80:second:2", &third};
    struct curl_slist none = {NULL, &second};
    struct curl_slist first = {(char *)"b:80:first:1", &none};

    ck_assert_str_eq(find_in(&first, "a", false, 80), "second 2");
    ck_assert_str_eq(find_in(&first, "b", false, 80), "first 1");
    ck_assert_str_eq(find_in(NULL, "b", false, 80), "- -1");
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        an_entry_is_for_a_host_and_a_port,
        the_first_entry_that_matches_counts,
    };

    return shuffle_and_run("connect_to", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
