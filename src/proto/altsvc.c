/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/altsvc.h"

#include "proto/altsvc_parse.h"
#include "util/ascii.h"
#include "util/hash.h"
#include "util/list.h"
#include "util/mem.h"

#include <string.h>

/* A place of an entry; its host is behind the entry, in small letters, without a dot at the end. */
struct kept_place {
    const char *host; /* terminated */
    uint16_t port;
    uint8_t len;
    uint8_t protocol; /* enum whim_altsvc_protocol */
};

struct entry {
    struct whim_hash_node in_origins; /* by the origin's host and port */
    struct whim_list in_order;        /* of learning; of a field, the first is the best */
    int64_t expires_s;
    int64_t broken_until_s;
    struct kept_place origin;
    struct kept_place place;
    bool is_persistent;
    int priority;
    char hosts[];
};

struct whim_altsvc {
    size_t n_entries;
    struct whim_hash origins;
    struct whim_list order;
};

struct whim_altsvc *whim_altsvc_new(void)
{
    struct whim_altsvc *altsvc = whim_calloc(1, sizeof(*altsvc));

    if (altsvc) {
        whim_hash_init(&altsvc->origins);
        whim_list_init(&altsvc->order);
    }
    return altsvc;
}

static void del_entry(struct whim_altsvc *altsvc, struct entry *entry)
{
    whim_hash_del(&altsvc->origins, &entry->in_origins);
    whim_list_del(&entry->in_order);
    altsvc->n_entries--;
    whim_free(entry);
}

static struct entry *first_entry(const struct whim_altsvc *altsvc)
{
    struct whim_list *first = whim_list_first(&altsvc->order);

    return first ? WHIM_CONTAINER_OF(first, struct entry, in_order) : NULL;
}

void whim_altsvc_free(struct whim_altsvc *altsvc)
{
    struct entry *entry;

    if (!altsvc)
        return;
    while ((entry = first_entry(altsvc)))
        del_entry(altsvc, entry);
    whim_hash_fini(&altsvc->origins);
    whim_free(altsvc);
}

/* Bytes of the host without the dot that only says that it is a whole name. */
static size_t bare_len(const struct whim_altsvc_place *place)
{
    return place->len > 1 && place->host[place->len - 1] == '.' ? place->len - 1 : place->len;
}

static uint32_t hash_of(const struct whim_altsvc_place *origin)
{
    char lower[WHIM_ALTSVC_MAX_HOST_BYTES];
    size_t len = bare_len(origin);

    if (len > sizeof(lower))
        len = sizeof(lower);
    for (size_t i = 0; i < len; i++)
        lower[i] = whim_ascii_lower(origin->host[i]);
    return whim_hash_bytes(lower, len, origin->port);
}

static bool is_same(const struct kept_place *kept, const struct whim_altsvc_place *place)
{
    size_t len = bare_len(place);

    return kept->port == place->port && kept->len == len &&
           kept->protocol == (uint8_t)place->protocol &&
           whim_ascii_is_equal(kept->host, place->host, len);
}

static struct entry *entry_of(struct whim_hash_node *node)
{
    return node ? WHIM_CONTAINER_OF(node, struct entry, in_origins) : NULL;
}

/* All that is known of an origin goes. Returns until when none of it was to be given out. */
static int64_t flush(struct whim_altsvc *altsvc, const struct whim_altsvc_place *origin)
{
    struct whim_hash_node *node = whim_hash_first(&altsvc->origins, hash_of(origin));
    int64_t broken_until_s = 0;

    while (node) {
        struct entry *entry = entry_of(node);

        node = whim_hash_next(node);
        if (!is_same(&entry->origin, origin))
            continue;
        if (entry->broken_until_s > broken_until_s)
            broken_until_s = entry->broken_until_s;
        del_entry(altsvc, entry);
    }
    return broken_until_s;
}

/* Is the alternative known of the origin already? */
static bool has_pair(const struct whim_altsvc *altsvc, const struct whim_altsvc_line *line)
{
    struct whim_hash_node *node = whim_hash_first(&altsvc->origins, hash_of(&line->origin));

    for (; node; node = whim_hash_next(node)) {
        const struct entry *entry = entry_of(node);

        if (is_same(&entry->origin, &line->origin) && is_same(&entry->place, &line->place))
            return true;
    }
    return false;
}

static char *keep(struct kept_place *kept, const struct whim_altsvc_place *place, char *out)
{
    size_t len = bare_len(place);

    *kept = (struct kept_place){out, place->port, (uint8_t)len, (uint8_t)place->protocol};
    for (size_t i = 0; i < len; i++)
        out[i] = whim_ascii_lower(place->host[i]);
    out[len] = 0;
    return out + len + 1;
}

static CURLcode add(struct whim_altsvc *altsvc, const struct whim_altsvc_line *line,
                    int64_t broken_until_s)
{
    struct entry *entry;

    if (!line->origin.len || bare_len(&line->origin) > WHIM_ALTSVC_MAX_HOST_BYTES)
        return CURLE_OK; /* no host that could have one */
    entry = whim_calloc(1, sizeof(*entry) + line->origin.len + line->place.len + 2);
    if (!entry)
        return CURLE_OUT_OF_MEMORY;
    if (altsvc->n_entries >= WHIM_ALTSVC_MAX_ENTRIES)
        del_entry(altsvc, first_entry(altsvc));
    keep(&entry->place, &line->place, keep(&entry->origin, &line->origin, entry->hosts));
    entry->expires_s = line->expires_s;
    entry->broken_until_s = broken_until_s;
    entry->is_persistent = line->is_persistent;
    entry->priority = line->priority;
    whim_hash_add(&altsvc->origins, &entry->in_origins, hash_of(&line->origin));
    whim_list_init(&entry->in_order);
    whim_list_add_last(&altsvc->order, &entry->in_order);
    altsvc->n_entries++;
    return CURLE_OK;
}

CURLcode whim_altsvc_note(struct whim_altsvc *altsvc, const struct whim_altsvc_place *origin,
                          const char *value, size_t len, unsigned protocols, int64_t now_s)
{
    const char *end = value + len;
    struct whim_altsvc_offer offer;
    CURLcode result = CURLE_OK;
    int64_t broken_until_s = 0; /* an origin that says the same again has not tried it */
    unsigned n = 0;

    if (whim_altsvc_is_clear(value, len)) {
        flush(altsvc, origin);
        return CURLE_OK;
    }
    while (result == CURLE_OK && n < WHIM_ALTSVC_MAX_OF_FIELD &&
           whim_altsvc_next(&value, end, &offer)) {
        struct whim_altsvc_line line = {
            .origin = *origin,
            .place = offer.place,
            .expires_s = whim_cache_date_after(now_s, offer.max_age_s),
            .is_persistent = offer.is_persistent,
        };

        if (!n++)
            broken_until_s = flush(altsvc, origin);
        if (!offer.max_age_s || !(protocols & WHIM_ALTSVC_BIT(offer.place.protocol)))
            continue;
        if (!line.place.len) {
            line.place.host = origin->host;
            line.place.len = origin->len;
        }
        if (!has_pair(altsvc, &line))
            result = add(altsvc, &line, broken_until_s);
    }
    return result;
}

static bool is_good(const struct entry *entry, const struct whim_altsvc_place *origin,
                    unsigned protocols, int64_t now_s)
{
    return entry->expires_s > now_s && entry->broken_until_s <= now_s &&
           protocols & WHIM_ALTSVC_BIT(entry->place.protocol) && is_same(&entry->origin, origin);
}

bool whim_altsvc_find(struct whim_altsvc *altsvc, const struct whim_altsvc_place *origin,
                      unsigned protocols, int64_t now_s, struct whim_altsvc_place *ret_place)
{
    uint32_t hash = hash_of(origin);

    if (!whim_hash_first(&altsvc->origins, hash))
        return false;
    for (struct whim_list *at = altsvc->order.next; at != &altsvc->order; at = at->next) {
        const struct entry *entry = WHIM_CONTAINER_OF(at, struct entry, in_order);

        if (entry->in_origins.hash != hash || !is_good(entry, origin, protocols, now_s))
            continue;
        *ret_place = (struct whim_altsvc_place){
            .protocol = (enum whim_altsvc_protocol)entry->place.protocol,
            .host = entry->place.host,
            .len = entry->place.len,
            .port = entry->place.port,
        };
        return true;
    }
    return false;
}

bool whim_altsvc_mark_broken(struct whim_altsvc *altsvc, const struct whim_altsvc_place *origin,
                             int64_t now_s)
{
    struct whim_hash_node *node = whim_hash_first(&altsvc->origins, hash_of(origin));
    bool is_changed = false;

    for (; node; node = whim_hash_next(node)) {
        struct entry *entry = entry_of(node);

        if (!is_same(&entry->origin, origin))
            continue;
        is_changed |= entry->broken_until_s <= now_s;
        entry->broken_until_s = now_s + WHIM_ALTSVC_BROKEN_S;
    }
    return is_changed;
}

CURLcode whim_altsvc_read(struct whim_altsvc *altsvc, const char *text, size_t len, int64_t now_s)
{
    const char *end = text + len;
    CURLcode result = CURLE_OK;

    while (result == CURLE_OK && text < end) {
        const char *line_end = memchr(text, '\n', (size_t)(end - text));
        struct whim_altsvc_line line;

        if (!line_end)
            line_end = end;
        if (whim_altsvc_read_line(text, line_end, &line) && line.expires_s > now_s &&
            !has_pair(altsvc, &line)) /* a file may be read again and again */
            result = add(altsvc, &line, 0);
        text = line_end + (line_end < end);
    }
    return result;
}

static enum whim_buf_result write_place(const struct kept_place *place, struct whim_buf *buf)
{
    const char *open = strchr(place->host, ':') ? "[" : "";

    return whim_buf_addf(
        buf, "%s %s%s%s %u ",
        whim_altsvc_protocol_name((enum whim_altsvc_protocol)place->protocol), open, place->host,
        *open ? "]" : "", (unsigned)place->port);
}

static CURLcode write_entry(const struct entry *entry, struct whim_buf *buf)
{
    char date[WHIM_CACHE_DATE_BYTES];

    if (!whim_cache_date_write(entry->expires_s, date))
        strcpy(date, "99991231 23:59:59");
    return write_place(&entry->origin, buf) == WHIM_BUF_OK &&
                   write_place(&entry->place, buf) == WHIM_BUF_OK &&
                   whim_buf_addf(buf, "\"%s\" %d %d\n", date, entry->is_persistent,
                                 entry->priority) == WHIM_BUF_OK
               ? CURLE_OK
               : CURLE_OUT_OF_MEMORY;
}

CURLcode whim_altsvc_write(const struct whim_altsvc *altsvc, struct whim_buf *buf, int64_t now_s)
{
    CURLcode result = CURLE_OK;

    if (whim_buf_add_str(buf, "# alt-svc cache (RFC 7838), written by Whimbrel.\n") != WHIM_BUF_OK)
        return CURLE_OUT_OF_MEMORY;
    for (const struct whim_list *at = altsvc->order.next;
         at != &altsvc->order && result == CURLE_OK; at = at->next) {
        const struct entry *entry =
            WHIM_CONTAINER_OF((struct whim_list *)at, struct entry, in_order);

        if (entry->expires_s > now_s)
            result = write_entry(entry, buf);
    }
    return result;
}

size_t whim_altsvc_count(const struct whim_altsvc *altsvc)
{
    return altsvc->n_entries;
}
