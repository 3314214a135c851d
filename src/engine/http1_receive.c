/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/http1_exchange.h"

#include "engine/conn.h"
#include "engine/decode.h"
#include "engine/deliver.h"
#include "engine/follow.h"
#include "engine/held.h"
#include "engine/http1_challenge.h"
#include "engine/login.h"
#include "engine/multi.h"
#include "engine/pace.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "proto/headers.h"
#include "proto/http1_fields.h"
#include "tls/link.h"
#include "util/mem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
    CURLcode code;
    const char *text;
} errors[] = {
    [WHIM_HTTP1_OK] = {CURLE_OK, ""},
#define HTTP1_ERROR(name, code, text) [WHIM_HTTP1_##name] = {code, text},
#include "proto/tbl/http1_errors.h"
};

static enum whim_http1_step fail(struct whim_conn *conn, CURLcode result)
{
    whim_transfer_finish(conn->transfer, result, false);
    return WHIM_HTTP1_GONE;
}

static enum whim_http1_step fail_parse(struct whim_conn *conn)
{
    const struct whim_http1_parser *parser = &conn->parser;

    if (parser->error == WHIM_HTTP1_CLOSED_IN_BODY && parser->framing == WHIM_HTTP1_BY_LENGTH)
        whim_trace_error(conn->transfer, "transfer closed with %lld bytes remaining to read",
                         (long long)parser->n_left);
    else
        whim_trace_error(conn->transfer, "%s", errors[parser->error].text);
    return fail(conn, errors[parser->error].code);
}

/*
 * The challenge, or the redirect, is through, or not worth its rest: the request goes out again, or
 * another one does.
 */
static enum whim_http1_step ask_again(struct whim_conn *conn, bool can_keep_conn)
{
    if (whim_http1_is_redirect(conn->parser.status))
        whim_follow_go(conn->transfer, can_keep_conn);
    else
        whim_transfer_ask_again(conn->transfer, can_keep_conn);
    return WHIM_HTTP1_GONE;
}

/* The response is complete; leftover bytes behind it belong to nobody. */
static enum whim_http1_step complete(struct whim_conn *conn, size_t n_leftover)
{
    struct whim_transfer *transfer = conn->transfer;
    bool is_sent = !conn->out && whim_upload_is_done(&transfer->upload);
    CURLcode result = CURLE_OK;

    if (conn->decode)
        result = whim_decode_end(conn);
    if (result != CURLE_OK)
        return fail(conn, result);
    transfer->is_response_done = true;
    if (n_leftover) {
        whim_trace_text(transfer, "Excess found after the response: %zu bytes, closing", n_leftover);
        conn->is_no_reuse = true;
    }
    if (conn->is_asked_again)
        return ask_again(conn, is_sent && conn->parser.can_keep_alive);
    if (transfer->follow && transfer->follow->location)
        result = whim_follow_tell(transfer);
    if (result != CURLE_OK)
        return fail(conn, result);
    if (!is_sent && !conn->is_send_over && !transfer->is_continue_awaited &&
        (conn->parser.status < 300 ||
         whim_opt_num(&transfer->options, WHIM_OPT_KEEP_SENDING_ON_ERROR)) &&
        conn->parser.can_keep_alive)
        return WHIM_HTTP1_GO_ON; /* answered early: the rest of the request still goes out */
    whim_transfer_finish(transfer, CURLE_OK,
                         is_sent && conn->parser.can_keep_alive &&
                             !whim_opt_num(&transfer->options, WHIM_OPT_FORBID_REUSE));
    return WHIM_HTTP1_GONE;
}

static enum whim_http1_step hold(struct whim_conn *conn, enum whim_http1_event event,
                                 struct whim_bytes decoded, struct whim_bytes piece,
                                 struct whim_bytes rest)
{
    struct whim_held *held = whim_held_new(event, decoded, piece, rest);

    if (!held)
        return fail(conn, CURLE_OUT_OF_MEMORY);
    conn->held = held;
    return WHIM_HTTP1_STAY;
}

/*
 * Decodes a piece of the body and hands over what comes of it, beginning with what is decoded
 * already. What is left is held when the application pauses, and when others are to get their turn.
 */
static enum whim_http1_step deliver_decoded(struct whim_conn *conn, struct whim_bytes decoded,
                                            struct whim_bytes piece, struct whim_bytes rest)
{
    struct whim_transfer *transfer = conn->transfer;
    CURLcode result = CURLE_OK;

    for (;;) {
        enum whim_delivery delivery = WHIM_DELIVERED;
        size_t n_taken = 0;

        if (!whim_opt_num(&transfer->options, WHIM_OPT_NOBODY))
            delivery = whim_deliver_body(transfer, decoded.ptr, decoded.len, &n_taken, &result);
        if (delivery == WHIM_DELIVERY_FAILED)
            return fail(conn, result);
        if (delivery == WHIM_DELIVERY_PAUSED) {
            decoded.ptr += n_taken;
            decoded.len -= n_taken;
            return hold(conn, WHIM_HTTP1_BODY, decoded, piece, rest);
        }
        if (whim_decode_is_turn_over(conn->decode)) {
            whim_transfer_schedule(transfer);
            return hold(conn, WHIM_HTTP1_BODY, (struct whim_bytes){NULL, 0}, piece, rest);
        }
        result = whim_decode_next(conn, &piece.ptr, &piece.len, &decoded.ptr, &decoded.len);
        if (result != CURLE_OK)
            return fail(conn, result);
        if (!decoded.len)
            return WHIM_HTTP1_GO_ON;
    }
}

/* Hands a piece to the application; what it does not take is held, with the rest of the input. */
static enum whim_http1_step deliver(struct whim_conn *conn, enum whim_http1_event event,
                                    const char *data, size_t len, const char *rest, size_t rest_len)
{
    struct whim_transfer *transfer = conn->transfer;
    CURLcode result = CURLE_OK;
    enum whim_delivery delivery;
    size_t n_taken = 0;

    if (event == WHIM_HTTP1_BODY && conn->decode)
        return deliver_decoded(conn, (struct whim_bytes){NULL, 0}, (struct whim_bytes){data, len},
                               (struct whim_bytes){rest, rest_len});
    if (event == WHIM_HTTP1_BODY) {
        delivery = conn->is_asked_again || whim_opt_num(&transfer->options, WHIM_OPT_NOBODY)
                       ? WHIM_DELIVERED
                       : whim_deliver_body(transfer, data, len, &n_taken, &result);
    } else if (event == WHIM_HTTP1_TRAILER && (data[0] == '\r' || data[0] == '\n')) {
        delivery = WHIM_DELIVERED; /* the line that ends the trailers is not one of them */
    } else {
        delivery = transfer->is_recv_paused ? WHIM_DELIVERY_PAUSED
                                            : whim_deliver_header(transfer, data, len, &result);
    }
    if (delivery == WHIM_DELIVERY_FAILED)
        return fail(conn, result);
    if (delivery == WHIM_DELIVERY_PAUSED)
        return hold(conn, event, (struct whim_bytes){NULL, 0},
                    (struct whim_bytes){data + n_taken, len - n_taken},
                    (struct whim_bytes){rest, rest_len});
    return WHIM_HTTP1_GO_ON;
}

/* May what was delivered be the last of the response that is of interest? Mostly not. */
static inline bool is_cut_short(const struct whim_conn *conn)
{
    return conn->transfer->is_condition_unmet || conn->is_asked_again;
}

static enum whim_http1_step cut_short(struct whim_conn *conn)
{
    if (conn->transfer->is_condition_unmet && conn->parser.is_final)
        return fail(conn, CURLE_OK); /* done, whatever follows */
    if (conn->is_asked_again && whim_http1_challenge_is_long(conn))
        return ask_again(conn, false);
    return WHIM_HTTP1_GO_ON;
}

/* Parses and delivers received bytes. */
static enum whim_http1_step consume(struct whim_conn *conn, const char *data, size_t len)
{
    struct whim_http1_piece piece;
    enum whim_http1_step step;
    CURLcode result;

    for (;;) {
        enum whim_http1_event event = whim_http1_pull(&conn->parser, &data, &len, &piece);

        switch (event) {
        case WHIM_HTTP1_MORE:
            return WHIM_HTTP1_GO_ON;
        case WHIM_HTTP1_DONE:
            if (conn->transfer->is_recv_paused) /* even when all was delivered (C-162) */
                return hold(conn, WHIM_HTTP1_MORE, (struct whim_bytes){NULL, 0},
                            (struct whim_bytes){NULL, 0}, (struct whim_bytes){data, len});
            return complete(conn, len);
        case WHIM_HTTP1_ERROR:
            return fail_parse(conn);
        default:
            break;
        }
        result = whim_http1_note(conn, event, &piece);
        if (result != CURLE_OK)
            return fail(conn, result);
        step = deliver(conn, event, piece.data, piece.len, data, len);
        if (step == WHIM_HTTP1_GO_ON && is_cut_short(conn))
            step = cut_short(conn);
        if (step != WHIM_HTTP1_GO_ON)
            return step;
    }
}

/* After a pause: first the refused piece, then the bytes behind it. */
static enum whim_http1_step consume_held(struct whim_conn *conn)
{
    struct whim_held *held = conn->held;
    const char *piece = held->bytes + held->decoded_len;
    const char *rest = piece + held->piece_len;
    enum whim_http1_step step = WHIM_HTTP1_GO_ON;

    conn->held = NULL; /* whoever pauses again holds anew what is left */
    if (held->event == WHIM_HTTP1_BODY && conn->decode)
        step = deliver_decoded(conn, (struct whim_bytes){held->bytes, held->decoded_len},
                               (struct whim_bytes){piece, held->piece_len},
                               (struct whim_bytes){rest, held->rest_len});
    else if (held->event != WHIM_HTTP1_MORE)
        step = deliver(conn, held->event, piece, held->piece_len, rest, held->rest_len);
    if (step == WHIM_HTTP1_GO_ON && held->event != WHIM_HTTP1_MORE && is_cut_short(conn))
        step = cut_short(conn);
    if (step == WHIM_HTTP1_GO_ON)
        step = consume(conn, rest, held->rest_len);
    whim_free(held);
    return step;
}

/* The peer has said all that it will say. */
static enum whim_http1_step on_close(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;

    conn->is_no_reuse = true;
    if (conn->is_asked_again)
        return ask_again(conn, false);
    if (whim_http1_pull_close(&conn->parser) == WHIM_HTTP1_DONE)
        return complete(conn, 0);
    if (conn->parser.error != WHIM_HTTP1_CLOSED_EMPTY)
        return fail_parse(conn);
    if (conn->has_send_failed)
        whim_http1_lose_unanswered(conn);
    else
        whim_transfer_conn_lost(transfer, CURLE_GOT_NOTHING, errors[WHIM_HTTP1_CLOSED_EMPTY].text);
    return WHIM_HTTP1_GONE;
}

/*
 * TLS that ends without a farewell may have been cut by anybody. Where the framing tells whether
 * something is missing it has the say; a body until close would pass for whole.
 */
static bool is_told_by_framing(const struct whim_conn *conn)
{
    const struct whim_http1_parser *parser = &conn->parser;

    return whim_tls_link_is_truncated(conn->link) &&
           !(parser->is_final && parser->framing == WHIM_HTTP1_UNTIL_CLOSE);
}

/* A handshake that fails under an early request has a code of its own. */
static CURLcode code_of_error(const struct whim_link *link)
{
    return link->error == CURLE_OK || link->error == CURLE_SEND_ERROR ? CURLE_RECV_ERROR
                                                                      : link->error;
}

static enum whim_http1_step on_error(struct whim_conn *conn)
{
    char reason[CURL_ERROR_SIZE];

    if (is_told_by_framing(conn))
        return on_close(conn);
    conn->is_no_reuse = true;
    if (conn->is_asked_again)
        return ask_again(conn, false);
    conn->transfer->info.os_error = conn->link->os_error;
    snprintf(reason, sizeof(reason), "%s%s", conn->link->reason ? "" : "Recv failure: ",
             whim_link_reason(conn->link));
    whim_transfer_conn_lost(conn->transfer, code_of_error(conn->link), reason);
    return WHIM_HTTP1_GONE;
}

static void note_first_byte(struct whim_transfer *transfer)
{
    if (transfer->is_response_begun)
        return;
    transfer->is_response_begun = true;
    transfer->info.starttransfer_us =
        whim_info_since_start(&transfer->info, transfer->multi->now_us);
}

/*
 * How much to receive at once: with a speed limit, what it allows. Heads do not count against it,
 * so that a status comes however low the limit; a little of the body may come with them.
 */
static size_t recv_cap(const struct whim_conn *conn)
{
    enum { HEAD_BYTES = 1024 };
    size_t cap = whim_pace_recv_allowance(conn->transfer, WHIM_RECV_BUFFER_BYTES);

    return cap < HEAD_BYTES && !conn->parser.is_final ? HEAD_BYTES : cap;
}

enum whim_http1_step whim_http1_receive(struct whim_conn *conn)
{
    struct whim_transfer *transfer = conn->transfer;
    char *buffer = whim_multi_recv_buffer(conn->multi);
    enum whim_http1_step step = WHIM_HTTP1_GO_ON;

    if (!buffer)
        return fail(conn, CURLE_OUT_OF_MEMORY);
    if (conn->decode)
        whim_decode_begin_turn(conn->decode);
    if (conn->held && !transfer->is_recv_paused)
        step = consume_held(conn);
    for (int n_rounds = 0; step == WHIM_HTTP1_GO_ON; n_rounds++) {
        size_t cap = recv_cap(conn);
        size_t len = 0;

        if (!cap || transfer->is_recv_paused || transfer->is_response_done)
            break;
        if (n_rounds == WHIM_RECV_ROUNDS) {
            whim_transfer_schedule(transfer); /* others get their turn first (C-69) */
            break;
        }
        switch (conn->link->ops->recv(conn->link, buffer, cap, &len)) {
        case WHIM_LINK_OK:
            note_first_byte(transfer);
            /* There may be more behind it, and of TLS it may have been read already. */
            conn->is_suspect = len == cap || (conn->link != &conn->socket &&
                                              whim_tls_link_has_pending(conn->link));
            step = consume(conn, buffer, len);
            break;
        case WHIM_LINK_AGAIN:
            conn->is_suspect = false;
            return step;
        case WHIM_LINK_CLOSED:
            return on_close(conn);
        case WHIM_LINK_ERROR:
            return on_error(conn);
        }
    }
    return step;
}
