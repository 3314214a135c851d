/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The states of a connection: name, the event that enters it, the states that may follow.
 * CLOSED is legal from everywhere and is not listed.
 */
#define TO(name) (1u << WHIM_CONN_##name)
/* made for a transfer that found none to reuse: its addresses are being looked up */
CONN_STATE(RESOLVING, TO(DIALING))
/* the addresses are known: attempts run, each with a socket of its own */
CONN_STATE(DIALING, TO(SHAKING))
/* the socket is connected: the links above it shake hands, the lowest first (chain.h) */
CONN_STATE(SHAKING, TO(READY))
/* every link is up: it carries a transfer */
CONN_STATE(READY, TO(IDLE) | TO(PARTING))
/* its transfer ended and it may carry another: on its origin's list, newest first */
CONN_STATE(IDLE, TO(READY) | TO(PARTING))
/* out of the pool, and closed as soon as its links have sent what they keep (parting.h) */
CONN_STATE(PARTING, 0)
/* unlinked from everywhere, its socket closed: freed next */
CONN_STATE(CLOSED, 0)
#undef TO
#undef CONN_STATE
