/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The callbacks around a connection: opening, setting up and closing its socket, the moment before
 * a request, the start of a resolve (contract section 1.14).
 */
#include "interpose.h"
#include "xfer.h"

#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>

struct sockets {
    int n_opened, n_closed, n_options;
    int fails_first; /* so many opens are refused */
    int option_answer;
    int family;
};

static curl_socket_t open_counted(void *arg, curlsocktype purpose, struct curl_sockaddr *addr)
{
    struct sockets *sockets = arg;

    CHECK_INT(purpose, CURLSOCKTYPE_IPCXN);
    CHECK_INT(addr->socktype, SOCK_STREAM);
    sockets->family = addr->family;
    if (sockets->n_opened++ < sockets->fails_first)
        return CURL_SOCKET_BAD;
    return socket(addr->family, addr->socktype | SOCK_CLOEXEC, addr->protocol);
}

static int close_counted(void *arg, curl_socket_t fd)
{
    struct sockets *sockets = arg;

    sockets->n_closed++;
    return close(fd);
}

static int option_counted(void *arg, curl_socket_t fd, curlsocktype purpose)
{
    struct sockets *sockets = arg;

    CHECK(fcntl(fd, F_GETFD) >= 0);
    CHECK_INT(purpose, CURLSOCKTYPE_IPCXN);
    sockets->n_options++;
    return sockets->option_answer;
}

static void watch_sockets(struct xfer *x, struct sockets *sockets)
{
    SET(x, CURLOPT_OPENSOCKETFUNCTION, open_counted);
    SET(x, CURLOPT_OPENSOCKETDATA, sockets);
    SET(x, CURLOPT_CLOSESOCKETFUNCTION, close_counted);
    SET(x, CURLOPT_CLOSESOCKETDATA, sockets);
    SET(x, CURLOPT_SOCKOPTFUNCTION, option_counted);
    SET(x, CURLOPT_SOCKOPTDATA, sockets);
}

TEST("C-154 every_socket_is_opened_set_up_and_closed_through_the_callbacks_once")
{
    static struct sockets sockets = {0};
    struct drive *drive = drive_new();
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    watch_sockets(x, &sockets);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(sockets.n_opened, 1);
    CHECK_INT(sockets.n_options, 1);
    CHECK_INT(sockets.n_closed, 0);
    CHECK_INT(sockets.family, AF_INET);
    CHECK_MCODE(drive_cleanup(drive), CURLM_OK);
    CHECK_INT(sockets.n_closed, 1);
}

TEST("C-154 an_opensocket_callback_that_refuses_ends_the_transfer_with_7")
{
    static struct sockets sockets = {.fails_first = 100};
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    watch_sockets(x, &sockets);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_COULDNT_CONNECT);
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 0);
    CHECK_INT(sockets.n_closed, 0);
}

TEST("C-154 an_address_whose_socket_is_refused_gives_way_to_the_next")
{
    static struct sockets sockets = {.fails_first = 1};
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x;
    char url[100], entry[100];

    snprintf(url, sizeof(url), "http://two.example:%d/", peer_port(peer));
    snprintf(entry, sizeof(entry), "two.example:%d:127.0.0.2,127.0.0.1", peer_port(peer));
    x = xfer_new_url(url);
    SET(x, CURLOPT_RESOLVE, list_of(entry, NULL));
    watch_sockets(x, &sockets);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_INT(sockets.n_opened, 2);
}

TEST("C-154 a_sockopt_callback_that_fails_ends_the_transfer_and_closes_the_socket")
{
    static struct sockets sockets = {.option_answer = CURL_SOCKOPT_ERROR};
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    watch_sockets(x, &sockets);
    xfer_again(x, drive_new());
    CHECK(x->result == CURLE_COULDNT_CONNECT || x->result == CURLE_ABORTED_BY_CALLBACK);
    CHECK_INT(sockets.n_opened, 1);
    CHECK_INT(sockets.n_closed, 1);
}

/* Numbers that are no descriptors. */
static const struct bogus {
    const char *name;
    curl_socket_t fd;
} bogus_descriptors[] = {
    {"that_is_closed", 900},
    {"beyond_every_table", INT_MAX},
    {"in_the_billions", 1 << 30},
};

static curl_socket_t open_bogus(void *arg, curlsocktype purpose, struct curl_sockaddr *addr)
{
    return ((const struct bogus *)arg)->fd;
}

TEST_ROWS(0, "C-154 a_transfer_fails_with_7_and_no_other_does_given_a_descriptor_",
          bogus_descriptors)
{
    const struct bogus *row = test_row();
    struct peer *peer = PEER_OF(PEER_REQUEST, PEER_GATE, PEER_SEND(HELLO), PEER_KEEP);
    struct drive *drive = drive_new();
    struct xfer *other = xfer_get(drive, peer, "/");
    struct xfer *x = xfer_new(peer, "/");

    DRIVE_UNTIL(drive, peer_count(peer, PEER_WAITING, PEER_EVERY) == 1);
    SET(x, CURLOPT_OPENSOCKETFUNCTION, open_bogus);
    SET(x, CURLOPT_OPENSOCKETDATA, row);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, x->n_results == 1);
    CHECK_CODE(x->result, CURLE_COULDNT_CONNECT);
    peer_release(peer, 1);
    drive_run(drive);
    CHECK_CODE(other->result, CURLE_OK);
    CHECK_STR(other->body.data, "hello");
}

static curl_socket_t open_connected(void *arg, curlsocktype purpose, struct curl_sockaddr *addr)
{
    int fd = socket(addr->family, addr->socktype | SOCK_CLOEXEC, addr->protocol);

    CHECK(!connect(fd, &addr->addr, addr->addrlen));
    return fd;
}

TEST("C-154 a_socket_that_is_connected_already_is_used_as_it_is")
{
    static struct sockets sockets = {.option_answer = CURL_SOCKOPT_ALREADY_CONNECTED};
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");

    watch_sockets(x, &sockets);
    SET(x, CURLOPT_OPENSOCKETFUNCTION, open_connected);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_INT((long)peer_count(peer, PEER_CONNECTIONS, PEER_EVERY), 1);
}

static curl_socket_t open_elsewhere(void *arg, curlsocktype purpose, struct curl_sockaddr *addr)
{
    struct sockaddr_in *in = (struct sockaddr_in *)&addr->addr;

    in->sin_port = htons((uint16_t)peer_port(arg));
    return socket(addr->family, addr->socktype | SOCK_CLOEXEC, addr->protocol);
}

TEST("C-154 the_opensocket_callback_may_rewrite_the_address")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new_url("http://127.0.0.1:1/");

    SET(x, CURLOPT_OPENSOCKETFUNCTION, open_elsewhere);
    SET(x, CURLOPT_OPENSOCKETDATA, peer);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_OK);
    CHECK_STR(x->body.data, "hello");
}

/* The request may still be stopped (C-155). */

struct prereq {
    int n_calls, answer;
    char ip[50], local[50];
    int port, local_port;
};

static int take_prereq(void *arg, char *ip, char *local, int port, int local_port)
{
    struct prereq *prereq = arg;

    prereq->n_calls++;
    snprintf(prereq->ip, sizeof(prereq->ip), "%s", ip);
    snprintf(prereq->local, sizeof(prereq->local), "%s", local);
    prereq->port = port;
    prereq->local_port = local_port;
    return prereq->answer;
}

TEST("C-155 the_prereq_callback_knows_the_addresses_and_comes_before_each_request")
{
    struct peer *peer = peer_serving(HELLO);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new(peer, "/");
    struct prereq prereq = {.answer = CURL_PREREQFUNC_OK};

    SET(x, CURLOPT_PREREQFUNCTION, take_prereq);
    SET(x, CURLOPT_PREREQDATA, &prereq);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(prereq.n_calls, 1);
    CHECK_STR(prereq.ip, "127.0.0.1");
    CHECK_STR(prereq.local, "127.0.0.1");
    CHECK_INT(prereq.port, peer_port(peer));
    CHECK_INT(prereq.local_port, (long)peer_count(peer, PEER_CLIENT_PORT, 0));
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(prereq.n_calls, 2);
}

TEST("C-155 a_prereq_callback_that_aborts_ends_the_transfer_with_42_before_a_byte_is_sent")
{
    struct peer *peer = peer_serving(HELLO);
    struct xfer *x = xfer_new(peer, "/");
    struct prereq prereq = {.answer = CURL_PREREQFUNC_ABORT};

    SET(x, CURLOPT_PREREQFUNCTION, take_prereq);
    SET(x, CURLOPT_PREREQDATA, &prereq);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_ABORTED_BY_CALLBACK);
    CHECK_INT((long)peer_count(peer, PEER_RECEIVED, PEER_EVERY), 0);
}

struct resolving {
    int n_calls, answer;
};

static int take_resolving(void *state, void *reserved, void *arg)
{
    struct resolving *resolving = arg;

    resolving->n_calls++;
    return resolving->answer;
}

TEST("C-155 a_resolver_start_callback_that_fails_fails_the_resolve")
{
    struct xfer *x = xfer_new_url("http://name.invalid/");
    struct resolving resolving = {.answer = 1};

    SET(x, CURLOPT_RESOLVER_START_FUNCTION, take_resolving);
    SET(x, CURLOPT_RESOLVER_START_DATA, &resolving);
    xfer_again(x, drive_new());
    CHECK(x->result == CURLE_COULDNT_RESOLVE_HOST || x->result == CURLE_ABORTED_BY_CALLBACK);
    CHECK_INT(resolving.n_calls, 1);
}

static int close_at_once(void *arg, curl_socket_t fd)
{
    ++*(int *)arg;
    return close(fd);
}

TEST("C-18 C-157 a_socket_of_an_aborted_transfer_is_closed_through_the_callback_at_once")
{
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");
    int n = 0;

    SET(x, CURLOPT_CLOSESOCKETFUNCTION, close_at_once);
    SET(x, CURLOPT_CLOSESOCKETDATA, &n);
    SET(x, CURLOPT_MAXFILESIZE, 2L);
    CHECK_CODE(xfer_again(x, drive_new()), CURLE_FILESIZE_EXCEEDED);
    CHECK_INT(n, 1);
}

/* A closesocket callback that tries everything with the handle whose own connections it closes. */

struct meddler {
    CURL *easy;
    CURLM *multi;
    int n_calls;
    int add_code, perform_code;
};

static int close_and_meddle(void *arg, curl_socket_t fd)
{
    struct meddler *meddler = arg;

    meddler->n_calls++;
    meddler->add_code = curl_multi_add_handle(meddler->multi, meddler->easy);
    meddler->perform_code = curl_easy_perform(meddler->easy);
    curl_easy_reset(meddler->easy);
    curl_easy_cleanup(meddler->easy);
    return close(fd);
}

static struct xfer *perform_with_meddler(struct meddler *meddler)
{
    struct xfer *x = xfer_new(peer_serving(HELLO), "/");

    meddler->easy = x->easy;
    SET(x, CURLOPT_CLOSESOCKETFUNCTION, close_and_meddle);
    SET(x, CURLOPT_CLOSESOCKETDATA, meddler);
    CHECK_CODE(curl_easy_perform(x->easy), CURLE_OK);
    CHECK_INT(meddler->n_calls, 0);
    return x;
}

TEST("C-21 C-35 a_closesocket_callback_cannot_use_the_handle_that_is_being_added")
{
    struct drive *drive = drive_new();
    struct meddler meddler = {.multi = drive->multi};
    struct xfer *x = perform_with_meddler(&meddler);

    SET(x, CURLOPT_CLOSESOCKETFUNCTION, NULL);
    CHECK_CODE(xfer_again(x, drive), CURLE_OK);
    CHECK_INT(meddler.n_calls, 1);
    CHECK_INT(meddler.add_code, CURLM_RECURSIVE_API_CALL);
    CHECK_INT(meddler.perform_code, CURLE_RECURSIVE_API_CALL);
    CHECK_STR(x->body.data, "hello");
}

TEST("C-18 C-35 a_closesocket_callback_cannot_use_the_handle_that_is_being_freed")
{
    struct drive *drive = drive_new();
    struct meddler meddler = {.multi = drive->multi};
    struct xfer *x = perform_with_meddler(&meddler);

    xfer_free(x);
    CHECK_INT(meddler.n_calls, 1);
    CHECK_INT(meddler.add_code, CURLM_BAD_EASY_HANDLE);
    CHECK_INT(meddler.perform_code, CURLE_BAD_FUNCTION_ARGUMENT);
}
