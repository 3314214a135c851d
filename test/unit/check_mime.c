/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Trees: who owns what, what may hang where, and what becomes of it in every order of freeing.
 */
#define _GNU_SOURCE
#include "heap.h"
#include "mime_rig.h"
#include "shuffle.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned n_frees;

static size_t give_a(char *data, size_t size, size_t n_items, void *arg)
{
    int *n_left = arg;

    if (!*n_left)
        return 0;
    --*n_left;
    *data = 'a';
    return 1;
}

static void count_free(void *arg)
{
    n_frees++;
}

static curl_mimepart *part_in(curl_mime *mime, const char *data)
{
    curl_mimepart *part = curl_mime_addpart(mime);

    ck_assert_int_eq(curl_mime_data(part, data, CURL_ZERO_TERMINATED), CURLE_OK);
    return part;
}

static void check_end(void)
{
    ck_assert_int_eq(heap.n_alive, 0);
}

START_TEST(null_is_refused)
{
    curl_mime_free(NULL);
    ck_assert_ptr_null(curl_mime_addpart(NULL));
    ck_assert_int_eq(curl_mime_name(NULL, "x"), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_mime_filename(NULL, "x"), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_mime_type(NULL, "x"), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_mime_encoder(NULL, "8bit"), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_mime_data(NULL, "x", 1), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_mime_filedata(NULL, "x"), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_mime_data_cb(NULL, 1, give_a, NULL, NULL, NULL),
                     CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_mime_subparts(NULL, NULL), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_mime_headers(NULL, NULL, 0), CURLE_BAD_FUNCTION_ARGUMENT);
}
END_TEST

START_TEST(boundaries_are_24_dashes_and_22_letters_and_digits_and_differ)
{
    curl_mime *a = curl_mime_init(NULL), *b = curl_mime_init(NULL);

    ck_assert_uint_eq(strlen(a->boundary), 46);
    ck_assert_uint_eq(strspn(a->boundary, "-"), 24);
    ck_assert_uint_eq(strspn(a->boundary + 24, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                               "abcdefghijklmnopqrstuvwxyz"),
                      22);
    ck_assert_str_ne(a->boundary, b->boundary);
    curl_mime_free(a);
    curl_mime_free(b);
}
END_TEST

START_TEST(the_last_content_of_a_part_counts_and_the_one_before_is_freed)
{
    curl_mime *mime;
    curl_mimepart *part;
    int n_left = 1;

    heap_begin();
    n_frees = 0;
    mime = curl_mime_init(NULL);
    part = part_in(mime, "first");
    curl_mime_data_cb(part, 1, give_a, NULL, count_free, &n_left);
    ck_assert_int_eq(part->kind, WHIM_MIME_SOURCE);
    curl_mime_data(part, "a\0b", 3);
    ck_assert_uint_eq(n_frees, 1);
    ck_assert_int_eq(part->size, 3);
    curl_mime_subparts(part, curl_mime_init(NULL));
    curl_mime_filedata(part, "/dev/null");
    ck_assert_str_eq(part->filename, "null");
    curl_mime_data_cb(part, 1, NULL, NULL, count_free, &n_left);
    ck_assert_int_eq(part->kind, WHIM_MIME_NONE);
    curl_mime_data_cb(part, -7, give_a, NULL, count_free, &n_left);
    ck_assert_int_eq(part->size, -1);
    curl_mime_data(part, NULL, CURL_ZERO_TERMINATED);
    ck_assert_int_eq(part->kind, WHIM_MIME_NONE);
    curl_mime_data_cb(part, 1, give_a, NULL, count_free, &n_left);
    curl_mime_free(mime);
    ck_assert_uint_eq(n_frees, 3);
    check_end();
}
END_TEST

START_TEST(texts_may_be_set_anew_and_taken_away)
{
    curl_mime *mime;
    curl_mimepart *part;

    heap_begin();
    mime = curl_mime_init(NULL);
    part = curl_mime_addpart(mime);
    curl_mime_name(part, "a");
    curl_mime_name(part, "b");
    ck_assert_str_eq(part->name, "b");
    curl_mime_name(part, NULL);
    ck_assert_ptr_null(part->name);
    curl_mime_encoder(part, "base64");
    ck_assert_int_eq(curl_mime_encoder(part, "none"), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_mime_encoder(part, NULL), CURLE_OK);
    ck_assert_ptr_null(part->encoding);
    curl_mime_free(mime);
    check_end();
}
END_TEST

START_TEST(headers_are_freed_by_who_owns_them)
{
    curl_mime *mime;
    curl_mimepart *part;
    struct curl_slist *list;

    heap_begin();
    mime = curl_mime_init(NULL);
    part = curl_mime_addpart(mime);
    curl_mime_headers(part, curl_slist_append(NULL, "A: b"), 1);
    list = curl_slist_append(NULL, "C: d");
    curl_mime_headers(part, list, 0);
    curl_mime_headers(part, list, 1);
    curl_mime_headers(part, list, 1);
    curl_mime_headers(part, list, 0);
    curl_mime_headers(part, NULL, 1);
    curl_slist_free_all(list);
    curl_mime_headers(part, curl_slist_append(NULL, "E: f"), 1);
    curl_mime_free(mime);
    check_end();
}
END_TEST

START_TEST(a_tree_has_no_cycle)
{
    curl_mime *a, *b, *c;
    curl_mimepart *in_a, *in_b, *in_c;

    heap_begin();
    a = curl_mime_init(NULL);
    b = curl_mime_init(NULL);
    c = curl_mime_init(NULL);
    in_a = part_in(a, "kept");
    in_b = curl_mime_addpart(b);
    in_c = curl_mime_addpart(c);
    ck_assert_int_eq(curl_mime_subparts(in_a, a), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(in_a->kind, WHIM_MIME_DATA);
    ck_assert_int_eq(curl_mime_subparts(in_a, b), CURLE_OK);
    ck_assert_int_eq(curl_mime_subparts(in_b, c), CURLE_OK);
    ck_assert_int_eq(curl_mime_subparts(in_c, a), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_mime_subparts(in_c, c), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_mime_subparts(in_c, b), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_mime_subparts(in_b, c), CURLE_OK); /* it is there */
    curl_mime_free(a);
    check_end();
}
END_TEST

START_TEST(a_mime_is_the_content_of_one_part_at_most)
{
    curl_mime *a, *b;
    curl_mimepart *one, *two;

    heap_begin();
    a = curl_mime_init(NULL);
    b = curl_mime_init(NULL);
    one = curl_mime_addpart(a);
    two = curl_mime_addpart(a);
    ck_assert_int_eq(curl_mime_subparts(one, b), CURLE_OK);
    ck_assert_int_eq(curl_mime_subparts(two, b), CURLE_BAD_FUNCTION_ARGUMENT);
    curl_mime_free(b); /* from under its part */
    ck_assert_int_eq(one->kind, WHIM_MIME_NONE);
    ck_assert_int_eq(curl_mime_subparts(one, curl_mime_init(NULL)), CURLE_OK);
    ck_assert_int_eq(curl_mime_subparts(one, NULL), CURLE_OK);
    curl_mime_free(a);
    check_end();
}
END_TEST

START_TEST(a_tree_has_a_greatest_depth_whichever_way_it_is_built)
{
    curl_mime *top, *low, *mime;
    curl_mimepart *part;

    heap_begin();
    top = mime = curl_mime_init(NULL);
    for (int i = 1; i < WHIM_MIME_MAX_DEPTH; i++) { /* from the top */
        curl_mime *inner = curl_mime_init(NULL);

        ck_assert_int_eq(curl_mime_subparts(curl_mime_addpart(mime), inner), CURLE_OK);
        mime = inner;
    }
    low = curl_mime_init(NULL);
    ck_assert_int_eq(curl_mime_subparts(curl_mime_addpart(mime), low), CURLE_BAD_FUNCTION_ARGUMENT);
    for (int i = 1; i < WHIM_MIME_MAX_DEPTH; i++) { /* from below */
        curl_mime *outer = curl_mime_init(NULL);

        ck_assert_int_eq(curl_mime_subparts(curl_mime_addpart(outer), low), CURLE_OK);
        low = outer;
    }
    mime = curl_mime_init(NULL);
    part = curl_mime_addpart(mime);
    ck_assert_int_eq(curl_mime_subparts(part, low), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_mime_subparts(part, top), CURLE_BAD_FUNCTION_ARGUMENT);
    curl_mime_free(mime);
    curl_mime_free(low);
    curl_mime_free(top);
    check_end();
}
END_TEST

/* A root does not own the application's mime. */
START_TEST(a_root_and_its_mime_are_freed_in_either_order)
{
    struct curl_mimepart *root;
    curl_mime *mime;

    heap_begin();
    root = whim_mime_root_new();
    mime = curl_mime_init(NULL);
    part_in(mime, "x");
    ck_assert_int_eq(whim_mime_set_parts(root, mime, false), CURLE_OK);
    whim_mime_root_unref(root);
    root = whim_mime_root_new();
    ck_assert_int_eq(whim_mime_set_parts(root, mime, false), CURLE_OK);
    curl_mime_free(mime);
    ck_assert_int_eq(root->kind, WHIM_MIME_NONE);
    ck_assert_int_eq(whim_mime_size(root), 0);
    whim_mime_root_unref(root);
    check_end();
}
END_TEST

START_TEST(a_mime_that_is_freed_while_it_is_sent_goes_at_the_end)
{
    char text[MIME_TEXT_BYTES];
    struct curl_mimepart *root;
    curl_mime *mime;
    int n_left = 3;
    size_t len;

    heap_begin();
    n_frees = 0;
    root = whim_mime_root_new();
    mime = curl_mime_init(NULL);
    curl_mime_data_cb(curl_mime_addpart(mime), 3, give_a, NULL, count_free, &n_left);
    ck_assert_int_eq(whim_mime_set_parts(root, mime, false), CURLE_OK);
    ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_OK);
    curl_mime_free(mime);
    ck_assert_int_eq(mime_read_all(root, 10, text, &len, NULL), CURLE_OK);
    ck_assert_ptr_nonnull(strstr(text, "aaa\r\n"));
    ck_assert_uint_eq(n_frees, 0);
    whim_mime_end(root);
    ck_assert_uint_eq(n_frees, 1);
    ck_assert_int_eq(root->kind, WHIM_MIME_NONE);
    whim_mime_root_unref(root);
    check_end();
}
END_TEST

START_TEST(a_tree_that_is_sent_stays_as_it_is_and_its_texts_need_not)
{
    char before[MIME_TEXT_BYTES], after[MIME_TEXT_BYTES];
    curl_mime *mime, *inner;
    curl_mimepart *part, *deep;
    struct curl_mimepart *root;
    size_t len;

    heap_begin();
    mime = curl_mime_init(NULL);
    inner = curl_mime_init(NULL);
    part = curl_mime_addpart(mime);
    deep = part_in(inner, "x");
    curl_mime_name(deep, "old");
    curl_mime_headers(deep, curl_slist_append(NULL, "X: y"), 1);
    curl_mime_subparts(part, inner);
    root = mime_root_of(mime);
    ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_OK);
    ck_assert_int_eq(mime_read_all(root, 100, before, &len, NULL), CURLE_OK);
    ck_assert_int_eq(whim_mime_rewind(root), CURLE_OK);
    ck_assert_int_eq(curl_mime_data(deep, "y", 1), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_mime_data_cb(deep, 1, give_a, NULL, NULL, NULL),
                     CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_mime_filedata(deep, "/dev/null"), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(curl_mime_subparts(part, NULL), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_ptr_null(curl_mime_addpart(inner));
    curl_mime_free(inner);
    ck_assert_int_eq(curl_mime_name(deep, "new"), CURLE_OK);
    ck_assert_int_eq(curl_mime_headers(deep, NULL, 0), CURLE_OK);
    ck_assert_int_eq(curl_mime_encoder(deep, "base64"), CURLE_OK);
    ck_assert_int_eq(mime_read_all(root, 100, after, &len, NULL), CURLE_OK);
    ck_assert_str_eq(before, after);
    whim_mime_end(root);
    ck_assert_ptr_nonnull(curl_mime_addpart(inner));
    ck_assert_int_eq(curl_mime_data(deep, "y", 1), CURLE_OK);
    whim_mime_root_unref(root);
    check_end();
}
END_TEST

START_TEST(a_mime_that_was_sent_can_be_a_part_afterwards)
{
    char text[MIME_TEXT_BYTES];
    struct curl_mimepart *root;
    curl_mime *mime, *outer;
    curl_mimepart *part;
    int n_left = 1;
    size_t len;

    mime = curl_mime_init(NULL);
    curl_mime_data_cb(curl_mime_addpart(mime), 1, give_a, NULL, NULL, &n_left);
    root = whim_mime_root_new();
    whim_mime_set_parts(root, mime, false);
    ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_OK);
    ck_assert_int_eq(mime_read_all(root, 100, text, &len, NULL), CURLE_OK);
    whim_mime_root_unref(root);
    outer = curl_mime_init(NULL);
    part = curl_mime_addpart(outer);
    ck_assert_int_eq(curl_mime_subparts(part, mime), CURLE_SEND_FAIL_REWIND);
    curl_mime_data(mime->first, "back", 4);
    ck_assert_int_eq(curl_mime_subparts(part, mime), CURLE_OK);
    curl_mime_free(outer);
}
END_TEST

/* CVE-2014-3707: what is duplicated has its lengths, and zeros within them. */
START_TEST(cve_2014_3707_a_copy_has_everything_of_its_own_but_the_sources_argument)
{
    char text[MIME_TEXT_BYTES], other[MIME_TEXT_BYTES];
    struct curl_mimepart *root, *copy;
    curl_mime *mime, *inner;
    curl_mimepart *part;
    int n_left = 2;
    size_t len, other_len;

    heap_begin();
    n_frees = 0;
    mime = curl_mime_init(NULL);
    inner = curl_mime_init(NULL);
    curl_mime_data(part_in(inner, ""), "a\0b", 3);
    part = curl_mime_addpart(mime);
    curl_mime_subparts(part, inner);
    curl_mime_name(part, "n");
    curl_mime_type(part, "t/u");
    curl_mime_encoder(part, "8bit");
    curl_mime_headers(part, curl_slist_append(NULL, "X: y"), 1);
    curl_mime_filedata(curl_mime_addpart(mime), "/etc/hostname");
    curl_mime_data_cb(curl_mime_addpart(mime), 1, give_a, NULL, count_free, &n_left);
    root = mime_root_of(mime);
    copy = whim_mime_root_dup(root);
    ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_OK);
    ck_assert_int_eq(mime_read_all(root, 100, text, &len, NULL), CURLE_OK);
    whim_mime_root_unref(root);
    ck_assert_uint_eq(n_frees, 1);
    ck_assert_int_eq(whim_mime_begin(copy, &mime_form), CURLE_OK);
    ck_assert_int_eq(mime_read_all(copy, 100, other, &other_len, NULL), CURLE_OK);
    ck_assert_uint_eq(len, other_len);
    ck_assert_mem_ne(text, other, len); /* by the boundaries */
    ck_assert_ptr_nonnull(memmem(other, len, "a\0b\r\n", 5));
    ck_assert_ptr_nonnull(memmem(other, len, "t/u; boundary=", 14));
    ck_assert_ptr_nonnull(memmem(other, len, "X: y", 4));
    ck_assert_ptr_nonnull(memmem(other, len, "filename=\"hostname\"", 19));
    whim_mime_root_unref(copy);
    ck_assert_uint_eq(n_frees, 2);
    check_end();
}
END_TEST

static char directory[32];
static char paths[2][100];

static void make_directory(void)
{
    strcpy(directory, "/tmp/check_mime.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
}

static const char *write_file(int i, const char *text)
{
    FILE *file;

    snprintf(paths[i], sizeof(paths[i]), "%s/%d.txt", directory, i);
    file = fopen(paths[i], "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
    return paths[i];
}

static int count_open(void)
{
    int n = 0;

    for (int fd = 3; fd < 100; fd++)
        n += lseek(fd, 0, SEEK_CUR) >= 0;
    return n;
}

START_TEST(files_are_open_one_at_a_time_and_only_while_they_are_read)
{
    static const char long_text[] = "0123456789012345678901234567890123456789";
    struct curl_mimepart *root;
    curl_mime *mime;
    char text[100];
    int n_open = count_open(), n_most = 0;
    bool is_paused;
    size_t len;

    make_directory();
    mime = curl_mime_init(NULL);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(curl_mime_filedata(curl_mime_addpart(mime), write_file(i, long_text)),
                         CURLE_OK);
    root = mime_root_of(mime);
    for (int round = 0; round < 2; round++) {
        ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_OK);
        ck_assert_int_gt(whim_mime_size(root), 80);
        ck_assert_int_eq(count_open(), n_open);
        do {
            ck_assert_int_eq(whim_mime_read(root, text, 10, &len, &is_paused), CURLE_OK);
            n_most = count_open() > n_most ? count_open() : n_most;
        } while (len);
        ck_assert_int_eq(n_most, n_open + 1);
        ck_assert_int_eq(count_open(), n_open);
        whim_mime_end(root);
    }
    ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_OK);
    while (count_open() == n_open)
        ck_assert_int_eq(whim_mime_read(root, text, 1, &len, &is_paused), CURLE_OK);
    whim_mime_end(root); /* in the middle of one */
    ck_assert_int_eq(count_open(), n_open);
    whim_mime_root_unref(root);
    for (int i = 0; i < 2; i++)
        unlink(paths[i]);
    rmdir(directory);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_yet_says_so_and_may_appear_until_it_is_sent)
{
    char text[MIME_TEXT_BYTES];
    struct curl_mimepart *root;
    curl_mime *mime = curl_mime_init(NULL);
    curl_mimepart *part = curl_mime_addpart(mime);
    size_t len;

    make_directory();
    unlink(write_file(0, ""));
    ck_assert_int_eq(curl_mime_filedata(part, "-"), CURLE_READ_ERROR);
    ck_assert_int_eq(curl_mime_filedata(part, paths[0]), CURLE_READ_ERROR);
    ck_assert_str_eq(part->filename, "0.txt");
    root = mime_root_of(mime);
    ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_OK);
    ck_assert_int_eq(mime_read_all(root, 100, text, &len, NULL), CURLE_READ_ERROR);
    whim_mime_end(root);
    write_file(0, "there now");
    ck_assert_int_eq(curl_mime_filedata(part, paths[0]), CURLE_OK);
    ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_OK);
    ck_assert_int_eq(mime_read_all(root, 100, text, &len, NULL), CURLE_OK);
    ck_assert_ptr_nonnull(strstr(text, "\r\n\r\nthere now\r\n"));
    whim_mime_root_unref(root);
    unlink(paths[0]);
    rmdir(directory);
}
END_TEST

START_TEST(what_is_no_regular_file_has_no_size_and_does_not_go_back)
{
    char text[MIME_TEXT_BYTES];
    curl_mime *mime = curl_mime_init(NULL);
    struct curl_mimepart *root = mime_root_of(mime);
    size_t len;

    ck_assert_int_eq(curl_mime_filedata(curl_mime_addpart(mime), "/dev/null"), CURLE_OK);
    ck_assert_int_eq(whim_mime_begin(root, &mime_form), CURLE_OK);
    ck_assert_int_eq(whim_mime_size(root), -1);
    ck_assert_int_eq(mime_read_all(root, 100, text, &len, NULL), CURLE_OK);
    ck_assert_int_eq(whim_mime_rewind(root), CURLE_SEND_FAIL_REWIND);
    whim_mime_root_unref(root);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        null_is_refused,
        boundaries_are_24_dashes_and_22_letters_and_digits_and_differ,
        the_last_content_of_a_part_counts_and_the_one_before_is_freed,
        texts_may_be_set_anew_and_taken_away,
        headers_are_freed_by_who_owns_them,
        a_tree_has_no_cycle,
        a_mime_is_the_content_of_one_part_at_most,
        a_tree_has_a_greatest_depth_whichever_way_it_is_built,
        a_root_and_its_mime_are_freed_in_either_order,
        a_mime_that_is_freed_while_it_is_sent_goes_at_the_end,
        a_tree_that_is_sent_stays_as_it_is_and_its_texts_need_not,
        a_mime_that_was_sent_can_be_a_part_afterwards,
        cve_2014_3707_a_copy_has_everything_of_its_own_but_the_sources_argument,
        files_are_open_one_at_a_time_and_only_while_they_are_read,
        a_file_that_cannot_be_read_yet_says_so_and_may_appear_until_it_is_sent,
        what_is_no_regular_file_has_no_size_and_does_not_go_back,
    };

    return shuffle_and_run("mime", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
