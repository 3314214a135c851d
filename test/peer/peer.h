/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * A scripted server on the loopback, for tests.
 *
 * What it is: one listening socket (127.0.0.1 or ::1) and a thread of its own that plays a script
 * on every connection, records each byte received, and counts connections and requests. Owns: its
 * descriptors, its thread, copies of the scripts and everything they send. Who may call: any thread
 * of the process that made it; not across fork. Invariants: a wait always has a deadline; bytes on
 * record never change; an answer is never sent before the script's step for it is reached; a
 * client's close ends the connection's script.
 */
#ifndef WHIM_TEST_PEER_H
#define WHIM_TEST_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum peer_op {
    PEER_OP_CLOSE = 0,  /* close both directions; also what the end of a script does */
    PEER_OP_HEAD,       /* wait for a request's head; it counts as a request */
    PEER_OP_BODY,       /* wait for the rest of that request */
    PEER_OP_REQUEST,    /* both of them */
    PEER_OP_TEXT,       /* wait until this text came after what was consumed so far */
    PEER_OP_BYTES,      /* wait until this connection received so many bytes in all */
    PEER_OP_SEND,       /* send these bytes */
    PEER_OP_FILL,       /* send so many bytes of the pattern peer_pattern() */
    PEER_OP_ECHO,       /* answer 200 with the last request, head and body, as the content */
    PEER_OP_ANSWER,     /* send what a struct peer_answerer makes of the last request */
    PEER_OP_SPLIT,      /* the next send stops at byte n until released, then goes on */
    PEER_OP_PACE,       /* the sends that follow go n bytes at a time, bytes_ms apart */
    PEER_OP_DELAY,      /* do nothing for n milliseconds */
    PEER_OP_GATE,       /* wait for one peer_release() */
    PEER_OP_RESET,      /* close with a TCP reset */
    PEER_OP_HALF_CLOSE, /* send FIN, go on reading */
    PEER_OP_STALL,      /* keep open, read nothing more */
    PEER_OP_KEEP,       /* keep open, read and record until the client closes */
    PEER_OP_DEAF,       /* stop listening: later connections are refused */
    PEER_OP_AGAIN,      /* go on at the script's first step, or behind the last UPGRADE */
    PEER_OP_UPGRADE,    /* from here on there is another wire inside of what there was so far */
    /* Over a wire (wire.h), where the script's other steps see what is inside of it: */
    PEER_OP_HANDSHAKE,   /* wait until the handshake is through; else the first step does it */
    PEER_OP_HOLD,        /* of all that goes to the socket no more than n bytes do; then: bytes "" */
                         /* closes, NULL keeps silent */
    PEER_OP_TICKET,      /* send a session ticket of TLS 1.3 */
    PEER_OP_KEY_UPDATE,  /* new keys in TLS 1.3, and the client is to have some too */
    PEER_OP_RENEGOTIATE, /* another handshake in TLS 1.2; wait for it */
    PEER_OP_PLAIN,       /* these bytes to the socket, around the wire */
    PEER_OP_FAREWELL,    /* say it, and close nothing */
    PEER_OP_CUT,         /* close without the wire's farewell */
};

struct peer_step {
    enum peer_op op;
    const void *bytes;
    size_t n_bytes;
    long amount;
};

/*
 * Makes an answer, in the peer's thread and under its lock: bytes of malloc(), which the peer frees;
 * NULL ends the connection. The argument lives as long as the peer.
 */
struct peer_answerer {
    char *(*make)(void *arg, const char *request, size_t n_request, size_t *ret_n);
    void *arg;
};

#define PEER_CLOSE                                                                                 \
    {                                                                                              \
        PEER_OP_CLOSE, NULL, 0, 0                                                                  \
    }
#define PEER_HEAD                                                                                  \
    {                                                                                              \
        PEER_OP_HEAD, NULL, 0, 0                                                                   \
    }
#define PEER_BODY                                                                                  \
    {                                                                                              \
        PEER_OP_BODY, NULL, 0, 0                                                                   \
    }
#define PEER_REQUEST                                                                               \
    {                                                                                              \
        PEER_OP_REQUEST, NULL, 0, 0                                                                \
    }
#define PEER_TEXT(text)                                                                            \
    {                                                                                              \
        PEER_OP_TEXT, (text), strlen(text), 0                                                      \
    }
#define PEER_BYTES(n)                                                                              \
    {                                                                                              \
        PEER_OP_BYTES, NULL, 0, (n)                                                                \
    }
#define PEER_SEND(text)                                                                            \
    {                                                                                              \
        PEER_OP_SEND, (text), strlen(text), 0                                                      \
    }
#define PEER_SENDN(bytes, n)                                                                       \
    {                                                                                              \
        PEER_OP_SEND, (bytes), (n), 0                                                              \
    }
#define PEER_FILL(n)                                                                               \
    {                                                                                              \
        PEER_OP_FILL, NULL, 0, (n)                                                                 \
    }
#define PEER_ECHO                                                                                  \
    {                                                                                              \
        PEER_OP_ECHO, NULL, 0, 0                                                                   \
    }
/* answerer: a pointer, and what it points to is copied. */
#define PEER_ANSWER(answerer)                                                                      \
    {                                                                                              \
        PEER_OP_ANSWER, (answerer), sizeof(struct peer_answerer), 0                                \
    }
#define PEER_SPLIT(n)                                                                              \
    {                                                                                              \
        PEER_OP_SPLIT, NULL, 0, (n)                                                                \
    }
#define PEER_PACE(n, every_ms)                                                                     \
    {                                                                                              \
        PEER_OP_PACE, NULL, (n), (every_ms)                                                        \
    }
#define PEER_DELAY(ms)                                                                             \
    {                                                                                              \
        PEER_OP_DELAY, NULL, 0, (ms)                                                               \
    }
#define PEER_GATE                                                                                  \
    {                                                                                              \
        PEER_OP_GATE, NULL, 0, 0                                                                   \
    }
#define PEER_RESET                                                                                 \
    {                                                                                              \
        PEER_OP_RESET, NULL, 0, 0                                                                  \
    }
#define PEER_HALF_CLOSE                                                                            \
    {                                                                                              \
        PEER_OP_HALF_CLOSE, NULL, 0, 0                                                             \
    }
#define PEER_STALL                                                                                 \
    {                                                                                              \
        PEER_OP_STALL, NULL, 0, 0                                                                  \
    }
#define PEER_KEEP                                                                                  \
    {                                                                                              \
        PEER_OP_KEEP, NULL, 0, 0                                                                   \
    }
#define PEER_DEAF                                                                                  \
    {                                                                                              \
        PEER_OP_DEAF, NULL, 0, 0                                                                   \
    }
#define PEER_AGAIN                                                                                 \
    {                                                                                              \
        PEER_OP_AGAIN, NULL, 0, 0                                                                  \
    }

#define PEER_UPGRADE                                                                               \
    {                                                                                              \
        PEER_OP_UPGRADE, NULL, 0, 0                                                                \
    }

/* What came behind the last step's text is for the new wire: HANDSHAKE looks at it. */
#define PEER_UPGRADE_BEHIND                                                                        \
    {                                                                                              \
        PEER_OP_UPGRADE, NULL, 0, 1                                                                \
    }

#define PEER_WIRE_STEP(op, amount)                                                                 \
    {                                                                                              \
        op, NULL, 0, (amount)                                                                      \
    }
#define PEER_HANDSHAKE PEER_WIRE_STEP(PEER_OP_HANDSHAKE, 0)
#define PEER_TICKET PEER_WIRE_STEP(PEER_OP_TICKET, 0)
#define PEER_KEY_UPDATE PEER_WIRE_STEP(PEER_OP_KEY_UPDATE, 0)
#define PEER_RENEGOTIATE PEER_WIRE_STEP(PEER_OP_RENEGOTIATE, 0)
#define PEER_FAREWELL PEER_WIRE_STEP(PEER_OP_FAREWELL, 0)
#define PEER_CUT PEER_WIRE_STEP(PEER_OP_CUT, 0)
#define PEER_SILENT_AFTER(n) PEER_WIRE_STEP(PEER_OP_HOLD, (n))
#define PEER_CUT_AFTER(n)                                                                          \
    {                                                                                              \
        PEER_OP_HOLD, "", 0, (n)                                                                   \
    }
#define PEER_PLAIN(text)                                                                           \
    {                                                                                              \
        PEER_OP_PLAIN, (text), strlen(text), 0                                                     \
    }

enum peer_kind {
    PEER_ACCEPTS, /* accepts and plays scripts */
    PEER_REFUSES, /* the port is taken, nobody listens: connections are refused */
    PEER_IGNORES, /* the backlog is full: connections neither succeed nor fail */
};

/* Which connection a script is for: its number in order of arrival, or every one without its own.
 */
#define PEER_EVERY (~0u)

struct peer;

/* Family is AF_INET or AF_INET6; port 0 takes a free one. NULL with errno when it cannot be had. */
struct peer *peer_new(int family, enum peer_kind kind, int port);
/* Closes everything without a word to the clients still connected; accepts NULL. */
void peer_free(struct peer *peer);

int peer_port(const struct peer *peer);
/* "127.0.0.1:PORT" or "[::1]:PORT". */
const char *peer_authority(const struct peer *peer);

/* Copies the steps up to and with the first CLOSE, CUT, KEEP, STALL, RESET or AGAIN. False: no memory.
 */
bool peer_script(struct peer *peer, unsigned nth, const struct peer_step *steps);
#define PEER_SCRIPT(peer, nth, ...)                                                                \
    peer_script((peer), (nth), (const struct peer_step[]){__VA_ARGS__, PEER_CLOSE})

/* Lets n gates (or splits) through, now or when they are reached. */
void peer_release(struct peer *peer, unsigned n);

enum peer_figure {
    PEER_CONNECTIONS, /* accepted so far */
    PEER_OPEN,        /* of them, those that neither side has closed */
    PEER_REQUESTS,    /* request heads that a script took */
    PEER_RECEIVED,    /* bytes */
    PEER_SENT,        /* bytes */
    PEER_WAITING,     /* gates and splits that stand closed now */
    PEER_CLIENT_PORT, /* of connection nth, 0 when there is none */
    /* Of a wire, the inner one once there has been an UPGRADE: */
    PEER_HANDSHAKES,    /* that went through, the resumed ones with them */
    PEER_RESUMED,       /* handshakes that took up an earlier session */
    PEER_EARLY,         /* bytes of early data that were taken */
    PEER_FAREWELLS,     /* connections whose client said that it closes */
    PEER_WIRE_RECEIVED, /* bytes on the socket */
    PEER_WIRE_SENT,     /* bytes on the socket */
    /* Of the wire that an inner one lies in: */
    PEER_OUTER_HANDSHAKES,
    PEER_OUTER_RESUMED,
};

/* Listens at an abstract local address as well; false: it is taken, or too long. */
bool peer_listen_local(struct peer *peer, const char *name);
/*
 * The first of n ports that were free a moment ago, below those that the system gives out; 0: there
 * are none.
 */
int peer_free_port(int n);

struct wire_ops;
/* What all connections from now on are wrapped in; arg goes to its open(). */
void peer_use_wire(struct peer *peer, const struct wire_ops *ops, void *arg);
/* What UPGRADE puts into that, or into the bare connection. */
void peer_use_inner_wire(struct peer *peer, const struct wire_ops *ops, void *arg);

/* The figure of connection nth, or the sum over PEER_EVERY. */
size_t peer_count(struct peer *peer, enum peer_figure figure, unsigned nth);
/* Waits until the figure is at least n (OPEN and WAITING: exactly n); false when ms passed first.
 */
bool peer_wait(struct peer *peer, enum peer_figure figure, unsigned nth, size_t n, int ms);

/* A copy of all bytes received on that connection, ended by a zero byte; the caller frees it. */
char *peer_take_received(struct peer *peer, unsigned nth, size_t *pick_n);

/* Byte number i of what PEER_FILL sends. */
unsigned char peer_pattern(size_t i);

#endif
