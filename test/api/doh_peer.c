/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "doh_peer.h"

#include "../unit/dns_message.h"

#include <stdio.h>
#include <stdlib.h>

enum { TYPE_A = 1, MAX_HEAD_BYTES = 200, LONG_BYTES = 70000 };

static char *http_answer(const char *status, const char *type, const void *body, size_t n,
                         size_t *ret_n)
{
    char *text = calloc(1, n + MAX_HEAD_BYTES);
    int head = snprintf(text, MAX_HEAD_BYTES, "HTTP/1.1 %s\r\n%s%sContent-Length: %zu\r\n\r\n",
                        status, type, *type ? "\r\n" : "", n);

    if (body)
        memcpy(text + head, body, n);
    *ret_n = (size_t)head + n;
    return text;
}

static void add_other_name(struct dns_packet *packet, const struct dns_asked *asked,
                           const char *addresses)
{
    uint8_t other[DNS_MAX_NAME + 16];
    struct dns_asked changed;

    memcpy(other, asked->data, asked->end);
    other[13] = other[13] == 'x' ? 'y' : 'x'; /* the first letter */
    if (dns_read_question(other, asked->end, &changed))
        dns_packet_add_answer(packet, &changed, changed.id, addresses, false);
}

static void add_other_type(struct dns_packet *packet, const struct dns_asked *asked)
{
    uint8_t other[DNS_MAX_NAME + 16];
    struct dns_asked changed;

    memcpy(other, asked->data, asked->end);
    other[asked->end - 3] = asked->type == TYPE_A ? 28 : TYPE_A;
    if (dns_read_question(other, asked->end, &changed))
        dns_packet_add_answer(packet, &changed, changed.id, "127.0.0.1,::1", false);
}

static void add_message(struct dns_packet *packet, const struct dns_asked *asked,
                        const char *addresses, enum doh_kind kind)
{
    switch (kind) {
    case DOH_NO_DATA:
        dns_packet_add_empty(packet, asked, 0);
        break;
    case DOH_NO_NAME:
        dns_packet_add_empty(packet, asked, DNS_RCODE_NXDOMAIN);
        break;
    case DOH_SERVFAIL:
        dns_packet_add_empty(packet, asked, DNS_RCODE_SERVFAIL);
        break;
    case DOH_TRUNCATED:
        dns_packet_add_empty(packet, asked, DNS_FLAG_TRUNCATED);
        break;
    case DOH_NOISE:
        dns_packet_add_noise(packet, asked);
        break;
    case DOH_OTHER_NAME:
        add_other_name(packet, asked, addresses);
        break;
    case DOH_OTHER_TYPE:
        add_other_type(packet, asked);
        break;
    case DOH_EMPTY:
        break;
    case DOH_QUESTION:
        memcpy(packet->data, asked->data, asked->end);
        packet->len = asked->end;
        break;
    default:
        dns_packet_add_answer(packet, asked, asked->id + (kind == DOH_OTHER_ID), addresses,
                              kind == DOH_ALIAS);
        break;
    }
    if (kind == DOH_CUT)
        packet->len -= 2;
}

static char *make_answer(void *arg, const char *request, size_t n_request, size_t *ret_n)
{
    static const char type[] = "Content-Type: application/dns-message";
    struct doh *doh = arg;
    const char *end = memmem(request, n_request, "\r\n\r\n", 4);
    struct dns_packet packet = {0};
    struct dns_asked asked;
    enum doh_kind kind;

    if (!end || !dns_read_question((const uint8_t *)end + 4,
                                   n_request - (size_t)(end + 4 - request), &asked))
        return http_answer("400 What", "", NULL, 0, ret_n);
    snprintf(doh->last_name, sizeof(doh->last_name), "%s", asked.name);
    snprintf(doh->last_request, sizeof(doh->last_request), "%.*s", (int)(end + 4 - request),
             request);
    doh->last_id = asked.id;
    atomic_fetch_add(asked.type == TYPE_A ? &doh->n_a : &doh->n_aaaa, 1);
    kind = (enum doh_kind)atomic_load(asked.type == TYPE_A ? &doh->kind_a : &doh->kind_aaaa);
    if (kind == DOH_HANGS_UP)
        return NULL;
    if (kind == DOH_LONG)
        return http_answer("200 OK", type, NULL, LONG_BYTES, ret_n);
    add_message(&packet, &asked, doh->addresses, kind);
    return http_answer(kind == DOH_HTTP_404 ? "404 Not here" : "200 OK",
                       kind == DOH_HTML      ? "Content-Type: text/html"
                       : kind == DOH_NO_TYPE ? ""
                                             : type,
                       packet.data, packet.len, ret_n);
}

static struct doh *open_doh(SSL_CTX *server, const char *addresses, bool is_gated)
{
    struct doh *doh = calloc(1, sizeof(*doh));
    const struct peer_answerer answerer = {make_answer, doh};

    CHECK(doh != NULL);
    defer_last(free, doh);
    doh->addresses = addresses;
    atomic_store(&doh->kind_aaaa, DOH_NO_DATA);
    doh->peer = is_gated
                    ? TLS_PEER(server, PEER_REQUEST, PEER_GATE, PEER_ANSWER(&answerer), PEER_AGAIN)
                    : TLS_PEER(server, PEER_REQUEST, PEER_ANSWER(&answerer), PEER_AGAIN);
    snprintf(doh->url, sizeof(doh->url), "https://%s/dns-query", peer_authority(doh->peer));
    return doh;
}

struct doh *doh_new(SSL_CTX *server, const char *addresses)
{
    return open_doh(server, addresses, false);
}

struct doh *doh_new_gated(const char *addresses)
{
    return open_doh(NULL, addresses, true);
}

void doh_use(struct xfer *x, struct doh *doh)
{
    tls_trust(x, tls_ca());
    SET(x, CURLOPT_DOH_URL, doh->url);
}

struct xfer *doh_get(struct doh *doh, const char *host, struct peer *origin)
{
    char url[400];
    struct xfer *x;

    snprintf(url, sizeof(url), "http://%s:%d/", host, peer_port(origin));
    x = xfer_new_url(url);
    doh_use(x, doh);
    return x;
}

CURLcode doh_run(struct xfer *x, struct drive *drive)
{
    xfer_start(x, drive);
    drive_run(drive);
    return x->result;
}
