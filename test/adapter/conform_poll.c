/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* The conformance suite on the poll adapter. Linked with --wrap=realloc: memory is all that can
 * fail in it. */

#include "conform.h"

#include <errno.h>
#include <stdlib.h>
#include <whimbrel/poll.h>

static int n_sabotaged;

void *__real_realloc(void *old, size_t n);
void *__wrap_realloc(void *old, size_t n);

void *__wrap_realloc(void *old, size_t n)
{
    if (n_sabotaged > 0) {
        n_sabotaged--;
        errno = ENOMEM;
        return NULL;
    }
    return __real_realloc(old, n);
}

static void sabotage(int n)
{
    n_sabotaged = n;
}

static void *open_poll(CURLM *multi, const struct whim_subject_options *o)
{
    struct whim_poll_options options = {.done = o->done, .data = o->data, .join = o->join};

    return whim_poll_open(multi, &options);
}

static int turn(void *adapter, int max_ms)
{
    return whim_poll_turn(adapter, max_ms);
}

static void close_poll(void *adapter)
{
    whim_poll_close(adapter);
}

static const struct conform_mode modes[] = {
    {"level",
     {"poll", WHIM_CAN_DONE | WHIM_CAN_JOIN | WHIM_CAN_CLOSE | WHIM_CAN_FORK, open_poll, turn,
      close_poll, sabotage}, false},
    {.name = NULL},
};

int main(int argc, char **argv)
{
    return conform_main(argc, argv, modes);
}
