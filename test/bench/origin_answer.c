/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "origin_answer.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT_ANSWERS = 16, HEADER_ROOM = 160, LARGEST_BUILT = 16 << 20 };

struct kept_answer {
    uint64_t body_bytes;
    bool is_streamed;
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

static int print_header(char *room, uint64_t body_bytes) {
    return snprintf(room, HEADER_ROOM,
                    "HTTP/1.1 200 OK\r\nContent-Length: %llu\r\n\r\n",
                    (unsigned long long)body_bytes);
}

static bool build(struct kept_answer *entry, uint64_t body_bytes, bool is_streamed) {
    size_t n_built = is_streamed ? 0 : (size_t)body_bytes;
    char *bytes;
    int n_header;

    if (!is_streamed && body_bytes > LARGEST_BUILT)
        return false;
    bytes = malloc(HEADER_ROOM + n_built);
    if (!bytes)
        return false;
    n_header = print_header(bytes, body_bytes);
    memset(bytes + n_header, 'w', n_built);
    entry->body_bytes = body_bytes;
    entry->is_streamed = is_streamed;
    entry->answer.bytes = bytes;
    entry->answer.n_bytes = (size_t)n_header + n_built;
    entry->answer.stream_bytes = is_streamed ? body_bytes : 0;
    return true;
}

/* A full table overwrites nothing: an answer in flight may still point into it. */
static const struct bench_answer *find_kept(uint64_t body_bytes, bool is_streamed) {
    for (size_t i = 0; i < n_kept; i++)
        if (kept[i].body_bytes == body_bytes && kept[i].is_streamed == is_streamed)
            return &kept[i].answer;
    if (n_kept == KEPT_ANSWERS || !build(&kept[n_kept], body_bytes, is_streamed))
        return NULL;
    return &kept[n_kept++].answer;
}

static uint64_t read_number(const char *text, const char *end) {
    uint64_t number = 0;

    while (text < end && *text >= '0' && *text <= '9' && number < UINT64_MAX / 16)
        number = number * 10 + (uint64_t)(*text++ - '0');
    return number;
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
        answer = find_kept(read_number(path + 3, end), false);
    } else if (!memcmp(path, "/hold/", 6)) {
        verdict = BENCH_ANSWER_HELD;
        answer = find_kept(read_number(path + 6, end), false);
    } else if (!memcmp(path, "/big/", 5)) {
        answer = find_kept(read_number(path + 5, end), true);
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
    n_header = print_header(room, (uint64_t)n_digits);
    memcpy(room + n_header, digits, (size_t)n_digits);
    return (size_t)(n_header + n_digits);
}
