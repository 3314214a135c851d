/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Challenges of any bytes: the value of a WWW-Authenticate field, and what is answered.
 *
 * The answer is one line, and says of realm, nonce and opaque what the challenge did.
 */
#include "proto/auth.h"
#include "proto/auth_challenge.h"
#include "util/ascii.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_INPUT_BYTES = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static bool fill_with_zeros(void *data, size_t len)
{
    memset(data, 0, len);
    return true;
}

static void check_param(const struct whim_auth_param *param, const char *name, const char *expected)
{
    char *text;

    if (param->name_len != strlen(name) || memcmp(param->name, name, param->name_len) != 0)
        return;
    text = malloc(param->value_len + 1);
    must(text != NULL && expected != NULL);
    text[whim_auth_param_unquote(param, text)] = 0;
    must(!strcmp(text, expected));
    free(text);
}

static void check_answer(const struct whim_auth_digest *digest, const char *value, size_t len)
{
    struct whim_auth_challenge challenge;
    struct whim_auth_param param;
    struct whim_auth_list list;

    whim_auth_list_init(&list, value, len);
    must(whim_auth_list_next(&list, &challenge) && challenge.scheme == CURLAUTH_DIGEST);
    must(!whim_auth_list_next(&list, &(struct whim_auth_challenge){.name = NULL}));
    whim_auth_list_init(&list, challenge.params, challenge.params_len);
    while (whim_auth_param_next(&list, &param)) {
        check_param(&param, "realm", digest->realm ? digest->realm : "");
        check_param(&param, "nonce", digest->nonce);
        check_param(&param, "opaque", digest->opaque);
        check_param(&param, "uri", "/path?a=\"b\"");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct whim_auth_request request = {
        .field = "A",
        .method = "GET",
        .target = "/path?a=\"b\"",
        .target_len = 11,
        .user = "us\"er",
        .password = "password",
    };
    struct whim_auth auth;
    struct whim_auth_round turn;
    struct whim_buf buf;

    if (size > MAX_INPUT_BYTES)
        return 0;
    whim_auth_init(&auth, CURLAUTH_ANY, ~CURLAUTH_NEGOTIATE);
    whim_auth_round_init(&turn);
    auth.fill_random = fill_with_zeros;
    whim_buf_init(&buf, 65536);
    whim_auth_begin(&turn);
    whim_auth_read(&turn, (const char *)data, size);
    must(whim_auth_decide(&auth, &turn) == (auth.picked != 0));
    must(whim_auth_add_field(&auth, &turn, &buf, &request) == CURLE_OK);
    must((buf.len != 0) == (auth.picked != 0));
    if (buf.len) {
        must(whim_ascii_find_break(buf.data, buf.len) == buf.len - 2);
        if (auth.picked == CURLAUTH_DIGEST)
            check_answer(&auth.digest, buf.data + 3, buf.len - 5);
    }
    whim_auth_read_info(&auth, (const char *)data, size);
    whim_buf_fini(&buf);
    whim_auth_fini(&auth);
    whim_auth_round_fini(&turn);
    return 0;
}
