/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What curl_easy_setopt accepts and refuses (C-5, C-13, clients' requirement 2).
 */
#include "newer.h"
#include "xfer.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

struct range {
    const char *name; /* also the name of the option */
    CURLoption option;
    long lowest, highest; /* LONG_MAX: no upper end */
    CURLcode below, above;
};

#define BAD CURLE_BAD_FUNCTION_ARGUMENT
#define RANGE(option, lowest, highest)                                                             \
    {                                                                                              \
#option, CURLOPT_##option, lowest, highest, BAD, BAD                                       \
    }

static const struct range ranges[] = {
    RANGE(TIMEOUT, 0, INT_MAX / 1000),
    RANGE(CONNECTTIMEOUT, 0, INT_MAX / 1000),
    RANGE(SERVER_RESPONSE_TIMEOUT, 0, INT_MAX / 1000),
    RANGE(EXPECT_100_TIMEOUT_MS, 0, LONG_MAX),
    RANGE(LOW_SPEED_LIMIT, 0, LONG_MAX),
    RANGE(LOW_SPEED_TIME, 0, LONG_MAX),
    RANGE(MAXAGE_CONN, 0, LONG_MAX),
    RANGE(MAXLIFETIME_CONN, 0, LONG_MAX),
    RANGE(MAXCONNECTS, 0, LONG_MAX),
    RANGE(MAXFILESIZE, 0, LONG_MAX),
    RANGE(PORT, 0, 65535),
    RANGE(PROXYPORT, 0, 65535),
    RANGE(LOCALPORT, 0, 65535),
    RANGE(LOCALPORTRANGE, 0, 65535),
    RANGE(INFILESIZE, -1, LONG_MAX),
    RANGE(POSTFIELDSIZE, -1, LONG_MAX),
    RANGE(RESUME_FROM, -1, LONG_MAX),
    RANGE(MAXREDIRS, -1, LONG_MAX),
    RANGE(DNS_CACHE_TIMEOUT, -1, LONG_MAX),
    RANGE(IPRESOLVE, 0, 2),
    RANGE(TIMECONDITION, 0, 3),
    RANGE(NETRC, 0, 2),
    RANGE(USE_SSL, 0, 3),
    RANGE(CONNECT_ONLY, LONG_MIN, 2),
    RANGE(HTTP09_ALLOWED, LONG_MIN, 1),
    RANGE(TCP_KEEPIDLE, 0, LONG_MAX),
    RANGE(TCP_KEEPINTVL, 0, LONG_MAX),
    RANGE(UPKEEP_INTERVAL_MS, 0, LONG_MAX),
    RANGE(POSTREDIR, 0, LONG_MAX),
};

TEST_ROWS(FOR_ONCE, "C-13 the_range_is_checked_of_", ranges)
{
    const struct range *row = test_row();
    CURL *easy = curl_easy_init();

    if (row->lowest != LONG_MIN) {
        CHECK_CODE((curl_easy_setopt)(easy, row->option, row->lowest), CURLE_OK);
        CHECK_CODE((curl_easy_setopt)(easy, row->option, row->lowest - 1), row->below);
    }
    if (row->highest != LONG_MAX) {
        CHECK_CODE((curl_easy_setopt)(easy, row->option, row->highest), CURLE_OK);
        CHECK_CODE((curl_easy_setopt)(easy, row->option, row->highest + 1), row->above);
    }
    curl_easy_cleanup(easy);
}

struct large_range {
    const char *name;
    CURLoption option;
    curl_off_t lowest;
};

static const struct large_range large_ranges[] = {
    {"INFILESIZE_LARGE", CURLOPT_INFILESIZE_LARGE, -1},
    {"POSTFIELDSIZE_LARGE", CURLOPT_POSTFIELDSIZE_LARGE, -1},
    {"RESUME_FROM_LARGE", CURLOPT_RESUME_FROM_LARGE, -1},
    {"MAXFILESIZE_LARGE", CURLOPT_MAXFILESIZE_LARGE, 0},
    {"MAX_RECV_SPEED_LARGE", CURLOPT_MAX_RECV_SPEED_LARGE, 0},
    {"MAX_SEND_SPEED_LARGE", CURLOPT_MAX_SEND_SPEED_LARGE, 0},
};

TEST_ROWS(FOR_ONCE, "C-13 the_range_of_64_bits_is_checked_of_", large_ranges)
{
    const struct large_range *row = test_row();
    CURL *easy = curl_easy_init();

    CHECK_CODE((curl_easy_setopt)(easy, row->option, row->lowest), CURLE_OK);
    CHECK_CODE((curl_easy_setopt)(easy, row->option, (curl_off_t)1 << 40), CURLE_OK);
    CHECK_CODE((curl_easy_setopt)(easy, row->option, row->lowest - 1), BAD);
    curl_easy_cleanup(easy);
}

/* Options that a build may lack, whatever their value; curl_version_info tells. */
static bool may_be_refused(const char *name)
{
    static const struct {
        const char *prefix;
        int feature; /* 0: refused by some builds of any kind */
    } options[] = {
        {"CONV_", 0},
        {"DNS_INTERFACE", 0},
        {"DNS_LOCAL", 0},
        {"DNS_SERVERS", 0},
        {"WS_OPTIONS", 0},
        {"SSL_FALSESTART", 0},
        {"TLSAUTH", 0},
        {"PROXY_TLSAUTH", 0},
        {"PROTOCOLS_STR", 0},
        {"REDIR_PROTOCOLS_STR", 0},
        {"ALTSVC_CTRL", 0},
        {"AWS_SIGV4", 0},
        {"DOH_SSL_VERIFYSTATUS", 0},
        {"ECH", 0},
        {"HTTPSIG_", 0},
        {"SSL_VERIFYSTATUS", 0},
        {"ALTSVC", CURL_VERSION_ALTSVC},
        {"HSTS", CURL_VERSION_HSTS},
    };
    int features = curl_version_info(CURLVERSION_NOW)->features;

    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
        if (!strncmp(name, options[i].prefix, strlen(options[i].prefix)))
            return !options[i].feature || !(features & options[i].feature);
    return false;
}

static CURLcode set_nothing(CURL *easy, const struct curl_easyoption *option)
{
    switch (option->type) {
    case CURLOT_LONG:
    case CURLOT_VALUES:
        return (curl_easy_setopt)(easy, option->id, 1L);
    case CURLOT_OFF_T:
        return (curl_easy_setopt)(easy, option->id, (curl_off_t)1);
    default:
        return (curl_easy_setopt)(easy, option->id, NULL);
    }
}

TEST_WITH(FOR_ONCE, "C-5 7.2 every_option_of_every_protocol_is_accepted")
{
    CURL *easy = curl_easy_init();
    const struct curl_easyoption *option = NULL;
    int n = 0, n_refused = 0;

    while ((option = curl_easy_option_next(option))) {
        CURLcode code = set_nothing(easy, option);

        n++;
        if (!code || may_be_refused(option->name))
            continue;
        fprintf(stderr, "%s answered %d\n", option->name, (int)code);
        n_refused++;
    }
    CHECK(n >= 300);
    CHECK_INT(n_refused, 0);
    curl_easy_cleanup(easy);
}

/* Options that name a file which is read at once or written at the end. */
static bool touches_files(const char *name)
{
    return !strcmp(name, "COOKIEJAR") || !strcmp(name, "ALTSVC") || !strcmp(name, "HSTS") ||
           !strcmp(name, "SSLENGINE");
}

TEST_WITH(FOR_ONCE, "C-13 every_string_option_takes_a_string_and_null")
{
    CURL *easy = curl_easy_init();
    const struct curl_easyoption *option = NULL;
    int n_refused = 0;

    while ((option = curl_easy_option_next(option))) {
        if (option->type != CURLOT_STRING || may_be_refused(option->name) ||
            touches_files(option->name))
            continue;
        if (!(curl_easy_setopt)(easy, option->id, "text") &&
            !(curl_easy_setopt)(easy, option->id, "another text") &&
            !(curl_easy_setopt)(easy, option->id, NULL))
            continue;
        fprintf(stderr, "%s is refused\n", option->name);
        n_refused++;
    }
    CHECK_INT(n_refused, 0);
    curl_easy_cleanup(easy);
}

TEST_WITH(FOR_ONCE, "C-5 options_are_found_by_name_and_by_number")
{
    const struct curl_easyoption *option = NULL;

    while ((option = curl_easy_option_next(option))) {
        const struct curl_easyoption *found = curl_easy_option_by_name(option->name);

        CHECK(found && found->id == option->id && found->type == option->type);
        found = curl_easy_option_by_id(option->id);
        CHECK(found && found->id == option->id && !(found->flags & CURLOT_FLAG_ALIAS));
    }
    CHECK_INT(curl_easy_option_by_name("url")->id, CURLOPT_URL);
    CHECK(!curl_easy_option_by_name("NO_SUCH_OPTION"));
    CHECK(!curl_easy_option_by_id((CURLoption)9999));
}

TEST_WITH(FOR_ONCE, "C-13 a_version_of_http_that_does_not_exist_is_refused")
{
    CURL *easy = curl_easy_init();

    CHECK_CODE(curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, 99L), CURLE_UNSUPPORTED_PROTOCOL);
    CHECK_CODE(curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, -1L), BAD);
    CHECK_CODE(curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1), CURLE_OK);
    curl_easy_cleanup(easy);
}

TEST_WITH(FOR_ONCE, "C-13 names_of_protocols_are_checked")
{
    CURL *easy = curl_easy_init();

    CHECK_CODE(curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "HTTP,https"), CURLE_OK);
    CHECK_CODE(curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "all"), CURLE_OK);
    CHECK_CODE(curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "no-such"),
               CURLE_UNSUPPORTED_PROTOCOL);
    CHECK_CODE(curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, ""), BAD);
    curl_easy_cleanup(easy);
}

TEST_WITH(FOR_ONCE, "C-13 setting_an_option_ten_thousand_times_keeps_one_value")
{
    CURL *easy = curl_easy_init();

    for (int i = 0; i < 10000; i++) {
        CHECK_CODE(curl_easy_setopt(easy, CURLOPT_URL, "http://127.0.0.1:1/a/path/of/some/length"),
                   CURLE_OK);
        CHECK_CODE(curl_easy_setopt(easy, CURLOPT_USERAGENT, i % 2 ? "short" : "rather longer"),
                   CURLE_OK);
    }
    curl_easy_cleanup(easy);
}

TEST("C-13 a_port_that_is_taken_back_leaves_the_port_of_the_url")
{
    struct peer *peer = peer_serving(HELLO), *other = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_PORT, (long)peer_port(other));
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT((long)peer_count(other, PEER_REQUESTS, PEER_EVERY), 1);
    SET(x, CURLOPT_PORT, 0L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT((long)peer_count(other, PEER_REQUESTS, PEER_EVERY), 1);
    CHECK_INT((long)peer_count(peer, PEER_REQUESTS, PEER_EVERY), 1);
    CHECK_INT(xfer_long(x, CURLINFO_PRIMARY_PORT), peer_port(peer));
}

TEST("C-13 a_path_is_cleaned_again_when_path_as_is_is_taken_back")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/a/../b");

    SET(x, CURLOPT_PATH_AS_IS, 1L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_HAS(received(peer, 0), "GET /a/../b HTTP");
    SET(x, CURLOPT_PATH_AS_IS, 0L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_HAS(received(peer, 0), "GET /b HTTP");
}

TEST("C-15 a_duplicate_of_every_option_still_works")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    CURL *copy;

    SET(x, CURLOPT_USERAGENT, "a");
    SET(x, CURLOPT_REFERER, "b");
    SET(x, CURLOPT_COOKIE, "c=d");
    SET(x, CURLOPT_CUSTOMREQUEST, "VERB");
    SET(x, CURLOPT_HTTPHEADER, list_of("X: y", NULL));
    SET(x, CURLOPT_USERNAME, "u");
    SET(x, CURLOPT_PASSWORD, "p");
    SET(x, CURLOPT_RANGE, "1-2");
    SET(x, CURLOPT_TIMEOUT_MS, 10000L);
    copy = curl_easy_duphandle(x->easy);
    CHECK(copy != NULL);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_CODE(curl_easy_perform(copy), CURLE_OK);
    curl_easy_cleanup(copy);
    CHECK_STR(received(peer, 1), received(peer, 0));
}

TEST_WITH(FOR_ONCE, "C-13 the_old_names_of_functions_still_work")
{
    char *text = curl_easy_escape(NULL, "a/b c", 0);
    int n = 0;

    CHECK_STR(text, "a%2Fb%20c");
    curl_free(text);
    text = curl_easy_unescape(NULL, "a%2fb%20c", 0, &n);
    CHECK_STR(text, "a/b c");
    CHECK_INT(n, 5);
    curl_free(text);
    CHECK(curl_strequal("AbC", "aBc"));
    CHECK(!curl_strequal("AbC", "aBd"));
    CHECK(curl_strnequal("AbCd", "aBcE", 3));
    CHECK_INT(curl_getdate("Mon, 12 Jan 1970 13:46:40 GMT", NULL), 1000000);
    CHECK_INT(curl_getdate("no date", NULL), -1);
}
