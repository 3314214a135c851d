/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * typecheck_fits.c: arguments that the type checks must let pass, for every easy option of the
 * facts and for what programs usually write. Compiled by check_headers.sh, never run: any warning
 * is a failure.
 */
#define CURL_DISABLE_DEPRECATION
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <curl/curl.h>

struct own {
    int value;
};

int fits(CURL *easy, CURLM *multi, CURLSH *share, CURLU *url);

/* ---- Functions of the types that the options take ---- */

static size_t write_bytes(char *data, size_t size, size_t nitems, void *userp)
{
    return fwrite(data, size, nitems, userp);
}

static size_t read_bytes(char *buffer, size_t size, size_t nitems, void *userp)
{
    return fread(buffer, size, nitems, userp);
}

static size_t write_void(void *data, size_t size, size_t nitems, void *userp)
{
    (void)data;
    (void)userp;
    return size * nitems;
}

static size_t write_octets(const uint8_t *data, size_t size, size_t nitems, FILE *stream)
{
    return fwrite(data, size, nitems, stream);
}

static int debug_octets(CURL *easy, curl_infotype type, unsigned char *data, size_t size,
                        void *userp)
{
    (void)easy;
    (void)data;
    (void)size;
    (void)userp;
    return type == CURLINFO_END;
}

static long begin_file(struct curl_fileinfo *file, void *userp, int remains)
{
    (void)userp;
    return file->size == 0 && remains == 0 ? CURL_CHUNK_BGN_FUNC_SKIP : CURL_CHUNK_BGN_FUNC_OK;
}

static int watch_own(CURL *easy, curl_socket_t fd, int what, void *userp, void *socketp)
{
    (void)easy;
    (void)userp;
    (void)socketp;
    return fd == CURL_SOCKET_BAD && what == CURL_POLL_REMOVE;
}

static void lock_own(CURL *easy, curl_lock_data data, curl_lock_access access, struct own *own)
{
    (void)easy;
    own->value = data == CURL_LOCK_DATA_DNS && access == CURL_LOCK_ACCESS_SINGLE;
}

/* ---- The options whose argument has a type of its own ---- */

#define OWN_TYPES(FIT)                                                    \
    FIT(COPYPOSTFIELDS, "name=value")                                     \
    FIT(CURLU, url)                                                       \
    FIT(ERRORBUFFER, errorbuffer)                                         \
    FIT(HTTPPOST, (struct curl_httppost *)NULL)                           \
    FIT(MIMEPOST, (curl_mime *)NULL)                                      \
    FIT(POSTFIELDS, "name=value")                                         \
    FIT(PRIVATE, &own)                                                    \
    FIT(SHARE, share)                                                     \
    FIT(STDERR, stderr)                                                   \
    FIT(STREAM_DEPENDS, easy)                                             \
    FIT(STREAM_DEPENDS_E, easy)                                           \
    FIT(CHUNK_BGN_FUNCTION, (curl_chunk_bgn_callback)NULL)                \
    FIT(CHUNK_END_FUNCTION, (curl_chunk_end_callback)NULL)                \
    FIT(CLOSESOCKETFUNCTION, (curl_closesocket_callback)NULL)             \
    FIT(CONV_FROM_NETWORK_FUNCTION, (curl_conv_callback)NULL)             \
    FIT(CONV_FROM_UTF8_FUNCTION, (curl_conv_callback)NULL)                \
    FIT(CONV_TO_NETWORK_FUNCTION, (curl_conv_callback)NULL)               \
    FIT(DEBUGFUNCTION, (curl_debug_callback)NULL)                         \
    FIT(FNMATCH_FUNCTION, (curl_fnmatch_callback)NULL)                    \
    FIT(HEADERFUNCTION, (curl_write_callback)NULL)                        \
    FIT(HSTSREADFUNCTION, (curl_hstsread_callback)NULL)                   \
    FIT(HSTSWRITEFUNCTION, (curl_hstswrite_callback)NULL)                 \
    FIT(INTERLEAVEFUNCTION, (curl_write_callback)NULL)                    \
    FIT(IOCTLFUNCTION, (curl_ioctl_callback)NULL)                         \
    FIT(OPENSOCKETFUNCTION, (curl_opensocket_callback)NULL)               \
    FIT(PREREQFUNCTION, (curl_prereq_callback)NULL)                       \
    FIT(PROGRESSFUNCTION, (curl_progress_callback)NULL)                   \
    FIT(READFUNCTION, (curl_read_callback)NULL)                           \
    FIT(RESOLVER_START_FUNCTION, (curl_resolver_start_callback)NULL)      \
    FIT(SEEKFUNCTION, (curl_seek_callback)NULL)                           \
    FIT(SOCKOPTFUNCTION, (curl_sockopt_callback)NULL)                     \
    FIT(SSH_HOSTKEYFUNCTION, (curl_sshhostkeycallback)NULL)               \
    FIT(SSH_KEYFUNCTION, (curl_sshkeycallback)NULL)                       \
    FIT(SSL_CTX_FUNCTION, (curl_ssl_ctx_callback)NULL)                    \
    FIT(TRAILERFUNCTION, (curl_trailer_callback)NULL)                     \
    FIT(WRITEFUNCTION, (curl_write_callback)NULL)                         \
    FIT(XFERINFOFUNCTION, (curl_xferinfo_callback)NULL)

/* None of them is forgotten: as many rows as the facts have of these two kinds. */
enum {
    COUNT_LONG = 0,
    COUNT_VALUES = 0,
    COUNT_OFF_T = 0,
    COUNT_STRING = 0,
    COUNT_SLIST = 0,
    COUNT_CBPTR = 0,
    COUNT_BLOB = 0,
    COUNT_OBJECT = 1,
    COUNT_FUNCTION = 1
};
#define ONE(name, value) +1
#define OPTION(name, id, kind, since) +COUNT_##kind
#define ALIAS(name, id, kind, since)
_Static_assert(0 OWN_TYPES(ONE) == 0
#include "facts_options.h"
               , "OWN_TYPES lists each option that takes an object or a function");

/* ---- The calls ---- */

#define FIT(name, value) curl_easy_setopt(easy, CURLOPT_##name, value);
#define FIT_LONG(name) FIT(name, 1L)
#define FIT_VALUES(name) FIT(name, 1L)
#define FIT_OFF_T(name) FIT(name, (curl_off_t)1)
#define FIT_STRING(name) FIT(name, "text")
#define FIT_SLIST(name) FIT(name, list)
#define FIT_CBPTR(name) FIT(name, &own)
#define FIT_BLOB(name) FIT(name, &blob)
#define FIT_OBJECT(name)
#define FIT_FUNCTION(name)
#define OPTION(name, id, kind, since) FIT_##kind(name)
#define ALIAS(name, id, kind, since) FIT_##kind(name)

static void set_every_option(CURL *easy, CURLSH *share, CURLU *url)
{
    static char errorbuffer[CURL_ERROR_SIZE];
    struct curl_slist *list = NULL;
    struct curl_blob blob = {NULL, 0, CURL_BLOB_NOCOPY};
    struct own own = {0};

    OWN_TYPES(FIT)
#include "facts_options.h"
}

static void set_as_programs_do(CURL *easy, CURLM *multi, CURLSH *share)
{
    char array[CURL_ERROR_SIZE + 1];
    char *const fixed = array;
    const unsigned char octets[] = {1, 2, 3};
    struct own own = {0};
    const int number = 1;
    int i = 0;

    array[0] = 0;
    FIT(WRITEFUNCTION, write_bytes)
    FIT(WRITEFUNCTION, &write_void)
    FIT(WRITEFUNCTION, write_octets)
    FIT(WRITEFUNCTION, fwrite)
    FIT(WRITEFUNCTION, NULL)
    FIT(HEADERFUNCTION, number ? write_bytes : NULL)
    FIT(READFUNCTION, read_bytes)
    FIT(READFUNCTION, fread)
    FIT(DEBUGFUNCTION, debug_octets)
    FIT(CHUNK_BGN_FUNCTION, begin_file)
    FIT(WRITEDATA, stdout)
    FIT(WRITEDATA, NULL)
    FIT(WRITEDATA, (uintptr_t)1)
    FIT(HEADERDATA, array)
    FIT(ERRORBUFFER, array)
    FIT(ERRORBUFFER, fixed)
    FIT(URL, fixed)
    FIT(URL, array)
    FIT(URL, NULL)
    FIT(POSTFIELDS, octets)
    FIT(TIMEOUT, 1)
    FIT(TIMEOUT, 1U)
    FIT(TIMEOUT, number)
    FIT(TIMEOUT, 'a')
    FIT(FOLLOWLOCATION, true)
    FIT(USE_SSL, CURLUSESSL_ALL)
    FIT(HTTPAUTH, CURLAUTH_ANY)
    FIT(PROXYTYPE, CURLPROXY_SOCKS5_HOSTNAME)
    FIT(POSTFIELDSIZE_LARGE, CURL_OFF_T_C(3))
    FIT(HTTPHEADER, NULL)
    curl_easy_setopt(easy, number ? CURLOPT_VERBOSE : CURLOPT_NOBODY, (long)i++);
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watch_own);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, NULL);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, &own);
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    curl_multi_setopt(multi, CURLMOPT_CONTENT_LENGTH_PENALTY_SIZE, (curl_off_t)1);
    curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
    curl_share_setopt(share, CURLSHOPT_LOCKFUNC, lock_own);
    curl_share_setopt(share, CURLSHOPT_USERDATA, &own);
}

static void get_every_type(CURL *easy)
{
    char *text;
    const char *fixed;
    long number;
    double seconds;
    curl_off_t bytes;
    curl_socket_t fd;
    struct curl_slist *list;
    struct curl_certinfo *certinfo;
    const struct curl_tlssessioninfo *session;
    struct own *own;

    curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &text);
    curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &fixed);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &number);
    curl_easy_getinfo(easy, CURLINFO_LASTSOCKET, &number);
    curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME, &seconds);
    curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
    curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd);
    curl_easy_getinfo(easy, CURLINFO_COOKIELIST, &list);
    curl_easy_getinfo(easy, CURLINFO_SSL_ENGINES, &list);
    curl_easy_getinfo(easy, CURLINFO_CERTINFO, &certinfo);
    curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session);
    curl_easy_getinfo(easy, CURLINFO_TLS_SESSION, &session);
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &own);
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &text);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, NULL);
}

int fits(CURL *easy, CURLM *multi, CURLSH *share, CURLU *url)
{
    CURLcode result;

    set_every_option(easy, share, url);
    set_as_programs_do(easy, multi, share);
    get_every_type(easy);
    if ((result = curl_easy_setopt(easy, CURLOPT_URL, "http://localhost/")) != CURLE_OK)
        return (int)result;
    return curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 1L) == CURLM_OK;
}
