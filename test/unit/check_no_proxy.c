/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/no_proxy.h"

#include "shuffle.h"

/* What stands in the list, and who is reached without a proxy then, as libcurl 7.88.1 has it; for
 * networks of IPv6, as it says it has. */
START_TEST(hosts_are_found_in_the_list)
{
    static const struct {
        const char *host;
        const char *list;
        bool has;
    } rows[] = {
        {"a.example", "a.example", true},
        {"a.example", ".example", true},
        {"a.example", "example", true},
        {"a.example", ".a.example", true},
        {"a.example", "a.example.", true},
        {"a.example", "A.EXAMPLE", true},
        {"A.Example", "a.example", true},
        {"a.example", "xa.example", false},
        {"a.example", "ample", false},
        {"a.example", "b.a.example", false},
        {"a.example", "..example", false},
        {"a.example", ".", false},
        {"a.example", "a.example:80", false},
        {"a.example.", "a.example", true},
        {"a.example.", "a.example.", true},
        {"a.example.", "example", true},
        {"", "", false},
        {"", "*", false},
        {".", ".", false},
        {"a.example", "", false},
        /* All. */
        {"a.example", "*", true},
        {"10.0.0.1", "*", true},
        {"a.example", "*,b", false},
        {"a.example", "b,*", false},
        {"a.example", " *", false},
        {"a.example", "*.example", false},
        /* Separators. */
        {"a.example", "b a.example", true},
        {"a.example", "b, a.example", true},
        {"a.example", "b ,a.example", true},
        {"a.example", "b\ta.example", true},
        {"a.example", ",a.example", true},
        {"a.example", " a.example", true},
        {"a.example", "b,,a.example", true},
        {"a.example", "a.example,b", true},
        {"a.example", "a.example ", true},
        /* Addresses. */
        {"127.0.0.1", "127.0.0.1", true},
        {"127.0.0.1", "8.8.8.8,127.0.0.1", true},
        {"127.0.0.1", "127.0.0.0/8", true},
        {"127.0.0.1", "127.0.0.0/31", true},
        {"127.0.0.1", "127.0.0.0/32", false},
        {"127.0.0.1", "127.0.0.1/32", true},
        {"127.0.0.1", "127.0.0.1/0", true},
        {"127.0.0.1", "0.0.0.0/0", false},
        {"127.0.0.1", "0.0.0.0/1", true},
        {"127.0.0.1", "128.0.0.0/1", false},
        {"127.0.0.1", "127.0.0.0/33", false},
        {"127.0.0.1", "127.0.0.0/", false},
        {"127.0.0.1", "127.0.0.0/-8", false},
        {"127.0.0.1", "127.0.0.0/8x", false},
        {"127.0.0.1", "127.0.0.0/99999999999999999999", false},
        {"127.0.0.1", "127.0.0.1.", false},
        {"127.0.0.1", "0.0.1", false},
        {"127.0.0.1", ".0.1", false},
        {"127.0.0.1", "::1", false},
        {"192.168.10.130", "192.168.10.128/25", true},
        {"192.168.10.127", "192.168.10.128/25", false},
        {"::1", "::1", true},
        {"::1", "0:0:0:0:0:0:0:1", true},
        {"::1", "::/64", true},
        {"::1", "::/127", true},
        {"::1", "::/128", false},
        {"::1", "::1/128", true},
        {"::1", "::1/129", false},
        {"::1", "8000::/1", false},
        {"::1", "[::1]", false},
        {"::1", "127.0.0.1", false},
        {"fe80::1", "fe80::/10", true},
        {"febf::1", "fe80::/10", true},
        {"fec0::1", "fe80::/10", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_msg(whim_no_proxy_has(rows[i].list, rows[i].host, strlen(rows[i].host)) ==
                          rows[i].has,
                      "%s in %s", rows[i].host, rows[i].list);
    ck_assert(!whim_no_proxy_has(NULL, "a", 1));
}
END_TEST

START_TEST(entries_longer_than_any_address_are_none)
{
    char list[300];

    memset(list, '1', sizeof(list) - 1);
    list[sizeof(list) - 1] = 0;
    ck_assert(!whim_no_proxy_has(list, "127.0.0.1", 9));
    ck_assert(!whim_no_proxy_has("127.0.0.1", list, sizeof(list) - 1));
}
END_TEST

START_TEST(the_host_is_counted)
{
    ck_assert(whim_no_proxy_has("a.example", "a.example/path", 9));
    ck_assert(whim_no_proxy_has("127.0.0.0/8", "127.0.0.1:80", 9));
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        hosts_are_found_in_the_list,
        entries_longer_than_any_address_are_none,
        the_host_is_counted,
    };

    return shuffle_and_run("no_proxy", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
