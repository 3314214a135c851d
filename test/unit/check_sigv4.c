/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/sigv4.h"
#include "proto/sigv4_canonical.h"
#include "util/digest.h"

#include "faults.h"
#include "shuffle.h"

#include <string.h>

#define S3_USER "AKIAIOSFODNN7EXAMPLE"
#define S3_SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define SUITE_USER "AKIDEXAMPLE"
#define SUITE_SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define S3_HOST "examplebucket.s3.amazonaws.com"
#define SUITE_HOST "example.amazonaws.com"
#define S3 "aws:amz:us-east-1:s3"
#define SUITE "aws:amz:us-east-1:service"

enum { S3_NOW = 1369353600, SUITE_NOW = 1440938160 };

/* AWS's own examples, of the S3 documentation and of the test suite. */
static const struct example {
    const char *method, *path, *query, *header, *scheme, *signature, *names;
    bool is_s3;
} examples[] = {
    {"GET", "/test.txt", "", "Range: bytes=0-9", S3,
     "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
     "host;range;x-amz-content-sha256;x-amz-date", true},
    {"GET", "/", "lifecycle", NULL, S3,
     "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
     "host;x-amz-content-sha256;x-amz-date", true},
    {"GET", "/", "prefix=J&max-keys=2", NULL, S3,
     "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
     "host;x-amz-content-sha256;x-amz-date", true},
    {"GET", "/", "", NULL, SUITE, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
     "host;x-amz-date", false},
    {"POST", "/", "", NULL, SUITE,
     "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b", "host;x-amz-date", false},
    {"GET", "/", "Param2=value2&Param1=value1", NULL, SUITE,
     "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500", "host;x-amz-date", false},
};

static struct whim_sigv4_request request_of(const struct example *example)
{
    const char *host = example->is_s3 ? S3_HOST : SUITE_HOST;

    return (struct whim_sigv4_request){
        .scheme = example->scheme,
        .method = example->method,
        .path = example->path,
        .path_len = strlen(example->path),
        .query = example->query,
        .query_len = strlen(example->query),
        .host = host,
        .host_len = strlen(host),
        .authority = host,
        .authority_len = strlen(host),
        .user = example->is_s3 ? S3_USER : SUITE_USER,
        .password = example->is_s3 ? S3_SECRET : SUITE_SECRET,
        .now_s = example->is_s3 ? S3_NOW : SUITE_NOW,
    };
}

static void run_example(void *arg)
{
    const struct example *example = arg;
    struct whim_sigv4_request request = request_of(example);
    struct curl_slist header = {(char *)example->header, NULL};
    const char *reason = NULL;
    struct whim_buf buf;
    char expected[300];
    CURLcode result;

    if (example->header)
        request.headers = &header;
    whim_buf_init(&buf, 10000);
    result = whim_sigv4_add_fields(&buf, &request, &reason);
    ck_assert_ptr_null(reason);
    if (result == CURLE_OK) {
        ck_assert_int_eq(whim_buf_add(&buf, "", 1), WHIM_BUF_OK);
        snprintf(expected, sizeof(expected), "SignedHeaders=%s, Signature=%s\r\n", example->names,
                 example->signature);
        ck_assert_msg(strstr(buf.data, expected) != NULL, "%s", buf.data);
    } else {
        ck_assert_int_eq(result, CURLE_OUT_OF_MEMORY);
    }
    whim_buf_fini(&buf);
}

START_TEST(signatures_are_those_of_the_examples)
{
    for (size_t i = 0; whim_digest_is_built_in() && i < sizeof(examples) / sizeof(examples[0]); i++)
        run_example((void *)&examples[i]);
}
END_TEST

START_TEST(the_fields_say_who_has_signed_when_and_for_what)
{
    struct whim_sigv4_request request = request_of(&examples[0]);
    const char *reason = NULL;
    struct whim_buf buf;

    if (!whim_digest_is_built_in())
        return;
    whim_buf_init(&buf, 10000);
    ck_assert_int_eq(whim_sigv4_add_fields(&buf, &request, &reason), CURLE_OK);
    ck_assert_int_eq(whim_buf_add(&buf, "", 1), WHIM_BUF_OK);
    ck_assert(strstr(buf.data, "Authorization: AWS4-HMAC-SHA256 Credential=" S3_USER
                               "/20130524/us-east-1/s3/aws4_request, SignedHeaders=") == buf.data);
    ck_assert_ptr_nonnull(strstr(buf.data, "\r\nX-Amz-Date: 20130524T000000Z\r\n"));
    ck_assert_ptr_nonnull(strstr(buf.data, "\r\nx-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb924"
                                           "27ae41e4649b934ca495991b7852b855\r\n"));
    whim_buf_fini(&buf);
}
END_TEST

START_TEST(without_memory_nothing_is_signed_and_nothing_leaks)
{
    for (size_t i = 0; whim_digest_is_built_in() && i < sizeof(examples) / sizeof(examples[0]); i++)
        ck_assert_int_gt(faults_run(run_example, (void *)&examples[i]), 3);
}
END_TEST

static const struct scheme_row {
    const char *scheme, *host;
    CURLcode result;
    const char *scope; /* what the credential ends with, and the name of the date's field */
    const char *date;
} schemes[] = {
    {"aws:amz:r:s", "h", CURLE_OK, "AWS4-HMAC-SHA256 Credential=u/20130524/r/s/aws4_request,",
     "X-Amz-Date: "},
    {"Xyz", "ser.reg.h.example", CURLE_OK,
     "XYZ4-HMAC-SHA256 Credential=u/20130524/reg/ser/xyz4_request,", "X-Xyz-Date: "},
    {"aws:AMZ", "s.r.h", CURLE_OK, "AWS4-HMAC-SHA256 Credential=u/20130524/r/s/aws4_request,",
     "X-Amz-Date: "},
    {"aws:amz:r", "s.x.h", CURLE_OK, "AWS4-HMAC-SHA256 Credential=u/20130524/r/s/aws4_request,",
     "X-Amz-Date: "},
    {"aws::r:s", "h", CURLE_OK, "AWS4-HMAC-SHA256 Credential=u/20130524/r/s/aws4_request,",
     "X-Aws-Date: "},
    {"", "s.r.h", CURLE_BAD_FUNCTION_ARGUMENT, NULL, NULL},
    {":amz:r:s", "s.r.h", CURLE_BAD_FUNCTION_ARGUMENT, NULL, NULL},
    {"aws\r\nX: y:amz:r:s", "s.r.h", CURLE_BAD_FUNCTION_ARGUMENT, NULL, NULL},
    {"aws:amz", "localhost", CURLE_URL_MALFORMAT, NULL, NULL},
    {"aws:amz", "s.r", CURLE_URL_MALFORMAT, NULL, NULL},
    {"aws:amz", ".r.h", CURLE_URL_MALFORMAT, NULL, NULL},
    {"aws:amz", "s..h", CURLE_URL_MALFORMAT, NULL, NULL},
};

START_TEST(the_scheme_is_read_and_the_host_says_the_rest)
{
    for (size_t i = 0; whim_digest_is_built_in() && i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        struct whim_sigv4_request request = request_of(&examples[0]);
        const char *reason = NULL;
        struct whim_buf buf;

        request.scheme = schemes[i].scheme;
        request.host = schemes[i].host;
        request.host_len = strlen(schemes[i].host);
        request.user = "u";
        whim_buf_init(&buf, 10000);
        ck_assert_msg(whim_sigv4_add_fields(&buf, &request, &reason) == schemes[i].result, "%s at %s",
                      schemes[i].scheme, schemes[i].host);
        ck_assert(!reason == !schemes[i].result);
        if (!schemes[i].result) {
            ck_assert_int_eq(whim_buf_add(&buf, "", 1), WHIM_BUF_OK);
            ck_assert_msg(strstr(buf.data, schemes[i].scope) != NULL, "%s", buf.data);
            ck_assert_msg(strstr(buf.data, schemes[i].date) != NULL, "%s", buf.data);
        }
        whim_buf_fini(&buf);
    }
}
END_TEST

static const struct text_row {
    const char *text, *expected;
} queries[] = {
    {"", ""},
    {"a", "a="},
    {"b=2&a=1", "a=1&b=2"},
    {"a=2&a=1&a", "a=&a=1&a=2"},
    {"&&a=1&", "a=1"},
    {"a-b=1&a=2", "a=2&a-b=1"},
    {"a=b=c", "a=b%3Dc"},
    {"a=x y+z%2bw", "a=x%20y%2Bz%2Bw"},
    {"\xc3\xa9=%c3%A9", "%C3%A9=%C3%A9"},
    {"a=%zz%4", "a=%25zz%254"},
    {"a=-._~/:", "a=-._~%2F%3A"},
};

START_TEST(queries_have_one_form)
{
    for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
        size_t len = strlen(queries[i].text);
        char *exact = malloc(len ? len : 1);
        struct whim_buf buf;

        memcpy(exact, queries[i].text, len);
        whim_buf_init(&buf, 1000);
        ck_assert_int_eq(whim_sigv4_add_query(&buf, exact, len), WHIM_BUF_OK);
        ck_assert_int_eq(whim_buf_add(&buf, "", 1), WHIM_BUF_OK);
        ck_assert_str_eq(buf.data, queries[i].expected);
        whim_buf_fini(&buf);
        free(exact);
    }
}
END_TEST

START_TEST(paths_are_encoded_once_more_or_not)
{
    struct whim_buf buf;

    whim_buf_init(&buf, 1000);
    whim_sigv4_add_path(&buf, "/a%20b/c d", 10, true);
    whim_sigv4_add_path(&buf, "/a%20b", 6, false);
    whim_sigv4_add_path(&buf, "", 0, true);
    ck_assert_int_eq(whim_buf_add(&buf, "", 1), WHIM_BUF_OK);
    ck_assert_str_eq(buf.data, "/a%2520b/c%20d/a%20b/");
    whim_buf_fini(&buf);
}
END_TEST

static bool is_not_host(const void *arg, const char *line)
{
    ck_assert_ptr_null(arg);
    return strncmp(line, "Host", 4) != 0;
}

START_TEST(fields_are_sorted_and_those_of_one_name_joined)
{
    struct curl_slist lines[] = {
        {(char *)"My-Header1:  a   b  ", &lines[1]}, {(char *)"Accept:", &lines[2]},
        {(char *)"X-Empty;", &lines[3]},             {(char *)"my-header1: c", &lines[4]},
        {(char *)"no field", &lines[5]},             {(char *)"Host: other", &lines[6]},
        {(char *)"a-b: 1", &lines[7]},               {(char *)"a:\t2", NULL},
    };
    struct whim_sigv4_fields fields;
    struct whim_buf canonical, names;

    whim_buf_init(&canonical, 1000);
    whim_buf_init(&names, 1000);
    whim_sigv4_fields_init(&fields);
    ck_assert_int_eq(whim_sigv4_add_field(&fields, "host", "h:80", 4), WHIM_BUF_OK);
    ck_assert_int_eq(whim_sigv4_add_list(&fields, lines, is_not_host, NULL), WHIM_BUF_OK);
    ck_assert_int_eq(whim_sigv4_write_fields(&fields, &canonical, &names), WHIM_BUF_OK);
    ck_assert_int_eq(whim_buf_add(&canonical, "", 1), WHIM_BUF_OK);
    ck_assert_int_eq(whim_buf_add(&names, "", 1), WHIM_BUF_OK);
    ck_assert_str_eq(canonical.data, "a:2\na-b:1\nhost:h:80\nmy-header1:a b,c\nx-empty:\n");
    ck_assert_str_eq(names.data, "a;a-b;host;my-header1;x-empty");
    whim_sigv4_fields_fini(&fields);
    whim_buf_fini(&canonical);
    whim_buf_fini(&names);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        signatures_are_those_of_the_examples,
        the_fields_say_who_has_signed_when_and_for_what,
        without_memory_nothing_is_signed_and_nothing_leaks,
        the_scheme_is_read_and_the_host_says_the_rest,
        queries_have_one_form,
        paths_are_encoded_once_more_or_not,
        fields_are_sorted_and_those_of_one_name_joined,
    };

    return shuffle_and_run("sigv4", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
