/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "net/shake_link.h"

#include "util/mem.h"

#include <string.h>

/* Bytes received at once during a handshake; so a rest is no longer. */
enum { MAX_PIECE_BYTES = 4096 };

struct whim_shake_link {
    struct whim_link link;
    struct whim_shake *shake;
    char *rest; /* came behind the handshake; NULL: none, or all received */
    uint16_t rest_off;
    uint16_t rest_len; /* from rest_off */
    bool is_up;
};

static struct whim_shake_link *to_shake_link(const struct whim_link *link)
{
    return (struct whim_shake_link *)link;
}

/* What the link below says of an error is what this one says of it. */
static enum whim_link_result pass_on(struct whim_link *link, enum whim_link_result result)
{
    link->has_unsent = link->below->has_unsent;
    if (result == WHIM_LINK_ERROR) {
        link->os_error = link->below->os_error;
        link->error = link->below->error;
        link->reason = link->below->reason;
    }
    return result;
}

static enum whim_link_result fail(struct whim_link *link, CURLcode error, const char *reason)
{
    link->error = error;
    link->reason = reason;
    return WHIM_LINK_ERROR;
}

/* The link below was lost. Its own reason, if it has one, tells more than the machine's. */
static enum whim_link_result lose(struct whim_shake_link *self, enum whim_shake_loss loss)
{
    struct whim_link *link = &self->link;

    self->shake->ops->lose(self->shake, loss);
    if (self->shake->state == WHIM_SHAKE_DONE)
        return WHIM_LINK_OK;
    if (loss != WHIM_SHAKE_CLOSED) {
        pass_on(link, WHIM_LINK_ERROR);
        if (link->error != CURLE_OK)
            return WHIM_LINK_ERROR;
    }
    return fail(link, self->shake->error, self->shake->reason);
}

/* OK: something was sent. */
static enum whim_link_result send_next(struct whim_shake_link *self)
{
    struct whim_link *below = self->link.below;
    const char *data = NULL;
    size_t len = 0;
    struct iovec vec;
    enum whim_link_result result;

    self->shake->ops->pull(self->shake, &data, &len);
    vec = (struct iovec){.iov_base = (void *)data, .iov_len = len};
    result = below->ops->send(below, &vec, 1, &len);
    switch (result) {
    case WHIM_LINK_OK:
        self->shake->ops->sent(self->shake, len);
        return WHIM_LINK_OK;
    case WHIM_LINK_AGAIN:
        return WHIM_LINK_AGAIN;
    default:
        return lose(self, WHIM_SHAKE_SEND_ERROR);
    }
}

static enum whim_link_result keep_rest(struct whim_shake_link *self, const char *data, size_t len)
{
    if (self->shake->state == WHIM_SHAKE_FAILED)
        return WHIM_LINK_OK; /* nobody will ask for it */
    if (self->shake->state != WHIM_SHAKE_DONE)
        return fail(&self->link, CURLE_WEIRD_SERVER_REPLY,
                    "The proxy has answered before it was asked");
    self->rest = whim_memdup0(data, len);
    if (!self->rest)
        return fail(&self->link, CURLE_OUT_OF_MEMORY, NULL);
    self->rest_len = (uint16_t)len;
    self->link.has_unread = true;
    return WHIM_LINK_OK;
}

/* OK: something was received. */
static enum whim_link_result recv_next(struct whim_shake_link *self)
{
    struct whim_link *below = self->link.below;
    char piece[MAX_PIECE_BYTES];
    size_t cap = self->shake->n_wanted < sizeof(piece) ? self->shake->n_wanted : sizeof(piece);
    size_t len = 0;
    size_t n_taken;

    switch (below->ops->recv(below, piece, cap, &len)) {
    case WHIM_LINK_OK:
        break;
    case WHIM_LINK_AGAIN:
        return WHIM_LINK_AGAIN;
    case WHIM_LINK_CLOSED:
        return lose(self, WHIM_SHAKE_CLOSED);
    default:
        return lose(self, WHIM_SHAKE_RECV_ERROR);
    }
    self->link.has_unread = len == cap; /* there may be more in the socket */
    n_taken = self->shake->ops->feed(self->shake, piece, len);
    return n_taken < len ? keep_rest(self, piece + n_taken, len - n_taken) : WHIM_LINK_OK;
}

/* What the link below keeps has to go out too, or there will be no answer. */
static enum whim_link_result flush_below(struct whim_shake_link *self)
{
    struct whim_link *below = self->link.below;

    if (below->has_unsent && below->ops->flush(below) == WHIM_LINK_ERROR)
        return lose(self, WHIM_SHAKE_SEND_ERROR);
    return WHIM_LINK_OK;
}

static enum whim_link_result shake_hands(struct whim_link *link)
{
    struct whim_shake_link *self = to_shake_link(link);
    enum whim_link_result result = link->error == CURLE_OK ? WHIM_LINK_OK : WHIM_LINK_ERROR;

    while (result == WHIM_LINK_OK && !self->is_up) {
        switch (self->shake->state) {
        case WHIM_SHAKE_SEND:
            result = send_next(self);
            break;
        case WHIM_SHAKE_RECV:
            result = flush_below(self);
            if (result == WHIM_LINK_OK)
                result = recv_next(self);
            break;
        case WHIM_SHAKE_DONE:
            self->is_up = true;
            break;
        default:
            result = fail(link, self->shake->error, self->shake->reason);
        }
    }
    link->has_unsent = link->below->has_unsent;
    return result;
}

static enum whim_link_result recv_rest(struct whim_shake_link *self, void *data, size_t cap,
                                       size_t *ret_len)
{
    size_t len = cap < self->rest_len ? cap : self->rest_len;

    memcpy(data, self->rest + self->rest_off, len);
    self->rest_off = (uint16_t)(self->rest_off + len);
    self->rest_len = (uint16_t)(self->rest_len - len);
    if (!self->rest_len) {
        whim_free(self->rest);
        self->rest = NULL;
        self->link.has_unread = false;
    }
    *ret_len = len;
    return WHIM_LINK_OK;
}

static enum whim_link_result recv_on(struct whim_link *link, void *data, size_t cap,
                                     size_t *ret_len)
{
    struct whim_shake_link *self = to_shake_link(link);

    if (self->rest)
        return recv_rest(self, data, cap, ret_len);
    link->has_unread = false; /* whoever receives goes on until there is no more */
    return pass_on(link, link->below->ops->recv(link->below, data, cap, ret_len));
}

static enum whim_link_result send_on(struct whim_link *link, const struct iovec *vec, int n_vec,
                                     size_t *ret_len)
{
    return pass_on(link, link->below->ops->send(link->below, vec, n_vec, ret_len));
}

static enum whim_link_result flush_on(struct whim_link *link)
{
    return pass_on(link, link->below->ops->flush(link->below));
}

static unsigned want(const struct whim_link *link, unsigned interest)
{
    const struct whim_shake_link *self = to_shake_link(link);

    if (!self->is_up) {
        interest = self->shake->state == WHIM_SHAKE_SEND ? WHIM_WRITE : WHIM_READ;
        if (link->below->has_unsent)
            interest |= WHIM_WRITE;
    }
    return link->below->ops->want(link->below, interest);
}

/* A rest is something that nobody has asked for. */
static bool is_alive(struct whim_link *link)
{
    return !to_shake_link(link)->rest && link->below->ops->is_alive(link->below);
}

static void part(struct whim_link *link)
{
    link->below->ops->part(link->below);
}

static void free_shake_link(struct whim_link *link)
{
    struct whim_shake_link *self = to_shake_link(link);

    if (self->shake)
        self->shake->ops->free(self->shake);
    whim_free(self->rest);
    whim_free(self);
}

static const struct whim_link_ops shake_link_ops = {
    .name = "shake",
    .shake = shake_hands,
    .recv = recv_on,
    .send = send_on,
    .flush = flush_on,
    .want = want,
    .is_alive = is_alive,
    .part = part,
    .free = free_shake_link,
};

struct whim_link *whim_shake_link_new(struct whim_link *below, struct whim_shake *shake)
{
    struct whim_shake_link *self = whim_calloc(1, sizeof(*self));

    if (!self)
        return NULL;
    self->link.ops = &shake_link_ops;
    self->link.below = below;
    self->link.fd = below->fd;
    self->shake = shake;
    return &self->link;
}

void whim_shake_link_drop(struct whim_link *link)
{
    struct whim_shake_link *self = to_shake_link(link);

    if (!self->is_up || !self->shake)
        return;
    self->shake->ops->free(self->shake);
    self->shake = NULL;
}

bool whim_shake_link_has_rest(const struct whim_link *link)
{
    return to_shake_link(link)->rest != NULL;
}

struct whim_shake *whim_shake_link_get(const struct whim_link *link)
{
    return link->ops == &shake_link_ops ? to_shake_link(link)->shake : NULL;
}
