/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * A name server for tests: on loopback, over UDP and TCP, with scripted answers.
 *
 * It has no thread: the test polls its descriptors and steps it, so that a test sees one order of
 * events. It knows no names but those it was told of; the others do not exist. Everything here
 * aborts the program when the system refuses it.
 */
#ifndef WHIM_TEST_DNS_SERVER_H
#define WHIM_TEST_DNS_SERVER_H

#include <poll.h>
#include <stdbool.h>

enum dns_type { DNS_ANY = 0, DNS_A = 1, DNS_AAAA = 28 };

enum dns_kind {
    DNS_ANSWER,    /* the addresses of the rule that are of the type asked for */
    DNS_ALIAS,     /* the same, under another name, after a CNAME record */
    DNS_NODATA,    /* the name exists and has no such record */
    DNS_NXDOMAIN,
    DNS_SERVFAIL,
    DNS_REFUSED,
    DNS_DROP,      /* no answer */
    DNS_DROP_ONCE, /* no answer to the first question, then as DNS_ANSWER */
    DNS_TRUNCATED, /* over UDP an empty answer that says so; over TCP as DNS_ANSWER */
    DNS_HANG_UP,   /* over UDP as DNS_TRUNCATED; over TCP the connection is closed */
    DNS_GARBAGE,   /* the number of the question, and noise */
    DNS_STRANGER,  /* first an answer with a wrong number and wrong address, then the right one */
};

enum { DNS_SERVER_MAX_FDS = 10 };

struct dns_server;

/* AF_INET or AF_INET6. NULL: this machine has no loopback of that family. */
struct dns_server *dns_server_new(int family);
void dns_server_free(struct dns_server *server);
/* As CURLOPT_DNS_SERVERS wants it: "127.0.0.1:PORT", "[::1]:PORT". */
const char *dns_server_text(const struct dns_server *server);

/*
 * What it says of a name and a type: the rule given last counts. addresses: numeric, with commas
 * between them; NULL where the kind has none. Each answer leaves delay_ms after its question came.
 */
void dns_server_say(struct dns_server *server, const char *name, enum dns_type type,
                    enum dns_kind kind, const char *addresses, int delay_ms);

/* Questions that came for a name (NULL: all) and a type (DNS_ANY: all), and those over TCP. */
unsigned dns_server_n_questions(const struct dns_server *server, const char *name,
                                enum dns_type type);
unsigned dns_server_n_tcp(const struct dns_server *server);

/* Fills in what it waits for; the number of entries. */
int dns_server_poll(const struct dns_server *server, struct pollfd fds[DNS_SERVER_MAX_FDS]);
/* How long until a delayed answer is due; -1: none is. */
int dns_server_wait_ms(const struct dns_server *server);
/* Does all that can be done without waiting. */
void dns_server_step(struct dns_server *server);

#endif
