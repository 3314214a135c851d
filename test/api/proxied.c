/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proxied.h"

#include <stdio.h>
#include <stdlib.h>

const char *proxy_text(struct peer *proxy, const char *scheme, const char *login)
{
    char *text = malloc(1000);

    CHECK(text != NULL);
    defer(free, text);
    snprintf(text, 1000, "%s://%s%s%s", scheme, login ? login : "", login ? "@" : "",
             peer_authority(proxy));
    return text;
}

struct xfer *xfer_by(struct peer *proxy, const char *scheme, const char *url)
{
    struct xfer *x = xfer_new_url(url);

    SET(x, CURLOPT_PROXY, proxy_text(proxy, scheme, NULL));
    SET(x, CURLOPT_SOCKS5_AUTH, (long)CURLAUTH_BASIC);
    return x;
}

CURLcode xfer_run(struct xfer *x, struct drive *drive)
{
    xfer_start(x, drive);
    drive_run(drive);
    return x->result;
}

long free_local_port(int n)
{
    int port = peer_free_port(n);

    if (!port)
        FAIL("no free ports");
    return port;
}

int count_of(const char *text, const char *part)
{
    int n = 0;

    while ((text = strstr(text, part))) {
        text += strlen(part);
        n++;
    }
    return n;
}

void check_sent(struct peer *peer, unsigned nth, const void *bytes, size_t n)
{
    size_t len = 0;
    char *sent;

    WAIT_PEER(peer, PEER_RECEIVED, nth, n);
    sent = peer_take_received(peer, nth, &len);
    CHECK(sent != NULL);
    defer(free, sent);
    for (size_t i = 0; i < n; i++)
        if (sent[i] != ((const char *)bytes)[i])
            FAIL("byte %zu is 0x%02x, not 0x%02x", i, (unsigned char)sent[i],
                 ((const unsigned char *)bytes)[i]);
}

struct peer *peer_tunnelling(void)
{
    return PEER_OF(TUNNEL_STEPS(HELLO));
}
