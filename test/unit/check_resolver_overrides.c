/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Resolver: what CURLOPT_RESOLVE says comes before everything else.
 */
#include "resolver_rig.h"

#include "shuffle.h"

static enum whim_dns_override_result override(const char *line)
{
    return whim_resolver_add_override(rig.resolver, NULL, line, whim_clock_now_us());
}

START_TEST(an_override_comes_before_everything_else)
{
    struct whim_dns_question question;
    struct looker looker;

    rig_begin();
    ck_assert(!whim_resolver_has_overrides(NULL, NULL));
    ck_assert(!whim_resolver_has_overrides(rig.resolver, NULL));
    ck_assert_int_eq(override("Over.Test:80:127.0.0.5,[::1]"), WHIM_DNS_OVERRIDE_OK);
    ck_assert_int_eq(override("127.0.0.9:80:127.0.0.6"), WHIM_DNS_OVERRIDE_OK);
    ck_assert_int_eq(override("localhost:80:127.0.0.7"), WHIM_DNS_OVERRIDE_OK);
    ck_assert(whim_resolver_has_overrides(rig.resolver, NULL));
    expect_host("over.test", "127.0.0.5,::1");
    expect_host("127.0.0.9", "127.0.0.6");
    expect_host("localhost", "127.0.0.7");
    question = question_of("OVER.test");
    question.family = AF_INET6;
    expect(&question, "::1");
    question.family = AF_INET;
    expect(&question, "127.0.0.5");
    ck_assert_uint_eq(rig.n_reserved, 0);
    say("over.test", DNS_ANSWER, "192.0.2.1");
    question.port = 81;
    expect(&question, "192.0.2.1");
    override("over.test:80:127.0.0.8");
    expect_host("over.test", "127.0.0.8");
    question = question_of("over.test");
    question.family = AF_INET6; /* nothing that the family can use */
    look_and_wait(&looker, &question);
    ck_assert_int_eq(looker.result, WHIM_DNS_FAILED);
    looker_fini(&looker);
    expect_host("over.test", "127.0.0.8");
    rig_end();
}
END_TEST

START_TEST(a_removed_override_asks_the_server_again)
{
    rig_begin();
    say("over.test", DNS_ANSWER, "192.0.2.1");
    expect_host("over.test", "192.0.2.1");
    override("over.test:80:127.0.0.8");
    expect_host("over.test", "127.0.0.8");
    say("over.test", DNS_ANSWER, "192.0.2.2");
    ck_assert_int_eq(override("-OVER.test:80"), WHIM_DNS_OVERRIDE_OK);
    expect_host("over.test", "192.0.2.2");
    rig_end();
}
END_TEST

START_TEST(a_wildcard_counts_for_handles_that_know_of_it)
{
    struct whim_dns_question question;

    rig_begin();
    ck_assert_int_eq(override("*:80:127.0.0.8"), WHIM_DNS_OVERRIDE_WILDCARD);
    override("exact.test:80:127.0.0.9");
    say("any.test", DNS_ANSWER, "192.0.2.1");
    question = question_of("any.test");
    expect(&question, "192.0.2.1");
    question.use_wildcards = true;
    expect(&question, "127.0.0.8");
    question.port = 443;
    expect(&question, "192.0.2.1");
    question = question_of("exact.test");
    question.use_wildcards = true;
    expect(&question, "127.0.0.9");
    rig_end();
}
END_TEST

START_TEST(an_override_with_a_plus_times_out)
{
    struct whim_dns_question question;

    rig_begin();
    say("fleeting.test", DNS_ANSWER, "192.0.2.1");
    ck_assert_int_eq(override("+fleeting.test:80:127.0.0.8"), WHIM_DNS_OVERRIDE_OK);
    ck_assert_int_eq(override("lasting.test:80:127.0.0.8"), WHIM_DNS_OVERRIDE_OK);
    question = question_of("fleeting.test");
    expect(&question, "127.0.0.8");
    rig_pass_ms(59000);
    expect(&question, "127.0.0.8");
    rig_pass_ms(1000);
    expect(&question, "192.0.2.1");
    expect_host("lasting.test", "127.0.0.8");
    rig_end();
}
END_TEST

START_TEST(an_override_that_does_not_parse_changes_nothing)
{
    rig_begin();
    override("over.test:80:127.0.0.8");
    ck_assert_int_eq(override("over.test:80:nonsense"), WHIM_DNS_OVERRIDE_SYNTAX);
    ck_assert_int_eq(override("-over.test"), WHIM_DNS_OVERRIDE_IGNORED);
    ck_assert_int_eq(override(NULL), WHIM_DNS_OVERRIDE_IGNORED);
    ck_assert_int_eq(override(":80:127.0.0.8"), WHIM_DNS_OVERRIDE_OK);
    expect_host("over.test", "127.0.0.8");
    rig_end();
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        an_override_comes_before_everything_else,
        a_removed_override_asks_the_server_again,
        a_wildcard_counts_for_handles_that_know_of_it,
        an_override_with_a_plus_times_out,
        an_override_that_does_not_parse_changes_nothing,
    };

    return shuffle_and_run("resolver_overrides", tests, sizeof(tests) / sizeof(tests[0]), argc,
                           argv);
}
