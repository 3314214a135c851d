/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Resolver: who is asked how often, and what comes back.
 */
#include "resolver_rig.h"

#include "shuffle.h"

/* Questions */

START_TEST(both_families_are_asked_for_once)
{
    struct looker looker;

    rig_begin();
    say("dual.example.test", DNS_ANSWER, "127.0.0.7,::1");
    look_up(&looker, "Dual.Example.Test");
    RIG_UNTIL(looker.n_done);
    ck_assert(!looker.was_at_once);
    ck_assert_int_eq(looker.result, WHIM_DNS_OK);
    ck_assert_uint_eq(looker.addrs->n_items, 2);
    ck_assert(whim_dns_addrs_has_family(looker.addrs, AF_INET));
    ck_assert(whim_dns_addrs_has_family(looker.addrs, AF_INET6));
    ck_assert_uint_eq(looker.addrs->items[0].port, 0);
    looker_fini(&looker);
    ck_assert_uint_eq(dns_server_n_questions(rig.server, "dual.example.test", DNS_A), 1);
    ck_assert_uint_eq(dns_server_n_questions(rig.server, "dual.example.test", DNS_AAAA), 1);
    ck_assert_uint_eq(n_questions(NULL), 2);
    ck_assert_int_eq(rig.n_watched, 0);
    ck_assert_int_eq(whim_resolver_deadline_us(rig.resolver), INT64_MAX);
    rig_end();
}
END_TEST

START_TEST(a_single_family_is_asked_for_alone_and_keeps_the_order_of_the_server)
{
    struct whim_dns_question question;

    rig_begin();
    question = question_of("many.test");
    say("many.test", DNS_ANSWER, "192.0.2.9,::5,192.0.2.1,127.0.0.1,::1");
    question.family = AF_INET;
    expect(&question, "192.0.2.9,192.0.2.1,127.0.0.1");
    ck_assert_uint_eq(dns_server_n_questions(rig.server, NULL, DNS_AAAA), 0);
    question.family = AF_INET6;
    expect(&question, "::5,::1");
    ck_assert_uint_eq(n_questions(NULL), 2);
    rig_end();
}
END_TEST

START_TEST(two_hundred_waiters_share_one_pair_of_questions)
{
    enum { N = 200 };
    struct looker lookers[N];
    int n_done = 0;

    rig_begin();
    dns_server_say(rig.server, "shared.test", DNS_ANY, DNS_ANSWER, "127.0.0.8", 30);
    for (int i = 0; i < N; i++)
        look_up(&lookers[i], i % 2 ? "shared.test" : "SHARED.test");
    ck_assert_uint_eq(whim_resolver_n_asked(rig.resolver), 1);
    RIG_UNTIL(lookers[N - 1].n_done);
    for (int i = N - 1; i >= 0; i--) {
        n_done += lookers[i].n_done;
        ck_assert_str_eq(looker_text(&lookers[i]), "127.0.0.8");
        ck_assert_ptr_eq(lookers[i].addrs, lookers[0].addrs);
        looker_fini(&lookers[i]);
    }
    ck_assert_int_eq(n_done, N);
    ck_assert_uint_eq(n_questions(NULL), 2);
    ck_assert_uint_eq(whim_resolver_n_asked(rig.resolver), 0);
    rig_end();
}
END_TEST

START_TEST(thousands_of_names_at_once_are_all_answered_without_a_loss)
{
    enum { N = 3000 };
    struct looker *lookers = calloc(N, sizeof(*lookers));
    int64_t start_us;
    char name[32];

    rig_begin();
    start_us = whim_clock_now_us();
    for (int i = 0; i < N; i++) {
        snprintf(name, sizeof(name), "n%d.test", i);
        say(name, DNS_ANSWER, "127.0.0.1");
        look_up(&lookers[i], name);
    }
    for (int i = 0; i < N; i++) {
        RIG_UNTIL(lookers[i].n_done);
        ck_assert_int_eq(lookers[i].result, WHIM_DNS_OK);
        looker_fini(&lookers[i]);
    }
    ck_assert_uint_eq(n_questions(NULL), 2 * N); /* none was sent a second time */
    ck_assert_int_lt(whim_clock_now_us() - start_us, 30 * WHIM_US_PER_S);
    ck_assert_uint_eq(whim_resolver_n_cached(rig.resolver), N);
    free(lookers);
    rig_end();
}
END_TEST

START_TEST(other_servers_are_asked_by_themselves)
{
    struct whim_dns_question question;
    struct dns_server *other;

    rig_begin();
    other = dns_server_new(AF_INET6);
    if (other) {
        dns_server_say(other, "two.test", DNS_ANY, DNS_ANSWER, "127.0.0.2", 0);
        say("two.test", DNS_ANSWER, "127.0.0.1");
        question = question_of("two.test");
        expect(&question, "127.0.0.1");
        question.servers = dns_server_text(other);
        ck_assert(whim_dns_check_servers(question.servers));
        {
            struct looker looker;

            look(&looker, &question);
            while (!looker.n_done) {
                dns_server_step(other);
                rig_step();
            }
            ck_assert_str_eq(looker_text(&looker), "127.0.0.2");
            looker_fini(&looker);
        }
        ck_assert_uint_eq(n_questions(NULL), 2);
        ck_assert_uint_eq(dns_server_n_questions(other, NULL, DNS_ANY), 2);
        ck_assert_uint_eq(whim_resolver_n_cached(rig.resolver), 2);
        dns_server_free(other);
    }
    rig_end();
}
END_TEST

/* The cache */

START_TEST(an_answer_is_remembered_until_its_timeout)
{
    struct whim_dns_question question;

    rig_begin();
    say("cached.test", DNS_ANSWER, "127.0.0.3");
    question = question_of("cached.test");
    expect(&question, "127.0.0.3");
    say("cached.test", DNS_ANSWER, "127.0.0.4");
    rig_pass_ms(59000);
    expect(&question, "127.0.0.3");
    ck_assert_uint_eq(n_questions(NULL), 2);
    rig_pass_ms(1000);
    expect(&question, "127.0.0.4");
    ck_assert_uint_eq(n_questions(NULL), 4);
    ck_assert_uint_eq(whim_resolver_n_cached(rig.resolver), 1);
    rig_end();
}
END_TEST

START_TEST(a_timeout_of_zero_asks_each_time)
{
    struct whim_dns_question question;

    rig_begin();
    say("uncached.test", DNS_ANSWER, "127.0.0.3");
    question = question_of("uncached.test");
    question.cache_timeout_ms = 0;
    expect(&question, "127.0.0.3");
    expect(&question, "127.0.0.3");
    ck_assert_uint_eq(n_questions(NULL), 4);
    ck_assert_uint_eq(whim_resolver_n_cached(rig.resolver), 0);
    rig_end();
}
END_TEST

START_TEST(a_timeout_of_minus_one_never_asks_again)
{
    struct whim_dns_question question;

    rig_begin();
    say("eternal.test", DNS_ANSWER, "127.0.0.3");
    question = question_of("eternal.test");
    question.cache_timeout_ms = -1;
    expect(&question, "127.0.0.3");
    rig_pass_ms(INT64_C(400) * 24 * 3600 * 1000);
    expect(&question, "127.0.0.3");
    ck_assert_uint_eq(n_questions(NULL), 2);
    question.cache_timeout_ms = 60000; /* somebody else is less patient */
    expect(&question, "127.0.0.3");
    ck_assert_uint_eq(n_questions(NULL), 4);
    rig_end();
}
END_TEST

START_TEST(a_missing_name_is_remembered_for_half_the_time)
{
    struct whim_dns_question question;

    rig_begin();
    question = question_of("missing.test.");
    expect_failure(&question, WHIM_DNS_REASON_NOT_FOUND);
    ck_assert_uint_eq(n_questions("missing.test"), 2);
    rig_pass_ms(29000);
    expect_failure(&question, WHIM_DNS_REASON_NOT_FOUND);
    ck_assert_uint_eq(n_questions("missing.test"), 2);
    rig_pass_ms(1000);
    expect_failure(&question, WHIM_DNS_REASON_NOT_FOUND);
    ck_assert_uint_eq(n_questions("missing.test"), 4);
    rig_end();
}
END_TEST

START_TEST(a_name_without_addresses_is_remembered_only_when_that_is_certain)
{
    struct whim_dns_question question;

    rig_begin();
    say("empty.test", DNS_NODATA, NULL);
    question = question_of("empty.test.");
    question.family = AF_INET;
    expect_failure(&question, WHIM_DNS_REASON_NOT_FOUND);
    expect_failure(&question, WHIM_DNS_REASON_NOT_FOUND);
    ck_assert_uint_eq(n_questions("empty.test"), 1);
    /* Of a pair, the one may hide that the other failed. */
    dns_server_say(rig.server, "half.test", DNS_A, DNS_SERVFAIL, NULL, 0);
    dns_server_say(rig.server, "half.test", DNS_AAAA, DNS_NODATA, NULL, 20);
    question = question_of("half.test.");
    expect_failure(&question, WHIM_DNS_REASON_NOT_FOUND);
    dns_server_say(rig.server, "half.test", DNS_A, DNS_ANSWER, "127.0.0.3", 0);
    expect(&question, "127.0.0.3");
    rig_end();
}
END_TEST

START_TEST(a_failing_server_is_not_remembered)
{
    struct whim_dns_question question;

    rig_begin();
    say("broken.test", DNS_SERVFAIL, NULL);
    question = question_of("broken.test.");
    expect_failure(&question, WHIM_DNS_REASON_SERVER_FAILURE);
    say("broken.test", DNS_REFUSED, NULL);
    expect_failure(&question, WHIM_DNS_REASON_SERVER_FAILURE);
    say("broken.test", DNS_ANSWER, "127.0.0.3");
    expect(&question, "127.0.0.3");
    rig_end();
}
END_TEST

START_TEST(clearing_forgets_answers_but_not_lasting_overrides)
{
    struct whim_dns_question question;

    rig_begin();
    say("cached.test", DNS_ANSWER, "127.0.0.3");
    question = question_of("cached.test");
    expect(&question, "127.0.0.3");
    whim_resolver_add_override(rig.resolver, NULL, "stays.test:80:127.0.0.5", whim_clock_now_us());
    whim_resolver_add_override(rig.resolver, NULL, "+goes.test:80:127.0.0.5", whim_clock_now_us());
    whim_resolver_clear_cache(rig.resolver);
    ck_assert_uint_eq(whim_resolver_n_cached(rig.resolver), 0);
    expect(&question, "127.0.0.3");
    ck_assert_uint_eq(n_questions("cached.test"), 4);
    expect_host("stays.test", "127.0.0.5");
    question = question_of("goes.test.");
    expect_failure(&question, WHIM_DNS_REASON_NOT_FOUND);
    rig_end();
}
END_TEST

START_TEST(clearing_lets_a_query_in_flight_end_and_leaves_nothing_behind)
{
    struct looker looker;
    long n_alive = 0;

    rig_begin();
    dns_server_say(rig.server, "slow.test", DNS_ANY, DNS_ANSWER, "127.0.0.3", 10);
    for (unsigned round = 1; round <= 5; round++) {
        look_up(&looker, "slow.test");
        whim_resolver_clear_cache(rig.resolver);
        expect_host("slow.test", "127.0.0.3"); /* asks anew: that one may be of another network */
        ck_assert_str_eq(looker_text(&looker), "127.0.0.3");
        ck_assert_uint_eq(n_questions(NULL), 4 * round);
        looker_fini(&looker);
        whim_resolver_clear_cache(rig.resolver);
        if (round > 1)
            ck_assert_int_eq(heap.n_alive, n_alive);
        n_alive = heap.n_alive;
    }
    rig_end();
}
END_TEST

/* Hosts that need no query */

START_TEST(a_numeric_host_or_localhost_is_answered_at_once_without_a_socket)
{
    static const struct {
        const char *host;
        int family;
        const char *addresses;
    } cases[] = {
        {"127.0.0.9", AF_UNSPEC, "127.0.0.9"},
        {"127.0.0.9", AF_INET6, "127.0.0.9"}, /* refused by whoever connects */
        {"::1", AF_UNSPEC, "::1"},
        {"[::1]", AF_INET, "::1"},
        {"localhost", AF_UNSPEC, "127.0.0.1,::1"},
        {"LocalHost.", AF_INET, "127.0.0.1"},
        {"a.b.localhost", AF_INET6, "::1"},
    };

    rig_begin();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct whim_dns_question question = question_of(cases[i].host);
        struct looker looker;

        question.family = cases[i].family;
        look(&looker, &question);
        ck_assert(looker.was_at_once);
        ck_assert_str_eq(looker_text(&looker), cases[i].addresses);
        looker_fini(&looker);
    }
    ck_assert_uint_eq(rig.n_reserved, 0);
    rig_end();
}
END_TEST

START_TEST(what_cannot_be_a_name_fails_at_once)
{
    char label[80];
    char huge[300];
    const char *hosts[] = {"", label, huge};
    struct whim_dns_question question;
    struct looker looker;

    memset(label, 'a', 70);
    memcpy(label + 70, ".test", 6);
    memset(huge, 'a', sizeof(huge) - 1);
    huge[sizeof(huge) - 1] = 0;
    rig_begin();
    for (int i = 0; i < 4; i++) {
        question = question_of(i < 3 ? hosts[i] : "nul");
        if (i == 3) {
            question.host = "n\0l.test";
            question.len = 8;
        }
        look(&looker, &question);
        ck_assert(looker.was_at_once);
        ck_assert_int_eq(looker.reason, WHIM_DNS_REASON_NOT_FOUND);
        looker_fini(&looker);
    }
    ck_assert_uint_eq(n_questions(NULL), 0);
    rig_end();
}
END_TEST

START_TEST(the_hosts_file_is_asked_first)
{
    char name[128];
    char address[64];
    struct looker looker;

    rig_begin();
    if (read_hosts_file(name, address)) {
        look_up(&looker, name);
        ck_assert(looker.was_at_once);
        ck_assert_int_eq(looker.result, WHIM_DNS_OK);
        ck_assert_ptr_nonnull(strstr(looker_text(&looker), address));
        looker_fini(&looker);
        ck_assert_uint_eq(n_questions(NULL), 0);
    }
    rig_end();
}
END_TEST

START_TEST(shuffling_changes_the_order_for_the_one_who_wants_it)
{
    static const char in_order[] = "192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4,192.0.2.5,192.0.2.6";
    struct whim_dns_question question;
    struct looker looker;
    int n_changed = 0;

    rig_begin();
    say("shuffled.test", DNS_ANSWER, in_order);
    question = question_of("shuffled.test");
    question.family = AF_INET;
    question.shuffle = true;
    for (int i = 0; i < 20; i++) {
        look_and_wait(&looker, &question);
        ck_assert_uint_eq(looker.addrs->n_items, 6);
        for (unsigned last = 1, n_seen = 0; last <= 6; last++, n_seen = 0) {
            for (unsigned at = 0; at < 6; at++)
                n_seen += looker.addrs->items[at].bytes[3] == last;
            ck_assert_uint_eq(n_seen, 1);
        }
        n_changed += strcmp(looker_text(&looker), in_order) != 0;
        looker_fini(&looker);
    }
    ck_assert_int_gt(n_changed, 10);
    question.shuffle = false;
    expect(&question, in_order);
    rig_end();
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        both_families_are_asked_for_once,
        a_single_family_is_asked_for_alone_and_keeps_the_order_of_the_server,
        two_hundred_waiters_share_one_pair_of_questions,
        thousands_of_names_at_once_are_all_answered_without_a_loss,
        other_servers_are_asked_by_themselves,
        an_answer_is_remembered_until_its_timeout,
        a_timeout_of_zero_asks_each_time,
        a_timeout_of_minus_one_never_asks_again,
        a_missing_name_is_remembered_for_half_the_time,
        a_name_without_addresses_is_remembered_only_when_that_is_certain,
        a_failing_server_is_not_remembered,
        clearing_forgets_answers_but_not_lasting_overrides,
        clearing_lets_a_query_in_flight_end_and_leaves_nothing_behind,
        a_numeric_host_or_localhost_is_answered_at_once_without_a_socket,
        what_cannot_be_a_name_fails_at_once,
        the_hosts_file_is_asked_first,
        shuffling_changes_the_order_for_the_one_who_wants_it,
    };

    return shuffle_and_run("resolver", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
