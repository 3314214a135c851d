/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "coding_xfer.h"

#include <stdio.h>

void need_codings(void)
{
    const int all = CURL_VERSION_LIBZ | CURL_VERSION_BROTLI | CURL_VERSION_ZSTD;

    if ((curl_version_info(CURLVERSION_NOW)->features & all) != all)
        skip_test("a coding is not built in");
}

struct peer *peer_coding(const char *fields, const void *body, size_t n)
{
    char head[400];
    int len = snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n%s\r\n", n,
                       fields);
    const struct peer_step steps[] = {PEER_REQUEST, PEER_SENDN(head, (size_t)len),
                                      PEER_SENDN(body, n), PEER_AGAIN};

    need_codings();
    return peer_playing(steps);
}

struct xfer *xfer_coding(const char *fields, const void *body, size_t n)
{
    struct xfer *x = xfer_new(peer_coding(fields, body, n), "/");

    SET(x, CURLOPT_ACCEPT_ENCODING, "");
    return x;
}
