/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * typecheck_misfits.c: arguments that the type checks must warn of. check_headers.sh compiles it
 * and counts: one warning for each row of facts_options.h, which all get a struct that no option
 * takes, and one for each line below that begins with MISFIT.
 */
#define CURL_DISABLE_DEPRECATION
#include <curl/curl.h>

void misfits(CURL *easy, CURLM *multi, CURLSH *share);

static int write_returning_int(char *data, size_t size, size_t nitems, void *userp)
{
    (void)data;
    (void)userp;
    return (int)(size * nitems);
}

static size_t write_of_three(char *data, size_t size, size_t nitems)
{
    (void)data;
    return size * nitems;
}

static int progress_in_doubles(void *userp, double dltotal, double dlnow, double ultotal,
                               double ulnow)
{
    (void)userp;
    return dltotal + dlnow + ultotal + ulnow > 0;
}

static void set_struct_everywhere(CURL *easy)
{
    struct {
        double of_no_use[4];
    } misfit = {{0, 0, 0, 0}};

#define OPTION(name, id, kind, since) curl_easy_setopt(easy, CURLOPT_##name, misfit);
#define ALIAS(name, id, kind, since) curl_easy_setopt(easy, CURLOPT_##name, misfit);
#include "facts_options.h"
}

void misfits(CURL *easy, CURLM *multi, CURLSH *share)
{
    char too_short[CURL_ERROR_SIZE - 1];
    struct curl_slist *list = NULL;
    float fraction = 0;
    int i = 0;

    too_short[0] = 0;
    set_struct_everywhere(easy);

#define MISFIT(function, handle, option, value) function(handle, option, value);
    MISFIT(curl_easy_setopt, easy, CURLOPT_URL, 1L)
    MISFIT(curl_easy_setopt, easy, CURLOPT_URL, 0)
    MISFIT(curl_easy_setopt, easy, CURLOPT_URL, list)
    MISFIT(curl_easy_setopt, easy, CURLOPT_TIMEOUT, "3")
    MISFIT(curl_easy_setopt, easy, CURLOPT_TIMEOUT, 1.5)
    MISFIT(curl_easy_setopt, easy, CURLOPT_TIMEOUT, NULL)
    MISFIT(curl_easy_setopt, easy, CURLOPT_INFILESIZE_LARGE, 1)
    MISFIT(curl_easy_setopt, easy, CURLOPT_INFILESIZE_LARGE, "1")
    MISFIT(curl_easy_setopt, easy, CURLOPT_HTTPHEADER, "Accept:")
    MISFIT(curl_easy_setopt, easy, CURLOPT_POSTFIELDS, 1L)
    MISFIT(curl_easy_setopt, easy, CURLOPT_WRITEDATA, 1)
    MISFIT(curl_easy_setopt, easy, CURLOPT_PRIVATE, 1)
    MISFIT(curl_easy_setopt, easy, CURLOPT_ERRORBUFFER, too_short)
    MISFIT(curl_easy_setopt, easy, CURLOPT_STDERR, "stderr")
    MISFIT(curl_easy_setopt, easy, CURLOPT_SHARE, list)
    MISFIT(curl_easy_setopt, easy, CURLOPT_CURLU, "http://localhost/")
    MISFIT(curl_easy_setopt, easy, CURLOPT_MIMEPOST, list)
    MISFIT(curl_easy_setopt, easy, CURLOPT_SSLCERT_BLOB, "bytes")
    MISFIT(curl_easy_setopt, easy, CURLOPT_WRITEFUNCTION, write_returning_int)
    MISFIT(curl_easy_setopt, easy, CURLOPT_WRITEFUNCTION, write_of_three)
    MISFIT(curl_easy_setopt, easy, CURLOPT_WRITEFUNCTION, stdout)
    MISFIT(curl_easy_setopt, easy, CURLOPT_XFERINFOFUNCTION, progress_in_doubles)
    MISFIT(curl_easy_setopt, easy, CURLOPT_DEBUGFUNCTION, progress_in_doubles)
    MISFIT(curl_easy_getinfo, easy, CURLINFO_EFFECTIVE_URL, too_short)
    MISFIT(curl_easy_getinfo, easy, CURLINFO_RESPONSE_CODE, &i)
    MISFIT(curl_easy_getinfo, easy, CURLINFO_TOTAL_TIME, &fraction)
    MISFIT(curl_easy_getinfo, easy, CURLINFO_SIZE_DOWNLOAD_T, &i)
    MISFIT(curl_easy_getinfo, easy, CURLINFO_ACTIVESOCKET, &fraction)
    MISFIT(curl_easy_getinfo, easy, CURLINFO_COOKIELIST, list)
    MISFIT(curl_easy_getinfo, easy, CURLINFO_CERTINFO, &list)
    MISFIT(curl_easy_getinfo, easy, CURLINFO_TLS_SSL_PTR, &list)
    MISFIT(curl_easy_getinfo, easy, CURLINFO_PRIVATE, 1L)
    MISFIT(curl_multi_setopt, multi, CURLMOPT_SOCKETFUNCTION, 1L)
    MISFIT(curl_multi_setopt, multi, CURLMOPT_SOCKETDATA, 1)
    MISFIT(curl_multi_setopt, multi, CURLMOPT_MAXCONNECTS, "1")
    MISFIT(curl_multi_setopt, multi, CURLMOPT_CHUNK_LENGTH_PENALTY_SIZE, 1)
    MISFIT(curl_share_setopt, share, CURLSHOPT_SHARE, "dns")
    MISFIT(curl_share_setopt, share, CURLSHOPT_LOCKFUNC, 1L)
    MISFIT(curl_share_setopt, share, CURLSHOPT_USERDATA, 1.5)
}
