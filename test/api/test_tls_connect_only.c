/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Connections that the application speaks over by itself, over TLS (contract section 1.20).
 */
#include "tls_xfer.h"

#include <poll.h>
#include <string.h>

/* Of such a socket each record of TLS is more than it takes. */
static int make_narrow(void *arg, curl_socket_t fd, curlsocktype purpose)
{
    int size = 2048;

    CHECK_INT(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)), 0);
    return CURL_SOCKOPT_OK;
}

static void wait_for(curl_socket_t fd, short events)
{
    struct pollfd set = {fd, events, 0};

    CHECK_INT(poll(&set, 1, patience_ms()), 1);
}

TEST("C-198 over_tls_all_that_is_sent_arrives_and_nothing_twice")
{
    enum { SIZE = 200000 };
    struct peer *peer = TLS_PEER(NULL, PEER_TEXT("end"), PEER_SEND("done"), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");
    char *data = malloc(SIZE + 4), answer[5] = "";
    size_t n, sent = 0;
    curl_socket_t fd;
    CURLcode code;
    int n_calls = 0;

    CHECK(data != NULL);
    defer(free, data);
    memset(data, 'a', SIZE);
    memcpy(data + SIZE, "end", 4);
    drive->keeps_done = true;
    SET(x, CURLOPT_CONNECT_ONLY, 1L);
    SET(x, CURLOPT_SOCKOPTFUNCTION, make_narrow);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->n_results == 1);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_CODE(curl_easy_getinfo(x->easy, CURLINFO_ACTIVESOCKET, &fd), CURLE_OK);
    while (sent < SIZE + 3) {
        CHECK(n_calls++ < 100000);
        code = curl_easy_send(x->easy, data + sent, SIZE + 3 - sent, &n);
        if (code == CURLE_AGAIN)
            wait_for(fd, POLLOUT);
        else
            CHECK_CODE(code, CURLE_OK);
        sent += n;
    }
    do {
        wait_for(fd, POLLIN);
        code = curl_easy_recv(x->easy, answer, 4, &n);
    } while (code == CURLE_AGAIN);
    CHECK_CODE(code, CURLE_OK);
    CHECK_STR(answer, "done");
    CHECK_INT((long)peer_count(peer, PEER_RECEIVED, 0), SIZE + 3);
}
