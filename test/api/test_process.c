/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Signals, threads, descriptors, shares: the library within its process (contract section 1.21).
 */
#include "interpose.h"
#include "xfer.h"

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

struct worker {
    struct peer *peer;
    int n_ok;
};

static size_t ignore_bytes(char *data, size_t size, size_t n, void *arg)
{
    return size * n;
}

static void *fetch_often(void *arg)
{
    struct worker *worker = arg;
    CURLM *multi = curl_multi_init();
    char url[100];

    snprintf(url, sizeof(url), "http://%s/", peer_authority(worker->peer));
    for (int i = 0; i < 50; i++) {
        CURL *easy = curl_easy_init();
        int running = 1, left;
        CURLMsg *message;

        curl_easy_setopt(easy, CURLOPT_URL, url);
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore_bytes);
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
    struct worker workers[4];
    pthread_t threads[4];

    for (int i = 0; i < 4; i++) {
        workers[i] = (struct worker){peer_serving(HELLO), 0};
        CHECK_INT(pthread_create(&threads[i], NULL, fetch_often, &workers[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        CHECK_INT(pthread_join(threads[i], NULL), 0);
        CHECK_INT(workers[i].n_ok, 50);
    }
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

/* Shares. */

static struct {
    int n_locks, n_unlocks, n_held[CURL_LOCK_DATA_LAST];
} locking;

static void lock_data(CURL *easy, curl_lock_data data, curl_lock_access access, void *arg)
{
    CHECK(arg == &locking);
    CHECK_INT(locking.n_held[data]++, 0);
    locking.n_locks++;
}

static void unlock_data(CURL *easy, curl_lock_data data, void *arg)
{
    CHECK_INT(--locking.n_held[data], 0);
    locking.n_unlocks++;
}

static CURLSH *new_share(curl_lock_data first, curl_lock_data second)
{
    CURLSH *share = curl_share_init();

    memset(&locking, 0, sizeof(locking));
    CHECK(share != NULL);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_LOCKFUNC, lock_data), CURLSHE_OK);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_UNLOCKFUNC, unlock_data), CURLSHE_OK);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_USERDATA, &locking), CURLSHE_OK);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_SHARE, first), CURLSHE_OK);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_SHARE, second), CURLSHE_OK);
    return share;
}

TEST_WITH(FOR_ONCE, "C-201 a_share_in_use_cannot_be_changed_or_cleaned_up")
{
    CURLSH *share = new_share(CURL_LOCK_DATA_DNS, CURL_LOCK_DATA_COOKIE);
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");

    SET(x, CURLOPT_SHARE, share);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT), CURLSHE_IN_USE);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_IN_USE);
    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    CHECK_INT(locking.n_locks, locking.n_unlocks);
    SET(x, CURLOPT_SHARE, NULL);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

TEST_WITH(FOR_ONCE, "C-201 wrong_share_options_are_refused")
{
    CURLSH *share = curl_share_init();

    CHECK_INT(curl_share_setopt(share, CURLSHOPT_SHARE, 99), CURLSHE_BAD_OPTION);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_UNSHARE, 99), CURLSHE_BAD_OPTION);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_UNSHARE, CURL_LOCK_DATA_DNS), CURLSHE_OK);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
    CHECK_INT(curl_share_cleanup(NULL), CURLSHE_INVALID);
}

TEST_WITH(FOR_ONCE, "C-39 C-201 connections_of_a_share_survive_their_handles_and_multis")
{
    CURLSH *share = new_share(CURL_LOCK_DATA_CONNECT, CURL_LOCK_DATA_DNS);
    struct peer *peer = peer_serving(HELLO);

    for (int i = 0; i < 3; i++) {
        struct xfer *x = xfer_new(peer, "/");

        SET(x, CURLOPT_SHARE, share);
        if (i == 1) {
            struct drive *drive = drive_new();

            CHECK_CODE(xfer_again(x, drive), CURLE_OK);
            CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
        } else {
            CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
        }
        xfer_free(x);
    }
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
    CHECK_INT((long)peer_count(peer, PEER_OPEN, PEER_EVERY), 1);
    CHECK(locking.n_locks > 0);
    CHECK_INT(locking.n_locks, locking.n_unlocks);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
    WAIT_PEER(peer, PEER_OPEN, PEER_EVERY, 0);
}

TEST_WITH(FOR_ONCE, "C-201 names_of_a_share_are_known_to_its_other_handles")
{
    CURLSH *share = new_share(CURL_LOCK_DATA_DNS, CURL_LOCK_DATA_DNS);
    struct peer *peer = peer_serving(HELLO);
    char url[100], entry[100];

    snprintf(url, sizeof(url), "http://shared.invalid:%d/", peer_port(peer));
    snprintf(entry, sizeof(entry), "shared.invalid:%d:127.0.0.1", peer_port(peer));
    for (int i = 0; i < 2; i++) {
        struct xfer *x = xfer_new_url(url);

        SET(x, CURLOPT_SHARE, share);
        if (i == 0)
            SET(x, CURLOPT_RESOLVE, list_of(entry, NULL));
        CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
        xfer_free(x);
    }
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}
