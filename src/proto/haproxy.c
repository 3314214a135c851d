/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/haproxy.h"

#include "util/mem.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

struct whim_haproxy {
    struct whim_shake shake;
    uint16_t len;
    uint16_t n_sent;
    char line[WHIM_HAPROXY_LINE_BYTES];
};

/* The family of an address's text; AF_UNSPEC: it is none. */
static int family_of(const char *text)
{
    uint8_t bytes[16];

    return inet_pton(AF_INET, text, bytes) == 1    ? AF_INET
           : inet_pton(AF_INET6, text, bytes) == 1 ? AF_INET6
                                                   : AF_UNSPEC;
}

size_t whim_haproxy_line(const struct whim_address *local, const struct whim_address *remote,
                         const char *client_ip, char line[WHIM_HAPROXY_LINE_BYTES])
{
    char local_text[WHIM_ADDRESS_TEXT_BYTES];
    char remote_text[WHIM_ADDRESS_TEXT_BYTES];
    int family = client_ip ? family_of(client_ip) : local->family;
    int len;

    if (client_ip && family == AF_UNSPEC)
        return 0;
    if (local->family == AF_UNSPEC || local->family != remote->family)
        len = snprintf(line, WHIM_HAPROXY_LINE_BYTES, "PROXY UNKNOWN\r\n");
    else
        len = snprintf(line, WHIM_HAPROXY_LINE_BYTES, "PROXY %s %s %s %u %u\r\n",
                       family == AF_INET6 ? "TCP6" : "TCP4",
                       client_ip ? client_ip : whim_address_text(local, local_text),
                       whim_address_text(remote, remote_text), local->port, remote->port);
    return (size_t)len;
}

static void pull(struct whim_shake *shake, const char **ret_data, size_t *ret_len)
{
    const struct whim_haproxy *haproxy = (const struct whim_haproxy *)shake;

    *ret_data = haproxy->line + haproxy->n_sent;
    *ret_len = (size_t)(haproxy->len - haproxy->n_sent);
}

static void sent(struct whim_shake *shake, size_t n)
{
    struct whim_haproxy *haproxy = (struct whim_haproxy *)shake;

    haproxy->n_sent = (uint16_t)(haproxy->n_sent + n);
    if (haproxy->n_sent == haproxy->len)
        shake->state = WHIM_SHAKE_DONE;
}

/* Nothing is answered. */
static size_t feed(struct whim_shake *shake, const void *data, size_t len)
{
    (void)shake;
    (void)data;
    (void)len;
    return 0;
}

static void lose(struct whim_shake *shake, enum whim_shake_loss loss)
{
    (void)loss;
    whim_shake_fail(shake, CURLE_SEND_ERROR, CURLPX_OK, "Failed to send the PROXY header");
}

static void free_haproxy(struct whim_shake *shake)
{
    whim_free(shake);
}

static const struct whim_shake_ops haproxy_ops = {
    .name = "haproxy",
    .pull = pull,
    .sent = sent,
    .feed = feed,
    .lose = lose,
    .free = free_haproxy,
};

struct whim_shake *whim_haproxy_new(const struct whim_address *local,
                                    const struct whim_address *remote, const char *client_ip)
{
    struct whim_haproxy *haproxy = whim_calloc(1, sizeof(*haproxy));

    if (!haproxy)
        return NULL;
    haproxy->shake.ops = &haproxy_ops;
    haproxy->shake.state = WHIM_SHAKE_SEND;
    haproxy->len = (uint16_t)whim_haproxy_line(local, remote, client_ip, haproxy->line);
    if (!haproxy->len)
        whim_shake_fail(&haproxy->shake, CURLE_BAD_FUNCTION_ARGUMENT, CURLPX_OK,
                        "The client's address of the PROXY header is none");
    return &haproxy->shake;
}
