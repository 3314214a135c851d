/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/auth.h"
#include "proto/auth_basic.h"

#include "faults.h"
#include "shuffle.h"

static struct whim_buf buf;
static struct whim_auth_round turn; /* of the test that runs */

static bool fill_with_zeros(void *data, size_t len)
{
    memset(data, 0, len);
    return true;
}

static bool have_none(void *data, size_t len)
{
    (void)data;
    (void)len;
    return false;
}

static struct whim_auth_request a_request(void)
{
    return (struct whim_auth_request){
        .field = "Authorization",
        .method = "GET",
        .target = "/",
        .target_len = 1,
        .user = "u",
        .password = "p",
    };
}

/* But for Negotiate, which a library has to be asked for. */
static void begin(struct whim_auth *auth, unsigned long allowed)
{
    whim_auth_init(auth, allowed & ~CURLAUTH_NEGOTIATE, CURLAUTH_ANY);
    whim_auth_round_init(&turn);
    auth->fill_random = fill_with_zeros;
}

static void end(struct whim_auth *auth)
{
    whim_auth_fini(auth);
    whim_auth_round_fini(&turn);
}

/* The field that the next request would have. */
static const char *field_of(struct whim_auth *auth)
{
    const struct whim_auth_request request = a_request();
    static char copy[4096];

    whim_buf_init(&buf, sizeof(copy) - 1);
    ck_assert_int_eq(whim_auth_add_field(auth, &turn, &buf, &request), CURLE_OK);
    ck_assert_int_eq(whim_buf_terminate(&buf), WHIM_BUF_OK);
    memcpy(copy, buf.data, buf.len + 1);
    whim_buf_fini(&buf);
    return copy;
}

static bool challenge(struct whim_auth *auth, const char *value)
{
    whim_auth_begin(&turn);
    whim_auth_read(&turn, value, strlen(value));
    return whim_auth_decide(auth, &turn);
}

START_TEST(one_scheme_that_is_left_is_used_without_being_asked_for)
{
    static const struct {
        unsigned long allowed;
        const char *field;
    } rows[] = {
        {CURLAUTH_BASIC, "Authorization: Basic dTpw\r\n"},
        {CURLAUTH_BASIC | CURLAUTH_ONLY, "Authorization: Basic dTpw\r\n"},
        {CURLAUTH_BASIC | CURLAUTH_NTLM | CURLAUTH_NEGOTIATE, "Authorization: Basic dTpw\r\n"},
        {CURLAUTH_BASIC | CURLAUTH_DIGEST, ""},
        {CURLAUTH_ANY, ""},
        {CURLAUTH_DIGEST, ""},
        {CURLAUTH_NTLM, ""},
        {CURLAUTH_NONE, ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct whim_auth auth;

        /* Without hash functions there is one left. */
        if (rows[i].allowed & CURLAUTH_DIGEST && !whim_digest_is_built_in())
            continue;
        begin(&auth, rows[i].allowed);
        ck_assert_str_eq(field_of(&auth), rows[i].field);
        end(&auth);
    }
}
END_TEST

/* Nobody has a ticket for a service of this name. */
START_TEST(without_a_ticket_negotiate_gives_way_to_the_next_best)
{
    static const struct {
        const char *value;
        const char *field;
    } rows[] = {
        {"Negotiate, Basic", "Authorization: Basic dTpw\r\n"},
        {"Negotiate", ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && whim_auth_gss_is_built_in(); i++) {
        struct whim_auth_request request = a_request();
        struct whim_auth auth;

        request.gss = (struct whim_auth_gss_request){"nosuch", "h.invalid", 9, 0};
        whim_auth_init(&auth, CURLAUTH_ANY, CURLAUTH_ANY);
        whim_auth_round_init(&turn);
        ck_assert(challenge(&auth, rows[i].value));
        ck_assert_uint_eq(auth.picked, CURLAUTH_NEGOTIATE);
        whim_buf_init(&buf, 4096);
        ck_assert_int_eq(whim_auth_add_field(&auth, &turn, &buf, &request), CURLE_OK);
        ck_assert_int_eq(whim_buf_terminate(&buf), WHIM_BUF_OK);
        ck_assert_str_eq(buf.data, rows[i].field);
        ck_assert(!challenge(&auth, rows[i].value)); /* either way there is no other round */
        whim_buf_fini(&buf);
        end(&auth);
    }
}
END_TEST

START_TEST(the_best_of_what_is_offered_and_allowed_is_picked)
{
    static const struct {
        unsigned long allowed;
        const char *value;
        unsigned long picked;
        unsigned long offered;
    } rows[] = {
        {CURLAUTH_ANY, "Basic realm=\"x\"", CURLAUTH_BASIC, CURLAUTH_BASIC},
        {CURLAUTH_ANY, "Basic, Digest nonce=n", CURLAUTH_DIGEST, CURLAUTH_BASIC | CURLAUTH_DIGEST},
        {CURLAUTH_ANYSAFE, "Basic", 0, CURLAUTH_BASIC},
        {CURLAUTH_BASIC | CURLAUTH_NTLM, "Digest nonce=n, Basic", CURLAUTH_BASIC,
         CURLAUTH_BASIC | CURLAUTH_DIGEST},
        {CURLAUTH_ANY, "Basic, Bearer, Digest nonce=n", CURLAUTH_BEARER,
         CURLAUTH_BASIC | CURLAUTH_DIGEST | CURLAUTH_BEARER},
        {CURLAUTH_ANY & ~CURLAUTH_BEARER, "NTLM, Negotiate, Bearer", 0,
         CURLAUTH_NTLM | CURLAUTH_NEGOTIATE | CURLAUTH_BEARER},
        {CURLAUTH_ANY, "Digest nonce=n, algorithm=MD4, Basic", CURLAUTH_BASIC, CURLAUTH_BASIC},
        {CURLAUTH_ANY, "", 0, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && whim_digest_is_built_in(); i++) {
        struct whim_auth auth;

        begin(&auth, rows[i].allowed);
        ck_assert_int_eq(challenge(&auth, rows[i].value), rows[i].picked != 0);
        ck_assert_uint_eq(auth.picked, rows[i].picked);
        ck_assert_uint_eq(turn.offered, rows[i].offered);
        end(&auth);
    }
}
END_TEST

START_TEST(of_several_digests_the_strongest_is_answered_and_among_equals_the_first)
{
    struct whim_auth auth;

    if (!whim_digest_is_built_in())
        return;
    begin(&auth, CURLAUTH_ANY);
    ck_assert(challenge(&auth, "Digest nonce=a, Digest nonce=b, algorithm=SHA-256, Basic, "
                               "Digest nonce=c, algorithm=SHA-256, Digest nonce=d"));
    ck_assert_ptr_nonnull(strstr(field_of(&auth), "nonce=\"b\""));
    end(&auth);
}
END_TEST

START_TEST(credentials_that_were_refused_are_not_sent_again)
{
    struct whim_auth auth;

    begin(&auth, CURLAUTH_BASIC);
    ck_assert_uint_gt(strlen(field_of(&auth)), 0);
    ck_assert(!challenge(&auth, "Basic"));
    ck_assert(turn.is_refused);
    ck_assert_str_eq(field_of(&auth), "");
    ck_assert(!challenge(&auth, "Basic"));
    end(&auth);
}
END_TEST

START_TEST(a_nonce_that_was_too_old_is_replaced_as_long_as_some_are_good)
{
    struct whim_auth auth;

    if (!whim_digest_is_built_in())
        return;
    begin(&auth, CURLAUTH_DIGEST);
    ck_assert(challenge(&auth, "Digest nonce=first, qop=auth"));
    for (size_t i = 0; i < 10; i++) {
        ck_assert_uint_gt(strlen(field_of(&auth)), 0);
        ck_assert(challenge(&auth, "Digest nonce=other, qop=auth, stale=true"));
        ck_assert_ptr_nonnull(strstr(field_of(&auth), "nonce=\"other\""));
        whim_auth_accept(&auth, &turn);
    }
    ck_assert(challenge(&auth, "Digest nonce=a, stale=true"));
    field_of(&auth);
    ck_assert(challenge(&auth, "Digest nonce=b, stale=true"));
    field_of(&auth);
    ck_assert(!challenge(&auth, "Digest nonce=c, stale=true"));
    end(&auth);
}
END_TEST

START_TEST(a_next_nonce_is_used_by_the_next_request)
{
    static const char info[] = "nextnonce=\"fresh\"";
    struct whim_auth auth;

    if (!whim_digest_is_built_in())
        return;
    begin(&auth, CURLAUTH_DIGEST);
    whim_auth_read_info(&auth, info, sizeof(info) - 1);
    ck_assert_str_eq(field_of(&auth), "");
    ck_assert(challenge(&auth, "Digest nonce=first, qop=auth"));
    ck_assert_ptr_nonnull(strstr(field_of(&auth), "nonce=\"first\""));
    whim_auth_read_info(&auth, info, sizeof(info) - 1);
    ck_assert_ptr_nonnull(strstr(field_of(&auth), "nonce=\"fresh\""));
    end(&auth);
}
END_TEST

START_TEST(without_a_user_there_is_no_field)
{
    struct whim_auth_request request = a_request();
    struct whim_auth auth;

    begin(&auth, CURLAUTH_BASIC);
    request.user = NULL;
    whim_buf_init(&buf, 100);
    ck_assert_int_eq(whim_auth_add_field(&auth, &turn, &buf, &request), CURLE_OK);
    ck_assert_uint_eq(buf.len, 0);
    ck_assert(!turn.was_sent);
    end(&auth);
}
END_TEST

START_TEST(what_cannot_be_a_field_is_not_added)
{
    struct whim_auth_request request = a_request();
    struct whim_auth auth;

    begin(&auth, CURLAUTH_BASIC);
    whim_buf_init(&buf, 20);
    ck_assert_int_eq(whim_auth_add_field(&auth, &turn, &buf, &request), CURLE_TOO_LARGE);
    ck_assert_uint_eq(buf.len, 0);
    whim_buf_fini(&buf);
    end(&auth);
    if (!whim_digest_is_built_in())
        return;
    begin(&auth, CURLAUTH_DIGEST);
    whim_buf_init(&buf, 1000);
    ck_assert(challenge(&auth, "Digest nonce=first, qop=auth"));
    request.user = "u\r\nEvil: x";
    ck_assert_int_eq(whim_auth_add_field(&auth, &turn, &buf, &request), CURLE_AUTH_ERROR);
    ck_assert_uint_eq(buf.len, 0);
    request.user = "u";
    auth.fill_random = have_none;
    ck_assert_int_eq(whim_auth_add_field(&auth, &turn, &buf, &request), CURLE_FAILED_INIT);
    auth.fill_random = fill_with_zeros;
    request.has_body = true;
    ck_assert(challenge(&auth, "Digest nonce=first, qop=auth-int"));
    ck_assert_int_eq(whim_auth_add_field(&auth, &turn, &buf, &request), CURLE_AUTH_ERROR);
    request.has_body = false;
    ck_assert_int_eq(whim_auth_add_field(&auth, &turn, &buf, &request), CURLE_OK);
    whim_buf_fini(&buf);
    end(&auth);
}
END_TEST

START_TEST(a_colon_and_any_bytes_are_part_of_basic_credentials)
{
    static const struct {
        const char *user;
        const char *password;
        const char *expected;
    } rows[] = {
        {"Aladdin", "open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
        {"test", "123\xc2\xa3", "Basic dGVzdDoxMjPCow=="},
        {"", "", "Basic Og=="},
        {"a", "b:c", "Basic YTpiOmM="},
        {"\r", "\n", "Basic DToK"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        whim_buf_init(&buf, 1000);
        ck_assert_int_eq(whim_auth_basic_add(&buf, rows[i].user, rows[i].password), CURLE_OK);
        ck_assert_uint_eq(buf.len, strlen(rows[i].expected));
        ck_assert_mem_eq(buf.data, rows[i].expected, buf.len);
        whim_buf_fini(&buf);
    }
}
END_TEST

START_TEST(basic_credentials_leave_no_plain_text_behind)
{
    struct whim_buf field;

    heap_begin();
    heap.secret = "user:secret-password";
    whim_buf_init(&field, 1000);
    ck_assert_int_eq(whim_auth_basic_add(&field, "user", "secret-password"), CURLE_OK);
    whim_buf_fini(&field);
    ck_assert(!heap.is_secret_leaked);
    ck_assert_int_eq(heap.n_alive, 0);
    whim_mem_reset_hooks();
}
END_TEST

static void go_round(void *arg)
{
    const struct whim_auth_request request = a_request();
    struct whim_auth auth;
    struct whim_buf field;

    (void)arg;
    begin(&auth, CURLAUTH_ANY);
    whim_buf_init(&field, 4096);
    if (challenge(&auth, "Digest nonce=a, Digest nonce=b, realm=r, algorithm=SHA-256, Basic"))
        (void)whim_auth_add_field(&auth, &turn, &field, &request);
    else
        ck_assert_int_eq(turn.error, CURLE_OUT_OF_MEMORY);
    whim_buf_fini(&field);
    end(&auth);
}

START_TEST(without_memory_nothing_is_left)
{
    ck_assert_int_ge(faults_run(go_round, NULL), 1);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        one_scheme_that_is_left_is_used_without_being_asked_for,
        the_best_of_what_is_offered_and_allowed_is_picked,
        without_a_ticket_negotiate_gives_way_to_the_next_best,
        of_several_digests_the_strongest_is_answered_and_among_equals_the_first,
        credentials_that_were_refused_are_not_sent_again,
        a_nonce_that_was_too_old_is_replaced_as_long_as_some_are_good,
        a_next_nonce_is_used_by_the_next_request,
        without_a_user_there_is_no_field,
        what_cannot_be_a_field_is_not_added,
        a_colon_and_any_bytes_are_part_of_basic_credentials,
        basic_credentials_leave_no_plain_text_behind,
        without_memory_nothing_is_left,
    };

    return shuffle_and_run("auth", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
