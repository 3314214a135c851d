/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The options that decide whether a connection may be shared (C-168), each with a value that lets
 * a transfer through the tunnel of an HTTPS proxy succeed all the same; and those that do not.
 */
#ifndef WHIM_TEST_REUSE_OPTIONS_H
#define WHIM_TEST_REUSE_OPTIONS_H

#include "tls_way.h"

enum reuse_kind {
    REUSE_NUMBER,
    REUSE_TEXT,
    REUSE_FILE,
    REUSE_BLOB,
    REUSE_LIST,
    REUSE_PROXY,     /* the peer, by another name */
    REUSE_PRE_PROXY, /* the peer itself, by SOCKS */
    REUSE_PORTS,     /* local ports, from one that is free on */
    REUSE_LOCAL,     /* the peer's other address */
    REUSE_CALLBACK,  /* SSL_CTX_FUNCTION */
};
/* Whose sessions are of no use when it is another. */
enum reuse_part { REUSE_ORIGIN, REUSE_OF_PROXY, REUSE_WAY };

struct reuse_option {
    const char *name;
    CURLoption option;
    enum reuse_kind kind;
    enum reuse_part part;
    long number;
    const char *(*text)(void); /* of all kinds but NUMBER */
    bool is_of_proxy;          /* makes no difference without one */
    bool has_line;             /* the origin gets a PROXY line */
    bool has_socks;            /* the peer is asked by SOCKS for a way to the origin */
    bool is_alone;             /* takes the place of a proxy, or cannot be played with one */
};

enum { N_REUSE_OPTIONS = 52, N_REUSE_HARMLESS = 38 };
extern const struct reuse_option reuse_options[N_REUSE_OPTIONS];
extern const struct reuse_option reuse_harmless[N_REUSE_HARMLESS];

/* The peer's other address, as peer_listen_local() is to have it. */
const char *reuse_local_name(void);

/* Gives the transfer that value; false: the library does not know the option. */
bool reuse_set(struct xfer *x, const struct reuse_option *row, struct peer *peer);

#endif
