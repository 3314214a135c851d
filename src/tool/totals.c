/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "totals.h"

#include "tool.h"

void tool_totals_init(struct tool_totals *totals)
{
    *totals = (struct tool_totals){.started_us = tool_now_us()};
}

static void count_failure(struct tool_totals *totals, const struct tool_result *result)
{
    if (result->error == CURLE_HTTP_RETURNED_ERROR)
        totals->n_by_status[result->status / 100 % 10]++;
    else
        totals->n_by_error[(unsigned)result->error % TOOL_ERRORS_MOST]++;
}

void tool_totals_add(struct tool_totals *totals, const struct tool_result *result)
{
    if (result->is_ok)
        totals->n_ok++;
    else if (result->is_stopped)
        totals->n_stopped++;
    else
        totals->n_failed++;
    if (!result->is_ok && !result->is_stopped)
        count_failure(totals, result);
    totals->n_bytes += result->n_bytes;
    totals->n_reused += result->is_reused;
    if (result->status && !result->is_stopped)
        tool_histogram_add(&totals->latency_us, result->total_us);
}

unsigned long tool_totals_done(const struct tool_totals *totals)
{
    return totals->n_ok + totals->n_failed + totals->n_stopped;
}

void tool_bytes_print(double n_bytes, char *text, size_t room)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    int unit = 0;

    while (n_bytes >= 1024 && unit < 5) {
        n_bytes /= 1024;
        unit++;
    }
    snprintf(text, room, unit ? "%.1f %s" : "%.0f %s", n_bytes, units[unit]);
}

static void print_latency(const struct tool_histogram *latency_us, FILE *out)
{
    static const struct {
        const char *name;
        unsigned in_1000;
    } rows[] = {{"p50", 500}, {"p90", 900}, {"p99", 990}, {"max", 1000}};

    if (!latency_us->n_values)
        return;
    fputs("latency ", out);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        fprintf(out, " %s %.1f ms%s", rows[i].name,
                (double)tool_histogram_find(latency_us, rows[i].in_1000) / 1000,
                i + 1 < sizeof rows / sizeof rows[0] ? "," : "\n");
}

static void print_failures(const struct tool_totals *totals, FILE *out)
{
    for (int hundreds = 0; hundreds < 10; hundreds++)
        if (totals->n_by_status[hundreds])
            fprintf(out, "  %lu x HTTP status %dxx\n", totals->n_by_status[hundreds], hundreds);
    for (int error = 0; error < TOOL_ERRORS_MOST; error++)
        if (totals->n_by_error[error])
            fprintf(out, "  %lu x %s (%d)\n", totals->n_by_error[error],
                    curl_easy_strerror((CURLcode)error), error);
}

void tool_totals_print(const struct tool_totals *totals, const char *ending, FILE *out)
{
    double seconds = (double)(tool_now_us() - totals->started_us) / 1e6;
    double per_second = seconds > 0 ? 1 / seconds : 0;
    char bytes[32], rate[32];

    if (ending)
        fprintf(out, "%s\n", ending);
    tool_bytes_print((double)totals->n_bytes, bytes, sizeof bytes);
    tool_bytes_print((double)totals->n_bytes * per_second, rate, sizeof rate);
    fprintf(out, "fetched  %lu of %lu, %lu failed", totals->n_ok, totals->n_taken,
            totals->n_failed);
    if (totals->n_stopped)
        fprintf(out, ", %lu stopped", totals->n_stopped);
    fprintf(out, "\ntook     %.2f s, %.0f URLs/s, %s, %s/s\n", seconds,
            (double)tool_totals_done(totals) * per_second, bytes, rate);
    fprintf(out, "opened   %lu connections, %lu transfers reused one, %lu retries\n",
            totals->n_connects, totals->n_reused, totals->n_retries);
    print_latency(&totals->latency_us, out);
    print_failures(totals, out);
    fflush(out);
}
