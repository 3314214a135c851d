/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Host names in other scripts, as URLs have them: what they become, and what they must not become.
 */
#include "proto/url_host.h"
#include "util/idn.h"

#include "faults.h"
#include "shuffle.h"

#include <string.h>

static const struct row {
    const char *host;
    const char *ascii; /* NULL: CURLUE_BAD_HOSTNAME */
    enum whim_host_kind kind;
} rows[] = {
    {"b\xc3\xbc" "cher.example", "xn--bcher-kva.example", WHIM_HOST_NAME},
    {"B\xc3\x9c" "CHER.Example", "xn--bcher-kva.example", WHIM_HOST_NAME},
    {"bu\xcc\x88" "cher.example", "xn--bcher-kva.example", WHIM_HOST_NAME}, /* u and dots */
    {"b%c3%bc" "cher.example", "xn--bcher-kva.example", WHIM_HOST_NAME},
    {"fa\xc3\x9f.example", "xn--fa-hia.example", WHIM_HOST_NAME}, /* sharp s is a letter */
    {"\xe4\xbe\x8b\xe5\xad\x90.example", "xn--fsqu00a.example", WHIM_HOST_NAME},
    {"\xf0\x9f\x92\xa9.example", "xn--ls8h.example", WHIM_HOST_NAME}, /* by the older reading */
    {"www.XN--9ca.example", "www.XN--9ca.example", WHIM_HOST_NAME},
    /* doubles of letters, and of the dot: the same host, under the same name */
    {"\xef\xbd\x81.example", "a.example", WHIM_HOST_NAME},
    {"curl\xe3\x80\x82se", "curl.se", WHIM_HOST_NAME},
    {"curl\xef\xbc\x8ese", "curl.se", WHIM_HOST_NAME},
    {"curl.se\xe3\x80\x82", "curl.se.", WHIM_HOST_NAME},
    /* and of digits: an address is one however it is written */
    {"\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.\xef\xbc\x91", "127.0.0.1", WHIM_HOST_IPV4},
    {"\xe2\x91\xa0\xe2\x91\xa1\xe2\x91\xa6\xe3\x80\x82" "1", "127.0.0.1", WHIM_HOST_IPV4},
    {"127\xe3\x80\x82" "1", "127.0.0.1", WHIM_HOST_IPV4},
    /* and of delimiters: there is no such host */
    {"a\xef\xbc\x8f" "b.example", NULL, WHIM_HOST_NAME},
    {"\xe2\x84\x80.example", NULL, WHIM_HOST_NAME}, /* "a/c" */
    {"a\xef\xbc\x9a" "80", NULL, WHIM_HOST_NAME},
    {"a\xef\xbc\xa0" "b", NULL, WHIM_HOST_NAME},
    {"a\xef\xbc\x9f" "b", NULL, WHIM_HOST_NAME},
    {"a\xef\xbc\x83" "b", NULL, WHIM_HOST_NAME},
    {"a\xef\xbc\x85" "41", NULL, WHIM_HOST_NAME},
    {"\xef\xbc\xbb" "a\xef\xbc\xbd", NULL, WHIM_HOST_NAME},
    {"\xc2\xad", NULL, WHIM_HOST_NAME}, /* a soft hyphen: nothing is left */
    {"\xff\xfe.example", NULL, WHIM_HOST_NAME},
    {"\xc3.example", NULL, WHIM_HOST_NAME},
    {"\xc3\xa9%00.example", NULL, WHIM_HOST_NAME},
};

struct parsed {
    struct whim_url url;
    struct whim_str *text;
    CURLUcode code;
};

static void parse(struct parsed *parsed, const char *host, unsigned flags)
{
    char text[300];

    snprintf(text, sizeof(text), "http://%s/", host);
    parsed->text = NULL;
    parsed->code = whim_url_parse_copy(text, strlen(text), flags, &parsed->url, &parsed->text);
}

static void assert_host(const struct parsed *parsed, const char *expected)
{
    ck_assert_int_eq(parsed->code, CURLUE_OK);
    ck_assert_uint_eq(parsed->url.host.len, strlen(expected));
    ck_assert(!memcmp(parsed->text->text + parsed->url.host.off, expected, strlen(expected)));
}

static void run_row(void *arg)
{
    const struct row *row = arg;
    struct parsed parsed;

    parse(&parsed, row->host, WHIM_URL_ASCII_HOST);
    if (parsed.code == CURLUE_OUT_OF_MEMORY)
        return;
    if (row->ascii) {
        assert_host(&parsed, row->ascii);
        ck_assert_int_eq(parsed.url.host_kind, row->kind);
        ck_assert(!(parsed.url.has & WHIM_URL_HOST_NON_ASCII));
        whim_str_unref(parsed.text);
    } else {
        ck_assert_msg(parsed.code == CURLUE_BAD_HOSTNAME, "%s: %d", row->host, (int)parsed.code);
    }
}

START_TEST(a_host_in_another_script_becomes_one_ascii_form)
{
    for (size_t i = 0; whim_idn_is_built_in() && i < sizeof(rows) / sizeof(rows[0]); i++)
        run_row((void *)&rows[i]);
}
END_TEST

START_TEST(without_memory_no_host_is_another_one)
{
    long n_faults = 0;

    for (size_t i = 0; whim_idn_is_built_in() && i < sizeof(rows) / sizeof(rows[0]); i++)
        n_faults += faults_run(run_row, (void *)&rows[i]);
    ck_assert_int_ge(n_faults, whim_idn_is_built_in() ? 30 : 0);
}
END_TEST

START_TEST(a_name_longer_than_any_is_refused)
{
    char host[280] = "";
    struct parsed parsed;

    while (strlen(host) < 270)
        strcat(host, "\xc3\xa9.");
    parse(&parsed, host, WHIM_URL_ASCII_HOST);
    ck_assert_int_eq(parsed.code, whim_idn_is_built_in() ? CURLUE_BAD_HOSTNAME : CURLUE_OK);
    if (!parsed.code)
        whim_str_unref(parsed.text);
}
END_TEST

START_TEST(a_host_stays_as_it_is_where_nobody_goes_there)
{
    struct parsed parsed;

    parse(&parsed, "b\xc3\xbc" "cher.example", 0);
    assert_host(&parsed, "b\xc3\xbc" "cher.example");
    ck_assert(parsed.url.has & WHIM_URL_HOST_NON_ASCII);
    whim_str_unref(parsed.text);
    parse(&parsed, "B.example", WHIM_URL_ASCII_HOST);
    assert_host(&parsed, "B.example");
    whim_str_unref(parsed.text);
}
END_TEST

START_TEST(a_build_without_idn_leaves_names_alone)
{
    struct parsed parsed;

    if (whim_idn_is_built_in()) {
        ck_assert_ptr_nonnull(whim_idn_version());
        return;
    }
    ck_assert_ptr_null(whim_idn_version());
    parse(&parsed, "b\xc3\xbc" "cher.example", WHIM_URL_ASCII_HOST);
    assert_host(&parsed, "b\xc3\xbc" "cher.example");
    whim_str_unref(parsed.text);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_host_in_another_script_becomes_one_ascii_form,
        without_memory_no_host_is_another_one,
        a_name_longer_than_any_is_refused,
        a_host_stays_as_it_is_where_nobody_goes_there,
        a_build_without_idn_leaves_names_alone,
    };

    return shuffle_and_run("idn", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
