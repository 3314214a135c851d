/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Header lines of a tunnel: those of the application that a proxy gets, and those of the proxy that
 * the application gets.
 */
#include "proxied.h"

#include <stdio.h>

#define URL "http://" FAR ":81/there"

/* The first host is asked directly, and leads to one behind the proxy. */
TEST("C-192 a_proxy_does_not_get_what_the_first_origin_gets")
{
    struct peer *from = peer_answering("HTTP/1.1 302 Go\r\nLocation: " URL "\r\n"
                                       "Content-Length: 0\r\n\r\n");
    struct peer *proxy = peer_tunnelling();
    struct xfer *x = xfer_by(proxy, "http", "http://unset/");
    char url[100];

    snprintf(url, sizeof(url), "http://%s/", peer_authority(from));
    SET(x, CURLOPT_URL, url);
    SET(x, CURLOPT_NOPROXY, "127.0.0.1");
    SET(x, CURLOPT_HTTPPROXYTUNNEL, 1L);
    SET(x, CURLOPT_FOLLOWLOCATION, 1L);
    SET(x, CURLOPT_HEADEROPT, (long)CURLHEADER_UNIFIED);
    SET(x, CURLOPT_HTTPHEADER,
        list_of("Authorization: own", "Cookie: own=1", "Host: mine", "X-Other: 1", NULL));
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_OK);
    CHECK_HAS(received(from, 0), "Authorization: own\r\n");
    CHECK_HAS(received(proxy, 0), "CONNECT " FAR ":81 HTTP/1.1\r\nHost: " FAR ":81\r\n");
    CHECK_INT(count_of(received(proxy, 0), "X-Other: 1\r\n"), 2);
    CHECK_LACKS(received(proxy, 0), "Authorization");
    CHECK_LACKS(received(proxy, 0), "Cookie");
    CHECK_LACKS(received(proxy, 0), "mine");
}

/* Between two requests to the proxy the application does what it likes with its list. */
TEST("C-13 C-14 the_list_for_the_proxy_may_be_freed_between_its_requests")
{
    struct peer *proxy = PEER_OF(PEER_HEAD, PEER_GATE,
                                 PEER_SEND("HTTP/1.1 407 Who\r\nProxy-Authenticate: Digest "
                                           "realm=\"a\", nonce=\"n\"\r\nContent-Length: 0\r\n\r\n"),
                                 TUNNEL_STEPS(HELLO));
    struct curl_slist *list = curl_slist_append(NULL, "X-Proxy: as it was");
    struct drive *drive = drive_new();
    struct xfer *x = xfer_by(proxy, "http", URL);

    need_tls();
    SET(x, CURLOPT_HTTPPROXYTUNNEL, 1L);
    SET(x, CURLOPT_PROXYUSERPWD, "me:secret");
    SET(x, CURLOPT_PROXYAUTH, (long)CURLAUTH_DIGEST);
    SET(x, CURLOPT_PROXYHEADER, list);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, peer_count(proxy, PEER_WAITING, 0) == 1);
    SET(x, CURLOPT_PROXYHEADER, NULL);
    curl_slist_free_all(list);
    peer_release(proxy, 1);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_HAS(received(proxy, 0), "X-Proxy: as it was\r\n");
    CHECK_STR(x->body.data, "hello");
}

static size_t pause_second_line(struct xfer *x, char *data, size_t n)
{
    return ++x->count == 2 ? CURL_WRITEFUNC_PAUSE : n;
}

#define TALKATIVE "HTTP/1.1 200 Go\r\nX-A: 1\r\nX-B: 2\r\n\r\n"

static struct peer *peer_talking(void)
{
    return PEER_OF(PEER_HEAD, PEER_SEND(TALKATIVE), PEER_REQUEST, PEER_SEND(HELLO), PEER_KEEP);
}

TEST("C-148 C-149 C-162 a_line_of_the_proxy_may_be_paused_and_comes_again")
{
    struct peer *proxy = peer_talking();
    struct drive *drive = drive_new();
    struct xfer *x = xfer_by(proxy, "http", URL);

    SET(x, CURLOPT_HTTPPROXYTUNNEL, 1L);
    SET(x, CURLOPT_HEADER, 1L);
    x->on_head = pause_second_line;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->count == 2);
    drive_settle(drive);
    CHECK_INT(x->count, 2);
    CHECK_INT((long)peer_count(proxy, PEER_REQUESTS, PEER_EVERY), 1);
    CHECK_CODE(curl_easy_pause(x->easy, CURLPAUSE_CONT), CURLE_OK);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, TALKATIVE HELLO);
    CHECK_INT((long)x->count, 4 + 1 + 3);
    CHECK_INT(xfer_long(x, CURLINFO_HEADER_SIZE), (long)strlen(TALKATIVE HELLO) - 5);
}

static size_t give_none(char *data, size_t size, size_t n, void *arg)
{
    return 0;
}

static CURLcode freeing_code;

static void free_and_go_on(void *arg)
{
    struct xfer *x = arg;

    freeing_code = curl_easy_pause(x->easy, CURLPAUSE_CONT);
}

/* A form that was freed lives as long as its transfer, and its callbacks come when that goes. */
TEST("C-159 C-162 what_is_removed_in_a_pause_does_not_go_on")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_by(peer_talking(), "http", URL);
    curl_mime *form = curl_mime_init(x->easy);

    CHECK(form != NULL);
    CHECK_CODE(curl_mime_data_cb(curl_mime_addpart(form), 10, give_none, NULL, free_and_go_on, x),
               CURLE_OK);
    freeing_code = CURLE_OK;
    SET(x, CURLOPT_MIMEPOST, form);
    SET(x, CURLOPT_HTTPPROXYTUNNEL, 1L);
    x->on_head = pause_second_line;
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->count == 2);
    curl_mime_free(form);
    CHECK_MCODE(curl_multi_remove_handle(drive->multi, x->easy), CURLM_OK);
    CHECK_CODE(freeing_code, CURLE_BAD_FUNCTION_ARGUMENT);
    xfer_free(x);
    drive_settle(drive);
}

/* Nothing of it keeps the loop busy, and its time is limited as before. */
TEST("C-162 C-184 a_paused_line_of_the_proxy_does_not_stop_the_clock")
{
    struct peer *proxy = peer_talking();
    struct drive *drive = drive_new();
    struct xfer *x = xfer_by(proxy, "http", URL);

    SET(x, CURLOPT_HTTPPROXYTUNNEL, 1L);
    SET(x, CURLOPT_CONNECTTIMEOUT_MS, 200L);
    x->on_head = pause_second_line;
    xfer_start(x, drive);
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
    CHECK_INT(x->count, 2);
}
