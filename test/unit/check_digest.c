/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/base64.h"
#include "util/digest.h"
#include "util/random.h"

#include "shuffle.h"

static void assert_hash(enum whim_digest_kind kind, const struct whim_digest_part *parts, size_t n,
                        const char *expected)
{
    uint8_t hash[WHIM_DIGEST_MAX_BYTES];
    char hex[2 * WHIM_DIGEST_MAX_BYTES + 1];

    ck_assert_int_eq(whim_digest(kind, parts, n, hash), WHIM_DIGEST_OK);
    for (size_t i = 0; i < whim_digest_bytes(kind); i++)
        snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    ck_assert_str_eq(hex, expected);
}

/* FIPS 180-4 and RFC 1321 have these. */
START_TEST(parts_are_hashed_one_behind_the_other)
{
    static const struct {
        enum whim_digest_kind kind;
        const char *of_abc;
        const char *of_nothing;
    } rows[] = {
        {WHIM_DIGEST_MD5, "900150983cd24fb0d6963f7d28e17f72", "d41d8cd98f00b204e9800998ecf8427e"},
        {WHIM_DIGEST_SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {WHIM_DIGEST_SHA512_256, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23",
         "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a"},
    };
    static const struct whim_digest_part parts[] = {{"a", 1}, {"", 0}, {"bc", 2}};
    static const struct whim_digest_part whole = {"abc", 3};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t hash[WHIM_DIGEST_MAX_BYTES];

        if (!whim_digest_is_built_in()) {
            ck_assert_int_eq(whim_digest(rows[i].kind, parts, 3, hash), WHIM_DIGEST_NOT_BUILT_IN);
            continue;
        }
        assert_hash(rows[i].kind, parts, 3, rows[i].of_abc);
        assert_hash(rows[i].kind, &whole, 1, rows[i].of_abc);
        assert_hash(rows[i].kind, NULL, 0, rows[i].of_nothing);
    }
}
END_TEST

/* RFC 4648 section 10. */
START_TEST(base64_is_padded)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xff\xfe\xfd\xfc", "//79/A=="},
        {"\xfb\xef\xbe", "++++"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct whim_buf buf;

        whim_buf_init(&buf, 100);
        ck_assert_int_eq(whim_buf_add_str(&buf, "<"), WHIM_BUF_OK);
        ck_assert_int_eq(whim_base64_add(&buf, rows[i][0], strlen(rows[i][0])), WHIM_BUF_OK);
        ck_assert_uint_eq(buf.len, strlen(rows[i][1]) + 1);
        ck_assert_mem_eq(buf.data + 1, rows[i][1], buf.len - 1);
        whim_buf_fini(&buf);
    }
}
END_TEST

START_TEST(base64_that_does_not_fit_adds_nothing)
{
    struct whim_buf buf;

    whim_buf_init(&buf, 7);
    ck_assert_int_eq(whim_base64_add(&buf, "foob", 4), WHIM_BUF_FULL);
    ck_assert_uint_eq(buf.len, 0);
    ck_assert_int_eq(whim_base64_add(&buf, "foob", SIZE_MAX), WHIM_BUF_FULL);
    ck_assert_int_eq(whim_base64_add(&buf, "foo", 3), WHIM_BUF_OK);
    whim_buf_fini(&buf);
}
END_TEST

START_TEST(random_bytes_are_not_the_same_twice)
{
    uint8_t a[32] = {0};
    uint8_t b[32] = {0};

    ck_assert(whim_random_fill(a, sizeof(a)));
    ck_assert(whim_random_fill(b, sizeof(b)));
    ck_assert_mem_ne(a, b, sizeof(a));
    ck_assert(whim_random_fill(NULL, 0));
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        parts_are_hashed_one_behind_the_other,
        base64_is_padded,
        base64_that_does_not_fit_adds_nothing,
        random_bytes_are_not_the_same_twice,
    };

    return shuffle_and_run("digest", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
