/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Resolver: names that a share object has for several resolvers.
 */
#include "dns/names.h"

#include "resolver_rig.h"

#include "shuffle.h"

static struct whim_dns_names *shared;

static void begin(void)
{
    rig_begin();
    shared = whim_dns_names_new();
    ck_assert_ptr_nonnull(shared);
}

static void end(void)
{
    whim_dns_names_unref(shared);
    rig_end();
}

static struct whim_dns_question shared_question_of(const char *host)
{
    struct whim_dns_question question = question_of(host);

    question.shared = shared;
    return question;
}

START_TEST(overrides_of_a_share_are_for_those_who_have_it)
{
    struct whim_dns_question question;

    begin();
    say("over.test", DNS_ANSWER, "192.0.2.1");
    whim_resolver_add_override(rig.resolver, shared, "over.test:80:127.0.0.5", whim_clock_now_us());
    ck_assert(whim_resolver_has_overrides(rig.resolver, shared));
    ck_assert(whim_resolver_has_overrides(NULL, shared));
    ck_assert(!whim_resolver_has_overrides(rig.resolver, NULL));
    question = shared_question_of("over.test");
    expect(&question, "127.0.0.5");
    expect_host("over.test", "192.0.2.1");
    whim_resolver_add_override(rig.resolver, shared, "-over.test:80", whim_clock_now_us());
    expect(&question, "192.0.2.1");
    end();
}
END_TEST

START_TEST(overrides_of_the_resolver_are_not_for_those_who_share)
{
    struct whim_dns_question question;

    begin();
    say("over.test", DNS_ANSWER, "192.0.2.1");
    whim_resolver_add_override(rig.resolver, NULL, "over.test:80:127.0.0.5", whim_clock_now_us());
    expect_host("over.test", "127.0.0.5");
    question = shared_question_of("over.test");
    expect(&question, "192.0.2.1");
    end();
}
END_TEST

START_TEST(answers_of_the_system_are_kept_in_the_share)
{
    struct whim_dns_question question;
    char name[128];
    char address[64];

    begin();
    if (read_hosts_file(name, address)) {
        struct looker looker;

        question = shared_question_of(name);
        question.servers = NULL;
        question.family = AF_INET;
        look_and_wait(&looker, &question);
        ck_assert_int_eq(looker.result, WHIM_DNS_OK);
        looker_fini(&looker);
        ck_assert_uint_eq(whim_dns_names_n_cached(shared), 1);
        ck_assert_uint_eq(whim_resolver_n_cached(rig.resolver), 0);
        look_and_wait(&looker, &question);
        ck_assert(looker.was_at_once);
        looker_fini(&looker);
        question.shared = NULL;
        look_and_wait(&looker, &question);
        looker_fini(&looker);
        ck_assert_uint_eq(whim_resolver_n_cached(rig.resolver), 1);
    }
    end();
}
END_TEST

/* Others in the share may have chosen other servers, or none. */
START_TEST(answers_of_servers_of_ones_choice_stay_with_the_resolver)
{
    struct whim_dns_question question;

    begin();
    say("cached.test", DNS_ANSWER, "127.0.0.3");
    question = shared_question_of("cached.test");
    expect(&question, "127.0.0.3");
    ck_assert_uint_eq(whim_dns_names_n_cached(shared), 0);
    ck_assert_uint_eq(whim_resolver_n_cached(rig.resolver), 1);
    end();
}
END_TEST

START_TEST(names_live_as_long_as_somebody_waits_for_them)
{
    struct whim_dns_question question;
    struct looker looker;

    begin();
    dns_server_say(rig.server, "slow.test", DNS_ANY, DNS_ANSWER, "127.0.0.3", 10);
    question = shared_question_of("slow.test");
    look(&looker, &question);
    whim_dns_names_unref(shared);
    shared = NULL;
    RIG_UNTIL(looker.n_done);
    ck_assert_str_eq(looker_text(&looker), "127.0.0.3");
    looker_fini(&looker);
    end();
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        overrides_of_a_share_are_for_those_who_have_it,
        overrides_of_the_resolver_are_not_for_those_who_share,
        answers_of_the_system_are_kept_in_the_share,
        answers_of_servers_of_ones_choice_stay_with_the_resolver,
        names_live_as_long_as_somebody_waits_for_them,
    };

    return shuffle_and_run("resolver_shared", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
