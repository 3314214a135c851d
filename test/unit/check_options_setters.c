/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* What curl_easy_setopt() makes of the values that it is given. */
#include "option_fixture.h"
#include "shuffle.h"

#include <stdint.h>

START_TEST(numbers_and_types_that_no_option_has_are_unknown)
{
    static const int ids[] = {0, -5, -10002, 1, 2, 10000, 10013, 20002, 30002, 40002, 333, 9999,
                              10333, 50002, 20142, 20143, 20144, INT32_MAX, INT32_MIN};
    size_t i;

    begin();
    for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
        ck_assert_int_eq(set_num((CURLoption)ids[i], 0), CURLE_UNKNOWN_OPTION);
    end();
}
END_TEST

/* What libcurl answers; the last column is what a handle then holds. */
static const struct range {
    CURLoption option;
    int64_t value;
    CURLcode result;
    enum whim_opt row;
    int64_t kept;
} ranges[] = {
    {CURLOPT_TIMEOUT, 5, CURLE_OK, WHIM_OPT_TIMEOUT_MS, 5000},
    {CURLOPT_TIMEOUT, 2147483, CURLE_OK, WHIM_OPT_TIMEOUT_MS, 2147483000},
    {CURLOPT_TIMEOUT, 2147484, CURLE_BAD_FUNCTION_ARGUMENT, WHIM_OPT_TIMEOUT_MS, 0},
    {CURLOPT_TIMEOUT, -1, CURLE_BAD_FUNCTION_ARGUMENT, WHIM_OPT_TIMEOUT_MS, 0},
    {CURLOPT_TIMEOUT_MS, 1500, CURLE_OK, WHIM_OPT_TIMEOUT_MS, 1500},
    {CURLOPT_TIMEOUT_MS, -1, CURLE_OK, WHIM_OPT_TIMEOUT_MS, UINT32_MAX},
    {CURLOPT_CONNECTTIMEOUT, 0, CURLE_OK, WHIM_OPT_CONNECTTIMEOUT_MS, 300000},
    {CURLOPT_CONNECTTIMEOUT, 7, CURLE_OK, WHIM_OPT_CONNECTTIMEOUT_MS, 7000},
    {CURLOPT_CONNECTTIMEOUT_MS, 0, CURLE_OK, WHIM_OPT_CONNECTTIMEOUT_MS, 300000},
    {CURLOPT_CONNECTTIMEOUT_MS, -3, CURLE_OK, WHIM_OPT_CONNECTTIMEOUT_MS, UINT32_MAX},
    {CURLOPT_SERVER_RESPONSE_TIMEOUT, 3, CURLE_OK, WHIM_OPT_SERVER_RESPONSE_TIMEOUT_MS, 3000},
    {CURLOPT_EXPECT_100_TIMEOUT_MS, -1, CURLE_BAD_FUNCTION_ARGUMENT,
     WHIM_OPT_EXPECT_100_TIMEOUT_MS, 1000},
    {CURLOPT_MAXAGE_CONN, INT64_MAX, CURLE_OK, WHIM_OPT_MAXAGE_CONN, INT32_MAX},
    {CURLOPT_BUFFERSIZE, 0, CURLE_OK, WHIM_OPT_BUFFERSIZE, 16384},
    {CURLOPT_BUFFERSIZE, -9, CURLE_OK, WHIM_OPT_BUFFERSIZE, 16384},
    {CURLOPT_BUFFERSIZE, 1, CURLE_OK, WHIM_OPT_BUFFERSIZE, 1024},
    {CURLOPT_BUFFERSIZE, INT64_MAX, CURLE_OK, WHIM_OPT_BUFFERSIZE, CURL_MAX_READ_SIZE},
    {CURLOPT_UPLOAD_BUFFERSIZE, 1, CURLE_OK, WHIM_OPT_UPLOAD_BUFFERSIZE, 16384},
    {CURLOPT_UPLOAD_BUFFERSIZE, INT64_MAX, CURLE_OK, WHIM_OPT_UPLOAD_BUFFERSIZE, 2097152},
    {CURLOPT_MAXREDIRS, -1, CURLE_OK, WHIM_OPT_MAXREDIRS, -1},
    {CURLOPT_MAXREDIRS, -2, CURLE_BAD_FUNCTION_ARGUMENT, WHIM_OPT_MAXREDIRS, 30},
    {CURLOPT_PORT, 65535, CURLE_OK, WHIM_OPT_PORT, 65535},
    {CURLOPT_PORT, 65536, CURLE_BAD_FUNCTION_ARGUMENT, WHIM_OPT_PORT, 0},
    {CURLOPT_INFILESIZE, 12, CURLE_OK, WHIM_OPT_INFILESIZE_LARGE, 12},
    {CURLOPT_INFILESIZE_LARGE, INT64_MAX, CURLE_OK, WHIM_OPT_INFILESIZE_LARGE, INT64_MAX},
    {CURLOPT_INFILESIZE, -2, CURLE_BAD_FUNCTION_ARGUMENT, WHIM_OPT_INFILESIZE_LARGE, -1},
    {CURLOPT_RESUME_FROM, 9, CURLE_OK, WHIM_OPT_RESUME_FROM_LARGE, 9},
    {CURLOPT_MAXFILESIZE, 9, CURLE_OK, WHIM_OPT_MAXFILESIZE_LARGE, 9},
    {CURLOPT_TIMEVALUE, -9, CURLE_OK, WHIM_OPT_TIMEVALUE_LARGE, -9},
    {CURLOPT_VERBOSE, 77, CURLE_OK, WHIM_OPT_VERBOSE, 1},
    {CURLOPT_HTTP09_ALLOWED, 2, CURLE_BAD_FUNCTION_ARGUMENT, WHIM_OPT_HTTP09_ALLOWED, 0},
    {CURLOPT_SSL_VERIFYHOST, 1, CURLE_OK, WHIM_OPT_SSL_VERIFYHOST, 2},
    {CURLOPT_SSL_VERIFYHOST, 0, CURLE_OK, WHIM_OPT_SSL_VERIFYHOST, 0},
    {CURLOPT_FOLLOWLOCATION, 1, CURLE_OK, WHIM_OPT_FOLLOWLOCATION, 1},
    {CURLOPT_FOLLOWLOCATION, 3, CURLE_OK, WHIM_OPT_FOLLOWLOCATION, 3},
    {CURLOPT_FOLLOWLOCATION, 4, CURLE_OK, WHIM_OPT_FOLLOWLOCATION, 1},
    {CURLOPT_FOLLOWLOCATION, -1, CURLE_OK, WHIM_OPT_FOLLOWLOCATION, 1},
    {CURLOPT_CONNECT_ONLY, 2, CURLE_OK, WHIM_OPT_CONNECT_ONLY, 2},
    {CURLOPT_CONNECT_ONLY, 3, CURLE_BAD_FUNCTION_ARGUMENT, WHIM_OPT_CONNECT_ONLY, 0},
    {CURLOPT_CONNECT_ONLY, -1, CURLE_OK, WHIM_OPT_CONNECT_ONLY, 1},
    {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS, CURLE_OK, WHIM_OPT_HTTP_VERSION, 4},
    {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_3, CURLE_UNSUPPORTED_PROTOCOL, WHIM_OPT_HTTP_VERSION,
     0},
    {CURLOPT_HTTP_VERSION, -1, CURLE_BAD_FUNCTION_ARGUMENT, WHIM_OPT_HTTP_VERSION, 0},
    {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2, CURLE_OK, WHIM_OPT_SSLVERSION, 6},
    {CURLOPT_SSLVERSION, CURL_SSLVERSION_SSLv3, CURLE_BAD_FUNCTION_ARGUMENT, WHIM_OPT_SSLVERSION,
     0},
    {CURLOPT_SSLVERSION, CURL_SSLVERSION_MAX_LAST, CURLE_BAD_FUNCTION_ARGUMENT,
     WHIM_OPT_SSLVERSION, 0},
    {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_3, CURLE_OK,
     WHIM_OPT_SSLVERSION, 6 | 7 << 16},
    {CURLOPT_HTTPAUTH, CURLAUTH_NTLM, CURLE_NOT_BUILT_IN, WHIM_OPT_HTTPAUTH, 1},
    {CURLOPT_HTTPAUTH, CURLAUTH_NTLM | CURLAUTH_DIGEST, CURLE_OK, WHIM_OPT_HTTPAUTH, 2},
    {CURLOPT_HTTPAUTH, CURLAUTH_DIGEST_IE, CURLE_OK, WHIM_OPT_HTTPAUTH, 2},
    {CURLOPT_HTTPAUTH, 0, CURLE_OK, WHIM_OPT_HTTPAUTH, 0},
    {CURLOPT_HTTPAUTH, CURLAUTH_AWS_SIGV4, CURLE_OK, WHIM_OPT_HTTPAUTH, CURLAUTH_AWS_SIGV4},
    {CURLOPT_PROXYAUTH, CURLAUTH_AWS_SIGV4, CURLE_NOT_BUILT_IN, WHIM_OPT_PROXYAUTH, 1},
    {CURLOPT_SOCKS5_AUTH, CURLAUTH_DIGEST, CURLE_NOT_BUILT_IN, WHIM_OPT_SOCKS5_AUTH, 5},
    {CURLOPT_STREAM_WEIGHT, 0, CURLE_OK, WHIM_OPT_STREAM_WEIGHT, 16},
    {CURLOPT_STREAM_WEIGHT, 256, CURLE_OK, WHIM_OPT_STREAM_WEIGHT, 256},
    {CURLOPT_NEW_FILE_PERMS, 512, CURLE_BAD_FUNCTION_ARGUMENT, WHIM_OPT_NEW_FILE_PERMS, 0644},
    {CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_FTP, CURLE_OK, WHIM_OPT_PROTOCOLS_STR,
     1 << WHIM_SCHEME_HTTP | 1 << WHIM_SCHEME_FTP},
    {CURLOPT_PROTOCOLS, -1, CURLE_OK, WHIM_OPT_PROTOCOLS_STR, -1},
    {CURLOPT_REDIR_PROTOCOLS, CURLPROTO_ALL, CURLE_OK, WHIM_OPT_REDIR_PROTOCOLS_STR, -1},
    {CURLOPT_SSL_VERIFYSTATUS, 1, CURLE_OK, WHIM_OPT_SSL_VERIFYSTATUS, 1},
    {CURLOPT_SSL_VERIFYSTATUS, 0, CURLE_OK, WHIM_OPT_SSL_VERIFYSTATUS, 0},
    {CURLOPT_FTP_USE_EPSV, 0, CURLE_OK, WHIM_OPT_FTP_USE_EPSV, 0},
};

/* NULL takes away what is to be trusted; only what was never set has a default. */
START_TEST(nobody_is_trusted_where_null_was_set)
{
    static const struct {
        CURLoption option;
        enum whim_opt row;
    } trusted[] = {
        {CURLOPT_CAINFO, WHIM_OPT_CAINFO},
        {CURLOPT_CAPATH, WHIM_OPT_CAPATH},
        {CURLOPT_PROXY_CAINFO, WHIM_OPT_PROXY_CAINFO},
        {CURLOPT_PROXY_CAPATH, WHIM_OPT_PROXY_CAPATH},
    };

    for (size_t i = 0; i < sizeof(trusted) / sizeof(trusted[0]); i++) {
        begin();
        ck_assert(!whim_opt_is_set(&options, trusted[i].row));
        ck_assert_int_eq(set_ptr(trusted[i].option, NULL), CURLE_OK);
        ck_assert(whim_opt_is_set(&options, trusted[i].row));
        ck_assert_str_eq(whim_opt_text(&options, trusted[i].row), "");
        end();
    }
}
END_TEST

START_TEST(numbers_are_taken_or_refused_as_libcurl_does)
{
    size_t i;

    for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        const struct range *range = &ranges[i];

        begin();
        ck_assert_msg(set_num(range->option, range->value) == range->result,
                      "option %d, value %lld", (int)range->option, (long long)range->value);
        ck_assert_msg(whim_opt_num(&options, range->row) == range->kept,
                      "option %d, value %lld keeps %lld", (int)range->option,
                      (long long)range->value, (long long)whim_opt_num(&options, range->row));
        end();
    }
}
END_TEST

/* What a request does after options in this order; names in braces below. */
static const struct sequence {
    const char *steps;
    enum whim_method method;
    const char *body; /* NULL: none, or from the read callback */
} sequences[] = {
    {"", WHIM_METHOD_GET, NULL},
    {"NOBODY", WHIM_METHOD_HEAD, NULL},
    {"NOBODY !NOBODY", WHIM_METHOD_GET, NULL},
    {"POST", WHIM_METHOD_POST, NULL},
    {"!POST", WHIM_METHOD_GET, NULL},
    {"POST NOBODY", WHIM_METHOD_HEAD, NULL},
    {"POST NOBODY !NOBODY", WHIM_METHOD_GET, NULL},
    {"NOBODY POST", WHIM_METHOD_POST, NULL},
    {"NOBODY FIELDS", WHIM_METHOD_HEAD, "fields"},
    {"NOBODY COPY", WHIM_METHOD_HEAD, "copied"},
    {"NOBODY FIELDS !NOBODY", WHIM_METHOD_POST, "fields"},
    {"NOBODY POST !NOBODY", WHIM_METHOD_POST, NULL},
    {"FIELDS", WHIM_METHOD_POST, "fields"},
    {"!FIELDS", WHIM_METHOD_POST, NULL},
    {"FIELDS NOBODY !NOBODY", WHIM_METHOD_GET, "fields"},
    {"FIELDS HTTPGET", WHIM_METHOD_GET, "fields"},
    {"FIELDS HTTPGET POST", WHIM_METHOD_POST, "fields"},
    {"FIELDS !HTTPGET", WHIM_METHOD_POST, "fields"},
    {"FIELDS UPLOAD", WHIM_METHOD_PUT, "fields"},
    {"FIELDS UPLOAD !UPLOAD", WHIM_METHOD_GET, "fields"},
    {"UPLOAD FIELDS", WHIM_METHOD_POST, "fields"},
    {"UPLOAD FIELDS POST", WHIM_METHOD_POST, "fields"},
    {"UPLOAD POST", WHIM_METHOD_POST, NULL},
    {"UPLOAD POST !UPLOAD", WHIM_METHOD_GET, NULL},
    {"UPLOAD HTTPGET", WHIM_METHOD_GET, NULL},
    {"UPLOAD NOBODY", WHIM_METHOD_HEAD, NULL},
    {"UPLOAD NOBODY !NOBODY", WHIM_METHOD_GET, NULL},
    {"UPLOAD NOBODY POST", WHIM_METHOD_POST, NULL},
    {"NOBODY UPLOAD", WHIM_METHOD_PUT, NULL},
    {"NOBODY UPLOAD !UPLOAD", WHIM_METHOD_GET, NULL},
    {"NOBODY !POST", WHIM_METHOD_HEAD, NULL},
    {"NOBODY !UPLOAD", WHIM_METHOD_HEAD, NULL},
    {"NOBODY HTTPGET", WHIM_METHOD_GET, NULL},
    {"NOBODY !HTTPGET", WHIM_METHOD_HEAD, NULL},
    {"POST UPLOAD HTTPGET", WHIM_METHOD_GET, NULL},
    {"POST UPLOAD !POST", WHIM_METHOD_GET, NULL},
    {"PUT", WHIM_METHOD_PUT, NULL},
    {"MIME", WHIM_METHOD_POST_MIME, NULL},
    {"FORM", WHIM_METHOD_POST_MIME, NULL},
    {"!MIME", WHIM_METHOD_POST_MIME, NULL},
    {"MIME POST", WHIM_METHOD_POST, NULL},
    {"MIME FIELDS", WHIM_METHOD_POST, "fields"},
    {"MIME NOBODY", WHIM_METHOD_HEAD, NULL},
    {"MIME NOBODY !NOBODY", WHIM_METHOD_GET, NULL},
    {"NOBODY FORM", WHIM_METHOD_POST_MIME, NULL},
    {"UPLOAD MIME", WHIM_METHOD_POST_MIME, NULL},
    {"COPY", WHIM_METHOD_POST, "copied"},
    {"SIZE3 COPY", WHIM_METHOD_POST, "cop"},
    {"COPY SIZE3", WHIM_METHOD_POST, "cop"},
    {"COPY SIZE9", WHIM_METHOD_POST, NULL},
    {"SIZE3 COPY SIZE9", WHIM_METHOD_POST, NULL},
    {"SIZE3 COPY !SIZE3", WHIM_METHOD_POST, "cop"},
    {"FIELDS SIZE3", WHIM_METHOD_POST, "fie"},
    {"COPY !COPY", WHIM_METHOD_POST, NULL},
    {"COPY !FIELDS", WHIM_METHOD_POST, NULL},
    {"FIELDS !COPY", WHIM_METHOD_POST, NULL},
    {"FIELDS COPY", WHIM_METHOD_POST, "copied"},
    {"COPY FIELDS", WHIM_METHOD_POST, "fields"},
};

static curl_mime *sequence_mime;

static CURLcode take_step(const char *step)
{
    bool is_on = *step != '!';
    const char *name = step + !is_on;

    if (!strcmp(name, "NOBODY"))
        return set_num(CURLOPT_NOBODY, is_on);
    if (!strcmp(name, "POST"))
        return set_num(CURLOPT_POST, is_on);
    if (!strcmp(name, "UPLOAD"))
        return set_num(CURLOPT_UPLOAD, is_on);
    if (!strcmp(name, "PUT"))
        return set_num(CURLOPT_PUT, is_on);
    if (!strcmp(name, "HTTPGET"))
        return set_num(CURLOPT_HTTPGET, is_on);
    if (!strcmp(name, "FIELDS"))
        return set_ptr(CURLOPT_POSTFIELDS, is_on ? "fields" : NULL);
    if (!strcmp(name, "COPY"))
        return set_ptr(CURLOPT_COPYPOSTFIELDS, is_on ? "copied" : NULL);
    if (!strcmp(name, "MIME"))
        return set_ptr(CURLOPT_MIMEPOST, is_on ? sequence_mime : NULL);
    if (!strcmp(name, "FORM"))
        return set_ptr(CURLOPT_HTTPPOST, is_on ? &options : NULL);
    if (!strncmp(name, "SIZE", 4))
        return set_num(CURLOPT_POSTFIELDSIZE, is_on ? name[4] - '0' : -1);
    ck_abort_msg("no such step: %s", step);
}

static void check_sequence(const struct sequence *sequence)
{
    char steps[64], *step, *rest = steps;
    const char *body;
    int64_t len = 0;

    begin();
    sequence_mime = curl_mime_init(NULL);
    strcpy(steps, sequence->steps);
    while ((step = strtok_r(rest, " ", &rest)) != NULL)
        ck_assert_int_eq(take_step(step), CURLE_OK);
    ck_assert_msg(whim_opt_method(&options) == sequence->method, "after %s", sequence->steps);
    body = whim_options_postfields(&options, &len);
    ck_assert_msg((body != NULL) == (sequence->body != NULL), "after %s", sequence->steps);
    if (body) {
        ck_assert_int_eq(len, strlen(sequence->body));
        ck_assert_mem_eq(body, sequence->body, (size_t)len);
    }
    curl_mime_free(sequence_mime);
    end();
}

START_TEST(the_method_follows_the_order_of_options_as_in_libcurl)
{
    size_t i;

    for (i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++)
        check_sequence(&sequences[i]);
}
END_TEST

START_TEST(only_the_newer_form_is_remembered)
{
    curl_mime *mime;
    int form;

    begin();
    mime = curl_mime_init(NULL);
    set_ptr(CURLOPT_MIMEPOST, mime);
    set_ptr(CURLOPT_HTTPPOST, &form);
    ck_assert_ptr_null(whim_opt_ptr(&options, WHIM_OPT_MIMEPOST));
    ck_assert_ptr_eq(whim_opt_ptr(&options, WHIM_OPT_HTTPPOST), &form);
    set_ptr(CURLOPT_MIMEPOST, mime);
    ck_assert_ptr_null(whim_opt_ptr(&options, WHIM_OPT_HTTPPOST));
    curl_mime_free(mime);
    end();
}
END_TEST

START_TEST(a_mime_is_the_body_of_one_handle_at_a_time)
{
    struct whim_options other;
    const union whim_opt_value none = {.ptr = NULL};
    union whim_opt_value mime;

    begin();
    whim_options_init(&other);
    mime.ptr = curl_mime_init(NULL);
    ck_assert_int_eq(set_ptr(CURLOPT_MIMEPOST, mime.ptr), CURLE_OK);
    ck_assert_int_eq(set_ptr(CURLOPT_MIMEPOST, mime.ptr), CURLE_OK);
    ck_assert_int_eq(whim_options_setopt(&other, CURLOPT_MIMEPOST, mime),
                     CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(whim_opt_method(&other), WHIM_METHOD_GET);
    ck_assert_int_eq(whim_options_setopt(&options, CURLOPT_MIMEPOST, none), CURLE_OK);
    ck_assert_int_eq(whim_options_setopt(&other, CURLOPT_MIMEPOST, mime), CURLE_OK);
    whim_options_fini(&other);
    ck_assert_int_eq(set_ptr(CURLOPT_MIMEPOST, mime.ptr), CURLE_OK);
    curl_mime_free(mime.ptr);
    ck_assert_ptr_nonnull(whim_opt_ptr(&options, WHIM_OPT_MIMEPOST));
    end();
}
END_TEST

START_TEST(copied_post_data_may_hold_zeros)
{
    int64_t len = 0;
    const char *data;

    begin();
    set_num(CURLOPT_POSTFIELDSIZE_LARGE, 5);
    ck_assert_int_eq(set_ptr(CURLOPT_COPYPOSTFIELDS, "a\0b\0c"), CURLE_OK);
    data = whim_options_postfields(&options, &len);
    ck_assert_int_eq(len, 5);
    ck_assert_mem_eq(data, "a\0b\0c", 5);
    end();
}
END_TEST

START_TEST(strings_over_eight_million_bytes_are_refused)
{
    char *text = malloc(8000002);

    begin();
    memset(text, 'a', 8000001);
    text[8000001] = 0;
    ck_assert_int_eq(set_ptr(CURLOPT_URL, text), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(set_ptr(CURLOPT_USERPWD, text), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(set_ptr(CURLOPT_PROXYUSERPWD, text), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(set_ptr(CURLOPT_COPYPOSTFIELDS, text), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(options.n_slots, 0);
    text[8000000] = 0;
    ck_assert_int_eq(set_ptr(CURLOPT_URL, text), CURLE_OK);
    ck_assert_uint_eq(whim_opt_str(&options, WHIM_OPT_URL)->len, 8000000);
    end();
    free(text);
}
END_TEST

START_TEST(blobs_are_copied_and_limited)
{
    struct curl_blob blob = {(void *)"a\0b", 3, CURL_BLOB_NOCOPY};

    begin();
    ck_assert_int_eq(set_ptr(CURLOPT_CAINFO_BLOB, &blob), CURLE_OK);
    ck_assert_uint_eq(whim_opt_str(&options, WHIM_OPT_CAINFO_BLOB)->len, 3);
    ck_assert_mem_eq(whim_opt_text(&options, WHIM_OPT_CAINFO_BLOB), "a\0b", 3);
    blob.len = 8000001;
    ck_assert_int_eq(set_ptr(CURLOPT_CAINFO_BLOB, &blob), CURLE_BAD_FUNCTION_ARGUMENT);
    ck_assert_int_eq(set_ptr(CURLOPT_CAINFO_BLOB, NULL), CURLE_OK);
    ck_assert_ptr_null(whim_opt_str(&options, WHIM_OPT_CAINFO_BLOB));
    end();
}
END_TEST

START_TEST(a_login_is_split_at_the_first_colon)
{
    begin();
    set_ptr(CURLOPT_USERPWD, "me:a:b");
    ck_assert_str_eq(whim_opt_text(&options, WHIM_OPT_USERNAME), "me");
    ck_assert_str_eq(whim_opt_text(&options, WHIM_OPT_PASSWORD), "a:b");
    set_ptr(CURLOPT_USERPWD, "alone");
    ck_assert_str_eq(whim_opt_text(&options, WHIM_OPT_USERNAME), "alone");
    ck_assert_ptr_null(whim_opt_text(&options, WHIM_OPT_PASSWORD));
    set_ptr(CURLOPT_USERPWD, ":secret");
    ck_assert_str_eq(whim_opt_text(&options, WHIM_OPT_USERNAME), "");
    ck_assert_str_eq(whim_opt_text(&options, WHIM_OPT_PASSWORD), "secret");
    set_ptr(CURLOPT_USERPWD, NULL);
    ck_assert_ptr_null(whim_opt_text(&options, WHIM_OPT_USERNAME));
    ck_assert_ptr_null(whim_opt_text(&options, WHIM_OPT_PASSWORD));
    end();
}
END_TEST

START_TEST(a_proxy_login_is_percent_decoded)
{
    begin();
    ck_assert_int_eq(set_ptr(CURLOPT_PROXYUSERPWD, "a%3Ab:c%40d"), CURLE_OK);
    ck_assert_str_eq(whim_opt_text(&options, WHIM_OPT_PROXYUSERNAME), "a:b");
    ck_assert_str_eq(whim_opt_text(&options, WHIM_OPT_PROXYPASSWORD), "c@d");
    ck_assert_int_eq(set_ptr(CURLOPT_PROXYUSERPWD, "a:b%00c"), CURLE_URL_MALFORMAT);
    ck_assert_str_eq(whim_opt_text(&options, WHIM_OPT_PROXYPASSWORD), "c@d");
    ck_assert_int_eq(set_ptr(CURLOPT_PROXYUSERPWD, "alone"), CURLE_OK);
    ck_assert_ptr_null(whim_opt_text(&options, WHIM_OPT_PROXYPASSWORD));
    end();
}
END_TEST

START_TEST(schemes_are_named_between_commas)
{
    static const struct {
        const char *names;
        CURLcode result;
        int64_t schemes;
    } cases[] = {
        {"http", CURLE_OK, 1 << WHIM_SCHEME_HTTP},
        {"HTTP,https", CURLE_OK, 1 << WHIM_SCHEME_HTTP | 1 << WHIM_SCHEME_HTTPS},
        {",http,,ftp,", CURLE_OK, 1 << WHIM_SCHEME_HTTP | 1 << WHIM_SCHEME_FTP},
        {"all", CURLE_OK, -1},
        {"ALL", CURLE_OK, -1},
        {"http,all", CURLE_UNSUPPORTED_PROTOCOL, 0},
        {"http, https", CURLE_UNSUPPORTED_PROTOCOL, 0},
        {"httpx", CURLE_UNSUPPORTED_PROTOCOL, 0},
        {"", CURLE_BAD_FUNCTION_ARGUMENT, 0},
        {",", CURLE_BAD_FUNCTION_ARGUMENT, 0},
        {NULL, CURLE_BAD_FUNCTION_ARGUMENT, -1},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        begin();
        ck_assert_int_eq(set_ptr(CURLOPT_PROTOCOLS_STR, cases[i].names), cases[i].result);
        ck_assert_int_eq(whim_opt_num(&options, WHIM_OPT_PROTOCOLS_STR), cases[i].schemes);
        end();
    }
}
END_TEST

START_TEST(redirects_lead_to_web_and_ftp_alone_by_default)
{
    int64_t schemes;

    begin();
    schemes = whim_opt_num(&options, WHIM_OPT_REDIR_PROTOCOLS_STR);
    ck_assert(schemes & whim_scheme_bit(WHIM_SCHEME_HTTP));
    ck_assert(schemes & whim_scheme_bit(WHIM_SCHEME_HTTPS));
    ck_assert(schemes & whim_scheme_bit(WHIM_SCHEME_FTPS));
    ck_assert(!(schemes & whim_scheme_bit(WHIM_SCHEME_FILE)));
    ck_assert(!(schemes & whim_scheme_bit(WHIM_SCHEME_OTHER)));
    end();
}
END_TEST

START_TEST(options_of_other_protocols_are_taken)
{
    static const CURLoption texts[] = {CURLOPT_FTPPORT, CURLOPT_SSH_KNOWNHOSTS, CURLOPT_MAIL_FROM,
                                       CURLOPT_CAINFO, CURLOPT_PINNEDPUBLICKEY,
                                       CURLOPT_RTSP_SESSION_ID};
    size_t i;

    begin();
    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        ck_assert_int_eq(set_ptr(texts[i], "x"), CURLE_OK);
    ck_assert_int_eq(set_num(CURLOPT_SSH_AUTH_TYPES, -1), CURLE_OK);
    ck_assert_int_eq(set_ptr(CURLOPT_QUOTE, NULL), CURLE_OK);
    end();
}
END_TEST

START_TEST(a_signature_takes_the_place_of_any_login)
{
    begin();
    ck_assert_int_eq(set_ptr(CURLOPT_AWS_SIGV4, "aws:amz"), CURLE_OK);
    ck_assert_int_eq(whim_opt_num(&options, WHIM_OPT_HTTPAUTH), CURLAUTH_AWS_SIGV4);
    ck_assert_int_eq(set_ptr(CURLOPT_AWS_SIGV4, NULL), CURLE_OK);
    ck_assert_int_eq(whim_opt_num(&options, WHIM_OPT_HTTPAUTH), CURLAUTH_BASIC);
    ck_assert_int_eq(set_ptr(CURLOPT_AWS_SIGV4, "aws:amz"), CURLE_OK);
    ck_assert_int_eq(set_num(CURLOPT_HTTPAUTH, CURLAUTH_DIGEST), CURLE_OK);
    ck_assert_int_eq(set_ptr(CURLOPT_AWS_SIGV4, NULL), CURLE_OK);
    ck_assert_int_eq(whim_opt_num(&options, WHIM_OPT_HTTPAUTH), CURLAUTH_DIGEST);
    end();
}
END_TEST

START_TEST(wishes_that_would_be_lost_in_silence_are_refused)
{
    static const CURLoption texts[] = {CURLOPT_ECH, CURLOPT_HTTPSIG_KEY};
    size_t i;

    begin();
    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        ck_assert_int_eq(set_ptr(texts[i], "x"), CURLE_NOT_BUILT_IN);
        ck_assert_int_eq(set_ptr(texts[i], NULL), CURLE_OK);
    }
    ck_assert_int_eq(set_ptr(CURLOPT_SSLENGINE, "x"), CURLE_SSL_ENGINE_NOTFOUND);
    ck_assert_int_eq(set_ptr(CURLOPT_SSLENGINE, ""), CURLE_OK);
    ck_assert_int_eq(options.n_slots, 0);
    end();
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        numbers_and_types_that_no_option_has_are_unknown,
        numbers_are_taken_or_refused_as_libcurl_does,
        nobody_is_trusted_where_null_was_set,
        the_method_follows_the_order_of_options_as_in_libcurl,
        only_the_newer_form_is_remembered,
        a_mime_is_the_body_of_one_handle_at_a_time,
        copied_post_data_may_hold_zeros,
        strings_over_eight_million_bytes_are_refused,
        blobs_are_copied_and_limited,
        a_login_is_split_at_the_first_colon,
        a_proxy_login_is_percent_decoded,
        schemes_are_named_between_commas,
        redirects_lead_to_web_and_ftp_alone_by_default,
        options_of_other_protocols_are_taken,
        a_signature_takes_the_place_of_any_login,
        wishes_that_would_be_lost_in_silence_are_refused,
    };

    return shuffle_and_run("options_setters", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
