/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * One transfer of a test: an easy handle with recording callbacks, and the usual peers to talk to.
 *
 * Owns the easy handle and everything recorded; freed by the harness unless the test does.
 * A hook that a test sets takes the place of the recording (it may call xfer_keep_body() itself).
 */
#ifndef WHIM_TEST_XFER_H
#define WHIM_TEST_XFER_H

#include "drive.h"
#include "peer.h"

#include <curl/curl.h>
#include <string.h>
#include <sys/socket.h>

struct bytes {
    char *data; /* with a zero byte behind it; never NULL */
    size_t n;
};

struct xfer {
    CURL *easy;
    struct drive *drive; /* NULL while it is used with curl_easy_perform */
    CURLcode result;     /* -1 until there is one */
    int n_results;
    char error[CURL_ERROR_SIZE];

    struct bytes body, head;
    size_t n_body_calls, n_head_calls, largest_body;
    size_t (*on_body)(struct xfer *x, char *data, size_t n);
    size_t (*on_head)(struct xfer *x, char *data, size_t n);

    const char *upload; /* what the read callback hands out */
    size_t n_upload, n_uploaded;
    size_t upload_piece; /* at most so many bytes per call, 0: as many as fit */
    size_t n_read_calls, first_read_room;
    size_t (*on_read)(struct xfer *x, char *data, size_t room);

    char order[4096]; /* a letter per callback: H head line, B body, R read */
    size_t n_order;
    void *arg; /* the test's own */
    long count;
};

/* http://AUTHORITY/path on that peer, body and head recorded, errors kept. Not added yet. */
struct xfer *xfer_new(struct peer *peer, const char *path);
struct xfer *xfer_new_url(const char *url);
/* The same, but NULL when the library has no memory for it. */
struct xfer *xfer_try_new_url(const char *url);
void xfer_free(struct xfer *x);
/* Adds it to the multi. */
void xfer_start(struct xfer *x, struct drive *drive);
/* New and start. */
struct xfer *xfer_get(struct drive *drive, struct peer *peer, const char *path);
/* New, start, run to its end; wants CURLE_OK. */
struct xfer *xfer_fetch(struct drive *drive, struct peer *peer, const char *path);
/* Adds it again and runs the drive to the end; the record starts afresh. */
CURLcode xfer_again(struct xfer *x, struct drive *drive);
/* Forgets what was recorded. */
void xfer_rewind(struct xfer *x);
/* Sets up an upload from memory by the read callback. */
void xfer_upload(struct xfer *x, const char *data, size_t n);

/* A PUT of that text; size -1 makes it chunked. */
struct xfer *xfer_put(struct peer *peer, const char *text, long size);

/* It ended since its connection was not ready in time, and says so. */
void xfer_check_connect_timeout(struct xfer *x);

size_t xfer_keep_body(struct xfer *x, char *data, size_t n);
void xfer_note(struct xfer *x, char letter);

long xfer_long(struct xfer *x, CURLINFO info);
curl_off_t xfer_off(struct xfer *x, CURLINFO info);
const char *xfer_str(struct xfer *x, CURLINFO info);
double xfer_double(struct xfer *x, CURLINFO info);

#define SET(x, option, ...) CHECK_CODE(curl_easy_setopt((x)->easy, option, __VA_ARGS__), CURLE_OK)
#define MSET(drive, option, ...)                                                                   \
    CHECK_MCODE(curl_multi_setopt((drive)->multi, option, __VA_ARGS__), CURLM_OK)

/* A list that the harness frees; ends with NULL. */
struct curl_slist *list_of(const char *first, ...) __attribute__((sentinel));

/* The harness frees it. */
struct curl_slist *keep_list(struct curl_slist *list);

/* Peers, freed by the harness. */
struct peer *peer_of_kind(int family, enum peer_kind kind, int port);
/* One on ::1 and one on 127.0.0.1, both on the same port. */
void peer_pair(enum peer_kind kind6, enum peer_kind kind4, struct peer **pick6,
               struct peer **pick4);
/* A transfer to a name with both addresses of such a pair; a peer that accepts serves HELLO. */
struct xfer *xfer_new_both(enum peer_kind kind6, enum peer_kind kind4, struct peer **pick6,
                           struct peer **pick4);
/* Every connection plays these steps. */
#define PEER_OF(...) peer_playing((const struct peer_step[]){__VA_ARGS__, PEER_CLOSE})
struct peer *peer_playing(const struct peer_step *steps);
/* Every request on every connection gets this answer. */
struct peer *peer_serving(const char *answer);
/* One request, this answer, end of the connection. */
struct peer *peer_answering(const char *answer);
/* Says 100 Continue to each request's head, and HELLO to its body. */
struct peer *peer_continuing(void);
/* What the peer received on connection nth, as text; freed by the harness. */
const char *received(struct peer *peer, unsigned nth);
/* The part of it behind the first head. */
const char *body_of(struct peer *peer, unsigned nth);

/* Whether the library was built with TLS; Digest needs it too, for its hash functions. */
bool has_tls(void);
/* Ends the test as skipped when it was not. */
void need_tls(void);
/* The same when the answer asks for Digest. */
void need_login_by(const char *answer);

#define WAIT_PEER(peer, figure, nth, n)                                                            \
    do {                                                                                           \
        if (!peer_wait(peer, figure, nth, n, patience_ms()))                                       \
            FAIL("the peer's %s is %zu, not %zu", #figure, peer_count(peer, figure, nth),          \
                 (size_t)(n));                                                                     \
    } while (0)

/* A small answer. */
#define HELLO "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

#endif
