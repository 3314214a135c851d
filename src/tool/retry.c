/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "retry.h"

#include "tool.h"

#include <unistd.h>

enum { DELAY_MOST_MS = 30000, RETRY_AFTER_MOST_S = 120 };

static const CURLcode passing_errors[] = {
    CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT, CURLE_SSL_CONNECT_ERROR, CURLE_SEND_ERROR,
    CURLE_RECV_ERROR,      CURLE_GOT_NOTHING,        CURLE_PARTIAL_FILE,      CURLE_HTTP2,
    CURLE_HTTP2_STREAM,
};

void tool_retry_init(struct tool_retry *retry, long n_most, long first_delay_ms)
{
    *retry = (struct tool_retry){n_most, first_delay_ms,
                                 ((uint64_t)tool_now_us() << 16 ^ (uint64_t)getpid()) | 1};
}

static bool is_passing_status(long status)
{
    return status == 408 || status == 429 ||
           (status >= 500 && status <= 599 && status != 501 && status != 505);
}

static bool is_passing(const struct tool_result *result)
{
    if (result->error == CURLE_OK || result->error == CURLE_HTTP_RETURNED_ERROR)
        return is_passing_status(result->status);
    for (size_t i = 0; i < sizeof passing_errors / sizeof passing_errors[0]; i++)
        if (result->error == passing_errors[i])
            return true;
    return false;
}

/* xorshift64 (Marsaglia 2003). */
static uint64_t next_random(struct tool_retry *retry)
{
    retry->random ^= retry->random << 13;
    retry->random ^= retry->random >> 7;
    retry->random ^= retry->random << 17;
    return retry->random;
}

static long delay_before(struct tool_retry *retry, long n_attempts)
{
    long delay_ms = retry->first_delay_ms;
    long most_ms = delay_ms > DELAY_MOST_MS ? delay_ms : DELAY_MOST_MS;

    for (long i = 1; i < n_attempts && delay_ms < most_ms; i++)
        delay_ms *= 2;
    delay_ms = delay_ms < most_ms ? delay_ms : most_ms;
    return delay_ms - (long)(next_random(retry) % ((uint64_t)delay_ms / 2 + 1));
}

bool tool_retry_is_worth(struct tool_retry *retry, const struct tool_result *result,
                         int64_t retry_after_s, long *pick_delay_ms)
{
    long delay_ms;

    if (result->n_attempts > retry->n_most || !is_passing(result) ||
        retry_after_s > RETRY_AFTER_MOST_S)
        return false;
    delay_ms = delay_before(retry, result->n_attempts);
    if (retry_after_s > 0 && delay_ms < retry_after_s * 1000)
        delay_ms = retry_after_s * 1000;
    *pick_delay_ms = delay_ms;
    return true;
}
