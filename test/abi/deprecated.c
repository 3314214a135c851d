/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * deprecated.c: deprecated names in use. check_headers.sh compiles it: each line that begins with
 * OLD warns once, and none does with CURL_DISABLE_DEPRECATION. C-7: the macro hides the old
 * curl_multi_socket(), which is deprecated, behind its successor, which is not.
 */
#include <curl/curl.h>

int use_old_names(CURL *easy, CURLM *multi, struct curl_httppost *form);

#define OLD(statement) statement;

int use_old_names(CURL *easy, CURLM *multi, struct curl_httppost *form)
{
    int n_running = 0;
    double bytes = 0;

    OLD(curl_easy_setopt(easy, CURLOPT_PUT, 1L))
    OLD(curl_easy_setopt(easy, CURLOPT_PROGRESSFUNCTION, NULL))
    OLD(curl_easy_setopt(easy, CURLOPT_PROTOCOLS, CURLPROTO_HTTP))
    OLD(curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD, &bytes))
    OLD(curl_multi_socket_all(multi, &n_running))
    OLD((curl_multi_socket)(multi, CURL_SOCKET_TIMEOUT, &n_running))
    OLD(curl_formfree(form))

    curl_multi_socket(multi, CURL_SOCKET_TIMEOUT, &n_running);
    CURL_IGNORE_DEPRECATION(curl_easy_setopt(easy, CURLOPT_IOCTLFUNCTION, NULL);)
    CURL_IGNORE_DEPRECATION(curl_formfree(form);)
    return n_running;
}
