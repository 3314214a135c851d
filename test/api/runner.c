/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The runner: picks the cases (a test in a mode), shuffles them, runs several at a time, each in a
 * process of its own, and counts.
 *
 * What a test prints is kept in a pipe and shown only when it matters. A test that outlives its own
 * alarm is killed by its process id.
 */
#include "case.h"
#include "divergence.h"
#include "drive.h"
#include "interpose.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_JOBS 16
#define MAX_OUTPUT 65536

struct run {
    const struct test *test;
    enum drive_mode mode;
};

struct job {
    pid_t pid; /* 0: this slot is free */
    int fd;    /* the test's output */
    const struct run *run;
    int64_t begun_us;
    char output[MAX_OUTPUT];
    size_t n_output;
};

static struct {
    const char *modes, *divergences;
    const char *library; /* the folder that libcurl must come from; "": not from a build tree */
    unsigned long seed;
    int n_jobs, slowness, n_repeats;
    bool is_listing, is_verbose, is_unforked, is_timing;
    char **patterns;
    int n_patterns;
} opt = {.modes = "poll,socket,level,edge,libevent", .n_jobs = 6, .slowness = 1, .n_repeats = 1};

static struct test *tests;
static size_t n_tests;
static size_t n_passed, n_failed, n_skipped, n_diverged, n_wrongly_listed;
static int relaxed_pipe = -1;

void test_add(struct test *test)
{
    test->next = tests;
    tests = test;
    n_tests++;
}

void test_add_rows(const struct test *model, const void *rows, size_t n_rows, size_t size)
{
    for (size_t i = 0; i < n_rows; i++) {
        const void *row = (const char *)rows + i * size;
        struct test *test = malloc(sizeof(*test));
        char *name = NULL;

        if (!test || asprintf(&name, "%s%s", model->name, *(const char *const *)row) < 0)
            abort();
        *test = *model;
        test->name = name;
        test->row = row;
        test_add(test);
    }
}

int case_seconds(const struct test *test, int factor)
{
    return (test->flags & IS_LONG ? 60 : 10) * factor;
}

bool is_rule_relaxed(const char *rule)
{
    char name[64];

    snprintf(name, sizeof(name), "rule:%s", rule);
    return divergence_find(name, drive_mode_name(drive_mode)) != NULL;
}

/* A relaxed rule was broken in a test's process: the parent counts it. */
void note_relaxed(const char *rule)
{
    char name[64];
    struct divergence *entry;

    snprintf(name, sizeof(name), "rule:%s", rule);
    entry = divergence_find(name, drive_mode_name(drive_mode));
    for (unsigned char i = 0; entry && i < 255; i++) {
        if (divergence_at(i) != entry)
            continue;
        if (!entry->n_seen++ && relaxed_pipe >= 0 && write(relaxed_pipe, &i, 1) != 1)
            perror("note_relaxed");
        return;
    }
}

static unsigned long next_random(unsigned long *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static bool is_wanted(const struct test *test)
{
    for (int i = 0; i < opt.n_patterns; i++)
        if (strstr(test->name, opt.patterns[i]) || strstr(test->file, opt.patterns[i]))
            return true;
    return !opt.n_patterns;
}

static bool is_for_mode(const struct test *test, enum drive_mode mode, bool is_first)
{
    if (test->flags & FOR_ONCE && !is_first)
        return false;
    if (test->flags & FOR_EVENTS && mode == DRIVE_POLL)
        return false;
    if (test->flags & FOR_LEVEL && mode == DRIVE_EDGE)
        return false;
    return !(test->flags & FOR_POLL) || mode == DRIVE_POLL;
}

static bool is_mode_named(enum drive_mode mode)
{
    const char *name = drive_mode_name(mode);
    const char *at = strstr(opt.modes, name);
    size_t n = strlen(name);

    return at && (at == opt.modes || at[-1] == ',') && (!at[n] || at[n] == ',');
}

static size_t pick_runs(struct run *pick_runs_)
{
    size_t n = 0;
    bool is_first = true;

    for (enum drive_mode mode = 0; mode < DRIVE_N_MODES; mode++) {
        if (!is_mode_named(mode) || !drive_mode_has(mode))
            continue;
        for (struct test *test = tests; test; test = test->next)
            if (is_wanted(test) && is_for_mode(test, mode, is_first))
                pick_runs_[n++] = (struct run){test, mode};
        is_first = false;
    }
    return n;
}

static void shuffle(struct run *runs, size_t n, unsigned long seed)
{
    unsigned long state = seed * 2654435761u + 88172645463325252u;

    for (size_t i = n; i > 1; i--) {
        size_t j = next_random(&state) % i;
        struct run run = runs[i - 1];

        runs[i - 1] = runs[j];
        runs[j] = run;
    }
}

static int run_in_child(const struct run *run, int out)
{
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    close(out);
    drive_mode = run->mode;
    case_run(run->test, opt.slowness);
    return CASE_PASSED;
}

static void begin_job(struct job *job, const struct run *run)
{
    int fds[2];

    if (pipe2(fds, O_CLOEXEC)) {
        perror("pipe");
        exit(2);
    }
    *job = (struct job){.fd = fds[0], .run = run, .begun_us = sys_real_us()};
    fflush(NULL);
    job->pid = fork();
    if (job->pid < 0) {
        perror("fork");
        exit(2);
    }
    if (!job->pid) {
        close(fds[0]);
        exit(run_in_child(run, fds[1]));
    }
    close(fds[1]);
}

static void tell(const struct job *job, const char *verdict, const char *why)
{
    printf("%-8s %s [%s]%s%s\n", verdict, job->run->test->name, drive_mode_name(job->run->mode),
           why ? ": " : "", why ? why : "");
}

static void tell_output(struct job *job)
{
    job->output[job->n_output < MAX_OUTPUT ? job->n_output : MAX_OUTPUT - 1] = 0;
    for (char *line = job->output, *next; line && *line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = 0;
        printf("         %s\n", line);
    }
}

static void count_failure(struct job *job, int status, struct divergence *listed)
{
    char why[64] = "";

    if (listed) {
        listed->n_seen++;
        n_diverged++;
        if (opt.is_verbose) {
            tell(job, "diverged", listed->reason);
            tell_output(job);
        }
        return;
    }
    n_failed++;
    if (WIFSIGNALED(status))
        snprintf(why, sizeof(why), "killed by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    tell(job, "FAILED", *why ? why : NULL);
    tell_output(job);
}

static void count_result(struct job *job, int status)
{
    struct divergence *listed =
        divergence_find(job->run->test->name, drive_mode_name(job->run->mode));

    if (opt.is_timing)
        printf("%6lld ms  %s [%s]\n", (long long)(sys_real_us() - job->begun_us) / 1000,
               job->run->test->name, drive_mode_name(job->run->mode));
    if (WIFEXITED(status) && WEXITSTATUS(status) == CASE_SKIPPED) {
        n_skipped++;
        if (opt.is_verbose) {
            tell(job, "skipped", NULL);
            tell_output(job);
        }
    } else if (WIFEXITED(status) && WEXITSTATUS(status) == CASE_PASSED) {
        n_passed++;
        if (listed && !listed->is_sometimes) {
            n_wrongly_listed++;
            listed->n_not_seen++;
            tell(job, "LISTED", "it is in the table of divergences, but it passed");
        } else if (opt.is_verbose) {
            tell(job, "passed", NULL);
        }
    } else {
        count_failure(job, status, listed);
    }
}

/* Takes output; at its end, or past all patience, the process is reaped. */
static void serve_job(struct job *job, bool is_ready)
{
    int64_t limit_us = (case_seconds(job->run->test, opt.slowness) + 5) * INT64_C(1000000);
    char piece[4096];
    ssize_t n = 1;
    int status;

    if (is_ready) {
        n = read(job->fd, piece, sizeof(piece));
        for (ssize_t i = 0; i < n && job->n_output < MAX_OUTPUT - 1; i++)
            job->output[job->n_output++] = piece[i];
    } else if (sys_real_us() - job->begun_us > limit_us) {
        kill(job->pid, SIGKILL);
        n = 0;
    }
    if (n > 0)
        return;
    while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    close(job->fd);
    count_result(job, status);
    job->pid = 0;
}

static void serve_jobs(struct job *jobs)
{
    struct pollfd set[MAX_JOBS];
    struct job *owners[MAX_JOBS];
    nfds_t n = 0;

    for (int i = 0; i < opt.n_jobs; i++) {
        if (!jobs[i].pid)
            continue;
        owners[n] = &jobs[i];
        set[n++] = (struct pollfd){jobs[i].fd, POLLIN, 0};
    }
    if (n && poll(set, n, 500) >= 0)
        for (nfds_t i = 0; i < n; i++)
            serve_job(owners[i], set[i].revents != 0);
}

static struct job *find_free_job(struct job *jobs)
{
    for (int i = 0; i < opt.n_jobs; i++)
        if (!jobs[i].pid)
            return &jobs[i];
    return NULL;
}

static void run_all(const struct run *runs, size_t n)
{
    static struct job jobs[MAX_JOBS];
    size_t n_begun = 0, n_done_before = n_passed + n_failed + n_skipped + n_diverged;

    while (n_passed + n_failed + n_skipped + n_diverged - n_done_before < n) {
        struct job *job = n_begun < n ? find_free_job(jobs) : NULL;

        if (job)
            begin_job(job, &runs[n_begun++]);
        else
            serve_jobs(jobs);
    }
}

/* Which rules were broken as listed: a byte per test that broke one. */
static void read_relaxed(int fd)
{
    unsigned char i;

    while (read(fd, &i, 1) == 1)
        divergence_at(i)->n_seen++;
}

static void report_table(bool is_whole_run)
{
    struct divergence *entry;

    for (size_t i = 0; (entry = divergence_at(i)); i++) {
        if (entry->n_seen || entry->is_sometimes || !is_whole_run || entry->n_not_seen)
            continue;
        printf("LISTED   %s: in the table of divergences, but never seen\n", entry->name);
        n_wrongly_listed++;
    }
}

static void read_options(int argc, char **argv)
{
    static const struct option names[] = {
        {"modes", required_argument, NULL, 'm'},   {"seed", required_argument, NULL, 's'},
        {"jobs", required_argument, NULL, 'j'},    {"divergences", required_argument, NULL, 'd'},
        {"slow", required_argument, NULL, 'w'},    {"repeat", required_argument, NULL, 'r'},
        {"list", no_argument, NULL, 'l'},          {"verbose", no_argument, NULL, 'v'},
        {"library", required_argument, NULL, 'L'}, {"no-fork", no_argument, NULL, 'n'},
        {"times", no_argument, NULL, 't'},         {NULL, 0, NULL, 0},
    };
    int c;

    opt.seed = (unsigned long)time(NULL) ^ (unsigned long)getpid() << 16;
    while ((c = getopt_long(argc, argv, "m:s:j:d:w:r:L:lvnt", names, NULL)) >= 0) {
        switch (c) {
        case 'm':
            opt.modes = strcmp(optarg, "all") ? optarg : opt.modes;
            break;
        case 's':
            opt.seed = strtoul(optarg, NULL, 0);
            break;
        case 'j':
            opt.n_jobs = atoi(optarg);
            break;
        case 'd':
            opt.divergences = optarg;
            break;
        case 'w':
            opt.slowness = atoi(optarg);
            break;
        case 'r':
            opt.n_repeats = atoi(optarg);
            break;
        case 'L':
            opt.library = optarg;
            break;
        case 'l':
            opt.is_listing = true;
            break;
        case 'v':
            opt.is_verbose = true;
            break;
        case 'n':
            opt.is_unforked = true;
            break;
        case 't':
            opt.is_timing = true;
            break;
        default:
            exit(2);
        }
    }
    if (opt.n_jobs < 1 || opt.n_jobs > MAX_JOBS || opt.slowness < 1) {
        fprintf(stderr, "jobs are 1 to %d, slow is 1 or more\n", MAX_JOBS);
        exit(2);
    }
    opt.patterns = argv + optind;
    opt.n_patterns = argc - optind;
}

static void list_tests(void)
{
    for (struct test *test = tests; test; test = test->next)
        if (is_wanted(test))
            printf("%s\n", test->name);
}

/* Testing another library than the one that was asked for would prove nothing. */
static bool is_right_library(void)
{
    const char *path = sys_library_path();
    char *real = realpath(path, NULL);
    char *folder = opt.library && *opt.library ? realpath(opt.library, NULL) : NULL;
    bool is_it = !folder || (real && !strncmp(real, folder, strlen(folder))) ||
                 !strncmp(path, folder, strlen(folder));

    if (opt.library && !*opt.library)
        is_it = !strncmp(path, "/lib/", 5) || !strncmp(path, "/usr/", 5);
    if (!is_it)
        fprintf(stderr, "the library that was loaded is %s\n", path);
    free(real);
    free(folder);
    return is_it;
}

int main(int argc, char **argv)
{
    struct run *runs;
    size_t n_runs;
    int fds[2];

    read_options(argc, argv);
    if (opt.is_listing) {
        list_tests();
        return 0;
    }
    if (!is_right_library())
        return 2;
    if (opt.divergences && !divergence_load(opt.divergences))
        return 2;
    runs = calloc(n_tests * DRIVE_N_MODES + 1, sizeof(*runs));
    if (!runs || pipe2(fds, O_CLOEXEC | O_NONBLOCK))
        return 2;
    relaxed_pipe = fds[1];
    n_runs = pick_runs(runs);
    printf("%s (%s), seed %lu\n", curl_version(), sys_library_path(), opt.seed);
    if (opt.is_unforked && n_runs) {
        drive_mode = runs[0].mode;
        case_run(runs[0].test, 1000);
        return 0;
    }
    for (int i = 0; i < opt.n_repeats; i++) {
        shuffle(runs, n_runs, opt.seed + (unsigned long)i);
        run_all(runs, n_runs);
        read_relaxed(fds[0]);
    }
    report_table(!opt.n_patterns && is_mode_named(DRIVE_EDGE) && is_mode_named(DRIVE_POLL));
    printf("%zu passed, %zu failed, %zu skipped", n_passed, n_failed, n_skipped);
    if (opt.divergences)
        printf(" (%zu diverged as listed, %zu listed wrongly)", n_diverged, n_wrongly_listed);
    putchar('\n');
    divergence_free();
    free(runs);
    return n_failed || n_wrongly_listed ? 1 : 0;
}
