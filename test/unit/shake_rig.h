/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Drives a handshake without I/O against a peer that has a reply for each message, and closes when
 * it has no more: in steps of any size, so that nothing can depend on how the bytes come.
 */
#ifndef WHIM_TEST_UNIT_SHAKE_RIG_H
#define WHIM_TEST_UNIT_SHAKE_RIG_H

#include "net/shake.h"
#include "util/buf.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SHAKE_MAX_REPLIES = 8 };

struct shake_reply {
    const char *data;
    size_t len;
};
/* From a literal, which may have NULs. */
#define REPLY(literal)                                                                             \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

struct shake_run {
    struct whim_buf sent; /* all messages, one behind the other */
    size_t n_messages;
    size_t n_left;      /* of the last reply, not taken by the machine */
    bool is_over_eager; /* it wanted nothing, sent nothing, or took nothing */
};

static void shake_send(struct whim_shake *shake, struct shake_run *run, size_t step)
{
    const char *data = NULL;
    size_t len = 0;

    shake->ops->pull(shake, &data, &len);
    if (!len) {
        run->is_over_eager = true;
        return;
    }
    if (len > step)
        len = step;
    if (whim_buf_add(&run->sent, data, len) != WHIM_BUF_OK)
        abort();
    shake->ops->sent(shake, len);
}

/* Feeds at most a step of what is left, and no more than is wanted. */
static void shake_recv(struct whim_shake *shake, struct shake_run *run, struct shake_reply *reply,
                       size_t step)
{
    size_t len = reply->len;
    size_t n;
    char *copy;

    if (!len) {
        shake->ops->lose(shake, WHIM_SHAKE_CLOSED);
        return;
    }
    if (len > step)
        len = step;
    if (len > shake->n_wanted)
        len = shake->n_wanted;
    copy = malloc(len ? len : 1); /* of the exact size, for the sanitizer */
    if (!copy)
        abort();
    memcpy(copy, reply->data, len);
    n = shake->ops->feed(shake, copy, len);
    free(copy);
    if (n > len || (n < len && shake->state == WHIM_SHAKE_RECV) || !len)
        run->is_over_eager = true;
    reply->data += n;
    reply->len -= n;
}

/* Until it is DONE or has FAILED. */
static inline void shake_run(struct whim_shake *shake, const struct shake_reply *replies,
                             size_t n_replies, size_t step, struct shake_run *run)
{
    struct shake_reply reply = {NULL, 0};
    bool was_sending = false;

    memset(run, 0, sizeof(*run));
    whim_buf_init(&run->sent, (size_t)1 << 24);
    while (!run->is_over_eager &&
           (shake->state == WHIM_SHAKE_SEND || shake->state == WHIM_SHAKE_RECV)) {
        if (shake->state == WHIM_SHAKE_SEND) {
            shake_send(shake, run, step);
            was_sending = true;
            continue;
        }
        if (was_sending) {
            reply = run->n_messages < n_replies ? replies[run->n_messages]
                                                : (struct shake_reply){NULL, 0};
            run->n_messages++;
            was_sending = false;
        }
        shake_recv(shake, run, &reply, step);
    }
    run->n_left = reply.len;
}

static inline void shake_run_fini(struct shake_run *run)
{
    whim_buf_fini(&run->sent);
}

#endif
