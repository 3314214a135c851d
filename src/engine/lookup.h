/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Lookup: the multi's resolver, made when the first name has to be looked up, and its place in
 * the registry and among the timers.
 */
#ifndef WHIM_ENGINE_LOOKUP_H
#define WHIM_ENGINE_LOOKUP_H

#include "dns/resolver.h"
#include "engine/route.h"

#include <curl/curl.h>
#include <stdbool.h>

struct whim_multi;
struct whim_transfer;

/*
 * Feeds the transfer's CURLOPT_RESOLVE list to the resolver. It is done before the transfer looks
 * for a connection, whether it then needs to resolve or not.
 */
CURLcode whim_lookup_add_overrides(struct whim_transfer *transfer);

/*
 * Resolves a host for the transfer, by its options; as whim_resolver_lookup(). The wait's asker is
 * the transfer.
 */
enum whim_dns_result whim_lookup_host(struct whim_transfer *transfer,
                                      const struct whim_target *target,
                                      struct whim_dns_wait *wait,
                                      struct whim_dns_answer *ret_answer);

/* The resolver's timer has fired. */
void whim_lookup_on_time(struct whim_multi *multi);
/* Arms the resolver's timer for its next deadline. */
void whim_lookup_update_timer(struct whim_multi *multi);
/* Frees the resolver; its sockets are removed and closed. */
void whim_lookup_fini(struct whim_multi *multi);

#endif
