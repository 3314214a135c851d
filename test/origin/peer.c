/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#define _GNU_SOURCE
#include "peer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK_BYTES = 4096, FILLING_BYTES = 64 << 10, SEND_MOST = 1 << 20 };

struct origin_peer *origin_peer_new(struct origin_service *service, int fd)
{
    struct origin_peer *peer = calloc(1, sizeof *peer);

    if (!peer) {
        close(fd);
        return NULL;
    }
    peer->service = service;
    peer->fd = fd;
    peer->file_fd = -1;
    return peer;
}

static void close_file(struct origin_peer *peer)
{
    if (peer->file_fd >= 0)
        close(peer->file_fd);
    peer->file_fd = -1;
}

void origin_peer_free(struct origin_peer *peer)
{
    close_file(peer);
    close(peer->fd);
    free(peer);
}

static const char *phrase_of(int status)
{
    static const struct {
        int status;
        const char *phrase;
    } rows[] = {
        {200, "OK"},          {302, "Found"},
        {400, "Bad Request"}, {403, "Forbidden"},
        {404, "Not Found"},   {405, "Method Not Allowed"},
        {429, "Slow Down"},   {503, "Service Unavailable"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].status == status)
            return rows[i].phrase;
    return "As Asked";
}

static void put_out(struct origin_peer *peer, const char *text, size_t len)
{
    size_t room = sizeof peer->out - peer->n_out;

    len = len < room ? len : room;
    memcpy(peer->out + peer->n_out, text, len);
    peer->n_out += len;
}

static void put_head(struct origin_peer *peer, int status, const struct origin_script *script)
{
    uint64_t n_body = peer->n_piece + peer->n_rest;
    char text[1024];
    int len;

    peer->n_out = peer->out_at = 0;
    len = snprintf(text, sizeof text, "HTTP/1.1 %d %s\r\n%s", status, phrase_of(status),
                   status == 405 ? "Allow: GET, HEAD\r\n" : "");
    put_out(peer, text, (size_t)len);
    if (peer->is_chunked)
        len = snprintf(text, sizeof text, "Transfer-Encoding: chunked\r\n");
    else
        len = snprintf(text, sizeof text, "Content-Length: %llu\r\n", (unsigned long long)n_body);
    put_out(peer, text, (size_t)len);
    if (script && script->location[0]) {
        len = snprintf(text, sizeof text, "Location: %s\r\n", script->location);
        put_out(peer, text, (size_t)len);
    }
    if (script && script->retry_after_s >= 0) {
        len = snprintf(text, sizeof text, "Retry-After: %ld\r\n", script->retry_after_s);
        put_out(peer, text, (size_t)len);
    }
    len = snprintf(text, sizeof text, "Content-Type: application/octet-stream\r\n%s\r\n",
                   peer->keeps_alive ? "" : "Connection: close\r\n");
    put_out(peer, text, (size_t)len);
}

/* An answer whose body says what the status means. */
static void answer_status(struct origin_peer *peer, int status, const struct origin_script *script,
                          bool is_head)
{
    const char *phrase = phrase_of(status);
    size_t len = strlen(phrase) + 1;

    close_file(peer);
    peer->is_chunked = false;
    peer->n_piece = len;
    peer->n_rest = 0;
    put_head(peer, status, script);
    peer->n_piece = 0;
    if (is_head)
        return;
    put_out(peer, phrase, len - 1);
    put_out(peer, "\n", 1);
}

static void answer_echo(struct origin_peer *peer, const struct origin_request *request)
{
    peer->n_piece = request->head_bytes;
    peer->n_rest = 0;
    put_head(peer, 200, NULL);
    peer->n_piece = 0;
    put_out(peer, peer->in, request->head_bytes);
}

/* The body was found: how much of it is sent, and in which pieces. */
static void answer_body(struct origin_peer *peer, const struct origin_script *script,
                        uint64_t n_bytes, bool is_head)
{
    peer->is_chunked = script->is_chunked;
    peer->file_at = 0;
    peer->n_piece = script->is_chunked ? 0 : n_bytes;
    peer->n_rest = script->is_chunked ? n_bytes : 0;
    put_head(peer, script->status ? script->status : 200, script);
    peer->is_last_chunk_due = peer->is_chunked && !is_head;
    if (is_head) {
        peer->n_piece = peer->n_rest = 0;
        peer->is_chunked = false;
    } else if (script->truncate >= 0 && (uint64_t)script->truncate < n_bytes) {
        peer->n_piece = script->is_chunked ? 0 : (uint64_t)script->truncate;
        peer->n_rest = script->is_chunked ? (uint64_t)script->truncate : 0;
        peer->is_last_chunk_due = false;
        peer->keeps_alive = false;
    }
}

static void answer(struct origin_peer *peer, const struct origin_request *request,
                   const struct origin_script *script)
{
    uint64_t n_bytes = script->size >= 0 ? (uint64_t)script->size : 0;
    enum origin_found found = ORIGIN_FOUND;

    if (!request->is_get) {
        /* Its body, if any, is not understood. */
        peer->keeps_alive = false;
        answer_status(peer, 405, NULL, false);
        return;
    }
    if (script->echoes) {
        answer_echo(peer, request);
        return;
    }
    if (script->size < 0 && !script->status)
        found = origin_root_find(&peer->service->root, request->path, &peer->file_fd, &n_bytes);
    if (found != ORIGIN_FOUND)
        answer_status(peer, found == ORIGIN_MISSING ? 404 : 403, NULL, request->is_head);
    else if (script->size < 0 && script->status)
        answer_status(peer, script->status, script, request->is_head);
    else
        answer_body(peer, script, n_bytes, request->is_head);
}

/* A reset instead of an ordinary close. */
static bool reset(const struct origin_peer *peer)
{
    struct linger at_once = {.l_onoff = 1};

    setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    return false;
}

/* Answers the request at the start of the buffer, if it is whole. */
static bool take_request(struct origin_peer *peer, int64_t now_ms)
{
    struct origin_request request;
    struct origin_script script;

    switch (origin_request_read(&request, peer->in, peer->n_in)) {
    case ORIGIN_READ_ON:
        return true;
    case ORIGIN_BAD_REQUEST:
        peer->n_in = 0;
        peer->keeps_alive = false;
        answer_status(peer, 400, NULL, false);
        peer->state = ORIGIN_PEER_SENDING;
        return true;
    case ORIGIN_READ:
        break;
    }
    peer->service->n_requests++;
    origin_script_read(&script, &peer->service->counters, &request, peer->service->is_scripted);
    if (script.resets)
        return reset(peer);
    peer->keeps_alive = request.keeps_alive;
    answer(peer, &request, &script);
    peer->n_in -= request.head_bytes;
    memmove(peer->in, peer->in + request.head_bytes, peer->n_in);
    peer->due_ms = now_ms + script.delay_ms;
    peer->state = script.hangs ? ORIGIN_PEER_HUNG : ORIGIN_PEER_DELAYED;
    return true;
}

/* 1: bytes came; 0: none for now; -1: the peer is gone. */
static int receive(struct origin_peer *peer)
{
    ssize_t got = recv(peer->fd, peer->in + peer->n_in, sizeof peer->in - peer->n_in, 0);

    if (got > 0) {
        peer->n_in += (size_t)got;
        return 1;
    }
    return got < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static ssize_t send_piece(struct origin_peer *peer)
{
    static const char filling[FILLING_BYTES] = {'x'};
    size_t n = peer->n_piece < SEND_MOST ? (size_t)peer->n_piece : SEND_MOST;
    ssize_t sent;

    if (peer->file_fd >= 0) {
        sent = sendfile(peer->fd, peer->file_fd, &peer->file_at, n);
        /* The file has become shorter than the head said. */
        if (sent == 0)
            errno = EIO;
        return sent ? sent : -1;
    }
    return send(peer->fd, filling, n < FILLING_BYTES ? n : FILLING_BYTES, MSG_NOSIGNAL);
}

/* Puts what stands between two pieces into the buffer; false when there is nothing more. */
static bool put_next_chunk(struct origin_peer *peer)
{
    bool is_first = peer->file_at == 0;
    uint64_t n = peer->n_rest < CHUNK_BYTES ? peer->n_rest : CHUNK_BYTES;
    char text[32];
    int len;

    if (!peer->is_chunked || (!n && !peer->is_last_chunk_due))
        return false;
    peer->n_out = peer->out_at = 0;
    len = snprintf(text, sizeof text, "%s%llx\r\n%s", is_first ? "" : "\r\n", (unsigned long long)n,
                   n ? "" : "\r\n");
    put_out(peer, text, (size_t)len);
    peer->n_piece = n;
    peer->n_rest -= n;
    peer->is_last_chunk_due = peer->is_last_chunk_due && n;
    /* Filling bytes have no place in a file; any number but 0 will do. */
    if (peer->file_fd < 0)
        peer->file_at = 1;
    return true;
}

enum sending { SENT_ALL, SENT_FULL, SENT_FAILED };

/* Sends until the socket is full, all is sent, or the peer is gone. */
static enum sending send_answer(struct origin_peer *peer)
{
    for (;;) {
        ssize_t sent;

        if (peer->out_at < peer->n_out) {
            bool has_more = peer->n_piece || peer->n_rest;

            sent = send(peer->fd, peer->out + peer->out_at, peer->n_out - peer->out_at,
                        MSG_NOSIGNAL | (has_more ? MSG_MORE : 0));
            peer->out_at += sent > 0 ? (size_t)sent : 0;
        } else if (peer->n_piece) {
            sent = send_piece(peer);
            peer->n_piece -= sent > 0 ? (uint64_t)sent : 0;
        } else if (put_next_chunk(peer)) {
            continue;
        } else {
            return SENT_ALL;
        }
        if (sent < 0 && errno != EINTR)
            return errno == EAGAIN ? SENT_FULL : SENT_FAILED;
    }
}

/* Takes the next request, from the buffer or the socket, and begins to answer it. True: it may be
   possible to go on at once. */
static bool read_request(struct origin_peer *peer, int64_t now_ms, bool *is_over)
{
    int received;

    *is_over = peer->n_in && !take_request(peer, now_ms);
    if (*is_over)
        return false;
    if (peer->state != ORIGIN_PEER_READING)
        return true;
    received = receive(peer);
    *is_over = received < 0;
    return received > 0;
}

/* True: it may be possible to go on at once. */
static bool write_answer(struct origin_peer *peer, bool *is_over)
{
    enum sending sending = send_answer(peer);

    *is_over = sending == SENT_FAILED || (sending == SENT_ALL && !peer->keeps_alive);
    if (sending == SENT_ALL) {
        close_file(peer);
        peer->state = ORIGIN_PEER_READING;
    }
    return sending == SENT_ALL && !*is_over;
}

bool origin_peer_step(struct origin_peer *peer, int64_t now_ms)
{
    bool is_over = false;
    bool goes_on = true;

    while (goes_on) {
        switch (peer->state) {
        case ORIGIN_PEER_READING:
            goes_on = read_request(peer, now_ms, &is_over);
            break;
        case ORIGIN_PEER_DELAYED:
            goes_on = peer->due_ms <= now_ms;
            if (goes_on)
                peer->state = ORIGIN_PEER_SENDING;
            break;
        case ORIGIN_PEER_SENDING:
            goes_on = write_answer(peer, &is_over);
            break;
        case ORIGIN_PEER_HUNG:
            goes_on = false;
        }
    }
    return !is_over;
}

uint32_t origin_peer_interest(const struct origin_peer *peer)
{
    switch (peer->state) {
    case ORIGIN_PEER_READING:
        return EPOLLIN;
    case ORIGIN_PEER_SENDING:
        return EPOLLOUT;
    case ORIGIN_PEER_DELAYED:
    case ORIGIN_PEER_HUNG:
        break;
    }
    return EPOLLRDHUP;
}
