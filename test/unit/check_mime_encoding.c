/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/mime_encoding.h"

#include "shuffle.h"

#include <stdbool.h>
#include <string.h>

#define X75 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define A57 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define YWFH_LINE "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh"

static const struct row {
    const char *name;
    const char *encoding;
    const char *in;
    size_t in_len;
    const char *out;
} rows[] = {
#define ROW(name, encoding, in, out) {name, encoding, in, sizeof(in) - 1, out}
    ROW("nothing", "base64", "", ""),
    ROW("one byte", "base64", "f", "Zg=="),
    ROW("two bytes", "base64", "fo", "Zm8="),
    ROW("three bytes", "base64", "foo", "Zm9v"),
    ROW("all kinds of bits", "base64", "\0\xff\xfe\x10", "AP/+EA=="),
    ROW("a line", "base64", A57, YWFH_LINE),
    ROW("a line and a byte", "base64", A57 "b", YWFH_LINE "\r\nYg=="),
    ROW("two lines", "base64", A57 A57, YWFH_LINE "\r\n" YWFH_LINE),
    ROW("nothing quoted", "quoted-printable", "", ""),
    ROW("text", "quoted-printable", "a!~<>", "a!~<>"),
    ROW("an equals sign", "quoted-printable", "a=b", "a=3Db"),
    ROW("bytes", "quoted-printable", "\0\x7f\x80\xff", "=00=7F=80=FF"),
    ROW("a blank before text", "quoted-printable", "a b\tc", "a b\tc"),
    ROW("a blank before a line end", "quoted-printable", "a \r\nb\t\r\n", "a=20\r\nb=09\r\n"),
    ROW("a blank at the end", "quoted-printable", "a ", "a=20"),
    ROW("a blank before half a line end", "quoted-printable", "a \rb \nc", "a =0Db =0Ac"),
    ROW("half a line end at the end", "quoted-printable", "a \r", "a =0D"),
    ROW("two halves", "quoted-printable", "\r\r\n\n", "=0D\r\n=0A"),
    ROW("a full line at the end", "quoted-printable", X75 "y", X75 "y"),
    ROW("a full line before a line end", "quoted-printable", X75 "y\r\n", X75 "y\r\n"),
    ROW("a full line before text", "quoted-printable", X75 "yz", X75 "=\r\nyz"),
    ROW("a full line before half a line end", "quoted-printable", X75 "y\r",
        X75 "=\r\ny=0D"),
    ROW("no room for three", "quoted-printable", X75 "=", X75 "=\r\n=3D"),
    ROW("a line begins anew", "quoted-printable", "\r\n" X75 "y", "\r\n" X75 "y"),
#undef ROW
};

/* Feeds `piece` bytes at a time and pulls as many; returns the length. */
static size_t encode(const struct row *row, size_t piece, char *out, size_t cap)
{
    struct whim_mime_encoder encoder = {.encoding = whim_mime_encoding_find(row->encoding)};
    size_t in_off = 0, len = 0;

    whim_mime_encoder_reset(&encoder);
    while (!whim_mime_encoder_is_done(&encoder)) {
        size_t n = whim_mime_encoder_pull(&encoder, out + len, piece < cap - len ? piece : cap - len);
        size_t room;
        char *at;

        len += n;
        ck_assert_uint_lt(len, cap);
        if (n)
            continue;
        ck_assert(!encoder.is_at_end);
        at = whim_mime_encoder_room(&encoder, &room);
        n = row->in_len - in_off < piece ? row->in_len - in_off : piece;
        ck_assert_uint_gt(room, n);
        memcpy(at, row->in + in_off, n);
        in_off += n;
        whim_mime_encoder_feed(&encoder, n);
    }
    return len;
}

START_TEST(contents_are_encoded_alike_at_every_split)
{
    char out[1000];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t piece = 1; piece <= rows[i].in_len + 1; piece++) {
            size_t len = encode(&rows[i], piece, out, sizeof(out));

            ck_assert_msg(len == strlen(rows[i].out) && !memcmp(out, rows[i].out, len),
                          "%s, by %zu: %.*s", rows[i].name, piece, (int)len, out);
        }
    }
}
END_TEST

START_TEST(sizes_that_are_known_are_right)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct whim_mime_encoding *encoding = whim_mime_encoding_find(rows[i].encoding);
        int64_t size = encoding->size((int64_t)rows[i].in_len);

        if (size >= 0)
            ck_assert_int_eq(size, strlen(rows[i].out));
        else
            ck_assert_str_eq(encoding->name, "quoted-printable");
    }
}
END_TEST

/* CVE-2016-8617, CVE-2018-14618: encoded sizes that overflow. */
START_TEST(cve_2016_8617_a_size_that_would_overflow_is_not_known)
{
    const struct whim_mime_encoding *base64 = whim_mime_encoding_find("base64");

    ck_assert_int_eq(base64->size(INT64_MAX), -1);
    ck_assert_int_eq(base64->size(INT64_MAX / 4 * 3), -1);
    ck_assert_int_gt(base64->size(INT64_MAX / 5 * 3), INT64_MAX / 5 * 4);
}
END_TEST

START_TEST(encodings_have_names_in_any_case_of_letters)
{
    ck_assert_str_eq(whim_mime_encoding_find("BASE64")->name, "base64");
    ck_assert_str_eq(whim_mime_encoding_find("Quoted-Printable")->name, "quoted-printable");
    ck_assert(whim_mime_encoding_find("7bit")->is_7bit);
    ck_assert(!whim_mime_encoding_find("8bit")->is_7bit);
    ck_assert_int_eq(whim_mime_encoding_find("binary")->size(7), 7);
    ck_assert_ptr_null(whim_mime_encoding_find("base6"));
    ck_assert_ptr_null(whim_mime_encoding_find("base64x"));
    ck_assert_ptr_null(whim_mime_encoding_find(""));
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        contents_are_encoded_alike_at_every_split,
        sizes_that_are_known_are_right,
        cve_2016_8617_a_size_that_would_overflow_is_not_known,
        encodings_have_names_in_any_case_of_letters,
    };

    return shuffle_and_run("mime_encoding", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
