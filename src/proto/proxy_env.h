/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The proxy that the environment asks for. The environment is a function, so that all of this can
 * be tested, and so that nobody else reads it.
 */
#ifndef WHIM_PROTO_PROXY_ENV_H
#define WHIM_PROTO_PROXY_ENV_H

#include <stddef.h>

/* As getenv(). */
typedef char *whim_getenv(const char *name);

/*
 * The value of "<scheme>_proxy", of the same in upper case (not for http, where a CGI program's
 * client could set it), of all_proxy or ALL_PROXY; ws and wss also ask http's and https's. NULL:
 * none. Empty values count as not set. The scheme is counted, in any case.
 */
const char *whim_proxy_env_find(whim_getenv *get, const char *scheme, size_t len);

/* The value of no_proxy or NO_PROXY; NULL: none. */
const char *whim_proxy_env_no_proxy(whim_getenv *get);

#endif
