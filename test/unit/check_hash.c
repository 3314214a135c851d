/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/hash.h"

#include "faults.h"
#include "shuffle.h"
#include "util/list.h"

#include <sys/wait.h>

struct item {
    int number;
    bool is_in;
    struct whim_hash_node node;
};

enum { N_ITEMS = 2000 };

static struct whim_hash table;
static struct item items[N_ITEMS];

static void begin(void)
{
    heap_begin();
    whim_hash_init(&table);
    for (int i = 0; i < N_ITEMS; i++)
        items[i] = (struct item){.number = i};
}

/* Few different hashes, so that many members share one; spread over the whole range. */
static uint32_t hash_of(int number)
{
    return (uint32_t)(number % 700) * 2654435761u;
}

static void end(void)
{
    whim_hash_fini(&table);
    ck_assert_int_eq(heap.n_alive, 0);
    ck_assert_ptr_null(whim_hash_any(&table));
    ck_assert_ptr_null(whim_hash_first(&table, hash_of(1)));
}

static void add(int i)
{
    whim_hash_add(&table, &items[i].node, hash_of(i));
    items[i].is_in = true;
}

static void del(int i)
{
    whim_hash_del(&table, &items[i].node);
    items[i].is_in = false;
}

static struct item *item_of(struct whim_hash_node *node)
{
    return WHIM_CONTAINER_OF(node, struct item, node);
}

/* Every member is found by its hash, exactly once, and nothing else is. */
static void assert_agrees(void)
{
    static int n_found[N_ITEMS];
    uint32_t n_in = 0;

    memset(n_found, 0, sizeof(n_found));
    for (int number = 0; number < 700; number++) {
        struct whim_hash_node *node = whim_hash_first(&table, hash_of(number));

        for (; node; node = whim_hash_next(node)) {
            ck_assert_uint_eq(node->hash, hash_of(number));
            ck_assert_int_eq(item_of(node)->number % 700, number);
            n_found[item_of(node)->number]++;
        }
    }
    for (int i = 0; i < N_ITEMS; i++) {
        ck_assert_int_eq(n_found[i], items[i].is_in);
        n_in += items[i].is_in;
    }
    ck_assert_uint_eq(table.n_nodes, n_in);
}

START_TEST(an_empty_table_has_no_member_and_costs_nothing)
{
    begin();
    ck_assert_ptr_null(whim_hash_first(&table, 0));
    ck_assert_ptr_null(whim_hash_any(&table));
    add(1);
    ck_assert_ptr_eq(whim_hash_first(&table, hash_of(1)), &items[1].node);
    ck_assert_ptr_null(whim_hash_next(&items[1].node));
    ck_assert_ptr_null(whim_hash_first(&table, hash_of(2)));
    ck_assert_ptr_eq(whim_hash_any(&table), &items[1].node);
    del(1);
    ck_assert_ptr_null(whim_hash_first(&table, hash_of(1)));
    ck_assert_ptr_null(whim_hash_any(&table));
    ck_assert_int_eq(heap.n_calls, 0);
    end();
}
END_TEST

START_TEST(members_are_found_while_the_table_grows_and_empties)
{
    begin();
    for (int i = 0; i < N_ITEMS; i++) {
        add(i);
        if ((i & (i + 1)) == 0)
            assert_agrees();
    }
    assert_agrees();
    for (int i = 0; i < N_ITEMS; i += 2)
        del(i);
    assert_agrees();
    for (int i = 1; i < N_ITEMS; i += 2)
        del(i);
    assert_agrees();
    end();
}
END_TEST

START_TEST(a_chain_stays_short)
{
    int longest = 0;

    begin();
    for (int i = 0; i < N_ITEMS; i++)
        whim_hash_add(&table, &items[i].node, whim_hash_bytes(&i, sizeof(i), 0));
    for (uint32_t i = 0; i <= table.mask; i++) {
        int n = 0;

        for (struct whim_hash_node *node = table.buckets[i]; node; node = node->next)
            n++;
        longest = n > longest ? n : longest;
    }
    ck_assert_int_le(longest, 12); /* 2000 in 2048 buckets: 12 has a chance below 1 in 10^5 */
    end();
}
END_TEST

START_TEST(any_gives_one_member_after_the_other)
{
    begin();
    for (int i = 0; i < N_ITEMS; i++)
        add(i);
    for (int i = 0; i < N_ITEMS; i++) {
        struct whim_hash_node *node = whim_hash_any(&table);

        ck_assert_ptr_nonnull(node);
        ck_assert(item_of(node)->is_in);
        del(item_of(node)->number);
    }
    ck_assert_ptr_null(whim_hash_any(&table));
    end();
}
END_TEST

START_TEST(any_sequence_of_changes_agrees_with_a_model)
{
    begin();
    for (int step = 0; step < 40000; step++) {
        int i = rand() % N_ITEMS;

        if (items[i].is_in)
            del(i);
        else
            add(i);
        if (step % 1000 == 0)
            assert_agrees();
    }
    assert_agrees();
    end();
}
END_TEST

static void fill_and_empty(void *arg)
{
    whim_hash_init(&table);
    for (int i = 0; i < N_ITEMS; i++)
        add(i);
    assert_agrees();
    for (int i = 0; i < N_ITEMS; i++)
        del(i);
    assert_agrees();
    whim_hash_fini(&table);
}

START_TEST(a_table_that_cannot_grow_goes_on_with_longer_chains)
{
    begin();
    ck_assert_int_ge(faults_run(fill_and_empty, NULL), 7);
}
END_TEST

START_TEST(a_table_grows_as_soon_as_there_is_memory_again)
{
    begin();
    heap.fail_from = 1;
    for (int i = 0; i < 100; i++)
        add(i);
    ck_assert_ptr_null(table.buckets);
    heap.fail_from = 0;
    for (int i = 100; i < 200; i++)
        add(i);
    ck_assert_uint_ge(table.mask, 99);
    assert_agrees();
    end();
}
END_TEST

START_TEST(the_hash_is_of_the_bytes_their_number_and_the_seed)
{
    static const char bytes[32] = "0123456789abcdef0123456789abcde";
    char copy[33];
    int n_equal = 0;

    for (size_t len = 0; len <= sizeof(bytes); len++) {
        uint32_t hash = whim_hash_bytes(bytes, len, 7);

        memcpy(copy + 1, bytes, len);
        ck_assert_uint_eq(hash, whim_hash_bytes(copy + 1, len, 7));
        n_equal += hash == whim_hash_bytes(bytes, len, 8);
        n_equal += len && hash == whim_hash_bytes(bytes, len - 1, 7);
        for (size_t i = 0; i < len; i++) {
            copy[1 + i] ^= 1;
            n_equal += hash == whim_hash_bytes(copy + 1, len, 7);
            copy[1 + i] ^= 1;
        }
    }
    ck_assert_int_le(n_equal, 1); /* of some 600 pairs: none, but for one chance in 7 million */
    n_equal = 0;
    for (size_t len = 0; len < 16; len++)
        n_equal += whim_hash_bytes("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", len, 0) ==
                   whim_hash_bytes("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", len + 1, 0);
    ck_assert_int_le(n_equal, 1);
}
END_TEST

/* Each test runs in a process of its own, so that the secret has not been loaded before. */
START_TEST(the_secret_differs_from_process_to_process)
{
    uint32_t hashes[4];
    int n_equal = 0;

    for (int i = 0; i < 4; i++) {
        int ends[2];
        pid_t pid;

        ck_assert_int_eq(pipe(ends), 0);
        pid = fork();
        ck_assert_int_ge(pid, 0);
        if (pid == 0) {
            uint32_t hash = whim_hash_bytes("example.com", 11, 0);

            _exit(write(ends[1], &hash, sizeof(hash)) != sizeof(hash));
        }
        ck_assert_int_eq(read(ends[0], &hashes[i], sizeof(hashes[i])), sizeof(hashes[i]));
        ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
        close(ends[0]);
        close(ends[1]);
        for (int j = 0; j < i; j++)
            n_equal += hashes[i] == hashes[j];
    }
    ck_assert_int_le(n_equal, 1);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        an_empty_table_has_no_member_and_costs_nothing,
        members_are_found_while_the_table_grows_and_empties,
        a_chain_stays_short,
        any_gives_one_member_after_the_other,
        any_sequence_of_changes_agrees_with_a_model,
        a_table_that_cannot_grow_goes_on_with_longer_chains,
        a_table_grows_as_soon_as_there_is_memory_again,
        the_hash_is_of_the_bytes_their_number_and_the_seed,
        the_secret_differs_from_process_to_process,
    };

    return shuffle_and_run("hash", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
