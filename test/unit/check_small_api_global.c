/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* The global state, shares, and the families of functions that are not built in. */
#include "api/global.h"
#include "heap.h"
#include "shuffle.h"

#include <curl/curl.h>
#include <pthread.h>

static CURLcode init_with_counting_heap(void)
{
    memset(&heap, 0, sizeof(heap));
    return curl_global_init_mem(CURL_GLOBAL_ALL, heap_malloc, heap_free, heap_realloc, heap_strdup,
                                heap_calloc);
}

START_TEST(the_first_init_decides_about_the_memory)
{
    struct curl_slist *list;

    ck_assert_int_eq(init_with_counting_heap(), CURLE_OK);
    ck_assert_int_eq(curl_global_init(CURL_GLOBAL_ALL), CURLE_OK);
    ck_assert_int_eq(whim_global_init_lazily(), CURLE_OK);
    list = curl_slist_append(NULL, "x");
    ck_assert_int_eq(heap.n_alive, 2);
    curl_global_cleanup();
    curl_global_cleanup();
    curl_slist_free_all(list); /* even after the last cleanup: by the heap that it came from */
    ck_assert_int_eq(heap.n_alive, 0);
    ck_assert_int_eq(curl_global_init(CURL_GLOBAL_ALL), CURLE_OK);
    curl_slist_free_all(curl_slist_append(NULL, "x"));
    ck_assert_int_eq(heap.n_calls, 2);
    curl_global_cleanup();
}
END_TEST

START_TEST(a_later_init_leaves_the_memory_alone)
{
    ck_assert_int_eq(curl_global_init(CURL_GLOBAL_ALL), CURLE_OK);
    ck_assert_int_eq(init_with_counting_heap(), CURLE_OK);
    curl_slist_free_all(curl_slist_append(NULL, "x"));
    ck_assert_int_eq(heap.n_calls, 0);
    curl_global_cleanup();
    curl_global_cleanup();
    curl_global_cleanup(); /* once too often does no harm */
}
END_TEST

START_TEST(five_memory_functions_are_needed)
{
    ck_assert_int_eq(curl_global_init_mem(0, NULL, heap_free, heap_realloc, heap_strdup,
                                          heap_calloc),
                     CURLE_FAILED_INIT);
    ck_assert_int_eq(curl_global_init_mem(0, heap_malloc, heap_free, heap_realloc, heap_strdup,
                                          NULL),
                     CURLE_FAILED_INIT);
}
END_TEST

enum { N_THREADS = 8, N_ROUNDS = 2000 };

static void *init_and_clean_up(void *unused)
{
    int i;

    for (i = 0; i < N_ROUNDS; i++) {
        if (curl_global_init(CURL_GLOBAL_ALL) || whim_global_init_lazily())
            return unused;
        curl_version_info(CURLVERSION_NOW);
        curl_global_cleanup();
    }
    return NULL;
}

START_TEST(threads_may_init_and_clean_up_at_once)
{
    pthread_t threads[N_THREADS];
    void *failed;
    int i;

    for (i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, init_and_clean_up, &threads), 0);
    for (i = 0; i < N_THREADS; i++) {
        pthread_join(threads[i], &failed);
        ck_assert_ptr_null(failed);
    }
}
END_TEST

START_TEST(the_tls_library_that_is_there_may_be_named)
{
    const curl_ssl_backend **available = NULL;
    bool is_there = (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_SSL) != 0;
    CURLsslset wanted = is_there ? CURLSSLSET_OK : CURLSSLSET_NO_BACKENDS;
    CURLsslset other = is_there ? CURLSSLSET_UNKNOWN_BACKEND : CURLSSLSET_NO_BACKENDS;

    ck_assert_int_eq(curl_global_sslset(CURLSSLBACKEND_OPENSSL, NULL, &available), wanted);
    ck_assert_ptr_nonnull(available);
    ck_assert(is_there == (available[0] != NULL));
    ck_assert_int_eq(curl_global_sslset(CURLSSLBACKEND_NONE, "OpenSSL", NULL), wanted);
    ck_assert_int_eq(curl_global_sslset(CURLSSLBACKEND_NONE, "x", NULL), other);
    ck_assert_int_eq(curl_global_trace("all"), CURLE_OK);
}
END_TEST

static void lock(CURL *easy, curl_lock_data data, curl_lock_access access, void *userp)
{
}

static void unlock(CURL *easy, curl_lock_data data, void *userp)
{
}

START_TEST(a_share_takes_lock_functions_and_the_kinds_that_are_there)
{
    bool has_tls = curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_SSL;
    bool has_list = curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_PSL;
    CURLSH *share = curl_share_init();
    int kind;

    ck_assert_int_eq(curl_share_setopt(share, CURLSHOPT_LOCKFUNC, lock), CURLSHE_OK);
    ck_assert_int_eq(curl_share_setopt(share, CURLSHOPT_UNLOCKFUNC, unlock), CURLSHE_OK);
    ck_assert_int_eq(curl_share_setopt(share, CURLSHOPT_USERDATA, share), CURLSHE_OK);
    for (kind = CURL_LOCK_DATA_COOKIE; kind < CURL_LOCK_DATA_LAST; kind++) {
        bool is_there = kind == CURL_LOCK_DATA_COOKIE || kind == CURL_LOCK_DATA_DNS ||
                        kind == CURL_LOCK_DATA_CONNECT ||
                        (has_tls && (kind == CURL_LOCK_DATA_SSL_SESSION ||
                                     kind == CURL_LOCK_DATA_HSTS)) ||
                        (has_list && kind == CURL_LOCK_DATA_PSL);
        CURLSHcode result = is_there ? CURLSHE_OK : CURLSHE_NOT_BUILT_IN;

        ck_assert_int_eq(curl_share_setopt(share, CURLSHOPT_SHARE, kind), result);
        ck_assert_int_eq(curl_share_setopt(share, CURLSHOPT_SHARE, kind), result);
    }
    ck_assert_int_eq(curl_share_setopt(share, CURLSHOPT_SHARE, 0), CURLSHE_BAD_OPTION);
    ck_assert_int_eq(curl_share_setopt(share, CURLSHOPT_SHARE, 99), CURLSHE_BAD_OPTION);
    ck_assert_int_eq(curl_share_setopt(share, (CURLSHoption)77, NULL), CURLSHE_BAD_OPTION);
    ck_assert_int_eq(curl_share_cleanup(share), CURLSHE_OK);
}
END_TEST

START_TEST(a_share_in_use_is_neither_changed_nor_freed)
{
    CURLSH *share = curl_share_init();
    CURL *easy = curl_easy_init();

    ck_assert_int_eq(curl_easy_setopt(easy, CURLOPT_SHARE, share), CURLE_OK);
    ck_assert_int_eq(curl_share_setopt(share, CURLSHOPT_USERDATA, NULL), CURLSHE_IN_USE);
    ck_assert_int_eq(curl_share_cleanup(share), CURLSHE_IN_USE);
    curl_easy_cleanup(easy);
    ck_assert_int_eq(curl_share_cleanup(share), CURLSHE_OK);
}
END_TEST

START_TEST(a_share_that_is_none_is_refused)
{
    CURL *easy = curl_easy_init();

    ck_assert_int_eq(curl_share_setopt(NULL, CURLSHOPT_USERDATA, NULL), CURLSHE_INVALID);
    ck_assert_int_eq(curl_share_cleanup(NULL), CURLSHE_INVALID);
    ck_assert_int_eq(curl_share_cleanup((CURLSH *)easy), CURLSHE_INVALID);
    ck_assert_int_eq(curl_easy_setopt(easy, CURLOPT_SHARE, easy), CURLE_BAD_FUNCTION_ARGUMENT);
    curl_easy_cleanup(easy);
}
END_TEST

START_TEST(websockets_and_pushes_are_not_built_in_and_there_are_no_headers_yet)
{
    struct curl_header *header = NULL;
    CURL *easy = curl_easy_init();
    bool has_tls = (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_SSL) != 0;
    CURLcode no_sessions = has_tls ? CURLE_BAD_FUNCTION_ARGUMENT : CURLE_NOT_BUILT_IN;
    size_t n = 0;

    ck_assert_int_eq(curl_ws_recv(easy, NULL, 0, &n, NULL), CURLE_NOT_BUILT_IN);
    ck_assert_int_eq(curl_ws_send(easy, "", 0, &n, 0, CURLWS_TEXT), CURLE_NOT_BUILT_IN);
    ck_assert_int_eq(curl_ws_start_frame(easy, CURLWS_TEXT, 0), CURLE_NOT_BUILT_IN);
    ck_assert_ptr_null(curl_ws_meta(easy));
    ck_assert_int_eq(curl_easy_header(easy, "Date", 0, CURLH_HEADER, -1, &header),
                     CURLHE_NOHEADERS);
    ck_assert_ptr_null(curl_easy_nextheader(easy, CURLH_HEADER, -1, NULL));
    ck_assert_int_eq(curl_easy_ssls_import(easy, "", NULL, 0, NULL, 0), no_sessions);
    ck_assert_int_eq(curl_easy_ssls_export(easy, NULL, NULL), no_sessions);
    ck_assert_ptr_null(curl_pushheader_bynum(NULL, 0));
    ck_assert_ptr_null(curl_pushheader_byname(NULL, "x"));
    curl_easy_cleanup(easy);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        the_first_init_decides_about_the_memory,
        a_later_init_leaves_the_memory_alone,
        five_memory_functions_are_needed,
        threads_may_init_and_clean_up_at_once,
        the_tls_library_that_is_there_may_be_named,
        a_share_takes_lock_functions_and_the_kinds_that_are_there,
        a_share_in_use_is_neither_changed_nor_freed,
        a_share_that_is_none_is_refused,
        websockets_and_pushes_are_not_built_in_and_there_are_no_headers_yet,
    };

    return shuffle_and_run("small_api_global", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
