/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What is sent of a tree: heads, delimiters, contents; at every split, and as long as it was said.
 */
#include "proto/mime.h"

#include "faults.h"
#include "mime_rig.h"
#include "shuffle.h"

#include <stdlib.h>

/* A source that hands out its text in pieces, and may misbehave. */
struct giver {
    const char *text;
    size_t piece;
    size_t off;
    size_t pause_at; /* SIZE_MAX: never */
    size_t abort_at;
    int seek_answer;
    unsigned n_calls, n_seeks, n_frees;
    size_t lie; /* bytes more than there was room for */
};

static size_t give(char *data, size_t size, size_t n_items, void *arg)
{
    struct giver *giver = arg;
    size_t n = strlen(giver->text) - giver->off;

    giver->n_calls++;
    if (giver->lie)
        return size * n_items + giver->lie;
    if (giver->off == giver->abort_at)
        return CURL_READFUNC_ABORT;
    if (giver->off == giver->pause_at) {
        giver->pause_at = SIZE_MAX;
        return CURL_READFUNC_PAUSE;
    }
    n = n < giver->piece ? n : giver->piece;
    n = n < size * n_items ? n : size * n_items;
    memcpy(data, giver->text + giver->off, n);
    giver->off += n;
    return n;
}

static int seek(void *arg, curl_off_t offset, int origin)
{
    struct giver *giver = arg;

    giver->n_seeks++;
    ck_assert_int_eq(origin, SEEK_SET);
    ck_assert_int_eq(offset, 0);
    if (giver->seek_answer == CURL_SEEKFUNC_OK)
        giver->off = 0;
    return giver->seek_answer;
}

static void count_free(void *arg)
{
    struct giver *giver = arg;

    giver->n_frees++;
}

static struct giver giver_of(const char *text, size_t piece)
{
    return (struct giver){
        .text = text, .piece = piece, .pause_at = SIZE_MAX, .abort_at = SIZE_MAX};
}

#define PART(...) add_part(mime, &(const struct spec){__VA_ARGS__})

struct spec {
    const char *name;
    const char *filename;
    const char *type;
    const char *encoder;
    const char *data;
    const char *header; /* a line; ends there */
    const char *header2;
    struct giver *giver;
    curl_off_t size;
    curl_mime *parts;
};

static curl_mimepart *add_part(curl_mime *mime, const struct spec *spec)
{
    curl_mimepart *part = curl_mime_addpart(mime);
    struct curl_slist *list = NULL;

    ck_assert_int_eq(curl_mime_name(part, spec->name), CURLE_OK);
    ck_assert_int_eq(curl_mime_type(part, spec->type), CURLE_OK);
    if (spec->encoder)
        ck_assert_int_eq(curl_mime_encoder(part, spec->encoder), CURLE_OK);
    if (spec->data)
        ck_assert_int_eq(curl_mime_data(part, spec->data, CURL_ZERO_TERMINATED), CURLE_OK);
    if (spec->giver)
        curl_mime_data_cb(part, spec->size, give, seek, count_free, spec->giver);
    if (spec->parts)
        ck_assert_int_eq(curl_mime_subparts(part, spec->parts), CURLE_OK);
    if (spec->header)
        list = curl_slist_append(NULL, spec->header);
    if (spec->header2)
        list = curl_slist_append(list, spec->header2);
    ck_assert_int_eq(curl_mime_headers(part, list, 1), CURLE_OK);
    ck_assert_int_eq(curl_mime_filename(part, spec->filename), CURLE_OK);
    return part;
}

/* The body of the mime, which it frees; begins with the root's Content-Type and a blank line. */
static const char *body_in(curl_mime *mime, const struct whim_mime_manner *manner)
{
    static char text[MIME_TEXT_BYTES + 200];
    struct curl_mimepart *root = mime_root_of(mime);
    size_t type_len = 0, len;
    const char *type;
    char *body = text;

    ck_assert_int_eq(whim_mime_begin(root, manner), CURLE_OK);
    type = whim_mime_content_type(root, &type_len);
    if (type && !manner->has_head)
        body += sprintf(text, "%.*s\n", (int)type_len, type);
    ck_assert_int_eq(mime_read_all(root, 4096, body, &len, NULL), CURLE_OK);
    if (whim_mime_size(root) >= 0)
        ck_assert_int_eq(whim_mime_size(root), len);
    whim_mime_root_unref(root);
    mime_mask(text);
    return text;
}

static const char *form_of(curl_mime *mime)
{
    return body_in(mime, &mime_form);
}

#define FORM "multipart/form-data; boundary=B0\n"
#define NAMED(name) "Content-Disposition: form-data; name=\"" name "\"\r\n"

START_TEST(a_form_is_its_parts_between_delimiters)
{
    curl_mime *mime = curl_mime_init(NULL);

    PART(.name = "a", .data = "1");
    PART(.name = "b", .data = "");
    ck_assert_str_eq(form_of(mime), FORM "--B0\r\n" NAMED("a") "\r\n1\r\n--B0\r\n" NAMED(
                                        "b") "\r\n\r\n--B0--\r\n");
}
END_TEST

START_TEST(a_form_without_parts_is_the_last_delimiter)
{
    ck_assert_str_eq(form_of(curl_mime_init(NULL)), FORM "--B0--\r\n");
}
END_TEST

START_TEST(a_part_without_anything_is_an_empty_field_of_the_form)
{
    curl_mime *mime = curl_mime_init(NULL);

    PART(.name = NULL);
    ck_assert_str_eq(form_of(mime),
                     FORM "--B0\r\nContent-Disposition: form-data\r\n\r\n\r\n--B0--\r\n");
}
END_TEST

static const char *head_of(curl_mime *mime, const struct whim_mime_manner *manner)
{
    static char head[MIME_TEXT_BYTES];
    const char *text = body_in(mime, manner);
    const char *begin = strstr(text, "--B0\r\n") + 6;

    sprintf(head, "%.*s", (int)(strstr(begin, "\r\n\r\n") - begin), begin);
    return head;
}

static const struct head_row {
    const char *name;
    struct spec spec;
    const char *head;
    bool has_backslash;
} head_rows[] = {
#define DISPOSITION(rest) "Content-Disposition: form-data" rest
    {"quotes in names", {.name = "a\"b", .filename = "c\"\\"},
     DISPOSITION("; name=\"a%22b\"; filename=\"c%22\\\""), false},
    {"line ends in names", {.name = "a\r\nb: c"}, DISPOSITION("; name=\"a%0D%0Ab: c\""), false},
    {"backslashes", {.name = "a\"b\\"}, DISPOSITION("; name=\"a\\\"b\\\\\""), true},
    {"line ends and backslashes", {.name = "a\r\nb"}, DISPOSITION("; name=\"a%0D%0Ab\""), true},
    {"bytes", {.name = "\xc3\xa4%"}, DISPOSITION("; name=\"\xc3\xa4%\""), false},
    {"a type by the name", {.filename = "x.GIF", .data = "-"},
     DISPOSITION("; filename=\"x.GIF\"\r\nContent-Type: image/gif"), false},
    {"a name without a type", {.filename = "x.unknown", .data = "-"},
     DISPOSITION("; filename=\"x.unknown\""), false},
    {"a text file", {.filename = "x.txt", .data = "-"},
     DISPOSITION("; filename=\"x.txt\"\r\nContent-Type: text/plain"), false},
    {"text", {.name = "a", .type = "text/plain", .data = "-"},
     DISPOSITION("; name=\"a\"\r\nContent-Type: text/plain"), false},
    {"a type", {.type = "x/y"}, DISPOSITION("\r\nContent-Type: x/y"), false},
    {"an encoder", {.encoder = "8BIT"}, DISPOSITION("\r\nContent-Transfer-Encoding: 8bit"), false},
    {"a line", {.name = "a", .header = "X-Y: z"}, DISPOSITION("; name=\"a\"\r\nX-Y: z"), false},
    {"a line that is no field", {.header = "whatever"}, DISPOSITION("\r\nwhatever"), false},
    {"another type", {.filename = "a.gif", .header = "content-type: x/y"},
     DISPOSITION("; filename=\"a.gif\"\r\nContent-Type: x/y"), false},
    {"a type that was set, and another", {.type = "a/b", .header = "Content-Type: x/y"},
     DISPOSITION("\r\nContent-Type: a/b"), false},
    {"another disposition", {.name = "a", .header = "Content-Disposition: none"},
     "Content-Disposition: none", false},
    {"another encoding", {.encoder = "8bit", .header = "Content-Transfer-Encoding: mine"},
     DISPOSITION("\r\nContent-Transfer-Encoding: mine"), false},
    {"its own lines last",
     {.name = "a", .type = "b/c", .encoder = "7bit", .header = "X: 1", .header2 = "Y: 2"},
     DISPOSITION("; name=\"a\"\r\nContent-Type: b/c\r\nContent-Transfer-Encoding: 7bit\r\n"
                 "X: 1\r\nY: 2"), false},
#undef DISPOSITION
};

START_TEST(heads_are_libcurls)
{
    for (size_t i = 0; i < sizeof(head_rows) / sizeof(head_rows[0]); i++) {
        const struct head_row *row = &head_rows[i];
        struct whim_mime_manner manner = mime_form;
        curl_mime *mime = curl_mime_init(NULL);
        const char *head;

        manner.has_backslash = row->has_backslash;
        add_part(mime, &row->spec);
        head = head_of(mime, &manner);
        ck_assert_msg(!strcmp(head, row->head), "%s: %s", row->name, head);
    }
}
END_TEST

/* CVE-2014-8150: a line end in what the application has from elsewhere. */
START_TEST(cve_2014_8150_a_line_end_in_a_line_of_a_part_is_refused)
{
    static const struct spec specs[] = {
        {.header = "X: a\r\nY: b"}, {.header = "X: a\n"}, {.type = "a/b\r\nX: y"},
        {.header = "Content-Type: a\rb"},
    };

    for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++) {
        curl_mime *mime = curl_mime_init(NULL);
        struct curl_mimepart *root = mime_root_of(mime);

        add_part(mime, &specs[i]);
        ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_BAD_FUNCTION_ARGUMENT);
        ck_assert(!root->is_sending);
        whim_mime_root_unref(root);
    }
}
END_TEST

START_TEST(parts_of_something_else_are_attachments)
{
    const struct whim_mime_manner manner = {.type = "none"};
    curl_mime *mime = curl_mime_init(NULL);

    PART(.name = "a", .data = "1");
    PART(.data = "2");
    ck_assert_str_eq(body_in(mime, &manner),
                     "none; boundary=B0\n--B0\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n"
                     "1\r\n--B0\r\n\r\n2\r\n--B0--\r\n");
}
END_TEST

START_TEST(a_mime_inside_is_mixed_unless_it_is_said_otherwise)
{
    curl_mime *mime = curl_mime_init(NULL), *outer = mime, *inner = curl_mime_init(NULL);

    mime = inner;
    PART(.filename = "f", .data = "1");
    mime = outer;
    PART(.name = "x", .parts = inner);
    PART(.name = "y", .type = "multipart/form-data", .parts = curl_mime_init(NULL));
    ck_assert_str_eq(form_of(mime),
                     FORM "--B0\r\n" NAMED("x") "Content-Type: multipart/mixed; boundary=B1\r\n\r\n"
                     "--B1\r\nContent-Disposition: attachment; filename=\"f\"\r\n\r\n1\r\n"
                     "--B1--\r\n\r\n--B0\r\n" NAMED("y") "Content-Type: multipart/form-data; "
                     "boundary=B2\r\n\r\n--B2--\r\n\r\n--B0--\r\n");
}
END_TEST

START_TEST(a_root_may_have_its_head_in_the_body)
{
    const struct whim_mime_manner manner = {.type = "multipart/form-data", .has_head = true};
    struct curl_mimepart *root = whim_mime_root_new();
    char text[MIME_TEXT_BYTES];
    size_t len;

    ck_assert_int_eq(whim_mime_begin(root, &manner), CURLE_OK);
    ck_assert_int_eq(mime_read_all(root, 7, text, &len, NULL), CURLE_OK);
    ck_assert_str_eq(text, "Content-Type: multipart/form-data\r\n\r\n");
    ck_assert_int_eq(whim_mime_size(root), len);
    whim_mime_root_unref(root);
    ck_assert_str_eq(body_in(curl_mime_init(NULL), &manner),
                     "Content-Type: multipart/form-data; boundary=B0\r\n\r\n--B0--\r\n");
}
END_TEST

/* Of every kind: texts, sources quick and slow, encoded and not, parts in parts, encoded parts. */
static curl_mime *everything(struct giver givers[3])
{
    curl_mime *mime = curl_mime_init(NULL), *outer = mime, *inner = curl_mime_init(NULL);

    mime = inner;
    PART(.filename = "one.html", .data = "<b>");
    PART(.name = "two", .giver = &givers[0], .size = 5);
    mime = outer;
    PART(.name = "first", .data = "text that is longer than most of the pieces");
    PART(.name = "inner", .parts = inner);
    PART(.name = "quoted", .encoder = "quoted-printable", .giver = &givers[1], .size = -1);
    PART(.name = "base", .encoder = "base64", .giver = &givers[2], .size = 60, .header = "X: y");
    inner = curl_mime_init(NULL);
    mime = inner;
    PART(.data = "encoded as a whole");
    mime = outer;
    PART(.name = "whole", .encoder = "base64", .parts = inner);
    PART(.name = "bits", .encoder = "7bit", .data = "seven");
    return mime;
}

static const char *const given[3] = {
    "hello", "a line\r\nwith = and blanks \r\n",
    "sixty bytes of something that needs more than one line of it"};

START_TEST(a_body_is_the_same_at_every_split)
{
    static char whole[MIME_TEXT_BYTES], text[MIME_TEXT_BYTES];
    struct giver givers[3];
    struct curl_mimepart *root;
    size_t len, whole_len;

    for (size_t i = 0; i < 3; i++)
        givers[i] = giver_of(given[i], 1000);
    root = mime_root_of(everything(givers));
    ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_OK);
    ck_assert_int_eq(whim_mime_size(root), -1);
    ck_assert_int_eq(mime_read_all(root, 8000, whole, &whole_len, NULL), CURLE_OK);
    for (size_t piece = 1; piece < 200; piece++) {
        ck_assert_int_eq(whim_mime_rewind(root), CURLE_OK);
        givers[0].piece = givers[1].piece = givers[2].piece = piece % 7 + 1;
        ck_assert_int_eq(mime_read_all(root, piece, text, &len, NULL), CURLE_OK);
        ck_assert_uint_eq(len, whole_len);
        ck_assert_mem_eq(text, whole, len);
    }
    whim_mime_root_unref(root);
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_eq(givers[i].n_frees, 1);
}
END_TEST

START_TEST(a_size_that_is_known_is_what_is_sent)
{
    struct giver giver = giver_of("hello", 3);
    curl_mime *mime = curl_mime_init(NULL);

    PART(.name = "a", .giver = &giver, .size = 5, .encoder = "base64", .header = "X: y",
         .header2 = "Content-Type: z");
    PART(.name = "b", .data = "", .encoder = "quoted-printable");
    PART(.parts = curl_mime_init(NULL), .encoder = "base64");
    form_of(mime); /* which compares */
    ck_assert_uint_eq(giver.n_calls, 2);
}
END_TEST

START_TEST(a_source_never_gives_more_than_was_announced)
{
    struct giver giver = giver_of("hello", 100);
    curl_mime *mime = curl_mime_init(NULL);

    PART(.name = "a", .giver = &giver, .size = 3);
    ck_assert_str_eq(form_of(mime), FORM "--B0\r\n" NAMED("a") "\r\nhel\r\n--B0--\r\n");
}
END_TEST

START_TEST(a_source_is_asked_once_in_a_read_and_a_quick_one_as_often_as_fits)
{
    struct giver givers[2] = {giver_of("hello", 1), giver_of("hello", 1)};
    const struct whim_mime_source quick = {.read = give, .arg = &givers[1], .is_quick = true};
    curl_mime *mime = curl_mime_init(NULL);
    struct curl_mimepart *root = mime_root_of(mime);
    char text[1000];
    bool is_paused;
    size_t len;

    PART(.name = "a", .giver = &givers[0], .size = -1);
    ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_OK);
    ck_assert_int_eq(whim_mime_read(root, text, sizeof(text), &len, &is_paused), CURLE_OK);
    ck_assert_uint_eq(givers[0].n_calls, 1);
    ck_assert_int_eq(text[len - 1], 'h');
    ck_assert_int_eq(whim_mime_read(root, text, sizeof(text), &len, &is_paused), CURLE_OK);
    ck_assert_uint_eq(givers[0].n_calls, 2);
    ck_assert_uint_eq(len, 1);
    whim_mime_end(root);
    whim_mime_set_source(mime->first, &quick, -1);
    ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_OK);
    ck_assert_int_eq(whim_mime_read(root, text, sizeof(text), &len, &is_paused), CURLE_OK);
    ck_assert_uint_eq(givers[1].n_calls, 6);
    whim_mime_root_unref(root);
}
END_TEST

START_TEST(a_source_that_pauses_is_asked_again_by_the_next_read)
{
    static const char *const encoders[] = {NULL, "base64", "quoted-printable"};
    char plain[MIME_TEXT_BYTES], text[MIME_TEXT_BYTES];

    for (size_t i = 0; i < 3; i++) {
        for (size_t at = 0; at <= 5; at++) {
            struct giver giver = giver_of("hello", 1);
            curl_mime *mime = curl_mime_init(NULL);
            struct curl_mimepart *root = mime_root_of(mime);
            unsigned n_pauses = 0;
            size_t len, plain_len;

            PART(.name = "a", .giver = &giver, .size = -1, .encoder = encoders[i]);
            ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_OK);
            ck_assert_int_eq(mime_read_all(root, 100, plain, &plain_len, &n_pauses), CURLE_OK);
            ck_assert_uint_eq(n_pauses, 0);
            ck_assert_int_eq(whim_mime_rewind(root), CURLE_OK);
            giver.pause_at = at;
            ck_assert_int_eq(mime_read_all(root, 100, text, &len, &n_pauses), CURLE_OK);
            ck_assert_uint_eq(n_pauses, 1);
            ck_assert_str_eq(text, plain);
            whim_mime_root_unref(root);
        }
    }
}
END_TEST

static CURLcode read_giver(struct giver *giver, const char *encoder)
{
    char text[MIME_TEXT_BYTES];
    curl_mime *mime = curl_mime_init(NULL);
    struct curl_mimepart *root = mime_root_of(mime);
    CURLcode result;
    size_t len;

    PART(.name = "a", .giver = giver, .size = -1, .encoder = encoder);
    ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_OK);
    result = mime_read_all(root, 100, text, &len, NULL);
    whim_mime_root_unref(root);
    return result;
}

START_TEST(a_source_that_aborts_or_fails_ends_the_reading)
{
    struct giver giver = giver_of("hello", 1);

    giver.abort_at = 3;
    ck_assert_int_eq(read_giver(&giver, NULL), CURLE_ABORTED_BY_CALLBACK);
    giver = giver_of("hello", 1);
    giver.abort_at = 0;
    ck_assert_int_eq(read_giver(&giver, "base64"), CURLE_ABORTED_BY_CALLBACK);
    giver = giver_of("hello", 1);
    giver.lie = 1;
    ck_assert_int_eq(read_giver(&giver, NULL), CURLE_READ_ERROR);
    ck_assert_int_eq(read_giver(&giver, "quoted-printable"), CURLE_READ_ERROR);
}
END_TEST

START_TEST(seven_bits_are_seven_bits)
{
    struct giver giver = giver_of("plain", 2);

    ck_assert_int_eq(read_giver(&giver, "7bit"), CURLE_OK);
    giver = giver_of("pl\x80in", 2);
    ck_assert_int_eq(read_giver(&giver, "7bit"), CURLE_READ_ERROR);
    giver = giver_of("pl\x80in", 2);
    ck_assert_int_eq(read_giver(&giver, "8bit"), CURLE_OK);
}
END_TEST

START_TEST(a_source_that_was_read_has_to_go_back)
{
    struct giver giver = giver_of("hello", 100);
    curl_mime *mime = curl_mime_init(NULL);
    struct curl_mimepart *root = mime_root_of(mime);
    char text[MIME_TEXT_BYTES];
    size_t len;

    PART(.name = "a", .giver = &giver, .size = 5);
    ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_OK);
    ck_assert_int_eq(whim_mime_rewind(root), CURLE_OK);
    ck_assert_uint_eq(giver.n_seeks, 0);
    ck_assert_int_eq(mime_read_all(root, 100, text, &len, NULL), CURLE_OK);
    giver.seek_answer = CURL_SEEKFUNC_CANTSEEK;
    ck_assert_int_eq(whim_mime_rewind(root), CURLE_SEND_FAIL_REWIND);
    whim_mime_end(root);
    giver.seek_answer = CURL_SEEKFUNC_FAIL;
    ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_SEND_FAIL_REWIND);
    giver.seek_answer = CURL_SEEKFUNC_OK;
    ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_OK);
    ck_assert_uint_eq(giver.n_seeks, 3);
    ck_assert_int_eq(mime_read_all(root, 100, text, &len, NULL), CURLE_OK);
    ck_assert_ptr_nonnull(strstr(text, "hello"));
    whim_mime_root_unref(root);
}
END_TEST

/* CVE-2017-8816 and others of its class: sizes that the application gives are summed up. */
START_TEST(cve_2017_8816_sizes_that_overflow_are_not_known)
{
    struct giver givers[2] = {giver_of("", 1), giver_of("", 1)};
    curl_mime *mime = curl_mime_init(NULL);
    struct curl_mimepart *root = mime_root_of(mime);

    PART(.giver = &givers[0], .size = INT64_MAX - 10);
    ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_OK);
    ck_assert_int_eq(whim_mime_size(root), -1);
    whim_mime_end(root);
    curl_mime_data_cb(mime->first, INT64_MAX / 2, give, seek, NULL, &givers[0]);
    PART(.giver = &givers[1], .size = INT64_MAX / 2);
    ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_OK);
    ck_assert_int_eq(whim_mime_size(root), -1);
    whim_mime_root_unref(root);
}
END_TEST

/* Fails where there is no memory, and then has nothing; what there is, is whole. */
static void build_and_read(void *arg)
{
    static char text[MIME_TEXT_BYTES];
    curl_mime *mime = curl_mime_init(NULL), *inner = mime ? curl_mime_init(NULL) : NULL;
    curl_mimepart *part = inner ? curl_mime_addpart(inner) : NULL;
    struct curl_mimepart *root, *copy = NULL;
    size_t len;

    if (part) {
        curl_mime_data(part, "text", 4);
        curl_mime_name(part, "name");
        curl_mime_encoder(part, "base64");
        curl_mime_headers(part, curl_slist_append(NULL, "X: y"), 1);
    }
    part = part ? curl_mime_addpart(mime) : NULL;
    if (!part || curl_mime_subparts(part, inner) != CURLE_OK)
        curl_mime_free(inner);
    root = mime_root_of(mime);
    if (root)
        copy = whim_mime_root_dup(root);
    if (copy && whim_mime_begin(copy, &mime_form) == CURLE_OK)
        ck_assert_int_eq(mime_read_all(copy, 100, text, &len, NULL), CURLE_OK);
    whim_mime_root_unref(copy);
    whim_mime_root_unref(root);
}

START_TEST(without_memory_it_fails_and_nothing_leaks)
{
    ck_assert_int_gt(faults_run(build_and_read, NULL), 15);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_form_is_its_parts_between_delimiters,
        a_form_without_parts_is_the_last_delimiter,
        a_part_without_anything_is_an_empty_field_of_the_form,
        heads_are_libcurls,
        cve_2014_8150_a_line_end_in_a_line_of_a_part_is_refused,
        parts_of_something_else_are_attachments,
        a_mime_inside_is_mixed_unless_it_is_said_otherwise,
        a_root_may_have_its_head_in_the_body,
        a_body_is_the_same_at_every_split,
        a_size_that_is_known_is_what_is_sent,
        a_source_never_gives_more_than_was_announced,
        a_source_is_asked_once_in_a_read_and_a_quick_one_as_often_as_fits,
        a_source_that_pauses_is_asked_again_by_the_next_read,
        a_source_that_aborts_or_fails_ends_the_reading,
        seven_bits_are_seven_bits,
        a_source_that_was_read_has_to_go_back,
        cve_2017_8816_sizes_that_overflow_are_not_known,
        without_memory_it_fails_and_nothing_leaks,
    };

    return shuffle_and_run("mime_body", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
