/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const struct whim_mem_hooks libc_hooks = {
    .malloc = malloc,
    .free = free,
    .realloc = realloc,
    .strdup = strdup,
    .calloc = calloc,
};

struct whim_mem_hooks whim_mem = {
    .malloc = malloc,
    .free = free,
    .realloc = realloc,
    .strdup = strdup,
    .calloc = calloc,
};

void whim_mem_set_hooks(const struct whim_mem_hooks *hooks)
{
    whim_mem = *hooks;
}

void whim_mem_reset_hooks(void)
{
    whim_mem = libc_hooks;
}

char *whim_memdup0(const void *data, size_t len)
{
    char *copy = len < SIZE_MAX ? whim_malloc(len + 1) : NULL;

    if (copy) {
        if (len)
            memcpy(copy, data, len);
        copy[len] = 0;
    }
    return copy;
}
