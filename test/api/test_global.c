/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Global initialisation and the life of an easy handle (contract section 1.2).
 */
#include "interpose.h"
#include "memory.h"
#include "xfer.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

TEST_WITH(FOR_ONCE | IS_BARE, "C-10 global_init_is_counted")
{
    CURL *easy;

    CHECK_CODE(curl_global_init(CURL_GLOBAL_DEFAULT), CURLE_OK);
    CHECK_CODE(curl_global_init(CURL_GLOBAL_DEFAULT), CURLE_OK);
    curl_global_cleanup();
    easy = curl_easy_init();
    CHECK(easy != NULL);
    curl_easy_cleanup(easy);
    curl_global_cleanup();
}

TEST_WITH(FOR_ONCE | IS_BARE, "C-10 one_cleanup_too_many_does_no_harm")
{
    curl_global_cleanup();
    CHECK_CODE(curl_global_init(CURL_GLOBAL_DEFAULT), CURLE_OK);
    curl_global_cleanup();
    curl_global_cleanup();
    CHECK_CODE(curl_global_init(CURL_GLOBAL_DEFAULT), CURLE_OK);
    curl_global_cleanup();
}

TEST_WITH(FOR_ONCE | IS_BARE, "C-10 easy_init_initialises_by_itself")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    xfer_free(x);
    curl_global_cleanup();
}

static void *init_often(void *result)
{
    for (int i = 0; i < 200; i++) {
        if (curl_global_init(CURL_GLOBAL_DEFAULT))
            return NULL;
        curl_global_cleanup();
    }
    return result;
}

TEST_WITH(FOR_ONCE | IS_BARE, "C-10 global_init_may_run_in_several_threads_at_once")
{
    pthread_t threads[4];
    void *result;
    int ok;

    for (int i = 0; i < 4; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, init_often, &ok), 0);
    for (int i = 0; i < 4; i++) {
        CHECK_INT(pthread_join(threads[i], &result), 0);
        CHECK(result == &ok);
    }
}

TEST_WITH(FOR_ONCE | IS_BARE, "C-11 global_init_mem_refuses_a_missing_function")
{
    CHECK_CODE(curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, free, realloc, strdup, NULL),
               CURLE_FAILED_INIT);
    CHECK_CODE(curl_global_init_mem(CURL_GLOBAL_DEFAULT, NULL, free, realloc, strdup, calloc),
               CURLE_FAILED_INIT);
}

TEST_WITH(FOR_ONCE, "C-11 every_kind_of_memory_passes_through_the_given_functions")
{
    unsigned long before = memory_n_calls();
    size_t n_blocks = memory_n_blocks();
    CURL *easy = curl_easy_init();
    CURLM *multi = curl_multi_init();
    struct curl_slist *list = curl_slist_append(NULL, "a");
    CURLU *url = curl_url();
    char *text;

    CHECK(easy && multi && list && url);
    CHECK(memory_n_calls() >= before + 5);
    CHECK(memory_n_blocks() >= n_blocks + 5);
    text = curl_easy_escape(easy, "a b", 3);
    CHECK_STR(text, "a%20b");
    n_blocks = memory_n_blocks();
    curl_free(text);
    CHECK_INT((long)memory_n_blocks(), (long)n_blocks - 1);
    curl_url_cleanup(url);
    curl_slist_free_all(list);
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
    curl_easy_cleanup(easy);
}

TEST_WITH(FOR_ONCE, "C-12 easy_init_without_memory_is_null_and_leaves_nothing")
{
    size_t n_blocks = memory_n_blocks();
    CURL *easy = NULL;

    for (unsigned long nth = 1; !easy; nth++) {
        CHECK(nth < 1000);
        memory_fault_arm(nth, false);
        easy = curl_easy_init();
        CHECK(memory_fault_disarm() == !easy);
        if (!easy)
            CHECK_INT((long)memory_n_blocks(), (long)n_blocks);
    }
    curl_easy_cleanup(easy);
}

TEST_WITH(FOR_ONCE, "C-22 multi_init_without_memory_is_null_and_leaves_nothing")
{
    size_t n_blocks = memory_n_blocks();
    CURLM *multi = NULL;

    for (unsigned long nth = 1; !multi; nth++) {
        CHECK(nth < 1000);
        memory_fault_arm(nth, false);
        multi = curl_multi_init();
        CHECK(memory_fault_disarm() == !multi);
        if (!multi)
            CHECK_INT((long)memory_n_blocks(), (long)n_blocks);
    }
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
}

TEST("C-13 options_stay_for_the_next_transfer")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/a");

    SET(x, CURLOPT_USERAGENT, "sticky");
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_HAS(strstr(received(peer, 0), "\r\n\r\n"), "User-Agent: sticky\r\n");
}

TEST("C-13 strings_are_copied")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    char agent[] = "first";

    SET(x, CURLOPT_USERAGENT, agent);
    strcpy(agent, "other");
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(peer, 0), "User-Agent: first\r\n");
}

TEST_WITH(FOR_ONCE, "C-13 a_string_beyond_8_megabytes_is_refused")
{
    CURL *easy = curl_easy_init();
    size_t n = 8000001;
    char *text = malloc(n + 1);

    CHECK(text != NULL);
    memset(text, 'a', n);
    text[n] = 0;
    CHECK_CODE(curl_easy_setopt(easy, CURLOPT_USERAGENT, text), CURLE_BAD_FUNCTION_ARGUMENT);
    text[n - 1] = 0;
    CHECK_CODE(curl_easy_setopt(easy, CURLOPT_USERAGENT, text), CURLE_OK);
    free(text);
    curl_easy_cleanup(easy);
}

TEST("C-14 options_may_change_while_a_transfer_runs")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_AGAIN);
    struct xfer *x = xfer_get(drive_new(), peer, "/");

    DRIVE_UNTIL(x->drive, peer_count(peer, PEER_WAITING, 0) == 1);
    SET(x, CURLOPT_URL, "http://127.0.0.1:1/elsewhere");
    SET(x, CURLOPT_USERAGENT, "changed");
    SET(x, CURLOPT_TIMEOUT_MS, 100000L);
    SET(x, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)1000000);
    SET(x, CURLOPT_HTTPHEADER, NULL);
    SET(x, CURLOPT_POSTFIELDS, "late");
    peer_release(peer, 1);
    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

TEST("C-15 duphandle_copies_options_and_not_the_multi")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/dup");
    CURL *copy;

    SET(x, CURLOPT_USERAGENT, "original");
    xfer_start(x, drive);
    copy = curl_easy_duphandle(x->easy);
    CHECK(copy != NULL);
    CHECK_MCODE(curl_multi_remove_handle(drive->multi, copy), CURLM_OK);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    SET(x, CURLOPT_USERAGENT, "changed since");
    CHECK_CODE(curl_easy_perform(copy), CURLE_OK);
    CHECK_HAS(received(peer, 1), "User-Agent: original\r\n");
    curl_easy_cleanup(copy);
}

TEST("C-15 a_duplicate_has_copied_postfields_of_its_own")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    CURL *copy;

    SET(x, CURLOPT_COPYPOSTFIELDS, "body");
    copy = curl_easy_duphandle(x->easy);
    CHECK(copy != NULL);
    SET(x, CURLOPT_COPYPOSTFIELDS, "gone");
    CHECK_CODE(curl_easy_perform(copy), CURLE_OK);
    CHECK_HAS(received(peer, 0), "\r\n\r\nbody");
    curl_easy_cleanup(copy);
}

TEST("C-15 a_duplicate_outlives_its_original")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/dup");
    struct xfer *y = xfer_new(peer, "/");

    curl_easy_cleanup(y->easy);
    SET(x, CURLOPT_USERAGENT, "original");
    y->easy = curl_easy_duphandle(x->easy);
    CHECK(y->easy != NULL);
    SET(y, CURLOPT_WRITEDATA, y);
    SET(y, CURLOPT_HEADERDATA, y);
    SET(y, CURLOPT_PRIVATE, y);
    SET(y, CURLOPT_ERRORBUFFER, y->error);
    xfer_free(x);
    CHECK_CODE(xfer_again(y, drive_new()), CURLE_OK);
    CHECK_STR(y->body.data, "hello");
    CHECK_HAS(received(peer, 0), "GET /dup ");
    CHECK_HAS(received(peer, 0), "User-Agent: original\r\n");
}

TEST("C-16 reset_restores_defaults_and_keeps_the_connection")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/a");
    char url[100];

    SET(x, CURLOPT_USERAGENT, "gone");
    SET(x, CURLOPT_POSTFIELDS, "gone");
    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    strcpy(url, xfer_str(x, CURLINFO_EFFECTIVE_URL));
    curl_easy_reset(x->easy);
    CHECK_CODE(curl_easy_perform(x->easy), CURLE_URL_MALFORMAT);
    SET(x, CURLOPT_URL, url);
    SET(x, CURLOPT_PROXY, "");
    SET(x, CURLOPT_NOBODY, 1L);
    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
    CHECK_HAS(received(peer, 0) + 4, "HEAD /a HTTP/1.1\r\n");
    CHECK_LACKS(strstr(received(peer, 0), "HEAD"), "User-Agent");
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 0);
}

TEST("C-17 easy_cleanup_of_an_added_handle_takes_it_out_first")
{
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");
    int n = 0;

    x->drive = drive;
    CHECK_MCODE(curl_multi_add_handle(drive->multi, x->easy), CURLM_OK);
    DRIVE_UNTIL(drive, peer_count(peer, PEER_REQUESTS, PEER_EVERY) == 1);
    curl_easy_cleanup(x->easy);
    x->easy = NULL;
    x->drive = NULL;
    CHECK_INT((int)drive->ledger.n_announced, 0);
    CHECK_MCODE(curl_multi_perform(drive->multi, &n), CURLM_OK);
    CHECK_INT(n, 0);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

TEST("C-19 the_error_buffer_is_emptied_at_the_start_and_written_on_failure_only")
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    PEER_SCRIPT(peer, 0, PEER_REQUEST, PEER_CLOSE);
    PEER_SCRIPT(peer, 1, PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
    CHECK_CODE(xfer_again(x, drive), CURLE_GOT_NOTHING);
    CHECK_STR(x->error, "Empty reply from server");
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(x->error, "");
    strcpy(x->error, "old words");
    xfer_start(x, drive);
    CHECK_STR(x->error, "");
}

TEST("C-20 easy_perform_of_an_added_handle_is_refused")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_get(drive_new(), peer, "/");

    CHECK_CODE(curl_easy_perform(x->easy), CURLE_FAILED_INIT);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 0);
    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_OK);
}

TEST_WITH(FOR_ONCE, "C-21 easy_perform_keeps_its_connection_for_the_next")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    CHECK_STR(x->body.data, "hellohello");
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
    CHECK_INT((long)peer_count(peer, PEER_OPEN, PEER_EVERY), 1);
    xfer_free(x);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

TEST("C-21 adding_a_handle_gives_up_the_connection_of_its_easy_perform")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    xfer_start(x, drive_new());
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 2);
}

TEST_WITH(FOR_ONCE, "C-21 easy_perform_works_with_two_addresses_of_one_name")
{
    struct peer *dead, *peer;
    struct xfer *x = xfer_new_both(PEER_REFUSES, PEER_ACCEPTS, &dead, &peer);

    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    CHECK_STR(xfer_str(x, CURLINFO_PRIMARY_IP), "127.0.0.1");
}
