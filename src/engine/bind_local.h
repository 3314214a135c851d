/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The near end of a connection: CURLOPT_INTERFACE, CURLOPT_LOCALPORT and CURLOPT_LOCALPORTRANGE.
 */
#ifndef WHIM_ENGINE_BIND_LOCAL_H
#define WHIM_ENGINE_BIND_LOCAL_H

#include <stdbool.h>

struct whim_transfer;

/*
 * Binds a socket of that family as the options ask; true, too, when they ask for nothing. False:
 * it cannot be done, and the error is told (CURLE_INTERFACE_FAILED). Names of hosts are not looked
 * up: an address has to be given as a number.
 */
bool whim_bind_local(struct whim_transfer *transfer, int fd, int family);

#endif
