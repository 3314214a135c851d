/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The states of a transfer: name, the event that enters it, the states that may follow.
 *
 * From every state of an added transfer, DONE follows when it fails or times out, and APART when
 * it is removed; these two are legal from everywhere but APART and are not listed.
 */
#define TO(name) (1u << WHIM_TRANSFER_##name)
/* not in a multi: created, or removed */
TRANSFER_STATE(APART, TO(QUEUED))
/* added, woken from WAITING, or to start again: in the run queue, to look for a connection */
TRANSFER_STATE(QUEUED, TO(WAITING) | TO(CONNECTING))
/* a limit on connections is reached: on its origin's or the multi's waiting list (C-179) */
TRANSFER_STATE(WAITING, TO(QUEUED))
/* it owns a connection that resolves, dials or shakes hands */
TRANSFER_STATE(CONNECTING, TO(REQUESTING) | TO(QUEUED))
/* the connection is ready: prerequisites, then the request's head goes out */
TRANSFER_STATE(REQUESTING, TO(EXCHANGING) | TO(CONNECTED))
/* the head has been handed to the connection: body out, response in, either or both */
TRANSFER_STATE(EXCHANGING, TO(QUEUED))
/* CONNECT_ONLY: done, and it keeps its connection (C-198) */
TRANSFER_STATE(CONNECTED, 0)
/* it has its result; the message is unread, or it was read */
TRANSFER_STATE(DONE, 0)
#undef TO
#undef TRANSFER_STATE
