/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "multipart.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

static const char dashes[] = "------------------------";

/* The length of a boundary's text, 0: there is none. Its random part is 16 or 22 characters long. */
static size_t boundary_length(const char *text)
{
    size_t n = sizeof(dashes) - 1;

    if (strncmp(text, dashes, n) != 0 || text[n] == '-')
        return 0;
    while (isalnum((unsigned char)text[n]))
        n++;
    return n;
}

const char *masked(const char *text)
{
    char *copy = malloc(strlen(text) + 1), *out = copy;
    struct {
        const char *text;
        size_t n;
    } seen[16];
    unsigned n_seen = 0;

    CHECK(copy != NULL);
    defer(free, copy);
    while (*text) {
        size_t n = boundary_length(text);
        unsigned i = 0;

        if (!n) {
            *out++ = *text++;
            continue;
        }
        while (i < n_seen && (seen[i].n != n || strncmp(seen[i].text, text, n) != 0))
            i++;
        if (i == n_seen) {
            CHECK(n_seen < 16);
            seen[n_seen].text = text;
            seen[n_seen++].n = n;
        }
        out += sprintf(out, "B%u", i);
        text += n;
    }
    *out = 0;
    return copy;
}

static char *dechunked(const char *text)
{
    char *copy = malloc(strlen(text) + 1), *out = copy;
    char *end;
    size_t n;

    CHECK(copy != NULL);
    defer(free, copy);
    while ((n = strtoul(text, &end, 16)) > 0) {
        memcpy(out, end + 2, n);
        out += n;
        text = end + 2 + n + 2;
    }
    *out = 0;
    return copy;
}

const char *multipart_of(struct peer *peer, unsigned nth)
{
    const char *body = body_of(peer, nth);
    const char *framing = field_of(peer, nth, "Transfer-Encoding");

    return masked(framing ? dechunked(body) : body);
}

const char *field_of(struct peer *peer, unsigned nth, const char *name)
{
    const char *head = received(peer, nth);
    const char *end = strstr(head, "\r\n\r\n");
    char line[100];
    const char *at;
    char *value;

    snprintf(line, sizeof(line), "\r\n%s: ", name);
    at = strstr(head, line);
    if (!at || at > end)
        return NULL;
    at += strlen(line);
    value = strndup(at, strcspn(at, "\r"));
    CHECK(value != NULL);
    defer(free, value);
    return masked(value);
}

static void free_mime(void *mime)
{
    curl_mime_free(mime);
}

curl_mime *mime_of(struct xfer *x)
{
    curl_mime *mime = curl_mime_init(x->easy);

    CHECK(mime != NULL);
    defer(free_mime, mime);
    return mime;
}

curl_mimepart *part_of(curl_mime *mime, const char *name, const char *text)
{
    curl_mimepart *part = curl_mime_addpart(mime);

    CHECK(part != NULL);
    CHECK_CODE(curl_mime_name(part, name), CURLE_OK);
    CHECK_CODE(curl_mime_data(part, text, CURL_ZERO_TERMINATED), CURLE_OK);
    return part;
}

static size_t read_giver(char *data, size_t size, size_t n_items, void *arg)
{
    struct giver *giver = arg;
    size_t room = size * n_items, n = strlen(giver->text) - giver->off;

    if (!giver->n_reads++)
        giver->first_room = room;
    if (giver->on_read)
        giver->on_read(giver);
    if (giver->answer)
        return giver->answer;
    if (giver->n_reads == giver->pause_at)
        return CURL_READFUNC_PAUSE;
    if (giver->piece && n > giver->piece)
        n = giver->piece;
    n = n < room ? n : room;
    memcpy(data, giver->text + giver->off, n);
    giver->off += n;
    return n;
}

static int seek_giver(void *arg, curl_off_t offset, int origin)
{
    struct giver *giver = arg;

    giver->n_seeks++;
    CHECK_INT(origin, SEEK_SET);
    CHECK_INT(offset, 0);
    if (giver->seek_answer == CURL_SEEKFUNC_OK)
        giver->off = 0;
    return giver->seek_answer;
}

static void free_giver(void *arg)
{
    struct giver *giver = arg;

    giver->n_frees++;
}

void give_by(curl_mimepart *part, struct giver *giver, const char *text, curl_off_t size,
             bool has_seek)
{
    giver->text = text;
    CHECK_CODE(curl_mime_data_cb(part, size, read_giver, has_seek ? seek_giver : NULL, free_giver,
                                 giver),
               CURLE_OK);
}
