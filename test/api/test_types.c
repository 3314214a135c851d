/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Wrong handles, fixed numbers, texts (contract section 1.1).
 */
#include "interpose.h"
#include "newer.h"
#include "xfer.h"

/* Deprecated functions are a part of the contract. */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

_Static_assert(CURLM_CALL_MULTI_PERFORM == -1 && CURLM_OK == 0 && CURLM_BAD_HANDLE == 1 &&
                   CURLM_BAD_EASY_HANDLE == 2 && CURLM_OUT_OF_MEMORY == 3 &&
                   CURLM_INTERNAL_ERROR == 4 && CURLM_BAD_SOCKET == 5 &&
                   CURLM_UNKNOWN_OPTION == 6 && CURLM_ADDED_ALREADY == 7 &&
                   CURLM_RECURSIVE_API_CALL == 8 && CURLM_WAKEUP_FAILURE == 9 &&
                   CURLM_BAD_FUNCTION_ARGUMENT == 10 && CURLM_ABORTED_BY_CALLBACK == 11 &&
                   CURLM_UNRECOVERABLE_POLL == 12,
               "C-2");
_Static_assert(CURL_POLL_NONE == 0 && CURL_POLL_IN == 1 && CURL_POLL_OUT == 2 &&
                   CURL_POLL_INOUT == 3 && CURL_POLL_REMOVE == 4 && CURL_CSELECT_IN == 1 &&
                   CURL_CSELECT_OUT == 2 && CURL_CSELECT_ERR == 4 && CURL_WAIT_POLLIN == 1 &&
                   CURL_WAIT_POLLPRI == 2 && CURL_WAIT_POLLOUT == 4 &&
                   CURL_SOCKET_TIMEOUT == CURL_SOCKET_BAD && CURL_SOCKET_BAD == -1,
               "C-3");
_Static_assert(CURLMSG_DONE == 1 && (sizeof(void *) != 8 || sizeof(CURLMsg) == 24) &&
                   sizeof(struct curl_waitfd) == 8,
               "C-4");
_Static_assert(CURLOPTTYPE_LONG == 0 && CURLOPTTYPE_OBJECTPOINT == 10000 &&
                   CURLOPTTYPE_FUNCTIONPOINT == 20000 && CURLOPTTYPE_OFF_T == 30000 &&
                   CURLOPTTYPE_BLOB == 40000,
               "C-5");

TEST_WITH(FOR_ONCE, "C-1 C-117 multi_functions_refuse_null")
{
    CURL *easy = curl_easy_init();
    int n = 7;
    long ms = 7;

    CHECK_MCODE(curl_multi_add_handle(NULL, easy), CURLM_BAD_HANDLE);
    CHECK_MCODE(curl_multi_remove_handle(NULL, easy), CURLM_BAD_HANDLE);
    CHECK_MCODE(curl_multi_perform(NULL, &n), CURLM_BAD_HANDLE);
    CHECK_MCODE(curl_multi_socket_action(NULL, 0, 0, &n), CURLM_BAD_HANDLE);
    CHECK_MCODE((curl_multi_socket_all)(NULL, &n), CURLM_BAD_HANDLE);
    CHECK_MCODE(curl_multi_timeout(NULL, &ms), CURLM_BAD_HANDLE);
    CHECK_MCODE(curl_multi_wait(NULL, NULL, 0, 0, &n), CURLM_BAD_HANDLE);
    CHECK_MCODE(curl_multi_poll(NULL, NULL, 0, 0, &n), CURLM_BAD_HANDLE);
    CHECK_MCODE(curl_multi_wakeup(NULL), CURLM_BAD_HANDLE);
    CHECK_MCODE(curl_multi_assign(NULL, 0, NULL), CURLM_BAD_HANDLE);
    CHECK_MCODE(curl_multi_setopt(NULL, CURLMOPT_MAXCONNECTS, 1L), CURLM_BAD_HANDLE);
    CHECK_MCODE(curl_multi_cleanup(NULL), CURLM_BAD_HANDLE);
    curl_easy_cleanup(easy);
}

TEST_WITH(FOR_ONCE, "C-1 C-24 multi_functions_refuse_an_easy_handle")
{
    CURL *easy = curl_easy_init();
    CURL *other = curl_easy_init();
    int n = 7;

    CHECK_MCODE(curl_multi_add_handle(easy, other), CURLM_BAD_HANDLE);
    CHECK_MCODE(curl_multi_remove_handle(easy, other), CURLM_BAD_HANDLE);
    CHECK_MCODE(curl_multi_perform(easy, &n), CURLM_BAD_HANDLE);
    CHECK_MCODE(curl_multi_socket_action(easy, 0, 0, &n), CURLM_BAD_HANDLE);
    CHECK_MCODE(curl_multi_cleanup(easy), CURLM_BAD_HANDLE);
    CHECK(!curl_multi_info_read(easy, &n));
    CHECK_CODE(curl_easy_setopt(easy, CURLOPT_VERBOSE, 0L), CURLE_OK);
    curl_easy_cleanup(other);
    curl_easy_cleanup(easy);
}

TEST_WITH(FOR_ONCE, "C-1 C-48 add_and_remove_refuse_what_is_no_easy_handle")
{
    CURLM *multi = curl_multi_init();
    CURLM *other = curl_multi_init();

    CHECK_MCODE(curl_multi_add_handle(multi, NULL), CURLM_BAD_EASY_HANDLE);
    CHECK_MCODE(curl_multi_remove_handle(multi, NULL), CURLM_BAD_EASY_HANDLE);
    CHECK_MCODE(curl_multi_add_handle(multi, other), CURLM_BAD_EASY_HANDLE);
    CHECK_MCODE(curl_multi_remove_handle(multi, other), CURLM_BAD_EASY_HANDLE);
    CHECK_MCODE(curl_multi_cleanup(other), CURLM_OK);
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
}

TEST_WITH(FOR_ONCE, "C-1 easy_functions_refuse_null")
{
    size_t n;
    char byte;
    long value;

    CHECK_CODE(curl_easy_setopt(NULL, CURLOPT_VERBOSE, 0L), CURLE_BAD_FUNCTION_ARGUMENT);
    CHECK_CODE(curl_easy_perform(NULL), CURLE_BAD_FUNCTION_ARGUMENT);
    CHECK_CODE(curl_easy_pause(NULL, 0), CURLE_BAD_FUNCTION_ARGUMENT);
    CHECK_CODE(curl_easy_getinfo(NULL, CURLINFO_RESPONSE_CODE, &value),
               CURLE_BAD_FUNCTION_ARGUMENT);
    CHECK_CODE(curl_easy_recv(NULL, &byte, 1, &n), CURLE_BAD_FUNCTION_ARGUMENT);
    CHECK_CODE(curl_easy_send(NULL, &byte, 1, &n), CURLE_BAD_FUNCTION_ARGUMENT);
    CHECK_CODE(curl_easy_upkeep(NULL), CURLE_BAD_FUNCTION_ARGUMENT);
    CHECK(!curl_easy_duphandle(NULL));
    curl_easy_cleanup(NULL);
    curl_easy_reset(NULL);
}

TEST_WITH(FOR_ONCE, "C-1 easy_functions_refuse_a_multi_handle")
{
    CURLM *multi = curl_multi_init();
    long value;

    CHECK_CODE(curl_easy_perform(multi), CURLE_BAD_FUNCTION_ARGUMENT);
    CHECK_CODE(curl_easy_pause(multi, 0), CURLE_BAD_FUNCTION_ARGUMENT);
    CHECK_CODE(curl_easy_setopt(multi, CURLOPT_VERBOSE, 0L), CURLE_BAD_FUNCTION_ARGUMENT);
    CHECK_CODE(curl_easy_getinfo(multi, CURLINFO_RESPONSE_CODE, &value),
               CURLE_BAD_FUNCTION_ARGUMENT);
    CHECK(!curl_easy_duphandle(multi));
    curl_easy_cleanup(multi);
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
}

TEST_WITH(FOR_ONCE, "C-5 unknown_options_are_refused_by_their_own_codes")
{
    CURL *easy = curl_easy_init();
    CURLM *multi = curl_multi_init();
    CURLSH *share = curl_share_init();

    CHECK_CODE((curl_easy_setopt)(easy, (CURLoption)9999, 1L), CURLE_UNKNOWN_OPTION);
    CHECK_CODE((curl_easy_setopt)(easy, (CURLoption)19999, NULL), CURLE_UNKNOWN_OPTION);
    CHECK_CODE((curl_easy_setopt)(easy, (CURLoption)29999, NULL), CURLE_UNKNOWN_OPTION);
    CHECK_CODE((curl_easy_setopt)(easy, (CURLoption)39999, (curl_off_t)1), CURLE_UNKNOWN_OPTION);
    CHECK_CODE((curl_easy_setopt)(easy, (CURLoption)49999, NULL), CURLE_UNKNOWN_OPTION);
    CHECK_MCODE((curl_multi_setopt)(multi, (CURLMoption)9999, 1L), CURLM_UNKNOWN_OPTION);
    CHECK_INT((curl_share_setopt)(share, (CURLSHoption)9999, 1), CURLSHE_BAD_OPTION);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
    curl_easy_cleanup(easy);
}

TEST_WITH(FOR_ONCE, "C-5 an_unknown_info_is_refused")
{
    CURL *easy = curl_easy_init();
    long value;

    CHECK_CODE((curl_easy_getinfo)(easy, (CURLINFO)(CURLINFO_LONG + 999), &value),
               CURLE_UNKNOWN_OPTION);
    CHECK_CODE((curl_easy_getinfo)(easy, CURLINFO_NONE, &value), CURLE_UNKNOWN_OPTION);
    curl_easy_cleanup(easy);
}

TEST_WITH(FOR_ONCE, "C-7 curl_multi_socket_is_a_symbol_that_drives")
{
    CURLMcode (*drive)(CURLM *, curl_socket_t, int *) =
        (CURLMcode(*)(CURLM *, curl_socket_t, int *))dlsym(RTLD_DEFAULT, "curl_multi_socket");
    CURLM *multi = curl_multi_init();
    int n = 7;

    CHECK(drive != NULL);
    CHECK_MCODE(drive(multi, CURL_SOCKET_TIMEOUT, &n), CURLM_OK);
    CHECK_INT(n, 0);
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
}

TEST_WITH(FOR_ONCE, "C-6 7.1 one_file_serves_programs_of_all_three_flavours")
{
    static const char *const nodes[] = {"CURL_OPENSSL_4", "CURL_GNUTLS_3", "CURL_NSS_3"};
    const char *path = sys_library_path();

    for (int i = 0; i < 3; i++)
        if (!dlvsym(RTLD_DEFAULT, "curl_easy_init", nodes[i]))
            FAIL("%s has no version node %s", path, nodes[i]);
}

TEST_WITH(FOR_ONCE, "C-6 the_node_of_debians_library_is_defined")
{
    CHECK(dlvsym(RTLD_DEFAULT, "curl_easy_init", "CURL_OPENSSL_4") != NULL);
    CHECK_HAS(sys_library_path(), "libcurl.so.4");
}

TEST_WITH(FOR_ONCE, "C-8 the_plain_symbols_are_variadic")
{
    CURLcode (*set)(CURL *, CURLoption, ...) =
        (CURLcode(*)(CURL *, CURLoption, ...))dlsym(RTLD_DEFAULT, "curl_easy_setopt");
    CURLcode (*get)(CURL *, CURLINFO, ...) =
        (CURLcode(*)(CURL *, CURLINFO, ...))dlsym(RTLD_DEFAULT, "curl_easy_getinfo");
    CURLMcode (*mset)(CURLM *, CURLMoption, ...) =
        (CURLMcode(*)(CURLM *, CURLMoption, ...))dlsym(RTLD_DEFAULT, "curl_multi_setopt");
    CURL *easy = curl_easy_init();
    CURLM *multi = curl_multi_init();
    char *url = NULL;

    CHECK(set && get && mset);
    CHECK_CODE(set(easy, CURLOPT_URL, "http://a.example/"), CURLE_OK);
    CHECK_CODE(set(easy, CURLOPT_TIMEOUT_MS, 5L), CURLE_OK);
    CHECK_CODE(set(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)5), CURLE_OK);
    CHECK_CODE(get(easy, CURLINFO_EFFECTIVE_URL, &url), CURLE_OK);
    CHECK_STR(url, "http://a.example/");
    CHECK_MCODE(mset(multi, CURLMOPT_MAXCONNECTS, 5L), CURLM_OK);
    CHECK_MCODE(curl_multi_cleanup(multi), CURLM_OK);
    curl_easy_cleanup(easy);
}

TEST_WITH(FOR_ONCE, "C-9 every_multi_code_has_a_text")
{
    const char *unknown = curl_multi_strerror((CURLMcode)9999);

    CHECK(unknown && *unknown);
    for (int code = -5; code < 100; code++) {
        const char *text = curl_multi_strerror((CURLMcode)code);

        CHECK(text && *text);
        if (code >= CURLM_OK && code <= CURLM_UNRECOVERABLE_POLL)
            CHECK(strcmp(text, unknown) != 0);
    }
}

TEST_WITH(FOR_ONCE, "C-9 every_easy_code_has_a_text")
{
    for (int code = 0; code < 200; code++)
        CHECK(curl_easy_strerror((CURLcode)code) && *curl_easy_strerror((CURLcode)code));
    CHECK_STR(curl_easy_strerror(CURLE_OK), "No error");
    CHECK_STR(curl_share_strerror(CURLSHE_OK), "No error");
    CHECK_STR(curl_multi_strerror(CURLM_OK), "No error");
}

TEST_WITH(FOR_ONCE, "C-10 7.9 version_info_tells_a_threadsafe_library_that_can_do_http")
{
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    bool has_http = false;

    CHECK(info != NULL);
    CHECK(info->version_num >= 0x075801);
    CHECK_STR(curl_version_info(CURLVERSION_FIRST)->version, info->version);
    CHECK(info->features & CURL_VERSION_THREADSAFE);
    for (const char *const *name = info->protocols; *name; name++)
        has_http |= !strcmp(*name, "http");
    CHECK(has_http);
    CHECK_HAS(curl_version(), "/");
}
