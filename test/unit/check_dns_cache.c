/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "dns/cache.h"

#include "heap.h"
#include "shuffle.h"
#include "util/clock.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { MAX_ENTRIES = 100 };

static struct whim_dns_cache cache;
static struct whim_dns_addrs *addrs;

static void begin(void)
{
    heap_begin();
    whim_dns_cache_init(&cache, MAX_ENTRIES);
    addrs = whim_dns_addrs_new(1);
    ck_assert_ptr_nonnull(addrs);
}

static void end(void)
{
    whim_dns_cache_fini(&cache);
    ck_assert_uint_eq(addrs->n_refs, 1);
    whim_dns_addrs_unref(addrs);
    ck_assert_int_eq(heap.n_alive, 0);
}

/* The key of a name (NULL: of a number) in a place that lives until the next call. */
static struct whim_dns_key key_of(const char *text, int number)
{
    static char buffer[WHIM_DNS_MAX_HOST_LEN + 1];
    static struct whim_dns_name name;
    char host[32];

    snprintf(host, sizeof(host), "n%d.test", number);
    text = text ? text : host;
    ck_assert(whim_dns_name_init(&name, buffer, text, strlen(text)));
    return (struct whim_dns_key){.name = &name, .family = AF_INET};
}

static void add(int number, int64_t timeout_ms, int64_t now_s)
{
    struct whim_dns_key key = key_of(NULL, number);

    whim_dns_cache_add(&cache, &key, addrs, timeout_ms, now_s * WHIM_US_PER_S);
}

static bool has(int number, int64_t timeout_ms, int64_t now_s)
{
    struct whim_dns_key key = key_of(NULL, number);
    struct whim_dns_addrs *found;

    return whim_dns_cache_find(&cache, &key, timeout_ms, now_s * WHIM_US_PER_S, &found) ==
           WHIM_DNS_CACHED_GOOD;
}

START_TEST(the_oldest_answer_goes_when_the_cache_is_full)
{
    begin();
    for (int i = 0; i < MAX_ENTRIES; i++)
        add(i, -1, i);
    add(0, -1, MAX_ENTRIES); /* is the newest now */
    add(MAX_ENTRIES, -1, MAX_ENTRIES);
    ck_assert_uint_eq(cache.entries.n_nodes, MAX_ENTRIES);
    ck_assert(has(0, -1, 0));
    ck_assert(!has(1, -1, 0));
    ck_assert(has(2, -1, 0));
    for (int i = 1000; i < 5000; i++)
        add(i, -1, i);
    ck_assert_uint_eq(cache.entries.n_nodes, MAX_ENTRIES);
    for (int i = 0; i < MAX_ENTRIES; i++)
        ck_assert(has(4999 - i, -1, 0));
    end();
}
END_TEST

START_TEST(dead_answers_go_as_new_ones_come_also_behind_eternal_ones)
{
    begin();
    for (int i = 0; i < 20; i++)
        add(i, i % 4 ? 1000 : -1, 0);
    for (int i = 20; i < 50; i++)
        add(i, -1, 10);
    ck_assert_uint_eq(cache.entries.n_nodes, 35); /* 5 of the first, and all of the second */
    end();
}
END_TEST

START_TEST(family_channel_and_name_make_a_difference)
{
    struct whim_dns_addrs *found;
    struct whim_dns_key key;

    begin();
    add(1, -1, 0);
    key = key_of(NULL, 1);
    ck_assert_int_eq(whim_dns_cache_find(&cache, &key, -1, 0, &found), WHIM_DNS_CACHED_GOOD);
    ck_assert_ptr_eq(found, addrs);
    key.family = AF_INET6;
    ck_assert_int_eq(whim_dns_cache_find(&cache, &key, -1, 0, &found), WHIM_DNS_CACHED_NOT);
    key.family = AF_INET;
    key.channel_id = 1;
    ck_assert_int_eq(whim_dns_cache_find(&cache, &key, -1, 0, &found), WHIM_DNS_CACHED_NOT);
    whim_dns_cache_add(&cache, &key, NULL, -1, 0);
    ck_assert_int_eq(whim_dns_cache_find(&cache, &key, -1, 0, &found), WHIM_DNS_CACHED_BAD);
    key = key_of("n1.test.", 0);
    ck_assert_int_eq(whim_dns_cache_find(&cache, &key, -1, 0, &found), WHIM_DNS_CACHED_NOT);
    add(2, -1, 0);
    key = key_of("N1.TEST", 0);
    whim_dns_cache_del_name(&cache, key.name);
    ck_assert_uint_eq(cache.entries.n_nodes, 1);
    ck_assert(has(2, -1, 0));
    end();
}
END_TEST

START_TEST(a_bad_answer_ages_twice_as_fast)
{
    ck_assert(!whim_dns_is_stale(0, 999999, 1000, false));
    ck_assert(whim_dns_is_stale(0, 1000000, 1000, false));
    ck_assert(!whim_dns_is_stale(0, 499999, 1000, true));
    ck_assert(whim_dns_is_stale(0, 500000, 1000, true));
    ck_assert(whim_dns_is_stale(0, 0, 0, false));
    ck_assert(!whim_dns_is_stale(0, INT64_MAX, -1, true));
    ck_assert(!whim_dns_is_stale(0, INT64_MAX, INT64_MAX, false));
}
END_TEST

START_TEST(any_order_of_operations_agrees_with_a_list_of_times)
{
    enum { N = 40, TIMEOUT_S = 30 };
    int added_s[N];

    begin();
    memset(added_s, -1, sizeof(added_s));
    for (int now_s = 0; now_s < 20000; now_s++) {
        int number = rand() % N;
        struct whim_dns_key key = key_of(NULL, number);
        bool is_there = added_s[number] >= 0 && now_s - added_s[number] < TIMEOUT_S;

        switch (rand() % 4) {
        case 0:
            whim_dns_cache_del_name(&cache, key.name);
            added_s[number] = -1;
            break;
        case 1:
            ck_assert_int_eq(has(number, TIMEOUT_S * 1000, now_s), is_there);
            break;
        default:
            add(number, TIMEOUT_S * 1000, now_s);
            added_s[number] = now_s;
        }
        ck_assert_uint_le(cache.entries.n_nodes, N);
    }
    end();
}
END_TEST

START_TEST(without_memory_nothing_is_kept_and_nothing_breaks)
{
    begin();
    add(1, -1, 0);
    heap.fail_from = heap.n_calls + 1;
    add(1, -1, 0);
    add(2, -1, 0);
    ck_assert_uint_eq(cache.entries.n_nodes, 0);
    heap.fail_from = 0;
    add(1, -1, 0);
    ck_assert(has(1, -1, 0));
    end();
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        the_oldest_answer_goes_when_the_cache_is_full,
        dead_answers_go_as_new_ones_come_also_behind_eternal_ones,
        family_channel_and_name_make_a_difference,
        a_bad_answer_ages_twice_as_fast,
        any_order_of_operations_agrees_with_a_list_of_times,
        without_memory_nothing_is_kept_and_nothing_breaks,
    };

    return shuffle_and_run("dns_cache", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
