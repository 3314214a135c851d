/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * gzip and deflate: members, checks, what may stand behind the end, and how large it gets.
 */
#include "config.h"

#include "proto/coding.h"

#include "coded.h"
#include "shuffle.h"

#define TEXT CODED_TEXT
enum { TEXT_LEN = sizeof(TEXT) - 1, MAX_CODED = 2048 };

static char out[4 * TEXT_LEN];
static size_t n_out;

static enum whim_coding_result decode(const char *name, const void *data, size_t len, size_t piece)
{
    struct whim_codings *codings = whim_codings_new();
    enum whim_coding_result result;
    size_t n;

    ck_assert_ptr_nonnull(codings);
    result = whim_codings_add(codings, false, name, strlen(name));
    n_out = 0;
    for (size_t at = 0; at < len && result == WHIM_CODING_OK; at += piece) {
        const char *from = (const char *)data + at;
        size_t left = len - at < piece ? len - at : piece;

        do {
            result = whim_codings_pull(codings, &from, &left, out + n_out, sizeof(out) - n_out, &n);
            n_out += n;
        } while (result == WHIM_CODING_OK && n && n_out < sizeof(out));
    }
    if (result == WHIM_CODING_OK)
        result = whim_codings_end(codings);
    whim_codings_free(codings);
    return result;
}

static size_t join(unsigned char *to, const void *a, size_t a_len, const void *b, size_t b_len)
{
    ck_assert_uint_le(a_len + b_len, MAX_CODED);
    memcpy(to, a, a_len);
    memcpy(to + a_len, b, b_len);
    return a_len + b_len;
}

/* RFC 1952 section 2.2. */
START_TEST(gzip_members_follow_each_other_however_they_are_cut)
{
    unsigned char coded[MAX_CODED];
    size_t len = join(coded, coded_gzip, sizeof(coded_gzip), coded_gzip_flags,
                      sizeof(coded_gzip_flags));

    for (size_t piece = 1; piece <= len; piece++) {
        ck_assert_int_eq(decode("gzip", coded, len, piece), WHIM_CODING_OK);
        ck_assert_uint_eq(n_out, (size_t)2 * TEXT_LEN);
        ck_assert(!memcmp(out, out + TEXT_LEN, TEXT_LEN));
    }
    for (size_t cut = sizeof(coded_gzip) + 1; cut < len; cut++)
        ck_assert_int_eq(decode("gzip", coded, cut, cut), WHIM_CODING_TRUNCATED);
}
END_TEST

START_TEST(what_is_no_member_behind_a_gzip_file_is_excess)
{
    static const char *const tails[] = {"garbage", "\x1f!", "\x1e\x8b", "x"};
    unsigned char coded[MAX_CODED];

    for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
        size_t len = join(coded, coded_gzip, sizeof(coded_gzip), tails[i], strlen(tails[i]));

        for (size_t piece = 1; piece <= len; piece++) {
            ck_assert_int_eq(decode("gzip", coded, len, piece), WHIM_CODING_EXCESS);
            ck_assert_uint_eq(n_out, TEXT_LEN);
        }
    }
    ck_assert_int_eq(decode("gzip", coded, join(coded, coded_gzip, sizeof(coded_gzip), "\0", 1), 1),
                     WHIM_CODING_EXCESS);
}
END_TEST

START_TEST(behind_deflate_nothing_may_stand_but_four_bytes_when_it_is_raw)
{
    unsigned char coded[MAX_CODED];
    size_t len = join(coded, coded_zlib, sizeof(coded_zlib), "x", 1);

    ck_assert_int_eq(decode("deflate", coded, len, 1), WHIM_CODING_EXCESS);
    len = join(coded, coded_raw, sizeof(coded_raw), "four", 4);
    for (size_t piece = 1; piece <= len; piece++)
        ck_assert_int_eq(decode("deflate", coded, len, piece), WHIM_CODING_OK);
    len = join(coded, coded_raw, sizeof(coded_raw), "five!", 5);
    for (size_t piece = 1; piece <= len; piece++)
        ck_assert_int_eq(decode("deflate", coded, len, piece), WHIM_CODING_EXCESS);
}
END_TEST

START_TEST(check_and_length_of_a_gzip_file_are_looked_at)
{
    unsigned char coded[sizeof(coded_gzip)];

    for (size_t i = 1; i <= 8; i++) {
        memcpy(coded, coded_gzip, sizeof(coded));
        coded[sizeof(coded) - i] ^= 1;
        ck_assert_int_eq(decode("gzip", coded, sizeof(coded), sizeof(coded)), WHIM_CODING_BAD);
    }
    memcpy(coded, coded_gzip, sizeof(coded));
    coded[3] = 0xe0; /* flags that do not exist */
    ck_assert_int_eq(decode("gzip", coded, sizeof(coded), 1), WHIM_CODING_BAD);
}
END_TEST

START_TEST(a_dictionary_that_nobody_has_is_an_error)
{
    static const unsigned char coded[] = {0x78, 0xbb, 1, 2, 3, 4, 5, 6};

    ck_assert_int_eq(decode("deflate", coded, sizeof(coded), 1), WHIM_CODING_BAD);
}
END_TEST

/* CVE-2025-0725: sizes are counted in size_t, whatever zlib's version. */
START_TEST(a_large_body_comes_in_pieces_of_the_room_that_there_is)
{
    struct whim_codings *codings = whim_codings_new();
    const char *data = (const char *)coded_gzip_zeros;
    size_t len = sizeof(coded_gzip_zeros);
    size_t n_pulls = 0;
    size_t n;

    ck_assert_int_eq(whim_codings_add(codings, false, "gzip", 4), WHIM_CODING_OK);
    do {
        ck_assert_int_eq(whim_codings_pull(codings, &data, &len, out, 1000, &n), WHIM_CODING_OK);
        ck_assert_uint_le(n, 1000);
        n_pulls++;
    } while (n);
    ck_assert_int_eq(whim_codings_n_out(codings), CODED_ZEROS);
    ck_assert_int_eq(whim_codings_n_in(codings), sizeof(coded_gzip_zeros));
    ck_assert_uint_ge(n_pulls, CODED_ZEROS / 1000);
    ck_assert_int_eq(whim_codings_end(codings), WHIM_CODING_OK);
    whim_codings_free(codings);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        gzip_members_follow_each_other_however_they_are_cut,
        what_is_no_member_behind_a_gzip_file_is_excess,
        behind_deflate_nothing_may_stand_but_four_bytes_when_it_is_raw,
        check_and_length_of_a_gzip_file_are_looked_at,
        a_dictionary_that_nobody_has_is_an_error,
        a_large_body_comes_in_pieces_of_the_room_that_there_is,
    };

#ifndef HAVE_ZLIB
    return 77; /* skipped */
#endif
    return shuffle_and_run("coding_zlib", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
