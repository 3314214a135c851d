/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The near end of a connection: CURLOPT_INTERFACE, CURLOPT_LOCALPORT and CURLOPT_LOCALPORTRANGE.
 */
#ifndef WHIM_ENGINE_BIND_LOCAL_H
#define WHIM_ENGINE_BIND_LOCAL_H

#include <stdbool.h>

struct whim_dns_addrs;
struct whim_target;
struct whim_transfer;

/*
 * The host whose address the near end is to have, where it has to be looked up before a socket can
 * be bound: a span of the option's text, with port 80, as CURLOPT_RESOLVE has to name it. False:
 * there is nothing to look up.
 */
bool whim_bind_local_host(const struct whim_transfer *transfer, struct whim_target *ret_host);

/*
 * Binds a socket of that family as the options ask; true, too, when they ask for nothing. near: the
 * addresses of that host, or NULL. False: it cannot be done, and the error is told
 * (CURLE_INTERFACE_FAILED).
 */
bool whim_bind_local(struct whim_transfer *transfer, int fd, int family,
                     const struct whim_dns_addrs *near);

/* Tells that the near end cannot be had; os_error: errno, or 0. */
void whim_bind_local_tell(struct whim_transfer *transfer, const char *what, int os_error);

#endif
