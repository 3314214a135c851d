/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Forms of the old kind: what curl_formadd() keeps, and without memory; lists that somebody else
 * made. What is sent of them, test/api/test_form.c compares.
 */
#define CURL_DISABLE_DEPRECATION
#include "engine/form.h"

#include "faults.h"
#include "mime_rig.h"
#include "shuffle.h"

#include <stdlib.h>
#include <unistd.h>

static size_t append_text(void *userp, const char *data, size_t len)
{
    strncat(userp, data, len);
    return len;
}

static const char *text_of(struct curl_httppost *form)
{
    static char text[MIME_TEXT_BYTES];

    *text = 0;
    ck_assert_int_eq(curl_formget(form, text, append_text), 0);
    mime_mask(text);
    return text;
}

START_TEST(a_field_is_kept_as_libcurl_keeps_it)
{
    static char name[] = "name", value[] = "value";
    struct curl_httppost *first = NULL, *last = NULL;
    struct curl_slist *list = curl_slist_append(NULL, "X: y");

    ck_assert_int_eq(curl_formadd(&first, &last, CURLFORM_COPYNAME, name, CURLFORM_COPYCONTENTS,
                                  value, CURLFORM_CONTENTTYPE, "a/b", CURLFORM_CONTENTHEADER, list,
                                  CURLFORM_END),
                     CURL_FORMADD_OK);
    ck_assert_ptr_eq(first, last);
    ck_assert_str_eq(first->name, "name");
    ck_assert_ptr_ne(first->name, name);
    ck_assert_int_eq(first->namelength, 4);
    ck_assert_str_eq(first->contents, "value");
    ck_assert_ptr_ne(first->contents, value);
    ck_assert_int_eq(first->flags, CURL_HTTPPOST_LARGE);
    ck_assert_str_eq(first->contenttype, "a/b");
    ck_assert_ptr_eq(first->contentheader, list);
    ck_assert_int_eq(curl_formadd(&first, &last, CURLFORM_PTRNAME, name, CURLFORM_PTRCONTENTS, value,
                                  CURLFORM_CONTENTLEN, (curl_off_t)3, CURLFORM_END),
                     CURL_FORMADD_OK);
    ck_assert_ptr_eq(first->next, last);
    ck_assert_ptr_eq(last->name, name);
    ck_assert_ptr_eq(last->contents, value);
    ck_assert_int_eq(last->contentlen, 3);
    ck_assert_int_eq(last->flags,
                     CURL_HTTPPOST_LARGE | CURL_HTTPPOST_PTRNAME | CURL_HTTPPOST_PTRCONTENTS);
    curl_formfree(first);
    curl_slist_free_all(list);
}
END_TEST

START_TEST(files_of_one_field_hang_behind_it)
{
    struct curl_httppost *first = NULL, *last = NULL;

    ck_assert_int_eq(curl_formadd(&first, &last, CURLFORM_COPYNAME, "n", CURLFORM_FILE, "a.gif",
                                  CURLFORM_FILE, "b", CURLFORM_FILE, "c", CURLFORM_CONTENTTYPE,
                                  "x/y", CURLFORM_CONTENTTYPE, "z/z", CURLFORM_END),
                     CURL_FORMADD_OK);
    ck_assert_str_eq(first->contenttype, "image/gif");
    ck_assert_str_eq(first->more->contents, "b");
    ck_assert_str_eq(first->more->contenttype, "image/gif"); /* as the one before */
    ck_assert_str_eq(first->more->more->contenttype, "x/y");
    ck_assert_ptr_null(first->more->more->more->contents); /* a type without a file */
    ck_assert_str_eq(first->more->more->more->contenttype, "z/z");
    ck_assert_ptr_null(first->next);
    curl_formfree(first);
    curl_formfree(NULL);
}
END_TEST

START_TEST(a_call_that_fails_leaves_the_form_as_it_was)
{
    struct curl_httppost *first = NULL, *last = NULL, *before;

    heap_begin();
    curl_formadd(&first, &last, CURLFORM_COPYNAME, "n", CURLFORM_COPYCONTENTS, "v", CURLFORM_END);
    before = first;
    ck_assert_int_eq(curl_formadd(&first, &last, CURLFORM_COPYNAME, "m", CURLFORM_FILE, "a",
                                  CURLFORM_FILE, "b", CURLFORM_CONTENTLEN, (curl_off_t)1,
                                  CURLFORM_END),
                     CURL_FORMADD_INCOMPLETE);
    ck_assert_ptr_eq(first, before);
    ck_assert_ptr_eq(last, before);
    ck_assert_ptr_null(first->next);
    curl_formfree(first);
    ck_assert_int_eq(heap.n_alive, 0);
}
END_TEST

/* The struct is public: programs fill it themselves, without LARGE, and with less than formadd. */
START_TEST(lists_that_others_made_are_walked_with_care)
{
    struct curl_httppost nothing = {.next = NULL};
    struct curl_httppost old = {.next = &nothing,
                                .name = (char *)"name!",
                                .namelength = 4,
                                .contents = (char *)"value!",
                                .contentslength = 5};
    struct curl_httppost no_buffer = {.next = &old, .flags = CURL_HTTPPOST_BUFFER,
                                      .bufferlength = 10};
    struct curl_httppost no_stream = {.next = &no_buffer, .flags = CURL_HTTPPOST_CALLBACK,
                                      .contentslength = -5};
    struct curl_httppost no_file = {.next = &no_stream, .flags = CURL_HTTPPOST_FILENAME};

#define EMPTY_PART "--B0\r\nContent-Disposition: form-data\r\n\r\n\r\n"
    ck_assert_str_eq(text_of(&no_file),
                     "Content-Type: multipart/form-data; boundary=B0\r\n\r\n" EMPTY_PART EMPTY_PART
                     EMPTY_PART "--B0\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n"
                     "value\r\n" EMPTY_PART "--B0--\r\n");
}
END_TEST

/* Makes a form and reads it; whatever there is no memory for is refused. */
static void make_and_read(void *arg)
{
    struct curl_httppost *first = NULL, *last = NULL;
    struct curl_forms rows[] = {{CURLFORM_COPYNAME, "m"},
                                {CURLFORM_BUFFER, "b.gif"},
                                {CURLFORM_BUFFERPTR, "bytes"},
                                {CURLFORM_END, NULL}};
    char text[MIME_TEXT_BYTES] = "";
    CURLFORMcode code;
    int result;

    code = curl_formadd(&first, &last, CURLFORM_COPYNAME, "n", CURLFORM_FILE, "/dev/null",
                        CURLFORM_FILENAME, "one", CURLFORM_FILE, "/dev/null", CURLFORM_FILE,
                        "/dev/null", CURLFORM_END);
    ck_assert(code == CURL_FORMADD_OK || (code == CURL_FORMADD_MEMORY && !first && !last));
    code = curl_formadd(&first, &last, CURLFORM_ARRAY, rows, CURLFORM_END);
    ck_assert(code == CURL_FORMADD_OK || code == CURL_FORMADD_MEMORY);
    result = curl_formget(first, text, append_text);
    ck_assert(result == CURLE_OK || result == CURLE_OUT_OF_MEMORY);
    curl_formfree(first);
}

START_TEST(without_memory_it_fails_and_nothing_leaks)
{
    ck_assert_int_gt(faults_run(make_and_read, NULL), 30);
}
END_TEST

static size_t refuse(void *userp, const char *data, size_t len)
{
    return len - 1;
}

START_TEST(formget_ends_when_it_is_not_taken_or_a_file_is_not_there)
{
    struct curl_httppost *first = NULL, *last = NULL;

    curl_formadd(&first, &last, CURLFORM_COPYNAME, "n", CURLFORM_COPYCONTENTS, "v", CURLFORM_END);
    ck_assert_int_eq(curl_formget(first, NULL, refuse), CURLE_READ_ERROR);
    curl_formadd(&first, &last, CURLFORM_COPYNAME, "n", CURLFORM_FILE, "/dev/null/x", CURLFORM_END);
    ck_assert_int_eq(curl_formget(first, NULL, refuse), CURLE_READ_ERROR);
    curl_formfree(first);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_field_is_kept_as_libcurl_keeps_it,
        files_of_one_field_hang_behind_it,
        a_call_that_fails_leaves_the_form_as_it_was,
        lists_that_others_made_are_walked_with_care,
        without_memory_it_fails_and_nothing_leaks,
        formget_ends_when_it_is_not_taken_or_a_file_is_not_there,
    };

    return shuffle_and_run("form", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
