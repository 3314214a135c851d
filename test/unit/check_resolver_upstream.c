/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Resolver: names that an upstream is asked for.
 */
#include "resolver_rig.h"

#include "dns/channel.h"
#include "shuffle.h"
#include "util/mem.h"

#include <string.h>

enum { MAX_ASKED = 20 };

/* One that answers when it is told to. */
struct fake {
    struct whim_dns_upstream upstream;
    struct whim_dns_ask *asked[MAX_ASKED];
    char host[100]; /* of the last question */
    int family;
    unsigned n_asked; /* now */
    unsigned n_ever;
    unsigned n_forgotten;
    bool is_freed;
    bool is_at_once; /* answers from inside of ask() */
};

static struct whim_dns_answer good_answer(void)
{
    struct whim_dns_answer answer = {.addrs = whim_dns_addrs_new(1)};

    ck_assert_ptr_nonnull(answer.addrs);
    answer.addrs->items[0] = (struct whim_address){.family = AF_INET, .bytes = {192, 0, 2, 1}};
    return answer;
}

static void fake_ask(struct whim_dns_upstream *upstream, struct whim_dns_ask *ask, const char *host,
                     int family)
{
    struct fake *fake = (struct fake *)upstream;

    snprintf(fake->host, sizeof(fake->host), "%s", host);
    fake->family = family;
    fake->n_ever++;
    if (fake->is_at_once)
        ask->answered(ask, good_answer(), false);
    else
        fake->asked[fake->n_asked++] = ask;
}

static void fake_forget(struct whim_dns_upstream *upstream, struct whim_dns_ask *ask)
{
    struct fake *fake = (struct fake *)upstream;

    ck_assert_uint_eq(fake->n_asked, 1);
    ck_assert_ptr_eq(fake->asked[0], ask);
    fake->n_asked = 0;
    fake->n_forgotten++;
}

static void fake_cancel(struct whim_dns_upstream *upstream)
{
    struct fake *fake = (struct fake *)upstream;

    while (fake->n_asked) {
        struct whim_dns_ask *ask = fake->asked[--fake->n_asked];

        ask->answered(ask, (struct whim_dns_answer){.reason = WHIM_DNS_REASON_CANCELLED}, false);
    }
}

static void fake_free(struct whim_dns_upstream *upstream)
{
    struct fake *fake = (struct fake *)upstream;

    ck_assert_uint_eq(fake->n_asked, 0);
    fake->is_freed = true;
}

static const struct whim_dns_upstream_ops fake_ops = {
    .ask = fake_ask,
    .forget = fake_forget,
    .cancel = fake_cancel,
    .free = fake_free,
};

/* The test's own reference is the first one. */
static struct fake fake_new(void)
{
    return (struct fake){.upstream = {.ops = &fake_ops, .n_refs = 1}};
}

static void answer_last(struct fake *fake, struct whim_dns_answer answer, bool is_certain)
{
    struct whim_dns_ask *ask = fake->asked[--fake->n_asked];

    ask->answered(ask, answer, is_certain);
    whim_resolver_on_time(rig.resolver, whim_clock_now_us());
}

static void look_by(struct looker *looker, struct fake *fake, const char *host)
{
    struct whim_dns_question question = question_of(host);

    question.upstream = fake ? &fake->upstream : NULL;
    question.family = AF_INET;
    look(looker, &question);
}

START_TEST(an_upstream_is_asked_once_and_its_answer_is_cached)
{
    struct fake fake = fake_new();
    struct looker lookers[3];

    rig_begin();
    look_by(&lookers[0], &fake, "Name.test");
    look_by(&lookers[1], &fake, "name.TEST");
    ck_assert_uint_eq(fake.n_ever, 1);
    ck_assert_str_eq(fake.host, "name.test");
    ck_assert_int_eq(fake.family, AF_INET);
    answer_last(&fake, good_answer(), false);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(lookers[i].result, WHIM_DNS_OK);
    look_by(&lookers[2], &fake, "name.test");
    ck_assert(lookers[2].was_at_once);
    ck_assert_int_eq(lookers[2].result, WHIM_DNS_OK);
    ck_assert_uint_eq(fake.n_ever, 1);
    for (int i = 0; i < 3; i++)
        whim_dns_addrs_unref(lookers[i].addrs);
    rig_end();
    whim_dns_upstream_unref(&fake.upstream);
    ck_assert(fake.is_freed);
}
END_TEST

START_TEST(answers_of_one_upstream_are_nobody_elses)
{
    struct fake one = fake_new();
    struct fake other = fake_new();
    struct looker looker;

    rig_begin();
    look_by(&looker, &one, "name.test");
    answer_last(&one, good_answer(), false);
    whim_dns_addrs_unref(looker.addrs);
    look_by(&looker, &other, "name.test");
    ck_assert_uint_eq(other.n_ever, 1);
    answer_last(&other, (struct whim_dns_answer){.reason = WHIM_DNS_REASON_NOT_FOUND}, true);
    ck_assert_int_eq(looker.reason, WHIM_DNS_REASON_NOT_FOUND);
    dns_server_say(rig.server, "name.test", DNS_ANY, DNS_ANSWER, "192.0.2.7", 0);
    look_by(&looker, NULL, "name.test");
    RIG_UNTIL(looker.n_done == 1);
    ck_assert_int_eq(looker.result, WHIM_DNS_OK);
    ck_assert_uint_eq(looker.addrs->items[0].bytes[3], 7);
    whim_dns_addrs_unref(looker.addrs);
    look_by(&looker, &one, "name.test");
    ck_assert(looker.was_at_once);
    ck_assert_uint_eq(looker.addrs->items[0].bytes[3], 1);
    whim_dns_addrs_unref(looker.addrs);
    look_by(&looker, &other, "name.test");
    ck_assert_int_eq(looker.reason, WHIM_DNS_REASON_NOT_FOUND);
    rig_end();
    whim_dns_upstream_unref(&one.upstream);
    whim_dns_upstream_unref(&other.upstream);
}
END_TEST

START_TEST(a_question_is_forgotten_when_the_last_who_waits_has_gone)
{
    struct fake fake = fake_new();
    struct looker lookers[2];

    rig_begin();
    look_by(&lookers[0], &fake, "name.test");
    look_by(&lookers[1], &fake, "name.test");
    whim_dns_wait_cancel(&lookers[0].wait);
    ck_assert_uint_eq(fake.n_forgotten, 0);
    whim_dns_wait_cancel(&lookers[1].wait);
    ck_assert_uint_eq(fake.n_forgotten, 1);
    whim_dns_wait_cancel(&lookers[1].wait);
    ck_assert_uint_eq(fake.n_forgotten, 1);
    ck_assert_uint_eq(whim_resolver_n_asked(rig.resolver), 0);
    look_by(&lookers[0], &fake, "name.test");
    ck_assert_uint_eq(fake.n_ever, 2);
    answer_last(&fake, good_answer(), false);
    ck_assert_int_eq(lookers[0].result, WHIM_DNS_OK);
    whim_dns_addrs_unref(lookers[0].addrs);
    rig_end();
}
END_TEST

START_TEST(who_leaves_when_it_is_answered_has_nothing_forgotten)
{
    struct fake fake = fake_new();
    struct looker lookers[2];

    rig_begin();
    look_by(&lookers[0], &fake, "name.test");
    look_by(&lookers[1], &fake, "name.test");
    lookers[0].cancels = &lookers[1];
    answer_last(&fake, good_answer(), false);
    ck_assert_int_eq(lookers[0].n_done, 1);
    ck_assert_int_eq(lookers[1].n_done, 0);
    ck_assert_uint_eq(fake.n_forgotten, 0);
    whim_dns_addrs_unref(lookers[0].addrs);
    rig_end();
}
END_TEST

START_TEST(a_question_that_is_open_is_cancelled_with_the_resolver)
{
    struct fake fake = fake_new();
    struct looker lookers[2];

    rig_begin();
    look_by(&lookers[0], &fake, "one.test");
    look_by(&lookers[1], &fake, "two.test");
    ck_assert_uint_eq(fake.n_asked, 2);
    rig_end();
    ck_assert_uint_eq(fake.n_asked, 0);
    ck_assert_uint_eq(fake.upstream.n_refs, 1);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(lookers[i].n_done, 0);
        whim_dns_wait_cancel(&lookers[i].wait);
    }
}
END_TEST

START_TEST(an_answer_at_once_is_one)
{
    struct fake fake = fake_new();
    struct looker looker;

    rig_begin();
    fake.is_at_once = true;
    look_by(&looker, &fake, "name.test");
    ck_assert(looker.was_at_once);
    ck_assert_int_eq(looker.result, WHIM_DNS_OK);
    whim_dns_addrs_unref(looker.addrs);
    rig_end();
}
END_TEST

START_TEST(a_failure_that_is_not_certain_is_asked_for_again)
{
    struct fake fake = fake_new();
    struct looker looker;

    rig_begin();
    for (unsigned i = 1; i <= 2; i++) {
        struct whim_dns_answer answer = {.reason = WHIM_DNS_REASON_SERVER_FAILURE};

        answer.detail = whim_strdup("what it did");
        look_by(&looker, &fake, "name.test");
        ck_assert_uint_eq(fake.n_ever, i);
        answer_last(&fake, answer, false);
        ck_assert_int_eq(looker.reason, WHIM_DNS_REASON_SERVER_FAILURE);
    }
    rig_end();
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        an_upstream_is_asked_once_and_its_answer_is_cached,
        answers_of_one_upstream_are_nobody_elses,
        a_question_is_forgotten_when_the_last_who_waits_has_gone,
        who_leaves_when_it_is_answered_has_nothing_forgotten,
        a_question_that_is_open_is_cancelled_with_the_resolver,
        an_answer_at_once_is_one,
        a_failure_that_is_not_certain_is_asked_for_again,
    };

    return shuffle_and_run("resolver_upstream", tests, sizeof(tests) / sizeof(tests[0]), argc,
                           argv);
}
