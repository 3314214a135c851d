/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "heap.h"
#include "proto/percent.h"
#include "shuffle.h"

START_TEST(all_but_unreserved_bytes_are_encoded_in_upper_case)
{
    struct whim_buf buf;

    heap_begin();
    whim_buf_init(&buf, 100);
    ck_assert_int_eq(whim_percent_encode(&buf, "aZ09-._~ /%\xff\0x", 14), WHIM_BUF_OK);
    ck_assert_int_eq(whim_percent_encode(&buf, "", 0), WHIM_BUF_OK);
    ck_assert_int_eq(whim_buf_terminate(&buf), WHIM_BUF_OK);
    ck_assert_str_eq(buf.data, "aZ09-._~%20%2F%25%FF%00x");
    whim_buf_fini(&buf);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(nothing_is_added_when_the_encoded_text_does_not_fit)
{
    struct whim_buf buf;

    heap_begin();
    whim_buf_init(&buf, 8);
    ck_assert_int_eq(whim_percent_encode(&buf, "ab   ", 5), WHIM_BUF_FULL);
    ck_assert_uint_eq(buf.len, 0);
    ck_assert_int_eq(whim_percent_encode(&buf, "ab  ", 4), WHIM_BUF_OK);
    ck_assert_uint_eq(buf.len, 8);
    whim_buf_fini(&buf);
    heap.fail_from = heap.n_calls + 1;
    ck_assert_int_eq(whim_percent_encode(&buf, " ", 1), WHIM_BUF_NOMEM);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

START_TEST(decoding_leaves_what_is_not_an_encoded_byte)
{
    static const struct {
        const char *text;
        const char *decoded;
    } cases[] = {
        {"", ""},         {"abc", "abc"}, {"%41%62%7E", "Ab~"},       {"%e9%E9", "\xe9\xe9"},
        {"%", "%"},       {"%4", "%4"},   {"%zz%4z%z4", "%zz%4z%z4"}, {"a+b", "a+b"},
        {"%2541", "%41"}, {"%%41", "%A"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char out[32];
        size_t len;

        strcpy(out, cases[i].text);
        ck_assert(whim_percent_decode(out, out, strlen(out), WHIM_PERCENT_REJECT_CONTROL, &len));
        ck_assert_uint_eq(len, strlen(cases[i].decoded));
        ck_assert_mem_eq(out, cases[i].decoded, len);
    }
}
END_TEST

START_TEST(bytes_that_a_caller_cannot_use_are_rejected)
{
    char out[8];
    size_t len = 77;

    ck_assert(whim_percent_decode(out, "a%00", 4, WHIM_PERCENT_REJECT_NONE, &len));
    ck_assert_uint_eq(len, 2);
    len = 77;
    ck_assert(!whim_percent_decode(out, "a%00", 4, WHIM_PERCENT_REJECT_ZERO, &len));
    ck_assert(whim_percent_decode(out, "%01", 3, WHIM_PERCENT_REJECT_ZERO, &len));
    ck_assert_uint_eq(len, 1);
    len = 77;
    ck_assert(!whim_percent_decode(out, "%1f", 3, WHIM_PERCENT_REJECT_CONTROL, &len));
    ck_assert(!whim_percent_decode(out, "\n", 1, WHIM_PERCENT_REJECT_CONTROL, &len));
    ck_assert_uint_eq(len, 77);
    ck_assert(whim_percent_decode(out, "%20%7f", 6, WHIM_PERCENT_REJECT_CONTROL, &len));
    ck_assert_uint_eq(len, 2);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        all_but_unreserved_bytes_are_encoded_in_upper_case,
        nothing_is_added_when_the_encoded_text_does_not_fit,
        decoding_leaves_what_is_not_an_encoded_byte,
        bytes_that_a_caller_cannot_use_are_rejected,
    };

    return shuffle_and_run("percent", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
