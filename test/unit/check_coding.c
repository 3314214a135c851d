/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Chains of content and transfer codings: every coding, cut anywhere, damaged anywhere.
 */
#include "config.h"

#include "proto/coding.h"

#include "coded.h"
#include "faults.h"
#include "shuffle.h"

#include <stdio.h>
#ifdef HAVE_ZLIB
#include <zlib.h>
#endif

#define TEXT CODED_TEXT
enum { TEXT_LEN = sizeof(TEXT) - 1, MAX_OUT = 8192 };

static char out[MAX_OUT];
static size_t n_out;

/* Pulls until the input is used up, room bytes at a time. */
static enum whim_coding_result feed(struct whim_codings *codings, const void *data, size_t len,
                                    size_t room)
{
    const char *at = malloc(len ? len : 1); /* of the exact size, for the sanitizer */
    const char *block = at;
    enum whim_coding_result result;
    size_t n;

    memcpy((char *)block, data, len);
    do {
        ck_assert_uint_le(n_out + room, sizeof(out));
        result = whim_codings_pull(codings, &at, &len, out + n_out, room, &n);
        ck_assert_uint_le(n, room);
        n_out += n;
    } while (result == WHIM_CODING_OK && n);
    if (result == WHIM_CODING_OK)
        ck_assert_uint_eq(len, 0);
    free((char *)block);
    return result;
}

static struct whim_codings *chain_of(const char *content, const char *transfer)
{
    struct whim_codings *codings = whim_codings_new();

    ck_assert_ptr_nonnull(codings);
    if (content)
        ck_assert_int_eq(whim_codings_add(codings, false, content, strlen(content)), WHIM_CODING_OK);
    if (transfer)
        ck_assert_int_eq(whim_codings_add(codings, true, transfer, strlen(transfer)),
                         WHIM_CODING_OK);
    n_out = 0;
    return codings;
}

/* The whole body in pieces of some bytes; the first error, or what the end says. */
static enum whim_coding_result decode(const char *names, const void *data, size_t len, size_t piece,
                                      size_t room)
{
    struct whim_codings *codings = chain_of(names, NULL);
    enum whim_coding_result result = WHIM_CODING_OK;

    for (size_t at = 0; at < len && result == WHIM_CODING_OK; at += piece)
        result = feed(codings, (const char *)data + at, len - at < piece ? len - at : piece, room);
    if (result == WHIM_CODING_OK)
        result = whim_codings_end(codings);
    whim_codings_free(codings);
    return result;
}

static bool is_text(void)
{
    return n_out == TEXT_LEN && !memcmp(out, TEXT, TEXT_LEN);
}

static const struct row {
    const char *names;
    const unsigned char *data;
    size_t len;
} rows[] = {
#ifdef HAVE_ZLIB
    {"gzip", coded_gzip, sizeof(coded_gzip)},
    {"x-gzip", coded_gzip, sizeof(coded_gzip)},
    {"GZip", coded_gzip_flags, sizeof(coded_gzip_flags)},
    {"gzip", coded_zlib, sizeof(coded_zlib)},
    {"deflate", coded_zlib, sizeof(coded_zlib)},
    {"deflate", coded_raw, sizeof(coded_raw)},
    {"gzip, gzip,gzip ,\tgzip,,gzip", coded_gzip_5, sizeof(coded_gzip_5)},
#endif
#ifdef HAVE_ZSTD
    {"zstd", coded_zstd, sizeof(coded_zstd)},
#ifdef HAVE_ZLIB
    {"zstd, gzip", coded_gzip_zstd, sizeof(coded_gzip_zstd)},
    {"identity, zstd, none, gzip", coded_gzip_zstd, sizeof(coded_gzip_zstd)},
#endif
#endif
    {"identity", NULL, 0},
};
enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) - 1 };

START_TEST(each_coding_is_undone_however_it_is_cut)
{
    static const size_t rooms[] = {1, 7, 4096};

    for (size_t i = 0; i != N_ROWS; i++)
        for (size_t piece = 1; piece <= rows[i].len; piece++)
            for (size_t k = 0; k < 3; k++) {
                ck_assert_int_eq(decode(rows[i].names, rows[i].data, rows[i].len, piece, rooms[k]),
                                 WHIM_CODING_OK);
                ck_assert(is_text());
            }
}
END_TEST

START_TEST(each_coding_cut_in_two_anywhere_is_undone)
{
    for (size_t i = 0; i != N_ROWS; i++)
        for (size_t cut = 0; cut <= rows[i].len; cut++) {
            struct whim_codings *codings = chain_of(rows[i].names, NULL);

            ck_assert_int_eq(feed(codings, rows[i].data, cut, 100), WHIM_CODING_OK);
            ck_assert_int_eq(feed(codings, rows[i].data + cut, rows[i].len - cut, 100),
                             WHIM_CODING_OK);
            ck_assert_int_eq(whim_codings_end(codings), WHIM_CODING_OK);
            ck_assert(is_text());
            ck_assert_int_eq(whim_codings_n_in(codings), (int64_t)rows[i].len);
            ck_assert_int_eq(whim_codings_n_out(codings), TEXT_LEN);
            whim_codings_free(codings);
        }
}
END_TEST

START_TEST(a_body_that_ends_early_is_truncated_wherever_it_ends)
{
    for (size_t i = 0; i != N_ROWS; i++)
        for (size_t len = 1; len < rows[i].len; len++)
            ck_assert_int_eq(decode(rows[i].names, rows[i].data, len, len, 4096),
                             WHIM_CODING_TRUNCATED);
}
END_TEST

START_TEST(an_empty_body_is_whole)
{
    for (size_t i = 0; i != N_ROWS; i++)
        ck_assert_int_eq(decode(rows[i].names, "", 0, 1, 1), WHIM_CODING_OK);
    ck_assert_int_eq(decode("foo", "", 0, 1, 1), WHIM_CODING_OK);
}
END_TEST

/* A damaged stream is an error, or is told to be one by its end, or decodes to as much at most. */
START_TEST(a_flipped_bit_anywhere_breaks_nothing_but_the_body)
{
    unsigned char copy[512];

    for (size_t i = 0; i != N_ROWS; i++)
        for (size_t bit = 0; bit < rows[i].len * 8; bit++) {
            ck_assert_uint_le(rows[i].len, sizeof(copy));
            memcpy(copy, rows[i].data, rows[i].len);
            copy[bit / 8] ^= (unsigned char)(1 << bit % 8);
            decode(rows[i].names, copy, rows[i].len, rows[i].len, 64);
        }
}
END_TEST

START_TEST(garbage_is_refused_and_nothing_comes_of_it)
{
    static const char garbage[] = "\xff\xff\xff\xff this is no coded body at all, it is plain text";

    for (size_t i = 0; i != N_ROWS; i++) {
        ck_assert_int_eq(decode(rows[i].names, garbage, sizeof(garbage), 1, 64), WHIM_CODING_BAD);
        ck_assert_uint_eq(n_out, 0);
    }
}
END_TEST

START_TEST(an_error_is_told_again_and_again)
{
    for (size_t i = 0; i != N_ROWS; i++) {
        struct whim_codings *codings = chain_of(rows[i].names, NULL);

        ck_assert_int_eq(feed(codings, "\xff\xff\xff\xff garbage", 12, 64), WHIM_CODING_BAD);
        ck_assert_int_eq(feed(codings, rows[i].data, rows[i].len, 64), WHIM_CODING_BAD);
        ck_assert_uint_gt(strlen(whim_codings_reason(codings)), 0);
        whim_codings_free(codings);
    }
}
END_TEST

#ifdef HAVE_BROTLI
START_TEST(br_is_undone_and_has_nothing_behind_its_end)
{
    unsigned char coded[TEXT_LEN + 6];
    size_t len = coded_br(TEXT, TEXT_LEN, coded);

    for (size_t piece = 1; piece <= len; piece++) {
        ck_assert_int_eq(decode("br", coded, len, piece, 64), WHIM_CODING_OK);
        ck_assert(is_text());
    }
    for (size_t cut = 1; cut < len; cut++)
        ck_assert_int_eq(decode("br", coded, cut, cut, 64), WHIM_CODING_TRUNCATED);
    coded[len] = 'x';
    for (size_t piece = 1; piece <= len + 1; piece++) {
        ck_assert_int_eq(decode("br", coded, len + 1, piece, 64), WHIM_CODING_EXCESS);
        ck_assert(is_text());
    }
    ck_assert_int_eq(decode("br", "\xff\xff\xff\xff\xff\xff", 6, 6, 64), WHIM_CODING_BAD);
}
END_TEST
#endif

#ifdef HAVE_ZSTD
START_TEST(zstd_frames_may_follow_each_other_and_garbage_may_not)
{
    unsigned char coded[2 * sizeof(coded_zstd)];

    memcpy(coded, coded_zstd, sizeof(coded_zstd));
    memcpy(coded + sizeof(coded_zstd), coded_zstd, sizeof(coded_zstd));
    for (size_t piece = 1; piece <= sizeof(coded); piece++) {
        ck_assert_int_eq(decode("zstd", coded, sizeof(coded), piece, 64), WHIM_CODING_OK);
        ck_assert_uint_eq(n_out, (size_t)2 * TEXT_LEN);
    }
    memset(coded + sizeof(coded_zstd), 'x', 8);
    ck_assert_int_eq(decode("zstd", coded, sizeof(coded_zstd) + 8, 64, 64), WHIM_CODING_BAD);
    ck_assert(is_text());
}
END_TEST

/* RFC 9659: 8 MB is what a client has to bear; this frame asks for 16 MB. */
START_TEST(zstd_windows_above_8_mb_are_refused)
{
    static const unsigned char coded[] = {0x28, 0xb5, 0x2f, 0xfd, 0x00, 14 << 3, 0x09, 0x00, 0x00, 'x'};
    unsigned char fits[sizeof(coded)];

    ck_assert_int_eq(decode("zstd", coded, sizeof(coded), 1, 64), WHIM_CODING_BAD);
    memcpy(fits, coded, sizeof(coded));
    fits[5] = 13 << 3;
    ck_assert_int_eq(decode("zstd", fits, sizeof(fits), 1, 64), WHIM_CODING_OK);
    ck_assert_uint_eq(n_out, 1);
}
END_TEST
#endif

START_TEST(unknown_codings_are_refused_with_the_first_byte)
{
    ck_assert_int_eq(decode("foo", "x", 1, 1, 1), WHIM_CODING_UNKNOWN);
    ck_assert_int_eq(decode("identity, foo", "x", 1, 1, 1), WHIM_CODING_UNKNOWN);
    ck_assert_int_eq(decode("chunked", "x", 1, 1, 1), WHIM_CODING_UNKNOWN);
    ck_assert_int_eq(decode("gzi", "x", 1, 1, 1), WHIM_CODING_UNKNOWN);
    ck_assert_int_eq(decode("gzipp", "x", 1, 1, 1), WHIM_CODING_UNKNOWN);
}
END_TEST

/* C-197 CVE-2022-32206 CVE-2023-23916: over all fields, and identity counts. */
START_TEST(more_than_five_names_are_refused_in_one_field_or_many)
{
    static const char five[] = "identity, gzip, identity, br, zstd";
    struct whim_codings *codings = chain_of(five, NULL);

    ck_assert_int_eq(whim_codings_add(codings, false, "identity", 8), WHIM_CODING_TOO_MANY);
    ck_assert_int_eq(whim_codings_add(codings, true, "chunked", 7), WHIM_CODING_OK);
    ck_assert_int_eq(whim_codings_add(codings, true, "gzip", 4), WHIM_CODING_TOO_MANY);
    whim_codings_free(codings);
    codings = chain_of(NULL, NULL);
    ck_assert_int_eq(whim_codings_add(codings, false, "a,b,c,d,e,f", 11), WHIM_CODING_TOO_MANY);
    whim_codings_free(codings);
}
END_TEST

START_TEST(identity_alone_is_no_work)
{
    struct whim_codings *codings = chain_of("identity, none", "chunked");

    ck_assert(!whim_codings_is_active(codings));
    whim_codings_add(codings, false, "foo", 3);
    ck_assert(whim_codings_is_active(codings));
    whim_codings_free(codings);
}
END_TEST

#if defined(HAVE_ZLIB) && defined(HAVE_ZSTD)
START_TEST(transfer_codings_come_off_before_content_codings)
{
    struct whim_codings *codings = chain_of("zstd", "gzip, chunked");

    ck_assert_int_eq(feed(codings, coded_gzip_zstd, sizeof(coded_gzip_zstd), 64), WHIM_CODING_OK);
    ck_assert(is_text());
    whim_codings_free(codings);
}
END_TEST
#endif

#ifdef HAVE_ZLIB
/* A gzip header whose file name does not end, by gzip: some KB stand for all of it. CVE-2022-32206 */
static size_t make_bomb(unsigned char *bomb, size_t room, size_t n_name)
{
    static const unsigned char head[] = {31, 139, 8, 8, 0, 0, 0, 0, 0, 3};
    static unsigned char name[65536];
    z_stream z = {.next_out = bomb, .avail_out = (unsigned)room};

    memset(name, 'n', sizeof(name));
    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)head;
    z.avail_in = sizeof(head);
    ck_assert_int_eq(deflate(&z, Z_NO_FLUSH), Z_OK);
    for (size_t n = 0; n < n_name; n += sizeof(name)) {
        z.next_in = name;
        z.avail_in = sizeof(name);
        ck_assert_int_eq(deflate(&z, Z_NO_FLUSH), Z_OK);
    }
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return z.total_out;
}

START_TEST(what_comes_to_nothing_comes_to_an_end)
{
    static unsigned char bomb[1024 * 1024];
    struct whim_codings *codings = chain_of("gzip, gzip", NULL);
    size_t len = make_bomb(bomb, sizeof(bomb), 2 * (size_t)WHIM_CODINGS_MAX_IDLE);

    ck_assert_int_eq(feed(codings, bomb, len, 64), WHIM_CODING_BAD);
    ck_assert_int_eq(feed(codings, bomb, len, 64), WHIM_CODING_BAD);
    ck_assert_str_eq(whim_codings_reason(codings), "too much that comes to nothing");
    ck_assert_int_eq(whim_codings_n_out(codings), 0);
    ck_assert_int_le(whim_codings_n_made(codings), WHIM_CODINGS_MAX_IDLE + 65536);
    whim_codings_free(codings);
    codings = chain_of("gzip, gzip", NULL);
    len = make_bomb(bomb, sizeof(bomb), WHIM_CODINGS_MAX_IDLE / 2);
    ck_assert_int_eq(feed(codings, bomb, len, 64), WHIM_CODING_OK); /* may still be a name */
    ck_assert_int_ge(whim_codings_n_made(codings), WHIM_CODINGS_MAX_IDLE / 2);
    whim_codings_free(codings);
}
END_TEST
#endif

START_TEST(what_is_offered_is_what_is_built_in)
{
    const char *offer = whim_codings_offer();

#ifdef HAVE_ZLIB
    ck_assert(strstr(offer, "deflate, gzip") == offer);
#else
    ck_assert(!strstr(offer, "gzip"));
#endif
#ifdef HAVE_BROTLI
    ck_assert_ptr_nonnull(strstr(offer, "br"));
#endif
#ifdef HAVE_ZSTD
    ck_assert_ptr_nonnull(strstr(offer, "zstd"));
#endif
}
END_TEST

/* One allocation after the other fails: never a wrong body, never a leak. */
static void decode_row(void *arg)
{
    const struct row *row = arg;
    struct whim_codings *codings = whim_codings_new();
    enum whim_coding_result result;

    if (!codings)
        return;
    n_out = 0;
    whim_codings_add(codings, false, row->names, strlen(row->names));
    result = feed(codings, row->data, row->len, 4096);
    ck_assert(result == WHIM_CODING_NO_MEMORY || (result == WHIM_CODING_OK && is_text()));
    whim_codings_free(codings);
}

START_TEST(memory_may_run_out_at_any_time)
{
    for (size_t i = 0; i != N_ROWS; i++)
        ck_assert_int_gt(faults_run(decode_row, (void *)&rows[i]), 2);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        each_coding_is_undone_however_it_is_cut,
        each_coding_cut_in_two_anywhere_is_undone,
        a_body_that_ends_early_is_truncated_wherever_it_ends,
        an_empty_body_is_whole,
        a_flipped_bit_anywhere_breaks_nothing_but_the_body,
        garbage_is_refused_and_nothing_comes_of_it,
        an_error_is_told_again_and_again,
#ifdef HAVE_BROTLI
        br_is_undone_and_has_nothing_behind_its_end,
#endif
#ifdef HAVE_ZSTD
        zstd_frames_may_follow_each_other_and_garbage_may_not,
        zstd_windows_above_8_mb_are_refused,
#endif
        unknown_codings_are_refused_with_the_first_byte,
        more_than_five_names_are_refused_in_one_field_or_many,
        identity_alone_is_no_work,
#if defined(HAVE_ZLIB) && defined(HAVE_ZSTD)
        transfer_codings_come_off_before_content_codings,
#endif
#ifdef HAVE_ZLIB
        what_comes_to_nothing_comes_to_an_end,
#endif
        what_is_offered_is_what_is_built_in,
        memory_may_run_out_at_any_time,
    };

    return shuffle_and_run("coding", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
