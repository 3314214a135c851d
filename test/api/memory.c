/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Each block carries a header in front: its size, its number, and its place in the list of all
 * blocks, so that a leak can be told by number and size.
 */
#include "memory.h"
#include "harness.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ALIVE UINT64_C(0x57484d42414c4956)
#define DEAD UINT64_C(0xdeadb10cdeadb10c)

struct block {
    uint64_t magic;
    size_t n_bytes;
    unsigned long number;
    struct block *prev, *next;
    uint64_t padding;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct block blocks = {.prev = &blocks, .next = &blocks};
static size_t n_blocks, n_bytes_out;
static unsigned long n_calls;
static unsigned long fault_at; /* the number of the call that fails, 0: none */
static bool is_fault_persistent, has_struck;

static bool is_refused(void)
{
    n_calls++;
    if (!fault_at || n_calls < fault_at || (n_calls > fault_at && !is_fault_persistent))
        return false;
    has_struck = true;
    return true;
}

static void link_block(struct block *block, size_t size)
{
    block->magic = ALIVE;
    block->n_bytes = size;
    block->number = n_calls;
    block->prev = blocks.prev;
    block->next = &blocks;
    blocks.prev->next = block;
    blocks.prev = block;
    n_blocks++;
    n_bytes_out += size;
}

static void unlink_block(struct block *block, const char *call)
{
    if (block->magic != ALIVE)
        FAIL("%s of a block that is %s", call, block->magic == DEAD ? "free already" : "not ours");
    block->magic = DEAD;
    block->prev->next = block->next;
    block->next->prev = block->prev;
    n_blocks--;
    n_bytes_out -= block->n_bytes;
}

static void *get_memory(size_t size, bool is_zeroed)
{
    struct block *block = NULL;

    pthread_mutex_lock(&lock);
    if (!is_refused() && size < SIZE_MAX / 2)
        block = is_zeroed ? calloc(1, sizeof(*block) + size) : malloc(sizeof(*block) + size);
    if (block)
        link_block(block, size);
    pthread_mutex_unlock(&lock);
    return block ? block + 1 : NULL;
}

static void *ledger_malloc(size_t size)
{
    return get_memory(size, false);
}

static void *ledger_calloc(size_t n, size_t size)
{
    return n && size > SIZE_MAX / n ? NULL : get_memory(n * size, true);
}

static void ledger_free(void *memory)
{
    struct block *block;

    if (!memory)
        return;
    block = (struct block *)memory - 1;
    pthread_mutex_lock(&lock);
    unlink_block(block, "free");
    pthread_mutex_unlock(&lock);
    free(block);
}

static void *ledger_realloc(void *memory, size_t size)
{
    struct block *block, *moved;

    if (!memory)
        return get_memory(size, false);
    block = (struct block *)memory - 1;
    pthread_mutex_lock(&lock);
    if (is_refused()) {
        pthread_mutex_unlock(&lock);
        return NULL;
    }
    unlink_block(block, "realloc");
    moved = realloc(block, sizeof(*block) + size);
    if (moved)
        link_block(moved, size);
    pthread_mutex_unlock(&lock);
    return moved ? moved + 1 : NULL;
}

static char *ledger_strdup(const char *text)
{
    size_t n = strlen(text) + 1;
    char *copy = get_memory(n, false);

    return copy ? memcpy(copy, text, n) : NULL;
}

CURLcode memory_init(void)
{
    return curl_global_init_mem(CURL_GLOBAL_DEFAULT, ledger_malloc, ledger_free, ledger_realloc,
                                ledger_strdup, ledger_calloc);
}

void memory_check(void)
{
    if (n_blocks)
        FAIL("%zu blocks with %zu bytes are not freed; the first is allocation %lu of %zu bytes",
             n_blocks, n_bytes_out, blocks.next->number, blocks.next->n_bytes);
}

size_t memory_n_blocks(void)
{
    return n_blocks;
}

size_t memory_n_bytes(void)
{
    return n_bytes_out;
}

unsigned long memory_n_calls(void)
{
    return n_calls;
}

void memory_fault_arm(unsigned long nth, bool is_persistent)
{
    fault_at = n_calls + nth;
    is_fault_persistent = is_persistent;
    has_struck = false;
}

bool memory_fault_disarm(void)
{
    fault_at = 0;
    return has_struck;
}
