/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/hsts.h"

#include "proto/hsts_field.h"
#include "proto/url_chars.h"
#include "proto/url_host.h"
#include "util/ascii.h"
#include "util/hash.h"
#include "util/list.h"
#include "util/mem.h"

#include <pthread.h>
#include <string.h>

struct entry {
    struct whim_hash_node in_hosts;
    struct whim_list in_order; /* of learning */
    int64_t expires_s;         /* 0: it has left */
    bool has_subdomains;
    bool is_learnt; /* from the host itself, in this cache's life */
    uint8_t len;
    char host[]; /* terminated */
};

struct whim_hsts {
    pthread_mutex_t mutex; /* for all that follows */
    unsigned n_refs;
    size_t n_entries; /* with the marks of those that have left */
    struct whim_hash hosts;
    struct whim_list order;
};

/* A host in its canonical form. */
struct name {
    char text[WHIM_HSTS_MAX_HOST_BYTES + 1];
    size_t len;
};

struct whim_hsts *whim_hsts_new(void)
{
    struct whim_hsts *hsts = whim_calloc(1, sizeof(*hsts));

    if (!hsts)
        return NULL;
    pthread_mutex_init(&hsts->mutex, NULL);
    hsts->n_refs = 1;
    whim_hash_init(&hsts->hosts);
    whim_list_init(&hsts->order);
    return hsts;
}

struct whim_hsts *whim_hsts_ref(struct whim_hsts *hsts)
{
    pthread_mutex_lock(&hsts->mutex);
    hsts->n_refs++;
    pthread_mutex_unlock(&hsts->mutex);
    return hsts;
}

static void del_entry(struct whim_hsts *hsts, struct entry *entry)
{
    whim_hash_del(&hsts->hosts, &entry->in_hosts);
    whim_list_del(&entry->in_order);
    hsts->n_entries--;
    whim_free(entry);
}

static struct entry *first_entry(const struct whim_hsts *hsts)
{
    struct whim_list *first = whim_list_first(&hsts->order);

    return first ? WHIM_CONTAINER_OF(first, struct entry, in_order) : NULL;
}

void whim_hsts_unref(struct whim_hsts *hsts)
{
    struct entry *entry;
    unsigned n_left;

    if (!hsts)
        return;
    pthread_mutex_lock(&hsts->mutex);
    n_left = --hsts->n_refs;
    pthread_mutex_unlock(&hsts->mutex);
    if (n_left)
        return;
    while ((entry = first_entry(hsts)))
        del_entry(hsts, entry);
    whim_hash_fini(&hsts->hosts);
    pthread_mutex_destroy(&hsts->mutex);
    whim_free(hsts);
}

/* False: no host that HSTS knows of, an address for one. */
static bool make_name(struct name *name, const char *host, size_t len)
{
    char numeric[WHIM_HOST_NUMERIC_BYTES];
    size_t numeric_len;

    if (len && host[len - 1] == '.')
        len--;
    if (!len || len > WHIM_HSTS_MAX_HOST_BYTES || host[len - 1] == '.' || host[0] == '.' ||
        whim_url_host_bits(host, len) & WHIM_CHAR_NOT_HOST ||
        whim_url_host_ipv4(host, len, numeric, &numeric_len))
        return false;
    for (size_t i = 0; i < len; i++)
        name->text[i] = whim_ascii_lower(host[i]);
    name->text[len] = 0;
    name->len = len;
    return true;
}

static struct entry *find(const struct whim_hsts *hsts, const char *host, size_t len)
{
    struct whim_hash_node *node = whim_hash_first(&hsts->hosts, whim_hash_bytes(host, len, 0));

    for (; node; node = whim_hash_next(node)) {
        struct entry *entry = WHIM_CONTAINER_OF(node, struct entry, in_hosts);

        if (entry->len == len && !memcmp(entry->host, host, len))
            return entry;
    }
    return NULL;
}

static bool is_alive(const struct entry *entry, int64_t now_s)
{
    return entry->expires_s > now_s;
}

/* A mark, or what has expired, if there is one among the eldest few; else who was learnt first. */
static struct entry *find_victim(const struct whim_hsts *hsts, int64_t now_s)
{
    enum { N_LOOKED_AT = 16 };
    struct whim_list *at = hsts->order.next;

    for (int i = 0; i < N_LOOKED_AT && at != &hsts->order; i++, at = at->next) {
        struct entry *entry = WHIM_CONTAINER_OF(at, struct entry, in_order);

        if (!is_alive(entry, now_s))
            return entry;
    }
    return first_entry(hsts);
}

static struct entry *add(struct whim_hsts *hsts, const struct name *name, int64_t now_s)
{
    struct entry *entry = whim_calloc(1, sizeof(*entry) + name->len + 1);

    if (!entry)
        return NULL;
    if (hsts->n_entries >= WHIM_HSTS_MAX_ENTRIES)
        del_entry(hsts, find_victim(hsts, now_s));
    memcpy(entry->host, name->text, name->len);
    entry->len = (uint8_t)name->len;
    whim_hash_add(&hsts->hosts, &entry->in_hosts, whim_hash_bytes(name->text, name->len, 0));
    whim_list_init(&entry->in_order);
    whim_list_add_last(&hsts->order, &entry->in_order);
    hsts->n_entries++;
    return entry;
}

bool whim_hsts_is_known(struct whim_hsts *hsts, const char *host, size_t len, int64_t now_s)
{
    struct name name;
    const char *at = name.text;
    bool is_known = false;

    if (!make_name(&name, host, len))
        return false;
    pthread_mutex_lock(&hsts->mutex);
    while (at && !is_known) {
        size_t n = name.len - (size_t)(at - name.text);
        const struct entry *entry = find(hsts, at, n);

        is_known = entry && is_alive(entry, now_s) && (at == name.text || entry->has_subdomains);
        at = memchr(at, '.', n);
        at = at ? at + 1 : NULL;
    }
    pthread_mutex_unlock(&hsts->mutex);
    return is_known;
}

/* What the host itself says takes the place of all that was known of it, and of nobody else. */
static CURLcode set(struct whim_hsts *hsts, const struct name *name, bool has_subdomains,
                    int64_t expires_s, int64_t now_s)
{
    struct entry *entry = find(hsts, name->text, name->len);

    if (!entry && expires_s)
        entry = add(hsts, name, now_s);
    if (!entry)
        return expires_s ? CURLE_OUT_OF_MEMORY : CURLE_OK;
    entry->expires_s = expires_s;
    entry->has_subdomains = has_subdomains;
    entry->is_learnt = true;
    return CURLE_OK;
}

CURLcode whim_hsts_note(struct whim_hsts *hsts, const char *host, size_t len, const char *value,
                        size_t value_len, int64_t now_s)
{
    struct whim_hsts_field field;
    struct name name;
    CURLcode result;

    if (!make_name(&name, host, len) || !whim_hsts_field_parse(value, value_len, &field))
        return CURLE_BAD_FUNCTION_ARGUMENT;
    pthread_mutex_lock(&hsts->mutex);
    result = set(hsts, &name, field.has_subdomains,
                 field.max_age_s ? whim_cache_date_after(now_s, field.max_age_s) : 0, now_s);
    pthread_mutex_unlock(&hsts->mutex);
    return result;
}

/*
 * What a third one says can only make it stricter, and counts for nothing as long as what the host
 * itself has said counts.
 */
static CURLcode widen(struct whim_hsts *hsts, const struct name *name, bool has_subdomains,
                      int64_t expires_s, int64_t now_s)
{
    struct entry *entry = find(hsts, name->text, name->len);

    if (entry && entry->is_learnt && (!entry->expires_s || is_alive(entry, now_s)))
        return CURLE_OK;
    if (!entry)
        entry = add(hsts, name, now_s);
    if (!entry)
        return CURLE_OUT_OF_MEMORY;
    if (entry->expires_s < expires_s)
        entry->expires_s = expires_s;
    entry->has_subdomains |= has_subdomains;
    return CURLE_OK;
}

CURLcode whim_hsts_add(struct whim_hsts *hsts, const char *host, size_t len, bool has_subdomains,
                       int64_t expires_s, int64_t now_s)
{
    struct name name;
    CURLcode result;

    if (!make_name(&name, host, len))
        return CURLE_BAD_FUNCTION_ARGUMENT;
    pthread_mutex_lock(&hsts->mutex);
    result = widen(hsts, &name, has_subdomains, expires_s, now_s);
    pthread_mutex_unlock(&hsts->mutex);
    return result;
}

/* The time of a line, behind the host; 0: there is none. */
static int64_t read_time(const char *text, const char *end)
{
    static const char forever[] = "unlimited";
    const char *close;
    int64_t seconds;

    while (text < end && (*text == ' ' || *text == '\t'))
        text++;
    if (text == end || *text++ != '"')
        return 0;
    close = memchr(text, '"', (size_t)(end - text));
    if (!close)
        return 0;
    if (close - text == sizeof(forever) - 1 && !memcmp(text, forever, sizeof(forever) - 1))
        return WHIM_CACHE_FOREVER;
    seconds = whim_cache_date_read(text, (size_t)(close - text));
    return seconds < 0 ? 0 : seconds;
}

static CURLcode read_line(struct whim_hsts *hsts, const char *line, const char *end, int64_t now_s)
{
    bool has_subdomains;
    const char *host;
    int64_t expires_s;

    while (line < end && (*line == ' ' || *line == '\t'))
        line++;
    has_subdomains = line < end && *line == '.';
    host = line += has_subdomains;
    if (line == end || *line == '#')
        return CURLE_OK;
    while (line < end && *line != ' ' && *line != '\t')
        line++;
    expires_s = read_time(line, end);
    if (expires_s <= now_s)
        return CURLE_OK;
    return whim_hsts_add(hsts, host, (size_t)(line - host), has_subdomains, expires_s, now_s) ==
                   CURLE_OUT_OF_MEMORY
               ? CURLE_OUT_OF_MEMORY
               : CURLE_OK;
}

CURLcode whim_hsts_read(struct whim_hsts *hsts, const char *text, size_t len, int64_t now_s)
{
    const char *end = text + len;
    CURLcode result = CURLE_OK;

    while (result == CURLE_OK && text < end) {
        const char *line_end = memchr(text, '\n', (size_t)(end - text));

        if (!line_end)
            line_end = end;
        result = read_line(hsts, text, line_end, now_s);
        text = line_end + (line_end < end);
    }
    return result;
}

static CURLcode write_entry(const struct entry *entry, struct whim_buf *buf)
{
    char date[WHIM_CACHE_DATE_BYTES];
    const char *when = date;

    if (!whim_cache_date_write(entry->expires_s, date))
        when = "unlimited";
    return whim_buf_addf(buf, "%s%s \"%s\"\n", entry->has_subdomains ? "." : "", entry->host,
                         when) == WHIM_BUF_OK
               ? CURLE_OK
               : CURLE_OUT_OF_MEMORY;
}

CURLcode whim_hsts_write(struct whim_hsts *hsts, struct whim_buf *buf, int64_t now_s)
{
    CURLcode result = CURLE_OK;

    if (whim_buf_add_str(buf, "# HSTS cache (RFC 6797), written by Whimbrel: host, until when.\n") !=
        WHIM_BUF_OK)
        return CURLE_OUT_OF_MEMORY;
    pthread_mutex_lock(&hsts->mutex);
    for (struct whim_list *at = hsts->order.next; at != &hsts->order && result == CURLE_OK;
         at = at->next) {
        const struct entry *entry = WHIM_CONTAINER_OF(at, struct entry, in_order);

        if (is_alive(entry, now_s))
            result = write_entry(entry, buf);
    }
    pthread_mutex_unlock(&hsts->mutex);
    return result;
}

/* Both are locked, or nobody else's. */
static CURLcode overlay_entry(struct whim_hsts *to, const struct entry *entry, int64_t now_s)
{
    struct name name = {.len = entry->len};

    memcpy(name.text, entry->host, entry->len + 1u);
    return entry->is_learnt ? set(to, &name, entry->has_subdomains, entry->expires_s, now_s)
                            : widen(to, &name, entry->has_subdomains, entry->expires_s, now_s);
}

CURLcode whim_hsts_overlay(struct whim_hsts *to, struct whim_hsts *from, int64_t now_s)
{
    CURLcode result = CURLE_OK;

    pthread_mutex_lock(&from->mutex);
    for (struct whim_list *at = from->order.next; at != &from->order && result == CURLE_OK;
         at = at->next) {
        const struct entry *entry = WHIM_CONTAINER_OF(at, struct entry, in_order);

        if (!entry->expires_s || is_alive(entry, now_s))
            result = overlay_entry(to, entry, now_s);
    }
    pthread_mutex_unlock(&from->mutex);
    return result;
}

bool whim_hsts_at(struct whim_hsts *hsts, size_t index, struct whim_hsts_view *ret_view)
{
    for (struct whim_list *at = hsts->order.next; at != &hsts->order; at = at->next) {
        const struct entry *entry = WHIM_CONTAINER_OF(at, struct entry, in_order);

        if (!entry->expires_s || index--)
            continue;
        *ret_view = (struct whim_hsts_view){entry->host, entry->expires_s, entry->has_subdomains};
        return true;
    }
    return false;
}

size_t whim_hsts_count(struct whim_hsts *hsts)
{
    size_t n = 0;

    pthread_mutex_lock(&hsts->mutex);
    for (struct whim_list *at = hsts->order.next; at != &hsts->order; at = at->next)
        n += WHIM_CONTAINER_OF(at, struct entry, in_order)->expires_s != 0;
    pthread_mutex_unlock(&hsts->mutex);
    return n;
}
