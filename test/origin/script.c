/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "script.h"

/* FNV-1a, 64 bits. */
static uint64_t hash_target(const struct origin_request *request)
{
    uint64_t hash = 0xCBF29CE484222325;

    for (size_t i = 0; i < request->target_len; i++)
        hash = (hash ^ (unsigned char)request->target[i]) * 0x100000001B3;
    return hash | 1;
}

/* Counts this request; how many there were with it. A full table counts no further. */
static unsigned long count(struct origin_counters *counters, const struct origin_request *request)
{
    uint64_t hash = hash_target(request);

    for (unsigned i = 0; i < ORIGIN_COUNTERS; i++) {
        unsigned at = (unsigned)(hash + i) % ORIGIN_COUNTERS;

        if (counters->rows[at].target_hash && counters->rows[at].target_hash != hash)
            continue;
        counters->rows[at].target_hash = hash;
        return ++counters->rows[at].n;
    }
    return 1;
}

void origin_script_read(struct origin_script *script, struct origin_counters *counters,
                        const struct origin_request *request, bool is_scripted)
{
    long n_failing;
    bool is_failing;

    *script = (struct origin_script){.size = -1, .truncate = -1, .retry_after_s = -1};
    script->is_chunked = origin_request_number(request, "chunked", 0) == 1;
    if (!is_scripted)
        return;
    n_failing = origin_request_number(request, "fail", -1);
    is_failing = n_failing < 0 || count(counters, request) <= (unsigned long)n_failing;
    script->delay_ms = origin_request_number(request, "delay", 0);
    script->size = origin_request_number(request, "size", -1);
    script->truncate = origin_request_number(request, "truncate", -1);
    script->echoes = origin_request_number(request, "echo", 0) == 1;
    if (!is_failing)
        return;
    script->resets = origin_request_number(request, "reset", 0) == 1;
    script->hangs = origin_request_number(request, "hang", 0) == 1;
    script->retry_after_s = origin_request_number(request, "retry-after", -1);
    if (!origin_request_text(request, "location", script->location, sizeof script->location))
        script->location[0] = '\0';
    script->status = (int)origin_request_number(request, "status",
                                                script->location[0] ? 302
                                                : n_failing < 0     ? 0
                                                                    : 503);
}
