/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Resolver: servers that misbehave, waiters that leave, descriptors and memory that run out.
 */
#include "resolver_rig.h"

#include "dns/channel.h"
#include "shuffle.h"

static void fail_host(const char *host, enum whim_dns_reason reason)
{
    struct whim_dns_question question = question_of(host);

    expect_failure(&question, reason);
}

/* Servers that misbehave */

START_TEST(a_lost_question_is_sent_again_after_two_seconds)
{
    struct looker looker;

    rig_begin();
    dns_server_say(rig.server, "lost.test", DNS_A, DNS_DROP_ONCE, "127.0.0.3", 0);
    look_up(&looker, "lost.test");
    RIG_UNTIL(n_questions("lost.test") == 2);
    ck_assert_int_ge(whim_resolver_deadline_us(rig.resolver), whim_clock_now_us() + 1000000);
    ck_assert_int_le(whim_resolver_deadline_us(rig.resolver), whim_clock_now_us() + 2000000);
    rig_pass_ms(1500);
    rig_step();
    ck_assert_uint_eq(n_questions("lost.test"), 2);
    rig_pass_ms(600);
    RIG_UNTIL(looker.n_done);
    ck_assert_str_eq(looker_text(&looker), "127.0.0.3");
    ck_assert_uint_eq(n_questions("lost.test"), 3);
    looker_fini(&looker);
    rig_end();
}
END_TEST

START_TEST(silence_ends_in_a_timeout_that_is_not_remembered)
{
    rig_begin();
    say("silent.test", DNS_DROP, NULL);
    fail_host("silent.test.", WHIM_DNS_REASON_TIMEOUT);
    ck_assert_uint_eq(n_questions("silent.test"), 6); /* both families, three tries */
    ck_assert_uint_eq(whim_resolver_n_cached(rig.resolver), 0);
    ck_assert_int_eq(whim_resolver_deadline_us(rig.resolver), INT64_MAX);
    say("silent.test", DNS_ANSWER, "127.0.0.3");
    expect_host("silent.test.", "127.0.0.3");
    rig_end();
}
END_TEST

START_TEST(a_truncated_answer_is_asked_for_over_tcp)
{
    rig_begin();
    say("long.test", DNS_TRUNCATED, "127.0.0.3");
    expect_host("long.test", "127.0.0.3");
    ck_assert_uint_eq(n_questions("long.test"), 4);
    ck_assert_uint_eq(dns_server_n_tcp(rig.server), 2);
    ck_assert_int_eq(rig.n_watched, 0);
    rig_end();
}
END_TEST

START_TEST(a_server_that_hangs_up_fails_the_lookup)
{
    rig_begin();
    say("rude.test", DNS_HANG_UP, NULL);
    fail_host("rude.test.", WHIM_DNS_REASON_SERVER_FAILURE);
    ck_assert_uint_gt(dns_server_n_tcp(rig.server), 0);
    ck_assert_uint_lt(n_questions("rude.test"), 20);
    rig_end();
}
END_TEST

START_TEST(noise_fails_the_lookup_and_is_not_remembered)
{
    rig_begin();
    say("noise.test", DNS_GARBAGE, NULL);
    fail_host("noise.test.", WHIM_DNS_REASON_SERVER_FAILURE);
    say("noise.test", DNS_ANSWER, "127.0.0.3");
    expect_host("noise.test.", "127.0.0.3");
    rig_end();
}
END_TEST

START_TEST(an_answer_to_another_question_is_not_taken)
{
    rig_begin();
    say("spoofed.test", DNS_STRANGER, "127.0.0.3");
    expect_host("spoofed.test", "127.0.0.3");
    rig_end();
}
END_TEST

START_TEST(an_alias_is_followed)
{
    rig_begin();
    say("alias.test", DNS_ALIAS, "127.0.0.3");
    expect_host("alias.test", "127.0.0.3");
    rig_end();
}
END_TEST

START_TEST(a_port_where_nobody_listens_fails_at_once)
{
    struct whim_dns_question question;
    struct looker looker;

    rig_begin();
    question = question_of("nobody.test");
    question.servers = "127.0.0.1:1";
    look(&looker, &question);
    RIG_UNTIL(looker.n_done);
    ck_assert_int_eq(looker.reason, WHIM_DNS_REASON_SERVER_FAILURE);
    looker_fini(&looker);
    rig_end();
}
END_TEST

START_TEST(what_cannot_be_configured_fails_the_lookup)
{
    struct whim_dns_question question;
    struct looker looker;

    rig_begin();
    ck_assert(!whim_dns_check_servers("no server"));
    ck_assert(whim_dns_check_servers("127.0.0.1,[::1]:5353"));
    ck_assert(whim_dns_check_servers(""));
    ck_assert(whim_dns_check_servers(NULL));
    for (int i = 0; i < 4; i++) {
        question = question_of("misconfigured.test");
        if (i == 0)
            question.servers = "no server";
        else if (i == 1)
            question.local_ip4 = "::1";
        else if (i == 2)
            question.local_ip6 = "not an address";
        else
            question.interface = "no-such-if";
        look(&looker, &question);
        ck_assert(looker.was_at_once);
        ck_assert_int_eq(looker.reason, WHIM_DNS_REASON_SERVER_FAILURE);
        looker_fini(&looker);
    }
    ck_assert_uint_eq(n_questions(NULL), 0);
    rig_end();
}
END_TEST

START_TEST(questions_leave_from_the_local_address_and_many_configurations_live_side_by_side)
{
    enum { N = 20 };
    struct whim_dns_question question;
    struct looker lookers[N];
    char local[32];

    rig_begin();
    dns_server_say(rig.server, "bound.test", DNS_ANY, DNS_ANSWER, "127.0.0.3", 20);
    question = question_of("bound.test");
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < N; i++) {
            snprintf(local, sizeof(local), "127.0.1.%d", i + 1);
            question.local_ip4 = local;
            look(&lookers[i], &question);
        }
        for (int i = 0; i < N; i++) {
            RIG_UNTIL(lookers[i].n_done);
            ck_assert_str_eq(looker_text(&lookers[i]), "127.0.0.3");
            looker_fini(&lookers[i]);
        }
    }
    rig_end();
}
END_TEST

/* Waiters that leave */

START_TEST(one_who_cancels_hears_nothing_and_the_answer_is_still_cached)
{
    struct looker looker;

    rig_begin();
    say("left.test", DNS_ANSWER, "127.0.0.3");
    look_up(&looker, "left.test");
    looker_fini(&looker);
    looker_fini(&looker);
    RIG_UNTIL(whim_resolver_n_cached(rig.resolver) == 1);
    ck_assert_int_eq(looker.n_done, 0);
    expect_host("left.test", "127.0.0.3");
    ck_assert_uint_eq(n_questions(NULL), 2);
    rig_end();
}
END_TEST

START_TEST(one_waiter_may_cancel_another_when_it_hears_its_answer)
{
    struct looker lookers[4];

    rig_begin();
    say("left.test", DNS_ANSWER, "127.0.0.3");
    say("right.test", DNS_ANSWER, "127.0.0.3");
    for (int i = 0; i < 4; i++)
        look_up(&lookers[i], i < 3 ? "left.test" : "right.test");
    lookers[0].cancels = &lookers[1];
    lookers[2].cancels = &lookers[2];
    RIG_UNTIL(lookers[2].n_done && lookers[3].n_done);
    ck_assert_int_eq(lookers[0].n_done, 1);
    ck_assert_int_eq(lookers[1].n_done, 0);
    for (int i = 0; i < 4; i++)
        looker_fini(&lookers[i]);
    rig_end();
}
END_TEST

static struct looker second;

static void look_up_again(struct looker *looker)
{
    look_up(&second, "again.test");
}

START_TEST(a_waiter_may_look_up_the_same_name_when_it_hears_its_answer)
{
    struct looker looker;

    rig_begin();
    say("again.test", DNS_ANSWER, "127.0.0.3");
    look_up(&looker, "again.test");
    looker.and_then = look_up_again;
    RIG_UNTIL(looker.n_done);
    ck_assert(second.was_at_once);
    looker_fini(&second);
    looker_fini(&looker);
    say("again.test", DNS_SERVFAIL, NULL); /* is not cached: a second query */
    whim_resolver_clear_cache(rig.resolver);
    look_up(&looker, "again.test");
    looker.and_then = look_up_again;
    RIG_UNTIL(looker.n_done);
    ck_assert(!second.was_at_once);
    RIG_UNTIL(second.n_done);
    ck_assert_int_eq(second.result, WHIM_DNS_FAILED);
    looker_fini(&second);
    looker_fini(&looker);
    rig_end();
}
END_TEST

START_TEST(a_queued_name_that_nobody_waits_for_is_not_asked)
{
    enum { N = 400 };
    static struct looker lookers[N];
    char name[32];

    rig_begin();
    for (int i = 0; i < N; i++) {
        snprintf(name, sizeof(name), "q%d.test", i);
        say(name, DNS_ANSWER, "127.0.0.3");
        look_up(&lookers[i], name);
    }
    for (int i = 1; i < N; i++)
        looker_fini(&lookers[i]);
    RIG_UNTIL(!whim_resolver_n_asked(rig.resolver));
    ck_assert_int_eq(lookers[0].result, WHIM_DNS_OK);
    ck_assert_uint_lt(n_questions(NULL), N);
    ck_assert_uint_eq(n_questions("q399.test"), 0);
    looker_fini(&lookers[0]);
    rig_end();
}
END_TEST

START_TEST(freeing_forgets_each_socket_once_while_it_is_open_and_tells_no_waiter)
{
    enum { N = 300 };
    static struct looker lookers[N];
    unsigned n_forgotten;
    int n_watched;
    char name[32];

    rig_begin();
    say("tcp.test", DNS_TRUNCATED, "127.0.0.3");
    dns_server_say(rig.server, "tcp.test", DNS_A, DNS_TRUNCATED, "127.0.0.3", 60000);
    look_up(&lookers[0], "tcp.test");
    for (int i = 0; i < 3; i++)
        rig_step();
    for (int i = 1; i < N; i++) {
        snprintf(name, sizeof(name), "f%d.test", i);
        say(name, DNS_DROP, NULL);
        look_up(&lookers[i], name);
    }
    rig_step();
    n_watched = rig.n_watched;
    n_forgotten = rig.n_forgotten;
    ck_assert_int_ge(n_watched, 1);
    rig_free_resolver();
    ck_assert_uint_eq(rig.n_forgotten - n_forgotten, (unsigned)n_watched);
    for (int i = 0; i < N; i++) {
        ck_assert_int_eq(lookers[i].n_done, 0);
        ck_assert(!whim_dns_wait_is_waiting(&lookers[i].wait));
        looker_fini(&lookers[i]);
    }
    rig_end();
}
END_TEST

START_TEST(events_that_are_nobodys_are_ignored)
{
    struct looker looker;

    rig_begin();
    whim_resolver_on_time(rig.resolver, whim_clock_now_us());
    whim_resolver_on_socket(rig.resolver, 0, true, true, whim_clock_now_us());
    dns_server_say(rig.server, "slow.test", DNS_ANY, DNS_ANSWER, "127.0.0.3", 20);
    look_up(&looker, "slow.test");
    for (int fd = 0; fd < RIG_MAX_FDS; fd++)
        whim_resolver_on_socket(rig.resolver, fd, true, true, whim_clock_now_us());
    whim_resolver_on_time(rig.resolver, whim_clock_now_us());
    RIG_UNTIL(looker.n_done);
    ck_assert_int_eq(looker.result, WHIM_DNS_OK);
    looker_fini(&looker);
    rig_end();
}
END_TEST

static void note_reason(struct whim_dns_ask *ask, struct whim_dns_answer answer, bool is_certain)
{
    ck_assert(is_certain);
    ck_assert_int_eq(answer.reason, WHIM_DNS_REASON_NOT_FOUND);
    ask->answered = NULL;
}

START_TEST(a_change_of_the_system_configuration_is_noticed)
{
    const struct whim_dns_config config = {0};
    struct whim_dns_ask ask = {.answered = note_reason};
    struct whim_dns_channel *channel;

    rig_begin();
    channel = whim_dns_channel_new(&config, 1, &rig_hooks, &rig);
    ck_assert_ptr_nonnull(channel);
    ck_assert(!whim_dns_channel_is_outdated(channel)); /* not read yet */
    /* Nobody is asked for this one (RFC 7686). */
    whim_dns_channel_ask(channel, &ask, "nobody.onion", AF_INET, whim_clock_now_us());
    ck_assert_ptr_null(ask.answered);
    ck_assert(!whim_dns_channel_is_outdated(channel));
    channel->resolv_conf.st_size++;
    ck_assert(whim_dns_channel_is_outdated(channel));
    whim_dns_channel_free(channel);
    ck_assert_uint_eq(rig.n_reserved, 0);
    rig_end();
}
END_TEST

/* What runs out */

START_TEST(a_descriptor_without_room_fails_the_lookup)
{
    rig_begin();
    say("roomless.test", DNS_ANSWER, "127.0.0.3");
    rig.refuses_room = true;
    fail_host("roomless.test.", WHIM_DNS_REASON_SERVER_FAILURE);
    ck_assert_uint_gt(rig.n_reserved, 0);
    ck_assert_uint_eq(n_questions(NULL), 0);
    rig.refuses_room = false;
    expect_host("roomless.test.", "127.0.0.3");
    rig_end();
}
END_TEST

/* The one allocation fails that heap.fail_from names, and no other. */
static void fail_no_more(void)
{
    if (heap.fail_from && heap.n_calls >= heap.fail_from)
        heap.fail_from = 0;
}

static void *once_malloc(size_t size)
{
    void *block = heap_malloc(size);

    fail_no_more();
    return block;
}

static void *once_calloc(size_t n, size_t size)
{
    void *block = heap_calloc(n, size);

    fail_no_more();
    return block;
}

static void *once_realloc(void *block, size_t size)
{
    void *moved = heap_realloc(block, size);

    fail_no_more();
    return moved;
}

static const struct whim_mem_hooks once_hooks = {
    .malloc = once_malloc,
    .free = heap_free,
    .realloc = once_realloc,
    .strdup = heap_strdup,
    .calloc = once_calloc,
};

enum { N_LOOKERS = 8 };

/* Everything that a resolver does, with allocations failing; each waiter hears its end. */
static void do_all(void)
{
    static const char *const hosts[N_LOOKERS] = {"plain.test.",  "over.test", "127.0.0.1",
                                                 "localhost",    "tcp.test.", "missing.test.",
                                                 "plain.test.", "alias.test."};
    struct looker lookers[N_LOOKERS];
    int n_done = 0;

    whim_resolver_add_override(rig.resolver, NULL, "over.test:80:127.0.0.3,::1", whim_clock_now_us());
    whim_resolver_add_override(rig.resolver, NULL, "+gone.test:80:127.0.0.3", whim_clock_now_us());
    whim_resolver_add_override(rig.resolver, NULL, "-gone.test:80", whim_clock_now_us());
    for (int i = 0; i < N_LOOKERS; i++) {
        struct whim_dns_question question = question_of(hosts[i]);

        question.shuffle = i % 2;
        question.family = i == 1 ? AF_INET : AF_UNSPEC;
        look(&lookers[i], &question);
    }
    for (int turns = 0; n_done < N_LOOKERS; turns++) {
        ck_assert_int_lt(turns, 300);
        rig_step();
        if (turns > 8)
            rig_pass_ms(500);
        n_done = 0;
        for (int i = 0; i < N_LOOKERS; i++)
            n_done += lookers[i].n_done;
    }
    whim_resolver_clear_cache(rig.resolver);
    for (int i = 0; i < N_LOOKERS; i++) {
        ck_assert_int_eq(lookers[i].n_done, 1);
        looker_fini(&lookers[i]);
    }
}

/* The number of allocations made. fail_at 0: none fails. */
static long run_with_failure(long fail_at, const struct whim_mem_hooks *hooks)
{
    long n_calls;

    rig_begin();
    whim_resolver_free(rig.resolver);
    say("plain.test", DNS_ANSWER, "127.0.0.3,::1");
    say("tcp.test", DNS_TRUNCATED, "127.0.0.3,127.0.0.4");
    say("alias.test", DNS_ALIAS, "127.0.0.3");
    rig.max_wait_ms = 1;
    whim_mem_set_hooks(hooks);
    heap.n_calls = 0;
    heap.fail_from = fail_at;
    rig.resolver = whim_resolver_new(&rig_hooks, &rig);
    if (rig.resolver)
        do_all();
    n_calls = heap.n_calls;
    heap.fail_from = 0;
    rig_end();
    return n_calls;
}

START_TEST(any_single_allocation_may_fail)
{
    long n_calls = run_with_failure(0, &once_hooks);

    ck_assert_int_gt(n_calls, 50);
    for (long fail_at = 1; fail_at <= n_calls; fail_at++)
        run_with_failure(fail_at, &once_hooks);
}
END_TEST

START_TEST(all_allocations_from_any_point_on_may_fail)
{
    long n_calls = run_with_failure(0, &heap_hooks);

    for (long fail_at = 1; fail_at <= n_calls; fail_at++)
        run_with_failure(fail_at, &heap_hooks);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_lost_question_is_sent_again_after_two_seconds,
        silence_ends_in_a_timeout_that_is_not_remembered,
        a_truncated_answer_is_asked_for_over_tcp,
        a_server_that_hangs_up_fails_the_lookup,
        noise_fails_the_lookup_and_is_not_remembered,
        an_answer_to_another_question_is_not_taken,
        an_alias_is_followed,
        a_port_where_nobody_listens_fails_at_once,
        what_cannot_be_configured_fails_the_lookup,
        questions_leave_from_the_local_address_and_many_configurations_live_side_by_side,
        one_who_cancels_hears_nothing_and_the_answer_is_still_cached,
        one_waiter_may_cancel_another_when_it_hears_its_answer,
        a_waiter_may_look_up_the_same_name_when_it_hears_its_answer,
        a_queued_name_that_nobody_waits_for_is_not_asked,
        freeing_forgets_each_socket_once_while_it_is_open_and_tells_no_waiter,
        events_that_are_nobodys_are_ignored,
        a_change_of_the_system_configuration_is_noticed,
        a_descriptor_without_room_fails_the_lookup,
        any_single_allocation_may_fail,
        all_allocations_from_any_point_on_may_fail,
    };

    return shuffle_and_run("resolver_faults", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
