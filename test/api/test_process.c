/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Signals, threads, descriptors: the library within its process (contract section 1.21).
 */
#include "interpose.h"
#include "workers.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

static volatile sig_atomic_t n_signals;

static void count_signal(int number)
{
    n_signals++;
}

/* An upload to a peer that resets the connection: a write to a dead socket. */
static void write_to_the_dead(struct drive *drive, long nosignal)
{
    static char data[8 << 20];
    struct peer *peer = PEER_OF(PEER_HEAD, PEER_RESET);
    struct xfer *x = xfer_new(peer, "/");

    SET(x, CURLOPT_NOSIGNAL, nosignal);
    SET(x, CURLOPT_POSTFIELDS, data);
    SET(x, CURLOPT_POSTFIELDSIZE, (long)sizeof(data));
    SET(x, CURLOPT_HTTPHEADER, list_of("Expect:", NULL));
    xfer_start(x, drive);
    drive_run(drive);
    CHECK(x->result == CURLE_SEND_ERROR || x->result == CURLE_RECV_ERROR);
}

TEST("C-202 writing_to_a_dead_connection_raises_no_signal")
{
    struct drive *drive = drive_new();

    n_signals = 0;
    signal(SIGPIPE, count_signal);
    for (int i = 0; i < 4; i++)
        write_to_the_dead(drive, i % 2);
    CHECK_INT(n_signals, 0);
    CHECK(signal(SIGPIPE, SIG_DFL) == count_signal);
}

TEST("C-202 nosignal_keeps_the_library_off_the_signals")
{
    struct drive *drive = drive_new();
    unsigned long before;
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");

    SET(x, CURLOPT_NOSIGNAL, 1L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    before = sys_count(SYS_SIGNAL);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT((long)(sys_count(SYS_SIGNAL) - before), 0);
}

TEST("C-202 the_hot_path_touches_no_signals_at_all")
{
    struct drive *drive = drive_new();
    struct xfer *x = xfer_fetch(drive, peer_serving(HELLO), "/");
    unsigned long before = sys_count(SYS_SIGNAL);

    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT((long)(sys_count(SYS_SIGNAL) - before), 0);
}

static int n_inheritable;

static void note_inheritable(int fd)
{
    n_inheritable += !(fcntl(fd, F_GETFD) & FD_CLOEXEC);
}

TEST("C-203 every_socket_is_closed_on_exec_from_its_birth")
{
    struct drive *drive = drive_new();

    n_inheritable = 0;
    sys_watch_socket(note_inheritable);
    xfer_fetch(drive, peer_serving(HELLO), "/");
    sys_watch_socket(NULL);
    CHECK_INT(n_inheritable, 0);
}

TEST("C-203 no_descriptor_of_a_multi_would_be_inherited")
{
    struct drive *drive;
    bool was_open[200];

    for (int fd = 0; fd < 200; fd++)
        was_open[fd] = fcntl(fd, F_GETFD) >= 0;
    drive = drive_new();
    CHECK_MCODE(curl_multi_wakeup(drive->multi), CURLM_OK);
    for (int fd = 0; fd < 200; fd++) {
        int flags = fcntl(fd, F_GETFD);

        if (!was_open[fd] && flags >= 0 && !(flags & FD_CLOEXEC) && drive_mode != DRIVE_LIBEVENT)
            FAIL("descriptor %d would be inherited", fd);
    }
}

enum { N_FETCHES = 50 };

static void *fetch_often(void *arg)
{
    struct worker *worker = arg;
    CURLM *multi = curl_multi_init();
    char url[100];

    snprintf(url, sizeof(url), "http://%s/", peer_authority(worker->peer));
    for (int i = 0; i < N_FETCHES; i++) {
        CURL *easy = worker_easy(worker, url);
        int running = 1, left;
        CURLMsg *message;

        curl_multi_add_handle(multi, easy);
        while (running && !curl_multi_perform(multi, &running))
            curl_multi_poll(multi, NULL, 0, running ? 1000 : 0, NULL);
        message = curl_multi_info_read(multi, &left);
        worker->n_ok += message && message->data.result == CURLE_OK;
        curl_multi_remove_handle(multi, easy);
        curl_easy_cleanup(easy);
    }
    curl_multi_cleanup(multi);
    return NULL;
}

TEST_WITH(FOR_ONCE, "C-200 different_multis_in_different_threads_need_no_locks")
{
    struct worker workers[N_WORKERS];

    for (int i = 0; i < N_WORKERS; i++)
        workers[i] = (struct worker){.peer = peer_serving(HELLO)};
    workers_run(workers, fetch_often, N_FETCHES);
}

static void *run_drive(void *arg)
{
    struct xfer *x = arg;
    int running = 1;

    while (running && !curl_multi_perform(x->drive->multi, &running))
        curl_multi_poll(x->drive->multi, NULL, 0, running ? 1000 : 0, NULL);
    return NULL;
}

TEST_WITH(FOR_POLL, "C-200 a_multi_may_be_handed_to_another_thread")
{
    struct xfer *x = xfer_get(drive_new(), peer_serving(HELLO), "/");
    pthread_t thread;

    drive_perform(x->drive);
    CHECK_INT(pthread_create(&thread, NULL, run_drive, x), 0);
    CHECK_INT(pthread_join(thread, NULL), 0);
    drive_run(x->drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

static void *perform_copies(void *arg)
{
    struct worker *worker = arg;

    for (int i = 0; i < N_FETCHES; i++) {
        CURL *easy = curl_easy_duphandle(worker->model);

        worker->n_ok += curl_easy_setopt(easy, CURLOPT_USERAGENT, "other") == CURLE_OK &&
                        curl_easy_perform(easy) == CURLE_OK;
        curl_easy_cleanup(easy);
    }
    return NULL;
}

TEST_WITH(FOR_ONCE, "C-15 C-200 copies_of_one_handle_may_be_made_and_used_by_several_threads")
{
    struct worker workers[N_WORKERS];
    struct peer *peer = peer_serving(HELLO);
    char url[100];
    struct worker one = {.peer = peer};
    CURL *model;

    snprintf(url, sizeof(url), "http://%s/", peer_authority(peer));
    model = worker_easy(&one, url);
    curl_easy_setopt(model, CURLOPT_POSTFIELDSIZE, 4L);
    curl_easy_setopt(model, CURLOPT_COPYPOSTFIELDS, "abcd");
    curl_easy_setopt(model, CURLOPT_USERPWD, "user:password");
    for (int i = 0; i < N_WORKERS; i++)
        workers[i] = (struct worker){.peer = peer, .model = model};
    workers_run(workers, perform_copies, N_FETCHES);
    curl_easy_cleanup(model);
}
