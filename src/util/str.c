/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/str.h"

#include "util/mem.h"

#include <string.h>

struct whim_str *whim_str_new(const char *text, size_t len)
{
    struct whim_str *str;

    if (len > UINT32_MAX - sizeof(*str) - 1)
        return NULL;
    str = whim_malloc(sizeof(*str) + len + 1);
    if (!str)
        return NULL;
    str->n_refs = 1;
    str->cap = (uint32_t)len;
    str->len = (uint32_t)len;
    if (len)
        memcpy(str->text, text, len);
    str->text[len] = 0;
    return str;
}

struct whim_str *whim_str_ref(struct whim_str *str)
{
    if (str)
        str->n_refs++;
    return str;
}

void whim_str_unref(struct whim_str *str)
{
    if (str && --str->n_refs == 0)
        whim_free(str);
}

void whim_str_unref_secret(struct whim_str *str)
{
    if (str && str->n_refs == 1)
        explicit_bzero(str->text, str->cap);
    whim_str_unref(str);
}

int whim_str_set(struct whim_str **slot, const char *text, size_t len)
{
    struct whim_str *old = *slot;
    struct whim_str *fresh;

    if (old && old->n_refs == 1 && len <= old->cap) {
        if (len)
            memmove(old->text, text, len); /* the caller may pass (part of) the current text */
        old->text[len] = 0;
        old->len = (uint32_t)len;
        return 0;
    }
    fresh = whim_str_new(text, len);
    if (!fresh)
        return -1;
    whim_str_unref(old);
    *slot = fresh;
    return 0;
}
