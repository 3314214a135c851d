/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/auth_challenge.h"

#include "shuffle.h"

#include <curl/curl.h>

static char text[1024];

static void append(const char *data, size_t len)
{
    size_t at = strlen(text);

    ck_assert_uint_lt(at + len, sizeof(text));
    memcpy(text + at, data, len);
    text[at + len] = 0;
}
#define APPEND(literal) append(literal, sizeof(literal) - 1)

/* "Scheme[name=value,name=value]..." for each challenge; a value in quotes has them. */
static const char *describe(const char *value, size_t len)
{
    struct whim_auth_challenge challenge;
    struct whim_auth_param param;
    struct whim_auth_list list;
    struct whim_auth_list params;
    char *copy = malloc(len ? len : 1); /* of the exact size, for the sanitizer */

    memcpy(copy, value, len);
    text[0] = 0;
    whim_auth_list_init(&list, copy, len);
    while (whim_auth_list_next(&list, &challenge)) {
        append(challenge.name, challenge.name_len);
        APPEND("[");
        whim_auth_list_init(&params, challenge.params, challenge.params_len);
        for (size_t i = 0; whim_auth_param_next(&params, &param); i++) {
            char out[256];

            if (i)
                APPEND(",");
            append(param.name, param.name_len);
            APPEND("=");
            if (param.is_quoted)
                APPEND("'");
            append(out, whim_auth_param_unquote(&param, out));
            if (param.is_quoted)
                APPEND("'");
        }
        APPEND("]");
    }
    free(copy);
    return text;
}

START_TEST(challenges_and_their_parameters_are_told_apart)
{
    static const struct {
        const char *value;
        const char *expected;
    } rows[] = {
        {"", ""},
        {" , ,\t", ""},
        {"Basic", "Basic[]"},
        {"Basic realm=\"a\"", "Basic[realm='a']"},
        {"Basic realm=a", "Basic[realm=a]"},
        {"Basic realm = \"a\" , charset=\"UTF-8\"", "Basic[realm='a',charset='UTF-8']"},
        {"Basic realm=\"a, Digest nonce=b\"", "Basic[realm='a, Digest nonce=b']"},
        {"Basic realm=\"a\\\"b\\\\c\"", "Basic[realm='a\"b\\c']"},
        {"Basic realm=\"\"", "Basic[realm='']"},
        {"Basic realm=", "Basic[realm=]"},
        {"Negotiate", "Negotiate[]"},
        /* A token68 with padding passes for a parameter that nobody asks for. */
        {"Negotiate abcd", "Negotiate[]"},
        {"Negotiate abcd==", "Negotiate[abcd==]"},
        {"NTLM, Negotiate, Basic realm=\"a\"", "NTLM[]Negotiate[]Basic[realm='a']"},
        {"Negotiate ab==, Digest realm=\"a\", nonce=\"b\", Basic realm=\"c\"",
         "Negotiate[ab==]Digest[realm='a',nonce='b']Basic[realm='c']"},
        {"Digest realm=\"a\",,nonce=\"b\",Basic", "Digest[realm='a',nonce='b']Basic[]"},
        {"Digest realm=\"a\",\tnonce = b,Basic ,Bearer",
         "Digest[realm='a',nonce=b]Basic[]Bearer[]"},
        {"Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\"",
         "Newauth[realm='apps',type=1,title='Login to \"apps\"']Basic[realm='simple']"},
        /* What makes no sense. */
        {"realm=\"a\", Basic", "Basic[]"},
        {"\"Basic\", Digest nonce=b", "Digest[nonce=b]"},
        {"Basic: realm=a", ""},
        {"Digest nonce", "Digest[]"},
        {"Digest nonce=\"a", "Digest[]"},
        {"Digest nonce=\"a\\", "Digest[]"},
        {"Digest nonce=\"a\\\"", "Digest[]"},
        {"Digest nonce=\"a\\\", Basic", "Digest[]"},
        {"Digest nonce=\"a\" junk, opaque=b", "Digest[nonce='a',opaque=b]"},
        {"Digest nonce=a junk, opaque=b", "Digest[nonce=a,opaque=b]"},
        {"=a", ""},
        {"\"", ""},
        {"\"\\", ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_str_eq(describe(rows[i].value, strlen(rows[i].value)), rows[i].expected);
}
END_TEST

START_TEST(schemes_are_known_in_any_case)
{
    static const struct {
        const char *value;
        unsigned long scheme;
    } rows[] = {
        {"bAsIc", CURLAUTH_BASIC},
        {"DIGEST x=y", CURLAUTH_DIGEST},
        {"ntlm", CURLAUTH_NTLM},
        {"negotiate", CURLAUTH_NEGOTIATE},
        {"bearer x=y", CURLAUTH_BEARER},
        {"Basics", 0},
        {"Basi", 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct whim_auth_challenge challenge;
        struct whim_auth_list list;

        whim_auth_list_init(&list, rows[i].value, strlen(rows[i].value));
        ck_assert(whim_auth_list_next(&list, &challenge));
        ck_assert_uint_eq(challenge.scheme, rows[i].scheme);
        ck_assert(!whim_auth_list_next(&list, &challenge));
    }
}
END_TEST

START_TEST(a_value_cut_anywhere_stays_within_its_bounds)
{
    static const char value[] = "Negotiate ab==, Digest realm=\"a\\\"\", nonce = b, Basic x=\"y\"";

    for (size_t len = 0; len < sizeof(value); len++)
        describe(value, len);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        challenges_and_their_parameters_are_told_apart,
        schemes_are_known_in_any_case,
        a_value_cut_anywhere_stays_within_its_bounds,
    };

    return shuffle_and_run("auth_challenge", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
