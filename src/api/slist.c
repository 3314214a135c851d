/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/mem.h"

#include <curl/curl.h>

struct curl_slist *curl_slist_append(struct curl_slist *list, const char *data)
{
    struct curl_slist **end = &list;
    struct curl_slist *node;

    if (!data)
        return NULL;
    node = whim_malloc(sizeof(*node));
    if (!node)
        return NULL;
    node->next = NULL;
    node->data = whim_strdup(data);
    if (!node->data) {
        whim_free(node);
        return NULL;
    }
    while (*end)
        end = &(*end)->next;
    *end = node;
    return list;
}

void curl_slist_free_all(struct curl_slist *list)
{
    while (list) {
        struct curl_slist *next = list->next;

        whim_free(list->data);
        whim_free(list);
        list = next;
    }
}
