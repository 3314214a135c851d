/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "heap.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

static long n_blocks;
static long n_until_failure; /* 0: none comes */
static bool is_on_hold;

static bool is_to_fail(void)
{
    return n_until_failure && !is_on_hold && !--n_until_failure;
}

static void *count_block(void *block)
{
    n_blocks += block != NULL;
    return block;
}

static void *mem_malloc(size_t n)
{
    return is_to_fail() ? NULL : count_block(malloc(n));
}

static void *mem_calloc(size_t n, size_t size)
{
    return is_to_fail() ? NULL : count_block(calloc(n, size));
}

static char *mem_strdup(const char *text)
{
    return is_to_fail() ? NULL : count_block(strdup(text));
}

static void *mem_realloc(void *block, size_t n)
{
    if (is_to_fail())
        return NULL;
    return block ? realloc(block, n) : count_block(malloc(n));
}

static void mem_free(void *block)
{
    n_blocks -= block != NULL;
    free(block);
}

bool heap_init(void)
{
    return curl_global_init_mem(CURL_GLOBAL_DEFAULT, mem_malloc, mem_free, mem_realloc, mem_strdup,
                                mem_calloc) == CURLE_OK;
}

long heap_n_blocks(void)
{
    return n_blocks;
}

void heap_fail(long nth)
{
    n_until_failure = nth;
}

void heap_hold(bool is_held)
{
    is_on_hold = is_held;
}
