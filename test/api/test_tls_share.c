/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What multis, handles and threads have in common of TLS: sessions by a share object, and the CA
 * files of the process.
 */
#include "newer.h"
#include "tls_xfer.h"
#include "workers.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
    pthread_mutex_t mutex;
    int n_locks, n_unlocks;
    bool is_locked;
    CURL *easy; /* named last */
} locking = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static void lock_data(CURL *easy, curl_lock_data data, curl_lock_access access, void *arg)
{
    CHECK(arg == &locking);
    if (data != CURL_LOCK_DATA_SSL_SESSION)
        return;
    pthread_mutex_lock(&locking.mutex);
    CHECK(!locking.is_locked);
    locking.is_locked = true;
    locking.n_locks++;
    locking.easy = easy;
}

static void unlock_data(CURL *easy, curl_lock_data data, void *arg)
{
    CHECK(arg == &locking);
    if (data != CURL_LOCK_DATA_SSL_SESSION)
        return;
    CHECK(locking.is_locked);
    locking.is_locked = false;
    locking.n_unlocks++;
    pthread_mutex_unlock(&locking.mutex);
}

static CURLSH *new_share(void)
{
    CURLSH *share = curl_share_init();

    CHECK(share != NULL);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION), CURLSHE_OK);
    return share;
}

static CURLSH *new_locked_share(void)
{
    CURLSH *share = new_share();

    CHECK_INT(curl_share_setopt(share, CURLSHOPT_LOCKFUNC, lock_data), CURLSHE_OK);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_UNLOCKFUNC, unlock_data), CURLSHE_OK);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_USERDATA, &locking), CURLSHE_OK);
    return share;
}

/* A request of a new handle with that share, on a connection and a multi of its own. */
static struct xfer *fetch_shared(struct peer *peer, CURLSH *share)
{
    struct drive *drive = drive_new();
    struct xfer *x = tls_new(peer, "/");

    SET(x, CURLOPT_SHARE, share);
    SET(x, CURLOPT_FORBID_REUSE, 1L);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    return x;
}

static void fetch_and_leave(struct peer *peer, CURLSH *share)
{
    struct xfer *x = fetch_shared(peer, share);
    struct drive *drive = x->drive;

    xfer_free(x);
    drive_cleanup(drive);
}

static long resumed(struct peer *peer)
{
    return (long)peer_count(peer, PEER_RESUMED, PEER_EVERY);
}

struct row {
    const char *name;
    int version;
};

static const struct row rows[] = {
    {"sessions_of_tls_1_2", TLS1_2_VERSION},
    {"tickets_of_tls_1_3", TLS1_3_VERSION},
};

static struct peer *row_peer(void)
{
    const struct row *row = test_row();

    return tls_peer(tls_server_of(row->version));
}

TEST_ROWS(0, "C-201 C-23 a_share_outlives_the_multis_whose_handles_leave_in_it_their_", rows)
{
    struct peer *peer = row_peer();
    CURLSH *share = new_locked_share();

    for (int i = 0; i < 4; i++)
        fetch_and_leave(peer, share);
    CHECK_INT(resumed(peer), 3);
    CHECK(locking.n_locks >= 4);
    CHECK_INT(locking.n_locks, locking.n_unlocks);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

TEST_ROWS(0, "C-201 without_lock_callbacks_a_share_has_", rows)
{
    struct peer *peer = row_peer();
    CURLSH *share = new_share();

    fetch_and_leave(peer, share);
    fetch_and_leave(peer, share);
    CHECK_INT(resumed(peer), 1);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

TEST("C-201 C-73 the_lock_callbacks_name_the_handle_that_uses_the_share")
{
    CURLSH *share = new_locked_share();
    struct xfer *x = fetch_shared(tls_peer(NULL), share);

    CHECK(locking.easy == x->easy);
    SET(x, CURLOPT_SHARE, NULL);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

TEST_ROWS(0, "C-201 shares_do_not_know_each_others_", rows)
{
    struct peer *peer = row_peer();
    CURLSH *one = new_share(), *other = new_share();

    fetch_and_leave(peer, one);
    fetch_and_leave(peer, other);
    fetch_and_leave(peer, NULL);
    CHECK_INT(resumed(peer), 0);
    CHECK_INT(curl_share_cleanup(one), CURLSHE_OK);
    CHECK_INT(curl_share_cleanup(other), CURLSHE_OK);
}

TEST_ROWS(0, "C-201 unshare_forgets_the_", rows)
{
    struct peer *peer = row_peer();
    CURLSH *share = new_share();

    fetch_and_leave(peer, share);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_UNSHARE, CURL_LOCK_DATA_SSL_SESSION), CURLSHE_OK);
    fetch_and_leave(peer, share);
    CHECK_INT(curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION), CURLSHE_OK);
    fetch_and_leave(peer, share);
    CHECK_INT(resumed(peer), 0);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

/* C-168: what was learnt without a look at the certificate helps nobody who wants to look. */
TEST_ROWS(0, "C-201 C-168 stricter_handles_of_the_share_do_not_take_up_", rows)
{
    struct peer *peer = row_peer();
    CURLSH *share = new_share();
    struct xfer *lax = tls_new(peer, "/");

    SET(lax, CURLOPT_SHARE, share);
    SET(lax, CURLOPT_SSL_VERIFYPEER, 0L);
    CHECK_CODE(xfer_again(lax, drive_new()), CURLE_OK);
    fetch_and_leave(peer, share);
    CHECK_INT(resumed(peer), 0);
    SET(lax, CURLOPT_SHARE, NULL);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

TEST("C-201 a_ticket_that_comes_when_the_share_has_gone_does_no_harm")
{
    struct peer *peer = TLS_PEER(tls_server_of(TLS1_3_VERSION), PEER_REQUEST, PEER_SEND(HELLO),
                                 PEER_GATE, PEER_TICKET, PEER_AGAIN);
    struct drive *drive = drive_new();
    CURLSH *share = new_locked_share();
    struct xfer *x = tls_new(peer, "/");
    size_t before;
    int n_locks;

    SET(x, CURLOPT_SHARE, share);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    SET(x, CURLOPT_SHARE, NULL);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
    n_locks = locking.n_locks;
    before = peer_count(peer, PEER_WIRE_SENT, 0);
    peer_release(peer, 1);
    WAIT_PEER(peer, PEER_WIRE_SENT, 0, before + 1);
    drive_settle(drive);
    CHECK_INT(xfer_long(tls_fetch(drive, peer), CURLINFO_NUM_CONNECTS), 0);
    CHECK_INT(locking.n_locks, n_locks);
}

enum { N_FETCHES = 20 };

/* Handles that come and go, each with a private multi: what they know they know by the share. */
static void *fetch_often(void *arg)
{
    struct worker *worker = arg;
    char url[100];

    snprintf(url, sizeof(url), "https://%s/", peer_authority(worker->peer));
    for (int i = 0; i < N_FETCHES; i++) {
        CURL *easy = worker_easy(worker, url);

        worker->n_ok += curl_easy_perform(easy) == CURLE_OK;
        curl_easy_cleanup(easy);
    }
    return NULL;
}

static void hammer(CURLSH *share)
{
    struct worker workers[N_WORKERS];
    struct peer *peer = row_peer();

    for (int i = 0; i < N_WORKERS; i++)
        workers[i] = (struct worker){
            .share = share, .peer = peer, .ca = tls_blob(TLS_PEM(tls_ca()))};
    workers_run(workers, fetch_often, N_FETCHES);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), N_WORKERS * N_FETCHES);
    /* Those that came first, at the same time, found nothing. */
    CHECK(resumed(peer) >= N_WORKERS * (N_FETCHES - 2));
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

TEST_ROWS(FOR_ONCE, "C-201 threads_take_up_each_others_", rows)
{
    hammer(new_locked_share());
}

TEST_ROWS(FOR_ONCE, "C-201 threads_without_lock_callbacks_take_up_each_others_", rows)
{
    hammer(new_share());
}

static CURLcode count(CURL *easy, void *arg, const char *key, const unsigned char *salted,
                      size_t n_salted, const unsigned char *data, size_t n_data,
                      curl_off_t valid_until, int version, const char *alpn, size_t early_data_max)
{
    ++*(int *)arg;
    return CURLE_OK;
}

TEST_ROWS(0, "C-201 ssls what_is_exported_of_a_share_are_all_its_", rows)
{
    struct peer *peer = row_peer();
    CURLSH *share = new_share();
    struct xfer *stranger = tls_new(peer, "/");
    int n = 0;

    fetch_and_leave(peer, share);
    SET(stranger, CURLOPT_SHARE, share);
    CHECK_CODE(NEWER(curl_easy_ssls_export)(stranger->easy, count, &n), CURLE_OK);
    CHECK(n >= 1);
    SET(stranger, CURLOPT_SHARE, NULL);
    CHECK_INT(curl_share_cleanup(share), CURLSHE_OK);
}

/* The file's text is replaced behind the back of its size and times. */
static void spoil(const char *path)
{
    struct stat file;
    int fd = open(path, O_WRONLY);

    CHECK(fd >= 0);
    CHECK_INT(fstat(fd, &file), 0);
    for (off_t i = 0; i < file.st_size; i++)
        CHECK_INT(write(fd, "x", 1), 1);
    CHECK_INT(futimens(fd, (const struct timespec[]){file.st_atim, file.st_mtim}), 0);
    CHECK_INT(close(fd), 0);
}

TEST("C-23 a_ca_file_is_read_once_for_all_multis_that_come_and_go")
{
    struct peer *peer = tls_peer(NULL);
    const char *path = tls_file("ca.pem", TLS_PEM(tls_ca()));

    for (int i = 0; i < 3; i++) {
        struct drive *drive = drive_new();
        struct xfer *x = tls_new(peer, "/");

        CHECK_CODE(curl_easy_setopt(x->easy, CURLOPT_CAINFO_BLOB, NULL), CURLE_OK);
        SET(x, CURLOPT_CAINFO, path);
        CHECK_CODE(xfer_again(x, drive), CURLE_OK);
        xfer_free(x);
        drive_cleanup(drive);
        spoil(path);
    }
}
