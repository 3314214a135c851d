/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * script: odd behaviour that a test asks for in the query of a URL.
 *
 *     status=S        answer with this status instead of 200
 *     fail=N          only the first N requests for this very target do what status (503), reset
 *                     or hang say; the later ones are served
 *     retry-after=S   say so in the answer
 *     location=URL    a redirect there (302 unless status says otherwise)
 *     reset=1         reset the connection instead of answering
 *     hang=1          never answer
 *     delay=MS        answer so much later
 *     size=N          a body of N bytes instead of a file
 *     truncate=N      send only N bytes of it and close the connection
 *     echo=1          the body is the head of the request
 *     chunked=1       send the body in chunks (without --scripted too)
 */
#ifndef ORIGIN_SCRIPT_H
#define ORIGIN_SCRIPT_H

#include "request.h"

#include <stdint.h>

struct origin_script {
    int status; /* 0: as the file tells */
    bool resets;
    bool hangs;
    bool echoes;
    bool is_chunked;
    long delay_ms;
    long size;          /* -1: the file */
    long truncate;      /* -1: all */
    long retry_after_s; /* -1: not said */
    char location[512];
};

enum { ORIGIN_COUNTERS = 4096 };

/* How often each target was asked for that counts its failures. */
struct origin_counters {
    struct {
        uint64_t target_hash;
        unsigned long n;
    } rows[ORIGIN_COUNTERS];
};

void origin_script_read(struct origin_script *script, struct origin_counters *counters,
                        const struct origin_request *request, bool is_scripted);

#endif
