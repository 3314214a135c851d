/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/registry.h"

#include "engine/conn.h"
#include "engine/guard.h"
#include "engine/multi.h"
#include "engine/poller.h"
#include "engine/transfer.h"
#include "util/mem.h"

#include <errno.h>
#include <string.h>

void whim_registry_init(struct whim_registry *registry)
{
    *registry = (struct whim_registry){.first_changed = -1, .last_changed = -1};
}

void whim_registry_fini(struct whim_registry *registry)
{
    whim_free(registry->entries);
    whim_registry_init(registry);
}

bool whim_registry_reserve(struct whim_registry *registry, int fd)
{
    int n = registry->n_entries ? registry->n_entries : 16;
    struct whim_registration *entries;

    if (fd < registry->n_entries)
        return true;
    while (n <= fd)
        n *= 2; /* descriptors are far below INT_MAX / 2: the kernel's own table ends there */
    entries = whim_realloc(registry->entries, (size_t)n * sizeof(*entries));
    if (!entries)
        return false;
    memset(entries + registry->n_entries, 0, (size_t)(n - registry->n_entries) * sizeof(*entries));
    registry->entries = entries;
    registry->n_entries = n;
    return true;
}

struct whim_registration *whim_registry_find(struct whim_registry *registry, int fd)
{
    if (fd < 0 || fd >= registry->n_entries || !registry->entries[fd].owner)
        return NULL;
    return &registry->entries[fd];
}

static void link_changed(struct whim_registry *registry, int fd)
{
    struct whim_registration *entry = &registry->entries[fd];

    entry->is_changed = 1;
    entry->next_changed = -1;
    if (registry->last_changed < 0)
        registry->first_changed = fd;
    else
        registry->entries[registry->last_changed].next_changed = fd;
    registry->last_changed = fd;
}

void whim_registry_want(struct whim_registry *registry, int fd, enum whim_owner_kind kind,
                        void *owner, unsigned interest)
{
    struct whim_registration *entry = &registry->entries[fd];

    registry->n_watched += (interest != 0) - (entry->wanted != 0);
    entry->owner = owner;
    entry->owner_kind = (uint8_t)kind;
    if (entry->wanted == interest)
        return;
    entry->wanted = (uint8_t)interest;
    if (!entry->is_changed)
        link_changed(registry, fd);
}

/* Tells the application; false when its callback said -1. The entry may have moved afterwards. */
static bool announce(struct whim_multi *multi, int fd, int what)
{
    struct whim_registration *entry = &multi->registry.entries[fd];
    void *socketp = entry->socketp;
    unsigned before;
    int answer = 0;

    if (what != CURL_POLL_REMOVE)
        entry->announced = (uint8_t)what; /* before the call: curl_multi_assign() works in it (C-88) */
    if (multi->socket_cb) {
        before = whim_guard_enter(multi, WHIM_IN_SOCKET_CB);
        answer = multi->socket_cb(whim_multi_easy_of_socket(multi, fd), fd, what,
                                  multi->socket_data, socketp);
        whim_guard_leave(multi, before);
    }
    if (what == CURL_POLL_REMOVE) {
        entry = &multi->registry.entries[fd];
        entry->announced = 0;
        entry->socketp = NULL;
    }
    return answer != -1;
}

static bool tell_poller(struct whim_multi *multi, int fd, unsigned interest)
{
    struct whim_registration *entry = &multi->registry.entries[fd];

    if (!multi->poller || entry->polled == interest)
        return true;
    if (!whim_poller_set(multi->poller, fd, entry->polled, interest))
        return false;
    entry->polled = interest & 3;
    return true;
}

/*
 * The system does not watch this descriptor: whoever waits for it must not wait for ever, and
 * nobody else need suffer. The resolver asks again when its time is up.
 */
static void lose(struct whim_multi *multi, int fd)
{
    int error = errno;
    struct whim_registration *entry = &multi->registry.entries[fd];

    if (entry->owner_kind == WHIM_OWNER_CONN)
        whim_conn_unwatchable(entry->owner, fd, error);
}

void whim_registry_flush(struct whim_multi *multi)
{
    struct whim_registry *registry = &multi->registry;

    while (registry->first_changed >= 0) {
        int fd = registry->first_changed;
        struct whim_registration *entry = &registry->entries[fd];
        unsigned wanted = entry->wanted;
        bool is_ok = true;

        registry->first_changed = entry->next_changed;
        if (registry->first_changed < 0)
            registry->last_changed = -1;
        entry->is_changed = 0;
        if (!entry->owner)
            continue; /* forgotten since */
        if (!tell_poller(multi, fd, wanted)) {
            lose(multi, fd);
            continue;
        }
        if (entry->announced != wanted && (multi->socket_cb || entry->announced))
            is_ok = announce(multi, fd, wanted ? (int)wanted : CURL_POLL_REMOVE);
        if (!is_ok)
            whim_multi_die(multi);
    }
}

void whim_registry_forget(struct whim_multi *multi, int fd)
{
    struct whim_registry *registry = &multi->registry;
    struct whim_registration *entry = whim_registry_find(registry, fd);

    if (!entry)
        return;
    if (entry->announced && !announce(multi, fd, CURL_POLL_REMOVE))
        whim_multi_die(multi); /* the entry goes all the same (C-82) */
    tell_poller(multi, fd, 0);
    entry = &registry->entries[fd];
    registry->n_watched -= entry->wanted != 0;
    entry->owner = NULL;
    entry->owner_kind = WHIM_OWNER_NONE;
    entry->socketp = NULL;
    entry->wanted = 0;
    entry->announced = 0;
    entry->polled = 0;
    /* is_changed stays: the entry may be in the list, and the next owner is to be found in it */
}

void whim_registry_reannounce(struct whim_multi *multi)
{
    for (int fd = 0; fd < multi->registry.n_entries; fd++) {
        struct whim_registration *entry = &multi->registry.entries[fd];

        entry->announced = 0;
        entry->socketp = NULL;
        if (entry->owner && entry->wanted && !entry->is_changed)
            link_changed(&multi->registry, fd);
    }
}

void whim_registry_remove_all(struct whim_multi *multi)
{
    for (int fd = 0; fd < multi->registry.n_entries; fd++)
        if (multi->registry.entries[fd].announced)
            announce(multi, fd, CURL_POLL_REMOVE);
}

void whim_registry_poll_all(struct whim_multi *multi)
{
    for (int fd = 0; fd < multi->registry.n_entries; fd++) {
        struct whim_registration *entry = &multi->registry.entries[fd];

        entry->polled = 0;
        if (entry->owner && entry->wanted && !tell_poller(multi, fd, entry->wanted))
            lose(multi, fd);
    }
}
