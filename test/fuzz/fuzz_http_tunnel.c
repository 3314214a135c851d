/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * An HTTP proxy that answers CONNECT with any bytes: a byte of what is allowed, then the answers,
 * one for each request, with a NUL between them.
 *
 * What comes of it does not depend on how the bytes come, the pieces are what was sent and whole
 * lines of what was received, and there is an end to the rounds.
 */
#include "proto/http_tunnel.h"

#include "shake_rig.h"

enum { MAX_INPUT_BYTES = 1 << 16, MAX_ROUNDS = 5 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
    struct whim_buf sent;
    size_t n_left;
    CURLcode error;
    unsigned status;
    unsigned long offered;
    uint8_t state;
    bool wants_reconnect;
};

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

static size_t split(struct shake_reply replies[SHAKE_MAX_REPLIES], const char *data, size_t size)
{
    size_t n = 0;

    while (n < SHAKE_MAX_REPLIES) {
        const char *nul = memchr(data, 0, size);
        size_t len = nul ? (size_t)(nul - data) : size;

        replies[n++] = (struct shake_reply){data, len};
        if (!nul)
            break;
        data += len + 1;
        size -= len + 1;
    }
    return n;
}

static void check_pieces(struct whim_shake *shake, const struct shake_run *run)
{
    enum whim_http_tunnel_piece kind;
    struct whim_http1_text text;
    size_t n_sent = 0;

    while ((kind = whim_http_tunnel_take(shake, &text)) != WHIM_HTTP_TUNNEL_NONE) {
        must(text.len && text.ptr[text.len - 1] == '\n');
        if (kind != WHIM_HTTP_TUNNEL_REQUEST)
            continue;
        must(n_sent + text.len <= run->sent.len &&
             !memcmp(run->sent.data + n_sent, text.ptr, text.len));
        n_sent += text.len;
    }
    must(n_sent == run->sent.len);
}

static void run_by(struct outcome *outcome, unsigned choice, const char *data, size_t size,
                   size_t step)
{
    struct shake_reply replies[SHAKE_MAX_REPLIES];
    struct whim_http_tunnel_config config = {
        .host = "h", .host_len = 1, .port = 443, .user = "user", .password = "password"};
    struct whim_auth auth;
    struct whim_shake *shake;
    struct shake_run run;

    whim_auth_init(&auth,
                   choice & 1   ? CURLAUTH_ANY
                   : choice & 2 ? CURLAUTH_BASIC
                                : CURLAUTH_DIGEST,
                   ~CURLAUTH_NEGOTIATE);
    auth.fill_random = fill_with_zeros;
    config.auth = &auth;
    shake = whim_http_tunnel_new(&config);
    must(shake != NULL);
    shake_run(shake, replies, split(replies, data, size), step, &run);
    must(!run.is_over_eager && run.n_messages <= MAX_ROUNDS);
    must(shake->state == WHIM_SHAKE_DONE || (shake->error && shake->reason));
    check_pieces(shake, &run);
    *outcome = (struct outcome){
        .sent = run.sent,
        .n_left = run.n_left,
        .error = shake->error,
        .status = whim_http_tunnel_status(shake),
        .offered = whim_http_tunnel_offered(shake),
        .state = shake->state,
        .wants_reconnect = shake->wants_reconnect,
    };
    shake->ops->free(shake);
    whim_auth_fini(&auth);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t steps[] = {1, 7};
    struct outcome whole;

    if (!size || size > MAX_INPUT_BYTES)
        return 0;
    run_by(&whole, data[0], (const char *)data + 1, size - 1, SIZE_MAX);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        struct outcome parts;

        run_by(&parts, data[0], (const char *)data + 1, size - 1, steps[i]);
        /* Bytes behind a challenge that come with it, or after the next request went out, are
         * another matter. */
        if (!whole.wants_reconnect) {
            must(parts.state == whole.state && parts.error == whole.error);
            must(parts.status == whole.status && parts.offered == whole.offered);
            must(parts.sent.len == whole.sent.len &&
                 !memcmp(parts.sent.data, whole.sent.data, whole.sent.len));
            must(whole.state != WHIM_SHAKE_DONE || parts.n_left == whole.n_left);
        }
        whim_buf_fini(&parts.sent);
    }
    whim_buf_fini(&whole.sent);
    return 0;
}
