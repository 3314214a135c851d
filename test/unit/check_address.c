/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/address.h"

#include "shuffle.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

static const struct {
    int family;
    const char *text;
} texts[] = {
    {AF_INET, "127.0.0.1"},
    {AF_INET, "0.0.0.0"},
    {AF_INET, "255.255.255.255"},
    {AF_INET6, "::"},
    {AF_INET6, "::1"},
    {AF_INET6, "fe80::1:2:3:4"},
    {AF_INET6, "::ffff:192.168.100.200"},
    {AF_INET6, "1111:2222:3333:4444:5555:6666:7777:8888"},
};

static struct sockaddr_storage sockaddr_of(int family, const char *text, uint16_t port,
                                           uint32_t scope_id)
{
    struct sockaddr_storage storage;
    struct sockaddr_in *in = (void *)&storage;
    struct sockaddr_in6 *in6 = (void *)&storage;

    memset(&storage, 0, sizeof(storage));
    storage.ss_family = (sa_family_t)family;
    if (family == AF_INET) {
        in->sin_port = htons(port);
        ck_assert_int_eq(inet_pton(family, text, &in->sin_addr), 1);
    } else {
        in6->sin6_port = htons(port);
        in6->sin6_scope_id = scope_id;
        ck_assert_int_eq(inet_pton(family, text, &in6->sin6_addr), 1);
    }
    return storage;
}

START_TEST(an_address_takes_24_bytes_and_room_for_its_text_is_enough)
{
    ck_assert_uint_le(sizeof(struct whim_address), 24);
    ck_assert_int_ge(WHIM_ADDRESS_TEXT_BYTES, INET6_ADDRSTRLEN);
}
END_TEST

START_TEST(what_went_in_comes_out)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct sockaddr_storage in = sockaddr_of(texts[i].family, texts[i].text, 8080, 3);
        char room[WHIM_ADDRESS_TEXT_BYTES];
        struct sockaddr_storage out;
        struct whim_address address;

        memset(&address, 0xff, sizeof(address));
        memset(&out, 0xff, sizeof(out));
        whim_address_from_sockaddr(&address, (const void *)&in);
        ck_assert_int_eq(address.family, texts[i].family);
        ck_assert_int_eq(address.port, 8080);
        ck_assert_uint_eq(whim_address_to_sockaddr(&address, &out),
                          texts[i].family == AF_INET ? sizeof(struct sockaddr_in)
                                                     : sizeof(struct sockaddr_in6));
        ck_assert_mem_eq(&in, &out, sizeof(in));
        ck_assert_ptr_eq(whim_address_text(&address, room), room);
        ck_assert_str_eq(room, texts[i].text);
    }
}
END_TEST

START_TEST(a_scope_is_kept)
{
    struct sockaddr_storage in = sockaddr_of(AF_INET6, "fe80::1", 1, 4294967295u);
    struct sockaddr_in6 out;
    struct sockaddr_storage storage;
    struct whim_address address;

    whim_address_from_sockaddr(&address, (const void *)&in);
    ck_assert_uint_eq(address.scope_id, 4294967295u);
    whim_address_to_sockaddr(&address, &storage);
    memcpy(&out, &storage, sizeof(out));
    ck_assert_uint_eq(out.sin6_scope_id, 4294967295u);
}
END_TEST

START_TEST(equal_addresses_are_equal_bytes)
{
    struct sockaddr_storage in = sockaddr_of(AF_INET, "10.1.2.3", 65535, 0);
    struct whim_address a, b;

    memset(&a, 0, sizeof(a));
    memset(&b, 0xff, sizeof(b));
    whim_address_from_sockaddr(&a, (const void *)&in);
    whim_address_from_sockaddr(&b, (const void *)&in);
    ck_assert_mem_eq(a.bytes, b.bytes, sizeof(a.bytes));
    ck_assert_uint_eq(a.scope_id, b.scope_id);
    ck_assert_int_eq(b.port, 65535);
}
END_TEST

START_TEST(other_families_are_no_address)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "/nowhere"};
    char room[WHIM_ADDRESS_TEXT_BYTES] = "x";
    struct sockaddr_storage storage;
    struct whim_address address;

    whim_address_from_sockaddr(&address, (const void *)&un);
    ck_assert_int_eq(address.family, AF_UNSPEC);
    ck_assert_int_eq(address.port, 0);
    ck_assert_uint_eq(whim_address_to_sockaddr(&address, &storage), 0);
    ck_assert_str_eq(whim_address_text(&address, room), "");
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        an_address_takes_24_bytes_and_room_for_its_text_is_enough,
        what_went_in_comes_out,
        a_scope_is_kept,
        equal_addresses_are_equal_bytes,
        other_families_are_no_address,
    };

    return shuffle_and_run("address", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
