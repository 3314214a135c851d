/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "cookies.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

struct xfer *cookie_new(struct peer *peer, const char *path)
{
    struct xfer *x = xfer_new(peer, path);

    SET(x, CURLOPT_COOKIEFILE, "");
    return x;
}

void cookie_aim(struct xfer *x, struct peer *peer, const char *path, const char *host)
{
    char text[300];

    snprintf(text, sizeof(text), "http://%s%s", peer_authority(peer), path);
    SET(x, CURLOPT_URL, text);
    snprintf(text, sizeof(text), "Host: %s", host ? host : "");
    SET(x, CURLOPT_HTTPHEADER, host ? list_of(text, NULL) : NULL);
}

const char *cookies_sent(struct peer *peer, unsigned conn, unsigned nth)
{
    char *text = calloc(1, 20000);
    const char *head = received(peer, conn);
    const char *end;

    defer(free, text);
    while (nth-- && head)
        head = (head = strstr(head, "\r\n\r\n")) ? head + 4 : NULL;
    end = head ? strstr(head, "\r\n\r\n") : NULL;
    CHECK(end != NULL);
    for (const char *at = head; at < end; at = strstr(at, "\r\n") + 2) {
        if (strncasecmp(at, "Cookie: ", 8) != 0)
            continue;
        if (*text)
            strcat(text, " | ");
        strncat(text, at + 8, strcspn(at + 8, "\r"));
    }
    return text;
}

const char *cookies_known(CURL *easy)
{
    struct curl_slist *list = NULL;
    size_t size = 1;
    char *text;

    CHECK_CODE(curl_easy_getinfo(easy, CURLINFO_COOKIELIST, &list), CURLE_OK);
    for (struct curl_slist *at = list; at; at = at->next)
        size += strlen(at->data) + 1;
    text = calloc(1, size);
    CHECK(text != NULL);
    for (struct curl_slist *at = list; at; at = at->next) {
        strcat(text, at->data);
        strcat(text, "\n");
    }
    curl_slist_free_all(list);
    defer(free, text);
    return text;
}

static void delete_file(void *path)
{
    unlink(path);
    free(path);
}

const char *cookie_file(const char *text)
{
    char *path = strdup("/tmp/whim-cookies-XXXXXX");
    int fd = path ? mkstemp(path) : -1;

    CHECK(fd >= 0);
    defer_last(delete_file, path);
    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    return path;
}

const char *cookie_path(void)
{
    const char *path = cookie_file("");

    unlink(path);
    return path;
}

const char *file_text(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text;
    size_t n;

    if (!file)
        return NULL;
    text = calloc(1, 100000);
    CHECK(text != NULL);
    n = fread(text, 1, 99999, file);
    text[n] = 0;
    fclose(file);
    defer(free, text);
    return text;
}
