/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Shake link: drives a handshake without I/O over the link below; once that is done it hands
 * everything on.
 *
 * It has no buffer of its own, except for bytes that came behind the handshake's last one: those
 * are received first by who is above. They do not make the socket ready, so who is above has to
 * try recv() once when the handshake is over and whim_shake_link_has_rest().
 */
#ifndef WHIM_NET_SHAKE_LINK_H
#define WHIM_NET_SHAKE_LINK_H

#include "net/link.h"
#include "net/shake.h"

/*
 * A link on the heap over another, which stays the caller's; takes the machine over. NULL: out of
 * memory, and the machine is still the caller's.
 */
struct whim_link *whim_shake_link_new(struct whim_link *below, struct whim_shake *shake);

/* The machine, for what it knows besides its state; NULL: it was dropped, or the link is another. */
struct whim_shake *whim_shake_link_get(const struct whim_link *link);

/* Frees the machine of a handshake that is done: an established connection needs none. */
void whim_shake_link_drop(struct whim_link *link);

/* Are there bytes that recv() gives without asking the socket? */
bool whim_shake_link_has_rest(const struct whim_link *link);

#endif
