/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* Which failures are tried again, and when. needs: retry.c */
#include "tool/retry.h"

#include "tap.h"

static struct tool_retry retry;

static bool is_worth(CURLcode error, long status, long n_attempts, int64_t retry_after_s,
                     long *delay_ms)
{
    struct tool_result result = {.error = error, .status = status, .n_attempts = n_attempts};

    return tool_retry_is_worth(&retry, &result, retry_after_s, delay_ms);
}

static bool is_status_worth(long status)
{
    long delay_ms;

    return is_worth(CURLE_HTTP_RETURNED_ERROR, status, 1, 0, &delay_ms);
}

static bool is_error_worth(CURLcode error)
{
    long delay_ms;

    return is_worth(error, 0, 1, 0, &delay_ms);
}

/* Whether the delays before an attempt are between the two, and not all the same. */
static bool are_delays_within(long n_attempts, long lowest_ms, long highest_ms)
{
    long first_ms = -1;
    bool differ = false;

    for (int i = 0; i < 1000; i++) {
        long delay_ms;

        if (!is_worth(CURLE_COULDNT_CONNECT, 0, n_attempts, 0, &delay_ms) || delay_ms < lowest_ms ||
            delay_ms > highest_ms)
            return false;
        differ = differ || (first_ms >= 0 && delay_ms != first_ms);
        first_ms = delay_ms;
    }
    return differ;
}

int main(void)
{
    long delay_ms = -1;

    tool_retry_init(&retry, 20, 500);
    tap_check(is_status_worth(408) && is_status_worth(429) && is_status_worth(500) &&
                  is_status_worth(502) && is_status_worth(503) && is_status_worth(504) &&
                  is_status_worth(599),
              "statuses that pass are tried again");
    tap_check(!is_status_worth(400) && !is_status_worth(403) && !is_status_worth(404) &&
                  !is_status_worth(410) && !is_status_worth(501) && !is_status_worth(505) &&
                  !is_status_worth(200),
              "statuses that stay are not");
    tap_check(is_error_worth(CURLE_COULDNT_CONNECT) && is_error_worth(CURLE_OPERATION_TIMEDOUT) &&
                  is_error_worth(CURLE_RECV_ERROR) && is_error_worth(CURLE_SEND_ERROR) &&
                  is_error_worth(CURLE_GOT_NOTHING) && is_error_worth(CURLE_PARTIAL_FILE),
              "connect failures, time-outs and broken connections are tried again");
    tap_check(!is_error_worth(CURLE_URL_MALFORMAT) && !is_error_worth(CURLE_UNSUPPORTED_PROTOCOL) &&
                  !is_error_worth(CURLE_PEER_FAILED_VERIFICATION) &&
                  !is_error_worth(CURLE_FILESIZE_EXCEEDED) && !is_error_worth(CURLE_WRITE_ERROR) &&
                  !is_error_worth(CURLE_TOO_MANY_REDIRECTS) && !is_error_worth(CURLE_OK),
              "failures that would come again are not");
    tap_check(are_delays_within(1, 250, 500) && are_delays_within(2, 500, 1000) &&
                  are_delays_within(3, 1000, 2000),
              "the delay doubles, and a random half of it is taken off");
    tap_check(are_delays_within(15, 15000, 30000), "the delay grows to 30 s and no further");
    tap_check(is_worth(CURLE_OK, 503, 1, 100, &delay_ms) && delay_ms == 100000,
              "a Retry-After that asks for more is obeyed");
    tap_check(is_worth(CURLE_OK, 503, 15, 1, &delay_ms) && delay_ms >= 15000,
              "a Retry-After that asks for less does not shorten the delay");
    tap_check(!is_worth(CURLE_OK, 503, 1, 121, &delay_ms), "a Retry-After too far off is final");
    tap_check(is_worth(CURLE_OK, 503, 20, 0, &delay_ms) &&
                  !is_worth(CURLE_OK, 503, 21, 0, &delay_ms),
              "the number of retries is kept");
    tool_retry_init(&retry, 2, 0);
    tap_check(is_worth(CURLE_OK, 503, 1, 0, &delay_ms) && delay_ms == 0, "no delay is possible");
    tool_retry_init(&retry, 20, 3600000);
    tap_check(is_worth(CURLE_OK, 503, 9, 0, &delay_ms) && delay_ms >= 1800000 &&
                  delay_ms <= 3600000,
              "a first delay above the cap is kept and not doubled");
    return tap_close();
}
