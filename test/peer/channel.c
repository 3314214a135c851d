/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The steps of a script. Each has one function; it answers whether it is finished, waits, or ended
 * the connection. A waiting step is simply called again when something happened.
 */
#include "channel.h"
#include "request.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define PIECE_BYTES 65536
#define MAX_RECORD_BYTES (256u << 20)
#define MAX_PIECES 4 /* in one go, so that the script has its turn */

enum outcome { DONE = WIRE_DONE, WAITS = WIRE_WAITS, ENDED = WIRE_ENDED };

unsigned char peer_pattern(size_t i)
{
    return (unsigned char)('!' + (i * 7 + i / 251) % 90);
}

void channel_init(struct channel *ch, int fd, int client_port, struct wire *wire,
                  const struct peer_step *steps)
{
    *ch = (struct channel){.fd = fd, .client_port = client_port, .wire = wire, .steps = steps};
}

static void close_channel(struct channel *ch)
{
    if (ch->fd >= 0)
        close(ch->fd);
    ch->fd = -1;
    ch->is_gated = false;
}

void channel_fini(struct channel *ch)
{
    close_channel(ch);
    if (ch->wire)
        ch->wire->ops->free(ch->wire);
    free(ch->in);
    free(ch->echo);
    ch->in = ch->echo = NULL;
}

static ssize_t receive(struct channel *ch, char *piece, size_t cap)
{
    return ch->wire ? ch->wire->ops->recv(ch->wire, ch->fd, piece, cap)
                    : recv(ch->fd, piece, cap, MSG_DONTWAIT);
}

/* What a wire has decrypted is announced by no socket, so all of it is read at once. */
bool channel_read(struct channel *ch)
{
    for (int i = 0; ch->wire || i < MAX_PIECES; i++) {
        char piece[PIECE_BYTES];
        ssize_t n = receive(ch, piece, sizeof(piece));
        char *in;

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return true;
        in = n > 0 && ch->n_in + (size_t)n <= MAX_RECORD_BYTES
                 ? realloc(ch->in, ch->n_in + (size_t)n + 1)
                 : NULL;
        if (!in) {
            close_channel(ch);
            return false;
        }
        memcpy(in + ch->n_in, piece, (size_t)n);
        ch->in = in;
        ch->n_in += (size_t)n;
        ch->in[ch->n_in] = 0;
    }
    return true;
}

static enum outcome play_head(struct channel *ch)
{
    size_t n = ch->n_in - ch->n_consumed;
    size_t head = n ? request_head_length(ch->in + ch->n_consumed, n) : 0;

    if (!head)
        return WAITS;
    ch->request = ch->n_consumed;
    ch->n_request = head;
    ch->n_consumed += head;
    ch->n_requests++;
    return DONE;
}

static enum outcome play_body(struct channel *ch)
{
    size_t n = request_length(ch->in + ch->request, ch->n_in - ch->request, ch->n_request);

    if (!n)
        return WAITS;
    ch->n_request = n;
    ch->n_consumed = ch->request + n;
    return DONE;
}

static enum outcome play_request(struct channel *ch)
{
    if (!ch->is_in_request && play_head(ch) == WAITS)
        return WAITS;
    ch->is_in_request = play_body(ch) == WAITS;
    return ch->is_in_request ? WAITS : DONE;
}

static enum outcome play_text(struct channel *ch, const struct peer_step *step)
{
    const char *from = ch->in ? ch->in + ch->n_consumed : NULL;
    const char *hit =
        from ? memmem(from, ch->n_in - ch->n_consumed, step->bytes, step->n_bytes) : NULL;

    if (!hit)
        return WAITS;
    ch->n_consumed = (size_t)(hit - ch->in) + step->n_bytes;
    return DONE;
}

/* Passes a gate if a release is at hand. */
static bool take_release(struct channel *ch, struct channel_host *host)
{
    ch->is_gated = !*host->n_released;
    if (ch->is_gated)
        return false;
    --*host->n_released;
    return true;
}

/* The pause that a pace or a delay step asks for; DONE once it is over. */
static enum outcome play_pause(struct channel *ch, long ms, int64_t now_ms)
{
    if (!ch->due_ms)
        ch->due_ms = now_ms + ms;
    if (now_ms < ch->due_ms)
        return WAITS;
    ch->due_ms = 0;
    return DONE;
}

/* The next piece to send: of the given bytes, or of the pattern if there are none. */
static ssize_t send_piece(struct channel *ch, const char *bytes, size_t most)
{
    char piece[PIECE_BYTES];

    if (most > sizeof(piece))
        most = sizeof(piece);
    if (!bytes) {
        for (size_t i = 0; i < most; i++)
            piece[i] = (char)peer_pattern(ch->n_done + i);
        bytes = piece - ch->n_done;
    }
    if (ch->wire)
        return ch->wire->ops->send(ch->wire, ch->fd, bytes + ch->n_done, most);
    return send(ch->fd, bytes + ch->n_done, most, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static enum outcome play_send(struct channel *ch, struct channel_host *host, const char *bytes,
                              size_t n_bytes, int64_t now_ms)
{
    while (ch->n_done < n_bytes) {
        size_t most = n_bytes - ch->n_done;
        ssize_t n;

        if (ch->due_ms && play_pause(ch, ch->pace_ms, now_ms) == WAITS)
            return WAITS;
        if (ch->split && ch->n_done == ch->split && !take_release(ch, host))
            return WAITS;
        if (ch->split && ch->n_done == ch->split)
            ch->split = 0;
        if (ch->split && ch->n_done + most > ch->split)
            most = ch->split - ch->n_done;
        if (ch->pace && most > ch->pace)
            most = ch->pace;
        n = send_piece(ch, bytes, most);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return WAITS;
        if (n < 0)
            return ENDED;
        ch->n_done += (size_t)n;
        ch->n_sent += (size_t)n;
        if (ch->pace)
            ch->due_ms = now_ms + ch->pace_ms;
    }
    if (ch->due_ms && play_pause(ch, ch->pace_ms, now_ms) == WAITS)
        return WAITS;
    ch->n_done = 0;
    return DONE;
}

/* Builds the echo once, at its step's first call. */
static bool build_echo(struct channel *ch)
{
    int head;

    if (ch->echo)
        return true;
    ch->echo = malloc(ch->n_request + 100);
    if (!ch->echo)
        return false;
    head = snprintf(ch->echo, 100, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", ch->n_request);
    memcpy(ch->echo + head, ch->in + ch->request, ch->n_request);
    ch->n_echo = (size_t)head + ch->n_request;
    return true;
}

/* The same for an answer. */
static bool build_answer(struct channel *ch, const struct peer_step *step)
{
    struct peer_answerer answerer;

    if (ch->echo)
        return true;
    memcpy(&answerer, step->bytes, sizeof(answerer));
    ch->echo = answerer.make(answerer.arg, ch->in + ch->request, ch->n_request, &ch->n_echo);
    return ch->echo != NULL;
}

static enum outcome play_echo(struct channel *ch, struct channel_host *host,
                              const struct peer_step *step, int64_t now_ms)
{
    enum outcome outcome;

    if (step->op == PEER_OP_ECHO ? !build_echo(ch) : !build_answer(ch, step))
        return ENDED;
    outcome = play_send(ch, host, ch->echo, ch->n_echo, now_ms);
    if (outcome == DONE) {
        free(ch->echo);
        ch->echo = NULL;
    }
    return outcome;
}

static enum outcome play_reset(struct channel *ch)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};

    setsockopt(ch->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
    return ENDED;
}

/* A step that only a wire knows; without one it does nothing. */
static enum outcome play_wire(struct channel *ch, const struct peer_step *step)
{
    return ch->wire ? (enum outcome)ch->wire->ops->play(ch->wire, ch->fd, step) : DONE;
}

static enum outcome play_upgrade(struct channel *ch, const struct channel_host *host)
{
    bool is_consumed = ch->steps[ch->at].amount != 0;
    size_t n_early = is_consumed ? ch->n_in - ch->n_consumed : 0;
    const char *early = n_early ? ch->in + ch->n_consumed : NULL;
    struct wire *wire = host->inner_ops
                            ? host->inner_ops->open(host->inner_arg, ch->wire, early, n_early)
                            : NULL;

    if (!wire)
        return ENDED;
    ch->wire = wire;
    ch->n_in -= n_early;
    ch->first = ch->at + 1;
    return DONE;
}

static enum outcome play_step(struct channel *ch, struct channel_host *host, int64_t now_ms)
{
    const struct peer_step *step = &ch->steps[ch->at];

    switch (step->op) {
    case PEER_OP_HEAD:
        return play_head(ch);
    case PEER_OP_BODY:
        return play_body(ch);
    case PEER_OP_REQUEST:
        return play_request(ch);
    case PEER_OP_TEXT:
        return play_text(ch, step);
    case PEER_OP_BYTES:
        return ch->n_in >= (size_t)step->amount ? DONE : WAITS;
    case PEER_OP_SEND:
        return play_send(ch, host, step->bytes, step->n_bytes, now_ms);
    case PEER_OP_FILL:
        return play_send(ch, host, NULL, (size_t)step->amount, now_ms);
    case PEER_OP_ECHO:
    case PEER_OP_ANSWER:
        return play_echo(ch, host, step, now_ms);
    case PEER_OP_SPLIT:
        ch->split = (size_t)step->amount;
        return DONE;
    case PEER_OP_PACE:
        ch->pace = step->n_bytes;
        ch->pace_ms = step->amount;
        return DONE;
    case PEER_OP_DELAY:
        return play_pause(ch, step->amount, now_ms);
    case PEER_OP_GATE:
        return take_release(ch, host) ? DONE : WAITS;
    case PEER_OP_RESET:
        return play_reset(ch);
    case PEER_OP_HALF_CLOSE:
        shutdown(ch->fd, SHUT_WR);
        return DONE;
    case PEER_OP_STALL:
        ch->is_stalled = true;
        return WAITS;
    case PEER_OP_KEEP:
        return WAITS;
    case PEER_OP_DEAF:
        *host->is_deaf = true;
        return DONE;
    case PEER_OP_AGAIN:
        ch->at = ch->first - 1;
        return DONE;
    case PEER_OP_UPGRADE:
        return play_upgrade(ch, host);
    case PEER_OP_CUT:
        return ENDED;
    case PEER_OP_CLOSE:
        play_wire(ch, step);
        return ENDED;
    case PEER_OP_HANDSHAKE:
    case PEER_OP_HOLD:
    case PEER_OP_TICKET:
    case PEER_OP_KEY_UPDATE:
    case PEER_OP_RENEGOTIATE:
    case PEER_OP_PLAIN:
    case PEER_OP_FAREWELL:
        return play_wire(ch, step);
    }
    return ENDED;
}

/* Whether the present step is in the middle of a send that the socket's buffer stopped. */
static bool is_sending(const struct channel *ch)
{
    enum peer_op op = ch->steps[ch->at].op;

    return (op == PEER_OP_SEND || op == PEER_OP_FILL || op == PEER_OP_ECHO ||
            op == PEER_OP_ANSWER) &&
           !ch->is_gated && !ch->due_ms;
}

struct channel_wait channel_step(struct channel *ch, struct channel_host *host, int64_t now_ms)
{
    struct channel_wait wait = {0, 0};

    for (;;) {
        enum outcome outcome = play_step(ch, host, now_ms);

        if (ch->wire && outcome != ENDED && ch->wire->ops->flush(ch->wire, ch->fd) == WIRE_ENDED)
            outcome = ENDED;

        if (outcome == ENDED) {
            close_channel(ch);
            return wait;
        }
        if (outcome == WAITS)
            break;
        ch->at++;
    }
    wait.due_ms = ch->due_ms;
    if (!ch->is_stalled)
        wait.events |= POLLIN;
    if (ch->wire ? ch->wire->ops->flush(ch->wire, ch->fd) == WIRE_WAITS : is_sending(ch))
        wait.events |= POLLOUT;
    return wait;
}
