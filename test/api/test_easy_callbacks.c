/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The easy callbacks: arguments, order, and what their answers do (contract section 1.14).
 */
/* A deprecated callback is a part of the contract. */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#include "interpose.h"
#include "xfer.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Write and header callback. */

struct verdict {
    const char *name;
    size_t answer; /* instead of the number of bytes */
};

static const struct verdict wrong_answers[] = {
    {"0", 0},
    {"one_less", 4},
    {"one_more", 6},
    {"the_error_code", CURL_WRITEFUNC_ERROR},
};

static size_t answer_wrongly(struct xfer *x, char *data, size_t n)
{
    return ((const struct verdict *)test_row())->answer;
}

TEST_ROWS(0, "C-148 C-157 a_write_callback_ends_the_transfer_with_23_when_it_answers_",
          wrong_answers)
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    x->on_body = answer_wrongly;
    CHECK_CODE(xfer_again(x, drive), CURLE_WRITE_ERROR);
    CHECK(x->error[0]);
    CHECK_INT((long)x->n_body_calls, 1);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

TEST_ROWS(0, "C-150 C-157 a_header_callback_ends_the_transfer_with_23_when_it_answers_",
          wrong_answers)
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    x->on_head = answer_wrongly;
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_WRITE_ERROR);
    CHECK_INT((long)x->n_head_calls, 1);
    CHECK_INT((long)x->n_body_calls, 0);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

TEST("C-148 an_empty_body_may_call_the_write_callback_with_nothing_but_not_with_something")
{
    struct xfer *x = xfer_fetch(drive_new(), peer_serving(EMPTY), "/");

    CHECK_INT((long)x->body.n, 0);
    CHECK_INT((long)x->largest_body, 0);
}

TEST("C-148 without_a_write_function_the_body_goes_to_the_file")
{
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");
    FILE *file = tmpfile();
    char text[10] = "";

    CHECK(file != NULL);
    SET(x, CURLOPT_WRITEFUNCTION, NULL);
    SET(x, CURLOPT_WRITEDATA, file);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    rewind(file);
    CHECK_INT((long)fread(text, 1, 9, file), 5);
    CHECK_STR(text, "hello");
    fclose(file);
}

TEST("C-151 without_a_read_function_the_body_comes_from_the_file")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    FILE *file = tmpfile();

    CHECK(file != NULL);
    fputs("from a file", file);
    rewind(file);
    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_READDATA, file);
    SET(x, CURLOPT_INFILESIZE, 11L);
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "\r\n\r\nfrom a file");
    fclose(file);
}

/* Read callback. */

static size_t abort_reading(struct xfer *x, char *data, size_t room)
{
    return CURL_READFUNC_ABORT;
}

static size_t read_too_much(struct xfer *x, char *data, size_t room)
{
    return room + 1;
}

static struct xfer *put_with(struct peer *peer, size_t (*on_read)(struct xfer *, char *, size_t))
{
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    xfer_upload(x, "", 0);
    x->on_read = on_read;
    return x;
}

TEST("C-151 C-157 a_read_callback_that_aborts_ends_the_transfer_with_42")
{
    struct peer *peer = PEER_OF(PEER_HEAD, PEER_KEEP);
    struct xfer *x = put_with(peer, abort_reading);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_ABORTED_BY_CALLBACK);
    CHECK(x->error[0]);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

TEST("C-151 a_read_callback_that_gives_more_than_there_is_room_for_ends_the_transfer_with_26")
{
    struct xfer *x = put_with(PEER_OF(PEER_HEAD, PEER_KEEP), read_too_much);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_READ_ERROR);
    CHECK(x->error[0]);
}

/* Progress. */

struct progress {
    int n_calls, answer, answer_at;
    curl_off_t dltotal, dlnow, ultotal, ulnow;
};

static int take_progress(void *arg, curl_off_t dltotal, curl_off_t dlnow, curl_off_t ultotal,
                         curl_off_t ulnow)
{
    struct progress *progress = arg;

    CHECK(dlnow >= progress->dlnow && ulnow >= progress->ulnow);
    progress->dltotal = dltotal;
    progress->dlnow = dlnow;
    progress->ultotal = ultotal;
    progress->ulnow = ulnow;
    return ++progress->n_calls >= progress->answer_at ? progress->answer : 0;
}

static struct xfer *new_with_progress(struct peer *peer, struct progress *progress)
{
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_NOPROGRESS, 0L);
    SET(x, CURLOPT_XFERINFOFUNCTION, take_progress);
    SET(x, CURLOPT_XFERINFODATA, progress);
    return x;
}

TEST("C-153 the_progress_callback_sees_both_directions_to_the_end")
{
    struct peer *peer = peer_serving(HELLO);
    struct progress progress = {0};
    struct xfer *x = new_with_progress(peer, &progress);

    SET(x, CURLOPT_POSTFIELDS, "abc");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK(progress.n_calls >= 1);
    CHECK_INT(progress.dltotal, 5);
    CHECK_INT(progress.dlnow, 5);
    CHECK_INT(progress.ultotal, 3);
    CHECK_INT(progress.ulnow, 3);
}

TEST("C-153 a_progress_callback_that_answers_non_zero_ends_the_transfer_with_42")
{
    struct progress progress = {.answer = 1};
    struct xfer *x = new_with_progress(peer_serving(HELLO), &progress);

    CHECK_CODE(xfer_again(x, drive_new()), CURLE_ABORTED_BY_CALLBACK);
    CHECK_STR(x->error, "Callback aborted");
}

TEST("C-153 noprogress_keeps_the_callback_silent")
{
    struct progress progress = {.answer = 1};
    struct xfer *x = new_with_progress(peer_serving(HELLO), &progress);

    SET(x, CURLOPT_NOPROGRESS, 1L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT(progress.n_calls, 0);
}

static int take_old_progress(void *arg, double dltotal, double dlnow, double ultotal, double ulnow)
{
    ++*(int *)arg;
    return 0;
}

TEST("C-153 the_old_progress_callback_still_works")
{
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");
    int n = 0;

    SET(x, CURLOPT_NOPROGRESS, 0L);
    SET(x, CURLOPT_PROGRESSFUNCTION, take_old_progress);
    SET(x, CURLOPT_PROGRESSDATA, &n);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK(n > 0);
}

/* Debug. */

struct debugging {
    char out[500], in[500], body_in[100], body_out[100];
    int n_texts;
    CURL *easy;
};

static int take_debug(CURL *easy, curl_infotype type, char *data, size_t n, void *arg)
{
    struct debugging *debug = arg;
    char *into = type == CURLINFO_HEADER_OUT  ? debug->out
                 : type == CURLINFO_HEADER_IN ? debug->in
                 : type == CURLINFO_DATA_IN   ? debug->body_in
                 : type == CURLINFO_DATA_OUT  ? debug->body_out
                                              : NULL;

    if (into)
        strncat(into, data, n);
    else
        debug->n_texts++;
    debug->easy = easy;
    return 0;
}

TEST("C-155 the_debug_callback_sees_heads_and_bodies_of_both_directions")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    struct debugging debug = {{0}, {0}, {0}, {0}, 0, NULL};

    SET(x, CURLOPT_VERBOSE, 1L);
    SET(x, CURLOPT_DEBUGFUNCTION, take_debug);
    SET(x, CURLOPT_DEBUGDATA, &debug);
    SET(x, CURLOPT_POSTFIELDS, "abc");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(debug.out, "POST / HTTP/1.1\r\n");
    CHECK_HAS(debug.out, "\r\n\r\n");
    CHECK_STR(debug.body_out, "abc");
    CHECK_STR(debug.in, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    CHECK_STR(debug.body_in, "hello");
    CHECK(debug.n_texts > 0);
    CHECK(debug.easy == x->easy);
}

TEST("C-155 verbose_text_goes_to_the_given_stream")
{
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");
    char *text = NULL;
    size_t n = 0;
    FILE *file = open_memstream(&text, &n);

    SET(x, CURLOPT_VERBOSE, 1L);
    SET(x, CURLOPT_STDERR, file);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    fclose(file);
    SET(x, CURLOPT_VERBOSE, 0L);
    CHECK_HAS(text, "> GET / HTTP/1.1");
    CHECK_HAS(text, "< HTTP/1.1 200 OK");
    CHECK_HAS(text, "* ");
    free(text);
}

/* Threads and order. */

static pthread_t seen_thread;

static size_t note_thread(struct xfer *x, char *data, size_t n)
{
    seen_thread = pthread_self();
    return n;
}

TEST("C-156 callbacks_run_on_the_calling_thread_and_no_thread_is_made")
{
    unsigned long threads = sys_count(SYS_THREAD);
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");

    x->on_body = note_thread;
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK(pthread_equal(seen_thread, pthread_self()));
    CHECK_INT((long)(sys_count(SYS_THREAD) - threads), 0);
}

TEST("C-148 C-150 C-151 callbacks_come_in_the_order_of_the_exchange")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_POST, 1L);
    SET(x, CURLOPT_POSTFIELDSIZE, 3L);
    xfer_upload(x, "abc", 3);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->order, "RHHHB");
}
