/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "dns/overrides.h"

#include "dns/cache.h"
#include "util/mem.h"

#include <string.h>

struct override {
    struct whim_hash_node node;
    struct whim_list link;
    struct whim_dns_addrs *addrs;
    int64_t set_us;
    uint16_t port;
    uint16_t name_len;
    bool is_permanent;
    char name[];
};

void whim_dns_overrides_init(struct whim_dns_overrides *overrides)
{
    whim_hash_init(&overrides->entries);
    whim_list_init(&overrides->all);
}

static void del_override(struct whim_dns_overrides *overrides, struct override *override)
{
    whim_hash_del(&overrides->entries, &override->node);
    whim_list_del(&override->link);
    whim_dns_addrs_unref(override->addrs);
    whim_free(override);
}

static void del_all(struct whim_dns_overrides *overrides, bool with_permanent)
{
    struct whim_list *link = overrides->all.next;

    while (link != &overrides->all) {
        struct override *override = WHIM_CONTAINER_OF(link, struct override, link);

        link = link->next;
        if (with_permanent || !override->is_permanent)
            del_override(overrides, override);
    }
}

void whim_dns_overrides_fini(struct whim_dns_overrides *overrides)
{
    del_all(overrides, true);
    whim_hash_fini(&overrides->entries);
}

void whim_dns_overrides_del_temporary(struct whim_dns_overrides *overrides)
{
    del_all(overrides, false);
}

static uint32_t hash_of(const struct whim_dns_name *name, uint16_t port)
{
    return name->hash ^ (port * UINT32_C(0x9e3779b1));
}

static struct override *find_override(const struct whim_dns_overrides *overrides,
                                      const struct whim_dns_name *name, uint16_t port)
{
    struct whim_hash_node *node = whim_hash_first(&overrides->entries, hash_of(name, port));

    for (; node; node = whim_hash_next(node)) {
        struct override *override = WHIM_CONTAINER_OF(node, struct override, node);

        if (override->port == port && override->name_len == name->len &&
            memcmp(override->name, name->text, name->len) == 0)
            return override;
    }
    return NULL;
}

bool whim_dns_overrides_set(struct whim_dns_overrides *overrides, const struct whim_dns_name *name,
                            uint16_t port, struct whim_dns_addrs *addrs, bool is_permanent,
                            int64_t now_us)
{
    struct override *override = find_override(overrides, name, port);

    if (override) {
        whim_dns_addrs_unref(override->addrs);
    } else {
        override = whim_malloc(sizeof(*override) + name->len);
        if (!override)
            return false;
        override->port = port;
        override->name_len = (uint16_t)name->len;
        memcpy(override->name, name->text, name->len);
        whim_list_add_last(&overrides->all, &override->link);
        whim_hash_add(&overrides->entries, &override->node, hash_of(name, port));
    }
    override->addrs = whim_dns_addrs_ref(addrs);
    override->set_us = now_us;
    override->is_permanent = is_permanent;
    return true;
}

void whim_dns_overrides_del(struct whim_dns_overrides *overrides, const struct whim_dns_name *name,
                            uint16_t port)
{
    struct override *override = find_override(overrides, name, port);

    if (override)
        del_override(overrides, override);
}

struct whim_dns_addrs *whim_dns_overrides_find(struct whim_dns_overrides *overrides,
                                               const struct whim_dns_name *name, uint16_t port,
                                               int64_t timeout_ms, int64_t now_us)
{
    struct override *override = find_override(overrides, name, port);

    if (!override)
        return NULL;
    if (!override->is_permanent &&
        whim_dns_is_stale(override->set_us, now_us, timeout_ms, false)) {
        del_override(overrides, override);
        return NULL;
    }
    return override->addrs;
}
