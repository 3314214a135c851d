/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Making the socket of an attempt, by the application's callbacks and options (C-154).
 */
#ifndef WHIM_ENGINE_OPEN_SOCKET_H
#define WHIM_ENGINE_OPEN_SOCKET_H

#include "util/address.h"

#include <stdbool.h>

struct whim_str;
struct whim_transfer;

enum whim_open_result {
    WHIM_OPEN_CONNECTING,
    WHIM_OPEN_CONNECTED, /* at once, or by the application itself */
    WHIM_OPEN_FAILED,    /* nothing is left of it; *ret_os_error says why, or is 0 */
    WHIM_OPEN_NOMEM,
    WHIM_OPEN_UNBOUND, /* not to be bound as INTERFACE or LOCALPORT say; the error is told */
};

/*
 * Opens a non-blocking, close-on-exec socket, sets it up and begins to connect it. The descriptor
 * is reserved in the registry and belongs to the caller.
 */
enum whim_open_result whim_open_socket(struct whim_transfer *transfer,
                                       const struct whim_address *address, int *ret_fd,
                                       int *ret_os_error);

/* The same for a local socket; is_abstract: its name has no file. */
enum whim_open_result whim_open_unix_socket(struct whim_transfer *transfer,
                                            const struct whim_str *path, bool is_abstract,
                                            int *ret_fd, int *ret_os_error);

#endif
