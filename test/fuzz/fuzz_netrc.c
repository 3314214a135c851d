/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * A .netrc of any bytes: a byte that chooses the question, then the file.
 *
 * What is found stands in the file, belongs to one who fits the question, and is not changed by what
 * stands behind an entry for another host.
 */
#include "proto/netrc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
    enum whim_netrc_result result;
    struct whim_buf user;
    struct whim_buf password;
};

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void ask(struct outcome *outcome, unsigned choice, const char *text, size_t len)
{
    const struct whim_netrc_query query = {
        .host = "h.example",
        .host_len = 9,
        .user = choice & 1 ? "user" : NULL,
        .takes_default = choice & 2,
    };

    whim_buf_init(&outcome->user, 2 * WHIM_NETRC_MAX_BYTES);
    whim_buf_init(&outcome->password, 2 * WHIM_NETRC_MAX_BYTES);
    outcome->result = whim_netrc_find(text, len, &query, &outcome->user, &outcome->password);
    if (outcome->result != WHIM_NETRC_FOUND)
        return;
    must(outcome->user.len && !outcome->user.data[outcome->user.len - 1]);
    must(outcome->password.len && !outcome->password.data[outcome->password.len - 1]);
    must(outcome->user.len + outcome->password.len <= len + 2);
    must(!query.user || !strcmp(outcome->user.data, query.user));
}

static void forget(struct outcome *outcome)
{
    whim_buf_fini_secret(&outcome->user);
    whim_buf_fini_secret(&outcome->password);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* No word at the text's end takes the other entry's first one for its own. */
    static const char end[] = "\n\nx x\n";
    static const char other[] = "machine other.example login user password other\n";
    enum { END_LEN = sizeof(end) - 1, OTHER_LEN = sizeof(other) - 1 };
    struct outcome once, longer;
    char *text;

    if (!size || size > WHIM_NETRC_MAX_BYTES - END_LEN - OTHER_LEN)
        return 0;
    text = malloc(size + END_LEN + OTHER_LEN);
    must(text != NULL);
    memcpy(text, data + 1, size - 1);
    memcpy(text + size - 1, end, END_LEN);
    ask(&once, data[0], text, size - 1 + END_LEN);
    memcpy(text + size - 1 + END_LEN, other, OTHER_LEN);
    ask(&longer, data[0], text, size - 1 + END_LEN + OTHER_LEN);
    if (once.result == WHIM_NETRC_FOUND) {
        must(longer.result == WHIM_NETRC_FOUND);
        must(once.user.len == longer.user.len && once.password.len == longer.password.len);
        must(!memcmp(once.user.data, longer.user.data, once.user.len));
        must(!memcmp(once.password.data, longer.password.data, once.password.len));
    }
    forget(&once);
    forget(&longer);
    free(text);
    return 0;
}
