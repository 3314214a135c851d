/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * CURLOPT_UNIX_SOCKET_PATH and CURLOPT_ABSTRACT_UNIX_SOCKET (C-168), with a server of our own.
 */
#include "proxied.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct local_server {
    struct sockaddr_un address;
    socklen_t len;
    int fd;
};

static void end_local(void *arg)
{
    struct local_server *local = arg;

    close(local->fd);
    if (local->address.sun_path[0])
        unlink(local->address.sun_path);
    free(local);
}

static struct local_server *local_new(const char *name, bool is_abstract)
{
    struct local_server *local = calloc(1, sizeof(*local));
    char *path;

    CHECK(local != NULL);
    path = local->address.sun_path;
    local->address.sun_family = AF_UNIX;
    if (is_abstract)
        snprintf(path + 1, sizeof(local->address.sun_path) - 1, "whim-%d-%s", (int)getpid(), name);
    else
        snprintf(path, sizeof(local->address.sun_path), "/tmp/whim-%d-%s", (int)getpid(), name);
    local->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
                             (is_abstract ? 1 + strlen(path + 1) : strlen(path) + 1));
    local->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    CHECK(local->fd >= 0);
    CHECK(bind(local->fd, (const void *)&local->address, local->len) == 0);
    CHECK(listen(local->fd, 5) == 0);
    defer(end_local, local);
    return local;
}

static const char *local_path(const struct local_server *local)
{
    return local->address.sun_path + !local->address.sun_path[0];
}

/* Takes the connection, reads one request, says HELLO; returns the descriptor. */
static int local_serve(struct local_server *local, struct drive *drive, int fd, char *ret_text,
                       size_t size)
{
    size_t n = 0;

    if (fd < 0)
        DRIVE_UNTIL(drive, (fd = accept4(local->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0);
    for (memset(ret_text, 0, size); !strstr(ret_text, "\r\n\r\n");) {
        ssize_t got = 0;

        DRIVE_UNTIL(drive, (got = read(fd, ret_text + n, size - n - 1)) > 0);
        n += (size_t)got;
    }
    CHECK(write(fd, HELLO, strlen(HELLO)) == (ssize_t)strlen(HELLO));
    return fd;
}

static void check_local(bool is_abstract)
{
    struct local_server *local = local_new("a", is_abstract);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new_url("http://" FAR ":81/path");
    char text[1000];
    int fd;

    SET(x, is_abstract ? CURLOPT_ABSTRACT_UNIX_SOCKET : CURLOPT_UNIX_SOCKET_PATH,
        local_path(local));
    xfer_start(x, drive);
    fd = local_serve(local, drive, -1, text, sizeof(text));
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    CHECK_STR(text, "GET /path HTTP/1.1\r\nHost: " FAR ":81\r\nAccept: */*\r\n\r\n");
    xfer_rewind(x);
    xfer_start(x, drive);
    local_serve(local, drive, fd, text, sizeof(text));
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), 0);
    close(fd);
}

TEST("C-168 a_unix_socket_is_the_peer_whatever_the_host")
{
    check_local(false);
}

TEST("C-168 an_abstract_unix_socket_is_the_peer_whatever_the_host")
{
    check_local(true);
}

TEST("C-168 a_unix_socket_is_reached_without_a_proxy")
{
    struct local_server *local = local_new("b", false);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new_url("http://" FAR ":81/path");
    char text[1000];

    SET(x, CURLOPT_UNIX_SOCKET_PATH, local_path(local));
    SET(x, CURLOPT_PROXY, "http://127.0.0.1:1");
    xfer_start(x, drive);
    close(local_serve(local, drive, -1, text, sizeof(text)));
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_HAS(text, "GET /path HTTP/1.1\r\n");
}

/* Three sockets, one URL; then the first of them once more. */
TEST("C-168 local_sockets_share_no_connection_with_one_another")
{
    struct local_server *locals[] = {local_new("d", false), local_new("e", false),
                                     local_new("d", true)};
    struct drive *drive = drive_new();
    int fds[3];

    for (int i = 0; i < 4; i++) {
        struct xfer *x = xfer_new_url("http://" FAR ":81/path");
        char text[1000];
        int fd;

        SET(x, i == 2 ? CURLOPT_ABSTRACT_UNIX_SOCKET : CURLOPT_UNIX_SOCKET_PATH,
            local_path(locals[i % 3]));
        xfer_start(x, drive);
        fd = local_serve(locals[i % 3], drive, i < 3 ? -1 : fds[0], text, sizeof(text));
        drive_run(drive);
        CHECK_CODE(x->result, CURLE_OK);
        CHECK_INT(xfer_long(x, CURLINFO_NUM_CONNECTS), i < 3);
        if (i < 3)
            fds[i] = fd;
    }
    for (int i = 0; i < 3; i++)
        close(fds[i]);
}

TEST("C-168 a_unix_socket_that_is_not_there_ends_with_7")
{
    struct xfer *x = xfer_new_url("http://" FAR "/");

    SET(x, CURLOPT_UNIX_SOCKET_PATH, "/nowhere/there/is/one");
    CHECK_CODE(xfer_run(x, drive_new()), CURLE_COULDNT_CONNECT);
}

TEST("C-168 a_path_too_long_for_a_unix_socket_is_a_failure")
{
    struct xfer *x = xfer_new_url("http://" FAR "/");
    char path[200];

    memset(path, 'a', sizeof(path) - 1);
    path[0] = '/';
    path[sizeof(path) - 1] = 0;
    SET(x, CURLOPT_UNIX_SOCKET_PATH, path);
    xfer_run(x, drive_new());
    CHECK(x->result != CURLE_OK);
}

TEST("proxy a_socks_proxy_may_be_behind_a_unix_socket")
{
    struct local_server *local = local_new("c", false);
    struct drive *drive = drive_new();
    struct xfer *x = xfer_new_url("http://" FAR ":81/");
    char proxy[200], text[1000] = "";
    size_t n = 0;
    int fd;

    snprintf(proxy, sizeof(proxy), "socks4a://localhost%s", local_path(local));
    SET(x, CURLOPT_PROXY, proxy);
    xfer_start(x, drive);
    DRIVE_UNTIL(drive, (fd = accept4(local->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0);
    while (n < 8 + 1 + 15) {
        ssize_t got = 0;

        DRIVE_UNTIL(drive, (got = read(fd, text + n, sizeof(text) - n)) > 0);
        n += (size_t)got;
    }
    CHECK(memcmp(text, "\4\1\0\x51\0\0\0\1\0" FAR, n) == 0);
    CHECK(write(fd, "\0\x5a\0\0\0\0\0\0", 8) == 8);
    local_serve(local, drive, fd, text, sizeof(text));
    drive_run(drive);
    CHECK_CODE(x->result, CURLE_OK);
    CHECK_STR(x->body.data, "hello");
    close(fd);
}
