/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Forms of the old kind: what curl_formadd() makes of its options, as curl_formget() tells it and as
 * CURLOPT_HTTPPOST sends it.
 */
#define CURL_DISABLE_DEPRECATION
#include "multipart.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void free_form(void *form)
{
    curl_formfree(form);
}

struct form {
    struct curl_httppost *first, *last;
};

/* Freed by the harness. */
static void keep_form(struct form *form)
{
    if (form->first)
        defer(free_form, form->first);
}

static size_t append_text(void *userp, const char *data, size_t n)
{
    char *text = userp;

    CHECK(strlen(text) + n < 4096);
    strncat(text, data, n);
    return n;
}

static const char *got_form(struct form *form)
{
    static char text[4096];

    *text = 0;
    CHECK_INT(curl_formget(form->first, text, append_text), 0);
    return masked(text);
}

enum { N_OPTIONS = 8 };

#define LENGTH(n) ((const char *)(n))

/* One call with an array of options, then what formget says. */
static const struct form_row {
    const char *name;
    struct curl_forms options[N_OPTIONS];
    CURLFORMcode code;
    const char *text; /* behind the root's head */
} rows[] = {
#define OK(name, text, ...) {name, {__VA_ARGS__, {CURLFORM_END, NULL}}, CURL_FORMADD_OK, text}
#define BAD(name, code, ...) {name, {__VA_ARGS__, {CURLFORM_END, NULL}}, CURL_FORMADD_##code, NULL}
#define N {CURLFORM_COPYNAME, "n"}
#define V {CURLFORM_COPYCONTENTS, "v"}
#define PART(head, body) "--B0\r\nContent-Disposition: form-data; name=\"n\"" head "\r\n\r\n" body "\r\n"
#define END "--B0--\r\n"
    OK("of_a_field", PART("", "v") END, N, V),
    OK("of_counted_texts", PART("", "va") END, {CURLFORM_COPYNAME, "nam"},
       {CURLFORM_NAMELENGTH, LENGTH(1)}, {CURLFORM_COPYCONTENTS, "value"},
       {CURLFORM_CONTENTSLENGTH, LENGTH(2)}),
    OK("of_pointers", PART("", "val") END, {CURLFORM_PTRNAME, "n"}, {CURLFORM_PTRCONTENTS, "value"},
       {CURLFORM_CONTENTLEN, LENGTH(3)}),
    OK("of_a_type", PART("\r\nContent-Type: a/b", "v") END, N, V, {CURLFORM_CONTENTTYPE, "a/b"}),
    OK("of_a_filename_that_does_not_count", PART("", "v") END, N, V, {CURLFORM_FILENAME, "f"}),
    OK("of_a_buffer", PART("; filename=\"b.png\"\r\nContent-Type: image/png", "byt") END, N,
       {CURLFORM_BUFFER, "b.png"}, {CURLFORM_BUFFERPTR, "bytes"},
       {CURLFORM_BUFFERLENGTH, LENGTH(3)}),
    OK("of_a_buffer_without_a_length",
       PART("; filename=\"b\"\r\nContent-Type: application/octet-stream", "bytes") END, N,
       {CURLFORM_BUFFER, "b"}, {CURLFORM_BUFFERPTR, "bytes"}),
    OK("of_a_file", PART("; filename=\"null\"\r\nContent-Type: application/octet-stream", "") END, N,
       {CURLFORM_FILE, "/dev/null"}),
    OK("of_a_file_of_another_name",
       PART("; filename=\"x.gif\"\r\nContent-Type: application/octet-stream", "") END, N,
       {CURLFORM_FILE, "/dev/null"}, {CURLFORM_FILENAME, "x.gif"}),
    OK("of_a_files_text", PART("", "") END, N, {CURLFORM_FILECONTENT, "/dev/null"}),
    OK("of_two_files",
       PART("\r\nContent-Type: multipart/mixed; boundary=B1",
            "--B1\r\nContent-Disposition: attachment; filename=\"null\"\r\n"
            "Content-Type: application/octet-stream\r\n\r\n\r\n"
            "--B1\r\nContent-Disposition: attachment; filename=\"null\"\r\n"
            "Content-Type: a/b\r\n\r\n\r\n--B1--\r\n")
           END,
       N, {CURLFORM_FILE, "/dev/null"}, {CURLFORM_FILE, "/dev/null"},
       {CURLFORM_CONTENTTYPE, "a/b"}),
    OK("of_two_files_and_a_name",
       PART("\r\nContent-Type: multipart/mixed; boundary=B1",
            "--B1\r\nContent-Disposition: attachment; filename=\"x\"\r\n"
            "Content-Type: application/octet-stream\r\n\r\n\r\n"
            "--B1\r\nContent-Disposition: attachment; filename=\"x\"\r\n"
            "Content-Type: application/octet-stream\r\n\r\n\r\n--B1--\r\n")
           END,
       N, {CURLFORM_FILE, "/dev/null"}, {CURLFORM_FILENAME, "x"}, {CURLFORM_FILE, "/dev/null"}),
    OK("of_a_stream_that_nobody_reads", PART("", "") END, N, {CURLFORM_STREAM, "arg"}),
    BAD("without_contents", INCOMPLETE, N),
    BAD("without_a_name", INCOMPLETE, V),
    BAD("of_a_buffer_that_is_only_named", INCOMPLETE, N, {CURLFORM_BUFFER, "b"}),
    BAD("of_two_names", OPTION_TWICE, N, N, V),
    BAD("of_two_contents", OPTION_TWICE, N, V, V),
    BAD("of_two_types", OPTION_TWICE, N, V, {CURLFORM_CONTENTTYPE, "a"}, {CURLFORM_CONTENTTYPE, "b"}),
    BAD("of_two_name_lengths", OPTION_TWICE, N, V, {CURLFORM_NAMELENGTH, LENGTH(1)},
        {CURLFORM_NAMELENGTH, LENGTH(1)}),
    BAD("of_two_buffers", OPTION_TWICE, N, {CURLFORM_BUFFERPTR, "a"}, {CURLFORM_BUFFERPTR, "b"}),
    BAD("of_two_buffer_lengths", OPTION_TWICE, N, {CURLFORM_BUFFERLENGTH, LENGTH(1)},
        {CURLFORM_BUFFERLENGTH, LENGTH(1)}),
    BAD("of_two_streams", OPTION_TWICE, N, {CURLFORM_STREAM, "a"}, {CURLFORM_STREAM, "b"}),
    BAD("of_two_filenames", OPTION_TWICE, N, V, {CURLFORM_FILENAME, "a"}, {CURLFORM_BUFFER, "b"}),
    BAD("of_two_headers", OPTION_TWICE, N, V, {CURLFORM_CONTENTHEADER, "a"},
        {CURLFORM_CONTENTHEADER, "b"}),
    BAD("of_contents_and_a_file", OPTION_TWICE, N, V, {CURLFORM_FILE, "f"}),
    BAD("of_two_files_texts", OPTION_TWICE, N, {CURLFORM_FILECONTENT, "a"},
        {CURLFORM_FILECONTENT, "b"}),
    BAD("of_a_pointer_and_a_files_text", OPTION_TWICE, N, {CURLFORM_PTRCONTENTS, "a"},
        {CURLFORM_FILECONTENT, "b"}),
    BAD("of_a_file_with_a_length", INCOMPLETE, N, {CURLFORM_FILE, "/dev/null"},
        {CURLFORM_CONTENTSLENGTH, LENGTH(1)}),
    BAD("of_a_file_and_a_buffer", INCOMPLETE, N, {CURLFORM_FILE, "/dev/null"},
        {CURLFORM_BUFFERPTR, "a"}),
    BAD("of_a_files_text_and_a_buffer", INCOMPLETE, N, {CURLFORM_FILECONTENT, "/dev/null"},
        {CURLFORM_BUFFERPTR, "a"}),
    BAD("of_a_file_and_a_stream", INCOMPLETE, N, {CURLFORM_FILE, "/dev/null"},
        {CURLFORM_STREAM, "a"}),
    BAD("of_an_array_in_an_array", ILLEGAL_ARRAY, N, V, {CURLFORM_ARRAY, "a"}),
    BAD("of_something_unknown", UNKNOWN_OPTION, N, V, {CURLFORM_OBSOLETE, "a"}),
    BAD("of_no_option", UNKNOWN_OPTION, {CURLFORM_NOTHING, NULL}),
    BAD("of_a_name_that_is_null", NULL, {CURLFORM_COPYNAME, NULL}),
    BAD("of_contents_that_are_null", NULL, N, {CURLFORM_PTRCONTENTS, NULL}),
    BAD("of_a_file_that_is_null", NULL, N, {CURLFORM_FILE, NULL}),
    BAD("of_a_files_text_that_is_null", NULL, N, {CURLFORM_FILECONTENT, NULL}),
    BAD("of_a_second_file_that_is_null", NULL, N, {CURLFORM_FILE, "/dev/null"},
        {CURLFORM_FILE, NULL}),
    BAD("of_a_buffer_that_is_null", NULL, N, {CURLFORM_BUFFERPTR, NULL}),
    BAD("of_a_stream_that_is_null", NULL, N, {CURLFORM_STREAM, NULL}),
    BAD("of_a_type_that_is_null", NULL, N, V, {CURLFORM_CONTENTTYPE, NULL}),
    BAD("of_a_name_with_a_zero", NULL, {CURLFORM_COPYNAME, "a\0b"}, {CURLFORM_NAMELENGTH, LENGTH(3)},
        V),
};

TEST_ROWS(FOR_ONCE, "C-7 a_form_", rows)
{
    const struct form_row *row = test_row();
    struct form form = {NULL, NULL};
    char wanted[4096];
    CURLFORMcode code = curl_formadd(&form.first, &form.last, CURLFORM_ARRAY, row->options,
                                     CURLFORM_END);

    keep_form(&form);
    CHECK_INT(code, row->code);
    if (!row->text) {
        CHECK(!form.first && !form.last);
        return;
    }
    snprintf(wanted, sizeof(wanted), "Content-Type: multipart/form-data; boundary=B0\r\n\r\n%s",
             row->text);
    CHECK_STR(got_form(&form), wanted);
}

TEST_WITH(FOR_ONCE, "C-7 a_form_of_nothing_is_a_head")
{
    struct form form = {NULL, NULL};

    CHECK_STR(got_form(&form), "Content-Type: multipart/form-data\r\n\r\n");
    curl_formfree(NULL);
}

TEST_WITH(FOR_ONCE, "C-7 an_array_that_is_null_is_refused")
{
    struct form form = {NULL, NULL};

    CHECK_INT(curl_formadd(&form.first, &form.last, CURLFORM_ARRAY, NULL, CURLFORM_END),
              CURL_FORMADD_NULL);
}

TEST_WITH(FOR_ONCE, "C-7 options_may_stand_before_and_behind_an_array")
{
    const struct curl_forms array[] = {{CURLFORM_COPYCONTENTS, "v"}, {CURLFORM_END, NULL}};
    struct form form = {NULL, NULL};

    CHECK_INT(curl_formadd(&form.first, &form.last, CURLFORM_COPYNAME, "n", CURLFORM_ARRAY, array,
                           CURLFORM_CONTENTTYPE, "a/b", CURLFORM_END),
              CURL_FORMADD_OK);
    keep_form(&form);
    CHECK_HAS(got_form(&form), PART("\r\nContent-Type: a/b", "v") END);
}

TEST_WITH(FOR_ONCE, "C-7 headers_of_a_field_are_sent_behind_the_generated_ones")
{
    struct form form = {NULL, NULL};

    CHECK_INT(curl_formadd(&form.first, &form.last, CURLFORM_COPYNAME, "n", CURLFORM_COPYCONTENTS,
                           "v", CURLFORM_CONTENTHEADER, list_of("X: y", "Z: 0", NULL),
                           CURLFORM_END),
              CURL_FORMADD_OK);
    keep_form(&form);
    CHECK_HAS(got_form(&form), PART("\r\nX: y\r\nZ: 0", "v") END);
}

/* On the wire. */

static struct xfer *xfer_with(struct peer *peer, struct form *form)
{
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_HTTPPOST, form->first);
    return x;
}

TEST("C-151 a_form_is_sent_as_formget_tells_it")
{
    struct peer *peer = peer_serving(HELLO);
    struct form form = {NULL, NULL};
    struct xfer *x;
    const char *body;

    curl_formadd(&form.first, &form.last, CURLFORM_COPYNAME, "n", CURLFORM_COPYCONTENTS, "v",
                 CURLFORM_END);
    curl_formadd(&form.first, &form.last, CURLFORM_COPYNAME, "m", CURLFORM_BUFFER, "b.svg",
                 CURLFORM_BUFFERPTR, "<svg>", CURLFORM_BUFFERLENGTH, 5L, CURLFORM_END);
    keep_form(&form);
    x = xfer_with(peer, &form);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    body = strstr(got_form(&form), "\r\n\r\n") + 4;
    CHECK_STR(multipart_of(peer, 0), body);
    CHECK_STR(field_of(peer, 0, "Content-Type"), "multipart/form-data; boundary=B0");
    CHECK_INT(atol(field_of(peer, 0, "Content-Length")), (long)strlen(body_of(peer, 0)));
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(multipart_of(peer, 1), body);
}

TEST("C-151 a_stream_of_a_form_is_read_by_the_read_callback")
{
    struct peer *peer = peer_serving(HELLO);
    struct form form = {NULL, NULL};
    struct xfer *x;

    x = xfer_new(peer, "/");
    xfer_upload(x, "streamed", 8);
    curl_formadd(&form.first, &form.last, CURLFORM_COPYNAME, "n", CURLFORM_STREAM, x,
                 CURLFORM_CONTENTLEN, (curl_off_t)8, CURLFORM_FILENAME, "f.pdf", CURLFORM_END);
    keep_form(&form);
    SET(x, CURLOPT_HTTPPOST, form.first);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(multipart_of(peer, 0),
              PART("; filename=\"f.pdf\"\r\nContent-Type: application/pdf", "streamed") END);
    CHECK(field_of(peer, 0, "Content-Length") != NULL);
}

TEST("C-151 a_stream_of_a_form_without_a_length_makes_chunks")
{
    struct peer *peer = peer_continuing();
    struct form form = {NULL, NULL};
    struct xfer *x;

    x = xfer_new(peer, "/");
    xfer_upload(x, "streamed", 8);
    curl_formadd(&form.first, &form.last, CURLFORM_COPYNAME, "n", CURLFORM_STREAM, x, CURLFORM_END);
    keep_form(&form);
    SET(x, CURLOPT_HTTPPOST, form.first);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(multipart_of(peer, 0), PART("", "streamed") END);
    CHECK_STR(field_of(peer, 0, "Transfer-Encoding"), "chunked");
}

TEST("C-152 C-189 a_stream_of_a_form_cannot_go_back_for_a_redirect")
{
    struct peer *peer = peer_serving("HTTP/1.1 307 Go\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n");
    struct form form = {NULL, NULL};
    struct xfer *x;

    x = xfer_new(peer, "/");
    xfer_upload(x, "streamed", 8);
    curl_formadd(&form.first, &form.last, CURLFORM_COPYNAME, "n", CURLFORM_STREAM, x,
                 CURLFORM_CONTENTLEN, (curl_off_t)8, CURLFORM_END);
    keep_form(&form);
    SET(x, CURLOPT_HTTPPOST, form.first);
    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_SEND_FAIL_REWIND);
}

TEST("C-151 a_form_of_a_file_that_is_not_there_fails_with_26")
{
    struct peer *peer = peer_serving(HELLO);
    struct form form = {NULL, NULL};

    curl_formadd(&form.first, &form.last, CURLFORM_COPYNAME, "n", CURLFORM_FILE, "/dev/null/x",
                 CURLFORM_END);
    keep_form(&form);
    CHECK_CODE(xfer_again(xfer_with(peer, &form), drive_new()), CURLE_READ_ERROR);
}

TEST("C-15 a_duplicate_sends_the_same_form")
{
    struct peer *peer = peer_serving(HELLO);
    struct form form = {NULL, NULL};
    struct xfer *x;
    CURL *copy;

    curl_formadd(&form.first, &form.last, CURLFORM_COPYNAME, "n", CURLFORM_COPYCONTENTS, "v",
                 CURLFORM_END);
    keep_form(&form);
    x = xfer_with(peer, &form);
    copy = curl_easy_duphandle(x->easy);
    CHECK(copy != NULL);
    CHECK_CODE(curl_easy_perform(copy), CURLE_OK);
    curl_easy_cleanup(copy);
    CHECK_STR(multipart_of(peer, 0), PART("", "v") END);
}
