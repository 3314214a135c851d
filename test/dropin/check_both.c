/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * check_both: one process has libwhimbrel, which it is linked with, and the genuine libcurl, which
 * another library brings along. Each symbol is bound to the one that it was linked with (C-6), both
 * transfer at the same time, and nothing of the one reaches the other.
 *
 * The server is the program that SERVER names.
 */
#define _GNU_SOURCE
#include "fetcher.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { N_EACH = 3, N_FETCHES = 20, LIMIT_S = 15 };

static int n_passed, n_failed;
static char base[64];

static void check(bool holds, const char *name)
{
    printf("%sok %d - %s\n", holds ? "" : "not ", n_passed + n_failed + 1, name);
    *(holds ? &n_passed : &n_failed) += 1;
}

static pid_t start_server(void)
{
    const char *program = getenv("SERVER");
    FILE *ports;
    int ends[2], port;
    pid_t pid;

    if (pipe(ends) != 0 || (pid = fork()) < 0)
        return -1;
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(program ? program : "./server", "server", "--seconds", "60", ".", NULL);
        _exit(127);
    }
    close(ends[1]);
    ports = fdopen(ends[0], "r");
    if (!ports || fscanf(ports, "%d", &port) != 1)
        return -1;
    fclose(ports);
    snprintf(base, sizeof base, "http://127.0.0.1:%d", port);
    return pid;
}

/* Which file a function comes from. */
static const char *file_of(void *address)
{
    Dl_info info;

    return dladdr(address, &info) && info.dli_fname ? info.dli_fname : "nowhere";
}

static void check_bindings(void)
{
    const char *ours = file_of(whimbrel_fetcher.address());
    const char *theirs = file_of(system_fetcher.address());

    printf("# %s: %s\n# %s: %s\n", ours, whimbrel_fetcher.version(), theirs,
           system_fetcher.version());
    check(strstr(ours, "libwhimbrel") != NULL, "the program has libwhimbrel's functions");
    check(strstr(theirs, "libcurl") != NULL, "the other library has libcurl's");
    check(strstr(whimbrel_fetcher.version(), "Whimbrel") != NULL, "the one names Whimbrel");
    check(strstr(system_fetcher.version(), "Whimbrel") == NULL, "the other does not");
}

static bool has_own_agent(const struct fetcher *fetcher, const char *agent)
{
    for (int i = 0; i < N_EACH; i++)
        if (!fetcher->body(i) || !strstr(fetcher->body(i), agent))
            return false;
    return true;
}

/* The server answers when all requests of both are there. */
static void check_one_thread(void)
{
    time_t until = time(NULL) + LIMIT_S;
    int ours = 1, theirs = 1;
    char url[128];

    snprintf(url, sizeof url, "%s/gather/%d", base, 2 * N_EACH);
    if (!whimbrel_fetcher.open(url, "whimbrel-here", N_EACH) ||
        !system_fetcher.open(url, "system-here", N_EACH)) {
        check(false, "both have multi handles");
        return;
    }
    while ((ours > 0 || theirs > 0) && time(NULL) < until) {
        ours = whimbrel_fetcher.drive();
        theirs = system_fetcher.drive();
    }
    check(ours == 0 && theirs == 0, "both transfer at the same time");
    check(has_own_agent(&whimbrel_fetcher, "whimbrel-here"), "libwhimbrel has its own answers");
    check(has_own_agent(&system_fetcher, "system-here"), "libcurl has its own answers");
    whimbrel_fetcher.close();
    system_fetcher.close();
}

struct errand {
    const struct fetcher *fetcher;
    const char *agent;
    int n_good;
};

static void *run(void *given)
{
    struct errand *errand = given;
    char url[128], body[FETCHER_BODY_BYTES];

    snprintf(url, sizeof url, "%s/echo", base);
    for (int i = 0; i < N_FETCHES; i++)
        if (errand->fetcher->fetch(url, errand->agent, body) && strstr(body, errand->agent))
            errand->n_good++;
    return NULL;
}

static void check_two_threads(void)
{
    struct errand ours = { &whimbrel_fetcher, "whimbrel-there", 0 };
    struct errand theirs = { &system_fetcher, "system-there", 0 };
    pthread_t thread;

    if (pthread_create(&thread, NULL, run, &theirs) != 0) {
        check(false, "there is a thread for libcurl");
        return;
    }
    run(&ours);
    pthread_join(thread, NULL);
    check(ours.n_good == N_FETCHES && theirs.n_good == N_FETCHES, "each has a thread of its own");
}

int main(void)
{
    pid_t server;

    alarm(60);
    server = start_server();
    if (server < 0) {
        puts("Bail out! the server did not start");
        return 99;
    }
    check_bindings();
    check_one_thread();
    check_two_threads();
    check(whimbrel_fetcher.n_allocated() > 0 && system_fetcher.n_allocated() > 0,
          "each allocates by the functions that it was given, and frees what is its own");
    whimbrel_fetcher.fini();
    system_fetcher.fini();
    kill(server, SIGTERM);
    printf("1..%d\n%d passed, %d failed\n", n_passed + n_failed, n_passed, n_failed);
    return n_failed || !n_passed;
}
