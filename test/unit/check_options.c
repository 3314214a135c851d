/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* The store. */
#include "engine/share.h"
#include "option_fixture.h"
#include "shuffle.h"

#include <stdint.h>

/* Number and type of each row, to walk over all of them. */
static const struct row {
    int id;
    bool is_plain_num; /* stored in a row of its own, without a range */
    bool is_text;
} rows[] = {
#define WHIM_OPTION(name, number, type, kind, store, setter, ...)                    \
    [WHIM_OPT_##name] = {WHIM_OPT_BASE_##type + (number),                            \
                         !strcmp(#setter, "num") && !strcmp(#name, #store),          \
                         !strcmp(#setter, "str") || !strcmp(#setter, "trusted")},
#include "engine/tbl/easy_options.h"
};

/* Sets n numbers to something, so that the slots do not fit into the struct any more. */
static int set_many_numbers(int n)
{
    int row, n_failed = 0;

    for (row = 0; row < WHIM_OPT_METHOD_ && n; row++) {
        if (rows[row].is_plain_num) {
            n_failed += whim_options_set_num(&options, row, 12345) != CURLE_OK;
            n--;
        }
    }
    ck_assert_int_eq(n, 0);
    return n_failed;
}

START_TEST(an_option_that_is_not_set_answers_its_default_and_costs_nothing)
{
    begin();
    ck_assert_int_eq(whim_opt_num(&options, WHIM_OPT_CONNECTTIMEOUT_MS), 300000);
    ck_assert_int_eq(whim_opt_num(&options, WHIM_OPT_MAXREDIRS), 30);
    ck_assert_int_eq(whim_opt_num(&options, WHIM_OPT_NOPROGRESS), 1);
    ck_assert_int_eq(whim_opt_num(&options, WHIM_OPT_INFILESIZE_LARGE), -1);
    ck_assert_ptr_null(whim_opt_str(&options, WHIM_OPT_URL));
    ck_assert_ptr_null(whim_opt_text(&options, WHIM_OPT_URL));
    ck_assert_ptr_null(whim_opt_ptr(&options, WHIM_OPT_WRITEDATA));
    ck_assert(WHIM_OPT_FN(curl_write_callback, &options, WHIM_OPT_WRITEFUNCTION) == NULL);
    ck_assert_int_eq(whim_opt_method(&options), WHIM_METHOD_GET);
    ck_assert_int_eq(options.n_slots, 0);
    ck_assert_int_eq(heap.n_calls, 0);
    end();
}
END_TEST

START_TEST(the_store_is_small)
{
    ck_assert_uint_le(sizeof(struct whim_options), 152);
}
END_TEST

START_TEST(setting_the_default_is_as_good_as_not_setting)
{
    begin();
    ck_assert_int_eq(set_num(CURLOPT_MAXREDIRS, 5), CURLE_OK);
    ck_assert(whim_opt_is_set(&options, WHIM_OPT_MAXREDIRS));
    ck_assert_int_eq(set_num(CURLOPT_MAXREDIRS, 30), CURLE_OK);
    ck_assert(!whim_opt_is_set(&options, WHIM_OPT_MAXREDIRS));
    ck_assert_int_eq(set_ptr(CURLOPT_WRITEDATA, &options), CURLE_OK);
    ck_assert_int_eq(set_ptr(CURLOPT_WRITEDATA, NULL), CURLE_OK);
    ck_assert_int_eq(options.n_slots, 0);
    end();
}
END_TEST

/* Any sequence of sets and unsets leaves every row at what was last said. */
START_TEST(rows_keep_their_values_whatever_is_set_and_unset_around_them)
{
    static int64_t model[WHIM_OPT_MAX];
    static struct whim_options copy;
    int step, row;

    begin();
    memcpy(model, whim_opt_defaults, sizeof(model));
    for (step = 0; step < 20000; step++) {
        row = rand() % WHIM_OPT_METHOD_;
        if (!rows[row].is_plain_num)
            continue;
        if (rand() % 5 < (step / 2000) % 5) {
            whim_options_unset(&options, row);
            model[row] = whim_opt_defaults[row];
        } else {
            model[row] = rand();
            ck_assert_int_eq(whim_options_set_num(&options, row, model[row]), CURLE_OK);
        }
        if (step % 100)
            continue;
        whim_options_init(&copy);
        ck_assert_int_eq(whim_options_copy(&copy, &options), CURLE_OK);
        for (row = 0; row < WHIM_OPT_MAX; row++) {
            ck_assert_int_eq(whim_opt_num(&options, row), model[row]);
            ck_assert_int_eq(whim_opt_num(&copy, row), model[row]);
        }
        whim_options_fini(&copy);
    }
    whim_options_reset(&options);
    for (row = 0; row < WHIM_OPT_MAX; row++)
        ck_assert_int_eq(whim_opt_num(&options, row), whim_opt_defaults[row]);
    end();
}
END_TEST

START_TEST(all_options_can_be_set_at_once)
{
    char text[32];
    unsigned row, n_set = 0;

    begin();
    for (row = 0; row < WHIM_OPT_METHOD_; row++) {
        if (!rows[row].is_text)
            continue;
        snprintf(text, sizeof(text), "value %u", row);
        if (set_ptr((CURLoption)rows[row].id, text) == CURLE_OK)
            n_set++;
    }
    ck_assert_uint_gt(n_set, 70);
    for (row = 0; row < WHIM_OPT_METHOD_; row++) {
        snprintf(text, sizeof(text), "value %u", row);
        if (rows[row].is_text && whim_opt_is_set(&options, row)) {
            ck_assert_str_eq(whim_opt_text(&options, row), text);
            n_set--;
        }
    }
    ck_assert_uint_eq(n_set, 0);
    end();
}
END_TEST

START_TEST(a_reference_outlives_a_new_value)
{
    struct whim_str *kept;

    begin();
    set_ptr(CURLOPT_URL, "http://first/");
    kept = whim_str_ref(whim_opt_str(&options, WHIM_OPT_URL));
    set_ptr(CURLOPT_URL, "http://other/");
    ck_assert_str_eq(kept->text, "http://first/");
    ck_assert_str_eq(whim_opt_text(&options, WHIM_OPT_URL), "http://other/");
    whim_str_unref(kept);
    end();
}
END_TEST

START_TEST(setting_urls_in_turn_allocates_once)
{
    begin();
    set_ptr(CURLOPT_URL, "http://127.0.0.1/first");
    ck_assert_int_eq(heap.n_calls, 1);
    set_ptr(CURLOPT_URL, "http://127.0.0.1/next");
    ck_assert_int_eq(heap.n_calls, 1);
    end();
}
END_TEST

START_TEST(secrets_are_wiped_before_they_are_freed)
{
    begin();
    heap.secret = "opensesame";
    set_ptr(CURLOPT_USERPWD, "me:opensesame");
    set_ptr(CURLOPT_PROXYUSERPWD, "me:opensesame");
    set_ptr(CURLOPT_KEYPASSWD, "opensesame");
    set_ptr(CURLOPT_XOAUTH2_BEARER, "opensesame");
    set_ptr(CURLOPT_COPYPOSTFIELDS, "password=opensesame");
    ck_assert_str_eq(whim_opt_text(&options, WHIM_OPT_PASSWORD), "opensesame");
    set_ptr(CURLOPT_USERPWD, "me:x");
    set_ptr(CURLOPT_KEYPASSWD, "y");
    set_ptr(CURLOPT_XOAUTH2_BEARER, NULL);
    end();
    ck_assert(!heap.is_secret_leaked);

    begin(); /* the search would find one */
    heap.secret = "opensesame";
    set_ptr(CURLOPT_URL, "http://opensesame/");
    end();
    ck_assert(heap.is_secret_leaked);
}
END_TEST

START_TEST(a_copy_has_strings_of_its_own_and_not_the_share)
{
    static struct whim_options copy;
    struct whim_share share = {.magic = WHIM_SHARE_MAGIC};

    begin();
    set_ptr(CURLOPT_SHARE, &share);
    set_ptr(CURLOPT_URL, "http://x/");
    set_ptr(CURLOPT_PASSWORD, "secret");
    set_many_numbers(20);
    whim_options_init(&copy);
    ck_assert_int_eq(whim_options_copy(&copy, &options), CURLE_OK);
    ck_assert_int_eq(copy.n_slots, options.n_slots - 1);
    ck_assert_ptr_null(whim_opt_ptr(&copy, WHIM_OPT_SHARE));
    ck_assert_uint_eq(share.n_users, 1);
    ck_assert_ptr_ne(whim_opt_str(&copy, WHIM_OPT_URL), whim_opt_str(&options, WHIM_OPT_URL));
    whim_options_fini(&options);
    ck_assert_uint_eq(share.n_users, 0);
    ck_assert_str_eq(whim_opt_text(&copy, WHIM_OPT_URL), "http://x/");
    ck_assert_str_eq(whim_opt_text(&copy, WHIM_OPT_PASSWORD), "secret");
    whim_options_fini(&copy);
    end();
}
END_TEST

START_TEST(a_reset_keeps_the_share_alone)
{
    struct whim_share share = {.magic = WHIM_SHARE_MAGIC};

    begin();
    set_ptr(CURLOPT_URL, "http://x/");
    set_num(CURLOPT_NOBODY, 1);
    set_ptr(CURLOPT_SHARE, &share);
    whim_options_reset(&options);
    ck_assert_ptr_eq(whim_opt_ptr(&options, WHIM_OPT_SHARE), &share);
    ck_assert_uint_eq(share.n_users, 1);
    ck_assert_int_eq(options.n_slots, 1);
    ck_assert_int_eq(set_ptr(CURLOPT_SHARE, &options), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(set_ptr(CURLOPT_SHARE, &share), CURLE_OK);
    ck_assert_uint_eq(share.n_users, 1);
    ck_assert_int_eq(set_ptr(CURLOPT_SHARE, NULL), CURLE_OK);
    ck_assert_uint_eq(share.n_users, 0);
    end();
}
END_TEST

/* Sets a lot, with the n-th allocation and all after it failing; the number of failures. */
static int set_a_lot_without_memory(long fail_from)
{
    static const CURLoption texts[] = {
        CURLOPT_URL,     CURLOPT_USERPWD, CURLOPT_PROXYUSERPWD, CURLOPT_COPYPOSTFIELDS,
        CURLOPT_REFERER, CURLOPT_CAINFO,  CURLOPT_COOKIE,       CURLOPT_KEYPASSWD,
    };
    static struct whim_options copy;
    int n_failed = 0;
    size_t i;

    begin();
    set_ptr(CURLOPT_URL, "http://before/");
    heap.n_calls = 0;
    heap.fail_from = fail_from;
    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        CURLcode result = set_ptr(texts[i], "a longer text than before:it");

        ck_assert(result == CURLE_OK || result == CURLE_OUT_OF_MEMORY);
        n_failed += result != CURLE_OK;
    }
    n_failed += set_many_numbers(12);
    ck_assert_ptr_nonnull(whim_opt_text(&options, WHIM_OPT_URL));
    whim_options_init(&copy);
    n_failed += whim_options_copy(&copy, &options) != CURLE_OK;
    whim_options_fini(&copy);
    end();
    return n_failed;
}

START_TEST(a_lack_of_memory_is_told_and_loses_nothing)
{
    long fail_from = 1;

    while (set_a_lot_without_memory(fail_from) && fail_from < 1000)
        fail_from++;
    ck_assert_int_gt(fail_from, 10);
    ck_assert_int_lt(fail_from, 1000);
}
END_TEST

START_TEST(a_failed_set_leaves_the_old_value)
{
    begin();
    set_ptr(CURLOPT_URL, "short");
    set_ptr(CURLOPT_PASSWORD, "old");
    heap.fail_from = heap.n_calls + 1;
    ck_assert_int_eq(set_ptr(CURLOPT_URL, "much longer than it was"), CURLE_OUT_OF_MEMORY);
    ck_assert_int_eq(set_ptr(CURLOPT_PASSWORD, "new"), CURLE_OUT_OF_MEMORY);
    ck_assert_str_eq(whim_opt_text(&options, WHIM_OPT_URL), "short");
    ck_assert_str_eq(whim_opt_text(&options, WHIM_OPT_PASSWORD), "old");
    end();
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        an_option_that_is_not_set_answers_its_default_and_costs_nothing,
        the_store_is_small,
        setting_the_default_is_as_good_as_not_setting,
        rows_keep_their_values_whatever_is_set_and_unset_around_them,
        all_options_can_be_set_at_once,
        a_reference_outlives_a_new_value,
        setting_urls_in_turn_allocates_once,
        secrets_are_wiped_before_they_are_freed,
        a_copy_has_strings_of_its_own_and_not_the_share,
        a_reset_keeps_the_share_alone,
        a_lack_of_memory_is_told_and_loses_nothing,
        a_failed_set_leaves_the_old_value,
    };

    return shuffle_and_run("options", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
