/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "dns/addrs.h"
#include "dns/host.h"

#include "heap.h"
#include "shuffle.h"

#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

START_TEST(numeric_hosts_are_read_without_memory)
{
    static const struct {
        const char *host;
        const char *address; /* NULL: a name */
        unsigned scope_id;
    } cases[] = {
        {"127.0.0.1", "127.0.0.1", 0},
        {"255.255.255.255", "255.255.255.255", 0},
        {"::1", "::1", 0},
        {"[::1]", "::1", 0},
        {"2001:DB8::1", "2001:db8::1", 0},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.1", 0},
        {"fe80::1%7", "fe80::1", 7},
        {"[fe80::1%7]", "fe80::1", 7},
        {"fe80::1%", "fe80::1", 0},
        {"fe80::1%no-such-interface", "fe80::1", 0},
        {"fe80::1%an-interface-name-far-too-long", "fe80::1", 0},
        {"fe80::1%99999999999999999999", "fe80::1", 0},
        {"", NULL, 0},
        {"[", NULL, 0},
        {"[]", NULL, 0},
        {"[::1", NULL, 0},
        {"::1]", NULL, 0},
        {"[127.0.0.1]", NULL, 0},
        {"127.1", NULL, 0},
        {"127.0.0.1.", NULL, 0},
        {"127.0.0.256", NULL, 0},
        {"0x7f.0.0.1", NULL, 0},
        {" 127.0.0.1", NULL, 0},
        {"127.0.0.1%7", NULL, 0},
        {"%7", NULL, 0},
        {"1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:1:2:3:4:5:6:7:8:9", NULL, 0},
        {"localhost", NULL, 0},
    };

    heap_begin();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct whim_address address;
        char text[WHIM_ADDRESS_TEXT_BYTES];
        bool is_numeric = whim_dns_numeric(cases[i].host, strlen(cases[i].host), &address);

        ck_assert_msg(is_numeric == (cases[i].address != NULL), "%s", cases[i].host);
        if (!is_numeric)
            continue;
        ck_assert_str_eq(whim_address_text(&address, text), cases[i].address);
        ck_assert_uint_eq(address.scope_id, cases[i].scope_id);
        ck_assert_uint_eq(address.port, 0);
    }
    ck_assert_int_eq(heap.n_calls, 0);
}
END_TEST

START_TEST(a_zone_may_be_the_name_of_an_interface)
{
    struct whim_address address;
    char host[IF_NAMESIZE + 16] = "fe80::1%";
    char name[IF_NAMESIZE];

    if (if_indextoname(1, name)) {
        strcat(host, name);
        ck_assert(whim_dns_numeric(host, strlen(host), &address));
        ck_assert_uint_eq(address.scope_id, 1);
    }
}
END_TEST

START_TEST(a_host_is_read_to_its_length_only)
{
    struct whim_address address;
    char text[WHIM_ADDRESS_TEXT_BYTES];

    ck_assert(whim_dns_numeric("127.0.0.12345", 10, &address));
    ck_assert_str_eq(whim_address_text(&address, text), "127.0.0.12");
    ck_assert(!whim_dns_numeric("127.0.0.1\0", 10, &address));
    ck_assert(whim_dns_is_localhost("localhostess", 9));
}
END_TEST

START_TEST(localhost_is_known_in_all_its_forms)
{
    static const char *const yes[] = {"localhost", "LOCALHOST", "localhost.", "a.localhost",
                                      "a.b.LocalHost."};
    static const char *const no[] = {"", ".", "localhos", "alocalhost", "localhost.test",
                                     "localhost..", "xlocalhost."};

    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
        ck_assert_msg(whim_dns_is_localhost(yes[i], strlen(yes[i])), "%s", yes[i]);
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
        ck_assert_msg(!whim_dns_is_localhost(no[i], strlen(no[i])), "%s", no[i]);
}
END_TEST

START_TEST(names_are_compared_in_lower_case_and_with_their_dot)
{
    char buffers[3][WHIM_DNS_MAX_HOST_LEN + 1];
    struct whim_dns_name names[3];
    char huge[WHIM_DNS_MAX_HOST_LEN + 1];

    ck_assert(whim_dns_name_init(&names[0], buffers[0], "Ex-1.TEST", 9));
    ck_assert(whim_dns_name_init(&names[1], buffers[1], "eX-1.test", 9));
    ck_assert(whim_dns_name_init(&names[2], buffers[2], "ex-1.test.", 10));
    ck_assert_str_eq(names[0].text, "ex-1.test");
    ck_assert_str_eq(names[1].text, names[0].text);
    ck_assert_uint_eq(names[1].hash, names[0].hash);
    ck_assert_str_ne(names[2].text, names[0].text);
    memset(huge, 'a', sizeof(huge));
    ck_assert(whim_dns_name_init(&names[0], buffers[0], huge, sizeof(huge) - 1));
    ck_assert(!whim_dns_name_init(&names[0], buffers[0], huge, sizeof(huge)));
    ck_assert(!whim_dns_name_init(&names[0], buffers[0], "", 0));
    ck_assert(!whim_dns_name_init(&names[0], buffers[0], "a\0b", 3));
}
END_TEST

START_TEST(reducing_addresses_to_a_family_shares_what_it_can)
{
    struct whim_dns_addrs *addrs;
    struct whim_dns_addrs *reduced;

    heap_begin();
    addrs = whim_dns_addrs_new(3);
    addrs->items[0].family = AF_INET6;
    addrs->items[1].family = AF_INET;
    addrs->items[1].bytes[3] = 1;
    addrs->items[2].family = AF_INET6;
    reduced = whim_dns_addrs_of_family(addrs, AF_UNSPEC);
    ck_assert_ptr_eq(reduced, addrs);
    whim_dns_addrs_unref(reduced);
    reduced = whim_dns_addrs_of_family(addrs, AF_INET);
    ck_assert_uint_eq(reduced->n_items, 1);
    ck_assert_uint_eq(reduced->items[0].bytes[3], 1);
    ck_assert(!whim_dns_addrs_has_family(reduced, AF_INET6));
    heap.fail_from = 1;
    ck_assert_ptr_null(whim_dns_addrs_of_family(addrs, AF_INET));
    ck_assert_ptr_eq(whim_dns_addrs_share(addrs, true), addrs); /* in order, but there */
    whim_dns_addrs_unref(addrs);
    whim_dns_addrs_unref(addrs);
    whim_dns_addrs_unref(reduced);
    whim_dns_addrs_unref(NULL);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        numeric_hosts_are_read_without_memory,
        a_zone_may_be_the_name_of_an_interface,
        a_host_is_read_to_its_length_only,
        localhost_is_known_in_all_its_forms,
        names_are_compared_in_lower_case_and_with_their_dot,
        reducing_addresses_to_a_family_shares_what_it_can,
    };

    return shuffle_and_run("dns_host", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
