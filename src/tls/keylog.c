/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls/keylog.h"

#include "util/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

void whim_tls_keylog_init(struct whim_tls_keylog *keylog)
{
    const char *path = getenv("SSLKEYLOGFILE");

    keylog->fd = -1;
    keylog->path = path && path[0] ? whim_strdup(path) : NULL;
}

void whim_tls_keylog_fini(struct whim_tls_keylog *keylog)
{
    if (keylog->fd >= 0)
        close(keylog->fd);
    whim_free(keylog->path);
}

void whim_tls_keylog_add(struct whim_tls_keylog *keylog, const char *line)
{
    struct iovec vec[2] = {
        {.iov_base = (void *)line, .iov_len = strlen(line)},
        {.iov_base = (void *)"\n", .iov_len = 1},
    };
    ssize_t n;

    if (keylog->fd < 0)
        keylog->fd = open(keylog->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (keylog->fd < 0)
        return;
    do
        n = writev(keylog->fd, vec, 2);
    while (n < 0 && errno == EINTR);
}
