/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "hosts.h"

#include "fetch.h"
#include "urlparts.h"

#include <stdint.h>
#include <stdlib.h>
#include <strings.h>

struct tool_host {
    struct tool_host *next; /* in its bucket */
    struct tool_fetch_queue waiting;
    long n_turns; /* taken */
    uint32_t hash;
    size_t name_len;
    char name[];
};

bool tool_hosts_init(struct tool_hosts *hosts, long n_most, size_t n_expected)
{
    *hosts = (struct tool_hosts){.n_most = n_most, .n_buckets = 64};
    if (!n_most)
        return true;
    while (hosts->n_buckets < n_expected)
        hosts->n_buckets *= 2;
    hosts->buckets = calloc(hosts->n_buckets, sizeof *hosts->buckets);
    return hosts->buckets != NULL;
}

void tool_hosts_fini(struct tool_hosts *hosts)
{
    for (size_t i = 0; hosts->buckets && i < hosts->n_buckets; i++)
        while (hosts->buckets[i]) {
            struct tool_host *host = hosts->buckets[i];

            hosts->buckets[i] = host->next;
            free(host);
        }
    free(hosts->buckets);
    hosts->buckets = NULL;
}

/* FNV-1a, 32 bits. */
static uint32_t hash_name(struct tool_span name)
{
    uint32_t hash = 0x811C9DC5;

    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];

        c = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
        hash = (hash ^ (unsigned char)c) * 0x01000193;
    }
    return hash;
}

/* Where the host is linked, or would be. */
static struct tool_host **find_place(struct tool_hosts *hosts, struct tool_span name, uint32_t hash)
{
    struct tool_host **place = &hosts->buckets[hash & (hosts->n_buckets - 1)];

    while (*place && ((*place)->hash != hash || (*place)->name_len != name.len ||
                      strncasecmp((*place)->name, name.at, name.len) != 0))
        place = &(*place)->next;
    return place;
}

static struct tool_host *add_host(struct tool_host **place, struct tool_span name, uint32_t hash)
{
    struct tool_host *host = calloc(1, sizeof *host + name.len);

    if (!host)
        return NULL;
    host->hash = hash;
    host->name_len = name.len;
    for (size_t i = 0; i < name.len; i++)
        host->name[i] = name.at[i];
    *place = host;
    return host;
}

enum tool_turn tool_hosts_enter(struct tool_hosts *hosts, struct tool_fetch *fetch)
{
    struct tool_url_parts parts;
    struct tool_host **place;
    struct tool_host *host;
    uint32_t hash;

    if (!hosts->n_most)
        return TOOL_TURN_NOW;
    tool_url_split(fetch->url, fetch->url_len, &parts);
    hash = hash_name(parts.host);
    place = find_place(hosts, parts.host, hash);
    host = *place ? *place : add_host(place, parts.host, hash);
    if (!host)
        return TOOL_TURN_NO_MEMORY;
    fetch->host = host;
    if (host->n_turns >= hosts->n_most) {
        tool_fetch_queue_add(&host->waiting, fetch);
        return TOOL_TURN_LATER;
    }
    host->n_turns++;
    return TOOL_TURN_NOW;
}

struct tool_fetch *tool_hosts_leave(struct tool_hosts *hosts, struct tool_fetch *fetch)
{
    struct tool_host *host = fetch->host;
    struct tool_fetch *next;

    fetch->host = NULL;
    if (!host)
        return NULL;
    next = tool_fetch_queue_take(&host->waiting);
    if (next || --host->n_turns)
        return next;
    *find_place(hosts, (struct tool_span){host->name, host->name_len}, host->hash) = host->next;
    free(host);
    return NULL;
}
