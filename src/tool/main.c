/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * whimbrel: fetches many URLs at once. A user of the public API like any other.
 */
#include "descriptors.h"
#include "interrupt.h"
#include "loop.h"
#include "options.h"
#include "run.h"
#include "tool.h"

#include <signal.h>
#include <string.h>

static int print_versions(void)
{
    printf("whimbrel %s (%s)\nLoops:", TOOL_VERSION, curl_version());
    for (int i = 0; tool_loop_name(i); i++)
        printf(" %s", tool_loop_name(i));
    putchar('\n');
    return fflush(stdout) == 0 ? TOOL_EXIT_ALL : TOOL_EXIT_BROKEN;
}

static int explain(void)
{
    tool_options_explain(stdout);
    return fflush(stdout) == 0 ? TOOL_EXIT_ALL : TOOL_EXIT_BROKEN;
}

static const char *name_ending(int signal_number)
{
    if (!signal_number)
        return NULL;
    return signal_number == SIGINT ? "interrupted" : strsignal(signal_number);
}

static int judge(const struct tool_run *run)
{
    if (run->is_broken)
        return TOOL_EXIT_BROKEN;
    if (tool_interrupt_seen())
        return TOOL_EXIT_SIGNAL + tool_interrupt_seen();
    return run->totals.n_failed ? TOOL_EXIT_SOME : TOOL_EXIT_ALL;
}

static int fetch_all(const struct tool_options *options)
{
    struct tool_run run;

    tool_interrupt_catch();
    if (tool_run_open(&run, options)) {
        tool_run_go(&run);
        if (!options->is_quiet)
            tool_totals_print(&run.totals, name_ending(tool_interrupt_seen()), stderr);
    } else {
        run.is_broken = true;
    }
    tool_run_close(&run);
    return judge(&run);
}

static void fit_jobs(struct tool_options *options)
{
    long n_jobs = tool_descriptors_provide(options->n_jobs);

    if (n_jobs < options->n_jobs && !options->is_quiet)
        fprintf(stderr, "whimbrel: the limit of open files allows %ld jobs, not %ld\n", n_jobs,
                options->n_jobs);
    options->n_jobs = n_jobs;
}

int main(int argc, char **argv)
{
    struct tool_options options;
    int code;

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        fputs("whimbrel: the library could not be started\n", stderr);
        return TOOL_EXIT_BROKEN;
    }
    if (!tool_options_init(&options, argc, argv)) {
        code = TOOL_EXIT_USAGE;
    } else if (options.wants_help) {
        code = explain();
    } else if (options.wants_version) {
        code = print_versions();
    } else {
        fit_jobs(&options);
        code = fetch_all(&options);
    }
    tool_options_fini(&options);
    curl_global_cleanup();
    return code;
}
