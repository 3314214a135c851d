/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "dns/addrs.h"

#include "util/mem.h"

#include <string.h>
#include <sys/random.h>

struct whim_dns_addrs *whim_dns_addrs_new(uint32_t n_items)
{
    struct whim_dns_addrs *addrs =
        whim_calloc(1, sizeof(*addrs) + (size_t)n_items * sizeof(addrs->items[0]));

    if (addrs) {
        atomic_init(&addrs->n_refs, 1);
        addrs->n_items = n_items;
    }
    return addrs;
}

struct whim_dns_addrs *whim_dns_addrs_ref(struct whim_dns_addrs *addrs)
{
    atomic_fetch_add_explicit(&addrs->n_refs, 1, memory_order_relaxed);
    return addrs;
}

void whim_dns_addrs_unref(struct whim_dns_addrs *addrs)
{
    if (addrs && atomic_fetch_sub_explicit(&addrs->n_refs, 1, memory_order_acq_rel) == 1)
        whim_free(addrs);
}

static uint32_t count_family(const struct whim_dns_addrs *addrs, int family)
{
    uint32_t n_found = 0;

    for (uint32_t i = 0; i < addrs->n_items; i++)
        n_found += family == AF_UNSPEC || addrs->items[i].family == family;
    return n_found;
}

bool whim_dns_addrs_has_family(const struct whim_dns_addrs *addrs, int family)
{
    return count_family(addrs, family) > 0;
}

struct whim_dns_addrs *whim_dns_addrs_of_family(struct whim_dns_addrs *addrs, int family)
{
    uint32_t n_found = count_family(addrs, family);
    struct whim_dns_addrs *reduced;

    if (n_found == addrs->n_items)
        return whim_dns_addrs_ref(addrs);
    reduced = whim_dns_addrs_new(n_found);
    if (!reduced)
        return NULL;
    for (uint32_t i = 0, at = 0; i < addrs->n_items; i++)
        if (addrs->items[i].family == family)
            reduced->items[at++] = addrs->items[i];
    return reduced;
}

struct whim_dns_addrs *whim_dns_addrs_share(struct whim_dns_addrs *addrs, bool shuffle)
{
    uint16_t random[WHIM_DNS_MAX_ADDRS] = {0};
    uint32_t n_items = addrs->n_items;
    struct whim_dns_addrs *copy;

    copy = shuffle && n_items > 1 ? whim_dns_addrs_new(n_items) : NULL;
    if (!copy)
        return whim_dns_addrs_ref(addrs);
    memcpy(copy->items, addrs->items, n_items * sizeof(copy->items[0]));
    if (n_items > WHIM_DNS_MAX_ADDRS)
        n_items = WHIM_DNS_MAX_ADDRS;
    if (getrandom(random, n_items * sizeof(random[0]), GRND_NONBLOCK) < 0)
        return copy;
    for (uint32_t i = n_items; i > 1; i--) {
        uint32_t other = random[i - 1] % i;
        struct whim_address taken = copy->items[i - 1];

        copy->items[i - 1] = copy->items[other];
        copy->items[other] = taken;
    }
    return copy;
}
