/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#define _GNU_SOURCE
#include "origin_answer.h"

#include "origin_gzip.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT_ANSWERS = 16, HEADER_ROOM = 160, LARGEST_BUILT = 16 << 20, MOST_COOKIES = 100 };

enum kind { WHOLE, STREAMED, GZIP, COOKIES };

struct kept_answer {
    uint64_t body_bytes;
    enum kind kind;
    struct bench_answer answer;
};

static struct kept_answer kept[KEPT_ANSWERS];
static size_t n_kept;

static const struct {
    const char *path;
    enum bench_verdict verdict;
} questions[] = {
    { "/ctl/accepted ", BENCH_ANSWER_ACCEPTED },
    { "/ctl/held ", BENCH_ANSWER_N_HELD },
    { "/ctl/release ", BENCH_ANSWER_RELEASE },
    { "/ctl/open ", BENCH_ANSWER_OPEN },
    { "/ctl/handshakes ", BENCH_ANSWER_HANDSHAKES },
    { "/ctl/resumed ", BENCH_ANSWER_RESUMED },
};

static int print_header(char *room, uint64_t body_bytes, const char *fields) {
    return snprintf(room, HEADER_ROOM,
                    "HTTP/1.1 200 OK\r\nContent-Length: %llu\r\n%s\r\n",
                    (unsigned long long)body_bytes, fields);
}

static bool build_gzip(struct kept_answer *entry, uint64_t body_bytes) {
    struct bench_answer *answer = &entry->answer;
    uint64_t n_segments = body_bytes / BENCH_GZIP_SEGMENT_BYTES;
    char *bytes;
    int n_header;

    answer->cycle = bench_origin_gzip_segment(&answer->n_cycle);
    if (!answer->cycle || body_bytes % BENCH_GZIP_SEGMENT_BYTES)
        return false;
    answer->stream_bytes = n_segments * answer->n_cycle;
    bytes = malloc(HEADER_ROOM + BENCH_GZIP_HEADER_BYTES + BENCH_GZIP_TRAILER_BYTES);
    if (!bytes)
        return false;
    n_header = print_header(
        bytes, BENCH_GZIP_HEADER_BYTES + answer->stream_bytes + BENCH_GZIP_TRAILER_BYTES,
        "Content-Encoding: gzip\r\n");
    bench_origin_gzip_header(bytes + n_header);
    answer->bytes = bytes;
    answer->n_bytes = (size_t)n_header + BENCH_GZIP_HEADER_BYTES;
    answer->tail = bytes + answer->n_bytes;
    answer->n_tail = BENCH_GZIP_TRAILER_BYTES;
    bench_origin_gzip_trailer(n_segments, bytes + answer->n_bytes);
    return true;
}

static bool build_cookies(struct kept_answer *entry, uint64_t n_cookies) {
    enum { COOKIE_ROOM = 48 };
    char *fields, *bytes;
    int n_fields = 0;
    int n_header;

    if (n_cookies > MOST_COOKIES)
        return false;
    fields = malloc(n_cookies * COOKIE_ROOM + 1);
    bytes = malloc(HEADER_ROOM + n_cookies * (COOKIE_ROOM + 1));
    if (!fields || !bytes) {
        free(fields);
        free(bytes);
        return false;
    }
    fields[0] = 0;
    for (unsigned i = 0; i < n_cookies; i++)
        n_fields += snprintf(fields + n_fields, COOKIE_ROOM,
                             "Set-Cookie: c%02u=0123456; Path=/\r\n", i);
    n_header = snprintf(bytes, HEADER_ROOM + n_cookies * COOKIE_ROOM,
                        "HTTP/1.1 200 OK\r\nContent-Length: %u\r\n%s\r\n", (unsigned)n_cookies,
                        fields);
    free(fields);
    memset(bytes + n_header, 'w', n_cookies);
    entry->answer.bytes = bytes;
    entry->answer.n_bytes = (size_t)n_header + n_cookies;
    return true;
}

static bool build_plain(struct kept_answer *entry, uint64_t body_bytes) {
    bool is_streamed = entry->kind == STREAMED;
    size_t n_built = is_streamed ? 0 : (size_t)body_bytes;
    char *bytes;
    int n_header;

    if (!is_streamed && body_bytes > LARGEST_BUILT)
        return false;
    bytes = malloc(HEADER_ROOM + n_built);
    if (!bytes)
        return false;
    n_header = print_header(bytes, body_bytes, "");
    memset(bytes + n_header, 'w', n_built);
    entry->answer.bytes = bytes;
    entry->answer.n_bytes = (size_t)n_header + n_built;
    entry->answer.stream_bytes = is_streamed ? body_bytes : 0;
    return true;
}

static bool build(struct kept_answer *entry, uint64_t body_bytes, enum kind kind) {
    *entry = (struct kept_answer){ .body_bytes = body_bytes, .kind = kind };
    switch (kind) {
    case GZIP:
        return build_gzip(entry, body_bytes);
    case COOKIES:
        return build_cookies(entry, body_bytes);
    default:
        return build_plain(entry, body_bytes);
    }
}

/* A full table overwrites nothing: an answer in flight may still point into it. */
static const struct bench_answer *find_kept(uint64_t body_bytes, enum kind kind) {
    for (size_t i = 0; i < n_kept; i++)
        if (kept[i].body_bytes == body_bytes && kept[i].kind == kind)
            return &kept[i].answer;
    if (n_kept == KEPT_ANSWERS || !build(&kept[n_kept], body_bytes, kind))
        return NULL;
    return &kept[n_kept++].answer;
}

static uint64_t read_number(const char *text, const char *end) {
    uint64_t number = 0;

    while (text < end && *text >= '0' && *text <= '9' && number < UINT64_MAX / 16)
        number = number * 10 + (uint64_t)(*text++ - '0');
    return number;
}

/* How many cookies the request has: one more than there are separators. */
static uint64_t count_cookies(const char *request, size_t n_bytes) {
    const char *at = memmem(request, n_bytes, "\r\nCookie: ", 10);
    uint64_t n = at != NULL;

    for (at = at ? at + 2 : NULL; at && at < request + n_bytes && *at != '\r'; at++)
        n += *at == ';';
    return n;
}

enum bench_verdict bench_answer_find(const char *request, size_t n_bytes,
                                     struct bench_answer *pick_answer) {
    const char *path = request + 4;
    const char *end = request + n_bytes;
    enum bench_verdict verdict = BENCH_ANSWER_NOW;
    const struct bench_answer *answer;

    if (n_bytes < 20 || memcmp(request, "GET /", 5))
        return BENCH_ANSWER_REFUSED;
    if (!memcmp(path, "/b/", 3)) {
        answer = find_kept(read_number(path + 3, end), WHOLE);
    } else if (!memcmp(path, "/hold/", 6)) {
        verdict = BENCH_ANSWER_HELD;
        answer = find_kept(read_number(path + 6, end), WHOLE);
    } else if (!memcmp(path, "/big/", 5)) {
        answer = find_kept(read_number(path + 5, end), STREAMED);
    } else if (!memcmp(path, "/gzip/", 6)) {
        answer = find_kept(read_number(path + 6, end), GZIP);
    } else if (!memcmp(path, "/cookies/", 9)) {
        uint64_t n_cookies = read_number(path + 9, end);

        if (count_cookies(request, n_bytes) < n_cookies / 2)
            return BENCH_ANSWER_REFUSED;
        answer = find_kept(n_cookies, COOKIES);
    } else {
        for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++)
            if (!strncmp(path, questions[i].path, strlen(questions[i].path)))
                return questions[i].verdict;
        return BENCH_ANSWER_REFUSED;
    }
    if (!answer)
        return BENCH_ANSWER_REFUSED;
    *pick_answer = *answer;
    return verdict;
}

size_t bench_answer_number(char *room, size_t n_room, unsigned long number) {
    char digits[24];
    int n_digits = snprintf(digits, sizeof digits, "%lu", number);
    int n_header;

    if (n_room < HEADER_ROOM + sizeof digits)
        return 0;
    n_header = print_header(room, (uint64_t)n_digits, "");
    memcpy(room + n_header, digits, (size_t)n_digits);
    return (size_t)(n_header + n_digits);
}
