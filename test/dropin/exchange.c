/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#define _GNU_SOURCE
#include "exchange.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

/* Receives more behind what is there; room is made by moving it to the front. */
static bool receive(struct exchange *exchange)
{
    ssize_t got;

    memmove(exchange->in, exchange->in + exchange->at, exchange->n_in - exchange->at);
    exchange->n_in -= exchange->at;
    exchange->at = 0;
    if (exchange->n_in == sizeof exchange->in)
        return false;
    do
        got = recv(exchange->fd, exchange->in + exchange->n_in,
                   sizeof exchange->in - exchange->n_in, 0);
    while (got < 0 && errno == EINTR);
    exchange->n_in += got > 0 ? (size_t)got : 0;
    return got > 0;
}

/* Uses what is there up to the end of the mark; its length, or 0 when it does not come. */
static size_t take_until(struct exchange *exchange, const char *mark)
{
    const char *end;

    while (!(end = memmem(exchange->in + exchange->at, exchange->n_in - exchange->at, mark,
                          strlen(mark))))
        if (!receive(exchange))
            return 0;
    end += strlen(mark);
    return (size_t)(end - (exchange->in + exchange->at));
}

const char *exchange_field(const struct exchange *exchange, const char *name)
{
    const char *at = exchange->head;

    while ((at = strstr(at, "\r\n"))) {
        at += 2;
        if (strncasecmp(at, name, strlen(name)) == 0 && at[strlen(name)] == ':') {
            at += strlen(name) + 1;
            return at + strspn(at, " ");
        }
    }
    return NULL;
}

bool exchange_read_head(struct exchange *exchange)
{
    size_t len = take_until(exchange, "\r\n\r\n");
    const char *connection;
    int minor;

    if (!len || len >= sizeof exchange->head)
        return false;
    memcpy(exchange->head, exchange->in + exchange->at, len);
    exchange->head[len] = '\0';
    exchange->n_head = len;
    exchange->at += len;
    exchange->nth++;
    exchange->n_body = 0;
    if (sscanf(exchange->head, "%15s %1023s HTTP/1.%d", exchange->method, exchange->target,
               &minor) != 3)
        return false;
    connection = exchange_field(exchange, "Connection");
    exchange->keeps_alive = minor > 0 && !(connection && strncasecmp(connection, "close", 5) == 0);
    return true;
}

static bool take_body(struct exchange *exchange, size_t len)
{
    if (len > SERVER_BODY_MOST - exchange->n_body)
        return false;
    if (exchange->n_body + len > exchange->body_room) {
        size_t room = (exchange->n_body + len) * 2;
        char *larger = realloc(exchange->body, room);

        if (!larger)
            return false;
        exchange->body = larger;
        exchange->body_room = room;
    }
    while (len) {
        size_t n = exchange->n_in - exchange->at;

        n = n < len ? n : len;
        memcpy(exchange->body + exchange->n_body, exchange->in + exchange->at, n);
        exchange->at += n;
        exchange->n_body += n;
        len -= n;
        if (len && !receive(exchange))
            return false;
    }
    return true;
}

/* RFC 9112 section 7.1, and trailers are not expected. */
static bool take_chunks(struct exchange *exchange)
{
    for (;;) {
        size_t line = take_until(exchange, "\r\n");
        size_t len = line ? strtoul(exchange->in + exchange->at, NULL, 16) : 0;

        exchange->at += line;
        if (!line || (len && !take_body(exchange, len)) || take_until(exchange, "\r\n") != 2)
            return false;
        exchange->at += 2;
        if (!len)
            return true;
    }
}

bool exchange_read_body(struct exchange *exchange)
{
    const char *coding = exchange_field(exchange, "Transfer-Encoding");
    const char *length = exchange_field(exchange, "Content-Length");

    if (!coding && !length)
        return true;
    if (exchange_field(exchange, "Expect") &&
        !exchange_printf(exchange, "HTTP/1.1 100 Continue\r\n\r\n"))
        return false;
    return coding ? take_chunks(exchange) : take_body(exchange, strtoul(length, NULL, 10));
}

bool exchange_send(struct exchange *exchange, const char *data, size_t len)
{
    while (len) {
        ssize_t sent = send(exchange->fd, data, len, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        data += sent;
        len -= (size_t)sent;
    }
    return true;
}

bool exchange_printf(struct exchange *exchange, const char *format, ...)
{
    char text[2048];
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return len >= 0 && (size_t)len < sizeof text && exchange_send(exchange, text, (size_t)len);
}

bool exchange_wait_for_end(struct exchange *exchange)
{
    struct pollfd ended = { .fd = exchange->fd, .events = POLLRDHUP };

    return poll(&ended, 1, SERVER_PATIENCE_S * 1000) < 0;
}
