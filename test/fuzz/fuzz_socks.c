/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * A SOCKS proxy that sends any bytes: a byte that chooses the version and the login, then what the
 * proxy sends, all of it.
 *
 * What comes of it does not depend on how the bytes come, and no byte is taken from behind the last
 * reply.
 */
#include "proto/socks.h"

#include "shake_rig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What came of a run. */
struct outcome {
    struct whim_buf sent;
    size_t n_taken;
    CURLproxycode proxy_error;
    uint8_t state;
    char reason[CURL_ERROR_SIZE];
};

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void run_by(struct outcome *outcome, unsigned choice, const char *data, size_t size,
                   size_t step)
{
    static const long types[] = {CURLPROXY_SOCKS4, CURLPROXY_SOCKS4A, CURLPROXY_SOCKS5,
                                 CURLPROXY_SOCKS5_HOSTNAME};
    const struct whim_address address = {.family = AF_INET, .bytes = {10, 0, 0, 1}};
    const struct whim_socks_config config = {
        .type = types[choice & 3],
        .host = "h.example",
        .host_len = 9,
        .port = 443,
        .address = &address,
        .user = choice & 4 ? "user" : NULL,
        .password = choice & 8 ? "password" : NULL,
    };
    struct whim_shake *shake = whim_socks_new(&config);
    struct shake_reply reply = {data, size};
    struct shake_run run = {.n_left = 0};

    must(shake != NULL);
    whim_buf_init(&run.sent, 4096);
    while (shake->state == WHIM_SHAKE_SEND || shake->state == WHIM_SHAKE_RECV) {
        if (shake->state == WHIM_SHAKE_SEND)
            shake_send(shake, &run, step);
        else
            shake_recv(shake, &run, &reply, step);
        must(!run.is_over_eager);
    }
    outcome->sent = run.sent;
    outcome->n_taken = size - reply.len;
    outcome->proxy_error = shake->proxy_error;
    outcome->state = shake->state;
    must(shake->state == WHIM_SHAKE_DONE || (shake->reason && *shake->reason));
    snprintf(outcome->reason, sizeof(outcome->reason), "%s", shake->reason ? shake->reason : "");
    shake->ops->free(shake);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct outcome whole;

    if (!size)
        return 0;
    run_by(&whole, data[0], (const char *)data + 1, size - 1, SIZE_MAX);
    for (size_t step = 1; step < 5; step++) {
        struct outcome parts;

        run_by(&parts, data[0], (const char *)data + 1, size - 1, step);
        must(parts.state == whole.state && parts.proxy_error == whole.proxy_error);
        must(!strcmp(parts.reason, whole.reason));
        must(parts.sent.len == whole.sent.len &&
             !memcmp(parts.sent.data, whole.sent.data, whole.sent.len));
        must(whole.state != WHIM_SHAKE_DONE || parts.n_taken == whole.n_taken);
        whim_buf_fini(&parts.sent);
    }
    whim_buf_fini(&whole.sent);
    return 0;
}
