/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/auth_digest.h"

#include "faults.h"
#include "shuffle.h"

#define REALM7616 "realm=\"http-auth@example.org\", "
#define NONCE7616 "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
#define CNONCE7616 "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"

static struct whim_auth_digest digest;
static struct whim_buf buf;

/* Of the example in RFC 7616 section 3.9.1. */
static struct whim_auth_digest_request a_request(void)
{
    return (struct whim_auth_digest_request){
        .method = "GET",
        .uri = "/dir/index.html",
        .uri_len = 15,
        .user = "Mufasa",
        .password = "Circle of Life",
        .cnonce = CNONCE7616,
        .body = "hello",
        .body_len = 5,
    };
}

static void set_up(void)
{
    whim_auth_digest_init(&digest);
    whim_buf_init(&buf, 65536);
}

static void tear_down(void)
{
    whim_auth_digest_fini(&digest);
    whim_buf_fini(&buf);
}

static CURLcode read_challenge(const char *params)
{
    return whim_auth_digest_read(&digest, params, strlen(params));
}

static const char *answer(const struct whim_auth_digest_request *request)
{
    whim_buf_reset(&buf);
    ck_assert_int_eq(whim_auth_digest_add(&buf, &digest, request), CURLE_OK);
    ck_assert_int_eq(whim_buf_terminate(&buf), WHIM_BUF_OK);
    return buf.data;
}

static void assert_has(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "%s has no %s", text, part);
}

START_TEST(every_algorithm_and_every_qop_is_answered)
{
    static const struct {
        const char *params;
        const char *response;
    } rows[] = {
        {"qop=\"auth, auth-int\", algorithm=MD5", "8ca523f5e9506fed4657c9700eebdbec"},
        {"qop=\"auth\"", "8ca523f5e9506fed4657c9700eebdbec"},
        {"qop=\"auth-int\"", "1707eaf5c6ed1a8f6ff2e49286b06bc2"},
        {"qop=\"auth\", algorithm=MD5-sess", "e783283f46242139c486a698fec7211d"},
        {"qop=\"auth-int\", algorithm=md5-SESS", "6a1a4afa9798b44b19c2a93b62d15219"},
        {"qop=\"auth\", algorithm=SHA-256",
         "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
        {"qop=auth-int, algorithm=\"SHA-256\"",
         "887bb8d7a6c4cc95528278df0ec68f641244105a1d6a3aa8769488086b20e097"},
        {"qop=\"auth\", algorithm=SHA-256-sess",
         "2fd51b3a77ad75bad6afad6003e818d767133c46d9e2749e7f5232ae1ea3efd7"},
        {"qop=\"auth-int\", algorithm=SHA-256-sess",
         "84a87498d03b113c7971267b821f7ff9dec19d9a133971ebb6c8f5e22d763a57"},
        {"qop=\"x,auth\", algorithm=SHA-512-256",
         "430d05014cecc49cab6fbe03176d41a1da86cbfe24a16580e22aaad928d960d0"},
        {"qop=\"auth-int\", algorithm=SHA-512-256",
         "22967e9d752a22df88ed3b06b4100071cf40f061328f9415ca94ef1adad6e072"},
        {"qop=\"auth\", algorithm=SHA-512-256-sess",
         "3f2a34f923c38b0fb26dce2fdfc2ce326c23cecf86fbb1444f3e51fbbc2cb92e"},
        {"qop=\"auth-int\", algorithm=SHA-512-256-sess",
         "624a95ce6eb0c4d02a07dac0bb173ab759426c02a61f702aa580f06705bd6bfd"},
    };
    const struct whim_auth_digest_request request = a_request();

    set_up();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char params[512];
        char response[128];

        snprintf(params, sizeof(params), REALM7616 NONCE7616 "%s", rows[i].params);
        ck_assert_int_eq(read_challenge(params), CURLE_OK);
        snprintf(response, sizeof(response), ", response=\"%s\"", rows[i].response);
        assert_has(answer(&request), response);
    }
    tear_down();
}
END_TEST

START_TEST(the_field_is_that_of_libcurl)
{
    const struct whim_auth_digest_request request = a_request();

    set_up();
    ck_assert_int_eq(read_challenge(REALM7616 NONCE7616 "qop=\"auth\", algorithm=SHA-256, "
                                                        "opaque=\"FQhe/qaU\""),
                     CURLE_OK);
    ck_assert_str_eq(
        answer(&request),
        "Digest username=\"Mufasa\", " REALM7616 NONCE7616 "uri=\"/dir/index.html\", "
        "cnonce=\"" CNONCE7616 "\", nc=00000001, qop=auth, "
        "response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\", "
        "opaque=\"FQhe/qaU\", algorithm=SHA-256");
    assert_has(answer(&request),
               "nc=00000002, qop=auth, response=\"8c8db27f49ff1c202f9fb49fa9d2e9ea"
               "bf078dcc93db40dfd6527010091d1c8e\"");
    tear_down();
}
END_TEST

START_TEST(without_a_qop_it_is_that_of_the_first_rfc)
{
    struct whim_auth_digest_request request = a_request();

    set_up();
    request.password = "CircleOfLife";
    ck_assert_int_eq(read_challenge("realm=\"testrealm@host.com\", "
                                    "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\""),
                     CURLE_OK);
    ck_assert_str_eq(answer(&request),
                     "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
                     "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", "
                     "response=\"1949323746fe6a43ef61f9606e7febea\"");
    tear_down();
}
END_TEST

/* The example in RFC 7616 section 3.9.2, with what its erratum 4897 says. */
START_TEST(a_user_is_hashed_where_the_server_wants_it)
{
    struct whim_auth_digest_request request = a_request();

    set_up();
    request.uri = "/doe.json";
    request.uri_len = 9;
    request.user = "J\xc3\xa4s\xc3\xb8n Doe";
    request.password = "Secret, or not?";
    request.cnonce = "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v";
    ck_assert_int_eq(
        read_challenge("realm=\"api@example.org\", qop=\"auth\", algorithm=SHA-512-256, "
                       "nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", "
                       "userhash=true"),
        CURLE_OK);
    answer(&request);
    assert_has(buf.data,
               "Digest username=\"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed0"
               "6ece9b0b\", ");
    assert_has(buf.data,
               "response=\"3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a"
               "5\"");
    assert_has(buf.data, ", userhash=true");
    tear_down();
}
END_TEST

START_TEST(quotes_are_resolved_for_the_hash_and_put_back_in_the_field)
{
    struct whim_auth_digest_request request = a_request();

    set_up();
    request.user = "a\"b\\c";
    request.password = "p";
    request.uri = "/\"";
    request.uri_len = 2;
    ck_assert_int_eq(read_challenge("realm=\"r\\\"1\\\\2\", nonce=\"n\\\"\""), CURLE_OK);
    ck_assert_str_eq(answer(&request),
                     "Digest username=\"a\\\"b\\\\c\", realm=\"r\\\"1\\\\2\", nonce=\"n\\\"\", "
                     "uri=\"/\\\"\", response=\"4a6241aeb1e9aecd192e4d4bb02a89da\"");
    tear_down();
}
END_TEST

START_TEST(a_challenge_that_is_no_good_changes_nothing)
{
    static const char *const rows[] = {
        "",
        "realm=\"a\"",
        "nonce=\"n",
        "nonce=n, algorithm=MD4",
        "nonce=n, algorithm=",
        "nonce=n, qop=\"\"",
        "nonce=n, qop=\"token\"",
        "nonce=n, algorithm=MD5-sess",
        "nonce=\"a\nb\"",
        "nonce=n, realm=\"a\rb\"",
    };
    char big[WHIM_AUTH_DIGEST_MAX_TEXT_BYTES + 16];

    set_up();
    ck_assert_int_eq(read_challenge("nonce=\"old\""), CURLE_OK);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ck_assert_int_eq(read_challenge(rows[i]), CURLE_BAD_CONTENT_ENCODING);
        ck_assert_str_eq(digest.nonce, "old");
    }
    memset(big, 'x', sizeof(big));
    memcpy(big, "nonce=", 6);
    big[6 + WHIM_AUTH_DIGEST_MAX_TEXT_BYTES + 1] = 0;
    ck_assert_int_eq(read_challenge(big), CURLE_BAD_CONTENT_ENCODING);
    big[6 + WHIM_AUTH_DIGEST_MAX_TEXT_BYTES] = 0;
    ck_assert_int_eq(read_challenge(big), CURLE_OK);
    ck_assert_uint_eq(strlen(digest.nonce), WHIM_AUTH_DIGEST_MAX_TEXT_BYTES);
    tear_down();
}
END_TEST

START_TEST(of_a_parameter_that_comes_twice_the_first_counts)
{
    set_up();
    ck_assert_int_eq(read_challenge("nonce=\"a\", nonce=\"b\", stale=TRUE, other=x"), CURLE_OK);
    ck_assert_str_eq(digest.nonce, "a");
    ck_assert(digest.is_stale);
    ck_assert_int_eq(read_challenge("nonce=\"a\", stale=false"), CURLE_OK);
    ck_assert(!digest.is_stale);
    tear_down();
}
END_TEST

/* RFC 7616 section 3.4.2: it is keyed once, whatever nonces come later. */
START_TEST(a_session_goes_on_as_it_has_begun)
{
    struct whim_auth_digest_request request = a_request();
    char session[100];

    set_up();
    ck_assert_int_eq(read_challenge("nonce=\"a\", qop=\"auth\", algorithm=MD5-sess"), CURLE_OK);
    assert_has(answer(&request), "cnonce=\"" CNONCE7616 "\", nc=00000001");
    snprintf(session, sizeof(session), "%s", digest.session);
    request.cnonce = "another";
    assert_has(answer(&request), "cnonce=\"" CNONCE7616 "\", nc=00000002");
    ck_assert_int_eq(whim_auth_digest_read_info(&digest, "nextnonce=b", 11), CURLE_OK);
    assert_has(answer(&request), "cnonce=\"" CNONCE7616 "\", nc=00000001");
    ck_assert_str_eq(digest.session, session);
    ck_assert_int_eq(read_challenge("nonce=\"c\", qop=\"auth\", algorithm=MD5-sess"), CURLE_OK);
    assert_has(answer(&request), "cnonce=\"another\", nc=00000001");
    ck_assert_str_ne(digest.session, session);
    tear_down();
}
END_TEST

START_TEST(the_next_nonce_is_counted_from_one)
{
    static const char info[] = "qop=auth, nextnonce=\"fresh\", rspauth=\"x\"";
    const struct whim_auth_digest_request request = a_request();

    set_up();
    ck_assert_int_eq(read_challenge("nonce=\"a\", qop=\"auth\""), CURLE_OK);
    assert_has(answer(&request), "nonce=\"a\"");
    ck_assert_int_eq(whim_auth_digest_read_info(&digest, "qop=auth", 8), CURLE_OK);
    ck_assert_int_eq(whim_auth_digest_read_info(&digest, "nextnonce=\"\"", 12), CURLE_OK);
    assert_has(answer(&request), "nonce=\"a\"");
    assert_has(buf.data, "nc=00000002");
    ck_assert_int_eq(whim_auth_digest_read_info(&digest, info, sizeof(info) - 1), CURLE_OK);
    assert_has(answer(&request), "nonce=\"fresh\"");
    assert_has(buf.data, "nc=00000001");
    tear_down();
}
END_TEST

START_TEST(what_cannot_be_answered_is_told_and_not_counted)
{
    struct whim_auth_digest_request request = a_request();
    struct whim_buf small;

    set_up();
    ck_assert_int_eq(whim_auth_digest_add(&buf, &digest, &request), CURLE_AUTH_ERROR);
    ck_assert_int_eq(read_challenge("nonce=n, qop=auth-int"), CURLE_OK);
    request.body = NULL;
    ck_assert_int_eq(whim_auth_digest_add(&buf, &digest, &request), CURLE_AUTH_ERROR);
    ck_assert_int_eq(read_challenge("nonce=n, qop=auth"), CURLE_OK);
    whim_buf_init(&small, 100);
    ck_assert_int_eq(whim_auth_digest_add(&small, &digest, &request), CURLE_TOO_LARGE);
    whim_buf_fini(&small);
    ck_assert_uint_eq(digest.n_uses, 0);
    tear_down();
}
END_TEST

START_TEST(better_algorithms_are_stronger)
{
    static const char *const rows[] = {"MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256"};
    int last = -1;

    set_up();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char params[64];

        snprintf(params, sizeof(params), "nonce=n, qop=auth, algorithm=%s", rows[i]);
        ck_assert_int_eq(read_challenge(params), CURLE_OK);
        ck_assert_int_gt(whim_auth_digest_strength(&digest), last);
        last = whim_auth_digest_strength(&digest);
    }
    tear_down();
}
END_TEST

static void read_and_answer(void *arg)
{
    static const char params[] = "realm=r, nonce=n, opaque=o, qop=auth";
    const struct whim_auth_digest_request request = a_request();
    struct whim_auth_digest other;
    struct whim_buf field;
    CURLcode code;

    (void)arg;
    whim_auth_digest_init(&other);
    whim_buf_init(&field, 4096);
    code = whim_auth_digest_read(&other, params, sizeof(params) - 1);
    if (code == CURLE_OK)
        code = whim_auth_digest_read_info(&other, "nextnonce=m", 11);
    if (code == CURLE_OK)
        code = whim_auth_digest_add(&field, &other, &request);
    ck_assert(code == CURLE_OK || code == CURLE_OUT_OF_MEMORY);
    whim_buf_fini(&field);
    whim_auth_digest_fini(&other);
}

START_TEST(without_memory_nothing_is_left)
{
    ck_assert_int_ge(faults_run(read_and_answer, NULL), 5);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        every_algorithm_and_every_qop_is_answered,
        the_field_is_that_of_libcurl,
        without_a_qop_it_is_that_of_the_first_rfc,
        a_user_is_hashed_where_the_server_wants_it,
        quotes_are_resolved_for_the_hash_and_put_back_in_the_field,
        a_challenge_that_is_no_good_changes_nothing,
        of_a_parameter_that_comes_twice_the_first_counts,
        a_session_goes_on_as_it_has_begun,
        the_next_nonce_is_counted_from_one,
        what_cannot_be_answered_is_told_and_not_counted,
        better_algorithms_are_stronger,
        without_memory_nothing_is_left,
    };

    if (!whim_digest_is_built_in()) {
        CURLcode code = whim_auth_digest_read(&digest, "nonce=n", 7);

        printf("no hash functions in this build\n");
        return code == CURLE_NOT_BUILT_IN ? 77 : 1;
    }
    return shuffle_and_run("auth_digest", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
