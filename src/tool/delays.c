/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "delays.h"

#include "fetch.h"

#include <stdlib.h>

bool tool_delays_init(struct tool_delays *delays, size_t n_most)
{
    *delays = (struct tool_delays){.heap = calloc(n_most, sizeof(struct tool_fetch *))};
    return delays->heap != NULL;
}

void tool_delays_fini(struct tool_delays *delays)
{
    free(delays->heap);
    *delays = (struct tool_delays){0};
}

void tool_delays_add(struct tool_delays *delays, struct tool_fetch *fetch)
{
    size_t at = delays->n++;

    for (; at && delays->heap[(at - 1) / 2]->due_us > fetch->due_us; at = (at - 1) / 2)
        delays->heap[at] = delays->heap[(at - 1) / 2];
    delays->heap[at] = fetch;
}

struct tool_fetch *tool_delays_take(struct tool_delays *delays, int64_t now_us)
{
    struct tool_fetch **heap = delays->heap;
    struct tool_fetch *taken, *last;
    size_t at = 0, child;

    if (tool_delays_next(delays) > now_us)
        return NULL;
    taken = heap[0];
    last = heap[--delays->n];
    while ((child = 2 * at + 1) < delays->n) {
        if (child + 1 < delays->n && heap[child + 1]->due_us < heap[child]->due_us)
            child++;
        if (last->due_us <= heap[child]->due_us)
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return taken;
}

int64_t tool_delays_next(const struct tool_delays *delays)
{
    return delays->n ? delays->heap[0]->due_us : INT64_MAX;
}
