/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "run.h"

#include "interrupt.h"
#include "report.h"
#include "tool.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/* The longest wait: how late a signal may be seen that arrived just before it. A list that comes
   through a pipe is looked at more often while transfers are running. And how many lines are
   taken at once, since bad ones need no place among the running. */
enum { WAIT_MOST_MS = 200, WAIT_FOR_SOURCE_MS = 20, LINES_AT_ONCE = 1000 };

static void break_off(struct tool_run *run, const char *what, const char *why)
{
    tool_progress_clear(&run->progress);
    if (!run->is_broken)
        fprintf(stderr, "whimbrel: %s: %s\n", what, why);
    run->is_broken = true;
}

/* A failure is told in one place: in the results if there are any, else to the person. */
static bool is_worth_telling(const struct tool_run *run, const struct tool_result *result)
{
    bool is_failure = !result->is_ok && !result->is_stopped;

    if (run->options->is_quiet)
        return false;
    return run->options->verbosity || (is_failure && !run->jsonl.out);
}

/* Tells of a URL that is done with, and gives the fetch back. */
static void finish(struct tool_run *run, struct tool_fetch *fetch, struct tool_result *result)
{
    tool_fetch_settle_body(fetch, result);
    if (is_worth_telling(run, result)) {
        tool_progress_clear(&run->progress);
        tool_report_result(result, stderr);
    }
    tool_totals_add(&run->totals, result);
    tool_jsonl_put(&run->jsonl, result);
    tool_pool_give(&run->pool, fetch);
}

static void refuse(struct tool_run *run, struct tool_fetch *fetch, const char *reason)
{
    struct tool_result result;

    tool_fetch_describe(fetch, &result);
    result.error = CURLE_URL_MALFORMAT;
    result.error_text = reason;
    finish(run, fetch, &result);
}

static void await_turn(struct tool_run *run, struct tool_fetch *fetch)
{
    fetch->state = TOOL_FETCH_WAITING;
    switch (tool_hosts_enter(&run->hosts, fetch)) {
    case TOOL_TURN_NOW:
        tool_fetch_queue_add(&run->waiting, fetch);
        break;
    case TOOL_TURN_LATER:
        break;
    case TOOL_TURN_NO_MEMORY:
        break_off(run, "cannot go on", "out of memory");
    }
}

static void give_turn_back(struct tool_run *run, struct tool_fetch *fetch)
{
    struct tool_fetch *next = tool_hosts_leave(&run->hosts, fetch);

    if (next)
        tool_fetch_queue_add(&run->waiting, next);
}

static void begin(struct tool_run *run, const struct tool_line *line)
{
    struct tool_fetch *fetch = tool_pool_take(&run->pool);
    const char *refusal;

    if (!fetch || !tool_fetch_take_line(fetch, line)) {
        break_off(run, "cannot go on", "out of memory");
        if (fetch)
            tool_pool_give(&run->pool, fetch);
        return;
    }
    run->totals.n_taken++;
    refusal = tool_fetch_refusal(fetch);
    if (refusal)
        refuse(run, fetch, refusal);
    else
        await_turn(run, fetch);
}

static void start(struct tool_run *run, struct tool_fetch *fetch)
{
    CURLcode result = tool_fetch_prepare(fetch);
    CURLMcode code;

    /* The library takes no URL that is longer than it can bear. */
    if (result) {
        give_turn_back(run, fetch);
        refuse(run, fetch, curl_easy_strerror(result));
        return;
    }
    code = curl_multi_add_handle(run->multi, fetch->easy);
    if (code) {
        break_off(run, "cannot start a transfer", curl_multi_strerror(code));
        return;
    }
    fetch->state = TOOL_FETCH_RUNNING;
    run->n_running++;
}

static bool can_take_line(const struct tool_run *run)
{
    return run->source_answer == TOOL_SOURCE_URL && run->n_running < run->options->n_jobs &&
           !tool_pool_is_empty(&run->pool) && !run->is_broken && !tool_interrupt_seen();
}

static void take_line(struct tool_run *run)
{
    struct tool_line line;

    run->source_answer = tool_source_next(&run->source, &line);
    if (run->source_answer == TOOL_SOURCE_URL)
        begin(run, &line);
    else if (run->source_answer == TOOL_SOURCE_FAILED)
        break_off(run, run->options->input_path, strerror(errno));
}

/* Fills the places among the running: with who waits, then from the source. */
static void fill(struct tool_run *run)
{
    struct tool_fetch *fetch;

    while ((fetch = tool_delays_take(&run->delays, tool_now_us())))
        await_turn(run, fetch);
    if (run->source_answer == TOOL_SOURCE_WAIT)
        run->source_answer = TOOL_SOURCE_URL;
    for (int n_lines = 0; n_lines < LINES_AT_ONCE; n_lines++) {
        while (run->n_running < run->options->n_jobs && !run->is_broken &&
               (fetch = tool_fetch_queue_take(&run->waiting)))
            start(run, fetch);
        if (!can_take_line(run))
            break;
        take_line(run);
    }
}

static void note_end(CURL *easy, CURLcode result, void *context)
{
    struct tool_run *run = context;
    char *private = NULL;
    struct tool_fetch *fetch;

    if (!easy) {
        break_off(run, "the event loop failed", curl_easy_strerror(result));
        return;
    }
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
    fetch = (struct tool_fetch *)(void *)private;
    if (!fetch || fetch->state != TOOL_FETCH_RUNNING)
        return;
    fetch->state = TOOL_FETCH_ENDED;
    fetch->result = result;
    tool_fetch_queue_add(&run->ended, fetch);
}

static void settle(struct tool_run *run, struct tool_fetch *fetch)
{
    struct tool_result result;
    curl_off_t retry_after_s = 0;
    long delay_ms;

    tool_fetch_measure(fetch, &result);
    curl_easy_getinfo(fetch->easy, CURLINFO_RETRY_AFTER, &retry_after_s);
    curl_multi_remove_handle(run->multi, fetch->easy);
    run->n_running--;
    run->totals.n_connects += (unsigned long)result.n_connects;
    give_turn_back(run, fetch);
    if (fetch->sink.error || tool_interrupt_seen() ||
        !tool_retry_is_worth(&run->retry, &result, retry_after_s, &delay_ms)) {
        finish(run, fetch, &result);
        return;
    }
    if (run->options->verbosity && !run->options->is_quiet) {
        tool_progress_clear(&run->progress);
        tool_report_retry(&result, delay_ms, stderr);
    }
    tool_sink_drop(&run->folder, &fetch->sink);
    run->totals.n_retries++;
    fetch->due_us = tool_now_us() + (int64_t)delay_ms * 1000;
    fetch->state = TOOL_FETCH_DELAYED;
    tool_delays_add(&run->delays, fetch);
}

static bool is_source_dry(const struct tool_run *run)
{
    return run->source_answer == TOOL_SOURCE_WAIT;
}

/* How long nothing can be missed: until a retry is due, or the source may have more. */
static int pick_wait(const struct tool_run *run)
{
    int64_t due_us = tool_delays_next(&run->delays);
    int64_t wait_ms = is_source_dry(run) && run->n_running ? WAIT_FOR_SOURCE_MS : WAIT_MOST_MS;

    if (can_take_line(run))
        return 0;
    if (due_us != INT64_MAX) {
        int64_t left_ms = (due_us - tool_now_us() + 999) / 1000;

        wait_ms = left_ms < wait_ms ? left_ms : wait_ms;
    }
    return wait_ms > 0 ? (int)wait_ms : 0;
}

static void wait_for_something(struct tool_run *run)
{
    struct pollfd ready = {.fd = is_source_dry(run) ? run->source.fd : -1, .events = POLLIN};

    if (!run->n_running)
        poll(&ready, 1, pick_wait(run));
    else if (!tool_loop_step(run->loop, pick_wait(run)))
        break_off(run, "the event loop failed", strerror(errno));
}

/* What is underway when we are told to stop. */
static void stop_all(struct tool_run *run)
{
    for (size_t i = 0; i < run->pool.n_made; i++) {
        struct tool_fetch *fetch = run->pool.all[i];
        struct tool_result result;

        if (fetch->state == TOOL_FETCH_FREE)
            continue;
        tool_fetch_describe(fetch, &result);
        if (fetch->state == TOOL_FETCH_RUNNING) {
            tool_fetch_measure(fetch, &result);
            curl_multi_remove_handle(run->multi, fetch->easy);
        }
        result.is_ok = false;
        result.is_stopped = true;
        result.error = CURLE_ABORTED_BY_CALLBACK;
        result.error_text = "stopped before the end";
        finish(run, fetch, &result);
    }
    run->n_running = 0;
}

void tool_run_go(struct tool_run *run)
{
    while (!run->is_broken && !tool_interrupt_seen()) {
        struct tool_fetch *fetch;

        fill(run);
        if (run->source_answer == TOOL_SOURCE_END && !run->n_running && !run->delays.n)
            break;
        wait_for_something(run);
        while ((fetch = tool_fetch_queue_take(&run->ended)))
            settle(run, fetch);
        tool_progress_tick(&run->progress, &run->totals, run->world.n_received,
                           tool_source_share(&run->source));
        /* Whoever feeds a list bit by bit may be waiting to see what came of it. */
        if (is_source_dry(run))
            tool_jsonl_flush(&run->jsonl);
        if (run->jsonl.error)
            break_off(run, run->options->jsonl_path, strerror(run->jsonl.error));
    }
    stop_all(run);
    tool_progress_clear(&run->progress);
    if (!tool_jsonl_flush(&run->jsonl))
        break_off(run, run->options->jsonl_path, strerror(errno));
}

static bool tell(const char *what, const char *why)
{
    fprintf(stderr, "whimbrel: %s: %s\n", what, why);
    return false;
}

static bool open_files(struct tool_run *run, const struct tool_options *options)
{
    if (!tool_source_open(&run->source, options->urls, options->n_urls, options->input_path))
        return tell(options->input_path, strerror(errno));
    if (!tool_folder_open(&run->folder, options->output_dir))
        return tell(options->output_dir, strerror(errno));
    if (!tool_jsonl_open(&run->jsonl, options->jsonl_path))
        return tell(options->jsonl_path, strerror(errno));
    return true;
}

static bool open_loop(struct tool_run *run, const struct tool_options *options)
{
    run->multi = curl_multi_init();
    if (!run->multi)
        return tell("cannot start", "out of memory");
    curl_multi_setopt(run->multi, CURLMOPT_MAXCONNECTS, options->n_jobs);
    /* A second fence: a redirect leads to a host whose turn it did not ask for. */
    curl_multi_setopt(run->multi, CURLMOPT_MAX_HOST_CONNECTIONS, options->n_per_host);
    run->loop = tool_loop_open(options->loop_name, run->multi, note_end, run);
    return run->loop ? true : tell("cannot open the event loop", strerror(errno));
}

bool tool_run_open(struct tool_run *run, const struct tool_options *options)
{
    size_t n_fetches = (size_t)options->n_jobs * 2;

    *run = (struct tool_run){.options = options, .source.fd = -1, .folder.fd = -1};
    run->world = (struct tool_fetch_world){.options = options, .folder = &run->folder};
    tool_retry_init(&run->retry, options->n_retries, options->retry_delay_ms);
    tool_totals_init(&run->totals);
    if (!open_files(run, options) || !open_loop(run, options))
        return false;
    if (!tool_pool_init(&run->pool, &run->world, n_fetches) ||
        !tool_delays_init(&run->delays, n_fetches) ||
        !tool_hosts_init(&run->hosts, options->n_per_host, n_fetches))
        return tell("cannot start", "out of memory");
    tool_progress_init(&run->progress, !options->is_quiet);
    return true;
}

void tool_run_close(struct tool_run *run)
{
    tool_loop_close(run->loop);
    tool_pool_fini(&run->pool);
    if (run->multi)
        curl_multi_cleanup(run->multi);
    tool_hosts_fini(&run->hosts);
    tool_delays_fini(&run->delays);
    tool_source_close(&run->source);
    tool_folder_close(&run->folder);
    if (!tool_jsonl_close(&run->jsonl))
        break_off(run, run->options->jsonl_path, strerror(errno));
}
