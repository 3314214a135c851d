/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/proxy_env.h"

#include "shuffle.h"

/* "NAME=value" each; NULL ends them. */
static const char *const *environment;

static char *get(const char *name)
{
    size_t len = strlen(name);

    for (const char *const *at = environment; *at; at++)
        if (!strncmp(*at, name, len) && (*at)[len] == '=')
            return (char *)*at + len + 1;
    return NULL;
}

static void assert_found(const char *scheme, const char *expected, const char *const *variables)
{
    const char *value;

    environment = variables;
    value = whim_proxy_env_find(get, scheme, strlen(scheme));
    if (expected) {
        ck_assert_ptr_nonnull(value);
        ck_assert_str_eq(value, expected);
    } else {
        ck_assert_ptr_null(value);
    }
}
#define FOUND(scheme, expected, ...)                                                               \
    assert_found(scheme, expected, (const char *const[]){__VA_ARGS__, NULL})

START_TEST(each_scheme_has_its_variable)
{
    FOUND("http", "a", "http_proxy=a", "https_proxy=b", "all_proxy=c");
    FOUND("https", "b", "http_proxy=a", "https_proxy=b", "all_proxy=c");
    FOUND("HTTPS", "b", "https_proxy=b");
    FOUND("ftp", "a", "ftp_proxy=a");
    FOUND("http", NULL, "https_proxy=b", "HTTPS_PROXY=b", "x=y");
    FOUND("ws", "a", "ws_proxy=a", "http_proxy=b");
    FOUND("ws", "b", "wss_proxy=a", "http_proxy=b", "all_proxy=c");
    FOUND("wss", "b", "ws_proxy=a", "https_proxy=b");
    FOUND("wss", "b", "HTTPS_PROXY=b", "all_proxy=c");
}
END_TEST

START_TEST(upper_case_is_asked_for_last_and_never_for_http)
{
    FOUND("https", "a", "HTTPS_PROXY=b", "https_proxy=a");
    FOUND("https", "b", "HTTPS_PROXY=b");
    FOUND("http", NULL, "HTTP_PROXY=evil");
    FOUND("ws", NULL, "HTTP_PROXY=evil");
    FOUND("ws", "a", "WS_PROXY=a");
}
END_TEST

START_TEST(what_has_no_variable_of_its_own_has_that_of_all)
{
    FOUND("http", "a", "all_proxy=a", "ALL_PROXY=b");
    FOUND("gopher", "b", "ALL_PROXY=b");
    FOUND("a-scheme-with-a-name-that-is-longer-than-any-that-there-is", "b", "ALL_PROXY=b");
    FOUND("http", NULL, "x=y");
}
END_TEST

START_TEST(an_empty_value_is_as_none)
{
    FOUND("http", "b", "http_proxy=", "all_proxy=", "ALL_PROXY=b");
    FOUND("https", "b", "https_proxy=", "HTTPS_PROXY=b");
    FOUND("https", NULL, "https_proxy=", "ALL_PROXY=");
}
END_TEST

START_TEST(no_proxy_is_asked_for_in_both_cases)
{
    environment = (const char *const[]){"no_proxy=a", "NO_PROXY=b", NULL};
    ck_assert_str_eq(whim_proxy_env_no_proxy(get), "a");
    environment = (const char *const[]){"no_proxy=", "NO_PROXY=b", NULL};
    ck_assert_str_eq(whim_proxy_env_no_proxy(get), "b");
    environment = (const char *const[]){NULL};
    ck_assert_ptr_null(whim_proxy_env_no_proxy(get));
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        each_scheme_has_its_variable,
        upper_case_is_asked_for_last_and_never_for_http,
        what_has_no_variable_of_its_own_has_that_of_all,
        an_empty_value_is_as_none,
        no_proxy_is_asked_for_in_both_cases,
    };

    return shuffle_and_run("proxy_env", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
