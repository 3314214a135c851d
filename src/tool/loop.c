/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "loop.h"

#include <stdlib.h>
#include <string.h>

#include <whimbrel/poll.h>
#ifdef HAVE_SYS_EPOLL_H
#include <whimbrel/epoll.h>
#endif
#ifdef HAVE_KQUEUE
#include <whimbrel/kqueue.h>
#endif
#ifdef HAVE_LIBEVENT
#include <whimbrel/libevent.h>
#endif

struct row {
    const char *name;
    unsigned flags;
    void *(*open)(CURLM *multi, tool_loop_done_fn *done, void *context, unsigned flags);
    int (*turn)(void *adapter, int max_wait_ms);
    void (*close)(void *adapter);
};

struct tool_loop {
    const struct row *row;
    void *adapter;
};

/* The adapters have the same face; this gives each the same type too. */
#define ADAPTER(kind) \
    static void *open_##kind(CURLM *multi, tool_loop_done_fn *done, void *context, unsigned flags) \
    { \
        return whim_##kind##_open(multi, &(struct whim_##kind##_options){ \
            .done = done, .data = context, .flags = flags }); \
    } \
    static int turn_##kind(void *adapter, int max_wait_ms) \
    { \
        return whim_##kind##_turn(adapter, max_wait_ms); \
    } \
    static void close_##kind(void *adapter) \
    { \
        whim_##kind##_close(adapter); \
    }

#define ROW(name, kind, flags) { name, flags, open_##kind, turn_##kind, close_##kind }

#ifdef HAVE_SYS_EPOLL_H
ADAPTER(epoll)
#endif
ADAPTER(poll)
#ifdef HAVE_KQUEUE
ADAPTER(kqueue)
#endif
#ifdef HAVE_LIBEVENT
ADAPTER(libevent)
#endif

static const struct row rows[] = {
#ifdef HAVE_SYS_EPOLL_H
    ROW("epoll", epoll, 0),
    ROW("epoll-et", epoll, WHIM_EPOLL_EDGE),
#endif
    ROW("poll", poll, 0),
#ifdef HAVE_KQUEUE
    ROW("kqueue", kqueue, 0),
#endif
#ifdef HAVE_LIBEVENT
    ROW("libevent", libevent, 0),
#endif
};

enum { N_ROWS = sizeof rows / sizeof rows[0] };

const char *tool_loop_name(int place)
{
    return place < N_ROWS ? rows[place].name : NULL;
}

static const struct row *find_row(const char *name)
{
    for (int i = 0; i < N_ROWS; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

bool tool_loop_is_known(const char *name)
{
    return find_row(name) != NULL;
}

struct tool_loop *tool_loop_open(const char *name, CURLM *multi, tool_loop_done_fn *done,
                                 void *context)
{
    const struct row *row = find_row(name);
    struct tool_loop *loop = row ? malloc(sizeof *loop) : NULL;

    if (!loop)
        return NULL;
    loop->row = row;
    loop->adapter = row->open(multi, done, context, row->flags);
    if (loop->adapter)
        return loop;
    free(loop);
    return NULL;
}

bool tool_loop_step(struct tool_loop *loop, int max_wait_ms)
{
    return loop->row->turn(loop->adapter, max_wait_ms) >= 0;
}

void tool_loop_close(struct tool_loop *loop)
{
    if (!loop)
        return;
    loop->row->close(loop->adapter);
    free(loop);
}
