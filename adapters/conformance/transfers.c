/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* Scenarios: transfers end as they should, whatever their number, size and connections. */

#include "trial.h"

#include <netinet/in.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

static void whole_body(struct whim_trial *t)
{
    struct whim_fetch *f;

    if (whim_trial_open(t) && (f = whim_fetch_start(t, "/size/100")) && whim_trial_run(t, 1))
        whim_fetch_check(f, 100);
}

static void large_body(struct whim_trial *t)
{
    struct whim_fetch *f;

    if (whim_trial_open(t) && (f = whim_fetch_start(t, "/size/8000000")) && whim_trial_run(t, 1))
        whim_fetch_check(f, 8000000);
}

static void body_until_close(struct whim_trial *t)
{
    struct whim_fetch *f;

    if (whim_trial_open(t) && (f = whim_fetch_start(t, "/close/300000")) && whim_trial_run(t, 1))
        whim_fetch_check(f, 300000);
}

static void edge_triggered_bodies(struct whim_trial *t)
{
    struct whim_subject_options options = whim_trial_options(t);
    struct whim_fetch *large, *dripping, *sent;

    options.is_edge = 1;
    if (!whim_trial_open_with(t, &options))
        return;
    large = whim_fetch_start(t, "/size/8000000");
    dripping = whim_fetch_start(t, "/drip/20/2");
    sent = whim_fetch_new(t, "/sink");
    if (!large || !dripping || !sent)
        return;
    whim_fetch_upload(sent, 3000000);
    if (whim_fetch_add(sent) && whim_trial_run(t, 3) && whim_fetch_check(large, 8000000) &&
        whim_fetch_check(dripping, 20))
        whim_trial_check(t, !sent->result && sent->n_bytes == 7, "the upload failed");
}

/* They end in one call of the library, and leave nothing to wait for. */
static void failing_together(struct whim_trial *t)
{
    struct whim_fetch *f[10];
    int i;

    if (!whim_trial_open(t))
        return;
    for (i = 0; i < 10; i++)
        if (!(f[i] = whim_fetch_start(t, "nosuch://127.0.0.1/")))
            return;
    if (!whim_trial_run(t, 10))
        return;
    for (i = 0; i < 10; i++)
        whim_trial_check(t, f[i]->result == CURLE_UNSUPPORTED_PROTOCOL, "it ended with %d",
                         f[i]->result);
}

static void upload(struct whim_trial *t)
{
    struct whim_fetch *f;

    if (!whim_trial_open(t) || !(f = whim_fetch_new(t, "/sink")))
        return;
    whim_fetch_upload(f, 2000000);
    if (whim_fetch_add(f) && whim_trial_run(t, 1)) {
        whim_trial_check(t, !f->result, "it ended with %d", f->result);
        whim_trial_check(t, f->n_bytes == 7, "the peer did not count 2000000 bytes");
    }
}

static void parallel(struct whim_trial *t)
{
    struct whim_fetch *f[100];
    int i;

    if (!whim_trial_open(t))
        return;
    for (i = 0; i < 100; i++)
        if (!(f[i] = whim_fetch_start(t, i % 3 ? "/size/%d" : "/close/%d", i * 700)))
            return;
    if (!whim_trial_run(t, 100))
        return;
    for (i = 0; i < 100; i++)
        if (!whim_fetch_check(f[i], (size_t)i * 700))
            return;
}

static void queued(struct whim_trial *t)
{
    int i;

    if (!whim_trial_open(t))
        return;
    curl_multi_setopt(t->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, 2L);
    for (i = 0; i < 20; i++)
        if (!whim_fetch_start(t, i % 2 ? "/size/50" : "/close/50"))
            return;
    whim_trial_run(t, 20);
}

static void warm_connection(struct whim_trial *t)
{
    struct whim_fetch *f;
    long n_connects, n_all = 0;
    int i;

    if (!whim_trial_open(t))
        return;
    for (i = 0; i < 30; i++) {
        if (!(f = whim_fetch_start(t, "/size/100")) || !whim_trial_run(t, i + 1) ||
            !whim_fetch_check(f, 100))
            return;
        curl_easy_getinfo(f->easy, CURLINFO_NUM_CONNECTS, &n_connects);
        n_all += n_connects;
        whim_fetch_close(f);
    }
    whim_trial_check(t, n_all == 1, "30 requests in a row took %ld connections", n_all);
}

/* Every end closes its descriptor and begins a connection that gets the same number. */
static void restart(struct whim_fetch *f)
{
    struct whim_trial *t = f->trial;

    if (!whim_fetch_check(f, 50) || t->n_done > 400 - 40)
        return;
    curl_multi_remove_handle(t->multi, f->easy);
    whim_fetch_add(f);
}

static void reused_numbers(struct whim_trial *t)
{
    int i;

    if (!whim_trial_open(t))
        return;
    t->on_done = restart;
    for (i = 0; i < 40; i++)
        if (!whim_fetch_start(t, "/close/50"))
            return;
    whim_trial_run(t, 400);
}

static void refused_connection(struct whim_trial *t)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t n_address = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct whim_fetch *f;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK); /* bound, but not listening */
    if (whim_trial_check(t, fd >= 0 && !bind(fd, (struct sockaddr *)&address, n_address) &&
                                !getsockname(fd, (struct sockaddr *)&address, &n_address),
                         "no socket to refuse with") &&
        whim_trial_open(t) &&
        (f = whim_fetch_start(t, "http://127.0.0.1:%d/", ntohs(address.sin_port))) &&
        whim_trial_run(t, 1))
        whim_trial_check(t, f->result == CURLE_COULDNT_CONNECT, "it ended with %d", f->result);
    if (fd >= 0)
        close(fd);
}

static bool is_open(curl_socket_t fd)
{
    struct sockaddr_storage address;
    socklen_t n_address = sizeof address;

    return !getpeername(fd, (struct sockaddr *)&address, &n_address);
}

static curl_socket_t last_opened;

static curl_socket_t on_open_socket(void *unused, curlsocktype purpose,
                                    struct curl_sockaddr *address)
{
    last_opened = socket(address->family, address->socktype, address->protocol);
    return last_opened;
}

/* Only where idle connections stay registered for reading. */
static void left_by_peer(struct whim_trial *t)
{
    int64_t end_ms = whim_trial_now_ms() + WHIM_TRIAL_LONG_MS;
    struct whim_fetch *f;

    if (!whim_trial_open(t) || !(f = whim_fetch_new(t, "/leave/50")))
        return;
    curl_easy_setopt(f->easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    if (!whim_fetch_add(f) || !whim_trial_run(t, 1))
        return;
    if (!whim_trial_check(t, is_open(last_opened), "the connection was not kept"))
        return;
    while (is_open(last_opened)) {
        if (!whim_trial_check(t, whim_trial_turn(t, 100), "turn failed") ||
            !whim_trial_check(t, whim_trial_now_ms() < end_ms, "its end was not noticed"))
            return;
    }
}

const struct whim_scenario whim_transfer_scenarios[] = {
    {"a_transfer_ends_with_its_whole_body", whole_body, 0},
    {"a_large_body_arrives_whole", large_body, 0},
    {"a_body_that_ends_with_the_connection_arrives_whole", body_until_close, 0},
    {"an_upload_is_sent_whole", upload, 0},
    {"bodies_arrive_whole_when_edge_triggered", edge_triggered_bodies, WHIM_CAN_EDGE},
    {"transfers_that_end_in_one_call_are_all_reported", failing_together, 0},
    {"a_hundred_parallel_transfers_all_end_well", parallel, 0},
    {"transfers_queued_for_a_connection_all_end", queued, 0},
    {"a_warm_connection_is_used_again", warm_connection, 0},
    {"a_descriptor_number_may_be_used_again_at_once", reused_numbers, 0},
    {"a_refused_connection_is_a_transfer_error", refused_connection, 0},
    {"the_end_of_an_idle_connection_is_noticed", left_by_peer, 0},
    {NULL, NULL, 0},
};
