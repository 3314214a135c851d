/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Names: all that is known of them, as one object: what CURLOPT_RESOLVE has said (overrides.h) and
 * what was answered (cache.h). A resolver has its own; handles of a share object may have others
 * in common, in whatever threads: each function here may be called from any of them.
 */
#ifndef WHIM_DNS_NAMES_H
#define WHIM_DNS_NAMES_H

#include "dns/addrs.h"
#include "dns/cache.h"
#include "dns/host.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct whim_dns_names;

/* With one reference. NULL: out of memory. */
struct whim_dns_names *whim_dns_names_new(void);
struct whim_dns_names *whim_dns_names_ref(struct whim_dns_names *names);
/* NULL is fine. */
void whim_dns_names_unref(struct whim_dns_names *names);

/* As whim_dns_overrides_set() and _del(); del also drops what was answered of the name. */
bool whim_dns_names_set_override(struct whim_dns_names *names, const struct whim_dns_name *name,
                                 uint16_t port, struct whim_dns_addrs *addrs, bool is_permanent,
                                 int64_t now_us);
void whim_dns_names_del_override(struct whim_dns_names *names, const struct whim_dns_name *name,
                                 uint16_t port);
/* Whether there are any: without them a numeric host needs no look. */
bool whim_dns_names_has_overrides(struct whim_dns_names *names);
/* As whim_dns_overrides_find(), but with a reference for the caller. */
struct whim_dns_addrs *whim_dns_names_find_override(struct whim_dns_names *names,
                                                    const struct whim_dns_name *name,
                                                    uint16_t port, int64_t timeout_ms,
                                                    int64_t now_us);

/* As whim_dns_cache_find(), but *ret_addrs is a reference for the caller. */
enum whim_dns_cached whim_dns_names_find(struct whim_dns_names *names,
                                         const struct whim_dns_key *key, int64_t timeout_ms,
                                         int64_t now_us, struct whim_dns_addrs **ret_addrs);
/* As whim_dns_cache_add(). */
void whim_dns_names_add(struct whim_dns_names *names, const struct whim_dns_key *key,
                        struct whim_dns_addrs *addrs, int64_t timeout_ms, int64_t now_us);
/* Forgets all answers, and the overrides that are not permanent. */
void whim_dns_names_clear(struct whim_dns_names *names);
size_t whim_dns_names_n_cached(struct whim_dns_names *names);

#endif
