/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "progress.h"

#include "tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { EVERY_US = 200000, BAR_WIDTH = 24, LINE_MOST = 256 };

void tool_progress_init(struct tool_progress *progress, bool is_wanted)
{
    const char *terminal = getenv("TERM");

    *progress = (struct tool_progress){
        .is_on = is_wanted && isatty(STDERR_FILENO) && !(terminal && !strcmp(terminal, "dumb")),
        .seen_us = tool_now_us(),
    };
    progress->next_us = progress->seen_us + EVERY_US;
}

static size_t terminal_columns(void)
{
    struct winsize size;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20)
        return 80;
    return size.ws_col < LINE_MOST ? size.ws_col : LINE_MOST;
}

/* The newest part weighs a third, so that a rate follows within a second and does not jump. */
static double smooth(double old, double new, bool is_first)
{
    return is_first ? new : old + (new - old) / 3;
}

static void take_rates(struct tool_progress *progress, unsigned long n_done, int64_t n_bytes,
                       int64_t now_us)
{
    double seconds = (double)(now_us - progress->seen_us) / 1e6;
    bool is_first = !progress->is_drawn && !progress->seen_done && !progress->seen_bytes;

    if (seconds <= 0)
        return;
    progress->per_second =
        smooth(progress->per_second, (double)(n_done - progress->seen_done) / seconds, is_first);
    progress->bytes_per_second = smooth(
        progress->bytes_per_second, (double)(n_bytes - progress->seen_bytes) / seconds, is_first);
    progress->seen_us = now_us;
    progress->seen_done = n_done;
    progress->seen_bytes = n_bytes;
}

static void print_duration(double seconds, char *text, size_t room)
{
    unsigned long s = seconds < 0 ? 0 : seconds > 3e6 ? 3000000 : (unsigned long)(seconds + 0.5);

    if (s >= 3600)
        snprintf(text, room, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(text, room, "%lu:%02lu", s / 60, s % 60);
}

static void print_bar(double part, char bar[BAR_WIDTH + 4])
{
    int n_full = (int)(part * BAR_WIDTH);

    bar[0] = '[';
    for (int i = 0; i < BAR_WIDTH; i++)
        bar[1 + i] = i < n_full ? '#' : i == n_full ? '>' : '.';
    memcpy(bar + 1 + BAR_WIDTH, "] ", 3);
}

static void draw(struct tool_progress *progress, const struct tool_totals *totals,
                 int64_t received_bytes, double share, int64_t now_us)
{
    char line[LINE_MOST + 1], bytes[32], rate[32], left[32] = "", bar[BAR_WIDTH + 4] = "";
    char percent[16] = "";
    unsigned long n_done = tool_totals_done(totals);
    double n_all = share > 0 ? (double)totals->n_taken / share : -1;
    double elapsed = (double)(now_us - totals->started_us) / 1e6;

    if (n_all > 0) {
        double part = (double)n_done / n_all;

        part = part > 1 ? 1 : part;
        print_bar(part, bar);
        snprintf(percent, sizeof percent, "%3.0f%% ", part * 100);
        if (n_done)
            print_duration(elapsed * (n_all - (double)n_done) / (double)n_done, left, sizeof left);
    }
    tool_bytes_print((double)received_bytes, bytes, sizeof bytes);
    tool_bytes_print(progress->bytes_per_second, rate, sizeof rate);
    snprintf(line, sizeof line, "%s%s%lu done, %lu failed, %.0f/s, %s, %s/s%s%s", bar, percent,
             n_done, totals->n_failed, progress->per_second, bytes, rate, *left ? ", ETA " : "",
             left);
    /* Never into the last column: some terminals wrap there. */
    line[terminal_columns() - 1] = '\0';
    fprintf(stderr, "\r%s\033[K", line);
    fflush(stderr);
    progress->is_drawn = true;
}

void tool_progress_tick(struct tool_progress *progress, const struct tool_totals *totals,
                        int64_t received_bytes, double share)
{
    int64_t now_us;

    if (!progress->is_on)
        return;
    now_us = tool_now_us();
    if (now_us < progress->next_us)
        return;
    progress->next_us = now_us + EVERY_US;
    take_rates(progress, tool_totals_done(totals), received_bytes, now_us);
    draw(progress, totals, received_bytes, share, now_us);
}

void tool_progress_clear(struct tool_progress *progress)
{
    if (!progress->is_drawn)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->is_drawn = false;
    progress->next_us = 0; /* and draw it again soon */
}
