/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Recording callbacks and the everyday peers.
 */
#include "xfer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void append(struct bytes *bytes, const char *data, size_t n)
{
    char *more = realloc(bytes->data, bytes->n + n + 1);

    CHECK(more != NULL);
    if (n)
        memcpy(more + bytes->n, data, n);
    bytes->data = more;
    bytes->n += n;
    bytes->data[bytes->n] = 0;
}

void xfer_note(struct xfer *x, char letter)
{
    if (x->n_order < sizeof(x->order) - 1)
        x->order[x->n_order++] = letter;
}

size_t xfer_keep_body(struct xfer *x, char *data, size_t n)
{
    append(&x->body, data, n);
    return n;
}

static size_t take_body(char *data, size_t size, size_t n, void *arg)
{
    struct xfer *x = arg;

    CHECK_INT((long long)size, 1);
    x->n_body_calls++;
    if (n > x->largest_body)
        x->largest_body = n;
    xfer_note(x, 'B');
    return x->on_body ? x->on_body(x, data, n) : xfer_keep_body(x, data, n);
}

static size_t take_head(char *data, size_t size, size_t n, void *arg)
{
    struct xfer *x = arg;

    CHECK_INT((long long)size, 1);
    x->n_head_calls++;
    xfer_note(x, 'H');
    append(&x->head, data, n);
    return x->on_head ? x->on_head(x, data, n) : n;
}

static size_t give_upload(char *data, size_t size, size_t n, void *arg)
{
    struct xfer *x = arg;
    size_t room = size * n;

    if (!x->n_read_calls++)
        x->first_read_room = room;
    xfer_note(x, 'R');
    if (x->on_read)
        return x->on_read(x, data, room);
    if (x->upload_piece && room > x->upload_piece)
        room = x->upload_piece;
    if (room > x->n_upload - x->n_uploaded)
        room = x->n_upload - x->n_uploaded;
    if (room)
        memcpy(data, x->upload + x->n_uploaded, room);
    x->n_uploaded += room;
    return room;
}

static void free_xfer(void *x)
{
    xfer_free(x);
}

/* False when the library cannot. */
static bool set_up(struct xfer *x, const char *url)
{
    CURL *easy = x->easy;

    return !curl_easy_setopt(easy, CURLOPT_URL, url) &&
           !curl_easy_setopt(easy, CURLOPT_PRIVATE, x) &&
           !curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, x->error) &&
           !curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body) &&
           !curl_easy_setopt(easy, CURLOPT_WRITEDATA, x) &&
           !curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_head) &&
           !curl_easy_setopt(easy, CURLOPT_HEADERDATA, x) &&
           !curl_easy_setopt(easy, CURLOPT_PROXY, "");
}

struct xfer *xfer_try_new_url(const char *url)
{
    struct xfer *x = calloc(1, sizeof(*x));

    CHECK(x != NULL);
    xfer_rewind(x);
    defer(free_xfer, x);
    x->easy = curl_easy_init();
    if (x->easy && set_up(x, url))
        return x;
    xfer_free(x);
    return NULL;
}

struct xfer *xfer_new_url(const char *url)
{
    struct xfer *x = xfer_try_new_url(url);

    CHECK(x != NULL);
    return x;
}

struct xfer *xfer_new(struct peer *peer, const char *path)
{
    char url[4096];

    snprintf(url, sizeof(url), "http://%s%s", peer_authority(peer), path);
    return xfer_new_url(url);
}

void xfer_rewind(struct xfer *x)
{
    append(&x->body, "", 0);
    append(&x->head, "", 0);
    x->body.n = x->head.n = 0;
    x->body.data[0] = x->head.data[0] = 0;
    x->n_body_calls = x->n_head_calls = x->largest_body = 0;
    x->n_uploaded = x->n_read_calls = x->first_read_room = 0;
    x->n_order = 0;
    memset(x->order, 0, sizeof(x->order));
    x->result = (CURLcode)-1;
    x->n_results = 0;
}

void xfer_free(struct xfer *x)
{
    forget(x);
    if (x->drive && x->drive->multi)
        CHECK_MCODE(drive_remove(x->drive, x->easy), CURLM_OK);
    curl_easy_cleanup(x->easy);
    free(x->body.data);
    free(x->head.data);
    free(x);
}

void xfer_start(struct xfer *x, struct drive *drive)
{
    x->drive = drive;
    CHECK_MCODE(drive_add(drive, x->easy, x), CURLM_OK);
}

struct xfer *xfer_get(struct drive *drive, struct peer *peer, const char *path)
{
    struct xfer *x = xfer_new(peer, path);

    xfer_start(x, drive);
    return x;
}

struct xfer *xfer_fetch(struct drive *drive, struct peer *peer, const char *path)
{
    struct xfer *x = xfer_get(drive, peer, path);

    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    return x;
}

CURLcode xfer_again(struct xfer *x, struct drive *drive)
{
    xfer_rewind(x);
    xfer_start(x, drive);
    drive_run(drive);
    return x->result;
}

void xfer_upload(struct xfer *x, const char *data, size_t n)
{
    x->upload = data;
    x->n_upload = n;
    SET(x, CURLOPT_READFUNCTION, give_upload);
    SET(x, CURLOPT_READDATA, x);
}

struct xfer *xfer_put(struct peer *peer, const char *text, long size)
{
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_UPLOAD, 1L);
    SET(x, CURLOPT_INFILESIZE, size);
    xfer_upload(x, text, strlen(text));
    return x;
}

long xfer_long(struct xfer *x, CURLINFO info)
{
    long value = -12345;

    CHECK_CODE(curl_easy_getinfo(x->easy, info, &value), CURLE_OK);
    return value;
}

curl_off_t xfer_off(struct xfer *x, CURLINFO info)
{
    curl_off_t value = -12345;

    CHECK_CODE(curl_easy_getinfo(x->easy, info, &value), CURLE_OK);
    return value;
}

const char *xfer_str(struct xfer *x, CURLINFO info)
{
    char *value = NULL;

    CHECK_CODE(curl_easy_getinfo(x->easy, info, &value), CURLE_OK);
    return value;
}

double xfer_double(struct xfer *x, CURLINFO info)
{
    double value = -12345;

    CHECK_CODE(curl_easy_getinfo(x->easy, info, &value), CURLE_OK);
    return value;
}

static void free_list(void *list)
{
    curl_slist_free_all(list);
}

struct curl_slist *keep_list(struct curl_slist *list)
{
    defer(free_list, list);
    return list;
}

struct curl_slist *list_of(const char *first, ...)
{
    struct curl_slist *list = NULL;
    va_list args;

    va_start(args, first);
    for (const char *text = first; text; text = va_arg(args, const char *)) {
        list = curl_slist_append(list, text);
        CHECK(list != NULL);
    }
    va_end(args);
    return keep_list(list);
}

static void free_peer(void *peer)
{
    peer_free(peer);
}

struct peer *peer_of_kind(int family, enum peer_kind kind, int port)
{
    struct peer *peer = peer_new(family, kind, port);

    CHECK(peer != NULL);
    defer(free_peer, peer);
    return peer;
}

void peer_pair(enum peer_kind kind6, enum peer_kind kind4, struct peer **pick6, struct peer **pick4)
{
    for (int i = 0; i < 100; i++) {
        struct peer *six = peer_new(AF_INET6, kind6, 0);
        struct peer *four = six ? peer_new(AF_INET, kind4, peer_port(six)) : NULL;

        if (four) {
            defer(free_peer, six);
            defer(free_peer, four);
            *pick6 = six;
            *pick4 = four;
            return;
        }
        peer_free(six);
    }
    FAIL("no port is free in both versions");
}

struct xfer *xfer_new_both(enum peer_kind kind6, enum peer_kind kind4, struct peer **pick6,
                           struct peer **pick4)
{
    char url[100], entry[100];
    struct xfer *x;

    peer_pair(kind6, kind4, pick6, pick4);
    PEER_SCRIPT(*pick6, PEER_EVERY, PEER_REQUEST, PEER_SEND(HELLO), PEER_AGAIN);
    PEER_SCRIPT(*pick4, PEER_EVERY, PEER_REQUEST, PEER_SEND(HELLO), PEER_AGAIN);
    snprintf(url, sizeof(url), "http://both.example:%d/", peer_port(*pick4));
    snprintf(entry, sizeof(entry), "both.example:%d:[::1],127.0.0.1", peer_port(*pick4));
    x = xfer_new_url(url);
    SET(x, CURLOPT_RESOLVE, list_of(entry, NULL));
    return x;
}

struct peer *peer_playing(const struct peer_step *steps)
{
    struct peer *peer = peer_of_kind(AF_INET, PEER_ACCEPTS, 0);

    CHECK(peer_script(peer, PEER_EVERY, steps));
    return peer;
}

struct peer *peer_serving(const char *answer)
{
    return PEER_OF(PEER_REQUEST, PEER_SEND(answer), PEER_AGAIN);
}

struct peer *peer_answering(const char *answer)
{
    return PEER_OF(PEER_REQUEST, PEER_SEND(answer), PEER_CLOSE);
}

const char *received(struct peer *peer, unsigned nth)
{
    char *text = peer_take_received(peer, nth, NULL);

    CHECK(text != NULL);
    defer(free, text);
    return text;
}

const char *body_of(struct peer *peer, unsigned nth)
{
    const char *end = strstr(received(peer, nth), "\r\n\r\n");

    CHECK(end != NULL);
    return end + 4;
}

struct peer *peer_continuing(void)
{
    return PEER_OF(PEER_HEAD, PEER_SEND("HTTP/1.1 100 Continue\r\n\r\n"), PEER_BODY,
                   PEER_SEND(HELLO), PEER_AGAIN);
}

void xfer_check_connect_timeout(struct xfer *x)
{
    bool is_old = curl_version_info(CURLVERSION_NOW)->version_num < 0x080000;

    CHECK_CODE(x->result, CURLE_OPERATION_TIMEDOUT);
    CHECK_HAS(x->error, is_old ? "time" : "Connection timed out after ");
}

bool has_tls(void)
{
    return curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_SSL;
}

void need_tls(void)
{
    if (!has_tls())
        skip_test("TLS is not built in");
}

void need_login_by(const char *answer)
{
    if (strstr(answer, "Digest"))
        need_tls();
}
