/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/file.h"

#include "util/mem.h"
#include "util/random.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool whim_file_read_fd(int fd, struct whim_buf *buf)
{
    for (;;) {
        ssize_t n;

        switch (whim_buf_reserve(buf, 1)) {
        case WHIM_BUF_OK:
            break;
        case WHIM_BUF_FULL: {
            char extra;

            /* As full as it may be: good, if nothing else comes. */
            do
                n = read(fd, &extra, 1);
            while (n < 0 && errno == EINTR);
            if (n > 0)
                errno = EFBIG;
            return n == 0 && whim_buf_terminate(buf) == WHIM_BUF_OK;
        }
        default:
            errno = ENOMEM;
            return false;
        }
        n = read(fd, buf->data + buf->len, buf->cap - buf->len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        if (n == 0)
            return whim_buf_terminate(buf) == WHIM_BUF_OK;
        buf->len += (size_t)n;
    }
}

int whim_file_open_read(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    int flags = fd < 0 ? -1 : fcntl(fd, F_GETFL);

    if (flags >= 0)
        (void)fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
    return fd;
}

bool whim_file_read(const char *path, struct whim_buf *buf)
{
    int fd = whim_file_open_read(path);
    bool is_read;
    int error;

    if (fd < 0)
        return false;
    is_read = whim_file_read_fd(fd, buf);
    error = errno;
    close(fd);
    errno = error;
    return is_read;
}

ssize_t whim_file_write_quietly(int fd, const void *data, size_t len)
{
    const struct timespec no_time = {0, 0};
    sigset_t pipe, before, pending;
    bool was_pending;
    ssize_t n;
    int error;

    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    was_pending = sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
    do
        n = write(fd, data, len);
    while (n < 0 && errno == EINTR);
    error = errno;
    if (n < 0 && error == EPIPE && !was_pending)
        sigtimedwait(&pipe, NULL, &no_time);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return n;
}

/* Writes all of it and closes the descriptor, in any case. */
static bool write_and_close(int fd, const char *data, size_t len)
{
    int error = 0;

    while (len && !error) {
        ssize_t n = whim_file_write_quietly(fd, data, len);

        if (n > 0) {
            data += n;
            len -= (size_t)n;
        } else if (n < 0) {
            error = errno;
        }
    }
    if (close(fd) != 0 && !error)
        error = errno;
    errno = error;
    return !error;
}

/* Makes the file beside the one that is to be replaced: its descriptor, or -1. */
static int create_beside(const char *path, mode_t mode, struct whim_buf *ret_name)
{
    enum { MAX_TRIES = 8 };

    for (int i = 0; i < MAX_TRIES; i++) {
        uint64_t number;
        int fd;

        if (!whim_random_fill(&number, sizeof(number))) {
            errno = EAGAIN;
            return -1;
        }
        whim_buf_reset(ret_name);
        if (whim_buf_addf(ret_name, "%s.%016llx.tmp", path, (unsigned long long)number) !=
                WHIM_BUF_OK ||
            whim_buf_terminate(ret_name) != WHIM_BUF_OK) {
            errno = ENOMEM;
            return -1;
        }
        fd = open(ret_name->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd >= 0 && mode != 0600 && fchmod(fd, mode) != 0) {
            int error = errno;

            close(fd);
            unlink(ret_name->data);
            errno = error;
            return -1;
        }
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static bool replace(const char *path, mode_t mode, const char *data, size_t len)
{
    struct whim_buf name;
    bool is_replaced;
    int error;
    int fd;

    whim_buf_init(&name, PATH_MAX);
    fd = create_beside(path, mode, &name);
    is_replaced = fd >= 0 && write_and_close(fd, data, len) && rename(name.data, path) == 0;
    error = errno;
    if (fd >= 0 && !is_replaced)
        unlink(name.data);
    whim_buf_fini(&name);
    errno = error;
    return is_replaced;
}

bool whim_file_replace(const char *path, const void *data, size_t len)
{
    char target[PATH_MAX];
    struct stat there;
    int fd;

    if (stat(path, &there) != 0)
        return errno == ENOENT && replace(path, 0600, data, len);
    if (S_ISREG(there.st_mode))
        return realpath(path, target) && replace(target, there.st_mode & 07777, data, len);
    fd = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    return fd >= 0 && write_and_close(fd, data, len);
}
