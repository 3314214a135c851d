/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * use_easy.c: a program of the easy interface as people write them: an upload with a form, a URL
 * put together, headers and times read back, a shared cookie store, WebSocket frames. Compiled by
 * check_headers.sh, never run.
 */
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#if !CURL_AT_LEAST_VERSION(7, 88, 1) || LIBCURL_VERSION_NUM < CURL_VERSION_BITS(8, 22, 0)
#error "the version macros are not usable by the preprocessor"
#endif
#if CURL_SIZEOF_CURL_OFF_T != 8
#error "curl_off_t has 64 bits"
#endif

struct text {
    char *bytes;
    size_t length;
};

static size_t append(char *data, size_t size, size_t nitems, void *userp)
{
    struct text *text = userp;
    size_t length = size * nitems;
    char *larger = realloc(text->bytes, text->length + length + 1);

    if (!larger)
        return CURL_WRITEFUNC_ERROR;
    memcpy(larger + text->length, data, length);
    text->bytes = larger;
    text->length += length;
    larger[text->length] = 0;
    return length;
}

static int abort_above_limit(void *userp, curl_off_t dltotal, curl_off_t dlnow,
                             curl_off_t ultotal, curl_off_t ulnow)
{
    (void)dltotal;
    (void)ultotal;
    (void)ulnow;
    return dlnow > *(curl_off_t *)userp;
}

static void lock_nothing(CURL *easy, curl_lock_data data, curl_lock_access access, void *userp)
{
    (void)easy;
    (void)data;
    (void)access;
    (void)userp;
}

static void unlock_nothing(CURL *easy, curl_lock_data data, void *userp)
{
    (void)easy;
    (void)data;
    (void)userp;
}

static CURLcode add_form(CURL *easy, curl_mime **pick_mime)
{
    curl_mime *mime = curl_mime_init(easy);
    curl_mimepart *part = mime ? curl_mime_addpart(mime) : NULL;
    CURLcode result = part ? curl_mime_name(part, "file") : CURLE_OUT_OF_MEMORY;

    if (!result)
        result = curl_mime_data(part, "content", CURL_ZERO_TERMINATED);
    if (!result)
        result = curl_easy_setopt(easy, CURLOPT_MIMEPOST, mime);
    if (result)
        curl_mime_free(mime);
    else
        *pick_mime = mime;
    return result;
}

static char *make_url(const char *host)
{
    CURLU *url = curl_url();
    char *string = NULL;
    CURLUcode code = url ? curl_url_set(url, CURLUPART_SCHEME, "https", 0) : CURLUE_OUT_OF_MEMORY;

    if (!code)
        code = curl_url_set(url, CURLUPART_HOST, host, CURLU_URLENCODE);
    if (!code)
        code = curl_url_set(url, CURLUPART_QUERY, "a=b", CURLU_APPENDQUERY);
    if (!code)
        code = curl_url_get(url, CURLUPART_URL, &string, CURLU_NO_DEFAULT_PORT);
    if (code)
        curl_mfprintf(stderr, "%s\n", curl_url_strerror(code));
    curl_url_cleanup(url);
    return string;
}

static void report(CURL *easy)
{
    struct curl_header *header = NULL;
    curl_off_t bytes = 0;
    curl_off_t us = 0;
    long code = 0;

    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
    curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
    curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &us);
    printf("%ld, %" CURL_FORMAT_CURL_OFF_T " bytes, %" CURL_FORMAT_CURL_OFF_T " us\n", code,
           bytes, us);
    if (curl_easy_header(easy, "Content-Type", 0, CURLH_HEADER, -1, &header) == CURLHE_OK)
        printf("%s: %s (%zu)\n", header->name, header->value, header->amount);
    while ((header = curl_easy_nextheader(easy, CURLH_HEADER | CURLH_1XX, -1, header)))
        printf("%s\n", header->name);
}

static CURLcode echo_frame(CURL *easy)
{
    const struct curl_ws_frame *frame = NULL;
    char buffer[256];
    size_t n = 0;
    CURLcode result = curl_ws_recv(easy, buffer, sizeof(buffer), &n, &frame);

    if (!result && !(frame->flags & CURLWS_CLOSE))
        result = curl_ws_send(easy, buffer, n, &n, 0, CURLWS_TEXT);
    return result;
}

static void list_options(void)
{
    const struct curl_easyoption *option = NULL;

    while ((option = curl_easy_option_next(option)))
        if (option->type == CURLOT_STRING && !(option->flags & CURLOT_FLAG_ALIAS))
            printf("%s %d\n", option->name, (int)option->id);
}

static CURLcode transfer(CURL *easy, CURLSH *share, struct text *body)
{
    char errorbuffer[CURL_ERROR_SIZE] = "";
    curl_off_t limit = CURL_OFF_T_C(1000000);
    struct curl_slist *headers = curl_slist_append(NULL, "X-One: 1");
    curl_mime *mime = NULL;
    char *url = make_url("localhost");
    CURLcode result;

    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_SHARE, share);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, body);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, abort_above_limit);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &limit);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, errorbuffer);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_SSLVERSION,
                     CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_3);
    result = add_form(easy, &mime);
    if (!result)
        result = curl_easy_perform(easy);
    if (result)
        fprintf(stderr, "%s\n", errorbuffer[0] ? errorbuffer : curl_easy_strerror(result));
    else
        report(easy);
    curl_mime_free(mime);
    curl_slist_free_all(headers);
    curl_free(url);
    return result;
}

#ifndef CURL_NO_OLDIES
static int was_refused(CURLcode result)
{
    return result == CURLE_SSL_CACERT || result == CURLE_OPERATION_TIMEOUTED ||
           result == CURLE_FTP_ACCESS_DENIED;
}
#endif

int main(void)
{
    struct text body = {NULL, 0};
    curl_version_info_data *version = curl_version_info(CURLVERSION_NOW);
    CURLSH *share;
    CURL *easy;
    CURLcode result;

    if (curl_global_init(CURL_GLOBAL_DEFAULT) || !(version->features & CURL_VERSION_SSL))
        return 1;
    easy = curl_easy_init();
    share = curl_share_init();
    curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
    curl_share_setopt(share, CURLSHOPT_LOCKFUNC, lock_nothing);
    curl_share_setopt(share, CURLSHOPT_UNLOCKFUNC, unlock_nothing);
    list_options();
    result = transfer(easy, share, &body);
#ifndef CURL_NO_OLDIES
    if (was_refused(result))
        puts("refused");
#endif
    if (!result)
        result = echo_frame(easy);
    curl_easy_cleanup(easy);
    curl_share_cleanup(share);
    free(body.bytes);
    curl_global_cleanup();
    return (int)result;
}
