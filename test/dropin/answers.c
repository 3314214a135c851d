/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#define _GNU_SOURCE
#include "answers.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CHUNK_BYTES = 1000, PATTERN_BYTES = 8 << 10, GATHERINGS = 16, GATHERING_BYTES = 64 };

/* A status line, the fields of every answer, those given, and the empty line. */
static bool send_head(struct exchange *exchange, int status, const char *fields)
{
    const char *phrase = status == 200   ? "OK"
                         : status == 206 ? "Partial Content"
                         : status == 404 ? "Not Found"
                                         : "As Asked";

    return exchange_printf(exchange,
                           "HTTP/1.1 %d %s\r\n"
                           "Last-Modified: Wed, 01 Jan 2020 00:00:00 GMT\r\n"
                           "X-Nth: %u\r\n%s%s\r\n",
                           status, phrase, exchange->nth,
                           exchange->keeps_alive ? "" : "Connection: close\r\n", fields);
}

static bool is_head(const struct exchange *exchange)
{
    return strcmp(exchange->method, "HEAD") == 0;
}

/* The answer's body is of a known length. */
static bool send_body(struct exchange *exchange, int status, const char *more_fields,
                      const char *body, size_t len)
{
    char fields[1024];

    snprintf(fields, sizeof fields, "Content-Type: text/plain\r\nContent-Length: %zu\r\n%s", len,
             more_fields);
    return send_head(exchange, status, fields) &&
           (is_head(exchange) || exchange_send(exchange, body, len));
}

static bool send_text(struct exchange *exchange, int status, const char *more_fields,
                      const char *text)
{
    return send_body(exchange, status, more_fields, text, strlen(text));
}

/* Bytes from..from+n of an endless text of numbered lines. */
static bool send_pattern(struct exchange *exchange, size_t from, size_t n)
{
    char text[PATTERN_BYTES], line[24];
    size_t len = 0;

    for (; n; from++, n--) {
        if (from % 10 == 0 || !len)
            snprintf(line, sizeof line, "%09zu\n", from / 10 % 1000000000);
        text[len++] = line[from % 10];
        if ((len == sizeof text || n == 1) && !exchange_send(exchange, text, len))
            return false;
        len %= sizeof text;
    }
    return true;
}

static size_t last_number(const struct exchange *exchange)
{
    const char *slash = strrchr(exchange->target, '/');

    return slash ? strtoul(slash + 1, NULL, 10) : 0;
}

static bool echo(struct exchange *exchange, const char *folder)
{
    char fields[64];

    snprintf(fields, sizeof fields, "Content-Length: %zu\r\n", exchange->n_head + exchange->n_body);
    return send_head(exchange, 200, fields) &&
           (is_head(exchange) || (exchange_send(exchange, exchange->head, exchange->n_head) &&
                                  exchange_send(exchange, exchange->body, exchange->n_body)));
}

/* The range that is asked for, of n bytes (RFC 9110 section 14.1.2). */
static bool pick_range(const char *range, size_t n, size_t *from, size_t *to)
{
    size_t first, last;
    int got = sscanf(range, "bytes=%zu-%zu", &first, &last);

    if (sscanf(range, "bytes=-%zu", &last) == 1) {
        first = last < n ? n - last : 0;
        last = n - 1;
    } else if (got == 1) {
        last = n - 1;
    } else if (got != 2) {
        return false;
    }
    if (first >= n || first > last)
        return false;
    *from = first;
    *to = last < n ? last : n - 1;
    return true;
}

static bool give_bytes(struct exchange *exchange, const char *folder)
{
    size_t n = last_number(exchange), from = 0, to = n - 1;
    const char *range = exchange_field(exchange, "Range");
    char fields[128];
    int status = 200;
    int at = 0;

    if (range && !pick_range(range, n, &from, &to))
        return send_text(exchange, 416, "", "no such range\n");
    if (range) {
        status = 206;
        at = snprintf(fields, sizeof fields, "Content-Range: bytes %zu-%zu/%zu\r\n", from, to, n);
    }
    snprintf(fields + at, sizeof fields - (size_t)at, "Content-Length: %zu\r\n", to + 1 - from);
    return send_head(exchange, status, fields) &&
           (is_head(exchange) || send_pattern(exchange, from, to + 1 - from));
}

static bool give_status(struct exchange *exchange, const char *folder)
{
    int status = (int)last_number(exchange);

    if (status == 204 || status == 304)
        return send_head(exchange, status, "");
    return send_text(exchange, status, status == 503 ? "Retry-After: 5\r\n" : "",
                     "as you asked\n");
}

static bool redirect(struct exchange *exchange, const char *folder)
{
    return send_text(exchange, (int)last_number(exchange), "Location: /echo\r\n", "over there\n");
}

static bool give_chunks(struct exchange *exchange, const char *folder)
{
    size_t n = last_number(exchange);

    if (!send_head(exchange, 200, "Transfer-Encoding: chunked\r\nTrailer: X-Trailer\r\n"))
        return false;
    for (size_t at = 0; at < n && !is_head(exchange); at += CHUNK_BYTES) {
        size_t len = n - at < CHUNK_BYTES ? n - at : CHUNK_BYTES;

        if (!exchange_printf(exchange, "%zx\r\n", len) || !send_pattern(exchange, at, len) ||
            !exchange_printf(exchange, "\r\n"))
            return false;
    }
    return is_head(exchange) ||
           exchange_printf(exchange, "0\r\nX-Trailer: behind the body\r\n\r\n");
}

static bool give_until_close(struct exchange *exchange, const char *folder)
{
    exchange->keeps_alive = false;
    return send_head(exchange, 200, "") && send_pattern(exchange, 0, last_number(exchange));
}

static bool give_and_close(struct exchange *exchange, const char *folder)
{
    exchange->keeps_alive = false;
    return give_bytes(exchange, folder);
}

static bool give_half(struct exchange *exchange, const char *folder)
{
    size_t n = last_number(exchange);
    char fields[64];

    snprintf(fields, sizeof fields, "Content-Length: %zu\r\n", n);
    return send_head(exchange, 200, fields) && send_pattern(exchange, 0, n / 2);
}

static bool give_half_and_close(struct exchange *exchange, const char *folder)
{
    return give_half(exchange, folder) && false;
}

static bool give_half_and_stall(struct exchange *exchange, const char *folder)
{
    return give_half(exchange, folder) && exchange_wait_for_end(exchange);
}

static bool give_half_chunk(struct exchange *exchange, const char *folder)
{
    size_t n = last_number(exchange);

    return send_head(exchange, 200, "Transfer-Encoding: chunked\r\n") &&
           exchange_printf(exchange, "%zx\r\n", n) && send_pattern(exchange, 0, n / 2) && false;
}

static bool ask_for_login(struct exchange *exchange, const char *folder)
{
    const char *login = exchange_field(exchange, "Authorization");

    return send_text(exchange, 401, "WWW-Authenticate: Basic realm=\"dropin\"\r\n",
                     login ? "not you\n" : "who are you?\n");
}

static bool give_cookie(struct exchange *exchange, const char *folder)
{
    const char *cookie = exchange_field(exchange, "Cookie");
    char text[128];

    snprintf(text, sizeof text, "cookie: %.*s\n", cookie ? (int)strcspn(cookie, "\r") : 4,
             cookie ? cookie : "none");
    return send_text(exchange, 200, "Set-Cookie: shore=mud\r\n", text);
}

static bool give_named(struct exchange *exchange, const char *folder)
{
    return send_text(exchange, 200,
                     "ETag: \"egg\"\r\nContent-Disposition: attachment; filename=nest\r\n",
                     "four eggs\n");
}

static bool refuse(struct exchange *exchange, const char *folder)
{
    exchange->keeps_alive = false;
    return send_text(exchange, 413, "", "too much\n") && exchange_wait_for_end(exchange);
}

static bool give_nothing(struct exchange *exchange, const char *folder)
{
    return false;
}

static bool give_garbage(struct exchange *exchange, const char *folder)
{
    return exchange_printf(exchange, "curlew curlew curlew\n") && false;
}

static bool hang(struct exchange *exchange, const char *folder)
{
    return exchange_wait_for_end(exchange);
}

/* Counts this request for its path and waits for the others. A gathering that is complete begins
   anew with the next request. */
static bool has_gathered(const char *target, size_t n)
{
    char path[GATHERING_BYTES];
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
    static struct {
        char path[GATHERING_BYTES];
        size_t n_come, n_complete;
    } rows[GATHERINGS]; /* the last one is for all that find no other */
    struct timespec until;
    size_t row = 0, turn;
    bool is_in_time = true;

    snprintf(path, sizeof path, "%.*s", (int)strcspn(target, "?"), target);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += SERVER_PATIENCE_S;
    pthread_mutex_lock(&lock);
    while (row < GATHERINGS - 1 && rows[row].path[0] && strcmp(rows[row].path, path) != 0)
        row++;
    memcpy(rows[row].path, path, sizeof path);
    turn = rows[row].n_complete;
    if (++rows[row].n_come == n) {
        rows[row].n_come = 0;
        rows[row].n_complete++;
        pthread_cond_broadcast(&changed);
    }
    while (rows[row].n_complete == turn && is_in_time)
        is_in_time = pthread_cond_timedwait(&changed, &lock, &until) == 0;
    pthread_mutex_unlock(&lock);
    return is_in_time;
}

static bool gather(struct exchange *exchange, const char *folder)
{
    if (!has_gathered(exchange->target, last_number(exchange)))
        return send_text(exchange, 504, "", "the others did not come\n");
    return echo(exchange, folder);
}

static bool give_file(struct exchange *exchange, const char *folder)
{
    const char *path = exchange->target + strlen("/files");
    char name[4096];
    char *data = NULL;
    FILE *file = NULL;
    size_t len = 0, room = 0, got;
    bool is_sent;

    snprintf(name, sizeof name, "%s%.*s", folder, (int)strcspn(path, "?"), path);
    if (!strstr(path, ".."))
        file = fopen(name, "rbe");
    if (!file)
        return send_text(exchange, 404, "", "no such file\n");
    do {
        char *larger = len == room ? realloc(data, room = room * 2 + 4096) : data;

        if (!larger) {
            len = 0;
            break;
        }
        data = larger;
        got = fread(data + len, 1, room - len, file);
        len += got;
    } while (got && len < SERVER_BODY_MOST);
    /* A folder can be opened too; reading it is an error. */
    is_sent = ferror(file) ? send_text(exchange, 404, "", "a folder\n")
                           : send_body(exchange, 200, "", data, len);
    fclose(file);
    free(data);
    return is_sent;
}

static const struct {
    const char *prefix;
    bool (*give)(struct exchange *exchange, const char *folder);
    bool is_before_body;
} answers[] = {
    { "/echo", echo, false },
    { "/bytes/", give_bytes, false },
    { "/status/", give_status, false },
    { "/redirect/", redirect, false },
    { "/chunked/", give_chunks, false },
    { "/until-close/", give_until_close, false },
    { "/close/", give_and_close, false },
    { "/short/", give_half_and_close, false },
    { "/short-chunk/", give_half_chunk, false },
    { "/stall/", give_half_and_stall, false },
    { "/login", ask_for_login, false },
    { "/cookie", give_cookie, false },
    { "/named", give_named, false },
    { "/refuse", refuse, true },
    { "/nothing", give_nothing, false },
    { "/garbage", give_garbage, false },
    { "/hang", hang, false },
    { "/gather/", gather, false },
    { "/files/", give_file, false },
};

bool answer(struct exchange *exchange, const char *folder)
{
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if (strncmp(exchange->target, answers[i].prefix, strlen(answers[i].prefix)) != 0)
            continue;
        if (!answers[i].is_before_body && !exchange_read_body(exchange))
            return false;
        return answers[i].give(exchange, folder) && exchange->keeps_alive;
    }
    return exchange_read_body(exchange) && send_text(exchange, 404, "", "no such place\n") &&
           exchange->keeps_alive;
}
