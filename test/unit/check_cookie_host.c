/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* Hosts, domains, paths and public suffixes: what a cookie is for. */
#include "proto/cookie_host.h"
#include "proto/cookie_suffix.h"

#include "shuffle.h"

#include <string.h>

static const struct {
    const char *text;
    const char *name; /* NULL: none */
    bool is_address;
} hosts[] = {
    {"shore.example", "shore.example", false},
    {"Shore.EXAMPLE", "shore.example", false},
    {"shore.example.", "shore.example", false},
    {"shore.example..", NULL, false},
    {"shore..example", NULL, false},
    {".shore.example", NULL, false},
    {".", NULL, false},
    {"", NULL, false},
    {"localhost", "localhost", false},
    {"127.0.0.1", "127.0.0.1", true},
    {"127.0.0.1.", "127.0.0.1", true},
    {"::1", "::1", true},
    {"FE80::1", "fe80::1", true},
    {"10", "10", true},
    {"1.2.3", "1.2.3", true},
    {"a.1", "a.1", true},
    {"a.1b", "a.1b", false},
    {"b\xc3\xbc" "cher.example", "b\xc3\xbc" "cher.example", false},
    {"a b", NULL, false},
    {"a\tb", NULL, false},
    {"#a", NULL, false},
    {"a/b", NULL, false},
    {"a;b", NULL, false},
    {"[::1]", NULL, false},
};

START_TEST(a_host_has_one_form)
{
    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        struct whim_cookie_host host;
        bool is_host = whim_cookie_host_read(hosts[i].text, strlen(hosts[i].text), &host);

        ck_assert_msg(is_host == (hosts[i].name != NULL), "%s", hosts[i].text);
        if (!is_host)
            continue;
        ck_assert_str_eq(host.name, hosts[i].name);
        ck_assert_uint_eq(host.len, strlen(host.name));
        ck_assert_msg(host.is_address == hosts[i].is_address, "%s", hosts[i].text);
    }
}
END_TEST

START_TEST(a_host_is_as_long_as_a_name_may_be)
{
    struct whim_cookie_host host;
    char name[300];

    memset(name, 'a', sizeof(name));
    ck_assert(whim_cookie_host_read(name, 255, &host));
    ck_assert(!whim_cookie_host_read(name, 256, &host));
    name[255] = '.';
    ck_assert(whim_cookie_host_read(name, 256, &host));
    ck_assert_uint_eq(host.len, 255);
}
END_TEST

START_TEST(a_host_field_may_have_a_port_and_brackets)
{
    static const struct {
        const char *value;
        const char *name;
    } rows[] = {
        {"Shore.example", "shore.example"}, {"shore.example:80", "shore.example"},
        {"[::1]", "::1"},                   {"[::1]:80", "::1"},
        {"shore.example:", "shore.example"}, {":80", NULL},
        {"[::1", NULL},                     {"", NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct whim_cookie_host host;

        ck_assert_msg(whim_cookie_host_read_field(rows[i].value, strlen(rows[i].value), &host) ==
                          (rows[i].name != NULL),
                      "%s", rows[i].value);
        if (rows[i].name)
            ck_assert_str_eq(host.name, rows[i].name);
    }
}
END_TEST

/* CVE-2013-1944, CVE-2014-3613: an end that looks alike is another domain, a number has none. */
START_TEST(a_host_is_in_the_domains_above_it)
{
    static const struct {
        const char *host;
        const char *domain;
        bool is_in;
    } rows[] = {
        {"a.b.example", "a.b.example", true}, {"a.b.example", "b.example", true},
        {"a.b.example", "example", true},     {"a.b.example", "c.example", false},
        {"ab.example", "b.example", false},   {"b.example", "a.b.example", false},
        {"a.b.example", "", false},           {"a.b.example", ".example", false},
        {"10.0.0.1", "10.0.0.1", true},       {"10.0.0.1", "0.0.1", false},
        {"::1", "::1", true},                 {"2001:db8::1.2.3.4", "2.3.4", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct whim_cookie_host host;

        ck_assert(whim_cookie_host_read(rows[i].host, strlen(rows[i].host), &host));
        ck_assert_msg(whim_cookie_host_is_in(&host, rows[i].domain, strlen(rows[i].domain)) ==
                          rows[i].is_in,
                      "%s %s", rows[i].host, rows[i].domain);
    }
}
END_TEST

START_TEST(a_cookies_path_has_itself_and_what_is_below)
{
    static const struct {
        const char *cookie;
        const char *path;
        bool has_it;
    } rows[] = {
        {"/", "/", true},    {"/", "/a/b", true},  {"/a", "/a", true},     {"/a", "/a/", true},
        {"/a", "/a/b", true}, {"/a", "/ab", false}, {"/a", "/", false},     {"/a/b", "/a", false},
        {"/a", "/A", false}, {"/a/", "/a/", true}, {"/a/", "/a//b", true}, {"/a/", "/a/b", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_msg(whim_cookie_path_has(rows[i].cookie, strlen(rows[i].cookie), rows[i].path,
                                           strlen(rows[i].path)) == rows[i].has_it,
                      "%s %s", rows[i].cookie, rows[i].path);
}
END_TEST

START_TEST(without_a_path_it_is_that_of_the_requests_folder)
{
    static const char *const rows[][2] = {
        {"/", "/"}, {"/a", "/"}, {"/a/", "/a"}, {"/a/b", "/a"}, {"/a/b/c", "/a/b"}, {"//", "/"},
        {"/a//b", "/a"}, {"/a//", "/a"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_msg(whim_cookie_path_default(rows[i][0], strlen(rows[i][0])) ==
                          strlen(rows[i][1]),
                      "%s", rows[i][0]);
}
END_TEST

START_TEST(this_machine_is_known_by_its_names)
{
    static const char *const names[] = {"localhost", "LOCALHOST.", "127.0.0.1", "::1"};
    struct whim_cookie_host host;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        ck_assert(whim_cookie_host_read(names[i], strlen(names[i]), &host));
        ck_assert_msg(whim_cookie_host_is_local(&host), "%s", names[i]);
    }
    ck_assert(whim_cookie_host_read("127.0.0.2", 9, &host));
    ck_assert(!whim_cookie_host_is_local(&host));
    ck_assert(whim_cookie_host_read("a.localhost", 11, &host));
    ck_assert(!whim_cookie_host_is_local(&host));
}
END_TEST

/* With libpsl as without: what has no dot is everybody's. */
START_TEST(a_domain_of_one_label_is_a_public_suffix)
{
    ck_assert(whim_cookie_suffix_is_public("com"));
    ck_assert(whim_cookie_suffix_is_public("intranet"));
    ck_assert(!whim_cookie_suffix_is_public("localhost"));
    ck_assert(!whim_cookie_suffix_is_public("shore.example"));
    ck_assert(whim_cookie_suffix_has_list() == (whim_cookie_suffix_version() != NULL));
}
END_TEST

START_TEST(a_list_knows_the_longer_ones)
{
    bool has_list = whim_cookie_suffix_has_list();

    ck_assert(whim_cookie_suffix_is_public("co.uk") == has_list);
    ck_assert(whim_cookie_suffix_is_public("github.io") == has_list);
    ck_assert(!whim_cookie_suffix_is_public("shore.co.uk"));
    ck_assert(!whim_cookie_suffix_is_public("whimbrel.github.io"));
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_host_has_one_form,
        a_host_is_as_long_as_a_name_may_be,
        a_host_field_may_have_a_port_and_brackets,
        a_host_is_in_the_domains_above_it,
        a_cookies_path_has_itself_and_what_is_below,
        without_a_path_it_is_that_of_the_requests_folder,
        this_machine_is_known_by_its_names,
        a_domain_of_one_label_is_a_public_suffix,
        a_list_knows_the_longer_ones,
    };

    return shuffle_and_run("cookie_host", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
