/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "dns/doh_message.h"

#include "dns_message.h"
#include "shuffle.h"

#include <arpa/inet.h>
#include <string.h>

#define NAME "Some.Example.test"

static struct whim_doh_question question_for(const char *host, int family)
{
    struct whim_doh_question question;

    ck_assert_int_eq(whim_doh_question_init(&question, host, family), WHIM_DNS_REASON_NONE);
    return question;
}

static struct dns_asked asked_by(const struct whim_doh_question *question)
{
    struct dns_asked asked;

    ck_assert(dns_read_question(question->bytes, question->len, &asked));
    return asked;
}

/* Reads it with room for two addresses. */
static enum whim_doh_verdict read_packet(const struct whim_doh_question *question,
                                         const struct dns_packet *packet,
                                         struct whim_address items[2], uint32_t *ret_n_items)
{
    return whim_doh_read_answer(question, packet->data, packet->len, 2, items, ret_n_items);
}

static enum whim_doh_verdict judge(const struct whim_doh_question *question,
                                   const struct dns_packet *packet)
{
    struct whim_address items[2];
    uint32_t n_items;

    return read_packet(question, packet, items, &n_items);
}

START_TEST(a_question_has_the_number_0_and_wants_recursion)
{
    static const struct {
        int family;
        unsigned type;
    } cases[] = {{AF_INET, 1}, {AF_INET6, 28}};

    for (int i = 0; i < 2; i++) {
        struct whim_doh_question question = question_for(NAME, cases[i].family);
        struct dns_asked asked = asked_by(&question);

        ck_assert_uint_eq(asked.id, 0);
        ck_assert_uint_eq(asked.type, cases[i].type);
        ck_assert_str_eq(asked.name, NAME);
        ck_assert_uint_eq(asked.end, question.len);
        ck_assert_uint_eq(question.bytes[2], 1);
    }
}
END_TEST

START_TEST(the_longest_name_fits)
{
    char name[254];

    for (size_t i = 0; i < 253; i++)
        name[i] = i % 64 == 63 ? '.' : 'a';
    name[253] = 0;
    ck_assert_uint_eq(question_for(name, AF_INET).len, WHIM_DOH_MAX_QUESTION_BYTES);
}
END_TEST

START_TEST(what_is_no_name_in_dns_is_not_asked_for)
{
    char label[65];
    char longer[300];
    const char *const names[] = {"a..b", ".a", label, longer, "hidden.onion"};
    struct whim_doh_question question;

    memset(label, 'a', 64);
    label[64] = 0;
    for (size_t i = 0; i < 299; i++)
        longer[i] = i % 64 == 63 ? '.' : 'a';
    longer[299] = 0;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        ck_assert_int_eq(whim_doh_question_init(&question, names[i], AF_INET),
                         WHIM_DNS_REASON_NOT_FOUND);
}
END_TEST

START_TEST(addresses_of_the_kind_asked_for_are_read)
{
    static const char *const texts[] = {"192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"};

    for (int k = 0; k < 4; k++) {
        struct whim_doh_question question = question_for(NAME, k & 1 ? AF_INET6 : AF_INET);
        struct dns_asked asked = asked_by(&question);
        struct dns_packet packet = {0};
        struct whim_address items[2];
        uint32_t n_items = 0;
        char text[WHIM_ADDRESS_TEXT_BYTES];

        dns_packet_add_answer(&packet, &asked, 0, "192.0.2.1,2001:db8::1,192.0.2.2,2001:db8::2",
                              k & 2);
        ck_assert_int_eq(read_packet(&question, &packet, items, &n_items), WHIM_DOH_OK);
        ck_assert_uint_eq(n_items, 2);
        for (int i = 0; i < 2; i++)
            ck_assert_str_eq(whim_address_text(&items[i], text), texts[(k & 1 ? 2 : 0) + i]);
    }
}
END_TEST

START_TEST(no_more_addresses_are_read_than_there_is_room_for)
{
    struct whim_doh_question question = question_for(NAME, AF_INET);
    struct dns_asked asked = asked_by(&question);
    struct dns_packet packet = {0};
    struct whim_address items[2];
    uint32_t n_items = 0;

    dns_packet_add_answer(&packet, &asked, 0, "192.0.2.1,192.0.2.2,192.0.2.3", false);
    ck_assert_int_eq(read_packet(&question, &packet, items, &n_items), WHIM_DOH_OK);
    ck_assert_uint_eq(n_items, 2);
}
END_TEST

START_TEST(a_question_that_comes_back_in_other_letters_is_the_same)
{
    struct whim_doh_question question = question_for(NAME, AF_INET);
    struct whim_doh_question shouted = question_for("SOME.EXAMPLE.TEST", AF_INET);
    struct dns_asked asked = asked_by(&shouted);
    struct dns_packet packet = {0};

    dns_packet_add_answer(&packet, &asked, 0, "192.0.2.1", false);
    ck_assert_int_eq(judge(&question, &packet), WHIM_DOH_OK);
}
END_TEST

START_TEST(an_answer_to_another_question_is_none)
{
    struct whim_doh_question question = question_for(NAME, AF_INET);
    const struct whim_doh_question others[] = {
        question_for("other.example.test", AF_INET),
        question_for("some.example", AF_INET),
        question_for("some.example.test.test", AF_INET),
        question_for(NAME, AF_INET6),
    };
    struct dns_asked asked = asked_by(&question);
    struct dns_packet packet = {0};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        struct dns_asked other = asked_by(&others[i]);

        packet.len = 0;
        dns_packet_add_answer(&packet, &other, 0, "192.0.2.1,2001:db8::1", false);
        ck_assert_int_eq(judge(&question, &packet), WHIM_DOH_OTHER);
    }
    packet.len = 0;
    dns_packet_add_answer(&packet, &asked, 7, "192.0.2.1", false);
    ck_assert_int_eq(judge(&question, &packet), WHIM_DOH_OTHER);
    packet.len = 0;
    dns_packet_add_answer(&packet, &asked, 0, "192.0.2.1", false);
    packet.data[5] = 2; /* two questions, it says */
    ck_assert_int_eq(judge(&question, &packet), WHIM_DOH_OTHER);
}
END_TEST

START_TEST(what_the_server_says_instead_is_told_apart)
{
    static const struct {
        unsigned flags;
        enum whim_doh_verdict verdict;
    } cases[] = {
        {0, WHIM_DOH_NO_DATA},
        {DNS_RCODE_NXDOMAIN, WHIM_DOH_NO_NAME},
        {DNS_RCODE_SERVFAIL, WHIM_DOH_REFUSED},
        {DNS_RCODE_REFUSED, WHIM_DOH_REFUSED},
        {DNS_FLAG_TRUNCATED, WHIM_DOH_UNREADABLE},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct whim_doh_question question = question_for(NAME, i & 1 ? AF_INET6 : AF_INET);
        struct dns_asked asked = asked_by(&question);
        struct dns_packet packet = {0};

        dns_packet_add_empty(&packet, &asked, cases[i].flags);
        ck_assert_int_eq(judge(&question, &packet), cases[i].verdict);
    }
}
END_TEST

START_TEST(an_answer_cut_off_anywhere_is_no_answer)
{
    for (int family = 0; family < 2; family++) {
        struct whim_doh_question question = question_for(NAME, family ? AF_INET6 : AF_INET);
        struct dns_asked asked = asked_by(&question);
        struct dns_packet packet = {0};
        size_t whole;

        dns_packet_add_answer(&packet, &asked, 0, "192.0.2.1,2001:db8::1", true);
        whole = packet.len;
        for (packet.len = 0; packet.len < whole; packet.len++) {
            enum whim_doh_verdict verdict = judge(&question, &packet);

            ck_assert(verdict == WHIM_DOH_UNREADABLE || verdict == WHIM_DOH_OTHER);
        }
        ck_assert_int_eq(judge(&question, &packet), WHIM_DOH_OK);
    }
}
END_TEST

START_TEST(a_question_and_noise_are_no_answers)
{
    struct whim_doh_question question = question_for(NAME, AF_INET);
    struct dns_asked asked = asked_by(&question);
    struct dns_packet packet = {0};

    memcpy(packet.data, question.bytes, question.len);
    packet.len = question.len;
    ck_assert_int_eq(judge(&question, &packet), WHIM_DOH_UNREADABLE);
    packet.len = 0;
    dns_packet_add_noise(&packet, &asked);
    ck_assert_int_eq(judge(&question, &packet), WHIM_DOH_UNREADABLE);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_question_has_the_number_0_and_wants_recursion,
        the_longest_name_fits,
        what_is_no_name_in_dns_is_not_asked_for,
        addresses_of_the_kind_asked_for_are_read,
        no_more_addresses_are_read_than_there_is_room_for,
        a_question_that_comes_back_in_other_letters_is_the_same,
        an_answer_to_another_question_is_none,
        what_the_server_says_instead_is_told_apart,
        an_answer_cut_off_anywhere_is_no_answer,
        a_question_and_noise_are_no_answers,
    };

    return shuffle_and_run("doh_message", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
