/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/meter.h"

#include "engine/multi.h"
#include "engine/transfer.h"
#include "util/clock.h"

#include <stdio.h>

enum { AMOUNT_BYTES = 8, CLOCK_BYTES = 12 };

/* At most five characters: 99999, 9999k, 99.9M ... */
static const char *amount_text(int64_t n, char text[AMOUNT_BYTES])
{
    static const char units[] = "kMGTPE";
    double value = (double)n;
    int unit = -1;

    if (n < 100000) {
        snprintf(text, AMOUNT_BYTES, "%5d", (int)n);
        return text;
    }
    while (value >= 9999.5 && unit < 5) {
        value /= 1024;
        unit++;
    }
    snprintf(text, AMOUNT_BYTES, value < 99.95 ? "%4.1f%c" : "%4.0f%c", value, units[unit]);
    return text;
}

static const char *clock_text(int64_t seconds, char text[CLOCK_BYTES])
{
    if (seconds <= 0)
        snprintf(text, CLOCK_BYTES, "--:--:--");
    else if (seconds < 100 * 3600)
        snprintf(text, CLOCK_BYTES, "%2d:%02d:%02d", (int)(seconds / 3600),
                 (int)(seconds / 60 % 60), (int)(seconds % 60));
    else
        snprintf(text, CLOCK_BYTES, "%5dh", (int)(seconds / 3600 % 100000));
    return text;
}

static int percent(int64_t part, int64_t all)
{
    return all > 0 ? (int)(100.0 * (double)part / (double)all) : 0;
}

void whim_meter_update(struct whim_transfer *transfer, bool is_final)
{
    struct whim_info *info = &transfer->info;
    FILE *stream = whim_opt_ptr(&transfer->options, WHIM_OPT_STDERR);
    int64_t elapsed_us = transfer->multi->now_us - info->start_us;
    int64_t n = info->n_received + info->n_sent;
    int64_t all = (info->content_length > 0 ? info->content_length : info->n_received) +
                  (info->upload_length > 0 ? info->upload_length : info->n_sent);
    double per_s = elapsed_us > 0 ? (double)n * WHIM_US_PER_S / (double)elapsed_us : 0;
    int64_t total_s = all > 0 && per_s > 0 ? (int64_t)((double)all / per_s) : 0;
    int64_t spent_s = elapsed_us / WHIM_US_PER_S;
    char amounts[6][AMOUNT_BYTES];
    char clocks[3][CLOCK_BYTES];

    if (!stream)
        stream = stderr;
    if (!info->meter_us)
        fputs("  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
              "                                 Dload  Upload   Total   Spent    Left  Speed\n",
              stream);
    else if (!is_final && transfer->multi->now_us - info->meter_us < WHIM_US_PER_S)
        return;
    info->meter_us = transfer->multi->now_us;
    fprintf(stream, "\r%3d %s  %3d %s  %3d %s  %s  %s %s %s %s %s", percent(n, all),
            amount_text(all ? all : n, amounts[0]), percent(info->n_received, info->content_length),
            amount_text(info->n_received, amounts[1]), percent(info->n_sent, info->upload_length),
            amount_text(info->n_sent, amounts[2]),
            amount_text(info->n_received ? (int64_t)per_s : 0, amounts[3]),
            amount_text(info->n_sent ? (int64_t)per_s : 0, amounts[4]),
            clock_text(total_s, clocks[0]), clock_text(spent_s, clocks[1]),
            clock_text(total_s - spent_s, clocks[2]), amount_text((int64_t)per_s, amounts[5]));
    if (is_final)
        fputc('\n', stream);
    fflush(stream);
}
